"""In the Share step: papers about all schools in one run, one file each or all in one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from ecomap.model.said import plural, say
from ecomap.ui.commands.papers import ASSESSMENT, BRIEF, DOCX, FORMATS, PDF, TITLES, write
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import Choices, TickBox
from ecomap.ui.look.parts import button, column, label, row, rule
from ecomap.ui.look.theme import named
from ecomap.ui.speech import code, file_kinds, spoken

ABOUT = say("Where each school stands, who is there, what is missing, money, outcomes, rank and why; or the needs and assets assessment, "
            "to be filled in by the people there. For one school, click it on the map.")


class SchoolPapers(QWidget):
    """Which paper, in which kind of file, one file each or one for all; in the language of the file above it."""

    def __init__(self, desk: Desk, language: Choices) -> None:
        super().__init__()
        self.desk, self.language = desk, language
        self.kind, self.ending = Choices(), Choices()
        for kind in (BRIEF, ASSESSMENT):
            self.kind.addItem(spoken(TITLES[kind]), kind)
        for ending in (PDF, DOCX):
            self.ending.addItem(spoken(FORMATS[ending]), ending)
        named(self.kind, say("Which paper"), say("The brief of a school, or its needs and assets assessment"))
        named(self.ending, say("Kind of file of the papers"), say("To read and print, or to edit"))
        self.together = TickBox(spoken(say("All schools in one file")))
        named(self.together, say("All schools in one file"), say("Otherwise one file each, in a folder"))
        self.write_all = button(say("Write for all schools…"), "plain", say("Write the paper of every school"))
        self.write_all.clicked.connect(self.ask_and_write)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(rule())
        box.addLayout(column(label(say("Papers about schools"), "strong"), label(ABOUT, "quiet"), spacing=3))
        box.addLayout(column(self.kind, self.ending, self.together, row(self.write_all, -1), spacing=8))

    def refresh(self) -> None:
        """How many schools there are; without any there is nothing to write."""
        layers = [layer for layer in self.desk.project.layers_of("school") if not layer.result_id]
        many = len(self.desk.project.frame(layers[0].id)) if layers else 0
        self.setVisible(many > 0)
        self.write_all.setText(spoken(plural("Write for {n} school…", "Write for all {n} schools…", many)))

    def ask_and_write(self) -> None:
        """Ask for the file or the folder, then write."""
        kind, ending = str(self.kind.currentData()), str(self.ending.currentData())
        folder = Path(self.desk.settings.last_folder or Path.home())
        title = spoken(TITLES[kind])
        if self.together.isChecked():
            chosen, _ = QFileDialog.getSaveFileName(self, title, str(folder / f"{kind}s{ending}"), file_kinds((FORMATS[ending], f"*{ending}")))
            path = Path(chosen if chosen.endswith(ending) else chosen + ending)
        else:
            chosen = QFileDialog.getExistingDirectory(self, title, str(folder))
            path = Path(chosen) / f"{kind}s"  # a folder of its own: a thousand files never fall among others
        if chosen:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write the papers of all schools to a file or a folder."""
        write(self.desk, path, None, str(self.kind.currentData()), language=str(self.language.currentData() or code()),
              one_file=self.together.isChecked(), ending=str(self.ending.currentData()))
