"""Who works where, written down by hand: added at a school, changed, ended, taken back; templates read and written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ecomap.model import vocabulary as v
from ecomap.model.inventory import TABLES
from ecomap.ui.dialogs.inventory import AT_A_SCHOOL, InventoryDialog
from ecomap.ui.dialogs.rows import RowsDialog
from ecomap.ui.window import MainWindow
from ecomap.workspace.inventory_tables import inventory_rows
from tests.ui.conftest import LONG, place_of

SCHOOL = "01964733000003"
LEFT = Qt.MouseButton.LeftButton


def dialog_of(window: MainWindow) -> InventoryDialog:
    return [found for found in window.findChildren(InventoryDialog) if found.isVisible()][-1]


def add_person(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.inventory.add_at_school(SCHOOL)
    dialog = dialog_of(window)
    qtbot.keyClicks(dialog.boxes[v.TITLE], "College coach")
    qtbot.keyClicks(dialog.boxes[v.EMPLOYER], "Bridge Partners")
    qtbot.mouseClick(dialog.save, LEFT)


def test_a_person_is_added_from_the_card_of_a_school_and_taken_back(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.map.canvas, LEFT, pos=place_of(window, "schools", SCHOOL))
    qtbot.waitUntil(window.map.card.isVisible)
    doors = {door.text(): door for door in window.map.card.findChildren(QPushButton)}
    doors["Add who works here…"].click()
    dialog = dialog_of(window)
    assert dialog.spec.role == v.STAFF_ROLE
    assert dialog.values()[v.SCHOOL_ID] == SCHOOL
    qtbot.keyClicks(dialog.boxes[v.TITLE], "College coach")
    dialog.save.setFocus()
    qtbot.keyClick(dialog.save, Qt.Key.Key_Return)
    rows = inventory_rows(window.desk.project, v.STAFF_ROLE)
    assert list(zip(rows[v.SCHOOL_ID], rows[v.TITLE])) == [(SCHOOL, "College coach")]
    assert window.menus.actions["undo"].text() == "Undo: Add a person in a role"
    qtbot.mouseClick(window.undo_button, LEFT)
    assert not window.desk.project.layers_of(v.STAFF_ROLE)


def test_what_is_needed_and_missing_is_said_in_the_form(window: MainWindow, qtbot: QtBot) -> None:
    before = window.desk.project
    window.commands.inventory.add_at_school(SCHOOL)
    dialog = dialog_of(window)
    qtbot.mouseClick(dialog.save, LEFT)
    assert dialog.isVisible()
    assert dialog.trouble.isVisible()
    assert "Title" in dialog.trouble.text()
    assert window.desk.project is before
    dialog.reject()


def test_a_row_is_changed_ended_and_taken_out_from_the_record_of_a_school(window: MainWindow, qtbot: QtBot) -> None:
    add_person(window, qtbot)
    window.commands.inventory.show_record(SCHOOL)
    record = [found for found in window.findChildren(RowsDialog) if found.isVisible()][-1]
    said = " ".join(found.text() for found in record.findChildren(QLabel))
    assert "College coach" in said
    assert "Bridge Partners" in said
    next(door for door in record.findChildren(QPushButton) if door.text() == "Change…").click()
    dialog = dialog_of(window)
    assert dialog.values()[v.TITLE] == "College coach"
    qtbot.keyClicks(dialog.boxes[v.END], "2019")
    qtbot.mouseClick(dialog.save, LEFT)
    rows = inventory_rows(window.desk.project, v.STAFF_ROLE)
    assert list(rows[v.END]) == ["2019"]
    window.commands.inventory.change_row(window.desk.project.layers_of(v.STAFF_ROLE)[0].id, str(rows[v.ID].iloc[0]))
    qtbot.mouseClick(dialog_of(window).out, LEFT)
    assert len(inventory_rows(window.desk.project, v.STAFF_ROLE)) == 0
    window.commands.do_undo()
    assert len(inventory_rows(window.desk.project, v.STAFF_ROLE)) == 1


@pytest.mark.parametrize("role", [spec.role for spec in TABLES])
def test_every_table_has_a_form_with_a_name_on_each_field(window: MainWindow, role: str) -> None:
    dialog = InventoryDialog(window, window.desk, role)
    assert set(dialog.boxes) == {field.name for field in dialog.spec.fields if field.name != v.ID}
    assert all(box.accessibleName() for box in dialog.boxes.values())
    dialog.close()


def test_the_kinds_offered_at_a_school_are_those_that_belong_to_one() -> None:
    assert all(spec.has(v.SCHOOL_ID) for spec in TABLES if spec.role in AT_A_SCHOOL)


def test_a_template_is_written_filled_in_and_read_back(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, rest: Callable[[], None]
) -> None:
    add_person(window, qtbot)
    path = tmp_path / "who.xlsx"
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as wrote:
        window.commands.inventory.write_inventory(path)
    assert wrote.args[0].text.startswith("Wrote who.xlsx")
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as read:
        window.commands.inventory.read_inventory(path)
    assert "0 new" in read.args[0].text
    rest()
    assert not [found for found in window.findChildren(QDialog) if found.isVisible()]
