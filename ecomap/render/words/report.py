"""A result or an import in plain lines of text, as the command line says it."""

from __future__ import annotations

from typing import Any

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column, Layer
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.result import KeyFigure, Output, Result
from ecomap.render.words.card import card_columns, rank_band
from ecomap.render.words.spoken import spoken_result
from ecomap.render.words.wording import (
    Strings,
    catalogue,
    format_margin,
    format_number,
    format_value,
    format_word,
    language_of,
    number_of,
)

_MOST_ROWS = 10
_FIRST = "_first"
_MARKS = {"dropped": "left out", "merged": "merged", "mended": "mended", "caution": "careful", "note": "note"}


def result_lines(result: Result, *, rows: int = _MOST_ROWS, strings: Strings | None = None) -> list[str]:
    """The finding, its key figures, the head of the main table if it is a ranking, and the cautions."""
    words = strings or catalogue()
    result = spoken_result(result, language_of(words))
    lines = [result.title, result.sentence, ""]
    wide = max((len(figure_text(figure, words)) for figure in result.figures), default=0)
    for figure in result.figures:
        note = f" ({figure.note})" if figure.note else ""
        lines.append(f"  {figure_text(figure, words):>{wide}}  {figure.label}{note}")
    lines += _ranking(result.main, rows, words)
    if result.notes:
        lines.append("")
        lines += [f"  {'! ' if note.kind == 'caution' else '- '}{note.text}" for note in result.notes]
    return lines


def figure_text(figure: KeyFigure, words: Strings) -> str:
    """``347,235 ± 3,462``."""
    column = Column(figure.name, figure.label, figure.unit)
    margin = format_margin(figure.moe, column, words) if figure.value is not None else ""
    return " ".join(part for part in (format_number(figure.value, column, words), margin) if part)


def _ranking(output: Output, rows: int, words: Strings) -> list[str]:
    """The first rows of a ranked table: rank with its band, name, and the first measured column."""
    columns = [column for column in output.columns if column.name in output.frame]
    rank = next((column for column in columns if column.unit == "rank"), None)
    if rank is None or not len(output.frame):
        return []
    shown = [c for c in card_columns_of(output) if c.name not in (rank.name, v.NAME, v.ID)]
    measured = next((column for column in shown if column.unit in ("count", "score", "share", "usd")), None)
    lines = ["", f"  {output.title}"]
    far = -output.frame[output.told_by].abs() if output.told_by else output.frame[rank.name]
    first = output.frame.assign(**{_FIRST: far}).sort_values([_FIRST, rank.name, v.ID]).head(rows)
    other = next((column.name for column in shown if not column.unit and isinstance(first[column.name].iloc[0], str)), v.NAME)
    named = other if v.NAME in first and len(first) > 1 and first[v.NAME].nunique() == 1 else v.NAME  # one place beside several others
    told = [column for name in output.told for column in columns if column.name == name] if named == v.NAME else []
    for record in first.to_dict("records"):
        if told:
            lines.append(f"  {format_word(str(record.get(named, record[v.ID])), v.NAME, words)} - "
                         + "; ".join(_told(record, column, words) for column in told))
            continue
        band = rank_band(record, rank, words) if rank.low and rank.high else ""
        parts = [f"{format_value(record[rank.name], rank, words):>4}.", format_word(str(record.get(named, record[v.ID])), v.NAME, words)]
        if measured is not None:
            margin = format_margin(number_of(record.get(measured.moe)), measured, words) if measured.moe else ""
            value = format_value(record[measured.name], measured, words)
            parts.append(f"- {measured.label}: {value} {margin}".rstrip())
        lines.append(" ".join(parts) + (f" ({band})" if band else ""))
    return lines


def _told(record: dict[Any, Any], column: Column, words: Strings) -> str:
    """``Our rank: 608 (between 590 and 640)``."""
    band = rank_band(record, column, words) if column.low and column.high else ""
    return f"{column.label}: {format_value(record[column.name], column, words)}" + (f" ({band})" if band else "")


def card_columns_of(output: Output) -> tuple[Column, ...]:
    """An output's columns as a reader is shown them."""
    return tuple(
        c for c in card_columns(Layer(output.name, output.title, v.RESULT, output.geometry, output.columns))
        if c.name in output.frame
    )


def import_lines(report: ImportReport) -> list[str]:
    """What was read, kept, mended and left out, and why, in numbers that add up."""
    lines = [report.sentence]
    role = v.ROLE_LABELS.get(report.role, report.role).lower()
    lines.append(f"  layer: {report.layer_name} ({report.layer_id}), {role}")
    if report.crs:
        lines.append(f"  coordinates: {report.crs}")
    if report.mapping:
        lines.append("  columns: " + ", ".join(f"{field} from {column!r}" for field, column in report.mapping))
    lines += [f"  {_line_text(line)}" for line in report.lines]
    if not report.adds_up:
        lines.append(f"  The counts do not add up: read {report.read:,}, kept {report.kept:,}.")
    return lines


def _line_text(line: ReportLine) -> str:
    count = "" if line.count is None else f" {line.count:,}"
    text = line.text.rstrip(".")
    examples = f", such as {', '.join(line.examples)}" if line.examples else ""
    return f"{_MARKS.get(line.kind, line.kind)}{count}: {text}{examples}"
