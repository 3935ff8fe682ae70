"""Where on Earth rows lie: the bulk and the strays, axes and signs, the system of projected numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.geometry import MultiPoint, Point, box

from ecomap.io.table import check_table
from ecomap.io.table.gate import Checked
from ecomap.io.table.places.bulk import find_bulk, fitting_system, how_far
from ecomap.io.table.places.known_systems import common_systems, likely_systems
from ecomap.io.table.places.regions import LAND, SEA, country_of, ground, regions, state_of, where
from ecomap.model.errors import InputError
from ecomap.model.understanding import Doubt
from ecomap.model.vocabulary import PLACE_IN_FILE

# name, country, latitude, longitude: one town on every shore and both sides of both zeros
CITIES = tuple(
    (name, country, float(lat), float(lon)) for name, country, lat, lon in (line.split() for line in """
Chicago US 41.85 -87.65
New_York US 40.72 -73.95
Los_Angeles US 34.05 -118.25
Seattle US 47.61 -122.33
Boston US 42.36 -71.06
Miami US 25.77 -80.22
Houston US 29.76 -95.37
Anchorage US 61.20 -149.90
Honolulu US 21.32 -157.86
San_Juan PR 18.42 -66.06
Toronto CA 43.67 -79.40
Ottawa CA 45.42 -75.70
Vancouver CA 49.25 -123.10
Mexico_City MX 19.43 -99.14
Havana CU 23.12 -82.38
Bogota CO 4.65 -74.08
Lima PE -12.05 -77.04
Santiago CL -33.45 -70.66
Buenos_Aires AR -34.62 -58.44
Sao_Paulo BR -23.55 -46.63
Brasilia BR -15.79 -47.90
Glasgow GB 55.86 -4.25
Cardiff GB 51.49 -3.18
Belfast GB 54.60 -5.93
Dublin IE 53.34 -6.27
Lisbon PT 38.73 -9.14
Berlin DE 52.52 13.40
Rome IT 41.90 12.49
Athens GR 37.98 23.73
Stockholm SE 59.33 18.06
Oslo NO 59.91 10.75
Warsaw PL 52.23 21.01
Kyiv UA 50.45 30.52
Moscow RU 55.75 37.62
Istanbul TR 41.02 28.97
Lagos NG 6.52 3.38
Nairobi KE -1.29 36.82
Johannesburg ZA -26.20 28.05
Cape_Town ZA -33.93 18.46
Addis_Ababa ET 9.03 38.75
Dubai AE 25.20 55.28
Tehran IR 35.70 51.40
Karachi PK 24.90 67.05
Delhi IN 28.64 77.22
Mumbai IN 19.08 72.88
Dhaka BD 23.77 90.40
Bangkok TH 13.75 100.52
Jakarta ID -6.20 106.83
Manila PH 14.60 120.98
Hong_Kong HK 22.32 114.17
Shanghai CN 31.23 121.47
Tokyo JP 35.69 139.69
Seoul KR 37.56 126.98
Sydney AU -33.87 151.10
Auckland NZ -36.87 174.77
Suva FJ -18.12 178.44
Reykjavik IS 64.13 -21.90
Nuuk GL 64.18 -51.72
Casablanca MA 33.57 -7.59
Dakar SN 14.72 -17.45
""".strip().splitlines()))
OFFSETS = ((0, 0), (0.01, 0.02), (-0.02, 0.01), (0.015, -0.01), (-0.01, -0.015), (0.005, 0.005))
WRONG: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "swapped": lambda lat, lon: (lon, lat), "no minus or one too many": lambda lat, lon: (lat, -lon), "upside down": lambda lat, lon: (-lat, lon),
    "swapped and turned": lambda lat, lon: (-lon, lat),
}


def points(pairs: list[tuple[float, float]], **columns: Any) -> pd.DataFrame:
    """Rows a0, a1 ... at (latitude, longitude)."""
    return pd.DataFrame({"name": [f"a{n}" for n in range(len(pairs))], "lat": [f"{lat:.5f}" for lat, _ in pairs],
                         "lon": [f"{lon:.5f}" for _, lon in pairs], **columns})


def town(lat: float, lon: float) -> list[tuple[float, float]]:
    return [(lat + north, lon + east) for north, east in OFFSETS]


def placed(frame: pd.DataFrame, **how: Any) -> Checked:
    how = {"target_crs": "", "fit": True, "shapes": ("point",), "name": "name", "longitude": "lon", "latitude": "lat", **how}
    return check_table(frame, **how)


def degrees(found: Checked) -> list[tuple[float, float] | None]:
    shapes = found.frame.geometry.to_crs("EPSG:4326")
    return [None if shape is None else (round(shape.y, 4), round(shape.x, 4)) for shape in shapes]


def lines(found: Checked, kind: str) -> list[tuple[str, int | None]]:
    return [(str(line.text), line.count) for line in found.lines if line.kind == kind]


# --- facts ------------------------------------------------------------------------------------------------------------


def test_every_region_has_a_box_with_sides() -> None:
    for one in regions():
        for west, south, east, north in one.boxes:
            assert -180 <= west < east <= 180, one
            assert -90 <= south < north <= 90, one


@pytest.mark.parametrize(("name", "country", "lat", "lon"), CITIES)
def test_every_city_stands_on_land_in_its_country(name: str, country: str, lat: float, lon: float) -> None:
    found = country_of(country)
    assert found is not None
    assert found.holds(lon, lat, 0.1), name
    assert ground(lon, lat) != SEA


def test_the_sea_and_the_poles_are_no_land() -> None:
    assert ground([0, -140, 60, 0], [0, 30, -30, -89]).tolist() == [SEA] * 4
    assert ground(-87.65, 41.85) == LAND
    assert (where(0, -89), where(-140, 30), where(36.8, -1.29)) == ("Antarctica", "the open sea", "Kenya or Tanzania")


def test_names_and_codes_of_places_are_understood() -> None:
    for text in ("United States", "USA", "us", "US", "U.S.A."):
        found = country_of(text)
        assert found is not None, text
        assert found.code == "US", text
    scotland, ontario = state_of("Scotland"), state_of("ON")
    assert scotland is not None
    assert ontario is not None
    assert (scotland.within, ontario.within) == ("GB", "CA")
    california, canada = state_of("CA"), country_of("CA")
    assert california is not None
    assert canada is not None
    assert (california.name, canada.name) == ("California", "Canada")
    assert country_of("Elementary") is None
    assert state_of("Elementary") is None


# --- the bulk and its strays -----------------------------------------------------------------------------------------


def test_one_row_at_the_pole_does_not_choose_the_system() -> None:
    found = placed(points([(40.76, -73.98), (40.71, -73.74), (40.66, -73.95), (-90.0, -142.8)]))
    assert str(found.frame.crs) == "EPSG:32618"
    assert degrees(found)[3] is None
    assert found.kept == 4
    stray = next(line for line in found.lines if line.kind == "caution")
    assert stray.count == 1
    assert [str(one) for one in stray.examples] == ["a3: 9,028 mi south of the other rows"]
    assert found.frame[PLACE_IN_FILE].tolist()[3] == "-90.00000, -142.79870" or found.frame[PLACE_IN_FILE].tolist()[3].startswith("-90.00000")


@pytest.mark.parametrize(("far", "way"), [((-33.0, -70.0), "south"), ((41.0, 100.0), "north"), ((40.7, -100.0), "west"), ((55.0, 12.0), "north-east")])
def test_a_row_on_another_continent_is_listed_with_its_way(far: tuple[float, float], way: str) -> None:
    found = placed(points([*town(40.72, -73.95), far]))
    assert str(found.frame.crs) == "EPSG:32618"
    assert degrees(found)[-1] is None
    assert any(f"{way} of the other rows" in str(one) for line in found.lines for one in line.examples)


@pytest.mark.parametrize(("rows", "island"), [
    (town(34.05, -118.25), (33.39, -118.42)),           # Santa Catalina
    (town(34.05, -118.25), (34.01, -119.80)),           # Santa Cruz Island
    (town(21.32, -157.86), (23.75, -166.15)),           # French Frigate Shoals
    (town(61.20, -149.90), (51.88, -176.65)),           # Adak
    ([*town(55.86, -4.25), *town(57.15, -2.1), *town(58.2, -6.38)], (60.15, -1.15)),  # Shetland
])
def test_islands_that_belong_are_no_strays(rows: list[tuple[float, float]], island: tuple[float, float]) -> None:
    found = placed(points([*rows, island]))
    assert None not in degrees(found)


def test_each_side_of_the_distance_that_makes_a_stray() -> None:
    rows = town(39.75, -86.15)
    for degrees_west, astray in ((1.6, False), (2.0, True)):  # 137 km and 171 km from the bulk, which is 4 km wide
        found = find_bulk(np.array([lon for _, lon in rows] + [-86.165 - degrees_west]), np.array([lat for lat, _ in rows] + [39.75]))
        assert found is not None
        if astray:  # a group of its own starts beyond the reach of the cells
            found = find_bulk(np.array([lon for _, lon in rows] + [-86.165 - 3.2]), np.array([lat for lat, _ in rows] + [39.75]))
            assert found is not None
            assert found.strays.tolist() == [False] * 6 + [True]
        else:
            assert not found.strays.any()


def test_towns_all_over_a_country_have_no_strays_but_the_pole_is_one() -> None:
    cities = [(lat, lon) for _, country, lat, lon in CITIES if country in ("US", "CA")]
    found = find_bulk(np.array([lon for _, lon in cities] + [0.0]), np.array([lat for lat, _ in cities] + [-90.0]))
    assert found is not None
    assert found.strays.tolist() == [False] * len(cities) + [True]


def test_more_than_a_third_far_away_are_a_part_of_the_layer() -> None:
    rows = town(40.72, -73.95)
    for far, astray in ((3, 3), (4, 0)):
        every = [*rows, *town(34.05, -118.25)[:far]]
        found = find_bulk(np.array([lon for _, lon in every]), np.array([lat for lat, _ in every]))
        assert found is not None
        assert found.strays.sum() == astray


def test_the_projects_places_say_which_of_two_is_the_stray() -> None:
    rows = [(41.85, -87.65), (-33.0, -70.0)]
    found = placed(points(rows), expected=(-87.9, 41.6, -87.5, 42.0), target_crs="EPSG:32616", fit=False)
    assert [one is None for one in degrees(found)] == [False, True]


def test_the_system_near_a_seam_is_that_of_the_bulk_and_poles_are_refused() -> None:
    for lon, zone in ((-78.01, 17), (-77.99, 18)):
        found = find_bulk(np.array([lon]), np.array([43.0]))
        assert found is not None
        assert fitting_system(found, "") == f"EPSG:326{zone}"
    fiji = find_bulk(np.array([179.4, -179.4, 179.2, 178.6]), np.array([-17.0, -17.1, -17.2, -18.0]))
    assert fiji is not None
    assert fitting_system(fiji, "") == "EPSG:32760"
    pole = find_bulk(np.array([10.0, 11.0]), np.array([88.0, 88.1]))
    assert pole is not None
    with pytest.raises(InputError, match="pole"):
        fitting_system(pole, "EPSG:3310")


def test_ways_are_named_by_the_compass() -> None:
    here = (-90.0, 40.0, -89.9, 40.1)
    assert str(how_far(-90.0, 17.4, here)).endswith("south of the other rows")
    assert str(how_far(-95.0, 40.0, here)).endswith("west of the other rows")


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(CITIES), st.floats(-80, 80), st.floats(-179, 179), st.randoms(use_true_random=False))
def test_a_far_row_changes_nothing_about_the_others(city: tuple[str, str, float, float], lat: float, lon: float, order: Any) -> None:
    rows = town(city[2], city[3])
    country = [city[1]] * 6
    alone = placed(points(rows, country=country))
    mixed = list(range(7))
    order.shuffle(mixed)
    every = points([*rows, (lat, lon)], country=[*country, city[1]]).iloc[mixed].reset_index(drop=True)
    every = every[list(reversed(every.columns))]
    found = placed(every)
    assert str(found.frame.crs) == str(alone.frame.crs)
    kept = dict(zip(found.frame["name"], degrees(found)))
    assert [kept[f"a{n}"] for n in range(6)] == degrees(alone)


# --- axes and signs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "country", "lat", "lon"), CITIES)
@pytest.mark.parametrize("way", ["", *WRONG])
def test_any_city_is_put_right_by_the_projects_areas(name: str, country: str, lat: float, lon: float, way: str) -> None:
    rows = town(lat, lon)
    written = [WRONG[way](*row) for row in rows] if way else rows
    found = placed(points(written), expected=(lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05))
    assert degrees(found) == [(round(a, 4), round(b, 4)) for a, b in rows], name
    assert bool(lines(found, "mended")) == bool(way)


@pytest.mark.parametrize("way", ["", "swapped", "no minus or one too many"])
def test_any_city_is_put_right_by_its_country(way: str) -> None:
    for name, country, lat, lon in CITIES:
        land, rows = country_of(country), town(lat, lon)
        assert land is not None
        if way and land.holds(*reversed(WRONG[way](lat, lon))):
            continue  # Fiji lies on both sides of the date line
        written = [WRONG[way](*row) for row in rows] if way else rows
        found = placed(points(written, country=[country] * 6))
        assert degrees(found) == [(round(a, 4), round(b, 4)) for a, b in rows], name


def test_any_city_without_evidence_is_mended_asked_or_said() -> None:
    """The right ones stand; of the swapped ones none gets away without a word."""
    for name, _, lat, lon in CITIES:
        right = placed(points(town(lat, lon)))
        assert degrees(right) == [(round(a, 4), round(b, 4)) for a, b in town(lat, lon)], name
        asked: Doubt | None = None
        try:
            found = placed(points([(b, a) for a, b in town(lat, lon)]))
        except InputError as problem:
            asked = problem.doubts[0]
        if asked is not None:
            assert (asked.code, asked.needed, asked.taken) == ("axes", True, "")
            continue
        good = degrees(found) == [(round(a, 4), round(b, 4)) for a, b in town(lat, lon)]
        assert good or any(doubt.code == "axes" for doubt in found.doubts), name


@pytest.mark.parametrize(("columns", "lat", "lon"), [
    ({"state": "IL"}, 40.0, 90.0), ({"zip": "62701"}, 40.0, 90.0), ({"GEOID": "17031010100"}, 41.85, 87.65), ({"ST": "Kansas"}, 38.0, 97.0),
    ({"country": "Kenya"}, 36.82, -1.29), ({"postcode": "G12 8QQ"}, -4.25, 55.86), ({"DataZone": "S01010265"}, -4.25, 55.86),
    ({"province": "ON"}, 45.42, 75.7), ({"Postal Code": "K1A 0B1"}, 45.42, 75.7),
])
def test_the_files_own_columns_put_it_right(columns: dict[str, str], lat: float, lon: float) -> None:
    cells = {key: [value if key not in ("GEOID", "DataZone") else value[:-1] + str(n) for n in range(6)] for key, value in columns.items()}
    found = placed(points(town(lat, lon), **cells))
    assert lines(found, "mended")
    assert found.doubts
    said = " ".join(text for text, _ in lines(found, "mended"))
    assert "column" in said
    assert all(one is not None for one in degrees(found))


def test_columns_that_contradict_every_reading_decide_nothing() -> None:
    rows = town(40.72, -73.95)
    assert degrees(placed(points(rows, state=["AL"] * 6))) == [(round(a, 4), round(b, 4)) for a, b in rows]


def test_two_of_six_are_found_and_named() -> None:
    rows = town(41.85, -87.65)
    for turn, told in ((WRONG["swapped"], "each other's place"), (WRONG["no minus or one too many"], "minus sign of the longitude was missing")):
        found = placed(points([turn(*row) if n in (1, 3) else row for n, row in enumerate(rows)]))
        assert degrees(found) == [(round(a, 4), round(b, 4)) for a, b in rows]
        line = next(line for line in found.lines if line.kind == "mended")
        assert told in line.text
        assert line.count == 2
        assert line.examples == ("a1", "a3")


def test_a_minus_too_many_among_others() -> None:
    rows = town(-1.29, 36.82)
    found = placed(points([rows[0], (-1.29, -36.83), (1.3, 36.81), *rows[3:]]))
    assert all(one is not None and one[0] < 0 < one[1] for one in degrees(found))
    assert sum(count or 0 for _, count in lines(found, "mended")) == 2


def test_what_a_person_says_is_obeyed() -> None:
    rows = [(b, a) for a, b in town(-1.29, 36.82)]
    doubt = placed(points(rows)).doubts[0]
    evidence = " ".join(map(str, doubt.evidence))
    assert (doubt.code, doubt.taken, doubt.needed) == ("axes", "swapped", False)
    assert "Kenya" in evidence
    assert "the open sea" in evidence
    assert degrees(placed(points(rows), answers={"axes": "swapped"})) == [(round(b, 4), round(a, 4)) for a, b in rows]
    stays = placed(points(rows), answers={"axes": "as_written"})
    assert degrees(stays) == [(round(a, 4), round(b, 4)) for a, b in rows]
    london = points([(b, a) for a, b in town(51.51, -0.11)])  # as written the Atlantic; exchanged England, with the other sign Brazil
    with pytest.raises(InputError) as asked:
        placed(london)
    assert asked.value.details["doubt"] == "axes"
    assert asked.value.doubts[0].taken == ""
    assert placed(london, answers={"axes": "swapped"}).frame.to_crs("EPSG:4326").geometry.y.min() > 51
    lost = points(town(40.0, 90.0))
    assert placed(lost, answers={"sign": "west"}).frame.to_crs("EPSG:4326").geometry.x.max() < 0
    assert placed(lost, answers={"sign": "as_written"}).frame.to_crs("EPSG:4326").geometry.x.min() > 0


def test_shapes_with_their_axes_exchanged_are_turned() -> None:
    shapes = [box(41.8 + n / 100, -87.7, 41.81 + n / 100, -87.69) for n in range(4)]
    frame = gpd.GeoDataFrame({"name": list("abcd")}, geometry=shapes, crs="EPSG:4326")
    found = check_table(frame, target_crs="", fit=True, name="name")
    west, south, east, north = found.frame.to_crs("EPSG:4326").total_bounds
    assert (-87.71 < west < east < -87.68)
    assert (41.79 < south < north < 41.86)


# --- systems ----------------------------------------------------------------------------------------------------------


def projected(code: str, lat: float, lon: float) -> pd.DataFrame:
    to = Transformer.from_crs("EPSG:4326", code, always_xy=True)
    xy = [to.transform(b, a) for a, b in town(lat, lon)]
    return pd.DataFrame({"name": [f"a{n}" for n in range(6)], "lon": [f"{x:.2f}" for x, _ in xy], "lat": [f"{y:.2f}" for _, y in xy]})


@pytest.mark.parametrize(("code", "lat", "lon"), [
    ("EPSG:2229", 34.05, -118.25), ("EPSG:3435", 41.85, -87.65), ("EPSG:2263", 40.72, -73.95), ("EPSG:27700", 55.86, -4.25),
    ("EPSG:26918", 40.72, -73.95), ("EPSG:2193", -36.87, 174.77), ("EPSG:32737", -1.29, 36.82), ("EPSG:3857", 45.42, -75.7), ("EPSG:25833", 52.52, 13.4),
])
def test_metres_and_feet_are_asked_about_with_the_systems_of_the_place(code: str, lat: float, lon: float) -> None:
    frame = projected(code, lat, lon)
    with pytest.raises(InputError) as asked:
        placed(frame, expected=(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1))
    doubt = asked.value.doubts[0]
    assert doubt.code == "crs"
    assert doubt.needed
    assert code in asked.value.details["candidates"]
    assert [option.value for option in doubt.options] == asked.value.details["candidates"]
    assert degrees(placed(frame, answers={"crs": code})) == [(pytest.approx(a, abs=2e-4), pytest.approx(b, abs=2e-4)) for a, b in town(lat, lon)]


def test_no_hint_names_another_place() -> None:
    with pytest.raises(InputError) as asked:
        placed(projected("EPSG:27700", 55.86, -4.25))
    assert "California" not in asked.value.hint
    assert "Angeles" not in asked.value.hint
    assert "EPSG:2229" not in asked.value.details["candidates"]
    with pytest.raises(InputError) as asked:
        placed(projected("EPSG:27700", 55.86, -4.25).assign(postcode="G12 8QQ"))
    assert asked.value.details["candidates"] == ["EPSG:27700"]
    assert "Scotland" in asked.value.hint


def test_the_list_of_systems_is_of_the_place() -> None:
    glasgow = [code for code, _ in common_systems((-4.4, 55.8, -4.1, 55.9))]
    angeles = [code for code, _ in common_systems((-118.5, 33.9, -118.0, 34.2))]
    assert "EPSG:27700" in glasgow
    assert "EPSG:2229" not in glasgow
    assert {"EPSG:2229", "EPSG:3310", "EPSG:4269"} <= set(angeles)
    assert [code for code, _ in common_systems(None)] == ["EPSG:4326", "EPSG:3857"]
    assert likely_systems(np.array([[6.4e6, 1.8e6]]), ()) == []


def test_degrees_under_a_system_in_feet_are_degrees() -> None:
    frame = gpd.GeoDataFrame({"name": list("ab")}, geometry=[Point(-87.65, 41.85), Point(-87.66, 41.86)], crs="EPSG:3435")
    found = check_table(frame, target_crs="", fit=True, shapes=("point",), name="name")
    assert degrees(found) == [(41.85, -87.65), (41.86, -87.66)]
    assert "its numbers are degrees" in lines(found, "mended")[0][0]


def test_small_numbers_on_the_ground_of_their_system_stay_metres() -> None:
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(10, 20)], crs="EPSG:3310")
    found = check_table(frame, target_crs="EPSG:3310", shapes=("point",), name="name")
    assert (found.frame.geometry.x[0], found.frame.geometry.y[0]) == (10, 20)


@pytest.mark.parametrize("stated", ['LOCAL_CS["a"]', 'ENGCRS["site",EDATUM["unknown"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'])
def test_a_local_system_says_nothing(stated: str) -> None:
    frame = gpd.GeoDataFrame({"name": list("ab")}, geometry=[Point(-87.65, 41.85), Point(-87.66, 41.86)], crs=stated)
    found = check_table(frame, target_crs="", fit=True, shapes=("point",), name="name")
    assert degrees(found)[0] == (41.85, -87.65)
    assert any("local coordinate system" in str(line.text) for line in found.lines)


def test_heights_in_a_system_do_no_harm() -> None:
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(-87.65, 41.85, 180.0)], crs="EPSG:5498")  # NAD83 with heights
    assert degrees(check_table(frame, target_crs="", fit=True, shapes=("point",), name="name"))[0] == (41.85, -87.65)


# --- shapes -----------------------------------------------------------------------------------------------------------


def test_two_points_in_one_row_become_one() -> None:
    shapes = [MultiPoint([(36.7988, -1.3104), (36.7980, -1.3073)]), MultiPoint([(36.78, -1.31)]), Point(36.79, -1.30)]
    frame = gpd.GeoDataFrame({"name": list("abc")}, geometry=shapes, crs="EPSG:4326")
    found = check_table(frame, target_crs="", fit=True, shapes=("point",), name="name")
    assert found.kept == 3
    assert set(found.frame.geometry.geom_type) == {"Point"}
    assert lines(found, "mended")[0][1] == 1


# --- the awkward files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "crs", "mended"), [
    ("07_chicago_swapped.csv", "EPSG:32616", 6), ("07b_nyc_swapped.csv", "EPSG:32618", 6), ("08c_la_two.csv", "EPSG:32611", 2),
    ("09_nominus.csv", "EPSG:32616", 6), ("h01_crs_outlier_schools.csv", "EPSG:32618", 0),
])
def test_awkward_tables_of_points(shared_data: Path, file: str, crs: str, mended: int) -> None:
    frame = pd.read_csv(shared_data / "awkward" / file, dtype=str).rename(
        columns={"latitude": "lat", "longitude": "lon", "school_name": "name"})
    found = placed(frame)
    assert str(found.frame.crs) == crs
    assert sum(count or 0 for _, count in lines(found, "mended")) == mended


def test_feet_of_a_state_that_the_register_knows_in_metres_only() -> None:
    near = (-90.31, 38.53, -90.18, 38.70)
    feet = np.array([[865_960.0, 992_782.0], [869_000.0, 1_000_000.0]])
    around = (near[0] - 1, near[1] - 1, near[2] + 1, near[3] + 1)
    assert [one.code for one in likely_systems(feet, (around,), near)] == ["ESRI:102696"]
    assert likely_systems(feet, (around,))[0].code == "ESRI:102696"
    assert not any(code.startswith("ESRI") for code, _ in common_systems(near))


def test_where_nothing_tells_the_place_nothing_is_called_likely() -> None:
    with pytest.raises(InputError) as asked:
        placed(projected("EPSG:2926", 47.6, -122.3))
    assert "likely" not in asked.value.hint
    assert "Ask its publisher" in asked.value.hint
