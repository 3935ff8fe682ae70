"""The template that partners fill in: one sheet per table, drop-down lists, a note on each column; or a folder of CSV."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from ecomap.io.inventory.incoming import Incoming, RawTable
from ecomap.io.reading.delimited import DELIMITERS, decode
from ecomap.io.reading.workbook import sheet_cells
from ecomap.model.cell_text import csv_bytes, guarded, unguarded
from ecomap.model.errors import InputError
from ecomap.model.files import write_whole
from ecomap.model.inventory import TABLES, TableSpec
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, say
from ecomap.model.said import name as named
from ecomap.model.terms import plain
from ecomap.model.vocabulary import ID

MARKS_SHEET = "ecomap"
OWN_SHEETS = (MARKS_SHEET, "Read me", "Lists")
FORMAT = "ecomap inventory template 1"
HEADER_SEARCH = 12
KNOWN_SHARE = 0.6   # of the headings; a table of another standard has few of ours


def read_template_workbook(path: Path) -> Incoming | None:
    """The tables of a filled template, or None where a workbook is none.

    A formula gives the value the spreadsheet last stored; text stays text whatever it starts with.
    """
    import openpyxl  # heavy
    from defusedxml.common import DefusedXmlException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                titles = [sheet.title for sheet in book.worksheets]
                if MARKS_SHEET not in titles and not any(_spec_called(title) for title in titles):
                    return None
                sheets = {sheet.title: sheet_cells(sheet) for sheet in book.worksheets if sheet.title == MARKS_SHEET or _spec_called(sheet.title)}
                renamed = _renamed(book, set(sheets))
            finally:
                book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError,
            SyntaxError, DefusedXmlException, AssertionError, RecursionError) as problem:
        raise InputError(
            say("{file} is a damaged or hostile Excel file.", file=named(path.name)), say("Open it in Excel and save it again as .xlsx or CSV."),
            {"reason": f"{type(problem).__name__}: {problem}"[:300]},
        ) from problem
    marks = _marks(sheets.pop(MARKS_SHEET, []))
    tables = []
    for title, rows in sheets.items():
        spec = _spec_called(title)
        table = _table(spec, rows) if spec else None
        if table is not None:
            tables.append(table)
    if not tables and not marks:
        if renamed and MARKS_SHEET in titles:
            title, meant = next(iter(renamed.items()))
            raise InputError(
                say("{file} is a template of EcoMap without any of its sheets: '{sheet}' has the headings of '{table}', but another name.", file=named(path.name), sheet=named(title), table=meant),
                say("Call the sheet '{table}' again.", table=meant),
            )
        return None
    strange = tuple(title for title in titles if title not in {*renamed, *OWN_SHEETS} and not _spec_called(title))
    notes = [ReportLine("caution", say("The sheet '{sheet}' was not read: it has the headings of '{table}', but another name. Give it that name and bring the file in again.", sheet=named(title), table=meant)) for title, meant in renamed.items()]
    if strange:
        notes.append(ReportLine("note", say("Sheets that are not part of the template; not read."), None, strange[:5]))
    return Incoming(path.name, "EcoMap template", tuple(tables), tuple(notes), marks, title=path.stem)


def _renamed(book: Any, read: set[str]) -> dict[str, Said]:
    """Sheet -> the table whose headings it has, for sheets that carry the name of none."""
    found: dict[str, Said] = {}
    for sheet in book.worksheets:
        if sheet.title in read or sheet.title in OWN_SHEETS:
            continue
        first = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(max_row=HEADER_SEARCH, values_only=True)]
        fitting = {spec.title: len(header) for spec in TABLES for row in first if (header := _header(spec, row)) is not None}
        if fitting:
            found[sheet.title] = max(fitting, key=lambda title: fitting[title])
    return found


def is_template_folder(folder: Path) -> bool:
    """True for a folder with at least one CSV that has the name and the headings of a table."""
    return folder.is_dir() and any(is_template_table(path) for path in sorted(folder.glob("*.csv")))


def is_template_table(path: Path) -> bool:
    """True for a CSV with the name of a table and at least two of its headings, every needed one among them."""
    spec = _spec_called(path.stem)
    if spec is None or not path.is_file():
        return False
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    try:
        text, _ = decode(head, path)
    except InputError:
        return False
    first = next(iter(text.splitlines()), "")
    return any(_header(spec, _cells_of(first, mark)[0]) is not None for mark in DELIMITERS)


def read_template_folder(folder: Path, name: str, *, only: Path | None = None) -> Incoming:
    """The tables of a folder of CSV files, or of one of them."""
    tables = []
    for path in [only] if only else sorted(folder.glob("*.csv")):
        spec = _spec_called(path.stem)
        if spec is None or not is_template_table(path):
            continue
        text, _ = decode(path.read_bytes(), path)
        first = next(iter(text.splitlines()), "")
        mark = max(DELIMITERS, key=lambda one: len(_cells_of(first, one)[0]))
        rows = [[unguarded(cell) for cell in row] for row in _cells_of(text, mark)]
        table = _table(spec, rows)
        if table is not None:
            tables.append(table)
    return Incoming(name, "EcoMap template, CSV", tuple(tables), title=Path(name).stem)


def write_template_folder(tables: Mapping[str, Mapping[str, Sequence[str]]], folder: Path) -> None:
    """One CSV per table (UTF-8), under the columns' own names; what a spreadsheet would run stands behind an apostrophe."""
    folder.mkdir(parents=True, exist_ok=True)
    for spec in TABLES:
        texts = tables.get(spec.role, {})
        rows = zip(*([guarded(text) for text in texts.get(name, ())] for name in spec.names))
        write_whole(folder / f"{spec.layer_id}.csv", csv_bytes(chain([spec.names], rows), ending="\r\n"))


