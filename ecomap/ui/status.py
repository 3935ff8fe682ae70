"""The foot of the window: offline, saved or not, where the pointer is, and what is being worked on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QMenu, QProgressBar, QWidget

from ecomap.model.cell_text import shortened
from ecomap.model.change import Change
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.look.controls import PushButton
from ecomap.ui.look.flow import Flow
from ecomap.ui.look.hand import Hand
from ecomap.ui.look.parts import ElidedLabel, button, follow_theme, keep_width, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken

READY: Final = say("Ready")
OFFLINE: Final = say("offline")
MOST_MESSAGES: Final = 12
LETTERS: Final = 90  # of a message in the list
_EDGE: Final = 3     # px above and below the line
_RULE: Final = 1     # px of the foot's upper border
CRS_NAMES = {"EPSG:3310": "NAD83 / California Albers"}  # as EPSG calls it, in every language


class StatusStrip(QFrame):
    """One line of facts."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.desk = desk
        self.offline = button(OFFLINE, "pill")
        self.offline.setCheckable(True)
        self.offline.clicked.connect(desk.switch_network)
        self.saved = label(NOTHING, "quiet", wrap=False)
        self.place = label(NOTHING, "quiet", wrap=False)
        self.crs = label(NOTHING, "quiet", wrap=False)
        self.pointed = ElidedLabel(NOTHING, "quiet")
        self.crs.setToolTip(spoken(say("The coordinate system in which EcoMap measures distances and areas")))
        self.messages = MessageList(desk)
        self.job = JobStrip(desk.worker.cancel)
        self.setLayout(Flow(self.offline, self.saved, self.place, self.crs, self.pointed, self.messages, self.job, margins=(14, _EDGE, 14, _EDGE), spacing=18))
        follow_theme(self, self._dress)
        self._dress()
        desk.worker.started.connect(self.job.begin)
        desk.worker.progressed.connect(self.job.at)
        desk.worker.ended.connect(self.job.rest)
        desk.asker.started.connect(self._say_asking)
        desk.asker.ended.connect(lambda _: self.say_network())
        desk.network_switched.connect(lambda _: self.say_network())
        desk.replaced.connect(self._say_project)
        desk.changed.connect(self._on_change)
        self._say_project()
        self.say_network()

    def _dress(self) -> None:
        """As tall as with the button of messages: the first message does not make the foot taller and move the map."""
        self.setMinimumHeight(max(30, self.messages.sizeHint().height() + 2 * _EDGE + _RULE))

    def say_network(self) -> None:
        """Whether the network is on: only when a planner left it on, or something is being asked."""
        on = self.desk.settings.network
        self.offline.setChecked(on)
        self.offline.setText(spoken(say("network on") if on else OFFLINE))
        named(self.offline, say("The network is on") if on else say("Offline"), say(
            "EcoMap may ask the network when you get public data, without asking you each time. Press to work offline.") if on else say(
            "EcoMap works without a network and sends nothing. It asks the network only when you get public data. Press to leave the network on."))

    def _say_asking(self, _: Said) -> None:
        self.offline.setText(spoken(say("asking the network")))

    def _on_change(self, _change: Change) -> None:
        self.say_saved()

    def _say_project(self) -> None:
        crs = self.desk.project.crs
        self.crs.setText("" if self.desk.empty else CRS_NAMES.get(crs, crs))
        self.place.setText("")
        self.say_saved()

    def say_saved(self) -> None:
        """Whether the project is on disk as it stands."""
        workspace = self.desk.workspace
        if workspace.access.reading:
            self.saved.setText(spoken(say("Read only, changes not saved") if workspace.dirty else say("Read only")))
        elif workspace.dirty:
            self.saved.setText(spoken(say("Changes not saved")))
        elif workspace.path is not None:
            self.saved.setText(spoken(say("Saved in {file}", file=name(workspace.path.name))))
        else:
            self.saved.setText(spoken(NOTHING if self.desk.empty else say("Starter, not saved as a project yet")))
        self.saved.setToolTip(spoken(workspace.access.why) or str(workspace.path or ""))

    def say_place(self, lon: float, lat: float) -> None:
        """Where the pointer is, in degrees."""
        north = say("{degrees}° N", degrees=degrees(lat)) if lat >= 0 else say("{degrees}° S", degrees=degrees(lat))
        east = say("{degrees}° E", degrees=degrees(lon)) if lon >= 0 else say("{degrees}° W", degrees=degrees(lon))
        self.place.setText(spoken(joined([north, east], "  ")))


class MessageList(PushButton):
    """What was said over the map, to be read again: a message ends by itself, what it said does not get lost."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("kind", "plain")
        self.desk = desk
        self.said: list[Notice] = []
        self.clicked.connect(lambda: self.menu_of_messages().popup(self.mapToGlobal(self.rect().topLeft())))
        desk.said.connect(self._add)
        self.setText(spoken(say("Messages")))
        self.hide()

    def _add(self, notice: Notice) -> None:
        if notice in self.said:  # said again, or read again
            self.said.remove(notice)
        self.said = [*self.said, notice][-MOST_MESSAGES:]
        self.setText(spoken(say("Messages")))
        named(self, plural("{n} message", "{n} messages", len(self.said)), say("What was said over the map, the latest first"))
        self.show()

    def menu_of_messages(self) -> QMenu:
        """The messages, the latest first; one that is chosen is said again."""
        menu = QMenu(self)
        for notice in reversed(self.said):
            action = menu.addAction(shortened(spoken(notice.text), LETTERS))
            action.triggered.connect(partial(self._again, notice))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _again(self, notice: Notice) -> None:
        """Say a message again; what it offered to do then is done no more, but for the way to a report."""
        self.desk.say(notice if notice.kind == "problem" else evolve(notice, action=NOTHING, then=None))


class JobStrip(QWidget):
    """What is being worked on: name, progress, and a way to stop it."""

    def __init__(self, stop: Callable[[], None]) -> None:
        super().__init__()
        self.name = label(READY, "quiet", wrap=False)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        keep_width(self.bar, 140)
        named(self.bar, say("Progress"))
        self.cancel = button(say("Cancel"), "plain", say("Cancel the work"), say("Stop; nothing is changed"))
        self.cancel.clicked.connect(lambda: stop())
        self._hand = Hand(self)
        self.setLayout(row(self.name, self.bar, self.cancel, spacing=10))
        self.rest()

    def rest(self, text: Said = READY) -> None:
        self._hand.give_back()
        self.name.setText(spoken(text))
        self.bar.hide()
        self.cancel.hide()

    def begin(self, work: Said) -> None:
        self.name.setText(spoken(work))
        self.bar.setValue(0)
        self.bar.show()
        self.cancel.setEnabled(True)
        self.cancel.show()

    def at(self, share: float, text: Said) -> None:
        self.bar.setValue(round(share * 1000))
        if text:
            self.name.setText(spoken(text))


def degrees(value: float) -> Said:
    """Degrees without their side."""
    return format_number(abs(value), digits=4)
