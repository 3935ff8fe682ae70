"""The current project, its past and future, and one signal that says what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from attrs import frozen

from ecomap.model.change import Change, change_between
from ecomap.model.doing import Doing
from ecomap.model.project import Project
from ecomap.model.said import Said
from ecomap.workspace.access import Access
from ecomap.workspace.memory import MEGABYTE, own_bytes, undo_mb
from ecomap.workspace.unsaved import Unsaved

Listener = Callable[[Change], None]


@frozen
class _Step:
    """The snapshot before a change, what the change was called, what it may merge with, and what only this snapshot holds."""

    before: Project
    label: Said
    merge_key: str
    bytes: int = 0


class Workspace:
    """The living state of the application, without a face. Not thread-safe: use it from one thread.

    ``changed`` listeners get the `Change` after every apply, undo, redo and replace.
    """

    def __init__(self, project: Project | None = None, *, undo_limit: int = 200, undo_bytes: int = 0) -> None:
        self._project = project or Project()
        self._saved = self._project
        self._past: list[_Step] = []
        self._future: list[_Step] = []
        self._undo_limit = undo_limit
        self._undo_bytes = undo_bytes or undo_mb() * MEGABYTE
        self._dropped = 0
        self._listeners: list[Listener] = []
        self.unsaved = Unsaved()
        self.path: Path | None = None
        self.access = Access()

    @property
    def project(self) -> Project:
        return self._project

    @property
    def saved(self) -> Project:
        """The snapshot that was last saved or opened."""
        return self._saved

    @property
    def dirty(self) -> bool:
        """Whether the project differs from what was last saved or opened."""
        return self._project is not self._saved

    @property
    def undo_label(self) -> str:
        """What undo would take back, or ""."""
        return self._past[-1].label if self._past else ""

    @property
    def redo_label(self) -> str:
        return self._future[-1].label if self._future else ""

    @property
    def dropped(self) -> int:
        """How many steps that undo could have gone back were dropped to save memory, since the project was opened."""
        return self._dropped

    @property
    def oldest_label(self) -> Said | None:
        """What the farthest step that undo can still go back was called; None where there is none."""
        return self._past[0].label if self._past else None

    @property
    def undo_bytes(self) -> int:
        """The memory that undo and redo hold beyond the project itself."""
        return sum(step.bytes for step in (*self._past, *self._future))

    def connect(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def disconnect(self, listener: Listener) -> None:
        self._listeners.remove(listener)

    def apply(self, project: Project, label: Said, *, merge_key: str = "") -> Change:
        """Make a snapshot the current one. Consecutive changes with one ``merge_key`` are one undo step."""
        if project is self._project:
            return Change()
        merges = bool(merge_key) and bool(self._past) and self._past[-1].merge_key == merge_key
        if not merges:
            self._past.append(_Step(self._project, label, merge_key, own_bytes(self._project, project)))
            del self._past[: -self._undo_limit]
        self.unsaved.done(label, merges=merges)
        self._future.clear()
        self._drop_oldest()
        return self._become(project)

    def look(self, project: Project) -> Change:
        """Make a snapshot current without an undo step (the view moved)."""
        return self._become(project)

    def note(self, project: Project, label: Said) -> Change:
        """Make a snapshot current of which only the ledger differs: no undo step, for what has left has left."""
        if project is self._project:
            return Change()
        self.unsaved.done(label)
        return self._become(project, noting=True)

    def undo(self) -> Change:
        """Go back one step; nothing happens where there is none."""
        if not self._past:
            return Change()
        step = self._past.pop()
        self._future.append(_Step(self._project, step.label, step.merge_key, own_bytes(self._project, step.before)))
        self.unsaved.undone(step.label)
        self._drop_oldest()
        return self._become(step.before)

    def redo(self) -> Change:
        if not self._future:
            return Change()
        step = self._future.pop()
        self._past.append(_Step(self._project, step.label, step.merge_key, own_bytes(self._project, step.before)))
        self.unsaved.redone(step.label)
        self._drop_oldest()
        return self._become(step.before)

    def replace(self, project: Project, path: Path | None, access: Access | None = None) -> Change:
        """Another project altogether (new, open): no undo across it. ``access`` says how its file is open."""
        self.hold(access or Access())
        self._past.clear()
        self._future.clear()
        self._dropped = 0
        self.path = path
        self._saved = project
        self.unsaved.begin()
        return self._become(project, noting=True)

    def bring_back(self, project: Project, path: Path | None, doings: Sequence[Doing], since: dt.datetime,
                   access: Access | None = None) -> Change:
        """Another project with changes that were made to it earlier and never saved."""
        self.hold(access or Access())
        self._past.clear()
        self._future.clear()
        self._dropped = 0
        self.path = path
        self._saved = Project()  # no snapshot of ours: there is something to save
        self.unsaved.begin(doings, since)
        return self._become(project, noting=True)

    def mark_saved(self, path: Path, saved: Project | None = None) -> None:
        """Remember that a snapshot (the current one if not given) is on disk at ``path``."""
        self.path = path
        self._saved = saved or self._project
        self.unsaved.saved(self._saved, self._project)

    def hold(self, access: Access) -> None:
        """The file is open in another way now; the lock that was held is let go, unless it is the same one."""
        before, self.access = self.access, access
        if before.hold is not access.hold:
            before.release()

    def _drop_oldest(self) -> None:
        """Drop the steps farthest back, then those farthest ahead, until the rest may stay; the next step each way does."""
        while self.undo_bytes > self._undo_bytes and (len(self._past) > 1 or len(self._future) > 1):
            if len(self._past) > 1:
                self._past.pop(0)
                self._dropped += 1
            else:
                self._future.pop(0)

    def _become(self, project: Project, *, noting: bool = False) -> Change:
        if not noting:  # an earlier snapshot, or one made of an earlier one: what left meanwhile has left
            project = project.with_ledger(self._project.ledger)
        change = change_between(self._project, project)
        self._project = project
        self.unsaved.reached(project)
        for listener in tuple(self._listeners):
            listener(change)
        return change
