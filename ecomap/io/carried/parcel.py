"""The rows of a project packed into bytes, for a file that carries them; unpacked with the same doubts as any stranger's project file."""

from __future__ import annotations

import hashlib
import json
import lzma
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Final

from ecomap.io.store import open_project, save_project
from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.said import say

MOST_BYTES: Final = 600_000_000     # of the rows unpacked
_MOST_MEMORY: Final = 200_000_000   # that unpacking may ask for
_PRESET: Final = 3
_AT_ONCE: Final = 1 << 20
_FILE: Final = "rows.ecomap.gpkg"
_NEVER: Final = "1970-01-01T00:00:00Z"  # in the place of the time of writing: the same rows give the same bytes


def pack(project: Project, progress: Progress | None = None) -> bytes:
    """The layers of a project with their rows, packed by LZMA; the same rows give the same bytes."""
    with tempfile.TemporaryDirectory(prefix="ecomap-rows-") as folder:
        path = Path(folder) / _FILE
        save_project(project, path, keep_versions=0, progress=progress)
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE gpkg_contents SET last_change = ?", (_NEVER,))
            file.execute("UPDATE ecomap_meta SET value = ? WHERE key = 'saved_at'", (json.dumps(_NEVER),))
        return lzma.compress(path.read_bytes(), preset=_PRESET)


def digest_of(packed: bytes) -> str:
    """What packed rows are told by."""
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


def unpack(packed: bytes, progress: Progress | None = None) -> Project:
    """The rows again.

    Raises
    ------
    InputError
        If they are damaged, larger than any that EcoMap packs, or not as EcoMap wrote them.
    """
    with tempfile.TemporaryDirectory(prefix="ecomap-rows-") as folder:
        path = Path(folder) / _FILE
        _unpack_to(path, packed)
        try:
            project = open_project(path, progress=progress)
        except EcoMapError as problem:
            raise _damaged() from problem
    if any(fault.loses for fault in project.faults):
        raise _damaged()
    return project


def _unpack_to(path: Path, packed: bytes) -> None:
    reader = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)
    written, given = 0, packed
    try:
        with path.open("wb") as file:
            while not reader.eof:
                part = reader.decompress(given, _AT_ONCE)
                given = b""
                if not part and reader.needs_input:
                    raise _damaged()
                written += file.write(part)
                if written > MOST_BYTES:
                    raise InputError(say("The rows in this file unpack to more than EcoMap writes, so they are not read."),
                                     say("Ask whoever sent the file to export it again."))
    except lzma.LZMAError as problem:
        raise _damaged() from problem


def _damaged() -> InputError:
    return InputError(say("The rows in this file are damaged or were changed."), say("Ask whoever sent the file to export it again."))
