"""Earlier versions of the project file: when, how large, what differs; one is opened as a copy or kept under a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from ecomap.model.dates import moment_in_words
from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import Scroll, button, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.workspace import operations
from ecomap.workspace.versions import Version, differences, earlier_versions

MOST_DIFFERENCES = 60  # listed; the rest are counted


class VersionsDialog(QDialog):
    """The versions on the left, the last one first; on the right what the one in sight has otherwise.

    Parameters
    ----------
    path : Path or None
        The project file; None where the project was never saved.
    opened, kept : callable
        Are given the version to open as a copy, or to keep under a name.
    """

    told = Signal(object)  # Path: what differs in this version is known now

    def __init__(self, parent: QWidget, desk: Desk, path: Path | None, today: dt.date,
                 opened: Callable[[Path], None], kept: Callable[[Path], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("Earlier versions")))
        self._desk, self._present, self._today = desk, desk.project, today
        self._opened, self._kept = opened, kept
        self.versions = earlier_versions(path) if path is not None else ()
        self._found: dict[Path, tuple[Said, ...]] = {}
        self._asked: set[Path] = set()
        self.list = QListWidget()
        self.list.setSpacing(3)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        named(self.list, say("Earlier versions"), say("Arrow keys go up and down; Return opens one as a copy"))
        self.heading = label(NOTHING, "strong")
        self.words = label(NOTHING)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.empty = label(_nothing_yet(path), "quiet")
        self.open_one = button(say("Open as a copy"), "primary", help_text=say("The project file stays as it is"))
        self.keep_one = button(say("Save it under a name…"), help_text=say("Writes this version as a project file of its own"))
        self.open_one.setDefault(True)
        self._lay_out(path)
        self._fill()

    def _lay_out(self, path: Path | None) -> None:
        leave = button(say("Close"))
        leave.clicked.connect(self.reject)
        self.open_one.clicked.connect(lambda: self._go(self._opened))
        self.keep_one.clicked.connect(lambda: self._go(self._kept))
        self.list.itemActivated.connect(lambda _: self._go(self._opened))
        self.list.currentRowChanged.connect(lambda _: self._show())
        inside = QWidget()
        inside.setLayout(column(self.words, -1, margins=(0, 0, 8, 0)))
        right = column(self.heading, Scroll(inside, say("What differs")), spacing=8)
        right.setStretch(1, 1)
        self.halves = QWidget()
        halves = row(self.list, right, spacing=22)
        halves.setStretch(0, 5)
        halves.setStretch(1, 7)
        self.halves.setLayout(halves)
        foot = label(say("A version is never overwritten by opening it."), "quiet")
        end = row(foot, leave, self.keep_one, self.open_one, spacing=10)
        end.setStretch(0, 1)
        title = say("Earlier versions of {file}", file=name(path.name)) if path is not None else say("Earlier versions")
        places = column(label(title, "title"), self.empty, self.halves, end, margins=(22, 18, 22, 18), spacing=12)
        places.setStretch(1 if not self.versions else 2, 1)
        self.setLayout(places)
        screen = self.screen().availableGeometry()
        self.resize(min(look().px(820), screen.width()), min(look().px(460), screen.height()))

    def _fill(self) -> None:
        there = bool(self.versions)
        self.empty.setVisible(not there)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.halves.setVisible(there)
        self.open_one.setVisible(there)
        self.keep_one.setVisible(there)
        for version in self.versions:
            when = moment_in_words(version.saved, self._today)
            size = say("{size} MB", size=format_number(version.size_bytes / 1e6, digits=1))
            about = joined([size, name(_number(version.path))], " · ")
            item = QListWidgetItem(f"{spoken(when)}\n{spoken(about)}")
            item.setToolTip(str(version.path))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken(joined([when, about], ", ")))
            self.list.addItem(item)
        if there:
            self.list.setCurrentRow(0)
            self.list.setFocus()

    @property
    def current(self) -> Version:
        """The version in sight."""
        return self.versions[max(self.list.currentRow(), 0)]

    def _show(self) -> None:
        version = self.current
        self.heading.setText(spoken(say("Saved {time}. Other than now:", time=moment_in_words(version.saved, self._today))))
        found = self._found.get(version.path)
        if found is None:
            self.words.setText(spoken(say("Looking for what differs…")))
            self._compare(version.path)
        else:
            rest = len(found) - MOST_DIFFERENCES
            more = (plural("and {n} more", "and {n} more", rest),) if rest > 0 else ()
            self.words.setText("\n".join(spoken(one) for one in (*found[:MOST_DIFFERENCES], *more)))

    def _compare(self, path: Path) -> None:
        """Find out in the background, once."""
        if path in self._asked:
            return
        self._asked.add(path)
        present = self._present

        def look_into(progress: Progress) -> tuple[Said, ...]:
            return differences(operations.open_project(path, progress=progress), present)

        def done(found: tuple[Said, ...]) -> None:
            self._say(path, found or (say("Nothing: it holds what the project holds now."),))

        self._desk.reader.start(say("Comparing versions"), look_into, done=done,
                                failed=lambda problem: self._say(path, _told(problem)), quiet=True)

    def _say(self, path: Path, found: tuple[Said, ...]) -> None:
        try:
            self._found[path] = found
            if self.current.path == path:
                self._show()
            self.told.emit(path)
        except RuntimeError:  # the dialog is gone
            return

    def _go(self, then: Callable[[Path], None]) -> None:
        path = self.current.path
        self.accept()
        then(path)


def _told(problem: EcoMapError) -> tuple[Said, ...]:
    return (problem.said,)


def _number(path: Path) -> str:
    """The sign of a version, as its file is called: ``.~1~``."""
    return path.name[path.name.rfind(".~"):]


def _nothing_yet(path: Path | None) -> Said:
    if path is None:
        return say("This project has not been saved yet. From its second save on, the version before stays beside the file, and is listed here.")
    return say("There are no earlier versions yet. At every save the version before stays beside the file, the last three of them, and is listed here.")
