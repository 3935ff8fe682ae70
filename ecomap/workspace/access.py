"""Whether the project that is open may be saved over its file: whose turn it is to write, and what else stands against it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from ecomap.model import leftovers
from ecomap.model.errors import EcoMapError
from ecomap.model.fault import NEWER
from ecomap.model.files import resolved
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.workspace import operations

if TYPE_CHECKING:
    from ecomap.io.store.locking import Hold, Holder

OPEN_WAIT_S = 0.3   # a command may just be ending
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
        return self.hold is not None and self.hold.path == resolved(path)

    def release(self) -> None:
        if self.hold is not None:
            self.hold.release()


@frozen
class Opened:
    """A project out of a file with how it is open; without a project where another program has the file and nobody said that
    it is only to be read. ``path``: its file, None where it is not to be saved there."""

    project: Project | None
    access: Access
    path: Path | None = None


@define(eq=False)
class Taking:
    """The lock that a piece of work takes on another thread: let go where nobody waits for its answer any more."""

    access: Access = field(factory=Access)
    _over: bool = field(default=False, init=False)

    def note(self, access: Access) -> Access:
        self.access = access
        if self._over:  # the desk was cleared while it worked
            access.release()
        return access

    def let_go(self) -> None:
        self._over = True
        self.access.release()


def open_held(path: Path, owner: object, *, reading: bool = False, progress: Progress) -> Opened:
    """Open a project file and hold its lock from before it is read.

    Parameters
    ----------
    owner : object
        Who holds it in this process, and may have done so before.
    reading : bool
        Whether it is to be opened for reading where another program has it.
    """
    access = held_or_reading(path, owner, progress)
    if access.holder is not None and not reading:
        return Opened(None, access, path)
    if access.hold is not None:
        leftovers.sweep_folder(path.parent)
    try:
        project = operations.open_project(path, progress=progress)
    except BaseException:
        access.release()
        raise
    if any(fault.loses for fault in project.faults):  # never saved over the file, which is free to be mended
        access.release()
        access = Access(why=_why_reading(project, path))
    return Opened(project, access, path)


def save_held(project: Project, path: Path, owner: object, *, previous: Project | None, over: bool, progress: Progress) -> Access:
    """Save to a file and hold its lock from then on; how the file is open afterwards.

    Raises
    ------
    HeldError
        If another program has the file.
    """
    access = hold_now(path, owner, wait_s=SAVE_WAIT_S, progress=progress)
    try:
        operations.save_project(project, path, previous=previous, over=over, progress=progress)
    except BaseException:
        access.release()
        raise
    return access


def hold_now(path: Path, owner: object, *, wait_s: float = OPEN_WAIT_S, progress: Progress | None = None) -> Access:
    """The lock of a file.

    Raises
    ------
    HeldError
        If another program has the file.
    """
    from ecomap.io.store.locking import WINDOW, take  # heavy

    hold = take(path, WINDOW, owner=owner, wait_s=wait_s, progress=progress)
    return Access(hold, doubt=hold.doubt)


def held_or_reading(path: Path, owner: object, progress: Progress) -> Access:
    """The lock of a file, or who has it."""
    from ecomap.io.store.locking import HeldError  # heavy

    try:
        return hold_now(path, owner, progress=progress)
    except HeldError as problem:
        return Access(holder=problem.holder, why=problem.message)


def take_over(path: Path, saved: Project | None, owner: object, progress: Progress) -> Access:
    """The lock of a file that was open for reading, now that the other program is done with it.

    Raises
    ------
    HeldError
        If it is not.
    ChangedError
        If the other has changed the file since it was opened here.
    """
    from ecomap.io.store.files import ChangedError, is_as_met  # heavy

    access = hold_now(path, owner, wait_s=0.0, progress=progress)
    try:
        if not is_as_met(saved, path):
            raise ChangedError(path)
    except BaseException:
        access.release()
        raise
    return access


def same_file(one: Path | None, other: Path | None) -> bool:
    """Whether two names lead to one file; links are followed."""
    return one is not None and other is not None and resolved(one) == resolved(other)


def is_changed(problem: EcoMapError) -> bool:
    """Whether a save was refused because another program has changed the file."""
    from ecomap.io.store.files import ChangedError  # heavy

    return isinstance(problem, ChangedError)


def _why_reading(project: Project, path: Path) -> Said:
    """Why a project is not saved over its own file, in the words of the refusal."""
    if any(fault.kind == NEWER for fault in project.faults):
        return say("{name} was saved by a newer EcoMap and is open for reading only.", name=name(path.name))
    return say("Not everything in {file} could be read, and saving over it would lose the rest.", file=name(path.name))
