"""What is said of spending beside an outcome: a finding without a judgement, and the questions of a meeting for every corner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np

from ecomap.analysis.money.beside import corners as q
from ecomap.analysis.money.beside.case import NO_ERROR, Beside
from ecomap.analysis.notes import count_note
from ecomap.model import vocabulary as v
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, name, plural, say
from ecomap.model.units import format_number

CORNER_WORDS: Final[Mapping[str, Said]] = {
    q.MORE_HIGHER: say("more spent, outcome higher"), q.MORE_LOWER: say("more spent, outcome lower"),
    q.FEWER_HIGHER: say("less spent, outcome higher"), q.FEWER_LOWER: say("less spent, outcome lower"),
    q.UNSURE: say("cannot tell which side"), q.MISSING: say("not reported"),
}
QUESTIONS: Final[Mapping[str, Said]] = {
    q.MORE_HIGHER: say("What is the money for here, who decided on it, and what do pupils and families say it does?"),
    q.MORE_LOWER: say("What does this school face that the money is meant for, and since when has it come?"),
    q.FEWER_HIGHER: say("Who else is at work here, perhaps with money that stands in no file, and what would be lost without them?"),
    q.FEWER_LOWER: say("What would this school do with what others have, and who could decide on it?"),
    q.UNSURE: say("What would have to be counted, or counted for longer, before anything is said of this school?"),
    q.MISSING: say("Who could report the missing number, and by when?"),
}
REASONS: Final[Mapping[str, Said]] = {"": NOTHING, NO_ERROR: say("its error is not known"), **v.MISSING_REASONS}
NO_RANKING: Final = say("This is no ranking and no measure of efficiency: money follows need, so schools with more need are given more on purpose, and an "
                        "outcome has many causes that no money of this year can have changed.")


def sentence(found: Beside) -> Said:
    """How many lie where, without saying that any corner is the better one."""
    count, both = Counter(found.corner), int(found.both.sum())
    if found.otherwise:
        return say("What is spent at each school is not in the project as it was asked for, but in another way: either centrally for the schools as well, or "
                   "a part of it alone. So no school can be laid beside '{outcome}'. Choose the other spending, or bring the missing part.", outcome=found.outcome.label)
    if np.isnan(found.dollars.value).all():
        return say("What is spent at each school is not in the project, so no school can be laid beside '{outcome}'. Bring what every school "
                   "spent, as 'money spent': a published file per pupil, or the schools' budgets.", outcome=found.outcome.label)
    if not both:
        return say("No school has both a figure of spending and one of '{outcome}'.", outcome=found.outcome.label)
    dollars, result = found.middles
    sure = sum(count[one] for one in q.CORNERS)
    return plural("{n} school has both numbers. Clearly in one corner of spending per pupil (middle {dollars}) and '{outcome}' (middle {result}): "
                  "{sure}; the error is too large to tell which side: {unsure}; not reported: {missing}.",
                  "{n} schools have both numbers. Clearly in one corner of spending per pupil (middle {dollars}) and '{outcome}' (middle {result}): "
                  "{sure}; the error is too large to tell which side: {unsure}; not reported: {missing}.", both,
                  sure=format_number(sure), dollars=format_number(dollars, "usd"), outcome=found.outcome.label,
                  result=format_number(result, found.outcome.unit, 1), unsure=format_number(count[q.UNSURE]), missing=format_number(count[q.MISSING]))


def years(found: Beside) -> Said:
    """Of which school years both numbers are."""
    if not found.both.any() or not found.spending_year or not found.outcome_year:
        return NOTHING
    if found.spending_year == found.outcome_year:
        return say("Both are of {year}.", year=name(found.spending_year))
    return say("Spending is of {spent}, the outcome of {year}.", spent=name(found.spending_year), year=name(found.outcome_year))


def figures(found: Beside) -> tuple[KeyFigure, ...]:
    """The middle of both, and how many schools lie in every corner, on no side that can be told, or apart."""
    count = Counter(found.corner)
    dollars, result = found.middles
    half = say("At least half of the pupils are at schools with this much or more, at least half at schools with this much or less.")
    none = say("No school has both numbers.")
    return (
        KeyFigure("middle_dollars", say("Middle of spending per pupil"), None if np.isnan(dollars) else dollars, "usd", note=none if np.isnan(dollars) else half),
        KeyFigure("middle_outcome", say("Middle of the outcome: {outcome}", outcome=found.outcome.label), None if np.isnan(result) else result,
                  found.outcome.unit, note=none if np.isnan(result) else half, digits=1),
        *(KeyFigure(f"schools_{kind}", say("Schools: {corner}", corner=CORNER_WORDS[kind]), float(count[kind])) for kind in q.KINDS if found.both.any() or kind == q.MISSING),
    )


def bars(found: Beside) -> tuple[tuple[Said, float, float | None], ...]:
    """The share of the schools in every corner, always in the same order."""
    count, every = Counter(found.corner), max(len(found.corner), 1)
    if not found.both.any():
        return ()
    return tuple((CORNER_WORDS[kind], count[kind] / every, None) for kind in q.KINDS)


def notes(found: Beside, error: float) -> tuple[Note, ...]:
    """What it is not, of which years it is, what is assumed, and who is apart."""
    said = [Note("caution", NO_RANKING)]
    if found.spending_year and found.outcome_year and found.spending_year != found.outcome_year:
        said.append(Note("caution", say("Spending is of {spent}, the outcome of {year}: they speak of different years.", spent=name(found.spending_year),
                                        year=name(found.outcome_year))))
    if found.both.any():
        said += _method(error)
    count = Counter(found.outcome_why)
    if count[NO_ERROR]:
        said.append(Note("caution", plural("{n} school has an outcome whose error is not known: on no side. Bring how many pupils it counts.",
                                           "{n} schools have an outcome whose error is not known: on no side. Bring how many pupils each counts.", count[NO_ERROR]),
                         count[NO_ERROR]))
    silent = int(np.isnan(found.dollars.value).sum())
    if silent:
        said.append(count_note(plural("{n} school's spending is not reported, or is not shown: apart, not 0.",
                                      "{n} schools' spending is not reported, or is not shown: apart, not 0.", silent)))
    return (*said, *found.notes)


def _method(error: float) -> list[Note]:
    return [Note("method", say("Spending per pupil is taken to be right within {error}, an assumption: pupils come and go during the year, and how "
                                   "shared costs are split over schools each district decides for itself. The band of a share is that of a share of so many pupils.",
                                   error=format_number(error, "share"))),
            Note("method", say("The cross stands at the medians weighed by pupils, of the schools with both numbers."))]
