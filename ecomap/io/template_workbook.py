"""The template as a workbook: sheets to fill in, drop-down lists, notes on columns, and marks to find changes by."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from ecomap.io.inventory.texts import row_marks
from ecomap.io.template import FORMAT, MARKS_SHEET
from ecomap.model import vocabulary as v
from ecomap.model.cell_text import in_xml, runs, shortened
from ecomap.model.files import write_whole
from ecomap.model.inventory import ONE_TO_FIVE, TABLES, Field, TableSpec
from ecomap.model.terms import Terms, shipped_terms

ROOM = 2_000                  # empty rows under the last one that have the drop-down lists too
_WIDTHS = {v.ID: 16.0, v.NAME: 32.0, v.DETAIL: 44.0, v.TITLE: 28.0, v.SOURCE: 28.0, v.SCHOOL_ID: 34.0, v.ADDRESS: 28.0}
_NEEDED, _OPTIONAL = "FFD9E8F5", "FFEEF1F4"

_READ_ME = (
    "This workbook is EcoMap's template for who works where, on what, until when and paid by whom.",
    "One sheet per table, one row per thing. Fill in what you know; leave empty what you do not. An empty number is not zero.",
    "Headings in blue are needed in every row; the notes on the headings say what belongs in a column.",
    "Drop-down lists offer the words EcoMap knows. Another word may be typed: it is kept, and can be added in the sheet 'Own words'.",
    "Leave the column 'Id' empty in new rows and untouched in others: by it a row is found again.",
    "What has ended stays, with its end. Deleting a row here does not delete it in EcoMap.",
    "Think before you write names of people: this file travels.",
)


@frozen
class TemplateLists:
    """What the drop-down lists offer: schools (id -> name), organisations by name, and the words of the vocabularies."""

    schools: Mapping[str, str] = field(factory=dict, repr=False)
    organisations: Sequence[str] = ()
    indicators: Sequence[str] = ()
    terms: Terms = field(factory=shipped_terms)


def write_template_workbook(
    tables: Mapping[str, Mapping[str, Sequence[str]]], path: Path, *, lists: TemplateLists | None = None, title: str = ""
) -> None:
    """Write the template, with the rows of `tables` (role -> texts) in it.

    Codes are written as the words people read, schools as name and code; all text is stored as text, so that nothing
    in it is run and no code loses its zeros.
    """
    from openpyxl import Workbook  # heavy

    lists = lists or TemplateLists()
    book = Workbook()
    book.properties.title, book.properties.creator = title or "EcoMap template", "EcoMap"
    _read_me(book.active, title)
    offered = _Lists(lists)
    for spec in TABLES:
        _table_sheet(book.create_sheet(spec.title), spec, tables.get(spec.role, {}), offered)
    offered.write(book.create_sheet("Lists"))
    _marks_sheet(book.create_sheet(MARKS_SHEET), tables)
    raw = io.BytesIO()
    book.save(raw)
    write_whole(path, raw.getvalue())


class _Lists:
    """The columns of the sheet of lists, and what a code is written as."""

    def __init__(self, lists: TemplateLists) -> None:
        self._columns: dict[str, list[str]] = {}
        self._words: dict[str, dict[str, str]] = {}
        for vocabulary in v.VOCABULARIES:
            words: dict[str, str] = {term.code: term.label for term in lists.terms.of(vocabulary)}
            words = {code: label if lists.terms.code(vocabulary, label) == code else code for code, label in words.items()}
            self._words[vocabulary] = words
            self._columns[vocabulary] = list(words.values())
        schools = {code: f"{name} ({code})" for code, name in sorted(lists.schools.items(), key=lambda pair: pair[1])}
        self._words["school"] = schools
        self._columns["school"] = list(schools.values())
        self._columns["organisation"] = sorted(set(lists.organisations))
        self._columns["indicator"] = list(lists.indicators)
        self._columns["status"] = list(v.ASSET_STATUSES)
        self._columns["vocabulary"] = list(v.VOCABULARIES)
        self._columns["flag"] = ["yes", "no"]
        self._columns["one to five"] = list(ONE_TO_FIVE)

    def name_for(self, spec: TableSpec, column: Field) -> str:
        """The list of a column, "" if it has none."""
        name = column.vocabulary or {"school": "school", "organisation": "organisation"}.get(column.refers, "")
        name = name or {v.STATUS: "status", v.VOCABULARY: "vocabulary"}.get(column.name, "")
        name = name or ("flag" if column.kind == "flag" else "one to five" if column.choices == ONE_TO_FIVE else "")
        return name or ("indicator" if column.name == v.INDICATOR and spec.role == v.NEED_LINK else "")

    def word(self, name: str, text: str) -> str:
        return self._words.get(name, {}).get(text, text)

    def formula(self, name: str) -> str:
        """Where the list stands, "" if it is empty."""
        from openpyxl.utils import get_column_letter  # heavy

        if not self._columns.get(name):
            return ""
        letter = get_column_letter(list(self._columns).index(name) + 1)
        return f"=Lists!${letter}$2:${letter}${len(self._columns[name]) + 1}"

    def write(self, sheet: Any) -> None:
        for number, (name, words) in enumerate(self._columns.items(), start=1):
            for line, word in enumerate((name, *words), start=1):
                _put(sheet, line, number, word)
        sheet.sheet_state = "hidden"


def _read_me(sheet: Any, title: str) -> None:
    from openpyxl.styles import Alignment, Font  # heavy

    sheet.title = "Read me"
    sheet.column_dimensions["A"].width = 34.0
    sheet.column_dimensions["B"].width = 96.0
    _put(sheet, 1, 1, title or "EcoMap template").font = Font(bold=True, size=14)
    for line, text in enumerate(_READ_ME, start=2):
        _put(sheet, line, 1, text)
    line = len(_READ_ME) + 3
    for spec in TABLES:
        _put(sheet, line, 1, spec.title).font = Font(bold=True)
        _put(sheet, line, 2, spec.help).alignment = Alignment(wrap_text=True)
        for column in spec.fields:
            line += 1
            _put(sheet, line, 1, f"   {column.label}{' (needed)' if column.required else ''}")
            _put(sheet, line, 2, column.help).alignment = Alignment(wrap_text=True)
        line += 2


def _table_sheet(sheet: Any, spec: TableSpec, texts: Mapping[str, Sequence[str]], offered: _Lists) -> None:
    from openpyxl.comments import Comment  # heavy
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    count = len(texts.get(v.ID, ()))
    for number, column in enumerate(spec.fields, start=1):
        cell = _put(sheet, 1, number, column.label)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color=_NEEDED if column.required else _OPTIONAL)
        note = "Needed. " * column.required + column.help
        if note:
            cell.comment = Comment(note, "EcoMap", height=90, width=260)
        dimensions = sheet.column_dimensions[get_column_letter(number)]
        dimensions.width = _WIDTHS.get(column.name, 18.0)
        if not column.is_number and column.kind != "degrees":
            dimensions.number_format = "@"
        _column(sheet, number, column, texts.get(column.name, ()), offered.name_for(spec, column), offered)
        _validation(sheet, get_column_letter(number), column, offered.formula(offered.name_for(spec, column)), count)
    sheet.freeze_panes = "C2"


def _column(sheet: Any, number: int, column: Field, texts: Sequence[str], name: str, offered: _Lists) -> None:
    words: dict[str, str] = {}
    numeric = column.is_number or column.kind == "degrees"
    for line, text in enumerate(texts, start=2):
        if not text:
            continue
        if numeric and _is_plain_number(text):
            sheet.cell(row=line, column=number).value = float(text)
            continue
        if text not in words:
            words[text] = offered.word(name, text)
        _put(sheet, line, number, words[text]).number_format = "@"


def _is_plain_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _put(sheet: Any, line: int, number: int, text: str) -> Any:
    """One cell of text, whatever it starts with."""
    cell = sheet.cell(row=line, column=number)
    cell.value = shortened(in_xml(text))
    if cell.data_type != "s":
        cell.data_type = "s"
    if runs(text):
        cell.quotePrefix = True
    return cell


def _validation(sheet: Any, letter: str, column: Field, formula: str, count: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation  # heavy

    where = f"{letter}2:{letter}{count + ROOM}"
    if formula:
        rule = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
        rule.error = "This word is not in the list. It can be kept; add it in the sheet 'Own words'."
    elif column.is_number and not column.may_be_negative:
        rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True, errorStyle="warning")
        rule.error = "A number of 0 or more is expected here."
    else:
        return
    rule.errorTitle, rule.showErrorMessage = column.label, True
    sheet.add_data_validation(rule)
    rule.add(where)


def _marks_sheet(sheet: Any, tables: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
    """What the cells were when they were written, as short marks, out of the way of people."""
    sheet.append([FORMAT])
    for spec in TABLES:
        texts = tables.get(spec.role)
        if not texts or not texts.get(v.ID):
            continue
        sheet.append([spec.role, "columns", " ".join(spec.names)])
        for row_id, marks in zip(texts[v.ID], row_marks(texts, spec.names)):
            sheet.append([spec.role, f"{v.ID}={row_id}", " ".join(marks)])
    sheet.sheet_state = "veryHidden"
