"""A meeting file opened in the window: the project stands there again, and what differs is told; nothing is taken in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel

from ecomap.model.project import Project
from ecomap.ui.commands.actions import MENUS
from ecomap.ui.dialogs.rebuilt import RebuiltDialog
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.ui.conftest import LONG

Rest = Callable[[], None]


@pytest.fixture
def asked(town: Project) -> Project:
    return operations.set_title(operations.run_analysis(town, "need-index", {})[0], "The town as it was")


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(QDropEvent(QPointF(200, 200), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))


def chosen(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    answers = iter(paths)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(next(answers)), ""))


def saved(window: MainWindow) -> None:
    window.desk.workspace.mark_saved(window.desk.workspace.path)  # type: ignore[arg-type]


def test_it_stands_in_the_menu() -> None:
    assert "meeting_open" in MENUS[0][1]


def test_a_dropped_page_is_the_project_again(window: MainWindow, asked: Project, rest: Rest, tmp_path: Path, qtbot: Any) -> None:
    operations.export(asked, tmp_path / "town.html")
    saved(window)
    drop(window, tmp_path / "town.html")
    qtbot.waitUntil(lambda: window.desk.project.title == "The town as it was", timeout=LONG)
    rest()
    assert [one.title for one in window.desk.project.results] == [one.title for one in asked.results]
    assert window.desk.workspace.path is None, "nothing is saved over the file"


def test_a_changed_page_says_what_differs(window: MainWindow, asked: Project, rest: Rest, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "town.html"
    operations.export(asked, page)
    page.write_text(page.read_text("utf-8").replace("<h1>The town as it was</h1>", "<h1>Another town</h1>"), "utf-8")
    saved(window)
    heard: list[Any] = []
    monkeypatch.setattr(window.desk, "say", heard.append)
    chosen(monkeypatch, page)
    window.commands.doer("meeting_open")()
    qtbot.waitUntil(lambda: window.desk.project.title == "The town as it was", timeout=LONG)
    rest()
    told = next(one for one in heard if one.then is not None)
    told.then()
    dialog = next(one for one in window.findChildren(RebuiltDialog) if one.isVisible())
    words = " ".join(one.text() for one in dialog.findChildren(QLabel))
    assert "Another town" in words
    assert "asked again it is The town as it was" in words
    dialog.close()


def test_without_rows_the_project_is_asked_for(window: MainWindow, asked: Project, rest: Rest, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    operations.export(asked, tmp_path / "town.xlsx", rows=False)
    operations.save_project(asked, tmp_path / "town.ecomap.gpkg")
    saved(window)
    heard: list[Any] = []
    monkeypatch.setattr(window.desk, "say", heard.append)
    chosen(monkeypatch, tmp_path / "town.xlsx", tmp_path / "town.ecomap.gpkg")
    window.commands.doer("meeting_open")()
    qtbot.waitUntil(lambda: bool(heard), timeout=LONG)
    assert "does not hold the rows" in heard[0].text
    heard[0].then()
    qtbot.waitUntil(lambda: window.desk.project.title == "The town as it was", timeout=LONG)
    rest()


def test_a_page_of_somebody_else_leaves_the_project_alone(window: MainWindow, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.html").write_text("<html></html>", "utf-8")
    heard: list[Any] = []
    monkeypatch.setattr(window.desk, "say_problem", heard.append)
    before = window.desk.project
    drop(window, tmp_path / "page.html")
    qtbot.waitUntil(lambda: bool(heard), timeout=LONG)
    assert "carries no record" in heard[0].message
    assert window.desk.project is before
