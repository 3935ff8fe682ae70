"""The review list: what we have beside what a file says, and whether it is the same. Nothing is merged unasked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QListWidget, QListWidgetItem, QWidget

from ecomap.model.inventory import TABLES
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.model.vocabulary import ID, IDENTIFIERS, ORGANISATION_ID
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.inventory import ONE_ROW
from ecomap.ui.dialogs.rows import Told, words_for_codes
from ecomap.ui.look.controls import FormDialog, TickBox
from ecomap.ui.look.parts import Scroll, button, clear, column, follow_theme, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.workspace.inventory_review import (
    CELLS,
    DIFFERENT,
    LATER,
    OURS,
    PAIR,
    SAME,
    SAME_THEIRS,
    THEIRS,
    Question,
    Sides,
)

# kind of question -> (answer, word on the button, what it does), in the order of the keys 1, 2, 3
CHOICES: Mapping[str, tuple[tuple[str, Said, Said], ...]] = {
    PAIR: (
        (SAME, say("The same"), say("They become one; gaps are filled")),
        (DIFFERENT, say("Different"), say("Both stay, and nobody asks again")),
        (LATER, say("Later"), say("Both stay for now; it is asked again")),
    ),
    CELLS: (
        (OURS, say("Keep ours"), say("Our words stay, and nobody asks again")),
        (THEIRS, say("Take theirs"), say("The file's words take the place of ours")),
        (LATER, say("Later"), say("Our words stay for now; it is asked again")),
    ),
}
ANSWERED: Mapping[str, Said] = {
    SAME: say("the same"), SAME_THEIRS: say("the same, their words"), DIFFERENT: say("different"), OURS: say("keep ours"),
    THEIRS: say("take theirs"),
}
DIFFERS: Final = say("differs")
FILLS: Final = say("fills a gap")
TO_DECIDE: Final = say("to decide")
PUT_OFF: Final = say("later")
_NOT_SHOWN = (ID, IDENTIFIERS, ORGANISATION_ID)


class ReviewDialog(FormDialog):
    """The pairs one by one; keys 1, 2 and 3 answer and go on to the next.

    Parameters
    ----------
    found : sequence of Sides
        The open questions.
    decided : callable
        Is given the answers by their questions' keys when the planner is done.
    """

    def __init__(self, parent: QWidget, desk: Desk, found: Sequence[Sides], decided: Callable[[dict[str, str]], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("Is this the same?")))
        self.found, self.answers = tuple(found), dict[str, str]()
        self._decided, self._later = decided, set[str]()
        self._told: Told = words_for_codes(desk.project)
        self._fields = {spec.role: [field for field in spec.fields if field.name not in _NOT_SHOWN] for spec in TABLES}
        self.counts = label(NOTHING, "quiet")
        self.list = QListWidget()
        self.list.setSpacing(3)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        named(self.list, say("What to look at"), say("Arrow keys go up and down; 1, 2 and 3 answer"))
        for sides in self.found:
            self.list.addItem(QListWidgetItem(str(sides.name)))
        self.asked = label(NOTHING, "title")
        self.why = label(NOTHING, "quiet")
        self.pair = QGridLayout()
        self.pair.setHorizontalSpacing(14)
        self.pair.setVerticalSpacing(4)
        inside = QWidget()
        inside.setLayout(column(self.pair, -1, margins=(0, 0, 8, 0)))
        self.buttons = [button(NOTHING, "choice") for _ in range(3)]
        self.about = label(NOTHING, "quiet")
        newer = say("Where they differ, the file's words count")
        self.newer = TickBox(spoken(newer))
        named(self.newer, newer, say("Otherwise ours stay, and the file only fills gaps"))
        self.all = button(NOTHING, "plain")
        self.go = button(NOTHING, "primary")
        self._lay_out(inside)
        self._connect()
        self.list.setCurrentRow(0)
        self.list.setFocus()
        self._show()

    def _lay_out(self, inside: QWidget) -> None:
        leave = button(say("Not now"), help_text=say("Nothing is changed; the list stays with the project"))
        leave.clicked.connect(self.reject)
        right = column(
            self.asked, self.why, Scroll(inside, say("Both sides")), row(*self.buttons, -1, spacing=8), self.about,
            self.newer, row(self.all, -1), spacing=9,
        )
        right.setStretch(2, 1)
        halves = row(column(self.counts, self.list, spacing=8), right, spacing=22)
        halves.setStretch(0, 7)
        halves.setStretch(1, 15)
        foot = label(say("Nothing is merged unless you say so. One step to undo."), "quiet")
        end = row(foot, leave, self.go, spacing=10)
        end.setStretch(0, 1)
        places = column(halves, end, margins=(22, 18, 22, 18), spacing=14)
        places.setStretch(0, 1)
        self.setLayout(places)
        screen = self.screen().availableGeometry()
        self.resize(min(look().px(920), screen.width()), min(look().px(620), screen.height()))

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(lambda _: self._show())
        for number, made in enumerate(self.buttons):
            made.setCheckable(True)
            made.clicked.connect(lambda _=False, place=number: self.answer(place))
            QShortcut(QKeySequence(str(number + 1)), self, lambda place=number: self.answer(place))
        self.newer.toggled.connect(self._take_newer)
        self.all.clicked.connect(self.answer_all)
        self.go.clicked.connect(self._finish)
        follow_theme(self, self._show)

    # --- one question ----------------------------------------------------------------------------------------------

    @property
    def current(self) -> Sides:
        """The question in sight."""
        return self.found[max(self.list.currentRow(), 0)]

    def _word(self, question: Question) -> str:
        return self.answers.get(question.key, LATER)

    def _show(self) -> None:
        sides = self.current
        question = sides.question
        one = ONE_ROW[question.role]
        self.asked.setText(spoken(say("{what}: one, or two?" if question.kind == PAIR else "{what}: who is right?", what=one)))
        reason = say("{reason}.", reason=name(question.why)) if question.why else NOTHING
        self.why.setText(spoken(joined([name(question.file or ""), reason], ": ")))
        self._fill(sides)
        word = self._word(question)
        for number, (made, (answer, text, _)) in enumerate(zip(self.buttons, CHOICES[question.kind]), 1):
            made.setText(spoken(joined([name(number), text], "  ")))
            named(made, text, say("Key {number}", number=number))
            made.setChecked(self._says(question, answer))
        chosen = next((about for answer, _, about in CHOICES[question.kind] if self._says(question, answer)), NOTHING)
        self.about.setText(spoken(chosen or say("Choose one: keys 1, 2, 3.")))
        self.newer.setVisible(question.kind == PAIR)
        self.newer.blockSignals(True)
        self.newer.setChecked(word == SAME_THEIRS)
        self.newer.setEnabled(word in (SAME, SAME_THEIRS))
        self.newer.blockSignals(False)
        self._count()

    def _says(self, question: Question, answer: str) -> bool:
        word = self._word(question)
        if answer == LATER:
            return question.key in self._later
        return word == answer or (answer == SAME and word == SAME_THEIRS)

    def _fill(self, sides: Sides) -> None:
        clear(self.pair)
        for place, text in enumerate((NOTHING, say("What we have"), say("What the file says"))):
            self.pair.addWidget(label(text, "label"), 0, place)
        shown = [f for f in self._fields[sides.question.role] if sides.ours[f.name] or sides.theirs[f.name]]
        for line, field in enumerate(sorted(shown, key=lambda f: f.name not in sides.differing), 1):
            ours, theirs = sides.ours[field.name], sides.theirs[field.name]
            mark = NOTHING if field.name not in sides.differing else DIFFERS if ours else FILLS
            called = name(field.label)
            head = QWidget()
            head.setLayout(column(label(called, "quiet"), *([label(mark, "label")] if mark else []), margins=(0, 4, 0, 0), spacing=0))
            self.pair.addWidget(head, line, 0, Qt.AlignmentFlag.AlignTop)
            for place, side, held in ((1, say("ours"), ours), (2, say("theirs"), theirs)):
                words = self._told.get((field.name, held)) or (name(held) if held else say("not said"))
                self.pair.addWidget(_cell(words, mark if held else NOTHING, joined([called, side], ", ")), line, place)
        for place, share in ((0, 3), (1, 5), (2, 5)):
            self.pair.setColumnStretch(place, share)

    def answer(self, place: int) -> None:
        """Answer the question in sight with the first, second or third choice, and go on to the next open one."""
        question = self.current.question
        self._set(question, CHOICES[question.kind][place][0])
        here = self.list.currentRow()
        order = [*range(here + 1, len(self.found)), *range(here)]
        onward = next((n for n in order if not self._done(self.found[n].question)), here)
        if onward == here:
            self._show()
        else:
            self.list.setCurrentRow(onward)

    def _set(self, question: Question, word: str) -> None:
        self.answers.pop(question.key, None)
        self._later.discard(question.key)
        if word == LATER:
            self._later.add(question.key)
        else:
            self.answers[question.key] = word

    def _done(self, question: Question) -> bool:
        return question.key in self.answers or question.key in self._later

    def _take_newer(self, wanted: bool) -> None:
        self._set(self.current.question, SAME_THEIRS if wanted else SAME)
        self._show()

    # --- all of a kind ---------------------------------------------------------------------------------------------

    def _alike(self) -> list[Question]:
        """The other open questions that are asked for the same reason of the same table."""
        now = self.current.question
        kind = (now.role, now.kind, now.why)
        every = [sides.question for sides in self.found]
        return [q for q in every if (q.role, q.kind, q.why) == kind and q.key != now.key and not self._done(q)]

    def answer_all(self) -> None:
        """Give every open question of this kind the answer of the one in sight."""
        question = self.current.question
        for other in self._alike():
            self._set(other, self._word(question))
        self._show()

    def _state(self, question: Question) -> Said:
        """What was said to a question; nothing where it is still to decide."""
        return ANSWERED.get(self._word(question)) or (PUT_OFF if question.key in self._later else NOTHING)

    def _count(self) -> None:
        for line, sides in enumerate(self.found):
            state = self._state(sides.question) or TO_DECIDE
            item = self.list.item(line)
            done = "✓ " if sides.question.key in self.answers else ""
            item.setText(f"{sides.name}\n{done}{spoken(state)}")
            item.setToolTip(sides.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{sides.name}, {spoken(state)}")
        decided, later = len(self.answers), len(self._later)
        left = len(self.found) - decided - later
        self.counts.setText(spoken(say("{left} to decide, {decided} decided, {later} later", left=format_number(left), decided=format_number(decided), later=format_number(later))))
        alike = self._alike()
        here = self._state(self.current.question)
        self.all.setVisible(bool(alike) and bool(here))
        every = plural("Say “{answer}” to all {n} of this kind", "Say “{answer}” to all {n} of this kind", len(alike) + 1, answer=here)
        self.all.setText(spoken(every))
        named(self.all, every, name(self.current.question.why))
        go = plural("Do it: {n} decision", "Do it: {n} decisions", decided)
        self.go.setText(spoken(go))
        named(self.go, go)
        self.go.setEnabled(bool(decided))

    def _finish(self) -> None:
        self.accept()
        self._decided(dict(self.answers))


def _cell(text: Said, mark: Said, where: Said) -> QFrame:
    """One side of a line; what differs stands on a ground of its own, what fills a gap in bold."""
    box = QFrame()
    box.setProperty("box", "caution" if mark == DIFFERS else "raised")
    words = label(text, "strong" if mark else "")
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setLayout(column(words, -1, margins=(8, 4, 8, 4)))
    named(box, joined([joined([where, text], ": "), mark], ", "))
    return box
