"""The file of what was agreed: read as rows of text, and written for partners to fill in, as a workbook or as CSV."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.reading import RawSource, read_apart
from ecomap.io.table.dates import parse_dates
from ecomap.model import agreed_table as t
from ecomap.model.cell_text import csv_bytes, guarded, in_xml, runs, shortened, unguarded
from ecomap.model.commitment import is_day
from ecomap.model.errors import InputError
from ecomap.model.files import write_whole
from ecomap.model.progress import Progress
from ecomap.model.said import name as named
from ecomap.model.said import say

MOST_ROWS: Final = 5_000
ROOM: Final = 300              # empty rows with the drop-down lists too
_NEEDED: Final = 2             # headings of ours that a table of ours has at least, "what" among them
_MOST_SHEETS: Final = 12
_WIDTHS: Final = {t.WHAT: 46.0, t.WHERE: 34.0, t.LEADS: 28.0, t.HELPS: 28.0, t.SEEN: 36.0, t.REASON: 30.0, t.ID: 16.0}
_DARK, _LIGHT = "FFD9E8F5", "FFEEF1F4"


@frozen
class AgreedRow:
    """One row as it stands in a file: field -> text; ``number`` counts the rows under the headings from 1."""

    number: int
    cells: Mapping[str, str]


@frozen
class AgreedFile:
    """The rows of a file, the fields that it has columns for, and the headings of columns that are not ours."""

    file_name: str
    rows: tuple[AgreedRow, ...]
    fields: frozenset[str] = frozenset(t.FIELDS)
    strange: tuple[str, ...] = ()


@frozen
class Offered:
    """What the drop-down lists offer: places with their codes, approaches, and who is known, in the order they are to stand."""

    places: Sequence[str] = field(factory=tuple, repr=False)
    approaches: Sequence[str] = ()
    partners: Sequence[str] = field(factory=tuple, repr=False)


def read_agreed(path: Path | str, progress: Progress | None = None) -> AgreedFile:
    """The rows of a file that a partner filled in.

    Raises
    ------
    InputError
        If it cannot be read, is not this table, or is longer than any meeting's.
    """
    path = Path(path)
    raw = read_apart(path, progress=progress)
    fitting = [name for name in raw.sublayers if name.strip() in t.titles("agreed")]
    others = [name for name in raw.sublayers if name not in (*fitting, raw.sublayer)]
    for sheet in [*fitting, raw.sublayer, *others][:_MOST_SHEETS]:  # the lists of a template may be the fullest sheet
        found = _rows(raw if sheet == raw.sublayer else read_apart(path, sheet, progress=progress))
        if found is not None:
            return found
    raise InputError(
        say("{file} has no table of what was agreed.", file=named(path.name)),
        say("Its headings are those of the template, with {what} among them. Write a template, fill it in and bring it in again.",
            what=named(t.heading(t.WHAT, "en")[0])),
    )


def _rows(raw: RawSource) -> AgreedFile | None:
    frame = raw.frame
    fields: dict[Any, str] = {}
    for column in frame.columns:
        meant = t.field_called(str(raw.labels.get(column, column))) or t.field_called(str(column))
        if meant and meant not in fields.values():
            fields[column] = meant
    if t.WHAT not in fields.values() or len(fields) < _NEEDED:
        return None
    if len(frame) > MOST_ROWS:
        raise InputError(say("{file} has more than {n} rows.", file=named(raw.path.name), n=MOST_ROWS), say("Cut it down to what was agreed."))
    rows = []
    texts = {meant: [_text(cell) for cell in frame[column]] for column, meant in fields.items()}
    for number in range(len(frame)):
        cells = {meant: cell for meant in t.FIELDS if (cell := texts.get(meant, [""] * len(frame))[number])}
        if cells:
            rows.append(AgreedRow(number + 1, cells))
    strange = tuple(str(raw.labels.get(column, column)) for column in frame.columns if column not in fields and str(column) != "geometry")
    return AgreedFile(raw.path.name, tuple(rows), frozenset(fields.values()), strange)


def _text(cell: Any) -> str:
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unguarded(str(cell)).strip()


def days_meant(text: str) -> tuple[str, ...]:
    """The days that a date may mean, in ISO form: one where it is plain, two where day and month may stand in either order.

    A month, a year or a word gives none: which day of it is meant, only a person can say.

    >>> days_meant("2027-06-30"), days_meant("6/30/2027"), days_meant("6/7/2027"), days_meant("June 2027")
    (('2027-06-30',), ('2027-06-30',), ('2027-06-07', '2027-07-06'), ())
    """
    import pandas as pd  # heavy

    cell = pd.Series([text], dtype="object")
    read = [str(parse_dates(cell, order=order).values.iloc[0]) for order in ("mdy", "dmy")]
    return tuple(dict.fromkeys(one for one in read if is_day(one)))


def write_agreed(rows: Sequence[Mapping[str, str]], path: Path | str, offered: Offered, language: str = "en", title: str = "") -> None:
    """Write rows (field -> text) as .xlsx with drop-down lists, or as .csv, for partners to fill in.

    Raises
    ------
    InputError
        If the path has another ending.
    """
    path = Path(path)
    if path.suffix.lower() == ".csv":
        heads = [t.heading(one, language)[0] for one in t.FIELDS]
        body = [[guarded(row.get(one, "")) for one in t.FIELDS] for row in rows]
        write_whole(path, csv_bytes([heads, *body], ending="\r\n"))
    elif path.suffix.lower() == ".xlsx":
        write_whole(path, _workbook(rows, offered, language, title))
    else:
        raise InputError(say("A template cannot be written as {suffix}.", suffix=named(path.suffix)), say("Use a name that ends with .xlsx or .csv."))


def _workbook(rows: Sequence[Mapping[str, str]], offered: Offered, language: str, title: str) -> bytes:
    from openpyxl import Workbook  # heavy
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.properties.title, book.properties.creator = title, "EcoMap"
    sheet = book.active
    sheet.title = t.word(t.SHEETS, "agreed", language)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    lists = {t.KIND: t.words(t.KINDS, language), t.STATE: t.words(t.STATES, language), t.WHERE: (t.word(t.PLACES, t.ALL, language), *offered.places),
             t.APPROACH: tuple(offered.approaches), t.LEADS: tuple(offered.partners), t.HELPS: tuple(offered.partners)}
    for number, one in enumerate(t.FIELDS, start=1):
        words, note = t.heading(one, language)
        cell = _put(sheet, 1, number, words)
        cell.font, cell.comment = Font(bold=True), Comment(note, "EcoMap", height=90, width=260)
        cell.fill = PatternFill("solid", start_color=_DARK if one == t.WHAT else _LIGHT)
        dimensions = sheet.column_dimensions[get_column_letter(number)]
        dimensions.width, dimensions.number_format = _WIDTHS.get(one, 16.0), "@"
        for line, row in enumerate(rows, start=2):
            if row.get(one):
                filled = _put(sheet, line, number, row[one])
                filled.number_format, filled.alignment = "@", Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"
    _lists(book.create_sheet(t.word(t.SHEETS, "lists", language)), sheet, lists, len(rows))
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def _lists(of: Any, sheet: Any, lists: Mapping[str, Sequence[str]], count: int) -> None:
    """The words of the drop-down lists on a sheet of their own; another word may be typed, and is asked about when it comes in."""
    from openpyxl.utils import get_column_letter  # heavy
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, (one, words) in enumerate(lists.items(), start=1):
        for line, word in enumerate(words, start=1):
            _put(of, line, number, word)
        if words:
            letter, at = get_column_letter(number), get_column_letter(t.FIELDS.index(one) + 1)
            rule = DataValidation(type="list", formula1=f"='{of.title}'!${letter}$1:${letter}${len(words)}", allow_blank=True, showErrorMessage=False)
            rule.add(f"{at}2:{at}{count + ROOM}")
            sheet.add_data_validation(rule)
    of.sheet_state = "hidden"


def _put(sheet: Any, line: int, number: int, text: str) -> Any:
    """One cell of text, whatever it starts with."""
    cell = sheet.cell(row=line, column=number)
    cell.value = shortened(in_xml(text))
    cell.data_type = "s"
    cell.quotePrefix = runs(text)
    return cell
