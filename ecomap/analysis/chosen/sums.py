"""What chosen rows come to: sums of counts with their margins, rates as quotients of sums, and who has no figure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from ecomap.analysis.people import WHO
from ecomap.analysis.statistics.error import moe_of_proportion, moe_of_sum, moe_of_weighted_sum
from ecomap.model import vocabulary as v
from ecomap.model.judgement import COUNT
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.people import PEOPLE, cells_of, judged_number, kinds_of
from ecomap.model.said import Said

_COUNTS: Final = ("count", "pupils")
_RATES: Final = ("share", "per_10000")
_PER: Final = {"share": 1.0, "per_10000": 10_000.0}
_RATE_WORDS = re.compile(r"(_?(pct|percent|percentage|perc|share|rate|prop|proportion))+$|^(pct|percent|share|prop)_")
_ROUNDED, _ENOUGH, _AGREEING = 0.0006, 3, 0.98


@frozen
class Total:
    """A count added up over the chosen rows that have it.

    Parameters
    ----------
    value : float
        NaN where no row has a figure.
    moe : float
        90 % margin; NaN where a row that is counted has no margin.
    counted, missing : int
        Rows with and without a figure.
    surveyed : bool
        Whether the column has margins at all; a count of everybody has none.
    """

    column: str
    label: Said
    unit: str
    value: float
    moe: float
    counted: int
    missing: int
    digits: int = 0
    surveyed: bool = False


@frozen
class Rate:
    """A rate of all chosen rows together, the quotient of sums; or, where nothing says of how many it is, only its ends.

    ``value`` is NaN where no count stands behind the rate: then ``low`` and ``high`` of the rows are all that can be said. ``of``:
    the count that it is a rate of, "" where there is none.
    """

    column: str
    label: Said
    unit: str
    value: float
    moe: float
    low: float
    high: float
    counted: int
    missing: int
    of: str = ""
    digits: int = 0
    surveyed: bool = False


@frozen
class Sums:
    """What chosen rows of a layer come to. ``overlapping``: they share ground, so nothing is added up."""

    rows: int
    totals: tuple[Total, ...] = field(default=(), repr=False)
    rates: tuple[Rate, ...] = field(default=(), repr=False)
    overlapping: bool = False


def sums_of(layer: Layer, frame: Any, rows: Any, *, overlapping: bool = False) -> Sums:
    """The sums and rates of some rows of a layer.

    Counts are added (margins in quadrature, see `moe_of_sum`); a rate is the sum of its numerator over the sum of what it is a
    rate of, over rows that have both, never a mean of rates. What an answer counted around points is not added: their
    surroundings overlap. Every number tells how many of the rows had no figure.

    Parameters
    ----------
    rows : array of int
        Positions in the frame.
    overlapping : bool
        Whether the chosen areas lie over each other.
    """
    chosen = frame.iloc[np.asarray(rows, dtype=int)]
    if overlapping or not len(chosen):
        return Sums(len(chosen), overlapping=overlapping)
    counts = counted_columns(layer, frame)
    totals = tuple(_total(column, chosen) for column in counts)
    rates = tuple(_rate(layer, column, frame, chosen, counts) for column in _rate_columns(layer, frame))
    return Sums(len(chosen), totals, rates)


def counted_columns(layer: Layer, frame: Any) -> tuple[Column, ...]:
    """The columns that can be added up: those that count people or households, estimates with a margin, and the counts behind rates.

    First those in whom EcoMap counts need. None of an answer about points: what it counts around one place is partly what it counts around the next.
    """
    if layer.geometry == POINT and layer.result_id:
        return ()
    aside = _beside(layer)
    parts = {name for one in layer.indicators for name in (one.numerator, one.denominator) if name}
    found = [column for column in _described(layer, frame)
             if column.unit in _COUNTS and not column.hidden and column.name not in aside and _is_number(frame[column.name])
             and (column.moe or column.name in parts or _counts_people(column, frame, layer.role))]
    order = list(WHO)
    return tuple(sorted(found, key=lambda column: order.index(column.name) if column.name in order else len(order)))


def _described(layer: Layer, frame: Any) -> list[Column]:
    """The columns of a layer, and counts of people that nobody described."""
    named = {column.name for column in layer.columns}
    more = [Column(name, WHO[name].capitalize(), "count", moe=name + v.MOE_SUFFIX if name + v.MOE_SUFFIX in frame else "")
            for name in WHO if name in frame and name not in named]
    return [column for column in (*layer.columns, *more) if column.name in frame]


def _counts_people(column: Column, frame: Any, role: str) -> bool:
    if column.name in WHO:
        return True
    if column.judgement is not None:
        return column.judgement.holds == COUNT
    if PEOPLE in kinds_of(column.name):
        return True
    judged = judged_number(column.name, cells_of(frame[column.name]), role, unit=column.unit)
    return judged is not None and judged.holds == COUNT


def _rate_columns(layer: Layer, frame: Any) -> list[Column]:
    aside = _beside(layer)
    return [column for column in layer.columns
            if column.name in frame and column.unit in _RATES and not column.hidden and column.name not in aside and _is_number(frame[column.name])]


def _beside(layer: Layer) -> set[str]:
    """Columns that stand beside another one: margins and ends of bands."""
    return {name for column in layer.columns for name in (column.moe, column.low, column.high) if name}


def _total(column: Column, chosen: Any) -> Total:
    values = _numbers(chosen, column.name)
    known = np.isfinite(values)
    moes = _numbers(chosen, column.moe)[known]
    value = float(values[known].sum()) if known.any() else math.nan
    moe = moe_of_sum(values[known], moes) if known.any() and column.moe else math.nan
    return Total(column.name, column.label, column.unit, value, moe, int(known.sum()), int((~known).sum()), column.digits, bool(column.moe))


def _rate(layer: Layer, column: Column, frame: Any, chosen: Any, counts: Sequence[Column]) -> Rate:
    rates = _numbers(chosen, column.name)
    finite = rates[np.isfinite(rates)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (math.nan, math.nan)
    top, whole = counts_behind(layer, column, frame, counts)
    value = moe = math.nan
    known = np.isfinite(rates)
    if whole:
        of = _numbers(chosen, whole)
        parts = _numbers(chosen, top) if top else rates * of / _PER[column.unit]
        known = np.isfinite(parts) & np.isfinite(of) & (of >= 0)
        if of[known].sum() > 0:
            value = float(parts[known].sum() / of[known].sum()) * _PER[column.unit]
            moe = _rate_moe(layer, column, chosen, known, (top, whole), (parts, of))
    return Rate(column.name, column.label, column.unit, value, moe, low, high, int(known.sum()), int((~known).sum()), whole, column.digits,
                bool(column.moe))


def _rate_moe(layer: Layer, column: Column, chosen: Any, known: Any, names: tuple[str, str], counts: tuple[Any, Any]) -> float:
    """The margin of a quotient of sums: from the margins of both counts, else from those of the rates with the counts taken as certain."""
    (top, whole), (parts, of) = names, counts
    margins = {one.name: one.moe or (one.name + v.MOE_SUFFIX if one.name + v.MOE_SUFFIX in chosen else "") for one in layer.columns}
    if top and margins.get(top) and margins.get(whole):
        sums = [(float(one[known].sum()), moe_of_sum(one[known], _numbers(chosen, margins[name])[known])) for name, one in ((top, parts), (whole, of))]
        (x, moe_x), (y, moe_y) = sums
        return float(moe_of_proportion(x, moe_x, y, moe_y)) * _PER[column.unit]
    indicator = layer.indicator(column.name)
    own = column.moe or (indicator.moe_column if indicator else "")
    if own and own in chosen:
        return moe_of_weighted_sum(of[known], _numbers(chosen, own)[known]) / float(of[known].sum())
    return math.nan


def counts_behind(layer: Layer, column: Column, frame: Any, counts: Sequence[Column]) -> tuple[str, str]:
    """Numerator and denominator of a rate: those that the layer names, else those that give it in nearly every row.

    A pair is believed where the numerator is called as the rate is and dividing gives the rate as it was rounded; ("", "") where
    nothing says of how many a rate is.
    """
    indicator = layer.indicator(column.name)
    if indicator is not None and indicator.denominator in frame and indicator.denominator:
        top = indicator.numerator if indicator.numerator in frame and indicator.numerator else ""
        return top, indicator.denominator
    stem = _RATE_WORDS.sub("", column.name)
    wholes = [one.name for one in counts]
    top = next((name for name in (stem, f"{stem}_count", f"n_{stem}", f"e_{stem}") if name in frame and name != column.name and _is_number(frame[name])), "")
    if not top:
        return "", ""
    part, rate = _numbers(frame, top), _numbers(frame, column.name) / _PER[column.unit]
    for name in wholes:
        whole = _numbers(frame, name)
        known = np.isfinite(part) & np.isfinite(rate) & (whole > 0)
        if name != top and known.sum() >= _ENOUGH and len(np.unique(rate[known])) > 1 and (
                np.abs(part[known] / whole[known] - rate[known]) <= _ROUNDED).mean() >= _AGREEING:
            return top, name
    return "", ""


def _numbers(frame: Any, name: str) -> np.ndarray:
    """A column as numbers; missing where there is no such column."""
    if not name or name not in frame:
        return np.full(len(frame), np.nan)
    return np.asarray(frame[name].to_numpy(dtype=float, na_value=np.nan))


def _is_number(values: Any) -> bool:
    return values.dtype.kind in "iuf"
