"""Scenarios by hand: the menu of a place, the small forms, what the map then shows, the list beside the questions, undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from ecomap.model.scenario import Change
from ecomap.ui.dialogs.scenario import MergeDialog, OpenDialog, RoomDialog
from ecomap.ui.map.menu_wishes import LONG_PRESS_MS
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.panels.scenarios import ScenariosPage
from ecomap.ui.window import MainWindow
from tests.ui.conftest import LONG, place_of, settle

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
WEST, MIDDLE, EAST = "01964733000001", "01964733000002", "01964733000003"


def page_of(window: MainWindow) -> ScenariosPage:
    plan = window.panels["plan"]
    assert isinstance(plan, QuestionPanel)
    assert isinstance(plan.beside, ScenariosPage)
    return plan.beside


def right_click(window: MainWindow, at: QPoint) -> QMenu:
    """A right click as the system sends it, and the menu that opens."""
    handle = window.windowHandle()
    QTest.mouseMove(handle, QPoint(3, 3))  # a second click at one point would be a double one
    QTest.mouseClick(handle, RIGHT, Qt.KeyboardModifier.NoModifier, window.map.canvas.mapTo(window, at))
    return open_menu()


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, words: str, *more: str) -> None:
    """Trigger an entry by the beginning of its words, through submenus."""
    action = next(one for one in menu.actions() if one.text().startswith(words))
    inside = action.menu()
    if isinstance(inside, QMenu):
        choose(inside, *more)
    else:
        action.trigger()
    menu.close()


def dialog_of(window: MainWindow, kind: type[QDialog]) -> QDialog:
    return next(one for one in window.findChildren(QDialog) if isinstance(one, kind) and one.isVisible())


@pytest.fixture
def corner(window: MainWindow) -> QPoint:
    """Ground where no point stands."""
    at = place_of(window, "need-areas", "06037000008")
    return QPoint(at.x() + 20, at.y() - 20)


def test_something_is_supposed_on_a_corner_of_the_map(window: MainWindow, qtbot: QtBot, corner: QPoint) -> None:
    x, y = window.map.canvas.window_shown().to_map(corner.x(), corner.y())
    choose(right_click(window, corner), "What if something stood here?")
    asked = dialog_of(window, OpenDialog)
    assert isinstance(asked, OpenDialog)
    asked.what.setCurrentIndex(asked.what.findData("service:Mental Health"))
    qtbot.keyClicks(asked.called, "Corner clinic")
    qtbot.mouseClick(asked.take, LEFT)
    scenario = window.desk.project.scenarios[0]
    assert scenario.name == "Scenario 1"
    assert scenario.changes == (Change("open", place=(x, y), label="Corner clinic", target="service:Mental Health"),)
    assert window.map.bar.said is not None
    assert "Scenario 1" in window.map.bar.said.text
    assert "Corner clinic" in window.map.bar.said.text
    qtbot.waitUntil(lambda: window.desk.looking.happened is not None, timeout=LONG)
    qtbot.waitUntil(lambda: len(window.map.canvas.scene().frames["services"]) == 2, timeout=LONG)  # type: ignore[union-attr]
    assert len(window.desk.project.frame("services")) == 1
    assert [mark.kind for mark in window.map.changes.marks] == ["open"]
    at = window.map.changes.place_of(window.map.changes.marks[0])
    assert window.map.canvas.window_shown().to_map(at.x(), at.y()) == pytest.approx((x, y), abs=1e-3)
    assert "Scenario 1" in window.map.as_if.words.text()
    assert window.map.as_if.isVisible()


def test_undo_in_the_toast_takes_the_scenario_back(window: MainWindow, qtbot: QtBot, corner: QPoint) -> None:
    window.commands.scenarios.close(("schools", WEST))
    assert len(window.desk.project.scenarios) == 1
    qtbot.mouseClick(window.map.bar.action, LEFT)
    assert window.desk.project.scenarios == ()
    assert not window.map.as_if.isVisible()
    assert not window.map.changes.marks


def test_a_school_closes_and_is_crossed_and_today_has_it_again(window: MainWindow, qtbot: QtBot) -> None:
    menu = right_click(window, place_of(window, "schools", WEST))
    choose(menu, "Close")
    assert window.desk.project.scenarios[0].changes == (Change("close", "schools", WEST),)
    qtbot.waitUntil(lambda: window.desk.looking.happened is not None, timeout=LONG)
    canvas = window.map.canvas
    qtbot.waitUntil(lambda: WEST not in list(canvas.scene().frames["schools"]["id"]), timeout=LONG)  # type: ignore[union-attr]
    assert [mark.kind for mark in window.map.changes.marks] == ["close"]
    qtbot.mouseClick(window.map.as_if.off, LEFT)
    qtbot.waitUntil(lambda: WEST in list(canvas.scene().frames["schools"]["id"]), timeout=LONG)  # type: ignore[union-attr]
    assert not window.map.changes.marks
    assert window.desk.project.scenarios[0].changes


def test_places_in_a_heap_are_told_apart(window: MainWindow) -> None:
    menu = right_click(window, place_of(window, "schools", MIDDLE))
    heap = [action.text() for action in menu.actions() if action.menu() is not None]
    assert heap == ["Middle School · Schools", "Middle School · Community schools"] or sorted(heap) == ["Middle School · Community schools", "Middle School · Schools"]
    choose(menu, "Middle School · Community", "Close")
    assert window.desk.project.scenarios[0].changes == (Change("close", "sites", "a1"),)


def test_a_place_moves_with_the_next_click_and_escape_leaves_it(window: MainWindow, qtbot: QtBot, corner: QPoint) -> None:
    canvas = window.map.canvas
    choose(right_click(window, place_of(window, "services", "s1")), "Move")
    assert window.map.placing.isVisible()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not window.map.placing.isVisible()
    assert not window.desk.project.scenarios
    choose(right_click(window, place_of(window, "services", "s1")), "Move")
    place = canvas.window_shown().to_map(corner.x(), corner.y())
    qtbot.mouseClick(canvas, LEFT, pos=corner)
    change = window.desk.project.scenarios[0].changes[0]
    assert (change.kind, change.feature) == ("move", "s1")
    assert change.place == place
    assert not window.map.card.isVisible()


def test_a_place_moves_by_the_keyboard_alone(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.scenarios.ask_move(("services", "s1"))
    assert window.focusWidget() is window.map.canvas
    qtbot.keyClick(window.map.canvas, Qt.Key.Key_Return)
    middle = window.map.canvas.rect().center()
    assert window.desk.project.scenarios[0].changes[0].place == pytest.approx(window.map.canvas.window_shown().to_map(middle.x(), middle.y()), abs=2 / window.map.canvas.view().px_per_m)  # type: ignore[operator]


def test_a_school_merges_into_the_nearest_or_another(window: MainWindow, qtbot: QtBot) -> None:
    choose(right_click(window, place_of(window, "schools", WEST)), "Merge into")
    asked = dialog_of(window, MergeDialog)
    assert isinstance(asked, MergeDialog)
    assert asked.school.itemData(0) == MIDDLE
    asked.school.setEditText("nowhere")
    assert not asked.take.isEnabled()
    asked.school.setCurrentIndex(1)
    qtbot.mouseClick(asked.take, LEFT)
    assert window.desk.project.scenarios[0].changes == (Change("merge", "schools", WEST, into=EAST),)


def test_room_is_not_given_by_accident(window: MainWindow, qtbot: QtBot) -> None:
    choose(right_click(window, place_of(window, "services", "s1")), "Capacity")
    asked = dialog_of(window, RoomDialog)
    assert isinstance(asked, RoomDialog)
    assert asked.places.value() == -1
    assert not asked.take.isEnabled()
    asked.places.setValue(0)
    assert asked.take.isEnabled()
    asked.places.setValue(40)
    qtbot.mouseClick(asked.take, LEFT)
    assert window.desk.project.scenarios[0].changes == (Change("capacity", "services", "s1", amount=40.0),)


def test_the_menu_key_and_a_long_press_open_the_menu_too(window: MainWindow, qtbot: QtBot, corner: QPoint) -> None:
    canvas = window.map.canvas
    canvas.setFocus()
    for key, held in ((Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)):
        with qtbot.waitSignal(window.map.wishes.asked, timeout=LONG) as asked:
            qtbot.keyClick(canvas, key, held)
        assert asked.args == [canvas.rect().center()]
        open_menu().close()
    with qtbot.waitSignal(window.map.wishes.asked, timeout=LONG_PRESS_MS + LONG) as asked:
        qtbot.mousePress(canvas, LEFT, pos=corner)
    assert asked.args == [corner]
    open_menu().close()
    qtbot.mouseRelease(canvas, LEFT, pos=corner)
    assert window.desk.selection == ("", ())


def test_a_kind_of_service_that_nobody_offers_is_named(window: MainWindow, qtbot: QtBot, corner: QPoint) -> None:
    choose(right_click(window, corner), "What if something stood here?")
    asked = dialog_of(window, OpenDialog)
    assert isinstance(asked, OpenDialog)
    asked.what.setCurrentIndex(asked.what.count() - 1)
    assert asked.kind.isVisible()
    assert not asked.take.isEnabled()
    qtbot.keyClicks(asked.kind, "Legal aid")
    asked.places.setValue(0)
    asked.year.stepUp()
    qtbot.mouseClick(asked.take, LEFT)
    change = window.desk.project.scenarios[0].changes[0]
    assert (change.target, change.amount) == ("service:Legal aid", 0.0)
    assert change.year > 2000


# --- the list ----------------------------------------------------------------------------------------------------------


def test_scenarios_stand_beside_the_questions_and_begin_with_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    window.menus.actions["scenarios"].trigger()
    page = page_of(window)
    assert window.step == "plan"
    assert page.isVisible()
    words = " ".join(found.text() for found in page.findChildren(QWidget) if hasattr(found, "text") and found.isVisible())
    assert "Right-click the map" in words
    plan = window.panels["plan"]
    assert isinstance(plan, QuestionPanel)
    assert not plan.page.isVisible()
    qtbot.keyClick(plan.tabs.bar, Qt.Key.Key_Left)
    assert plan.page.isVisible()
    assert not page.isVisible()
    button = page.findChild(QWidget, "scenario-plan")
    assert button is not None
    assert not button.isEnabled()
    assert "no plan" in button.toolTip()


def test_a_scenario_is_renamed_copied_emptied_and_removed_with_the_keyboard_where_it_was(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.scenarios.close(("schools", WEST))
    window.commands.scenarios.close(("schools", EAST))
    window.show_scenarios()
    page = page_of(window)

    def part(name: str) -> QWidget:
        found = [one for one in page.list.findChildren(QWidget, name) if one.isVisible()]
        return found[-1]

    box = part("scenario-name")
    assert isinstance(box, QLineEdit)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "Two closures")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert window.desk.project.scenarios[0].name == "Two closures"
    part("unchange-0").setFocus()
    qtbot.keyClick(part("unchange-0"), Qt.Key.Key_Return)
    assert [one.feature for one in window.desk.project.scenarios[0].changes] == [EAST]
    at = window.focusWidget()
    assert at is not None
    assert at.objectName() == "unchange-0"
    qtbot.mouseClick(part("scenario-copy"), LEFT)
    assert [one.name for one in window.desk.project.scenarios] == ["Two closures", "Two closures, copy"]
    assert window.desk.looking.scenario is window.desk.project.scenarios[1]
    qtbot.mouseClick(part("scenario-remove"), LEFT)
    assert [one.name for one in window.desk.project.scenarios] == ["Two closures"]
    for _ in range(5):
        window.commands.do_undo()
    assert window.desk.project.scenarios[0].name == "Scenario 1"
    window.commands.do_undo()
    assert window.desk.project.scenarios == ()


def test_a_name_that_is_taken_is_refused_in_words(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.scenarios.do_scenario_new()
    window.commands.scenarios.do_scenario_new()
    page = page_of(window)
    box = next(one for one in page.list.findChildren(QLineEdit) if one.isVisible())
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "scenario 1")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert [one.name for one in window.desk.project.scenarios] == ["Scenario 1", "Scenario 2"]
    assert box.text() == "Scenario 2"
    assert window.map.bar.said is not None
    assert window.map.bar.said.kind == "problem"


def test_another_project_is_looked_at_as_it_is(window: MainWindow, qtbot: QtBot) -> None:
    town = window.desk.project
    window.commands.scenarios.close(("schools", WEST))
    window.desk.replace(town, None)
    settle(qtbot, window)
    assert not window.desk.looking.as_if
    assert not window.map.changes.marks
    assert not window.map.as_if.isVisible()


def test_the_hand_begins_at_the_first_field_of_a_dialog_and_ends_at_its_buttons(window: MainWindow, corner: QPoint) -> None:
    choose(right_click(window, corner), "What if something stood here?")
    asked = dialog_of(window, OpenDialog)
    assert isinstance(asked, OpenDialog)
    met, at = [], asked.what
    for control in (asked.what, asked.kind, asked.levels, asked.called, asked.places, asked.year, asked.leave, asked.take):
        while at is not control and len(met) < 40:
            at = at.nextInFocusChain()
            met.append(at)
        assert at is control
    asked.reject()


def _typed(window: MainWindow, qtbot: QtBot, words: str) -> None:
    """A name that is half typed, with the keyboard still in its box."""
    box = next(one for one in page_of(window).list.findChildren(QLineEdit) if one.isVisible())
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, words)


def test_undo_takes_a_scenario_away_while_its_name_is_typed(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.scenarios.do_scenario_new()
    _typed(window, qtbot, "Half a na")
    window.commands.do_undo()
    settle(qtbot, window)
    assert window.desk.project.scenarios == ()


def test_a_copy_that_is_asked_for_while_a_name_is_typed_is_of_that_name(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.scenarios.do_scenario_new()
    _typed(window, qtbot, "Typed")
    copy = next(one for one in page_of(window).list.findChildren(QAbstractButton, "scenario-copy") if one.isVisible())
    copy.setFocus(Qt.FocusReason.MouseFocusReason)  # as a press does, before it is a click
    copy.click()
    assert [one.name for one in window.desk.project.scenarios] == ["Typed", "Typed, copy"]
