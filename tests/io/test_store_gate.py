"""The gate at opening: nothing that a file merely claims is believed, what is sound opens, and what is not is told with its place."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from attrs import evolve
from shapely.geometry import Polygon

from ecomap.io.store import check_project, fingerprint, open_project, save_project
from ecomap.io.store.locking import held
from ecomap.model.errors import ProjectError
from ecomap.model.fault import CHANGED, DOUBTED, LOST, PASSED_OVER, Fault
from ecomap.model.project import Project, View
from tests.io import projects

NUMBERS = ["children", "distance_m", "teachers", "small", "half"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A sound project, and the same as its earlier version."""
    path = tmp_path / "town.ecomap.gpkg"
    save_project(projects.project(), path)
    save_project(projects.project(), path)
    return path


def alter(path: Path, *statements: str, values: tuple[Any, ...] = ()) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement, values)
    connection.close()


def describe(path: Path, table: str, key: str, change: Callable[[Any], None]) -> None:
    """Change the JSON of one description."""
    column, text = {"ecomap_meta": ("key", "value"), "ecomap_tables": ("table_name", "columns")}.get(table, ("id", "description"))
    connection = sqlite3.connect(path, isolation_level=None)
    (found,) = connection.execute(f"SELECT {text} FROM {table} WHERE {column} = ?", (key,)).fetchone()
    value = json.loads(found)
    change(value)
    connection.execute(f"UPDATE {table} SET {text} = ? WHERE {column} = ?", (json.dumps(value), key))
    connection.close()


def faults(opened: Project, kind: str = "") -> list[Fault]:
    return [fault for fault in opened.faults if kind in ("", fault.kind)]


def said(opened: Project) -> str:
    return "\n".join(fault.text for fault in opened.faults)


# --- columns and cells ---------------------------------------------------------------------------------------------


def test_a_sound_file_has_no_faults(path: Path) -> None:
    assert open_project(path).faults == ()


@pytest.mark.parametrize("statement", [
    "ALTER TABLE need_areas RENAME COLUMN name TO nombre", "ALTER TABLE need_areas DROP COLUMN name",
])
def test_a_column_that_is_gone_is_named_and_never_read_as_text(path: Path, statement: str) -> None:
    alter(path, statement)
    opened = open_project(path)
    assert opened.frames["need_areas"]["name"].isna().all()
    (fault,) = faults(opened, DOUBTED)
    assert (fault.table, fault.column, fault.layer, fault.earlier) == ("need_areas", "name", "need_areas", f"{path.name}.~1~")
    assert "'name' is missing" in fault.text


@pytest.mark.parametrize("column", ["id", "geom"])
def test_without_its_keys_or_shapes_a_layer_is_not_there(path: Path, column: str) -> None:
    alter(path, f"ALTER TABLE need_areas RENAME COLUMN {column} TO other")
    opened = open_project(path)
    assert not opened.has_layer("need_areas")
    assert {fault.layer for fault in faults(opened, LOST)} == {"need_areas"}


@pytest.mark.parametrize(("column", "value"), [
    *((column, value) for column in NUMBERS for value in ("n/a", b"\x00\xff")), ("small", 70_000), ("half", 1e300), ("teachers", 2.5),
    ("covered", 7), ("covered", "yes"), ("kind", "unheard of"), ("start", "2020-99-99"), ("seen", "yesterday"), ("mixed", "["),
    ("mixed", '{"$":"array","v":[],"dtype":"S999999999"}'), ("mixed", '{"$":"nothing"}'), ("name", b"\xff\xfe"),
])
def test_a_cell_that_is_not_of_its_kind_is_missing_and_told(path: Path, column: str, value: Any) -> None:
    before = projects.areas_frame()
    alter(path, f"UPDATE need_areas SET {column} = ? WHERE fid = 1", values=(value,))
    opened = open_project(path)
    cells = opened.frames["need_areas"][column]
    assert cells.isna()[0] or cells[0] is None
    assert cells[1:].astype(str).tolist() == before[column][1:].astype(cells.dtype).astype(str).tolist()
    (fault,) = faults(opened, DOUBTED)
    assert (fault.column, fault.rows) == (column, (1,))


