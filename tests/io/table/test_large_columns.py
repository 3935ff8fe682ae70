"""What is done to a large column in one go is what would be done to each of its cells."""

from __future__ import annotations

import re
from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from ecomap.io.importers.columns.fields import _ENTITIES, _TAGS, plain_text_field
from ecomap.io.importers.columns.separators import _has_separators
from ecomap.io.reading.raw import LONGEST_CELL, _are_short
from ecomap.io.table import parse_numbers, text_of
from ecomap.io.table.gate import _merged
from ecomap.io.table.keys import _text
from ecomap.io.table.numbers import _figure, _plain_figures
from ecomap.io.table.places.bulk import distinct_pairs
from ecomap.io.table.places.placing import _middles
from ecomap.io.table.places.testimony import _of_postcode, _witness
from ecomap.io.understanding import samples_of
from ecomap.model.said import say

FEW = settings(max_examples=60, deadline=None)
SIGNS = st.sampled_from(list("aB1 0.,-_&<>;/\n\t\r\x00\x1f\x7f\u00e9\u00a0\u200b\ufeff\u2003") + ["&amp;", "<br>", "US", "1.5", "nan", "inf"])
TEXTS = st.lists(SIGNS, max_size=6).map("".join)
CELLS = st.lists(st.none() | TEXTS, min_size=1, max_size=12)


def _same(one: list[object], other: list[object]) -> bool:
    return [None if cell != cell else cell for cell in one] == other


@FEW
@given(CELLS)
def test_text_is_tidied_cell_by_cell(cells: list[str | None]) -> None:
    values = pd.Series(cells, index=range(7, 7 + len(cells)), dtype="str", name="of the file")
    found = text_of(values)
    assert _same(found.tolist(), [_text(cell) for cell in cells])
    assert found.name is None
    assert found.index.equals(values.index)
    assert str(found.dtype) == "str"


def test_text_that_is_tidy_is_not_shared_with_the_file() -> None:
    values = pd.Series(["a", "b"], dtype="str")
    found = text_of(values)
    found.iloc[0] = "changed"
    assert values.tolist() == ["a", "b"]


@FEW
@given(CELLS)
def test_separators_are_seen_wherever_a_number_has_one(cells: list[str | None]) -> None:
    whole = "\n".join(cell for cell in cells if cell is not None)
    assert _has_separators(pd.Series(cells, dtype=object)) == bool(re.search(r"\d[.,]\d|(?<!\w)[.,]\d", whole))


@FEW
@given(CELLS)
def test_marks_of_web_pages_are_found_in_every_cell(cells: list[str | None]) -> None:
    texts = text_of(pd.Series(cells, dtype=object))
    marked = (texts.str.contains(_ENTITIES) | texts.str.contains(_TAGS)).fillna(False).astype(bool)
    found, lines = plain_text_field(say("Name"), texts)
    assert not (found.fillna("") != texts.fillna(""))[~marked].any()
    assert bool(lines) == bool((found.fillna("") != texts.fillna("")).any())
    assert sum(line.count or 0 for line in lines) == int((found.fillna("") != texts.fillna("")).sum())


def test_only_the_marked_cells_are_cleaned() -> None:
    found, lines = plain_text_field(say("Name"), pd.Series(["A & B", "A &amp; B", None, "a<b", "C<br>D"], dtype="str"))
    assert found.fillna("-").tolist() == ["A & B", "A & B", "-", "a<b", "C D"]
    assert lines[0].count == 2


@FEW
@given(st.lists(st.none() | st.sampled_from(["1", "2.5", "", "-3e2", "1_0", "x", "nan", "inf", " 4 ", "\u0665"]), min_size=1, max_size=6))
def test_plain_figures_are_read_cell_by_cell(cells: list[str | None]) -> None:
    found = _plain_figures(pd.Series(cells, dtype=object))
    try:
        wanted = np.array([_figure(cell) for cell in cells])
    except ValueError:
        assert found is None
        return
    if np.isinf(wanted).any():
        assert found is None
    else:
        np.testing.assert_array_equal(found, wanted)


@FEW
@given(st.lists(st.sampled_from(["1", "", "*", "x", "-666666666", "n/a"]), min_size=1, max_size=12))
def test_missing_cells_are_counted_by_reason(cells: list[str]) -> None:
    numbers = parse_numbers(pd.Series(cells, dtype="str"))
    wanted = Counter(reason for reason in numbers.reasons.tolist() if reason)
    assert list(numbers.missing.items()) == list(dict(wanted).items())


