"""A project file that is not as EcoMap wrote it: the window says so, lists what, does not save over it, and writes a sound copy."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ecomap.model.project import Project
from ecomap.ui.dialogs.faults import FaultsDialog
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.ui.conftest import LONG, settle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def damaged(tmp_path: Path, town: Project) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(town, path)
    operations.save_project(town, path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("ALTER TABLE schools RENAME COLUMN name TO nombre")
    connection.close()
    return path


def test_what_was_not_believed_is_said_listed_and_mended(window: MainWindow, qtbot: QtBot, damaged: Path) -> None:
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as said:
        window.commands.open_path(damaged)
    settle(qtbot, window)
    notice = said.args[0]
    assert "could not be read" in notice.text
    before = damaged.read_bytes()
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as refused:
        window.desk.save(damaged)
    assert "would lose the rest" in refused.args[0].text
    assert damaged.read_bytes() == before
    notice.then()
    dialog = window.findChildren(FaultsDialog)[-1]
    assert any("'name' is missing" in label.text() for label in dialog.findChildren(QLabel))
    write = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Write a sound copy")
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as written:
        qtbot.mouseClick(write, LEFT)
    assert "town.mended.ecomap.gpkg" in written.args[0].text
    mended = operations.open_project(damaged.with_name("town.mended.ecomap.gpkg"))
    assert mended.faults == ()
    assert mended.frames["schools"]["name"].notna().all()
