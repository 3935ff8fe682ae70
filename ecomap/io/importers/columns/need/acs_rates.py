"""Rates that the Census publishes as counts: made of a table's lines where all of them are in the file, with their margins."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from ecomap.io.importers.columns.fields import margin_label, reason_label
from ecomap.io.importers.columns.need.acs_codes import acs_code
from ecomap.io.importers.columns.need.known_measures import rows_of
from ecomap.io.importers.columns.need.sums import margin_of_sum
from ecomap.model.indicator import BY_DICTIONARY, Indicator
from ecomap.model.layer import Column
from ecomap.model.said import Said, say, shipped
from ecomap.model.source import Source
from ecomap.model.vocabulary import MOE_SUFFIX, REASON_SUFFIX


@frozen
class Rate:
    """A rate of one table: the lines of its numerator, those of its denominator, and whom it speaks of."""

    measure: str
    label: Said
    domain: Said
    table: str
    part: tuple[str, ...]
    whole: tuple[str, ...]
    without: tuple[str, ...]       # lines taken off the denominator
    universe: Said

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.part, *self.whole, *self.without)))


@frozen
class MadeRates:
    """The rates that could be made: their columns, what they say, and the lines they were made of."""

    values: dict[str, Any] = field(repr=False, eq=False)
    columns: tuple[Column, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    used: Mapping[str, Said] = field(factory=dict)  # column of a line -> label of the rate


def made_rates(values: Mapping[str, Any], source: Source, taken: set[str]) -> MadeRates:
    """Make every rate whose lines are all there; of several tables for one measure the first counts.

    The margin is that of a proportion, and of a ratio where its root would be negative (U.S. Census Bureau 2020,
    Understanding and Using American Community Survey Data, chapter 8).

    Parameters
    ----------
    values : mapping of column name to Series of float
        The converted columns, margins among them.
    taken : set of str
        Names that are used already; the new ones are added.
    """
    lines = {code[0]: name for name in values if (code := acs_code(name)) and code[1] == "e" and not name.endswith((MOE_SUFFIX, REASON_SUFFIX))}
    out: dict[str, Any] = {}
    columns: list[Column] = []
    indicators: list[Indicator] = []
    used: dict[str, Said] = {}
    for rate in rates():
        held = {line: lines[f"{rate.table}_{line}"] for line in rate.lines if f"{rate.table}_{line}" in lines}
        if len(held) < len(rate.lines) or rate.measure in taken:
            continue
        taken.add(rate.measure)
        made, described, indicator = _made(rate, held, values, source)
        out |= made
        columns += described
        indicators.append(indicator)
        used |= dict.fromkeys(held.values(), rate.label)
    return MadeRates(out, tuple(columns), tuple(indicators), used)


def _made(rate: Rate, held: Mapping[str, str], values: Mapping[str, Any], source: Source) -> tuple[dict[str, Any], list[Column], Indicator]:
    part, part_moe = _sum([held[line] for line in rate.part], values)
    whole, whole_moe = _sum([held[line] for line in rate.whole], values, [held[line] for line in rate.without])
    share = (part / whole.where(whole > 0)).clip(0, 1).round(6)
    name, top, bottom = rate.measure, f"{rate.measure}_part", f"{rate.measure}_whole"
    out = {name: share, name + REASON_SUFFIX: _reasons(share, whole, [held[line] for line in rate.lines], values), top: part, bottom: whole}
    moe = ""
    if part_moe is not None and whole_moe is not None:
        moe = name + MOE_SUFFIX
        under = part_moe**2 - share**2 * whole_moe**2
        out[moe] = ((under.where(under >= 0, part_moe**2 + share**2 * whole_moe**2)) ** 0.5 / whole.where(whole > 0)).round(6)
    columns = [
        Column(name, rate.label, "share", moe=moe), Column(name + REASON_SUFFIX, reason_label(rate.label), hidden=True),
        Column(top, say("{measure}: people or homes", measure=rate.label), "count", hidden=True),
        Column(bottom, say("{measure}: out of how many", measure=rate.label), "count", hidden=True),
    ]
    if moe:
        columns.append(Column(moe, margin_label(rate.label), "share", hidden=True))
    indicator = Indicator(name, rate.label, "share", 1, source, moe, top, bottom, rate.universe or source.universe, domain=rate.domain,
                          settled_by=BY_DICTIONARY, measure=rate.measure)
    return out, columns, indicator


def _sum(plus: list[str], values: Mapping[str, Any], minus: list[str] | None = None) -> tuple[Any, Any]:
    """The sum of lines and its margin, None where one of them has none; missing where a line is."""
    total = sum(values[name] for name in plus) - sum(values[name] for name in minus or [])
    names = (*plus, *(minus or []))
    margins = [values.get(name + MOE_SUFFIX) for name in names]
    if any(margin is None for margin in margins):
        return total, None
    return total, margin_of_sum([values[name] for name in names], margins)


def _reasons(share: Any, whole: Any, names: list[str], values: Mapping[str, Any]) -> Any:
    import pandas as pd  # heavy

    reasons = pd.Series("", index=share.index, dtype="str")
    for name in names:
        told = values.get(name + REASON_SUFFIX)
        if told is not None:
            reasons = reasons.where((reasons != "") | (told == ""), told)
    reasons = reasons.where((reasons != "") | ~(whole == 0), "not_applicable")
    return reasons.where(share.isna(), "").where((reasons != "") | share.notna(), "blank")


@functools.cache
def rates() -> tuple[Rate, ...]:
    """The rates that EcoMap knows how to make, in the order in which they count."""
    return tuple(
        Rate(row["measure"], shipped(row["label"]), shipped(row["domain"]), row["table"], tuple(row["part"].split()),
             tuple(row["whole"].split()), tuple(row["without"].split()), shipped(row["universe"]))
        for row in rows_of("rates")
    )
