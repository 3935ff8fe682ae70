"""Workbooks of Excel and OpenDocument: the sheet that looks like data, values instead of formulas, codes as text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ecomap.io.reading.grid import HEADER_SEARCH, frame_of, lay_out
from ecomap.io.reading.headings import NUMBER, YEAR, Span
from ecomap.io.reading.layers import CLOSE, CODE, choose, described
from ecomap.io.reading.limits import MAX_CELLS, require_cells
from ecomap.io.reading.raw import RawSource, Sublayer, quoted
from ecomap.io.reading.staging import MAX_BYTES
from ecomap.io.reading.strangers import locked
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress, silent
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option

EXCEL: Final = "Excel"
OPEN_DOCUMENT: Final = "OpenDocument"
_MARKUP_PART: Final = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*?(?<!/)>')
_CELL_REPEAT: Final = re.compile(rb'<table:table-cell[^>]*table:number-columns-repeated="(\d+)"[^>]*(?<!/)>')
_REPEATED_ROW: Final = re.compile(rb'<table:table-row[^>]*table:number-rows-repeated="(\d+)"[^>]*>((?:(?!</table:table-row>).){0,20000}?)</table:table-row>', re.DOTALL)
_BETWEEN: Final = re.compile(rb"(</?(?:table|office):[^>]*>)\s+(?=<)|(?<=>)\s+(?=</?(?:table|office):)")


def read_workbook(path: Path, sublayer: str = "", prefer: Sequence[str] | None = None, progress: Progress | None = None) -> RawSource:
    """One sheet of a workbook as text cells; formulas give the value the program last stored."""
    import python_calamine as calamine  # heavy

    data = path.read_bytes()
    open_document = _looked_through(path, data)
    try:
        data = _tight(data) if open_document else data
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [one.name for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
        if not names:
            raise InputError(say("{file} has no sheet with a table.", file=named(path.name)), say("Choose another file."))
        sheets = {name: _cells(book, name, path) for name in ([choose(names, sublayer, path)] if sublayer else names)}
    except calamine.PasswordError as problem:
        raise locked(path) from problem
    except (calamine.CalamineError, ValueError, KeyError, OSError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error) as problem:
        raise _damaged(path, f"{type(problem).__name__}: {problem}", data[:4] == b"\xd0\xcf\x11\xe0") from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":  # the reader's own alarm is no Exception
            raise
        raise _damaged(path, str(problem)) from problem
    weights = {name: _dataness(rows) for name, (rows, _, _) in sheets.items()}
    chosen = max(sheets, key=lambda name: weights[name])
    rows, merged, spans = sheets[chosen]
    require_cells(len(rows), max(map(len, rows[:HEADER_SEARCH]), default=0), path.name)
    what = say("The sheet '{sheet}' of {file}", sheet=named(chosen.strip()), file=named(path.name))
    grid = lay_out(rows, what, spans=spans, progress=progress)
    notes: list[ReportLine] = []
    doubts: tuple[Doubt, ...] = ()
    if merged:
        notes.append(ReportLine("mended", say("Cells that were merged over several rows: their value stands in each of the rows."), merged))
    if len(names) > 1 and not sublayer:
        others = joined((quoted(name.strip()) for name in names if name != chosen), ", ")
        notes.append(ReportLine("note", say("Read the sheet '{sheet}'; not read: {others}.", sheet=named(chosen.strip()), others=others)))
        doubts = _doubts(path, chosen, weights, sheets) if prefer is not None else ()
    layers = tuple(Sublayer(name, "none", len(sheets[name][0]) if name in sheets else None) for name in names)
    return RawSource(
        path, OPEN_DOCUMENT if open_document else EXCEL, frame_of(grid, progress or silent()), None, tuple(names), chosen, grid.read,
        (*notes, *grid.notes), grid.labels, layers=layers, doubts=doubts,
    )


def _doubts(path: Path, chosen: str, weights: dict[str, int], sheets: dict[str, Any]) -> tuple[Doubt, ...]:
    rivals = [name for name in sheets if name != chosen and weights[name] >= CLOSE * weights[chosen]]
    if not rivals:
        return ()
    options = tuple(Option(name, described(Sublayer(name, "none", len(sheets[name][0])))) for name in (chosen, *rivals[:8]))
    return (Doubt(CODE, say("Which sheet of {file} is meant?", file=named(path.name)), (say("The fullest was taken."),), options, chosen),)


def _cells(book: Any, name: str, path: Path) -> tuple[list[list[str]], int, list[Span]]:
    """The cells of a sheet as text, how many were filled from cells merged over rows, and the merged cells of its head."""
    sheet = book.get_sheet_by_name(name)
    require_cells(sheet.total_height + 1, sheet.total_width + 1, path.name)
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    while rows and not any(rows[-1]):
        rows.pop()
    width = _width(rows)
    rows = [row[:width] for row in rows]
    filled = 0
    spans = [Span(top, left, bottom, right) for (top, left), (bottom, right) in (sheet.merged_cell_ranges or ())]
    for span in spans:
        if span.bottom > span.top and span.left == span.right and span.bottom < len(rows) and span.left < width:
            filled += _fill_down(rows, span)
    return rows, filled, [span for span in spans if span.top < HEADER_SEARCH]


def _fill_down(rows: list[list[str]], span: Span) -> int:
    """A value that stands for several rows of data stands in each of them: rows of which the first holds a number too."""
    if not any(NUMBER.match(cell) and not YEAR.match(cell) for cell in rows[span.top]):
        return 0
    count = 0
    for place in range(span.top + 1, span.bottom + 1):
        if not rows[place][span.left] and any(rows[place]):
            rows[place][span.left] = rows[span.top][span.left]
            count += 1
    return count


def _width(rows: Sequence[Sequence[str]]) -> int:
    width = max(map(len, rows), default=0)
    while width and not any(row[width - 1] for row in rows if len(row) >= width):
        width -= 1
    return width


def _looked_through(path: Path, data: bytes) -> bool:
    """Whether it is an OpenDocument; parts that are built to fill the memory are refused.

    Raises
    ------
    InputError
    """
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MAX_BYTES:
                raise _too_large(path)
            for member in members:
                if _MARKUP_PART.search(member.filename):
                    with archive.open(member) as part:
                        head = part.read(4096)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise _damaged(path, "a document type in a part of it")
            if "content.xml" in archive.namelist():
                _require_sane_repeats(path, archive.read("content.xml"))
                return True
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    _require_sane_extent(path, archive, member)
            return False
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError, RuntimeError) as problem:
        raise _damaged(path, str(problem)) from problem


def _require_sane_extent(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """The cells of a sheet are laid out as a full rectangle: one cell in the farthest corner would fill the memory."""
    last_row = last_column = 0
    with archive.open(member) as part:
        rest = b""
        while block := part.read(1 << 22):
            text = rest + block
            for letters, digits in _CELL.findall(text):
                last_row = max(last_row, int(digits))
                last_column = max(last_column, _column_number(letters))
            rest = text[-200:]
    if last_row * last_column > MAX_CELLS:
        raise _too_large(path)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _require_sane_repeats(path: Path, content: bytes) -> None:
    cells = sum(int(count) for count in _CELL_REPEAT.findall(content))
    for count, row in _REPEATED_ROW.findall(content):
        if b"<text:" in row or b"office:value" in row:
            cells += int(count) * max(row.count(b"<table:table-cell"), sum(int(one) for one in _CELL_REPEAT.findall(row)))
    if cells > MAX_CELLS:
        raise _too_large(path)


def _tight(data: bytes) -> bytes:
    """The same document without the line breaks that some programs put between the cells."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        content = source.read("content.xml")
        if not _BETWEEN.search(content):
            return data
        with zipfile.ZipFile(out, "w") as target:
            for member in source.namelist():
                target.writestr(member, _BETWEEN.sub(rb"\1", content) if member == "content.xml" else source.read(member))
    return out.getvalue()


def _damaged(path: Path, reason: str, old: bool = False) -> InputError:
    message = say("{file} is a damaged old Excel file.", file=named(path.name)) if old else say("{file} is a damaged or hostile Excel file.", file=named(path.name))
    return InputError(message, say("Open it in Excel and save it again as .xlsx or CSV."), {"reason": reason[:300]})


def _too_large(path: Path) -> InputError:
    return InputError(say("{file} has too many cells to be read as a whole.", file=named(path.name)), say("Save the part you need as CSV."))


def sheet_cells(sheet: Any) -> list[list[str]]:
    """The cells of a sheet that openpyxl has opened, as text."""
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
    if type(value) is str:
        return value
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
