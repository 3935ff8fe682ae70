"""Sentences come back from a project file with their message and values, in descriptions and in cells, and nothing in it is trusted."""

from __future__ import annotations

import base64
import datetime
import json
import math
import sqlite3
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from ecomap.io import migrations
from ecomap.io.migrations import step_5_to_6
from ecomap.io.store import check_project, fingerprint, messages, open_project, save_project
from ecomap.io.store.messages import _Column, _Part
from ecomap.io.store.schema import create_geopackage
from ecomap.model.dates import date_in_words
from ecomap.model.project import Project
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import Said, as_data, from_data, has_identity, joined, listed, name, plural, say
from ecomap.model.units import format_number, format_with_margin
from ecomap.render.words.language import language
from tests.io import projects

IN_REACH = say("in reach")
PARTLY = say("{share} of {children} in reach", share=format_number(0.5, "share"), children=format_with_margin(1200.0, 30.0))
SENTENCES = [
    IN_REACH, PARTLY, say("high", context="school level"), say("none does it").capitalize(), say("Is it far?").bare().small(),
    plural("{n} school of {where}", "{n} schools of {where}", 1200, where=name("Watts")),
    format_number(math.inf, "m"), format_number(math.nan), format_number(None), format_number(np.float64(3.25), "score", 1),
    date_in_words(datetime.date(2026, 11, 21)), listed([say("parks"), "Garfield High"]), joined([say("first"), say("second")], " · "),
]


def same(one: str, other: str) -> bool:
    return one == other and as_data(one) == as_data(other)


def project_with(cells: list[Any]) -> Project:
    """A project whose answer says things in its fields and in the cells of its first table."""
    project = projects.project()
    (answer,) = project.results
    frame = pd.DataFrame({"id": [str(number) for number in range(len(cells))], "state": pd.Series(cells, dtype=object)})
    answer = evolve(
        answer, title=say("Gaps: {what}", what=say("mental health service")), sentence=PARTLY,
        outputs=(evolve(answer.outputs[0], frame=frame, title=say("By area")), *answer.outputs[1:]),
        figures=(KeyFigure("children", say("Children"), 5.0, note=SENTENCES[5]),), notes=(Note("count", IN_REACH, 1),),
        bars=((IN_REACH, 0.5, None), (name("Watts"), 0.25, 0.1)), bars_title=say("Shares"),
    )
    return project.without_result(answer.id).with_result(answer)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "said.ecomap.gpkg"


def through_the_file(project: Project, path: Path) -> Project:
    save_project(project, path)
    return open_project(path)


def altered(path: Path, statement: str, *values: Any) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def table_of(path: Path) -> str:
    """The table of the answer by area."""
    connection = sqlite3.connect(path)
    (table,) = connection.execute("SELECT table_name FROM ecomap_tables WHERE output = 'areas'").fetchone()
    connection.close()
    return str(table)


def test_every_field_that_says_something_keeps_message_and_values(path: Path) -> None:
    before = project_with(["a"])
    (was,), (now,) = before.results, through_the_file(before, path).results
    assert now == was
    for one, other in ((was.title, now.title), (was.sentence, now.sentence), (was.outputs[0].title, now.outputs[0].title),
                       (was.figures[0].note, now.figures[0].note), (was.notes[0].text, now.notes[0].text),
                       (was.bars[0][0], now.bars[0][0]), (was.bars_title, now.bars_title)):
        assert isinstance(other, Said), one
        assert same(one, other), one
    assert now.bars[1][0].key == ""


@pytest.mark.parametrize("said", SENTENCES, ids=str)
def test_a_cell_comes_back_as_the_message_it_was(said: Said, path: Path) -> None:
    before = project_with([said, "Garfield High", None, said])
    back = through_the_file(before, path).results[0].main.frame["state"]
    assert [type(cell) for cell in back] == [type(said), str, type(None), type(said)]
    assert same(back[0], said)
    assert same(back[3], said)
    assert language("qps").say(back[0]) == language("qps").say(said)


