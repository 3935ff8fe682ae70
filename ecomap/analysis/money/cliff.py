"""Who funds what until when, what falls away by month and by need, and how much hangs on few funders."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd
from attrs import evolve, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.grants import YEARLY, Grants, grants_on, shares
from ecomap.analysis.assets.presence import labelled, terms_of, together
from ecomap.analysis.assets.school_need import AREAS, CHOICES, PUPILS, school_fifths
from ecomap.analysis.assets.schools import schools_of
from ecomap.analysis.day import ON_WHICH_DAY
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words, day_of, month_in_words
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output
from ecomap.model.said import NOTHING, Said, name, plural, say
from ecomap.model.terms import Terms
from ecomap.model.units import METRES_PER_MILE, format_number

INPUTS = (
    Input("schools", v.SCHOOL, say("Schools")),
    Input("funding", v.FUNDING, say("Funding"), optional=True, many=True),
    AREAS,
    Input("terms", v.TERM, say("Own words"), optional=True, many=True),
)
GRANTS, FALLS_AWAY = "grants", "falls_away"
UNNAMED: Final = say("Funder not named")
DISTRICT: Final = say("No one school")
OF_FIFTH: Final = {
    5: say("Of these grants: schools of highest need"),
    4: say("Of these grants: schools of high need"),
    3: say("Of these grants: schools of middle"),
    2: say("Of these grants: schools of low need"),
    1: say("Of these grants: schools of lowest need"),
}


@frozen
class CliffParams:
    """What a planner decides about what falls away."""

    as_of: Annotated[str, evolve(ON_WHICH_DAY, label=say("From which day?"))] = ""
    months: Annotated[int, Param(say("How many months ahead?"), ge=1, le=240)] = 24
    fifths_by: Annotated[str, Param(say("Need fifths of schools by"), choices=CHOICES, advanced=True)] = PUPILS
    radius_m: Annotated[float, Param(say("Area around a school"), unit="m", gt=0, le=80_000, advanced=True)] = METRES_PER_MILE


def run_cliff(frames: Frames, params: CliffParams, *, progress: Progress) -> Answer:
    """List the grants that pay, and what ends when."""
    progress.at(0.0, say("Reading who funds what"))
    day, terms = day_of(params.as_of), terms_of(frames)
    empty = pd.DataFrame({v.ID: pd.Series(dtype=object)})
    grants = grants_on(frames.get("funding", empty), day)
    schools = schools_of(frames, "all")
    fifth, fifth_notes = school_fifths(frames, schools, params.fifths_by, params.radius_m)
    progress.at(0.4, say("Adding up what ends when"))
    first = np.datetime64(day).astype("datetime64[M]")
    month = grants.rows[v.END].to_numpy().astype("datetime64[M]")
    within = (month >= first) & (month < first + params.months)
    at = pd.Index(schools[v.ID].astype(str)).get_indexer(pd.Index(grants.rows[v.SCHOOL_ID]))
    of_school = np.append(fifth, np.nan)[at]
    names = np.array([*schools[v.NAME].astype(str), DISTRICT], dtype=object)[at]
    progress.at(0.7, say("Adding up funders"))
    outputs = (
        _months_output(grants.rows, month, first, params.months, of_school), _fifths_output(grants.rows, within, at, of_school, params),
        _grants_output(grants.rows, names, of_school, within, params, terms), _funders_output(grants.rows),
    )
    notes = [*grants.notes, *(fifth_notes if len(grants.rows) else ()), Note("caution", say("A grant that ends may be renewed; this is "
             "what is written down, not a forecast. Amounts of grants without a school are the district's or a partner's."))]
    if not len(frames.get("funding", empty)):
        notes.insert(0, Note("caution", say("The project has no funding: who pays for what is not reported.")))
    elsewhere = int(((at < 0) & (grants.rows[v.SCHOOL_ID] != "").to_numpy()).sum())
    if elsewhere:
        notes.append(Note("count", plural("{n} grant names a school the project does not hold.",
                                          "{n} grants name a school the project does not hold.", elsewhere), elsewhere))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Who funds what from {day}", day=date_in_words(day)), sentence=_sentence(grants, within, params), outputs=outputs,
        figures=_figures(grants.rows, within, outputs[3].frame), notes=tuple(notes), bars=_bars(outputs[3].frame),
        bars_title=say("Share of the money of the grants that pay, by funder"),
    )


def _sums(rows: pd.DataFrame, group: np.ndarray, count: int) -> dict[str, object]:
    """Grants, dollars and yearly dollars by group; NaN where no grant of a group states them. A group of -1 is left out."""
    found: dict[str, object] = {}
    use = group >= 0
    found[GRANTS] = np.bincount(group[use], minlength=count)
    for amount in (v.AMOUNT, YEARLY):
        values = rows[amount].to_numpy(dtype=float)
        known = use & ~np.isnan(values)
        stated = np.bincount(group[known], minlength=count)
        total = np.bincount(group[known], values[known], count)
        found[amount] = np.where((stated > 0) | (found[GRANTS] == 0), total, np.nan)
        found[f"{amount}_missing"] = np.asarray(found[GRANTS]) - stated
    found[a.ROWS] = together(group[use], rows["ref"].to_numpy()[use], count)
    return found


def _sum_columns(label: Said) -> tuple[Column, ...]:
    return (
        Column(GRANTS, label, "count"), Column(v.AMOUNT, say("Amount over their whole time"), "usd"),
        Column(f"{v.AMOUNT}_missing", say("Grants that state no amount"), "count", say("Not zero: not reported.")),
        Column(YEARLY, say("Amount a year"), "usd", say("Amount over the days from start to end, for a year of 365.25 days.")),
        Column(f"{YEARLY}_missing", say("Grants whose amount a year is not known"), "count"), a.rows_column(),
    )


def _months_output(rows: pd.DataFrame, month: np.ndarray, first: np.datetime64, count: int, fifth: np.ndarray) -> Output:
    offset = (month - first).astype("timedelta64[M]").astype(float)
    group = np.where(np.isnat(month) | (offset < 0) | (offset >= count), -1, np.nan_to_num(offset)).astype(int)
    months = [str(first + number) for number in range(count)]
    sums = _sums(rows, group, count)
    yearly = np.nan_to_num(np.asarray(sums[YEARLY], dtype=float))
    frame = pd.DataFrame({v.ID: months, v.NAME: pd.Series([month_in_words(*map(int, month.split("-"))) for month in months], dtype=object), **sums,
                          FALLS_AWAY: np.cumsum(yearly), **_by_fifth(group, fifth, count)})
    columns = (*c.id_columns(), *_sum_columns(say("Grants that end in this month")),
               Column(FALLS_AWAY, say("Amount a year gone by its end"), "usd", say("All that has ended so far, where it is known.")),
               *(Column(f"{GRANTS}_fifth_{number}", OF_FIFTH[number], "count")
                 for number in (5, 4, 3, 2, 1)),
               Column(f"{GRANTS}_no_fifth", say("Of these grants: no one school, or one without a need number"), "count"))
    return Output("months", say("What ends, month by month"), frame, columns)


def _by_fifth(group: np.ndarray, fifth: np.ndarray, count: int) -> dict[str, np.ndarray]:
    """Grants that end in each month by the need fifth of their school; those without a fifth apart, so that rows add up."""
    use = group >= 0
    found = {f"{GRANTS}_fifth_{number}": np.bincount(group[use & (fifth == number)], minlength=count) for number in (5, 4, 3, 2, 1)}
    return found | {f"{GRANTS}_no_fifth": np.bincount(group[use & np.isnan(fifth)], minlength=count)}


def _fifths_output(rows: pd.DataFrame, within: np.ndarray, at: np.ndarray, fifth: np.ndarray, params: CliffParams) -> Output:
    group = np.select([at < 0, np.isnan(fifth)], [6, 5], 5 - np.nan_to_num(fifth)).astype(int)
    ending, paying = _sums(rows, np.where(within, group, -1), 7), _sums(rows, group, 7)
    frame = pd.DataFrame({
        v.ID: ["5", "4", "3", "2", "1", "no_fifth", "no_school"],
        v.NAME: pd.Series([*(c.FIFTH_LABELS[n] for n in (5, 4, 3, 2, 1)), say("Schools without a need number"), DISTRICT], dtype=object),
        **ending,
        "grants_paying": paying[GRANTS], "yearly_paying": paying[YEARLY],
    })
    columns = (*c.id_columns(), *_sum_columns(say("Grants that end within {months}", months=_months(params))),
               Column("grants_paying", say("Grants that pay now"), "count"), Column("yearly_paying", say("Amount a year they pay"), "usd"))
    return Output("fifths", say("What ends, by need fifth of the school"), frame, columns)


def _grants_output(
    rows: pd.DataFrame, names: np.ndarray, fifth: np.ndarray, within: np.ndarray, params: CliffParams, terms: Terms
) -> Output:
    frame = pd.DataFrame({
        v.ID: rows["ref"].astype(str), v.NAME: pd.Series(names, index=rows.index, dtype=object), v.FUNDER: rows[v.FUNDER], v.RECIPIENT: rows[v.RECIPIENT],
        v.END: _iso(rows[v.END]), v.AMOUNT: rows[v.AMOUNT], YEARLY: rows[YEARLY],
        a.APPROACH_LABEL: labelled(terms, "approach", rows[v.APPROACH]), a.FUNCTION_LABEL: labelled(terms, "function", rows[v.FUNCTION]),
        a.SCHOOL_FIFTH: fifth, v.START: _iso(rows[v.START]), v.INFERRED: rows[v.INFERRED], "ends_soon": within, a.ROWS: rows["ref"],
    })
    frame["_order"] = rows[v.END]
    frame = frame.sort_values(["_order", v.ID], kind="stable", na_position="last", ignore_index=True).drop(columns="_order")
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column(v.FUNDER, say("Funder")), Column(v.RECIPIENT, say("Recipient")),
        Column(v.END, say("Last day"), "date", say("Empty: none stated.")),
        Column(v.AMOUNT, say("Amount over its whole time"), "usd", say("Missing: not stated.")), Column(YEARLY, say("Amount a year"), "usd"),
        Column(a.APPROACH_LABEL, say("Approach")), Column(a.FUNCTION_LABEL, say("Function")), a.school_fifth_column(params.fifths_by),
        Column(v.START, say("First day"), "date"),
        Column(v.INFERRED, say("Inferred, not stated"), "", say("What of this line no source states and was concluded from something else.")),
        Column("ends_soon", say("Ends within {months}", months=_months(params)), "flag"), a.rows_column(say("this line")),
    )
    return Output("grants", say("Who funds what until when"), frame, columns)


def _iso(values: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else str(value)[:10] for value in values]


def _funders_output(rows: pd.DataFrame) -> Output:
    funder = rows[v.FUNDER].where(rows[v.FUNDER] != "", UNNAMED)
    group, keys = pd.factorize(funder.str.casefold(), sort=True)
    names = [UNNAMED if called == UNNAMED else called for called in funder.groupby(group).first()] if len(rows) else []
    sums = _sums(rows, group, len(keys))
    share, _ = shares(np.nan_to_num(np.asarray(sums[v.AMOUNT], dtype=float)))
    share = np.where(np.isnan(np.asarray(sums[v.AMOUNT], dtype=float)), np.nan, share)
    frame = pd.DataFrame({v.ID: list(keys), v.NAME: pd.Series(names, dtype=object), "share": share, **sums})
    frame = frame.sort_values([v.AMOUNT, v.ID], ascending=[False, True], kind="stable", na_position="last", ignore_index=True)
    columns = (Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("Funder")),
               Column("share", say("Share of all stated amounts"), "share", digits=1), *_sum_columns(say("Grants that pay")))
    return Output("funders", say("Funders, and how much hangs on them"), frame, columns)


def _figures(rows: pd.DataFrame, within: np.ndarray, funders: pd.DataFrame) -> tuple[KeyFigure, ...]:
    stated = funders[v.AMOUNT].dropna().to_numpy(dtype=float)
    part, concentration = shares(stated)
    ending = rows[within]
    known = len(rows) > 0

    def dollars(values: pd.Series) -> float | None:
        return float(values.sum()) if values.notna().any() or (known and not len(values)) else None

    missing = int(ending[v.AMOUNT].isna().sum())
    return (
        KeyFigure("grants_paying", say("Grants that pay"), float(len(rows)) if known else None, note=NOTHING if known else a.NOT_REPORTED),
        KeyFigure("grants_ending", say("Grants that end in this time"), float(within.sum()) if known else None),
        KeyFigure("amount_ending", say("Amount of these, over their whole time"), dollars(ending[v.AMOUNT]), "usd",
                  note=plural("{n} of them state no amount.", "{n} of them state no amount.", missing) if missing else NOTHING),
        KeyFigure("yearly_ending", say("Amount a year that falls away"), dollars(ending[YEARLY]), "usd"),
        KeyFigure("concentration", say("Concentration of funders (Herfindahl-Hirschman, 0-1)"),
                  None if np.isnan(concentration) else concentration, "score", note=say("1: one funder pays all.")),
        KeyFigure("top_share", say("Share of the largest funder"), float(part.max()) if stated.sum() > 0 else None, "share"),
    )


def _bars(funders: pd.DataFrame) -> tuple[tuple[Said, float, float | None], ...]:
    known = funders[funders["share"].notna()].head(10)
    return tuple((name(funder), float(share), None) for funder, share in zip(known[v.NAME], known["share"], strict=True))


def _months(params: CliffParams) -> Said:
    return plural("{n} month", "{n} months", params.months)


def _sentence(grants: Grants, within: np.ndarray, params: CliffParams) -> Said:
    rows = grants.rows
    if not len(rows):
        return say("No grant on record pays on that day, so what will fall away is not reported.")
    ending = rows[within]
    stated = ending[YEARLY].dropna()
    told, dollars = {"months": _months(params)}, format_number(float(stated.sum()), "usd")
    if len(rows) == 1 and len(stated):
        return say("The one grant that pays ends within {months}, and with it {dollars} a year.", dollars=dollars, **told)
    if len(rows) == 1:
        return say("The one grant that pays ends within {months}.", **told) if len(ending) \
            else say("The one grant that pays does not end within {months}.", **told)
    told["all"] = format_number(len(rows))
    if len(stated):
        return plural("{n} of {all} grants that pay ends within {months}, and with it {dollars} a year.",
                      "{n} of {all} grants that pay end within {months}, and with them {dollars} a year.", len(ending), dollars=dollars, **told)
    return plural("{n} of {all} grants that pay ends within {months}.", "{n} of {all} grants that pay end within {months}.", len(ending), **told)


ANALYSIS = Analysis(
    name="funding-cliff",
    title=say("Funding cliff"),
    question=say("Who funds what until when, and what falls away?"),
    summary=say("Lists the grants that pay on a day, what ends in each of the coming months and in schools of which need, and how "
            "much of the money hangs on few funders."),
    step="money",
    params=CliffParams,
    inputs=INPUTS,
    run=run_cliff,
    method=say("A grant pays if it has started and has not ended on or before the day. Its last day is the last of the month or year "
           "where only that is stated. Amount a year = amount / (days from start to end) x 365.25, known only with amount, start "
           "and end. A missing amount is never zero: such grants are counted beside every sum. Concentration = sum of squared "
           "shares of the funders in all stated amounts of the grants that pay. Fifths are of schools, 5 the highest need; "
           "grants that name no school stand apart."),
    sources=("Hirschman, A. O. (1964). The paternity of an index, American Economic Review 54",),
    tables=(
        Table("months", say("Every month: grants that end, their amounts, and what is gone by then.")),
        Table("fifths", say("Need fifths of schools: grants that end and that pay.")),
        Table("grants", say("Every grant that pays: funder, recipient, school, amount, first and last day.")),
        Table("funders", say("Every funder: share, grants and amounts.")),
    ),
)
