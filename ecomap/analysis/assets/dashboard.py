"""Is the whole moving? Schools taking part, partners and money by year and by need, beside figures the partners keep."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.grants import YEARLY, grants_table
from ecomap.analysis.assets.overlap.grid import TAKES_PART
from ecomap.analysis.assets.overlap.question import schools_of
from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import SEPARATOR, Presence, presence, refs, terms_of, text
from ecomap.analysis.assets.school_need import AREAS, CHOICES, PUPILS, number, school_fifths
from ecomap.analysis.dates import ACTIVE, days, state_on
from ecomap.analysis.gaps.situation import MILE_M, inputs_of, sources_of
from ecomap.analysis.notes import how_many
from ecomap.analysis.registry import Analysis, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.params import Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output, Provenance, Result
from ecomap.model.said import say
from ecomap.model.terms import Terms
from ecomap.model.units import format_number

INPUTS = (
    *PRESENCE_INPUTS, AREAS,
    Input("funding", v.FUNDING, say("Funding"), optional=True, many=True),
    Input("system_indicators", v.SYSTEM_INDICATOR, say("System indicators"), optional=True, many=True),
)
SCHOOLS, PARTNERS, MONEY = "schools_taking_part", "partners", "fiscal_support"
ANY = "any"
COMPUTED, KEPT = "counted from the records", "as the partners keep it"
DOLLARS = "dollars a year"
_UNIT_WORDS = {"usd": "dollars"}
REMARK = "remark"
COUNTED_ON = (10, 1)  # 1 October: about when California counts its pupils


@frozen
class DashboardParams:
    """What a planner decides about the years."""

    first_year: Annotated[int, Param("First year", ge=1990, le=2100)] = 2012
    last_year: Annotated[int, Param("Last year", "0: this year.", ge=0, le=2100)] = 0
    fifths_by: Annotated[str, Param("Need fifths of schools by", choices=CHOICES, advanced=True)] = PUPILS
    radius_m: Annotated[float, Param("Area around a school", unit="m", gt=0, le=80_000, advanced=True)] = MILE_M


def run_dashboard(frames: Frames, params: DashboardParams, *, progress: Progress) -> Result:
    """Count schools taking part, partners and money for every year."""
    progress.at(0.0, say("Reading what is on record"))
    years = _years(params)
    schools, terms = schools_of(frames, "all"), terms_of(frames)
    fifth, fifth_notes = school_fifths(frames, schools, params.fifths_by, params.radius_m)
    dated, undated = _dated(frames)
    rows: list[dict[str, Any]] = []
    by_fifth: list[dict[str, Any]] = []
    for position, year in enumerate(years):
        progress.at(0.1 + 0.7 * position / len(years), say("Counting {year}", year=year))
        day = datetime.date(year, *COUNTED_ON)
        found = presence(dated, schools, day)
        _count_schools(rows, by_fifth, found, fifth, year, terms)
        _count_partners(rows, found, year)
        _count_money(rows, frames, day, year)
    progress.at(0.85, say("Adding the figures the partners keep"))
    rows += _kept(frames, terms)
    table = _numbers_table(rows)
    outputs = (_numbers_output(table), _fifths_output(pd.DataFrame(by_fifth), schools, fifth, params))
    progress.at(1.0, say("Done"))
    used = tuple(item.name for item in INPUTS)
    return Result(
        id="dashboard", analysis="dashboard", title=say("The system from {years} to {years_2}", years=years[0], years_2=years[-1]), sentence=_sentence(table, years),
        outputs=outputs, figures=_figures(table, years), notes=_notes(frames, undated, fifth_notes),
        provenance=Provenance("dashboard", ANALYSIS.version, plain_params(params), inputs_of(frames, used), sources_of(frames, used)),
    )


def _years(params: DashboardParams) -> list[int]:
    last = params.last_year or datetime.date.today().year
    if last < params.first_year:
        raise ParameterError(say("The last year, {last}, is before the first, {first_year}.", last=last, first_year=params.first_year), say("Turn them round."))
    return list(range(params.first_year, last + 1))


def _dated(frames: Frames) -> tuple[Frames, dict[str, int]]:
    """The rows that say since when; what does not cannot be placed in a year."""
    kept, undated = {}, {}
    for item in PRESENCE_INPUTS:
        if item.name in ("schools", "terms") or item.name not in frames:
            continue
        rows = frames[item.name]
        known = ~np.isnat(days(rows, v.START))
        undated[item.name] = int((~known).sum())
        kept[item.name] = rows[known]
    layers = {name: frames.layer(name) for name in frames}
    rest = {name: frames[name] for name in ("terms",) if name in frames}
    return Frames({**kept, **rest}, layers), undated


def _count_schools(
    rows: list[dict[str, Any]], by_fifth: list[dict[str, Any]], found: Presence, fifth: np.ndarray, year: int, terms: Terms
) -> None:
    part = np.isin(found.role, TAKES_PART) & (found.place <= 1)
    word = found.actors["approach"].to_numpy()[found.actor]
    known = {term.code for term in terms.of("approach")} & set(word)
    for approach in (ANY, *v.APPROACHES, *sorted(known - set(v.APPROACHES))):
        mine = part & ((word == approach) if approach != ANY else (word != ""))
        which = np.unique(found.school[mine])
        ids = found.schools[v.ID].astype(str).to_numpy()[which]
        label = "Schools taking part in any approach" if approach == ANY else \
            f"Schools taking part: {terms.label('approach', approach)}"
        rows.append({v.INDICATOR: SCHOOLS, v.APPROACH: approach, v.NAME: label, v.YEAR: str(year), v.VALUE: float(len(which)),
                     v.UNIT: "schools", "kind": COMPUTED, v.SOURCE: "",
                     a.ROWS: SEPARATOR.join(sorted(set(found.actors["ref"].to_numpy()[found.actor[mine]])))})
        for number_ in (5, 4, 3, 2, 1):
            here = which[fifth[which] == number_]
            by_fifth.append({v.YEAR: str(year), v.APPROACH: approach, v.NAME: label, a.SCHOOL_FIFTH: number_,
                             v.VALUE: float(len(here)), a.ROWS: SEPARATOR.join(v.SCHOOL + "/" + i for i in ids[fifth[which] == number_])})


def _count_partners(rows: list[dict[str, Any]], found: Presence, year: int) -> None:
    """Organisations that lead, offer or employ on a day, each once, whatever school they work with."""
    named = found.actors[found.actors["organisation"] != ""]
    rows.append({v.INDICATOR: PARTNERS, v.APPROACH: "", v.NAME: "Partner organisations at work", v.YEAR: str(year),
                 v.VALUE: float(named["who"].nunique()), v.UNIT: "organisations", "kind": COMPUTED, v.SOURCE: "",
                 a.ROWS: SEPARATOR.join(sorted(set(named["ref"])))})


def _count_money(rows: list[dict[str, Any]], frames: Frames, day: datetime.date, year: int) -> None:
    if "funding" not in frames or not len(frames["funding"]):
        return
    paying = grants_table(frames["funding"])[(state_on(frames["funding"], day) == ACTIVE) & ~np.isnat(days(frames["funding"], v.START))]
    known = paying[YEARLY].notna()
    value = float(paying.loc[known, YEARLY].sum()) if known.any() else np.nan  # nothing on record is not zero dollars
    rows.append({v.INDICATOR: MONEY, v.APPROACH: "", v.NAME: "Dollars a year of the grants that pay", v.YEAR: str(year),
                 v.VALUE: value, v.UNIT: DOLLARS, "kind": COMPUTED, v.SOURCE: "",
                 REMARK: _remark(int((~known).sum()), int((paying[v.INFERRED] != "").sum())),
                 a.ROWS: SEPARATOR.join(paying["ref"])})


def _remark(unknown: int, inferred: int) -> str:
    """What has to be said beside a year's dollars."""
    parts = ((unknown, "whose dollars a year are not known"), (inferred, "with an inferred last day or amount"))
    return SEPARATOR.join(f"{count} {'grant' if count == 1 else 'grants'} {words}" for count, words in parts if count)