def test_other_programs_read_the_english_and_messages_of_one_shape_stand_together(path: Path) -> None:
    others = [say("{share} of {children} in reach", share=format_number(share, "share"), children=format_with_margin(count, 30.0))
              for share, count in ((0.25, 900.0), (0.75, 40.0))]
    save_project(project_with([PARTLY, PARTLY, IN_REACH, "x", *others]), path)
    connection = sqlite3.connect(path)
    (table,) = connection.execute("SELECT table_name FROM ecomap_tables WHERE output = 'areas'").fetchone()
    assert [cell for (cell,) in connection.execute(f"SELECT state FROM {table}")] == [str(PARTLY)] * 2 + ["in reach", "x", *map(str, others)]
    kept = connection.execute("SELECT part, shape, data FROM ecomap_said WHERE table_name = ? AND column_name = 'state' ORDER BY part", (table,)).fetchall()
    assert [(part, json.loads(shape or "null")) for part, shape, _ in kept][::2] == [(0, None), (2, {"say": "in reach", "with": {}})]
    assert json.loads(kept[1][1])["say"] == PARTLY.key
    assert json.loads(zlib.decompress(kept[0][2])) == [1, 2, 0, 1, 1]
    values = json.loads(zlib.decompress(kept[1][2]))
    assert [0.5, 0.25, 0.75] in values
    assert [1200.0, 900.0, 40.0] in values
    connection.close()


