"""The question of norming: who is charged more for its staff than they cost, and who less."""

from __future__ import annotations

from typing import Annotated, Final

import pandas as pd
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.day import AsOf
from ecomap.analysis.money.misalignment import by_fifth
from ecomap.analysis.money.norming.norm import (
    ACTUAL,
    AVERAGE_FROM,
    CHARGED,
    GAP,
    GAP_PER_PUPIL,
    LEFT_OUT,
    norming_gap,
    position_table,
    priced_positions,
)
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics.ranks import fifths
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import NO_GEOMETRY, Column
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.units import format_number

INPUTS = (Input("positions", v.POSITION, say("Staff positions"), many=True), Input("schools", v.SCHOOL, say("Schools"), optional=True))
SHARE_OF_AVERAGE: Final = "actual_to_charged"


@frozen
class NormingParams:
    """What a planner decides about norming."""

    year: Annotated[str, Param(say("School year of the positions"), say("Like 2024-25. None: the latest there is."))] = ""
    use_given_averages: Annotated[bool, Param(
        say("Use the averages that the file gives?"),
        say("No: they are worked out from the positions, by title, so that the gaps of all schools add up to nothing."))] = True
    as_of: AsOf = ""


def run_norming(frames: Frames, params: NormingParams, *, progress: Progress) -> Answer:
    """Norming gaps, school by school."""
    progress.at(0.0, say("Choosing the year"))
    rows, notes = _rows(frames["positions"], params)
    progress.at(0.3, say("Averaging pay by title"))
    priced = priced_positions(rows)
    schools = _schools(frames)
    progress.at(0.5, say("Adding up schools"))
    pupils = schools.get(v.ENROLLMENT)
    table = norming_gap(rows, pupils)
    table = _described_schools(table, rows, schools)
    progress.at(0.8, say("Adding up by need fifth"))
    outputs = (_schools_output(table, "schools" in frames), _positions_output(priced))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("What average pay hides"), sentence=_sentence(table), outputs=outputs, figures=_figures(table),
        notes=(*_notes(priced, table), *notes), bars=_bars(table),
        bars_title=say("Actual pay as a share of what schools are charged, by need fifth"),
    )


def _rows(positions: pd.DataFrame, params: NormingParams) -> tuple[pd.DataFrame, list[Note]]:
    """The positions of one year."""
    rows = positions if params.use_given_averages else positions.drop(columns=v.AVERAGE_SALARY, errors="ignore")
    years = sorted(set(rows[v.YEAR].fillna("")) - {""}) if v.YEAR in rows else []
    if params.year and params.year not in years:
        raise InputError(say("There are no positions of {year}.", year=name(params.year)),
                         say("Years there are: {years}.", years=joined(map(name, years), ", ")) if years else say("Years there are: none is stated."))
    if not years:
        return rows, [Note("caution", say("The positions do not say of which school year they are."))]
    used = params.year or years[-1]
    others = int((rows[v.YEAR] != used).sum())
    notes = [Note("method", say("Positions of {year}.", year=name(used)))]
    if others:
        notes.append(Note("count", plural("{n} position is of another year and not used.", "{n} positions are of another year and not used.", others),
                          others))
    return rows[rows[v.YEAR] == used], notes


def _schools(frames: Frames) -> pd.DataFrame:
    if "schools" not in frames:
        return pd.DataFrame(index=pd.Index([], name=v.ID))
    frame = frames["schools"]
    return pd.DataFrame(frame.drop(columns=v.GEOMETRY, errors="ignore")).set_index(v.ID)


