"""The file on the disk: unfinished copies, earlier versions, and whether another program has been at it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import frozen

from ecomap.model import files, leftovers
from ecomap.model.errors import ProjectError
from ecomap.model.fault import NEWER
from ecomap.model.project import Project
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as kept

UNFINISHED: Final = leftovers.SAVING

_lock = threading.Lock()
_losing: dict[Path, Stamp] = {}
_known: dict[int, tuple[weakref.ref[Project], Path, Stamp, bool]] = {}
_last: dict[Path, Stamp] = {}


@frozen
class Stamp:
    """What a file holds, in short: it differs as soon as a byte of it does, whatever size and time say.

    Size and time alone would not do: clocks have steps, copies bring their times along, and SQLite writes pages in place.
    """

    digest: str


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of a file, or None where there is none.

    What is no file on a disk is never read, for it may have no end: a device, a pipe, and what a system shows as an empty file.
    """
    if path.exists() and not path.is_file():
        return None
    try:
        if not path.stat().st_size:
            return Stamp(hashlib.blake2b().hexdigest())
        with path.open("rb") as file:
            return Stamp(hashlib.file_digest(file, "blake2b").hexdigest())
    except FileNotFoundError:
        return None


def remember(project: Project, path: Path, stamp: Stamp, *, current_schema: bool) -> None:
    """Note that a snapshot is what the file holds, as long as the snapshot lives, and that the file was last met like this."""
    key = id(project)
    with _lock:
        _last[path] = stamp
        _known[key] = (weakref.ref(project, lambda _: _known.pop(key, None)), path, stamp, current_schema)


def remembered(project: Project | None, path: Path) -> tuple[Stamp, bool] | None:
    """The stamp of the file when it held this snapshot, and whether in today's schema; None if it never did."""
    with _lock:
        reference, known_path, stamp, current = _known.get(id(project), (None, None, None, False))
    if reference is None or stamp is None or reference() is not project or known_path != path:
        return None
    return stamp, current


def note_faults(path: Path, stamp: Stamp, losing: bool) -> None:
    """Note whether a file, as it was read, holds what could not be read and would be lost by saving over it."""
    with _lock:
        if losing:
            _losing[path] = stamp
        else:
            _losing.pop(path, None)


def refuse_to_lose(project: Project, path: Path) -> None:
    """Refuse to save a project over a file out of which not everything could be read.

    Raises
    ------
    ProjectError
        If the project is what could be read of this very file.
    """
    with _lock:
        stamp = _losing.get(path)
    if stamp is None or stamp_of(path) != stamp:
        return
    newer = any(fault.kind == NEWER for fault in project.faults)
    if newer:
        raise ProjectError(say("{name} was saved by a newer EcoMap and is open for reading only.", name=kept(path.name)),
                           say("Update EcoMap, or save under another name."), {"path": str(path)})
    if any(fault.loses for fault in project.faults):
        raise ProjectError(
            say("Not everything in {name} could be read, and saving over it would lose the rest.", name=kept(path.name)),
            say("Save under another name, or have the check of the file write a mended copy."), {"path": str(path)})


def last_met(path: Path) -> Stamp | None:
    """The stamp of a file when this process last opened or saved it; None if it never did."""
    with _lock:
        return _last.get(path)


