"""The line under the map: what is chosen comes to, and what the tool in the hand asks for."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy

from ecomap.model.change import Change
from ecomap.model.said import NOTHING, Said, say
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.sums import SumsDialog
from ecomap.ui.look.parts import follow_theme, icon_button, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.tools import MapTools
from ecomap.ui.speech import spoken
from ecomap.workspace import chosen

_LINES: Final = 2
_LARGE_TEXT: Final = 1.3
IDLE: Final = say("Nothing chosen. Click a place, or take a tool at the right edge of the map and draw around several.")
IDLE_LARGE: Final = say("Nothing chosen.")  # large text leaves the map little room as it is


class ChosenStrip(QFrame):
    """Two lines of text, so that the map does not move when they change, and the way to every number."""

    def __init__(self, desk: Desk, tools: MapTools) -> None:
        super().__init__()
        self.setObjectName("foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        named(self, say("What is chosen"))
        self.desk, self.tools = desk, tools
        self.told = chosen.Told(NOTHING)
        self._hint, self._asked = NOTHING, 0
        self.text = label(NOTHING, "foot")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.more = icon_button("table", say("All sums"), say("Every number of what is chosen"))
        self.more.clicked.connect(self._show_all)
        self.nothing = icon_button("close", say("Choose nothing"), say("Choose nothing (Ctrl+Shift+A)"))
        self.nothing.clicked.connect(lambda: desk.select("", ()))
        places = row(self.text, self.more, self.nothing, margins=(14, 3, 8, 3), spacing=4)
        places.setStretch(0, 1)
        self.setLayout(places)
        desk.selected.connect(lambda *_: self._ask())
        desk.replaced.connect(self._ask)
        desk.changed.connect(self._on_change)
        tools.said.connect(self._say_hint)
        follow_theme(self, self._dress)
        self._dress()

    def _dress(self) -> None:
        for control in (self.more, self.nothing):
            kept = control.sizePolicy()
            kept.setRetainSizeWhenHidden(True)
            control.setSizePolicy(kept)
        lines = _LINES if look().scale <= _LARGE_TEXT else 1
        self.text.setMinimumHeight(self.text.fontMetrics().lineSpacing() * lines + look().px(2))
        self._say()

    def _on_change(self, change: Change) -> None:
        if change.added or change.removed or change.rows or change.day:
            self._ask()

    def _say_hint(self, text: Said) -> None:
        self._hint = text
        self._say()

    def _ask(self) -> None:
        """Add up what is chosen, off the window's thread; only the latest answer is shown."""
        layer_id, ids = self.desk.selection
        self._asked += 1
        self._hint = NOTHING if not self.tools.hand.points else self._hint
        if not layer_id or not self.desk.project.has_layer(layer_id):
            self.told = chosen.Told(NOTHING)
            self._say()
            return
        number, project, how = self._asked, self.desk.project, self.desk.chosen_how

        def done(told: chosen.Told) -> None:
            if number == self._asked:
                self.told = told
                self._say()

        self.desk.reader.start(say("Adding up"), lambda _progress: chosen.told(project, layer_id, ids, how), done=done,
                               failed=self.desk.say_problem, quiet=True)

    def _say(self) -> None:
        large = look().scale > _LARGE_TEXT
        said = self._hint or (self.told.short if large else self.told.sentence)
        idle = IDLE_LARGE if large else IDLE
        self.text.setText(spoken(said or (NOTHING if self.desk.empty else idle)))
        named(self.text, say("What is chosen: {text}", text=said or IDLE))
        self.more.setVisible(bool(self.told.lines))
        self.nothing.setVisible(bool(self.desk.selection[0]))

    def _show_all(self) -> None:
        layer_id, _ = self.desk.selection
        if layer_id:
            SumsDialog(self.window(), self.desk.project.layer(layer_id).name, self.told).open()