def _kept(frames: Frames, terms: Terms) -> list[dict[str, Any]]:
    """Figures on the whole system that the partners wrote down."""
    if "system_indicators" not in frames:
        return []
    rows = frames["system_indicators"]
    columns = [text(rows, name).tolist() for name in (v.ID, v.INDICATOR, v.YEAR, v.UNIT, v.SOURCE)]
    return [
        {v.INDICATOR: terms.code("system_indicator", word) or word, v.APPROACH: "",
         v.NAME: terms.label("system_indicator", terms.code("system_indicator", word) or word), v.YEAR: year, v.VALUE: value,
         v.UNIT: _UNIT_WORDS.get(unit, unit), "kind": KEPT, v.SOURCE: source, a.ROWS: ref}
        for ref, word, year, unit, source, value in
        zip(refs(v.SYSTEM_INDICATOR, columns[0]), *columns[1:], number(rows, v.VALUE), strict=True)
    ]


def _numbers_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    frame = frame.assign(**{REMARK: frame[REMARK].fillna("") if REMARK in frame else ""})
    ids = frame[v.INDICATOR] + "|" + frame[v.APPROACH] + "|" + frame[v.YEAR] + "|" + frame["kind"].map({COMPUTED: "", KEPT: "kept"})
    again = ids.duplicated(keep=False)
    frame.insert(0, v.ID, ids.where(~again, ids + "|" + frame[a.ROWS]))
    return frame.sort_values([v.YEAR, v.INDICATOR, v.APPROACH, v.ID], kind="stable", ignore_index=True)


