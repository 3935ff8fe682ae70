"""A planner says in the window what numbers count, by name; it can be undone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from ecomap.model.judgement import COUNT, NOBODY, UNKNOWN, Judgement
from ecomap.model.project import Project
from ecomap.ui.dialogs.people import PeopleDialog
from ecomap.ui.window import MainWindow
from tests.ui.conftest import LONG, settle
from tests.ui.test_understanding import again, answer, opened

ROWS = "CDS Code,School Name,Latitude,Longitude,Grupo 3,X7\n" + "".join(
    f"1964733000000{n},School {n},34.0{n},-118.2,{cell},{cell + 1}\n" for n, cell in enumerate((3, 40, 55, 60), start=1))


def judged(window: MainWindow, column: str) -> Judgement:
    found = window.desk.project.layers_of("school")[0].column(column).judgement
    assert found is not None
    return found


def test_one_doubt_asks_and_one_column_alone_can_be_said(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.desk.replace(Project(), None)
    path = tmp_path / "schools.csv"
    path.write_text(ROWS)
    dialog = opened(window, qtbot, path)
    assert isinstance(dialog.doubts.boxes["people"], QComboBox)
    assert dialog._who_box.isVisible()
    dialog.who.setText("A. Planner")
    dialog.who.editingFinished.emit()
    answer(dialog.columns.people["X7"], "no")
    again(qtbot, dialog)
    assert dialog.columns.people["X7"].currentData() == "no"
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert (judged(window, "x7").holds, judged(window, "x7").by) == (NOBODY, "A. Planner")
    assert (judged(window, "grupo_3").holds, judged(window, "grupo_3").by) == (COUNT, UNKNOWN)
    settle(qtbot, window)


def test_what_a_layer_counts_can_be_declared_later_and_undone(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    from ecomap.workspace import operations

    path = tmp_path / "schools.csv"
    path.write_text(ROWS)
    project, report = operations.import_file(Project(crs="EPSG:3310"), path, "school")
    window.desk.replace(project, None)
    dialog = PeopleDialog(window, window.desk, project.layer(report.layer_id))
    dialog.open()
    assert set(dialog.boxes) == {"grupo_3", "x7"}
    dialog.who.setText("B. Planner")
    dialog.boxes["grupo_3"].setCurrentIndex(dialog.boxes["grupo_3"].findData(NOBODY))
    dialog.keep()
    assert (judged(window, "grupo_3").holds, judged(window, "grupo_3").by) == (NOBODY, "B. Planner")
    window.desk.workspace.undo()
    assert judged(window, "grupo_3").by == UNKNOWN
    settle(qtbot, window)
