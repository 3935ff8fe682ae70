"""How complete a list is: how many there are of what it lists, of every kind, by whose word; stated, changed and taken back here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from ecomap.model.errors import EcoMapError
from ecomap.model.known import ENTRIES, SCHOOLS, KnownOf
from ecomap.model.known_words import how_much, usual_counts, what_is_counted, what_is_stated
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import Choices, FormDialog
from ecomap.ui.look.parts import button, clear, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.workspace import known, operations


class KnownDialog(FormDialog):
    """What is stated of a layer with a way to take each back, and a few fields to state one more."""

    def __init__(self, parent: QWidget, desk: Desk, layer: Layer) -> None:
        super().__init__(parent)
        self.desk, self.layer_id = desk, layer.id
        self.setWindowTitle(spoken(say("How complete is “{layer}”?", layer=layer.name)))
        self.kind = Choices()
        named(self.kind, say("Of which kind?"))
        kinds = known.kinds_of(desk.project, layer)
        for kind in (*kinds, *(("",) if len(kinds) != 1 else ())):
            self.kind.addItem(spoken(what_is_counted(layer.role, kind)), kind)
        self.total = _line(say("How many are there?"), say("A number like 70, or: more than 70"))
        self.source = _line(say("Who says so?"), say("For example: the district's page"))
        self.year = _line(say("In which year?"), say("For example: 2025"))
        self.counts = Choices()
        named(self.counts, say("What is counted?"))
        self.counts.addItem(spoken(say("schools: each counts once")), SCHOOLS)
        self.counts.addItem(spoken(say("every entry: a school may have several")), ENTRIES)
        self.kind.currentIndexChanged.connect(lambda _: self._settle())
        self.problem = label(NOTHING, "problem")
        self.problem.hide()
        self.held = column(spacing=6)
        self.keep_button, leave = button(say("Keep"), "primary"), button(say("Close"))
        self.keep_button.clicked.connect(self.keep)
        leave.clicked.connect(self.accept)
        lines = QGridLayout()
        lines.setHorizontalSpacing(14)
        for place, (words, field) in enumerate((
            (say("Of which kind?"), self.kind), (say("How many are there?"), self.total), (say("Who says so?"), self.source),
            (say("In which year?"), self.year), (say("What is counted?"), self.counts),
        )):
            lines.addWidget(label(words, wrap=False), place, 0)
            lines.addWidget(field, place, 1)
        lines.setColumnStretch(1, 1)
        why = say("Nobody has a full list of everything. Say how many there are in all, and every answer that rests on this list says how "
                  "many of them it does not know by name.")
        self.setLayout(column(label(why, "quiet"), self.held, lines, self.problem, row(-1, leave, self.keep_button, spacing=8),
                              margins=(22, 18, 22, 16), spacing=12))
        self.setMinimumWidth(look().px(520))
        self._settle()
        self._show_held()

    @property
    def _layer(self) -> Layer:
        return self.desk.project.layer(self.layer_id)

    def _settle(self) -> None:
        """The fields as they are stated for the kind, or empty."""
        kind = str(self.kind.currentData() or "")
        stated = next((one for one in self._layer.known_of if one.kind == kind), None)
        counts = stated.counts if stated else usual_counts(self._layer.role, kind)
        self.counts.setCurrentIndex(self.counts.findData(counts))
        self.total.setText("" if stated is None else spoken(say("more than {n}", n=name(f"{stated.total}"))) if stated.more else str(stated.total))
        self.source.setText(str(stated.source) if stated else "")
        self.year.setText(stated.year if stated else "")

    def _show_held(self) -> None:
        clear(self.held)
        counted = {one.stated.kind: one for one in known.known_of_layer(self.desk.project, self.layer_id) if one.stated is not None}
        for stated in self._layer.known_of:
            words = how_much(counted[stated.kind]) if stated.kind in counted else what_is_stated(self._layer.role, stated)
            take_back = button(say("Take back"), "plain", say("Take back: {what}", what=words))
            take_back.clicked.connect(partial(self.forget, stated))
            line = row(label(words), take_back, spacing=8)
            line.setStretch(0, 1)
            self.held.addLayout(line)
        if not self._layer.known_of:
            self.held.addWidget(label(say("Nobody has said yet how many there are.")))

    def keep(self) -> None:
        """State it; one step that can be undone."""
        kind, counts = str(self.kind.currentData() or ""), str(self.counts.currentData())
        self._change(lambda: operations.state_known(self.desk.project, self.layer_id, kind, self.total.text(), source=self.source.text(),
                                                    year=self.year.text(), counts=counts))

    def forget(self, stated: KnownOf) -> None:
        """Take a statement back."""
        self._change(lambda: operations.forget_known(self.desk.project, self.layer_id, stated.kind))

    def _change(self, change: Callable[[], Project]) -> None:
        try:
            project = change()
        except EcoMapError as problem:
            self.problem.setText(spoken(problem.message))
            self.problem.show()
            return
        self.problem.hide()
        self.desk.apply(project, say("Say how complete “{layer}” is", layer=self._layer.name))
        self._show_held()
        self._settle()


def _line(words: Said, example: Said) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(spoken(example))
    named(made, words, example)
    return made
