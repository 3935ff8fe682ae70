"""The project file keeps everything exactly, and other programs can read it."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely.geometry import LineString, MultiLineString, MultiPoint, Point, box

from ecomap.io.store import fingerprint, open_project, save_project
from ecomap.io.store.gate import Gate
from ecomap.io.store.records import columns_from_json
from ecomap.io.store.rows import read_rows
from ecomap.io.store.schema import create_geopackage
from ecomap.io.store.tables import record_to_json, write_table
from ecomap.model.errors import CancelledError, ProjectError
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.said import say
from tests.io import projects


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "los angeles #1 50%.ecomap.gpkg"


def through_a_table(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame, written to a table and read back, its record through JSON as in a file."""
    connection = sqlite3.connect(":memory:")
    create_geopackage(connection)
    record = write_table(connection, "t", frame, title="T", description="", owner=("t", "", ""))
    assert columns_from_json(record_to_json(record)) == record.columns
    rows = read_rows(Gate(connection, 2**20), record, say("T"))
    connection.close()
    assert rows.whole
    assert not rows.faults
    return rows.frame


def assert_same_rows(before: pd.DataFrame, after: pd.DataFrame) -> None:
    before = before.reset_index(drop=True)
    if isinstance(before, gpd.GeoDataFrame):
        assert_geodataframe_equal(before, after, check_crs=True)
        assert shapely.to_wkb(before.geometry.array).tolist() == shapely.to_wkb(after.geometry.array).tolist()
    else:
        assert type(after) is pd.DataFrame
        assert_frame_equal(before, after, check_exact=True)


def test_a_project_comes_back_as_it_was(path: Path) -> None:
    before = projects.project()
    save_project(before, path)
    after = open_project(path)
    assert after == before
    assert list(after.frames) == [layer.id for layer in before.layers]
    for layer in before.layers:
        assert_same_rows(before.frames[layer.id], after.frames[layer.id])
    for old, new in zip(before.results[0].outputs, after.results[0].outputs):
        assert_same_rows(old.frame, new.frame)


def test_an_empty_project_comes_back(path: Path) -> None:
    save_project(Project(title="Nothing yet"), path)
    assert open_project(path) == Project(title="Nothing yet")


def test_identifiers_keep_their_leading_zeros_and_infinite_distances_stay_infinite(path: Path) -> None:
    save_project(projects.project(), path)
    rows = open_project(path).frames["need_areas"]
    assert rows["postcode"].tolist()[0] == "00501"
    assert rows["distance_m"].tolist()[:3] == [0.0, np.inf, -np.inf]
    assert np.isnan(rows["distance_m"].tolist()[3])


def test_a_missing_name_is_not_an_empty_name(path: Path) -> None:
    save_project(projects.project(), path)
    names = open_project(path).frames["need_areas"]["name"]
    assert names.isna().tolist() == [False, False, True, False]
    assert names[3] == ""


@pytest.mark.parametrize(
    "values",
    [
        pd.Series(["a", None, "b"], dtype=object),
        pd.Series(["a", np.nan, "b"], dtype=object),
        pd.Series(["a", pd.NA, "b"], dtype=object),
        pd.Series(["a", None, np.nan, pd.NA, pd.NaT], dtype=object),
        pd.Series(["a", None], dtype="string"),
        pd.Series([True, None, "yes", 1, 1.5, np.inf, {"a": [None]}, (1, ("b",))], dtype=object),
        pd.Series([pd.Timestamp("2020-01-01 00:00:01", tz="UTC"), pd.Timestamp("2020-01-01").date()], dtype=object),
        pd.Series(["nul\0inside", "\ud800 alone"], dtype=object),
        pd.Series([2**64 - 1, 0], dtype="uint64"),
        pd.Series([1, None], dtype="Float64"),
        pd.Series([1, None], dtype="UInt8"),
        pd.Series([None, None], dtype=object),
        pd.Series([np.nan, np.nan], dtype=object),
        pd.Series(pd.to_datetime(["2020-01-01", None]).as_unit("s")),
        pd.Series(pd.Categorical([1.5, None, 2.5])),
        pd.Series(pd.Categorical(pd.Series(["x", "y"], dtype=object))),
        pd.Series([], dtype="float64"),
        pd.Series([], dtype="int64"),
        pd.Series([], dtype="bool"),
        pd.Series([], dtype=object),
        pd.Series([], dtype="datetime64[ns]"),
    ],
    ids=lambda values: f"{values.dtype}-{len(values)}",
)
def test_a_column_comes_back_with_its_values_and_kind(values: pd.Series) -> None:
    frame = pd.DataFrame({"v": values})
    assert_frame_equal(through_a_table(frame), frame, check_exact=True)


def test_different_kinds_of_nothing_in_one_column_stay_apart() -> None:
    back = through_a_table(pd.DataFrame({"v": pd.Series([None, np.nan, pd.NA, pd.NaT], dtype=object)}))["v"].tolist()
    assert back[0] is None
    assert isinstance(back[1], float)
    assert back[2] is pd.NA
    assert back[3] is pd.NaT


