"""What is looked at before a file is read: whether it is a file at all, how wide and how large it is."""

from __future__ import annotations

import stat
from pathlib import Path

from ecomap.model.errors import InputError
from ecomap.model.said import name as named
from ecomap.model.said import plural, say

MAX_COLUMNS = 1_800        # a project file is SQLite, which holds 2,000 in a table
MAX_CELLS = 40_000_000
_NARROW = say("Keep the columns you need and save it again.")


def require_regular(path: Path) -> None:
    """Refuse what is no file or folder: a pipe or a device may never end.

    Raises
    ------
    InputError
    """
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise InputError(say("{file} is a device, pipe or socket, not a file.", file=named(path.name)), say("Choose a file or a folder."))


def require_columns(count: int, file: str) -> None:
    """Refuse a table that is wider than any of people and places.

    Raises
    ------
    InputError
    """
    if count > MAX_COLUMNS:
        raise InputError(plural("{file} has {n} column, which is more than EcoMap takes.", "{file} has {n} columns, which is more than EcoMap takes.",
                                count, file=named(file)), _NARROW)


def require_cells(rows: int, columns: int, file: str) -> None:
    """Refuse a table that would fill the memory.

    Raises
    ------
    InputError
    """
    require_columns(columns, file)
    if rows * max(columns, 1) > MAX_CELLS:
        raise InputError(say("{file} has too many cells to be read as a whole.", file=named(file)),
                         say("Keep the rows and columns of the area you work on and save it again."))
