"""Tables as CSV and XLSX: identifiers stay text, nothing in a cell is run as a formula, sources travel along."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.result import KeyFigure, Note, Provenance
from ecomap.model.source import Source
from ecomap.render.files import write_whole
from ecomap.render.phrases import translate
from ecomap.render.spoken import spoken_columns, spoken_source
from ecomap.render.wording import ENGLISH, Strings, catalogue, format_word, is_missing, language_of

Table = tuple[str, Any, Sequence[Column]]  # title, frame, columns

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST_CELL = 32_767
_MOST_ROWS = 1_048_575
_WIDEST, _NARROWEST = 48, 9
_FORMATS: Mapping[str, str] = {"share": "0.0%", "usd": '"$"#,##0', "count": "#,##0", "m": "#,##0", "m2": "#,##0"}


def write_csv(frame: Any, path: Path | str, *, columns: Sequence[Column] = (), strings: Strings | None = None) -> None:
    """Write one table as CSV (UTF-8 without a mark, as programs expect it) under the columns' own names.

    Missing numbers are blank and keep the ``_reason`` column that says why; infinite distances say "out of reach".
    Text that a spreadsheet would run as a formula is written behind an apostrophe; numbers stay numbers.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Rows; a geometry column is left out.
    columns : sequence of Column
        Their order comes first; other columns follow.
    """
    words = strings or catalogue()
    names = column_order(frame, columns)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([guarded(name) for name in names])
    for row in _rows(frame, names):
        writer.writerow([_csv_cell(_said(value, name, words), words) for value, name in zip(row, names)])
    write_whole(Path(path), text.getvalue().encode("utf-8"))


def write_xlsx(
    tables: Sequence[Table],
    path: Path | str,
    *,
    title: str = "",
    figures: Sequence[KeyFigure] = (),
    notes: Sequence[Note] = (),
    sources: Sequence[Source] = (),
    provenance: Provenance | None = None,
    strings: Strings | None = None,
) -> None:
    """Write tables as one workbook, a sheet each, with sheets that explain columns, figures, notes and sources.

    Parameters
    ----------
    tables : sequence of (title, frame, columns)
    title : str
        Of the workbook.
    figures, notes, sources, provenance
        What an answer says beside its tables; sheets without content are left out.

    Raises
    ------
    InputError
        If a table has more rows than a sheet can hold.
    """
    from openpyxl import Workbook  # heavy

    words = strings or catalogue()
    language = language_of(words)
    tables = [(translate(name, language), rows, spoken_columns(tuple(columns), language)) for name, rows, columns in tables]
    title, figures, notes, sources = _spoken(title, figures, notes, sources, language)
    book = Workbook()
    book.remove(book.active)
    book.properties.title = title or None
    book.properties.creator = "EcoMap"
    names: set[str] = set()
    for heading, frame, columns in tables:
        if len(frame) > _MOST_ROWS:
            raise InputError(
                f"{heading!r} has {len(frame):,} rows; a sheet holds {_MOST_ROWS:,}.", "Write it as .csv or .gpkg."
            )
        _table_sheet(book.create_sheet(_sheet_name(heading, names)), frame, columns, words)
    for heading, lines in (
        ("sheet.figures", _figure_lines(figures, words)),
        ("sheet.notes", _note_lines(notes, words)),
        ("sheet.columns", _column_lines(tables, words)),
        ("sheet.sources", _source_lines(sources, provenance, words)),
    ):
        if len(lines) > 1:
            _text_sheet(book.create_sheet(_sheet_name(words[heading], names)), lines)
    if not book.sheetnames:
        raise InputError("There is no table to write.", "Choose a layer or a result.")
    raw = io.BytesIO()
    book.save(raw)
    write_whole(Path(path), _steady(raw.getvalue()))


def _spoken(
    title: str, figures: Sequence[KeyFigure], notes: Sequence[Note], sources: Sequence[Source], language: str
) -> tuple[str, Sequence[KeyFigure], Sequence[Note], Sequence[Source]]:
    """What an answer says beside its tables, in a language."""
    return (
        translate(title, language),
        [evolve(f, label=translate(f.label, language), note=translate(f.note, language)) for f in figures],
        [evolve(note, text=translate(note.text, language)) for note in notes],
        [spoken_source(source, language) for source in sources],
    )


def column_order(frame: Any, columns: Sequence[Column]) -> list[str]:
    """Identifier and name, then the described columns with their margins, bands and reasons, then the rest."""
    there = [str(name) for name in frame.columns if name != _geometry(frame)]
    wanted = [v.ID, v.NAME]
    for column in columns:
        wanted += [column.name, column.moe, column.low, column.high, column.name + v.REASON_SUFFIX]
    known = set(there)
    return [name for name in dict.fromkeys((*wanted, *there)) if name in known]


def guarded(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe stands before what would start a formula.

    >>> guarded("=SUM(A1:A9)"), guarded("Garfield High"), guarded("-5")
    ("'=SUM(A1:A9)", 'Garfield High', "'-5")
    """
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _geometry(frame: Any) -> str:
    """The name of the geometry column, or "" for a plain table."""
    name = getattr(frame, "_geometry_column_name", None)
    return str(name) if name is not None else v.GEOMETRY if v.GEOMETRY in frame.columns else ""


