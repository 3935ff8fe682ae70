"""Another program has the project file, or has changed it: what the planner can do then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from ecomap.model.said import Said, joined, name, say
from ecomap.ui.commands.stage import Stage
from ecomap.ui.speech import spoken

if TYPE_CHECKING:
    from ecomap.io.store.locking import Holder


class Holding:
    """Asks how to go on; ``save_as`` asks for another name to save under, ``open_path`` opens a file in place of the present one."""

    def __init__(self, window: Stage, save_as: Callable[[], None], open_path: Callable[[Path], None]) -> None:
        self._window = window
        self._save_as = save_as
        window.desk.held_elsewhere.connect(self.ask_how_to_open)
        window.desk.changed_elsewhere.connect(self.ask_how_to_save)
        window.desk.open_asked.connect(open_path)

    def ask_how_to_open(self, path: Path, holder: Holder) -> None:
        """Somebody else works on a file that is to be opened."""
        file, who, when = name(path.name), holder.who, holder.when
        text = (say("{file} has been open in {who} since {when}.", file=file, who=who, when=when) if when
                else say("{file} is open in {who}.", file=file, who=who))
        desk = self._window.desk
        self._ask(text, say("Only one program at a time writes to a project. You can look at it, or work on a copy that is saved under "
                            "another name."), (
            (say("Open for reading"), lambda: desk.open(path, reading=True)),
            (say("Open a copy"), lambda: desk.open_copy(path)),
        ), self._back_to_start)

    def _back_to_start(self) -> None:
        """Nothing was opened: a window without a project is on its first page."""
        if self._window.desk.empty:
            self._window.show_start()

    def ask_how_to_save(self, path: Path) -> None:
        """Another program has written to the file since it was opened here."""
        desk = self._window.desk
        self._ask(say("{file} was changed by another program after EcoMap opened it.", file=name(path.name)), joined([
            say("Nothing was saved. Saved under another name, neither version is lost."),
            say("Opening it again shows what the other program wrote and gives up the changes made here."),
        ]), ((say("Save as…"), self._save_as), (say("Open it again"), lambda: desk.open(path))))

    def _ask(self, text: Said, more: Said, ways: tuple[tuple[Said, Callable[[], None]], ...],
             left: Callable[[], None] = lambda: None) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle("EcoMap")
        box.setText(spoken(text))
        box.setInformativeText(spoken(more))
        then = {box.addButton(spoken(words), QMessageBox.ButtonRole.AcceptRole): way for words, way in ways}
        cancel = box.addButton(spoken(say("Cancel")), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(next(iter(then)))
        box.setEscapeButton(cancel)

        def answered() -> None:
            way = next((way for button, way in then.items() if button is box.clickedButton()), None)
            box.deleteLater()
            (way or left)()

        box.finished.connect(answered)
        box.open()
