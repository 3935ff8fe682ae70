"""Wishes that cannot all be met: the smallest set of them that clash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb
from typing import Any

from ecomap.analysis.optimise.case import (
    Case,
    InfeasibleError,
    ReachFloor,
    ReachTarget,
    SiteQuota,
    SiteSpread,
)
from ecomap.analysis.optimise.cover import Cover, limits_problem
from ecomap.model import clock
from ecomap.model.progress import Progress
from ecomap.model.said import joined, say

_TRIALS = 300           # smaller sets are looked for as long as there are no more than these to try
_TRIAL_LIMIT_S = 5.0
_LIMIT_S = 3.0          # and as long as that takes no longer than this


def check_limits(cover: Cover, progress: Progress | None) -> None:
    """Refuse limits and quotas that clash by themselves, before anybody is counted.

    Raises
    ------
    InfeasibleError
    """
    problem = limits_problem(cover.case, cover.wishes)
    if any(_asks(wish) for wish in cover.wishes) and problem.solve(progress=progress).infeasible:
        raise conflict_of(cover.case, cover.radius, cover.wishes, progress)


def conflict_of(case: Case, radius: float, wishes: Sequence[Any], progress: Progress | None) -> InfeasibleError:
    """A smallest set of wishes that cannot be met together: taking any one of them away makes it possible."""

    def clash(some: Sequence[Any]) -> bool:
        if not any(_asks(wish) for wish in some):
            return False  # opening nothing keeps every limit and every floor
        if limits_problem(case, some).solve(progress=progress).infeasible:
            return True
        if not any(isinstance(wish, ReachFloor | ReachTarget) for wish in some):
            return False
        cover = Cover.of(case, radius, some)
        if cover.meets(cover.first()):
            return False
        problem, _, _ = cover.problem(count_people=False)
        return problem.solve(time_limit_s=_TRIAL_LIMIT_S, progress=progress).infeasible

    # What asks for most work to check is given up first.
    ordered = sorted(wishes, key=lambda wish: not isinstance(wish, ReachFloor))
    found = smallest_conflict(ordered, clash)
    labels = [wish.label for wish in wishes if any(wish is kept for kept in found)]
    return InfeasibleError(
        say("These wishes cannot all be met: {wishes}.", wishes=joined(labels, "; ")),
        say("Give up or loosen any one of them."),
        {"conflict": labels},
        wishes=labels,
    )


def _asks(wish: Any) -> bool:
    return isinstance(wish, ReachTarget) or (isinstance(wish, SiteQuota | SiteSpread) and wish.at_least > 0)


def smallest_conflict(wishes: list[Any], clash: Callable[[Sequence[Any]], bool]) -> list[Any]:
    """From wishes that clash, the fewest that do.

    First every wish that is not needed for the clash is taken away; then smaller sets are tried, as long as there are
    not too many. Adding a wish never ends a clash, so whatever is found clashes and becomes possible without any one.
    """
    kept = list(wishes)
    for wish in wishes:
        fewer = [other for other in kept if other is not wish]
        if clash(fewer):
            kept = fewer
    until = clock.moment_s() + _LIMIT_S
    for size in range(1, len(kept)):
        if comb(len(wishes), size) > _TRIALS:
            break
        for some in combinations(wishes, size):
            if clock.over(until):
                return kept
            if clash(some):
                return list(some)
    return kept
