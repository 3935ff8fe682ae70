"""Cutting the ground, and adding up parts: nothing is lost, nothing twice, and it does not matter where the cuts are."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.spread import catchments
from ecomap.analysis.spread.catchments import Way, per_person, reached_of, wanted_of
from ecomap.analysis.spread.ground_order import along_the_curve, cuts, part_of
from ecomap.analysis.spread.sums import Total, exactly
from ecomap.analysis.spread.tallied import (
    by_group,
    carried_of,
    drawn_totals,
    hidden_of,
    located_of,
    tally,
)
from ecomap.model.progress import Progress
from tests.workspace.spread.made_up import BOTTOM, CRS, LEFT, blocks, sites, squares

LOW, HIGH = np.zeros(2), np.ones(2)


def test_the_curve_goes_from_each_cell_to_one_beside_it() -> None:
    side = 16
    middle = (np.arange(side) + 0.5) / side
    xy = np.array([(x, y) for x in middle for y in middle])
    along = along_the_curve(xy, LOW, HIGH, bits=4)
    assert sorted(along.tolist()) == list(range(side * side))
    walked = xy[np.argsort(along)] * side
    assert np.abs(np.diff(walked, axis=0)).sum(axis=1) == pytest.approx(1.0)


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=60), st.integers(1, 20))
def test_cuts_give_parts_of_about_as_many_places(counts: list[int], parts: int) -> None:
    """No part is empty; none holds more than its due and the largest cell on each side."""
    cells = np.arange(len(counts)) * 3
    ends = cuts(cells, np.array(counts), parts)
    held = np.bincount(part_of(cells, ends), counts, len(ends) + 1)
    assert held.sum() == sum(counts)
    assert (held > 0).all()
    assert held.max() <= sum(counts) / parts + 2 * max(counts)


@settings(deadline=None)
@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_a_total_does_not_mind_the_order(amounts: list[float], order: object) -> None:
    def total(of: list[float]) -> float:
        made = Total(1)
        for one in of:
            made.add(np.array([0]), np.array([one]))
        return float(made.values()[0])

    shuffled = list(amounts)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert total(amounts) == pytest.approx(math.fsum(amounts), rel=1e-12, abs=1e-6)
    assert total(shuffled) == pytest.approx(total(amounts), rel=1e-12, abs=1e-6)
    assert exactly(shuffled) == exactly(amounts)


def _asked(xy: np.ndarray, people: np.ndarray, there: np.ndarray, capacity: np.ndarray, way: Way, part: np.ndarray) -> np.ndarray:
    """Both steps over parts; access by place."""
    wanted = Total(len(there))
    for number in np.unique(part):
        found = wanted_of(xy[part == number], people[part == number], there, way, Progress())
        wanted.add(found.site, found.wanted)
    rates, access = per_person(capacity, wanted.values()), np.zeros(len(xy))
    for number in np.unique(part):
        access[part == number] = reached_of(xy[part == number], there, rates, way, Progress()).access
    return access


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 12), st.sampled_from(["none", "steps", "gaussian", "dai"]), st.integers(0, 5))
def test_access_is_the_same_however_the_ground_is_cut(parts: int, decay: str, seed: int) -> None:
    """Even where parts are no neighbourhoods at all: every place in a part by chance."""
    places, there = blocks(150, seed), sites(12, seed + 1)
    xy, people = places[["x", "y"]].to_numpy(), places["people"].to_numpy()
    to, capacity = there[["x", "y"]].to_numpy(), there["places"].to_numpy()
    way = Way(3000.0, 1.3, decay)
    whole = _asked(xy, people, to, capacity, way, np.zeros(150, dtype=int))
    cut = _asked(xy, people, to, capacity, way, np.random.default_rng(seed).integers(0, parts, 150))
    assert np.allclose(cut, whole, rtol=1e-9, atol=1e-15)
    counted = np.nan_to_num(people)
    assert (whole * counted).sum() <= capacity.sum() * (1 + 1e-9)


def test_few_pairs_at_a_time_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    places, there = blocks(400), sites(40)
    given = (places[["x", "y"]].to_numpy(), places["people"].to_numpy(), there[["x", "y"]].to_numpy(), there["places"].to_numpy(),
             Way(4000.0, 1.3, "steps"), np.zeros(400, dtype=int))
    whole = _asked(*given)
    monkeypatch.setattr(catchments, "MOST_PAIRS", 50)
    monkeypatch.setattr(catchments, "MOST_ROWS", 70)
    assert np.allclose(_asked(*given), whole, rtol=1e-12)


def test_a_part_without_a_site_around_it_gets_nothing_and_wants_nothing() -> None:
    xy, far = np.zeros((3, 2)), np.full((2, 2), 1e6)
    way = Way(1000.0)
    assert len(wanted_of(xy, np.ones(3), far, way, Progress()).site) == 0
    found = reached_of(xy, far, np.ones(2), way, Progress())
    assert (found.access.tolist(), found.sites.tolist(), np.isinf(found.nearest_m).all()) == ([0, 0, 0], [0, 0, 0], True)


def test_missing_is_in_no_sum() -> None:
    found = tally(np.array([10.0, np.nan, 5.0]), np.array([1.0, 2.0, np.nan]), np.array([0, 0, 3]))
    assert (found.places, found.uncounted, found.people, found.out, found.places_out) == (3, 1, 15.0, 10.0, 1)
    assert found.variance == pytest.approx((1 / 1.645) ** 2, rel=1e-3)
    assert tally(np.array([10.0]), np.array([np.nan]), np.array([0])).variance is None
    table = by_group(["b", "a", "b"], np.array([10.0, np.nan, 5.0]), np.array([0, 0, 3]))
    assert table.loc["b"].tolist() == [15.0, 5.0, 10.0]
    assert list(table.index) == ["b"]


def test_a_small_group_is_hidden_and_cannot_be_worked_out() -> None:
    table = pd.DataFrame({"people": [400.0, 300.0, 5.0], "covered": [300.0, 200.0, 2.0], "out": [100.0, 100.0, 3.0]}, index=["a", "b", "c"])
    hidden = hidden_of(table)
    assert hidden.loc["c"].all()
    assert hidden.loc[["a", "b"], ["covered", "out", "people"]].any(axis=None)  # else the totals give it back
    assert not hidden_of(table.drop(index="c")).any(axis=None)


def test_areas_carried_part_by_part_are_the_areas_carried_at_once() -> None:
    from ecomap import measures as m

    source = squares(7)
    values = np.arange(49, dtype=float)
    values[3] = np.nan
    target = squares(4)
    whole = m.interpolate(source.assign(people=values), target, extensive=["people"])
    total, ground, known = Total(16), Total(16), Total(16)
    for rows in np.array_split(np.random.default_rng(0).permutation(49), 6):
        one = carried_of(source.iloc[rows].reset_index(drop=True), target, values[rows])
        for sums, amount in ((total, one.total), (ground, one.ground), (known, one.known)):
            sums.add(one.target, amount)
    share = known.values() / ground.values()
    assert share == pytest.approx(whole["people_share_known"].to_numpy(), rel=1e-9)
    sure = share >= 0.99
    assert total.values()[sure] == pytest.approx(whole["people"].to_numpy()[sure], rel=1e-9)
    assert np.isnan(whole["people"].to_numpy()[~sure]).all()


def test_a_point_on_a_border_counts_once() -> None:
    step = 5000.0
    xy = np.array([[LEFT + step, BOTTOM + step], [LEFT + 1, BOTTOM + 1], [LEFT - 9, BOTTOM]])
    found = located_of(xy, np.asarray(squares().geometry), np.array([4.0, 2.0, 1.0]))
    assert found.total.sum() == 6
    assert CRS


def test_draws_belong_to_the_place_not_to_the_part() -> None:
    places = blocks(90)
    given = (places["id"].to_numpy(), places["people"].to_numpy(), places["people_moe"].to_numpy(), np.ones(90, dtype=bool))
    whole = drawn_totals(*given, draws=40, seed=3)
    parts = [drawn_totals(*(one[rows] for one in given), draws=40, seed=3) for rows in np.array_split(np.random.default_rng(1).permutation(90), 4)]
    assert sum(parts) == pytest.approx(whole, rel=1e-12)
    assert not np.allclose(drawn_totals(*given, draws=40, seed=4), whole)
