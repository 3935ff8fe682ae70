"""What is said on whether it helped: the verdict in a sentence, why it cannot be told, and what the numbers do not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np

from ecomap.analysis.assets.helped import case as k
from ecomap.analysis.assets.helped import verdict as d
from ecomap.analysis.assets.outcomes import Outcome
from ecomap.analysis.notes import count_note
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say
from ecomap.model.units import CHANGE, POINTS, POINTS_CHANGE, format_number

NOT_SHOWN: Final = (
    say("What it does not show: it compares changes. Had nobody begun, the schools that began are taken to have changed like those beside "
        "them. Years before the start can speak against that; they do not prove it."),
    say("Schools that began were chosen, or chose. Whatever else came at the same time (a new principal, a grant, another approach) is in "
        "the difference, and nothing here can take it out."),
    say("It speaks of the schools together, of none of them alone, and of nothing that this outcome does not count. The pupils of two years "
        "are not the same pupils."),
)
LIKE_BEFORE: Final = say("Schools are matched by their outcome of the year before the start too. A school that had an unusual year tends to come "
                         "back to its usual one by itself, and so may the schools it is matched with.")
APART: Final = say("other schools to compare with, which moved like these before the start")
STATES: Final[Mapping[str, Said]] = {
    k.BEGAN: say("began, counted"), k.BESIDE: say("compared with"), k.EARLY: say("began before the outcomes do"),
    k.UNDATED: say("takes part, not known since when"), k.SILENT: say("no outcome of two years"),
    k.CHARTERS: say("charter school, not compared"), k.ALONE: say("began as the only one of its year"), k.UNMATCHED: say("began, no school like it"), k.UNUSED: say("like none that began"),
}
TRAITS: Final[Mapping[str, Said]] = {
    k.NEED: say("Pupils eligible for free or reduced-price meals"), k.SIZE: say("Size (logarithm of pupils)"),
    k.EARLIER: say("The outcome in the year before the start"),
}
VERDICTS: Final[Mapping[str, Said]] = {
    d.HELPED: say("helped"), d.HURT: say("hurt"), d.SAME: say("no difference that matters"), d.CANNOT_TELL: say("cannot tell"),
}


def amount(value: float, outcome: Outcome) -> Said:
    """A difference without its sign: "2.1 percentage points"."""
    if outcome.unit == "share":
        return say("{n} percentage points", n=format_number(abs(value) * 100, digits=1))
    if outcome.unit in ("", "score"):
        return say("{n} points", n=format_number(abs(value), digits=1))
    return format_number(abs(value), outcome.unit, 1)


def size_unit(outcome: Outcome) -> str:
    """What a difference of this outcome is in."""
    return POINTS if outcome.unit == "share" else "" if outcome.unit == "score" else outcome.unit


def change_unit(outcome: Outcome) -> str:
    """The same with its direction in words."""
    return POINTS_CHANGE if outcome.unit == "share" else CHANGE if outcome.unit in ("", "score") else outcome.unit


def _band(found: d.Found, outcome: Outcome) -> Said:
    times = 100 if outcome.unit == "share" else 1
    low, high = (format_number((found.estimate + side * found.margin) * times, digits=1) for side in (-1, 1))
    return say("90 % band {low} to {high}", low=low, high=high)


def sentence(found: d.Found, approach: Said, outcome: Outcome, limits: d.Limits) -> Said:
    """The verdict in one sentence, with what it rests on."""
    blanks = {"approach": approach, "outcome": outcome.label}
    if found.verdict == d.CANNOT_TELL:
        why = joined([_why(code, found, limits) for code in found.why], "; ")
        if d.NOBODY in found.why:
            return say("Cannot tell whether {approach} helped with '{outcome}': {why}.", why=why, **blanks)
        return say("Cannot tell whether {approach} helped with '{outcome}': {why}. Measured: {difference} ({band}) at {schools}.", why=why,
                   difference=_signed(found, outcome), band=_band(found, outcome), schools=_schools(found), **blanks)
    blanks |= {"difference": _signed(found, outcome), "band": _band(found, outcome), "schools": _schools(found)}
    if found.verdict == d.SAME:
        return say("No difference larger than {matters} in '{outcome}' since the start of {approach}: {difference} ({band}) at {schools}, beside "
                   "schools that had not begun.", matters=amount(limits.matters, outcome), **blanks)
    if found.verdict == d.HELPED:
        return say("By this comparison {approach} helped with '{outcome}': {difference} ({band}) at {schools}, beside schools that had not begun.", **blanks)
    return say("By this comparison {approach} hurt '{outcome}': {difference} ({band}) at {schools}, beside schools that had not begun.", **blanks)


def years(found: d.Found) -> Said:
    """Of which school years the outcomes are."""
    labels = found.case.outcomes.labels
    if not labels:
        return NOTHING
    if len(labels) == 1:
        return say("The outcomes are of {year} alone.", year=name(labels[0]))
    return say("The outcomes are of {first} to {last}.", first=name(labels[0]), last=name(labels[-1]))


def _schools(found: d.Found) -> Said:
    return plural("{n} school", "{n} schools", found.began)


def _signed(found: d.Found, outcome: Outcome) -> Said:
    if round(found.estimate * (100 if outcome.unit == "share" else 1), 1) == 0:
        return say("neither higher nor lower to one decimal")
    if found.estimate < 0:
        return say("{amount} lower", amount=amount(found.estimate, outcome))
    return say("{amount} higher", amount=amount(found.estimate, outcome))


def _why(code: str, found: d.Found, limits: d.Limits) -> Said:
    if code == d.NOBODY:
        return say("no school that began it can be counted with an outcome both before and after, beside others")
    if code == d.FEW:
        return say("only {began} that began and, in the year with the fewest, {beside} beside them can be counted ({fewest} on either side are needed)",
                   began=plural("{n} school", "{n} schools", found.began), beside=format_number(found.beside), fewest=format_number(limits.fewest))
    if code == d.UNCHECKED:
        return say("there are too few years before the start to check whether both sides moved alike")
    if code == d.DIFFERED:
        return say("both sides moved apart already before the start")
    if code == d.ELSEWHERE:
        return say("by another way of comparing, both sides moved apart already before the start")
    if code == d.UNLIKE:
        return say("the schools that began are too unlike those beside them")
    return say("the band holds both better and worse")


def bars(found: d.Found) -> tuple[tuple[Said, float, float | None], ...]:
    """The difference of every year with its band: the years before are the check."""
    half = found.event_band.high - found.event.estimate
    return tuple((passed(when), float(one), float(margin)) for when, one, margin in zip(found.event.period, found.event.estimate, half, strict=True))


def passed(years: float) -> Said:
    """How long since the start: 0 is the first year.

    >>> passed(-2.0), passed(0.0), passed(1.0)
    ('2 years before the start', 'first year', '1 year after the first')
    """
    if years < 0:
        return plural("{n} year before the start", "{n} years before the start", -years)
    return plural("{n} year after the first", "{n} years after the first", years) if years else say("first year")


def figures(found: d.Found, outcome: Outcome) -> tuple[KeyFigure, ...]:
    """The difference with its band, what could have been found, the check, and how many schools it rests on."""
    there = len(found.whole) > 0
    none = say("No school can be compared.")
    return (
        KeyFigure("difference", say("Difference since the start: {outcome}", outcome=outcome.label), found.estimate if there else None, change_unit(outcome),
                  moe=found.margin if there else None, note=NOTHING if there else none, digits=1),
        KeyFigure("detectable", say("Smallest difference it would find"), found.detectable if there else None, size_unit(outcome),
                  note=say("In four of five cases.") if there else none, digits=1),
        KeyFigure("placebo", say("Chance of moving apart this far before the start"), None if np.isnan(found.placebo_p) else found.placebo_p, "share",
                  note=say("No year before the start to check by.") if np.isnan(found.placebo_p) else
                  plural("{n} year before the start looked at; 10 % or less counts as moving apart.",
                         "{n} years before the start looked at; 10 % or less counts as moving apart.", found.placebo_years)),
        KeyFigure("schools_began", say("Schools that began and are counted"), float(found.began)),
        KeyFigure("schools_beside", say("Schools they are compared with"), float(found.beside),
                  note=say("In the year with the fewest; {n} in all.", n=format_number(_beside_in_all(found))) if _beside_in_all(found) > found.beside else NOTHING),
    )


def _beside_in_all(found: d.Found) -> int:
    """Schools that stand beside one that began in any year."""
    return int((found.case.state == k.BESIDE).sum())


def needed(found: d.Found, limits: d.Limits) -> list[Note]:
    """What it would take to tell, for every reason why it cannot be told."""
    fewest, before = format_number(limits.fewest), format_number(limits.years_before)
    takes: dict[str, Said] = {
        d.NOBODY: say("outcomes of a year before and a year after the start, of at least {fewest} schools that began and {fewest} beside them", fewest=fewest),
        d.FEW: say("at least {fewest} schools that began and {fewest} beside them with outcomes before and after the start", fewest=fewest),
        d.UNCHECKED: say("outcomes of earlier years: of at least {years} before the last one before the start", years=before),
        d.DIFFERED: APART, d.ELSEWHERE: APART,
        d.UNLIKE: say("schools more like those that began, perhaps of a neighboring district"),
        d.BOTH_SIDES: say("more schools, or outcomes of more years: either narrows the band"),
    }
    wanted = list(dict.fromkeys(takes[code] for code in found.why)) if found.verdict == d.CANNOT_TELL else []
    return [Note("caution", say("To tell, it would take: {needs}.", needs=joined(wanted, "; ")))] if wanted else []


def notes(found: d.Found, outcome: Outcome, approach: Said, limits: d.Limits) -> tuple[Note, ...]:
    """What it does not show, who is left out and why, and what would have to be brought to tell more."""
    said = [*needed(found, limits), *(Note("caution", text) for text in NOT_SHOWN)]
    if len(found.whole):
        said.append(Note("caution", say("Cannot tell is not the same as no effect: a true difference of less than {amount} would be missed here more often "
                                        "than once in five.", amount=amount(found.detectable, outcome))))
    if found.case.matched:
        said.append(Note("caution", LIKE_BEFORE))
        unknown = [TRAITS[key].small() for key in (k.NEED, k.SIZE) if key not in found.case.balance]
        if unknown:
            said.append(Note("caution", say("The list of schools does not hold {traits}, so schools are not matched by it.", traits=listed(unknown))))
    return (*said, *_to_bring(found, approach), *_left_out(found), *found.case.outcomes.notes)


def _to_bring(found: d.Found, approach: Said) -> list[Note]:
    """Which file would let it be told."""
    outcomes, state = found.case.outcomes, Counter(found.case.state)
    said = []
    years = joined(map(name, outcomes.labels), ", ") if outcomes.labels else say("none")
    if state[k.EARLY]:
        said.append(Note("caution", plural(
            "{n} school began {approach} before, or in, the first year of the outcomes ({years}). To count it, bring outcomes of earlier years: a "
            "table with school, school year, outcome and number of pupils, as 'outcomes of schools'.",
            "{n} schools began {approach} before, or in, the first year of the outcomes ({years}). To count them, bring outcomes of earlier years: a "
            "table with school, school year, outcome and number of pupils, as 'outcomes of schools'.", state[k.EARLY], approach=approach, years=years),
            state[k.EARLY]))
    if state[k.UNDATED]:
        said.append(Note("caution", plural("{n} school takes part and no row says since when: it is on neither side. Add the start to count it.",
                                           "{n} schools take part and no row says since when: they are on neither side. Add the starts to count them.",
                                           state[k.UNDATED]), state[k.UNDATED]))
    return said


def _left_out(found: d.Found) -> list[Note]:
    state = Counter(found.case.state)
    said = (
        (k.SILENT, plural("{n} school has an outcome in fewer than two years and is not compared.",
                          "{n} schools have an outcome in fewer than two years and are not compared.", state[k.SILENT])),
        (k.CHARTERS, plural("{n} charter school is not compared with.", "{n} charter schools are not compared with.", state[k.CHARTERS])),
        (k.ALONE, plural("{n} school is the only one that began in its year and is not counted: one school has no spread.",
                         "{n} schools are each the only one that began in its year and are not counted: one school has no spread.", state[k.ALONE])),
        (k.UNMATCHED, plural("{n} school that began has no school like it within the limit and is not counted.",
                             "{n} schools that began have no school like them within the limit and are not counted.", state[k.UNMATCHED])),
    )
    return [count_note(text) for code, text in said if state[code]]
