"""The ranks of an answer beside those of the same question asked of newer rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis.statistics.ranks import fifths
from ecomap.model.vocabulary import ID, RANK


@frozen
class Ranking:
    """What became of the ranks.

    Parameters
    ----------
    both : int
        Rows that have a rank before and after.
    changed, within : int
        Of these, the ones whose rank is another one; and those of them whose bands before and after overlap, so that the
        change is within error. ``within`` is None where the ranks have no bands.
    fifth, fifth_within : int
        The same of the fifth they stand in among the ranked.
    entered, left : tuple of str
        Ids that come into the first `top` and that leave it.
    """

    both: int
    changed: int
    within: int | None
    fifth: int
    fifth_within: int | None
    top: int
    entered: tuple[str, ...]
    left: tuple[str, ...]


def compare_ranks(before: pd.DataFrame, after: pd.DataFrame, band: tuple[str, str], *, same: Any, top: int) -> Ranking | None:
    """Compare two tables with ranks; None where either has none.

    Parameters
    ----------
    band : tuple of str
        Columns with the ends of each rank's band; "" where there is none.
    same : mapping
        Id before -> id after, where they differ.
    """
    if RANK not in before or RANK not in after:
        return None
    one, other = before.set_index(before[ID].astype(str).map(lambda key: same.get(key, key))), after.set_index(after[ID].astype(str))
    one, other = one[one[RANK].notna()], other[other[RANK].notna()]
    ids = one.index.intersection(other.index)
    one_rank, other_rank = one[RANK].astype(float), other[RANK].astype(float)
    moved = (one_rank.loc[ids] != other_rank.loc[ids]).to_numpy()
    fifth = (fifths(-one_rank).loc[ids] != fifths(-other_rank).loc[ids]).to_numpy()
    overlap = _overlap(one.loc[ids], other.loc[ids], band)
    first, then = {*one.index[one_rank <= top]}, {*other.index[other_rank <= top]}
    return Ranking(
        len(ids), int(moved.sum()), None if overlap is None else int((moved & overlap).sum()), int(fifth.sum()),
        None if overlap is None else int((fifth & overlap).sum()), top, tuple(sorted(then - first)), tuple(sorted(first - then)),
    )


def _overlap(one: pd.DataFrame, other: pd.DataFrame, band: tuple[str, str]) -> np.ndarray | None:
    low, high = band
    if not low or any(column not in frame for column in band for frame in (one, other)):
        return None
    found: np.ndarray = ((one[low].to_numpy(dtype=float) <= other[high].to_numpy(dtype=float))
                         & (other[low].to_numpy(dtype=float) <= one[high].to_numpy(dtype=float)))
    return found
