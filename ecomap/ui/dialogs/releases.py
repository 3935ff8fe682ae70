"""What has left the project, the latest first, and the word of the planner that a file was never handed on."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from ecomap.model.release import Release
from ecomap.model.said import joined, say
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.reading import Page
from ecomap.ui.look.parts import Scroll, button, column, label, row
from ecomap.ui.speech import spoken
from ecomap.workspace import operations
from ecomap.workspace.releases import called, day_of, release_lines

MOST = 200  # lines; earlier ones are in the project all the same


class ReleasesDialog(Page):
    """Every file that was written for others: when, what was hidden in it, and whether anybody has it."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        self._desk = desk
        lines: list[QWidget] = [label(say("Small numbers are hidden so that no two of these files give one away together. A file that nobody was "
                                          "given need not be reckoned with."), "quiet")]
        for release in list(reversed(desk.project.releases))[:MOST]:
            lines.append(self._line(release))
        if not desk.project.releases:
            lines.append(label(say("Nothing has left this project yet."), "strong"))
        inside = QWidget()
        inside.setLayout(column(*lines, -1, spacing=10, margins=(0, 0, 8, 0)))
        super().__init__(parent, say("What has left this project"), Scroll(inside, say("Files that have left")), 620, 520)

    def _line(self, release: Release) -> QWidget:
        words = column(label(release_lines([release])[0]), label(joined(release.holds[:8], ", "), "quiet"), spacing=1)
        line = QWidget()
        if release.withdrawn:
            line.setLayout(row(words, margins=(0, 0, 0, 0)))
            return line
        never = button(say("Never handed on"), "", say("{file} was never handed on", file=called(release)))
        never.clicked.connect(lambda: self._ask(release))
        made = row(words, never, margins=(0, 0, 0, 0))
        made.setStretch(0, 1)
        line.setLayout(made)
        return line

    def _ask(self, release: Release) -> None:
        """Once more: whoever has the file could work something out."""
        box = QMessageBox(self)
        box.setWindowTitle("EcoMap")
        box.setText(spoken(say("Is it so that nobody was given {file} of {day}? Whoever has it could work out small numbers with later files.",
                               file=called(release), day=day_of(release))))
        yes = box.addButton(spoken(say("Nobody has it")), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(spoken(say("Cancel")), QMessageBox.ButtonRole.RejectRole))

        def answered() -> None:
            if box.clickedButton() is yes:
                desk = self._desk
                desk.workspace.note(operations.withdraw(desk.project, release.number), say("{file} was never handed on", file=called(release)))
                self.accept()

        box.finished.connect(answered)
        box.open()
