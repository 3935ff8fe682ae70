"""Longitudes around the line where the day begins."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, Polygon, box

from ecomap.io.table import check_table
from ecomap.io.table.places.regions import where
from ecomap.model.project import Project
from ecomap.workspace import operations


def placed(frame: gpd.GeoDataFrame, shapes: tuple[str, ...]) -> tuple[gpd.GeoDataFrame, str]:
    found = check_table(frame, target_crs="", fit=True, shapes=shapes, name="name", found_crs=frame.crs, file_name="x")
    return found.frame, " ".join(str(line.text) for line in found.lines)


def degrees(frame: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    return [(round(one.x, 3), round(one.y, 3)) for one in frame.geometry.to_crs("EPSG:4326")]


def schools(tmp_path: Path, places: list[tuple[float, float]]) -> tuple[list[tuple[float, float]], str]:
    path = tmp_path / "schools.csv"
    pd.DataFrame({"code": range(len(places)), "name": [f"S{n}" for n in range(len(places))], "lat": [one[1] for one in places],
                  "lon": [one[0] for one in places]}).to_csv(path, index=False)
    project, report = operations.import_file(Project(), path, "school")
    return degrees(project.frame(report.layer_id)), " ".join(str(line.text) for line in report.lines)


def test_neighbours_on_both_sides_are_not_turned_over(tmp_path: Path) -> None:
    places = [(179.95, -16.8), (-179.95, -16.81), (179.9, -16.9), (-179.9, -16.85)]
    found, told = schools(tmp_path, places)
    assert found == places
    assert "minus" not in told


def test_mirrored_towns_away_from_the_line_are_still_turned_over(tmp_path: Path) -> None:
    found, told = schools(tmp_path, [(-87.65, 41.85), (-87.66, 41.86), (-87.67, 41.87), (87.66, 41.88)])
    assert found[3] == (-87.66, 41.88)
    assert "minus sign of the longitude was missing" in told


def test_longitudes_that_run_on_to_360_are_west(tmp_path: Path) -> None:
    found, told = schools(tmp_path, [(272.35, 41.85), (272.36, 41.86), (272.34, 41.87)])
    assert found == [(-87.65, 41.85), (-87.64, 41.86), (-87.66, 41.87)]
    assert "from 0 to 360" in told


def test_a_shape_across_the_line_keeps_its_size() -> None:
    across = Polygon([(179.9, -17), (-179.9, -17), (-179.9, -16.8), (179.9, -16.8)])
    frame = gpd.GeoDataFrame({"name": ["across", "west of it", "east of it"]}, geometry=[across, box(179.7, -17, 179.9, -16.8), box(180.1, -17, 180.3, -16.8)],
                             crs="EPSG:4326")
    found, _ = placed(frame, ("polygon",))
    assert found.geometry.area.tolist() == pytest.approx([4.72e8] * 3, rel=0.01)


def test_a_shape_around_the_earth_stays_wide() -> None:
    frame = gpd.GeoDataFrame({"name": ["belt", "town"]}, geometry=[Polygon([(-170, 10), (0, 10), (170, 10), (170, 20), (0, 20), (-170, 20)]), box(10, 15, 11, 16)],
                             crs="EPSG:4326")
    found, _ = placed(frame, ("polygon",))
    assert len(found) == 2


@pytest.mark.parametrize(("lon", "lat", "country"), [
    (6.96, 50.94, "Germany"), (3.06, 50.63, "France"), (-79.38, 43.65, "Canada"), (-58.38, -34.60, "Argentina"), (12.50, 41.90, "Italy"),
    (88.36, 22.57, "India"), (-117.03, 32.51, "Mexico"), (11.58, 48.14, "Germany"), (-5.98, 37.38, "Spain"), (-122.33, 47.61, "United States"),
])
def test_near_a_border_the_country_is_among_those_named(lon: float, lat: float, country: str) -> None:
    assert country in str(where(lon, lat))


@pytest.mark.parametrize(("lon", "lat", "words"), [(2.35, 48.85, "France"), (-3.70, 40.42, "Spain"), (-99.13, 19.43, "Mexico"), (-0.13, 51.51, "England, United Kingdom")])
def test_away_from_borders_one_country_is_named(lon: float, lat: float, words: str) -> None:
    assert str(where(lon, lat)) == words


def test_points_are_no_wide_shapes() -> None:
    found, _ = placed(gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[Point(179.99, -17), Point(-179.99, -17)], crs="EPSG:4326"), ("point",))
    assert degrees(found) == [(179.99, -17.0), (-179.99, -17.0)]
