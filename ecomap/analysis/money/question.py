"""Money: what each school's pupils generate beside what the school is given and what is spent there."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
from attrs import frozen

from ecomap.analysis.day import AsOf
from ecomap.analysis.money.attribution import GENERATED, RULES, attribute_to_schools, rule_notes
from ecomap.analysis.money.experience import experience_notes, with_experience
from ecomap.analysis.money.misalignment import FROM_CENTRAL, FROM_NORMING, misalignment
from ecomap.analysis.money.norming.norm import GAP, GAP_PER_PUPIL, norming_gap
from ecomap.analysis.money.rates import (
    NO,
    Rates,
    latest_confirmed,
    rate_notes,
    rates_for,
    rates_from,
    shipped_rates,
)
from ecomap.analysis.money.schools import (
    ALLOCATED,
    CHARTER,
    PROXY,
    UNDUPLICATED_FROM,
    SchoolMoney,
    one_year,
    pupils_of,
    with_allocated,
    with_fifths,
    with_generated,
    with_multiplier,
    with_spent,
    year_of_pupils,
)
from ecomap.analysis.money.tables import fifths_output, schools_output
from ecomap.analysis.money.words import bars_title, money_bars, money_figures, money_notes, money_sentence
from ecomap.analysis.plan.published_allocation import ALLOCATIONS, published_allocation, with_published
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param, Uncertain
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import joined, name, say
from ecomap.model.source import Source

INPUTS = (
    Input("schools", v.SCHOOL, say("Schools")),
    Input("spending", v.SPENDING, say("Money spent"), optional=True, many=True),
    ALLOCATIONS,
    Input("positions", v.POSITION, say("Staff positions"), optional=True, many=True),
    Input("rates", v.FUNDING_RATE, say("State funding rates"), optional=True),
)
RULE_CHOICES = tuple(Choice(key, words) for key, words in RULES.items())
SHIPPED = Source(say("Local Control Funding Formula, rates per year"), say("California Department of Education"),
                 universe=say("funded attendance of public schools of California"), note=say("See resources/money/SOURCES.md."))


def _by_formula(params: Any) -> bool:
    return params.rule != "C" and not params.funded_attendance


@frozen
class MoneyParams:
    """What a planner decides about the comparison of generated, given and spent."""

    rule: Annotated[str, Param(
        say("By which rule is a school's part worked out?"), say("The state pays the district; a school's part is a rule."),
        choices=RULE_CHOICES)] = "A"
    year: Annotated[str, Param(
        say("School year of the state's rates"), say("Like 2024-25. None: the year of the pupil counts if they say it, else the "
                                                     "latest confirmed one."), choices_from="rate_year")] = ""
    include_central: Annotated[bool, Param(
        say("Count money spent centrally for the school as spent there?"),
        say("Districts choose themselves how they split central spending over schools. It is always shown as a column of its own."))] = False
    attendance_share: Annotated[float, Param(
        say("Attendance, as a share of enrolment"),
        say("An assumption, used where attendance itself is not in the project; the state pays for attendance."), unit="share", gt=0, le=1,
        uncertain=Uncertain(0.90, 0.95, say("for {low} to {high} of the pupils attending on a day"),
                            say("Usual in California: about 95 % before 2020, about 90 % since; not confirmed from one table"),
                            only=_by_formula))] = 0.92
    funded_attendance: Annotated[float, Param(
        say("Funded attendance of the district, in pupils"),
        say("As the state certified it for the year. 0: not given. It is then taken from the state's summary, if the project holds it, else assumed."),
        unit="count", ge=0, le=10_000_000, zero=say("not given"))] = 0.0
    unduplicated_share: Annotated[float, Param(
        say("The district's unduplicated share"), say("As published, over three years, 0-1. 0: worked out from the schools."),
        unit="share", ge=0, le=1, advanced=True)] = 0.0
    charters: Annotated[bool, Param(
        say("Show charter schools too?"), say("They are paid by the state as districts of their own."), advanced=True)] = True
    program: Annotated[str, Param(
        say("Which published allocation"), say("The program's name, like SENI. None: the one that most schools have."),
        choices_from="program", advanced=True)] = ""
    allow_unconfirmed: Annotated[bool, Param(
        say("Use rates that are not confirmed?"), say("Such a year is refused otherwise."), advanced=True)] = False
    as_of: AsOf = ""


def run_money(frames: Frames, params: MoneyParams, *, progress: Progress) -> Answer:
    """Generated, given and spent, school by school."""
    progress.at(0.0, say("Choosing the state's rates"))
    rates, said = _rates(frames, params)
    progress.at(0.1, say("Counting pupils"))
    schools, notes = pupils_of(frames["schools"], params.charters)
    proxy = bool((schools[UNDUPLICATED_FROM] == PROXY).any())
    progress.at(0.3, say("Working out what each school generates"))
    share = params.unduplicated_share or None
    schools, published, funded, more = with_generated(schools, frames, rates, params.rule, params.attendance_share, share,
                                                      params.funded_attendance)
    notes += more + _other_summary(frames, rates.year)
    progress.at(0.6, say("Reading what was given and spent"))
    schools, program, more = with_allocated(schools, frames, rates.year, params.program)
    notes += more
    if params.rule == "C":
        schools = _by_allocation(schools)
    schools, spending_year, more = with_spent(schools, frames, rates.year)
    notes += more
    schools, more = _compared(with_multiplier(with_fifths(schools)), frames, params, rates.year)
    run_by_district = schools[v.GOVERNANCE] != CHARTER
    schools = with_experience(schools, run_by_district)
    more += experience_notes(schools, run_by_district)
    money = SchoolMoney(schools, params.rule, rates, params.attendance_share, params.include_central, published, proxy, spending_year, program,
                        (*notes, *more), year_of_pupils(frames.layer("schools")), funded)
    progress.at(0.85, say("Adding up by need fifth"))
    index = published_allocation(frames, schools.index, program=params.program, year=rates.year, dollars=False)
    outputs = (with_published(schools_output(money), index), fifths_output(money))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Money generated, given and spent: rates of {year}", year=name(rates.year)),
        sentence=money_sentence(money), outputs=outputs, figures=money_figures(money),
        notes=(*(note for note in money.notes if note.kind == "caution"), *rule_notes(params.rule), *money_notes(money),
               *said, *index.notes, *(note for note in money.notes if note.kind != "caution")),
        bars=money_bars(money), bars_title=bars_title(money), sources=() if "rates" in frames else (SHIPPED,),
    )


def _rates(frames: Frames, params: MoneyParams) -> tuple[Rates, list[Note]]:
    """The rates of the year asked for, of the pupils' year where they are confirmed, or of the latest confirmed one."""
    known = rates_from(frames["rates"].to_dict("records")) if "rates" in frames else shipped_rates()
    of_pupils = year_of_pupils(frames.layer("schools"))
    usable = of_pupils in known and (known[of_pupils].confirmed != NO or params.allow_unconfirmed)
    year = params.year or (of_pupils if usable else latest_confirmed(known))
    found = rates_for(year, known, allow_unconfirmed=params.allow_unconfirmed)
    notes = list(rate_notes(found))
    if of_pupils and of_pupils != found.year:
        notes.append(Note("caution", say("Pupils are counted in {counted}, the rates are of {year}.", counted=name(of_pupils), year=name(found.year))))
    elif not of_pupils:
        notes.append(Note("caution", say("The pupil counts do not say of which year they are; the rates are of {year}.", year=name(found.year))))
    return found, notes


