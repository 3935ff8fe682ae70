"""A project, one layer or one result as a file to share, of the kind its name says."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from ecomap.model.cell_text import shortened
from ecomap.model.dates import looked_at_on, today
from ecomap.model.errors import InputError
from ecomap.model.formats import LAYERS, PAGES, TABULAR, format_of
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.pupils import HIDDEN_COUNTS, HIDING
from ecomap.model.record import Carried, Made
from ecomap.model.result import Output, Result
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.vocabulary import AREA_LINK
from ecomap.workspace.answer_names import BEFORE_TABLE
from ecomap.workspace.carrying import answers_in, carried, write_beside
from ecomap.workspace.days import AS_OF, day_of_answer
from ecomap.workspace.export_table import Table
from ecomap.workspace.known import known_if_stated, told_of_layer
from ecomap.workspace.pages import map_page
from ecomap.workspace.place_notes import with_notes
from ecomap.workspace.releases import Leaving, leaving, noted, passage_of
from ecomap.workspace.report import write_report
from ecomap.workspace.result_layers import all_placed

if TYPE_CHECKING:
    from ecomap.render.map_page import MapPage

PICTURES = (".png", ".svg")
WORKBOOK = ".xlsx"  # its sheets say rows in words, in the units people use: the rows themselves go along packed
PROJECT_ENDING = ".ecomap.gpkg"
WIDTH_PX, HEIGHT_PX = 1600, 1000
ANSWER, KNOWN_OF, OLD = "answer", "known_of", "older_than_three_years"  # last columns of tables without another place for it


@frozen
class ExportReport:
    """What was written. ``holds`` names the layers or tables in it; ``gave_way`` says what a meeting file leaves out to stay below its limit."""

    path: str
    kind: str
    bytes: int
    holds: tuple[Said, ...] = ()
    notes: tuple[Said, ...] = ()
    gave_way: tuple[Said, ...] = ()

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
    persons: Collection[str] = (),
    notes: bool = False,
    rows: bool = True,
    agreed: bool = True,
    most_mb: int = 0,
    width: int = WIDTH_PX,
    height: int = HEIGHT_PX,
    progress: Progress | None = None,
) -> ExportReport:
    """Write the project to a file; the ending says what: .html .pdf .png .svg .gpkg .geojson .csv .xlsx.

    The project's ledger does not know of it: see `export_noted`.

    Parameters
    ----------
    title, subtitle, language : str
        For pages; see `ecomap.workspace.pages.map_page`.
    layer : str
        Id or name of one layer, or id of one result. A .csv or .geojson holds one table: without a name it is the
        latest result's main one. A .gpkg or .xlsx without a name holds everything.
    left_out : collection of str
        For pages: ids of answers that the readers do not need; their tables, layers and lines on cards stay away.
    persons : collection of str
        Columns about single persons that leave all the same, by name or heading; without it none does.
    notes : bool
        For pages: whether notes pinned on places leave with it. They may be private.
    rows : bool
        Whether a page, a workbook or a GeoPackage of everything carries the rows that its answers rest on, as they may leave, so that
        the project can be made again from the file alone.
    agreed : bool
        For a meeting file: whether it says what was agreed, and who leads and helps.
    most_mb : int
        Megabytes that a meeting file stays below; 0 is the usual limit of 8. Borders give way before rows of tables, rows before
        answers, and the report says which.
    width, height : int
        Pixels of a .png or .svg.

    Raises
    ------
    InputError
        If the ending is not known, the folder is not there, or there is nothing to write.
    """
    return written(project, path, title=title, subtitle=subtitle, language=language, layer=layer, left_out=left_out, persons=persons,
                   notes=notes, rows=rows, agreed=agreed, most_mb=most_mb, width=width, height=height, progress=progress)[0]


def export_noted(project: Project, path: Path | str, *, progress: Progress | None = None, **words: Any) -> tuple[Project, ExportReport]:
    """Write the project to a file as `export` does, and note in its ledger what left: later files give nothing away together with it.

    Returns
    -------
    tuple of Project and ExportReport
        The project with the file in its ledger, to be kept and saved.
    """
    report, left = written(project, path, progress=progress, **words)
    return noted(project, left), report


def written(
    project: Project, path: Path | str, *, title: str = "", subtitle: str = "", language: str = "en", layer: str = "",
    left_out: Collection[str] = (), persons: Collection[str] = (), notes: bool = False, rows: bool = True, agreed: bool = True, made_on: str = "",
    most_mb: int = 0, width: int = WIDTH_PX, height: int = HEIGHT_PX, progress: Progress | None = None,
) -> tuple[ExportReport, Leaving]:
    """Write a file as `export` does; gives what the ledger is to note of it, too (`ecomap.workspace.releases.noted`).

    ``made_on`` is the day in ISO form that the file says it was made on; default today.
    """
    path, progress = Path(path), progress or silent()
    project = project if agreed else evolve(project, commitments=())
    ending = path.suffix.lower()
    if ending not in PAGES + TABULAR:
        raise InputError(
            say("EcoMap cannot write '{what}'.", what=name(path.suffix) if path.suffix else say("a file without an ending")),
            say("Use one of {endings}.", endings=joined(PAGES + TABULAR, " ")),
        )
    _check_place(path)
    try:
        made = Made(ending[1:], title, subtitle, language, layer, tuple(left_out), tuple(persons), made_on or today().isoformat(), most_mb)
        with looked_at_on(made.on):
            return _written(project, path, made, notes, rows, (width, height), progress)
    except OSError as problem:  # the disk is full, the folder may not be written to
        raise InputError(
            say("{file} cannot be written ({reason}).", file=name(path.name), reason=name(problem.strerror or problem)),
            say("Check the folder and the room on the disk."), {"path": str(path)},
        ) from problem


def _written(
    project: Project, path: Path, made: Made, with_pins: bool, rows: bool, size: tuple[int, int], progress: Progress,
) -> tuple[ExportReport, Leaving]:
    progress.at(0.0, HIDING)
    ending, layer, language = f".{made.kind}", made.of, made.language
    passage = passage_of(project, progress.part(0.0, 0.05), made.persons)
    whole, project = project, passage.project or project
    progress.at(0.05, say("Writing {file}", file=name(path.name)))
    gave_way: tuple[Said, ...] = ()
    notes: tuple[Said, ...] = ()
    if ending in PAGES:
        shown = _without_answers(project, made.left_out)
        told = told_of_people(whole, project, [*(layer.id for layer in shown.layers), *(result.id for result in shown.results)])
        notes += told
        kept = carried(shown, whole, told, made, answers=[result.id for result in shown.results],
                       layers=[one.id for one in shown.layers if one.geometry != NO_GEOMETRY], rows=rows and ending == ".html", pins=with_pins)
        shown = with_notes(shown) if with_pins else shown
        if ending == ".pdf":
            holds = write_report(shown, path, made, people=told, record=kept.record, progress=progress.part(0.05, 1.0))
        else:
            page = map_page(shown, made.title, made.subtitle, language, brief=ending in PICTURES, made_on=made.on)
            holds, said, gave_way = _write_page(evolve(page, people=told, carried=kept), path, ending, size, made.most_mb, progress.part(0.05, 1.0))
            notes += said
        keys = _keys(shown)
    else:
        tables = _tables(project, layer, one=format_of(ending).single)
        told = told_of_people(whole, project, [table.of for table in tables])
        notes += told
        single = format_of(ending).single
        kept = carried(project, whole, told, made, answers=answers_in(project, [table.of for table in tables]) if layer or single else None,
                       layers=[table.of for table in tables],
                       held={table.key: name for name, table in zip(_unique(tables), tables)}, rows=rows and (not layer or (ending == WORKBOOK and project.has_layer(tables[0].of))) and not single)
        if format_of(ending).writes == LAYERS:
            _write_geodata(project, tables, path, told, language, kept, progress.part(0.05, 1.0))
        else:
            _write_sheets(project, tables, path, told, language, kept, progress.part(0.05, 1.0))
            notes += _cut_texts(tables) if ending == ".xlsx" else ()
        if single:
            write_beside(path, kept)
        holds, keys = tuple(table.title for table in tables), [table.key for table in tables]
    progress.through(say("Wrote {file}", file=name(path.name)))
    from ecomap.analysis.release.stated import says_what_is_hidden  # heavy

    if _hid_something(whole, project) and not any(map(says_what_is_hidden, told)):
        notes = (HIDDEN_COUNTS, *notes)
    report = ExportReport(str(path), ending[1:], path.stat().st_size, holds, notes, gave_way)
    return report, leaving(whole, passage, path.name, holds, keys)


def _keys(project: Project) -> list[str]:
    """All tables of a project: a page's cards and tables draw on any of them."""
    return [*(f"layer/{layer.id}" for layer in project.layers),
            *(f"{result.id}/{output.name}" for result in project.results for output in result.outputs)]