WHOLES = st.integers(-9, 9) | st.sampled_from([-(2**61), 2**61, 2**40, -(2**40)])


@FEW
@given(st.lists(st.tuples(WHOLES, WHOLES), min_size=1, max_size=20))
def test_pairs_are_told_apart_however_large(pairs: list[tuple[int, int]]) -> None:
    given_pairs = np.array(pairs, dtype=np.int64)
    found, place, count = distinct_pairs(given_pairs)
    wanted, back, times = np.unique(given_pairs, axis=0, return_inverse=True, return_counts=True)
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(place, back.reshape(-1))
    np.testing.assert_array_equal(count, times)


@FEW
@given(st.lists(st.none() | st.tuples(st.floats(4e5, 6e5), st.floats(4e6, 5e6), st.floats(1, 1e4)), min_size=1, max_size=8))
def test_middles_are_those_of_the_shapes_in_degrees(places: list[tuple[float, float, float] | None]) -> None:
    shapes = np.array([None if one is None else shapely.box(one[0], one[1], one[0] + one[2], one[1] + one[2]) for one in places], dtype=object)
    crs = CRS("EPSG:26916")
    box = shapely.bounds(np.asarray(gpd.GeoSeries(shapes, crs=crs).to_crs("EPSG:4326")))
    lon, lat = _middles(shapes, crs, "areas.gpkg")
    np.testing.assert_allclose(lon, (box[:, 0] + box[:, 2]) / 2)
    np.testing.assert_allclose(lat, (box[:, 1] + box[:, 3]) / 2)


def test_a_shape_with_a_corner_that_is_nowhere_has_no_middle() -> None:
    shapes = np.array([shapely.LineString([(5e5, 4e6), (5e5, np.inf)]), shapely.Point(5e5, 4e6), None, shapely.Polygon()], dtype=object)
    lon, lat = _middles(shapes, CRS("EPSG:26916"), "areas.gpkg")
    assert np.isfinite(lon).tolist() == np.isfinite(lat).tolist() == [False, True, False, False]
    lon, lat = _middles(np.array([None], dtype=object), CRS("EPSG:4326"), "areas.gpkg")
    assert np.isnan([lon[0], lat[0]]).all()


def test_shapes_that_only_share_their_box_are_no_duplicates() -> None:
    corner = shapely.Polygon([(0, 0), (1, 0), (1, 1)])
    other = shapely.Polygon([(0, 0), (0, 1), (1, 1)])
    frame = gpd.GeoDataFrame({"name": ["a", "a", "a"]}, geometry=[corner, other, corner], crs="EPSG:32616")
    left, lines = _merged(frame, ["name"], "name")
    assert len(left) == 2
    assert lines[0].count == 1
    assert len(_merged(frame.iloc[:2], ["name"], "name")[0]) == 2


@FEW
@given(st.lists(st.sampled_from(["60601", "63101", None, "oddly"]), min_size=1, max_size=15))
def test_a_witness_speaks_of_the_rows_it_knows(cells: list[str | None]) -> None:
    found = _witness(pd.Series(cells, dtype=object), "zip", _of_postcode)
    told = {cell: _of_postcode(cell) for cell in cells if cell is not None}
    if found is None:
        assert not told or sum(one is not None for one in told.values()) < 0.8 * len(told)
        return
    for cell, which in zip(cells, found.which.tolist()):
        wanted = told.get(cell) if cell is not None else None
        assert (which == -1) if wanted is None else (found.regions[which] == wanted)


@pytest.mark.parametrize("gap", [0, 1_900, 3_000])
def test_samples_are_the_first_cells_wherever_they_stand(gap: int) -> None:
    cells = [None] * gap + [f"cell {n % 7}" for n in range(300)]
    assert samples_of(pd.DataFrame({"a": pd.Series(cells, dtype=object)})) == {"a": ("cell 0", "cell 1", "cell 2", "cell 3", "cell 4")}


def test_cells_are_short_up_to_the_limit() -> None:
    assert _are_short(["a", None, "x" * LONGEST_CELL])
    assert not _are_short(["a", None, "x" * (LONGEST_CELL + 1)])
    assert not _are_short(["a", np.array([1, 2])])  # whatever is no text is looked at one by one
    assert _are_short([])
