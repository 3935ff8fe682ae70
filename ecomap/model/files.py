"""Replacing a file: whole or not at all, and there after a power cut."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from ecomap.model.errors import InputError
from ecomap.model.said import name, say


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

    For writers that want a path of their own (GDAL, SQLite, Qt). What else they leave beside it is thrown away.

    Raises
    ------
    OSError
        If there is no such folder, or the disk is full or refuses; the file is then as it was.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.", suffix=".part") as folder:
        beside = Path(folder) / path.name
        yield beside
        put_in_place(beside, path)


def put_in_place(written: Path, path: Path, *, before: Callable[[], None] | None = None) -> None:
    """Make a finished file the one at `path`, with the permissions of the one it replaces.

    Its bytes are on the disk before its name is, and the name before this returns: the order that survives a power cut.

    Parameters
    ----------
    before : callable, optional
        Done when the bytes are safe and before the old file goes: keeping it as an earlier version.
    """
    with contextlib.suppress(FileNotFoundError):
        shutil.copymode(path, written)
    _flush(written)
    if before is not None:
        before()
    os.replace(written, path)
    if os.name == "posix":
        with contextlib.suppress(OSError):  # some network disks cannot flush a folder
            _flush(path.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