def test_a_text_that_is_no_utf8_is_missing_and_the_others_are_read(path: Path) -> None:
    alter(path, "UPDATE need_areas SET name = CAST(x'ff61' AS TEXT) WHERE fid = 2")
    opened = open_project(path)
    names = opened.frames["need_areas"]["name"]
    assert (names[0], names.isna()[1]) == ("Tujunga", True)
    assert faults(opened, DOUBTED)[0].rows == (2,)


def test_codes_that_became_numbers_are_not_read_without_their_zeros(path: Path) -> None:
    alter(path, "ALTER TABLE need_areas ADD COLUMN spare INTEGER", "UPDATE need_areas SET spare = postcode",
          "ALTER TABLE need_areas DROP COLUMN postcode", "ALTER TABLE need_areas RENAME COLUMN spare TO postcode")
    opened = open_project(path)
    assert opened.frames["need_areas"]["postcode"].isna().all()
    assert "another kind (INTEGER instead of TEXT)" in said(opened)


def test_a_column_of_another_kind_with_the_same_numbers_is_told_and_used(path: Path) -> None:
    alter(path, "ALTER TABLE need_areas ADD COLUMN spare REAL", "UPDATE need_areas SET spare = small",
          "ALTER TABLE need_areas DROP COLUMN small", "ALTER TABLE need_areas RENAME COLUMN spare TO small")
    opened = open_project(path)
    assert opened.frames["need_areas"]["small"].tolist() == [1, 2, 3, 4]
    assert [fault.kind for fault in opened.faults] == [CHANGED]


def test_an_added_column_is_passed_over(path: Path) -> None:
    alter(path, "ALTER TABLE need_areas ADD COLUMN remarks TEXT DEFAULT 'x'")
    opened = open_project(path)
    assert opened.frames["need_areas"].equals(projects.areas_frame())
    assert [(fault.kind, fault.column) for fault in opened.faults] == [(PASSED_OVER, "remarks")]


@pytest.mark.parametrize("statement", ["UPDATE need_areas SET id = NULL WHERE fid = 2",
                                       "UPDATE need_areas SET id = (SELECT id FROM need_areas WHERE fid = 1) WHERE fid = 2"])
def test_a_row_without_a_key_of_its_own_is_left_out(path: Path, statement: str) -> None:
    alter(path, statement)
    opened = open_project(path)
    assert opened.frames["need_areas"]["id"].tolist() == ["06037101110", "06037101210", "06037101220"]
    (fault,) = faults(opened, LOST)
    assert (fault.rows, fault.earlier) == ((2,), f"{path.name}.~1~")


# --- rows of another program ---------------------------------------------------------------------------------------


def test_a_changed_row_is_used_and_told_by_its_number(path: Path) -> None:
    alter(path, "UPDATE need_areas SET children = 5 WHERE fid = 3")
    opened = open_project(path)
    assert opened.frames["need_areas"]["children"][2] == 5
    (fault,) = opened.faults
    assert (fault.kind, fault.table, fault.rows, fault.loses) == (CHANGED, "need_areas", (3,), False)
    assert "1 row differs from" in fault.text
    save_project(opened, path, previous=opened)
    assert open_project(path).faults == ()


@pytest.mark.parametrize(("statement", "rows"), [
    ("DELETE FROM need_areas WHERE fid = 2", (2,)), ("INSERT INTO need_areas (id, children) VALUES ('x', 5)", (5,)),
    ("UPDATE need_areas SET fid = 99 WHERE fid = 1", (1, 99)),
])
def test_rows_that_came_or_went_are_told(path: Path, statement: str, rows: tuple[int, ...]) -> None:
    alter(path, statement)
    assert faults(open_project(path), CHANGED)[0].rows == rows


def test_without_an_earlier_version_a_change_is_told_all_the_same(path: Path) -> None:
    path.with_name(f"{path.name}.~1~").unlink()
    alter(path, "UPDATE need_areas SET children = 5 WHERE fid = 3")
    assert [(fault.kind, fault.earlier) for fault in open_project(path).faults] == [(CHANGED, "")]


# --- shapes --------------------------------------------------------------------------------------------------------


def blob(wkb: bytes) -> bytes:
    return b"GP\0\1" + struct.pack("<i", 3310) + wkb


def ring(*points: tuple[float, float]) -> bytes:
    return blob(struct.pack("<BIII", 1, 3, 1, len(points)) + b"".join(struct.pack("<2d", *point) for point in points))