def _other_summary(frames: Frames, year: str) -> list[Note]:
    """A state summary that speaks of other years only is named, for its totals are not used."""
    rows = frames.get("allocation")
    if rows is None or v.SUPPLEMENTAL_GRANT not in rows or v.YEAR not in rows:
        return []
    years = sorted(set(rows.loc[rows[v.SUPPLEMENTAL_GRANT].notna(), v.YEAR].dropna().astype(str)))
    if not years or year in years:
        return []
    return [Note("caution", say("The state's summary in the project is of {years}, not of {year}: its grants and its attendance are not used.",
                                years=joined(map(name, years), ", "), year=name(year)))]


def _by_allocation(schools: pd.DataFrame) -> pd.DataFrame:
    """Rule C in the place of rule A; charter schools have no allocation of a district."""
    if schools[ALLOCATED].isna().all():
        raise ParameterError(say("Rule C needs published allocations, and the project has none of these schools."),
                             say("Import them with the role {role}, or choose rule A or B.", role=name(v.ALLOCATION)))
    own = schools[schools[v.GOVERNANCE] != CHARTER]
    given = attribute_to_schools(own, rule="C", allocation=own[ALLOCATED])
    charters = schools[schools[v.GOVERNANCE] == CHARTER]
    return schools.assign(**{
        column: pd.concat([given[column], charters[column]]).reindex(schools.index) for column in given.columns
    })


