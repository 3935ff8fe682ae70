"""Stopped at any moment: nothing half-done is kept, and the next question works."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
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
