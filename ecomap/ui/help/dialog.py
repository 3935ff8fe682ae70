"""The help beside the window: pages on the left, the page on the right, and a box that searches them all."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, plural, say
from ecomap.ui.desk import Desk
from ecomap.ui.help.pages import NEWS_KEY, HelpPage, guide_pages, news_page, question_names, question_page
from ecomap.ui.look.parts import button, column, label, row, written
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace.guide import plain

KEY = Qt.ItemDataRole.UserRole
LEAST_LETTERS = 2  # of a word, before its places on a page are marked
MOST_MARKS = 400


class HelpDialog(QDialog):
    """Stays open beside the window while one works. Everything is on this computer; nothing is asked of the network.

    The pages of the questions are written on a thread of their own, because their definitions take a moment to load.
    """

    def __init__(self, parent: QWidget, desk: Desk, seen: str = "") -> None:
        super().__init__(parent)
        self.setModal(False)
        self.setWindowTitle(spoken(say("Help")))
        self._pages: dict[str, HelpPage] = {page.key: page for page in (*guide_pages(), news_page(seen))}
        self.search = QLineEdit()
        self.search.setPlaceholderText(spoken(say("Search the help")))
        self.search.setClearButtonEnabled(True)
        named(self.search, say("Search the help"), say("Every word counts; Return goes to the next place on the page"))
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setSpacing(2)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        named(self.list, say("Pages of the help"))
        self.found: QLabel = label(NOTHING, "quiet")
        self.text = QTextBrowser()
        self.text.setOpenExternalLinks(True)
        self.text.document().setDocumentMargin(look().px(10))
        named(self.text, say("The page"))
        self._lay_out()
        self.search.textChanged.connect(self._searched)
        self.list.currentItemChanged.connect(lambda item, _before: self._show(item))
        self._fill()
        desk.reader.start(say("Writing the pages of the questions"), self._write, done=self._arrived, failed=desk.say_problem, quiet=True)

    def _lay_out(self) -> None:
        left = column(self.search, self.found, self.list, spacing=8)
        left.setStretch(2, 1)
        halves = row(left, self.text, spacing=16)
        halves.setStretch(0, 4)
        halves.setStretch(1, 9)
        leave = button(say("Close"))
        leave.clicked.connect(self.close)
        leave.setAutoDefault(False)
        foot = row(label(say("All of this is on your computer; nothing is asked of the network."), "quiet"), leave)
        foot.setStretch(0, 1)
        places = column(halves, foot, margins=(18, 16, 18, 14), spacing=12)
        places.setStretch(0, 1)
        self.setLayout(places)
        sized(self, 980, 680)

    @staticmethod
    def _write(progress: Progress) -> tuple[HelpPage, ...]:
        made = []
        for analysis in question_names():
            progress.check()
            made.append(question_page(analysis))
        return tuple(made)

    def _arrived(self, pages: tuple[HelpPage, ...]) -> None:
        at = self.current
        news = self._pages.pop(NEWS_KEY)
        for page in pages:  # one that was asked for before the others were there goes to its place among them
            self._pages.pop(page.key, None)
            self._pages[page.key] = page
        self._pages[NEWS_KEY] = news
        self._fill()
        self.open_at(at)

    @property
    def current(self) -> str:
        """The key of the page that is shown."""
        item = self.list.currentItem()
        return str(item.data(KEY)) if item is not None else ""

    def open_at(self, key: str) -> None:
        """Go to a page: of a step, of a question, or what is new. What is searched hides no page that is asked for."""
        if key in question_names() and key not in self._pages:
            self._pages[key] = question_page(key)
            self._fill()
        if self._item(key) is None and key in self._pages:
            self.search.clear()
        if (item := self._item(key)) is not None:
            self.list.setCurrentItem(item)
            self.list.scrollToItem(item)

    def _item(self, key: str) -> QListWidgetItem | None:
        return next((item for item in map(self.list.item, range(self.list.count())) if item.data(KEY) == key), None)

    # --- the list and the search ---------------------------------------------------------------------------------

    @property
    def words(self) -> list[str]:
        """What is searched, word by word."""
        return plain(self.search.text()).split()

    def _fill(self) -> None:
        """The pages that hold what is searched, under their headings."""
        at, words = self.current, self.words
        kept = [page for page in self._pages.values() if page.holds(words)]
        self.list.blockSignals(True)
        self.list.clear()
        heading = NOTHING
        for page in kept:
            if page.group != heading and page.key != NEWS_KEY:
                head = QListWidgetItem(written(page.group, "heading"))
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                head.setFont(look().font(11.0, 600))
                head.setForeground(look().colour("quiet"))
                self.list.addItem(head)
            heading = page.group
            item = QListWidgetItem(page.title)
            item.setData(KEY, page.key)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.found.setText(spoken(plural("{n} page", "{n} pages", len(kept))) if words else "")
        self.found.setVisible(bool(words))
        wanted = self._item(at) or next((self._item(page.key) for page in kept), None)
        if wanted is not None:
            self.list.setCurrentItem(wanted)
            self._show(wanted)
        else:
            self.text.setHtml(f"<p>{spoken(say('Nothing is said about this. Try another word.'))}</p>")

    def _searched(self, _text: str) -> None:
        self._fill()

    def _show(self, item: QListWidgetItem | None) -> None:
        page = self._pages.get(str(item.data(KEY))) if item is not None else None
        if page is None:
            return
        if page.html:
            self.text.setHtml(page.text)
        else:
            self.text.setMarkdown(page.text)
        self._mark()

    def _mark(self) -> None:
        """Show where the words stand on the page, and go to the first of them."""
        marks: list[QTextEdit.ExtraSelection] = []
        ink = QTextCharFormat()
        ink.setBackground(look().colour("caution"))
        ink.setForeground(look().colour("on_caution"))
        for word in (one for one in self.search.text().split() if len(one) >= LEAST_LETTERS):
            at = QTextCursor(self.text.document())
            while len(marks) < MOST_MARKS and not (at := self.text.document().find(word, at)).isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor, mark.format = QTextCursor(at), ink
                marks.append(mark)
        self.text.setExtraSelections(marks)
        if marks:
            first = min(marks, key=lambda mark: mark.cursor.position())
            self.text.setTextCursor(_before(first.cursor))
            self.text.ensureCursorVisible()

    def next_place(self) -> None:
        """Go to the next place of the first word that is searched, from the top again after the last."""
        word = next(iter(self.search.text().split()), "")
        if word and not self.text.find(word):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self.text.find(word)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.search.hasFocus():
            self.next_place()
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus()
        else:
            super().keyPressEvent(event)


def _before(cursor: QTextCursor) -> QTextCursor:
    """A cursor where another one begins, with nothing chosen."""
    made = QTextCursor(cursor)
    made.setPosition(cursor.selectionStart())
    return made

