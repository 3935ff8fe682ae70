"""What the window does with a meeting file, workbook or GeoPackage of ours: it is made into a project again, and what differs is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog

from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.said import Said, listed, name, plural, say
from ecomap.ui.commands.stage import Stage
from ecomap.ui.desk import Notice
from ecomap.ui.speech import ALL_FILES, file_kinds, spoken
from ecomap.workspace.rebuilding.found import Rebuilt
from ecomap.workspace.rebuilding.rebuild import rebuild_with

FEW: Final = 4  # layers that are named in a line
PAGE: Final = ".html"
FILES: Final = ((say("Meeting files, workbooks and GeoPackages of EcoMap"), "*.html *.xlsx *.gpkg"), (ALL_FILES, "*"))
PROJECTS: Final = ((say("EcoMap projects"), "*.ecomap.gpkg"), (ALL_FILES, "*"))


class MeetingFileCommands:
    """Opens files that were handed out, in place of the present project."""

    def __init__(self, window: Stage, folder: Callable[[], str], ask_before_losing: Callable[[Callable[[], None]], None]) -> None:
        self.window, self._folder, self._ask_before_losing = window, folder, ask_before_losing

    def do_meeting_open(self) -> None:
        """Ask for a file and open it."""
        chosen, _ = QFileDialog.getOpenFileName(self.window, spoken(say("Open a meeting file")), self._folder(), file_kinds(*FILES))
        if chosen:
            self.open_file(Path(chosen))

    def open_file(self, path: Path, having: Path | None = None) -> None:
        """Make the project again beside the present one, and put it in its place once it is there; ``having`` is a project with its rows."""
        desk = self.window.desk
        desk.settings.last_folder = str(path.parent)

        def work(progress: Progress) -> Rebuilt:
            return rebuild_with(path, (having,) if having is not None else (), progress=progress)

        def failed(problem: EcoMapError) -> None:
            if "rows_wanted" in problem.details and having is None:
                desk.say(Notice("caution", _in_short(problem), problem.hint, say("Choose the project"), lambda: self._with_project(path)))
            else:
                desk.say_problem(problem)

        desk.worker.start(say("Asking again what {file} says", file=name(path.name)), work,
                          done=lambda found: self._ask_before_losing(lambda: self._take(found, path)), failed=failed)

    def _with_project(self, path: Path) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self.window, spoken(say("Choose the project that has the rows")), self._folder(), file_kinds(*PROJECTS))
        if chosen:
            self.open_file(path, Path(chosen))

    def _take(self, found: Rebuilt, path: Path) -> None:
        """The project in place of the present one, without a path of its own, and what was found."""
        desk = self.window.desk
        desk.replace(found.project, None)
        more = say("Show what differs") if not found.identical else say("Show what was compared")
        desk.say(Notice("note" if found.identical else "caution", found.sentence, say("{file} is a project again, not saved yet.", file=name(path.name)),
                        more, lambda: self._show(found, path)))

    def _show(self, found: Rebuilt, path: Path) -> None:
        from ecomap.ui.dialogs.rebuilt import RebuiltDialog  # heavy

        RebuiltDialog(self.window, found, path.name).open()


def _in_short(problem: EcoMapError) -> Said:
    """Whose rows a file does not hold, in a line of the window; the command line tells every layer with its checksum."""
    names = [name(str(one["name"])) for one in problem.details["rows_wanted"]]
    more = len(names) - FEW
    told = names if more <= 0 else [*names[:FEW], plural("{n} more layer", "{n} more layers", more)]
    return say("The file does not hold the rows that its answers rest on: {layers}.", layers=listed(told))
