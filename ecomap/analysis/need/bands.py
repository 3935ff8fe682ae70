"""The band of a rank in words: which one to show, the columns that carry it, what it says of the first places."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.statistics.ranks import AT_ONCE, ON_ITS_OWN, could_be_within, is_wide, joint_bands
from ecomap.model.layer import Column
from ecomap.model.params import Choice, Param
from ecomap.model.result import Note
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.units import format_number

COULD_BE_TOP: Final = "could_be_top"
SURELY_WITHIN: Final = "surely_within"
TOGETHER: Final = "at_once"
AREAS, SCHOOLS = "areas", "schools"  # what is ranked
BAND = Param(
    say("Which band stands beside a rank?"), say("On its own: between which ranks a place falls in 90 of 100 repetitions, if you look at "
    "this one only. All at once: true of all places together, so much wider; for when the whole list is the decision."),
    choices=(Choice(ON_ITS_OWN, say("Each place on its own")), Choice(AT_ONCE, say("All places at once"))), advanced=True,
)


def top_set(scores: pd.Series, drawn: np.ndarray, k: int) -> pd.DataFrame:
    """The joint bands read as answers about the first `k`.

    Returns
    -------
    DataFrame
        Index kept. could_be_top: 1 if the place could be among the k highest, else 0; surely_within: N, if it is certain to be
        among the N highest; at_once: both in words, where they say something. Missing (no words) without a score or draws.
    """
    found = joint_bands(scores, drawn)
    places = int(found["lower"].notna().sum())
    words = [None if np.isnan(low) else in_words(low, high, k, places)
             for low, high in zip(found["lower"], found["upper"], strict=True)]
    return pd.DataFrame({COULD_BE_TOP: could_be_within(found["lower"], k), SURELY_WITHIN: found["upper"],
                         TOGETHER: c.messages(words, scores.index)}, index=scores.index)


def in_words(lower: float, upper: float, k: int, places: int) -> Said:
    """What a joint band says of the first `k`; of more than half of all places nothing is said.

    >>> in_words(1, 12, 25, 100), in_words(3, 40, 25, 100)
    ('top 12 certain', 'top 25 possible; top 40 certain')
    >>> in_words(30, 40, 25, 100), in_words(3, 80, 25, 100), in_words(30, 80, 25, 100)
    ('not in the top 25; top 40 certain', 'top 25 possible', 'not in the top 25')
    """
    if k >= places:
        return NOTHING
    certain = say("first place certain") if upper == 1 else say("top {number} certain", number=format_number(upper))
    if upper <= k:
        return certain
    if lower <= k:
        said = say("first place possible") if k == 1 else say("top {number} possible", number=format_number(k))
    else:
        said = say("not in first place") if k == 1 else say("not in the top {number}", number=format_number(k))
    return joined([said, certain], "; ") if upper <= places / 2 else said


def top_columns(k: int) -> tuple[Column, ...]:
    """What the columns of `top_set` say."""
    return (
        Column(TOGETHER, say("With all compared at once"), "", say("Given the margins of error, at 90 % confidence for all places "
               "together: wider than a band that looks at one place only.")),
        Column(COULD_BE_TOP, say("Could be the highest") if k == 1 else say("Could be among the {k} highest", k=k), "flag",
               plural("Given the margins of error, at 90 % confidence for all places together. No: certainly at least {n} other is "
                      "higher.", "Given the margins of error, at 90 % confidence for all places together. No: certainly at least "
                      "{n} others are higher.", k)),
        Column(SURELY_WITHIN, say("Certain to be among so many highest"), "rank", say("The place is among this many highest, at 90 % "
               "confidence for all places together."), hidden=True),
    )


def band_columns(band: str) -> tuple[Column, ...]:
    """The two ends of the band beside a rank, in the words of its kind."""
    if band == ON_ITS_OWN:
        low = say("Lower end of the middle 90 % of the ranks the place gets when every estimate is drawn again within its margin of error.")
        high = say("Upper end of the middle 90 % of the ranks the place gets when every estimate is drawn again within its margin of error.")
    else:
        low = say("Lower end of the ranks the place can have, at 90 % confidence for all places together.")
        high = say("Upper end of the ranks the place can have, at 90 % confidence for all places together.")
    return (Column(c.RANK_LOW, say("Rank, best case"), "rank", low), Column(c.RANK_HIGH, say("Rank, worst case"), "rank", high))


def with_band(place: Said, first: Any, band: str) -> Said:
    """``Garfield High (rank 1, between 1 and 13 on its own)``; the place alone where the band is one rank or unknown."""
    low, high = first[c.RANK_LOW], first[c.RANK_HIGH]
    if not is_wide(low, high):
        return place
    ends = {"rank": format_number(first[c.RANK]), "low": format_number(low), "high": format_number(high)}
    return (say("{place} (rank {rank}, between {low} and {high} on its own)", place=place, **ends) if band == ON_ITS_OWN else
            say("{place} (rank {rank}, between {low} and {high})", place=place, **ends))


def two_bands(band: str, what: str) -> Note:
    """Which band stands beside a rank, and what the other one is for; `what` is ranked: `AREAS` or `SCHOOLS`."""
    if band == AT_ONCE:
        return Note("method", say("The band beside a rank compares all schools at once: it is true of all of them together, so it is "
                    "much wider than one that looks at one school only.") if what == SCHOOLS else
                    say("The band beside a rank compares all areas at once: it is true of all of them together, so it is much wider "
                        "than one that looks at one area only."))
    return Note("method", say("A band on its own is where the school falls in 90 of 100 repetitions of the survey, if you look at this "
                "one only. With all schools compared at once, what is said is true of all of them together, so it is much weaker: "
                "use it when the whole list is the decision.") if what == SCHOOLS else
                say("A band on its own is where the area falls in 90 of 100 repetitions of the survey, if you look at this one only. "
                    "With all areas compared at once, what is said is true of all of them together, so it is much weaker: use it "
                    "when the whole list is the decision."))


def certainty(table: pd.DataFrame, k: int, what: str, band: str = ON_ITS_OWN) -> Said:
    """A sentence on the first place and on who could be among the first; nothing without draws or with no more places than `k`.

    ``With all 1,161 areas compared at once, the first is certain to be among the 167 highest, and 335 could be among the 25
    highest.``
    """
    if COULD_BE_TOP not in table or table[COULD_BE_TOP].notna().sum() <= k:
        return NOTHING
    places = int(table[COULD_BE_TOP].notna().sum())
    within = table.loc[table[SURELY_WITHIN].notna()].sort_values(["rank", "id"])[SURELY_WITHIN].iloc[0]
    number = int(table[COULD_BE_TOP].sum())
    could = (plural("{n} could be the highest", "{n} could be the highest", number) if k == 1 else
             plural("{n} could be among the {k} highest", "{n} could be among the {k} highest", number, k=format_number(k)))
    compared = (say("With all {places} schools compared at once", places=format_number(places)) if what == SCHOOLS else
                say("With all {places} areas compared at once", places=format_number(places)))
    if within > places / 2 or band == AT_ONCE:  # the band beside the rank says it already
        return say("{compared}, {could}.", compared=compared, could=could)
    if within == 1:
        return say("{compared}, the first is certain to be the highest, and {could}.", compared=compared, could=could)
    return say("{compared}, the first is certain to be among the {number} highest, and {could}.", compared=compared,
               number=format_number(within), could=could)
