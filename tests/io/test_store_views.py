"""Result layers in the file: views that other programs read as layers, and rows made again only where they are just the same."""

from __future__ import annotations

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
from shapely.geometry import box

from ecomap.io.store import mend_project, open_project, save_project
from ecomap.io.store.views import borrowed_shapes, placed_rows, same_rows, views_of, with_shared_rows
from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.workspace import operations
from ecomap.workspace.result_layers import with_result_layers
from tests.small_project import CRS, centre, small_project

ASKED = (("need-index", {"draws": 0}), ("coverage-gap", {"radius_m": 800}), ("access", {"radius_m": 800}), ("school-areas", {}),
         ("priority", {"radius_m": 800, "draws": 20, "top": 2}))


@pytest.fixture(scope="module")
def town() -> Project:
    project = small_project()
    for name, given in ASKED:
        project, _ = operations.run_analysis(project, name, given)
    return project


def as_tables(project: Project) -> Project:
    """The project as earlier versions kept it: no layer says how its rows are made, and no two tables share a shape."""
    frames = {
        layer: rows.set_geometry(shapely.from_wkb(shapely.to_wkb(rows.geometry.array)), crs=rows.crs) if hasattr(rows, "geometry") else rows
        for layer, rows in project.frames.items()
    }
    return evolve(project, layers=tuple(evolve(layer, view=None) for layer in project.layers), frames=frames)


