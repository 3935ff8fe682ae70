"""From an empty project to the meeting file in three cities that are not Los Angeles, the numbers checked by hand."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ecomap.cli.exits import guarded
from ecomap.cli.program import program
from tests.browser import open_page, require_browser
from tests.other_cities import CITIES, City, elsewhere

MOST_ANSWERS = 3
SLACK = 2e-3   # circles of 64 sides, and another projection than the project's


def ecomap(*arguments: object) -> str:
    """What a command prints; it must end well and say nothing on the error stream."""
    out, err = io.StringIO(), io.StringIO()
    given = [str(argument) for argument in arguments]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = guarded(lambda: program.main(args=given, prog_name="ecomap", standalone_mode=False))
    assert (code, err.getvalue()) == (0, ""), err.getvalue()
    return out.getvalue()


def asked(question: str, project: Path, *options: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(ecomap("run", question, project, *options, "--json"))
    return answer


def figures(answer: dict[str, Any]) -> dict[str, float]:
    return {figure["name"]: figure["value"] for figure in answer["figures"]}


class Planned:
    """A city that has gone the whole way by command line."""

    def __init__(self, city: City, folder: Path) -> None:
        self.city, self.project, self.page = city, folder / f"{city.title}.ecomap.gpkg", folder / f"{city.title}.html"
        ecomap("new", self.project)
        self.reports: list[dict[str, Any]] = []
        for file in city.files:
            if file.role == "service":
                self.before = self._questions("none")
            digest = hashlib.sha256(file.path.read_bytes()).hexdigest()
            self.reports.append(json.loads(ecomap("import", self.project, file.path, "--role", file.role, *file.options, "--json")))
            assert hashlib.sha256(file.path.read_bytes()).hexdigest() == digest
        self.after = self._questions(city.target)
        ecomap("run", "need-index", self.project, "--out", folder / "need.csv")
        self.need = pd.read_csv(folder / "need.csv", dtype={"id": str}).set_index("id")
        ecomap("export", self.project, self.page, "--title", f"Reach in {city.title}")

    def _questions(self, target: str) -> dict[str, dict[str, Any]]:
        return {question: asked(question, self.project, "--target", target) for question in ("coverage-gap", "priority", "plan")}


@pytest.fixture(scope="module", params=sorted(CITIES))
def planned(request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    folder = tmp_path_factory.mktemp(request.param)
    return Planned(CITIES[request.param](elsewhere(shared_data), folder), folder)


def test_every_file_comes_in_whole_with_few_answers(planned: Planned) -> None:
    for file, report in zip(planned.city.files, planned.reports, strict=True):
        assert len(file.answers) <= MOST_ANSWERS
        assert report["read"] == report["kept"] > 0, file.path.name
        assert report["adds_up"]
        assert [doubt["code"] for doubt in report["doubts"] if doubt["code"] not in dict(report["answers"])] == [], file.path.name


def test_the_people_of_all_areas_add_up(planned: Planned) -> None:
    told = figures(planned.before["coverage-gap"])
    assert told["children_total"] == pytest.approx(planned.city.areas["people"].sum())
    assert told["children_out_of_reach"] == told["children_total"]
    assert planned.before["coverage-gap"]["sentence"].startswith("No one in this project offers it yet")
    assert planned.city.who in planned.before["coverage-gap"]["sentence"]


def test_need_ranks_are_those_of_the_percentile_ranks(planned: Planned) -> None:
    by_hand = planned.city.scores.set_axis(planned.city.areas["code"])
    told = planned.need["score"]
    told.index = told.index.str.removeprefix("1400000US").str.removeprefix("14000US")
    assert set(told.index) == set(by_hand.index)
    pd.testing.assert_series_equal(told.reindex(by_hand.index), by_hand, check_names=False, atol=1e-7)
    assert told.rank(ascending=False, method="min").reindex(by_hand.index).corr(by_hand.rank(ascending=False, method="min")) > 0.99999


def test_the_share_in_reach_is_that_of_the_ground(planned: Planned) -> None:
    told = figures(planned.after["coverage-gap"])
    in_reach = planned.city.share_in_reach()
    assert 0.02 < in_reach < 0.98
    assert 1 - told["share_out_of_reach"] == pytest.approx(in_reach, abs=SLACK)


@pytest.mark.parametrize("nowhere", [True, False])
def test_the_first_school_is_the_one_by_hand(planned: Planned, nowhere: bool) -> None:
    answer = (planned.before if nowhere else planned.after)["priority"]
    name, people = planned.city.first_school(nowhere=nowhere)
    assert answer["table"][0]["name"] == name
    assert answer["table"][0]["children_newly_reached"] == pytest.approx(people, rel=0.01, abs=0.01)


def test_the_plan_reaches_more_than_its_best_school_and_no_more_than_all(planned: Planned) -> None:
    for answers in (planned.before, planned.after):
        reached = figures(answers["plan"])["children_newly_reached"]
        assert reached >= max(row["children_newly_reached"] for row in answers["priority"]["table"]) * (1 - SLACK)
        assert reached <= figures(answers["coverage-gap"])["children_out_of_reach"] * (1 + SLACK)


def test_the_meeting_file_is_of_the_city_alone(planned: Planned) -> None:
    page = planned.page.read_text(encoding="utf-8")
    assert f"<title>Reach in {planned.city.title}" in page
    words = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    assert not re.search(r"(src|href)=[\"']?https?://", words)
    assert not re.search(r"<(script|img|iframe)[^>]*\bsrc=[\"']?(?!data:)", page)
    assert not re.search(r"Los Angeles|California|LAUSD|Zones of Choice|\bLCFF\b|\bCDS\b", words)


def test_the_meeting_file_stands_in_a_browser_and_asks_for_nothing(planned: Planned, tmp_path: Path) -> None:
    require_browser()
    with open_page(planned.page, tmp_path) as page:
        assert page.requests() == []
        assert page.complaints() == []
        assert page.find("h1").text == f"Reach in {planned.city.title}"


@pytest.mark.parametrize("planned", ["glasgow"], indirect=True)
def test_need_in_glasgow_runs_with_the_official_rank(planned: Planned) -> None:
    from scipy.stats import spearmanr

    both = planned.need["score"].to_frame().join(planned.city.areas.set_index("code")["SIMD2020v2_Rank"]).dropna()
    assert len(both) >= 740
    assert spearmanr(both["score"], both["SIMD2020v2_Rank"]).statistic <= -0.85


@pytest.mark.parametrize("planned", ["seattle"], indirect=True)
def test_seattles_areas_are_linked_to_no_school_of_elsewhere(planned: Planned) -> None:
    """The county numbers its schools from 1 up, and 21 of the district's own numbers meet one of Bellevue or Bothell."""
    from ecomap.workspace import operations

    project = operations.open_project(planned.project)
    links = project.frame(project.layers_of("area_link")[0].id)
    area_layer = project.layers_of("attendance_area")[0]
    areas = project.frame(area_layer.id).set_index("id").geometry
    schools = pd.concat([project.frame(layer.id) for layer in project.layers_of("school")]).drop_duplicates("id").set_index("id").geometry
    apart = areas.reindex(links["area_id"]).distance(schools.reindex(links["school_id"]).set_axis(links["area_id"]), align=False)
    assert apart.max() < 2_000
    assert links["area_id"].nunique() >= 54
