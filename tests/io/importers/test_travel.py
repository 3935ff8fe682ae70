"""Streets and travel times on their way in: what is a street, where people walk, what hangs together, which unit."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, box

from ecomap.io.importers import import_file, preview_file
from ecomap.io.importers.roles.street import connected, speed_of
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.workspace import operations

ALBERS = "EPSG:3310"


def lines(*shapes: list[tuple[float, float]], **columns: list) -> gpd.GeoDataFrame:
    """Lines in kilometres from the middle of California."""
    return gpd.GeoDataFrame(columns, geometry=[LineString([(1000 * x, 1000 * y) for x, y in shape]) for shape in shapes], crs=ALBERS)


OPEN_DATA = lines(
    [(0, 0), (1, 0)], [(1, 0), (1, 1)], [(0, 1), (1, 1)], [(0, 2), (1, 2)], [(0, 3), (1, 0)], [(2, 2), (2, 3)],
    osm_id=["1", "2", "3", "4", "5", "6"], name=["A St", None, "C St", "I-10", "LA River", "Wall"],
    highway=["residential", "footway", "service", "motorway", None, None], oneway=["yes", None, "-1", "yes", None, None],
    maxspeed=["25 mph", None, "30", "65 mph", None, None], foot=[None, None, "no", None, None, None],
    bridge=["yes", None, "no", None, None, None], barrier=[None] * 5 + ["wall"],
)
CENSUS = lines(
    [(0, 0), (1, 0)], [(1, 0), (1, 1)], [(5, 5), (6, 5)], [(0, 1), (1, 1)],
    LINEARID=["1101", "1102", "1103", "1104"], FULLNAME=["Main St", "I- 10", "Elm St", "Metro"], MTFCC=["S1400", "S1100", "S1400", "R1011"],
)


def said(report, word: str) -> list[str]:
    return [line.text for line in report.lines if word in line.text]


@pytest.mark.parametrize("ending", ["geojson", "shp", "gpkg"])
def test_open_street_data_says_where_people_walk(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"map.{ending}"
    (OPEN_DATA.to_crs(4326) if ending == "geojson" else OPEN_DATA).to_file(path)
    assert preview_file(path).role == "street"
    found = import_file(path, "street", target_crs=ALBERS)
    frame = found.frame.set_index("id")
    assert (found.report.read, found.report.kept) == (6, 4)
    assert frame["walk"].tolist() == [True, True, False, False]
    assert frame["street_level"].tolist() == [1, 0, 0, 0]
    np.testing.assert_allclose(frame["speed_kmh"], [25 * 1.609344, np.nan, 30, 65 * 1.609344], atol=1e-3)
    assert frame["one_way"].tolist() == ["yes", "", "-1", "yes"]
    assert frame["name"].tolist() == ["A St", "Unnamed street", "C St", "I-10"]
    assert found.layer.geometry == "line"
    assert [line.count for line in found.report.lines if "nobody walks" in line.text] == [2]
    assert said(found.report, "hang together")


def test_census_roads_leave_out_railways_and_keep_freeways_off_foot(tmp_path: Path) -> None:
    path = tmp_path / "tl_2023_roads.shp"
    CENSUS.to_file(path)
    found = import_file(path, "street", target_crs=ALBERS)
    assert found.frame["id"].tolist() == ["1101", "1102", "1103"]
    assert found.frame["walk"].tolist() == [True, False, True]
    assert said(found.report, "fall into 2 parts") == [
        "The streets fall into 2 parts that no street connects; the largest holds 50.0 % of their length. Nobody gets from one "
        "part to another."
    ]


def test_lines_of_any_table_are_streets_and_areas_are_not(tmp_path: Path) -> None:
    lines([(0, 0), (1, 0)], what=["x"]).to_file(tmp_path / "ways.gpkg")
    assert import_file(tmp_path / "ways.gpkg", "street", target_crs=ALBERS).frame["walk"].tolist() == [True]
    gpd.GeoDataFrame({"a": [1]}, geometry=[box(0, 0, 9, 9)], crs=ALBERS).to_file(tmp_path / "areas.gpkg")
    with pytest.raises(InputError):
        import_file(tmp_path / "areas.gpkg", "street", target_crs=ALBERS)
    lines([(0, 0), (1, 0)], highway=["motorway"]).to_file(tmp_path / "freeway.gpkg")
    with pytest.raises(InputError, match="no street that people can walk along"):
        import_file(tmp_path / "freeway.gpkg", "street", target_crs=ALBERS)


def test_a_bridge_meets_the_street_below_only_where_it_ends() -> None:
    cross = np.array([LineString([(0, 0), (50, 0), (100, 0)]), LineString([(50, -50), (50, 0), (50, 50)])])
    assert connected(cross, np.array([0, 0])) == (1, 1.0)
    assert connected(cross, np.array([0, 1])) == (2, 0.5)
    ramp = np.array([LineString([(0, 0), (50, 0), (100, 0)]), LineString([(50, -50), (50, 0)])])
    assert connected(ramp, np.array([0, 1]))[0] == 1


def test_speeds_are_read_in_both_units() -> None:
    assert speed_of("25 mph") == pytest.approx(40.2336)
    assert speed_of("50;30") == 30
    assert np.isnan(speed_of(None))


def project() -> Project:
    areas = gpd.GeoDataFrame({"id": ["06037100100", "06037100200"], "name": ["1001", "1002"]}, geometry=[box(0, 0, 9, 9), box(9, 0, 18, 9)],
                             crs=ALBERS)
    services = gpd.GeoDataFrame({"id": ["S1"], "name": ["Clinic"]}, geometry=gpd.points_from_xy([3], [3]), crs=ALBERS)
    given = Project().with_layer(Layer("areas", "Areas", "need_area", "polygon"), areas)
    return given.with_layer(Layer("services", "Services", "service", "point"), services)


def test_a_table_of_travel_times_is_checked_against_the_project(tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    path.write_text("from_id,to_id,travel_time_p50\n6037100100,S1,12\n6037100100,S1,13\n6037100200,S1,\n6037100200,S2,9\n,S1,4\n"
                    "6037100200,S1,-1\n")
    assert preview_file(path).role == "travel_cost"
    found = import_file(path, "travel_cost", target_crs=ALBERS, project=project())
    assert found.report.adds_up
    assert (found.report.read, found.report.kept) == (6, 3)
    assert found.frame["from_id"].tolist() == ["06037100100", "06037100200", "06037100200"]
    np.testing.assert_array_equal(found.frame["cost"], [12, np.nan, 9])
    assert set(found.frame["unit"]) == {"minutes"}
    assert found.frame["id"].is_unique
    assert said(found.report, "2 of 2 codes are need areas of the project.")
    assert [line.examples for line in found.report.lines if "nobody travels" in line.text] == [("S2",)]


@pytest.mark.parametrize(("heading", "unit", "cost"), [
    ("minutes", "minutes", 30.0), ("duration_seconds", "minutes", 0.5), ("distance_km", "metres", 30_000.0), ("metres", "metres", 30.0),
    ("cost", "minutes", 30.0), ("distance_miles", "metres", 30 * 1609.344),
])
def test_the_heading_says_the_unit(tmp_path: Path, heading: str, unit: str, cost: float) -> None:
    path = tmp_path / "times.csv"
    pd.DataFrame({"origin": ["a"], "dest": ["b"], heading: [30]}).to_csv(path, index=False)
    found = import_file(path, "travel_cost", target_crs=ALBERS)
    assert found.frame["unit"].tolist() == [unit]
    assert found.frame["cost"].tolist() == pytest.approx([cost])
    assert bool(said(found.report, "does not say in which unit")) == (heading == "cost")
    again = import_file(path, "travel_cost", target_crs=ALBERS, mapping={"unit": "=metres"})
    assert again.frame["unit"].tolist() == ["metres"]


@pytest.mark.parametrize(("word", "unit", "cost"), [
    ("hours", "minutes", 1800.0), ("h", "minutes", 1800.0), ("mins", "minutes", 30.0), ("s", "minutes", 0.5), ("ft", "metres", 9.144),
])
def test_a_stated_unit_is_never_taken_for_another(tmp_path: Path, word: str, unit: str, cost: float) -> None:
    path = tmp_path / "times.csv"
    pd.DataFrame({"origin": ["a"], "dest": ["b"], "cost": [30], "unit": [word]}).to_csv(path, index=False)
    found = import_file(path, "travel_cost", target_crs=ALBERS)
    assert found.frame["unit"].tolist() == [unit]
    assert found.frame["cost"].tolist() == pytest.approx([cost])


def test_units_nobody_knows_are_refused_and_two_words_for_one_are_not(tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    path.write_text("origin,dest,cost,unit\na,b,5,parsecs\n")
    with pytest.raises(InputError, match="'parsecs', which is no unit") as refused:
        import_file(path, "travel_cost", target_crs=ALBERS)
    assert "minutes or metres" in refused.value.hint
    path.write_text("origin,dest,cost,unit\na,b,5,min\na,c,6,Minutes\na,d,7,\n")
    assert import_file(path, "travel_cost", target_crs=ALBERS).frame["cost"].tolist() == [5, 6, 7]


def test_pairs_keep_ids_of_their_own_whatever_their_codes_hold(tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    path.write_text("origin,dest,minutes\na>b,c,5\na,b>c,6\n")
    assert import_file(path, "travel_cost", target_crs=ALBERS).frame["id"].is_unique


def test_a_line_with_a_corner_that_is_nowhere_is_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "streets.geojson"
    features = [{"type": "Feature", "properties": {"highway": "residential"},
                 "geometry": {"type": "LineString", "coordinates": [[-118.2, 34], [east, 34]]}} for east in (float("nan"), -118.1)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    found = import_file(path, "street", target_crs=ALBERS)
    assert (found.report.read, found.report.kept) == (2, 1)
    assert said(found.report, "Rows without a place")


def test_both_survive_saving_and_opening(tmp_path: Path) -> None:
    OPEN_DATA.to_crs(4326).to_file(tmp_path / "streets.geojson")
    (tmp_path / "times.csv").write_text("from_id,to_id,minutes\n06037100100,S1,12\n06037100200,S1,\n")
    given, _ = operations.import_file(project(), tmp_path / "streets.geojson", "street")
    given, _ = operations.import_file(given, tmp_path / "times.csv", "travel_cost")
    file = tmp_path / "town.ecomap.gpkg"
    operations.save_project(given, file)
    opened = operations.open_project(file)
    for layer in given.layers:
        if layer.role in ("street", "travel_cost"):
            assert opened.layer(layer.id).role == layer.role
            assert opened.layer(layer.id).style == layer.style
            pd.testing.assert_frame_equal(pd.DataFrame(opened.frame(layer.id)).drop(columns="geometry", errors="ignore"),
                                          pd.DataFrame(given.frame(layer.id)).drop(columns="geometry", errors="ignore"), check_dtype=False)


class _Asked(Progress):
    """Notes during which step it was looked whether to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.looks = "", Counter[str]()

    def at(self, share: float, text: str = "") -> None:
        self.said = text or self.said
        super().at(share, text)

    def check(self) -> None:
        self.looks[self.said] += 1


def test_travel_times_can_be_stopped_between_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    path.write_text("origin,dest,minutes\n1,a,5\n1,b,7\n")
    asked = _Asked()
    import_file(path, "travel_cost", target_crs="EPSG:3310", progress=asked)
    assert asked.looks["Recognising columns"] >= 4  # once a field beside the step itself
    assert asked.looks["Reading cells"] >= 6        # before and after each end, before the costs
    assert asked.looks["Checking rows"] >= 5
