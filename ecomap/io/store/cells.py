"""Which cells of a stored column are what they should be; one that is not is missing, and never another number."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.io.store.columns import ColumnRecord, category_cells, from_json

_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "float": (float, int), "integer": (int, float), "boolean": (int,), "text": (str,), "datetime": (str,), "category": (str,), "json": (str,),
}
_NOTHING: Final = type(None)
_EXACT: Final = 2**53  # a whole number beyond it may be another one as a float


def believed_cells(record: ColumnRecord, cells: Sequence[Any], *, thorough: bool = True) -> tuple[Sequence[Any], list[int]]:
    """The cells of a column with those that are not believed taken out, and the places of these.

    Parameters
    ----------
    record : ColumnRecord
        How the column was written.
    cells : sequence
        As SQLite gives them.
    thorough : bool
        Whether more than the kind of the cells is looked at: not needed where they are as they were written.

    Examples
    --------
    >>> believed_cells(ColumnRecord("n", "n", "float", "float64"), [1.5, "n/a", None])
    ([1.5, None, None], [1])
    """
    expected = _KINDS[record.kind]
    found = set(map(type, cells)) - {_NOTHING}
    wrong: list[int] = []
    if not found <= {expected[0]}:
        wrong = [place for place, cell in enumerate(cells) if cell is not None and not _fits(record.kind, expected, cell)]
        cells = _without(cells, wrong)
        if record.kind == "integer":
            cells = [int(cell) if isinstance(cell, float) else cell for cell in cells]
    judge = _JUDGES.get(record.kind)
    if judge is not None and (thorough or wrong):
        worse = judge(record, cells)
        if worse:
            cells, wrong = _without(cells, worse), sorted({*wrong, *worse})
    return cells, wrong


def _fits(kind: str, expected: tuple[type, ...], cell: Any) -> bool:
    """Whether a cell is of the kind, or the very same number written as another kind."""
    if type(cell) not in expected:
        return False
    if type(cell) is expected[0]:
        return True
    if kind == "integer":
        return bool(math.isfinite(cell) and cell == int(cell) and abs(cell) <= _EXACT)
    return abs(cell) <= _EXACT


def _without(cells: Sequence[Any], places: Sequence[int]) -> list[Any]:
    out = list(cells)
    for place in places:
        out[place] = None
    return out


def _wrong_floats(record: ColumnRecord, cells: Sequence[Any]) -> list[int]:
    if record.dtype.lower() in ("float64", "float") or not cells:
        return []
    numbers = np.array(cells, dtype="float64")
    most = np.finfo(record.dtype.lower()).max
    return [int(place) for place in np.flatnonzero(np.isfinite(numbers) & (np.abs(numbers) > most))]


def _wrong_integers(record: ColumnRecord, cells: Sequence[Any]) -> list[int]:
    if record.dtype.lower() == "int64":
        return []
    bounds = np.iinfo(record.dtype.lower())
    return [place for place, cell in enumerate(cells) if cell is not None and not bounds.min <= cell <= bounds.max]


def _wrong_booleans(_record: ColumnRecord, cells: Sequence[Any]) -> list[int]:
    return [] if set(cells) <= {0, 1, None} else [place for place, cell in enumerate(cells) if cell not in (0, 1, None)]


def _wrong_dates(record: ColumnRecord, cells: Sequence[Any]) -> list[int]:
    given = pd.Series(list(cells), dtype=object)
    try:
        read = pd.to_datetime(given, format="ISO8601", utc="," in record.dtype, errors="coerce")
        return [int(place) for place in np.flatnonzero((read.isna() & given.notna()).to_numpy())]
    except (ValueError, TypeError, OverflowError):
        return [place for place, cell in enumerate(cells) if cell is not None]


def _wrong_categories(record: ColumnRecord, cells: Sequence[Any]) -> list[int]:
    known = {*category_cells(record, [from_json(text) for text in record.categories]), None}
    return [] if set(cells) <= known else [place for place, cell in enumerate(cells) if cell not in known]


def _wrong_json(_record: ColumnRecord, cells: Sequence[Any]) -> list[int]:
    wrong = []
    for place, cell in enumerate(cells):
        try:
            if cell is not None:
                from_json(cell)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, MemoryError):
            wrong.append(place)
    return wrong


_JUDGES: Final[dict[str, Callable[[ColumnRecord, Sequence[Any]], list[int]]]] = {
    "float": _wrong_floats, "integer": _wrong_integers, "boolean": _wrong_booleans, "datetime": _wrong_dates,
    "category": _wrong_categories, "json": _wrong_json,
}
