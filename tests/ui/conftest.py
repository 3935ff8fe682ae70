"""The window on the small town, at rest."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecomap.model.project import Project
from ecomap.ui.look.theme import THEME
from ecomap.ui.look.tokens import LIGHT
from ecomap.ui.window import MainWindow
from ecomap.workspace.settings import Settings
from tests.small_project import small_project

LONG = 60_000  # ms; waits end when the thing happens, this is only when to give up


@pytest.fixture(autouse=True)
def _garbage_on_the_main_thread() -> Iterator[None]:
    """As in the program: widgets of earlier tests must not be collected on the thread that makes pictures."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture
def light(qapp: QApplication) -> Iterator[None]:
    """The light theme at normal size, whatever a test does to it."""
    THEME.start(qapp, LIGHT, 1.0)
    yield
    THEME.set(LIGHT, 1.0)


@pytest.fixture
def town() -> Project:
    return small_project()


@pytest.fixture
def window(qtbot: QtBot, light: None, town: Project) -> Iterator[MainWindow]:
    made = MainWindow(Settings())
    made.resize(1200, 800)
    with qtbot.waitExposed(made):
        made.show()
    with qtbot.waitSignals([made.map.canvas.drawn, made.map.legends_ready], timeout=LONG):
        made.desk.replace(town, None)
    settle(qtbot, made)
    yield made
    made.desk.workspace.mark_saved(made.desk.workspace.path)  # type: ignore[arg-type]
    made.close()
    made.deleteLater()


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until nothing is being worked on and the map shows its present scale."""
    desk, canvas = window.desk, window.map.canvas

    def at_rest() -> bool:
        if desk.worker.runner.busy or desk.reader.runner.busy:
            return False
        scene = canvas.scene()
        project = desk.shown
        shown = {layer.id for layer in project.layers if layer.visible and layer.geometry != "none" and len(project.frame(layer.id))}
        if scene is None:
            return not shown
        same_scale = abs(scene.window.px_per_m / scene.window.ratio / canvas.window_shown().px_per_m - 1) < 1e-6
        return same_scale and shown == set(scene.frames)

    qtbot.waitUntil(at_rest, timeout=LONG)


@pytest.fixture
def rest(qtbot: QtBot, window: MainWindow) -> Callable[[], None]:
    return lambda: settle(qtbot, window)


def place_of(window: MainWindow, layer_id: str, feature_id: str) -> QPoint:
    """Where a feature's middle is on the canvas."""
    frame = window.desk.project.frame(layer_id)
    shape = frame.loc[frame["id"] == feature_id].geometry.iloc[0].representative_point()
    x, y = window.map.canvas.window_shown().to_screen(shape.x, shape.y)
    return QPoint(round(x), round(y))
