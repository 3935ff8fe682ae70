"""The hand stays where it was: after cancelling, saving, another step, a message or a card that goes; messages end; nothing jumps."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from ecomap.model.said import name, say
from ecomap.model.units import metres
from ecomap.ui.desk import Notice
from ecomap.ui.map.floating import time_to_read
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.steps import STEPS
from ecomap.ui.window import MainWindow
from tests.ui.conftest import LONG, settle
from tests.ui.test_asked import ask, panel_of

LEFT = Qt.MouseButton.LeftButton


def at(window: MainWindow) -> QWidget | None:
    """Who has the keyboard of the window, also while another program is in front."""
    return window.focusWidget()


def put(window: MainWindow, qtbot: QtBot, widget: QWidget) -> QWidget:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=LONG)
    widget.setFocus()
    assert at(window) is widget
    return widget


def test_the_hand_is_where_it_was_after_a_dialog_was_cancelled(window: MainWindow, qtbot: QtBot) -> None:
    for place in (window.tree, window.table.filter, window.map.canvas):
        put(window, qtbot, place)
        for key in ("day", "title", "inventory_add"):
            window.menus.actions[key].trigger()
            for dialog in [one for one in window.findChildren(QDialog) if one.isVisible()]:
                QTest.keyClick(dialog, Qt.Key.Key_Escape)
            assert at(window) is place


def test_the_hand_is_where_it_was_after_saving(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    place = put(window, qtbot, window.table.filter)
    with qtbot.waitSignal(window.desk.saved, timeout=LONG):
        window.desk.save(tmp_path / "town.ecomap.gpkg")
    settle(qtbot, window)
    assert at(window) is place


def test_another_step_leaves_the_hand_on_map_list_and_table(window: MainWindow, qtbot: QtBot) -> None:
    for place in (window.map.canvas, window.tree, window.table.filter):
        put(window, qtbot, place)
        for step in STEPS:
            window.menus.actions[f"step_{step.key}"].trigger()
            assert at(window) is place


def test_within_the_steps_the_hand_goes_along_and_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    gaps = panel_of(window, qtbot, "coverage-gap")
    assert gaps.form is not None
    box = gaps.form.fields["radius_m"].box  # type: ignore[attr-defined]
    put(window, qtbot, box)
    window.menus.actions["step_plan"].trigger()
    assert window.panels["plan"].isAncestorOf(at(window))  # type: ignore[arg-type]
    window.menus.actions["step_gaps"].trigger()
    assert at(window) is box


def test_work_that_is_cancelled_gives_the_hand_back_to_what_began_it(window: MainWindow, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot, "priority")
    place = put(window, qtbot, panel.ask)
    window.status.job.begin(say("Working"))
    put(window, qtbot, window.status.job.cancel)
    window.status.job.rest()
    assert at(window) is place


def test_a_message_takes_no_focus_and_gives_it_back_when_it_is_closed_by_key(window: MainWindow, qtbot: QtBot) -> None:
    place = put(window, qtbot, window.table.filter)
    window.desk.say(Notice("note", say("Done")))
    assert at(window) is place
    put(window, qtbot, window.map.bar.close_button)
    QTest.keyClick(window.map.bar.close_button, Qt.Key.Key_Return)
    assert not window.map.bar.isVisible()
    assert at(window) is place


def test_a_card_that_goes_takes_the_hand_nowhere(window: MainWindow, qtbot: QtBot) -> None:
    areas = window.desk.project.layers_of("need_area")[0]
    feature = str(window.desk.project.frame(areas.id)["id"].iloc[0])
    place = put(window, qtbot, window.table.filter)
    window.map.open_card(areas.id, feature, QPoint(200, 200))
    qtbot.waitUntil(window.map.card.isVisible, timeout=LONG)
    assert at(window) is place
    window.map.card.dismiss()
    assert at(window) is place


def test_a_card_stays_when_the_map_gets_another_size(window: MainWindow, qtbot: QtBot) -> None:
    areas = window.desk.project.layers_of("need_area")[0]
    window.map.fit()
    settle(qtbot, window)
    window.map.open_card(areas.id, str(window.desk.project.frame(areas.id)["id"].iloc[0]), QPoint(200, 200))
    qtbot.waitUntil(window.map.card.isVisible, timeout=LONG)
    window.middle.setSizes([window.middle.sizes()[0] - 60, window.middle.sizes()[1] + 60])
    qtbot.wait(1)
    settle(qtbot, window)
    assert window.map.card.isVisible()


def test_messages_end_by_themselves_and_are_read_again_at_the_foot(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.map.bar
    bar.lasts = lambda _notice: 1
    undone: list[int] = []
    window.desk.say(Notice("problem", name("The disk is full"), name("Make room."), say("Show the report"), lambda: undone.append(1)))
    window.desk.say(Notice("note", name("Removed"), action=say("Undo"), then=lambda: undone.append(2)))
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=LONG)
    messages = window.status.messages
    assert messages.isVisible()
    assert messages.accessibleName() == "2 messages"
    told = messages.menu_of_messages().actions()
    assert [action.text() for action in told] == ["Removed", "The disk is full"]
    bar.lasts = lambda _notice: LONG
    told[0].trigger()
    assert bar.text.text() == "Removed"
    assert not bar.action.isVisible()  # what could be undone then may be something else now
    told[1].trigger()
    assert bar.action.isVisible()


def test_a_message_stays_while_the_hand_is_on_it(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.map.bar
    bar.lasts = lambda _notice: LONG
    window.desk.say(Notice("note", name("Removed"), action=say("Undo")))
    put(window, qtbot, bar.action)
    bar._end.timeout.emit()
    assert bar.isVisible()
    put(window, qtbot, window.tree)
    middle = QPointF(bar.rect().center())
    QApplication.sendEvent(bar, QEnterEvent(middle, middle, QPointF(bar.mapToGlobal(bar.rect().center()))))
    bar.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    bar._end.timeout.emit()
    assert bar.isVisible()
    bar.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    bar._end.timeout.emit()
    assert not bar.isVisible()


def test_a_longer_message_and_a_worse_one_stay_longer() -> None:
    short, long = Notice("note", name("Done")), Notice("note", name("Done " * 40))
    assert time_to_read(short) < time_to_read(long)
    assert time_to_read(short) < time_to_read(Notice("caution", name("Done"))) < time_to_read(Notice("problem", name("Done")))
    assert time_to_read(short) >= 5_000


def test_lists_stay_where_they_were_scrolled_to(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot, "coverage-gap", radius_m=metres(1.0))
    window.resize(1000, 560)
    settle(qtbot, window)
    bar = window.tree.verticalScrollBar()
    before = bar.maximum() // 2
    assert before > 0
    bar.setValue(before)
    window.desk.set_visible("schools", False)
    settle(qtbot, window)
    assert bar.value() == before
    window.show_step("gaps")
    panel = window.panels["gaps"]
    assert isinstance(panel, QuestionPanel)
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        panel.run()
    settle(qtbot, window)
    assert bar.value() == before


def test_return_in_a_field_confirms_it_and_asks_nothing(window: MainWindow, qtbot: QtBot) -> None:
    panel = ask(window, qtbot, "roles")
    panel = panel_of(window, qtbot, "coverage-gap")
    assert panel.form is not None
    box = panel.form.fields["radius_m"].box  # type: ignore[attr-defined]
    put(window, qtbot, box)
    box.selectAll()
    QTest.keyClicks(box, "0.5")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert abs(panel.form.values()["radius_m"] - metres(0.5)) < 1.0
    assert panel.result is None
    assert at(window) is box
