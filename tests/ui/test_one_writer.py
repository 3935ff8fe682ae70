"""The window holds the lock of its project: another one asks, reads, copies or takes over, and nothing is saved over what it does not hold."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from ecomap.io.store.locking import holder_of, take
from ecomap.model.fault import CHANGED, DOUBTED, LOST, NEWER, Fault
from ecomap.model.said import say
from ecomap.ui.dialogs.faults import FaultsDialog
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
    other = take(path, "window", owner="another window")
    opened(qtbot, window, path)
    press(qtbot, "Open for reading")
    qtbot.waitUntil(lambda: window.desk.workspace.path == path, timeout=20_000)
    at_rest(qtbot, window)
    assert window.desk.workspace.access.reading
    assert "read only" in window.windowTitle()
    before = path.read_bytes()
    window.desk.apply(operations.set_title(window.desk.project, "Mine"), say("Change the title"))
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
    other = take(path, "window", owner="another window")
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
    other = take(path, "window", owner="another window")
    opened(qtbot, window, path)
    press(qtbot, "Open a copy")
    qtbot.waitUntil(lambda: not window.desk.empty, timeout=20_000)
    at_rest(qtbot, window)
    assert window.desk.workspace.path is None
    other.release()


# --- what may not come between -----------------------------------------------------------------------------------


def by_another_program(path: Path, title: str) -> None:
    """Another program opens the file, changes its title and saves it."""
    code = ("import sys, ecomap; from ecomap.workspace import operations; p = ecomap.open(sys.argv[1]);"
            "ecomap.save(operations.set_title(p, sys.argv[2]), sys.argv[1])")
    subprocess.run([sys.executable, "-c", code, str(path), title], check=True, timeout=60)


def dialogs(window: MainWindow) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def reading(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.desk.open(path, reading=True)
    at_rest(qtbot, window)


@pytest.fixture
def second(path: Path) -> Path:
    found = path.with_name("second.ecomap.gpkg")
    operations.save_project(small_project(), found)
    return found


def test_there_and_back_again_holds_the_lock_of_what_is_open(qtbot: QtBot, window: MainWindow, path: Path, second: Path) -> None:
    opened(qtbot, window, path)
    window.desk.open(second)
    window.desk.open(path)
    at_rest(qtbot, window)
    assert window.desk.workspace.path == path
    assert holder_of(path) is not None
    assert holder_of(second) is None


def test_a_file_opened_twice_in_a_row_is_not_in_its_own_way(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.desk.open(path)
    window.desk.open(path)
    at_rest(qtbot, window)
    assert dialogs(window) == []
    assert not window.desk.read_only
    assert holder_of(path) is not None


def test_a_second_window_of_the_same_program_is_another_one(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    opened(qtbot, window, path)
    other = MainWindow(Settings())
    qtbot.addWidget(other)
    other.show()
    opened(qtbot, other, path)
    assert other.desk.workspace.path is None
    assert "la.ecomap.gpkg has been open in the EcoMap window" in dialogs(other)[0].text()
    press(qtbot, "Cancel")
    at_rest(qtbot, other)
    assert (other.desk.workspace.path, other.desk.empty) == (None, True)
    window.desk.replace(small_project(), None)
    opened(qtbot, other, path)
    assert other.desk.workspace.access.holds(path)
    other.close()
    assert holder_of(path) is None


def test_taking_over_comes_too_late_for_another_project(qtbot: QtBot, window: MainWindow, path: Path, second: Path) -> None:
    other = take(path, "window", owner="another window")
    reading(qtbot, window, path)
    other.release()
    window.desk.take_over()
    window.desk.replace(small_project(), second)
    at_rest(qtbot, window)
    assert window.desk.workspace.path == second
    assert holder_of(path) is None


def test_opening_that_is_stopped_lets_the_lock_go_and_keeps_the_old_one(qtbot: QtBot, window: MainWindow, path: Path, second: Path) -> None:
    opened(qtbot, window, path)
    window.desk.open(second)
    window.desk.worker.cancel()
    at_rest(qtbot, window)
    assert window.desk.workspace.path == path
    assert holder_of(second) is None
    assert holder_of(path) is not None


def test_a_save_that_is_stopped_too_late_is_a_save(qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(qtbot, window, path)
    save = operations.save_project

    def stopped_after(*given: object, **more: object) -> None:
        save(*given, **more)  # type: ignore[arg-type]
        window.desk.worker.cancel()

    monkeypatch.setattr(operations, "save_project", stopped_after)
    window.desk.apply(operations.set_title(window.desk.project, "One"), say("Change the title"))
    window.commands.do_save()
    at_rest(qtbot, window)
    monkeypatch.undo()
    assert not window.desk.workspace.dirty
    window.desk.apply(operations.set_title(window.desk.project, "Two"), say("Change the title"))
    window.commands.do_save()
    at_rest(qtbot, window)
    assert dialogs(window) == [], "its own save is nobody else's"
    assert operations.open_project(path).title == "Two"


def test_another_language_keeps_the_lock(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    opened(qtbot, window, path)
    since = holder_of(path)
    made = window.again()
    qtbot.addWidget(made)
    made.show()
    window.close()
    assert holder_of(path) == since
    opened(qtbot, made, path)
    assert not made.desk.read_only
    made.close()
    assert holder_of(path) is None


# --- saving --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_link", [False, True])
def test_what_another_program_wrote_is_not_saved_over(
    by_link: bool, qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(qtbot, window, path)
    window.desk.workspace.access.release()  # as in a folder that knows no locks
    by_another_program(path, "Theirs")
    window.desk.apply(operations.set_title(window.desk.project, "Mine"), say("Change the title"))
    if by_link:
        link = path.with_name("link.ecomap.gpkg")
        link.symlink_to(path)
        window.desk.save(link)
    else:
        window.commands.do_save()
    at_rest(qtbot, window)
    assert "was changed by another program" in dialogs(window)[0].text()
    assert operations.open_project(path).title == "Theirs"
    mine = path.with_name("mine.ecomap.gpkg")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(mine), ""))
    press(qtbot, "Save as…")
    at_rest(qtbot, window)
    assert operations.open_project(mine).title == "Mine"
    assert window.desk.workspace.access.holds(mine)
    assert holder_of(path) is None
    assert operations.open_project(path).title == "Theirs"


def test_save_of_what_is_open_for_reading_asks_for_another_name(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = take(path, "ecomap import", owner="a command")
    reading(qtbot, window, path)
    assert "ecomap import" in str(window.desk.read_only)
    assert window.status.saved.text() == "Read only"
    window.desk.apply(operations.set_title(window.desk.project, "Mine"), say("Change the title"))
    assert window.status.saved.text() == "Read only, changes not saved"
    mine = path.with_name("mine.ecomap.gpkg")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(mine), ""))
    window.known_actions["save"].trigger()
    at_rest(qtbot, window)
    assert operations.open_project(mine).title == "Mine"
    assert not window.desk.read_only
    assert "read only" not in window.windowTitle()
    assert not window.known_actions["take_over"].isEnabled()
    other.release()


def test_taking_over_a_changed_file_asks_before_changes_are_lost(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    reader = take(path, "window", owner="another window")
    reading(qtbot, window, path)
    reader.release()
    by_another_program(path, "Theirs")
    window.desk.apply(operations.set_title(window.desk.project, "Mine"), say("Change the title"))
    with qtbot.waitSignal(window.desk.said, timeout=20_000) as said:
        window.desk.take_over()
    said.args[0].then()
    at_rest(qtbot, window)
    assert window.desk.project.title == "Mine"
    assert dialogs(window)[0].text().startswith("Save the changes")
    press(qtbot, "Do not save")
    at_rest(qtbot, window)
    assert window.desk.project.title == "Theirs"
    assert not window.desk.read_only


@pytest.mark.parametrize(("kind", "words"), [(NEWER, "newer EcoMap"), (LOST, "would lose the rest"), (DOUBTED, "would lose the rest"), (CHANGED, "")])
def test_what_could_not_be_read_whole_is_open_for_reading_and_says_why(
    kind: str, words: str, qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = operations.open_project
    monkeypatch.setattr(operations, "open_project",
                        lambda *given, **more: evolve(read(*given, **more), faults=(Fault(kind, say("Something is not right.")),)))
    opened(qtbot, window, path)
    assert words in str(window.desk.read_only)
    assert bool(window.desk.read_only) == bool(words)
    assert ("read only" in window.windowTitle()) == bool(words)
    assert (holder_of(path) is None) == bool(words), "free to be mended"
    assert not window.known_actions["take_over"].isEnabled()


def test_a_folder_without_locks_is_said_once_and_works(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("filelock.FileLock.acquire", refused)
    said: list[str] = []
    window.desk.said.connect(lambda notice: said.append(str(notice.text)))
    opened(qtbot, window, path)
    opened(qtbot, window, path)
    assert sum("cannot be locked" in text for text in said) == 1
    window.desk.apply(operations.set_title(window.desk.project, "Mine"), say("Change the title"))
    window.commands.do_save()
    at_rest(qtbot, window)
    assert operations.open_project(path).title == "Mine"


def test_a_copy_of_what_could_not_be_read_whole_says_so_and_offers_no_mending(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = operations.open_project
    monkeypatch.setattr(operations, "open_project",
                        lambda *given, **more: evolve(read(*given, **more), faults=(Fault(LOST, say("Something is not right.")),)))
    said: list[str] = []
    window.desk.said.connect(lambda notice: said.append(str(notice.text)))
    window.desk.open_copy(path)
    at_rest(qtbot, window)
    assert said == ["1 thing in la.ecomap.gpkg is not as EcoMap wrote it."]
    assert not window.desk.read_only
    window.commands.show_faults()
    dialog = window.findChildren(FaultsDialog)[-1]
    assert "Write a sound copy" not in [button.text() for button in dialog.findChildren(QPushButton)]
    dialog.close()
