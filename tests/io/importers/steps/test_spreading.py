"""Long tables become one row per area, with margins, told and adding up; what is no long table stays as it is."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from ecomap.io.importers import import_file
from ecomap.io.importers.steps.spreading import layout_of
from ecomap.model.project import Project
from tests.io.making import TRACTS, squares, write_geojson, write_text

ALBERS = "EPSG:3310"


def long_frame() -> gpd.GeoDataFrame:
    """Four tracts, two variables each, as tidycensus writes them."""
    wide = squares(GEOID=list(TRACTS), NAME=[f"Tract {n}" for n in range(4)])
    parts = [wide.assign(variable=code, estimate=[base + n for n in range(4)], moe=[base / 10] * 4) for code, base in (("B01003_001", 4000), ("B19013_001", 50000))]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True).sample(frac=1, random_state=1), geometry="geometry", crs=wide.crs)


def test_a_long_table_is_spread_with_its_margins(tmp_path: Path) -> None:
    result = import_file(write_geojson(tmp_path / "long.geojson", long_frame()), "need_area", target_crs=ALBERS)
    assert (result.report.read, result.report.kept, result.report.count("merged")) == (8, 4, 4)
    assert result.report.adds_up
    found = result.frame.set_index("id").loc[list(TRACTS)]
    assert found["population"].tolist() == [4000, 4001, 4002, 4003]
    assert found["median_household_income_moe"].tolist() == [5000] * 4
    assert found["name"].tolist() == [f"Tract {n}" for n in range(4)]
    assert any("8 rows of 4 areas and 2 measures" in line.text for line in result.report.lines)
    assert result.doubts == ()


def test_of_several_years_the_last_is_taken_and_the_rest_is_said(tmp_path: Path) -> None:
    tracts = import_file(write_geojson(tmp_path / "t.geojson", squares(GEOID=list(TRACTS))), "need_area", target_crs=ALBERS)
    rows = [f"{code},{year},{what},{year - 2000 + n}.5" for year in (2019, 2022) for n, code in enumerate(TRACTS) for what in ("poverty_rate", "uninsured_rate")]
    path = write_text(tmp_path / "long.csv", "geoid,year,indicator,value\n" + "\n".join(rows) + "\n")
    result = import_file(path, "need_area", target_crs=ALBERS, project=Project().with_layer(tracts.layer, tracts.frame))
    assert result.frame["poverty_rate"].tolist() == pytest.approx([0.225, 0.235, 0.245, 0.255])
    assert (result.report.read, result.report.kept, result.report.count("merged"), result.report.count("dropped")) == (16, 4, 4, 8)
    assert [i.column for i in result.layer.indicators] == ["poverty_rate", "uninsured_rate"]


def test_groups_of_one_measure_become_columns_and_everybody_keeps_its_name() -> None:
    from ecomap.io.importers.steps.spreading import _column_name, _measure_names

    rows = [(code, "chronic_absence_rate", group, 10.5) for code in TRACTS for group in ("All Students", "Female", "Male")]
    frame = pd.DataFrame(rows, columns=["code", "measure", "subgroup", "value"])
    layout = layout_of(frame)
    assert layout is not None
    assert (layout.key, layout.among) == ("code", "subgroup")
    assert set(_measure_names(frame, layout)) == {"chronic_absence_rate", "chronic_absence_rate Female", "chronic_absence_rate Male"}
    assert _column_name("B19013_001", "_moe") == "B19013_001M"


def test_a_table_of_places_with_a_type_and_a_number_is_not_spread() -> None:
    frame = pd.DataFrame({"school": list("abcdef"), "zip": [1, 1, 2, 2, 3, 3], "type": ["x", "y"] * 3, "total": [5, 6, 7, 8, 9, 10]})
    assert layout_of(frame) is None
    assert layout_of(frame.drop(columns="school")) is not None      # each place twice, once per type: long, but asked


def test_a_doubtful_layout_is_asked_and_no_is_respected(tmp_path: Path) -> None:
    tracts = import_file(write_geojson(tmp_path / "t.geojson", squares(GEOID=list(TRACTS))), "need_area", target_crs=ALBERS)
    project = Project().with_layer(tracts.layer, tracts.frame)
    rows = [f"{code},{kind},{n}.5" for n, code in enumerate(TRACTS) for kind in ("poverty_rate", "uninsured_rate")]
    path = write_text(tmp_path / "long.csv", "geoid,type,rate\n" + "\n".join(rows) + "\n")
    asked = import_file(path, "need_area", target_crs=ALBERS, project=project)
    assert [doubt.code for doubt in asked.doubts] == ["spread"]
    assert "poverty_rate" in asked.frame.columns
    refused = import_file(path, "need_area", target_crs=ALBERS, project=project, answers={"spread": "no"})
    assert "poverty_rate" not in refused.frame.columns
    assert "spread" in [doubt.code for doubt in refused.doubts]


def test_shapes_of_their_own_are_rows_of_their_own() -> None:
    frame = squares(4, GEOID=["a", "a", "b", "b"], variable=["x", "y", "x", "y"], estimate=[1, 2, 3, 4])
    assert layout_of(frame) is None


def test_the_file_of_tidycensus(shared_data: Path) -> None:
    path = shared_data / "awkward" / "39_long.geojson"
    if not path.is_file():
        pytest.skip("the awkward files are not here")
    result = import_file(path, "need_area", target_crs="EPSG:26916")
    assert (result.report.read, result.report.kept) == (50, 25)
    assert result.frame["children"].sum() == 11_000
    assert {"children_moe", "median_household_income_moe"} <= set(result.frame.columns)