cells = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.lists(st.floats(allow_nan=False), max_size=2), st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
columns = st.one_of(
    st.lists(st.floats(), min_size=4, max_size=4).map(lambda v: pd.Series(v, dtype="float64")),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=4, max_size=4).map(lambda v: pd.Series(v, dtype="int64")),
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=4, max_size=4).map(
        lambda v: pd.Series(v, dtype="Int64")
    ),
    st.lists(st.none() | st.text(max_size=8), min_size=4, max_size=4).map(lambda v: pd.Series(v, dtype="str")),
    st.lists(st.booleans(), min_size=4, max_size=4).map(lambda v: pd.Series(v, dtype="bool")),
    st.lists(cells, min_size=4, max_size=4).map(lambda v: pd.Series(v, dtype=object)),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(max_size=6), columns, min_size=1, max_size=5))
def test_any_table_comes_back(table: dict[str, pd.Series]) -> None:
    frame = pd.DataFrame(table)
    back = through_a_table(frame)
    assert_frame_equal(back, frame, check_exact=True, check_column_type=False)
    assert fingerprint(back) == fingerprint(frame)


@pytest.mark.parametrize(
    "shapes",
    [
        [Point(1, 2), None, MultiPoint([(1, 2)]), MultiPoint([(1, 2), (3, 4)]), Point(), MultiPoint()],
        [LineString([(0, 0), (1, 1)]), MultiLineString([[(0, 0), (1, 1)]]), LineString()],
        [box(0, 0, 1, 1), shapely.MultiPolygon([box(0, 0, 1, 1)]), shapely.Polygon(), shapely.MultiPolygon()],
        [Point(1, 2), box(0, 0, 1, 1), shapely.GeometryCollection([Point(1, 2)])],
        [Point(1, 2, 3), Point(4, 5, 6)],
        [None, None],
        [],
    ],
    ids=["points", "lines", "polygons", "all kinds", "heights", "none", "empty"],
)
def test_shapes_come_back_as_they_were(shapes: list[object]) -> None:
    frame = gpd.GeoDataFrame({"id": [str(n) for n in range(len(shapes))]}, geometry=shapes, crs="EPSG:3310")
    assert_same_rows(frame, through_a_table(frame))


def test_a_coordinate_system_without_a_code_comes_back() -> None:
    local = "+proj=laea +lat_0=34 +lon_0=-118 +units=m +type=crs"
    frame = gpd.GeoDataFrame({"id": ["1"]}, geometry=[Point(1, 2)], crs=local)
    assert through_a_table(frame).crs == frame.crs
    assert through_a_table(frame.set_crs(None, allow_override=True)).crs is None


def test_a_value_without_a_plain_form_is_refused_by_name() -> None:
    with pytest.raises(ProjectError, match="'mystery'"):
        through_a_table(pd.DataFrame({"mystery": [object()]}))


def test_two_columns_of_one_name_are_refused() -> None:
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(ProjectError, match="two columns of one name"):
        through_a_table(frame)


def test_opening_changes_nothing_on_the_disk(path: Path) -> None:
    save_project(projects.project(), path)
    before = hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns, sorted(os.listdir(path.parent))
    open_project(path)
    assert before == (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns, sorted(os.listdir(path.parent)))


def test_other_programs_see_each_layer_with_its_kind_and_place(path: Path) -> None:
    save_project(projects.project(), path)
    listed = dict(pyogrio.list_layers(path).tolist())
    assert listed["need_areas"] == "MultiPolygon"
    assert listed["layer__gpkg_sites"] == "Point"
    assert listed["links"] is None
    assert listed["result__coverage_gap_1__areas"] is None
    rows = pyogrio.read_dataframe(path, layer="need_areas")
    assert str(rows.crs) == "EPSG:3310"
    assert rows.geometry.area.tolist() == [1e6, 1e6, 9e5, 1e6]
    assert rows["id"].tolist() == projects.areas_frame()["id"].tolist()
    assert rows["distance_m"].tolist()[1] == np.inf
    assert rows["kind"].tolist()[0] == "a"


