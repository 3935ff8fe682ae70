"""Places told apart: counted in tiles, with a bound on rounding, they are as many as a look at every pair counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.statistics import apart, rank_sets
from ecomap.analysis.statistics.apart import Errors, ends


def plainly(value: np.ndarray, errors: Errors, *factors: np.ndarray) -> list[list[float]]:
    """Every pair of places looked at by itself."""
    error, above = errors.rows(np.arange(len(value))), value[None] - value[:, None]
    found = []
    for z in factors:
        limit = error * z[:, None]
        found += [(1 + (above > limit).sum(axis=1)).tolist(), (len(value) - (-above > limit).sum(axis=1)).tolist()]
    return found


def errors_of(wrong: np.ndarray) -> Errors:
    return Errors(wrong, np.zeros(wrong.shape), np.arange(wrong.shape[1]))


def some_errors(kind: str, places: int, random: np.random.Generator) -> np.ndarray:
    own = random.standard_normal((40, places)) * random.random(places) * 0.1
    if kind == "together":  # one error for all, hardly any of their own: differences have almost none
        return random.standard_normal((40, 1)) * 0.1 + own * 1e-4
    if kind == "the same":
        return np.repeat(own[:, :1], places, axis=1)
    if kind == "some have none":
        return own * (random.random(places) < 0.5)
    return own * 0 if kind == "nobody has any" else own


@pytest.mark.parametrize("kind", ["own", "together", "the same", "some have none", "nobody has any"])
@given(places=st.integers(1, 40), tile=st.integers(1, 20), digits=st.integers(1, 6), scale=st.sampled_from([1e-3, 1.0, 1e6]), seed=st.integers(0, 2**16))
@settings(deadline=None)
def test_tiles_count_as_many_as_a_look_at_every_pair(kind: str, places: int, tile: int, digits: int, scale: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    value = np.sort(np.round(random.random(places), digits)) * scale  # few digits: many stand level
    errors = errors_of(some_errors(kind, places, random) * scale)
    factors = random.random(places) * 3, np.full(places, 2.85), np.zeros(places)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "_TILE", tile)
        patch.setattr(apart, "_STRETCH", 3 * tile)
        assert [end.tolist() for end in ends(value, errors, *factors)] == plainly(value, errors, *factors)


def test_tiles_of_the_size_in_use_count_as_many() -> None:
    random = np.random.default_rng(3)
    value = np.sort(random.random(700))
    errors = errors_of(random.standard_normal((60, 700)) * 0.05)
    factors = np.full(700, 1.0), np.full(700, 2.85)
    found = [end.tolist() for end in ends(value, errors, *factors)]
    assert found == plainly(value, errors, *factors)
    assert apart._TILE < 255  # a byte counts the places of a tile


def test_a_difference_on_the_very_limit_tells_nothing() -> None:
    wrong = np.array([[1.0, 1.0], [-1.0, 1.0]])  # of one place an error of 1 either way, of the other 1 each time: 2 or 0 apart
    errors = errors_of(wrong)
    limit = float(errors.rows(np.array([0]))[0, 1])
    assert [end.tolist() for end in ends(np.array([0.0, limit]), errors, np.ones(2))] == [[1, 1], [2, 2]]
    assert [end.tolist() for end in ends(np.array([0.0, np.nextafter(limit, 9)]), errors, np.ones(2))] == [[2, 1], [2, 1]]


@given(places=st.integers(1, 30), sorted_=st.sampled_from([0, 100]), seed=st.integers(0, 2**16))
@settings(deadline=None)
def test_the_z_that_is_needed_is_that_of_the_ordered_row(places: int, sorted_: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    apart_ = np.round(random.standard_normal((6, places)), 1).astype(np.float32)
    true = random.integers(1, places + 1, 6)
    plain = np.abs(np.sort(apart_, axis=1)[np.arange(6), places - true])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rank_sets, "_SORTED", sorted_)
        assert rank_sets._needed(apart_.copy(), true).tolist() == plain.tolist()
