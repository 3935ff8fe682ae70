"""The tables of money: one row per school, and one per need fifth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.presence import SEPARATOR
from ecomap.analysis.money import ada
from ecomap.analysis.money.attribution import ADJUSTMENT, BASE, CONCENTRATION, GENERATED, RULE, SUPPLEMENTAL
from ecomap.analysis.money.experience import COLUMNS as EXPERIENCE_COLUMNS
from ecomap.analysis.money.misalignment import (
    DIFFERENCE,
    FROM_CENTRAL,
    FROM_NORMING,
    FROM_OTHER,
    PER_PUPIL,
    RATIO,
    by_fifth,
    expected_line,
    share_ratio,
)
from ecomap.analysis.money.norming.norm import GAP, GAP_PER_PUPIL
from ecomap.analysis.money.schools import (
    ALLOCATED,
    MULTIPLIER,
    NEED_SHARE,
    SPENT_STATE,
    UNDUPLICATED_FROM,
    SchoolMoney,
)
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Column
from ecomap.model.result import Output
from ecomap.model.style import GRADUATED, LayerStyle

if TYPE_CHECKING:
    from ecomap.analysis.money.question import MoneyParams

GENERATED_PER_PUPIL: Final = "generated_per_pupil_usd"
ALLOCATED_RATIO: Final = "allocated_share_ratio"
CENTRAL_SHARE: Final = "central_share"
EXPECTED: Final = "expected_per_pupil_usd"
ABOVE: Final = "above_expected_per_pupil_usd"
SITE_PER_PUPIL: Final = "site_per_pupil_usd"


def schools_output(money: SchoolMoney, params: MoneyParams) -> Output:
    """One row per school, by id; it colours the project's schools on the map."""
    frame = _derived(money)
    described = _columns(money, params)
    shown = tuple(column for column in described if column.name in frame)
    rows = frame[[column.name for column in shown]].sort_values(v.ID, kind="stable").reset_index(drop=True)
    reported = bool(rows[DIFFERENCE].notna().any())
    column = PER_PUPIL if reported else GENERATED_PER_PUPIL
    style = LayerStyle(kind=GRADUATED, column=column, palette="greens", scheme="quantiles", classes=5, line="#FFFFFF", size=8.0)
    title = "Generated less spent at the site, per pupil" if reported else "Money generated per pupil (estimated)"
    return Output("schools", title, rows, shown, NO_GEOMETRY, "schools", style)


def _derived(money: SchoolMoney) -> pd.DataFrame:
    """The schools with amounts per pupil and the line against need."""
    schools = money.schools
    pupils = schools[v.ENROLLMENT].where(schools[v.ENROLLMENT] > 0)
    site = schools[v.SITE_STATE_LOCAL] / pupils
    central = schools[[v.CENTRAL_FEDERAL, v.CENTRAL_STATE_LOCAL]].sum(axis=1, skipna=False)
    everything = central + schools[[v.SITE_FEDERAL, v.SITE_STATE_LOCAL]].sum(axis=1, skipna=False)
    expected = pd.Series(np.nan, index=schools.index)
    known = site.notna() & schools[NEED_SHARE].notna()
    if int(known.sum()) >= 3 and schools[NEED_SHARE][known].nunique() > 1:
        expected = expected_line(site, schools[NEED_SHARE], pupils).expected.where(known)
    out = schools.assign(**{
        GENERATED_PER_PUPIL: schools[GENERATED] / pupils, SITE_PER_PUPIL: site,
        CENTRAL_SHARE: central / everything.where(everything > 0), EXPECTED: expected, ABOVE: site - expected,
        ALLOCATED_RATIO: share_ratio(schools[ALLOCATED], schools[v.UNDUPLICATED]),
    })
    reasons = {name + v.REASON_SUFFIX: np.where(out[name].isna(), _why(out), "") for name in (*v.SPENDING_PARTS, DIFFERENCE)}
    reasons[ALLOCATED + v.REASON_SUFFIX] = np.where(out[ALLOCATED].isna(), "not_reported", "")
    return out.assign(**reasons, **{v.NAME: out.get(v.NAME, out.index)}).reset_index(names=v.ID)


def _why(schools: pd.DataFrame) -> Any:
    """Why spending is missing, as one of the closed reasons."""
    return np.where(schools[SPENT_STATE] == "too uncertain", "unreliable", "not_reported")


