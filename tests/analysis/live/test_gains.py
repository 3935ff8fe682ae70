"""What places would newly reach, alone and together: by hand on a square kilometre."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from attrs import frozen

from ecomap.analysis.live.gains import Gains, Together, straight_pairs
from ecomap.analysis.live.nearness import two_nearest
from ecomap.analysis.live.spread import spread
from ecomap.model.progress import Progress

GROUND = spread(np.array([shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)]), spacing_m=20.0)
PEOPLE = np.array([100.0, 50.0])
ALL = np.array([True, True])


def gains(places, sites=(), *, limit_m=3_000.0, lived=ALL) -> Gains:
    today, _ = two_nearest(GROUND.xy, np.array(sites, dtype=float).reshape(-1, 2))
    where = np.array(places, dtype=float)
    pairs = straight_pairs(GROUND, today, where, limit_m=limit_m, lived=lived, progress=Progress())
    return Gains.of(GROUND, today, len(where), pairs, limit_m=limit_m)


@frozen
class At:
    """Gains at one distance."""

    gains: Gains
    reach_m: float

    def newly(self, *weights: np.ndarray) -> np.ndarray:
        return self.gains.newly(self.gains.shares(self.reach_m), *weights)

    def together(self, weight: np.ndarray) -> Together:
        return self.gains.together(self.gains.shares(self.reach_m), weight)


def at(reach_m: float, made: Gains) -> At:
    return At(made, reach_m)


def test_a_place_where_nothing_is_today_reaches_its_circle() -> None:
    assert at(400.0, gains([(500, 500)])).newly(PEOPLE)[0] == pytest.approx([16 * math.pi], rel=1e-3)


def test_what_is_in_reach_today_is_not_reached_newly() -> None:
    """A place 200 m east of a site newly reaches the crescent that the site's circle leaves of its own."""
    radius, apart = 400.0, 200.0
    both = 2 * radius**2 * math.acos(apart / (2 * radius)) - apart / 2 * math.sqrt(4 * radius**2 - apart**2)
    crescent = (math.pi * radius**2 - both) / 1e6
    assert at(radius, gains([(600, 500)], [(400, 500)])).newly(PEOPLE)[0] == pytest.approx([100 * crescent], rel=2e-3)
    assert at(radius, gains([(400, 500)], [(400, 500)])).newly(PEOPLE)[0].tolist() == [0]


def test_people_and_need_are_weighed_by_the_area_they_live_in() -> None:
    """Half the circle lies in each area."""
    made = at(300.0, gains([(1000, 500)])).newly(PEOPLE, PEOPLE * np.array([0.5, 0.0]))
    half = 9 * math.pi / 200
    assert made[:, 0] == pytest.approx([150 * half, 50 * half], rel=1e-3)


def test_areas_where_nobody_lives_have_no_pairs() -> None:
    made = gains([(1000, 500)], lived=np.array([True, False]))
    assert set(made.area) == {0}


def test_nobody_is_counted_twice_together() -> None:
    made = at(400.0, gains([(500, 500), (500, 500), (1500, 500)])).together(PEOPLE)
    alone = 16 * math.pi
    assert made.reached(np.array([0, 1])) == pytest.approx(alone, rel=1e-3)
    assert made.reached(np.array([0, 1, 2])) == pytest.approx(alone * 1.5, rel=1e-3)


def test_one_after_the_other_takes_what_adds_most_and_stops_where_nothing_is_added() -> None:
    """The second place shares nearly all with the first, so the third, which alone reaches fewer, comes second."""
    places, added = at(400.0, gains([(500, 500), (520, 500), (1500, 500), (500, 500)])).together(PEOPLE).greedy(10)
    assert places.tolist()[:2] == [0, 2]
    assert 3 not in places.tolist()
    assert added.tolist() == sorted(added.tolist(), reverse=True)
    first, more = at(400.0, gains([(500, 500), (520, 500), (1500, 500)])).together(PEOPLE).greedy(1)
    assert first.tolist() == [0]
    assert more == pytest.approx([16 * math.pi], rel=1e-3)


def test_no_people_no_places() -> None:
    places, added = at(400.0, gains([(500, 500)])).together(np.zeros(2)).greedy(3)
    assert places.tolist() == []
    assert added.tolist() == []
