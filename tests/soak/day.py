"""A day in the window: it is opened as the program opens it, things are done, and what it holds is counted where it can be compared."""

from __future__ import annotations

import contextlib
import gc
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from PySide6.QtWidgets import QApplication

from ecomap.model.project import Project
from ecomap.ui import speech
from ecomap.ui.garbage import Garbage
from ecomap.ui.look.theme import THEME
from ecomap.ui.look.tokens import LIGHT
from ecomap.ui.window import MainWindow, Opened
from ecomap.workspace import operations
from ecomap.workspace.settings import Settings
from tests.fuzz.mutating import mutated
from tests.fuzz.seeds import seeds
from tests.small_project import small_project
from tests.soak.planner import Planner

QUESTIONS = ("need-index", "coverage-gap", "priority")  # whose answers are kept wherever memory is compared


@contextlib.contextmanager
def planner(folder: Path, *, seed: int, starter: str = "") -> Iterator[tuple[Planner, Path]]:
    """A planner at the window, and the project whose answers stay the same; the small town, or a starter."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    nets = sys.excepthook, threading.excepthook
    THEME.start(app, LIGHT, 1.0)
    speech.use("en")
    kept = _kept_project(folder, starter)
    opened = Opened(MainWindow(Settings()))
    garbage = Garbage(app)
    opened.window.show()
    one = Planner(opened, folder, _files(folder / "files", seed), seed)
    one.listen()
    one.projects.append(kept)
    try:
        opened.window.desk.open(kept)
        one.rest()
        yield one, kept
    finally:
        sys.excepthook, threading.excepthook = nets
        _end(one)
        garbage.stop()
        speech.use("en")
        THEME.start(app, LIGHT, 1.0)


def at_rest(one: Planner, kept: Path) -> dict[str, int]:
    """The window on the project with the same answers, in the same dress, with everything else let go: how much of what lives."""
    one.window.desk.open(kept)
    one.rest()
    for key in ("theme_light", "text_normal", "language_en", "step_data"):
        one.window.known_actions[key].trigger()
        one.rest()
    one.window.desk.select("", ())
    one.window.map.fit()
    for _ in range(60):  # pictures and legends of the last view
        one.rest()
    _deleted()
    gc.collect()
    _deleted()
    gc.collect()
    kinds: dict[str, Any] = {"projects": Project, "tables": pd.DataFrame, "windows": MainWindow}
    everything = gc.get_objects()
    return {name: sum(isinstance(found, kind) for found in everything) for name, kind in kinds.items()}


def memory_mb() -> float:
    """What this process holds of the machine's memory."""
    from ecomap.io.reading.process.limits import memory_used

    return (memory_used() or 0) / 2**20


def worked(one: Planner, *, actions: int, seconds: float) -> None:
    """Do so many things, spread over so many seconds."""
    began = time.monotonic()
    for number in range(actions):
        one.act()
        ahead = began + seconds * (number + 1) / actions - time.monotonic()
        if ahead > 0:
            time.sleep(min(ahead, 0.5))


def _kept_project(folder: Path, starter: str) -> Path:
    project = operations.new_project(starter) if starter else small_project()
    for name in QUESTIONS:
        project, _ = operations.run_analysis(project, name, {})
    path = folder / "kept.ecomap.gpkg"
    operations.save_project(project, path)
    return path


def _files(folder: Path, seed: int) -> list[Path]:
    """Sound little files of every format, and as many damaged ones."""
    found = []
    for number, sound in enumerate(seeds(folder / "sound")):
        for kind, files in (("sound", dict(sound.files)), ("damaged", mutated(sound, seed * 1000 + number))):
            place = folder / kind / str(number)
            place.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(content)
            found.append(place / sound.name)
    return [path for path in found if path.exists()]


def _deleted() -> None:
    """Let Qt delete what waits to be deleted."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def _end(one: Planner) -> None:
    from ecomap.io.reading.process import close

    window = one.window
    window.desk.workspace.mark_saved(window.desk.workspace.path)  # type: ignore[arg-type]
    window.close()
    window.deleteLater()
    _deleted()
    close()
