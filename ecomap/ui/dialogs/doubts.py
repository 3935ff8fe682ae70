"""What only the planner can say of a file: each doubt with its evidence, rows to look at, and the answers there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.understanding import Doubt
from ecomap.ui.look.controls import Choices
from ecomap.ui.look.parts import clear, column, label
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken


class DoubtCards(QWidget):
    """One card per doubt; an answer is handed on as soon as it is given.

    Parameters
    ----------
    answered : callable
        (code, answer or "" for none) whenever the planner says something.
    """

    def __init__(self, answered: Callable[[str, str], None]) -> None:
        super().__init__()
        self._answered = answered
        self.boxes: dict[str, QComboBox | QLineEdit] = {}
        self._cards = QVBoxLayout()
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(8)
        self.setLayout(self._cards)

    def show_doubts(self, doubts: Sequence[Doubt], answers: Mapping[str, str]) -> None:
        """The doubts of a file, those answered already with their answer."""
        clear(self._cards)
        self.boxes.clear()
        for doubt in doubts:
            self._cards.addWidget(self._card(doubt, answers.get(doubt.code, "")))
        self.setVisible(bool(doubts))

    def _card(self, doubt: Doubt, answer: str) -> QFrame:
        lines: list[QWidget] = [label(doubt.text, "strong")]
        lines += [label(one, "quiet") for one in doubt.evidence]
        if doubt.rows:
            lines.append(label(say("For example: {rows}", rows=joined(map(kept, doubt.rows[:4]), "; ")), "quiet"))
        lines.append(self._choice(doubt, answer) if doubt.options else self._text(doubt, answer))
        card = QFrame()
        card.setProperty("box", "raised" if answer else "caution")
        card.setLayout(column(*lines, margins=(12, 10, 12, 12), spacing=5))
        return card

    def _choice(self, doubt: Doubt, answer: str) -> QComboBox:
        box = Choices()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(20)
        taken = next((one.label for one in doubt.options if one.value == doubt.taken), NOTHING)
        box.addItem(spoken(say("Until you say: {answer}", answer=taken) if taken else say("Choose…")), "")
        for one in doubt.options:
            box.addItem(spoken(one.label), one.value)
        box.setCurrentIndex(max(box.findData(answer), 0))
        named(box, doubt.text, joined(doubt.evidence))
        box.activated.connect(lambda _: self._answered(doubt.code, str(box.currentData() or "")))
        self.boxes[doubt.code] = box
        return box

    def _text(self, doubt: Doubt, answer: str) -> QLineEdit:
        field = QLineEdit(answer)
        named(field, doubt.text, joined(doubt.evidence))
        field.editingFinished.connect(lambda: self._answered(doubt.code, field.text().strip()))
        self.boxes[doubt.code] = field
        return field


def doubts_heading(open_doubts: int) -> Said:
    """What stands over the cards."""
    if not open_doubts:
        return say("You said")
    return say("One thing to say") if open_doubts == 1 else say("Things to say")
