"""A field of chips: a few of a long list, each with a cross; typed to be added, taken off by a click or a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QSizePolicy

from ecomap.model.params import Choice, ParamSpec
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.ui.forms.fields import Field, head
from ecomap.ui.look.controls import PushButton
from ecomap.ui.look.icons import icon
from ecomap.ui.look.parts import clear, column, follow_theme, label
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken

_MOST_OFFERED = 8
_OFF = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class Chip(PushButton):
    """One that was chosen; a click, Return, Space, Delete or Backspace takes it off."""

    def __init__(self, value: str, text: Said, words: Said) -> None:
        super().__init__()
        self.value, self._whole = value, spoken(text)
        self.setProperty("kind", "choice")
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the words
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        named(self, words, say("Delete takes it off"))
        self.setToolTip("\n".join((self._whole, spoken(words))))
        follow_theme(self, self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setIcon(icon("close", "quiet"))
        self.setIconSize(QSize(look().px(14), look().px(14)))
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = max(self.width() - look().px(14 + 32), look().px(40))
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OFF:
            self.click()
        else:
            super().keyPressEvent(event)


class NameBox(QLineEdit):
    """A box in which one of a long list is found by typing a part of its name; Return or a click on what is offered takes it."""

    taken = Signal(str)      # its value
    unknown = Signal(str)    # what was typed

    def __init__(self, choices: Sequence[Choice], words: Said) -> None:
        super().__init__()
        self.setPlaceholderText(spoken(words))
        self._by_words: dict[str, str] = {}
        self.offer(choices)
        self.returnPressed.connect(lambda: self._typed(self.text()))

    def offer(self, choices: Sequence[Choice]) -> None:
        """Another list to choose from."""
        self._by_words = {spoken(choice.label).casefold(): choice.value for choice in choices}
        completer = QCompleter([spoken(choice.label) for choice in choices], self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(_MOST_OFFERED)
        completer.activated.connect(self._typed, Qt.ConnectionType.QueuedConnection)  # after the box has taken the words over
        self.setCompleter(completer)
        self.setEnabled(bool(choices))

    def _typed(self, words: str) -> None:
        value = self._by_words.get(words.strip().casefold())
        if value is not None:
            self.clear()
            self.taken.emit(value)
        elif words.strip():
            self.unknown.emit(words.strip())


def not_here(words: str) -> Said:
    """That nothing of a list has this name."""
    return say("Nothing here is called “{words}”. Choose from what is offered while you type.", words=name(words))


class ChipsField(Field):
    """A few of a long list."""

    def __init__(self, spec: ParamSpec, choices: Sequence[Choice]) -> None:
        super().__init__(spec)
        self._labels = {choice.value: choice.label for choice in choices}
        self._chosen: tuple[str, ...] = ()
        self.chips: list[Chip] = []
        self._place = column(spacing=4)
        self.trouble = label(NOTHING, "problem")
        self.trouble.hide()
        self.box = NameBox(choices, say("Type a name to add one"))
        self._named(self.box)
        self.box.taken.connect(self._add)
        self.box.unknown.connect(self._say_unknown)
        self.box.textEdited.connect(lambda: self.trouble.hide())
        self.setLayout(column(head(spec), self._place, self.box, self.trouble, spacing=5))
        if not spec.required:
            self.set_value(spec.default)

    def value(self) -> tuple[str, ...]:
        return self._chosen

    def set_value(self, value: Any) -> None:
        wanted = tuple(str(one) for one in value or ())
        if wanted == self._chosen:
            return
        self._chosen = wanted
        clear(self._place)
        self.chips = []
        for one in wanted:
            text = self._labels.get(one) or say("{id} (not known)", id=name(one))
            chip = Chip(one, text, say("Take off: {what}", what=text))
            chip.clicked.connect(lambda _=False, one=one: self._take_off(one))
            self._place.addWidget(chip)
            self.chips.append(chip)

    def _say_unknown(self, words: str) -> None:
        self.trouble.setText(spoken(not_here(words)))
        self.trouble.show()

    def _add(self, value: str) -> None:
        if value not in self._chosen:
            self.set_value((*self._chosen, value))
            self.edited.emit()

    def _take_off(self, value: str) -> None:
        """The keyboard goes to the chip that takes its place, else to the box."""
        at = self._chosen.index(value)
        self.set_value(tuple(one for one in self._chosen if one != value))
        following = self.chips[min(at, len(self.chips) - 1)] if self.chips else self.box
        following.setFocus(Qt.FocusReason.TabFocusReason)
        self.edited.emit()
