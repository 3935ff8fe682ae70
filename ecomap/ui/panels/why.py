"""Why this school and not that one: choose a school, read what putting it in the plan, or leaving it out, would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from ecomap.model.errors import EcoMapError
from ecomap.model.project import PINNED_IN, PINNED_OUT
from ecomap.model.said import NOTHING, joined, name, say
from ecomap.ui.desk import Desk
from ecomap.ui.forms.chips import NameBox, not_here
from ecomap.ui.look.parts import button, column, label
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken
from ecomap.workspace.arguing import Arguments, in_plan
from ecomap.workspace.choices import one_school
from ecomap.workspace.pins import school_name

if TYPE_CHECKING:
    from ecomap.analysis.plan.expansion.arguing import Argued

TITLE = say("Why this school and not that one?")
HOW = say("A school that is not in the plan is put in, one that is in is left out, and the best plan is searched for again. Nothing is stored.")


class WhyBox(QFrame):
    """Stands below the answer of a plan."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self._arguments = desk, Arguments()
        self._about = ""   # the school that is looked at
        self.setProperty("box", "raised")
        self.box = NameBox((), say("Type the name of a school"))
        named(self.box, TITLE, HOW)
        self.words = label(NOTHING)
        self.pin = button(NOTHING)
        self.pin.clicked.connect(self._pin)
        self.setLayout(column(label(TITLE, "strong"), label(HOW, "quiet"), self.box, self.words, self.pin, margins=(12, 10, 12, 12), spacing=6))
        self.box.taken.connect(self.ask)
        self.box.unknown.connect(lambda words: self._tell(spoken(not_here(words))))
        named(self, TITLE)
        self._tell("")

    def show_plan(self, there: bool) -> None:
        """There is another plan, or none."""
        self.setVisible(there)
        self._tell("")
        if there:
            self.box.offer(one_school(self.desk.project))

    def ask(self, school: str) -> None:
        """Look at one school; the window goes on meanwhile, and the search can be stopped."""
        project, about = self.desk.project, name(school_name(self.desk.project, school))
        self._about = school
        self._tell(spoken(say("Looking at {school}…", school=about)))
        self.desk.worker.start(
            say("Looking at {school} in the plan", school=about), lambda progress: self._arguments.of(project, school, progress),
            done=lambda told: self._show(school, told), failed=self._fail, stopped=lambda: self._tell(""))

    def _show(self, school: str, told: Argued) -> None:
        if school != self._about:
            return
        self._tell(spoken(told.sentence))
        called = name(school_name(self.desk.project, school))
        words = say("Pin {school} out", school=called) if told.planned else say("Pin {school} in", school=called)
        self.pin.setText(spoken(words))
        named(self.pin, words)
        self.pin.setVisible(told.clash is None)

    def _fail(self, problem: EcoMapError) -> None:
        self._tell(spoken(problem.said))

    def _tell(self, text: str) -> None:
        self.words.setText(text)
        self.words.setVisible(bool(text))
        self.pin.hide()
        named(self.words, joined([TITLE, name(text)]))

    def _pin(self) -> None:
        self.desk.pin(self._about, PINNED_OUT if self._about in in_plan(self.desk.project) else PINNED_IN)