SHAPES = {
    "noise": bytes.fromhex("4750000100000000deadbeef"), "nothing": b"", "another header": b"XX" + b"\0" * 40, "a text": "POINT (1 2)",
    "a point": blob(struct.pack("<BIdd", 1, 1, 1.0, 2.0)), "no number": ring((0, 0), (float("nan"), 1), (1, 1), (0, 0)),
    "endless": ring((0, 0), (float("inf"), 1), (1, 1), (0, 0)), "far away": ring((0, 0), (0, 1e12), (1, 1), (0, 0)),
    "crossing itself": ring((0, 0), (1, 1), (1, 0), (0, 1), (0, 0)), "more points than bytes": blob(struct.pack("<BIII", 1, 3, 1, 0xFFFFFFFF)),
    "nested without end": blob(struct.pack("<BII", 1, 7, 1) * 100_000 + struct.pack("<BIdd", 1, 1, 1.0, 2.0)),
    "nested in another way": blob(struct.pack(">BII", 0, 6, 1) * 100_000),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_shape_that_is_none_is_missing_and_told(path: Path, shape: bytes) -> None:
    alter(path, "UPDATE need_areas SET geom = ? WHERE fid = 2", values=(shape,))
    opened = open_project(path)
    assert opened.frames["need_areas"].geometry.isna().tolist() == [False, True, False, False]
    assert [(fault.rows, fault.column) for fault in faults(opened, DOUBTED)] == [((2,), "geometry")]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:99999999", "", "nonsense", "+proj=nothing", "x" * 50_000, 5, None, ["EPSG:3310"]])
def test_a_coordinate_system_that_cannot_be_is_taken_from_the_layers(path: Path, crs: Any) -> None:
    alter(path, "UPDATE ecomap_meta SET value = ? WHERE key = 'crs'", values=(json.dumps(crs),))
    opened = open_project(path)
    assert opened.crs == "EPSG:3310"
    assert [(fault.table, fault.column) for fault in faults(opened, DOUBTED)] == [("ecomap_meta", "crs")]


# --- descriptions --------------------------------------------------------------------------------------------------

STYLES = [
    ("line_width", 1e308), ("line_width", -1), ("line_width", "inf"), ("size", 0), ("size", "nan"), ("fill_opacity", 2), ("classes", 0),
    ("classes", 10**12), ("classes", 2.5), ("classes", True), ("breaks", [2, 1]), ("breaks", [1, "inf"]), ("breaks", "12"), ("fill", "#GGGGGG"),
    ("fill", "red; drop"), ("line", 7), ("palette", "../../etc"), ("scheme", "nothing"), ("shape", "star"), ("dash", "false"), ("kind", None),
    ("symbols", [["a", "#12", "circle"]]), ("symbols", [["a"]]), ("symbols", {"a": 1}), ("glyph", "x" * 100), ("min_scale_px_per_m", -1),
]


@pytest.mark.parametrize(("field", "value"), STYLES, ids=lambda value: str(value)[:20])
def test_a_style_out_of_bounds_is_drawn_as_usual(path: Path, field: str, value: Any) -> None:
    describe(path, "ecomap_layers", "need_areas", lambda layer: layer["style"].update({field: value}))
    opened = open_project(path)
    usual = type(opened.layer("need_areas").style)()
    assert getattr(opened.layer("need_areas").style, field) == getattr(usual, field)
    (fault,) = faults(opened, DOUBTED)
    assert f"style.{field}" in fault.text
    assert fault.earlier == f"{path.name}.~1~"


@pytest.mark.parametrize(("field", "value"), [
    ("columns", {"a": 1}), ("columns", "children"), ("notes", 5), ("visible", "false"), ("sources", [5]), ("indicators", [{"column": "x"}]),
    ("view", {"top": 1}), ("boundary", None), ("geometry", "cube"),
])
def test_a_field_of_another_shape_is_left_out_of_a_layer(path: Path, field: str, value: Any) -> None:
    describe(path, "ecomap_layers", "need_areas", lambda layer: layer.update({field: value}))
    opened = open_project(path)
    assert opened.has_layer("need_areas")
    assert opened.layer("need_areas").geometry == "polygon"
    assert field in faults(opened, DOUBTED)[0].text


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '"x"', "{}", '{"id":5}', "[" * 200_000, '{"id":"need_areas","name":' + "1" * 5_000 + "}"])
def test_a_description_that_is_none_loses_its_layer_and_nothing_else(path: Path, text: str) -> None:
    alter(path, "UPDATE ecomap_layers SET description = ? WHERE id = 'need_areas'", values=(text,))
    opened = open_project(path)
    assert [layer.id for layer in opened.layers] == [layer.id for layer in projects.project().layers if layer.id != "need_areas"]
    assert [(fault.kind, fault.layer) for fault in opened.faults if fault.loses] == [(LOST, "need_areas")]


