"""What the window does with corrections of readers: files opened or dropped, and the list beside the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog

from ecomap.model.correction import ENDING
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.said import name, say
from ecomap.ui.commands.stage import Stage
from ecomap.ui.desk import Notice
from ecomap.ui.speech import ALL_FILES, file_kinds, spoken
from ecomap.workspace.corrections.coming import Came, look_like_corrections, opened

FILES: Final = ((say("Corrections from a meeting page"), f"*{ENDING} *.json *.txt *.eml"), (ALL_FILES, "*"))


class CorrectionCommands:
    """Brings corrections in and shows them."""

    def __init__(self, window: Stage, folder: Callable[[], str]) -> None:
        self.window, self._folder = window, folder

    def do_corrections(self) -> None:
        """The list beside the map."""
        self.window.map.tools.show_corrections()

    def do_corrections_open(self) -> None:
        """Ask for files and open them."""
        chosen, _ = QFileDialog.getOpenFileNames(self.window, spoken(say("Open corrections")), self._folder(), file_kinds(*FILES))
        if chosen:
            self.open_files([Path(one) for one in chosen])

    def taken(self, paths: Sequence[Path]) -> list[Path]:
        """Of files that were dropped, those that are corrections: they are opened; a project that is empty takes none."""
        found = [path for path in paths if look_like_corrections(path)]
        if found:
            self.open_files(found)
        return found

    def open_files(self, paths: Sequence[Path]) -> None:
        """Read them beside, take them into the project as one step, and show the list."""
        desk = self.window.desk
        if desk.empty:
            desk.say(Notice("caution", say("Corrections belong to a project."), say("Open the project that the meeting page was made from first.")))
            return
        desk.settings.last_folder = str(paths[0].parent)
        before = desk.project

        def read(_progress: Progress) -> tuple[Project, Came]:
            return opened(before, paths)

        def done(found: tuple[Project, Came]) -> None:
            after, came = found if desk.project is before else opened(desk.project, paths)
            desk.apply(after, say("Open corrections"))
            self.window.map.tools.show_corrections()
            desk.say(Notice("note" if not came.refused else "caution", came.sentence))

        desk.worker.start(say("Reading {file}", file=name(paths[0].name)), read, done=done, failed=desk.say_problem)
