"""The short name for the content of rows, worked out once for as long as the rows are held: rows of a project are never changed in place."""

from __future__ import annotations

from typing import Any, Final

from ecomap.model.kept import Kept

_MOST: Final = 1_000  # layers and tables of answers


def print_of(frame: Any) -> str:
    """The fingerprint of a project's rows (`ecomap.io.store.fingerprints.fingerprint`); the same rows are read once.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"id": ["06001"]})
    >>> print_of(rows) == print_of(rows) == print_of(rows.copy())
    True
    """
    return _prints.of(frame)


def _read(frame: Any) -> str:
    from ecomap.io.store.fingerprints import fingerprint  # heavy

    return fingerprint(frame)


_prints: Final = Kept(_read, _MOST)
