"""The journal: every change of the project is on the disk soon after it was made, and found again after a crash."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ecomap.model.change import Change
from ecomap.model.doing import About
from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.said import Said, name, say
from ecomap.workspace.access import Access, Opened, held_or_reading
from ecomap.workspace.log import log, state_dir
from ecomap.workspace.soon import Soon
from ecomap.workspace.workspace import Workspace

if TYPE_CHECKING:
    from ecomap.io.store.recovery import Found, Lost, RecoveryFile

DRAG_PACE_S: Final = 0.3       # how often a change that goes on (a slider) is written
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
AGAIN_AFTER_S: Final = 30.0    # the disk had no room: tried again without being asked


def recovery_folder() -> Path:
    """Where recovery files are kept."""
    return state_dir() / "recovery"


class Journal:
    """Follows a workspace and keeps its unsaved changes in a recovery file, on a thread of its own.

    The first change after opening or saving begins a recovery file; saving, undoing everything and `close` remove it.
    The workspace's thread only hands over the latest snapshot, which takes microseconds.

    Parameters
    ----------
    refused : callable
        Told once, on the journal's thread, when changes cannot be put down; work goes on.
    """

    def __init__(self, workspace: Workspace, *, folder: Path | None = None,
                 refused: Callable[[EcoMapError], None] = lambda _problem: None) -> None:
        self._workspace = workspace
        self._folder = folder
        self.refused = refused
        self._soon = Soon("ecomap-journal")
        self._doings = 0
        self._file: RecoveryFile | None = None  # this and what follows belong to the journal's thread
        self._base: Project | None = None       # the saved snapshot that it began with; None: not known
        self._refusing = False
        workspace.connect(self._on_change)

    def look(self) -> None:
        """The project was saved, or became another one: put down what is unsaved now."""
        self._on_change(Change())

    def adopt(self, lost: Lost) -> None:
        """Go on with the recovery file of a program that is gone; the project that comes next is the one out of it."""

        def take() -> None:
            self._remove()
            self._file = lost.file

        self._soon.ask(take)
        self._soon.flush()

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until the last change is on the disk."""
        return self._soon.flush(timeout_s)

    def close(self) -> None:
        """The window is closed by its user: nothing is left to bring back."""
        self._workspace.disconnect(self._on_change)
        self._soon.ask(self._remove)
        self._soon.flush()

    def _on_change(self, change: Change) -> None:
        """On the workspace's thread: hand the latest snapshot over."""
        workspace = self._workspace
        doings = workspace.unsaved.doings
        if not workspace.dirty or not doings:
            self._doings = 0
            self._soon.ask(self._remove)
            return
        goes_on = len(doings) == self._doings  # a drag, or only the view
        self._doings = len(doings)
        project, base = workspace.project, workspace.saved
        about = About(title=name(project.title), path=workspace.path, since=workspace.unsaved.since, written=doings[-1].when,
                      doings=doings, loses=any(fault.loses for fault in project.faults))
        self._soon.ask(lambda: self._write(project, base, about), within_s=DRAG_PACE_S if goes_on else 0.0)

    # --- on the journal's thread ---------------------------------------------------------------------------------

    def _write(self, project: Project, base: Project, about: About) -> None:
        from ecomap.io.store.recovery import RecoveryFile  # heavy

        try:
            if self._file is None:
                self._file = RecoveryFile.begin(self._folder or recovery_folder())
            elif self._base is not None and self._base is not base:  # another project meanwhile, or a save
                self._file.start_over()
            self._base = base
            self._file.write(project, about, base=base if about.path is not None else None)
        except (OSError, sqlite3.Error, EcoMapError) as problem:
            self._refuse(_in_words(problem))
        except Exception as bug:  # noqa: BLE001 - a mistake here must not take the planner's work along
            log.exception("The journal: a mistake in EcoMap")
            self._refuse(_in_words(bug))
        else:
            self._refusing = False
            return
        self._soon.ask_again(lambda: self._write(project, base, about), within_s=AGAIN_AFTER_S)

    def _refuse(self, problem: EcoMapError) -> None:
        """Say once that changes are not put down."""
        log.warning("The journal: %s %s", problem, problem.details)
        if not self._refusing:
            self._refusing = True
            self.refused(problem)

    def _remove(self) -> None:
        if self._file is not None:
            self._file.remove()
        self._file = self._base = None


def lost_work(path: Path | None = None) -> Found:
    """Unsaved work that a crash left behind; of one project file, if one is given."""
    from ecomap.io.store.recovery import Found, find_lost  # heavy

    folder = recovery_folder()
    return find_lost(folder, path) if folder.is_dir() else Found()


def belongs_still(about: About) -> bool:
    """Whether the project file is the one that the changes were made to, so that they may be saved over it."""
    from ecomap.io.store.recovery import belongs_still as still  # heavy

    return still(about)


def open_lost(lost: Lost, progress: Progress) -> tuple[Project, bool]:
    """The project with the changes, and whether it may be saved over its file.

    It goes through the same gate as every project file.

    Raises
    ------
    ProjectError
        If the recovery file cannot be opened.
    """
    from ecomap.io.store.recovery import expect_unchanged  # heavy
    from ecomap.workspace import operations

    project = operations.open_project(lost.file.path, progress=progress)
    lost.file.adopt(project)
    belongs = not any(fault.loses for fault in project.faults) and belongs_still(lost.about)
    if belongs and lost.about.path is not None:
        expect_unchanged(project, lost.about.path)
    return project, belongs


def bring_back_held(lost: Lost, owner: object, progress: Progress) -> Opened:
    """Open unsaved changes, holding the lock of their file from before it is asked whether they still belong to it."""
    path = lost.about.path
    access = Access() if path is None else held_or_reading(path, owner, progress)
    try:
        project, belongs = open_lost(lost, progress)
    except BaseException:
        access.release()
        raise
    if not belongs:
        access.release()
        return Opened(project, Access())
    return Opened(project, access, path)


def _in_words(problem: BaseException) -> EcoMapError:
    details = {"error": f"{type(problem).__name__}: {problem}"}
    return EcoMapError(
        say("EcoMap cannot keep a safety copy of your changes ({problem}).", problem=_why(problem)),
        say("Your work goes on; save it often until there is room on the disk."), details,
    )


def _why(problem: BaseException) -> Said:
    if isinstance(problem, EcoMapError):
        return problem.message.bare()
    text = str(problem)
    if getattr(problem, "errno", None) in _FULL or "full" in text:
        return say("the disk is full")
    return name(text)
