"""A page whose answer follows the hand: what its form, its answer and the rest of the window do at a move, at rest, and when kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from PySide6.QtCore import QObject

from ecomap.model.result import Result
from ecomap.model.said import say
from ecomap.ui.desk import Desk
from ecomap.ui.forms.of_params import Form
from ecomap.ui.panels.answer import Answer
from ecomap.ui.panels.hand import Hand, KeepBox, Move
from ecomap.ui.panels.lacking import Lacking
from ecomap.ui.steps import WORDS, Words


class Page(Protocol):
    """What a page has that follows the hand: a question, its form and its answer."""

    analysis: str
    desk: Desk
    words: Words
    form: Form | None
    lacking: Lacking
    answer: Answer
    given: Mapping[str, Any]  # what was asked with last

    @property
    def result(self) -> Result | None:
        """The answer that is kept."""

    def plain(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values of the form as a result keeps them."""

    def as_asked(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Settings of a result as the form takes them."""

    def mark_otherwise(self) -> None:
        """Mark the answer where the form asks something else."""

    def check_freshness(self) -> None:
        """Find out whether the answer still speaks of the rows."""

    def check_map(self) -> None:
        """Say whether the answer is on the map."""

    def in_order(self) -> None:
        """Put what is shown into the order of the keys."""


class Following(QObject):
    """What goes between the form of a page, the hand on it, and what is shown."""

    def __init__(self, page: Page, parent: QObject) -> None:
        super().__init__(parent)
        self.page, self.desk = page, page.desk
        self.at: Mapping[str, Any] = {}       # the settings as the form stands
        self._before: Mapping[str, Any] = {}  # the settings as they were before the hand
        self.held = KeepBox()
        self.held.kept.connect(self.keep)
        self.held.left.connect(self.leave)
        self.hand = Hand(page.desk, page.analysis, self)
        self.hand.moved.connect(self._follow)
        self.hand.rested.connect(self._show_exact)
        self.hand.dropped.connect(self._show_kept)
        self.hand.said.connect(lambda words, more, exact: self.held.say(words, more, exact=exact))

    def touched(self) -> None:
        """The hand is on a slider."""
        form = self.page.form
        if form is not None and not self.page.lacking.roles and self.page.plain(form.values()):
            self.hand.touch(form.values())

    def changed(self) -> None:
        """A setting was changed: what follows the hand moves with it, anything else waits until it is asked."""
        assert self.page.form is not None
        given = self.page.plain(self.page.form.values())
        before, self.at = self.at, given
        moved = {key for key in given if given[key] != before.get(key)}
        if given and moved and moved <= set(self.hand.settings) and not self.page.lacking.roles:
            if not self.hand.active:
                self._before = before
            stored = self.page.result
            if stored is not None and stored.provenance is not None and given == self.page.as_asked(stored.provenance.params):
                self.hand.drop()
            else:
                self.hand.move(given)
        elif moved:
            self.hand.drop()
        self.page.mark_otherwise()

    def _follow(self, move: Move) -> None:
        """Show one move of the hand."""
        self.page.answer.follow(move.result)
        self.desk.followed.emit(move)
        self.page.mark_otherwise()

    def _show_exact(self, result: Result) -> None:
        """The hand rests, and the exact answer is there."""
        self.page.answer.show_result(result, kept=False)
        self.desk.mark_otherwise(result, say("{setting}: not kept yet", setting=self.hand.words()))
        self.page.in_order()

    def _show_kept(self) -> None:
        """What the project holds is shown again."""
        self.held.hide()
        self.desk.unfollowed.emit()
        self.page.answer.show_result(self.page.result)
        self.page.check_freshness()
        self.page.check_map()

    def keep(self) -> None:
        """Keep the answer that is shown."""
        assert self.page.form is not None
        self.page.given = self.page.form.values()
        verb = self.page.words.ask if self.page.analysis in WORDS else say("Keep this answer")
        if self.hand.keep(verb) is not None:
            self.held.hide()
            self.desk.unfollowed.emit()

    def leave(self) -> None:
        """Back to the answer and the settings from before the hand."""
        if not self.hand.active:
            return
        self.hand.drop()
        form = self.page.form
        if form is not None and self._before:
            form.set_values(self._before)
            self.at = self.page.plain(form.values())
        self.page.mark_otherwise()
