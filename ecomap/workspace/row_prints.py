"""The short name for the content of rows, worked out once for as long as the rows are held: rows of a project are never changed in place."""

from __future__ import annotations

import weakref
from typing import Any, Final

_known: Final[dict[int, tuple[weakref.ref[Any], str]]] = {}  # rows that nobody else holds are not kept for this


def print_of(frame: Any) -> str:
    """The fingerprint of a project's rows (`ecomap.io.store.fingerprints.fingerprint`); the same rows are read once.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"id": ["06001"]})
    >>> print_of(rows) == print_of(rows) == print_of(rows.copy())
    True
    """
    from ecomap.io.store.fingerprints import fingerprint  # heavy

    place = id(frame)
    known = _known.get(place)
    if known is None or known[0]() is not frame:
        known = _known[place] = (weakref.ref(frame, lambda gone: _forget(place, gone)), fingerprint(frame))
    return known[1]


def _forget(place: int, gone: weakref.ref[Any]) -> None:
    """Rows have gone: unless others stand at their place already, nothing is known of it."""
    if (known := _known.get(place)) is not None and known[0] is gone:
        del _known[place]