def test_a_message_waits_until_somebody_asks_for_more_than_its_english(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = project_with([PARTLY, IN_REACH, "x", listed([say("parks"), "Garfield High"])])
    save_project(before, path)
    made: list[str] = []
    real = messages.from_data
    monkeypatch.setattr(messages, "from_data", lambda data: made.append(real(data)) or made[-1])
    back = open_project(path).results[0].main.frame["state"]
    assert list(back) == list(before.results[0].main.frame["state"])
    assert made == []
    assert back[0].key == PARTLY.key
    assert made == [str(PARTLY)]
    assert same(back[3], before.results[0].main.frame["state"][3])
    assert not hasattr(back[0], "nothing_of_ours")


def test_a_message_that_waited_is_copied_and_sent_elsewhere_as_a_whole(path: Path) -> None:
    cell = through_the_file(project_with([PARTLY]), path).results[0].main.frame["state"][0]
    path.unlink()
    made, given = cell.__reduce__()
    assert same(made(*given), PARTLY)
    with pytest.raises(AttributeError):
        cell.key = "x"


def test_messages_within_lists_and_beside_numbers_come_back(path: Path) -> None:
    back = through_the_file(project_with([1.5, IN_REACH, [PARTLY, "x"], None]), path).results[0].main.frame["state"]
    assert back[0] == 1.5
    assert same(back[1], IN_REACH)
    assert same(back[2][0], PARTLY)
    assert type(back[2][1]) is str


def test_a_table_that_goes_takes_its_messages_along(path: Path) -> None:
    before = project_with([IN_REACH])
    save_project(before, path)
    save_project(before.without_result(before.results[0].id), path, previous=before)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM ecomap_said").fetchone() == (0,)
    connection.close()


def test_a_table_that_stays_keeps_its_messages(path: Path) -> None:
    before = project_with([IN_REACH])
    save_project(before, path)
    save_project(evolve(before, title="Other"), path, previous=before)
    assert same(open_project(path).results[0].main.frame["state"][0], IN_REACH)


def test_the_fingerprint_of_rows_is_that_of_their_english(path: Path) -> None:
    frame = project_with([PARTLY, None]).results[0].main.frame
    plain = frame.assign(state=pd.Series([str(PARTLY), None], dtype=object))
    assert fingerprint(frame) == fingerprint(plain)


def test_a_text_that_another_program_wrote_into_a_cell_is_a_text(path: Path) -> None:
    save_project(project_with([IN_REACH]), path)
    connection = sqlite3.connect(path)
    (table,) = connection.execute("SELECT table_name FROM ecomap_tables WHERE output = 'areas'").fetchone()
    connection.close()
    altered(path, f"UPDATE {table} SET state = 'far'")
    assert type(open_project(path).results[0].main.frame["state"][0]) is str


HOSTILE = [
    "", "nul", "[]", "null", "3", '"in reach"', "[" * 100_000, '{"say":' * 5_000,
    json.dumps({"text": "in reach", "say": 3, "with": {}}),
    json.dumps({"text": "in reach", "say": "in reach"}),
    json.dumps({"text": "in reach", "say": "All of it", "with": {}}),  # one thing to one reader, another to the next
    json.dumps({"text": "in reach", "say": "{a}", "with": {"a": None}}),
    json.dumps({"text": "in reach", "say": "{a}", "with": {"a": [["x"]]}}),
    json.dumps({"text": "in reach", "quantity": "", "with": {"value": "x", "moe": None, "unit": "m", "digits": None, "part": "whole"}}),
    json.dumps({"text": "in reach", "quantity": "", "with": {"value": 1, "moe": None, "unit": "m", "digits": 10**9, "part": "whole"}}),
    json.dumps({"text": "in reach", "quantity": "", "with": {"value": 10**400, "moe": None, "unit": "", "digits": 0, "part": "whole"}}),
    json.dumps({"text": "in reach", "quantity": "", "with": {"value": 1, "moe": None, "unit": [], "digits": 0, "part": "whole"}}),
    json.dumps({"text": "in reach", "day": "", "with": {"iso": "2026-99-99"}}),
    json.dumps({"text": "in reach", "day": "", "with": {"iso": "0000"}}),
    json.dumps({"text": "in reach", "list": "", "with": {"parts": "in reach", "joint": "and"}}),
    json.dumps({"text": "in reach", "list": "", "with": {"parts": ["x"], "joint": "and"}}),
    json.dumps({"text": "in reach", "say": "in reach", "with": {"n": 10**30}, "many": "in reach", "by": "n"}),
    json.dumps({"text": "in reach", "say": "in reach", "with": {}, "many": "in reach", "by": "m"}),
    json.dumps({"text": "in reach" + "x" * 300_000, "say": "in reach", "with": {}}),
    json.dumps({"text": "in reach", "say": "in reach", "with": {}, "more": "x" * 300_000}),  # longer than any of ours
]


@pytest.mark.parametrize("whole", [True, False], ids=["rows as written", "rows changed"])
@pytest.mark.parametrize("column", ["shape", "data", "bare data"])
@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_sound_message_is_read_as_the_text_it_stands_for(data: str, column: str, whole: bool, path: Path) -> None:
    said = IN_REACH if column == "shape" else PARTLY
    save_project(project_with([said, "b"]), path)
    altered(path, f"UPDATE ecomap_said SET {column.split()[-1]} = ? WHERE part > 0 OR {int(column != 'shape')}",
            zlib.compress(data.encode()) if column == "data" else data)
    if not whole:
        altered(path, f"UPDATE {table_of(path)} SET state = 'c' WHERE state = 'b'")
    cell, _ = open_project(path).results[0].main.frame["state"]
    assert cell == str(said)
    assert not getattr(cell, "key", "")
    assert language("qps").say(cell).strip("⟦⟧") == str(said)


def test_values_without_end_and_places_that_are_not_there_leave_a_text(path: Path) -> None:
    save_project(project_with([PARTLY]), path)
    shape = json.dumps({"say": "{a}", "with": {"a": {"$": 0}}})
    bombs = [
        (shape, zlib.compress(b'[["' + b"a" * 10_000_000 + b'"]]')), (shape, zlib.compress(b'[["x"]]')[:-3]), (shape, b""),
        (shape, zlib.compress(b"[]")), (shape, zlib.compress(b"[[],[]]")), (shape, zlib.compress(b'[["x"],["x","y"]]')), (shape, zlib.compress(b'["x"]')),
        (json.dumps({"say": "{a}" * 60_000, "with": {"a": {"$": 0}}}), zlib.compress(b'[["' + b"a" * 900_000 + b'"]]')),  # 54 GB
        (json.dumps({"say": "{a}", "with": {"a": {"$": "x"}}}), zlib.compress(b'[["x"]]')),
        (json.dumps({"say": "{a}", "with": {"a": {"$": -7}}}), zlib.compress(b'[["x"]]')),
        (json.dumps({"list": "", "with": {"parts": [{"$": 0}] * 9, "joint": "-" * 150_000}}), zlib.compress(b'[["' + b"a" * 900_000 + b'"]]')),
    ]
    for numbers in ([1], [2], [-1], [True], ["1"], [1, 1], [], {}, None):
        altered(path, "UPDATE ecomap_said SET data = ? WHERE part = 0", zlib.compress(json.dumps(numbers).encode()))
        for odd, data in bombs:
            altered(path, "UPDATE ecomap_said SET shape = ?, data = ? WHERE part = 1", odd, data)
            (cell,) = open_project(path).results[0].main.frame["state"]
            assert cell == str(PARTLY)
            assert not getattr(cell, "key", ""), (numbers, odd)


def test_a_message_deeper_than_any_of_ours_ends_as_a_text() -> None:
    said: Any = {"text": "x", "say": "x", "with": {}}
    for _ in range(200):
        said = {"text": "x", "say": "{a}", "with": {"a": said}}
    assert language("qps").say(from_data(said)).count("⟦") <= 50
    column = _Column({1: _Part(json.dumps(said), zlib.compress(b"[]"))}, 1_000_000)
    assert [text for text, _ in column.messages()] == ["x"]


def test_a_template_out_of_a_file_reaches_nothing() -> None:
    said = from_data({"text": "{a.__class__}", "say": "{a.__class__}", "with": {"a": "1"}})
    assert language("qps").say(said) == "⟦{a.__class__}⟧"


def test_a_project_without_the_table_of_messages_opens_and_is_reported(path: Path) -> None:
    save_project(project_with([IN_REACH]), path)
    altered(path, "DROP TABLE ecomap_said")
    assert open_project(path).results[0].main.frame["state"][0] == "in reach"
    assert any("ecomap_said" in finding.text for finding in check_project(path))


def test_a_description_that_is_nested_without_end_is_not_believed(path: Path) -> None:
    save_project(project_with([IN_REACH]), path)
    altered(path, "UPDATE ecomap_results SET description = ?", "[" * 100_000)
    opened = open_project(path)
    assert opened.results == ()
    assert [(fault.kind, fault.result) for fault in opened.faults] == [("lost", "coverage-gap-1")]


def test_a_message_in_one_of_pandas_columns_of_texts_comes_back_as_a_message(tmp_path: Path) -> None:
    project = project_with([PARTLY])
    (answer,) = project.results
    (output, *others) = answer.outputs
    texts = output.frame.assign(words=pd.Series([IN_REACH] * len(output.frame), index=output.frame.index, dtype="str"))
    saved = project.with_result(evolve(answer, outputs=(evolve(output, frame=texts), *others)))
    save_project(saved, tmp_path / "a.ecomap.gpkg")
    again = open_project(tmp_path / "a.ecomap.gpkg").results[0].outputs[0].frame["words"]
    assert all(same(cell, IN_REACH) for cell in again)


def test_a_title_that_is_a_message_comes_back_as_one_and_a_planners_own_as_a_name(tmp_path: Path) -> None:
    for title in (say("Los Angeles"), "My town"):
        save_project(evolve(project_with([PARTLY]), title=title), tmp_path / "a.ecomap.gpkg")
        assert same(open_project(tmp_path / "a.ecomap.gpkg").title, title)


def test_a_large_column_takes_a_small_part_of_what_its_messages_take_as_json(path: Path) -> None:
    cells = [joined([PARTLY, plural("{n} school of {where}", "{n} schools of {where}", count, where=name("Watts"))], "; ") for count in range(2_000)]
    before = project_with(cells)
    save_project(before, path)
    connection = sqlite3.connect(path)
    (kept,) = connection.execute("SELECT sum(length(shape) + length(data)) FROM ecomap_said").fetchone()
    connection.close()
    assert kept < sum(len(json.dumps(as_data(cell))) for cell in cells) / 50
    back = open_project(path).results[0].main.frame["state"]
    assert all(map(same, back, cells))


# --- a file of schema 5 ---------------------------------------------------------------------------------------------


def as_in_schema_5(path: Path) -> None:
    """Bring the messages of a file to the form they had: a row for every distinct text, long ones packed."""
    opened = open_project(path)
    connection = sqlite3.connect(path)
    owners = {(result, output): table for table, result, output in connection.execute("SELECT table_name, result, output FROM ecomap_tables")}
    connection.execute("DROP TABLE ecomap_said")
    connection.execute("""CREATE TABLE ecomap_said (
      fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, table_name TEXT NOT NULL, column_name TEXT NOT NULL,
      text TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (table_name, column_name, text))""")
    for result in opened.results:
        for output in result.outputs:
            for column in output.frame:
                said = {str(cell): cell for cell in output.frame[column] if has_identity(cell)}
                connection.executemany("INSERT INTO ecomap_said (table_name, column_name, text, data) VALUES (?, ?, ?, ?)",
                                       [(owners[result.id, output.name], column, text, packed(json.dumps(as_data(cell)))) for text, cell in said.items()])
    connection.execute("UPDATE ecomap_meta SET value = '5' WHERE key = 'schema_version'")
    connection.commit()
    connection.close()


def packed(plain: str) -> str:
    """JSON as schema 5 packed it."""
    if len(plain) <= 120:
        return plain
    press = zlib.compressobj(9, wbits=-zlib.MAX_WBITS, zdict=step_5_to_6._OFTEN)
    return "=" + base64.b85encode(press.compress(plain.encode()) + press.flush()).decode()


def test_a_file_of_schema_5_keeps_its_messages_and_is_saved_in_todays_form(path: Path) -> None:
    before = project_with([*{str(said): said for said in SENTENCES}.values(), joined(SENTENCES, "; "), "x", None])
    save_project(before, path)
    as_in_schema_5(path)
    old = path.read_bytes()
    opened = open_project(path)
    assert path.read_bytes() == old
    assert [fault for fault in opened.faults if fault.loses] == []
    for project in (opened, through_the_file(opened, path)):
        for back, cell in zip(project.results[0].main.frame["state"], before.results[0].main.frame["state"], strict=True):
            assert type(back) is type(cell)
            assert cell is None or same(back, cell)
    connection = sqlite3.connect(path)
    assert "shape" in [column for _, column, *_ in connection.execute("PRAGMA table_info(ecomap_said)")]
    connection.close()


def test_hostile_messages_of_schema_5_stay_texts(path: Path) -> None:
    save_project(project_with([IN_REACH]), path)
    as_in_schema_5(path)
    press = zlib.compressobj(9, wbits=-zlib.MAX_WBITS, zdict=step_5_to_6._OFTEN)
    bomb = "=" + base64.b85encode(press.compress(b'{"text":"' + b"a" * 10_000_000 + b'"}') + press.flush()).decode()
    for data in (*HOSTILE, bomb, "=", "=!", "= \x00", packed(json.dumps(as_data(joined(SENTENCES))))[:-3]):
        altered(path, "UPDATE ecomap_said SET data = ?", data)
        (cell,) = open_project(path).results[0].main.frame["state"]
        assert cell == "in reach"
        assert language("qps").say(cell) == "in reach"


def test_the_step_leaves_a_table_that_is_in_todays_form_already() -> None:
    memory = sqlite3.connect(":memory:")
    create_geopackage(memory)
    memory.execute("INSERT INTO ecomap_said (table_name, column_name, part, shape, data) VALUES ('t', 'c', 0, '', x'00')")
    migrations.migrate(memory, 5)
    assert memory.execute("SELECT count(*) FROM ecomap_said").fetchone() == (1,)
    memory.close()
