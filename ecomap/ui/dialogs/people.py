"""What the numbers of a layer count: which are protected, by whose word, and what a planner declares of them."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from ecomap.model.errors import EcoMapError
from ecomap.model.judgement import COUNT, NOBODY, PERSON, SHARE, Judgement
from ecomap.model.layer import Layer
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import Choices, FormDialog
from ecomap.ui.look.parts import Scroll, button, column, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace import declaring, operations
from ecomap.workspace.settings import Settings

AS_IT_IS: Final = ""


def judgement_words(one: Judgement) -> Said:
    """What is held of a column, and by whose word."""
    if one.holds == PERSON:
        return say("about single persons: left out of files")
    if one.declared:
        who, day = name(one.by), name(one.on)
        return say("counts no people, says {who} ({day})", who=who, day=day) if one.holds == NOBODY else say("counts people, says {who} ({day})", who=who, day=day)
    if one.holds == NOBODY:
        return say("counts no people")
    if one.holds == SHARE:
        return say("a part of people: protected")
    return say("counts people: protected") if one.by != "unknown" else say("nobody has said: protected")


def said_box(what: Said) -> QComboBox:
    """The choice of what a column counts."""
    box = Choices()
    for value, words in ((AS_IT_IS, say("leave it so")), (COUNT, say("they count people")), (NOBODY, say("they count no people"))):
        box.addItem(spoken(words), value)
    named(box, say("What the numbers of {column} count", column=what))
    return box


class PeopleDialog(FormDialog):
    """Columns of a layer with what they say of people; what is declared here is kept with name and day, and can be undone."""

    def __init__(self, parent: QWidget, desk: Desk, layer: Layer) -> None:
        super().__init__(parent)
        self.desk, self.layer = desk, layer
        self.setWindowTitle(spoken(say("What the numbers of “{layer}” count", layer=layer.name)))
        self.boxes: dict[str, QComboBox] = {}
        self.who = QLineEdit(declaring.your_name())
        named(self.who, say("Your name"), say("Kept with what you declare, and said in every file"))
        lines = QGridLayout()
        lines.setHorizontalSpacing(14)
        for place, (column_name, words, one) in enumerate(declaring.judged_columns(desk.project, layer.id)):
            self.boxes[column_name] = said_box(words)
            lines.addWidget(label(words, "strong"), place, 0)
            lines.addWidget(label(judgement_words(one), "quiet"), place, 1)
            lines.addWidget(self.boxes[column_name], place, 2)
        inside = QWidget()
        inside.setLayout(column(lines, -1, margins=(0, 0, 8, 0)))
        self.problem = label(NOTHING, "strong")
        keep, leave = button(say("Keep"), "primary"), button(say("Cancel"))
        keep.clicked.connect(self.keep)
        leave.clicked.connect(self.reject)
        told = say("Small numbers of pupils, children, clients or staff are hidden in every file that leaves EcoMap. So are those of which nobody has said what they count.")
        empty = () if self.boxes else (label(say("It has no columns that could count people."), "quiet"),)
        self.setLayout(column(label(told, "quiet"), *empty, Scroll(inside, say("Columns")), column(label(say("Your name"), "label"), self.who, spacing=5), self.problem,
                              row(-1, leave, keep), margins=(22, 18, 22, 16), spacing=12))
        sized(self, 680, 460)

    def keep(self) -> None:
        """Declare what was chosen; one step that can be undone."""
        chosen = {one: str(box.currentData()) for one, box in self.boxes.items() if box.currentData() != AS_IT_IS}
        who = self.who.text().strip()
        project = self.desk.project
        try:
            for holds in (COUNT, NOBODY):
                columns = [one for one, said in chosen.items() if said == holds]
                project = operations.declare(project, self.layer.id, columns, holds, who) if columns else project
        except EcoMapError as problem:
            self.problem.setText(spoken(problem.message))
            return
        if chosen:
            remember_name(who, self.parentWidget())
            self.desk.apply(project, say("Say what the numbers of “{layer}” count", layer=self.layer.name))
        self.accept()


def remember_name(who: str, window: QWidget | None) -> None:
    """Keep whose word it is for the next time, where it is not what the login says anyway."""
    own = getattr(window, "settings", None)  # the window writes its settings as a whole
    settings = own if isinstance(own, Settings) else Settings.load()
    if who and who != declaring.your_name():
        settings.your_name = who
        settings.save()
