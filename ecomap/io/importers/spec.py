"""What a role needs from a file, and what an import hands back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import field, frozen

from ecomap.io.reading import RawSource
from ecomap.io.reading.layers import TOGETHER
from ecomap.model.layer import Column, Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.roles import role
from ecomap.model.said import NOTHING, Said
from ecomap.model.style import LayerStyle
from ecomap.model.understanding import ColumnUse, Doubt, FieldUse

CONSTANT = "="  # "=elementary" in a mapping means this value for every row


@frozen
class FieldSpec:
    """One thing a role can take from a column.

    Parameters
    ----------
    kind : {"text", "number", "share", "code", "date", "flag", "latitude", "longitude"}
    aliases : tuple of str
        Names of columns in plain letters ("low_grade"), best first.
    patterns : tuple of str
        Regular expressions on plain names, tried after the aliases.
    test : callable, optional
        Says whether the cells of a column can be this field; a column that fails is not guessed.
    choices : tuple of str
        Values allowed for every row, where it is a closed list.
    """

    name: str
    label: Said
    kind: str = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    test: Callable[[Any], bool] | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    help: Said = NOTHING
    loose: tuple[str, ...] = ()  # aliases taken without the test, if every cell differs
    decision: bool = False       # one answer for the whole file, never a column


@frozen
class Draft:
    """Rows on their way: fields under EcoMap's names, all other columns as read."""

    frame: Any = field(repr=False, eq=False)   # fields by name, then the rest by the file's names
    rest: tuple[str, ...]
    raw: RawSource
    mapping: Mapping[str, str]
    project: Project | None
    lines: tuple[ReportLine, ...] = ()
    columns: tuple[Column, ...] = ()
    layer: Mapping[str, Any] = field(factory=dict)  # attributes of the layer to set
    progress: Progress = field(factory=silent, repr=False, eq=False)  # asked between long steps whether to stop
    answers: Mapping[str, str] = field(factory=dict)   # code of a doubt -> what a person said
    doubts: tuple[Doubt, ...] = ()                     # answered ones too
    fields: tuple[FieldUse, ...] = ()                  # what was looked for and why it was found where it was
    worked: tuple[str, ...] = ()                       # columns that are no field and were worked into the rows

    def has(self, name: str) -> bool:
        return name in self.frame.columns and bool(self.frame[name].notna().any())


@frozen
class Importer:
    """How files of one role are read.

    Parameters
    ----------
    role : str
        A row of the table of roles, which says what shapes its files have and where its layers stand. The `finish` of a
        role without shapes gives the ids.
    prepare : callable
        Draft -> Draft before the gate: codes mended, names composed, rows of another kind left out.
    finish : callable
        Draft -> Draft after the gate.
    joins : str
        Role of the layers that rows without a place can be joined to by `join_key`; "" if none.
    same : tuple of str
        Rows equal in these fields and in place are one row.
    """

    role: str
    fields: tuple[FieldSpec, ...]
    style: LayerStyle
    prepare: Callable[[Draft], Draft]
    finish: Callable[[Draft], Draft]
    joins: str = ""
    join_key: str = ""
    same: tuple[str, ...] = ()
    keep_placeless: str = ""      # flag field that allows a row without a place
    enrich: Callable[[RawSource], RawSource] | None = None  # adds what files beside it say
    leaves: Said = NOTHING        # why columns that are no field are left out; nothing where they are kept

    @property
    def shapes(self) -> tuple[str, ...]:
        return role(self.role).shapes

    @property
    def mixed(self) -> bool:
        return role(self.role).mixed

    @property
    def wanted(self) -> tuple[str, ...]:
        """What is wanted of a file with several layers: one with these shapes, or all of them together."""
        return TOGETHER if self.mixed else self.shapes

    @property
    def group(self) -> Said:
        return role(self.role).group

    def field(self, name: str) -> FieldSpec:
        return next(spec for spec in self.fields if spec.name == name)

    @property
    def field_names(self) -> tuple[str, ...]:
        return tuple(spec.name for spec in self.fields)

    @property
    def takes_points(self) -> bool:
        return "longitude" in self.field_names


@frozen
class PreviewColumn:
    """A column of a file: its name, long heading, what its cells look like, and up to five of them."""

    name: str
    label: str
    kind: str
    samples: tuple[str, ...]


@frozen
class ImportPreview:
    """What a file holds and how its columns would be read, for the planner to correct."""

    file_name: str
    format: str
    sublayers: tuple[str, ...]
    sublayer: str
    columns: tuple[PreviewColumn, ...]
    rows: int
    crs: str
    geometry: str                        # "polygon", "line", "point" or "none"
    role: str
    mapping: dict[str, str]              # field -> column
    fields: tuple[FieldSpec, ...]
    notes: tuple[ReportLine, ...] = ()


@frozen
class Imported:
    """The layer, its rows, and what happened on the way.

    ``joins`` is the id of the layer of the project that these rows replace, where a file without places added
    columns to it; "" for a new layer.
    """

    layer: Layer
    frame: Any = field(repr=False, eq=False)
    report: ImportReport
    joins: str = ""
    uses: tuple[ColumnUse, ...] = ()     # what became of every column of the file
    fields: tuple[FieldUse, ...] = ()    # what was looked for, where it was found and what else was considered
    doubts: tuple[Doubt, ...] = ()
