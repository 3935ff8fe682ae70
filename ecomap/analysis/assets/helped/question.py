"""Did it help? What changed at schools that began an approach, beside schools like them that had not."""

from __future__ import annotations

from typing import Annotated, Final

from attrs import frozen

from ecomap.analysis.assets.helped import words
from ecomap.analysis.assets.helped.case import case_of, matched
from ecomap.analysis.assets.helped.tables import (
    balance_output,
    groups_output,
    schools_output,
    ways_output,
    years_output,
)
from ecomap.analysis.assets.helped.verdict import Limits, found_by
from ecomap.analysis.assets.outcomes import DIRECTIONS, INPUT, KNOWN, chosen_outcome, outcomes_by_year
from ecomap.analysis.assets.presence import INPUTS as PRESENCE_INPUTS
from ecomap.analysis.assets.presence import terms_of
from ecomap.analysis.assets.schools import schools_of
from ecomap.analysis.assets.words import date_note
from ecomap.analysis.day import AsOf
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics.group_time import NEVER, NOT_YET
from ecomap.analysis.statistics.matching import CALIPER
from ecomap.analysis.travel.taking_part import began_in
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.said import Said, joined, say

MATCHED: Final = "matched"
WAYS: Final[dict[str, Said]] = {
    MATCHED: say("Schools most like them that never began"),
    NEVER: say("All schools that never began"),
    NOT_YET: say("All schools that had not begun yet"),
}
WAY_CHOICES: Final = tuple(Choice(key, label) for key, label in WAYS.items())
INPUTS: Final[tuple[Input, ...]] = (
    *(item for item in PRESENCE_INPUTS if item.role in (v.SCHOOL, v.PARTICIPATION, v.SITE, v.ZONE, v.TERM)), INPUT,
)


@frozen
class HelpedParams:
    """What a planner decides about the comparison."""

    approach: Annotated[str, Param(say("Which approach?"), choices_from="approach")] = v.APPROACHES[0]
    outcome: Annotated[str, Param(say("Which outcome?"), say("A column of the table of outcomes; none: the first of them."),
                                  choices_from="school_outcome", first=True)] = ""
    comparison: Annotated[str, Param(
        say("Beside which schools?"), say("The answer shows all three ways; this one speaks."),
        choices=WAY_CHOICES)] = MATCHED
    level: Annotated[str, Param(say("Schools of which level?"), choices_from="level")] = "all"
    matters: Annotated[float, Param(
        say("Which difference would be too small to matter?"),
        say("In the unit of the outcome: 0.02 is two percentage points of a share. 0: not asked."), ge=0, le=1_000, zero=say("not asked"))] = 0.0
    better: Annotated[str, Param(say("Which way is better?"), choices=DIRECTIONS, advanced=True)] = KNOWN
    fewest: Annotated[int, Param(say("Fewest schools on a side"), say("With fewer on either side, the answer is that it cannot tell."), ge=2, le=1_000,
                                 advanced=True)] = 10
    years_before: Annotated[int, Param(say("Years before the start needed as a check"), say("With fewer, the answer is that it cannot tell."),
                                       ge=0, le=20, advanced=True)] = 1
    neighbours: Annotated[int, Param(say("Schools matched to each"), ge=1, le=20, advanced=True)] = 3
    caliper: Annotated[float, Param(say("How unlike may they be?"), say("In standard deviations, on average over what they are matched by."), gt=0, le=5,
                                    advanced=True)] = CALIPER
    charters: Annotated[bool, Param(say("Compare with charter schools too?"), advanced=True)] = False
    draws: Annotated[int, Param(say("Draws for the band"), ge=99, le=20_000, advanced=True)] = 999
    seed: Annotated[int, Param(say("Seed of the draws"), ge=0, le=1_000_000, advanced=True)] = 0
    as_of: AsOf = ""


