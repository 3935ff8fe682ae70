"""The window on a damaged file: opened, looked through, clicked, undone, saved under another name."""

from __future__ import annotations

import gc
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from ecomap.io import store
from ecomap.model.errors import EcoMapError
from tests.fuzz.projects import clock
from tests.fuzz.projects.comparing import differences

LONG_S = 30.0
Told = dict[str, Any]


def through_window(path: Path, saved: Path) -> Told:
    """Open a file in the window and use it a little."""
    from PySide6.QtCore import QTimer

    from ecomap.ui.window import MainWindow, application
    from ecomap.workspace.settings import Settings

    app = application()
    gc.disable()  # widgets must not be collected on a thread that draws
    bugs: list[str] = []

    def mistake(kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
        bugs.append("".join(traceback.format_exception(kind, bug, trace))[-1200:])

    sys.excepthook = mistake
    window = MainWindow(Settings())
    said: list[Any] = []
    window.desk.said.connect(said.append)
    closer = QTimer()
    closer.timeout.connect(lambda: _close_dialogs(app, window))
    closer.start(50)
    window.resize(1200, 800)
    window.show()
    window.desk.open(path)
    _rest(app, window)
    told: Told = {"notices": [f"{notice.kind}: {notice.text}"[:300] for notice in said]}
    if window.desk.workspace.path is None:
        if not said:
            bugs.append("not opened, and nothing was said")
    else:
        _use(app, window)
        told |= _saved_as(app, window, saved)
    bugs += [str(notice.text) for notice in said if "mistake" in notice.text]
    window.desk.workspace.mark_saved(window.desk.workspace.path)
    closer.stop()
    window.close()
    if bugs and "wrong" not in told:
        from tests.fuzz.projects.passing import last_mistake

        told["wrong"] = bugs[0] + last_mistake()
    return told


def _use(app: Any, window: Any) -> None:
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    from ecomap.ui.steps import STEPS
    from ecomap.workspace import operations

    desk, canvas = window.desk, window.map.canvas
    for step in STEPS:
        window.show_step(step.key)
        _rest(app, window)
    canvas.fit()
    _rest(app, window)
    for x in range(3):
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(canvas.width() * (x + 1) // 4, canvas.height() // 2))
        _rest(app, window)
    layers = desk.project.layers
    for layer in [*layers[:2], *layers[-2:]]:
        frame = desk.project.frame(layer.id)
        if "id" in frame and len(frame):
            desk.select(layer.id, tuple(str(one) for one in frame["id"][:2]))
        desk.table_asked.emit(layer.id)
        _rest(app, window)
        model = window.table.view.model()
        for column in range(min(model.columnCount() if model is not None else 0, 3)):
            model.sort(column, Qt.SortOrder.DescendingOrder)
        desk.zoom_asked.emit(layer.id, ())
        _rest(app, window)
    if layers:
        desk.set_visible(layers[0].id, not layers[0].visible)
        desk.try_apply(lambda project: operations.remove_layer(project, layers[-1].id), layers[-1].name)
        _rest(app, window)
        for _ in range(2):
            window.commands.do_undo()
            _rest(app, window)


def _saved_as(app: Any, window: Any, saved: Path) -> Told:
    """What is saved under another name is what the window holds."""
    window.desk.save(saved)
    _rest(app, window)
    if not saved.is_file():
        return {}  # the refusal was said
    try:
        again = store.open_project(saved)
    except EcoMapError as problem:
        return {"wrong": f"saved under another name, and it does not open: {problem}"}
    found = [one for one in differences(window.desk.project, again) if one.number]
    return {"changed": f"saved under another name, and differs: {found[0]}"} if found else {}


def _rest(app: Any, window: Any) -> None:
    """Until nothing is being worked on."""
    end = clock.seconds() + LONG_S
    calm = 0
    while calm < 3:
        app.processEvents()
        busy = window.desk.worker.runner.busy or window.desk.reader.runner.busy
        calm = 0 if busy else calm + 1
        time.sleep(0.004)
        if clock.seconds() > end:
            raise TimeoutError("the window is busy without end")


def _close_dialogs(app: Any, window: Any) -> None:
    """A question that would wait for a person."""
    for one in (app.activeModalWidget(), app.activePopupWidget()):
        if one is not None and one is not window:
            one.close()


Rest = Callable[[], None]
