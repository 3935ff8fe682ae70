"""Files for other programs: whole or not at all, and no kind of "no number" lost."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from attrs import evolve
from geopandas.testing import assert_geodataframe_equal
from shapely.geometry import Polygon

from ecomap.io.geopackage import LayerDress
from ecomap.io.reading import read_source
from ecomap.io.writing import write_geodata
from ecomap.model.errors import InputError, ProjectError
from ecomap.model.layer import Column
from tests.io import projects


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "id": ["00501", "90001"],
            "distance_m": [1.5, np.inf],
            "children": [np.nan, 12.0],
            "covered": [True, False],
        },
        geometry=[
            Polygon([(0, 0), (0, 1000), (1000, 1000)]),
            Polygon([(0, 0), (1000, 0), (1000, 1000)]),
        ],
        crs=projects.CRS,
    )


def test_a_geopackage_says_what_the_frame_says(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    write_geodata(frame, tmp_path / "gaps.gpkg")
    back = pyogrio.read_dataframe(tmp_path / "gaps.gpkg", layer="gaps")
    assert_geodataframe_equal(back, frame, check_dtype=False)
    assert os.listdir(tmp_path) == ["gaps.gpkg"]


def test_a_geopackage_holds_several_layers_and_tables(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "all.gpkg"
    write_geodata([("areas", frame), ("links", projects.links_frame())], path)
    assert pyogrio.list_layers(path).tolist() == [["areas", "Polygon"], ["links", None]]
    assert pyogrio.read_dataframe(path, layer="links")["share"].tolist() == [0.25, np.inf]


def test_columns_choose_and_order_and_crs_reprojects(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_geodata(frame, path, layer_name="areas", columns=[Column("children", "Children"), "id"], crs="EPSG:4326")
    back = pyogrio.read_dataframe(path, layer="areas")
    assert list(back.columns) == ["children", "id", "geometry"]
    assert str(back.crs) == "EPSG:4326"


def test_columns_called_like_the_files_own_are_kept(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_geodata(frame.assign(fid=[7, 7], geom=["x", "y"]), path)
    back = pyogrio.read_dataframe(path)
    assert back["fid"].tolist() == [7, 7]
    assert back["geom"].tolist() == ["x", "y"]


def test_geojson_follows_its_standard(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "gaps.geojson"
    write_geodata(frame, path)
    found = json.loads(path.read_text(), parse_constant=pytest.fail)
    assert "crs" not in found
    for feature in found["features"]:
        (ring,) = feature["geometry"]["coordinates"]
        assert shapely.is_ccw(shapely.linearrings(ring))
        assert all(-121 < x < -119 and 37 < y < 39 for x, y in ring)
    longitude, latitude = found["features"][0]["geometry"]["coordinates"][0][0]
    assert (longitude, latitude) == pytest.approx((-120, 38.0163655), abs=1e-6)  # the grid's origin, by PROJ


def test_geojson_keeps_missing_and_out_of_reach_apart(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "gaps.geojson"
    write_geodata(frame, path)
    near, far = (feature["properties"] for feature in json.loads(path.read_text())["features"])
    assert (near["distance_m"], near["distance_m_reason"], near["children"]) == (1.5, None, None)
    assert (far["distance_m"], far["distance_m_reason"]) == (None, "out_of_reach")
    assert near["id"] == "00501"
    assert "distance_m_reason" not in frame.columns


def test_an_existing_file_is_replaced_whole(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_geodata(frame, path, layer_name="old")
    write_geodata(frame.iloc[:1], path, layer_name="new")
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["new"]


def test_a_refusal_leaves_the_existing_file(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    write_geodata(frame, path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="one layer, not 2"):
        write_geodata([("a", frame), ("b", frame)], path)
    with pytest.raises(InputError, match="no shapes"):
        write_geodata(projects.links_frame(), path)
    with pytest.raises(InputError, match="no column 'rank'"):
        write_geodata(frame, path, columns=["rank"])
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.geojson"]


def test_an_unknown_kind_of_file_names_the_known_ones(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.shp") as caught:
        write_geodata(frame, tmp_path / "a.shp")
    assert ".gpkg" in caught.value.hint


def test_a_folder_that_is_not_there(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be written"):
        write_geodata(frame, tmp_path / "nowhere" / "a.gpkg")


def test_rows_without_a_coordinate_system_cannot_be_geojson(tmp_path: Path) -> None:
    unknown = gpd.GeoDataFrame({"id": ["1"]}, geometry=gpd.points_from_xy([0], [0]))
    with pytest.raises(InputError, match="coordinate system"):
        write_geodata(unknown, tmp_path / "a.geojson")


def test_no_rows_are_a_file_without_rows(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    write_geodata(frame.iloc[:0], tmp_path / "none.geojson")
    assert json.loads((tmp_path / "none.geojson").read_text())["features"] == []
    write_geodata(pd.DataFrame(frame.iloc[:0].drop(columns="geometry")), tmp_path / "none.gpkg")
    assert list(pyogrio.read_dataframe(tmp_path / "none.gpkg").columns) == ["id", "distance_m", "children", "covered"]


def test_layers_with_names_that_a_table_cannot_have_are_all_there(tmp_path: Path) -> None:
    rows = pd.DataFrame({"id": ["1"], "name": ["A"]})
    write_geodata([("\'\"><b>", rows), ("\"><b>", rows), ("King\'s parks", rows)], tmp_path / "x.gpkg")
    assert sorted(pyogrio.list_layers(tmp_path / "x.gpkg")[:, 0]) == ["King_s parks", "b_", "b__2"]


def test_a_geopackage_says_what_people_read_and_how_qgis_draws_it(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    said = LayerDress("Gaps · Areas", "878 children are out of reach.", (("children", "Children", "Residents under 18."), ("gone", "Gone", "")), "<qgis/>", "<qgis>about</qgis>")
    again = evolve(said, style="", columns=())
    write_geodata([("areas", frame), ("others", frame), ("links", projects.links_frame())], path, dresses=[said, again, evolve(said, title="Links")])
    with closing(sqlite3.connect(path)) as base:
        contents = dict(base.execute("SELECT table_name, identifier FROM gpkg_contents"))
        assert contents == {"areas": "Gaps · Areas", "others": "Gaps · Areas (others)", "links": "Links", "layer_styles": "layer_styles"}
        assert base.execute("SELECT DISTINCT description FROM gpkg_contents WHERE table_name != 'layer_styles'").fetchall() == [(said.description,)]
        assert base.execute("SELECT table_name, column_name, title, description FROM gpkg_data_columns").fetchall() == [("areas", "children", "Children", "Residents under 18.")]
        assert base.execute("SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles").fetchall() == [("areas", "geom", "<qgis/>", 1)]
        assert base.execute("SELECT r.table_name, m.metadata FROM gpkg_metadata_reference r JOIN gpkg_metadata m ON m.id = r.md_file_id ORDER BY 1").fetchall() == [
            (table, "<qgis>about</qgis>") for table in ("areas", "links", "others")]
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert_geodataframe_equal(pyogrio.read_dataframe(path, layer="areas"), frame, check_dtype=False)


def test_the_table_of_styles_is_no_layer_to_bring_in(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    write_geodata([("areas", frame)], path, dresses=[LayerDress("Areas", style="<qgis/>")])
    assert read_source(path).sublayer == "areas"
    assert "layer_styles" not in read_source(path).sublayers


def test_flatgeobuf_holds_one_layer_whole(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    write_geodata(frame, tmp_path / "gaps.fgb", description="878 children are out of reach.")
    back = pyogrio.read_dataframe(tmp_path / "gaps.fgb").set_index("id").loc[frame["id"]].reset_index()
    assert_geodataframe_equal(back, frame, check_dtype=False, check_like=True)
    with pytest.raises(InputError, match="A FlatGeobuf file holds one layer, not 2"):
        write_geodata([("a", frame), ("b", frame)], tmp_path / "x.fgb")
