"""The import dialog: doubts are asked with evidence, every column says why, errors stand there, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.ui.dialogs.importing import ImportDialog, Preview
from ecomap.ui.window import MainWindow
from tests.ui.conftest import LONG, settle

AREAS = {"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"GEOID": f"5303300{n:02d}00", "children": 100 + n, "walk_index": 3.5 + n, "poverty_rate": 0.1 + n / 100},
     "geometry": {"type": "Polygon", "coordinates": [[[-122.3 + n / 100, 47.6], [-122.29 + n / 100, 47.6], [-122.29 + n / 100, 47.61],
                                                      [-122.3 + n / 100, 47.61], [-122.3 + n / 100, 47.6]]]}} for n in range(1, 9)]}
SWAPPED = "school_id,school_name,latitude,longitude\n" + "".join(f"40{n},School {n},-87.6{n},41.8{n}\n" for n in range(1, 7))


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> ImportDialog:
    dialog = ImportDialog(window, window.desk, path, Preview.of(path, Progress(), project=window.desk.project))
    dialog.open()
    return dialog


def again(qtbot: QtBot, dialog: ImportDialog) -> None:
    """Wait until the file was understood again with what was said."""
    qtbot.waitUntil(lambda: not dialog._pending and not dialog._later.isActive() and not dialog.working.text(), timeout=LONG)


def said(dialog: ImportDialog) -> str:
    return " ".join(found.text() for found in dialog.findChildren(QLabel) if found.isVisible())


def answer(box: QComboBox, value: object) -> None:
    """As a hand chooses: the entry becomes the current one and is activated."""
    place = box.findData(value)
    assert place >= 0
    box.setCurrentIndex(place)
    box.activated.emit(place)


def test_a_number_is_counted_turned_and_let_go_in_the_dialog(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.desk.replace(Project(), None)
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps(AREAS))
    dialog = opened(window, qtbot, path)
    assert dialog.columns.ways["poverty_rate"].currentData() == 1
    assert dialog.columns.ways["walk_index"].currentData() == 0
    answer(dialog.columns.ways["walk_index"], -1)
    answer(dialog.columns.ways["poverty_rate"], 0)
    again(qtbot, dialog)
    assert dialog.columns.ways["walk_index"].currentData() == -1
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    layer = window.desk.project.layers_of("need_area")[0]
    assert [(one.column, one.direction) for one in layer.indicators] == [("walk_index", -1)]
    settle(qtbot, window)


def test_a_doubt_is_asked_with_its_evidence_and_the_answer_moves_the_rows(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.desk.replace(Project(), None)
    path = tmp_path / "swapped.csv"
    path.write_text(SWAPPED)
    dialog = opened(window, qtbot, path)
    assert "axes" in dialog.doubts.boxes
    assert "Antarctica" in said(dialog)
    assert "Illinois" in said(dialog)
    box = dialog.doubts.boxes["axes"]
    assert isinstance(box, QComboBox)
    answer(box, "swapped")
    again(qtbot, dialog)
    west, south, _, north = dialog.preview.view.box
    assert -88 < west < -87
    assert 41 < south <= north < 42
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert dict(window.desk.last_import.answers) == {"axes": "swapped"}
    assert window.desk.project.recipes[-1].answers == (("axes", "swapped"),)
    settle(qtbot, window)


def test_a_click_right_after_an_answer_waits_for_it(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.desk.replace(Project(), None)
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps(AREAS))
    dialog = opened(window, qtbot, path)
    answer(dialog.columns.ways["walk_index"], 1)
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    layer = window.desk.project.layers_of("need_area")[0]
    assert ("walk_index", 1) in [(one.column, one.direction) for one in layer.indicators]
    settle(qtbot, window)


def test_an_error_stands_in_the_dialog_and_a_correction_mends_it(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.desk.replace(Project(), None)
    path = tmp_path / "places.csv"
    path.write_text("name,how far up,how far along\n" + "".join(f"Clinic {n},47.6{n},-122.3{n}\n" for n in range(1, 5)))
    found = Preview.of(path, Progress(), "service", project=Project())
    dialog = ImportDialog(window, window.desk, path, found)
    dialog.open()
    assert dialog.problem.isVisible()
    assert not dialog.go.isEnabled()
    assert dialog.tabs.currentIndex() == 1
    answer(dialog.boxes["latitude"], "how far up")
    answer(dialog.boxes["longitude"], "how far along")
    again(qtbot, dialog)
    assert not dialog.problem.isVisible()
    assert dialog.go.isEnabled()
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    settle(qtbot, window)


def test_the_wheel_over_a_field_scrolls_and_changes_nothing(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps(AREAS))
    dialog = opened(window, qtbot, path)
    box = dialog.columns.ways["walk_index"]
    dialog.role.setFocus()
    wheel = QWheelEvent(QPointF(4, 4), QPointF(box.mapToGlobal(QPoint(4, 4))), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(box, wheel)
    assert box.currentData() == 0
    dialog.reject()


def test_next_years_file_comes_with_last_years_answers(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.desk.replace(Project(), None)
    first, second = tmp_path / "sites_2025.csv", tmp_path / "sites_2026.csv"
    first.write_text(SWAPPED)
    second.write_text(SWAPPED.replace("School 6", "School Six"))
    dialog = opened(window, qtbot, first)
    answer(dialog.doubts.boxes["axes"], "swapped")
    again(qtbot, dialog)
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    dialog = opened(window, qtbot, second)
    assert "sites_2025.csv" in said(dialog)
    assert not dialog.preview.view.open_doubts
    dialog.reject()


def test_several_files_come_one_after_the_other_and_understand_each_other(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.desk.replace(Project(), None)
    settle(qtbot, window)
    (tmp_path / "areas.geojson").write_text(json.dumps(AREAS))
    (tmp_path / "rates.csv").write_text("GEOID,no_car_index\n" + "".join(f"5303300{n:02d}00,{n}.5\n" for n in range(1, 9)))
    (tmp_path / "places.csv").write_text("name,category,latitude,longitude\n" + "".join(f"Clinic {n},Health,47.60{n},-122.2{n}\n" for n in range(1, 5)))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("rates.csv", "places.csv", "areas.geojson")])
    how = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, *how))
    QApplication.sendEvent(window, QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, *how))

    def shown() -> list[ImportDialog]:
        return [found for found in window.findChildren(ImportDialog) if found.isVisible()]

    for place, kept in (("1 of 3", True), ("2 of 3", True), ("3 of 3", False)):
        qtbot.waitUntil(lambda place=place: any(place in dialog.windowTitle() for dialog in shown()), timeout=LONG)
        dialog = shown()[0]
        assert dialog.halt.isVisible() == (place != "3 of 3")
        if not kept:
            dialog.reject()
            continue
        with qtbot.waitSignal(window.desk.imported, timeout=LONG):
            qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    roles = [layer.role for layer in window.desk.project.layers]
    assert roles == ["need_area"], "areas first, then the table that joins them; the last was left out"
    assert "no_car_index" in window.desk.project.frame(window.desk.project.layers[0].id)


def test_files_that_wait_can_be_left_out_together(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.desk.replace(Project(), None)
    for number in (1, 2, 3):
        (tmp_path / f"areas{number}.geojson").write_text(json.dumps(AREAS))
    window.commands.take_files(sorted(tmp_path.glob("*.geojson")))
    qtbot.waitUntil(lambda: any(found.isVisible() for found in window.findChildren(ImportDialog)), timeout=LONG)
    dialog = next(found for found in window.findChildren(ImportDialog) if found.isVisible())
    qtbot.mouseClick(dialog.halt, Qt.MouseButton.LeftButton)
    assert window.commands.arrivals.waiting == 0
    assert window.desk.project.layers == ()
