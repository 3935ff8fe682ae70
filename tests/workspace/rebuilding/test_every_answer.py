"""Every question there is, answered, sent in a page, a workbook and a GeoPackage, made a project again and asked again: identical."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.analysis import registry
from ecomap.model.project import Project
from ecomap.workspace import operations
from ecomap.workspace.rebuilding.found import REFUSED, Rebuilt
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


@pytest.fixture(scope="session")
def made_up_district() -> Project:
    return asked.made_up_district()


def again(project: Project, path: Path, *given: Project) -> Rebuilt:
    operations.export(project, path)
    return rebuild(path, given=given)


def is_identical(found: Rebuilt, project: Project) -> None:
    assert found.identical, found.lines
    assert [(one.id, one.title, one.sentence) for one in found.project.results] == [(one.id, one.title, one.sentence) for one in project.results]
    for mine, theirs in zip(found.project.results, project.results, strict=True):
        assert repr(mine.figures) == repr(theirs.figures), mine.title  # what is missing equals nothing
        assert mine.notes == theirs.notes, mine.title


def test_every_question_is_asked(town: Project) -> None:
    assert {one.analysis for one in town.results} == set(registry.names()) - set(asked.NOT_IN_TOWN)
    assert not set(asked.NOT_IN_TOWN) & set(asked.NOT_IN_LOS_ANGELES), "what the one lacks the other is asked"


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_of_a_town(town: Project, tmp_path: Path, kind: str) -> None:
    is_identical(again(town, tmp_path / f"town.{kind}", town), town)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_rests_on_columns_that_did_not_leave_needs_the_project(town: Project, tmp_path: Path, kind: str) -> None:
    """Pay of persons stays at home: the file alone cannot be asked what a school spends, says so, and nothing else differs."""
    found = again(town, tmp_path / f"town.{kind}")
    assert {one.why for one in found.differences} == {REFUSED}, found.lines
    assert {str(one.where).split(",")[0] for one in found.differences} == {"Money generated", "What average pay hides"}
    assert all("did not leave with" in one.sentence and "With the project itself" in one.sentence for one in found.differences)
    assert "2 answers cannot be asked again" in found.sentence
    assert found.unasked


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_of_los_angeles(los_angeles: Project, tmp_path: Path, kind: str) -> None:
    assert {one.analysis for one in los_angeles.results} == set(registry.names()) - set(asked.NOT_IN_LOS_ANGELES)
    found = again(los_angeles, tmp_path / f"los-angeles.{kind}")
    is_identical(found, los_angeles)
    assert found.cells > 100_000
    assert not any("found in what ships" in str(note) for note in found.notes), "the rows are in the file"


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_of_a_made_up_district(made_up_district: Project, tmp_path: Path, kind: str) -> None:
    is_identical(again(made_up_district, tmp_path / f"district.{kind}", made_up_district), made_up_district)


@pytest.mark.slow
@pytest.mark.parametrize("analysis", registry.names())
def test_each_answer_alone(town: Project, made_up_district: Project, tmp_path: Path, analysis: str) -> None:
    """A file of one answer has no rows: with the project that has them it is the same answer."""
    project = made_up_district if analysis in asked.NOT_IN_TOWN else town
    one = next(result for result in project.results if result.analysis == analysis)
    for kind in ALONE:
        operations.export(project, tmp_path / f"one.{kind}", layer=one.id)
        found = rebuild(tmp_path / f"one.{kind}", given=[project])
        assert found.identical, (kind, found.lines)
        assert found.cells, kind
        assert [(result.id, result.sentence) for result in found.project.results] == [(one.id, one.sentence)]
