"""Outcomes of schools by school year: both layouts of a file, small groups, and what the questions make of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import ecomap
from ecomap.analysis.assets.outcomes import outcomes_of
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace import operations
from tests.small_project import small_project

WIDE = """School code,School,School year,Chronic absence rate,chronic_absence_n,Happiness
01964733000001,West School,2022-23,25.5,300,3.1
01964733000001,West School,2023-24,*,9,3.2
01964733000002,Middle School,2022-23,18.0,310,3.3
01964733000002,Middle School,2023-24,17.0,10,3.4
"""
LONG = """cds_code,school_year,metric,value,denominator
01964733000001,2022-23,chronic absence,25.5,300
01964733000001,2022-23,math_distance,-12.5,280
01964733000002,2022-23,chronic absence,18.0,310
01964733000002,2023-24,chronic absence,0.9,10
"""


def brought(tmp_path: Path, text: str) -> tuple[Project, str]:
    path = tmp_path / "outcomes.csv"
    path.write_text(text, encoding="utf-8")
    project, _ = operations.import_file(small_project(), path, role="outcome")
    return project, project.layers_of("outcome")[0].id


def test_a_row_per_school_and_year(tmp_path: Path) -> None:
    project, layer = brought(tmp_path, WIDE)
    rows = project.frame(layer).set_index("id")
    assert rows.loc["01964733000001:2022-23", "chronic_absence"] == pytest.approx(0.255)
    assert rows.loc["01964733000002:2022-23", "chronic_absence_of"] == 310
    assert project.layer(layer).column("chronic_absence").unit == "share"


@pytest.mark.parametrize("row", ["01964733000001:2023-24", "01964733000002:2023-24"])
def test_a_group_too_small_to_be_shown_is_missing_with_that_reason(tmp_path: Path, row: str) -> None:
    project, layer = brought(tmp_path, WIDE)
    found = project.frame(layer).set_index("id").loc[row]
    assert found["chronic_absence"] != found["chronic_absence"]
    assert found["chronic_absence_reason"] == "suppressed"


def test_a_row_per_outcome_is_spread(tmp_path: Path) -> None:
    project, layer = brought(tmp_path, LONG)
    rows = project.frame(layer).set_index("id")
    assert list(rows.index) == ["01964733000001:2022-23", "01964733000002:2022-23", "01964733000002:2023-24"]
    assert rows["chronic_absence"].tolist()[:2] == pytest.approx([0.255, 0.18])
    assert rows["math_distance"].tolist()[0] == -12.5
    assert rows["chronic_absence_reason"].tolist() == ["", "", "suppressed"]


def test_a_file_without_an_outcome_is_refused_with_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column with an outcome"):
        brought(tmp_path, "cds_code,school_year,colour\n01964733000001,2022-23,blue\n")


def test_what_was_brought_can_be_asked_about(tmp_path: Path) -> None:
    project, _ = brought(tmp_path, WIDE)
    _, result = ecomap.run(project, "spending-outcome")
    assert result.figure("schools_missing").value == 3
    _, result = ecomap.run(project, "helped", outcome="chronic_absence")
    assert "Cannot tell" in result.sentence


NAMED = """School Name,School Year,Indicator,Value,Students
West School,2022-23,Chronic absenteeism rate,25.5%,300
West School,2023-24,Chronic absenteeism rate,*,
Middle School,2022-23,Chronic absenteeism rate,18,310
Nowhere School,2022-23,Chronic absenteeism rate,17.0%,120
West School,2022-23,Kindergarten readiness (%),61.5,80
Middle School,2022-23,Kindergarten readiness (%),40,70
West School,2022-23,Distance from the standard in mathematics,-12.5,280
"""


def test_a_file_with_names_in_place_of_codes_finds_the_schools(tmp_path: Path) -> None:
    project, layer = brought(tmp_path, NAMED)
    rows = project.frame(layer).set_index("id")
    assert list(rows.index) == ["01964733000001:2022-23", "01964733000001:2023-24", "01964733000002:2022-23", "Nowhere School:2022-23"]
    assert rows["name"].tolist()[0] == "West School"


def test_names_among_codes_are_told_too_and_those_of_nobody_stay(tmp_path: Path) -> None:
    project, layer = brought(tmp_path, "school_id,school_year,chronic_absence,chronic_absence_n\n01964733000001,2022-23,20,100\nMiddle School,2022-23,30,100\nElsewhere,2022-23,30,100\n")
    assert project.frame(layer)["school_id"].tolist() == ["01964733000001", "01964733000002", "Elsewhere"]


def test_without_codes_and_names_of_the_projects_schools_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="codes of schools, or names of the project's schools"):
        brought(tmp_path, NAMED.replace("West School", "Elsewhere").replace("Middle School", "Anywhere"))


def test_a_row_per_outcome_keeps_stars_signs_and_shares_apart(tmp_path: Path) -> None:
    project, layer = brought(tmp_path, NAMED)
    rows = project.frame(layer).set_index("id")
    assert rows["chronic_absence"].tolist()[::2] == pytest.approx([0.255, 0.18])  # with a sign and without
    assert rows["chronic_absence_reason"].tolist()[1] == "suppressed"
    assert rows["kindergarten_readiness"].tolist()[::2] == pytest.approx([0.615, 0.40])
    assert rows["math_distance"].tolist()[0] == -12.5
    units = {name: project.layer(layer).column(name).unit for name in ("chronic_absence", "kindergarten_readiness", "math_distance")}
    assert units == {"chronic_absence": "share", "kindergarten_readiness": "share", "math_distance": ""}


@pytest.mark.parametrize("given", [{"outcome": ""}, {"outcome": "chronic_absence"}, {"outcome": "Chronically absent"}])
def test_the_first_outcome_is_one_question_whether_it_is_named_or_not(tmp_path: Path, given: dict[str, str]) -> None:
    project, _ = brought(tmp_path, LONG)
    project, unnamed = operations.run_analysis(project, "spending-outcome", {})
    project, named = operations.run_analysis(project, "spending-outcome", given)
    assert named.id == unnamed.id
    assert [result.id for result in project.results] == [named.id]
    assert named.provenance is not None
    assert named.provenance.params["outcome"] == "chronic_absence"


def test_another_outcome_is_another_question(tmp_path: Path) -> None:
    project, _ = brought(tmp_path, LONG)
    for given in ({}, {"outcome": "math_distance"}):
        project, _answer = operations.run_analysis(project, "spending-outcome", given)
    assert len({result.title for result in project.results}) == 2


@pytest.mark.parametrize(("word", "column", "better"), [("Persistent absence", "persistent_absence", -1), ("Exclusions", "exclusion", -1), ("Positive destinations", "positive_destination", 1)])
def test_words_of_other_countries_for_an_outcome(tmp_path: Path, word: str, column: str, better: int) -> None:
    project, layer = brought(tmp_path, LONG.replace("chronic absence", word))
    found = {one.column: one for one in outcomes_of(project.layer(layer), project.frame(layer))}
    assert (found[column].better, found[column].unit) == (better, "share")


@pytest.mark.parametrize(("levels", "said"), [(True, False), (False, True)])
def test_a_table_that_joins_schools_says_nothing_of_levels_the_layer_has(tmp_path: Path, levels: bool, said: bool) -> None:
    project = small_project()
    layer = project.layers_of("school")[0]
    frame = project.frame(layer.id)
    if not levels:
        project = project.with_layer(layer, frame.drop(columns=["levels"]))
    path = tmp_path / "pupils.csv"
    path.write_text("School,Total Enrollment,Remarks\n" + "".join(f"{one},{300 + n},x\n" for n, one in enumerate(frame["name"])), encoding="utf-8")
    after, report = operations.import_file(project, path, role="school")
    assert report.layer_id == layer.id
    assert any("level" in line.text.lower() for line in report.lines) is said
    if levels:
        assert after.frame(layer.id)["levels"].tolist() == frame["levels"].tolist()
