"""Answers about outcomes, exported alone, can be asked again out of the file: a made-up district has the outcomes and dollars that the town lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.model.project import Project
from ecomap.workspace import operations
from ecomap.workspace.rebuilding.rebuild import rebuild
from tests.analysis.made_up_district import district, outcomes
from tests.workspace.rebuilding.asked import NOT_IN_TOWN
from tests.workspace.rebuilding.test_every_answer import ALONE


@pytest.fixture(scope="module")
def answered() -> Project:
    given = district(outcomes=outcomes(-0.05))
    project = Project(title="Made-up district", crs=given["schools"].crs.to_string())
    for name in given:
        project = project.with_layer(given.layer(name), given[name])
    for name in NOT_IN_TOWN:
        project, _ = operations.run_analysis(project, name, {"draws": 99} if name == "helped" else {})
    return project


@pytest.mark.parametrize("analysis", NOT_IN_TOWN)
@pytest.mark.parametrize("kind", ALONE)
def test_each_answer_alone(answered: Project, tmp_path: Path, analysis: str, kind: str) -> None:
    one = next(result for result in answered.results if result.analysis == analysis)
    operations.export(answered, tmp_path / f"one.{kind}", layer=one.id)
    found = rebuild(tmp_path / f"one.{kind}", given=[answered])
    assert found.identical, found.lines
    assert found.cells
    assert [(result.id, result.sentence) for result in found.project.results] == [(one.id, one.sentence)]