def _cells_of(text: str, delimiter: str) -> list[list[str]]:
    before = csv.field_size_limit(1 << 30)
    try:
        return list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)) or [[]]
    except csv.Error as problem:
        raise InputError(say("The file is not a table that can be split into cells."), say("Export it again as CSV in UTF-8."),
                         {"reason": str(problem)}) from problem
    finally:
        csv.field_size_limit(before)


def _spec_called(title: str) -> TableSpec | None:
    wanted = plain(title)
    return next((spec for spec in TABLES if wanted in (plain(spec.title), plain(spec.layer_id), plain(spec.role))), None)


def _header(spec: TableSpec, row: Sequence[str]) -> dict[int, str] | None:
    """Position -> field of a row of headings; None if it is none."""
    known: dict[str, str] = {}
    for field in reversed(spec.fields):
        known.update({plain(word): field.name for word in field.aliases})
    for field in spec.fields:
        known.update({plain(field.label): field.name})
    for field in spec.fields:
        known.update({plain(field.name): field.name})
    found: dict[int, str] = {}
    for n, cell in enumerate(row):
        name = known.get(plain(cell.removesuffix("*")))
        if name and name not in found.values():
            found[n] = name
    needed = {field.name for field in spec.fields if field.required}
    said = sum(bool(cell.strip()) for cell in row)
    fits = len(found) >= 2 and len(found) >= KNOWN_SHARE * said and needed <= set(found.values())
    return found if fits else None


def _table(spec: TableSpec, rows: Sequence[Sequence[str]]) -> RawTable | None:
    """The rows under the headings; None where there are no headings of this table."""
    start, header = next(
        ((n, found) for n, row in enumerate(rows[:HEADER_SEARCH]) if (found := _header(spec, row)) is not None), (0, None)
    )
    if header is None:
        return None
    body = [row for row in rows[start + 1:] if any(cell.strip() for cell in row)]
    cells: dict[str, list[str | None]] = {
        name: [row[n] if n < len(row) else None for row in body] for n, name in header.items()
    }
    unknown = tuple(cell for n, cell in enumerate(rows[start]) if cell.strip() and n not in header)
    lines = (ReportLine("note", say("Columns that the table does not have; not read."), None, unknown[:5]),) if unknown else ()
    return RawTable(spec.role, cells, len(body), lines)


def _marks(rows: Iterable[Sequence[str]]) -> dict[str, dict[str, list[str]]]:
    """Role -> id -> marks of the cells, in the order in which this version names the columns."""
    found: dict[str, dict[str, list[str]]] = {}
    columns: dict[str, list[str]] = {}
    specs: dict[str, Any] = {spec.role: spec for spec in TABLES}
    for row in rows:
        if len(row) < 3 or row[0] not in specs:
            continue
        role, kind, text = row[0], row[1], row[2]
        if kind == "columns":
            columns[role] = text.split(" ")
        elif role in columns:
            mine = dict(zip(columns[role], text.split(" ")))
            found.setdefault(role, {})[kind.removeprefix(f"{ID}=")] = [mine.get(name, "") for name in specs[role].names]
    return found
