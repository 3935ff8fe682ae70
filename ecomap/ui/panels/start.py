"""The first page: where one can begin, without an account, a network or a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QFrame, QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ecomap.model.said import Said, joined, name, say
from ecomap.model.version import VERSION
from ecomap.ui.desk import Notice
from ecomap.ui.look.controls import PushButton
from ecomap.ui.look.parts import Scroll, button, clear, column, keep_most, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken
from ecomap.workspace.starting import districts

WIDE = 900       # px that the page takes at most at normal text size
MOST_RECENT = 5


class StartPage(QWidget):
    """Four ways to begin and the projects that were open last. It asks; the window does."""

    asked_example = Signal()
    asked_district = Signal(str)       # a district of California, by name and county
    asked_files = Signal()             # files of one's own
    asked_public = Signal()            # a project for a district anywhere, out of public data
    asked_project = Signal()           # a project or a meeting file that somebody sent
    asked_recent = Signal(object)      # Path
    asked_help = Signal()
    asked_news = Signal()
    asked_language = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        named(self, say("Start page"))
        self.trouble = QFrame()
        self.trouble.setProperty("box", "caution")
        self.trouble.hide()
        self.news = self._news()
        self.recent = QVBoxLayout()
        self.recent.setSpacing(2)
        head = column(
            label(say("Where do you want to begin?"), "title"),
            label(say("Everything happens on this computer. No account is needed, nothing is sent, and nothing is asked of the network unless you allow it."), "quiet"),
            spacing=4)
        inside = QWidget()
        onward = label(say("Then go through the steps at the top from left to right. Each asks one question and has one dark button: Need, Gaps and Plan lead to a first answer, Share to a file for the meeting."), "quiet")
        inside.setLayout(column(head, self.news, self.trouble, self._cards(), onward, self.recent, self._foot(), -1, margins=(24, 22, 24, 20), spacing=16))
        keep_most(inside, WIDE)
        around = QWidget()
        around.setObjectName("surface")
        places = row(-1, inside, -1)
        places.setStretch(1, 100)
        around.setLayout(places)
        self.setLayout(column(Scroll(around, say("Start page"))))

    # --- what stands on it ---------------------------------------------------------------------------------------

    def _cards(self) -> QGridLayout:
        self.example = button(say("Open Los Angeles"), "primary")
        self.example.clicked.connect(self.asked_example)
        files = button(say("Choose files…"), name=say("Choose files of my own"), help_text=say("Or drop them on the window"))
        files.clicked.connect(self.asked_files)
        sent = button(say("Open a file…"), name=say("Open a project or a meeting file"))
        sent.clicked.connect(self.asked_project)
        cards = (
            _card(say("Los Angeles, built in"),
                  say("Need by neighborhood, schools, community schools and partner services. To look around, and to learn EcoMap on."), self.example),
            _card(say("A district of California"), say("The schools of every district are inside, with their pupils. Type a name and choose."), self._district()),
            _card(say("My own files"),
                  say("Lists of schools or services, maps, tables: Excel, CSV, GeoJSON, shapefile and many more. They are only read, never changed."),
                  files, self._public()),
            _card(say("A project somebody sent"), say("A project (.ecomap.gpkg) or a meeting file (.html) from a mail, a stick or a shared folder."), sent),
        )
        grid = QGridLayout()
        grid.setSpacing(14)
        for place, card in enumerate(cards):
            grid.addWidget(card, place // 2, place % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _public(self) -> PushButton:
        made = button(say("Public data for a district anywhere in the country…"), "plain", say("New project for a district"))
        made.clicked.connect(self.asked_public)
        assert isinstance(made, PushButton)
        return made

    def _district(self) -> QWidget:
        self.district = QLineEdit()
        self.district.setPlaceholderText(spoken(say("For example {district}", district=name("Fresno Unified"))))
        named(self.district, say("District of California"))
        self.open_district = button(say("Open"), name=say("Open the district"))
        self.open_district.setEnabled(False)
        self.district.textEdited.connect(self._offer_districts)
        self.district.textChanged.connect(lambda text: self.open_district.setEnabled(bool(text.strip())))
        self.district.returnPressed.connect(self._ask_district)
        self.open_district.clicked.connect(self._ask_district)
        line = row(self.district, self.open_district)
        line.setStretch(0, 1)
        made = QWidget()
        made.setLayout(line)
        return made

    def _offer_districts(self) -> None:
        """The list of districts, read when the first letter is typed."""
        if self.district.completer() is not None:
            return
        completer = QCompleter(list(districts()), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.district.setCompleter(completer)

    def _ask_district(self) -> None:
        if self.district.text().strip():
            self.asked_district.emit(self.district.text().strip())

    def _news(self) -> QFrame:
        """That this is a newer EcoMap than the last time."""
        box = QFrame()
        box.setProperty("box", "raised")
        look_at = button(say("What is new"))
        look_at.clicked.connect(self.asked_news)
        line = row(label(say("EcoMap is version {version} now.", version=name(VERSION)), "strong"), look_at)
        line.setStretch(0, 1)
        line.setContentsMargins(14, 10, 14, 10)
        box.setLayout(line)
        box.hide()
        return box

    def _foot(self) -> QVBoxLayout:
        guide = button(say("How EcoMap works (F1)"), "plain", say("Open the planner's guide"))
        guide.clicked.connect(self.asked_help)
        changes = button(say("What is new in version {version}", version=name(VERSION)), "plain")
        changes.clicked.connect(self.asked_news)
        english, spanish = (button(name(word), "plain", say("Speak {language}", language=name(word))) for word in ("English", "Español"))
        english.clicked.connect(lambda: self.asked_language.emit("en"))
        spanish.clicked.connect(lambda: self.asked_language.emit("es"))
        return column(row(guide, changes, -1, spacing=18), row(english, spanish, -1, spacing=18), spacing=2)

    # --- what changes on it --------------------------------------------------------------------------------------

    def show_recent(self, paths: Sequence[Path]) -> None:
        """The projects that were open last, those that are there."""
        clear(self.recent)
        there = [path for path in paths if path.exists()][:MOST_RECENT]
        if there:
            self.recent.addWidget(label(say("Go on with"), "heading"))
        for path in there:
            made = button(joined([name(path.name), name(path.parent)], "   "), "plain", say("Open {file}", file=name(path.name)), name(path))
            made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            made.clicked.connect(lambda _=False, path=path: self.asked_recent.emit(path))
            self.recent.addWidget(made)

    def say(self, notice: Notice) -> None:
        """What went wrong, and what can be done, where the bar over the map cannot be seen."""
        if old := self.trouble.layout():
            clear(old)
        else:
            self.trouble.setLayout(column(margins=(14, 10, 14, 10), spacing=6))
        places = self.trouble.layout()
        assert places is not None
        places.addWidget(label(joined([notice.text, notice.hint])))
        if notice.action and notice.then is not None:
            act = button(notice.action)
            act.clicked.connect(notice.then)
            places.addWidget(act)
        self.trouble.setVisible(notice.kind != "note")

    def take_hand(self) -> None:
        """The keyboard goes to the first way to begin."""
        self.trouble.hide()
        self.example.setFocus()


def _card(title: Said, words: Said, *controls: QWidget) -> QFrame:
    made = QFrame()
    made.setProperty("box", "card")
    made.setLayout(column(label(title, "strong"), label(words, "quiet"), -1, *controls, margins=(16, 14, 16, 14), spacing=8))
    return made