def _rows(frame: Any, names: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    return zip(*(_plain_values(frame[name]) for name in names)) if names else iter(())


def _plain_values(series: Any) -> list[Any]:
    """Built-in values: no numpy scalar reaches a file."""
    return [value.item() if hasattr(value, "item") else value for value in series.tolist()]


def _said(value: Any, name: str, words: Strings) -> Any:
    """Sentences and phrases in the language of the file; codes, single words and names stay what programs know."""
    if not isinstance(value, str) or " " not in value or name == v.NAME or language_of(words) == ENGLISH:
        return value
    return format_word(value, name, words)


def _csv_cell(value: Any, words: Strings) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return words["value.yes" if value else "value.no"]
    if isinstance(value, float):
        if math.isinf(value):
            return words["value.out_of_reach"]
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return str(value) if isinstance(value, int) else guarded(str(value))


def _table_sheet(sheet: Any, frame: Any, columns: Sequence[Column], words: Strings) -> None:
    from openpyxl.styles import Font  # heavy

    described = {column.name: column for column in columns}
    names = column_order(frame, columns)
    for number, name in enumerate(names, start=1):
        _put(sheet, 1, number, _heading(name, described, words), words).font = Font(bold=True)
    formats = [_number_format(name, described) for name in names]
    for line, row in enumerate(_rows(frame, names), start=2):
        for number, value in enumerate(row, start=1):
            cell = _put(sheet, line, number, _said(value, names[number - 1], words), words)
            if formats[number - 1] and cell.data_type == "n":
                cell.number_format = formats[number - 1]
    sheet.freeze_panes = "C2" if names[:2] == [v.ID, v.NAME] else "A2"
    if names and len(frame):
        sheet.auto_filter.ref = sheet.dimensions
    _fit(sheet)


def _put(sheet: Any, line: int, number: int, value: Any, words: Strings) -> Any:
    """One cell. Text is stored as text whatever it starts with; a missing value leaves the cell empty."""
    cell = sheet.cell(row=line, column=number)
    if is_missing(value) or value == "":
        return cell
    if isinstance(value, float) and math.isinf(value):
        value = words["value.out_of_reach"]
    if isinstance(value, (bool, int, float)):
        cell.value = value
        return cell
    text = _ILLEGAL.sub(" ", str(value))[:_LONGEST_CELL]
    cell.value = text
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def _heading(name: str, described: Mapping[str, Column], words: Strings) -> str:
    """The label of a column; margins and reasons are named after the column they speak of."""
    if name in described:
        return described[name].label
    for column in described.values():
        if name == column.moe:
            return words["sheet.margin_of"].format(label=column.label)
        if name == column.name + v.REASON_SUFFIX:
            return words["sheet.reason_for"].format(label=column.label)
    return name


def _number_format(name: str, described: Mapping[str, Column]) -> str:
    for column in described.values():
        if name in (column.name, column.moe):
            return _FORMATS.get(column.unit, "")
    return ""


def _text_sheet(sheet: Any, lines: Sequence[Sequence[Any]]) -> None:
    from openpyxl.styles import Alignment, Font  # heavy

    words = catalogue()
    for line, row in enumerate(lines, start=1):
        for number, value in enumerate(row, start=1):
            cell = _put(sheet, line, number, value, words)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if line == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    _fit(sheet)


def _fit(sheet: Any) -> None:
    """Columns wide enough for what the first rows hold."""
    from openpyxl.utils import get_column_letter  # heavy

    for number, column in enumerate(sheet.iter_cols(max_row=min(sheet.max_row, 60)), start=1):
        longest = max((len(str(cell.value)) for cell in column if cell.value is not None), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, _NARROWEST), _WIDEST)


def _figure_lines(figures: Sequence[KeyFigure], words: Strings) -> list[list[Any]]:
    head = [words[f"sheet.{key}"] for key in ("figure", "value", "margin", "unit", "note")]
    return [head, *([f.label, f.value, f.moe, f.unit, f.note] for f in figures)]


def _note_lines(notes: Sequence[Note], words: Strings) -> list[list[Any]]:
    return [[words["sheet.note"]], *([note.text] for note in notes)]


def _column_lines(tables: Sequence[Table], words: Strings) -> list[list[Any]]:
    head = [words[f"sheet.{key}"] for key in ("table", "column", "meaning", "unit")]
    lines = [
        [title, column.label, column.help, column.unit]
        for title, frame, columns in tables
        for column in columns
        if column.name in frame.columns
    ]
    return [head, *lines]


def _source_lines(sources: Sequence[Source], provenance: Provenance | None, words: Strings) -> list[list[Any]]:
    """Each source once, then the analysis and its settings, from which the same answer can be made again."""
    answered = [spoken_source(s, language_of(words)) for s in (provenance.sources if provenance else ())]
    every = dict.fromkeys((*sources, *answered))
    head = [words[f"sheet.{key}"] for key in ("source", "publisher", "vintage", "universe", "licence", "retrieved")]
    lines: list[list[Any]] = [
        [s.title, s.publisher, s.vintage, s.universe, s.licence, s.retrieved] for s in every
    ]
    if provenance is not None:
        lines.append([])
        lines.append([words["sheet.analysis"], provenance.analysis])
        lines.append([words["sheet.version"], provenance.version])
        lines += [[words["sheet.setting"], f"{name} = {value}"] for name, value in provenance.params.items()]
    return [head, *lines]


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes: at most 31 letters, none of ``[]:*?/\\``, no other sheet's."""
    base = re.sub(r"[\[\]:*?/\\']", " ", _ILLEGAL.sub(" ", title)).strip()[:31] or "Sheet"
    name, number = base, 2
    while name.casefold() in taken:
        tail = f" {number}"
        name, number = base[: 31 - len(tail)] + tail, number + 1
    taken.add(name.casefold())
    return name


def _steady(book: bytes) -> bytes:
    """The same workbook without the moment of writing, so that the same tables give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
