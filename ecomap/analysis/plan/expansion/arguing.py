"""Why this school and not that one: the best plan with a school put in, or left out, against the plan as it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis.gaps.situation import situation
from ecomap.analysis.optimise.backup import Backup
from ecomap.analysis.optimise.cover import Cover
from ecomap.analysis.optimise.near_best import best_cover
from ecomap.analysis.plan.candidates import candidates_for
from ecomap.analysis.plan.expansion.aims import EVERYWHERE, way_with
from ecomap.analysis.plan.expansion.params import FEWEST, FURTHEST, REACH, TWICE, WAYS, PlanParams
from ecomap.analysis.plan.expansion.searching import Field, field_of, openings_of, wishes_of
from ecomap.analysis.plan.expansion.wishes import called, limits, told_together, with_costs
from ecomap.analysis.plan.together import share_together
from ecomap.model.clash import ClashError
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say
from ecomap.model.units import format_number

_NOBODY = 0.5   # fewer people than this are no difference
_NAMED = 5


@frozen
class Prepared:
    """What a plan is searched on, with what each school costs: the same whichever schools are pinned."""

    searched: Field
    cost: np.ndarray = field(eq=False, repr=False)

    @classmethod
    def of(cls, frames: Frames, params: PlanParams, progress: Progress) -> Prepared:
        """Look at who lacks it and which schools would reach whom."""
        now = situation(frames, params, progress=progress.part(0.0, 0.6))
        found, cost = with_costs(candidates_for(frames, now), params)
        return cls(field_of(frames, now, found, params, progress.part(0.6, 1.0)), cost)

    def pinned(self, params: PlanParams) -> Field:
        """The same with other pins."""
        return evolve(self.searched, now=evolve(self.searched.now, params=params))


@frozen
class Argued:
    """What it would cost to put a school in a plan, or to do without it.

    Parameters
    ----------
    planned : bool
        Whether the plan has it, so that what is looked at is the best plan without it.
    gone, come : tuple of str
        Ids of the schools that only the plan has, and only the other has; the school itself is not among them.
    fewer, moe : float
        People whom the other plan reaches less, with the 90 % margin of that difference; None without margins.
    worse : float
        What the aim counts less of (more of: ways, schools) in the other plan.
    proven : bool
        Whether both are the best there are.
    clash : ClashError, optional
        Why there is no plan with it (without it).
    """

    school: str
    planned: bool
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()
    fewer: float = 0.0
    moe: float | None = None
    worse: float = 0.0
    proven: bool = True
    clash: ClashError | None = None
    sentence: Said = NOTHING

    @property
    def within_error(self) -> bool:
        """Whether the difference is no larger than the margin of the counts."""
        return self.moe is not None and abs(self.fewer) <= self.moe


def argue(frames: Frames, params: PlanParams, made: Prepared, planned: Sequence[str], proven: bool, school: str, progress: Progress) -> Argued:
    """Search for the best plan with a school put in (left out, where the plan has it) and hold it against the plan.

    Parameters
    ----------
    params : PlanParams
        As the plan was asked.
    planned : sequence of str
        Its schools.
    proven : bool
        Whether it is proven best.

    Raises
    ------
    ClashError
        If the school cannot be chosen at all.
    """
    inside = school in planned
    kept_in = tuple(one for one in params.pinned_in if one != school)
    kept_out = tuple(one for one in params.pinned_out if one != school)
    pinned = evolve(params, pinned_in=kept_in if inside else (*kept_in, school), pinned_out=(*kept_out, school) if inside else kept_out)
    searched, names = made.pinned(pinned), called(frames["schools"])
    try:
        other, objective, best = _best(frames, searched, made.cost, progress.part(0.0, 0.8))
    except ClashError as clash:
        if not clash.details.get("conflict"):
            raise
        told = Argued(school, inside, clash=clash)
        return evolve(told, sentence=_impossible(told, names))
    now, found = searched.now, searched.found
    share = share_together(now, found, list(planned))
    difference = share - share_together(now, found, other)
    fewer, moe = now.total(difference)
    mine = _worth(made.pinned(params), planned)
    worse = 0.0 if mine is None else objective - mine if params.aim in (*WAYS, FEWEST) else mine - objective
    told = Argued(school, inside, tuple(one for one in planned if one not in other and one != school),
                  tuple(one for one in other if one not in planned and one != school), fewer, moe, worse, best and proven)
    alone = now.total(share_together(now, found, [school]))[0]
    added = now.total(share_together(now, found, [*planned, school]) - share)[0]
    return evolve(told, sentence=_sentence(told, searched, names, alone, added))


def _best(frames: Frames, searched: Field, cost: np.ndarray, progress: Progress) -> tuple[list[str], float, bool]:
    """The schools of the best plan, what it counts, and whether it is proven."""
    params = searched.params
    steps = [limits(params, len(searched.found.schools), cost, year=year) for year in range(params.years)]
    wishes = wishes_of(frames, searched, steps[-1])
    if params.aim == REACH and not params.in_years and searched.won is not None:
        plan = best_cover(Cover.of(searched.case, EVERYWHERE, wishes), params.time_limit_s, progress)
    else:
        plan = openings_of(searched, steps, wishes, progress).plan
    return [str(one) for one in plan.chosen], plan.objective, plan.proven


def _worth(searched: Field, planned: Sequence[str]) -> float | None:
    """What the aim counts of the plan as it is; None where people in reach say it all."""
    params = searched.params
    if params.aim == REACH:
        return None
    if params.aim == FEWEST:
        return float(len(planned))
    if params.aim == TWICE and searched.won is not None:
        cover = Backup.twice(searched.case, [], searched.won.times)
        return cover.gain(np.asarray(searched.case.sites.isin(list(planned))))
    assert searched.ways is not None
    return way_with(searched.ways, params, planned)


def _impossible(told: Argued, names: dict[str, str]) -> Said:
    assert told.clash is not None
    wishes, school = joined(told_together(told.clash.details["conflict"]), "; "), name(names.get(told.school, told.school))
    if told.planned:
        return say("There is no plan without {school} under these wishes: {wishes}.", school=school, wishes=wishes)
    return say("There is no plan with {school} under these wishes: {wishes}.", school=school, wishes=wishes)


def _sentence(told: Argued, searched: Field, names: dict[str, str], alone: float, added: float) -> Said:
    """What it costs, whose place is taken, and why."""
    school = name(names.get(told.school, told.school))
    parts = [_cost(told, searched, school), _exchange(told, names, school)]
    if not told.planned and searched.params.aim == REACH:
        parts.append(_why(searched, school, alone, added))
    if not told.proven:
        parts.append(say("One of the two plans is not proven best, so the true difference may be another; allow more time for the search."))
    return joined([part for part in parts if part])


def _cost(told: Argued, searched: Field, school: Said) -> Said:
    params, now = searched.params, searched.now
    if params.aim == FEWEST:
        return _more_schools(told, school)
    if params.aim in WAYS:
        return _longer(told, school, searched)
    fewer, moe = (told.fewer, told.moe) if params.aim == REACH else (told.worse, None)
    who = now.who if params.aim == REACH else say("{who} in reach of two", who=now.who)
    blanks: dict[str, Said] = {"school": school, "count": now.many(abs(fewer), moe), "who": who}
    if abs(fewer) < _NOBODY:
        return (say("Without {school} another plan reaches as many {who}.", school=school, who=who) if told.planned else
                say("With {school} put in, the best plan reaches as many {who}.", school=school, who=who))
    if fewer < 0:
        return (say("Without {school} a plan was found that reaches {count} {who} more.", **blanks) if told.planned else
                say("With {school} put in, a plan was found that reaches {count} {who} more.", **blanks))
    cost = (say("Without {school} the best plan reaches {count} {who} fewer.", **blanks) if told.planned else
            say("With {school} put in, the best plan reaches {count} {who} fewer.", **blanks))
    if moe is None:
        return joined([cost, say("The counts come without margins, so nothing is said about whether that is more than their error.")]) \
            if params.aim == REACH else cost
    return joined([cost, say("That is within the error of the counts: they do not tell the two apart.") if told.within_error else
                   say("That is more than the error of the counts.")])


def _more_schools(told: Argued, school: Said) -> Said:
    more = round(told.worse)
    if more <= 0:
        return (say("Without {school} as few schools are enough.", school=school) if told.planned else
                say("With {school} put in, as few schools are enough.", school=school))
    return (plural("Without {school} it takes {n} school more.", "Without {school} it takes {n} schools more.", more, school=school) if told.planned
            else plural("With {school} put in, it takes {n} school more.", "With {school} put in, it takes {n} schools more.", more, school=school))


def _longer(told: Argued, school: Said, searched: Field) -> Said:
    unit = str(searched.now.travel.unit)
    longer = format_number(max(told.worse, 0.0), unit, 2 if unit == "m" else None)
    if searched.params.aim == FURTHEST:
        return (say("Without {school} the longest way is {longer} longer.", school=school, longer=longer) if told.planned else
                say("With {school} put in, the longest way is {longer} longer.", school=school, longer=longer))
    return (say("Without {school} the way is {longer} longer, counted as the plan counts it.", school=school, longer=longer) if told.planned else
            say("With {school} put in, the way is {longer} longer, counted as the plan counts it.", school=school, longer=longer))


def _exchange(told: Argued, names: dict[str, str], school: Said) -> Said:
    """Who takes whose place."""
    gone, come = (_named(some, names) for some in (told.gone, told.come))
    if told.planned:
        if not told.come:
            return say("No other school takes its place.")
        return (say("{come} takes its place.", come=come) if len(told.come) == 1 and not told.gone else
                say("In its place come {come}.", come=come) if not told.gone else
                plural("In its place come {come}; {gone} leaves as well.", "In its place come {come}; {gone} leave as well.", len(told.gone),
                       come=come, gone=gone))
    if not told.gone:
        return say("No school has to leave for it.") if not told.come else plural("{come} comes with it.", "{come} come with it.", len(told.come),
                                                                                 come=come)
    if not told.come:
        return say("It takes the place of {gone}.", gone=gone)
    return plural("It takes the place of {gone}, and {come} comes with it.", "It takes the place of {gone}, and {come} come with it.",
                  len(told.come), gone=gone, come=come)


def _why(searched: Field, school: Said, alone: float, added: float) -> Said:
    """Of those whom it would reach alone, how many the plan reaches anyway."""
    now = searched.now
    if alone < _NOBODY:
        return say("{school} would bring nobody new into reach.", school=school)
    return say("{who} whom it would reach on its own: {alone}; of these the plan reaches already: {already}.", who=now.who.capitalize(),
               alone=now.many(alone), already=now.many(max(alone - added, 0.0)))


def _named(schools: Sequence[str], names: dict[str, str]) -> Said:
    known = [name(names.get(one, one)) for one in schools[:_NAMED]]
    more = len(schools) - _NAMED
    return listed([*known, plural("{n} more", "{n} more", more)]) if more > 0 else listed(known)
