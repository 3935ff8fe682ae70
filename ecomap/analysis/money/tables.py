"""The tables of money: one row per school, and one per need fifth."""

from __future__ import annotations

from typing import Any, Final

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
    TOO_UNCERTAIN,
    UNDUPLICATED_FROM,
    SchoolMoney,
)
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Column
from ecomap.model.result import Output
from ecomap.model.said import Said, name, say
from ecomap.model.style import GRADUATED, LayerStyle

GENERATED_PER_PUPIL: Final = "generated_per_pupil_usd"
ALLOCATED_RATIO: Final = "allocated_share_ratio"
CENTRAL_SHARE: Final = "central_share"
EXPECTED: Final = "expected_per_pupil_usd"
ABOVE: Final = "above_expected_per_pupil_usd"
SITE_PER_PUPIL: Final = "site_per_pupil_usd"


def schools_output(money: SchoolMoney) -> Output:
    """One row per school, by id; it colours the project's schools on the map."""
    frame = _derived(money)
    described = _columns(money)
    shown = tuple(column for column in described if column.name in frame)
    rows = frame[[column.name for column in shown]].sort_values(v.ID, kind="stable").reset_index(drop=True)
    reported = bool(rows[DIFFERENCE].notna().any())
    column = PER_PUPIL if reported else GENERATED_PER_PUPIL
    style = LayerStyle(kind=GRADUATED, column=column, palette="magentas" if reported else "greens", scheme="quantiles", classes=5, line="#FFFFFF", size=8.0)
    title = say("Generated less spent at the site, per pupil") if reported else say("Money generated per pupil (estimated)")
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
    reasons = {column + v.REASON_SUFFIX: np.where(out[column].isna(), _why(out), "") for column in (*v.SPENDING_PARTS, DIFFERENCE)}
    reasons[ALLOCATED + v.REASON_SUFFIX] = np.where(out[ALLOCATED].isna(), "not_reported", "")
    return out.assign(**reasons, **{v.NAME: out.get(v.NAME, out.index)}).reset_index(names=v.ID)


def _why(schools: pd.DataFrame) -> Any:
    """Why spending is missing, as one of the closed reasons."""
    return np.where(schools[SPENT_STATE] == TOO_UNCERTAIN, "unreliable", "not_reported")


def _columns(money: SchoolMoney) -> tuple[Column, ...]:
    high = say("Pupils eligible for free or reduced-price meals (stand-in for unduplicated)") if money.proxy else say("Unduplicated pupils")
    rule, rates = name(money.rule), name(money.rates.year)
    filed = say("As filed for {year}.", year=name(money.spending_year)) if money.spending_year else say("As filed for no year stated.")
    given = say("Given by rule C, as published: {program}", program=name(money.program)) if money.program \
        else say("Given by rule C, as published: not reported")
    difference, spent = _spent_words(money.include_central)
    return (
        *c.id_columns(), Column(v.GOVERNANCE, say("Run by")), Column(v.ENROLLMENT, say("Pupils"), "count"),
        Column(v.UNDUPLICATED, high, "count"), Column(NEED_SHARE, say("{pupils}, share of pupils", pupils=high), "share"),
        Column(c.FIFTH, say("Need fifth of schools"), "", say("5 = the fifth of the schools with the highest share.")),
        Column(GENERATED, say("Generated, rule {rule}", rule=rule), "usd",
               say("Estimated. Rates of {year}.", year=rates) if money.estimated else say("Rates of {year}.", year=rates)),
        Column(GENERATED_PER_PUPIL, say("Generated per pupil, rule {rule}", rule=rule), "usd",
               say("Estimated. Per enrolled pupil.") if money.estimated else say("Per enrolled pupil.")),
        Column(BASE, say("of it base"), "usd"), Column(ADJUSTMENT, say("of it grade span adjustment"), "usd"),
        Column(SUPPLEMENTAL, say("of it supplemental"), "usd"), Column(CONCENTRATION, say("of it concentration"), "usd"),
        Column(ALLOCATED, given, "usd"),
        Column(ALLOCATED_RATIO, say("Given, in proportion to high-need pupils"), "score",
               say("Share of the dollars over share of the high-need pupils: 1 = in proportion."), digits=2),
        Column(SPENT_STATE, say("Spending"), "", say("reported, reported in part, too uncertain, or not reported.")),
        *(Column(part, label, "usd", filed) for part, label in v.SPENDING_PARTS.items()),
        Column(SITE_PER_PUPIL, say("State and local money spent at the site, per pupil"), "usd"),
        Column(CENTRAL_SHARE, say("Share spent centrally"), "share", say("Of all money, federal too. Each district splits it in its own way.")),
        Column(DIFFERENCE, say("Generated less spent"), "usd", difference),
        Column(PER_PUPIL, say("Generated less spent, per pupil"), "usd", spent),
        Column(RATIO, say("Spent for each dollar generated"), "score", spent, digits=2),
        Column(FROM_NORMING, say("of the difference: norming"), "usd", say("Charged at the average pay but not paid.")),
        Column(FROM_CENTRAL, say("of the difference: spent centrally"), "usd", say("State and local money.")),
        Column(FROM_OTHER, say("of the difference: not explained"), "usd"),
        Column(EXPECTED, say("Usual at this level of need, per pupil"), "usd", say("The straight line of site spending against need: what is, not what ought to be.")),
        Column(ABOVE, say("Above (below) the usual, per pupil"), "usd"),
        Column(GAP, say("Norming gap"), "usd", say("What staff really cost less what the school is charged at average pay. Below 0: it pays for others.")),
        Column(GAP_PER_PUPIL, say("Norming gap per pupil"), "usd"), *EXPERIENCE_COLUMNS,
        Column(MULTIPLIER, say("Equity multiplier"), "", say("Nonstability above 25 % and disadvantaged above 70 %, both strictly; rates of the year before.")),
        Column(ada.ADA, say("Pupils in attendance"), "count"), Column(ada.ADA_FROM, say("Attendance is")),
        *(Column(column, say("Attendance, {span}", span=name(span)), "count", hidden=True) for span, column in v.ADA_COLUMNS.items()),
        Column(RULE, say("Rule")), Column(UNDUPLICATED_FROM, say("High-need pupils are")),
        *(Column(missing + v.REASON_SUFFIX, say("Why it is missing"), hidden=True) for missing in (*v.SPENDING_PARTS, ALLOCATED, DIFFERENCE)),
    )


