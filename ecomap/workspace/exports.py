"""A project, one layer or one result as a file to share, of the kind its name says."""

from __future__ import annotations

import weakref
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ecomap.model.cell_text import shortened
from ecomap.model.errors import InputError
from ecomap.model.formats import LAYERS, PAGES, TABULAR, format_of
from ecomap.model.layer import Column, Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.pupils import HIDDEN_COUNTS, HIDING
from ecomap.model.result import Result
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.vocabulary import AREA_LINK
from ecomap.workspace.pages import map_page
from ecomap.workspace.result_layers import placed_frame

if TYPE_CHECKING:
    from ecomap.render.map_page import MapPage

PROJECT_ENDING = ".ecomap.gpkg"
WIDTH_PX, HEIGHT_PX = 1600, 1000


@frozen
class ExportReport:
    """What was written. ``holds`` names the layers or tables in it."""

    path: str
    kind: str
    bytes: int
    holds: tuple[Said, ...] = ()
    notes: tuple[Said, ...] = ()

    @property
    def sentence(self) -> Said:
        size = name(f"{self.bytes / 1e6:.1f} MB" if self.bytes >= 100_000 else f"{self.bytes / 1e3:.0f} kB")
        return say("wrote {path} ({size})", path=name(self.path), size=size)


def export(
    project: Project,
    path: Path | str,
    *,
    title: str = "",
    subtitle: str = "",
    language: str = "en",
    layer: str = "",
    left_out: Collection[str] = (),
    width: int = WIDTH_PX,
    height: int = HEIGHT_PX,
    progress: Progress | None = None,
) -> ExportReport:
    """Write the project to a file; the ending says what: .html .pdf .png .svg .gpkg .geojson .csv .xlsx.

    Parameters
    ----------
    title, subtitle, language : str
        For pages; see `ecomap.workspace.pages.map_page`.
    layer : str
        Id or name of one layer, or id of one result. A .csv or .geojson holds one table: without a name it is the
        latest result's main one. A .gpkg or .xlsx without a name holds everything.
    left_out : collection of str
        For pages: ids of answers that the readers do not need; their tables, layers and lines on cards stay away.
    width, height : int
        Pixels of a .png or .svg.

    Raises
    ------
    InputError
        If the ending is not known, the folder is not there, or there is nothing to write.
    """
    path, progress = Path(path), progress or silent()
    ending = path.suffix.lower()
    if ending not in PAGES + TABULAR:
        raise InputError(
            say("EcoMap cannot write '{what}'.", what=name(path.suffix) if path.suffix else say("a file without an ending")),
            say("Use one of {endings}.", endings=joined(PAGES + TABULAR, " ")),
        )
    _check_place(path)
    try:
        return _written(project, path, ending, title, subtitle, language, layer, left_out, (width, height), progress)
    except OSError as problem:  # the disk is full, the folder may not be written to
        raise InputError(
            say("{file} cannot be written ({reason}).", file=name(path.name), reason=name(problem.strerror or problem)),
            say("Check the folder and the room on the disk."), {"path": str(path)},
        ) from problem


def _written(
    project: Project, path: Path, ending: str, title: str, subtitle: str, language: str, layer: str, left_out: Collection[str],
    size: tuple[int, int], progress: Progress,
) -> ExportReport:
    progress.at(0.0, HIDING)
    whole, project = project, _released(project, progress.part(0.0, 0.05))
    progress.at(0.05, say("Writing {file}", file=name(path.name)))
    notes: tuple[Said, ...] = (HIDDEN_COUNTS,) if _hid_something(whole, project) else ()
    if ending in PAGES:
        shown = _without_answers(project, left_out)
        page = map_page(shown, title, subtitle, language, brief=ending in (".png", ".svg"))
        holds, said = _write_page(page, path, ending, size, progress.part(0.05, 1.0))
        notes += said
    else:
        tables = _tables(project, layer, one=format_of(ending).single)
        if format_of(ending).writes == LAYERS:
            _write_geodata(tables, path, progress.part(0.05, 1.0))
        else:
            _write_sheets(project, tables, path, _result(project, layer), language, progress.part(0.05, 1.0))
            notes += _cut_texts(tables) if ending == ".xlsx" else ()
        holds = tuple(table.title for table in tables)
    progress.at(1.0, say("Wrote {file}", file=name(path.name)))
    return ExportReport(str(path), ending[1:], path.stat().st_size, holds, notes)


