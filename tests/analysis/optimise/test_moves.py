"""Moves: the best one is the best of all that can be made, and the wishes are kept or come closer."""

from __future__ import annotations

import numpy as np
import pytest

from ecomap.analysis.optimise import location
from ecomap.analysis.optimise.exchange import exchanged
from ecomap.analysis.optimise.moves import Moves
from ecomap.model.progress import Progress
from tests.analysis.small_cover import Town

SITES = 9


def _one_step(chosen: tuple[int, ...]) -> list[tuple[int, ...]]:
    others = [site for site in range(SITES) if site not in chosen]
    without = [tuple(site for site in chosen if site != gone) for gone in chosen]
    return [*without, *((*chosen, new) for new in others), *((*rest, new) for rest in without for new in others)]


@pytest.mark.parametrize("seed", range(30))
def test_the_best_move_is_the_best_of_all(seed: int) -> None:
    town = Town.drawn(seed, 30, SITES)
    wishes = town.wishes(seed)
    cover = town.cover(wishes, 4, every_site=True)
    moves = Moves(cover)
    for chosen in town.sets(4):
        opened = np.isin(np.arange(SITES), chosen)
        if not town.keeps(chosen, wishes):
            continue
        allowed = [town.value(other) for other in _one_step(chosen) if len(other) <= 4 and town.keeps(other, wishes)]
        best, after = max(allowed, default=-np.inf), moves.best(opened)
        if after is None:
            assert best <= town.value(chosen) + 1e-6
        else:
            assert cover.gain(after) == pytest.approx(best)
            assert cover.meets(after)


def test_a_plan_that_misses_its_wishes_is_mended() -> None:
    mended = 0
    for seed in range(30):
        town = Town.drawn(seed, 40, SITES)
        floor = location.ReachFloor(town.people.index[:14], 0.6, "floor")
        last = location.SiteQuota((f"s0{number}" for number in (7, 8)), 1)
        cover = town.cover([floor, last], 3)
        moves = Moves(cover)
        start = cover.greedy()
        after = exchanged(cover, start, Progress())
        assert moves.missed(after) <= moves.missed(start)
        mended += moves.missed(start) > 0 and cover.meets(after)
    assert mended >= 10


def test_more_may_be_open_than_a_late_at_most_allows_but_never_more_than_before() -> None:
    town = Town.drawn(3, 30, SITES)
    first = location.SiteQuota((f"s0{number}" for number in range(3)), 0, 1)
    cover = town.cover([first], 4)
    opened = np.isin(np.arange(SITES), [0, 1, 2])
    after = exchanged(cover, opened, Progress())
    assert int(after[:3].sum()) <= 3
