"""A digest of what a table holds, by which a change of another program is noticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np

_AT_ONCE: Final = 2_000  # cells: as many as stay in the cache
_FORM: Final = "1"  # of the digest: another one is not compared


def table_digest(columns: Iterable[tuple[str, str, Sequence[Any]]]) -> str:
    """The digest of the stored cells of a table, the same whether they are about to be written or were just read.

    Parameters
    ----------
    columns : iterable of (stored name, kind, cells)
        In their order; cells as SQLite takes and gives them. ``kind`` is one of `ecomap.io.store.columns.SQL_TYPES`, or "geometry".

    Examples
    --------
    >>> table_digest([("n", "float", [1, None, -0.0])]) == table_digest([("n", "float", [1.0, None, 0.0])])
    True
    >>> table_digest([("n", "text", ["ab", "c"])]) == table_digest([("n", "text", ["a", "bc"])])
    False
    """
    digest = hashlib.blake2b(digest_size=16)
    for name, kind, cells in columns:
        digest.update(json.dumps([name, kind, len(cells)]).encode())
        for part in _content(kind, cells):
            digest.update(part)
    return f"{_FORM}:{digest.hexdigest()}"


def text_digest(text: str) -> str:
    """The digest of one description."""
    return f"{_FORM}:{hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def comparable(digest: Any) -> bool:
    """Whether a digest was written in the form that is compared here."""
    return isinstance(digest, str) and digest.startswith(f"{_FORM}:")


def _content(kind: str, cells: Sequence[Any]) -> Iterable[bytes]:
    if kind == "float":
        numbers = np.array(cells, dtype="float64") + 0.0  # None is read as NaN; -0 is 0, as SQLite keeps it
        return (np.where(np.isnan(numbers), np.nan, numbers).astype("<f8").tobytes(),)
    if kind in ("integer", "boolean"):
        absent = np.fromiter((cell is None for cell in cells), dtype=bool, count=len(cells)) if None in cells else np.zeros(len(cells), dtype=bool)
        numbers = np.array([0 if cell is None else int(cell) for cell in cells] if absent.any() else cells, dtype="<i8")
        return absent.tobytes(), numbers.tobytes()
    whole = None not in cells
    lengths = np.fromiter(map(len, cells) if whole else (-1 if cell is None else len(cell) for cell in cells), dtype="<i4", count=len(cells)).tobytes()
    return chain((lengths,), _joined(kind, cells if whole else [cell for cell in cells if cell is not None]))


def _joined(kind: str, cells: Sequence[Any]) -> Iterable[bytes]:
    """Cells one behind the other, some at a time."""
    for first in range(0, len(cells), _AT_ONCE):
        some = cells[first:first + _AT_ONCE]
        yield b"".join(some) if kind == "geometry" else "".join(some).encode("utf-8", "surrogatepass")