def test_a_direction_turned_round_is_told(path: Path) -> None:
    describe(path, "ecomap_layers", "need_areas", lambda layer: layer["indicators"][0].update(direction=-1))
    assert "description of 'need_areas'" in said(open_project(path))


def test_a_direction_that_is_none_takes_the_indicator_out(path: Path) -> None:
    describe(path, "ecomap_layers", "need_areas", lambda layer: layer["indicators"][0].update(direction=7))
    opened = open_project(path)
    assert opened.layer("need_areas").indicators == ()
    assert "indicators.children" in said(opened)


@pytest.mark.parametrize("view", [{"x": 0, "y": 0, "px_per_m": 0}, {"x": 0, "y": 0, "px_per_m": -1}, {"x": 1e300, "y": 0}, {"x": "inf", "y": 0}, [], "x"])
def test_a_view_of_nowhere_is_the_whole_project(path: Path, view: Any) -> None:
    alter(path, "UPDATE ecomap_meta SET value = ? WHERE key = 'view'", values=(json.dumps(view),))
    opened = open_project(path)
    assert opened.view == View()
    assert faults(opened, DOUBTED)[0].column == "view"


@pytest.mark.parametrize("statement", [
    "DELETE FROM ecomap_layers WHERE id = 'need_areas'", "DELETE FROM ecomap_tables WHERE table_name = 'need_areas'",
    "DROP TABLE need_areas", "UPDATE ecomap_tables SET columns = '[]' WHERE table_name = 'need_areas'",
    "UPDATE ecomap_tables SET columns = replace(columns, '\"name\":\"half\"', '\"name\":\"third\"') WHERE table_name = 'need_areas'",
])
def test_a_layer_that_is_gone_is_missed(path: Path, statement: str) -> None:
    alter(path, statement)
    opened = open_project(path)
    assert not opened.has_layer("need_areas")
    assert any(fault.layer == "need_areas" and fault.kind == LOST for fault in opened.faults)
    assert [result.id for result in opened.results] == ["coverage-gap-1"]


def test_an_answer_that_lost_a_table_goes_as_a_whole(path: Path) -> None:
    alter(path, "DROP TABLE result__coverage_gap_1__gaps")
    opened = open_project(path)
    assert opened.results == ()
    assert {fault.result for fault in faults(opened, LOST)} == {"coverage-gap-1"}


def test_an_answer_of_a_question_nobody_knows_is_kept(path: Path) -> None:
    describe(path, "ecomap_results", "coverage-gap-1", lambda result: result.update(analysis="of-tomorrow"))
    opened = open_project(path)
    assert opened.results[0].analysis == "of-tomorrow"
    assert not any(fault.loses for fault in opened.faults)


# --- programs in the file ------------------------------------------------------------------------------------------

ENDLESS = "WITH RECURSIVE q(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q) SELECT n AS fid, n AS id, 'x' AS name FROM q"


def test_a_view_under_the_name_of_a_table_is_never_asked(path: Path) -> None:
    alter(path, "ALTER TABLE need_areas RENAME TO other", f"CREATE VIEW need_areas AS {ENDLESS}")
    opened = open_project(path)
    assert not opened.has_layer("need_areas")
    assert "something else under the name" in said(opened)


@pytest.mark.parametrize("table", ["ecomap_meta", "ecomap_layers"])
def test_a_view_in_the_place_of_the_books_is_no_project(path: Path, table: str) -> None:
    alter(path, f"ALTER TABLE {table} RENAME TO other", f"CREATE VIEW {table} AS {ENDLESS}")
    with pytest.raises(ProjectError, match=table) as caught:
        open_project(path)
    assert f"{path.name}.~1~" in caught.value.hint


def test_a_table_that_is_worked_out_is_never_asked(path: Path) -> None:
    alter(path, "ALTER TABLE links RENAME TO other", "CREATE VIRTUAL TABLE links USING fts5(id, area_id, share)")
    opened = open_project(path)
    assert not opened.has_layer("links")


