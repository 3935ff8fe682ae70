"""Whichever project a file comes into, its places are the same; and where a shift of datums is not known, it is said."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import Point

from ecomap.io.reading import read_source
from ecomap.io.reading.layers import TOGETHER
from ecomap.io.table import check_table
from ecomap.io.table.places.shift import of_satellites, shifted

# Systems of a state, two lands, two hemispheres, feet, the web and the whole country.
PROJECTS = ("EPSG:3310", "EPSG:32611", "EPSG:32630", "EPSG:2229", "EPSG:26711", "EPSG:5070", "EPSG:3857", "EPSG:32733")
AS_UTM = Transformer.from_crs("EPSG:4267", "EPSG:26711", always_xy=True).transform(-118.249108607, 34.049992496)  # one datum: nothing is shifted
# A place in degrees of WGS 84, as it is written on a datum of before satellites, and how well EPSG knows the shift (m).
OLD = (
    ("EPSG:4267", -118.249108607, 34.049992496, -118.25, 34.05, 8),      # Los Angeles on NAD27
    ("EPSG:26711", *AS_UTM, -118.25, 34.05, 8),                          # the same in metres
    ("EPSG:27700", 651409.903, 313177.270, 1.716038, 52.657977, 8),      # the water tower at Caister, the Ordnance Survey's own example
    ("EPSG:4301", 139.770, 35.678, 139.76678, 35.68124, 15),             # Tokyo, whose datum lies 450 m off
)


def apart_m(shape: Point, system: str, lon: float, lat: float) -> float:
    east, north = Transformer.from_crs(system, "EPSG:4326", always_xy=True).transform(shape.x, shape.y)
    return float(np.hypot((east - lon) * np.cos(np.radians(lat)), north - lat) * 111_195)


@pytest.mark.parametrize("project", PROJECTS)
@pytest.mark.parametrize(("system", "x", "y", "lon", "lat", "error"), OLD)
def test_an_old_datum_is_shifted_whatever_the_project_is_measured_in(
    project: str, system: str, x: float, y: float, lon: float, lat: float, error: float
) -> None:
    found = shifted([Point(x, y)], system, project)
    assert apart_m(found.shapes[0], project, lon, lat) < error
    assert not found.rough.any()


def test_libraries_lose_the_shift_without_a_word() -> None:
    """The trap: a system that is used elsewhere has no shift in common with the file's, and the degrees are taken as they stand."""
    plain = gpd.GeoSeries([Point(OLD[0][1], OLD[0][2])], crs="EPSG:4267").to_crs("EPSG:32630")
    assert 75 < apart_m(plain[0], "EPSG:32630", -118.25, 34.05) < 95


def test_what_has_no_known_shift_is_told() -> None:
    unknown = "+proj=longlat +ellps=clrk66 +no_defs"
    found = shifted([Point(-118.25, 34.05), None, Point()], unknown, "EPSG:32611")
    assert found.rough.tolist() == [True, False, False]
    assert shifted([Point(-118.25, 34.05)], "+proj=longlat +ellps=clrk66 +towgs84=-8,160,176 +no_defs", "EPSG:32611").rough.tolist() == [False]
    assert shifted([Point(-118.25, 34.05)], unknown, unknown).rough.tolist() == [False]  # nothing is to be shifted


def test_todays_datums_are_never_rough() -> None:
    for system in ("EPSG:4269", "EPSG:6318", "EPSG:4258", "EPSG:4283", "EPSG:4322"):
        assert not shifted([Point(2.35, 48.85), Point(-118.25, 34.05)], system, "EPSG:32631").rough.any()
    assert [of_satellites(gpd.GeoSeries(crs=code).crs) for code in ("EPSG:6933", "EPSG:27700")] == [True, False]


def test_shapes_heights_and_nothing_come_through() -> None:
    area = shapely.box(-118.3, 34.0, -118.2, 34.1)
    given = [Point(-118.25, 34.05, 80), area, None, Point(), Point(-118.2, 34.0)]
    found = shifted(given, "EPSG:4326", "EPSG:32611").shapes
    same = gpd.GeoSeries(given, crs="EPSG:4326").to_crs("EPSG:32611")
    assert [one is None or one.equals_exact(other, 1e-6) for one, other in zip(found, same)] == [True] * 5
    assert (found[0].z, found[1].has_z, found[2], found[3].is_empty) == (80, False, None, True)
    assert (given[1].equals(area), given[4].x) == (True, -118.2)  # what came in is as it was


@pytest.mark.parametrize("target", ["EPSG:3310", "EPSG:32630"])
def test_a_table_on_an_old_datum_lies_where_it_belongs(target: str) -> None:
    frame = gpd.GeoDataFrame({"name": ["Elm"]}, geometry=[Point(OLD[0][1], OLD[0][2])], crs="EPSG:4267")
    found = check_table(frame, target_crs=target, fit=False, shapes=("point",), name="name")
    assert apart_m(found.frame.geometry[0], target, -118.25, 34.05) < 8
    assert not [line for line in found.lines if "datum" in str(line.text)]


def test_a_table_on_an_unknown_datum_says_so_with_its_rows() -> None:
    shapes = [Point(-118.25, 34.05), Point(-118.3, 34.1)]
    frame = gpd.GeoDataFrame({"name": ["Elm", "Oak"]}, geometry=shapes, crs="+proj=longlat +ellps=clrk66 +no_defs")
    found = check_table(frame, target_crs="EPSG:3310", fit=False, shapes=("point",), name="name")
    (line,) = [line for line in found.lines if "datum" in str(line.text)]
    assert (line.kind, line.count, line.examples) == ("caution", 2, ("Elm", "Oak"))


def test_layers_read_as_one_are_shifted_too(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    gpd.GeoDataFrame({"name": ["Thames"]}, geometry=[Point(699300, 5709700)], crs="EPSG:32630").to_file(path, layer="a")
    gpd.GeoDataFrame({"name": ["Elm"]}, geometry=[Point(OLD[0][1], OLD[0][2])], crs="EPSG:4267").to_file(path, layer="b")
    raw = read_source(path, prefer=TOGETHER)
    elm = raw.frame.geometry[raw.frame["name"] == "Elm"].iloc[0]
    assert apart_m(elm, str(raw.crs), -118.25, 34.05) < 8
