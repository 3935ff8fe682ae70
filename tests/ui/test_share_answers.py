"""What goes into the file for the meeting is the planner's choice, and is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QScrollArea, QStyle, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from ecomap.model.said import say
from ecomap.render.page.file import HtmlReport
from ecomap.ui.desk import Notice
from ecomap.ui.panels.share import SharePanel
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from ecomap.workspace.settings import PAGE_MB
from tests.render.attribution import data_of
from tests.ui.conftest import LONG


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


def on_screen(panel: SharePanel, box: QWidget) -> QWidget:
    """A part of the panel where a hand can reach it."""
    area = panel.findChild(QScrollArea) or next(parent for parent in parents(panel) if isinstance(parent, QScrollArea))
    area.ensureWidgetVisible(box)
    QApplication.processEvents()
    return box


def parents(widget: QWidget) -> Iterator[QWidget]:
    found = widget.parentWidget()
    while found is not None:
        yield found
        found = found.parentWidget()


def click_tick(panel: SharePanel, row: int) -> None:
    """The box before an answer, clicked where it stands."""
    option = QStyleOptionViewItem()
    option.initFrom(panel.answers)
    option.rect = panel.answers.visualItemRect(panel.answers.item(row))
    option.features = QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    box = panel.answers.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, panel.answers)
    QTest.mouseClick(panel.answers.viewport(), Qt.MouseButton.LeftButton, pos=box.center())


def test_by_mouse_alone_answers_are_chosen_ordered_and_written(
    panel: SharePanel, window: MainWindow, rest: Callable[[], None], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
) -> None:
    project, third = operations.run_analysis(window.desk.project, "clusters", {})
    window.desk.replace(project, None)
    rest()
    file = tmp_path / "chosen.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    on_screen(panel, panel.open_after)
    QTest.mouseClick(panel.open_after, Qt.MouseButton.LeftButton, pos=QPoint(10, panel.open_after.height() // 2))
    assert not panel.open_after.isChecked()
    on_screen(panel, panel.answers)
    click_tick(panel, 1)
    assert panel.left_out == ("other",)
    QTest.mouseClick(panel.answers.viewport(), Qt.MouseButton.LeftButton, pos=panel.answers.visualItemRect(panel.answers.item(2)).center())
    for _ in range(2):
        QTest.mouseClick(panel.earlier, Qt.MouseButton.LeftButton)
    on_screen(panel, panel.write)
    QTest.mouseClick(panel.write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(file.exists, timeout=LONG)
    rest()
    assert [result["title"] for result in data_of(file)["results"]] == [str(third.title), "Need index"]


def test_the_largest_size_is_remembered_and_what_gave_way_is_said(
    panel: SharePanel, window: MainWindow, rest: Callable[[], None], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    gone = say("Borders are drawn to {metres} m to keep the file under {limit} MB.", metres=24, limit=3)

    def write_html(*_: object, max_bytes: int, **_more: object) -> HtmlReport:
        asked.append(max_bytes)
        (tmp_path / "x.html").write_text("page", "utf-8")
        return HtmlReport(4, 1, (gone,), (gone,))

    monkeypatch.setattr("ecomap.render.page.file.write_html", write_html)
    heard: list[Notice] = []
    monkeypatch.setattr(window.desk, "say", heard.append)
    panel.open_after.setChecked(False)
    assert panel.most_mb.value() == PAGE_MB
    panel.most_mb.setValue(3)
    assert window.desk.settings.page_mb == 3
    panel.export(tmp_path / "x.html")
    qtbot.waitUntil(lambda: bool(heard), timeout=LONG)
    rest()
    assert asked == [3_000_000]
    assert "Borders are drawn to 24 m" in heard[-1].hint
    panel.kinds.button(1).click()
    assert not panel.limit.isVisibleTo(panel), "only a meeting file has a limit"


def test_the_file_tells_only_what_is_ticked(panel: SharePanel, rest: Callable[[], None], tmp_path: Path) -> None:
    panel.open_after.setChecked(False)
    panel.answers.item(1).setCheckState(Qt.CheckState.Unchecked)
    panel.export(tmp_path / "x.html")
    rest()
    text = (tmp_path / "x.html").read_text("utf-8")
    assert "Need index" in text
    assert "Another answer" not in text
