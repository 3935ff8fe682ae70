"""Who could be among the first, and among how many a place surely is: what drawn scores say about ranks, in words."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from ecomap.analysis.uncertainty import SIMULTANEOUS, rank_intervals
from ecomap.model.layer import Column

COULD_BE_TOP: Final = "could_be_top"
SURELY_WITHIN: Final = "surely_within"


def top_set(scores: pd.Series, drawn: np.ndarray, k: int) -> pd.DataFrame:
    """The joint 90 % bands of ranks, read two ways.

    The standard error of a score is the spread of its draws. The bands hold together for all places, however their errors
    hang together (`rank_intervals`, "simultaneous").

    Parameters
    ----------
    scores : Series
        Higher is first; missing has no rank.
    drawn : ndarray, shape (draws, places)
        Scores drawn again within the errors; none: nothing can be said.

    Returns
    -------
    DataFrame
        Index kept. could_be_top: 1 if the place could be among the k highest, else 0; surely_within: N, if it is surely
        among the N highest. Missing without a score or draws.
    """
    if not len(drawn):
        return pd.DataFrame({COULD_BE_TOP: np.nan, SURELY_WITHIN: np.nan}, index=scores.index)
    errors = pd.Series(drawn.std(axis=0), index=scores.index)
    found = rank_intervals(scores, errors, method=SIMULTANEOUS)
    could = (found["lower"] <= k).astype(float).where(found["lower"].notna())
    return pd.DataFrame({COULD_BE_TOP: could, SURELY_WITHIN: found["upper"]})


def top_columns(k: int) -> tuple[Column, ...]:
    """What the two columns say."""
    together = "at 90 % confidence for all places together"
    return (
        Column(COULD_BE_TOP, f"Could be among the {k} highest", "flag",
               f"Given the margins of error, {together}. No: surely at least {k} others are higher."),
        Column(SURELY_WITHIN, "Surely among the highest", "rank", f"The place is among this many highest, {together}."),
    )


def certainty(table: pd.DataFrame, k: int, what: str) -> str:
    """A sentence on both, led by a space; nothing without draws or with no more places than `k`.

    `` Given the margins of error, the first is surely among the 163 highest, and 332 areas could be among the 25 highest.``
    """
    if COULD_BE_TOP not in table or table[COULD_BE_TOP].notna().sum() <= k:
        return ""
    within = table.loc[table[SURELY_WITHIN].notna()].sort_values(["rank", "id"])[SURELY_WITHIN].iloc[0]
    return (f" Given the margins of error, the first is surely among the {within:,.0f} highest, and "
            f"{int(table[COULD_BE_TOP].sum()):,} {what} could be among the {k:,} highest.")
