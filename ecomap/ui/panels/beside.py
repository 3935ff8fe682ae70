"""A page beside the questions of a step, and the two tabs that lead from one to the other."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ecomap.model.said import Said, say
from ecomap.ui.look.controls import Tabs
from ecomap.ui.look.parts import row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken


class Beside(QWidget):
    """A page that is no question: subclasses say what stands on its tab and what running it means."""

    words_changed = Signal()  # the tab says something else

    def __init__(self, title: Said, subtitle: Said) -> None:
        super().__init__()
        self.title, self.subtitle = title, subtitle

    def run(self) -> None:
        """What "Run this step" does here."""
        raise NotImplementedError

    def tab_words(self) -> Said:
        raise NotImplementedError


class BesideTabs(QWidget):
    """Questions, or the page beside them."""

    chosen = Signal(bool)  # whether the page beside is shown

    def __init__(self, questions: Said, beside: Beside) -> None:
        super().__init__()
        self.beside = beside
        self.bar = Tabs()
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.addTab(spoken(questions))
        self.bar.addTab("")
        named(self.bar, say("Questions or scenarios"))
        self.bar.currentChanged.connect(lambda place: self.chosen.emit(place == 1))
        self.setLayout(row(self.bar, -1))
        beside.words_changed.connect(self._name)
        self._name()

    def _name(self) -> None:
        self.bar.setTabText(1, spoken(self.beside.tab_words()))

    def say(self, beside: bool) -> None:
        """Which of the two is shown."""
        blocked = self.bar.blockSignals(True)
        self.bar.setCurrentIndex(int(beside))
        self.bar.blockSignals(blocked)
