"""The map opens on the bulk of its places: strays do not throw it, and are counted; towns far apart are no strays."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point, box

from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.model.said import name
from ecomap.render.canvas.extent import BULK, FEWEST, GAP, beyond, bulk, everything, extent_of

TOWN = [(x, y) for x in range(0, 10_000, 2_000) for y in range(0, 10_000, 2_000)]  # 25 places


def layer(places: list[tuple[float, float]], role: str = "service") -> tuple[Layer, Any]:
    return Layer(role, name(role), role, POINT), gpd.GeoDataFrame({"id": range(len(places))}, geometry=[Point(*at) for at in places], crs="EPSG:3310")


@pytest.mark.parametrize("strays", [[(900_000.0, 0.0)], [(0.0, -4e6), (2e6, 2e6), (-7e5, 10.0)], [(60_000.0, 4_000.0)] * 5])
def test_strays_do_not_throw_the_map_and_are_told(strays: list[tuple[float, float]]) -> None:
    placed = [layer(TOWN + strays)]
    assert extent_of(placed) == (0, 0, 8_000, 8_000)
    assert beyond(placed, (0, 0, 8_000, 8_000)) == len(set(strays))
    left, bottom, right, top = everything(placed) or (0, 0, 0, 0)
    assert all(left <= x <= right and bottom <= y <= top for x, y in strays)


def test_a_second_town_is_no_stray() -> None:
    far = [(x + 200_000, y) for x, y in TOWN[: len(TOWN) // 2]]
    assert extent_of([layer(TOWN + far)]) == (0, 0, 204_000, 8_000)


def test_places_that_thin_out_are_no_strays() -> None:
    """Towns of a wide county: ever farther apart, without one wide gap."""
    places = [(1_000.0 * 1.5**n, 0.0) for n in range(20)]
    assert bulk(np.array([(x, y, x, y) for x, y in places])).all()


@pytest.mark.parametrize(("times", "astray"), [(GAP * 0.99, 0), (GAP * 1.01, 1)])
def test_both_sides_of_the_gap(times: float, astray: int) -> None:
    near = [(float(x), 0.0) for x in range(-10_000, 10_001, 1_000)]
    boxes = np.array([(x, y, x, y) for x, y in [*near, (10_000.0 * times, 0.0)]])
    boxes[:, [0, 2]] -= np.median(boxes[:, 0])
    middle = np.abs(boxes[:, 0] - np.median(boxes[:, 0]))
    boxes[-1, [0, 2]] = np.sort(middle)[-2] * times
    assert int((~bulk(boxes)).sum()) == astray


def test_of_few_places_and_of_a_fifth_none_is_astray() -> None:
    few = np.array([(0.0, 0, 0, 0)] * (FEWEST - 2) + [(1e6, 0, 1e6, 0)])
    assert bulk(few).all()
    many = np.array([(float(x), 0, float(x), 0) for x in range(8)] + [(1e6, 0, 1e6, 0)] * 3)
    assert 1 - BULK < 3 / 11
    assert bulk(many).all()


def test_areas_are_judged_as_places_are_and_context_is_not_counted() -> None:
    tracts = [box(x, y, x + 2_000, y + 2_000) for x, y in TOWN]
    far = box(3e6, 3e6, 3e6 + 2_000, 3e6 + 2_000)
    need = (Layer("need", name("need"), "need_area", POLYGON), gpd.GeoDataFrame({"id": range(26)}, geometry=[*tracts, far], crs="EPSG:3310"))
    stations = layer([(5e6, 5e6)], "reference")
    assert extent_of([need, stations]) == (0, 0, 10_000, 10_000)
    assert beyond([need, stations], (0, 0, 10_000, 10_000)) == 1
    assert everything([need, stations]) == (0, 0, 3e6 + 2_000, 3e6 + 2_000)


def test_rows_without_a_place_are_left_out() -> None:
    placed = layer(TOWN)
    frame = placed[1].copy()
    frame.loc[0, "geometry"] = None
    assert extent_of([(placed[0], frame)]) == (0, 0, 8_000, 8_000)
    assert extent_of([]) is None
    assert everything([]) is None
