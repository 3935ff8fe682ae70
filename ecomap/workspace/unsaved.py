"""What was done since the project was last saved, as a planner would tell it."""

from __future__ import annotations

import datetime as dt
import weakref
from collections.abc import Callable, Sequence

from attrs import evolve, field, frozen

from ecomap.model.doing import Doing
from ecomap.model.project import Project
from ecomap.model.said import Said, name, say


def now() -> dt.datetime:
    """The time on the planner's clock, with its zone."""
    return dt.datetime.now().astimezone()


@frozen
class _Numbered:
    doing: Doing
    number: int = field(kw_only=True)


class Unsaved:
    """The changes since the last save. What was undone is not told; undoing something that was saved is.

    Snapshots are only pointed to weakly: this keeps none of them alive.
    """

    def __init__(self, clock: Callable[[], dt.datetime] = now) -> None:
        self._clock = clock
        self._last = 0
        self._done: list[_Numbered] = []
        self._undone: list[_Numbered] = []
        self._reached: list[tuple[weakref.ref[Project], int]] = []
        self.since = clock()

    @property
    def doings(self) -> tuple[Doing, ...]:
        """What was done and is not on the disk as a save, the first first."""
        return tuple(one.doing for one in self._done)

    def done(self, label: Said, *, merges: bool = False) -> None:
        """A change was made; one that merges with the change before it only makes that one later."""
        if merges and self._done:
            self._done[-1] = self._numbered(self._done[-1].doing.label)
        else:
            self._done.append(self._numbered(label))
        self._undone.clear()

    def undone(self, label: Said) -> None:
        """A change was taken back."""
        if self._done:
            self._undone.append(self._done.pop())
        else:
            self._done.append(self._numbered(say("Undo: {what}", what=name(label))))

    def redone(self, label: Said) -> None:
        """A change that was taken back was made again."""
        if self._undone:
            self._done.append(evolve(self._undone.pop(), number=self._next()))
        elif self._done and self._done[-1].doing.label == say("Undo: {what}", what=name(label)):
            self._done.pop()
        else:
            self._done.append(self._numbered(label))

    def reached(self, project: Project) -> None:
        """The changes so far led to this snapshot."""
        alive = [(snapshot, number) for snapshot, number in self._reached if snapshot() not in (None, project)]
        self._reached = [*alive, (weakref.ref(project), self._done[-1].number if self._done else 0)]

    def saved(self, saved: Project, current: Project) -> None:
        """A snapshot is on the disk; what was done after it is still to be saved."""
        self.since = self._clock()
        if saved is current:
            self._done.clear()
        else:
            number = next((number for snapshot, number in self._reached if snapshot() is saved), 0)
            taken_back = [one for one in self._undone if one.number <= number]
            self._done = [one for one in self._done if one.number > number]
            if not self._done and taken_back:  # undone while it was being saved
                self._done = [self._numbered(say("Undo: {what}", what=name(one.doing.label))) for one in reversed(taken_back)]
        self._undone.clear()

    def begin(self, doings: Sequence[Doing] = (), since: dt.datetime | None = None) -> None:
        """Another project: nothing was done to it, or what is told of it."""
        self.since = since or self._clock()
        self._done = [_Numbered(doing, number=self._next()) for doing in doings]
        self._undone.clear()
        self._reached.clear()

    def _numbered(self, label: Said) -> _Numbered:
        return _Numbered(Doing(label, self._clock()), number=self._next())

    def _next(self) -> int:
        self._last += 1
        return self._last
