"""Which of many places are told apart, where errors of different places are taken as independent: counted without a look at every pair.

A survey's errors are drawn place by place, so how far those of two places go together is seen in simulated surveys as noise and says nothing.
Of few places that noise does no harm and is counted with (`ecomap.analysis.statistics.apart`); of many every pair would have to be looked
at for it. Here what is common to places with scores like a place's own is taken off its errors, and the rest is its own: the squared error
of a difference is the sum of both (a covariance thresholded to its diagonal once the common part is off: Bickel and Levina 2008, doi
10.1214/08-AOS600; Fan, Liao and Mincheva 2013, doi 10.1111/rssb.12016). Errors that are shared all the same make it too large, never too small.

A count then asks how many others are further than z times the root of a sum. In a group of places with errors of much the same size, put in
the order of their scores, those that are and those that are not are found by halving; the few between are looked at by themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from attrs import field, frozen

from ecomap.analysis.statistics.apart import DIGITS, LEAST_OWN, NO_ERROR, around, part_of
from ecomap.analysis.statistics.rising import rising

MANY: Final = 20_000       # of more places than these, errors of different places are taken as independent
_GROUPS: Final = 80        # of places with errors of much the same size
_CELLS: Final = 2_000_000
_SMALL: Final = 1e-6       # of the middle squared error: smaller ones are as good as none, for making groups
_ROOM: Final = 1.000001    # for rounding
_SAMPLE: Final = 1_000
_PAD: Final = 1e-14        # of the numbers compared: what rounding may do to a limit
_CELLS_EACH: Final = 8     # of a group's cells, to a place
_FAR: Final = 64            # one in so many to either side lies outside of the cells
_TINY: Final = 1e-280
_PAIRS: Final = 2_000_000   # looked at by themselves at a time


class OwnErrors:
    """Standard errors of differences between many places: what is a place's own of its errors, and the other's.

    Made from the same as `ecomap.analysis.statistics.apart.Errors`.
    """

    def __init__(self, surveys: np.ndarray, truths: np.ndarray, rows: np.ndarray) -> None:
        self.square, self.own = np.zeros(len(rows)), np.zeros(len(rows))
        size = max(1, _CELLS // max(len(rows), 1))
        for start in range(0, len(surveys), size):
            wrong = surveys[start : start + size, rows] - truths[start : start + size, rows]
            self.square += (wrong**2).sum(axis=0)
            wrong -= around(wrong)
            self.own += (wrong**2).sum(axis=0)
        self.square /= len(surveys)
        self.own /= len(surveys)
        self._let_sure_places_be_alike(surveys[0, rows])
        mean = self.own + around(self.own[None])[0]
        self.usual = np.sqrt(mean)  # of a difference to a place with a score like its own
        self.part = part_of(np.maximum(self.own, LEAST_OWN * mean), mean)

    def _let_sure_places_be_alike(self, survey: np.ndarray) -> None:
        """Level places without an error have of others' common part the same, wherever among each other they stand."""
        sure = np.flatnonzero(self.square <= NO_ERROR * float(self.square.max(initial=0.0)))
        _, level = np.unique(np.round(survey[sure], DIGITS), return_inverse=True)
        self.own[sure] = (np.bincount(level, self.own[sure]) / np.maximum(np.bincount(level), 1))[level]

    def rows(self, some: np.ndarray) -> np.ndarray:
        """Standard errors of the differences of some places to all others; shape (some, others)."""
        found = (self.own[some][:, None] + self.own).astype(np.float32)
        np.sqrt(found, out=found)
        found[np.arange(len(some)), some] = 0.0
        return found