def released_result(project: Project, result_id: str) -> Result:
    """One result as it may leave, hidden as it is in every file made of the project."""
    return next(result for result in _released(project).results if result.id == result_id)


def _released(project: Project, progress: Progress | None = None) -> Project:
    """The project as it may leave: small counts of pupils (`ecomap.model.pupils`), and what would give them back, are hidden.

    Worked out once for the files that a planner writes one after the other of the same project.
    """
    from ecomap.analysis.release.door import released  # heavy

    known = _LATEST.get(project)
    if known is None:
        known = released(project, progress=progress)
        _LATEST.put(project, known)
    return known


class _Latest:
    """What was worked out of the latest project, for as long as that very project is in use; snapshots never change."""

    def __init__(self) -> None:
        self._kept: tuple[weakref.ref[Project], Project | None] | None = None  # None inside: nothing had to change

    def get(self, project: Project) -> Project | None:
        kept = self._kept
        return (kept[1] or project) if kept is not None and kept[0]() is project else None

    def put(self, project: Project, made: Project) -> None:
        self._kept = (weakref.ref(project, self._forget), made if made is not project else None)

    def _forget(self, gone: weakref.ref[Project]) -> None:
        if self._kept is not None and self._kept[0] is gone:
            self._kept = None


_LATEST = _Latest()


def _without_answers(project: Project, left_out: Collection[str]) -> Project:
    """The project without some answers and the layers made from them; small groups are hidden before, for all files alike."""
    for result in [one for one in project.results if one.id in left_out]:
        project = project.without_result(result.id)
    return project


def _hid_something(whole: Project, released: Project) -> bool:
    pairs = [(whole.frames[layer.id], released.frames[layer.id]) for layer in whole.layers]
    for before, after in zip(whole.results, released.results):
        pairs += [(one.frame, other.frame) for one, other in zip(before.outputs, after.outputs)]
    return any(one is not other for one, other in pairs)


def export_result(project: Project, result_id: str, path: Path | str) -> ExportReport:
    """Write the tables of one result: every one of them to .gpkg and .xlsx, the main one to .csv and .geojson."""
    return export(project, path, layer=result_id)


def _check_place(path: Path) -> None:
    if path.name.lower().endswith(PROJECT_ENDING):
        raise InputError(
            say("{file} is the name of a project, and an export would replace it.", file=name(path.name)),
            say("Choose a name that ends in .gpkg without .ecomap before it, or save the project under another name."),
        )
    if not path.parent.is_dir():
        raise InputError(say("There is no folder {parent}.", parent=name(path.parent)), say("Make it first, or choose another place."))


