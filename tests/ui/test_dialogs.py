"""The dialogs: style, import, method."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from ecomap.model.progress import Progress
from ecomap.model.style import GRADUATED, SINGLE
from ecomap.ui.commands.actions import keyed_commands
from ecomap.ui.dialogs.importing import NOT_THERE, ImportDialog, Preview
from ecomap.ui.dialogs.reading import AboutDialog, KeysDialog, MethodDialog, method_page
from ecomap.ui.dialogs.style import StyleDialog
from ecomap.ui.window import MainWindow

CLINICS = "Clinic,Kind,Lat,Lon\nNorth <b>clinic</b>,Health,34.0,-118.2\nSouth clinic,Food,34.1,-118.3\n"


def preview(folder: Path, text: str = CLINICS) -> tuple[Path, Preview]:
    file = folder / "clinics.csv"
    file.write_text(text)
    return file, Preview.of(file, Progress(), "service")


def test_style_changes_show_at_once_and_are_one_step_to_undo(
    window: MainWindow, qtbot: QtBot, rest: Callable[[], None]
) -> None:
    dialog = StyleDialog(window, window.desk, "need-areas")
    dialog.open()
    before = window.desk.project.layer("need-areas").style
    dialog.classes.setValue(3)
    dialog.classes.setValue(4)
    dialog.palette_box.setCurrentIndex(dialog.palette_box.findData("blues"))
    dialog.palette_box.activated.emit(dialog.palette_box.currentIndex())
    style = window.desk.project.layer("need-areas").style
    assert (style.kind, style.classes, style.palette) == (GRADUATED, 4, "blues")
    rest()
    assert len([row for row in window.map.legends["need-areas"].rows if row.class_index >= 0]) == 4
    dialog.accept()
    window.commands.do_undo()
    assert window.desk.project.layer("need-areas").style == before


def test_style_can_be_put_back(window: MainWindow) -> None:
    before = window.desk.project.layer("need-areas").style
    dialog = StyleDialog(window, window.desk, "need-areas")
    dialog.open()
    dialog.colour_by.setCurrentIndex(0)
    dialog.colour_by.activated.emit(0)
    assert window.desk.project.layer("need-areas").style.kind == SINGLE
    dialog._put_back()
    assert window.desk.project.layer("need-areas").style == before


def test_style_offers_numbers_not_margins(window: MainWindow) -> None:
    dialog = StyleDialog(window, window.desk, "need-areas")
    offered = [dialog.colour_by.itemData(place) for place in range(dialog.colour_by.count())]
    assert offered == ["", "children", "poverty"]
    dialog.reject()


def test_import_shows_its_guess_and_takes_corrections(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    file, found = preview(tmp_path)
    dialog = ImportDialog(window, window.desk, file, found)
    dialog.open()
    assert dialog.role.currentData() == "service"
    assert dialog.boxes["latitude"].currentData() == "Lat"
    assert dialog.mapping() == {}
    box = dialog.boxes["category"]
    box.setCurrentIndex(box.findText(NOT_THERE) if box.currentData() else box.findData("Kind"))
    assert set(dialog.mapping()) == {"category"}
    dialog.reject()


def test_import_asks_for_coordinates_only_where_the_file_is_silent(window: MainWindow, tmp_path: Path) -> None:
    file, found = preview(tmp_path)
    dialog = ImportDialog(window, window.desk, file, found)
    dialog.open()
    asked = not any(doubt.code == "crs" for doubt in found.view.doubts) and found.view.geometry != "none"
    assert dialog._crs_box.isVisible() == asked
    dialog.reject()


def test_text_from_files_is_never_markup(window: MainWindow, tmp_path: Path) -> None:
    file, found = preview(tmp_path)
    dialog = ImportDialog(window, window.desk, file, found)
    cells = [dialog.rows.item(0, place).text() for place in range(dialog.rows.columnCount())]
    assert "North <b>clinic</b>" in cells
    assert dialog.about.textFormat() == Qt.TextFormat.PlainText
    dialog.reject()


def test_method_tells_what_was_asked_and_who_says_so(window: MainWindow) -> None:
    page = method_page(window.desk.project, "coverage-gap")
    assert "Who says so" in page
    assert "U.S. Census Bureau" in page
    dialog = MethodDialog(window, window.desk.project, "need-index")
    assert "Social Vulnerability Index" in dialog.findChild(QTextBrowser).toPlainText()
    dialog.reject()


def test_keys_and_about_open(window: MainWindow) -> None:
    for made in (KeysDialog(window, keyed_commands()), AboutDialog(window)):
        made.open()
        assert made.isVisible()
        made.accept()
