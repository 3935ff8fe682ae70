"""The window for everyone: within the screen, by keys alone, with names and roles for those who hear it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QListWidget, QMainWindow, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from ecomap.ui.look.theme import THEME, look
from ecomap.ui.map.walk import in_order
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.standing import FRAME, remembered, restore
from ecomap.ui.window import MainWindow
from ecomap.workspace.settings import Settings
from tests.ui.conftest import LONG, settle


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


@pytest.fixture
def active(window: MainWindow) -> MainWindow:
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    window.map.canvas.setFocus()
    return window


def panel_of(window: MainWindow, step: str, qtbot: QtBot) -> QuestionPanel:
    window.show_step(step)
    panel = window.panels[step]
    assert isinstance(panel, QuestionPanel)
    qtbot.waitUntil(lambda: panel.form is not None, timeout=LONG)
    return panel


# --- within the screen -----------------------------------------------------------------------------------------------


def test_the_window_opens_within_its_screen(qtbot: QtBot, light: None) -> None:
    shown = MainWindow(Settings())
    room = shown.screen().availableGeometry().size()
    assert shown.width() <= room.width()
    assert shown.height() <= room.height()
    assert shown.minimumWidth() <= room.width()
    shown.close()
    shown.deleteLater()


def test_each_screen_remembers_its_own_places(qtbot: QtBot, light: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = QMainWindow()
    qtbot.addWidget(first)
    first.resize(640, 480)
    kept = remembered("1920x1080=old", first, QSplitter())
    assert kept.splitlines()[1] == "1920x1080=old"
    second = QMainWindow()
    qtbot.addWidget(second)
    restore(kept, second)
    assert (second.width(), second.height()) == (640, 480)
    third = QMainWindow()
    qtbot.addWidget(third)
    third.resize(500, 400)
    monkeypatch.setattr("ecomap.ui.standing._screen", lambda _window: "1280x800")
    restore(kept, third)
    assert (third.width(), third.height()) == (500, 400)


def test_a_window_that_stood_on_a_larger_screen_comes_back_inside(qtbot: QtBot, light: None) -> None:
    large = QMainWindow()
    qtbot.addWidget(large)
    room = large.screen().availableGeometry()
    large.setGeometry(room.right() - 50, room.bottom() - 50, room.width() + 400, room.height() + 300)
    kept = remembered("", large)
    again = QMainWindow()
    qtbot.addWidget(again)
    restore(kept, again)
    assert again.width() <= room.width() - FRAME.width()
    assert room.contains(again.geometry())


# --- by keys alone ---------------------------------------------------------------------------------------------------


def test_f6_goes_to_every_part_and_back(active: MainWindow, qtbot: QtBot) -> None:
    parts = {"layers": active.left, "map": active.map, "table": active.table, "step": active.steps, "strip": active.strip, "status": active.status}
    for key in (Qt.Key.Key_F6, "back"):
        passed = []
        for _ in parts:
            QTest.keyClick(focus(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier if key == "back" else Qt.KeyboardModifier.NoModifier)
            passed.append(next(name for name, part in parts.items() if part.isAncestorOf(focus()) or part is focus()))
        assert sorted(passed) == sorted(parts)
        assert passed[-1] == "map"


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_the_focus_is_seen_wherever_it_is(theme: str, active: MainWindow, qtbot: QtBot) -> None:
    THEME.set(theme)
    panel_of(active, "gaps", qtbot)
    wanted = QColor(look().tokens.focus)
    active.map.canvas.setFocus()
    passed: list[QWidget] = []
    blind = []
    while focus() not in passed and len(passed) < 80:
        passed.append(focus())
        QApplication.processEvents()
        if not near(focus(), wanted):
            blind.append(f"{type(focus()).__name__} {focus().accessibleName()}")
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
    assert len(passed) > 15
    assert not blind


def near(widget: QWidget, colour: QColor) -> bool:
    """Whether the edge of a control shows a colour on enough pixels to be seen."""
    seen = widget.visibleRegion().boundingRect().adjusted(-2, -2, 2, 2)
    if seen.isEmpty():
        return False
    picture = widget.window().grab().toImage()
    corner = widget.mapTo(widget.window(), QPoint(seen.x(), seen.y()))
    found = sum(
        1 for y in range(max(corner.y(), 0), min(corner.y() + seen.height(), picture.height()))
        for x in range(max(corner.x(), 0), min(corner.x() + seen.width(), picture.width()), 1 if seen.width() < 200 else 3)
        if picture.pixelColor(x, y).rgb() == colour.rgb()
    )
    return found >= 12


def test_a_click_draws_no_ring(active: MainWindow, qtbot: QtBot) -> None:
    active.table.filter.setFocus()
    QTest.mousePress(active.map.canvas, Qt.MouseButton.LeftButton, pos=QPoint(5, 60))
    wanted = QColor(look().tokens.focus)
    QTest.mouseRelease(active.map.canvas, Qt.MouseButton.LeftButton, pos=QPoint(5, 60))
    assert active.ring.shown() is None
    assert wanted.isValid()


def test_the_ring_goes_along_when_the_window_is_laid_out_anew(active: MainWindow, qtbot: QtBot) -> None:
    canvas = active.map.canvas
    active.table.filter.setFocus()
    canvas.setFocus()
    for change in (lambda: THEME.set(scale=2.0), lambda: active.tree.parentWidget().hide()):
        change()
        qtbot.waitUntil(lambda: active.ring.place().topLeft() == canvas.mapTo(active, canvas.visibleRegion().boundingRect().topLeft()), timeout=5000)


def test_the_ring_goes_along_when_what_had_the_keyboard_before_is_gone(active: MainWindow, qtbot: QtBot) -> None:
    canvas, before = active.map.canvas, QListWidget(active)
    before.show()
    before.setFocus()
    canvas.setFocus()
    with qtbot.waitSignal(before.destroyed):
        before.deleteLater()
    active.tree.parentWidget().hide()
    qtbot.waitUntil(lambda: active.ring.place().topLeft() == canvas.mapTo(active, canvas.visibleRegion().boundingRect().topLeft()), timeout=5000)
    assert active.ring.shown() is canvas


def test_the_places_of_the_map_are_walked_in_the_order_of_ranks(active: MainWindow, qtbot: QtBot) -> None:
    panel = panel_of(active, "plan", qtbot)
    with qtbot.waitSignal(active.desk.answered, timeout=LONG):
        panel.run()
    settle(qtbot, active)
    active.map.canvas.setFocus()
    walked = []
    for _ in range(3):
        QTest.keyClick(active.map.canvas, Qt.Key.Key_PageDown)
        walked.append(active.desk.selection[1][0])
    layer = active.desk.selection[0]
    assert walked == in_order(active.desk.project.frame(layer))[:3]
    QTest.keyClick(active.map.canvas, Qt.Key.Key_PageUp)
    assert active.desk.selection[1][0] == walked[1]
    settle(qtbot, active)
    QTest.keyClick(active.map.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(active.map.card.isVisible, timeout=LONG)


# --- names and roles -------------------------------------------------------------------------------------------------


def unnamed(top: QWidget) -> list[str]:
    """Interactive things without a name or a role for those who hear the window."""
    found = []
    for widget in (top, *top.findChildren(QWidget)):
        inner = widget.objectName().startswith("qt_") or widget.parentWidget() is None
        if inner or not widget.isVisibleTo(top) or not (widget.focusPolicy() & Qt.FocusPolicy.TabFocus):
            continue
        if widget.focusProxy() is not None or isinstance(widget.parentWidget(), QAbstractButton):
            continue
        spoken = QAccessible.queryAccessibleInterface(widget)
        name = spoken.text(QAccessible.Text.Name) if spoken is not None else ""
        if spoken is None or not name or spoken.role() in (QAccessible.Role.NoRole,):
            found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}: “{name}”")
    return list(dict.fromkeys(found))


def test_every_interactive_thing_has_a_name_and_a_role(active: MainWindow, qtbot: QtBot) -> None:
    found = list(unnamed(active))
    for key, panel in active.panels.items():
        active.show_step(key)
        for analysis in panel.step.analyses if isinstance(panel, QuestionPanel) else ():
            assert isinstance(panel, QuestionPanel)
            panel.choose(analysis)
            qtbot.waitUntil(lambda panel=panel: panel.form is not None, timeout=LONG)
            found += unnamed(panel)
        found += unnamed(panel)
    assert not found


def test_map_chart_table_and_search_say_what_they_are(active: MainWindow, qtbot: QtBot) -> None:
    active.table.open_layer("schools")
    roles = {
        active.map.canvas: QAccessible.Role.Graphic, active.table.view: QAccessible.Role.Table, active.tree: QAccessible.Role.Tree,
        active.search: QAccessible.Role.EditableText, active.table.tabs: QAccessible.Role.PageTabList,
    }
    for widget, role in roles.items():
        spoken = QAccessible.queryAccessibleInterface(widget)
        assert spoken is not None
        assert spoken.role() == role, widget
        assert spoken.text(QAccessible.Text.Name)
    table = QAccessible.queryAccessibleInterface(active.table.view)
    first = [table.child(place) for place in range(6)]
    headings = [one for one in first if one is not None and one.role() == QAccessible.Role.ColumnHeader]
    assert headings
    assert all(heading.text(QAccessible.Text.Name) for heading in headings)
