"""Stopped at any moment: nothing half-done is kept, and the next question works."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecomap.analysis import registry
from ecomap.ui.window import MainWindow
from tests.ui.conftest import LONG

CLINICS = "name,longitude,latitude\n" + "".join(f"Clinic {n},-118.{n:03d},34.05\n" for n in range(1, 400))


def stopped(window: MainWindow, qtbot: QtBot, start: Callable[[], None], after: int) -> str:
    """Start work, stop it when it has told of its progress so often, and give the last word on it."""
    worker, seen, words = window.desk.worker, [0], [""]

    def count(*_: object) -> None:
        seen[0] += 1
        if seen[0] == after:
            worker.cancel()

    worker.progressed.connect(count)
    worker.ended.connect(lambda said: words.append(said))
    start()
    if after == 0:
        worker.cancel()
    qtbot.waitUntil(lambda: not worker.busy, timeout=LONG)
    worker.progressed.disconnect(count)
    return words[-1]


@pytest.mark.parametrize("name", ["need-index", "coverage-gap", "priority", "plan", "school-areas"])
def test_a_question_stopped_anywhere_leaves_the_project_alone(window: MainWindow, qtbot: QtBot, name: str) -> None:
    generator = random.Random(7)
    given = {"target": "service:*"} if name in ("coverage-gap", "priority", "plan") else {}
    desk, title = window.desk, registry.analysis(name).title
    for after in (0, 1, generator.randint(2, 5), generator.randint(6, 12)):
        before = desk.project
        said = stopped(window, qtbot, lambda: desk.run_analysis(name, given, title, title), after)
        if said.startswith("Stopped"):
            assert desk.project is before
    answers = len(desk.project.results)
    with qtbot.waitSignal(desk.answered, timeout=LONG):
        desk.run_analysis(name, {**given, **({"draws": 20} if name == "need-index" else {})}, title, title)
    assert len(desk.project.results) in (answers, answers + 1)
    assert desk.project.latest_result(name) is not None
    assert not window.map.bar.isVisible()


def test_an_import_stopped_anywhere_leaves_the_project_alone(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "clinics.csv"
    path.write_text(CLINICS)
    desk = window.desk
    for after in range(7):
        before = desk.project
        said = stopped(window, qtbot, lambda: desk.import_file(path, "service", {}), after)
        if said.startswith("Stopped"):
            assert desk.project is before
            assert desk.last_import is None
        else:  # it was done before the wish arrived: whole, and one step back
            desk.workspace.undo()
            desk.last_import = None
            assert desk.project is before
    with qtbot.waitSignal(desk.imported, timeout=LONG):
        desk.import_file(path, "service", {})
    assert desk.last_import is not None
    assert desk.last_import.kept == 399


def pressed(window: MainWindow, qtbot: QtBot, start: Callable[[], None], after: int, *, by_key: bool) -> None:
    """Start work, and press Cancel, with the mouse or with a key, when it has told of its progress so often."""
    worker, cancel, seen = window.desk.worker, window.status.job.cancel, [0]

    def press() -> None:
        if by_key:
            cancel.setFocus()
            qtbot.keyClick(cancel, Qt.Key.Key_Space)
        else:
            qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)

    def count(*_: object) -> None:
        seen[0] += 1
        if seen[0] == after:
            press()

    worker.progressed.connect(count)
    start()
    if after == 0:
        press()
    qtbot.waitUntil(lambda: not worker.busy, timeout=LONG)
    worker.progressed.disconnect(count)


@pytest.mark.parametrize("ending", ["html", "pdf", "png", "svg", "gpkg", "xlsx", "csv", "geojson", "fgb"])
def test_an_export_stopped_anywhere_leaves_no_file_or_a_whole_one(window: MainWindow, qtbot: QtBot, tmp_path: Path, ending: str) -> None:
    desk, path = window.desk, tmp_path / f"town.{ending}"
    words = {"layer": "schools"} if ending in ("csv", "geojson", "fgb") else {}
    written: list[object] = []
    for after in (0, 1, 2, 4):
        kept, ledger = list(written), desk.project.releases
        pressed(window, qtbot, lambda: desk.write(path, written.append, **words), after, by_key=bool(after % 2))
        QApplication.processEvents()
        left = {one.name for one in tmp_path.iterdir()}
        if len(written) == len(kept):
            assert left == set(), "nothing half-written, nothing beside it"
            assert desk.project.releases == ledger, "the ledger notes no file that is not there"
        else:
            assert path.name in left
            assert not {one for one in left if not one.startswith(path.name)}, "no leftovers"
            for one in tmp_path.iterdir():
                one.unlink()
        assert not window.status.job.cancel.isVisible()
    count = len(written)
    desk.write(path, written.append, **words)
    qtbot.waitUntil(lambda: len(written) > count, timeout=LONG)
    assert path.stat().st_size > 0
