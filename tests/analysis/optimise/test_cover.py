"""Cuts: no plan is lost by them, and the bound of a plan with a floor comes closer."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.optimise import location
from ecomap.analysis.optimise.case import Case
from ecomap.analysis.optimise.cover import Cover, tightened
from ecomap.analysis.travel.costs import TravelCosts
from tests.analysis.optimise.small_cover import Town

FLOOR = 0.8


def _floor(town: Town) -> list[location.ReachFloor | location.SiteQuota]:
    """Most of the new reach for those around the first sites: a part of town, as need is."""
    return [location.ReachFloor(town.people.index[town.near[:, :2].any(axis=1)], FLOOR, "floor")]


@pytest.mark.parametrize("seed", range(12))
def test_every_set_of_sites_keeps_every_cut(seed: int) -> None:
    town = Town.drawn(seed, 40, 9, 0.4)
    cover = town.cover(_floor(town), 4, every_site=True)
    plain, _, _ = cover.problem()
    problem, x, y = cover.problem()
    tightened(cover, problem, x, y, time.monotonic() + 60)
    model, before = problem.matrix(), plain.rows
    added = model[before:]
    for chosen in town.sets(9):
        opened = np.isin(np.arange(9), chosen)
        assert (added @ cover.values(opened) >= -1e-9).all()


def test_the_bound_never_crosses_the_best() -> None:
    for seed in range(25):
        town = Town.drawn(seed, 80, 10, 0.35)
        wishes = _floor(town)
        cover = town.cover(wishes, 4, every_site=True)
        problem, x, y = cover.problem()
        plain = -problem.relaxed().solve().objective
        answer = tightened(cover, problem, x, y, time.monotonic() + 60)
        assert answer is not None
        assert town.best(wishes, 4) - 1e-6 <= -answer.objective <= plain + 1e-6


def test_half_sites_that_share_a_burden_are_seen_through() -> None:
    # Three favoured places of 10, each between two of three sites, and one other place of 10 that all three reach.
    # Half of every site reaches all 30 favoured and half of the other 10: 35. Whole sites never keep four fifths.
    rows = [("ab", "a"), ("ab", "b"), ("bc", "b"), ("bc", "c"), ("ca", "c"), ("ca", "a"), *(("all", s) for s in "abc")]
    costs = TravelCosts.from_table(pd.DataFrame([(*row, 1.0) for row in rows], columns=["origin", "dest", "cost"]))
    case = Case.of(costs, pd.Series(10.0, index=costs.demand_ids), ())
    cover = Cover.of(case, 1.0, [location.ReachFloor(["ab", "bc", "ca"], FLOOR, "floor")])
    problem, x, y = cover.problem()
    assert -problem.relaxed().solve().objective == pytest.approx(37.5)
    answer = tightened(cover, problem, x, y, time.monotonic() + 60)
    assert answer is not None
    assert -answer.objective == pytest.approx(0.0, abs=1e-6)


def test_without_a_floor_there_is_nothing_to_add() -> None:
    cover = Town.drawn(1, 40, 9).cover([], 3)
    problem, x, y = cover.problem()
    rows = problem.rows
    tightened(cover, problem, x, y, time.monotonic() + 60)
    assert problem.rows == rows
