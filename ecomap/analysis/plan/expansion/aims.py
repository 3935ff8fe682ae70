"""What a plan does best, one aim after the other: the schools, how good they certainly are, and the order of opening."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from ecomap.analysis.optimise.backup import Backup
from ecomap.analysis.optimise.case import Budget, Case, Floats, Plan, SiteCount
from ecomap.analysis.optimise.conflict import check_limits, conflict_of
from ecomap.analysis.optimise.cover import Bools, Cover, keeps_limits
from ecomap.analysis.optimise.fewest import fewest_sites
from ecomap.analysis.optimise.furthest import shortest_longest
from ecomap.analysis.optimise.median import shortest_ways
from ecomap.analysis.optimise.near_best import IN_SOME, UNTRIED, NearBest, best_cover, family_of
from ecomap.analysis.optimise.phases import phased
from ecomap.analysis.optimise.prices import most_reached as most_newly_reached
from ecomap.analysis.optimise.truths import groups_of
from ecomap.analysis.plan.expansion.ground import Winnable
from ecomap.analysis.plan.expansion.params import FAIR, FURTHEST, PlanParams
from ecomap.analysis.plan.expansion.ways import Ways
from ecomap.analysis.plan.expansion.wishes import one_that_helps
from ecomap.model import clock
from ecomap.model.progress import Progress
from ecomap.model.said import Said, say

_TRIALS = 20           # exchanges of one school that are checked against the wishes, best first
EVERYWHERE = math.inf  # the pairs end at the distance already


@frozen
class Openings:
    """A plan with the order of opening.

    ``order`` are the ids of the schools that open, ``year`` the year of each, from 1. ``by_year`` is what is counted
    over the years together, with its bound: (counted, bound), None for a plan of one year. ``today`` is what is counted
    without the plan (the ways), NaN where that is nothing. ``judged`` says how good schools are where in
    each need area so many times as many people live; None where exchanges of schools are not how the best is found there.
    """

    family: NearBest
    order: tuple[Any, ...]
    year: tuple[int, ...]
    by_year: tuple[float, float] | None = None
    today: float = math.nan
    judged: Callable[[Floats], Judge] | None = field(default=None, eq=False, repr=False)

    @property
    def plan(self) -> Plan:
        return self.family.plan

    def counting(self, people: float) -> Openings:
        """The same with what the plan reaches by ground, where the search could only say at least."""
        bound = max(self.plan.bound, people)
        plan = evolve(self.plan, objective=people, bound=bound, gap=(bound - people) / max(people, 1e-12))
        return evolve(self, family=evolve(self.family, plan=plan))


@frozen
class Judge:
    """How good a set of sites is; higher is better. ``more`` gives it for every site that could be added."""

    value: Callable[[Bools], float]
    more: Callable[[Bools], Floats]
    meets: Callable[[Bools], bool]
    case: Case = field(repr=False)


def most_reached(won: Winnable, limits: Sequence[list[Any]], wishes: Sequence[Any], params: PlanParams,
                 progress: Progress) -> Openings:
    """Bring most people into reach, at the end or over the years together.

    Parameters
    ----------
    limits : sequence of lists
        Number of schools and money up to the end of each year.
    wishes : sequence
        Floors and quotas, which hold when all is open.
    """
    case = won.case
    if len(limits) > 1:
        return _over_years(won, limits, wishes, params, progress)
    every = [*limits[-1], *wishes]
    cover = Cover.of(case, EVERYWHERE, every)
    plan = best_cover(cover, params.time_limit_s, progress.part(0.0, 0.5))
    _check_helps(case, plan, every, progress)
    family = _family(won, cover, plan, params, progress.part(0.5, 1.0))
    order = _ordered(_reach_judge(cover), plan.chosen)
    return Openings(family, order, (1,) * len(order))


def _family(won: Winnable, cover: Cover, plan: Plan, params: PlanParams, progress: Progress) -> NearBest:
    """The plans nearly as good. Where not all ground could be cut, only those that surely are; nothing is ruled out then."""
    if won.inner is None or won.outer is None:
        return family_of(cover, plan, params.tolerance, time_limit_s=params.time_limit_s / 2, progress=progress)
    plan = _at_most(won, plan, cover.wishes, params, progress.part(0.0, 0.3))
    outer = Cover.of(won.outer, EVERYWHERE, cover.wishes, every_site=True)
    opened = np.asarray(outer.case.sites.isin(list(plan.chosen)))
    cover = Cover.of(won.inner, EVERYWHERE, cover.wishes)
    family = family_of(cover, evolve(plan, objective=outer.gain(opened)), params.tolerance, time_limit_s=0.0, ruled_out=False,
                       progress=progress.part(0.3, 1.0))
    return evolve(family, plan=plan)


def _at_most(won: Winnable, plan: Plan, wishes: Sequence[Any], params: PlanParams, progress: Progress) -> Plan:
    """The plan with a bound on the ground where not all of it could be cut: as if a school reached all that it reaches a part of."""
    if won.outer is None:
        return plan
    cover = Cover.of(won.outer, EVERYWHERE, wishes)
    opened = np.asarray(cover.case.sites.isin(list(plan.chosen)))
    bound = max(most_newly_reached(cover, opened, clock.moment_s() + params.time_limit_s / 2, progress)[0], plan.objective)
    return evolve(plan, bound=bound, gap=(bound - plan.objective) / max(plan.objective, 1e-12), proven=False)


def _over_years(won: Winnable, limits: Sequence[list[Any]], wishes: Sequence[Any], params: PlanParams,
                progress: Progress) -> Openings:
    case, last = won.case, [*limits[-1], *wishes]
    covers = [Cover.of(case, EVERYWHERE, some, every_site=True) for some in (*limits[:-1], last)]
    found = phased(covers, [1.0] * len(covers), time_limit_s=params.time_limit_s, progress=progress.part(0.0, 0.5))
    plan = evolve(covers[-1].without_idle(found.years[-1]), gap=found.gap, proven=found.proven)
    _check_helps(case, plan, last, progress)
    family = _family(won, covers[-1], plan, params, progress.part(0.5, 1.0))
    bound = found.bound
    if won.outer is not None:
        bound = sum(_at_most(won, year, cover.wishes, params, progress).bound for year, cover in zip(found.years, covers, strict=True))
    order: list[Any] = []
    year: list[int] = []
    for number, new in enumerate(found.opened, start=1):
        kept = _ordered(_reach_judge(covers[-1]), [site for site in new if site in plan.chosen], order)
        order += kept
        year += [number] * len(kept)
    return Openings(family, tuple(order), tuple(year), (found.objective, bound))


def _check_helps(case: Case, plan: Plan, wishes: Sequence[Any], progress: Progress) -> None:
    """An empty plan is none: say which wishes stand in its way."""
    if not plan.chosen and len(case.costs):
        raise conflict_of(case, EVERYWHERE, [*wishes, one_that_helps(case, np.unique(case.at_site))], progress)


def most_reached_twice(won: Winnable, limits: Sequence[list[Any]], wishes: Sequence[Any], params: PlanParams,
                       progress: Progress) -> Openings:
    """Bring most people who are reached once at most into reach of two."""
    cover = Backup.twice(won.case, [*limits[-1], *wishes], won.times)
    check_limits(cover, progress)
    until = clock.moment_s() + params.time_limit_s
    judge = evolve(_reach_judge(cover), more=cover.with_one_more)
    start = improved(judge, cover.first(), progress)
    problem, x, y = cover.problem()
    cover.tightened(problem, x, y, until - params.time_limit_s / 2, progress.part(0.0, 0.3))
    solution = problem.solve(start=cover.values(start) if cover.meets(start) else None,
                             time_limit_s=max(until - clock.moment_s(), 0.1), progress=progress.part(0.3, 0.6))
    if solution.infeasible:
        raise conflict_of(won.case, EVERYWHERE, cover.wishes, progress)
    plan = _at_most(won, cover.without_idle(cover.plan(solution)), cover.wishes, params, progress)
    answer = _answered(judge, plan, limits, params, progress.part(0.6, 1.0))
    return evolve(answer, judged=_judge_of_twice(won, cover))


def fewest_schools(won: Winnable, limits: Sequence[list[Any]], wishes: Sequence[Any], params: PlanParams, words: Said,
                   progress: Progress) -> Openings:
    """Open as few schools as bring a share of those into reach whom any school could reach.

    Parameters
    ----------
    words : Said
        The wish for that share, as a planner reads it.
    """
    cover, plan = fewest_sites(won.case, EVERYWHERE, [*limits[-1], *wishes], words, share=params.share_to_reach,
                               time_limit_s=params.time_limit_s, progress=progress.part(0.0, 0.6))
    if won.outer is not None:
        plan = evolve(plan, bound=_at_least(won.outer, sum(target.people for target in cover.targets())), proven=False)
    reach = _reach_judge(cover)
    wanted = sum(target.people for target in cover.targets()) - 1e-6
    judge = evolve(reach, value=lambda some: -float(some.sum()),
                   more=lambda some: np.where(reach.more(some) >= wanted, -float(some.sum()) - 1, -np.inf))
    answer = _answered(judge, plan, limits, params, progress.part(0.6, 1.0))
    return evolve(answer, order=_ordered(reach, plan.chosen))


def _at_least(outer: Case, people: float) -> float:
    """How many schools are needed at least for so many people, as if each reached all that it reaches a part of."""
    gains = np.sort(np.bincount(outer.at_site, outer.weight[outer.at_demand], len(outer.sites)))[::-1]
    return float(np.searchsorted(np.cumsum(gains), people * (1 - 1e-9)) + 1)


def shortest_for_all(ways: Ways, limits: Sequence[list[Any]], wishes: Sequence[Any], params: PlanParams,
                     progress: Progress) -> Openings:
    """Make ways short: on average, weighed to those furthest away, or the longest."""
    case, search = ways.case, progress.part(0.0, 0.6)
    every = [*(beside_today(wish, case) for wish in limits[-1]), *wishes]
    check_limits(Cover.of(case, EVERYWHERE, every), progress)
    if params.aim == FURTHEST:
        plan = shortest_longest(case, every, time_limit_s=params.time_limit_s, progress=search)
        judge = _judge_of_longest(ways, every)
    else:
        alpha = _alpha(ways, params) if params.aim == FAIR else 0.0
        plan = shortest_ways(case, every, alpha, time_limit_s=params.time_limit_s, progress=search)
        judge = _judge_of_mean(ways, every, alpha)
    today = -judge.value(case.open) if len(case.fixed) else math.inf
    plan = evolve(plan, chosen=plan.new, fixed=())   # what is open today is no school
    judged = None if params.aim == FURTHEST else _judge_elsewhere(ways, every, alpha)
    return evolve(_answered(judge, plan, limits, params, progress.part(0.6, 1.0)), today=today, judged=judged)


def way_with(ways: Ways, params: PlanParams, schools: Sequence[Any]) -> float:
    """What an aim about ways counts with some schools open: lower is better."""
    if params.aim == FURTHEST:
        return float(ways.with_sites(schools).max(initial=0.0))
    judge = _judge_of_mean(ways, [], _alpha(ways, params) if params.aim == FAIR else 0.0)
    return -judge.value(np.asarray(ways.case.sites.isin(list(schools)) | ways.case.open))


def _judge_elsewhere(ways: Ways, wishes: Sequence[Any], alpha: float) -> Callable[[Floats], Judge]:
    """How good schools are where more or fewer people live in the need areas; see `Openings.judged`."""
    return lambda times: _judge_of_mean(evolve(ways, people=ways.people * times[ways.rows]), wishes, alpha)


def beside_today(wish: Any, case: Case) -> Any:
    """A limit on new schools where all that is open today stands as one more site, which costs nothing."""
    if isinstance(wish, SiteCount):
        return evolve(wish, most=wish.most + len(case.fixed))
    return evolve(wish, cost=np.concatenate([np.zeros(len(case.fixed)), wish.cost])) if isinstance(wish, Budget) else wish


def _alpha(ways: Ways, params: PlanParams) -> float:
    """How the furthest weigh, from the ways of today (from those to all candidates where there is nothing today)."""
    way = np.where(np.isfinite(ways.today), ways.today, ways.with_sites(ways.case.sites))
    squares = ways.average(way**2)
    return params.far_weighs * ways.average(way) / squares if squares > 0 else 0.0


def _reach_judge(cover: Cover) -> Judge:
    by_site = cover.sees.T.tocsr()
    return Judge(cover.gain, lambda opened: cover.gain(opened) + by_site @ np.where(cover.reached(opened), 0.0, cover.weight),
                 cover.meets, cover.case)


def _judge_of_twice(won: Winnable, cover: Backup) -> Callable[[Floats], Judge]:
    """How good schools are where more or fewer people live in the need areas; see `Openings.judged`."""
    group = groups_of(cover, (won.times == 1, cover.once))
    held = group >= 0

    def judged(times: Floats) -> Judge:
        weight: Floats = np.bincount(group[held], (won.people * times[won.area])[held], len(cover.weight)).astype(np.float64)
        there = evolve(cover, weight=weight)
        return evolve(_reach_judge(there), more=there.with_one_more)

    return judged


def _judge_of_mean(ways: Ways, wishes: Sequence[Any], alpha: float) -> Judge:
    case = ways.case
    top = float(case.costs.cost.max(initial=0.0))

    def weighed(way: Floats) -> Floats:
        return np.exp(alpha * (way - top)) if alpha > 0 else way

    def value(opened: Bools) -> float:
        mean = float(np.average(weighed(ways.with_sites(case.sites[opened])), weights=ways.people))
        return -(top + math.log(mean) / alpha) if alpha > 0 and 0 < mean < math.inf else -mean

    def more(opened: Bools) -> Floats:
        way = np.minimum(ways.with_sites(case.sites[opened]), top + 1.0)
        saved = np.maximum(weighed(way[case.at_demand]) - weighed(case.costs.cost), 0.0) * ways.people[case.at_demand]
        mean = (float(weighed(way) @ ways.people) - np.bincount(case.at_site, saved, len(case.sites))) / ways.people.sum()
        return -(top + np.log(np.maximum(mean, 1e-300)) / alpha) if alpha > 0 else -mean

    return Judge(value, more, lambda opened: keeps_limits(case, wishes, opened), case)


def _judge_of_longest(ways: Ways, wishes: Sequence[Any]) -> Judge:
    case = ways.case

    def more(opened: Bools) -> Floats:
        way = ways.with_sites(case.sites[opened])
        longest = np.full(len(case.sites), -np.inf)
        order = np.argsort(-way, kind="stable")
        left = np.ones(len(case.sites), dtype=bool)
        for place in order:              # from the furthest down: whoever does not shorten this way keeps it as the longest
            pairs = np.flatnonzero(case.at_demand == place)
            with_site = np.full(len(case.sites), way[place])
            with_site[case.at_site[pairs]] = np.minimum(case.costs.cost[pairs], way[place])
            longest = np.maximum(longest, np.where(left, with_site, -np.inf))
            left &= with_site < way[place]
            if not left.any():
                break
        return -longest

    return Judge(lambda opened: -float(ways.with_sites(case.sites[opened]).max(initial=0.0)), more,
                 lambda opened: keeps_limits(case, wishes, opened), case)


def _answered(judge: Judge, plan: Plan, limits: Sequence[list[Any]], params: PlanParams, progress: Progress) -> Openings:
    """The plan with the schools that one exchange can replace, in the order of opening, spread over the years."""
    standing = _exchangeable(judge, plan, params.tolerance, clock.moment_s() + params.time_limit_s / 2, progress)
    order = _ordered(judge, plan.chosen)
    return Openings(NearBest(plan, params.tolerance, standing, (plan.chosen,)), order, _years(order, limits, judge.case))


def _exchangeable(judge: Judge, plan: Plan, tolerance: float, until: float, progress: Progress) -> pd.Series:
    """Which schools a single exchange brings in or takes out at nearly the same value."""
    case = judge.case
    opened = np.asarray(case.sites.isin(list(plan.chosen)) | case.open)
    value = judge.value(opened)
    least = value - tolerance * abs(value) - 1e-9 * max(abs(value), 1.0)
    standing = pd.Series(UNTRIED, index=case.sites, dtype=object)
    inside = np.flatnonzero(opened & ~case.open)
    for done, leaves in enumerate(inside):
        progress.at(done / max(len(inside), 1), say("Comparing the plans that are nearly as good"))
        if clock.over(until):
            break
        fewer = opened.copy()
        fewer[leaves] = False
        for enters in np.flatnonzero((judge.more(fewer) >= least) & ~opened):
            other = fewer.copy()
            other[enters] = True
            if judge.meets(other):
                standing.iloc[[leaves, enters]] = IN_SOME
    return standing[~case.open]


def improved(judge: Judge, opened: Bools, progress: Progress) -> Bools:
    """Exchange one site for another, always the best exchange that the wishes allow, until none helps."""
    if not judge.meets(opened):
        return opened
    value = judge.value(opened)
    while True:
        best = opened
        for leaves in np.flatnonzero(opened & ~judge.case.open):
            progress.check()
            fewer = opened.copy()
            fewer[leaves] = False
            more = np.where(opened, -np.inf, judge.more(fewer))
            for enters in np.argsort(-more, kind="stable")[:_TRIALS]:
                if not more[enters] > value + 1e-9 * max(abs(value), 1.0):
                    break
                other = fewer.copy()
                other[enters] = True
                if judge.meets(other):
                    best, value = other, float(more[enters])
                    break
        if best is opened:
            return opened
        opened = best


def _ordered(judge: Judge, chosen: Sequence[Any], before: Sequence[Any] = ()) -> tuple[Any, ...]:
    """Each time the one that adds most to those before it (first by id of equals)."""
    case = judge.case
    opened = case.open | np.asarray(case.sites.isin(list(before)))
    left = case.sites.isin(list(chosen))
    order = []
    while left.any():
        best = int(np.where(left, judge.more(opened), -np.inf).argmax())
        if not left[best]:
            best = int(np.flatnonzero(left)[0])
        order.append(case.sites[best])
        opened = opened.copy()
        opened[best], left[best] = True, False
    return tuple(order)


def _years(order: Sequence[Any], limits: Sequence[list[Any]], case: Case) -> tuple[int, ...]:
    """The first year in which each school fits the number and the money up to then, earlier ones first."""
    year: dict[Any, int] = {}
    sites = case.sites[~case.open]
    for number, some in enumerate(limits, start=1):
        for school in order:
            opened = np.asarray(sites.isin([*year, school]))
            fits = number == len(limits) or all(_fits(wish, opened) for wish in some)
            if school not in year and fits:
                year[school] = number
    return tuple(year[school] for school in order)


def _fits(limit: Any, opened: Bools) -> bool:
    if isinstance(limit, SiteCount):
        return int(opened.sum()) <= limit.most
    return float(limit.cost[opened].sum()) <= limit.budget * (1 + 1e-9)
