"""Excel workbooks: the sheet that looks like data, values instead of formulas, codes as text."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from pathlib import Path
from typing import Any

from ecomap.io.reading.geodata import choose
from ecomap.io.reading.grid import frame_of, lay_out
from ecomap.io.reading.raw import RawSource, quoted
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say
from ecomap.model.said import name as named

MAX_CELLS = 40_000_000


def read_workbook(path: Path, sublayer: str = "") -> RawSource:
    """One sheet of a workbook as text cells; formulas give the value Excel last stored."""
    import openpyxl  # heavy
    from defusedxml.common import DefusedXmlException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)  # whatever its ending
            try:
                names = [sheet.title for sheet in book.worksheets]
                if not names:
                    raise InputError(say("{file} has no sheet with a table.", file=named(path.name)), say("Choose another file."))
                sheets = {name: sheet_cells(book[name]) for name in ([choose(names, sublayer, path)] if sublayer else names)}
            finally:
                book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError,
            SyntaxError, DefusedXmlException, AssertionError) as problem:
        raise InputError(
            say("{file} is a damaged or hostile Excel file.", file=named(path.name)), say("Open it in Excel and save it again as .xlsx or CSV."),
            {"reason": f"{type(problem).__name__}: {problem}"[:300]},
        ) from problem
    chosen = max(sheets, key=lambda name: _dataness(sheets[name]))
    grid = lay_out(sheets[chosen], say("The sheet '{sheet}' of {file}", sheet=named(chosen.strip()), file=named(path.name)))
    notes = []
    if len(names) > 1 and not sublayer:
        others = joined((quoted(name.strip()) for name in names if name != chosen), ", ")
        notes.append(ReportLine("note", say("Read the sheet '{sheet}'; not read: {others}.", sheet=named(chosen.strip()), others=others)))
    return RawSource(
        path, "Excel", frame_of(grid), None, tuple(names), chosen, grid.read, (*notes, *grid.notes), grid.labels
    )


def sheet_cells(sheet: Any) -> list[list[str]]:
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()
    rows, count = [], 0
    for row in sheet.iter_rows(values_only=True):
        texts = [_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        count += len(texts)
        if count > MAX_CELLS:
            raise InputError(say("The sheet '{sheet}' has too many cells.", sheet=named(sheet.title)), say("Save the part you need as CSV."))
        rows.append(texts)
    while rows and not rows[-1]:
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a decimal point, so that codes stored as numbers keep their digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _dataness(rows: list[list[str]]) -> int:
    """Filled cells in rows with at least two of them; prose in one column counts little."""
    counts = [sum(bool(cell) for cell in row) for row in rows]
    return sum(count for count in counts if count >= 2) * 10 + sum(counts)
