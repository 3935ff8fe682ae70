"""What a file of ours carries, whatever its kind: the record of its answers, and the rows these rest on where they came along."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ecomap.io.carried.geopackage import from_geopackage
from ecomap.io.carried.page import from_page
from ecomap.io.carried.papers import PAPERS
from ecomap.io.carried.workbook import from_workbook
from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.record import BESIDE, LONGEST, Carried
from ecomap.model.said import name, say

_FRONT: Final = 16
_READERS: Final[Mapping[str, Callable[[Path], Carried]]] = MappingProxyType(
    {".gpkg": from_geopackage, ".xlsx": from_workbook, ".html": from_page, ".htm": from_page, **PAPERS})
_WORD: Final = ".docx"
_ZIP: Final = b"PK\x03\x04"
_MARKS: Final = ((b"SQLite format 3\x00", ".gpkg"), (b"%PDF-", ".pdf"), (b"\x89PNG", ".png"))


def carried_by(path: Path | str) -> Carried:
    """The record of a file, inside it or beside it, and the rows in it; empty where the file has no record.

    Raises
    ------
    InputError
        If there is no such file, or it is damaged or larger than any of ours.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(say("There is no file {path}.", path=name(path)), say("Check the name."))
    beside = path.with_name(path.name + BESIDE)
    reader = _READERS.get(kind_of(path))
    try:
        found = reader(path) if reader is not None else Carried()
        if not found.record and beside.is_file() and beside.stat().st_size <= LONGEST:
            return Carried(beside.read_text("utf-8", errors="replace"))
    except sqlite3.Error as problem:
        raise InputError(say("{file} is damaged.", file=name(path.name)), say("Ask whoever sent it to export it again.")) from problem
    except OSError as problem:
        raise InputError(say("{file} cannot be read ({reason}).", file=name(path.name), reason=name(problem.strerror or problem))) from problem
    return found


def quietly_carried_by(path: Path | str) -> Carried:
    """The same of a file that may well be anybody's: empty where it cannot be read."""
    try:
        return carried_by(path)
    except EcoMapError:
        return Carried()


def kind_of(path: Path) -> str:
    """What a file is by its first bytes, else by its ending."""
    with path.open("rb") as stream:
        front = stream.read(_FRONT)
    if front.startswith(_ZIP):
        return _WORD if path.suffix.lower() == _WORD else ".xlsx"
    return next((ending for mark, ending in _MARKS if front.startswith(mark)), path.suffix.lower())
