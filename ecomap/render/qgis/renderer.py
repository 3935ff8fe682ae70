"""The classes of a layer in QGIS' words: one symbol, numbers in classes, categories, or rules where the window tells more apart.

QGIS looks a row's symbol up by its value. Where value alone decides in the window too, the style is QGIS' own kind, which an
analyst can go on with: breaks belong to the lower class, "no data" and "out of reach" are classes of their own. What the window tells
apart by more (what has ended, estimated boundaries, the first ranks only) is a rule that names its rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import numpy as np
from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.layer import LINE, POINT, POLYGON, Layer
from ecomap.model.style import CATEGORISED, GRADUATED
from ecomap.render.qgis.symbols import symbol_xml
from ecomap.render.style.drawing import QUIET_SIZE, Drawing
from ecomap.render.style.symbols import Symbol
from ecomap.render.words.language import Language

_FAR: Final = 1e15   # what stands for no data (below all numbers) and for out of reach (above all)
_NOTHING: Final = "(no data)"
_LEAST_SIZE, _SIZE_STEPS = 0.25, 16


@frozen
class _Class:
    """One class of the legend: its symbol, its words, and its number in the drawing (-1: no data)."""

    number: int
    symbol: Symbol
    label: str


def renderer_xml(layer: Layer, drawing: Drawing, frame: Any, table: Any, speak: Language) -> str:
    """The style of a layer; "" where QGIS has no one style for its shapes.

    Parameters
    ----------
    drawing : Drawing
        Of the rows that the window draws.
    frame : GeoDataFrame
        These rows.
    table : GeoDataFrame
        The rows in the file: these and, where the window shows only the first ranks, others.
    """
    if layer.geometry not in (POINT, LINE, POLYGON):
        return ""
    classes = _classes(drawing, speak)
    index = np.asarray(drawing.class_index)
    all_drawn = len(frame) == len(table)
    size = _size(layer, frame) if drawing.sizes is not None else ""
    made = None
    if all_drawn and len(classes) == 1 and (index == classes[0].number).all():
        made = _single(layer, classes[0], size)
    elif all_drawn and layer.style.kind == GRADUATED:
        made = _graduated(layer, drawing, classes, frame, size)
    elif all_drawn and layer.style.kind == CATEGORISED:
        made = _categorised(layer, classes, index, frame, size)
    return made or _rules(layer, classes, index, frame, size, all_drawn=all_drawn)


def _classes(drawing: Drawing, speak: Language) -> list[_Class]:
    """The classes in the order of the legend; of categories only those that rows fall into."""
    return [_Class(row.class_index, row.symbol, speak.say(row.label)) for row in drawing.legend if row.count or drawing.breaks]


def _symbols(layer: Layer, classes: Sequence[_Class], size: str) -> str:
    drawn = (symbol_xml(one.symbol, str(n), layer.geometry, size=size, label=one.label) for n, one in enumerate(classes))
    return f"<symbols>{''.join(drawn)}</symbols>"


def _single(layer: Layer, one: _Class, size: str) -> str:
    return f'<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0">{_symbols(layer, [one], size)}</renderer-v2>'


# --- numbers in classes ------------------------------------------------------------------------------------------------


def _graduated(layer: Layer, drawing: Drawing, classes: Sequence[_Class], frame: Any, size: str) -> str | None:
    """Ranges that do not touch, so that their order says nothing; None where the number alone does not decide."""
    breaks, column = np.asarray(drawing.breaks), layer.style.column
    numbers = frame[column].to_numpy(dtype=float, na_value=np.nan)
    reasons = column + v.REASON_SUFFIX
    unreached = np.isnan(numbers) & (frame[reasons] == "out_of_reach").to_numpy() if reasons in frame else np.zeros(len(frame), bool)
    numbers = np.where(unreached, np.inf, numbers)
    if not len(breaks) or np.isneginf(numbers).any() or not np.array_equal(_expected(numbers, breaks), np.asarray(drawing.class_index)):
        return None
    ranges = "".join(
        f'<range lower="{low!r}" upper="{high!r}" symbol="{n}" label={quoteattr(one.label)} render="true"/>'
        for n, one in enumerate(classes) for low, high in [_ends(one.number, breaks)])
    attribute = _as_number(column, bool(unreached.any()), bool(np.isnan(numbers).any()), bool(np.isinf(numbers).any()))
    return (f'<renderer-v2 type="graduatedSymbol" attr={quoteattr(attribute)} graduatedMethod="GraduatedColor" symbollevels="0" enableorderby="0"'
            f' forceraster="0"><ranges>{ranges}</ranges>{_symbols(layer, classes, size)}</renderer-v2>')


def _expected(numbers: np.ndarray, breaks: np.ndarray) -> np.ndarray:
    index = np.minimum(np.searchsorted(breaks, numbers, side="left"), len(breaks) - 1)
    return np.where(np.isnan(numbers), -1, np.where(np.isinf(numbers), len(breaks), index))


def _ends(number: int, breaks: np.ndarray) -> tuple[float, float]:
    """From the first number above the break below to the break; beyond all numbers for those without one."""
    if number < 0:
        return -2 * _FAR, -2 * _FAR
    if number >= len(breaks):
        return 2 * _FAR, 2 * _FAR
    low = -_FAR if number == 0 else math.nextafter(float(breaks[number - 1]), math.inf)
    return low, float(breaks[number]) if number < len(breaks) - 1 else _FAR


def _as_number(column: str, unreached: bool, missing: bool, infinite: bool) -> str:
    """The column, or an expression that puts what is no number beyond all numbers."""
    named = _named(column)
    cases = [f"WHEN {named} IS NULL AND {_named(column + v.REASON_SUFFIX)} = 'out_of_reach' THEN {2 * _FAR!r}"] if unreached else []
    cases += [f"WHEN {named} IS NULL THEN {-2 * _FAR!r}"] if missing or unreached else []
    cases += [f"WHEN lower(to_string({named})) IN ('inf', 'infinity') THEN {2 * _FAR!r}"] if infinite else []  # QGIS compares no infinite number
    return f"CASE {' '.join(cases)} ELSE {named} END" if cases else column


# --- categories --------------------------------------------------------------------------------------------------------


def _categorised(layer: Layer, classes: Sequence[_Class], index: np.ndarray, frame: Any, size: str) -> str | None:
    """Categories by the text of a column; None where the text alone does not decide."""
    column = frame[layer.style.column]
    if column.dtype.kind in "bf":  # written otherwise in QGIS
        return None
    raw = column.astype("string").fillna("").to_numpy(dtype=object)
    texts = np.array([str(text).strip() for text in raw], dtype=object)
    values: dict[int, list[str]] = {one.number: sorted(set(texts[index == one.number])) for one in classes}
    several = [number for number, found in values.items() if len(found) > 1]
    every = [text for found in values.values() for text in found]
    if len(every) != len(set(every)) or len(several) > 1 or ("" in every and values.get(-1) != [""]) or not np.array_equal(texts == "", index == -1):
        return None
    plain = bool((raw == texts).all()) and "" not in every
    attribute = layer.style.column if plain else f"coalesce(nullif(trim(to_string({_named(layer.style.column)})), ''), '{_NOTHING}')"
    listed = "".join(
        f'<category value={quoteattr("" if len(values[one.number]) > 1 else values[one.number][0] or _NOTHING)} type="string" symbol="{n}"'
        f' label={quoteattr(one.label)} render="true"/>' for n, one in enumerate(classes) if values[one.number])
    return (f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(attribute)} symbollevels="0" enableorderby="0" forceraster="0">'
            f"<categories>{listed}</categories>{_symbols(layer, classes, size)}</renderer-v2>")


# --- rules that name their rows ------------------------------------------------------------------------------------------


def _rules(layer: Layer, classes: Sequence[_Class], index: np.ndarray, frame: Any, size: str, *, all_drawn: bool) -> str:
    """A rule for each class, by the ids of its rows; the largest class is all others, where the window draws all rows."""
    ids = frame[v.ID].astype(str).to_numpy(dtype=object)
    counts = {one.number: int((index == one.number).sum()) for one in classes}
    rest = max(counts, key=lambda number: counts[number], default=None) if all_drawn else None
    filters = [_among(ids[index != one.number], "NOT IN") if one.number == rest else _among(ids[index == one.number], "IN") for one in classes]
    rules = "".join(f'<rule key="{{{n}}}" symbol="{n}" label={quoteattr(one.label)} filter={quoteattr(those)}/>' for n, (one, those) in enumerate(zip(classes, filters)))
    return (f'<renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0"><rules key="{{all}}">{rules}</rules>'
            f"{_symbols(layer, classes, size)}</renderer-v2>")


def _among(ids: Sequence[str], how: str) -> str:
    if not len(ids):
        return "TRUE" if how == "NOT IN" else "FALSE"
    return f"{_named(v.ID)} {how} ({', '.join(_quoted(ids))})"


def _quoted(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _size(layer: Layer, frame: Any) -> str:
    """The share of the largest symbol, by the recipe of `ecomap.render.style.drawing.sizes_of`."""
    column = layer.style.size_column
    if not column:
        return f"CASE WHEN {_named(layer.style.column)} IN ({', '.join(_quoted(layer.style.quiet))}) THEN {QUIET_SIZE} ELSE 1 END"
    numbers = frame[column].to_numpy(dtype=float, na_value=np.nan)
    most = float(numbers[np.isfinite(numbers)].max())
    share = f"sqrt(max(min({_named(column)} / {most!r}, 1), 0))"
    return f"coalesce(round(max({share}, {_LEAST_SIZE}) * {_SIZE_STEPS}) / {_SIZE_STEPS}, 0.5)"
