"""What EcoMap makes of a file as a whole, before anything of it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said
from ecomap.model.understanding import ColumnUse, Doubt, FieldUse


@frozen
class Understanding:
    """What EcoMap makes of a file, before anything of it is kept.

    ``problem`` and ``hint`` say why it cannot be brought in as it stands; they are empty where it can.
    """

    file_name: str
    format: str
    role: str
    role_why: Said
    rows: int
    geometry: str
    crs: Said = NOTHING
    sublayers: tuple[str, ...] = ()
    sublayer: str = ""
    fields: tuple[FieldUse, ...] = ()
    columns: tuple[ColumnUse, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    lines: tuple[ReportLine, ...] = ()
    samples: Mapping[str, tuple[str, ...]] = field(factory=dict)   # column -> a few of its cells
    mapping: Mapping[str, str] = field(factory=dict)               # field -> column, as it would be imported
    box: tuple[float, float, float, float] | None = None           # west, south, east, north of the rows, in degrees
    problem: Said = NOTHING
    hint: Said = NOTHING
    problem_fields: tuple[str, ...] = ()
    recipe: Said = NOTHING                 # where a remembered recipe was used
    answers: Mapping[str, str] = field(factory=dict)

    @property
    def open_doubts(self) -> tuple[Doubt, ...]:
        """The doubts nobody has answered yet."""
        return tuple(doubt for doubt in self.doubts if doubt.code not in self.answers)