def test_every_table_is_listed_in_the_geopackage_contents(path: Path) -> None:
    save_project(projects.project(), path)
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    tables = {n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    listed = {n for (n,) in connection.execute("SELECT table_name FROM gpkg_contents")}
    connection.close()
    assert tables - listed == {"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys", "sqlite_sequence"}


def _gdal_python() -> str | None:
    """A Python with GDAL's own GeoPackage validator."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if python is None:
        return None
    found = subprocess.run(
        [python, "-c", "import osgeo.ogr, osgeo_utils.samples.validate_gpkg"], capture_output=True, check=False
    )
    return python if found.returncode == 0 else None


def test_gdals_validator_finds_nothing_wrong(path: Path) -> None:
    python = _gdal_python()
    if python is None:
        pytest.skip("the system has no Python with GDAL's GeoPackage validator (python3-gdal)")
    before = projects.project()
    gaps = before.results[0].output("gaps")
    gaps.frame.loc[0, "geometry"] = box(0, 0, 1, 1)  # the validator misreads the flag of an empty shape
    save_project(before, path)
    opened = open_project(path)
    save_project(opened.with_layer(opened.layer("links"), projects.links_frame().iloc[:1]), path, previous=opened)
    run = subprocess.run(
        [python, "-m", "osgeo_utils.samples.validate_gpkg", "--extra", str(path)],
        capture_output=True, text=True, check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(ProjectError, match="There is no file"):
        open_project(path)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100], ids=["empty", "text"])
def test_a_file_that_is_no_project(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ProjectError, match="not an EcoMap project"):
        open_project(path)


def test_a_geopackage_of_another_program_is_no_project(path: Path) -> None:
    pyogrio.write_dataframe(projects.sites_frame(), path, layer="sites", driver="GPKG")
    with pytest.raises(ProjectError, match="not an EcoMap project") as caught:
        open_project(path)
    assert "import it as a layer" in caught.value.hint


def test_a_damaged_file_points_at_the_version_before(path: Path) -> None:
    save_project(projects.numbered(1), path)
    save_project(projects.numbered(2), path)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(ProjectError) as caught:
        open_project(path)
    assert path.name + ".~1~" in caught.value.hint
    assert projects.number_of(open_project(path.with_name(path.name + ".~1~"))) == 1


def test_a_newer_file_opens_for_reading_only(path: Path) -> None:
    save_project(projects.numbered(1), path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE ecomap_meta SET value = '9999' WHERE key = 'schema_version'")
    connection.close()
    opened = open_project(path)
    assert projects.number_of(opened) == 1
    assert "newer" in {fault.kind for fault in opened.faults}
    before = path.read_bytes()
    with pytest.raises(ProjectError, match="newer EcoMap") as caught:
        save_project(opened, path, previous=opened)
    assert "Update EcoMap" in caught.value.hint
    assert path.read_bytes() == before


def test_a_file_that_another_program_is_writing_to_is_not_opened_half(path: Path) -> None:
    save_project(projects.numbered(1), path)
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("UPDATE ecomap_meta SET value = '\"2\"' WHERE key = 'title'")
    other.commit()
    with pytest.raises(ProjectError, match="open in another program"):
        open_project(path)
    other.close()
    assert open_project(path).title == "2"
    assert sorted(os.listdir(path.parent)) == [path.name]


def test_a_row_that_another_program_left_unfinished_opens_with_what_is_missing(path: Path) -> None:
    save_project(projects.project(), path)
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO need_areas (id, children) VALUES ('x', 5)")
    connection.close()
    rows = open_project(path).frames["need_areas"]
    assert len(rows) == 5
    assert rows["covered"].isna().tolist() == [False] * 4 + [True]
    assert str(rows["small"].dtype) == "Int16"
    assert rows.geometry.isna().tolist() == [False] * 4 + [True]


def test_opening_can_be_stopped(path: Path) -> None:
    save_project(projects.project(), path)
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        open_project(path, progress=progress)


def test_progress_goes_from_nothing_to_all(path: Path) -> None:
    seen: list[float] = []
    save_project(projects.project(), path, progress=Progress(lambda share, _: seen.append(share)))
    assert seen == sorted(seen)
    seen.clear()
    open_project(path, progress=Progress(lambda share, _: seen.append(share)))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_fingerprint_follows_the_rows_and_nothing_else() -> None:
    frame = projects.areas_frame()
    first = fingerprint(frame)
    assert fingerprint(frame.copy().set_index(pd.Index([9, 8, 7, 6]))) == first
    assert fingerprint(frame.assign(children=[1012.0, 0.0, 0.0, 310.0])) != first
    assert fingerprint(frame.assign(postcode=["501", "90001", "90002", "90003"])) != first
    assert fingerprint(frame.iloc[::-1]) != first
    assert fingerprint(frame.set_geometry(frame.geometry.translate(1))) != first
    assert fingerprint(frame.rename(columns={"half": "third"})) != first


def test_a_layer_may_be_called_anything(path: Path) -> None:
    named = Project(crs=projects.CRS)
    for layer_id in ('we"ird; DROP TABLE x', "ecomap_meta", "Sites", "sites", "", "学校"):
        named = named.with_layer(Layer(layer_id, layer_id, "site", "point"), projects.sites_frame())
    named = named.with_layer(Layer("old", "name \udce9 of another age", "site", "point"), projects.sites_frame())
    save_project(named, path)
    assert open_project(path) == named


def test_the_starter_comes_back_as_it_was(path: Path) -> None:
    from ecomap.io.starter import load_starter

    before = load_starter("los-angeles")
    save_project(before, path)
    after = open_project(path)
    assert after == before
    for layer in before.layers:
        assert_same_rows(before.frames[layer.id], after.frames[layer.id])
        assert fingerprint(after.frames[layer.id]) == fingerprint(before.frames[layer.id])
