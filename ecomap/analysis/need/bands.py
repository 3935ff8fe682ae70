"""The band of a rank in words: which one to show, the columns that carry it, what it says of the first places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.statistics.many import MANY
from ecomap.analysis.statistics.rank_sets import Surveys, plain_width
from ecomap.analysis.statistics.ranks import AT_ONCE, ON_ITS_OWN, could_be_within, is_wide
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.params import Choice, Param
from ecomap.model.result import Note
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_given, format_number

COULD_BE_TOP: Final = "could_be_top"
SURELY_WITHIN: Final = "surely_within"
TOGETHER: Final = "at_once"
AREAS, SCHOOLS = "areas", "schools"  # what is ranked
OTHER_CORRELATIONS: Final = (0.1, 0.4)  # beside the one chosen
_COMPARED: Final = 60  # surveys in which widths are compared: the same draws on both sides
_COMPARED_OF_MANY: Final = 20  # of many places the mean width is as sure from fewer: a tenth of a percentage point off
_SAME: Final = 0.005
_NAMED: Final = 10  # places in a note
BAND = Param(
    say("Which band stands beside a rank?"), say("On its own: holds the true rank of a place at 90 % confidence, if you look at this one "
    "only. All at once: hold the true ranks of all places together at 90 % confidence, so much wider; for when the whole list is the decision."),
    choices=(Choice(ON_ITS_OWN, say("Each place on its own")), Choice(AT_ONCE, say("All places at once"))), advanced=True,
)
BAND_METHOD: Final = joined([say(
    "A band on its own is a 90 % confidence set for the true rank; with all compared at once, the bands hold all true ranks together "
    "at 90 %. Two places are told apart where their scores differ by more than z standard errors of that difference; the best rank "
    "counts those told apart above, the worst those below. Standard errors and z come from simulated surveys: truths that the data "
    "leave possible (empirical Bayes) are surveyed again with the same errors (normal, margin / 1.645, the errors of one place's "
    "indicators correlated as set; where values were carried from other areas, evenly within the half-range of spreading people) and "
    "taken through the whole chain. z is the smallest at which the bands hold the true ranks so often; for fewer than 30 places at "
    "once that of the largest difference of any pair. What is drawn for a place hangs on its id alone."),
    say("Where more than {places} places are compared, errors of different places are taken as independent, once the part is taken off that "
        "places with scores like theirs have in common; up to so many, as they go together in the simulated surveys.",
        places=format_number(MANY)),
    say("Shares are drawn from 0 to 1, amounts not below 0. A place whose standard errors are on average (weighted root mean square) larger "
        "than the standard deviation of the indicator over all places gets the whole list as its band and takes no part in finding z. "
        "Places whose equal scores have no error are told apart from others by the z for all at once."),
    say("A value whose standard error is smaller than places differ is drawn towards what is likely at most twice as far as values "
        "measured like it usually are, so that a place unlike all others stays so. With min-max, values measured worse keep what they "
        "show where the ends of the scale of a drawn survey are looked for: whether they stretched the scale of this survey is known.")])
BAND_SOURCES: Final = (
    "Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Inference for ranks with applications to mobility across "
    "neighbourhoods and academic achievement across countries. doi 10.1093/restud/rdad006",
    "Klein, M., Wright, T. and Wieczorek, J. (2020). A joint confidence region for an overall ranking of populations. "
    "doi 10.1111/rssc.12402",
    "Efron, B. and Morris, C. (1975). Data analysis using Stein's estimator and its generalizations. "
    "doi 10.1080/01621459.1975.10479864",
    "Efron, B. and Morris, C. (1972). Limiting the risk of Bayes and empirical Bayes estimators, part II. doi 10.1080/01621459.1972.10481215",
)


def top_set(sets: pd.DataFrame, k: int) -> pd.DataFrame:
    """The joint bands (`ecomap.analysis.statistics.rank_sets.rank_sets`) read as answers about the first `k`.

    Returns
    -------
    DataFrame
        Index kept. could_be_top: 1 if the place could be among the k highest, else 0; surely_within: N, if it is among the N
        highest with 90 % confidence; at_once: both in words, where they say something. Missing (no words) without a score or draws.
    """
    lower, upper = sets[f"{AT_ONCE}_low"], sets[f"{AT_ONCE}_high"]
    places = int(lower.notna().sum())
    said: dict[tuple[bool, float], Said] = {}
    words: list[Said | None] = []
    for low, high in zip(lower.tolist(), upper.tolist(), strict=True):
        alike = (low <= k, high if high <= max(k, places / 2) else places + 1.0)  # nothing else of a band is said
        words.append(None if np.isnan(low) else said.get(alike) or said.setdefault(alike, in_words(low, high, k, places)))
    return pd.DataFrame({COULD_BE_TOP: could_be_within(lower, k), SURELY_WITHIN: upper,
                         TOGETHER: c.messages(words, sets.index)}, index=sets.index)


def in_words(lower: float, upper: float, k: int, places: int) -> Said:
    """What a joint band says of the first `k`; of more than half of all places nothing is said.

    >>> in_words(1, 12, 25, 100), in_words(3, 40, 25, 100)
    ('among the 12 highest', 'may be among the 25 highest; among the 40 highest')
    >>> in_words(30, 40, 25, 100), in_words(3, 80, 25, 100), in_words(30, 80, 25, 100)
    ('not among the 25 highest; among the 40 highest', 'may be among the 25 highest', 'not among the 25 highest')
    """
    if k >= places:
        return NOTHING
    within = say("the highest") if upper == 1 else say("among the {number} highest", number=format_number(upper))
    if upper <= k:
        return within
    if lower <= k:
        said = say("may be the highest") if k == 1 else say("may be among the {number} highest", number=format_number(k))
    else:
        said = say("not the highest") if k == 1 else say("not among the {number} highest", number=format_number(k))
    return joined([said, within], "; ") if upper <= places / 2 else said


def top_columns(k: int) -> tuple[Column, ...]:
    """What the columns of `top_set` say."""
    return (
        Column(TOGETHER, say("With all compared at once (90 % confidence)"), "", say("Where the true rank lies, at 90 % confidence for all "
               "places together: wider than a band that looks at one place only.")),
        Column(COULD_BE_TOP, say("Could be the highest") if k == 1 else say("Could be among the {k} highest", k=k), "flag",
               plural("Whether the true rank could be so high, at 90 % confidence for all places together. No: at least {n} other is "
                      "higher.", "Whether the true rank could be so high, at 90 % confidence for all places together. No: at least "
                      "{n} others are higher.", k)),
        Column(SURELY_WITHIN, say("Among so many highest (90 % confidence)"), "rank", say("The true rank is among this many highest, at 90 % "
               "confidence for all places together."), hidden=True),
    )


def band_columns(band: str) -> tuple[Column, ...]:
    """The two ends of the band beside a rank, in the words of its kind."""
    if band == ON_ITS_OWN:
        low = say("Best end of the ranks among which the true rank lies, at 90 % confidence for this place on its own.")
        high = say("Worst end of the ranks among which the true rank lies, at 90 % confidence for this place on its own.")
    else:
        low = say("Best end of the ranks among which the true rank lies, at 90 % confidence for all places together.")
        high = say("Worst end of the ranks among which the true rank lies, at 90 % confidence for all places together.")
    return (Column(c.RANK_LOW, say("Rank, best case"), "rank", low), Column(c.RANK_HIGH, say("Rank, worst case"), "rank", high))


def correlation_note(correlation: float, scores: pd.Series, drawn: Surveys, again: Callable[[float, int], Surveys]) -> tuple[Note, ...]:
    """How far errors of one place are taken to go together, why, and what less or more of it would do to the bands.

    Parameters
    ----------
    scores : Series
        What the bands are of.
    drawn : Surveys
        At the correlation chosen.
    again : callable of (correlation, draws)
        Surveys at another one.
    """
    draws = min(len(drawn), _COMPARED if scores.notna().sum() <= MANY else _COMPARED_OF_MANY)
    width = plain_width(scores, drawn.first(draws))
    if not width > 0:
        return ()
    said = [say("The survey's errors in the indicators of one place are taken to go together, with a correlation of {correlation}: the same "
                "households answer every question. Nobody publishes how far; 0.1 to 0.2 is our reading of how alike such shares are among "
                "households.", correlation=format_given(correlation))]
    for other in OTHER_CORRELATIONS:
        if abs(other - correlation) > 1e-9:
            said.append(_effect(other, plain_width(scores, again(other, draws)) / width - 1))
    return (Note("method", joined(said)),)


def untold_note(areas: pd.DataFrame, drawn: Surveys, sets: pd.DataFrame, *, counted: bool = False) -> tuple[Note, ...]:
    """Which ranked areas have margins that say nothing, so that their band is the whole list.

    Parameters
    ----------
    areas : DataFrame
        With ids and, maybe, names.
    drawn : Surveys
    sets : DataFrame
        The bands made of them (`rank_sets`), in the order of the areas.
    counted : bool
        Whether the answer says how many could be among the first.
    """
    if drawn.untold is None or not len(drawn):
        return ()
    there = areas.loc[drawn.untold & sets[f"{ON_ITS_OWN}_low"].notna().to_numpy()].sort_values(v.ID)
    if not len(there):
        return ()
    called = there[v.NAME if v.NAME in there else v.ID].astype(str).tolist()
    places = joined(map(name, called[:_NAMED]), ", ")
    if len(called) > _NAMED:
        places = say("{places} and {more} more", places=places, more=len(called) - _NAMED)
    text = plural(
        "The margins of {n} area are wider than all areas differ, so its rank could be any: {places}.",
        "The margins of {n} areas are wider than all areas differ, so their rank could be any: {places}.", len(called), places=places)
    if counted:
        text = joined([text, say("Such areas count among those that could be among the highest.")])
    return (Note("caution", text, len(called)),)


def _effect(correlation: float, wider: float) -> Said:
    at, share = format_number(correlation, digits=1), format_number(abs(wider), "share", digits=0)
    if abs(wider) < _SAME:
        return say("At {correlation} the bands would be as wide.", correlation=at)
    if wider < 0:
        return say("At {correlation} the bands would be narrower by {share}.", correlation=at, share=share)
    return say("At {correlation} the bands would be wider by {share}.", correlation=at, share=share)


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
        return Note("method", say("The band beside a rank compares all schools at once: the bands hold the true ranks of all schools "
                    "together with 90 % confidence, so they are much wider than one that looks at one school only.") if what == SCHOOLS else
                    say("The band beside a rank compares all areas at once: the bands hold the true ranks of all areas together with 90 % "
                        "confidence, so they are much wider than one that looks at one area only."))
    return Note("method", say("A band on its own holds the true rank of a school with 90 % confidence, if you look at this one only. With "
                "all schools compared at once, what is said is true of all of them together with 90 % confidence, so it is much weaker: "
                "use it when the whole list is the decision.") if what == SCHOOLS else
                say("A band on its own holds the true rank of an area with 90 % confidence, if you look at this one only. With all areas "
                    "compared at once, what is said is true of all of them together with 90 % confidence, so it is much weaker: use it "
                    "when the whole list is the decision."))


def certainty(table: pd.DataFrame, k: int, what: str, band: str = ON_ITS_OWN) -> Said:
    """A sentence on the first place and on who could be among the first; nothing without draws or with no more places than `k`.

    ``With all 1,161 areas compared at once, at 90 % confidence the first is among the 146 highest, and 300 could be among the 25
    highest.``
    """
    if COULD_BE_TOP not in table or table[COULD_BE_TOP].notna().sum() <= k:
        return NOTHING
    places = int(table[COULD_BE_TOP].notna().sum())
    within = table.loc[table[SURELY_WITHIN].notna()].sort_values(["rank", "id"])[SURELY_WITHIN].iloc[0]
    number = int(table[COULD_BE_TOP].sum())
    could = (plural("{n} could be the highest", "{n} could be the highest", number) if k == 1 else
             plural("{n} could be among the {k} highest", "{n} could be among the {k} highest", number, k=format_number(k)))
    compared = (say("With all {places} schools compared at once, at 90 % confidence", places=format_number(places)) if what == SCHOOLS else
                say("With all {places} areas compared at once, at 90 % confidence", places=format_number(places)))
    if within > places / 2 or band == AT_ONCE:  # the band beside the rank says it already
        return say("{compared} {could}.", compared=compared, could=could)
    if within == 1:
        return say("{compared} the first is the highest, and {could}.", compared=compared, could=could)
    return say("{compared} the first is among the {number} highest, and {could}.", compared=compared,
               number=format_number(within), could=could)