class ChangedError(ProjectError):
    """Another program has changed the file since; saving would lose what it wrote."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("{name} was changed by another program after EcoMap opened it.", name=kept(path.name)),
            say("Save under another name, so that neither version is lost."), {"path": str(path)},
        )


def is_as_met(project: Project | None, path: Path) -> bool:
    """Whether the file still holds just what it held with this snapshot."""
    path = files.resolved(path)
    known = remembered(project, path)
    return known is not None and stamp_of(path) == known[0]


def check_not_in_use(path: Path) -> None:
    """Refuse a file that another program is writing to: its newest rows lie in a second file beside it."""
    for suffix in ("-wal", "-journal"):
        beside = path.with_name(path.name + suffix)
        if beside.exists() and beside.stat().st_size:
            raise ProjectError(
                say("{name} is open in another program that has not finished writing to it.", name=kept(path.name)),
                say("Close the project there, then try again."),
                {"path": str(path), "beside": str(beside)},
            )


@contextlib.contextmanager
def unfinished_copy(path: Path) -> Iterator[Path]:
    """A path beside the file to write the next version to; whatever is left of it is removed at the end.

    An empty file is there already, which nobody else may read: the file itself may be private.
    """
    with leftovers.under_way(leftovers.beside(path, UNFINISHED)) as temporary:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield temporary


def remove_leftovers(path: Path) -> int:
    """Remove unfinished copies that killed programs left beside a file; how many were removed."""
    return leftovers.sweep_folder(path.parent)


def put_in_place(temporary: Path, path: Path, *, keep_versions: int) -> None:
    """Make the finished copy the file, in one step that is there after a power cut; keep the last versions."""
    with _lock:
        files.put_in_place(temporary, path, before=lambda: _turn_over(path, keep_versions))


def version_path(path: Path, number: int) -> Path:
    """Where an earlier version is kept: ``name.ecomap.gpkg.~1~`` is the last one."""
    return path.with_name(f"{path.name}.~{number}~")


def earlier_versions(path: Path) -> tuple[Path, ...]:
    """Earlier versions that are there, the last one first."""
    found = (version_path(path, number) for number in range(1, 100))
    return tuple(candidate for candidate in found if candidate.exists())


@contextlib.contextmanager
def disk_problems(path: Path, doing: str) -> Iterator[None]:
    """Say in words what the disk refused; ``doing`` is "save" or "open"."""
    try:
        yield
    except (OSError, sqlite3.Error) as problem:
        raise _in_words(problem, path, doing) from problem


def _in_words(problem: OSError | sqlite3.Error, path: Path, doing: str) -> ProjectError:
    details = {"path": str(path), "error": f"{type(problem).__name__}: {problem}"}
    number = problem.errno if isinstance(problem, OSError) else None
    saving = doing == "save"
    file, where, why = kept(path.name), kept(path), kept(problem)
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or "full" in str(problem) or "I/O" in str(problem):
        full = say("{name} could not be written: the disk is full or takes no more.", name=file)
        return ProjectError(_safely(full, saving), say("Make room, or save to another disk."), details)
    if number == errno.ELOOP:
        return ProjectError(say("{name} is a link that leads back to itself.", name=file), say("Choose another file."), details)
    if isinstance(problem, FileNotFoundError) and not saving:
        return ProjectError(say("There is no file {path}.", path=where), say("Choose another one."), details)
    if not path.parent.is_dir():
        return ProjectError(
            say("There is no folder {parent}.", parent=kept(path.parent)), say("Make it first, or choose another one."), details)
    if isinstance(problem, PermissionError) or "readonly" in str(problem) or "unable to open" in str(problem):
        barred = say("EcoMap is not allowed to save {path}." if saving else "EcoMap is not allowed to open {path}.", path=where)
        return ProjectError(_safely(barred, saving), say("Choose another folder, or ask for access."), details)
    if saving:
        failed = say("{name} cannot be saved ({problem}).", name=file, problem=why)
        return ProjectError(_safely(failed, saving), say("Try another disk or folder."), details)
    return ProjectError(say("{name} cannot be opened ({problem}).", name=file, problem=why), _earlier_hint(path), details)


def _safely(what: Said, saving: bool) -> Said:
    """With what a planner who saves wants to know first."""
    return joined([what, say("The file on the disk is as it was.")]) if saving else what


def _earlier_hint(path: Path) -> Said:
    earlier = earlier_versions(path)
    if not earlier:
        return say("Open a copy, if there is one.")
    return say("Open the version saved before it: {name}.", name=kept(earlier[0].name))


def _turn_over(path: Path, keep: int) -> None:
    """Move earlier versions one place down and make the file the last of them; the file stays where it is."""
    if keep < 1 or not path.exists():
        return
    for number in range(keep - 1, 0, -1):
        with contextlib.suppress(FileNotFoundError):
            os.replace(version_path(path, number), version_path(path, number + 1))
    last = version_path(path, 1)
    with contextlib.suppress(FileNotFoundError):
        last.unlink(missing_ok=True)
        try:
            os.link(path, last)
        except OSError:  # a file system without links
            shutil.copy2(path, last)
