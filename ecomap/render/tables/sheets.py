"""Tables as CSV and XLSX: identifiers stay text, nothing in a cell is run as a formula, sources travel along."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.files import write_whole
from ecomap.model.layer import Column
from ecomap.model.progress import Progress, silent
from ecomap.model.result import KeyFigure, Note, Provenance
from ecomap.model.said import say
from ecomap.model.source import Source
from ecomap.model.units import format_number
from ecomap.render.tables.workbook import Sheet, workbook_bytes
from ecomap.render.words.phrases import translate
from ecomap.render.words.spoken import spoken_columns, spoken_source
from ecomap.render.words.wording import ENGLISH, Strings, catalogue, format_word, is_missing, language_of

Table = tuple[str, Any, Sequence[Column]]  # title, frame, columns

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
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

    Raises
    ------
    InputError
        If a table has more rows than a sheet can hold.
    """
    words = strings or catalogue()
    progress = progress or silent()
    language = language_of(words)
    tables = [(translate(name, language), rows, spoken_columns(tuple(columns), language)) for name, rows, columns in tables]
    title, figures, notes, sources = _spoken(title, figures, notes, sources, language)
    names: set[str] = set()
    sheets = []
    for number, (heading, frame, columns) in enumerate(tables):
        progress.at(0.3 * number / len(tables), heading)
        if len(frame) > _MOST_ROWS:
            raise InputError(
                say("'{heading}' has {frame} rows; a sheet holds {most_rows}.", heading=heading, frame=format_number(len(frame)), most_rows=format_number(_MOST_ROWS)), say("Write it as .csv or .gpkg.")
            )
        sheets.append(_table_sheet(_sheet_name(heading, names), frame, columns, words))
    for key, lines in (
        ("sheet.figures", _figure_lines(figures, words)),
        ("sheet.notes", _note_lines(notes, words)),
        ("sheet.columns", _column_lines(tables, words)),
        ("sheet.sources", _source_lines(sources, provenance, words)),
    ):
        if len(lines) > 1:
            sheets.append(_text_sheet(_sheet_name(words[key], names), lines, words))
    if not sheets:
        raise InputError(say("There is no table to write."), say("Choose a layer or a result."))
    made = workbook_bytes(
        sheets, title=title, creator="EcoMap", formula_starts=_FORMULA_STARTS, progress=progress.part(0.3, 1.0))
    write_whole(Path(path), made)


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


def _table_sheet(name: str, frame: Any, columns: Sequence[Column], words: Strings) -> Sheet:
    described = {column.name: column for column in columns}
    names = column_order(frame, columns)
    cells = [[_heading(one, described, words), *(_cell(_said(value, one, words), words) for value in _plain_values(frame[one]))]
             for one in names]
    return Sheet(name, cells, [_number_format(one, described) for one in names], _widths(cells),
                 frozen="C2" if names[:2] == [v.ID, v.NAME] else "A2", filtered=bool(names) and len(frame) > 0)


def _cell(value: Any, words: Strings) -> Any:
    """What a cell holds: a number, yes or no, text; nothing where a value is missing."""
    if is_missing(value) or value == "":
        return None
    if isinstance(value, float) and math.isinf(value):
        return words["value.out_of_reach"]
    return value if isinstance(value, (bool, int, float)) else str(value)


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


def _text_sheet(name: str, lines: Sequence[Sequence[Any]], words: Strings) -> Sheet:
    wide = max(len(line) for line in lines)
    cells = [[_cell(line[n], words) if n < len(line) else None for line in lines] for n in range(wide)]
    return Sheet(name, cells, widths=_widths(cells), frozen="A2", wrapped=True)


def _widths(columns: Sequence[Sequence[Any]]) -> list[float]:
    """Columns wide enough for what the first rows hold."""
    longest = (max((len(str(value)) for value in column[:60] if value is not None), default=0) for column in columns)
    return [min(max(length + 2, _NARROWEST), _WIDEST) for length in longest]


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
