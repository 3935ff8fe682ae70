"""How complete a list is stays with its layer and is said on every surface: card, page, print, workbook, tables, project file, command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from attrs import evolve
from click.testing import CliRunner

from ecomap.cli.program import program
from ecomap.io import store
from ecomap.model.errors import InputError
from ecomap.model.known import ENTRIES, SCHOOLS, KnownOf
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.result import Note
from ecomap.model.said import name
from ecomap.render.words.report import result_lines
from ecomap.workspace import known, operations
from ecomap.workspace.contents import contents
from ecomap.workspace.exports import KNOWN_OF, OLD
from ecomap.workspace.pages import cautions
from tests.small_project import small_project

SAID = "1 of 3 community schools is known by name, says the district's page in 2025."
MAY = "2 of them are not, so any of the first 2 schools may have it already."
OLD_SAID = "Older than three years on 29 November 2026: need areas of 2014-18."
WEST, MIDDLE = "01964733000001", "01964733000002"


@pytest.fixture
def stated() -> Project:
    project = operations.set_day(small_project(), "2026-11-29")
    return operations.state_known(project, "sites", "", "3", source="the district's page", year="2025")


@pytest.fixture
def ranked(stated: Project) -> Project:
    return operations.run_analysis(stated, "priority", {"target": "approach:community_school", "draws": 50})[0]


def lines(project: Project, school: str) -> dict[str, str]:
    return {row.label: row.value for row in operations.card(project, "schools", school).rows}


def test_it_is_stated_of_the_only_kind_changed_and_taken_back(stated: Project) -> None:
    assert stated.layer("sites").known_of == (KnownOf("community_school", 3, False, SCHOOLS, name("the district's page"), "2025"),)
    changed = operations.state_known(stated, "sites", "Community_School", "more than 4", source="a list", counts=ENTRIES)
    assert changed.layer("sites").known_of == (KnownOf("community_school", 4, True, ENTRIES, name("a list")),)
    two = operations.state_known(stated, "sites", "linked_learning", "9", source="a list")
    assert [one.kind for one in two.layer("sites").known_of] == ["community_school", "linked_learning"]
    assert operations.forget_known(two, "sites", "linked_learning").layer("sites").known_of == stated.layer("sites").known_of
    with pytest.raises(InputError, match="Nothing is stated"):
        operations.forget_known(stated, "sites", "linked_learning")


@pytest.mark.parametrize("layer", ["schools", "need-areas", "elementary-areas"])
def test_a_layer_that_lists_nobody_cannot_say_it(layer: str) -> None:
    with pytest.raises(InputError, match="does not list who"):
        operations.state_known(small_project(), layer, "", "3", source="x")


@pytest.mark.parametrize("lists", [contents, cautions])
@pytest.mark.parametrize("layers", [0, 1, 3])
def test_what_is_known_is_counted_once_however_many_lists_state_it(lists: Any, layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    project = small_project()
    for number in range(layers):
        project = project.with_layer(evolve(project.layer("sites"), id=f"sites-{number}"), project.frame("sites"))
        project = operations.state_known(project, f"sites-{number}", "", "3", source="a list")
    counts: list[Project] = []
    count = known.known_of_project
    monkeypatch.setattr(known, "known_of_project", lambda given: counts.append(given) or count(given))
    lists(project)
    assert len(counts) == min(layers, 1)


def test_the_project_file_keeps_it(ranked: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    store.save_project(ranked, path)
    again = store.open_project(path)
    assert again.faults == ()
    assert again.layer("sites").known_of == ranked.layer("sites").known_of
    assert again.results[0].known == ranked.results[0].known
    assert again.results[0].rests_on == ranked.results[0].rests_on
    assert again.results[0].old.startswith(OLD_SAID)


def test_what_a_file_states_beyond_reason_is_left_out_and_told(stated: Project, tmp_path: Path) -> None:
    layer = stated.layer("sites")
    wrong = stated.with_layer_changed(evolve(layer, known_of=(evolve(layer.known_of[0], total=-3), KnownOf("x", 5, source=name("a list")))))
    path = tmp_path / "town.ecomap.gpkg"
    store.save_project(wrong, path)
    again = store.open_project(path)
    assert [one.kind for one in again.layer("sites").known_of] == ["x"]
    assert again.faults


def test_rows_that_take_the_place_of_others_keep_what_is_stated(stated: Project, tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(f"school_id,approach\n{WEST},community_school\n{MIDDLE},community_school\n")
    after, _ = operations.import_file(stated, path, "site", replace_layer="sites")
    assert "2 of 3 community schools are known by name" in known.told_of_layer(after, "sites")


def test_a_file_can_say_it_on_its_way_in(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(f"school_id,approach\n{WEST},linked_learning\n")
    after, report = operations.import_file(operations.set_day(small_project(), "2026-11-29"), path, "site", constants={
        "known_total": "more than 70", "known_source": "the alliance", "known_year": "2019"})
    assert after.layer(report.layer_id).known_of == (KnownOf("linked_learning", 70, True, ENTRIES, name("the alliance"), "2019"),)
    assert not {"known_total", "known_source", "known_year"} & set(after.frame(report.layer_id).columns)
    with pytest.raises(InputError, match="needs its source"):
        operations.import_file(small_project(), path, "site", constants={"known_total": "70"})


def test_the_card_of_a_school_says_it_where_none_is_known(stated: Project) -> None:
    assert lines(stated, WEST)["Approaches here"] == "none known"
    assert lines(stated, WEST)["Community schools"] == "none known here; 2 of 3 are not known by name"
    assert "Community schools" not in lines(stated, MIDDLE)
    assert "not known how complete" in lines(small_project(), WEST)["Community schools"]


def test_the_card_moves_with_the_sites_that_are_known(stated: Project) -> None:
    sites = stated.frame("sites")
    fewer = stated.with_layer(stated.layer("sites"), sites.iloc[:0])
    assert lines(fewer, MIDDLE)["Community schools"] == "none known here; 3 of 3 are not known by name"


def test_a_school_inside_a_zone_or_on_record_lacks_nothing_there(stated: Project) -> None:
    rows = pd.DataFrame({"id": ["p1"], "name": ["p1"], "school_id": [WEST], "approach": ["community_school"]})
    project = stated.with_layer(Layer("p", name("On record"), "participation", "none"), rows)
    assert "Community schools" not in lines(project, WEST)


def test_the_card_of_a_ranked_school_says_how_many_above_it_may_have_it(ranked: Project) -> None:
    second = str(ranked.results[0].main.frame["id"].iloc[1])
    assert "Schools above it that may have it already" in lines(ranked, second)


def test_the_page_says_it_in_the_answer_on_the_cards_and_among_the_cautions(ranked: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.html"
    operations.export(ranked, path, subtitle="A question")
    html = path.read_text(encoding="utf-8")
    assert f"{SAID} {MAY}" in html.replace("\\u0027", "'")
    assert "none known here; 2 of 3 are not known by name" in html
    page = operations.map_page(ranked)
    assert SAID in page.cautions
    assert any(line.startswith(OLD_SAID) for line in page.cautions)


def test_a_page_without_answers_says_it_of_the_layer(stated: Project) -> None:
    assert SAID in operations.map_page(stated).cautions
    assert SAID in operations.map_page(stated, brief=True).cautions


def test_how_complete_lists_are_is_said_before_what_is_old_by_an_earlier_answer(ranked: Project) -> None:
    latest = evolve(ranked.results[0], id="latest", notes=(Note("caution", name("Older still."), about="age"),))
    said = operations.map_page(ranked.with_result(latest)).cautions
    places = [said.index("Older still."), said.index(SAID), next(n for n, line in enumerate(said) if line.startswith(OLD_SAID))]
    assert places == sorted(places)


def test_what_is_old_is_said_first_on_a_picture_that_has_room_for_little(ranked: Project) -> None:
    said = operations.map_page(ranked, brief=True).cautions
    assert [line.startswith(OLD_SAID) for line in said] == [False, True, False]  # after the outlines that are estimated
    assert said[2] == SAID


def test_the_print_says_it(ranked: Project) -> None:
    from ecomap.render.report.chapters import report_document
    from ecomap.render.typeset.spoken import spoken, texts_of
    from ecomap.workspace.report import report_of

    said = texts_of(spoken(report_document(report_of(ranked))))
    assert any(SAID in text and MAY in text for text in said)
    assert any(OLD_SAID in text for text in said)


@pytest.mark.parametrize("layer", ["", "answer"])
def test_a_workbook_says_it_with_one_answer_or_with_all(ranked: Project, layer: str, tmp_path: Path) -> None:
    ranked = operations.run_analysis(ranked, "coverage-gap", {"target": "approach:community_school"})[0]
    path = tmp_path / "town.xlsx"
    operations.export(ranked, path, layer=ranked.results[0].id if layer else "")
    book = openpyxl.load_workbook(path)
    notes = [str(row[0]) for row in book["Notes"].iter_rows(values_only=True)]
    assert any(f"{SAID} {MAY}" in note for note in notes)
    assert any(OLD_SAID in note for note in notes)
    assert layer or f"Community schools: {SAID}" in notes
    assert layer or any("2 of them are not, and count here as if they were not there." in note for note in notes)


def test_a_table_says_it_in_its_last_columns(ranked: Project, tmp_path: Path) -> None:
    for ending in ("csv", "geojson"):
        path = tmp_path / f"town.{ending}"
        operations.export(ranked, path)
        rows = (list(csv.DictReader(path.open(encoding="utf-8"))) if ending == "csv" else
                [feature["properties"] for feature in json.loads(path.read_text(encoding="utf-8"))["features"]])
        assert rows
        assert {row[KNOWN_OF] for row in rows} == {f"{SAID} {MAY}"}
        assert all(row[OLD].startswith(OLD_SAID) for row in rows)
    operations.export(ranked, tmp_path / "sites.csv", layer="sites")
    assert SAID in (tmp_path / "sites.csv").read_text(encoding="utf-8")
    operations.export(ranked, tmp_path / "schools.csv", layer="schools")
    assert KNOWN_OF not in (tmp_path / "schools.csv").read_text(encoding="utf-8")


def test_plain_lines_and_the_list_of_what_a_project_holds_say_it(ranked: Project) -> None:
    said = "\n".join(result_lines(ranked.results[0]))
    assert SAID in said
    assert MAY in said
    assert f"! {OLD_SAID}" in said
    held = {layer.id: layer.known for layer in contents(ranked).layers}
    assert held["sites"] == SAID
    assert held["services"] == "It is not known how complete this list is."
    assert held["schools"] == ""


def test_the_command_states_shows_and_takes_back(tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    store.save_project(small_project(), path)

    def ecomap(*words: str) -> Any:
        return CliRunner().invoke(program, ["known", str(path), *words], standalone_mode=False, catch_exceptions=True)

    assert "It is not known how complete this list is." in ecomap("sites").output
    assert SAID in ecomap("sites", "3", "--source", "the district's page", "--year", "2025").output
    assert store.open_project(path).layer("sites").known_of[0].total == 3
    told = json.loads(ecomap("--json").output)
    listed = CliRunner().invoke(program, ["list", str(path)], standalone_mode=False)
    assert SAID in listed.output
    assert next(one for one in told["layers"] if one["id"] == "sites")["known"][0]["known"] == 1
    assert isinstance(ecomap("sites", "3").exception, InputError)
    assert ecomap("", "3").exception is not None
    assert SAID not in ecomap("sites", "--forget").output
    assert store.open_project(path).layer("sites").known_of == ()


@pytest.mark.parametrize("gone", [0, 1, 5])
def test_the_starter_knows_of_how_many_it_has_the_names(gone: int) -> None:
    project = operations.set_day(operations.new_project("los-angeles"), "2026-11-29")
    for layer in ("community_schools", "linked_learning"):
        project = project.with_layer(project.layer(layer), project.frame(layer).iloc[gone:].reset_index(drop=True))
    assert known.told_of_layer(project, "community_schools").startswith(f"{49 - gone} of 70 community schools are known by name")
    assert known.told_of_layer(project, "linked_learning").startswith(f"{11 - gone} of more than 70 Linked Learning pathways are known by name")
    unknown = {one.kind: one.unknown for one in known.known_of_project(project)}
    assert (unknown["community_school"], unknown["linked_learning"]) == (21 + gone, 59 + gone)