def run_helped(frames: Frames, params: HelpedParams, *, progress: Progress) -> Answer:
    """Compare changes at schools that began with those at schools that had not, and say what may be said."""
    progress.at(0.0, say("Reading outcomes and starts"))
    schools, terms, day = schools_of(frames, params.level), terms_of(frames), day_of(params.as_of)
    outcome = chosen_outcome(frames, params.outcome, params.better)
    plain = case_of(schools, outcomes_by_year(frames, schools, outcome, day), began_in(frames, schools, params.approach, day), charters=params.charters)
    progress.at(0.3, say("Matching schools"))
    like = matched(plain, neighbours=params.neighbours, caliper=params.caliper)
    limits = Limits(params.fewest, params.years_before, params.matters)
    progress.at(0.4, say("Comparing changes"))
    ways = found_by({key: (like, NEVER) if key == MATCHED else (plain, key) for key in WAYS}, limits=limits, better=outcome.better,
                    draws=params.draws, seed=params.seed)
    found = ways[params.comparison]
    approach = terms.label("approach", params.approach)
    progress.at(0.9, say("Putting it into tables"))
    outputs = (years_output(found, outcome), schools_output(found), ways_output(ways, WAYS, params.comparison, outcome), groups_output(found, outcome),
               balance_output(ways[MATCHED]))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("What changed with {approach}: '{outcome}'", approach=approach, outcome=outcome.label),
        sentence=joined([words.sentence(found, approach, outcome, limits), words.years(found)]), outputs=outputs, figures=words.figures(found, outcome),
        notes=(*words.notes(found, outcome, approach, limits), date_note(day)),
        bars=words.bars(found), bars_title=say("Difference by years since the start; years before are the check"),
        bars_unit=words.size_unit(outcome),
    )


ANALYSIS = Analysis(
    name="helped",
    title=say("Did it help?"),
    question=say("Did it help?"),
    summary=say("Compares how an outcome changed at schools that began an approach with how it changed at schools like them that had not, "
                "year by year, with a band and a check on the years before. It says 'cannot tell' where the numbers do not carry more."),
    step="assets",
    params=HelpedParams,
    inputs=INPUTS,
    run=run_helped,
    method=say("Group-time differences in differences: ATT(g, t) = mean change since the last year before g of schools that began in g, less that "
               "of the schools beside them. Schools count once each, whatever their size. Matched: the nearest neighbours of the same levels by share of pupils eligible for "
               "meals, logarithm of pupils and the outcome of the year before the start, within a caliper, with replacement; balance by "
               "standardised mean differences. Years since the start and the overall difference weigh starts by their schools; weights "
               "are taken as given. Bands: multiplier bootstrap of the influence functions with a normal number per school, all years of a table at "
               "once, 90 %; widened as Student's t with as many degrees as there are schools that began, less one for each start. Check: the largest difference before the "
               "start, and a steady drift before it (a line through the last year before), each beside its bootstrap distribution. Cannot tell: the band holds "
               "both signs, the years before differ by any of the three ways of comparing (10 % or less), there are "
               "too few schools or years before, or matched schools differ by more than 0.25 standard deviations. Smallest difference found in four of five "
               "cases = (1.645 + 0.842) x standard error, widened likewise. A school counts from the first school year in which it took part, "
               "also after the end; a bare year is the school year that begins in it. Numbers of groups too small to show, and suppressed ones, are missing."),
    sources=(
        "Callaway, B. and Sant'Anna, P. H. C. (2021). Difference-in-Differences with multiple time periods, doi:10.1016/j.jeconom.2020.12.001",
        "Stuart, E. A. (2010). Matching methods for causal inference, doi:10.1214/09-STS313",
        "Roth, J. (2022). Pretest with caution: event-study estimates after testing for parallel trends, doi:10.1257/aeri.20210236",
        "Bloom, H. S. (1995). Minimum detectable effects, doi:10.1177/0193841X9501900504",
    ),
    tables=(
        Table("years", say("The difference by years since the start, with its band; years before are the check.")),
        Table("schools", say("Every school: which side it is on, since when, matched with whom.")),
        Table("ways", say("The same by all three ways of comparing.")),
        Table("groups", say("The difference by start and school year.")),
        Table("balance", say("How alike both sides are, before and after matching.")),
    ),
    asked_again=False,
    when=say("When an approach has run for a few years and outcomes of the years before are on the table. To find schools to learn from, ask where "
             "else it works."),
)
