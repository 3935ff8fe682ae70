"""What a crash left behind: which changes, and whether to bring them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import frozen
from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QDialog, QListWidget, QMessageBox, QWidget

from ecomap.model.dates import moment_in_words
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.ui.look.parts import button, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized

if TYPE_CHECKING:
    from ecomap.io.store.recovery import Lost

BRING: Final = say("Bring back")
COPY: Final = say("Look at it as a copy")
THROW: Final = say("Throw away")
LATER: Final = say("Later", context="recovery")


@frozen
class Offer:
    """Unsaved work of a program that is gone, and whether it may be saved over its file."""

    lost: Lost
    belongs: bool

    @property
    def called(self) -> Said:
        """The project by its title, or by its file where that says more."""
        about = self.lost.about
        return about.title if about.path is None else name(about.path.name.removesuffix(".ecomap.gpkg"))


class RecoveryDialog(QDialog):
    """One project at a time: its changes since the last save, and four ways to go on. Leaving it is "Later".

    ``bring``, ``copy`` and ``throw`` say what was chosen, with the `Offer`.
    """

    bring = Signal(object)
    copy = Signal(object)
    throw = Signal(object)

    def __init__(self, parent: QWidget, offers: Sequence[Offer], today: dt.date) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("Unsaved changes")))
        self.offers, self._today = tuple(offers), today
        self.chosen: Offer | None = None
        self.asked = label(NOTHING, "title")
        self.why = label(say("EcoMap ended without being closed. These changes were not saved:"), "quiet")
        self.projects = QListWidget()
        named(self.projects, say("Projects with unsaved changes"), say("Arrow keys go up and down"))
        self.doings = QListWidget()
        self.doings.setWordWrap(True)
        self.doings.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        named(self.doings, say("What was changed"))
        self.then = label(NOTHING)
        self.bring_back = button(BRING, "primary", help_text=say("Open the project with these changes"))
        self.as_copy = button(COPY, help_text=say("Open it without a file; the changes are still offered next time"))
        self.later = button(LATER, help_text=say("Nothing is lost; it is asked again at the next start"))
        self.away = button(THROW, help_text=say("The changes are gone for good"))
        self.bring_back.setDefault(True)
        self._lay_out()
        self._connect()
        self.projects.addItems([spoken(self._line(one)) for one in self.offers])
        self.projects.setVisible(len(self.offers) > 1)
        self.projects.setCurrentRow(0)
        self.bring_back.setFocus()

    def _lay_out(self) -> None:
        self.projects.setMaximumHeight(look().px(110))
        places = column(
            self.projects, self.asked, self.why, self.doings, self.then,
            row(self.away, self.later, -1, self.as_copy, self.bring_back, spacing=10),
            margins=(22, 18, 22, 18), spacing=12,
        )
        places.setStretch(3, 1)
        self.setLayout(places)
        sized(self, 640, 460)

    def _connect(self) -> None:
        self.projects.currentRowChanged.connect(lambda _: self._show())
        self.bring_back.clicked.connect(lambda: self._chosen(self.bring))
        self.as_copy.clicked.connect(lambda: self._chosen(self.copy))
        self.away.clicked.connect(self._ask_once_more)
        self.later.clicked.connect(self.reject)

    @property
    def current(self) -> Offer:
        """The project in sight."""
        return self.offers[max(self.projects.currentRow(), 0)]

    def _line(self, offer: Offer) -> Said:
        about = offer.lost.about
        return plural("{project}: {n} change, the last at {time}", "{project}: {n} changes, the last at {time}", len(about.doings),
                      project=offer.called, time=moment_in_words(about.written, self._today))

    def _show(self) -> None:
        about = self.current.lost.about
        self.asked.setText(spoken(plural(
            "Bring back {n} change made after {time} to “{project}”?", "Bring back {n} changes made after {time} to “{project}”?",
            len(about.doings), time=moment_in_words(about.since, self._today), project=self.current.called)))
        self.doings.clear()
        for doing in about.doings:
            self.doings.addItem(spoken(joined([moment_in_words(doing.when, self._today), doing.label], "   ")))
        self.doings.scrollToBottom()
        self.then.setText(spoken(_what_then(self.current)))

    def _chosen(self, signal: SignalInstance) -> None:
        self.chosen = self.current
        self.accept()
        signal.emit(self.chosen)

    def _ask_once_more(self) -> None:
        offer = self.current
        box = QMessageBox(self)
        box.setWindowTitle("EcoMap")
        box.setText(spoken(plural("Throw {n} change to “{project}” away?", "Throw {n} changes to “{project}” away?",
                                  len(offer.lost.about.doings), project=offer.called)))
        box.setInformativeText(spoken(say("Nothing brings them back after that.")))
        away = box.addButton(spoken(THROW), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(spoken(say("Keep them")), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)

        def answered() -> None:
            if box.clickedButton() is away:
                self._chosen(self.throw)

        box.finished.connect(answered)
        box.open()


def _what_then(offer: Offer) -> Said:
    """What bringing them back means for the file."""
    path = offer.lost.about.path
    if path is None:
        return say("The project was never saved as a file. Save gives it one.")
    file = name(path.name)
    if offer.belongs:
        return say("The file {file} is as it was; Save writes the changes into it.", file=file)
    if not Path(path).exists():
        return say("The file {file} is not there any more. The project opens as a copy, to be saved under a name.", file=file)
    if offer.lost.about.loses:
        return say("Not all of {file} could be read, so that nothing is saved over it. The project opens as a copy, to be saved under another name.", file=file)
    return say("The file {file} has changed since. The project opens as a copy, to be saved under another name.", file=file)
