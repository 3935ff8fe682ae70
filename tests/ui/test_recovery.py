"""After a crash the window offers what was not saved; earlier versions are listed and opened as copies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from ecomap.io.store.locking import holder_of, take
from ecomap.io.store.recovery import ENDING
from ecomap.model.project import Project
from ecomap.model.said import name
from ecomap.ui.dialogs.recovery import RecoveryDialog
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from ecomap.workspace.journal import recovery_folder
from ecomap.workspace.settings import Settings
from tests.ui.conftest import LONG, settle

LEFT = Qt.MouseButton.LeftButton

# A window that makes changes and is then gone, as after a kill.
CRASH = """
import os, sys
from pathlib import Path
from ecomap.model.said import name
from ecomap.ui.window import MainWindow, application
from ecomap.workspace import operations
from ecomap.workspace.settings import Settings
app = application()
window = MainWindow(Settings())
path = Path(sys.argv[1])
project = operations.open_project(path)
window.desk.replace(project, path if sys.argv[2] == "path" else None)
window.desk.apply(operations.set_title(project, "renamed"), name("Change the title"))
window.desk.set_visible("schools", False)
assert window.desk.journal.flush(60)
os._exit(9)
"""


def crashed(town: Project, path: Path, kind: str = "path") -> None:
    operations.save_project(town, path)
    assert subprocess.run([sys.executable, "-c", CRASH, str(path), kind], timeout=60, check=False).returncode == 9


def recovery_files() -> list[Path]:
    folder = recovery_folder()
    return sorted(path for path in folder.iterdir() if path.name.endswith(ENDING)) if folder.exists() else []


def offered(qtbot: QtBot, window: MainWindow) -> RecoveryDialog:
    window.commands.recoveries.offer()
    qtbot.waitUntil(lambda: window.commands.recoveries.dialog is not None, timeout=LONG)
    dialog = window.commands.recoveries.dialog
    assert dialog is not None
    return dialog


def test_what_was_lost_is_brought_back_and_saved(qtbot: QtBot, window: MainWindow, town: Project, tmp_path: Path) -> None:
    path = tmp_path / "la.ecomap.gpkg"
    crashed(town, path)
    dialog = offered(qtbot, window)
    assert dialog.asked.text().startswith("Bring back 2 changes made after")
    assert dialog.asked.text().endswith("to “la”?")
    assert [dialog.doings.item(n).text().split("   ")[1] for n in range(2)] == ["Change the title", "Hide “Schools”"]
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        qtbot.mouseClick(dialog.bring_back, LEFT)
    settle(qtbot, window)
    workspace = window.desk.workspace
    assert (window.desk.project.title, window.desk.project.layer("schools").visible) == ("renamed", False)
    assert (workspace.path, workspace.dirty, len(workspace.unsaved.doings)) == (path, True, 2)
    assert window.desk.journal.flush()
    assert len(recovery_files()) == 1, "still safe until it is saved"
    with qtbot.waitSignal(window.desk.saved, timeout=LONG):
        window.commands.do_save()
    assert window.desk.journal.flush()
    assert recovery_files() == []
    assert operations.open_project(path).title == "renamed"


def test_a_file_that_changed_since_is_not_saved_over(qtbot: QtBot, window: MainWindow, town: Project, tmp_path: Path) -> None:
    path = tmp_path / "la.ecomap.gpkg"
    crashed(town, path)
    operations.save_project(operations.set_title(town, "of another program"), path)
    dialog = offered(qtbot, window)
    assert "has changed since" in dialog.then.text()
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        qtbot.mouseClick(dialog.bring_back, LEFT)
    settle(qtbot, window)
    assert (window.desk.project.title, window.desk.workspace.path, window.desk.workspace.dirty) == ("renamed", None, True)


def test_later_offers_it_again_and_throwing_away_asks_once_more(
    qtbot: QtBot, window: MainWindow, town: Project, tmp_path: Path
) -> None:
    crashed(town, tmp_path / "la.ecomap.gpkg", "none")
    dialog = offered(qtbot, window)
    assert "never saved" in dialog.then.text()
    qtbot.mouseClick(dialog.later, LEFT)
    assert len(recovery_files()) == 1
    dialog = offered(qtbot, window)
    qtbot.mouseClick(dialog.away, LEFT)
    box = dialog.findChildren(QMessageBox)[-1]
    assert len(recovery_files()) == 1
    away = next(one for one in box.buttons() if one.text() == "Throw away")
    qtbot.mouseClick(away, LEFT)
    assert recovery_files() == []


def test_a_damaged_recovery_file_is_put_aside_and_said(qtbot: QtBot, window: MainWindow) -> None:
    folder = recovery_folder()
    folder.mkdir(parents=True)
    (folder / f"x{ENDING}").write_bytes(b"not a database" * 1000)
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as said:
        window.commands.recoveries.offer()
    assert said.args[0].kind == "caution"
    assert recovery_files() == []
    assert [path.name for path in folder.iterdir()] == [f"x{ENDING}.damaged"]


def test_a_clean_close_and_undoing_everything_leave_nothing(qtbot: QtBot, light: None, town: Project) -> None:
    window = MainWindow(Settings())
    window.desk.replace(town, None)
    window.desk.set_visible("schools", False)
    assert window.desk.journal.flush()
    assert len(recovery_files()) == 1
    window.desk.workspace.undo()
    assert window.desk.journal.flush()
    assert recovery_files() == []
    window.desk.set_visible("schools", False)
    window._close_now()
    assert recovery_files() == []


def test_the_journal_goes_on_in_another_language(qtbot: QtBot, light: None, town: Project) -> None:
    before = MainWindow(Settings())
    before.desk.replace(town, None)
    before.desk.set_visible("schools", False)
    after = before.again()
    before.close()
    after.desk.apply(operations.set_title(after.desk.project, "later"), name("Change the title"))
    assert after.desk.journal.flush()
    (file,) = recovery_files()
    assert operations.open_project(file).title == "later"
    after._close_now()
    assert recovery_files() == []


def test_where_things_stand_is_written_soon(qtbot: QtBot, window: MainWindow) -> None:
    window.show_step("share")
    window.known_actions["show_table"].trigger()
    qtbot.waitUntil(lambda: Settings.load().step == "share" and Settings.load().hidden == ("table",), timeout=LONG)
    again = MainWindow(Settings.load())
    assert again.step == "share"
    assert not again.known_actions["show_table"].isChecked()
    again.close()
    QApplication.processEvents()


def test_earlier_versions_are_listed_and_opened_as_a_copy(
    qtbot: QtBot, window: MainWindow, town: Project, tmp_path: Path
) -> None:
    path = tmp_path / "la.ecomap.gpkg"
    operations.save_project(operations.remove_layer(town, "schools"), path)
    operations.save_project(operations.set_title(town, "second"), path)
    window.desk.replace(operations.open_project(path), path)
    dialog = window.commands.recoveries.show_versions()
    assert dialog.list.count() == 1
    qtbot.waitUntil(lambda: "schools" in dialog.words.text().lower(), timeout=LONG)
    assert "Its title is “Small town”." in dialog.words.text()
    before = path.read_bytes()
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        qtbot.mouseClick(dialog.open_one, LEFT)
    settle(qtbot, window)
    assert window.desk.workspace.path is None
    assert not window.desk.project.has_layer("schools")
    assert path.read_bytes() == before


def test_without_a_file_the_dialog_says_what_will_be_there(window: MainWindow) -> None:
    dialog = window.commands.recoveries.show_versions()
    assert "has not been saved yet" in dialog.empty.text()
    assert not dialog.open_one.isVisible()
    dialog.reject()


def test_what_is_brought_back_holds_the_lock_of_its_file(qtbot: QtBot, window: MainWindow, town: Project, tmp_path: Path) -> None:
    path = tmp_path / "la.ecomap.gpkg"
    crashed(town, path)
    dialog = offered(qtbot, window)
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        qtbot.mouseClick(dialog.bring_back, LEFT)
    assert window.desk.workspace.access.holds(path), "from the moment that it is shown"
    settle(qtbot, window)
    window.desk.replace(town, None)
    assert holder_of(path) is None


def test_what_is_brought_back_while_another_program_has_the_file_is_for_reading(
    qtbot: QtBot, window: MainWindow, town: Project, tmp_path: Path
) -> None:
    path = tmp_path / "la.ecomap.gpkg"
    crashed(town, path)
    other = take(path, "ecomap import", owner="a command")
    dialog = offered(qtbot, window)
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        qtbot.mouseClick(dialog.bring_back, LEFT)
    settle(qtbot, window)
    assert window.desk.project.title == "renamed"
    assert "ecomap import" in str(window.desk.read_only)
    other.release()
    window.desk.take_over()
    settle(qtbot, window)
    assert not window.desk.read_only
    window.commands.do_save()
    settle(qtbot, window)
    assert operations.open_project(path).title == "renamed"
    window.desk.replace(town, None)


def test_a_copy_of_what_was_lost_takes_no_lock(qtbot: QtBot, window: MainWindow, town: Project, tmp_path: Path) -> None:
    path = tmp_path / "la.ecomap.gpkg"
    crashed(town, path)
    dialog = offered(qtbot, window)
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        qtbot.mouseClick(dialog.as_copy, LEFT)
    settle(qtbot, window)
    assert holder_of(path) is None
