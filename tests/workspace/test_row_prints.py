"""Rows are told by their content, read once for as long as they are held."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.io.store import fingerprints
from ecomap.model.said import say
from ecomap.workspace import row_prints
from ecomap.workspace.row_prints import print_of


def test_the_same_rows_are_read_once_and_others_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    whole = fingerprints.fingerprint
    monkeypatch.setattr(fingerprints, "fingerprint", lambda frame: read.append(len(frame)) or whole(frame))
    rows = pd.DataFrame({"id": ["06001", "06003"]})
    assert print_of(rows) == print_of(rows) == whole(rows)
    assert read == [2]
    alike = rows.copy()
    assert print_of(alike) == print_of(rows)
    assert read == [2, 2]
    assert print_of(rows.head(1)) != print_of(rows)
    assert read == [2, 2, 1]


def test_nothing_is_kept_of_rows_that_are_gone() -> None:
    rows = pd.DataFrame({"id": ["06001", "gone"]})
    first = print_of(rows)
    assert first in row_prints._prints.all()
    del rows
    gc.collect()
    assert first not in row_prints._prints.all()
    assert first == print_of(pd.DataFrame({"id": ["06001", "gone"]}))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(st.characters(codec=None), max_size=3), st.just(float("nan")), st.just(pd.NA), st.just(1.5), st.just(say("no data"))), max_size=5), st.sampled_from(["object", "string"]))
def test_what_a_column_is_stored_as_does_not_hang_on_how_it_is_walked_through(cells: list[Any], dtype: str) -> None:
    """Cell by cell, as pandas hands them out: the plain way."""
    from ecomap.io.store.columns import _kind, _missing, _storable_text
    from ecomap.model.said import Said

    if dtype == "string":
        cells = [cell if cell is None or isinstance(cell, str) else pd.NA for cell in cells]
        values = pd.Series(pd.array(cells, dtype="string"))
        assert _kind(values) == ("text" if _storable_text(cell for cell in values if not _missing(cell)) else "json")
        return
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    values = pd.Series(array, dtype=object)
    present = [cell for cell in values if not _missing(cell)]
    assert _kind(values) == ("text" if all(type(cell) is str or isinstance(cell, Said) for cell in present) and _storable_text(present) else "json")
