"""Replacing a file: whole or not at all, there after a power cut, and with the permissions that the user expects of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from ecomap.model import leftovers
from ecomap.model.errors import InputError
from ecomap.model.said import name, say


def resolved(path: Path | str) -> Path:
    """The file that a name leads to, links followed; a link that leads back to itself is left as it is, and is no file."""
    return Path(os.path.realpath(path))


def checksum_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step, so that no one ever finds half of it.

    Raises
    ------
    InputError
        If there is no such folder.
    OSError
        If the disk is full or refuses; the file is then as it was.
    """
    if not path.parent.is_dir():
        raise InputError(say("There is no folder '{folder}'.", folder=name(path.parent)), say("Choose a folder that exists."))
    with replaced(path) as beside:
        beside.write_bytes(content)


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A path on the same disk to write to: what is there at the end becomes the file, unless the block raises.

    For writers that want a path of their own (GDAL, SQLite, Qt). What else they leave beside it is thrown away, and so is
    what a killed program has left in the folder. A link stays a link: the file it leads to is replaced.

    Raises
    ------
    OSError
        If there is no such folder, or the disk is full or refuses; the file is then as it was.
    """
    path = resolved(path) if path.is_symlink() else path
    leftovers.sweep_folder(path.parent)
    with leftovers.under_way(leftovers.beside(path, leftovers.PART)) as folder:
        folder.mkdir(mode=0o700)  # nobody reads a file of which half is written
        beside = folder / path.name
        yield beside
        put_in_place(beside, path)


def put_in_place(written: Path, path: Path, *, before: Callable[[], None] | None = None) -> None:
    """Make a finished file the one at `path`: with the permissions of the one it replaces, or those of any new file there.

    Its bytes are on the disk before its name is, and the name before this returns: the order that survives a power cut.

    Parameters
    ----------
    before : callable, optional
        Done when the bytes are safe and before the old file goes: keeping it as an earlier version.
    """
    _permit(written, path)
    _flush(written)
    if before is not None:
        before()
    os.replace(written, path)
    if os.name == "posix":
        with contextlib.suppress(OSError):  # some network disks cannot flush a folder
            _flush(path.parent)


def _permit(written: Path, path: Path) -> None:
    """Writers make their files as they see fit (SQLite never lets a group write); the user's own rule is what counts."""
    try:
        old = path.stat()
    except FileNotFoundError:
        with contextlib.suppress(OSError):  # a disk without permissions
            written.chmod(_mode_of_new_files(written))
        return
    if hasattr(os, "chown") and old.st_gid != written.stat().st_gid:
        with contextlib.suppress(OSError):  # a group that this user is not of
            os.chown(written, -1, old.st_gid)
    with contextlib.suppress(OSError):
        written.chmod(stat.S_IMODE(old.st_mode))


def _mode_of_new_files(beside: Path) -> int:
    """The permissions that `open` gives a new file here: asked of the disk, since asking for the umask would set it."""
    with leftovers.under_way(leftovers.beside(beside, leftovers.PART)) as probe:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            return stat.S_IMODE(os.fstat(descriptor).st_mode)
        finally:
            os.close(descriptor)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