def told_of_people(whole: Project, released: Project, of: Collection[str]) -> tuple[Said, ...]:
    """What a file has to say of the people in it: what was protected, what nobody knows, what was declared safe and by whom.

    Parameters
    ----------
    of : collection of str
        Ids of the layers and results that it holds.
    """
    from ecomap.analysis.release.stated import protected_in  # heavy

    return protected_in(whole, released, of).sentences


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
    page: MapPage, path: Path, ending: str, size: tuple[int, int], most_mb: int, progress: Progress
) -> tuple[tuple[Said, ...], tuple[Said, ...], tuple[Said, ...]]:
    """Write a map page; gives the names of the layers on it, what the writer has to say, and of that what gave way to its size."""
    if ending == ".html":
        from ecomap.render.page.file import write_html  # heavy
        from ecomap.render.page.fitting import MOST_BYTES

        made = write_html(page, path, max_bytes=most_mb * 1_000_000 or MOST_BYTES, progress=progress)
        return tuple(placed.layer.name for placed in page.layers), made.notes, made.gave_way
    progress.at(0.2, say("Drawing the map"))
    from ecomap.render.paper import picture as paint  # heavy

    write = paint.write_png if ending == ".png" else paint.write_svg
    write(page, path, size=size)
    return tuple(placed.layer.name for placed in page.layers if placed.layer.visible), (), ()


