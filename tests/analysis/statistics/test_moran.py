"""High among high by hand, chance held down, and what a missing value must never become."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from ecomap.analysis.ground.neighbours import from_pairs, touching
from ecomap.analysis.statistics import moran
from ecomap.model.errors import CancelledError, InputError
from ecomap.model.progress import Progress


def grid(width: int, height: int) -> list:
    return [box(x, y, x + 1, y + 1) for y in range(height) for x in range(width)]


def test_queen_neighbours_share_a_corner_and_not_themselves() -> None:
    near = touching(grid(3, 3))
    assert near.count.tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]
    assert near.second[near.first == 0].tolist() == [1, 3, 4]


def test_slits_between_outlines_can_be_bridged() -> None:
    apart = [box(0, 0, 1, 1), box(1.05, 0, 2, 1), None]
    assert touching(apart).count.tolist() == [0, 0, 0]
    assert touching(apart, within=0.1).count.tolist() == [1, 1, 0]


def test_pairs_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError):
        from_pairs([(0, 5)], 3)


def test_local_moran_by_hand() -> None:
    """Chain of 1, 2, 3, 6: mean 3, population variance 3.5; I_1 = (-2)(-1)/3.5, I_2 = (-1)((-2 + 0)/2)/3.5 ..."""
    chain = from_pairs([(0, 1), (1, 2), (2, 3)], 4)
    found = moran.local_moran([1.0, 2, 3, 6], chain, permutations=9)
    assert found["local_i"].tolist() == pytest.approx([2 / 3.5, 1 / 3.5, 0.0, 0.0])
    assert found["lag"].tolist() == [2, 2, 4, 3]
    assert moran.global_moran([1.0, 2, 3, 6], chain) == pytest.approx(3 / 3.5 / 4)


def test_getis_ord_by_hand() -> None:
    """The same chain: mean 3, s² 3.5, n 4; G_1*: W = 2, (1 + 2 - 6) / (1.8708 sqrt((8 - 4) / 3)) = -1.3887."""
    chain = from_pairs([(0, 1), (1, 2), (2, 3)], 4)
    found = moran.getis_ord([1.0, 2, 3, 6], chain)
    scale = 3.5**0.5
    expected = [-3 / (scale * (4 / 3) ** 0.5), -3 / scale, 2 / scale, 3 / (scale * (4 / 3) ** 0.5)]
    assert found["z"].tolist() == pytest.approx(expected)
    assert found["p"].tolist()[0] == pytest.approx(0.16491, abs=1e-5)


def test_false_discovery_by_hand() -> None:
    """m = 4: .01·4/1, .03·4/2 -> min(.06, .0533), .04·4/3, .5."""
    assert moran.false_discovery([0.01, 0.04, np.nan, 0.03, 0.5])[[0, 1, 3, 4]] == pytest.approx(
        [0.04, 0.16 / 3, 0.16 / 3, 0.5]
    )
    assert np.isnan(moran.false_discovery([0.01, np.nan])[1])


def _hot_corner() -> tuple[np.ndarray, object]:
    near = touching(grid(15, 15))
    values = np.random.default_rng(3).normal(0, 1, 225).reshape(15, 15)
    values[:5, :5] += 8
    return values.ravel(), near


def test_a_hot_corner_is_found_and_noise_is_not() -> None:
    values, near = _hot_corner()
    found = moran.local_moran(values, near, seed=1)
    inside = np.zeros((15, 15), bool)
    inside[:4, :4] = True
    assert (found["kind"][inside.ravel()] == moran.HIGH_HIGH).mean() > 0.9
    spots = moran.getis_ord(values, near)
    assert (spots["kind"][inside.ravel()] == moran.HOT).all()
    noise = np.random.default_rng(5).normal(0, 1, 225)
    assert (moran.local_moran(noise, near, seed=1)["kind"] == moran.NOT_CLEAR).all()


def test_a_missing_value_is_no_data_never_low_and_nobodys_neighbour() -> None:
    values, near = _hot_corner()
    values[[0, 7]] = np.nan
    for found in (moran.local_moran(values, near), moran.getis_ord(values, near)):
        assert found["kind"][[0, 7]].tolist() == [moran.NO_DATA] * 2
        assert found["p"].isna().sum() == 2
        assert (found["kind"][[1, 15, 16]] != moran.NO_DATA).all()
    alone = moran.local_moran([1.0, np.nan, 3.0, 4.0], from_pairs([(0, 1), (2, 3)], 4))
    assert alone["kind"].tolist() == [moran.NO_NEIGHBOURS, moran.NO_DATA, moran.NOT_CLEAR, moran.NOT_CLEAR]


def test_equal_values_everywhere_have_no_pattern() -> None:
    near = touching(grid(3, 3))
    assert set(moran.local_moran([2.0] * 9, near)["kind"]) == {moran.NOT_CLEAR}
    assert set(moran.getis_ord([2.0] * 9, near)["kind"]) == {moran.NOT_CLEAR}
    assert np.isnan(moran.global_moran([2.0] * 9, near))


def test_with_gaps_it_is_what_esda_says_of_the_places_that_have_a_value() -> None:
    """esda cannot take a gap, so it is given the map without the blank places: their neighbours have fewer neighbours."""
    import geopandas as gpd
    from esda import G_Local, Moran, Moran_Local
    from libpysal.weights import Queen

    cells = np.array(grid(8, 8), dtype=object)
    values = np.random.default_rng(6).gamma(2.0, 1.0, 64)
    values[[3, 20, 21, 45]] = np.nan
    known = ~np.isnan(values)
    rest = gpd.GeoDataFrame(geometry=cells[known])
    queen = Queen.from_dataframe(rest, use_index=False)
    near, size = touching(cells), int(known.sum())
    ours = moran.local_moran(values, near)
    np.testing.assert_allclose(ours["local_i"][known] * (size - 1) / size, Moran_Local(values[known], queen, permutations=0).Is,
                               rtol=1e-9)
    assert ours["local_i"][~known].isna().all()
    assert set(ours["kind"][~known]) == {moran.NO_DATA}
    assert moran.global_moran(values, near) == pytest.approx(Moran(values[known], queen, permutations=0).I)
    queen.transform = "b"
    theirs = G_Local(values[known], queen, transform="B", star=True, permutations=0)
    hot = moran.getis_ord(values, near)
    np.testing.assert_allclose(hot["z"][known], theirs.Zs, rtol=1e-9)
    assert hot["z"][~known].isna().all()


@settings(deadline=None)
@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=60), st.sampled_from([0.01, 0.05, 0.1, 0.3]))
def test_who_is_called_is_whom_esda_calls(p: list[float], level: float) -> None:
    from esda import fdr

    ours = moran.false_discovery(np.array(p)) <= level + 1e-12
    limit = fdr(np.array(p), level)
    # esda gives the largest p that is called, or level / n where none is
    called = np.sort(p)[np.flatnonzero(np.sort(p) <= np.arange(1, len(p) + 1) * level / len(p) + 1e-15)]
    assert ours.tolist() == ((np.array(p) <= limit + 1e-15) if len(called) else np.zeros(len(p), dtype=bool)).tolist()


def test_the_order_of_the_areas_does_not_matter() -> None:
    cells = np.array(grid(6, 6), dtype=object)
    values = np.random.default_rng(2).random(36)
    values[5] = np.nan
    mixed = np.random.default_rng(3).permutation(36)
    for found in (lambda v, n: moran.getis_ord(v, n)["z"], lambda v, n: moran.local_moran(v, n)["local_i"]):
        there = found(values[mixed], touching(cells[mixed])).to_numpy()
        np.testing.assert_allclose(there, found(values, touching(cells)).to_numpy()[mixed], rtol=1e-9)


def test_same_seed_same_bytes() -> None:
    values, near = _hot_corner()
    first, second = moran.local_moran(values, near, seed=4), moran.local_moran(values, near, seed=4)
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_p_values_are_those_of_every_possible_neighbour() -> None:
    """One neighbour each, so the exact chance is the share of the others that lie as high; 4,999 draws come close."""
    values = np.arange(40.0)
    pairs = from_pairs([(n, n + 20) for n in range(20)], 40)
    p = moran.local_moran(values, pairs, permutations=4999)["p"]
    # area 0 has neighbour 20: 20 of the other 39 are as high or higher, 20 as low or lower
    assert p[0] == pytest.approx(20 / 39, abs=0.03)
    assert p[19] == pytest.approx(1 / 39, abs=0.01)


def test_it_stops_when_asked() -> None:
    values, near = _hot_corner()
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        moran.local_moran(values, near, progress=progress)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_corrected_p_values_keep_the_order_and_are_never_smaller(p: list[float]) -> None:
    q = moran.false_discovery(p)
    assert (q >= np.array(p) - 1e-12).all()
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= -1e-12).all()
