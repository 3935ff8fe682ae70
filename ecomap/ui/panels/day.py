"""The line before a question's button: which day it speaks of, and the way to another."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from ecomap.model.project import Project
from ecomap.model.said import NOTHING, joined, say
from ecomap.ui.look.parts import button, column, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken
from ecomap.workspace.days import day_words, long_past


class DayLine(QFrame):
    """The day of the project in a sentence, a hint where it is long past, and two buttons: another day, and today."""

    change_asked = Signal()
    today_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = label(NOTHING, "quiet")
        self.now = button(say("Make it today"), "", say("Make the day of the project today"))
        self.now.clicked.connect(self.today_asked)
        self.change = button(say("Change"), "plain", say("Change the day of the project"), say("Which day questions speak of"))
        self.change.clicked.connect(self.change_asked)
        places = row(self.words, self.change, spacing=6)
        places.setStretch(0, 1)
        places.setAlignment(self.change, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(places, self.now, spacing=4))

    def say(self, project: Project) -> None:
        """The day of a project as it stands; nothing where it has none."""
        hint = long_past(project)
        text = joined([day_words(project), hint])
        self.words.setText(spoken(text))
        named(self, text)
        self.now.setVisible(bool(hint))
        self.setVisible(bool(text))
