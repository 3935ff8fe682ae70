"""The window holds the lock of its project: another one asks, reads, copies or takes over, and nothing is saved over what it does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ecomap.io.store.locking import holder_of, take
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from ecomap.workspace.settings import Settings
from tests.small_project import small_project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "la.ecomap.gpkg"
    operations.save_project(small_project(), path)
    return path


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(Settings())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.desk.workspace.mark_saved(made.desk.workspace.path)  # type: ignore[arg-type]
    made.close()


def at_rest(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.desk.worker.busy, timeout=20_000)
    QApplication.processEvents()


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.desk.open(path)
    at_rest(qtbot, window)


def press(qtbot: QtBot, words: str) -> None:
    """Press a button of the dialog that is open."""
    def buttons() -> list[QPushButton]:
        return [one for top in QApplication.topLevelWidgets() if top.isVisible() for one in top.findChildren(QPushButton)
                if one.isVisible() and one.text() == words]

    qtbot.waitUntil(lambda: bool(buttons()), timeout=10_000)
    buttons()[0].click()


def test_the_lock_is_held_as_long_as_the_project_is_open(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    opened(qtbot, window, path)
    holder = holder_of(path)
    assert holder is not None
    assert holder.program == "window"
    window.desk.replace(small_project(), None)
    assert holder_of(path) is None


def test_a_file_in_use_is_opened_for_reading_and_taken_over_when_it_is_free(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    other = take(path, "window", alone=True)
    opened(qtbot, window, path)
    press(qtbot, "Open for reading")
    qtbot.waitUntil(lambda: window.desk.workspace.path == path, timeout=20_000)
    at_rest(qtbot, window)
    assert window.desk.workspace.access.reading
    assert "read only" in window.windowTitle()
    before = path.read_bytes()
    window.desk.apply(operations.set_title(window.desk.project, "Mine"), operations.say("Change the title"))
    window.desk.save(path)
    at_rest(qtbot, window)
    assert path.read_bytes() == before
    other.release()
    window.known_actions["take_over"].trigger()
    at_rest(qtbot, window)
    assert not window.desk.workspace.access.reading
    window.desk.save(path)
    at_rest(qtbot, window)
    assert operations.open_project(path).title == "Mine"


def test_a_file_that_changed_meanwhile_is_not_taken_over(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    other = take(path, "window", alone=True)
    opened(qtbot, window, path)
    press(qtbot, "Open for reading")
    qtbot.waitUntil(lambda: window.desk.workspace.path == path, timeout=20_000)
    at_rest(qtbot, window)
    theirs = operations.open_project(path)
    operations.save_project(operations.set_title(theirs, "Theirs"), path, previous=theirs)
    other.release()
    window.known_actions["take_over"].trigger()
    at_rest(qtbot, window)
    assert window.desk.workspace.access.reading
    assert operations.open_project(path).title == "Theirs"


def test_a_copy_has_no_file(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    other = take(path, "window", alone=True)
    opened(qtbot, window, path)
    press(qtbot, "Open a copy")
    qtbot.waitUntil(lambda: not window.desk.empty, timeout=20_000)
    at_rest(qtbot, window)
    assert window.desk.workspace.path is None
    other.release()
