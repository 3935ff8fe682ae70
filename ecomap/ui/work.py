"""The window's one worker: what it is doing, how far it is, and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.said import Said, name, say
from ecomap.workspace.jobs import Job, JobRunner


class Worker(QObject):
    """Runs work off the window's thread and brings the answer back to it.

    Quiet work (legends, cards) says nothing in the status bar; all other work shows its name, its progress and a
    cancel.
    """

    started = Signal(object)            # Said: what is worked on
    progressed = Signal(float, object)  # how far, Said
    ended = Signal(object)              # Said: what to say now: "Ready", "Stopped. Nothing was changed."
    _call = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._call.connect(_do, Qt.ConnectionType.QueuedConnection)
        self.runner = JobRunner(self._call.emit)
        self._shown = 0

    @property
    def busy(self) -> bool:
        """Whether work that the planner was told of is under way."""
        return self._shown > 0

    def start(
        self,
        label: Said,
        work: Callable[[Progress], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[EcoMapError], None],
        stopped: Callable[[], None] | None = None,
        quiet: bool = False,
    ) -> Job[Any]:
        """Queue work; ``done`` or ``failed`` is called on the window's thread, or ``stopped`` if it was stopped."""
        if not quiet:
            self._shown += 1
            self.started.emit(label)

        def over(said: Said) -> None:
            if not quiet:
                self._shown -= 1
                if not self._shown:
                    self.ended.emit(said)

        def when_done(answer: Any) -> None:
            over(say("Ready"))
            done(answer)

        def when_failed(problem: EcoMapError) -> None:
            over(say("Ready"))
            failed(problem)

        def when_stopped() -> None:
            over(say("Stopped. Nothing was changed."))
            if stopped is not None:
                stopped()

        return self.runner.start(
            label, work, done=when_done, failed=when_failed, cancelled=when_stopped,
            progress=None if quiet else self._progressed,
        )

    def _progressed(self, share: float, text: str) -> None:
        self.progressed.emit(share, name(text))

    def cancel(self) -> None:
        self.runner.cancel_all()

    def shut_down(self) -> bool:
        """Stop everything and wait for it; nothing is told any more."""
        return self.runner.shut_down(10.0)


def _do(call: Callable[[], None]) -> None:
    call()