def _described_schools(table: pd.DataFrame, rows: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Names, pupils and the need fifth beside the gaps."""
    told = rows.drop_duplicates(v.SCHOOL_ID).set_index(v.SCHOOL_ID)
    names = told[v.NAME] if v.NAME in told else pd.Series(told.index, index=told.index)
    known = schools[v.NAME].reindex(table.index) if v.NAME in schools else pd.Series(None, index=table.index, dtype=object)
    need = _need(schools).reindex(table.index)
    pupils = schools[v.ENROLLMENT] if v.ENROLLMENT in schools else told.get(v.ENROLLMENT, pd.Series(dtype=float))
    return table.assign(**{
        v.NAME: known.where(known.notna(), names.reindex(table.index)), v.ENROLLMENT: pupils.reindex(table.index).astype(float),
        c.FIFTH: fifths(need), SHARE_OF_AVERAGE: table[ACTUAL] / table[CHARGED].where(table[CHARGED] > 0),
    })


def _need(schools: pd.DataFrame) -> pd.Series:
    """Share of high-need pupils: unduplicated where counted, else free or reduced-price meals."""
    if v.UNDUPLICATED in schools and v.ENROLLMENT in schools and schools[v.UNDUPLICATED].notna().any():
        return schools[v.UNDUPLICATED] / schools[v.ENROLLMENT].where(schools[v.ENROLLMENT] > 0)
    return schools[v.FRPM_SHARE].astype(float) if v.FRPM_SHARE in schools else pd.Series(dtype=float, index=schools.index)


def _schools_output(table: pd.DataFrame, placed: bool) -> Output:
    columns = (
        *c.id_columns(), Column(v.ENROLLMENT, say("Pupils"), "count"), Column(c.FIFTH, say("Need fifth of schools"), "", say("5 = highest need.")),
        Column(v.FTE, say("Full-time positions"), "count", digits=1), Column(ACTUAL, say("What staff cost"), "usd"),
        Column(CHARGED, say("What the school is charged"), "usd"),
        Column(GAP, say("Norming gap"), "usd", say("Cost less charge. Below 0: the school pays for others.")),
        Column(GAP_PER_PUPIL, say("Norming gap per pupil"), "usd"),
        Column(SHARE_OF_AVERAGE, say("Cost for each dollar charged"), "score", digits=2),
        Column(LEFT_OUT, say("Rows left out"), "count", say("No FTE or no pay, for example vacant.")),
    )
    frame = table.reset_index(names=v.ID).sort_values([GAP, v.ID], kind="stable").reset_index(drop=True)
    style = LayerStyle(kind=GRADUATED, column=GAP_PER_PUPIL, palette="magentas", least_is_darkest=True, scheme="quantiles", classes=5, line="#FFFFFF", size=8.0)
    return Output("schools", say("Norming gap by school"), frame[[x.name for x in columns]].assign(**{v.ID: frame[v.ID].astype(str)}), columns,
                  NO_GEOMETRY, "schools" if placed else "", style if placed else None)


def _positions_output(priced: pd.DataFrame) -> Output:
    table = position_table(priced).reset_index()
    table = table.assign(**{v.NAME: pd.Series([title or say("All positions") for title in table[v.TITLE]], index=table.index, dtype=object)})
    table = table.assign(**{v.ID: [f"position-{n + 1}" for n in range(len(table))]})
    columns = (*c.id_columns(), Column("schools", say("Schools"), "count"), Column(v.FTE, say("Full-time positions"), "count", digits=1),
               Column(v.AVERAGE_SALARY, say("Average pay charged"), "usd"), Column("lowest_usd", say("Lowest pay"), "usd"),
               Column("highest_usd", say("Highest pay"), "usd"))
    return Output("positions", say("Pay by position"), table[[x.name for x in columns]], columns, NO_GEOMETRY)


def _figures(table: pd.DataFrame) -> tuple[KeyFigure, ...]:
    known = table[table[GAP].notna()]
    paying, gaining = known[known[GAP] < 0], known[known[GAP] > 0]
    return (
        KeyFigure("moved_usd", say("Charged to schools above what their staff cost"), float(abs(paying[GAP].sum())), "usd", note=say("It pays for staff elsewhere.")),
        KeyFigure("schools_paying", say("Schools that pay more than their staff cost"), float(len(paying)), "count"),
        KeyFigure("schools_gaining", say("Schools that pay less"), float(len(gaining)), "count"),
        KeyFigure("schools_not_known", say("Schools whose gap cannot be said"), float(table[GAP].isna().sum()), "count"),
    )


def _bars(table: pd.DataFrame) -> tuple[tuple[Said, float, float | None], ...]:
    """Actual over charged pay of each fifth, dollars added up first."""
    ones = pd.Series(1.0, index=table.index)
    cost, charge = (by_fifth(table[c.FIFTH], table[column], ones)["dollars"] for column in (ACTUAL, CHARGED))
    return tuple((c.FIFTH_LABELS[n], float(cost[n] / charge[n]), None) for n in cost.index if charge[n] > 0)


def _sentence(table: pd.DataFrame) -> Said:
    known = table[table[GAP].notna()]
    paying = known[known[GAP] < 0]
    if not len(known):
        return say("No school's positions have both full-time equivalents and pay, so no gap can be said.")
    if not len(paying):
        return plural("None of the {n} schools is charged more for its staff than they cost.",
                      "None of the {n} schools is charged more for its staff than they cost.", len(known))
    most = paying.sort_values([GAP], kind="stable").iloc[0]
    each = most[GAP_PER_PUPIL]
    told = {"all": format_number(len(known)), "dollars": format_number(float(-paying[GAP].sum()), "usd"), "school": name(most[v.NAME]),
            "most": format_number(float(-most[GAP]), "usd")}
    if each != each:
        return plural("{n} of {all} schools are charged {dollars} more for their staff than they cost; {school} pays most ({most}).",
                      "{n} of {all} schools are charged {dollars} more for their staff than they cost; {school} pays most ({most}).",
                      len(paying), **told)
    return plural("{n} of {all} schools are charged {dollars} more for their staff than they cost; {school} pays most ({most}, {each} per pupil).",
                  "{n} of {all} schools are charged {dollars} more for their staff than they cost; {school} pays most ({most}, {each} per pupil).",
                  len(paying), each=format_number(-each, "usd"), **told)


def _notes(priced: pd.DataFrame, table: pd.DataFrame) -> tuple[Note, ...]:
    notes = [Note("caution", say("Pay follows years of service. A school that is charged more than its staff cost usually has newer staff; the "
                  "gap says nothing about how well anyone works."))]
    left = int(table[LEFT_OUT].sum())
    given = int((priced[AVERAGE_FROM] == "given").sum())
    worked_out = int((priced[AVERAGE_FROM] != "given").sum())
    told = (
        (left, plural("{n} row has no FTE or no pay (vacant, for example): left out, not taken as free.",
                      "{n} rows have no FTE or no pay (vacant, for example): left out, not taken as free.", left)),
        (given, plural("{n} position is charged at the average the file gives; these need not add up to nothing.",
                       "{n} positions are charged at the average the file gives; these need not add up to nothing.", given)),
        (worked_out, plural("{n} position is charged at the average pay of its title in these data, weighed by FTE.",
                            "{n} positions are charged at the average pay of its title in these data, weighed by FTE.", worked_out)),
    )
    notes += [Note("count", text, count) for count, text in told if count]
    if table[GAP_PER_PUPIL].isna().all():
        notes.append(Note("caution", say("No pupil counts: gaps per pupil and fifths cannot be said. Import the schools with enrolment.")))
    return tuple(notes)


ANALYSIS = Analysis(
    name="norming",
    title=say("Norming gap"),
    question=say("Who pays for whose staff when every school is charged the average?"),
    summary=say("Compares what each school's staff cost with what the school is charged for them at the district's average pay. A school "
            "with newer staff is charged more than they cost; the difference pays for staff elsewhere."),
    step="money",
    params=NormingParams,
    inputs=INPUTS,
    run=run_norming,
    method=say("Gap of a school = sum over its positions of FTE x (actual pay - average pay). The average is the one the file gives, else the "
           "FTE-weighted average of the title over all schools in the data; then the gaps add up to nothing. Rows without FTE or pay are "
           "left out and counted. Per pupil: divided by enrolment. Fifths hold equally many schools by share of unduplicated pupils (or of "
           "pupils eligible for free or reduced-price meals), 5 is the highest."),
    sources=(
        "Roza, M. and Hill, P., on averaging of teacher pay (Education Week, 28 May 2003)",
        "The Education Trust-West (2005), on teacher pay and need in the schools of Los Angeles",
    ),
    tables=(Table("schools", say("Every school with positions: cost, charge, gap and gap per pupil.")),
            Table("positions", say("Every title: positions, average pay charged, lowest and highest pay."))),
)
