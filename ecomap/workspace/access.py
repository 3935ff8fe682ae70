"""Whether the project that is open may be saved over its file: whose turn it is to write, and what else stands against it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.workspace import operations

if TYPE_CHECKING:
    from ecomap.io.store.locking import Hold, Holder

OPEN_WAIT_S = 1.0   # a command may just be ending
SAVE_WAIT_S = 10.0


@frozen
class Access:
    """How the file of a project is open.

    Parameters
    ----------
    hold : Hold, optional
        The lock of the file, held as long as the project is open.
    holder : Holder, optional
        Who else had the file when it was opened; it is open for reading only.
    why : Said
        Why nothing is saved over the file, in a sentence; "" where it may be.
    doubt : Said
        What is to be said of a folder in which files cannot be locked.
    """

    hold: Hold | None = None
    holder: Holder | None = None
    why: Said = NOTHING
    doubt: Said = NOTHING

    @property
    def reading(self) -> bool:
        """Whether nothing is saved over the file."""
        return bool(self.why)

    def holds(self, path: Path) -> bool:
        """Whether the lock of this file is held."""
        return self.hold is not None and self.hold.path == path.resolve()

    def release(self) -> None:
        if self.hold is not None:
            self.hold.release()


@frozen
class Opened:
    """A project out of a file with how it is open; without a project where another program has the file and nobody said that
    it is only to be read."""

    project: Project | None
    access: Access


def open_held(path: Path, mine: Access, *, reading: bool = False, progress: Progress) -> Opened:
    """Open a project file and hold its lock from before it is read.

    Parameters
    ----------
    mine : Access
        Of the project that is open now, which may be the same file.
    reading : bool
        Whether it is to be opened for reading where another program has it.
    """
    from ecomap.io.store.locking import WINDOW, HeldError, take  # heavy

    access = mine
    if not mine.holds(path):
        try:
            hold = take(path, WINDOW, alone=True, wait_s=OPEN_WAIT_S, progress=progress)
            access = Access(hold, doubt=hold.doubt)
        except HeldError as problem:
            access = Access(holder=problem.holder, why=problem.message)
            if not reading:
                return Opened(None, access)
    try:
        project = operations.open_project(path, progress=progress)
    except BaseException:
        _give_up(access, mine)
        raise
    if any(fault.loses for fault in project.faults):  # never saved over the file, which is free to be mended
        _give_up(access, mine)
        access = Access(why=say("Not everything in {file} could be read, and saving over it would lose the rest.", file=name(path.name)))
    return Opened(project, access)


def save_held(project: Project, path: Path, mine: Access, *, previous: Project | None, over: bool, progress: Progress) -> Access:
    """Save to a file and hold its lock from then on; how the file is open afterwards.

    Raises
    ------
    HeldError
        If another program has the file.
    """
    access = mine if mine.holds(path) else hold_now(path, wait_s=SAVE_WAIT_S, progress=progress)
    try:
        operations.save_project(project, path, previous=previous, over=over, progress=progress)
    except BaseException:
        _give_up(access, mine)
        raise
    return access


def hold_now(path: Path, *, wait_s: float = OPEN_WAIT_S, progress: Progress | None = None) -> Access:
    """The lock of a file for a project that is open already.

    Raises
    ------
    HeldError
        If another program has the file.
    """
    from ecomap.io.store.locking import WINDOW, take  # heavy

    hold = take(path, WINDOW, alone=True, wait_s=wait_s, progress=progress)
    return Access(hold, doubt=hold.doubt)


def take_over(path: Path, saved: Project | None, progress: Progress) -> Access:
    """The lock of a file that was open for reading, now that the other program is done with it.

    Raises
    ------
    HeldError
        If it is not.
    ChangedError
        If the other has changed the file since it was opened here.
    """
    from ecomap.io.store.files import ChangedError, is_as_met  # heavy

    access = hold_now(path, wait_s=0.0, progress=progress)
    try:
        if not is_as_met(saved, path):
            raise ChangedError(path)
    except BaseException:
        access.release()
        raise
    return access


def is_changed(problem: EcoMapError) -> bool:
    """Whether a save was refused because another program has changed the file."""
    from ecomap.io.store.files import ChangedError  # heavy

    return isinstance(problem, ChangedError)


def _give_up(access: Access, mine: Access) -> None:
    if access is not mine:
        access.release()
