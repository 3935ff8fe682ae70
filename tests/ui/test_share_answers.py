"""What goes into the file for the meeting is the planner's choice, and is remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ecomap.ui.panels.share import SharePanel
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations


@pytest.fixture
def panel(window: MainWindow, rest: Callable[[], None]) -> SharePanel:
    """The Share step of a project with two answers."""
    project, first = operations.run_analysis(window.desk.project, "need-index", {})
    project = project.with_result(evolve(first, id="other", title="Another answer", sentence="Found otherwise."))
    window.desk.replace(project, None)
    rest()
    window.show_step("share")
    found = window.findChild(SharePanel)
    assert isinstance(found, SharePanel)
    return found


def test_answers_stand_as_they_are_told_and_all_are_ticked(panel: SharePanel) -> None:
    titles = [panel.answers.item(n).text() for n in range(panel.answers.count())]
    assert titles == ["Need index", "Another answer"]
    assert panel.left_out == ()


def test_what_is_unticked_stays_so_with_the_answer_and_undo_takes_it_back(panel: SharePanel, window: MainWindow, tmp_path: Path) -> None:
    panel.answers.item(1).setCheckState(Qt.CheckState.Unchecked)
    panel.refresh_all()
    assert panel.left_out == ("other",)
    operations.save_project(window.desk.project, tmp_path / "kept.ecomap.gpkg")
    opened = operations.open_project(tmp_path / "kept.ecomap.gpkg")
    assert [result.id for result in opened.results if result.left_out] == ["other"]
    window.menus.actions["undo"].trigger()
    assert panel.left_out == ()


def test_an_answer_is_told_earlier_by_a_click_and_undo_takes_it_back(panel: SharePanel, window: MainWindow, tmp_path: Path) -> None:
    def titles() -> list[str]:
        return [panel.answers.item(n).text() for n in range(panel.answers.count())]

    panel.answers.setCurrentRow(1)
    assert (panel.earlier.isEnabled(), panel.later.isEnabled()) == (True, False)
    QTest.mouseClick(panel.earlier, Qt.MouseButton.LeftButton)
    assert titles() == ["Another answer", "Need index"]
    assert panel.answers.currentRow() == 0
    assert (panel.earlier.isEnabled(), panel.later.isEnabled()) == (False, True)
    operations.save_project(window.desk.project, tmp_path / "kept.ecomap.gpkg")
    assert operations.map_page(operations.open_project(tmp_path / "kept.ecomap.gpkg")).order[0] == "other"
    window.menus.actions["undo"].trigger()
    assert titles() == ["Need index", "Another answer"]


def test_another_project_is_shared_whole(panel: SharePanel, window: MainWindow, rest: Callable[[], None]) -> None:
    other = window.desk.project  # the same questions, and so answers of the same ids, of other people
    panel.answers.item(1).setCheckState(Qt.CheckState.Unchecked)
    window.desk.replace(other, None)
    rest()
    assert panel.left_out == ()


def test_the_list_is_there_for_files_that_tell_the_answers(panel: SharePanel) -> None:
    seen = []
    for place in range(5):
        panel.kinds.button(place).click()
        seen.append((panel.kind.ending, panel.answers.isVisibleTo(panel)))
    assert seen == [(".html", True), (".pdf", True), (".png", False), (".xlsx", False), (".gpkg", False)]


def test_the_file_tells_only_what_is_ticked(panel: SharePanel, rest: Callable[[], None], tmp_path: Path) -> None:
    panel.open_after.setChecked(False)
    panel.answers.item(1).setCheckState(Qt.CheckState.Unchecked)
    panel.export(tmp_path / "x.html")
    rest()
    text = (tmp_path / "x.html").read_text("utf-8")
    assert "Need index" in text
    assert "Another answer" not in text