@pytest.mark.parametrize("trigger", [
    "AFTER INSERT ON ecomap_meta BEGIN DELETE FROM need_areas; END", "AFTER DELETE ON ecomap_layers BEGIN DELETE FROM need_areas; END",
    "AFTER INSERT ON ecomap_tables BEGIN UPDATE need_areas SET children = 0; END",
])
def test_triggers_never_run_and_a_save_leaves_them_out(path: Path, trigger: str) -> None:
    alter(path, f"CREATE TRIGGER mine {trigger}", f"CREATE VIEW spare AS {ENDLESS}",
          "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('spare', 'attributes', 'spare')",
          "CREATE TABLE of_another (a)")
    opened = open_project(path)
    assert {fault.kind for fault in opened.faults} == {PASSED_OVER}
    save_project(evolve(opened, title="Other"), path, previous=opened)
    again = open_project(path)
    assert again.faults == ()
    assert fingerprint(again.frames["need_areas"]) == fingerprint(projects.areas_frame())
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM gpkg_contents WHERE table_name = 'spare'").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'of_another'").fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize("statement", [
    "CREATE UNIQUE INDEX mine ON ecomap_layers (substr(description, 1, 1))", "ALTER TABLE ecomap_layers ADD COLUMN more TEXT NOT NULL DEFAULT ''",
])
def test_books_that_another_program_has_rebuilt_are_written_anew(path: Path, statement: str) -> None:
    try:
        alter(path, statement)
    except sqlite3.IntegrityError:
        alter(path, "DELETE FROM ecomap_layers WHERE place > 0", statement)
    opened = open_project(path)
    target = path if not any(fault.loses for fault in opened.faults) else path.with_name("other.ecomap.gpkg")
    save_project(evolve(opened, title="Other"), target, previous=opened)
    assert open_project(target).title == "Other"


def test_an_old_file_is_migrated_without_its_triggers(path: Path) -> None:
    alter(path, "ALTER TABLE ecomap_tables DROP COLUMN digest", "UPDATE ecomap_meta SET value = '3' WHERE key = 'schema_version'",
          "CREATE TRIGGER mine AFTER UPDATE ON ecomap_meta BEGIN DELETE FROM need_areas; END")
    assert len(open_project(path).frames["need_areas"]) == 4


def test_a_tree_of_pages_that_leads_to_itself_ends(path: Path) -> None:
    """Pages of one table that point at one another many times over would give rows without end."""
    save_project(projects.numbered(1, sites=3000), path)
    connection = sqlite3.connect(path)
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'two'").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    content = bytearray(path.read_bytes())
    start = (root - 1) * size
    assert content[start] == 5, "an inner page of a table"
    first = struct.unpack_from(">H", content, start + 12)[0]
    child = bytes(content[start + first : start + first + 4])
    leaf = (struct.unpack(">I", child)[0] - 1) * size
    content[leaf : leaf + size] = content[start : start + size]
    path.write_bytes(content)
    opened = open_project(path)
    assert [layer.id for layer in opened.layers] == ["one"]


# --- files that are hardly files -----------------------------------------------------------------------------------

RUINS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"", "half": lambda content: content[: len(content) // 2], "noise": lambda content: content[:4096] + bytes(range(256)) * 64,
    "text": lambda _: b"not a project" * 1000, "zeros": lambda content: b"\0" * len(content),
}


@pytest.mark.parametrize("ruin", RUINS.values(), ids=RUINS)
def test_a_ruin_is_told_in_one_sentence_with_the_last_good_version(path: Path, ruin: Callable[[bytes], bytes]) -> None:
    path.write_bytes(ruin(path.read_bytes()))
    with pytest.raises(ProjectError) as caught:
        open_project(path)
    assert caught.value.hint == f"The last good version is {path.name}.~1~: open that one."
    assert any(finding.level == "error" for finding in check_project(path))


def test_the_last_good_version_is_one_that_opens(path: Path) -> None:
    save_project(projects.project(), path)
    path.with_name(f"{path.name}.~1~").write_bytes(b"nothing")
    alter(path, "DROP TABLE ecomap_meta")
    with pytest.raises(ProjectError) as caught:
        open_project(path)
    assert f"{path.name}.~2~" in caught.value.hint


