"""Lengths and areas on the ellipsoid, against figures known from elsewhere."""

from __future__ import annotations

import pytest
from pyproj import Transformer

from ecomap.analysis.chosen.measured import area_m2, path_m


def test_a_degree_along_the_equator_and_along_a_meridian() -> None:
    assert path_m([(0, 0), (1, 0)], "EPSG:4326") == pytest.approx(111_319.49, abs=0.1)
    assert path_m([(0, 0), (0, 1)], "EPSG:4326") == pytest.approx(110_574.39, abs=0.1)
    assert path_m([(0, 0), (1, 0), (0, 0)], "EPSG:4326") == pytest.approx(2 * 111_319.49, abs=0.1)


def test_a_map_that_stretches_measures_the_ground_all_the_same() -> None:
    to = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    corners = [(-4.3, 55.8), (-4.2, 55.8), (-4.2, 55.9), (-4.3, 55.9)]
    stretched = [to.transform(*corner) for corner in corners]
    assert path_m(stretched[:2], "EPSG:3857") == pytest.approx(6_269, rel=2e-3), "in Glasgow Web Mercator shows nearly twice as much"
    assert area_m2(stretched, "EPSG:3857") == pytest.approx(6_269 * 11_133 * 0.9989, rel=4e-3)


def test_nothing_is_measured_of_too_few_corners() -> None:
    assert path_m([], "EPSG:4326") == path_m([(1, 1)], "EPSG:4326") == area_m2([(0, 0), (1, 1)], "EPSG:4326") == 0.0


def test_turning_the_other_way_and_crossing_lobes_do_not_take_ground_away() -> None:
    square = [(0, 0), (1, 0), (1, 1), (0, 1)]
    assert area_m2(square[::-1], "EPSG:4326") == pytest.approx(area_m2(square, "EPSG:4326"))
    assert area_m2([(0, 0), (1, 1), (1, 0), (0, 1)], "EPSG:4326") == pytest.approx(area_m2(square, "EPSG:4326") / 2, rel=1e-3)
