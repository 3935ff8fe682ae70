"""Bands of ranks that hold for all places at once: who could be among the first, and among how many a place certainly is."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.notes import how_many
from ecomap.analysis.statistics.error import SIMULTANEOUS, rank_intervals
from ecomap.model.layer import Column
from ecomap.model.params import Choice, Param
from ecomap.model.result import Note
from ecomap.model.said import say

COULD_BE_TOP: Final = "could_be_top"
SURELY_WITHIN: Final = "surely_within"
TOGETHER: Final = "at_once"
ON_ITS_OWN, AT_ONCE = "own", "all"
BAND = Param(
    say("Which band stands beside a rank?"), say("On its own: between which ranks a place falls in 90 of 100 repetitions, if you look at "
    "this one only. All at once: true of all places together, so much wider; for when the whole list is the decision."),
    choices=(Choice(ON_ITS_OWN, say("Each place on its own")), Choice(AT_ONCE, say("All places at once"))), advanced=True,
)


def joint_bands(scores: pd.Series, drawn: np.ndarray) -> pd.DataFrame:
    """Between which ranks every place lies, at 90 % for all places together.

    The standard error of a score is the spread of its draws, with whatever errors were drawn. The bands hold together for
    all places, however their errors hang together (`rank_intervals`, "simultaneous").

    Parameters
    ----------
    scores : Series
        Higher is first; missing has no rank.
    drawn : ndarray, shape (draws, places)
        Scores drawn again within the errors; none: nothing can be said.

    Returns
    -------
    DataFrame
        Index kept: rank, lower (best), upper (worst). Missing without a score or draws.
    """
    if not len(drawn):
        return pd.DataFrame({"rank": np.nan, "lower": np.nan, "upper": np.nan}, index=scores.index)
    return rank_intervals(scores, pd.Series(drawn.std(axis=0), index=scores.index), method=SIMULTANEOUS)


def top_set(scores: pd.Series, drawn: np.ndarray, k: int) -> pd.DataFrame:
    """The joint bands read as answers about the first `k`.

    Returns
    -------
    DataFrame
        Index kept. could_be_top: 1 if the place could be among the k highest, else 0; surely_within: N, if it is certain to be
        among the N highest; at_once: both in words, where they say something. Missing (no words) without a score or draws.
    """
    found = joint_bands(scores, drawn)
    could = (found["lower"] <= k).astype(float).where(found["lower"].notna())
    places = int(found["lower"].notna().sum())
    words = [None if np.isnan(low) else in_words(low, high, k, places)
             for low, high in zip(found["lower"], found["upper"], strict=True)]
    return pd.DataFrame({COULD_BE_TOP: could, SURELY_WITHIN: found["upper"], TOGETHER: words}, index=scores.index)


def in_words(lower: float, upper: float, k: int, places: int) -> str:
    """What a joint band says of the first `k`; of more than half of all places nothing is said.

    >>> in_words(1, 12, 25, 100), in_words(3, 40, 25, 100)
    ('top 12 certain', 'top 25 possible; top 40 certain')
    >>> in_words(30, 40, 25, 100), in_words(3, 80, 25, 100), in_words(30, 80, 25, 100)
    ('not in the top 25; top 40 certain', 'top 25 possible', 'not in the top 25')
    """
    if k >= places:
        return ""
    certain = f"{_top(upper)} certain"
    if upper <= k:
        return certain
    said = f"{_top(k)} possible" if lower <= k else f"not in {'first place' if k == 1 else f'the top {k:,}'}"
    return f"{said}; {certain}" if upper <= places / 2 else said


def top_columns(k: int) -> tuple[Column, ...]:
    """What the columns say."""
    together = "at 90 % confidence for all places together"
    return (
        Column(TOGETHER, say("With all compared at once"), "", say("Given the margins of error, {together}: wider than a band that looks at one place only.", together=together)),
        Column(COULD_BE_TOP, say("Could be the highest") if k == 1 else say("Could be among the {k} highest", k=k), "flag",
               say("Given the margins of error, {together}. No: certainly at least {how_many} higher.", together=together, how_many=how_many(k, 'other is', 'others are'))),
        Column(SURELY_WITHIN, say("Certain to be among so many highest"), "rank", say("The place is among this many highest, {together}.", together=together),
               hidden=True),
    )


def band_columns(band: str) -> tuple[Column, ...]:
    """The two ends of the band beside a rank, in the words of its kind."""
    if band == ON_ITS_OWN:
        return c.band_columns()
    text = "of the ranks the place can have, at 90 % confidence for all places together."
    return (Column(c.RANK_LOW, say("Rank, best case"), "rank", say("Lower end {text}", text=text)),
            Column(c.RANK_HIGH, say("Rank, worst case"), "rank", say("Upper end {text}", text=text)))


def band_phrase(first: Any, band: str) -> str:
    """`` (rank 1, between 1 and 13 on its own)``, led by a space; nothing where the band is one rank or unknown."""
    if not first[c.RANK_HIGH] > first[c.RANK_LOW]:
        return ""
    kind = " on its own" if band == ON_ITS_OWN else ""
    return f" (rank {first[c.RANK]:,.0f}, between {first[c.RANK_LOW]:,.0f} and {first[c.RANK_HIGH]:,.0f}{kind})"


def two_bands(band: str, what: str) -> Note:
    """Which band stands beside a rank, and what the other one is for."""
    if band == AT_ONCE:
        return Note("method", say("The band beside a rank compares all {what}s at once: it is true of all of them together, so it is much wider than one that looks at one {what} only.", what=what))
    return Note("method", say("A band on its own is where the {what} falls in 90 of 100 repetitions of the survey, if you look at this one only. With all {what}s compared at once, what is said is true of all of them together, so it is much weaker: use it when the whole list is the decision.", what=what))


def certainty(table: pd.DataFrame, k: int, what: str, band: str = ON_ITS_OWN) -> str:
    """A sentence on the first place and on who could be among the first, led by a space; nothing without draws or with no more
    places than `k`.

    `` With all 1,161 areas compared at once, the first is certain to be among the 167 highest, and 335 could be among the 25
    highest.``
    """
    if COULD_BE_TOP not in table or table[COULD_BE_TOP].notna().sum() <= k:
        return ""
    places = int(table[COULD_BE_TOP].notna().sum())
    within = table.loc[table[SURELY_WITHIN].notna()].sort_values(["rank", "id"])[SURELY_WITHIN].iloc[0]
    could = f"{int(table[COULD_BE_TOP].sum()):,} could be {_among(k)}."
    if within > places / 2 or band == AT_ONCE:  # the band beside the rank says it already
        return f" With all {places:,} {what} compared at once, {could}"
    return f" With all {places:,} {what} compared at once, the first is certain to be {_among(within)}, and {could}"


def _top(number: float) -> str:
    return "first place" if number == 1 else f"top {number:,.0f}"


def _among(number: float) -> str:
    return "the highest" if number == 1 else f"among the {number:,.0f} highest"
