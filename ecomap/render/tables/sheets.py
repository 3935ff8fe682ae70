"""Tables as CSV and XLSX: identifiers stay text, nothing in a cell is run as a formula, sources travel along."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.cell_text import csv_bytes, guarded
from ecomap.model.errors import InputError
from ecomap.model.files import write_whole
from ecomap.model.layer import Column
from ecomap.model.progress import Progress, silent
from ecomap.model.record import Carried
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.units import METRIC, OUT_OF_REACH, format_number, measured_in
from ecomap.render.tables.carried import hidden_sheet
from ecomap.render.tables.cells import closer_format, heading, number_format, unit_of, writer
from ecomap.render.tables.guide import (
    SheetTable,
    Told,
    column_lines,
    contents_lines,
    figure_lines,
    note_lines,
    setting_lines,
    source_lines,
)
from ecomap.render.tables.sheet_names import BETWEEN, SheetNames
from ecomap.render.tables.workbook import A4, LETTER, Sheet, workbook_bytes
from ecomap.render.words.cells import is_missing
from ecomap.render.words.closed import NO, YES
from ecomap.render.words.language import IN_ENGLISH, Language

_MOST_ROWS = 1_048_575
_WIDEST, _NARROWEST = 48, 9
_HEADING_LINES = 4  # that a heading may take
_CONTENTS = say("Contents")
_FIGURE = "[>=100]#,##0;[<=-100]-#,##0;0.0#"  # of figures in different units below each other


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
    tables: Sequence[SheetTable],
    path: Path | str,
    *,
    title: Said = NOTHING,
    told: Told | None = None,
    carried: Carried | None = None,
    speak: Language = IN_ENGLISH,
    progress: Progress | None = None,
) -> None:
    """Write tables as one workbook: contents first, a sheet for each table, then what they say beside them.

    Cells say words for codes and numbers in the units people use; the sheet *Columns* has what programs call each column, and
    the sheet *Settings* what each answer was asked with. Every sheet is set up for paper.

    Parameters
    ----------
    title : str
        Of the workbook.
    told : Told
        What the answers say beside their tables; sheets without content are left out.
    carried : Carried, optional
        The record of the answers, and the rows they rest on, in a hidden sheet.

    Raises
    ------
    InputError
        If a table has more rows than a sheet can hold, or there is none.
    """
    progress = progress or silent()
    if not tables:
        raise InputError(say("There is no table to write."), say("Choose a layer or a result."))
    called = SheetNames([speak.say(table.answer) for table in tables if table.answer])
    contents = called.of(speak.say(_CONTENTS))
    sisters = {one.answer: tuple(speak.say(other.what) for other in tables if other.answer == one.answer) for one in tables if one.answer}
    names, sheets = [], []
    for number, table in enumerate(tables):
        progress.at(0.3 * number / len(tables), table.title)
        if len(table.frame) > _MOST_ROWS:
            raise InputError(
                say("'{table}' has {rows} rows; a sheet holds {most}.", table=table.title, rows=format_number(len(table.frame)),
                    most=format_number(_MOST_ROWS)),
                say("Write it as .csv or .gpkg."),
            )
        names.append(called.of_answer(speak.say(table.answer), speak.say(table.what), sisters[table.answer]) if table.answer else called.of(speak.say(table.title)))
        sheets.append(_table_sheet(names[-1], table, speak))
    guides = _guides(tables, names, told or Told(), called, speak)
    lines = contents_lines(tables, names, [(sheet.name, what) for sheet, what in guides])
    first = _text_sheet(contents, speak.say(joined([title or kept(contents), _CONTENTS], BETWEEN)), lines, speak)
    first = evolve(first, links=dict(enumerate([*names, *(sheet.name for sheet, _ in guides)], start=2)))
    every = [first, *sheets, *(sheet for sheet, _ in guides), *([hidden_sheet(carried)] if carried is not None else [])]
    made = workbook_bytes(every, title=speak.say(title), creator="EcoMap", progress=progress.part(0.3, 1.0))
    write_whole(Path(path), made)


def _guides(
    tables: Sequence[SheetTable], names: Sequence[str], told: Told, called: SheetNames, speak: Language
) -> list[tuple[Sheet, Said]]:
    """The sheets that explain, with what each holds."""
    found = []
    for words, what, lines in (
        (say("Key figures"), say("The numbers that answer the questions, with margins and ranges"), figure_lines(told)),
        (say("Notes"), say("What was found, and what to know before believing it"), note_lines(told)),
        (say("Columns"), say("What every column means, and what files for programs call it"), column_lines(tables, names)),
        (say("Sources"), say("Who published the numbers, and of which period they are"), source_lines(told)),
        (say("Settings"), say("What each question was asked with"), setting_lines(told)),
    ):
        if len(lines) > 1:
            found.append((_text_sheet(called.of(speak.say(words)), speak.say(words), lines, speak), what))
    return found


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


def _table_sheet(name: str, table: SheetTable, speak: Language) -> Sheet:
    described = {column.name: column for column in table.columns}
    names = column_order(table.frame, table.columns)
    cells = []
    for one in names:
        write = writer(one, described, speak)
        cells.append([speak.say(heading(one, described)), *(write(value) for value in _plain_values(table.frame[one]))])
    units = [unit_of(one, described) for one in names]
    return Sheet(name, cells, [number_format(unit) for unit in units], _widths(cells), closer=[partial(closer_format, unit) for unit in units],
                 frozen="C2" if names[:2] == [v.ID, v.NAME] else "A2", filtered=bool(names) and len(table.frame) > 0,
                 title=speak.say(table.title), paper=_paper())


def _text_sheet(name: str, title: str, lines: Sequence[Sequence[Any]], speak: Language) -> Sheet:
    def cell(value: Any) -> Any:
        return speak.say(value) or None if isinstance(value, str) else value

    cells = [[cell(line[n]) for line in lines] for n in range(len(lines[0]))]
    return Sheet(name, cells, [_FIGURE] * len(cells), widths=_widths(cells), frozen="A2", wrapped=True, title=title, paper=_paper())


def _paper() -> int:
    return A4 if measured_in() == METRIC else LETTER


def _widths(columns: Sequence[Sequence[Any]]) -> list[float]:
    """Columns wide enough for what the first rows hold; headings break into lines between words."""
    found = []
    for heading_, *rows in columns:
        words = max(map(len, str(heading_ or "").split()), default=0)
        longest = max((len(_as_shown(value)) for value in rows[:60] if value is not None), default=0)
        found.append(float(min(max(longest + 2, words + 4, len(str(heading_ or "")) / _HEADING_LINES, _NARROWEST), _WIDEST)))
    return found


def _as_shown(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
