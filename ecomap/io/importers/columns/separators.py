"""Numbers of a file with a decimal comma, written with a decimal point before anything reads them: decided for the file as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.spec import CONSTANT
from ecomap.io.reading import RawSource
from ecomap.io.table.cells import COMMA, POINT, Style, read_cell
from ecomap.io.table.numbers import NO_DATA_CODES
from ecomap.io.table.styles import AMOUNT, DEGREES, WHOLE, Cells, cells_of, is_text, styles_from
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, listed, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option

# What a column's name says its numbers are, in the languages people send.
_DEGREES = re.compile(r"(^|_)(lat|lats|latitude|latitud|lon|lng|long|longitude|longitud|breite|laenge|intptlat|intptlon)(_|$|\d)|^[xy]$|_[xy]$|^(point|coord)_?[xy]")
_WHOLE = re.compile(
    r"enrol|matricula|inscri|(^|_)(count|total|number|num|n|pop|population|poblacion|students?|pupils?|alumnos?|estudiantes?|eleves|children|"
    r"ninos|kids|youth|residents|people|personas|households|hogares|menages|einwohner|schueler|kinder|capacity|capacidad|slots|places)(_|$)")
_NOT_WHOLE = re.compile(r"pct|percent|share|rate|ratio|taux|tasa|porcentaje|pourcent|prozent|quote|anteil|avg|average|mean|median|per_|density|index|score")
_CODES = re.compile(r"(^|_)(tele)?(phone|tel|fax|mobile|cell|telefono|handy)s?(_|$|\d)")   # digits that count nothing
_LEADING_ZERO = re.compile(r"\s*0\d{3,}")
_SEPARATED = re.compile(r"[.,]\d(?:(?<=\d..)|(?<!\w..))")  # the sign comes first: most texts hold none
_AMOUNT = re.compile(
    r"income|ingreso|revenu|einkommen|salary|salario|salaire|wage|budget|presupuesto|amount|monto|importe|montant|betrag|usd|eur|dollar|price|"
    r"precio|prix|cost|costo|value|valor|valeur|wert|spend|gasto|funding|rent|alquiler|loyer|miete|expens|allocation|grant|"
    r"(^|_)fees?(_|$|\d)|tuition|colegiatura|cuota|frais|gebuehr")


def with_decimal_points(
    raw: RawSource, mapping: Mapping[str, str] | None = None, answers: Mapping[str, str] | None = None
) -> tuple[RawSource, tuple[Doubt, ...]]:
    """The file with every number written with a decimal point, and the columns of which only a person can say how they are meant.

    Parameters
    ----------
    mapping : mapping, optional
        Field -> column, as far as a person said it: which columns hold degrees.
    answers : mapping, optional
        "decimal:COLUMN" -> "comma" or "point".
    """
    answers, frame = answers or {}, raw.frame
    found = {str(name): cells for name in frame.columns if name != "geometry" and _has_separators(frame[name]) and not _are_codes(name, frame[name])
             and (cells := cells_of(frame[name])).numbers}
    meanings = _meanings(found, mapping or {})
    groups = _asked_together(found, styles_from(found, meanings, {}), answers)
    said = {f"decimal:{name}": answers[f"decimal:{first}"] for first, group in groups.items() if f"decimal:{first}" in answers for name in group}
    answers = {**said, **answers}
    styles = styles_from(found, meanings, answers)
    commas = {name: style for name, style in styles.items() if style.decimal == COMMA and _is_numeric(found[name])}
    changed = {name: _rewritten(frame[name], style) for name, style in commas.items() if _separated(found[name])}
    doubts = tuple(_doubt(name, found[name], styles[name], _sisters(found, name), group) for name, group in groups.items())
    if not changed:
        return raw, doubts
    told = ReportLine("note", say("Numbers with a decimal comma were read as such."), None, tuple(_example(name, found[name]) for name in list(changed)[:5]))
    return evolve(raw, frame=frame.assign(**changed), notes=(*raw.notes, told)), doubts


def _are_codes(name: str, values: Any) -> bool:
    """Whether digits stand for something else than a number: telephone numbers, codes with leading zeros."""
    if _CODES.search(plain(name)):
        return True
    cells = [cell for cell in values.dropna().unique()[:200] if isinstance(cell, str) and cell.strip()]
    return bool(cells) and sum(bool(_LEADING_ZERO.match(cell)) for cell in cells) > 0.3 * len(cells)


def _asked_together(found: Mapping[str, Cells], styles: Mapping[str, Style], answers: Mapping[str, str]) -> dict[str, list[str]]:
    """First column -> the columns that one question is about: those nobody can be sure of and whose likelier reading is the same."""
    by_reading: dict[tuple[str, bool], list[str]] = {}
    for name, style in styles.items():
        if not style.sure and _is_numeric(found[name]) and _separated(found[name]):
            by_reading.setdefault((style.decimal, found[name].open), []).append(name)
    asked = {group[0]: group for group in by_reading.values()}
    settled = [name for name in styles if f"decimal:{name}" in answers and not any(name in group for group in asked.values())]
    return asked | {name: [name] for name in settled if _is_numeric(found[name]) and _separated(found[name])}


def _has_separators(values: Any) -> bool:
    """Whether any cell holds a separator between digits: only such columns decide, and are decided."""
    if not is_text(values):
        return False
    whole = "\n".join([cell for cell in values.astype(object).tolist() if isinstance(cell, str)])
    return ("." in whole or "," in whole) and _SEPARATED.search(whole) is not None


def _meanings(found: Mapping[str, Cells], mapping: Mapping[str, str]) -> dict[str, str]:
    given = {mapping[axis] for axis in ("longitude", "latitude") if mapping.get(axis) and not mapping[axis].startswith(CONSTANT)}
    out = {}
    for name in found:
        text = plain(name)
        if name in given or _DEGREES.search(text):
            out[name] = DEGREES
        elif _AMOUNT.search(text):
            out[name] = AMOUNT
        elif _WHOLE.search(text) and not _NOT_WHOLE.search(text):
            out[name] = WHOLE
    return out


def _is_numeric(cells: Cells) -> bool:
    return cells.numbers >= 0.6 * (cells.numbers + cells.text)


def _separated(cells: Cells) -> bool:
    return bool(cells.point or cells.comma or cells.with_point or cells.with_comma)


def _sisters(found: Mapping[str, Cells], name: str) -> list[str]:
    """Columns of the file that can only be read with a decimal comma."""
    return [other for other, cells in found.items() if other != name and cells.shows_comma]


def _rewritten(values: Any, style: Style) -> Any:
    """The cells with a decimal point; what is no number, and percent signs and words around a number, stay as they are."""
    known = {cell: _with_point(cell, style) for cell in set(values.dropna()) if isinstance(cell, str)}
    return values.map(lambda cell: known.get(cell, cell) if isinstance(cell, str) else cell).astype(values.dtype)


def _with_point(cell: str, style: Style) -> str:
    value, reason, marks = read_cell(cell, style)
    if reason or value in NO_DATA_CODES or not re.search(r"\d[.,]|[.,]\d", cell):
        return cell
    other = "other" in marks
    text = re.sub(r"(?<=\d)[.](?=\d)", "", cell).replace(",", ".") if not other else re.sub(r"(?<=\d),(?=\d)", "", cell)
    return text if read_cell(text)[:2] == (value, "") else repr(value)


def _example(name: str, cells: Cells) -> Said:
    text = next(iter(cells.examples), "")
    return say("{column}: {cell}", column=named(name), cell=named(text)) if text else named(name)


def _doubt(name: str, cells: Cells, style: Style, sisters: list[str], group: list[str]) -> Doubt:
    """The question how a column is meant, with both readings of one of its cells."""
    cell = next(iter((*cells.with_comma, *cells.with_point)), next(iter(cells.examples), ""))
    evidence = [say("Every cell with a separator looks like {cell}: it can be read in two ways.", cell=named(cell)) if cells.open else
                say("Some cells are written with a decimal comma, others with a decimal point.")]
    if sisters:
        evidence.append(say("Written with a decimal comma in this file: {columns}.", columns=listed([named(one) for one in sisters[:5]])))
    text = say("How are the numbers in '{column}' written?", column=named(name))
    if len(group) > 1:
        text = plural("How are the numbers in '{column}' and {n} column like it written?", "How are the numbers in '{column}' and {n} columns like it written?",
                      len(group) - 1, column=named(name))
        evidence.append(say("One answer holds for all of them: {columns}.", columns=listed([named(one) for one in group[:8]])))
    return Doubt(
        f"decimal:{name}", text, tuple(evidence),
        (_option(COMMA, cell), _option(POINT, cell)), style.decimal, name, (*cells.with_comma, *cells.with_point)[:3],
    )


def _option(decimal: str, cell: str) -> Option:
    value = read_cell(cell, Style(decimal=decimal, other=False))[0]
    number = named(f"{value:,.3f}".rstrip("0").rstrip(".")) if value == value else named(cell)
    if decimal == COMMA:
        return Option(COMMA, say("A decimal comma: {cell} is {number}", cell=named(cell), number=number))
    return Option(POINT, say("A decimal point: {cell} is {number}", cell=named(cell), number=number))
