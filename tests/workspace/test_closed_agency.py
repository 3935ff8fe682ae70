"""An agency that closed in 2019 is at work nowhere since: not on the map, a card, a roster, the grid or in the money."""

from __future__ import annotations

import pandas as pd
import pytest

from ecomap.io.starter import load_starter
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace import operations
from ecomap.workspace.inventory_edits import add_row

AGENCY, LAST, TODAY, BEFORE = "Youth Policy Institute", "2019-10-25", "2026-07-01", "2019-10-24"
SYLMAR, SAN_FERNANDO = "19647330126599", "19647331937622"  # two of its schools


@pytest.fixture(scope="module")
def project() -> Project:
    """The starter, with people and services of the agency at its schools as its own files would have had them."""
    starter = load_starter("los-angeles")
    roles = pd.DataFrame({
        "id": ["r1", "r2"], "name": "", "school_id": [SYLMAR, SYLMAR], "title": ["College and career ambassador", "Site coordinator"],
        "function": ["college_career", "coordination"], "approach": "promise_neighborhood", "employer": [AGENCY, "Sylmar Partners"],
        "fte": 1.0, "contact": "", "start": "2013", "end": [LAST, ""]})
    return starter.with_layer(Layer("staff_roles", "People in roles", v.STAFF_ROLE, NO_GEOMETRY), roles)


def ask(project: Project, name: str, **params: object) -> Result:
    return operations.run_analysis(project, name, params)[1]


def said_anywhere(result: Result) -> bool:
    """Whether any cell of any table names the agency."""
    return any(
        output.frame.drop(columns=v.GEOMETRY, errors="ignore").astype(str).apply(lambda column: column.str.contains(AGENCY)).any().any()
        for output in result.outputs
    )


@pytest.mark.parametrize("name", ["overlap", "roles", "funding-cliff", "match"])
def test_it_is_in_no_answer_about_today(project: Project, name: str) -> None:
    assert not said_anywhere(ask(project, name, as_of=TODAY))


@pytest.mark.parametrize("name", ["overlap", "roles", "funding-cliff"])
def test_it_was_there_until_the_day_before(project: Project, name: str) -> None:
    assert said_anywhere(ask(project, name, as_of=BEFORE))
    assert not said_anywhere(ask(project, name, as_of=LAST))


def test_its_schools_take_part_until_then_and_not_after(project: Project) -> None:
    for day, expected in ((BEFORE, True), (TODAY, False)):
        grid = ask(project, "overlap", as_of=day).output("grid").frame
        here = grid[(grid["school_id"] == SAN_FERNANDO) & (grid["approach"] == "promise_neighborhood")]
        assert bool(len(here)) is expected


def test_the_roster_keeps_who_stayed(project: Project) -> None:
    roster = ask(project, "roles", as_of=TODAY, school=SYLMAR).output("roster").frame
    assert roster["id"].tolist() == ["staff_role/r2"]


def test_the_years_of_the_system_end_with_it(project: Project) -> None:
    years = ask(project, "dashboard", first_year=2018, last_year=2020).output("years").frame
    money = years[years["indicator"] == "fiscal_support"].set_index("year")
    assert {"funding/funding:lapn-1", "funding/funding:lapn-2"} <= set(money.loc["2019", "rows"].split("; "))  # 1 October 2019
    assert "lapn" not in money.loc["2020", "rows"]
    assert "inferred" in money.loc["2019", "remark"]


@pytest.mark.parametrize("zone", ["lapn-1-pacoima", "lapn-2"])
def test_the_card_of_its_zones_says_ended_and_since_when(project: Project, zone: str) -> None:
    card = operations.card(project, "promise_neighborhoods", zone)
    said = {row.label: row.value for row in card.rows}
    text = " ".join((card.subtitle, *said.values())).casefold()
    assert "ended" in text
    assert "2019" in text
    assert "inferred" in text


def test_its_zones_bring_nobody_into_reach(project: Project) -> None:
    today = ask(project, "coverage-gap", target="approach:promise_neighborhood")
    assert any("ended" in note.text for note in today.notes)
    counted = ask(project, "coverage-gap", target="approach:promise_neighborhood", include_ended=True)
    name = next(figure.name for figure in today.figures if "reach" in figure.label.casefold() and figure.value is not None)
    assert today.figure(name).value != counted.figure(name).value


def test_what_does_not_say_that_it_ended_ends_with_its_organisation(project: Project) -> None:
    """A service and a person of the agency without an end of their own: at work in 2018, at no school today, and told."""
    project, service = add_row(project, v.SERVICE, {
        "name": "Homework club", "organisation": AGENCY, "function": "academic_support", "school_id": SYLMAR})
    project, _ = add_row(project, v.STAFF_ROLE, {
        "title": "Youth lead", "employer": AGENCY, "function": "youth_development", "school_id": SYLMAR})
    for day, there in (("2018-10-01", True), (TODAY, False)):
        overlap, roles = ask(project, "overlap", as_of=day), ask(project, "roles", as_of=day)
        assert overlap.output("grid").frame["rows"].str.contains(service, regex=False).any() == there
        assert (roles.output("roster").frame["title"] == "Youth lead").any() == there
        assert any("their organisations have closed" in note.text for note in overlap.notes)
        assert v.ORGANISATION + "s" in dict(overlap.provenance.inputs)  # a change there makes the answer old


@pytest.mark.parametrize(("end", "counts"), [("2019-10-25", 0), ("", 1), ("2099", 1)])
def test_reach_knows_what_has_ended(end: str, counts: int, project: Project) -> None:
    """A service whose end is past reaches nobody, whatever its status says."""
    project, _ = add_row(project, v.SERVICE, {
        "name": "Bike kitchen", "organisation": "Sylmar Partners", "category": "Bikes", "end": end, "status": "active",
        "longitude": "-118.44", "latitude": "34.30"})
    result = ask(project, "coverage-gap", target="service:Bikes")
    assert len(result.output("sites").frame) == counts
