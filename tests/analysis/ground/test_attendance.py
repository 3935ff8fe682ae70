"""Estimated attendance areas: hand-worked squares, and the rules every set of schools must keep."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.ground.attendance import estimate_attendance_areas, links_of, schools_with_area
from ecomap.model.errors import InputError

SQUARE = shapely.box(0, 0, 1000, 1000)


def _schools(places: list[tuple[float, float]], **columns: Any) -> Any:
    count = len(places)
    given_columns = {
        "id": [f"1964733{number:07d}" for number in range(1, count + 1)],
        "name": [f"School {number}" for number in range(1, count + 1)],
        "levels": ["elementary"] * count, "governance": ["district"] * count, "residential_intake": [True] * count,
        **columns,
    }
    return gpd.GeoDataFrame(given_columns, geometry=gpd.points_from_xy(*zip(*places)), crs="EPSG:3310")


def test_four_schools_in_the_corners_share_the_square_equally() -> None:
    areas = estimate_attendance_areas(
        _schools([(250, 250), (750, 250), (250, 750), (750, 750)]), SQUARE, level="elementary"
    )
    assert areas.area.tolist() == pytest.approx([250_000] * 4)
    assert areas["id"].tolist()[0] == "elementary:19647330000001"
    assert set(areas["boundary"]) == {"estimated"}
    assert areas.geometry.iloc[0].equals(shapely.box(0, 0, 500, 500))


def test_a_single_school_gets_the_whole_district() -> None:
    areas = estimate_attendance_areas(_schools([(10, 10)]), gpd.GeoSeries([SQUARE], crs="EPSG:3310"), level="elementary")
    assert areas.geometry.iloc[0].equals(SQUARE)


def test_schools_at_one_point_share_an_area_named_after_the_smallest_id() -> None:
    schools = _schools([(250, 500), (750, 500), (250, 500)]).iloc[[2, 1, 0]]
    areas = estimate_attendance_areas(schools, SQUARE, level="elementary")
    assert areas["school_id"].tolist() == ["19647330000001", "19647330000002"]
    assert areas["shared_with"].tolist() == ["19647330000003", ""]
    links = links_of(areas)
    assert list(zip(links["area_id"], links["school_id"], links["kind"])) == [
        ("elementary:19647330000001", "19647330000001", "nearest"),
        ("elementary:19647330000001", "19647330000003", "nearest_shared_point"),
        ("elementary:19647330000002", "19647330000002", "nearest"),
    ]
    assert links["id"].is_unique


def test_only_district_schools_of_the_level_that_take_pupils_by_address_have_an_area() -> None:
    schools = _schools(
        [(100, 100), (200, 200), (300, 300), (400, 400)],
        levels=["elementary", "elementary", "middle", "elementary+middle"],
        governance=["district", "charter", "district", "district"],
        residential_intake=[False, True, True, True],
    )
    assert schools_with_area(schools, "elementary")["id"].tolist() == ["19647330000004"]
    assert schools_with_area(schools, "middle")["id"].tolist() == ["19647330000003", "19647330000004"]


def test_the_order_of_the_rows_does_not_matter() -> None:
    schools = _schools([(100, 100), (900, 120), (480, 730), (510, 20)])
    one = estimate_attendance_areas(schools, SQUARE, level="elementary")
    other = estimate_attendance_areas(schools.iloc[::-1], SQUARE, level="elementary")
    assert one["id"].tolist() == other["id"].tolist()
    assert one.geometry.geom_equals(other.geometry).all()


def test_no_school_of_the_level_is_said_plainly() -> None:
    with pytest.raises(InputError, match="No high school"):
        estimate_attendance_areas(_schools([(1, 1)]), SQUARE, level="high")
    with pytest.raises(InputError, match="no school level"):
        estimate_attendance_areas(_schools([(1, 1)]), SQUARE, level="secondary")


def test_an_empty_district_is_said_plainly() -> None:
    with pytest.raises(InputError, match="no boundary"):
        estimate_attendance_areas(_schools([(1, 1)]), shapely.Polygon(), level="elementary")


_PLACES = st.lists(
    st.tuples(st.integers(-200, 1200), st.integers(-200, 1200)), min_size=1, max_size=12, unique=True
)
_DISTRICT = shapely.Polygon([(0, 0), (1000, 0), (1000, 400), (500, 450), (1000, 1000), (100, 900)])


@settings(max_examples=60, deadline=None)
@given(_PLACES)
def test_areas_tile_the_district_without_overlap(places: list[tuple[int, int]]) -> None:
    areas = estimate_attendance_areas(_schools(places), _DISTRICT, level="elementary")
    assert areas.area.sum() == pytest.approx(_DISTRICT.area, rel=1e-9)
    assert areas.union_all().symmetric_difference(_DISTRICT).area < 1e-3


@settings(max_examples=60, deadline=None)
@given(_PLACES, st.tuples(st.floats(1, 999), st.floats(1, 999)))
def test_every_place_lies_in_the_area_of_its_nearest_school(
    places: list[tuple[int, int]], spot: tuple[float, float]
) -> None:
    schools = _schools(places)
    areas = estimate_attendance_areas(schools, SQUARE, level="elementary")
    here = shapely.Point(spot)
    home = areas[areas.distance(here) < 1e-6]["school_id"]
    distances = schools.set_index("id").distance(here)
    assert len(home) >= 1
    assert np.allclose(distances[home], distances.min(), atol=1e-5)
