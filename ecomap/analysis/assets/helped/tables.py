"""The tables of whether it helped: by years since the start, by start and year, by way of comparing, how alike, and the schools."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.assets.helped import case as k
from ecomap.analysis.assets.helped.verdict import Found
from ecomap.analysis.assets.helped.words import STATES, TRAITS, VERDICTS, passed, size_unit
from ecomap.analysis.assets.outcomes import Outcome
from ecomap.analysis.assets.presence import spoken
from ecomap.analysis.statistics.group_time import Bands, Effects
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Column
from ecomap.model.result import Output
from ecomap.model.said import Said, joined, name, say
from ecomap.model.style import CATEGORISED, LayerStyle

DIFFERENCE: Final = "difference"
LOW, HIGH = "band_low", "band_high"
SINCE: Final = "years_since_start"
BEGAN, BESIDE = "schools_began", "schools_beside"
VERDICT: Final = "verdict"
STYLE: Final = LayerStyle(kind=CATEGORISED, column=c.STATE, line="#FFFFFF", size=8.0, symbols=(
    (STATES[k.BEGAN], "#3B6C8F", "diamond"), (STATES[k.BESIDE], "#8FA3B1", "circle"), (STATES[k.UNMATCHED], "#6E97B5", "square"), (STATES[k.ALONE], "#6E97B5", "triangle"),
    (STATES[k.EARLY], "#B4C2CE", "diamond"), (STATES[k.UNDATED], "#B4C2CE", "square"), (STATES[k.UNUSED], "#CBD5DE", "circle"),
    (STATES[k.CHARTERS], "#CBD5DE", "triangle"), (STATES[k.SILENT], "#98A2AD", "cross")),
    quiet=(STATES[k.BESIDE], STATES[k.UNUSED], STATES[k.CHARTERS], STATES[k.SILENT]))  # hundreds, which would hide the few that began


def _numbers(effects: Effects, band: Bands) -> dict[str, Any]:
    return {DIFFERENCE: effects.estimate, LOW: band.low, HIGH: band.high, BEGAN: effects.units, BESIDE: effects.beside}


def _number_columns(outcome: Outcome, together: Said) -> tuple[Column, ...]:
    points = say("How much more this outcome changed than at the schools beside them.")
    return (
        Column(DIFFERENCE, say("Difference: {outcome}", outcome=outcome.label), size_unit(outcome), points, 1),
        Column(LOW, say("Low end of the band (90 %)"), size_unit(outcome), together, 1), Column(HIGH, say("High end of the band (90 %)"), size_unit(outcome), together, 1),
        Column(BEGAN, say("Schools that began"), "count"), Column(BESIDE, say("Schools beside them"), "count"),
    )


_ALL_AT_ONCE: Final = say("The band holds all years of this table at once in nine of ten cases.")


def years_output(found: Found, outcome: Outcome) -> Output:
    """One row per year before and since the start; the years before are the check."""
    event = found.event
    frame = pd.DataFrame({v.ID: [f"{int(one):+d}" for one in event.period], v.NAME: spoken(map(passed, event.period)), SINCE: event.period,
                          "check": event.period < 0, **_numbers(event, found.event_band)}).astype({v.ID: object})
    columns = (*c.id_columns(), Column(SINCE, say("Years since the start"), "", say("0 is the first year; the year before it is what the others are measured from.")),
               Column("check", say("Before the start, a check"), "flag", say("Nothing can have happened yet: a difference here says that both sides moved "
                      "apart by themselves.")), *_number_columns(outcome, _ALL_AT_ONCE))
    return Output("years", say("Difference by years since the start, with the band"), frame, columns, told=(DIFFERENCE, LOW, HIGH))


def groups_output(found: Found, outcome: Outcome) -> Output:
    """One row per start and year."""
    each, labels = found.each, dict(zip(found.case.panel.periods, found.case.outcomes.labels, strict=True))
    years = [labels[one] for one in each.period]
    frame = pd.DataFrame({
        v.ID: [f"{int(group)}|{year}" for group, year in zip(each.group, years, strict=True)],
        v.NAME: spoken(say("Began in {start}, year {year}", start=name(labels.get(group, f"{int(group)}")), year=name(year))
                       for group, year in zip(each.group, years, strict=True)),
        "start": [labels.get(group, f"{int(group)}") for group in each.group], v.YEAR: years, **_numbers(each, found.each_band),
    }).astype({v.ID: object, "start": object, v.YEAR: object})
    columns = (*c.id_columns(), Column("start", say("Began in")), Column(v.YEAR, say("School year"), "date"), *_number_columns(outcome, _ALL_AT_ONCE))
    return Output("groups", say("Difference by start and school year"), frame, columns)


def ways_output(ways: dict[str, Found], labels: dict[str, Said], asked: str, outcome: Outcome) -> Output:
    """The same question by every way of comparing: where they disagree, the choice decides and not the schools."""
    rows: list[dict[str, Any]] = [{v.ID: key, v.NAME: labels[key], "asked": key == asked, DIFFERENCE: one.estimate, LOW: one.estimate - one.margin,
             HIGH: one.estimate + one.margin, BEGAN: one.began, BESIDE: one.beside, "detectable": one.detectable, "placebo": one.placebo_p, "trend": one.trend_p,
             VERDICT: VERDICTS[one.verdict]} for key, one in ways.items()]
    frame = pd.DataFrame(rows).assign(**{v.NAME: spoken(row[v.NAME] for row in rows), VERDICT: spoken(row[VERDICT] for row in rows)})
    columns = (*c.id_columns(), Column("asked", say("The one asked for"), "flag"), *_number_columns(outcome, say("The band of this one number.")),
               Column("detectable", say("Smallest difference it would find"), size_unit(outcome), say("In four of five cases."), 1),
               Column("placebo", say("Chance of moving apart this far before the start"), "share", say("Missing: no year to check by.")),
               Column("trend", say("Chance of such a steady drift before the start"), "share", say("10 % or less by any way of comparing: cannot tell.")),
               Column(VERDICT, say("What may be said")))
    return Output("ways", say("The same by other ways of comparing"), frame, columns, told=(VERDICT, DIFFERENCE))


def balance_output(found: Found) -> Output:
    """How alike both sides are, before and after matching."""
    rows = found.case.balance
    frame = pd.DataFrame({v.ID: list(rows), v.NAME: spoken(TRAITS[key] for key in rows),
                          **{column: [row[place] for row in rows.values()] for place, column in
                             enumerate(("mean_began", "mean_others", "mean_matched", "apart", "apart_matched"))}}).astype({v.ID: object})
    help_ = say("In standard deviations; beyond 0.25 on either side the two are not alike.")
    columns = (*c.id_columns(), Column("mean_began", say("Mean, schools that began"), digits=2), Column("mean_others", say("Mean, all others"), digits=2),
               Column("mean_matched", say("Mean, matched schools"), digits=2), Column("apart", say("Apart before matching"), "score", help_, 2),
               Column("apart_matched", say("Apart after matching"), "score", help_, 2))
    return Output("balance", say("How alike both sides are"), frame, columns)


def schools_output(found: Found) -> Output:
    """Every school and what it is in the comparison."""
    case, weights = found.case, found.case.panel.weights
    ids, names = (case.schools[column].astype(str).to_numpy() for column in (v.ID, v.NAME))
    like = np.full(len(ids), "", dtype=object)
    if weights is not None:
        for unit in np.flatnonzero(np.diff(weights.tocsr().indptr)):
            like[case.rows[unit]] = joined(map(name, names[case.rows[np.sort(weights[[unit]].indices)]]), "; ")
    start = [f"{int(one)}" if np.isfinite(one) else "" for one in case.start]
    frame = pd.DataFrame({v.ID: ids, v.NAME: names, c.STATE: spoken(STATES[one] for one in case.state), v.START: start,
                          "matched_with": spoken(like)}).astype({v.ID: object})
    columns = (*c.id_columns(), Column(c.STATE, say("In the comparison"), "", say("Which side a school is on, or why it is on none.")),
               Column(v.START, say("Began in"), "date", say("The year in which the school year began.")), Column("matched_with", say("Matched with")))
    return Output("schools", say("Schools in the comparison"), frame, columns, NO_GEOMETRY, "schools", STYLE, told=(c.STATE,))
