"""Wishes that cannot all be met: the smallest set of them that clash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb
from typing import Any

from ecomap.analysis.cover import Cover
from ecomap.analysis.plan import Case, InfeasibleError
from ecomap.model.progress import Progress

_TRIALS = 300           # smaller sets are looked for as long as there are no more than these to try
_TRIAL_LIMIT_S = 10.0


def conflict_of(case: Case, radius: float, wishes: Sequence[Any], progress: Progress | None) -> InfeasibleError:
    """A smallest set of wishes that cannot be met together: taking any one of them away makes it possible."""

    def clash(some: Sequence[Any]) -> bool:
        problem, _, _ = Cover.of(case, radius, some).problem(count_people=False)
        return problem.solve(time_limit_s=_TRIAL_LIMIT_S, progress=progress).infeasible

    labels = [wish.label for wish in smallest_conflict(list(wishes), clash)]
    return InfeasibleError(
        "These wishes cannot all be met: " + "; ".join(labels) + ".",
        "Give up or loosen any one of them.",
        {"conflict": labels},
    )


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
    for size in range(1, len(kept)):
        if comb(len(wishes), size) > _TRIALS:
            break
        for some in combinations(wishes, size):
            if clash(some):
                return list(some)
    return kept
