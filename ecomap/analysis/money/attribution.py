"""What a school generates: a rule that shares a district's money out to its schools, always named.

The state formula makes money for the district, not for the school; a figure for a school is an attribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis.money.exact import amount_of, cents, dollars
from ecomap.analysis.money.lcff import Entitlement, lcff_entitlement
from ecomap.analysis.money.rates import Rates, rates_for
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, name, say

BASE: Final = "base_usd"
ADJUSTMENT: Final = "grade_span_adjustment_usd"
SUPPLEMENTAL: Final = "supplemental_usd"
CONCENTRATION: Final = "concentration_usd"
GENERATED: Final = "generated_usd"
RULE: Final = "rule"
PARTS: Final = (BASE, ADJUSTMENT, SUPPLEMENTAL, CONCENTRATION)

RULES: Final = {
    "A": say("Rule A: base by the school's own grades, extra money by its share of the district's unduplicated pupils"),
    "B": say("Rule B: as if the school were a district of its own"),
    "C": say("Rule C: the district's own published allocation"),
}
RULE_NOTES: Final = {
    "A": say("The state pays the district, not the school. Rule A gives each school the base money of its own pupils and its "
             "part of the supplemental and concentration money by its part of the district's unduplicated pupils; the schools "
             "add up to the district to the cent."),
    "B": say("Rule B works the state formula out as if every school were a district of its own. Schools do not add up to the "
             "district: the concentration money starts at 55 % unduplicated pupils, school by school."),
    "C": say("Rule C is what the district itself published that it gives to each school; it is no part of the state formula and "
             "need not hold base money."),
}


@frozen
class District:
    """The whole that schools are parts of, where the schools given are not all of it.

    ``entitlement`` is the district's money under the formula, ``unduplicated`` its count of unduplicated pupils.
    """

    entitlement: Entitlement
    unduplicated: float


def attribute_to_schools(
    schools: pd.DataFrame,
    *,
    year: str | int = "2024-25",
    rule: str = "A",
    unduplicated_share: float | None = None,
    district: District | None = None,
    allocation: pd.Series | None = None,
    concentration_cap: float | None = None,
    rates: Rates | None = None,
    allow_unconfirmed: bool = False,
) -> pd.DataFrame:
    """What each school generates under a rule.

    Rule A (additive): ``base_g x (1 + adjustment) x ADA_sg`` summed over grade spans, plus ``(supplemental +
    concentration of the district) x unduplicated pupils of the school / of the district``. Cents are shared out by the
    largest remainder (ties by id), so that schools add up to the district exactly. Rule B (not additive): the formula
    on the school's own attendance and share. Rule C: ``allocation`` as published.

    Parameters
    ----------
    schools : DataFrame
        Index: ids, unique. Columns ``ada_tk_3``, ``ada_4_6``, ``ada_7_8``, ``ada_9_12`` (pupils in attendance; a column
        that is not there counts as none), ``unduplicated_count`` and ``enrollment`` (pupils). A missing number makes the
        school's money missing under every rule that needs it; it is left out of the district.
    unduplicated_share : float, optional
        The district's three-year share, 0-1 (rule A); without it, the count over the enrolment of the schools given.
    district : District, optional
        The whole, where the schools given are only some of it (rule A).
    allocation : Series, optional
        Dollars by school id (rule C).
    concentration_cap : float, optional
        Cap of the concentration share (charter schools, rule B).

    Returns
    -------
    DataFrame
        Index kept; dollars in whole cents: ``base_usd``, ``grade_span_adjustment_usd``, ``supplemental_usd``,
        ``concentration_usd``, ``generated_usd`` (their sum; rule C: the allocation alone), and ``rule`` in words.

    Raises
    ------
    ParameterError, InputError
        If the rule, the year or a share is not known, an id occurs twice, or counts contradict each other.
    """
    if rule not in RULES:
        raise ParameterError(say("There is no rule '{rule}'.", rule=name(rule)), say("Rules: {rules}.", rules=joined(RULES.values(), "; ")))
    if not schools.index.is_unique:
        raise InputError(say("A school occurs twice, so its money would be counted twice."), say("Keep one row per school."))
    if rule == "C":
        return _published(schools, allocation)
    found = rates or rates_for(year, allow_unconfirmed=allow_unconfirmed)
    rows = _known(schools)
    if rule == "B":
        return _as_districts(schools.index, rows, found, concentration_cap)
    return _shared_out(schools.index, rows, found, unduplicated_share, district)


def rule_notes(rule: str) -> tuple[Note, ...]:
    """What has to be said beside a school's amount under a rule."""
    return (Note("caution", RULE_NOTES[rule]),)