def _numbers_output(frame: pd.DataFrame) -> Output:
    columns = (
        *c.id_columns(), Column(v.INDICATOR, say("Indicator, code"), hidden=True), Column(v.APPROACH, say("Approach, code"), hidden=True),
        Column(v.YEAR, say("Year"), "date"), Column(v.VALUE, say("Value"), "", say("Missing: not reported.")), Column(v.UNIT, "Unit"),
        Column("kind", say("Where it is from")), Column(v.SOURCE, say("Source")), Column(REMARK, "Remark"),
        a.rows_column(),
    )
    return Output("years", say("System indicators by year"), frame, columns)


def _fifths_output(frame: pd.DataFrame, schools: Any, fifth: np.ndarray, params: DashboardParams) -> Output:
    size = {number_: int((fifth == number_).sum()) for number_ in (5, 4, 3, 2, 1)}
    every = frame[a.SCHOOL_FIFTH].map(size).to_numpy(dtype=float)
    frame = frame.assign(**{
        v.ID: frame[v.APPROACH] + "|" + frame[v.YEAR] + "|" + frame[a.SCHOOL_FIFTH].astype(str), a.SCHOOLS: every,
        "share": np.divide(frame[v.VALUE].to_numpy(), every, out=np.full(len(frame), np.nan), where=every > 0),
    })[[v.ID, v.NAME, v.APPROACH, v.YEAR, a.SCHOOL_FIFTH, v.VALUE, a.SCHOOLS, "share", a.ROWS]]
    columns = (
        *c.id_columns(), Column(v.APPROACH, say("Approach, code"), hidden=True), Column(v.YEAR, say("Year"), "date"),
        a.school_fifth_column(params.fifths_by), Column(v.VALUE, say("Schools taking part"), "count"),
        Column(a.SCHOOLS, say("Schools in the fifth"), "count"), Column("share", say("Share of these"), "share"), a.rows_column(),
    )
    return Output("fifths", say("Schools taking part by year and need fifth"), frame, columns)


