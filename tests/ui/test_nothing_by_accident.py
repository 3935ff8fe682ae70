"""The wheel over a form, Return in a field: nothing changes that the planner did not mean to change."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

import ecomap.ui
from ecomap.model import vocabulary as v
from ecomap.ui.commands.actions import COMMANDS
from ecomap.ui.dialogs.inventory import InventoryDialog
from ecomap.ui.dialogs.style import StyleDialog
from ecomap.ui.look.controls import IconButton, Number, PushButton, Slide
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.steps import STEPS
from ecomap.ui.window import MainWindow
from ecomap.workspace.inventory_tables import inventory_rows
from tests.ui.conftest import settle
from tests.ui.test_asked import ask

HELD = ("currentIndex", "value", "checked", "currentRow", "date", "text", "plainText")  # what a control of any kind may hold


def notch(widget: QWidget, down: bool = True) -> bool:
    """One notch of the wheel over a widget, as Qt delivers it; whether the widget kept it."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, QPointF(widget.mapToGlobal(widget.rect().center())), QPoint(), QPoint(0, -120 if down else 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def holds(widget: QWidget) -> dict[str, str]:
    """Whatever a control holds that a planner may have set, of any kind that Qt has or will have."""
    meta = widget.metaObject()
    user = meta.userProperty()
    names = {*(name for name in HELD if meta.indexOfProperty(name) >= 0), *([user.name()] if user.isValid() else [])}
    return {name: str(widget.property(name)) for name in names}


def controls_in(root: QWidget) -> list[QWidget]:
    """Every widget inside but the map, which the wheel zooms, and the bars that scroll."""
    every = [one for one in root.findChildren(QWidget) if not isinstance(one, (QScrollBar, MapCanvas))]
    return [one for one in every if one.isVisibleTo(root) and holds(one)]


def unmoved(root: QWidget) -> int:
    """A notch either way over every widget inside: none holds anything else afterwards; how many held something."""
    found = controls_in(root)
    before = [holds(one) for one in found]
    for one in [one for one in root.findChildren(QWidget) if not isinstance(one, (QScrollBar, MapCanvas)) and one.isVisibleTo(root)]:
        if not one.hasFocus():
            notch(one)
            notch(one, down=False)
            notch(one, down=False)
            notch(one)
            notch(one)
    changed = [(type(one).__name__, one.accessibleName(), was, holds(one)) for one, was in zip(found, before) if holds(one) != was]
    assert changed == []
    return len(found)


def test_the_wheel_over_everything_in_every_step_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    seen = 0
    for step in STEPS:
        window.show_step(step.key)
        panel = window.panels[step.key]
        window.map.canvas.setFocus()
        seen += unmoved(window)
        for name in panel.step.analyses if isinstance(panel, QuestionPanel) else ():
            assert isinstance(panel, QuestionPanel)
            panel.choose(name)
            assert panel.form is not None
            for more in panel.form.findChildren(QAbstractButton):  # what is one level down, too
                if more.isCheckable() and not more.isChecked() and more.isVisible() and not isinstance(more, QCheckBox):
                    more.click()
            window.map.canvas.setFocus()
            seen += unmoved(panel)
    assert seen > 300


def test_the_wheel_over_an_answer_and_its_tables_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot, "priority")
    window.map.canvas.setFocus()
    assert unmoved(window) > 20


def dialogs_of(window: MainWindow) -> list[QDialog]:
    return [one for one in window.findChildren(QDialog) if one.isVisible()]


def dialog_kinds() -> set[str]:
    """Every kind of dialog that EcoMap has."""
    for found in pkgutil.walk_packages(ecomap.ui.__path__, "ecomap.ui."):
        importlib.import_module(found.name)
    kinds, found_kinds = [QDialog], set()
    while kinds:
        for kind in kinds.pop().__subclasses__():
            kinds.append(kind)
            if kind.__module__.startswith("ecomap."):
                found_kinds.add(kind.__name__)
    return found_kinds


NOT_BY_A_COMMAND = {  # kinds that others are made of, and those that another dialog or a file leads to; these have tests of their own
    "FormDialog", "AskingDialog", "Page", "NewsDialog", "FaultsDialog", "FaultDialog", "RowsDialog", "RecoveryDialog", "VersionsDialog",
    "ReviewDialog", "MethodDialog", "AgreedFileDialog", "ReasonDialog", "RebuiltDialog",
    "_ChoosingDialog", "_Asked",
    "SumsDialog", "NoteDialog", "ChartDialog", "OpenDialog", "RoomDialog", "MergeDialog",  # where the hand on the map leads
}


def test_no_dialog_is_changed_by_the_wheel_or_carried_out_by_return_in_a_field(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command that opens a dialog is walked, so that the next one is, too."""
    for ask_for in ("getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory"):
        monkeypatch.setattr(QFileDialog, ask_for, lambda *_, **__: ("", ""))
    tables = tmp_path / "pupils.csv"
    tables.write_text("school_id,pupils\n1,20\n2,30\n", encoding="utf-8")
    seen: set[str] = set()
    schools = window.desk.project.layers_of("school")[0]
    window.desk.select(schools.id, (str(window.desk.project.frame(schools.id)["id"].iloc[0]),))
    window.menus.refresh()
    doors: list[Callable[[], object]] = [window.menus.actions[command.key].trigger
                                           for command in COMMANDS if command.asks or command.key in ("keys", "about", "help")]
    doors += [lambda: window.commands.take_files([tables]), window.desk.day_asked.emit,
              lambda: StyleDialog(window, window.desk, "need-areas").open()]
    for layer_id in ("need-areas", "services"):
        if window.desk.project.has_layer(layer_id):
            item = window.tree.layers.layer_item(layer_id)
            assert item is not None
            window.tree.setCurrentIndex(item.index())
            window.menus.refresh()
        for door in doors:
            door()
            settle(qtbot, window)
            for dialog in dialogs_of(window):
                seen.add(type(dialog).__name__)
                stands(dialog, window)
                dialog.reject()
                if dialog is not window.commands.beginning.help:  # this one is kept and shown again
                    dialog.deleteLater()
    assert {"DayDialog", "ImportDialog", "InventoryDialog", "StyleDialog", "KnownDialog", "PeopleDialog", "NewerSource"} <= seen
    assert dialog_kinds() - seen - NOT_BY_A_COMMAND == set()


def stands(dialog: QDialog, window: MainWindow) -> None:
    """The wheel changes nothing in a dialog, and Return in any of its fields leaves it open where it has more than one."""
    before = window.desk.project
    press = next(iter(dialog.findChildren(QPushButton)), None)
    if press is not None:
        press.setFocus()
    unmoved(dialog)
    lines = [one for one in dialog.findChildren(QLineEdit) if one.isVisible() and one.isEnabled() and not one.isReadOnly()]
    fields = {one for kind in (QLineEdit, QComboBox, QAbstractSpinBox) for one in dialog.findChildren(kind) if one.isVisible()}
    if len(fields) < 2 or isinstance(dialog, QInputDialog):
        return  # one line is whole with its Return
    for line in lines:
        if isinstance(line.parent(), (QAbstractSpinBox, QComboBox)):
            continue
        line.setFocus()
        QTest.keyClick(line, Qt.Key.Key_Return)
        assert dialog.isVisible(), f"Return in {line.accessibleName()} carried out {type(dialog).__name__}"
    assert window.desk.project is before


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
    raw = re.compile(r"(?<![\w.])Q(ComboBox|SpinBox|DoubleSpinBox|Slider|Dial|DateEdit|TimeEdit|DateTimeEdit|TabBar|TabWidget|PushButton|ToolButton)\(")
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
