"""Sentences come back from a project file with their message and values, in descriptions and in cells, and nothing in it is trusted."""

from __future__ import annotations

import datetime
import json
import math
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from ecomap.io.store import check_project, fingerprint, open_project, save_project
from ecomap.io.store.messages import _message
from ecomap.model.dates import date_in_words
from ecomap.model.project import Project
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import Said, as_data, from_data, joined, listed, name, plural, say
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


def test_other_programs_read_the_english_and_each_text_is_kept_once(path: Path) -> None:
    save_project(project_with([PARTLY, PARTLY, IN_REACH, "x"]), path)
    connection = sqlite3.connect(path)
    (table,) = connection.execute("SELECT table_name FROM ecomap_tables WHERE output = 'areas'").fetchone()
    assert [cell for (cell,) in connection.execute(f"SELECT state FROM {table}")] == [str(PARTLY)] * 2 + ["in reach", "x"]
    kept = connection.execute("SELECT column_name, text FROM ecomap_said WHERE table_name = ?", (table,)).fetchall()
    assert sorted(kept) == sorted([("state", str(PARTLY)), ("state", "in reach")])
    connection.close()


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


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_sound_message_is_read_as_the_text_it_stands_for(data: str, path: Path) -> None:
    save_project(project_with([IN_REACH]), path)
    altered(path, "UPDATE ecomap_said SET data = ?", data)
    (cell,) = open_project(path).results[0].main.frame["state"]
    assert type(cell) is str
    assert cell == "in reach"


def test_a_message_deeper_than_any_of_ours_ends_as_a_text() -> None:
    said: Any = {"text": "x", "say": "x", "with": {}}
    for _ in range(200):
        said = {"text": "x", "say": "{a}", "with": {"a": said}}
    assert language("qps").say(from_data(said)).count("⟦") <= 50
    assert _message(json.dumps(said), "x") == "x"


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


def test_long_messages_are_packed_and_come_back_and_a_bomb_stays_a_text() -> None:
    import base64
    import zlib

    from ecomap.io.store.messages import _OFTEN, _json

    long = joined([plural("{n} school of {where}", "{n} schools of {where}", count, where=name("Watts")) for count in range(2, 30)], "; ")
    packed = _json(long)
    assert packed.startswith("=")
    assert len(packed) < len(json.dumps(as_data(long))) / 5
    assert same(_message(packed, str(long)), long)
    assert _json(IN_REACH).startswith("{")
    assert same(_message(_json(IN_REACH), str(IN_REACH)), IN_REACH)
    press = zlib.compressobj(9, wbits=-zlib.MAX_WBITS, zdict=_OFTEN)
    bomb = "=" + base64.b85encode(press.compress(b'{"text":"' + b"a" * 10_000_000 + b'"}') + press.flush()).decode()
    for odd in (bomb, "=", "=!", "= \x00", packed[:-3]):
        assert type(_message(odd, "in reach")) is str
