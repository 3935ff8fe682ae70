"""Lists that a parameter is chosen from."""

from __future__ import annotations

from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project
from ecomap.workspace.choices import choices, chosen_value
from tests.small_project import small_project


def test_schools_are_listed_by_name_after_none_in_particular() -> None:
    listed = choices(small_project(), "school")
    assert [choice.label for choice in listed] == ["None in particular", "East School", "Middle School", "West School"]
    assert listed[0].value == ""
    assert chosen_value(small_project(), "school", "west school") == "01964733000001"


def test_schools_of_one_name_are_told_apart_by_their_ids() -> None:
    project = small_project()
    project.frames["schools"].loc[1, "name"] = "West School"
    labels = [choice.label for choice in choices(project, "school")]
    assert "West School (01964733000001)" in labels
    assert "West School (01964733000002)" in labels
    assert choices(Project(), "school") == ()


def test_schools_are_alike_in_what_the_project_knows_of_them() -> None:
    listed = choices(small_project(), "school_trait")
    assert [choice.value for choice in listed][:4] == ["need", "frpm_share", "enrollment", "level"]
    assert {"id", "name", "geometry"}.isdisjoint(choice.value for choice in listed)
    assert choices(Project(), "school_trait") == ()


def test_school_years_are_those_whose_rates_are_known() -> None:
    listed = choices(Project(), "rate_year")
    assert listed[0].value == ""
    assert [choice.value for choice in listed][1:3] == ["2025-26", "2024-25"]
    assert {choice.value: choice.label for choice in listed}["2025-26"] == "2025-26 (rates not confirmed)"
    assert listed[-1].value == "2013-14"


def test_a_school_year_says_what_the_project_holds_of_it() -> None:
    import pandas as pd

    spent = pd.DataFrame({"id": ["a", "b"], "name": ["A", "B"], "school_id": ["a", "b"], "year": ["2023-24", "2024-25"]})
    project = Project().with_layer(Layer("spent", "Spent", "spending", "none"), spent)
    labels = {choice.value: choice.label for choice in choices(project, "rate_year")}
    assert labels["2024-25"] == "2024-25 (money spent)"
    assert labels["2022-23"] == "2022-23"
    assert chosen_value(project, "rate_year", "2023-24") == "2023-24"


def test_programs_are_those_that_were_published() -> None:
    import pandas as pd

    given = pd.DataFrame({"id": ["a", "b", "c"], "name": ["A", "B", "C"], "program": ["SENI", "SENI", "Title I"]})
    project = Project().with_layer(Layer("given", "Given", "allocation", "none"), given)
    assert [choice.label for choice in choices(project, "program")] == ["The one that most schools have", "SENI (2 rows)", "Title I (1 row)"]
    assert [choice.value for choice in choices(Project(), "program")] == [""]


def test_domains_are_those_of_the_indicators_and_what_has_none_is_other() -> None:
    found = choices(small_project(), "need_domain")
    assert found
    assert all(choice.label == choice.value[:1].upper() + choice.value[1:] for choice in found)
    assert choices(Project(), "need_domain") == ()


def test_nothing_chosen_is_not_the_only_entry_of_a_list() -> None:
    """Else the question asked again with the settings of its answer is another question."""
    import pandas as pd

    rows = pd.DataFrame({"id": ["a"], "name": ["A"], "school_id": ["a"], "year": ["2023-24"], "chronic_absence": [0.2]})
    columns = (Column("chronic_absence", "Chronically absent", "share"),)
    project = Project().with_layer(Layer("of-schools", "Outcomes", "outcome", "none", columns=columns), rows)
    assert [choice.value for choice in choices(project, "school_outcome")] == ["chronic_absence"]
    assert chosen_value(project, "school_outcome", "") == ""
    assert chosen_value(project, "school_outcome", "chronically ABSENT") == "chronic_absence"
