"""Every question there is, answered, sent in a page, a workbook and a GeoPackage, made a project again and asked again: identical."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.analysis import registry
from ecomap.model.project import Project
from ecomap.workspace import operations
from ecomap.workspace.rebuilding.found import Rebuilt
from ecomap.workspace.rebuilding.rebuild import rebuild
from tests.workspace.rebuilding import asked

KINDS = ("html", "xlsx", "gpkg")
ALONE = ("xlsx", "gpkg", "csv")


@pytest.fixture(scope="session")
def los_angeles() -> Project:
    return asked.los_angeles()


@pytest.fixture(scope="session")
def town() -> Project:
    return asked.town()


def again(project: Project, path: Path, **how: object) -> Rebuilt:
    operations.export(project, path, **how)  # type: ignore[arg-type]
    return rebuild(path)


def is_identical(found: Rebuilt, project: Project) -> None:
    assert found.identical, found.lines
    assert [(one.id, one.title, one.sentence) for one in found.project.results] == [(one.id, one.title, one.sentence) for one in project.results]
    for mine, theirs in zip(found.project.results, project.results, strict=True):
        assert mine.figures == theirs.figures, mine.title
        assert mine.notes == theirs.notes, mine.title


def test_every_question_is_asked(town: Project) -> None:
    assert {one.analysis for one in town.results} == set(registry.names())


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_town(town: Project, tmp_path: Path, kind: str) -> None:
    is_identical(again(town, tmp_path / f"town.{kind}"), town)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_of_los_angeles(los_angeles: Project, tmp_path: Path, kind: str) -> None:
    assert {one.analysis for one in los_angeles.results} == set(registry.names()) - set(asked.NOT_IN_LOS_ANGELES)
    found = again(los_angeles, tmp_path / f"los-angeles.{kind}")
    is_identical(found, los_angeles)
    assert found.cells > 100_000
    assert not any("found in what ships" in str(note) for note in found.notes), "the rows are in the file"


@pytest.mark.slow
@pytest.mark.parametrize("analysis", registry.names())
def test_each_answer_alone(town: Project, tmp_path: Path, analysis: str) -> None:
    """A file of one answer has no rows: with the project that has them it is the same answer."""
    one = next(result for result in town.results if result.analysis == analysis)
    for kind in ALONE:
        operations.export(town, tmp_path / f"one.{kind}", layer=one.id)
        found = rebuild(tmp_path / f"one.{kind}", given=[town])
        assert found.identical, (kind, found.lines)
        assert found.cells
        assert [(result.id, result.sentence) for result in found.project.results] == [(one.id, one.sentence)]