def in_words(table: pd.DataFrame, rule: Said) -> pd.DataFrame:
    """The table with its rule in every row, as a message."""
    return table.assign(**{RULE: pd.Series([rule] * len(table), index=table.index, dtype=object)})


def apportion(total_cents: int, weights: Sequence[Fraction], keys: Sequence[Any]) -> list[int]:
    """Share whole cents out by weight: largest remainder first, ties by key. The parts add up to the total.

    >>> apportion(100, [Fraction(1), Fraction(1), Fraction(1)], ["c", "b", "a"])
    [33, 33, 34]
    """
    whole = sum(weights, Fraction(0))
    if whole == 0:
        if total_cents:
            raise InputError(say("There is money to share out but nobody to share it out to."), say("Check the pupil counts."))
        return [0] * len(weights)
    exact = [total_cents * weight / whole for weight in weights]
    parts = [int(amount // 1) for amount in exact]
    left = total_cents - sum(parts)
    first = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], str(keys[i])))
    for i in first[:left]:
        parts[i] += 1
    return parts


@frozen
class _School:
    """One school with whole numbers of what it needs."""

    id: Any
    ada: dict[str, Decimal]
    unduplicated: Decimal
    enrollment: Decimal


def _known(schools: pd.DataFrame) -> list[_School]:
    """The schools that have attendance, unduplicated pupils and enrolment."""
    columns = [column for column in v.ADA_COLUMNS.values() if column in schools]
    if not columns:
        raise InputError(say("The schools have no attendance by grade span."),
                         say("Columns: {columns}.", columns=joined(map(name, v.ADA_COLUMNS.values()), ", ")))
    for column in (v.UNDUPLICATED, v.ENROLLMENT):
        if column not in schools:
            raise InputError(say("The schools have no column '{column}'.", column=name(column)), say("Give the count of every school."))
    there = schools[[*columns, v.UNDUPLICATED, v.ENROLLMENT]].notna().all(axis=1)
    found = []
    for key, row in zip(schools.index[there], schools[there].to_dict("records"), strict=True):
        school = name(key)
        attended = say("The attendance of school {school}", school=school)
        ada = {span: amount_of(row.get(column, 0), attended) for span, column in v.ADA_COLUMNS.items()}
        unduplicated = amount_of(row[v.UNDUPLICATED], say("The unduplicated count of school {school}", school=school))
        enrolled = amount_of(row[v.ENROLLMENT], say("The enrolment of school {school}", school=school))
        if unduplicated > enrolled:
            raise InputError(
                say("School {school} has more unduplicated pupils ({unduplicated}) than pupils ({pupils}).",
                    school=school, unduplicated=name(f"{unduplicated:,f}"), pupils=name(f"{enrolled:,f}")),
                say("Check that both counts are of the same year."), {"school": str(key)},
            )
        found.append(_School(key, ada, unduplicated, enrolled))
    return found