def _spent_words(include_central: bool) -> tuple[Said, Said]:
    """What counts as spent, under the difference and under what is made of it."""
    if include_central:
        return (say("Site and central, state and local money. Above 0: more is generated than is spent."),
                say("Site and central, state and local money."))
    return say("Site, state and local money. Above 0: more is generated than is spent."), say("Site, state and local money.")


def fifths_output(money: SchoolMoney) -> Output:
    """Dollars of district-run schools by fifth, highest need first; per pupil of those whose dollars are known."""
    schools = money.schools[money.own]
    amounts = {"generated": (GENERATED, say("Generated, rule {rule}", rule=name(money.rule))),
               "given": (ALLOCATED, say("Given by rule C, as published")),
               "site": (v.SITE_STATE_LOCAL, say("Spent at sites, state and local money")),
               "central": (v.CENTRAL_STATE_LOCAL, say("Spent centrally, state and local money"))}
    labels = c.FIFTH_LABELS
    frame = pd.DataFrame({v.ID: [f"fifth-{n}" for n in labels], v.NAME: pd.Series(list(labels.values()), dtype=object), c.FIFTH: list(labels)})
    count = by_fifth(schools[c.FIFTH], schools[v.ENROLLMENT], schools[v.ENROLLMENT])
    frame = frame.assign(schools=count["schools"].to_numpy(), **{v.ENROLLMENT: count["pupils"].to_numpy()})
    described = [*c.id_columns(), Column(c.FIFTH, say("Need fifth"), hidden=True), Column("schools", say("Schools"), "count"),
                 Column(v.ENROLLMENT, say("Pupils"), "count")]
    for key, (column, label) in amounts.items():
        table = by_fifth(schools[c.FIFTH], schools[column], schools[v.ENROLLMENT])
        frame = frame.assign(**{
            f"{key}_usd": table["dollars"].to_numpy(), f"{key}_per_pupil_usd": table["per_pupil"].to_numpy(),
            f"{key}_share": table["share_of_dollars"].to_numpy(), f"{key}_schools": table["schools"].to_numpy(),
        })
        described += [
            Column(f"{key}_usd", label, "usd"),
            Column(f"{key}_per_pupil_usd", say("{label}, per pupil", label=label), "usd", say("Of the schools whose dollars are known.")),
            Column(f"{key}_share", say("{label}: share of all", label=label), "share"),
            Column(f"{key}_schools", say("{label}: schools with a figure", label=label), "count", hidden=True),
        ]
    known = schools[schools[v.ENROLLMENT].notna()]
    frame[a.ROWS] = [SEPARATOR.join(f"{v.SCHOOL}/{key}" for key in known.index[known[c.FIFTH] == number]) for number in labels]
    return Output("fifths", say("Money of district-run schools by need fifth"), frame, (*described, a.rows_column(say("the schools"))), NO_GEOMETRY)