@pytest.mark.parametrize("value", ["'{'", "'\"4\"'", "'-1'", "'1e400'", "'true'", "NULL", "'2'", "'1'"])
def test_a_file_that_says_its_form_wrongly_is_read_by_its_tables(path: Path, value: str) -> None:
    alter(path, f"UPDATE OR REPLACE ecomap_meta SET value = coalesce({value}, '') WHERE key = 'schema_version'")
    opened = open_project(path)
    assert evolve(opened, faults=()) == projects.project()
    assert "which form it has" in said(opened)


def test_what_could_not_be_read_is_not_saved_over(path: Path, tmp_path: Path) -> None:
    alter(path, "UPDATE need_areas SET children = 'n/a' WHERE fid = 1")
    opened = open_project(path)
    before = hashlib.sha256(path.read_bytes()).digest()
    for previous in (opened, None):
        with pytest.raises(ProjectError, match="would lose the rest"):
            save_project(evolve(opened, title="Other"), path, previous=previous)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    save_project(opened, tmp_path / "other.ecomap.gpkg")
    assert open_project(tmp_path / "other.ecomap.gpkg").faults == ()
    save_project(projects.numbered(3), path)  # another project, which the planner puts there
    assert projects.number_of(open_project(path)) == 3


# --- files that other programs have had in hand --------------------------------------------------------------------


def test_a_file_with_a_spatial_index_and_tables_of_another_program_opens_as_it_was(path: Path) -> None:
    pyogrio.write_dataframe(projects.sites_frame(), path, layer="more", driver="GPKG", append=True)
    opened = open_project(path)
    assert evolve(opened, faults=()) == projects.project()
    assert not any(fault.loses for fault in opened.faults)
    save_project(evolve(opened, title="Other"), path, previous=opened)
    assert len(pyogrio.read_dataframe(path, layer="more")) == 3
    assert len(pyogrio.read_dataframe(path, layer="need_areas")) == 4
    assert open_project(path).faults == ()


def test_a_file_that_was_packed_or_kept_a_log_beside_it_opens_as_it_was(path: Path) -> None:
    alter(path, "PRAGMA journal_mode = WAL", "UPDATE gpkg_contents SET description = 'x'", "VACUUM")
    assert open_project(path) == projects.project()


def test_a_sound_file_opens_where_other_programs_left_statistics(path: Path) -> None:
    alter(path, "ANALYZE")
    assert open_project(path) == projects.project()


# --- more than EcoMap writes ---------------------------------------------------------------------------------------


def test_claims_of_great_numbers_are_bounded(path: Path) -> None:
    alter(path, "UPDATE ecomap_tables SET row_count = 999999999999 WHERE table_name = 'links'")
    assert len(open_project(path).frames["links"]) == 2
    columns = json.dumps([{"column": {"name": str(n), "stored": str(n), "kind": "text", "dtype": "object"}} for n in range(50_000)])
    alter(path, "UPDATE ecomap_tables SET columns = ? WHERE table_name = 'links'", values=(columns,))
    assert not open_project(path).has_layer("links")


def test_a_table_of_two_thousand_columns_opens(path: Path) -> None:
    alter(path, "BEGIN", *(f"ALTER TABLE links ADD COLUMN c{n}" for n in range(1_900)), "COMMIT")
    opened = open_project(path)
    assert opened.frames["links"].equals(projects.links_frame())
    assert "1,900 columns" in said(opened)


def test_a_very_long_description_is_not_read(path: Path) -> None:
    alter(path, "UPDATE ecomap_layers SET description = ? WHERE id = 'links'", values=("[" + "1," * 20_000_000 + "1]",))
    assert not open_project(path).has_layer("links")


def test_what_is_no_file_is_neither_read_nor_replaced(tmp_path: Path) -> None:
    """A link to a device has no end, and a save would put a project in its place."""
    link = tmp_path / "p.ecomap.gpkg"
    link.symlink_to("/dev/zero")
    with pytest.raises(ProjectError):
        open_project(link)
    with pytest.raises(ProjectError, match="is no file"):
        save_project(Project(), link)
    assert not Path("/dev/zero").is_file()


@pytest.mark.skipif(os.name != "posix", reason="links and files of the system")
def test_what_has_no_end_or_leads_nowhere_is_refused_at_once(tmp_path: Path) -> None:
    """What a system shows as an empty file may be read for ever, or stand where no lock can."""
    for target, words in (("p.ecomap.gpkg", "leads back to itself"), ("gone.gpkg", "no file"), ("/proc/self/mem", "nothing in it"),
                          ("/proc/kmsg", "nothing in it")):
        link = tmp_path / "p.ecomap.gpkg"
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        if target.startswith("/proc") and not Path(target).is_file():
            continue
        began = time.monotonic()
        with held(link, wait_s=20.0), pytest.raises(ProjectError, match=words):
            open_project(link)
        assert time.monotonic() - began < 10
        assert link.is_symlink()


