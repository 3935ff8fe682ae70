"""Lists that a parameter is chosen from."""

from __future__ import annotations

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
