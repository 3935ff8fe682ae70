"""How often a site is in plans nearly as good, against the list of all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecomap.analysis.optimise.case import Budget, SiteCount, SiteQuota, SiteSpread
from ecomap.analysis.optimise.often import walked
from ecomap.model.progress import Progress
from ecomap.model.said import name
from tests.analysis.optimise.test_loosen import MANY, THREE, Small

FOUR = SiteCount(3, name("three"))
WISHES: list[list[Any]] = [
    [FOUR], [FOUR, SiteQuota(THREE[1], 1, 2, name("one or two of three"))], [FOUR, SiteSpread(THREE, 1, 2, name("two of three groups"))]]


@pytest.mark.parametrize("wishes", WISHES)
@pytest.mark.parametrize("floor", [False, True])
def test_the_walk_is_in_every_plan_equally_often(wishes: list[Any], floor: bool) -> None:
    looked = 0
    for seed in range(6):
        small = Small(seed)
        some = [*wishes, *([wish for wish in small.wishes() if floor and hasattr(wish, "share")]),
                Budget(float(np.sort(small.price)[-3:].sum()) - 1, small.price, name("budget"))]
        cover = small.cover(some)
        allowed = [opened for opened in small.allowed(some) if opened.sum() == 3]
        if not allowed:
            continue
        best = max(cover.gain(opened) for opened in allowed)
        least = 0.6 * best - 1e-9
        family = [opened for opened in allowed if cover.gain(opened) >= least]
        start = max(family, key=cover.gain)
        together = _led_to(family, start)
        found = walked(cover, start, least, Progress(), moves=4_000)
        assert found.plans == len(together)
        assert found.share == pytest.approx(np.mean(together, axis=0), abs=0.06)
        looked += len(together) > 2
    assert looked >= 2


def _led_to(family: list[np.ndarray], start: np.ndarray) -> list[np.ndarray]:
    """The plans of a family that chains of single exchanges lead to."""
    found, left = [start], [one for one in family if one is not start]
    for one in found:
        near = [other for other in left if int((one & ~other).sum()) == 1]
        found += near
        left = [other for other in left if not any(other is taken for taken in near)]
    return found


def test_the_same_seed_walks_the_same_way_and_a_plan_alone_is_all_there_is() -> None:
    small = Small(1)
    cover = small.cover([FOUR])
    start = np.isin(np.arange(MANY), (0, 1, 2))
    one, other = (walked(cover, start, 0.0, Progress(), moves=300) for _ in range(2))
    assert (one.share == other.share).all()
    assert one.plans > 1
    alone = walked(cover, start, 1e9, Progress())
    assert alone.plans == 1
    assert (alone.share == start).all()