# --- tables --------------------------------------------------------------------------------------------------------


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
    return Table(layer.id, layer.name, project.frame(layer.id), layer.columns, layer.id, f"layer/{layer.id}",
                 what=layer.name, layer=layer)


def file_stem(words: str) -> str:
    """A name as a file or a table of one is called: letters and digits of any language, a hyphen between words.

    >>> file_stem("Gaps: mental health, 0.5 mi"), file_stem("...")
    ('gaps-mental-health-0.5-mi', 'ecomap')
    """
    return "-".join(re.findall(r"\w+(?:\.\w+)*", words.lower())) or "ecomap"


def _of_result(project: Project, result: Result, one: bool) -> tuple[Table, ...]:
    """The tables of an answer under its name, each with all its rows in the order that decides."""
    return tuple(_of_output(project, result, output) for output in (result.outputs[:1] if one else result.outputs))


def _of_output(project: Project, result: Result, output: Output) -> Table:
    from ecomap.render.first_rows import order_of

    layer = next((one for one in project.layers if one.result_id == result.id and one.view is not None and one.view.output == output.name), None)
    stem = re.sub(r"\W+", "_", file_stem(result.title))
    return Table(
        f"{stem}_{output.name}".replace("-", "_"), joined([result.title, output.title], BEFORE_TABLE), all_placed(project, output),
        output.columns, result.id, f"{result.id}/{output.name}", result.title, output.title, order_of(output), layer)


def _result(project: Project, name: str) -> Result | None:
    """The result of that id; without a name the only one there is."""
    if name or len(project.results) == 1:
        return next((known for known in project.results if not name or known.id == name), None)
    return None


def _write_geodata(
    project: Project, tables: tuple[Table, ...], path: Path, told: tuple[Said, ...], language: str, kept: Carried, progress: Progress
) -> None:
    from ecomap.io.writing import write_geodata  # heavy
    from ecomap.render.words.language import language as language_of
    from ecomap.workspace.dressing import layer_dress

    speak = language_of(language)
    dated = _dated(project, tables)
    dresses = [layer_dress(project, table, told, speak) for table in dated] if path.suffix.lower() == ".gpkg" else []
    write_geodata([(name, table.frame) for name, table in zip(_unique(tables), dated)], path,
                  description=" ".join(speak.say(line) for line in told), dresses=dresses, carried=kept, progress=progress)


def _write_sheets(
    project: Project, tables: tuple[Table, ...], path: Path, people: tuple[Said, ...], language: str, kept: Carried, progress: Progress
) -> None:
    from ecomap.render.first_rows import in_order
    from ecomap.render.tables import places, sheets  # heavy
    from ecomap.render.words.language import language as language_of
    from ecomap.workspace.telling import told_beside

    speak = language_of(language)
    if path.suffix.lower() == ".csv":
        frame, where = places.with_coordinates(in_order(_dated(project, tables)[0].frame, tables[0].order))
        sheets.write_csv(frame, path, columns=(*where, *tables[0].columns), speak=speak)
        return
    shown = []
    for table in tables:
        frame, where = places.with_coordinates(in_order(table.frame, table.order))
        order = table.order.words if table.answer else say("Rows are in the order of the file they came in.")
        shown.append(sheets.SheetTable(table.title, frame, (*table.columns, *where), table.answer, table.what, order))
    held = {table.of for table in tables}
    title = tables[0].answer if len(held) == 1 and tables[0].answer else name(project.title)
    sheets.write_xlsx(shown, path, title=title, told=told_beside(project, held, people), carried=kept, speak=speak, progress=progress)


def _dated(project: Project, tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """The tables of answers with the answer's name, its day, how much they know by name and what of them is old, for kinds of files that have no other place for it."""
    names = {result.id: result.title for result in project.results}
    days = {result.id: day for result in project.results if (day := day_of_answer(result))}
    said = {result.id: {KNOWN_OF: result.rests_on, OLD: result.old} for result in project.results}
    counted = known_if_stated(project)
    said |= {layer.id: {KNOWN_OF: told_of_layer(project, layer.id, counted)} for layer in project.layers if layer.known_of}
    return tuple(evolve(table, frame=table.frame.assign(
        **({ANSWER: names[table.of]} if table.of in names else {}),
        **({AS_OF: days[table.of]} if table.of in days else {}),
        **{column: text for column, text in said.get(table.of, {}).items() if text})) for table in tables)


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
