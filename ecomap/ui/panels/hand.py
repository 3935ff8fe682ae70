"""What follows the hand: an answer that moves with a dragged setting, the exact one when the hand rests, kept only when told to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame

from ecomap.model.errors import EcoMapError
from ecomap.model.figures import figure_number
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import button, column, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.map.following import Picture, Shade, picture_of
from ecomap.ui.speech import spoken
from ecomap.workspace import live, operations
from ecomap.workspace.jobs import Job

if TYPE_CHECKING:
    from ecomap.render.canvas.idbuffer import Window

REST_MS: Final = 250
Given = Mapping[str, Any]


class KeepBox(QFrame):
    """Above an answer that is not kept: what it is an answer to, and the two ways on."""

    kept = Signal()
    left = Signal()
    stands = Signal(bool)  # whether the box is there: then its button is the dark one of the panel

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("box", "raised")
        self.words = label(NOTHING, "strong")
        self.more = label(NOTHING, "quiet")
        self.keep = button(say("Keep this answer"), "primary", help_text=say("Puts it into the project, as one step that undo takes back"))
        self.leave = button(say("Back"), help_text=say("To the answer and settings from before (Escape)"))
        self.keep.setObjectName("keep-answer")
        self.leave.setObjectName("leave-answer")
        self.keep.clicked.connect(self.kept)
        self.leave.clicked.connect(self.left)
        buttons = row(self.keep, self.leave, -1, spacing=8)
        self.setLayout(column(self.words, self.more, buttons, margins=(12, 10, 12, 10), spacing=6))
        self.hide()

    def say(self, words: Said, more: Said, *, exact: bool) -> None:
        """What is shown, and whether it can be kept yet."""
        self.words.setText(spoken(words))
        self.more.setText(spoken(more))
        self.keep.setEnabled(exact)
        named(self, joined([words, more], " "))
        self.show()

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        self.stands.emit(visible)


@frozen(eq=False)
class Move:
    """One move of the hand, answered: with what, and how the ground out of reach looks in the window of the map."""

    given: Given
    result: Result
    shade: Shade | None


class Hand(QObject):
    """The question of one page under the hand.

    Signals: ``moved(Move)`` at every move; ``rested(Result)`` when the exact answer is there; ``dropped()`` when what is kept
    is to be shown again; ``said(Said, Said, bool)`` for the box above the answer.
    """

    moved = Signal(object)
    rested = Signal(object)
    dropped = Signal()
    said = Signal(object, object, bool)

    def __init__(self, desk: Desk, analysis: str, parent: QObject) -> None:
        super().__init__(parent)
        self.desk, self.analysis = desk, analysis
        self.window_shown: Window | None = None  # of the map, for which the ground is shaded
        self.before: dict[str, Any] = {}         # the settings that Escape goes back to
        self._ready: live.Ready | None = None
        self._picture: Picture | None = None
        self._want: Given | None = None
        self._busy = self._preparing = False
        self.showing = False                     # whether an answer that is not kept is on screen already
        self._exact: Job[Any] | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)
        self._own = False                        # whether the exact answer that is looked at is this question's
        desk.changed.connect(lambda _change: self.drop())
        desk.peeked.connect(self._peeked)

    @property
    def active(self) -> bool:
        """Whether an answer is shown that is not kept."""
        return self._want is not None

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings that follow the hand."""
        return live.dragged(self.analysis)

    # --- the hand ------------------------------------------------------------------------------------------------

    def touch(self, given: Given) -> None:
        """A setting is about to be dragged: make the question ready, while nobody waits."""
        if not self._preparing and not self.desk.closed and not live.serves(self._ready, self.desk.project, self.analysis, given):
            self._prepare(dict(given))

    def move(self, given: Given) -> None:
        """A setting was dragged."""
        self._want = dict(given)
        if self._exact is not None:
            self._exact.cancel()
            self._exact = None
        self._rest.start()
        if live.serves(self._ready, self.desk.project, self.analysis, given):
            self._pump()
        else:
            self.said.emit(self._words(given), say("Getting ready to follow your hand. The exact answer comes when you let go."), False)
            self.touch(given)

    def again(self) -> None:
        """The map shows another part of the ground: shade it."""
        if self.active and not self._own:
            self._pump()

    def drop(self) -> None:
        """Show what is kept again."""
        if not self.active:
            return
        self._forget()
        self.desk.look_away()
        self.dropped.emit()

    def keep(self, verb: Said) -> Result | None:
        """Keep the exact answer that is shown."""
        if not self._own:
            return None
        self._forget()
        return self.desk.keep(verb)

    def _peeked(self, result: Result | None) -> None:
        """What this question showed gave way to something else."""
        if self._own and (result is None or result.analysis != self.analysis):
            self.drop()

    def _forget(self) -> None:
        self._want, self.showing, self._own = None, False, False
        self._rest.stop()
        if self._exact is not None:
            self._exact.cancel()
            self._exact = None

    # --- work in the background ------------------------------------------------------------------------------------

    def _prepare(self, given: Given) -> None:
        project, self._preparing = self.desk.project, True

        def over() -> None:
            self._preparing = False

        def done(ready: live.Ready) -> None:
            over()
            self._ready, self._picture = ready, None
            if self._want is not None and live.serves(ready, self.desk.project, self.analysis, self._want):
                self._pump()

        def failed(_problem: EcoMapError) -> None:
            over()  # asking says what is wrong

        self.desk.worker.start(
            say("Getting ready to follow your hand"),
            lambda progress: live.make_ready(project, self.analysis, given, progress=progress), done=done, failed=failed, stopped=over,
        )

    def _pump(self) -> None:
        """Answer the latest move; moves in between are passed over."""
        if self._busy or self._want is None or self._ready is None or self.desk.closed:
            return
        self._busy = True
        project, ready, given, window, picture = self.desk.project, self._ready, self._want, self.window_shown, self._picture

        def work(_progress: Any) -> tuple[Move, Picture | None]:
            made = picture if picture is not None and picture.window == window else picture_of(ready, window)
            result = live.live_answer(ready, project, given)
            return Move(given, result, None if made is None else made.shade(live.gap_reach(ready, project, given))), made

        def done(answer: tuple[Move, Picture | None]) -> None:
            self._busy = False
            step, self._picture = answer
            if self._want is None or (self._own and self._want == given):
                return
            self._own = False  # what is looked at stays where it is, and follows the hand
            self.showing = True
            self.moved.emit(step)
            self.said.emit(say("{setting}, while you drag", setting=self._words(given)), joined([figures_of(step.result), FOLLOWS], "\n"), False)
            if self._want != given or self.window_shown != window:
                self._pump()

        def failed(problem: EcoMapError) -> None:
            self._busy = False
            if self._want is not None:
                self.said.emit(self._words(given), told_of(problem), False)

        self.desk.hand.start(say("Following your hand"), work, done=done, failed=failed, quiet=True)

    def _ask(self) -> None:
        """The hand rests: ask exactly."""
        if self._want is None or self.desk.closed:
            return
        if self._busy:  # what the eye waits for comes first
            self._rest.start()
            return
        given, before = self._want, self.desk.project

        def done(answer: tuple[Project, Result]) -> None:
            self._exact = None
            if self._want == given and self.desk.look_at(before, *answer):
                self._own = self.showing = True
                exact = joined([figures_of(answer[1]), EXACT], "\n")
                self.said.emit(say("{setting}: not kept yet", setting=self._words(given)), exact, True)
                self.rested.emit(answer[1])

        def failed(problem: EcoMapError) -> None:
            self._exact = None
            if self._want == given:
                self.said.emit(self._words(given), told_of(problem), False)

        self._exact = self.desk.worker.start(
            say("The exact answer"), lambda progress: operations.run_analysis(before, self.analysis, given, progress=progress),
            done=done, failed=failed,
        )

    def words(self) -> Said:
        """The settings under the hand."""
        return self._words(self._want or {})

    def _words(self, given: Given) -> Said:
        return live.setting_words(self.desk.project, self.analysis, given)


def figures_of(result: Result) -> Said:
    """The first two key figures in a line, where the rest of the answer may lie below what can be seen."""
    return joined((joined([figure.label, figure_number(figure)], ": ") for figure in result.figures[:2]), " · ")


def told_of(problem: EcoMapError) -> Said:
    """What went wrong and what to do."""
    return joined([problem.message, problem.hint], " ")


EXACT: Final = say("The exact answer, with its margins. It is in the project once you keep it.")
FOLLOWS: Final = say("The exact answer with its margins follows when you let go.")
