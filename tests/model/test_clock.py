"""A search that the clock ended goes the same way again, however fast or slow the computer is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ecomap.analysis.optimise.solver import Problem, Solution
from ecomap.model import clock
from ecomap.model.clock import Ended, looked_at
from ecomap.model.errors import EcoMapError


def test_looks_are_noted_and_followed() -> None:
    with looked_at() as first:
        seen = [clock.over(math.inf), clock.over(0.0), clock.over(math.inf)]
    assert seen == [False, True, False]
    assert first.ended == (Ended(2),)
    with looked_at(first.ended) as again:
        assert [clock.over(0.0), clock.over(math.inf), clock.over(0.0)] == seen, "whatever the clock says"
    assert again.ended == first.ended


def test_a_search_that_passes_elsewhere_is_told_so() -> None:
    with looked_at((Ended(1, clock.RUN),)), pytest.raises(EcoMapError, match="another way"):
        clock.over(0.0)


def test_outside_of_a_question_the_clock_says() -> None:
    assert clock.over(clock.moment_s() - 1)
    assert not clock.over(clock.moment_s() + 60)


PLACES, SITES, MOST = 2500, 500, 50


def cover() -> Problem:
    """Sites and places: a cover that branch and bound does not finish in a minute."""
    random = np.random.default_rng(1)
    way = np.hypot(*(random.random((PLACES, 1, 2)) - random.random((1, SITES, 2))).transpose(2, 0, 1))
    place, site = np.nonzero(way < 0.08)
    problem = Problem()
    x = problem.add_columns(np.zeros(SITES), integer=True)
    y = problem.add_columns(-random.integers(1, 1000, PLACES).astype(float))
    problem.add_rows(np.concatenate([place, np.arange(PLACES)]), np.concatenate([x[site], y]), np.concatenate([np.ones(len(place)), -np.ones(PLACES)]),
                     count=PLACES, low=0.0, high=math.inf)
    problem.add_row(x, np.ones(SITES), high=float(MOST))
    return problem


def first_sites() -> np.ndarray:
    """A plan to start from, so that something is found however short the time: the first sites, and nobody counted yet."""
    return np.concatenate([np.arange(SITES) < MOST, np.zeros(PLACES)]).astype(np.float64)


def same(one: Solution, other: Solution) -> None:
    assert (one.objective, one.bound, one.gap, one.proven) == (other.objective, other.bound, other.gap, other.proven)
    assert (one.values is None) == (other.values is None)
    assert one.values is None or np.array_equal(one.values, other.values)


def ended() -> tuple[Solution, tuple[Ended, ...]]:
    with looked_at() as looks:
        return cover().solve(start=first_sites(), time_limit_s=1.0), looks.ended


def test_what_a_solver_had_found_is_put_in_and_worked_out_anew() -> None:
    first, noted = ended()
    (one,) = noted
    assert one.kind == clock.RUN
    assert one.found
    assert not first.proven
    assert first.objective < 0, "whoever an open site reaches is counted, though the start counted nobody"
    with looked_at(noted) as looks:
        same(first, cover().solve(time_limit_s=1e9))
    assert looks.ended == noted


def test_what_cannot_have_been_found_is_refused() -> None:
    chosen = tuple(range(MOST + 1))  # one more than may be opened
    with looked_at((Ended(1, clock.RUN, True, chosen, (1.0,) * len(chosen), -1e9),)), pytest.raises(EcoMapError, match="another way"):
        cover().solve()
    with looked_at((Ended(1, clock.RUN, True, (99_999,), (1.0,), -1e9),)), pytest.raises(EcoMapError, match="another way"):
        cover().solve()


def test_better_numbers_than_there_are_cannot_be_put_in() -> None:
    """Whoever changes what was found changes what comes out of it: its worth is never read."""
    with looked_at((Ended(1, clock.RUN, True, (0, 1), (1.0, 1.0), -1e9),)):
        found = cover().solve()
    assert found.values is not None
    assert found.values[:SITES].sum() == 2
    assert found.objective > -1e6


def test_fractions_that_ran_out_of_time_are_not_asked_again() -> None:
    with looked_at((Ended(1, clock.RUN),)) as looks:
        relaxed = cover().relaxed()
        assert relaxed.solve().objective == -math.inf
        assert relaxed.solve().objective == -math.inf
    assert looks.ended == (Ended(1, clock.RUN),)
