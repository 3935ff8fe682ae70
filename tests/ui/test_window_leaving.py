"""Leaving the window and coming back: what is unsaved is asked about, what was saved is found again."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.ui.window import MainWindow
from ecomap.workspace.settings import Settings
from tests.ui.conftest import LONG, settle

LEFT = Qt.MouseButton.LeftButton


def test_closing_while_work_runs_is_clean(qtbot: QtBot, light: None, town: Project) -> None:
    window = MainWindow(Settings())
    window.show()
    window.desk.replace(town, None)
    going, told = threading.Event(), []

    def work(progress: Progress) -> None:
        while True:
            going.set()
            progress.at(0.1, "Working")

    window.desk.worker.start("Working", work, done=told.append, failed=told.append)
    qtbot.waitUntil(going.is_set)
    window.close()
    assert not window.isVisible()
    qtbot.waitUntil(lambda: "ecomap-worker" not in {thread.name for thread in threading.enumerate()}, timeout=LONG)
    QApplication.processEvents()
    assert told == []


def test_closing_with_unsaved_changes_asks(qtbot: QtBot, window: MainWindow) -> None:
    window.desk.set_visible("schools", False)
    window.close()
    assert window.isVisible()
    box = window.findChildren(QMessageBox)[-1]
    assert box.text() == "Save the changes to “Small town”?"
    cancel = next(button for button in box.buttons() if button.text() == "Cancel")
    qtbot.mouseClick(cancel, LEFT)
    assert window.isVisible()


def test_saved_and_opened_again(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    window.desk.set_visible("schools", False)
    with qtbot.waitSignal(window.desk.saved, timeout=LONG):
        window.desk.save(path)
    assert not window.isWindowModified()
    assert window.windowTitle() == "town.ecomap.gpkg[*] — EcoMap"
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        window.commands.open_path(path)
    settle(qtbot, window)
    assert not window.desk.project.layer("schools").visible
    assert window.settings.recent[0] == path


def test_a_file_that_is_no_project_is_refused(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "broken.ecomap.gpkg"
    path.write_bytes(b"not a project")
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as said:
        window.commands.open_path(path)
    assert said.args[0].kind == "problem"
    assert not window.desk.empty


def test_leaving_after_the_first_paint_opens_the_project_first(tmp_path: Path, town: Project) -> None:
    from ecomap.workspace import operations

    good, bad = tmp_path / "town.ecomap.gpkg", tmp_path / "bad.ecomap.gpkg"
    operations.save_project(town, good)
    bad.write_bytes(b"not a project")
    code = (
        "import sys\n"
        "from ecomap.ui.window import run\n"
        "sys.exit(run(sys.argv[1], quit_after_first_paint=True))\n"
    )
    ends = [subprocess.run([sys.executable, "-c", code, str(path)], timeout=60, check=False).returncode for path in (good, bad)]
    assert ends == [0, 1]
