"""What places would newly reach, alone and together: by hand on a square kilometre."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from ecomap.analysis.live import gains as module
from ecomap.analysis.live.gains import Gains, straight_pairs
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


def test_a_place_where_nothing_is_today_reaches_its_circle() -> None:
    assert gains([(500, 500)]).newly(400.0, PEOPLE)[0] == pytest.approx([16 * math.pi], rel=1e-3)


def test_what_is_in_reach_today_is_not_reached_newly() -> None:
    """A place 200 m east of a site newly reaches the crescent that the site's circle leaves of its own."""
    radius, apart = 400.0, 200.0
    both = 2 * radius**2 * math.acos(apart / (2 * radius)) - apart / 2 * math.sqrt(4 * radius**2 - apart**2)
    crescent = (math.pi * radius**2 - both) / 1e6
    assert gains([(600, 500)], [(400, 500)]).newly(radius, PEOPLE)[0] == pytest.approx([100 * crescent], rel=2e-3)
    assert gains([(400, 500)], [(400, 500)]).newly(radius, PEOPLE)[0].tolist() == [0]


def test_people_and_need_are_weighed_by_the_area_they_live_in() -> None:
    """Half the circle lies in each area."""
    made = gains([(1000, 500)]).newly(300.0, PEOPLE, PEOPLE * np.array([0.5, 0.0]))
    half = 9 * math.pi / 200
    assert made[:, 0] == pytest.approx([150 * half, 50 * half], rel=1e-3)


def test_areas_where_nobody_lives_have_no_pairs() -> None:
    made = gains([(1000, 500)], lived=np.array([True, False]))
    assert set(made.area) == {0}


def test_a_table_too_large_for_memory_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = gains([(300, 300), (1400, 600)], [(900, 500)])
    before = made.newly(450.0, PEOPLE, PEOPLE**2)
    monkeypatch.setattr(module, "_DENSE", 0)
    assert made.newly(450.0, PEOPLE, PEOPLE**2) == pytest.approx(before)


def test_nobody_is_counted_twice_together() -> None:
    made = gains([(500, 500), (500, 500), (1500, 500)]).together(400.0, PEOPLE)
    alone = 16 * math.pi
    assert made.reached(np.array([0, 1])) == pytest.approx(alone, rel=1e-3)
    assert made.reached(np.array([0, 1, 2])) == pytest.approx(alone * 1.5, rel=1e-3)


def test_one_after_the_other_takes_what_adds_most_and_stops_where_nothing_is_added() -> None:
    """The second place shares nearly all with the first, so the third, which alone reaches fewer, comes second."""
    places, added = gains([(500, 500), (520, 500), (1500, 500), (500, 500)]).together(400.0, PEOPLE).greedy(10)
    assert places.tolist()[:2] == [0, 2]
    assert 3 not in places.tolist()
    assert added.tolist() == sorted(added.tolist(), reverse=True)
    first, more = gains([(500, 500), (520, 500), (1500, 500)]).together(400.0, PEOPLE).greedy(1)
    assert first.tolist() == [0]
    assert more == pytest.approx([16 * math.pi], rel=1e-3)


def test_no_people_no_places() -> None:
    places, added = gains([(500, 500)]).together(400.0, np.zeros(2)).greedy(3)
    assert places.tolist() == []
    assert added.tolist() == []
