"""The two counts behind a rate, where a file holds them: found by name and proved by dividing them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from ecomap.model.indicator import Indicator
from ecomap.model.vocabulary import MOE_SUFFIX, REASON_SUFFIX

_RATE_WORDS = re.compile(r"(_?(pct|percent|percentage|perc|share|rate|prop|proportion))+$|^(pct|percent|share|prop)_")
_ROUNDED = 0.0006  # a rate published with one decimal of a per cent may be off by half of it
_ENOUGH, _AGREEING = 3, 0.98


def with_parts(indicators: Sequence[Indicator], numbers: Mapping[str, Any]) -> tuple[Indicator, ...]:
    """Name the numerator and the denominator of every rate whose file holds both.

    The numerator is called like the rate (``below_fpl`` and ``below_fpl_pct``); the denominator is the count that gives the rate
    when the numerator is divided by it, in nearly every row.

    Parameters
    ----------
    numbers : mapping of column name to Series of float
        Every number column of the file, as imported.
    """
    counts = {name: series for name, series in numbers.items() if _is_count(name, series)}
    return tuple(_with_parts(item, numbers, counts) for item in indicators)


def _with_parts(item: Indicator, numbers: Mapping[str, Any], counts: Mapping[str, Any]) -> Indicator:
    stem = _RATE_WORDS.sub("", item.column)
    top = next((name for name in (stem, f"{stem}_count", f"n_{stem}", f"e_{stem}") if name in counts and name != item.column), "")
    if item.unit != "share" or item.numerator or not top:
        return item
    rate = numbers[item.column]
    for name, whole in counts.items():
        if name == top:
            continue
        known = (whole > 0) & counts[top].notna() & rate.notna()
        if known.sum() < _ENOUGH or rate[known].nunique() < 2:
            continue
        off = (counts[top][known] / whole[known] - rate[known]).abs()
        if (off <= _ROUNDED).mean() >= _AGREEING:
            return evolve(item, numerator=top, denominator=name)
    return item


def _is_count(name: str, series: Any) -> bool:
    import pandas as pd  # heavy

    if name.endswith((MOE_SUFFIX, REASON_SUFFIX)) or not pd.api.types.is_float_dtype(series.dtype):
        return False
    known = series.dropna()
    return len(known) > 0 and bool((known >= 0).all() and (known % 1 == 0).all())
