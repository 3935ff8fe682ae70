"""The line that says what a form begins with, where it is what another question was asked about last; it goes when the planner chooses here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ecomap.model.said import NOTHING
from ecomap.ui.desk import Desk
from ecomap.ui.forms.of_params import Form
from ecomap.ui.look.parts import label
from ecomap.ui.speech import spoken


class BegunLine(QWidget):
    """What the form of a question takes over: never against what was chosen in it, and not once it has an answer."""

    begun = Signal()

    def __init__(self, desk: Desk, analysis: str) -> None:
        super().__init__()
        self._desk, self._analysis = desk, analysis
        self._form: Form | None = None
        self._put: Mapping[str, Any] = {}  # settings of the form that no planner chose
        self._taken: Mapping[str, Any] = {}
        self.words = label(NOTHING, "quiet")
        place = QVBoxLayout(self)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(self.words)
        self.hide()

    def watch(self, form: Form | None) -> None:
        """A new form, as it stands before anybody has chosen in it; or none any more."""
        self._form, self._put, self._taken = form, {} if form is None else form.values(), {}
        if form is not None:
            form.changed.connect(self._settle)

    def begin(self) -> None:
        """Take over what was asked about last, unless there is an answer, or the planner chose here.

        ``begun`` tells that the form says something else now.
        """
        from ecomap.workspace.taken_over import taken_over

        if self._form is None:
            return
        taken, words = taken_over(self._desk.project, self._analysis)
        there = self._form.values()
        if taken and all(there.get(key) == self._put.get(key) for key in taken):
            self._taken, self._put = taken, {**self._put, **taken}
            self.words.setText(spoken(words))
            self._form.set_values(taken)
            self.begun.emit()
        elif not taken:
            self._taken = {}
        self._settle()

    def _settle(self) -> None:
        """The words stand as long as the form says what they say."""
        there = {} if self._form is None else self._form.values()
        self.setVisible(bool(self._taken) and all(there.get(key) == value for key, value in self._taken.items()))
