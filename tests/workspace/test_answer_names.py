"""Every answer has a name of its own: its question, what it is about, and what tells it from its sisters; the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyogrio
import pytest
from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import as_data, from_data
from ecomap.model.units import metres
from ecomap.workspace import operations
from ecomap.workspace.answer_names import with_answer_names
from ecomap.workspace.contents import contents
from tests.small_project import small_project

TARGET = "service:Mental health"


@pytest.fixture
def town() -> Project:
    return small_project()


def asked(project: Project, analysis: str, *settings: dict[str, Any]) -> Project:
    for given in settings:
        project, _ = operations.run_analysis(project, analysis, given)
    return project


def names(project: Project) -> list[str]:
    return [str(result.title) for result in project.results]


def gaps(project: Project, *settings: dict[str, Any]) -> list[str]:
    return names(asked(project, "coverage-gap", *settings))


def test_a_lone_answer_is_called_by_its_question_and_what_it_is_about(town: Project) -> None:
    [alone] = gaps(town, {"radius_m": metres(0.5)})
    assert alone.startswith("Gaps: ")
    assert "mi" not in alone.split()


def test_the_settings_that_differ_among_sisters_stand_in_their_names(town: Project) -> None:
    one, two = gaps(town, {"radius_m": metres(1.0)}, {"radius_m": metres(0.5)})
    assert (one[-8:], two[-8:]) == (", 1.0 mi", ", 0.5 mi")
    assert one[:-8] == two[:-8]


def test_minutes_stand_in_the_place_of_the_distance(town: Project) -> None:
    one, two = gaps(town, {"radius_m": metres(0.5)}, {"minutes": 15.0})
    assert one.endswith(", 0.5 mi")
    assert two.endswith(", 15 min")


def test_distances_that_round_alike_get_another_digit(town: Project) -> None:
    found = gaps(town, {"radius_m": metres(0.50)}, {"radius_m": metres(0.52)}, {"radius_m": metres(2.0)})
    assert [one.split(", ")[-1] for one in found] == ["0.50 mi", "0.52 mi", "2.0 mi"]


def test_a_list_says_what_only_it_holds(town: Project) -> None:
    layer = next(layer for layer in town.layers if layer.indicators)
    every = [indicator.column for indicator in layer.indicators]
    found = names(asked(town, "need-index", {"indicators": every}, {"indicators": every[:-1]}))
    assert len(set(found)) == 2
    assert "without" in found[1]


def test_days_tell_apart_and_are_not_said_twice(town: Project) -> None:
    found = names(asked(town, "roles", {"as_of": "2019-10-01"}, {"as_of": "2021-10-01"}))
    assert found == ["Who does what on 1 October 2019", "Who does what on 1 October 2021"]


def test_layers_tell_apart_where_settings_do_not(town: Project) -> None:
    layer = next(layer for layer in town.layers if layer.role == "need_area")
    copied = town.with_layer(evolve(layer, id="other-areas", name="Areas of the city"), town.frame(layer.id), len(town.layers))
    first = asked(copied, "need-index", {})
    both, _ = operations.run_analysis(first, "need-index", {}, layers={"areas": ["other-areas"]})
    assert names(both) == [f"Need index, of {layer.name}", "Need index, of Areas of the city"]


def test_a_number_tells_apart_where_nothing_else_does(town: Project) -> None:
    one = asked(town, "coverage-gap", {})
    twin = evolve(one.results[0], id="from-elsewhere")
    first, second = names(with_answer_names(one.with_result(twin)))
    assert second == f"{first} (2)"


def test_names_follow_when_a_sister_comes_or_goes(town: Project) -> None:
    both = asked(town, "coverage-gap", {"radius_m": metres(1.0)}, {"radius_m": metres(0.5)})
    alone = operations.remove_result(both, both.results[0].id)
    assert names(alone) == gaps(town, {"radius_m": metres(0.5)})


def test_many_settings_at_once_stay_short_and_unlike(town: Project) -> None:
    given = [{"radius_m": metres(0.5), "sites": 1, "level": "all"}, {"radius_m": metres(1.0), "sites": 2, "level": "elementary"},
             {"radius_m": metres(1.0), "sites": 2, "level": "elementary", "truths": 0}]
    found = names(asked(town, "plan", *given))
    assert len(set(found)) == 3
    assert max(map(len, found)) < 140


def test_every_layer_carries_the_name_and_says_what_it_is(town: Project) -> None:
    project = asked(town, "coverage-gap", {"radius_m": metres(1.0)}, {"radius_m": metres(0.5)})
    by_id: dict[str, Result] = {result.id: result for result in project.results}
    made = [layer for layer in project.layers if layer.result_id]
    assert made
    for layer in made:
        assert layer.name == f"{by_id[layer.result_id].title} · {layer.what}"
        assert layer.short == layer.what
    assert len({layer.name for layer in made}) == len(made)


def test_a_name_given_by_hand_stays_wherever_it_stands_and_in_the_file(town: Project, tmp_path: Path) -> None:
    project = asked(town, "coverage-gap", {"radius_m": metres(1.0)}, {"radius_m": metres(0.5)})
    first, second = project.results
    renamed = operations.rename_answer(project, first.id, "  Our   first mile ")
    assert names(renamed) == ["Our first mile", renamed.result(second.id).title]
    assert {layer.name.split(" · ")[0] for layer in renamed.layers if layer.result_id == first.id} == {"Our first mile"}
    operations.save_project(renamed, tmp_path / "town.ecomap.gpkg")
    opened = operations.open_project(tmp_path / "town.ecomap.gpkg")
    assert names(opened) == names(renamed)
    again = asked(opened, "coverage-gap", {"radius_m": metres(1.0)})  # the same question once more
    assert "Our first mile" in names(again)


def test_without_words_an_answer_has_its_own_name_again(town: Project) -> None:
    project = asked(town, "coverage-gap", {"radius_m": metres(1.0)}, {"radius_m": metres(0.5)})
    renamed = operations.rename_answer(project, project.results[0].id, "Our first mile")
    assert names(operations.rename_answer(renamed, project.results[0].id, " ")) == names(project)


def test_two_answers_never_have_one_name(town: Project) -> None:
    project = asked(town, "coverage-gap", {"radius_m": metres(1.0)}, {"radius_m": metres(0.5)})
    first, second = project.results
    with pytest.raises(InputError, match="Another answer is called"):
        operations.rename_answer(project, first.id, str(second.title).upper())
    with pytest.raises(InputError, match="too long"):
        operations.rename_answer(project, first.id, "x" * 121)
    alone = operations.remove_result(project, second.id)
    taken = operations.rename_answer(alone, first.id, gaps(town, {})[0])  # what the next one would be called
    assert len(set(names(asked(taken, "coverage-gap", {"radius_m": metres(0.5)})))) == 2


def test_files_of_before_get_names_when_they_are_opened(town: Project, tmp_path: Path) -> None:
    project = asked(town, "coverage-gap", {"radius_m": metres(1.0)}, {"radius_m": metres(0.5)})
    titles = {output.name: output.title for output in project.results[0].outputs}
    old = evolve(project, results=tuple(evolve(one, title=one.question, question="", own_name=False) for one in project.results),
                 layers=tuple(evolve(one, name=titles[one.view.output], what="") if one.view else one for one in project.layers))
    assert len(set(names(old))) == 1
    operations.save_project(old, tmp_path / "old.ecomap.gpkg")
    opened = operations.open_project(tmp_path / "old.ecomap.gpkg")
    assert names(opened) == names(project)
    assert [layer.name for layer in opened.layers] == [layer.name for layer in project.layers]


def test_a_name_is_a_message_that_a_file_keeps(town: Project) -> None:
    project = asked(town, "coverage-gap", {"radius_m": metres(1.0)}, {"radius_m": metres(0.5)})
    title = project.results[0].title
    assert from_data(as_data(title)) == title
    assert as_data(title) != str(title)


def test_what_leaves_carries_the_name(town: Project, tmp_path: Path) -> None:
    project = asked(town, "coverage-gap", {"radius_m": metres(1.0)}, {"radius_m": metres(0.5)})
    operations.export(project, tmp_path / "all.xlsx")
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    sheets = [title for title in book.sheetnames if title.startswith("Gaps")]
    assert len(sheets) == sum(len(result.outputs) for result in project.results)
    assert len(set(sheets)) == len(sheets)
    assert max(map(len, book.sheetnames)) <= 31
    assert all("1.0 mi" in title or "0.5 mi" in title for title in sheets)
    told = {str(cell.value) for cell in book["Notes"]["B"]}
    assert set(names(project)) <= told
    operations.export(project, tmp_path / "all.gpkg")
    tables = [table for table, _ in pyogrio.list_layers(tmp_path / "all.gpkg") if table.startswith("gaps")]
    assert len([table for table in tables if "0_5_mi" in table]) == len(project.results[1].outputs)
    operations.export(project, tmp_path / "one.csv", layer=project.results[0].id)
    assert set(pd.read_csv(tmp_path / "one.csv")["answer"]) == {names(project)[0]}
    assert [one.title for one in contents(project).results] == names(project)


def test_what_is_left_out_of_one_sister_is_said_of_that_one(town: Project) -> None:
    from ecomap.analysis import registry
    from ecomap.model.params import param_specs
    from ecomap.workspace.answer_names import _in_words

    spec = next(one for one in param_specs(registry.analysis("ties").params) if one.name == "leave_out")
    usual, without = _in_words(town, spec, [(), ("District",)])
    assert usual == ""
    assert without == "left out of the picture: District"