def _value(table: pd.DataFrame, indicator: str, approach: str, year: int) -> float | None:
    row = table[(table[v.INDICATOR] == indicator) & (table[v.APPROACH] == approach) & (table[v.YEAR] == str(year))
                & (table["kind"] == COMPUTED)]
    return None if not len(row) or np.isnan(row[v.VALUE].iloc[0]) else float(row[v.VALUE].iloc[0])


def _figures(table: pd.DataFrame, years: list[int]) -> tuple[KeyFigure, ...]:
    last, first = years[-1], years[0]
    then = _value(table, SCHOOLS, ANY, first)
    return (
        KeyFigure("schools_taking_part", say("Schools taking part, {last}", last=last), _value(table, SCHOOLS, ANY, last),
                  note=say(f"{0 if then is None else then:,.0f} in {first}.")),
        *(KeyFigure(f"schools_{word}", say(f"{v.APPROACH_LABELS[word]}, {last}"), _value(table, SCHOOLS, word, last)) for word in v.APPROACHES),
        KeyFigure("partners", say("Partner organisations at work, {last}", last=last), _value(table, PARTNERS, "", last)),
        KeyFigure("fiscal_support", say("Dollars a year, {last}", last=last), _value(table, MONEY, "", last), "usd",
                  note="" if _value(table, MONEY, "", last) is not None else a.NOT_REPORTED),
        KeyFigure("kept", say("Figures the partners keep"), float((table["kind"] == KEPT).sum())),
    )


def _sentence(table: pd.DataFrame, years: list[int]) -> str:
    then, now = (_value(table, SCHOOLS, ANY, year) or 0.0 for year in (years[0], years[-1]))
    partners = _value(table, PARTNERS, "", years[-1]) or 0.0
    return (f"{how_many(now, 'school takes', 'schools take')} part in an approach in {years[-1]}, {then:,.0f} did in {years[0]}; "
            f"{how_many(partners, 'partner organisation with a known start is', 'partner organisations with a known start are')} "
            "at work.")


def _notes(frames: Frames, undated: dict[str, int], fifth_notes: tuple[Note, ...]) -> tuple[Note, ...]:
    notes = [Note("caution", say("Only what says since when can be placed in a year. Figures that grow can also mean that more was "
                  "written down.")),
             Note("method", say("A year stands for its 1 October: at work on that day."))]
    words = {"participations": "approaches at schools", "sites": "approach sites", "zones": "zones", "roles": "people in roles",
             "services": "services"}
    for name, count in undated.items():
        if count:
            notes.append(Note("count", say("{count} of the {words} state no start and are in no year.", count=format_number(count), words=words[name]), count))
    for name, words_ in (("funding", "funding: fiscal support is"), ("system_indicators", "table of system indicators: research partners, "
                         "media references, policies and the rest are")):
        if name not in frames:
            notes.append(Note("caution", say("The project has no {words} not reported.", words=words_)))
    return (*notes, *fifth_notes)


ANALYSIS = Analysis(
    name="dashboard",
    title=say("System indicators"),
    question=say("Is the whole system moving?"),
    summary=say("Counts for every year the schools taking part in each approach, the partner organisations at work and the dollars a "
            "year of grants, by need fifth where schools are counted, beside the figures the partners keep themselves."),
    step="assets",
    params=DashboardParams,
    inputs=INPUTS,
    run=run_dashboard,
    method=say("A year stands for its 1 October. A school takes part by a participation, an approach site or a zone around it that "
           "was at work on that day; it counts once per approach and once in any. Partners are organisations that lead, offer or "
           "employ, told apart by name. Dollars a year = amount / days x 365.25 of every grant that pays. Rows without a start are "
           "in no year. Fifths are today's and hold for all years. The figures the partners keep are shown as they are."),
    sources=(
        "Potochnik, T. and Romans, A. (2015). Collaborating for Equity: a scan of the Los Angeles educational ecosystem, figure 2",
    ),
    tables=(
        Table("years", say("Every indicator and year.")),
        Table("fifths", say("Schools taking part by approach, year and need fifth.")),
    ),
)