@pytest.mark.parametrize("shape", [b"GP\0\1" + bytes(4) + bytes.fromhex("010400000000000000"), b"GP\0\1" + bytes(4) + bytes.fromhex("010200000000000000")],
                         ids=["no points", "a line of none"])
def test_a_shape_without_a_point_is_missing_and_told(path: Path, shape: bytes) -> None:
    alter(path, "UPDATE need_areas SET geom = ? WHERE fid = 2", values=(shape,))
    opened = open_project(path)
    assert opened.frames["need_areas"].geometry.iloc[1] is None
    assert [fault.rows for fault in faults(opened, DOUBTED) if fault.layer == "need_areas"] == [(2,)]


def test_a_shape_that_an_earlier_ecomap_wrote_without_a_point_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "hollow.ecomap.gpkg"
    before = projects.project()
    frame = before.frames["need_areas"].copy()
    frame.loc[frame.index[1], "geometry"] = Polygon()
    save_project(evolve(before, frames={**before.frames, "need_areas": frame}), path)
    for statements in ((), ("ALTER TABLE ecomap_tables DROP COLUMN digest", "UPDATE ecomap_meta SET value = '3' WHERE key = 'schema_version'",
                            "DELETE FROM ecomap_meta WHERE key = 'digests'")):
        alter(path, *statements)
        opened = open_project(path)
        assert opened.faults == ()
        assert opened.frames["need_areas"].geometry.iloc[1].is_empty


def test_a_table_said_to_be_that_of_another_layer_is_not_believed(path: Path) -> None:
    alter(path, "UPDATE ecomap_tables SET layer = 'x' WHERE layer = 'need_areas'", "UPDATE ecomap_tables SET layer = 'need_areas' WHERE layer = 'zones'",
          "UPDATE ecomap_tables SET layer = 'zones' WHERE layer = 'x'")
    opened = open_project(path)
    assert not opened.has_layer("need_areas")
    assert any(fault.kind == LOST and fault.table == "ecomap_tables" for fault in opened.faults)


DESCRIBED: dict[str, tuple[str, str, Callable[[Any], None]]] = {
    "a title": ("ecomap_layers", "need_areas", lambda found: found.update(name="Other")),
    "a role": ("ecomap_layers", "need_areas", lambda found: found.update(role="zone")),
    "a hidden column": ("ecomap_layers", "need_areas", lambda found: found["columns"][0].update(hidden=not found["columns"][0]["hidden"])),
    "an answer's title": ("ecomap_results", "coverage-gap-1", lambda found: found.update(title="Other")),
    "an answer's figure": ("ecomap_results", "coverage-gap-1", lambda found: found.update(sentence="Other")),
}


@pytest.mark.parametrize("place", DESCRIBED.values(), ids=DESCRIBED)
def test_a_believable_description_that_another_program_wrote_is_used_and_told(path: Path, place: tuple[str, str, Callable[[Any], None]]) -> None:
    table, key, change = place
    describe(path, table, key, change)
    opened = open_project(path)
    assert [(fault.kind, fault.table, fault.layer or fault.result) for fault in opened.faults] == [(CHANGED, table, key)]


def test_without_digests_descriptions_are_believed_without_a_word(path: Path) -> None:
    alter(path, "DELETE FROM ecomap_meta WHERE key = 'digests'")
    assert open_project(path).faults == ()
    describe(path, "ecomap_layers", "need_areas", lambda found: found.update(name="Other"))
    assert open_project(path).faults == ()


def test_damage_that_sqlite_quotes_in_bytes_that_are_no_text_is_damage_like_any_other() -> None:
    from ecomap.io.store.gate import Gate

    class Quoting:
        def set_progress_handler(self, *_: object) -> None: ...

        def execute(self, *_: object) -> None:
            b"malformed \xff".decode()

    with pytest.raises(sqlite3.DatabaseError, match="describes its tables"):
        Gate(Quoting(), 1000).ask("SELECT 1")  # type: ignore[arg-type]
