"""Who is near whom: every pair, none twice, the same to the last bit whether ground is cut into tiles or not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.travel import near
from ecomap.analysis.travel.near import near_pairs
from ecomap.model.progress import silent


def places(count: int, seed: int, side: float = 1000.0, away: float = 0.0) -> np.ndarray:
    """Places of which half stand close together, and some on the very same spot."""
    rng = np.random.default_rng(seed)
    xy = rng.random((count, 2)) * side
    xy[: count // 2] = xy[: count // 2] * 0.05 + side / 3
    xy[: count // 10] = xy[0] if count else xy[: count // 10]
    return xy + away


def all_pairs(demand: np.ndarray, supply: np.ndarray, limit: float) -> list[tuple[int, int]]:
    apart = np.hypot(*np.moveaxis(demand[:, None, :] - supply[None, :, :], 2, 0))
    return list(zip(*(found.tolist() for found in np.nonzero(apart <= limit)), strict=True))


def listed(found: near.Pairs) -> list[tuple[int, int]]:
    count, supply, _ = found
    return list(zip(np.repeat(np.arange(len(count)), count).tolist(), supply.tolist(), strict=True))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 120), st.integers(0, 40), st.integers(0, 1000), st.sampled_from([0.001, 30.0, 200.0, 5000.0]),
       st.sampled_from([1, 7, 40]), st.sampled_from([0.0, 1.0, 4.0]))
def test_tiles_change_nothing(count: int, sites: int, seed: int, limit: float, tile: int, wide: float) -> None:
    demand, supply = places(count, seed, away=-400.0), places(sites, seed + 1, side=1200.0, away=-500.0)
    whole = near_pairs(demand, supply, limit, silent())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near, "_TILE", tile)
        patch.setattr(near, "_WIDE", wide)
        cut = near_pairs(demand, supply, limit, silent())
    for one, other in zip(whole, cut, strict=True):
        assert np.array_equal(one, other)
    assert listed(whole) == all_pairs(demand, supply, limit)


def test_a_pair_across_the_edge_of_two_tiles_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "_TILE", 1)
    monkeypatch.setattr(near, "_WIDE", 1.0)
    demand, supply = np.array([[0.0, 0.0], [99.0, 0.0], [101.0, 0.0], [200.0, 0.0]]), np.array([[100.0, 0.0], [0.0, 0.0]])
    count, site, metres = near_pairs(demand, supply, 100.0, silent())
    assert count.tolist() == [2, 2, 1, 1]
    assert site.tolist() == [0, 1, 0, 1, 0, 0]
    assert metres.tolist() == [100.0, 0.0, 1.0, 99.0, 1.0, 100.0]
    assert len(near._Within.of(demand, supply, 100.0).tiles()) > 1


def test_places_on_one_line_are_cut_along_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "_TILE", 10)
    demand = np.column_stack([np.zeros(100), np.arange(100.0)])
    tiles = near._Within.of(demand, demand[::5], 1.0).tiles()
    assert len(tiles) == 10
    assert sorted(np.concatenate([rows for rows, _ in tiles]).tolist()) == list(range(100))