def needed(survey: np.ndarray, true: np.ndarray, errors: OwnErrors, tried: np.ndarray, hardest: int) -> tuple[np.ndarray, np.ndarray]:
    """The smallest z at which bands hold the true ranks in surveys: of some places in each, and the largest of any place in each.

    Parameters
    ----------
    survey : ndarray, shape (surveys, places)
    true : ndarray of int, same shape
        The true rank of every place.
    tried : ndarray of int
        The places asked about.
    hardest : int
        In how many places of a survey the largest is looked for: those furthest from where their true rank would put them.
    """
    own, largest = np.zeros((len(survey), len(tried))), np.zeros(len(survey))
    usual = np.where(errors.usual > 0, errors.usual, np.inf)
    for at, (row, ranks) in enumerate(zip(survey, true, strict=True)):
        line = _Line.of(row, errors.own)
        own[at] = [line.needed(row[place], errors.own[place], ranks[place]) for place in tried]
        away = np.abs(line.value[len(row) - ranks] - row) / usual
        furthest = np.argpartition(away, -hardest)[-hardest:]
        largest[at] = max(line.needed(row[place], errors.own[place], ranks[place]) for place in furthest)
    return own, largest


@frozen
class _Line:
    """The places of a survey in rising order: their scores, and what is their own of the squared errors."""

    value: np.ndarray = field(eq=False, repr=False)
    own: np.ndarray = field(eq=False, repr=False)
    least: float
    most: float

    @classmethod
    def of(cls, survey: np.ndarray, own: np.ndarray) -> _Line:
        order = rising(survey[None])[0]
        return cls(survey[order], own[order], float(own.min()), float(own.max()))

    def needed(self, score: float, own: float, true: int) -> float:
        """The smallest z at which the band of a place holds its true rank: how many standard errors away the last one stands that is let in."""
        wanted = len(self.value) - true
        first, last = (int(np.searchsorted(self.value, score, side=side)) for side in ("left", "right"))  # those level with it lie between
        if wanted >= last:
            return self._nth(self.value[last:] - score, self.own[last:], own, wanted - last)
        if wanted < first:
            return self._nth(score - self.value[:first][::-1], self.own[:first][::-1], own, first - 1 - wanted)
        return 0.0

    def _nth(self, gaps: np.ndarray, theirs: np.ndarray, own: float, nth: int) -> float:
        """Which number is `nth` among rising gaps, each in standard errors: errors differ some times only, so its gap lies in some stretch."""
        least, most = own + self.least, own + self.most
        apart = float(np.sqrt(most / least)) * _ROOM if least > 0 else np.inf
        low, high = np.searchsorted(gaps, (gaps[nth] / apart, gaps[nth] * apart), side="left")
        with np.errstate(divide="ignore"):
            return nth_smallest(gaps[low:high] / np.sqrt(theirs[low:high] + own), nth - low)


