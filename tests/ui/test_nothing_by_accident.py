"""The wheel over a form, Return in a field: nothing changes that the planner did not mean to change."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollBar,
    QSlider,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

import ecomap.ui
from ecomap.model import vocabulary as v
from ecomap.ui.dialogs.day import DayDialog
from ecomap.ui.dialogs.inventory import InventoryDialog
from ecomap.ui.dialogs.style import StyleDialog
from ecomap.ui.look.controls import IconButton, Number, PushButton, Slide
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.steps import STEPS
from ecomap.ui.window import MainWindow
from ecomap.workspace.inventory_tables import inventory_rows

FIELDS = (QComboBox, QAbstractSpinBox, QSlider, QTabBar)


def notch(widget: QWidget, down: bool = True) -> bool:
    """One notch of the wheel over a widget, as Qt delivers it; whether the widget kept it."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, QPointF(widget.mapToGlobal(widget.rect().center())), QPoint(), QPoint(0, -120 if down else 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def standing(widget: QWidget) -> object:
    """What a field holds."""
    if isinstance(widget, (QComboBox, QTabBar)):
        return widget.currentIndex()
    if isinstance(widget, QAbstractSlider):
        return widget.value()
    assert isinstance(widget, QAbstractSpinBox)
    return widget.text()


def fields_in(widget: QWidget) -> list[QWidget]:
    return [one for kind in FIELDS for one in widget.findChildren(kind) if not isinstance(one, QScrollBar)]


def unmoved(widget: QWidget) -> int:
    """A notch either way over every field inside that has not the focus; how many fields there were."""
    found = [one for one in fields_in(widget) if not one.hasFocus()]
    before = [standing(one) for one in found]
    for one in found:
        assert [notch(one), notch(one, down=False)] == [False, False], f"{one.accessibleName()} kept the wheel"
    assert [standing(one) for one in found] == before
    return len(found)


def test_the_wheel_over_every_field_of_every_step_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    seen = 0
    for step in STEPS:
        window.show_step(step.key)
        panel = window.panels[step.key]
        if not isinstance(panel, QuestionPanel):
            seen += unmoved(window)
            continue
        for name in panel.step.analyses:
            panel.choose(name)
            assert panel.form is not None
            window.map.canvas.setFocus()
            seen += unmoved(panel)
    assert seen > 65


@pytest.mark.parametrize("make", [
    lambda window: DayDialog(window, window.desk),
    lambda window: InventoryDialog(window, window.desk, v.ORGANISATION),
    lambda window: StyleDialog(window, window.desk, "need-areas"),
], ids=["day", "inventory", "style"])
def test_the_wheel_over_every_field_of_a_dialog_changes_nothing(
    window: MainWindow, qtbot: QtBot, make: Callable[[MainWindow], QWidget]
) -> None:
    dialog = make(window)
    qtbot.addWidget(dialog)
    dialog.show()
    assert unmoved(dialog) > 0


def test_a_field_that_has_the_focus_takes_the_wheel(light: None, qtbot: QtBot) -> None:
    for made in (Number(), Slide(Qt.Orientation.Horizontal)):
        qtbot.addWidget(made)
        made.setValue(5)
        made.show()
        made.activateWindow()
        assert not notch(made)
        assert made.value() == 5
        made.setFocus()
        qtbot.waitUntil(made.hasFocus)
        assert notch(made)
        assert made.value() != 5


def test_fields_of_the_window_are_those_that_the_wheel_passes_over() -> None:
    """Else the next field is the next accident."""
    raw = re.compile(r"(?<![\w.])Q(ComboBox|SpinBox|DoubleSpinBox|Slider|Dial|DateEdit|TimeEdit|DateTimeEdit|TabBar|PushButton|ToolButton)\(")
    found = [path for path in Path(ecomap.ui.__path__[0]).rglob("*.py") if raw.search(path.read_text(encoding="utf-8"))]
    assert [path.name for path in found if path.name != "controls.py"] == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
@pytest.mark.parametrize("kind", [PushButton, IconButton])
def test_return_presses_the_button_that_has_the_focus(light: None, qtbot: QtBot, key: Qt.Key, kind: type[PushButton]) -> None:
    made, pressed = kind(), []
    qtbot.addWidget(made)
    made.clicked.connect(lambda: pressed.append(1))
    made.show()
    QTest.keyClick(made, key)
    assert pressed == [1]
    made.setEnabled(False)
    QTest.keyClick(made, key)
    assert pressed == [1]


def test_return_in_a_field_does_not_carry_out_a_dialog_that_is_half_filled(window: MainWindow, qtbot: QtBot) -> None:
    before = window.desk.project
    dialog = InventoryDialog(window, window.desk, v.ORGANISATION)
    dialog.show()
    QTest.keyClicks(dialog.boxes[v.NAME], "A club")
    QTest.keyClick(dialog.boxes[v.NAME], Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert window.desk.project is before
    dialog.save.setFocus()
    QTest.keyClick(dialog.save, Qt.Key.Key_Return)
    assert list(inventory_rows(window.desk.project, v.ORGANISATION)[v.NAME])[-1] == "A club"
