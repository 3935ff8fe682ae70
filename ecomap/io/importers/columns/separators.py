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
from ecomap.model.said import Said, listed, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option

# What a column's name says its numbers are, in the languages people send.
_DEGREES = re.compile(r"(^|_)(lat|lats|latitude|latitud|lon|lng|long|longitude|longitud|breite|laenge|intptlat|intptlon)(_|$|\d)|^[xy]$|_[xy]$|^(point|coord)_?[xy]")
_WHOLE = re.compile(
    r"enrol|matricula|inscri|(^|_)(count|total|number|num|n|pop|population|poblacion|students?|pupils?|alumnos?|estudiantes?|eleves|children|"
    r"ninos|kids|youth|residents|people|personas|households|hogares|menages|einwohner|schueler|kinder|capacity|capacidad|slots|places)(_|$)")
_NOT_WHOLE = re.compile(r"pct|percent|share|rate|ratio|taux|tasa|porcentaje|pourcent|prozent|quote|anteil|avg|average|mean|median|per_|density|index|score")
_SEPARATED = re.compile(r"\d[.,]\d|(?<!\w)[.,]\d")
_AMOUNT = re.compile(
    r"income|ingreso|revenu|einkommen|salary|salario|salaire|wage|budget|presupuesto|amount|monto|importe|montant|betrag|usd|eur|dollar|price|"
    r"precio|prix|cost|costo|value|valor|valeur|wert|spend|gasto|funding|rent|alquiler|loyer|miete|expens|allocation|grant")


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
    found = {str(name): cells for name in frame.columns if name != "geometry" and _has_separators(frame[name])
             and (cells := cells_of(frame[name])).numbers}
    meanings = _meanings(found, mapping or {})
    styles = styles_from(found, meanings, answers)
    commas = {name: style for name, style in styles.items() if style.decimal == COMMA and _is_numeric(found[name])}
    changed = {name: _rewritten(frame[name], style) for name, style in commas.items() if _separated(found[name])}
    doubts = tuple(_doubt(name, found[name], styles[name], _sisters(found, name)) for name in styles
                   if (not styles[name].sure or f"decimal:{name}" in answers) and _is_numeric(found[name]) and _separated(found[name]))
    if not changed:
        return raw, doubts
    told = ReportLine("note", say("Numbers with a decimal comma were read as such."), None, tuple(_example(name, found[name]) for name in list(changed)[:5]))
    return evolve(raw, frame=frame.assign(**changed), notes=(*raw.notes, told)), doubts


def _has_separators(values: Any) -> bool:
    """Whether any cell holds a separator between digits: only such columns decide, and are decided."""
    if not is_text(values):
        return False
    return _SEPARATED.search("\n".join(cell for cell in values.astype(object).tolist() if isinstance(cell, str))) is not None


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


def _doubt(name: str, cells: Cells, style: Style, sisters: list[str]) -> Doubt:
    """The question how a column is meant, with both readings of one of its cells."""
    cell = next(iter((*cells.with_comma, *cells.with_point)), next(iter(cells.examples), ""))
    evidence = [say("Every cell with a separator looks like {cell}: it can be read in two ways.", cell=named(cell)) if cells.open else
                say("Some cells are written with a decimal comma, others with a decimal point.")]
    if sisters:
        evidence.append(say("Written with a decimal comma in this file: {columns}.", columns=listed([named(one) for one in sisters[:5]])))
    return Doubt(
        f"decimal:{name}", say("How are the numbers in '{column}' written?", column=named(name)), tuple(evidence),
        (_option(COMMA, cell), _option(POINT, cell)), style.decimal, name, (*cells.with_comma, *cells.with_point)[:3],
    )


def _option(decimal: str, cell: str) -> Option:
    value = read_cell(cell, Style(decimal=decimal, other=False))[0]
    number = named(f"{value:,.3f}".rstrip("0").rstrip(".")) if value == value else named(cell)
    if decimal == COMMA:
        return Option(COMMA, say("A decimal comma: {cell} is {number}", cell=named(cell), number=number))
    return Option(POINT, say("A decimal point: {cell} is {number}", cell=named(cell), number=number))
