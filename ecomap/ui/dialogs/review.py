"""The review list: what we have beside what a file says, and whether it is the same. Nothing is merged unasked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QGridLayout, QListWidget, QListWidgetItem, QWidget

from ecomap.ui.speech import spoken
from ecomap.model.units import format_number
from ecomap.model.said import NOTHING, name, say
from ecomap.model.inventory import TABLES
from ecomap.model.vocabulary import ID, IDENTIFIERS, ORGANISATION_ID
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.inventory import ONE_ROW
from ecomap.ui.dialogs.rows import Told, words_for_codes
from ecomap.ui.look.parts import Scroll, button, clear, column, follow_theme, label, row
from ecomap.ui.look.theme import look, named
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
CHOICES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    PAIR: (
        (SAME, "The same", "They become one; gaps are filled"),
        (DIFFERENT, "Different", "Both stay, and nobody asks again"),
        (LATER, "Later", "Both stay for now; it is asked again"),
    ),
    CELLS: (
        (OURS, "Keep ours", "Our words stay, and nobody asks again"),
        (THEIRS, "Take theirs", "The file's words take the place of ours"),
        (LATER, "Later", "Our words stay for now; it is asked again"),
    ),
}
SAID = {SAME: "the same", SAME_THEIRS: "the same, their words", DIFFERENT: "different", OURS: "keep ours", THEIRS: "take theirs"}
_NOT_SHOWN = (ID, IDENTIFIERS, ORGANISATION_ID)


class ReviewDialog(QDialog):
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
            self.list.addItem(QListWidgetItem(sides.name))
        self.asked = label(NOTHING, "title")
        self.why = label(NOTHING, "quiet")
        self.pair = QGridLayout()
        self.pair.setHorizontalSpacing(14)
        self.pair.setVerticalSpacing(4)
        inside = QWidget()
        inside.setLayout(column(self.pair, -1, margins=(0, 0, 8, 0)))
        self.buttons = [button(NOTHING, "choice") for _ in range(3)]
        self.about = label(NOTHING, "quiet")
        self.newer = QCheckBox(spoken(say("Where they differ, the file's words count")))
        named(self.newer, self.newer.text(), say("Otherwise ours stay, and the file only fills gaps"))
        self.all = button(NOTHING, "plain")
        self.go = button(NOTHING, "primary")
        self.go.setDefault(True)
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
        self.asked.setText(spoken(say("{one}: one, or two?", one=name(one)) if question.kind == PAIR else say("{one}: who is right?", one=name(one))))
        where = f"{question.file}: " if question.file else ""
        self.why.setText(f"{where}{question.why}." if question.why else where.removesuffix(": "))
        self._fill(sides)
        word = self._word(question)
        for number, (made, (answer, text, _)) in enumerate(zip(self.buttons, CHOICES[question.kind]), 1):
            made.setText(f"{number}  {text}")
            named(made, text, say("Key {number}", number=number))
            made.setChecked(self._says(question, answer))
        chosen = next((about for answer, _, about in CHOICES[question.kind] if self._says(question, answer)), "")
        self.about.setText(chosen or "Choose one: keys 1, 2, 3.")
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
        for place, text in enumerate(("", "What we have", "What the file says")):
            self.pair.addWidget(label(text, "label"), 0, place)
        shown = [f for f in self._fields[sides.question.role] if sides.ours[f.name] or sides.theirs[f.name]]
        for line, field in enumerate(sorted(shown, key=lambda f: f.name not in sides.differing), 1):
            ours, theirs = sides.ours[field.name], sides.theirs[field.name]
            mark = "" if field.name not in sides.differing else "differs" if ours else "fills a gap"
            name = QWidget()
            name.setLayout(column(label(field.label, "quiet"), *([label(mark, "label")] if mark else []), margins=(0, 4, 0, 0), spacing=0))
            self.pair.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            for place, side, text in ((1, "ours", ours), (2, "theirs", theirs)):
                words = self._told.get((field.name, text), text) or "not said"
                self.pair.addWidget(_cell(words, mark if text else "", f"{field.label}, {side}"), line, place)
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

    def _count(self) -> None:
        for line, sides in enumerate(self.found):
            said = SAID.get(self._word(sides.question), "later" if sides.question.key in self._later else "")
            item = self.list.item(line)
            item.setText(f"{sides.name}\n{'✓ ' if sides.question.key in self.answers else ''}{said or 'to decide'}")
            item.setToolTip(sides.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{sides.name}, {said or 'to decide'}")
        decided, later = len(self.answers), len(self._later)
        left = len(self.found) - decided - later
        self.counts.setText(spoken(say("{left} to decide, {decided} decided, {later} later", left=format_number(left), decided=format_number(decided), later=format_number(later))))
        alike = self._alike()
        here = SAID.get(self._word(self.current.question), "later" if self._done(self.current.question) else "")
        self.all.setVisible(bool(alike) and bool(here))
        self.all.setText(f"Say “{here}” to all {len(alike) + 1:,} of this kind")
        named(self.all, self.all.text(), self.current.question.why)
        self.go.setText(f"Do it: {decided:,} decision{'' if decided == 1 else 's'}")
        named(self.go, self.go.text())
        self.go.setEnabled(bool(decided))

    def _finish(self) -> None:
        self.accept()
        self._decided(dict(self.answers))


def _cell(text: str, mark: str, name: str) -> QFrame:
    """One side of a line; what differs stands on a ground of its own, what fills a gap in bold."""
    box = QFrame()
    box.setProperty("box", "caution" if mark == "differs" else "raised")
    words = label(text, "strong" if mark else "")
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setLayout(column(words, -1, margins=(8, 4, 8, 4)))
    named(box, say(f"{name}: {text}{f', {mark}' if mark else ''}"))
    return box