def nth_smallest(numbers: np.ndarray, nth: int) -> float:
    """The number that would stand at a position in rising order; of many a sample tells between which two it lies.

    >>> nth_smallest(np.array([3.0, 1.0, 2.0]), 1)
    2.0
    """
    sample = np.sort(numbers[:: max(1, len(numbers) // _SAMPLE)])
    if len(sample) < len(numbers) // 4:
        at, room = nth * len(sample) / len(numbers), 2 * math.sqrt(len(sample))
        low, high = sample[max(0, int(at - room))], sample[min(len(sample) - 1, int(at + room))]
        near, below = numbers[(numbers >= low) & (numbers <= high)], int(np.count_nonzero(numbers < low))
        if below <= nth < below + len(near):
            numbers, nth = near, nth - below
    return float(np.partition(numbers, nth)[nth])


@frozen
class _Group:
    """Places with errors of much the same size, in the order of their scores, laid into cells of equal width.

    Parameters
    ----------
    value, own : ndarray
        Of each; those that are the same in both stand once.
    up_to : ndarray, one longer
        How many places stand before each.
    begins : ndarray
        Where every cell begins. What lies in a cell before that of a limit lies below the limit, whatever rounding does.
    """

    value: np.ndarray = field(eq=False, repr=False)
    own: np.ndarray = field(eq=False, repr=False)
    up_to: np.ndarray = field(eq=False, repr=False)
    begins: np.ndarray = field(eq=False, repr=False)

    @classmethod
    def of(cls, value: np.ndarray, own: np.ndarray) -> _Group:
        order = np.lexsort((own, value))
        value, own = value[order], own[order]
        first = np.flatnonzero(np.concatenate([[True], (value[1:] != value[:-1]) | (own[1:] != own[:-1])]))
        made = cls(value[first], own[first], np.append(first, len(value)), np.zeros(_CELLS_EACH * len(first) + 2, dtype=np.intp))
        np.cumsum(np.bincount(made._cell(made.value), minlength=len(made.begins) - 1), out=made.begins[1:])
        return made

    def beyond(self, value: np.ndarray, own: np.ndarray, z: np.ndarray) -> np.ndarray:
        """How many of the group are more than z standard errors above each of some places."""
        near, far = self._limit(value, own, z, float(self.own.min()), -1), self._limit(value, own, z, float(self.own.max()), 1)
        low, high = self.begins.take(self._cell(near)), self.begins.take(self._cell(far) + 1)
        found: np.ndarray = self.up_to[-1] - self.up_to.take(high)
        counts = high - low
        some = np.flatnonzero(counts)
        if not len(some):
            return found
        ends_at = np.cumsum(counts[some])
        for part in np.split(some, np.searchsorted(ends_at, np.arange(_PAIRS, int(ends_at[-1]), _PAIRS))):
            if len(part):
                found[part] += self._told(value[part], own[part], z[part], low[part], counts[part])
        return found

    def _told(self, value: np.ndarray, own: np.ndarray, z: np.ndarray, low: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """How many of the `counts` from `low` on are told apart from each of some places: every pair by itself."""
        first = np.cumsum(counts) - counts
        which = np.repeat(np.arange(len(low)), counts)
        other = np.arange(len(which)) + np.repeat(low - first, counts)
        told = self.value[other] - value[which] > z[which] * np.sqrt(own[which] + self.own[other])
        if self.up_to[-1] == len(self.value):
            return np.asarray(np.add.reduceat(told, first, dtype=np.intp))
        return np.asarray(np.add.reduceat(told * np.diff(self.up_to)[other], first))

    def _limit(self, value: np.ndarray, own: np.ndarray, z: np.ndarray, theirs: float, side: int) -> np.ndarray:
        """From where on others with a squared error are told apart, and a little more or less for rounding."""
        found: np.ndarray = own + theirs
        np.sqrt(found, out=found)
        found *= z
        found *= 1 + side * _PAD
        found += value
        found += side * _PAD * np.abs(value)
        return found

    def _cell(self, value: np.ndarray) -> np.ndarray:
        """In which cell numbers lie; what is far from most of the group lies in the first or the last one."""
        beside, last = len(self.value) // _FAR, len(self.begins) - 2
        low, high = self.value[beside], self.value[-1 - beside]
        found = value - low
        found *= last / (high - low) if high - low > _TINY else 0.0
        np.clip(found, 0, last, out=found)
        return found.astype(np.intp)


def _groups(value: np.ndarray, own: np.ndarray) -> Iterator[np.ndarray]:
    """All places, in groups: none of them holds much more than its share, or errors far from one another."""
    places = len(own)
    size = np.log(np.maximum(own, max(_SMALL * float(np.median(own)), 1e-300)))
    span = float(size.max() - size.min()) or 1.0
    order = np.argsort(own, kind="stable")
    step = (np.arange(places) / places + (size[order] - size.min()) / span) * (_GROUPS / 2)
    for rows in np.split(order, np.flatnonzero(np.diff(step.astype(int))) + 1):
        rows.sort()  # in the order of scores
        yield rows


def ends(value: np.ndarray, errors: OwnErrors, *factors: np.ndarray, every: int = 1) -> tuple[np.ndarray, ...]:
    """The best and the worst rank of every place; as `ecomap.analysis.statistics.apart.ends`, and as many as a look at every pair counts.

    `every`: 10 for those of one place in ten only, in the order of scores.
    """
    some, own = value[::every], errors.own[::every]
    above, below = np.zeros((len(factors), len(some))), np.zeros((len(factors), len(some)))
    for rows in _groups(value, errors.own):
        upwards, downwards = _Group.of(value[rows], errors.own[rows]), _Group.of(-value[rows[::-1]], errors.own[rows[::-1]])
        for at, z in enumerate(factors):
            above[at] += upwards.beyond(some, own, z[::every])
            below[at] += downwards.beyond(-some, own, z[::every])
    return tuple(end for at in range(len(factors)) for end in (1 + above[at], len(value) - below[at]))
