"""Files of one project that leave month after month give no small number away together; what they cost in hidden cells is counted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ecomap.io.store import open_project, save_project
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ProjectError
from ecomap.model.project import Project
from ecomap.workspace import operations
from tests.workspace.attack import File, a_year, found_in, months

SEEDS = range(6)


def test_a_year_of_monthly_files_gives_no_small_number_away(tmp_path: Path) -> None:
    years = [a_year(seed, tmp_path) for seed in SEEDS]
    assert sum(year.small for year in years) >= len(SEEDS)
    assert [year.exact for year in years] == [0] * len(years)


def test_where_earlier_files_leave_nothing_to_hide_behind_the_whole_column_stays(tmp_path: Path) -> None:
    """All others of the district have been read; then the one that hid the small numbers closes."""
    assert [a_year(seed, tmp_path).exact for seed in (77, 142)] == [0, 0]
    project = _files([[2, 3, 494, 597, 178], [2, 3, 494, 597]], tmp_path)
    assert pd.read_csv(tmp_path / "0.csv")[v.ENROLLMENT].notna().sum() == 2
    assert pd.read_csv(tmp_path / "1.csv")[v.ENROLLMENT].isna().all()
    assert "No number leaves of these" in " ".join(map(str, _said(project)))
    project = _files([[2, 3, 520, 610]], tmp_path, project)  # new numbers: one of them can hide the small ones, the other leaves
    assert pd.read_csv(tmp_path / "0.csv")[v.ENROLLMENT].notna().sum() == 1


def _files(months_: list[list[int]], folder: Path, project: Project | None = None) -> Project:
    from tests.workspace.attack import CRS, with_schools

    project = project or Project(title="District", crs=CRS)
    for month, pupils in enumerate(months_):
        rows = pd.DataFrame({v.ID: [f"s{n}" for n in range(len(pupils))], v.NAME: [f"School {n}" for n in range(len(pupils))],
                             v.ENROLLMENT: [float(n) for n in pupils], "x": [n * 900.0 for n in range(len(pupils))], "y": 0.0})
        project, _ = operations.export_noted(with_schools(project, rows), folder / f"{month}.csv", layer="schools")
    return project


def _said(project: Project) -> tuple[object, ...]:
    from ecomap.analysis.release.door import released
    from ecomap.analysis.release.stated import protected_in

    return protected_in(project, released(project)).sentences


def test_without_a_ledger_the_same_attack_finds_some(tmp_path: Path) -> None:
    assert sum(a_year(seed, tmp_path, ledger=False).exact for seed in range(8)) > 0


def test_the_ledger_leaves_most_numbers_readable(tmp_path: Path) -> None:
    years = [a_year(seed, tmp_path) for seed in SEEDS]
    assert sum(year.hidden for year in years) < 0.3 * sum(year.cells for year in years)


def test_the_attack_finds_a_number_that_a_second_file_gives_away() -> None:
    true = {"a": 3.0, "b": 40.0, "c": 500.0}
    january, february = File({"a": float("nan"), "b": float("nan"), "c": 500.0}, true), File({"a": float("nan"), "b": 40.0, "c": float("nan")}, true)
    assert (found_in([january]).exact, found_in([january, february]).exact) == (0, 1)


def _project(month: int = 0) -> Project:
    from tests.workspace.attack import CRS, with_schools

    return with_schools(Project(title="District", crs=CRS), list(months(3))[month])


def test_a_file_is_noted_with_what_was_hidden_in_it_and_stays_noted_after_undo_and_saving(tmp_path: Path) -> None:
    project, report = operations.export_noted(_project(), tmp_path / "a.csv", layer="schools")
    (release,) = project.releases
    written = pd.read_csv(tmp_path / "a.csv")
    assert (release.file, release.hidden) == ("a.csv", int(written[v.ENROLLMENT].isna().sum()))
    assert release.hidden + release.published == len(written)
    save_project(project, tmp_path / "p.ecomap.gpkg")
    assert open_project(tmp_path / "p.ecomap.gpkg").ledger == project.ledger
    assert str(report.path).endswith("a.csv")


def test_what_was_hidden_stays_hidden_and_a_file_nobody_was_given_binds_nothing(tmp_path: Path) -> None:
    project, _ = operations.export_noted(_project(), tmp_path / "a.csv", layer="schools")
    first = pd.read_csv(tmp_path / "a.csv")[v.ENROLLMENT].isna()
    operations.export(project, tmp_path / "b.csv", layer="schools")
    assert pd.read_csv(tmp_path / "b.csv")[v.ENROLLMENT].isna().equals(first)
    taken_back = operations.withdraw(project, 1)
    assert taken_back.releases[0].withdrawn
    with pytest.raises(InputError, match="No file of that number"):
        operations.withdraw(project, 2)


def test_a_ledger_that_cannot_be_read_lets_nothing_leave(tmp_path: Path) -> None:
    from attrs import evolve

    project, _ = operations.export_noted(_project(), tmp_path / "a.csv", layer="schools")
    broken = project.with_ledger(evolve(project.ledger, book="?"))
    with pytest.raises(ProjectError, match="cannot be read"):
        operations.export(broken, tmp_path / "b.csv", layer="schools")
    assert not (tmp_path / "b.csv").exists()


def test_a_second_file_of_a_project_in_which_nothing_was_hidden(tmp_path: Path) -> None:
    project = _project()
    schools = project.frame("schools")
    project = project.with_layer(project.layer("schools"), schools.assign(**{v.ENROLLMENT: schools[v.ENROLLMENT] + 100}))
    for name in ("a.csv", "b.csv"):
        project, _ = operations.export_noted(project, tmp_path / name, layer="schools")
        assert pd.read_csv(tmp_path / name)[v.ENROLLMENT].notna().all()
    assert [one.hidden for one in project.releases] == [0, 0]
