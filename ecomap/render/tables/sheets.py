"""Tables as CSV and XLSX: identifiers stay text, nothing in a cell is run as a formula, sources travel along."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from ecomap.model import vocabulary as v
from ecomap.model.cell_text import csv_bytes, guarded, in_xml, shortened
from ecomap.model.errors import InputError
from ecomap.model.files import write_whole
from ecomap.model.layer import Column
from ecomap.model.progress import Progress, silent
from ecomap.model.record import HIDDEN_SHEET, Carried
from ecomap.model.result import KeyFigure, Note, Provenance
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.said import name as kept
from ecomap.model.short_names import short_name
from ecomap.model.source import Source
from ecomap.model.units import OUT_OF_REACH, format_number
from ecomap.render.tables.carried import hidden_sheet
from ecomap.render.tables.workbook import Sheet, workbook_bytes
from ecomap.render.words.cells import is_missing
from ecomap.render.words.closed import NO, YES
from ecomap.render.words.language import IN_ENGLISH, Language

Table = tuple[Said, Any, Sequence[Column]]  # title, frame, columns

_MOST_ROWS = 1_048_575
_WIDEST, _NARROWEST = 48, 9
_LONGEST_NAME = 31  # UTF-16 units
_BEFORE_TABLE, _FOR_TABLE = " · ", 13  # between an answer's name and what of it a table is, and the room for that
_FORMATS: Mapping[str, str] = {"share": "0.0%", "usd": '"$"#,##0', "count": "#,##0", "m": "#,##0", "m2": "#,##0"}


def write_csv(
    frame: Any, path: Path | str, *, columns: Sequence[Column] = (), speak: Language = IN_ENGLISH
) -> None:
    """Write one table as CSV (UTF-8 without a mark, as programs expect it) under the columns' own names.

    Missing numbers are blank and keep the ``_reason`` column that says why; infinite distances say "out of reach".
    Text that a spreadsheet would run as a formula is written behind an apostrophe; numbers stay numbers. How cells are
    quoted stands in `ecomap.model.cell_text`.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Rows; a geometry column is left out.
    columns : sequence of Column
        Their order comes first; other columns follow.
    speak : Language
        In which EcoMap's own words in cells are said; codes and names stay what programs know.
    """
    names = column_order(frame, columns)
    rows = ([_csv_cell(value, speak) for value in row] for row in _rows(frame, names))
    write_whole(Path(path), csv_bytes(chain([[guarded(name) for name in names]], rows)))


def write_xlsx(
    tables: Sequence[Table],
    path: Path | str,
    *,
    title: Said = NOTHING,
    figures: Sequence[KeyFigure] = (),
    notes: Sequence[Note] = (),
    sources: Sequence[Source] = (),
    provenance: Provenance | None = None,
    carried: Carried | None = None,
    speak: Language = IN_ENGLISH,
    progress: Progress | None = None,
) -> None:
    """Write tables as one workbook, a sheet each, with sheets that explain columns, figures, notes and sources.

    Parameters
    ----------
    tables : sequence of (title, frame, columns)
    title : str
        Of the workbook.
    figures, notes, sources, provenance
        What an answer says beside its tables; sheets without content are left out.
    carried : Carried, optional
        The record of the answers, and the rows they rest on, in a hidden sheet.

    Raises
    ------
    InputError
        If a table has more rows than a sheet can hold.
    """
    progress = progress or silent()
    names: set[str] = {HIDDEN_SHEET.casefold()}
    sheets = []
    for number, (heading, frame, columns) in enumerate(tables):
        progress.at(0.3 * number / len(tables), kept(heading))
        if len(frame) > _MOST_ROWS:
            raise InputError(
                say("'{table}' has {rows} rows; a sheet holds {most}.", table=kept(heading), rows=format_number(len(frame)),
                    most=format_number(_MOST_ROWS)),
                say("Write it as .csv or .gpkg."),
            )
        sheets.append(_table_sheet(_sheet_name(speak.say(heading), names), frame, columns, speak))
    for name, lines in (
        (say("Key figures"), _figure_lines(figures)),
        (say("Notes"), _note_lines(notes)),
        (say("Columns"), _column_lines(tables)),
        (say("Sources"), _source_lines(sources, provenance)),
    ):
        if len(lines) > 1:
            sheets.append(_text_sheet(_sheet_name(speak.say(name), names), lines, speak))
    if not sheets:
        raise InputError(say("There is no table to write."), say("Choose a layer or a result."))
    if carried is not None:
        sheets.append(hidden_sheet(carried))
    made = workbook_bytes(
        sheets, title=speak.say(title), creator="EcoMap", progress=progress.part(0.3, 1.0))
    write_whole(Path(path), made)


def column_order(frame: Any, columns: Sequence[Column]) -> list[str]:
    """Identifier and name, then the described columns with their margins, bands and reasons, then the rest."""
    there = [str(name) for name in frame.columns if name not in (_geometry(frame), v.PICTURE)]  # a picture fits into no cell
    wanted = [v.ID, v.NAME]
    for column in columns:
        wanted += [column.name, column.moe, column.low, column.high, column.name + v.REASON_SUFFIX]
    known = set(there)
    return [name for name in dict.fromkeys((*wanted, *there)) if name in known]


def _geometry(frame: Any) -> str:
    """The name of the geometry column, or "" for a plain table."""
    name = getattr(frame, "_geometry_column_name", None)
    return str(name) if name is not None else v.GEOMETRY if v.GEOMETRY in frame.columns else ""


def _rows(frame: Any, names: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    return zip(*(_plain_values(frame[name]) for name in names)) if names else iter(())


def _plain_values(series: Any) -> list[Any]:
    """Built-in values: no numpy scalar reaches a file."""
    return [value.item() if hasattr(value, "item") else value for value in series.tolist()]


def _csv_cell(value: Any, speak: Language) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return speak.say(YES if value else NO)
    if isinstance(value, float):
        if math.isinf(value):
            return speak.say(OUT_OF_REACH)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return str(value) if isinstance(value, int) else guarded(speak.say(value) if isinstance(value, str) else str(value))


def _table_sheet(name: str, frame: Any, columns: Sequence[Column], speak: Language) -> Sheet:
    described = {column.name: column for column in columns}
    names = column_order(frame, columns)
    cells = [[speak.say(_heading(one, described)), *(_cell(value, speak) for value in _plain_values(frame[one]))]
             for one in names]
    return Sheet(name, cells, [_number_format(one, described) for one in names], _widths(cells),
                 frozen="C2" if names[:2] == [v.ID, v.NAME] else "A2", filtered=bool(names) and len(frame) > 0)


def _cell(value: Any, speak: Language) -> Any:
    """What a cell holds: a number, yes or no, text; nothing where a value is missing."""
    if is_missing(value) or value == "":
        return None
    if isinstance(value, float) and math.isinf(value):
        return speak.say(OUT_OF_REACH)
    if isinstance(value, (bool, int, float)):
        return value
    return speak.say(value) if isinstance(value, str) else str(value)


def _heading(name: str, described: Mapping[str, Column]) -> str:
    """The label of a column; margins and reasons are named after the column they speak of."""
    if name in described:
        return described[name].label
    for column in described.values():
        if name == column.moe:
            return say("{label}, 90 % margin", label=column.label)
        if name == column.name + v.REASON_SUFFIX:
            return say("Why {label} is missing", label=column.label)
    return name


def _number_format(name: str, described: Mapping[str, Column]) -> str:
    for column in described.values():
        if name in (column.name, column.moe):
            return _FORMATS.get(column.unit, "")
    return ""


def _text_sheet(name: str, lines: Sequence[Sequence[Any]], speak: Language) -> Sheet:
    wide = max(len(line) for line in lines)
    cells = [[_cell(line[n], speak) if n < len(line) else None for line in lines] for n in range(wide)]
    return Sheet(name, cells, widths=_widths(cells), frozen="A2", wrapped=True)


def _widths(columns: Sequence[Sequence[Any]]) -> list[float]:
    """Columns wide enough for what the first rows hold."""
    longest = (max((len(str(value)) for value in column[:60] if value is not None), default=0) for column in columns)
    return [min(max(length + 2, _NARROWEST), _WIDEST) for length in longest]


def _figure_lines(figures: Sequence[KeyFigure]) -> list[list[Any]]:
    head = [say("Figure"), say("Value"), say("Margin (90 %)"), say("From"), say("To"), say("Range of what"), say("Unit"), say("Note")]
    return [head, *([f.label, f.value, f.moe, *((f.range.low, f.range.high, f.range.what) if f.range is not None and f.value is not None else
                                                (None, None, None)), f.unit, f.note] for f in figures)]


def _note_lines(notes: Sequence[Note]) -> list[list[Any]]:
    return [[say("Note")], *([note.text] for note in notes)]


def _column_lines(tables: Sequence[Table]) -> list[list[Any]]:
    head = [say("Table"), say("Column"), say("Meaning"), say("Unit")]
    lines = [
        [title, column.label, column.help, column.unit]
        for title, frame, columns in tables
        for column in columns
        if column.name in frame.columns
    ]
    return [head, *lines]


def _source_lines(sources: Sequence[Source], provenance: Provenance | None) -> list[list[Any]]:
    """Each source once, then the analysis and its settings, from which the same answer can be made again."""
    every = dict.fromkeys((*sources, *(provenance.sources if provenance else ())))
    head = [say("Source"), say("Publisher"), say("Period"), say("What it counts"), say("Licence"), say("Read on")]
    lines: list[list[Any]] = [
        [s.title, s.publisher, s.vintage, s.universe, s.licence, s.retrieved] for s in every
    ]
    if provenance is not None:
        lines.append([])
        lines.append([say("Analysis"), provenance.analysis])
        lines.append([say("Version"), provenance.version])
        lines += [[say("Setting"), f"{name} = {value}"] for name, value in provenance.params.items()]
    return [head, *lines]


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes: at most 31 letters, none of ``[]:*?/\\``, no other sheet's, and not the one it keeps for itself."""
    whole = re.sub(r"[\[\]:*?/\\'\s]+", " ", in_xml(title)).strip()
    answer, between, what = whole.rpartition(_BEFORE_TABLE)
    if between and len(whole) > _LONGEST_NAME:  # of an answer: both ends of its name, and of what the table is
        what = short_name(what, _FOR_TABLE)
        whole = short_name(answer, _LONGEST_NAME - len(between) - len(what)) + between + what
    base = shortened(whole, _LONGEST_NAME) or "Sheet"
    name, number = base, 2
    while name.casefold() in taken or name.casefold() == "history":
        tail = f" {number}"
        name, number = shortened(base, _LONGEST_NAME - len(tail)) + tail, number + 1
    taken.add(name.casefold())
    return name
