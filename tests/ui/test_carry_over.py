"""Tables of another census in the window: refused with the remedy, then carried over by one choice."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ecomap.model.progress import Progress
from ecomap.ui.dialogs.importing import ImportDialog, Preview
from ecomap.ui.window import MainWindow
from tests.io.importers.columns.need.test_census import numbers, project, relationship
from tests.ui.conftest import LONG, settle


def open_dialog(window: MainWindow, path: Path) -> ImportDialog:
    dialog = ImportDialog(window, window.desk, path, Preview.of(path, Progress(), project=window.desk.project))
    dialog.open()
    return dialog


def test_a_table_of_the_other_census_is_carried_over_by_one_choice(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.desk.replace(project(), None)
    settle(qtbot, window)
    dialog = open_dialog(window, numbers(tmp_path))
    assert dialog.problem.isVisible()
    assert "tracts are of 2020" in dialog.problem.findChildren(QLabel)[0].text()
    assert not dialog.go.isEnabled()
    assert dialog.tabs.currentIndex() == 1, "what could settle it is in front"
    dialog.reject()
    assert window.desk.last_import is None

    dialog = open_dialog(window, relationship(tmp_path))
    assert dialog.role.currentData() == "tract_relationship"
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    settle(qtbot, window)

    dialog = open_dialog(window, tmp_path / "acs_2022.csv")
    box = dialog.boxes["carry_over"]
    assert [box.itemText(place) for place in range(box.count())] == ["no", "yes"]
    box.setCurrentIndex(box.findText("yes"))
    box.activated.emit(box.currentIndex())
    assert dialog.mapping() == {"carry_over": "=yes"}
    qtbot.waitUntil(dialog.go.isEnabled, timeout=LONG)
    assert not dialog.problem.isVisible()
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert any("Carried over from tracts of 2020" in line.text for line in window.desk.last_import.lines)
    assert window.desk.project.frame("tracts").shape[0] == 3