def _compared(schools: pd.DataFrame, frames: Frames, params: MoneyParams, year: str) -> tuple[pd.DataFrame, list[Note]]:
    """The schools with the difference between generated and spent, and what it is made of."""
    notes: list[Note] = []
    gap = pd.Series(dtype=float)
    if "positions" in frames:
        rows = frames["positions"]
        rows = rows[rows[v.SCHOOL_ID].isin(schools.index)]
        rows, notes = _of_year(rows, year)
        table = norming_gap(rows, schools[v.ENROLLMENT]) if len(rows) else pd.DataFrame(columns=[GAP, GAP_PER_PUPIL], dtype=float)
        gap = table[GAP]
        schools = schools.assign(**{GAP: gap.reindex(schools.index), GAP_PER_PUPIL: table[GAP_PER_PUPIL].reindex(schools.index)})
    central = schools[v.CENTRAL_STATE_LOCAL]
    spent = schools[v.SITE_STATE_LOCAL]
    if params.include_central:
        spent, central = spent + central, pd.Series(0.0, index=schools.index).where(central.notna())
    parts = misalignment(schools[GENERATED], spent, pupils=schools[v.ENROLLMENT], spent_centrally=central,
                         norming=gap if len(gap) else None)
    if not len(gap):
        parts = parts.drop(columns=[FROM_NORMING])
        parts = parts.assign(from_other_usd=parts["difference_usd"] - parts[FROM_CENTRAL])
    return schools.join(parts), notes


def _of_year(rows: Any, year: str) -> tuple[Any, list[Note]]:
    """Positions of the year, else of the latest one (a school has many rows, so none is dropped as a repetition)."""
    keys = [column for column in (v.SCHOOL_ID, v.YEAR) if column in rows]
    _, used, notes = one_year(rows.drop_duplicates(keys), year, say("staff positions"))
    return (rows[rows[v.YEAR].fillna("") == used] if v.YEAR in rows else rows), notes


ANALYSIS = Analysis(
    name="money",
    title=say("Money generated and spent"),
    question=say("What does each school generate, and what is spent there?"),
    summary=say("Works out what each school's pupils generate under the state formula by a named rule, and sets beside it what the "
            "district gives the school, what is spent at the site and what is spent centrally. A school without a file shows "
            "\"not reported\", never 0."),
    step="money",
    params=MoneyParams,
    inputs=INPUTS,
    run=run_money,
    method=say("The Local Control Funding Formula (Education Code 42238.02): base rate x funded attendance by grade span; 10.4 % "
           "more for TK-3 and 2.6 % for 9-12; supplemental grant 20 % of that x the unduplicated share; concentration grant "
           "65 % (50 % through 2020-21) x the share above 55 %. Each part is rounded once to the cent, half up. The state pays "
           "the district. Rule A gives a school the base of its own attendance and its part of the extra money by unduplicated "
           "pupils, cents by the largest remainder, so that schools add up to the district exactly; rule B works the formula out "
           "school by school and does not add up; rule C is the district's published allocation. Charter schools are worked "
           "out as districts of their own, their concentration share capped at the district's. Attendance that is not in the "
           "project is estimated: pupils spread evenly over the grades served, times one attendance share; where the district's "
           "funded attendance is given, or the state's summary holds it or implies it by its grants, the schools are brought to it by "
           "one factor. Where no "
           "unduplicated count is there, pupils eligible for free or reduced-price meals stand in, which is said. Difference = "
           "generated - state and local money spent at the site; federal money is shown and not compared. Its parts: norming "
           "(charged at average pay but not paid), money spent centrally for the school, and the rest. Dollars are always added "
           "up before they are divided by pupils. Fifths hold equally many schools by their share of unduplicated pupils, 5 is "
           "the highest."),
    sources=(
        "California Education Code 42238.02 (Local Control Funding Formula, AB 97 of 2013)",
        "California Department of Education, Every Student Succeeds Act per-pupil expenditure data",
        "Roza, M. and Hill, P., on averaging of teacher pay (Education Week, 28 May 2003)",
    ),
    tables=(
        Table("schools", say("Every school: pupils, generated with its parts and rule, given, spent at the site and centrally, the difference.")),
        Table("fifths", say("The same added up by fifth of schools.")),
    ),
)
