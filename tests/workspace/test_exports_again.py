"""Hiding small groups is worked out once for the files of one project, and anew for another."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from ecomap.analysis.release import door as release
from ecomap.model.errors import CancelledError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.workspace import operations
from tests.small_project import small_project


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Project]]:
    """The projects whose small groups were worked out, in turn."""
    done: list[weakref.ref[Project]] = []
    original = release.passage

    def counted(project: Project, *args: object, **more: object) -> release.Passage:
        done.append(weakref.ref(project))
        return original(project, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(release, "passage", counted)
    return done


def test_files_of_one_project_share_the_work(tmp_path: Path, worked_out: list[weakref.ref[Project]]) -> None:
    project = operations.set_title(small_project(), "First")
    for name in ("a.xlsx", "b.html", "c.gpkg"):
        operations.export(project, tmp_path / name)
    assert len(worked_out) == 1


def test_a_changed_project_is_worked_out_anew_and_the_old_one_is_let_go(
    tmp_path: Path, worked_out: list[weakref.ref[Project]]
) -> None:
    first = operations.set_title(small_project(), "First")
    operations.export(first, tmp_path / "a.xlsx")
    operations.export(operations.set_title(first, "Second"), tmp_path / "b.xlsx")
    del first
    gc.collect()
    assert [one() is None for one in worked_out] == [True, True]


@pytest.mark.parametrize("ending", ["xlsx", "gpkg", "html", "pdf"])
def test_no_file_is_left_of_an_export_that_was_stopped(tmp_path: Path, ending: str) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        operations.export(small_project(), tmp_path / f"a.{ending}", progress=progress)
    assert not list(tmp_path.iterdir())


class _StopsLate(Progress):
    """Asks to stop once the pages are being drawn."""

    def at(self, share: float, text: str = "") -> None:
        if text == "Need index":
            self.cancel()
        super().at(share, text)

    def part(self, start: float, end: float) -> Progress:
        return self


def test_a_brief_stopped_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    project, _ = operations.run_analysis(small_project(), "need-index", {})
    old = tmp_path / "brief.pdf"
    old.write_text("old")
    with pytest.raises(CancelledError):
        operations.export(project, old, progress=_StopsLate())
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]
