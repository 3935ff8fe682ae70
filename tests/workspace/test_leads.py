"""What an answer leads to: another question, asked with the settings of the answer."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from ecomap.analysis import registry
from ecomap.cli.program import program
from ecomap.model.params import build_params
from ecomap.workspace import operations
from ecomap.workspace.leads import leads_of
from tests.small_project import small_project

GIVEN = {"target": "approach:community_school", "radius_m": 500.0, "top": 1, "detour": 1.2, "level": "elementary"}


def test_a_ranking_leads_to_the_plan_of_as_many_schools_with_its_settings() -> None:
    _, result = operations.run_analysis(small_project(), "priority", GIVEN)
    lead, = leads_of(result)
    assert lead.analysis == "plan"
    params = build_params(registry.analysis("plan").params, lead.params)
    assert (params.sites, params.target, params.radius_m, params.detour, params.level) == (
        1, "approach:community_school", 500.0, 1.2, "elementary")


def test_most_answers_lead_nowhere() -> None:
    _, result = operations.run_analysis(small_project(), "coverage-gap", {"target": "approach:community_school"})
    assert leads_of(result) == ()


@pytest.mark.parametrize("name", registry.names())
def test_every_lead_is_a_question_that_has_what_is_carried_over(name: str) -> None:
    asked = registry.analysis(name)
    for lead in asked.leads:
        theirs = registry.analysis(lead.analysis)
        assert theirs.step == asked.step   # the window asks it in the same panel
        for ours, other in lead.carries:
            assert hasattr(asked.params, ours)
            assert hasattr(theirs.params, other)


def test_the_command_that_is_printed_asks_the_plan(tmp_path: Path) -> None:
    path = tmp_path / "a town.ecomap.gpkg"
    operations.save_project(small_project(), path)
    told = CliRunner().invoke(program, ["run", "priority", str(path), "--target", "approach:community_school", "--radius", "500", "--top", "2"])
    line = next(line for line in told.output.splitlines() if line.startswith("Plan as many schools together: "))
    command = shlex.split(line.partition(": ")[2])
    assert command[:3] == ["ecomap", "run", "plan"]
    assert command[command.index("--sites") + 1] == "2"
    again = CliRunner().invoke(program, command[1:])
    assert again.exit_code == 0, again.output
    assert "2 new schools would bring" in again.output
