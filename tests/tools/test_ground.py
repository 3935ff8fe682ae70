"""The ground of the starter: the places people ask for are where they are, roads where they run, and it stays small."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from ecomap.io.starter import load_starter
from ecomap.model import vocabulary as v
from ecomap.model.assets import boundaries_dir
from ecomap.model.errors import InputError
from ecomap.model.layer import MIXED
from tools.starter.ground import _require_there
from tools.starter.reviewed import read_reviewed


@pytest.fixture(scope="module")
def ground() -> gpd.GeoDataFrame:
    project = load_starter("los-angeles")
    layer = project.layer("ground")
    assert (layer.role, layer.geometry) == (v.GROUND, MIXED)
    return project.frame("ground")


def at(longitude: float, latitude: float, ground: gpd.GeoDataFrame) -> shapely.Point:
    return gpd.GeoSeries([shapely.Point(longitude, latitude)], crs="EPSG:4326").to_crs(ground.crs).iloc[0]


# Where they are known to be: town halls, stations, crossings.
PLACES = (
    ("Boyle Heights", v.NEIGHBOURHOOD, -118.205, 34.034), ("San Pedro", v.NEIGHBOURHOOD, -118.292, 33.736), ("Pacoima", v.NEIGHBOURHOOD, -118.411, 34.263),
    ("Griffith Park", v.PARK, -118.294, 34.137), ("South Park", v.NEIGHBOURHOOD, -118.269, 33.995), ("Watts", v.NEIGHBOURHOOD, -118.243, 33.940),
    ("Koreatown", v.NEIGHBOURHOOD, -118.300, 34.062), ("Venice", v.NEIGHBOURHOOD, -118.461, 33.993), ("Long Beach", v.CITY_NAME, -118.193, 33.770),
    ("Inglewood", v.CITY_NAME, -118.353, 33.962), ("Pasadena", v.CITY_NAME, -118.144, 34.148), ("La Cañada Flintridge", v.CITY_NAME, -118.201, 34.204),
    ("East Los Angeles", v.CITY_NAME, -118.172, 34.024), ("Elysian Park", v.PARK, -118.240, 34.082),
)


@pytest.mark.parametrize(("name", "kind", "longitude", "latitude"), PLACES, ids=lambda value: str(value))
def test_a_place_is_where_it_is(ground: gpd.GeoDataFrame, name: str, kind: str, longitude: float, latitude: float) -> None:
    found = ground[(ground[v.NAME] == name) & (ground[v.KIND] == kind)]
    assert len(found) == 1
    assert found.geometry.iloc[0].distance(at(longitude, latitude, ground)) < 500


ROADS = (
    ("I-110", -118.281, 33.93), ("SR-110", -118.223, 34.085), ("I-5", -118.263, 34.120), ("US-101", -118.330, 34.109), ("I-10", -118.330, 34.035),
    ("I-405", -118.473, 34.075), ("I-105", -118.300, 33.928), ("I-210", -118.145, 34.152), ("I-605", -118.029, 34.03), ("I-710", -118.176, 33.99),
    ("SR-2", -118.225, 34.155), ("SR-60", -118.08, 34.03), ("SR-91", -118.21, 33.874), ("SR-118", -118.50, 34.274), ("SR-134", -118.25, 34.156),
    ("SR-170", -118.395, 34.19), ("SR-57", -117.825, 33.98), ("SR-14", -118.45, 34.39), ("SR-1", -118.60, 34.036), ("SR-90", -118.425, 33.984),
)


@pytest.mark.parametrize(("shield", "longitude", "latitude"), ROADS, ids=lambda value: str(value))
def test_a_road_runs_where_it_runs(ground: gpd.GeoDataFrame, shield: str, longitude: float, latitude: float) -> None:
    """Places on the road that were not used to name it; its line is published at about one to a million."""
    found = ground[ground[v.SHIELD] == shield]
    assert found.distance(at(longitude, latitude, ground)).min() < 1_500


STREETS = (
    ("Western Avenue", -118.309, 34.03), ("Wilshire Boulevard", -118.33, 34.062), ("Ventura Boulevard", -118.449, 34.151), ("Crenshaw Boulevard", -118.331, 33.99),
    ("Sherman Way", -118.50, 34.201), ("Imperial Highway", -118.30, 33.931), ("Hollywood Boulevard", -118.32, 34.1015),
)


@pytest.mark.parametrize(("name", "longitude", "latitude"), STREETS, ids=lambda value: str(value))
def test_a_main_street_runs_where_it_runs(ground: gpd.GeoDataFrame, name: str, longitude: float, latitude: float) -> None:
    found = ground[(ground[v.NAME] == name) & (ground[v.KIND] == v.ROAD)]
    assert found.distance(at(longitude, latitude, ground)).min() < 400


@pytest.mark.parametrize(("name", "longitude", "latitude"), [("Metro A Line", -118.224, 33.897), ("Metro B Line", -118.339, 34.1017), ("Metro C Line", -118.30, 33.929)])
def test_rail_runs_by_its_stations(ground: gpd.GeoDataFrame, name: str, longitude: float, latitude: float) -> None:
    found = ground[(ground[v.NAME] == name) & (ground[v.KIND] == v.RAIL)]
    assert found.distance(at(longitude, latitude, ground)).min() < 300


def test_a_street_is_named_only_where_addresses_on_it_stand_beside_its_line(ground: gpd.GeoDataFrame) -> None:
    rows = read_reviewed(boundaries_dir() / "ground_streets_reviewed.csv")
    assert {row["name"] for row in rows} == set(ground[ground[v.KIND] == v.ROAD][v.NAME]) - {""}
    assert all(int(row["beside"]) >= 0.55 * int(row["addresses"]) >= 2 for row in rows)


def test_the_sea_is_off_the_coast_and_no_school_stands_in_it(ground: gpd.GeoDataFrame) -> None:
    sea = ground[ground[v.NAME] == "Pacific Ocean"].geometry.iloc[0]
    for longitude, latitude in ((-118.55, 33.99), (-118.50, 33.80), (-118.20, 33.70)):
        assert sea.contains(at(longitude, latitude, ground))
    for longitude, latitude in ((-118.42, 33.39), (-118.25, 34.05), (-118.292, 33.736)):  # Catalina is an island
        assert not sea.contains(at(longitude, latitude, ground))
    schools = load_starter("los-angeles").frame("schools")
    assert not schools[schools.geometry.notna()].intersects(sea).any()


def test_it_is_small_and_every_row_is_of_the_list(ground: gpd.GeoDataFrame) -> None:
    assert (boundaries_dir() / "los-angeles" / "ground.csv").stat().st_size < 1_000_000
    assert set(ground[v.KIND]) <= set(v.GROUND_KINDS)
    assert set(ground[v.RANK]) <= set(v.GROUND_RANKS)
    assert ground[v.ID].is_unique
    assert ground.is_valid.all()
    assert not ground[v.NAME].str.contains("Ã").any()


def test_a_road_that_is_elsewhere_in_the_file_stops_the_compiler() -> None:
    row = read_reviewed(boundaries_dir() / "ground_roads_reviewed.csv")[-1]
    box = shapely.box(*(float(row[side]) for side in ("west", "south", "east", "north")))
    read = gpd.GeoDataFrame(geometry=[box] * (int(row["row"]) + 1), crs="EPSG:4326")
    _require_there(read, row)
    for moved in (read.set_geometry(read.translate(0.003, 0)), read.iloc[:5]):
        with pytest.raises(InputError, match="is not where"):
            _require_there(moved, row)


def test_every_freeway_has_a_number_and_was_reviewed() -> None:
    rows = read_reviewed(Path(boundaries_dir()) / "ground_roads_reviewed.csv")
    assert len({row["row"] for row in rows}) == len(rows) == 92
    assert all(row["shield"] for row in rows if row["kind"] == v.FREEWAY)
    assert all(row["note"] and row["date_checked"] for row in rows)
