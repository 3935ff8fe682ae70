"""How much lies beyond a distance: by hand on plain ground."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from ecomap.analysis.live.nearness import Beyond, two_nearest
from ecomap.analysis.live.spread import spread

GROUND = spread(np.array([shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)]), spacing_m=20.0)


def beyond(*sites: tuple[float, float]) -> tuple[Beyond, Beyond]:
    first, second = two_nearest(GROUND.xy, np.array(sites, dtype=float).reshape(-1, 2))
    return Beyond.of(GROUND, first), Beyond.of(GROUND, second)


def test_a_circle_in_the_middle_of_a_square() -> None:
    once, _ = beyond((500, 500))
    for radius in (50.0, 333.0, 500.0):
        assert once.share_of(radius).tolist() == pytest.approx([1 - math.pi * (radius / 1000) ** 2, 1], abs=2e-4)


def test_it_moves_with_every_metre() -> None:
    """Squares of 20 m, and yet no step of 20 m: a metre more always reaches more."""
    once, _ = beyond((500, 500))
    shares = [float(once.share_of(radius)[0]) for radius in np.arange(300.0, 321.0)]
    steps = -np.diff(shares)
    assert (steps > 0).all()
    assert steps.max() < 1.3 * steps.min()


def test_two_sites_at_one_place_reach_everybody_twice() -> None:
    once, twice = beyond((500, 500), (500, 500))
    assert twice.share_of(400.0) == pytest.approx(once.share_of(400.0))
    _, apart = beyond((500, 500), (1500, 500))
    assert apart.share_of(400.0) == pytest.approx([1, 1])


def test_nothing_there_reaches_nobody_and_far_enough_reaches_all() -> None:
    once, _ = beyond()
    assert once.share_of(1e6) == pytest.approx([1, 1])
    once, twice = beyond((500, 500))
    assert once.share_of(5_000.0).tolist() == [0, 0]
    assert twice.share_of(5_000.0) == pytest.approx([1, 1])
    assert once.share_of(-100.0) == pytest.approx([1, 1])
