"""The line that a long form folds to once it was used: what was asked, and the way back to its settings."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from ecomap.model.said import NOTHING, Said, name, say
from ecomap.ui.look.parts import button, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken

LONG_FORM = 0.22  # of the panel's height: a form that takes more stands between the planner and the answer


class AskedLine(QFrame):
    """What was asked in a few words, with a button that brings the whole form back."""

    change_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("box", "raised")
        self.words = label(NOTHING)
        self.change = button(say("Change"), "plain", say("Change the settings"), say("Open the settings of this question again"))
        self.change.clicked.connect(self.change_asked)
        places = row(self.words, self.change, margins=(12, 6, 6, 6), spacing=6)
        places.setStretch(0, 1)
        places.setAlignment(self.change, Qt.AlignmentFlag.AlignTop)
        self.setLayout(places)
        self.hide()

    def say(self, text: Said) -> None:
        """What was asked; the rest is as usual."""
        words = text.capitalize()
        self.words.setText(spoken(words))
        named(self, say("Asked: {words}", words=name(words)))
