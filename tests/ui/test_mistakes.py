"""A mistake in the window: it lives on, nothing is lost, and a text to copy says what happened."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ecomap.model.said import name, say
from ecomap.ui.dialogs.reading import FaultDialog
from ecomap.ui.window import MainWindow, Opened
from ecomap.workspace import operations

SECRET = "Maria Gómez"
SAID = "EcoMap made a mistake; your project was not harmed."


@pytest.fixture
def opened(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """The window with its nets spread, as the program starts it."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    made = Opened(window)
    made.catch_mistakes()
    yield made
    made.deleteLater()


def broken() -> None:
    {}[SECRET]


def report_of(window: MainWindow, qtbot: QtBot) -> FaultDialog:
    qtbot.mouseClick(window.map.bar.action, Qt.MouseButton.LeftButton)
    (dialog,) = window.findChildren(FaultDialog)
    return dialog


@pytest.mark.no_qt_log
def test_a_mistake_in_a_slot_is_said_with_a_report_to_copy(opened: Opened, qtbot: QtBot) -> None:
    window = opened.window
    operations_before = window.desk.project
    window.desk.apply(operations.set_title(window.desk.project, SECRET), say("Change the title"))
    with qtbot.captureExceptions():
        opened.catch_mistakes()
        QTimer.singleShot(0, broken)
        qtbot.waitUntil(lambda: window.map.bar.text.text() == SAID)
    dialog = report_of(window, qtbot)
    text = dialog.text.toPlainText()
    assert "KeyError" in text
    assert "last change: Change the title" in text
    assert f"step {window.step}" in text
    assert SECRET not in text
    copy = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Copy the report")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text
    dialog.accept()
    window.desk.workspace.undo()
    assert window.desk.project is operations_before


def test_a_mistake_in_work_has_the_same_report(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.worker.start(say("Importing {file}", file=name(SECRET)), lambda _: broken(), done=lambda _: None,
                             failed=window.desk.say_problem)
    qtbot.waitUntil(lambda: "made a mistake" in window.map.bar.text.text())
    text = report_of(window, qtbot).text.toPlainText()
    assert "doing: Importing {file}" in text
    assert SECRET not in text


def test_a_mistake_on_a_thread_beside_is_said_too(opened: Opened, qtbot: QtBot) -> None:
    thread = threading.Thread(target=broken)
    thread.start()
    qtbot.waitUntil(lambda: opened.window.map.bar.text.text() == SAID)
    thread.join()
    assert SECRET not in opened.window.desk.last_report


def test_the_menu_has_the_last_report_or_says_there_is_none(window: MainWindow, qtbot: QtBot) -> None:
    window.known_actions["fault"].trigger()
    (dialog,) = window.findChildren(FaultDialog)
    assert "Nothing went wrong" in dialog.text.toPlainText()


def test_a_mistake_that_comes_with_every_picture_is_said_once(window: MainWindow, qtbot: QtBot) -> None:
    said: list[object] = []
    window.desk.said.connect(said.append)

    def caught(work: Callable[[], None]) -> None:
        try:
            work()
        except KeyError as bug:
            window.mistake(type(bug), bug, bug.__traceback__)

    for _ in range(60):
        caught(broken)
    assert len(said) == 1
