"""A plan one can argue with: wishes that clash stay in the panel with a button each, schools are pinned from wherever they are met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ecomap.model.project import Pins, Project
from ecomap.ui.forms.chips import ChipsField
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.window import MainWindow
from tests.analysis.plan.expansion.test_ways_out import town as grid_town
from tests.ui.conftest import place_of

Rest = Callable[[], None]
CLASH = {"target": "none", "radius_m": 500.0, "detour": 1.0, "truths": 0, "budget_usd": 250.0, "cost_per_site_usd": 100.0,
         "at_least_per_board_district": 1}


@pytest.fixture
def town() -> Project:
    return grid_town()


def plan(window: MainWindow) -> QuestionPanel:
    window.show_step("plan")
    panel = window.panels["plan"]
    assert isinstance(panel, QuestionPanel)
    panel.choose("plan")
    return panel


def asked(window: MainWindow, rest: Rest, given: Mapping[str, Any]) -> QuestionPanel:
    """The plan asked by its button."""
    panel = plan(window)
    assert panel.form is not None
    panel.form.set_values(given)
    QTest.mouseClick(panel.ask, Qt.MouseButton.LeftButton)
    rest()
    return panel


def ways(panel: QuestionPanel) -> dict[str, QPushButton]:
    return {one.text(): one for one in panel.page.clash.findChildren(QPushButton, "way-out")}


def chips(panel: QuestionPanel, setting: str) -> ChipsField:
    assert panel.form is not None
    field = panel.form.fields[setting]
    assert isinstance(field, ChipsField)
    return field


def test_wishes_that_clash_stay_in_the_panel_and_each_button_sets_its_field_and_asks_again(window: MainWindow, rest: Rest) -> None:
    panel = asked(window, rest, CLASH)
    assert panel.page.clash.isVisible()
    assert not window.map.bar.isVisible()
    assert panel.result is None
    assert list(ways(panel)) == ["At least $300 instead of $250", "2 board districts instead of 3"]
    QTest.mouseClick(ways(panel)["2 board districts instead of 3"], Qt.MouseButton.LeftButton)
    rest()
    assert panel.form is not None
    assert panel.form.values()["in_districts"] == 2
    assert panel.form.values()["budget_usd"] == 250
    assert panel.result is not None
    assert panel.result.provenance is not None
    assert panel.result.provenance.params["in_districts"] == 2
    assert not panel.page.clash.isVisible()


def test_a_way_out_is_pressed_by_return_and_means_the_wishes_as_they_were_asked(window: MainWindow, rest: Rest) -> None:
    panel = asked(window, rest, CLASH)
    assert panel.form is not None
    panel.form.set_values({"budget_usd": 50.0})   # the hand wandered off meanwhile
    press = ways(panel)["At least $300 instead of $250"]
    press.setFocus()
    QTest.keyClick(press, Qt.Key.Key_Return)
    rest()
    assert panel.result is not None
    assert panel.form.values()["budget_usd"] == 300
    assert len(panel.result.main.frame) == 3


def test_a_school_is_pinned_from_its_card_shown_as_a_chip_and_taken_off_by_key(
    window: MainWindow, rest: Rest, qtbot: QtBot,
) -> None:
    panel = plan(window)
    QTest.mouseClick(window.map.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place_of(window, "schools", "s4"))
    qtbot.waitUntil(lambda: window.map.card.isVisible())
    door = next(one for one in window.map.card.findChildren(QPushButton) if one.text() == "Pin into the plan")
    door.click()
    assert window.desk.project.pins == Pins(inside=("s4",))
    assert not window.map.card.isVisible()
    field = chips(panel, "pinned_in")
    assert [one.accessibleName() for one in field.chips] == ["Take off: School 4"]
    assert panel.form is not None
    assert panel.form.values()["pinned_in"] == ("s4",)
    field.chips[0].setFocus()
    QTest.keyClick(field.chips[0], Qt.Key.Key_Delete)
    assert window.desk.project.pins == Pins()
    assert window.focusWidget() is field.box
    window.desk.workspace.undo()
    assert window.desk.project.pins == Pins(inside=("s4",))
    assert panel.form.values()["pinned_in"] == ("s4",)
    window.desk.workspace.undo()
    assert panel.form.values()["pinned_in"] == ()


def test_a_school_is_pinned_by_its_name_and_an_unknown_name_is_said(window: MainWindow, rest: Rest) -> None:
    panel = plan(window)
    field = chips(panel, "pinned_out")
    field.box.setFocus()
    QTest.keyClicks(field.box, "school 7")
    QTest.keyClick(field.box, Qt.Key.Key_Return)
    assert window.desk.project.pins == Pins(outside=("s7",))
    QTest.keyClicks(field.box, "Nowhere High")
    QTest.keyClick(field.box, Qt.Key.Key_Return)
    assert field.trouble.isVisible()
    assert "Nowhere High" in field.trouble.text()
    assert window.desk.project.pins == Pins(outside=("s7",))


def test_the_menu_of_a_table_pins_and_the_answer_keeps_what_it_was_asked_with(window: MainWindow, rest: Rest) -> None:
    panel = asked(window, rest, {"target": "none", "radius_m": 500.0, "detour": 1.0, "truths": 0, "sites": 2})
    tables = window.table
    tables.show_sheet(next(key for key, sheet in tables.sheets.items() if sheet.title == "Schools that could be chosen"))
    model = tables.model()
    assert model is not None
    menu = tables.menu(model.row_of("s8"))
    assert menu is not None
    assert [action.text() for action in menu.actions()][:2] == ["Pin into the plan", "Pin out of the plan"]
    menu.actions()[0].trigger()
    assert window.desk.project.pins == Pins(inside=("s8",))
    assert "Schools pinned in: none; asked now: Schools pinned in: School 8" in panel.answer.otherwise_words.text()
    QTest.mouseClick(panel.ask, Qt.MouseButton.LeftButton)
    rest()
    assert panel.result is not None
    assert panel.result.provenance is not None
    assert list(panel.result.provenance.params["pinned_in"]) == ["s8"]
    assert "s8" in set(panel.result.main.frame["id"])
    assert not panel.answer.otherwise.isVisible()


def test_pins_leave_with_the_project_and_another_project_has_none(window: MainWindow, rest: Rest, tmp_path: Any) -> None:
    from ecomap.workspace import operations

    plan(window)
    window.desk.pin("s2", "in")
    window.desk.pin("s3", "out")
    path = tmp_path / "pins.ecomap.gpkg"
    operations.save_project(window.desk.project, path)
    assert operations.open_project(path).pins == Pins(("s2",), ("s3",))
    window.desk.replace(grid_town(), None)
    rest()
    panel = plan(window)
    assert panel.form is not None
    assert panel.form.values()["pinned_in"] == ()


def test_a_school_that_is_nowhere_is_not_pinned_in(window: MainWindow) -> None:
    assert not window.desk.pin("nobody", "in")
    assert window.desk.project.pins == Pins()
    assert window.map.bar.isVisible()


def test_why_a_school_is_not_in_the_plan_is_read_in_the_panel_and_pinned_from_there(window: MainWindow, rest: Rest) -> None:
    panel = asked(window, rest, {"target": "none", "radius_m": 900.0, "detour": 1.0, "truths": 0, "sites": 1})
    why = panel.page.why
    assert why is not None
    assert why.isVisible()
    why.box.setFocus()
    QTest.keyClicks(why.box, "School 0")
    QTest.keyClick(why.box, Qt.Key.Key_Return)
    rest()
    assert why.words.text().startswith("With School 0 put in, the best plan reaches")
    assert "It takes the place of School 4." in why.words.text()
    assert why.pin.text() == "Pin School 0 in"
    QTest.mouseClick(why.pin, Qt.MouseButton.LeftButton)
    assert window.desk.project.pins == Pins(inside=("s0",))
    assert len(window.desk.project.results) == 1


def test_the_card_of_a_planned_school_asks_what_if_it_were_left_out(window: MainWindow, rest: Rest, qtbot: QtBot) -> None:
    panel = asked(window, rest, {"target": "none", "radius_m": 900.0, "detour": 1.0, "truths": 0, "sites": 1})
    window.show_step("gaps")
    QTest.mouseClick(window.map.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place_of(window, "schools", "s4"))
    qtbot.waitUntil(lambda: window.map.card.isVisible())
    door = next(one for one in window.map.card.findChildren(QPushButton) if one.text() == "What if the plan did without it?")
    door.click()
    rest()
    assert panel.isVisible()
    assert panel.page.why is not None
    assert panel.page.why.words.text().startswith("Without School 4 the best plan reaches")