def kinds(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"))


def saved_again(project: Project, path: Path) -> Project:
    save_project(project, path)
    return open_project(path)


def made(project: Project) -> list[Layer]:
    return [layer for layer in project.layers if layer.result_id]


def plain(layer: Layer) -> str:
    return layer.id.replace("-", "_")


def assert_same(one: Project, other: Project) -> None:
    assert [layer.id for layer in one.layers] == [layer.id for layer in other.layers]
    for layer in one.layers:
        assert same_rows(one.frames[layer.id], other.frames[layer.id]), layer.id
    for result, again in zip(one.results, other.results, strict=True):
        for output, table in zip(result.outputs, again.outputs, strict=True):
            assert same_rows(output.frame, table.frame), (result.id, output.name)


def test_every_result_layer_is_a_view_and_comes_back_as_it_was(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    again = saved_again(town, path)
    assert made(town)
    assert {kinds(path)[plain(layer)] for layer in made(town)} == {"view"}
    assert_same(town, again)
    assert again.layers == town.layers


def test_shapes_are_held_once_in_memory(town: Project, tmp_path: Path) -> None:
    again = saved_again(town, tmp_path / "town.ecomap.gpkg")
    for project in (town, again):
        own = {id(shape) for layer in project.layers if not layer.result_id and layer.geometry == POLYGON
               for shape in project.frames[layer.id].geometry}
        result = next(result for result in project.results if result.analysis == "need-index")
        assert {id(shape) for shape in result.main.frame.geometry} <= own
        for layer in made(project):
            if layer.id.startswith("need-index"):
                assert {id(shape) for shape in project.frames[layer.id].geometry} <= own


def test_other_programs_read_a_view_as_the_layer_it_was(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    listed = dict(pyogrio.list_layers(path))
    for layer in made(town):
        rows = town.frames[layer.id]
        read = pyogrio.read_dataframe(path, layer=plain(layer), fid_as_index=True)
        assert listed[plain(layer)], layer.id
        assert read.index.is_unique
        assert read.crs == rows.crs
        assert list(read.columns) == [*(name for name in rows.columns if name != "geometry"), "geometry"]
        assert list(read["id"]) == list(rows["id"])
        assert [one.normalize().equals_exact(other.normalize(), 0) or one.equals(other) for one, other in zip(read.geometry, rows.geometry)] == [True] * len(rows)
        for name in rows.columns:
            if pd.api.types.is_float_dtype(rows[name]):
                assert np.array_equal(read[name].astype(float), rows[name].astype(float), equal_nan=True), (layer.id, name)
        assert pyogrio.read_info(path, layer=plain(layer))["features"] == len(rows)


def test_columns_have_the_same_kinds_in_a_view_as_in_a_table(town: Project, tmp_path: Path) -> None:
    view, table = tmp_path / "view.ecomap.gpkg", tmp_path / "table.ecomap.gpkg"
    save_project(town, view)
    layer = next(layer for layer in made(town) if layer.id.startswith("coverage-gap") and layer.id.endswith("areas"))
    alone = Project(crs=CRS).with_layer(evolve(layer, view=None, result_id=""), town.frames[layer.id])
    save_project(alone, table)
    one, other = pyogrio.read_info(view, layer=plain(layer)), pyogrio.read_info(table, layer=plain(layer))
    assert list(one["fields"]) == list(other["fields"])
    assert list(one["dtypes"]) == list(other["dtypes"])
    assert one["geometry_type"] == other["geometry_type"]
    assert np.allclose(one["total_bounds"], other["total_bounds"])


def test_the_file_holds_no_shape_of_an_answer_twice(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    with closing(sqlite3.connect(path)) as connection:
        columns = {name: [column[1] for column in connection.execute(f'PRAGMA table_info("{name}")')]
                   for name, kind in kinds(path).items() if kind == "table" and name.startswith("result__")}
    with_shapes = {name for name, found in columns.items() if "geom" in found}
    assert with_shapes
    assert all("gaps" in name or "outlines" in name for name in with_shapes), with_shapes


def test_a_layer_whose_joined_rows_were_replaced_is_written_as_a_table(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    areas = town.layer("need-areas")
    moved = town.frames["need-areas"].copy()
    moved["geometry"] = moved.geometry.translate(10, 0)
    changed = town.with_layer(areas, moved)
    again = saved_again(changed, path)
    need = next(layer for layer in made(changed) if layer.id.startswith("need-index"))
    assert kinds(path)[plain(need)] == "view"  # on its answer's table, which has kept its shapes
    assert "geom" in columns_of(path, f"result__{plain(need).removesuffix('_areas')}__areas")
    assert_same(changed, again)
    assert not again.frames[need.id].geometry.iloc[0].equals(again.frames["need-areas"].geometry.iloc[0])


def columns_of(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [column[1] for column in connection.execute(f'PRAGMA table_info("{table}")')]


def test_a_save_after_the_joined_layer_is_gone_keeps_every_shape(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    opened = open_project(path)
    without = opened
    for gone in ("need-areas", "schools", "elementary-areas", "services"):
        without = without.without_layer(gone)
    save_project(without, path, previous=opened)
    assert_same(without, open_project(path))


def test_a_layer_that_comes_back_makes_views_of_tables_again(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    without = town.without_layer("schools")
    save_project(without, path, previous=town)
    points = next(layer for layer in made(town) if layer.id.startswith("priority") and layer.geometry == POINT)
    save_project(town, path, previous=without)
    assert kinds(path)[plain(points)] == "view"
    assert_same(town, open_project(path))


def test_saving_again_keeps_the_names_of_views(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    before = kinds(path)
    save_project(town.with_layer_changed(evolve(town.layers[0], visible=not town.layers[0].visible)), path, previous=town)
    assert kinds(path) == before
    with closing(sqlite3.connect(path)) as connection:
        listed = [name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(before)


def test_rows_that_someone_changed_are_kept_as_they_are(town: Project, tmp_path: Path) -> None:
    layer = made(town)[0]
    other = town.frames[layer.id].copy()
    other.loc[other.index[0], "name"] = "Another name"
    changed = town.with_layer(layer, other)
    assert layer.id not in views_of(changed)
    path = tmp_path / "town.ecomap.gpkg"
    assert_same(changed, saved_again(changed, path))
    assert kinds(path)[plain(layer)] == "table"


def test_layers_of_an_earlier_version_become_views_where_that_gives_the_same_rows(town: Project, tmp_path: Path) -> None:
    old = as_tables(town)
    shared = with_shared_rows(old)
    assert views_of(old).keys() == views_of(town).keys()
    assert_same(old, shared)
    need = next(layer.id for layer in made(town) if layer.id.startswith("need-index"))
    assert shared.frames[need].geometry.iloc[0] is shared.result(town.layer(need).result_id).main.frame.geometry.iloc[0]


def test_a_stranger_s_view_is_never_run(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    layer = made(town)[0]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f'DROP VIEW "{plain(layer)}"')
        connection.execute(f'CREATE VIEW "{plain(layer)}" AS SELECT 1 AS OGC_FID, load_extension(\'evil\') AS geom')
        connection.commit()
    again = open_project(path)
    assert_same(town, again)
    save_project(again, path, previous=again)
    assert_same(town, open_project(path))
    assert len(pyogrio.read_dataframe(path, layer=plain(layer))) == len(town.frames[layer.id])


def _two_layers(names: bool = True) -> Project:
    """An answer about the places of two layers, some by ``layer/id``; both have a place "1"."""
    project = Project(crs=CRS)
    for number, layer in enumerate(("west's", "east")):
        frame = gpd.GeoDataFrame({"id": ["1", f"{layer}-2"], "name": [f"{layer} one", f"{layer} two"]},
                                 geometry=[centre(number, 0), centre(number, 1)], crs=CRS)
        project = project.with_layer(Layer(layer, layer, "site", POINT), frame)
    rows = pd.DataFrame({"id": ["east/1", "nowhere", "1", "east-2", "west's/west's-2"], "rank": [4, 9, 2, 1, 3], "Name": list("abcde")})
    if names:
        rows["name"] = list("ABCDE")
    result = Result("r1", "roles", "Title", "Sentence.", (Output("places", "Places", rows, joins="west's+east"),))
    return with_result_layers(project, result, {}, "assets", 3)


@pytest.mark.parametrize("names", [True, False])
def test_an_answer_about_several_layers_is_a_view_on_all_of_them(names: bool, tmp_path: Path) -> None:
    project = _two_layers(names)
    layer = made(project)[0]
    path = tmp_path / "two.ecomap.gpkg"
    assert_same(project, saved_again(project, path))
    assert kinds(path)["r1_places"] == "view"
    read, rows = pyogrio.read_dataframe(path, layer="r1_places"), project.frames[layer.id]
    assert list(rows["id"]) == ["east-2", "1", "west's/west's-2"]
    assert list(read["id"]) == list(rows["id"])
    assert list(read.geometry) == list(rows.geometry)
    assert [str(cell) for cell in read.iloc[:, list(read.columns).index("Name")]] == ["d", "c", "e"]


def test_a_view_may_be_laid_on_another_answer(tmp_path: Path) -> None:
    project = _two_layers()
    rows = pd.DataFrame({"id": ["1", "east-2"], "size": [1.0, np.nan]})
    result = Result("r2", "roles", "Title", "Sentence.", (Output("again", "Again", rows, joins="r1-places"),))
    both = with_result_layers(project, result, {}, "assets", 10)
    path = tmp_path / "both.ecomap.gpkg"
    assert_same(both, saved_again(both, path))
    assert kinds(path)["r2_again"] == "view"
    assert list(pyogrio.read_dataframe(path, layer="r2_again")["id"]) == ["1", "east-2"]


def test_keys_that_are_not_unique_make_no_view(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"id": ["1", "1"], "name": ["a", "b"]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=CRS)
    project = Project(crs=CRS).with_layer(Layer("areas", "Areas", "zone", POLYGON), frame)
    result = Result("r", "roles", "T", "S.", (Output("o", "O", pd.DataFrame({"id": ["1"], "x": [1.0]}), joins="areas"),))
    asked = with_result_layers(project, result, {}, "assets", 10)
    assert views_of(asked) == {}
    assert borrowed_shapes(asked) == {}
    again = saved_again(asked, tmp_path / "twice.ecomap.gpkg")
    assert same_rows(asked.frames["r-o"], again.frames["r-o"])


def test_placed_rows_copy_no_column_and_no_shape() -> None:
    areas = gpd.GeoDataFrame({"id": list("abc"), "name": list("ABC")}, geometry=[box(n, 0, n + 1, 1) for n in range(3)], crs=CRS)
    table = pd.DataFrame({"id": list("cab"), "value": [1.0, 2.0, 3.0]})
    rows = placed_rows(table, [("areas", areas)], CRS)
    assert np.shares_memory(rows["value"].to_numpy(), table["value"].to_numpy())
    assert [shape is areas.geometry.iloc[n] for shape, n in zip(rows.geometry, (2, 0, 1))] == [True] * 3
    assert list(rows.columns) == ["id", "value", "geometry", "name"]
    assert list(rows["name"]) == list("CAB")


def test_a_row_without_a_place_is_left_out_and_keys_that_come_twice_are_refused() -> None:
    areas = gpd.GeoDataFrame({"id": ["a"], "name": ["A"]}, geometry=[box(0, 0, 1, 1)], crs=CRS)
    assert list(placed_rows(pd.DataFrame({"id": ["b", "a"]}), [("areas", areas)], CRS)["id"]) == ["a"]
    with pytest.raises(ValueError):
        placed_rows(pd.DataFrame({"id": ["a", "a"]}), [("areas", areas)], CRS)


def damaged(path: Path, *statements: str) -> Project:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return open_project(path)


def test_a_place_that_another_program_took_away_takes_no_row_of_an_answer_with_it(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    again = damaged(path, "DELETE FROM need_areas WHERE fid = 2")
    need = next(result for result in again.results if result.analysis == "need-index")
    assert len(need.main.frame) == len(town.result(need.id).main.frame)
    assert need.main.frame.geometry.isna().sum() == 1
    told = [fault for fault in again.faults if fault.result == need.id]
    assert [(fault.kind, fault.column, fault.rows) for fault in told] == [("doubted", "geometry", (2,))]
    assert "no shape here" in told[0].text


def test_an_answer_whose_layer_is_gone_from_the_file_opens_without_shapes_and_says_so(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    again = damaged(path, "DROP TABLE schools")
    assert not again.has_layer("schools")
    assert any(fault.loses and fault.layer == "schools" for fault in again.faults)
    assert len(again.results) == len(town.results)


def test_a_view_of_an_answer_that_is_gone_is_left_out_and_told(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    layer = next(layer for layer in made(town) if layer.id.startswith("need-index"))
    again = damaged(path, f'DROP TABLE "result__{plain(layer).removesuffix("_areas")}__areas"')
    assert not again.has_layer(layer.id)
    assert any(fault.loses and fault.layer == layer.id for fault in again.faults)
    assert again.has_layer("need-areas")


def test_the_gate_believes_a_whole_file_without_a_word(town: Project, tmp_path: Path) -> None:
    assert saved_again(town, tmp_path / "town.ecomap.gpkg").faults == ()


def rows_by_owner(project: Project) -> dict[tuple[str, str, str], pd.DataFrame]:
    """The rows of every layer and of every table of an answer."""
    found: dict[tuple[str, str, str], pd.DataFrame] = {(layer.id, "", ""): project.frames[layer.id] for layer in project.layers}
    return found | {("", result.id, output.name): output.frame for result in project.results for output in result.outputs}


SOMEWHERE_ELSE = {
    "a shape that is none": "UPDATE schools SET geom = x'4750000100000000deadbeef' WHERE fid = 2",
    "a shape without a point": "UPDATE schools SET geom = x'47500001ee0c0000010200000000000000' WHERE fid = 2",
    "a shape of another row": "UPDATE schools SET geom = (SELECT geom FROM schools WHERE fid = 1) WHERE fid = 2",
    "a key": "UPDATE schools SET id = NULL WHERE fid = 2",
    "no shapes at all": "UPDATE need_areas SET geom = NULL",
    "rows that are gone": "DELETE FROM need_areas WHERE fid > 2",
    "a cell of an answer": "UPDATE result__{need}__areas SET score = 0.123 WHERE fid = 1",
    "cells of an answer that are none": "UPDATE result__{need}__areas SET score = 'n/a'",
    "a column of an answer": "ALTER TABLE result__{need}__areas RENAME COLUMN score TO points",
    "no table": "DROP TABLE schools",
    "no areas": "DROP TABLE need_areas",
}


@pytest.mark.parametrize("statement", SOMEWHERE_ELSE.values(), ids=SOMEWHERE_ELSE)
def test_what_an_answer_has_of_a_damaged_table_is_told_of_the_answer_too(statement: str, town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    need = next(result.id for result in town.results if result.analysis == "need-index").replace("-", "_")
    again = damaged(path, statement.format(need=need))
    before, after = rows_by_owner(town), rows_by_owner(again)
    told = {fault.layer for fault in again.faults} | {fault.result for fault in again.faults}
    other = [owner for owner, rows in before.items() if owner not in after or not same_rows(rows, after[owner])]
    assert len(other) > 1, "only the table itself is another one, and nothing that is made of it"
    assert [owner for owner in other if not {owner[0] or owner[1]} & told] == []
    assert {str(rows.crs) for rows in after.values() if isinstance(rows, gpd.GeoDataFrame)} == {CRS}


def test_what_is_made_of_sound_tables_is_not_told(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    again = damaged(path, "UPDATE schools SET enrollment = 'n/a' WHERE fid = 1")
    need = next(result.id for result in town.results if result.analysis == "need-index")
    assert any(fault.layer == "schools" for fault in again.faults)
    assert not any(need in (fault.layer, fault.result) or fault.layer.startswith(need) for fault in again.faults)


@pytest.mark.parametrize("name", ["a shape that is none", "rows that are gone", "cells of an answer that are none"])
def test_a_mended_copy_makes_answers_again_of_the_mended_tables(name: str, town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    save_project(town, path)
    save_project(evolve(town, title="Again"), path)
    need = next(result.id for result in town.results if result.analysis == "need-index").replace("-", "_")
    damaged(path, SOMEWHERE_ELSE[name].format(need=need))
    mended = mend_project(path)
    after = open_project(mended.path)
    assert after.faults == ()
    if name != "rows that are gone":  # rows that another program took out are its change, and no damage
        assert mended.left == ()
        assert [owner for owner, rows in rows_by_owner(town).items() if not same_rows(rows, rows_by_owner(after)[owner])] == []
    assert set(views_of(after)) == set(views_of(town))