def _columns(money: SchoolMoney, params: MoneyParams) -> tuple[Column, ...]:
    high = "Pupils eligible for free or reduced-price meals (stand-in for unduplicated)" if money.proxy else "Unduplicated pupils"
    rule = f"rule {params.rule}"
    estimate = "Estimated. " if money.proxy or (money.schools[ada.ADA_FROM] != ada.PUBLISHED).any() else ""
    spent = "Site" if not params.include_central else "Site and central"
    year = money.spending_year or "no year stated"
    return (
        *c.id_columns(), Column(v.GOVERNANCE, "Run by"), Column(v.ENROLLMENT, "Pupils", "count"),
        Column(v.UNDUPLICATED, high, "count"), Column(NEED_SHARE, f"{high}, share of pupils", "share"),
        Column(c.FIFTH, "Need fifth of schools", "", "5 = the fifth of the schools with the highest share."),
        Column(GENERATED, f"Generated, {rule}", "usd", f"{estimate}Rates of {money.rates.year}."),
        Column(GENERATED_PER_PUPIL, f"Generated per pupil, {rule}", "usd", f"{estimate}Per enrolled pupil."),
        Column(BASE, "of it base", "usd"), Column(ADJUSTMENT, "of it grade span adjustment", "usd"),
        Column(SUPPLEMENTAL, "of it supplemental", "usd"), Column(CONCENTRATION, "of it concentration", "usd"),
        Column(ALLOCATED, f"Given by rule C, as published: {money.program or 'not reported'}", "usd"),
        Column(ALLOCATED_RATIO, "Given, in proportion to high-need pupils", "score",
               "Share of the dollars over share of the high-need pupils: 1 = in proportion.", digits=2),
        Column(SPENT_STATE, "Spending", "", "reported, reported in part, too uncertain, or not reported."),
        *(Column(name, label, "usd", f"As filed for {year}.") for name, label in v.SPENDING_PARTS.items()),
        Column(SITE_PER_PUPIL, "State and local money spent at the site, per pupil", "usd"),
        Column(CENTRAL_SHARE, "Share spent centrally", "share", "Of all money, federal too. Each district splits it in its own way."),
        Column(DIFFERENCE, "Generated less spent", "usd", f"{spent}, state and local money. Above 0: more is generated than is spent."),
        Column(PER_PUPIL, "Generated less spent, per pupil", "usd", f"{spent}, state and local money."),
        Column(RATIO, "Spent for each dollar generated", "score", f"{spent}, state and local money.", digits=2),
        Column(FROM_NORMING, "of the difference: norming", "usd", "Charged at the average pay but not paid."),
        Column(FROM_CENTRAL, "of the difference: spent centrally", "usd", "State and local money."),
        Column(FROM_OTHER, "of the difference: not explained", "usd"),
        Column(EXPECTED, "Usual at this level of need, per pupil", "usd", "The straight line of site spending against need: what is, not what ought to be."),
        Column(ABOVE, "Above (below) the usual, per pupil", "usd"),
        Column(GAP, "Norming gap", "usd", "What staff really cost less what the school is charged at average pay. Below 0: it pays for others."),
        Column(GAP_PER_PUPIL, "Norming gap per pupil", "usd"), *EXPERIENCE_COLUMNS,
        Column(MULTIPLIER, "Equity multiplier", "", "Nonstability above 25 % and disadvantaged above 70 %, both strictly; rates of the year before."),
        Column(ada.ADA, "Pupils in attendance", "count"), Column(ada.ADA_FROM, "Attendance is"),
        *(Column(name, f"Attendance, {span}", "count", hidden=True) for span, name in v.ADA_COLUMNS.items()),
        Column(RULE, "Rule"), Column(UNDUPLICATED_FROM, "High-need pupils are"),
        *(Column(name + v.REASON_SUFFIX, "Why it is missing", hidden=True) for name in (*v.SPENDING_PARTS, ALLOCATED, DIFFERENCE)),
    )


def fifths_output(money: SchoolMoney, params: MoneyParams) -> Output:
    """Dollars of district-run schools by fifth, highest need first; per pupil of those whose dollars are known."""
    schools = money.schools[money.own]
    amounts = {"generated": (GENERATED, f"Generated, rule {params.rule}"), "given": (ALLOCATED, "Given by rule C, as published"),
               "site": (v.SITE_STATE_LOCAL, "Spent at sites, state and local money"),
               "central": (v.CENTRAL_STATE_LOCAL, "Spent centrally, state and local money")}
    labels = c.FIFTH_LABELS
    frame = pd.DataFrame({v.ID: [f"fifth-{n}" for n in labels], v.NAME: list(labels.values()), c.FIFTH: list(labels)})
    count = by_fifth(schools[c.FIFTH], schools[v.ENROLLMENT], schools[v.ENROLLMENT])
    frame = frame.assign(schools=count["schools"].to_numpy(), **{v.ENROLLMENT: count["pupils"].to_numpy()})
    described = [*c.id_columns(), Column(c.FIFTH, "Need fifth", hidden=True), Column("schools", "Schools", "count"),
                 Column(v.ENROLLMENT, "Pupils", "count")]
    for key, (name, label) in amounts.items():
        table = by_fifth(schools[c.FIFTH], schools[name], schools[v.ENROLLMENT])
        frame = frame.assign(**{
            f"{key}_usd": table["dollars"].to_numpy(), f"{key}_per_pupil_usd": table["per_pupil"].to_numpy(),
            f"{key}_share": table["share_of_dollars"].to_numpy(), f"{key}_schools": table["schools"].to_numpy(),
        })
        described += [
            Column(f"{key}_usd", label, "usd"), Column(f"{key}_per_pupil_usd", f"{label}, per pupil", "usd", "Of the schools whose dollars are known."),
            Column(f"{key}_share", f"{label}: share of all", "share"), Column(f"{key}_schools", f"{label}: schools with a figure", "count", hidden=True),
        ]
    known = schools[schools[v.ENROLLMENT].notna()]
    frame[a.ROWS] = [SEPARATOR.join(f"{v.SCHOOL}/{key}" for key in known.index[known[c.FIFTH] == number]) for number in labels]
    return Output("fifths", "Money of district-run schools by need fifth", frame, (*described, a.rows_column("the schools")), NO_GEOMETRY)
