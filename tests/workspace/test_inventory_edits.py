"""Rows changed by hand: checked, carried along wherever they are mentioned, and undone by keeping the snapshot."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from ecomap.analysis.at_work import state_on
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.workspace.inventory_edits import (
    add_row,
    attach_to_school,
    change_row,
    end_row,
    merge_rows,
    remove_rows,
)
from ecomap.workspace.inventory_tables import inventory_rows, project_terms
from ecomap.workspace.workspace import Workspace
from tests.small_project import small_project

MIDDLE = "01964733000002"


def _row(project: Project, role: str, row_id: str) -> dict[str, object]:
    return dict(inventory_rows(project, role).set_index(v.ID).loc[row_id])


def test_add_change_end_and_take_out() -> None:
    project, row_id = add_row(small_project(), v.STAFF_ROLE, {v.TITLE: "Coordinator", v.FUNCTION: "Coordinating partners at the school",
                                                              v.SCHOOL_ID: MIDDLE, v.FTE: 0.5})
    row = _row(project, v.STAFF_ROLE, row_id)
    assert (row[v.FUNCTION], row[v.FTE], row[v.NAME]) == ("coordination", 0.5, "Coordinator")
    project = end_row(project, v.STAFF_ROLE, row_id, "10/25/2019")
    assert _row(project, v.STAFF_ROLE, row_id)[v.END] == "2019-10-25"
    assert change_row(project, v.STAFF_ROLE, row_id, {v.END: "2019-10-25"}) is project
    project = change_row(project, v.STAFF_ROLE, row_id, {v.FTE: ""})
    assert math.isnan(_row(project, v.STAFF_ROLE, row_id)[v.FTE])  # type: ignore[arg-type]
    assert not len(inventory_rows(remove_rows(project, v.STAFF_ROLE, [row_id]), v.STAFF_ROLE))


def test_the_same_row_twice_by_hand_is_two_rows() -> None:
    project, one = add_row(small_project(), v.STAFF_ROLE, {v.TITLE: "Tutor"})
    project, two = add_row(project, v.STAFF_ROLE, {v.TITLE: "Tutor"})
    assert one != two
    assert len(inventory_rows(project, v.STAFF_ROLE)) == 2


@pytest.mark.parametrize(("role", "values"), [
    (v.STAFF_ROLE, {v.FTE: 1}), (v.STAFF_ROLE, {v.TITLE: "T", v.FTE: -0.5}),
    (v.STAFF_ROLE, {v.TITLE: "T", v.FTE: "half"}), (v.STAFF_ROLE, {v.TITLE: "T", v.START: "soon"}),
    (v.FUNDING, {v.FUNDER: "F", v.AMOUNT: -1}), (v.ORGANISATION, {v.NAME: "O", v.STATUS: "zebra"}), (v.ORGANISATION, {"nme": "O"}),
])
def test_what_cannot_stand_in_a_column_is_refused(role: str, values: dict[str, object]) -> None:
    with pytest.raises(InputError) as problem:
        add_row(small_project(), role, values)
    assert problem.value.hint


def test_a_school_that_takes_part_is_named_not_coded() -> None:
    project = small_project()
    school = project.frame(project.layers_of(v.SCHOOL)[0].id).iloc[0]
    project, row_id = add_row(project, v.PARTICIPATION, {v.SCHOOL_ID: school[v.ID], v.APPROACH: "linked_learning"})
    assert _row(project, v.PARTICIPATION, row_id)[v.NAME] == f"Linked Learning at {school[v.NAME]}"
    project, row_id = add_row(project, v.PARTICIPATION, {v.SCHOOL_ID: "19647330000000", v.APPROACH: "linked_learning"})
    assert _row(project, v.PARTICIPATION, row_id)[v.NAME] == "Linked Learning at 19647330000000"


def test_an_unknown_row_and_an_unknown_school_are_named() -> None:
    project = small_project()
    with pytest.raises(InputError, match="no row 'x'"):
        change_row(project, v.SERVICE, "x", {v.NAME: "y"})
    with pytest.raises(InputError, match="no school 'nowhere'"):
        attach_to_school(project, v.SERVICE, [inventory_rows(project, v.SERVICE)[v.ID].iloc[0]], "nowhere")


def test_a_service_without_a_place_is_then_at_its_school() -> None:
    project, row_id = add_row(small_project(), v.SERVICE, {v.NAME: "Homework club"})
    old = inventory_rows(project, v.SERVICE)
    other = old[old[v.ID] != row_id].iloc[0]
    project = attach_to_school(project, v.SERVICE, [row_id, other[v.ID]], MIDDLE)
    rows = inventory_rows(project, v.SERVICE).set_index(v.ID)
    school = project.frame("schools").set_index(v.ID).geometry[MIDDLE]
    assert rows.geometry[row_id].distance(school) < 0.1
    assert rows.geometry[other[v.ID]].equals(other.geometry)  # a place that is known stays to the last digit
    assert rows[v.SCHOOL_ID].tolist() == [MIDDLE, MIDDLE]


def test_a_new_name_is_taken_over_wherever_it_is_mentioned() -> None:
    project, org = add_row(small_project(), v.ORGANISATION, {v.NAME: "Town Partners"})
    project, role = add_row(project, v.STAFF_ROLE, {v.TITLE: "T", v.EMPLOYER: "Town Partners"})
    project, fund = add_row(project, v.FUNDING, {v.FUNDER: "Town Partners"})
    project, service = add_row(project, v.SERVICE, {v.NAME: "S", v.ORGANISATION: "Town Partners"})
    assert _row(project, v.SERVICE, service)[v.ORGANISATION_ID] == org
    project = change_row(project, v.ORGANISATION, org, {v.NAME: "City Partners"})
    assert _row(project, v.STAFF_ROLE, role)[v.EMPLOYER] == "City Partners"
    assert _row(project, v.FUNDING, fund)[v.FUNDER] == "City Partners"
    assert _row(project, v.SERVICE, service)[v.ORGANISATION] == "City Partners"


def test_merging_two_rows_keeps_what_both_say_and_every_mention() -> None:
    project, keep = add_row(small_project(), v.ORGANISATION, {v.NAME: "LAEP", v.PHONE: "1"})
    project, other = add_row(project, v.ORGANISATION, {v.NAME: "L A E P", v.PHONE: "2", v.CITY: "Los Angeles", v.IDENTIFIERS: "EIN:9"})
    project, service = add_row(project, v.SERVICE, {v.NAME: "S", v.ORGANISATION: "L A E P", v.ORGANISATION_ID: other})
    project = merge_rows(project, v.ORGANISATION, keep, other)
    rows = inventory_rows(project, v.ORGANISATION)
    assert rows[[v.ID, v.PHONE, v.CITY]].to_numpy().tolist() == [[keep, "1", "Los Angeles"]]
    assert rows[v.IDENTIFIERS].tolist() == [f"EIN:9; id:{other}"]
    row = _row(project, v.SERVICE, service)
    assert (row[v.ORGANISATION], row[v.ORGANISATION_ID]) == ("LAEP", keep)


def test_words_of_one_s_own_are_known_at_once() -> None:
    project, _ = add_row(small_project(), v.TERM, {v.VOCABULARY: "function", v.CODE: "gardens", v.LABEL: "School gardens"})
    assert project_terms(project).code("function", "school gardens") == "gardens"
    project, row_id = add_row(project, v.STAFF_ROLE, {v.TITLE: "Gardener", v.FUNCTION: "School Gardens"})
    assert _row(project, v.STAFF_ROLE, row_id)[v.FUNCTION] == "gardens"


def test_edits_are_undone() -> None:
    space = Workspace(small_project())
    before = space.project
    after, _ = add_row(before, v.ORGANISATION, {v.NAME: "A"})
    space.apply(after, "Add an organisation")
    space.undo()
    assert space.project is before


def test_a_lead_agency_that_closed_shows_as_ended() -> None:
    rows = pd.DataFrame({v.STATUS: ["active", "active", ""], v.START: ["2012-12", "2012-12", "2027"],
                         v.END: ["2019-10-25", "2019-10-25", ""]})
    assert state_on(rows, dt.date(2026, 1, 1)).tolist() == ["ended", "ended", "planned"]
    assert state_on(rows, dt.date(2019, 10, 24)).tolist() == ["active", "active", "planned"]
