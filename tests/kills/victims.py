"""Programs that change a project for ever, one number after the other, until they are killed.

Each tells in a file which change it is at: a save, an import or a run when it is through with it (what it has acknowledged),
the window when it begins with it (what its user has done).
"""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Callable
from pathlib import Path

from ecomap.io.store import open_project, save_project
from tests.io import projects

PROJECT = "p.ecomap.gpkg"
TOLD = "told"
RADIUS_M = 1000  # and the number of the run
SAVED_EVERY = 9  # changes in the window


def told(folder: Path) -> int:
    """The number that was told last; -1 where none was."""
    file = folder / TOLD
    content = file.read_bytes() if file.exists() else b""
    return int.from_bytes(content[-8:], "big") if content else -1


def _teller(folder: Path) -> Callable[[int], None]:
    descriptor = os.open(folder / TOLD, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    return lambda number: os.write(descriptor, number.to_bytes(8, "big")) and None


def save(folder: Path, number: int) -> None:
    tell, path = _teller(folder), folder / PROJECT
    last = open_project(path)
    tell(number)
    while True:
        number += 1
        following = projects.numbered(number)
        save_project(following, path, previous=last if number % 3 else None)
        tell(number)
        last = following


def bring_in(folder: Path, number: int) -> None:
    tell = _teller(folder)
    tell(number)
    while True:
        number += 1
        import_once(folder, number)
        tell(number)


def import_once(folder: Path, number: int) -> None:
    """Bring in a file of sixty sites with the command line."""
    file = folder / f"file{number}.csv"
    file.write_text("id,name,longitude,latitude\n" + "".join(f"{n},Site {n},-118.{n:03d},34.0\n" for n in range(100, 160)), encoding="utf-8")
    _command("import", str(folder / PROJECT), str(file), "--role", "site", "--constant", "approach=community_school",
             "--layer", f"import {number}")
    file.unlink()


def ask(folder: Path, number: int) -> None:
    tell = _teller(folder)
    tell(number)
    while True:
        number += 1
        ask_once(folder, number)
        tell(number)


def ask_once(folder: Path, number: int) -> None:
    """Ask a question with the command line."""
    _command("run", "coverage-gap", str(folder / PROJECT), "--radius", f"{RADIUS_M + number}m")


def _command(*arguments: str) -> None:
    from ecomap.cli import main

    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        try:
            main(arguments)
        except SystemExit as end:
            if end.code:
                os._exit(int(end.code))


def edit(folder: Path, number: int) -> None:
    """A window in which something is changed a few times a second, and saved now and then."""
    from attrs import evolve
    from PySide6.QtCore import QTimer

    from ecomap.model.said import say
    from ecomap.ui.look.theme import THEME
    from ecomap.ui.window import MainWindow, application
    from ecomap.workspace.settings import Settings

    tell, pace, path = _teller(folder), random.Random(number), folder / PROJECT
    app = application()
    THEME.start(app, "light", 1.0)
    window = MainWindow(Settings())
    window.desk.replace(open_project(path), path)
    window.show()
    at = [number]

    def change() -> None:
        at[0] += 1
        following = projects.numbered(at[0])
        tell(at[0])
        window.desk.apply(evolve(window.desk.project, title=following.title, layers=following.layers, frames=following.frames),
                          say("Change {number}", number=at[0]))
        if at[0] % SAVED_EVERY == 0:
            window.desk.save(path)
        QTimer.singleShot(pace.randint(60, 260), change)

    QTimer.singleShot(50, change)
    app.exec()


VICTIMS: dict[str, Callable[[Path, int], None]] = {"saves": save, "imports": bring_in, "runs": ask, "edits": edit}
