"""Confidence sets for true ranks, from pairs of scores told apart by the errors that simulated surveys make.

Two places are told apart where their scores differ by more than z times the standard error of that difference (Mogstad, Romano,
Shaikh and Wilhelm 2024, doi 10.1093/restud/rdad006). *On its own*: a set that holds the place's true rank at 90 %; *all at once*:
sets that hold all true ranks together at 90 %. The textbook z is made for the worst case and holds nearly always, so z is
calibrated instead: by surveys of truths that could be behind the data, in which the true ranks are known.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.statistics import apart, many
from ecomap.analysis.statistics.error import Z_90
from ecomap.analysis.statistics.ranks import AT_ONCE, LEVEL, ON_ITS_OWN, lowest_ranks_along_rows

FEW: Final = 30               # so few places: the textbook's z for all at once, and never less than that of one pair
_ONE_PAIR: Final = 1.2816     # one of two places is wrongly put first in 10 of 100 surveys
_LEAST: Final = 0.8          # a difference of less tells nothing, however seldom the draws misrank a place
_AIM: Final = 0.925         # of a band on its own: places that are harder than their neighbours in rank hold less than the mean
_TRIED: Final = 48            # places whose own z is worked out; that of the others lies between
_AROUND: Final = 4            # so many of them to either side are taken together
_SURVEYS: Final = 200         # in which z is calibrated
_MOST_USUAL, _MISSING, _TOLD = 2.85, 0.15, 0.2  # of the z for all at once
_HARDEST: Final = 16          # places of a survey that may need the largest z
_CELLS: Final = 4_000_000
_ENOUGH: Final = 5_000        # places whose widths tell the mean width of many
_CACHED: Final = 64_000      # numbers in hand at a time: they stay in the processor's cache
_SORTED: Final = 2_000        # of so many places a row is sorted whole: they share one call

Errors = apart.Errors | many.OwnErrors


@frozen
class Surveys:
    """Surveys that could have been: truths that may be behind the data, and what a survey of each would have said.

    Parameters
    ----------
    truths, surveys : ndarray, shape (draws, places)
        Scores; NaN for places without one.
    untold : ndarray of bool, shape (places,), optional
        Places whose margins are wider than all places differ: their rank could be any.
    """

    truths: np.ndarray = field(eq=False, repr=False)
    surveys: np.ndarray = field(eq=False, repr=False)
    untold: np.ndarray | None = field(default=None, eq=False, repr=False)

    def __len__(self) -> int:
        return len(self.surveys)

    def first(self, draws: int) -> Surveys:
        """The first so many of them."""
        return Surveys(self.truths[:draws], self.surveys[:draws], self.untold)

    @property
    def margins(self) -> np.ndarray:
        """The 90 % margin of every score: Z_90 times the root mean square of its errors."""
        return np.asarray(Z_90 * np.sqrt(((self.surveys - self.truths) ** 2).mean(axis=0)))

    def told(self, rows: np.ndarray) -> np.ndarray:
        """Which of some places have margins that say something; all, where none has."""
        told = np.ones(len(rows), dtype=bool) if self.untold is None else ~self.untold[rows]
        return told if told.any() else ~told


def no_surveys(places: int) -> Surveys:
    """Nothing is known of any error."""
    return Surveys(np.zeros((0, places)), np.zeros((0, places)))


def rank_sets(scores: pd.Series, made: Surveys, z: Factors | None = None) -> pd.DataFrame:
    """Both 90 % bands of every place: on its own, and all at once.

    Parameters
    ----------
    scores : Series
        Higher is first; missing has no rank.
    made : Surveys
    z : Factors, optional
        Calibrated already, for places in the order of `in_order`.

    Returns
    -------
    DataFrame
        Index kept: own_low, own_high, all_low, all_high. Missing without a score or draws.

    >>> sure = pd.Series([3.0, 1.0, 2.0])
    >>> rank_sets(sure, Surveys(np.array([sure, sure]), np.array([sure - 0.01, sure + 0.01])))[["own_low", "all_high"]].to_numpy().tolist()
    [[1.0, 1.0], [3.0, 3.0], [2.0, 2.0]]
    """
    names = [f"{band}_{end}" for band in (ON_ITS_OWN, AT_ONCE) for end in ("low", "high")]
    result = pd.DataFrame(np.nan, index=scores.index, columns=names)
    known = np.flatnonzero(scores.notna().to_numpy())
    if not len(made) or not len(known):
        return result
    rows = known[in_order(scores.to_numpy(dtype=float)[known], made.surveys[:, known])]
    value = np.round(scores.to_numpy(dtype=float)[rows], apart.DIGITS)
    told = made.told(rows)
    errors = _errors(made, rows, len(rows))
    found = z or _of_all(calibrated(made, rows[told], errors if told.all() else _errors(made, rows[told], len(rows))), told)
    own = np.where(_level(value, errors.square), found.joint, found.own)
    sets = np.column_stack(_ends(value, errors, own, found.joint))
    # Of a place that says nothing the truths that were drawn are those of the others, so its own spread of ranks is no guide.
    sets[_untold(made, rows)] = [1, len(rows), 1, len(rows)]
    result.iloc[rows] = sets
    return result


def _errors(made: Surveys, rows: np.ndarray, ranked: int) -> Errors:
    """Of the differences between some of the places that are ranked: where they are many, errors of different places are independent."""
    kind = many.OwnErrors if ranked > many.MANY else apart.Errors
    return kind(made.surveys, made.truths, rows)


def _ends(value: np.ndarray, errors: Errors, *factors: np.ndarray) -> tuple[np.ndarray, ...]:
    """The best and the worst rank of every place, for every one of the factors."""
    return many.ends(value, errors, *factors) if isinstance(errors, many.OwnErrors) else apart.ends(value, errors, *factors)


def _untold(made: Surveys, rows: np.ndarray) -> np.ndarray:
    return np.zeros(len(rows), dtype=bool) if made.untold is None else np.asarray(made.untold[rows])


def _level(value: np.ndarray, square: np.ndarray) -> np.ndarray:
    """Places level with several whose score has no error (schools that reach nobody).

    They share the rank behind everybody truly above, and each that the survey wrongly puts above moves the rank of all: nothing
    evens out as it does between places that pass each other both ways. So nobody is told apart from them on a weaker sign than all
    at once ask for.
    """
    _, group = np.unique(value, return_inverse=True)
    sure = np.bincount(group, square <= apart.NO_ERROR * max(float(square.max()), 1e-300))
    return np.asarray(sure[group] > 1)


def _of_all(found: Factors, told: np.ndarray) -> Factors:
    """The z of all places, from those that were calibrated."""
    own, joint = np.zeros(len(told)), np.zeros(len(told))
    own[told], joint[told] = found.own, found.joint
    return Factors(own, joint)


def plain_width(scores: pd.Series, made: Surveys) -> float:
    """The mean width of bands at one plain z, to be compared with that under other errors; missing without scores."""
    known = np.flatnonzero(scores.notna().to_numpy())
    if not len(made) or not len(known):
        return float("nan")
    value = scores.to_numpy(dtype=float)
    rows = known[in_order(value[known], made.surveys[:, known])]
    errors = _errors(made, rows, len(rows))
    scored, factor = np.round(value[rows], apart.DIGITS), _ONE_PAIR * errors.part
    if isinstance(errors, many.OwnErrors):  # of many places one in some tells the mean
        low, high = many.ends(scored, errors, factor, every=max(1, len(rows) // _ENOUGH))
    else:
        low, high = apart.ends(scored, errors, factor)
    return float((high - low + 1).mean())


@frozen
class Factors:
    """How many standard errors two places must differ by: for each place on its own, and for all at once."""

    own: np.ndarray = field(eq=False, repr=False)
    joint: np.ndarray = field(eq=False, repr=False)


def in_order(value: np.ndarray, surveys: np.ndarray) -> np.ndarray:
    """Places from the lowest score to the highest, the same whatever the order of the rows."""
    return np.lexsort((surveys[0], value))


def calibrated(made: Surveys, rows: np.ndarray, errors: Errors) -> Factors:
    """The z at which the bands hold what they say in the simulated surveys."""
    count = min(len(made), _SURVEYS)
    survey = np.round(made.surveys[:count, rows], apart.DIGITS)
    truth = np.round(made.truths[:count, rows], apart.DIGITS)
    true = _true_ranks(truth)
    tried = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _TRIED)).round().astype(int))
    if isinstance(errors, many.OwnErrors):
        needed, largest = many.needed(survey, true, errors, tried, min(_HARDEST, len(rows)))
    else:
        needed, largest = _tried(survey, true, errors, tried), _largest(survey, true, errors)
    own = np.maximum(_own(needed, tried, errors), _ONE_PAIR if len(rows) < FEW else _LEAST)
    joint = _largest_pair(made, rows, errors) if len(rows) < FEW else _settled(float(np.quantile(largest, LEVEL)), len(rows))
    return Factors(own, np.maximum(joint, own))


def _true_ranks(truth: np.ndarray) -> np.ndarray:
    """The true rank of every place in every truth: level places share the better rank, as it is printed."""
    found = np.empty(truth.shape, dtype=np.int64)
    for at in range(len(truth)):
        found[at] = lowest_ranks_along_rows(-truth[at : at + 1])[0] + 1
    return found


def _needed(apart: np.ndarray, true: np.ndarray) -> np.ndarray:
    """The smallest z at which the band holds the true rank, row by row; the rows are used up.

    `apart`: how many standard errors every other place is above, its own entry being 0; the band's best rank counts those more
    than z above, so that z must be at least the one at the true rank; from below likewise. Of many places only that one is looked for.
    """
    # Its own 0 is never more than z above or below, so it may stay in the row.
    at = apart.shape[1] - true
    if apart.shape[1] <= _SORTED:
        apart.sort(axis=1)
    else:
        for row, position in zip(apart, at.tolist(), strict=True):
            row.partition(position)
    needed: np.ndarray = np.abs(apart[np.arange(len(apart)), at])
    return needed


def _apart(survey: np.ndarray, place: Any, error: np.ndarray) -> np.ndarray:
    """How many standard errors every other place is above a place, or above each of several (rows of `error`)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = ((survey - survey[..., place, None]) / error).astype(np.float32)
    found[np.isnan(found)] = 0.0
    return found


