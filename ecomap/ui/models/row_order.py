"""In which order the rows of a column stand, and the words a table is looked through by: fast enough for a hundred thousand rows."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecomap.model.kept import Kept
from ecomap.model.said import name
from ecomap.render.words import cells
from ecomap.render.words.language import ENGLISH
from ecomap.ui.speech import code, spoken

_MOST_KEPT: Final = 8  # orders of large tables: going back to one takes no time


def words_of(value: object) -> str:
    """A cell's text as it is read, to look in it and to sort by it."""
    return spoken(name(value))


def folded(values: np.ndarray) -> list[str]:
    """The words of every cell without capitals; names, and in English every text, are said as they stand."""
    listed = values.tolist()
    plain = {str} if code() != ENGLISH else {kind for kind in set(map(type, listed)) if issubclass(kind, str)}
    if set(map(type, listed)) <= plain:
        return list(map(str.casefold, listed))
    return [str.casefold(value) if type(value) in plain else words_of(value).casefold() for value in listed]


def sorted_rows(values: np.ndarray, descending: bool) -> np.ndarray:
    """The rows of a column in their order: missing ones last either way, ties in their first order."""
    gone = _gone(values)
    here = np.flatnonzero(~gone)
    if values.dtype.kind in "iufb":
        keys = values[here].astype(float)
        ranks = np.argsort(-keys if descending else keys, kind="stable")
    else:
        texts = folded(values[here])
        ranks = np.array(sorted(range(len(texts)), key=texts.__getitem__, reverse=descending), dtype=int)
    return np.concatenate([here[ranks], np.flatnonzero(gone)]).astype(int)


def order_of(frame: Any, column: str, descending: bool) -> np.ndarray:
    """The order of the rows of a table by a column, from memory where it has been asked for before."""
    return _kept.of(frame, column, descending, code())


def _gone(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype.kind in "iub":
        return np.zeros(len(values), dtype=bool)
    listed = values.tolist()
    if all(issubclass(kind, str) for kind in set(map(type, listed))):
        return np.fromiter(map(len, listed), dtype=np.int64, count=len(listed)) == 0
    return np.array([cells.is_missing(value) or value == "" for value in listed], dtype=bool)


def _read(frame: Any, column: str, descending: bool, _language: str) -> np.ndarray:
    return sorted_rows(frame[column].to_numpy(), descending)


_kept: Kept[np.ndarray] = Kept(_read, _MOST_KEPT)
