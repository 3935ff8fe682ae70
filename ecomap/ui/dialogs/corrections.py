"""Corrections of readers beside the map: what each says, what it would change, and the planner's word on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QListWidgetItem, QWidget

from ecomap.model.change import Change
from ecomap.model.correction import DECLINED, Correction
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import FormDialog, TickBox
from ecomap.ui.look.parts import Scroll, button, column, label, row, rule, written
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace.corrections import settling, words
from ecomap.workspace.corrections.effect import Effect, effect_of

_KEY = Qt.ItemDataRole.UserRole
_ROWS = 6
MOST_LISTED: Final = 300  # the others follow as these are settled


class CorrectionsDialog(FormDialog):
    """Stays open beside the map; every word of the planner goes through undo and shows here at once."""

    chosen = Signal(str)  # the id of the correction that is looked at, "" for none

    def __init__(self, parent: QWidget, desk: Desk, see: Callable[[str], None], bring: Callable[[], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("Corrections")))
        self._desk, self._see, self._effect = desk, see, Effect(NOTHING)
        self.counted = label(NOTHING, "quiet")
        self.only_waiting = TickBox(spoken(say("Only those that wait")))
        self.only_waiting.setChecked(True)
        named(self.only_waiting, say("Only those that wait"))
        self.bring = button(say("Open corrections…"), name=say("Open corrections"), help_text=say("Files that a meeting page saved, or mails that it wrote"))
        self.listing = _listing()
        self.title, self.text, self.told = label(NOTHING, "strong"), label(NOTHING), label(NOTHING, "quiet")
        self.would, self.doubt = label(NOTHING), label(NOTHING, "quiet")
        self.would_heading = label(say("What accepting would change"), "label")
        self.reason = QLineEdit()
        named(self.reason, say("Why it is declined, or what you changed by hand"))
        self.accept_it = button(say("Accept"), "primary", help_text=say("Change the project as it says; undo takes it back"))
        self.by_hand = button(say("Done by hand"), help_text=say("You have changed what it asks for: say what, and nothing else changes"))
        self.keep = button(say("Keep as a note"), help_text=say("Pin it on the map as a note; nothing else changes"))
        self.decline = button(say("Decline"), help_text=say("Needs a reason: a page made afterwards tells it"))
        self.again = button(say("Let it wait again"))
        self.on_map = button(say("Show on the map"))
        self._lay_out()
        self._connect()
        sized(self, 660, 680)
        self.bring.clicked.connect(lambda: bring())
        self._fill()

    def _lay_out(self) -> None:
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside = QWidget()
        inside.setLayout(column(self.title, self.text, self.told, self.would_heading, self.would, self.doubt, -1, spacing=6, margins=(0, 0, 8, 0)))
        self.about = Scroll(inside, say("What the correction says"))
        self.about.setMinimumHeight(look().px(150))
        places = column(
            row(self.only_waiting, -1, self.bring, spacing=8), self.counted, self.listing, rule(), self.about,
            column(label(say("Why it is declined, or what you changed by hand"), "label"), self.reason, spacing=5),
            row(self.on_map, self.again, -1, self.decline, self.keep, self.by_hand, self.accept_it, spacing=8),
            margins=(16, 14, 16, 14), spacing=10,
        )
        places.setStretch(2, 3)
        places.setStretch(4, 2)
        self.setLayout(places)

    def _connect(self) -> None:
        self.listing.currentRowChanged.connect(lambda _: self._show())
        self.listing.itemActivated.connect(lambda _: self._see(self.key))
        self.only_waiting.toggled.connect(lambda _: self._fill())
        self.reason.textChanged.connect(lambda _: self._enable())
        self.accept_it.clicked.connect(self._accept)
        self.by_hand.clicked.connect(self._by_hand)
        self.keep.clicked.connect(self._keep)
        self.decline.clicked.connect(self._decline)
        self.again.clicked.connect(self._again)
        self.on_map.clicked.connect(lambda: self._see(self.key))
        self._desk.changed.connect(self._on_change)
        self._desk.replaced.connect(self.reject)

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """The id of the correction that is chosen."""
        item = self.listing.currentItem()
        return str(item.data(_KEY)) if item is not None else ""

    def look_at(self, key: str) -> None:
        """Choose a correction, also one that is settled."""
        if any(one.id == key and not one.waits for one in self._desk.project.corrections):
            self.only_waiting.setChecked(False)
        for number in range(self.listing.count()):
            if self.listing.item(number).data(_KEY) == key:
                self.listing.setCurrentRow(number)

    def _on_change(self, change: Change) -> None:
        if change.corrections:
            self._fill()
        elif change.rows or change.added or change.removed:
            self._show()

    def _fill(self) -> None:
        before, place = self.key, self.listing.currentRow()
        blocked = self.listing.blockSignals(True)
        self.listing.clear()
        meant = [one for one in self._desk.project.corrections if one.waits or not self.only_waiting.isChecked()]
        for one in meant[:MOST_LISTED]:
            item = QListWidgetItem(spoken(words.line(one)), self.listing)
            item.setData(_KEY, one.id)
            if one.id == before:
                self.listing.setCurrentItem(item)
        if self.listing.currentRow() < 0 and self.listing.count():  # the next one, where the last one stood
            self.listing.setCurrentRow(min(max(place, 0), self.listing.count() - 1))
        self.listing.blockSignals(blocked)
        first = say("The first {n} are listed.", n=MOST_LISTED) if len(meant) > MOST_LISTED else NOTHING
        self.counted.setText(written(joined([words.counted(self._desk.project), first])))
        if self.key != before:
            self.reason.clear()
        self._show()

    def _show(self) -> None:
        """What the chosen one says; what it would change is worked out beside."""
        one, project = self._now(), self._desk.project
        self._effect = Effect(NOTHING)
        _say(self.title, words.heading(one) if one else say("Choose a correction.") if self.listing.count() else NOTHING)
        _say(self.text, name(one.text) if one else NOTHING)
        _say(self.told, joined([*words.details(one), _others(project, one)], "\n") if one else NOTHING)
        _say(self.doubt, NOTHING)
        _say(self.would, joined([words.STATE_WORDS[one.state], one.did, name(one.reason)], " · ") if one and not one.waits else NOTHING)
        self.would_heading.setVisible(one is not None and one.waits)
        self._enable()
        self.chosen.emit(self.key)
        if one is not None and one.waits:
            self._desk.reader.start(say("Looking at a correction"), lambda _progress: effect_of(project, one), done=lambda effect: self._shown(one, effect),
                                    failed=self._desk.say_problem, quiet=True)

    def _shown(self, one: Correction, effect: Effect) -> None:
        if self.key == one.id:
            self._effect = effect
            _say(self.would, effect.words)
            _say(self.doubt, effect.doubt)
            self._enable()

    def _enable(self) -> None:
        one, reason = self._now(), bool(self.reason.text().strip())
        waits = one is not None and one.waits
        self.accept_it.setEnabled(waits and self._effect.make is not None)
        self.by_hand.setEnabled(waits and reason)
        self.decline.setEnabled(waits and reason)
        self.keep.setEnabled(waits)
        self.on_map.setEnabled(one is not None and (one.place is not None or bool(one.feature)))
        self.again.setVisible(one is not None and one.state == DECLINED)

    def _now(self) -> Correction | None:
        key = self.key
        return next((one for one in self._desk.project.corrections if one.id == key), None)

    # --- the planner's word --------------------------------------------------------------------------------------

    def _accept(self) -> None:
        key = self.key
        self._apply(lambda project: settling.accept(project, key), say("Accept a correction"))

    def _by_hand(self) -> None:
        key, reason = self.key, self.reason.text()
        self._apply(lambda project: settling.accept(project, key, by_hand=reason), say("Accept a correction"))

    def _keep(self) -> None:
        key = self.key
        self._apply(lambda project: settling.keep(project, key), say("Keep a correction as a note"))

    def _decline(self) -> None:
        key, reason = self.key, self.reason.text()
        self._apply(lambda project: settling.decline(project, key, reason), say("Decline a correction"))

    def _again(self) -> None:
        key = self.key
        self._apply(lambda project: settling.reopen(project, key), say("Let a correction wait again"))

    def _apply(self, change: Callable[[Project], Project], label_: Said) -> None:
        if self._desk.try_apply(change, label_):
            self.reason.clear()


def _others(project: Project, one: Correction) -> Said:
    count = len(words.others_about(project, one))
    return plural("{n} other correction is about the same place.", "{n} other corrections are about the same place.", count) if count else NOTHING


def _say(place: QLabel, text: Said) -> None:
    place.setText(written(text))
    place.setVisible(bool(text))


def _listing() -> QListWidget:
    made = QListWidget()
    made.setObjectName("answers")
    made.setWordWrap(True)
    made.setTextElideMode(Qt.TextElideMode.ElideNone)
    made.setMinimumHeight(look().px(22) * _ROWS)
    named(made, say("Corrections"))
    return made


def shown_one(parent: QWidget) -> CorrectionsDialog | None:
    """The dialog that stands open already."""
    return next((one for one in parent.findChildren(QDialog) if isinstance(one, CorrectionsDialog) and one.isVisible()), None)