def _own(needed: np.ndarray, tried: np.ndarray, errors: Errors) -> np.ndarray:
    """z of every place on its own: from some whose z is known, in proportion to the part of the error that is the place's own."""
    in_part = needed / errors.part[tried]
    level = np.array([np.quantile(in_part[:, max(0, at - _AROUND) : at + _AROUND + 1], _AIM) for at in range(len(tried))])
    found: np.ndarray = np.interp(np.arange(len(errors.part)), tried, level) * errors.part
    return found


def _tried(survey: np.ndarray, true: np.ndarray, errors: apart.Errors, tried: np.ndarray) -> np.ndarray:
    """The z that some places need, shape (surveys, tried)."""
    error = errors.rows(tried)
    size = max(1, _CACHED // survey.shape[1])
    return np.column_stack([np.concatenate([
        _needed(_apart(survey[start : start + size], place, error[at]), true[start : start + size, place])
        for start in range(0, len(survey), size)]) for at, place in enumerate(tried)])


def _settled(found: float, places: int) -> float:
    """The z for all at once: the usual one, unless the simulated surveys of these data say clearly otherwise.

    That of so many independent places (Klein, Wright and Wieczorek 2020) over the root of 2, as the errors of the many others even
    out in a difference; and what is missing to it in simulations of whole surveys (docs/methods.md): 2.81 for 1,161 areas, 2.87 for
    743 schools. 200 simulated surveys tell a z to about 0.1.
    """
    from scipy.special import ndtri  # heavy

    usual = min(_MOST_USUAL, float(ndtri(1 - (1 - LEVEL ** (1 / places)) / 2)) / np.sqrt(2) + _MISSING)
    return usual if abs(found - usual) <= _TOLD else found


def _largest(survey: np.ndarray, true: np.ndarray, errors: apart.Errors) -> np.ndarray:
    """The smallest z at which all bands hold, in every survey."""
    places = survey.shape[1]
    usual = np.where(errors.usual > 0, errors.usual, np.inf)
    hardest = np.empty((len(survey), min(_HARDEST, places)), dtype=np.int64)
    for at, row in enumerate(survey):
        ordered = np.sort(row)
        # How far a place stands from where its true rank would put it: the furthest away need the largest z.
        away = np.abs(ordered[places - true[at]] - row) / usual
        hardest[at] = np.argpartition(away, places - hardest.shape[1])[-hardest.shape[1]:]
    largest = np.zeros(len(survey))
    some, which = np.unique(hardest, return_inverse=True)
    which = which.reshape(hardest.shape)
    size = max(1, _CELLS // places)
    for start in range(0, len(some), size):
        error = errors.rows(some[start : start + size])
        for at, places_there in enumerate(which):
            here = places_there[(places_there >= start) & (places_there < start + size)]
            if len(here):
                needed = _needed(_apart(survey[at], some[here], error[here - start]), true[at, some[here]])
                largest[at] = max(largest[at], needed.max())
    return largest


def _largest_pair(made: Surveys, rows: np.ndarray, errors: Errors) -> float:
    """The textbook's z for all at once: the 90 % quantile of the largest standardised error of any pair."""
    wrong = made.surveys[:, rows] - made.truths[:, rows]
    error = errors.rows(np.arange(len(rows)))
    largest = np.zeros(len(wrong))
    for place in range(len(rows)):
        np.maximum(largest, np.abs(_apart(wrong, place, np.where(error[place] > 0, error[place], np.inf))).max(axis=1), out=largest)
    return float(np.quantile(largest, LEVEL))
