"""The day of a project: written down, changed only when somebody says so, and told where an answer's day has passed."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from attrs import evolve
from click.testing import CliRunner

from ecomap.cli.program import program
from ecomap.model import dates
from ecomap.model.change import change_between
from ecomap.model.errors import ParameterError
from ecomap.model.project import ANSWERED, MADE, SAVED, TOLD, Project
from ecomap.workspace import operations
from ecomap.workspace.answer_names import answer_names
from ecomap.workspace.asked import asked_words
from ecomap.workspace.contents import contents
from ecomap.workspace.days import day_of_answer, day_words, long_past, passed_since
from ecomap.workspace.pages import map_page
from tests.small_project import small_project

CLOCKS = (dt.date(2019, 10, 1), dt.date(2031, 3, 5))
HERE = "2026-11-29"


def at(monkeypatch: pytest.MonkeyPatch, clock: dt.date) -> None:
    for module in ("ecomap.model.dates", "ecomap.workspace.days", "ecomap.workspace.pages"):
        monkeypatch.setattr(f"{module}.today", lambda: clock)


def dated(start: str = "", end: str = "", *, layer: str = "sites") -> Project:
    town = operations.set_day(small_project(), HERE)
    return town.with_layer(town.layer(layer), town.frame(layer).assign(start=start, end=end, status=""))


def reach(project: Project, **given: Any) -> tuple[Project, Any]:
    return operations.run_analysis(project, "coverage-gap", {"target": "approach:*", **given})


# --- the day of a project ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("clock", CLOCKS, ids=str)
def test_a_new_project_speaks_of_the_day_it_is_made(monkeypatch: pytest.MonkeyPatch, clock: dt.date) -> None:
    at(monkeypatch, clock)
    project = operations.new_project()
    assert (project.day, project.day_from) == (clock.isoformat(), MADE)


@pytest.mark.parametrize("text", ["2026-11-29", "2026", "today", "TODAY", ""])
def test_the_day_is_what_somebody_says(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    at(monkeypatch, dt.date(2031, 3, 5))
    told = operations.set_day(small_project(), text)
    assert (told.day, told.day_from) == ({"2026": "2026-01-01", "2026-11-29": HERE}.get(text, "2031-03-05"), TOLD)
    assert change_between(small_project(), told).day


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(ParameterError, match="not a date"):
        operations.set_day(small_project(), "soon")


def test_the_day_stays_through_file_and_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, CLOCKS[0])
    project = operations.new_project(title="Town")
    operations.save_project(project, tmp_path / "town.ecomap.gpkg")
    at(monkeypatch, CLOCKS[1])
    assert operations.open_project(tmp_path / "town.ecomap.gpkg").day == CLOCKS[0].isoformat()


@pytest.mark.parametrize("analysis", ["coverage-gap", "need-index", "overlap", "dashboard", "peers", "priority"])
def test_no_answer_of_a_project_changes_with_the_clock(monkeypatch: pytest.MonkeyPatch, analysis: str) -> None:
    project = dated("2018", "2028")
    told = []
    for clock in CLOCKS:
        at(monkeypatch, clock)
        _, result = operations.run_analysis(project, analysis, {"target": "approach:*"} if analysis in ("coverage-gap", "priority") else {})
        told.append((result.id, result.sentence, [str(one) for one in result.figures], [pd.DataFrame(x.frame).to_csv() for x in result.outputs]))
    assert told[0] == told[1]
    assert "As of 29 November 2026" in told[0][1]


def test_another_day_is_another_answer_with_its_day_in_its_name() -> None:
    project, first = reach(dated("2020", ""))
    project, second = reach(project, as_of="2019")
    assert first.id != second.id
    names = answer_names(project)
    assert names[first.id].endswith("as of 29 November 2026"), names
    assert names[second.id].endswith("as of 1 January 2019"), names
    assert (day_of_answer(first), day_of_answer(second)) == (HERE, "2019-01-01")
    assert first.figures[0].value != second.figures[0].value
    from ecomap.analysis import registry

    params = registry.analysis("coverage-gap").params
    assert "as of" not in asked_words(project, params, first.provenance.params)
    assert "as of 1 January 2019" in asked_words(project, params, second.provenance.params)


# --- a project of a time without days ------------------------------------------------------------------------------


def _without_a_day(path: Path, *more: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE ecomap_meta SET value = '[]' WHERE key = 'meta'")
        for statement in more:
            connection.execute(statement)


def test_an_old_project_takes_the_day_of_its_last_answer(tmp_path: Path) -> None:
    path = tmp_path / "old.ecomap.gpkg"
    project, result = reach(dated())
    result = evolve(result, provenance=evolve(result.provenance, made_at="2024-05-06T07:08:09+00:00"))
    operations.save_project(project.with_result(result), path)
    _without_a_day(path)
    opened = operations.open_project(path)
    assert (opened.day, opened.day_from) == ("2024-05-06", ANSWERED)
    assert "that of its last answer" in day_words(opened)


def test_an_old_project_without_answers_takes_the_day_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "old.ecomap.gpkg"
    operations.save_project(small_project(), path)
    _without_a_day(path, """UPDATE ecomap_meta SET value = '"2023-02-01T10:00:00+00:00"' WHERE key = 'saved_at'""")
    opened = operations.open_project(path)
    assert (opened.day, opened.day_from) == ("2023-02-01", SAVED)
    assert "the day its file was saved" in day_words(opened)


def test_an_answer_of_a_time_without_days_speaks_of_the_day_it_was_made() -> None:
    _, result = reach(dated())
    old = evolve(result, provenance=evolve(result.provenance, params={**result.provenance.params, "as_of": ""}, made_at="2024-05-06T07:08:09+00:00"))
    assert day_of_answer(old) == "2024-05-06"


# --- what has passed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "end", "said"), [
    ("", "2026-12-01", "ended"), ("", "2026-11-30", "ended"), ("", "2026-11-29", ""), ("", "2027-02-01", "ended"), ("", "2027-02-02", ""),
    ("2026-11-30", "", "began"), ("2026-11-29", "", ""), ("2027-02-02", "", ""), ("", "", ""),
    ("2026-12-01", "2026-12-31", ""),  # neither then nor now
])
def test_an_answer_says_what_has_passed_since_its_day(start: str, end: str, said: str) -> None:
    project, result = reach(dated(start, end))
    passed = passed_since(project, result, dt.date(2027, 2, 1))
    assert (said in passed) if said else (passed == "")
    if said:
        assert "between 29 November 2026 and 1 February 2027" in passed


def test_what_the_question_is_not_about_does_not_make_it_old() -> None:
    project, result = operations.run_analysis(dated("", "2026-12-01"), "coverage-gap", {"target": "service:*"})
    assert passed_since(project, result, dt.date(2027, 2, 1)) == ""


def test_schools_that_close_make_an_answer_old() -> None:
    project, result = operations.run_analysis(dated("", "2026-12-01", layer="schools"), "overlap", {})
    assert "schools ended" in passed_since(project, result, dt.date(2027, 2, 1))


def test_the_later_of_the_project_s_day_and_the_clock_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, dt.date(2026, 11, 29))
    project, result = reach(dated("", "2027-01-01"))
    assert passed_since(project, result) == ""
    assert passed_since(operations.set_day(project, "2027-02-01"), result) != ""
    at(monkeypatch, dt.date(2027, 3, 1))
    assert passed_since(project, result) != ""


def test_a_page_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    project, _ = reach(dated("", "2027-01-01"))
    assert not any("Its day has passed" in text for text in map_page(project, made_on="2026-12-24").cautions)
    assert any("Its day has passed" in text for text in map_page(project, made_on="2027-02-01").cautions)


@pytest.mark.parametrize(("clock", "hint"), [
    (dt.date(2026, 11, 29), ""), (dt.date(2027, 3, 1), ""), (dt.date(2027, 3, 2), "long past"), (dt.date(2026, 8, 28), "still to come")])
def test_a_day_that_is_far_from_today_is_hinted_at(clock: dt.date, hint: str) -> None:
    said = long_past(operations.set_day(small_project(), HERE), clock)
    assert (hint in said) if hint else (said == "")


# --- record, file and command line ---------------------------------------------------------------------------------


def test_the_list_names_the_day_of_the_project_and_of_every_answer() -> None:
    project, _ = reach(dated("", "2019-01-01"), as_of="2018")
    held = contents(project)
    assert held.as_of == HERE
    assert [result.as_of for result in held.results] == ["2018-01-01"]
    assert "ended" in held.results[0].day_passed


@pytest.mark.parametrize("ending", ["csv", "geojson", "gpkg"])
def test_a_table_keeps_its_day(tmp_path: Path, ending: str) -> None:
    import geopandas as gpd

    project, result = reach(dated())
    operations.export(project, tmp_path / f"out.{ending}", layer=result.id)
    rows = pd.read_csv(tmp_path / "out.csv", dtype=str) if ending == "csv" else gpd.read_file(tmp_path / f"out.{ending}")
    assert set(rows["as_of"].astype(str).str[:10]) == {HERE}


def test_a_workbook_keeps_its_day_and_sentence(tmp_path: Path) -> None:
    import openpyxl

    project, result = reach(dated())
    operations.export(project, tmp_path / "out.xlsx", layer=result.id)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row]
    assert f"as_of = {HERE}" in cells
    assert any("As of 29 November 2026" in text for text in cells)


def test_the_map_draws_what_has_ended_by_the_day_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    from ecomap.render.page.data import resolve_page

    for clock in CLOCKS:
        at(monkeypatch, clock)
        for day, ended in (("2020-01-01", False), ("2022-01-01", True)):
            page = map_page(operations.set_day(dated("", "2021"), day))
            labels = [row.label for drawing in resolve_page(page) if drawing.layer.id == "sites" for row in drawing.legend]
            assert any("ended" in text and "not" not in text for text in labels) == ended


def told(*arguments: str) -> str:
    done = CliRunner().invoke(program, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_line_tells_and_changes_the_day(tmp_path: Path) -> None:
    path = str(tmp_path / "town.ecomap.gpkg")
    told("new", path, "--as-of", "2019-10-01")
    assert "1 October 2019 is long past" in told("day", path)
    assert json.loads(told("day", path, "2020", "--json"))["as_of"] == "2020-01-01"
    assert json.loads(told("list", path, "--json"))["as_of"] == "2020-01-01"
    told("day", path, "today")
    assert operations.open_project(path).day == dates.today().isoformat()


def test_the_command_line_s_answer_names_its_day_and_what_has_passed(tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(operations.set_day(dated("", "2019-01-01"), "2018-06-30"), path)
    answer = json.loads(told("run", "coverage-gap", str(path), "--target", "approach:*", "--json"))
    assert (answer["as_of"], answer["provenance"]["params"]["as_of"]) == ("2018-06-30", "2018-06-30")
    assert "ended" in answer["day_passed"]
    assert "As of 30 June 2018" in answer["sentence"]


def test_a_project_without_a_day_gets_one_with_its_first_question_and_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, CLOCKS[0])
    project, first = reach(small_project())
    assert project.day == CLOCKS[0].isoformat()
    at(monkeypatch, CLOCKS[1])
    project, second = reach(project)
    assert (project.day, second.id) == (CLOCKS[0].isoformat(), first.id)
