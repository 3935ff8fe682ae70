"""*What is new?*: from the choice of a newer list over what EcoMap makes of it to the comparison."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.said import name, say
from ecomap.ui.commands.stage import Stage
from ecomap.ui.desk import Notice
from ecomap.ui.dialogs.importing import ImportDialog, Preview

if TYPE_CHECKING:
    from ecomap.io.understanding import Understood
    from ecomap.workspace.newer.news import News


class NewerCommands:
    """Asks for the newer list of a layer, has it understood, compares, and shows what was found."""

    def __init__(self, window: Stage, folder: Callable[[], str], kinds: Callable[[], str]) -> None:
        self.window, self._folder, self._kinds = window, folder, kinds

    def begin(self, layer_id: str) -> None:
        """Ask what the layer is to be compared with."""
        from ecomap.ui.dialogs.newer import NewerSource  # heavy
        from ecomap.workspace.newer.arriving import comparable

        desk = self.window.desk
        try:
            comparable(desk.project, layer_id)
        except EcoMapError as problem:
            desk.say(Notice("caution", problem.message, problem.hint))
            return
        NewerSource(self.window, desk, layer_id, self._folder(), self._kinds(), lambda path: self.look_into(layer_id, path),
                    lambda other: self.compare(layer_id, other)).open()

    def look_into(self, layer_id: str, path: Path) -> None:
        """Understand a newer file, and show what it is taken for before it is compared."""
        desk = self.window.desk
        desk.settings.last_folder = str(path.parent)
        project = desk.project

        def shown(preview: Preview) -> None:
            ImportDialog(self.window, desk, path, preview, newer_than=layer_id, compare=lambda found: self.compare(layer_id, found)).open()

        desk.worker.start(say("Reading {file}", file=name(path.name)), lambda progress: Preview.of(path, progress, project=project, newer_than=layer_id),
                          done=shown, failed=desk.say_problem)

    def compare(self, layer_id: str, newer: Understood | str) -> None:
        """Compare on the worker, then show what is new."""
        from ecomap.ui.dialogs.newer import NewsDialog  # heavy
        from ecomap.workspace.newer.comparing import whats_new

        desk = self.window.desk
        project = desk.project

        def look(progress: Progress) -> News:
            return whats_new(project, layer_id, newer, progress=progress)

        desk.worker.start(say("Comparing with the newer list"), look, done=lambda news: NewsDialog(self.window, desk, news).open(), failed=desk.say_problem)
