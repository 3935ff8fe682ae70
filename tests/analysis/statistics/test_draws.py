"""Numbers that belong to a place: the same in whatever stretches they are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from ecomap.analysis.statistics import draws as of
from ecomap.analysis.statistics.draws import Ids, keyed_normals, keyed_uniforms

WHOLE = 2**64


def plain(place: str, nth: int, seed: int, stream: str) -> float:
    """SplitMix64 in whole numbers of Python, one number at a time."""
    def mixed(bits: int) -> int:
        bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9 % WHOLE
        bits = (bits ^ bits >> 27) * 0x94D049BB133111EB % WHOLE
        return bits ^ bits >> 31

    start = mixed(of._key(place) ^ of._key(f"{seed}\x1f{stream}"))
    return ((mixed((start + nth * 0x9E3779B97F4A7C15) % WHOLE) >> 11) + 0.5) * 2.0**-53


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=4), min_size=1, max_size=5), st.integers(0, 9), st.integers(0, 7), st.integers(0, 9), st.sampled_from([1, 3, 32_000]))
def test_numbers_are_the_plain_formula_in_whatever_stretches(ids: list[str], draws: int, first: int, seed: int, cached: int) -> None:
    expected = np.array([[plain(one, first + nth + 1, seed, "x") for one in ids] for nth in range(draws)]).reshape(draws, len(ids))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of, "_CACHED", cached)
        assert (keyed_uniforms(ids, draws, seed=seed, stream="x", first=first) == expected).all()
        assert (keyed_normals(ids, draws, seed=seed, stream="x", first=first) == ndtri(expected)).all()


def test_who_draws_again_and_again_gets_the_same_numbers() -> None:
    """Ids that keep what is worked out of them give the numbers of plain ones, whatever was drawn of them before."""
    ids = ["a", "b", "\u00e9", ""]
    kept = Ids(ids)
    for seed, stream, first in [(0, "x", 0), (0, "y", 0), (1, "x", 0), (0, "x", 3), (0, "x", 0)]:
        expected = keyed_normals(ids, 4, seed=seed, stream=stream, first=first)
        assert (keyed_normals(kept, 4, seed=seed, stream=stream, first=first) == expected).all()
    assert kept == tuple(ids)
