"""Papers about schools out of the window: from the Share step for all, from the card of a school for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from ecomap.ui.panels.share import SharePanel
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.small_project import schools

WEST = str(schools()["id"][0])


def _papers(window: MainWindow) -> SharePanel:
    window.show_step("share")
    found = window.findChild(SharePanel)
    assert isinstance(found, SharePanel)
    return found


def test_all_schools_are_written_into_a_folder_of_their_own_and_noted(
    window: MainWindow, rest: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = _papers(window).papers
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    assert "3" in papers.write_all.text()
    QTest.mouseClick(papers.write_all, Qt.MouseButton.LeftButton)
    rest()
    assert len(list((tmp_path / "briefs").glob("*.pdf"))) == 3
    assert [release.file for release in window.desk.project.releases] == ["briefs"]


def test_the_kind_the_format_and_one_file_are_choices(
    window: MainWindow, rest: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = _papers(window).papers
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "all"), ""))
    papers.kind.setCurrentIndex(1)
    papers.ending.setCurrentIndex(1)
    papers.together.setFocus()
    QTest.keyClick(papers.together, Qt.Key.Key_Space)
    papers.write_all.click()
    rest()
    assert (tmp_path / "all.docx").read_bytes().startswith(b"PK")


def test_a_project_without_schools_offers_no_papers(window: MainWindow, rest: Callable[[], None]) -> None:
    panel = _papers(window)
    window.desk.replace(operations.remove_layer(window.desk.project, "schools"), None)
    rest()
    assert not panel.papers.isVisibleTo(panel)


@pytest.mark.parametrize("words", ["Brief of a school…", "Needs and assets assessment…"])
def test_the_card_of_a_school_offers_its_papers(
    window: MainWindow, rest: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "one.pdf"), ""))
    window.map.open_card("schools", WEST, QPoint(200, 200))
    rest()
    door = next(one for one in window.map.card.findChildren(QPushButton) if one.text() == words)
    QTest.mouseClick(door, Qt.MouseButton.LeftButton)
    rest()
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    assert [release.file for release in window.desk.project.releases] == ["one.pdf"]