def _shared_out(
    index: pd.Index, rows: list[_School], rates: Rates, share: float | None, district: District | None
) -> pd.DataFrame:
    """Rule A."""
    keys = [row.id for row in rows]
    bases = [sum((rates.base[span] * row.ada[span] for span in v.SPANS), Decimal(0)) for row in rows]
    adjusted = [sum((rates.adjusted(span) * row.ada[span] for span in v.SPANS), Decimal(0)) for row in rows]
    base = _rounded(bases, keys)
    adjustment = _rounded([with_ - without for with_, without in zip(adjusted, bases, strict=True)], keys)
    counts = [Fraction(row.unduplicated) for row in rows]
    rest = Fraction(0)
    if district is not None:
        extra = district.entitlement
        rest = Fraction(amount_of(district.unduplicated, say("The district's unduplicated count"))) - sum(counts, Fraction(0))
        if rest < 0:
            raise InputError(say("The schools have more unduplicated pupils than their district."), say("Check that both are of the same year."))
    else:
        extra = _whole(rows, rates, share)
    both = cents(extra.supplemental) + cents(extra.concentration)
    parts = apportion(both, [*counts, rest], [*keys, ""])
    supplemental = apportion(cents(extra.supplemental), [Fraction(part) for part in parts], [*keys, ""])
    values = [
        (base[i], adjustment[i], supplemental[i], parts[i] - supplemental[i]) for i in range(len(rows))
    ]
    return _frame(index, keys, values, RULES["A"])


def _rounded(amounts: list[Decimal], keys: list[Any]) -> list[int]:
    """Amounts in whole cents that add up to the rounded sum of the exact ones."""
    total = cents(sum(amounts, Decimal(0)))
    exact = [Fraction(amount) * 100 for amount in amounts]
    parts = [int(amount // 1) for amount in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], str(keys[i])))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def _whole(rows: list[_School], rates: Rates, share: float | None) -> Entitlement:
    """The district that the schools make together."""
    ada = {span: sum((row.ada[span] for row in rows), Decimal(0)) for span in v.SPANS}
    if share is None:
        enrolled = sum((row.enrollment for row in rows), Decimal(0))
        unduplicated = sum((row.unduplicated for row in rows), Decimal(0))
        exact: Any = unduplicated / enrolled if enrolled else Decimal(0)
    else:
        exact = share
    if exact and rows and not any(row.unduplicated for row in rows):
        raise InputError(say("The district has a share of unduplicated pupils but no school counts any."), say("Check the counts."))
    return lcff_entitlement(ada, exact, rates.year, rates=rates)


def _as_districts(index: pd.Index, rows: list[_School], rates: Rates, cap: float | None) -> pd.DataFrame:
    """Rule B."""
    values = []
    for row in rows:
        share: Any = row.unduplicated / row.enrollment if row.enrollment else Decimal(0)
        given = lcff_entitlement(row.ada, share, rates.year, rates=rates, concentration_cap=cap)
        values.append(tuple(cents(part) for part in given[:4]))
    return _frame(index, [row.id for row in rows], values, RULES["B"])


def _published(schools: pd.DataFrame, allocation: pd.Series | None) -> pd.DataFrame:
    """Rule C."""
    if allocation is None:
        raise InputError(say("Rule C needs the district's published allocations."), say("Import them with the role allocation."))
    if not allocation.index.is_unique:
        raise InputError(say("A school occurs twice in the allocations."), say("Choose one program and one year."))
    given = allocation.reindex(schools.index).astype(float).round(2)
    nothing = dict.fromkeys(PARTS, np.nan)
    return in_words(pd.DataFrame({**nothing, GENERATED: given}, index=schools.index), RULES["C"])


def _frame(index: pd.Index, keys: list[Any], values: Sequence[tuple[int, ...]], rule: Said) -> pd.DataFrame:
    rows = {key: [*map(dollars, parts), dollars(sum(parts))] for key, parts in zip(keys, values, strict=True)}
    names = [*PARTS, GENERATED]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=names).reindex(index) if rows else \
        pd.DataFrame(np.nan, index=index, columns=names)
    return in_words(table.astype(float), rule)