def _write_page(
    page: MapPage, path: Path, ending: str, size: tuple[int, int], progress: Progress
) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Write a map page; gives the names of the layers on it and what the writer has to say."""
    notes: tuple[Said, ...] = ()
    if ending == ".html":
        from ecomap.render.page.file import write_html  # heavy

        notes = tuple(map(name, write_html(page, path, progress=progress).notes))
        return tuple(placed.layer.name for placed in page.layers), notes
    progress.at(0.2, say("Drawing the map"))
    if ending == ".pdf":
        from ecomap.render.paper.pdf import write_pdf  # heavy

        write_pdf(page, path, progress=progress.part(0.2, 1.0))
    else:
        from ecomap.render.paper import picture as paint  # heavy

        write = paint.write_png if ending == ".png" else paint.write_svg
        write(page, path, size=size)
    return tuple(placed.layer.name for placed in page.layers if placed.layer.visible), notes


# --- tables --------------------------------------------------------------------------------------------------------


@frozen
class Table:
    """One table to write: a layer with its rows, or an output of a result."""

    name: str
    title: Said
    frame: Any
    columns: tuple[Column, ...] = ()


def _tables(project: Project, of: str, *, one: bool) -> tuple[Table, ...]:
    """What to write, in order; never empty. ``one``: the file holds a single table."""
    result = _result(project, of) if of else None
    if result is not None:
        return _of_result(project, result, one)
    if of:
        from ecomap.workspace.layer_names import layer_of

        return (_of_layer(project, layer_of(project, of)),)
    if one:
        if not project.results:
            raise InputError(say("The project has no result to write."), say("Choose a layer, or run an analysis."))
        return _of_result(project, project.results[-1], one)
    layers = [layer for layer in project.layers if layer.role != AREA_LINK and not layer.result_id]
    tables = tuple(_of_layer(project, layer) for layer in layers)
    for known in project.results:
        tables += _of_result(project, known, one=False)
    if not tables:
        raise InputError(say("The project is empty: there is nothing to write."), say("Import a file first."))
    return tables


def _of_layer(project: Project, layer: Layer) -> Table:
    return Table(layer.id, layer.name, project.frame(layer.id), layer.columns)


def _of_result(project: Project, result: Result, one: bool) -> tuple[Table, ...]:
    return tuple(
        Table(f"{result.analysis}_{output.name}".replace("-", "_"), output.title, placed_frame(project, output),
              output.columns)
        for output in (result.outputs[:1] if one else result.outputs)
    )


def _result(project: Project, name: str) -> Result | None:
    """The result of that id; without a name the only one there is."""
    if name or len(project.results) == 1:
        return next((known for known in project.results if not name or known.id == name), None)
    return None


def _write_geodata(tables: tuple[Table, ...], path: Path, progress: Progress) -> None:
    from ecomap.io.writing import write_geodata  # heavy

    write_geodata([(name, table.frame) for name, table in zip(_unique(tables), tables)], path, progress=progress)


def _write_sheets(
    project: Project, tables: tuple[Table, ...], path: Path, result: Result | None, language: str, progress: Progress
) -> None:
    from ecomap.render.tables import sheets  # heavy
    from ecomap.render.words.language import language as language_of

    speak = language_of(language)
    if path.suffix.lower() == ".csv":
        sheets.write_csv(tables[0].frame, path, columns=tables[0].columns, speak=speak)
        return
    told: dict[str, Any] = {}
    if result is not None:
        provenance = result.provenance
        told = {"figures": result.figures, "notes": result.notes, "provenance": provenance,
                "sources": provenance.sources if provenance else ()}
    shown = [(table.title, table.frame, table.columns) for table in tables]
    sheets.write_xlsx(shown, path, title=result.title if result else name(project.title), speak=speak, progress=progress, **told)


def _cut_texts(tables: tuple[Table, ...]) -> tuple[Said, ...]:
    """What a workbook could not hold whole."""
    cut = sum(
        isinstance(value, str) and shortened(value) != value
        for table in tables for column in table.frame.columns if table.frame[column].dtype.kind in "OT" and column != "geometry"
        for value in table.frame[column])
    if not cut:
        return ()
    return (plural("{n} text is longer than a cell of a workbook holds and was cut; a .csv or .gpkg holds it whole.",
                   "{n} texts are longer than a cell of a workbook holds and were cut; a .csv or .gpkg holds them whole.", cut),)


def _unique(tables: tuple[Table, ...]) -> list[str]:
    """Table names, a number behind those that come again."""
    seen: dict[str, int] = {}
    names = []
    for table in tables:
        seen[table.name] = seen.get(table.name, 0) + 1
        names.append(table.name if seen[table.name] == 1 else f"{table.name}_{seen[table.name]}")
    return names
