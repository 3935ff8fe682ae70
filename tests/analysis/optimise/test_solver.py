"""The solver: honest about what it proved, and quick to stop."""

from __future__ import annotations

import threading
import time

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.optimise import location
from ecomap.analysis.optimise.solver import Problem
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import CancelledError
from ecomap.model.progress import Progress


@pytest.fixture(scope="module")
def hard() -> tuple[TravelCosts, pd.Series]:
    """A cover that branch and bound does not finish in a minute."""
    random = np.random.default_rng(1)
    way = np.hypot(*(random.random((2500, 1, 2)) - random.random((1, 500, 2))).transpose(2, 0, 1))
    place, site = np.nonzero(way < 0.08)
    costs = TravelCosts(pd.RangeIndex(2500), pd.RangeIndex(500), place.astype(np.int32), site.astype(np.int32), way[place, site])
    return costs, pd.Series(random.integers(1, 1000, 2500).astype(float))


def test_the_wish_to_stop_is_heard_within_a_second(hard: tuple[TravelCosts, pd.Series]) -> None:
    costs, people = hard
    progress, asked = Progress(), []

    def stop() -> None:
        asked.append(time.monotonic())
        progress.cancel()

    timer = threading.Timer(1.5, stop)
    timer.start()
    with pytest.raises(CancelledError):
        location.maximum_cover(costs, people, radius=0.08, sites=50, progress=progress)
    assert time.monotonic() - asked[0] < 1.0
    timer.join()


def test_stopping_from_the_report_ends_the_search(hard: tuple[TravelCosts, pd.Series]) -> None:
    costs, people = hard
    told: list[str] = []

    def report(share: float, text: str) -> None:
        told.append(text)
        progress.cancel()

    progress = Progress(report)
    with pytest.raises(CancelledError):
        location.maximum_cover(costs, people, radius=0.08, sites=50, progress=progress)
    assert told == ["Comparing plans"]


def test_an_answer_in_short_time_says_how_far_off_it_may_be(hard: tuple[TravelCosts, pd.Series]) -> None:
    costs, people = hard
    plan = location.maximum_cover(costs, people, radius=0.08, sites=50, time_limit_s=1.0)
    assert not plan.proven
    assert plan.objective <= plan.bound <= people.sum()
    assert plan.gap == pytest.approx((plan.bound - plan.objective) / plan.objective)
    assert plan.objective == float(people[plan.covered].sum())


def _knapsack() -> tuple[Problem, np.ndarray]:
    problem = Problem()
    x = problem.add_columns(np.array([-5.0, -4.0, -3.0]), integer=True)
    problem.add_row(x, np.array([2.0, 3.0, 1.0]), high=5.0)
    return problem, x


def test_a_knapsack_worked_by_hand() -> None:
    problem, x = _knapsack()
    solution = problem.solve()
    assert (solution.objective, solution.bound, solution.proven) == (-9.0, -9.0, True)
    assert solution.values is not None
    assert solution.values[x].tolist() == [1, 1, 0]


def test_holding_a_variable_costs_what_it_costs() -> None:
    relaxed = _knapsack()[0].relaxed()
    assert relaxed.solve().objective == pytest.approx(-5 - 3 - 4 * 2 / 3)
    assert relaxed.held(0, 0.0).objective == pytest.approx(-7)
    assert relaxed.held(1, 1.0).objective == pytest.approx(-4 - 3 - 5 / 2)
    assert relaxed.solve().objective == pytest.approx(-5 - 3 - 4 * 2 / 3)


def test_problems_stand_side_by_side() -> None:
    problem, _ = _knapsack()
    first = problem.append(_knapsack()[0], scale=2.0)
    assert first == 3
    solution = problem.solve()
    assert solution.objective == -27.0


def test_what_has_no_answer_is_said() -> None:
    problem, x = _knapsack()
    problem.bound(x, low=np.ones(3), high=np.ones(3))
    assert problem.solve().infeasible
    assert problem.relaxed().solve().objective == np.inf
