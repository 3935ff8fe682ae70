"""Which places are told apart by their scores: standard errors of differences between places, and how many others stand beyond them.

Counting compares every pair of places that are close enough in score for their own errors to matter: it grows with the square of the
number of places, since a count told from fewer pairs would be another count. So pairs are looked at once for both of their places, in
tiles that stay in the processor's cache, in single numbers with a bound on what rounding may do; what lies within that bound is worked
out in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from attrs import field, frozen

LEAST_OWN: Final = 0.02    # of the squared error of a usual difference is the place's own
NO_ERROR: Final = 1e-12    # of the largest squared error: whoever has no more has none
DIGITS: Final = 12         # scores closer than this are equal
_FEWEST_AROUND: Final = 5
_TILE: Final = 240         # places of a tile to either side: a byte counts so many
_STRETCH: Final = 2_400    # others whose products with a tile are made at once
_ROOM: Final = 1.001       # for the rounding to single numbers
_PART: Final = 4e-6        # of both squared errors: what rounding may do to the squared error of a difference
_RATIO: Final = 1e-5       # the same of a ratio
_EVEN: Final = 0.2         # of the largest squared errors: where every difference of a tile has more, one look is enough
_TINY: Final = 1e-37
_EQUAL: Final = 1e-6       # of both squared errors: what is left of equal errors after rounding to single numbers


class Errors:
    """Standard errors of differences between places, from the errors that the surveys made; a few rows at a time.

    Parameters
    ----------
    surveys, truths : ndarray, shape (draws, places)
    rows : ndarray of int
        The places compared, in the order of their scores.
    """

    def __init__(self, surveys: np.ndarray, truths: np.ndarray, rows: np.ndarray) -> None:
        wrong = surveys[:, rows] - truths[:, rows]
        self.wrong = np.ascontiguousarray(wrong, dtype=np.float32)
        self.square = (wrong**2).mean(axis=0)
        common = around(wrong)
        mean = np.maximum(self.square + around(self.square[None])[0] - 2 * (wrong * common).mean(axis=0), 0.0)
        self.usual = np.sqrt(mean)  # of a difference to a place with a score like its own
        self.part = part_of(np.clip(mean - around(mean[None])[0] / 2, LEAST_OWN * mean, mean), mean)

    def rows(self, some: np.ndarray) -> np.ndarray:
        """Standard errors of the differences of some places to all others; shape (some, others)."""
        products = self.wrong[:, some].T @ self.wrong
        found = np.empty_like(products)
        for at, (place, row) in enumerate(zip(some, products, strict=True)):
            found[at] = self._of(row, self.square[place], self.square)
            found[at, place] = 0.0
        return found

    def pairs(self, products: np.ndarray, some: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Standard errors of the differences of some places to as many others, from the products of their errors."""
        return self._of(products, self.square[some], self.square[others])

    def _of(self, products: np.ndarray, some: np.ndarray, others: np.ndarray) -> np.ndarray:
        squares = products.astype(float)
        squares /= len(self.wrong)
        squares *= 2
        each = some + others
        np.subtract(each, squares, out=squares)
        each *= _EQUAL
        squares[squares < each] = 0.0
        found: np.ndarray = np.sqrt(squares.astype(np.float32))
        return found


def part_of(own: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """What remains of the errors of differences among many places: those of the others even out, and only the place's own is left."""
    return np.asarray(np.sqrt(np.divide(2 * own, mean, out=np.ones_like(mean), where=mean > 0)))


def around(values: np.ndarray) -> np.ndarray:
    """The mean over the places with the scores next to each one's, row by row."""
    places = values.shape[1]
    half = max(_FEWEST_AROUND, places // 20)
    summed = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    low, high = np.maximum(np.arange(places) - half, 0), np.minimum(np.arange(places) + half + 1, places)
    found: np.ndarray = (summed[:, high] - summed[:, low]) / (high - low)
    return found


def ends(value: np.ndarray, errors: Errors, *factors: np.ndarray) -> tuple[np.ndarray, ...]:
    """The best and the worst rank of every place: others that are z standard errors above or below are told apart.

    Parameters
    ----------
    value : ndarray
        The scores, in rising order.
    errors : Errors
        Of these places.
    factors : ndarray, same shape
        The z of every place; of several, the ends of each in turn.

    Returns
    -------
    tuple of ndarray
        Best rank, worst rank, for every one of the factors.
    """
    places = len(value)
    above, below = np.zeros((len(factors), places)), np.zeros((len(factors), places))
    tiles = [_Tile(slice(start, min(start + _TILE, places)), value, errors, factors) for start in range(0, places, _TILE)]
    for number, tile in enumerate(tiles):
        for other, products in _with_products(errors, tile, tiles[number:]):
            gap = float(value[other.rows.start] - value[tile.rows.stop - 1])
            some, others = tile.rows.stop - tile.rows.start, other.rows.stop - other.rows.start
            sure = other is not tile
            upwards = [sure and gap > most * _ROOM for most in tile.most(other)]
            downwards = [sure and gap > most * _ROOM for most in other.most(tile)]
            for at in range(len(factors)):
                above[at, tile.rows] += others * upwards[at]
                below[at, other.rows] += some * downwards[at]
            if products is not None:
                _count(_Pairs(value, errors, tile, other, products), upwards, downwards, factors, above, below)
    return tuple(end for at in range(len(factors)) for end in (1 + above[at], places - below[at]))


class _Tile:
    """A run of places: what is the largest of their errors and of their z."""

    def __init__(self, rows: slice, value: np.ndarray, errors: Errors, factors: Sequence[np.ndarray]) -> None:
        self.rows, self.low, self.high = rows, float(value[rows.start]), float(value[rows.stop - 1])
        self.error = float(np.sqrt(errors.square[rows].max(initial=0.0)))
        self._largest = [(float((z[rows] * np.sqrt(errors.square[rows])).max()), float(z[rows].max())) for z in factors]

    def most(self, other: _Tile) -> list[float]:
        """How far another tile may lie at most so that its errors matter, by factor: a difference has no larger error than both together."""
        return [own + z * other.error for own, z in self._largest]

    def matters(self, other: _Tile) -> bool:
        """Whether any pair with a tile above must be looked at."""
        gap = other.low - self.high
        return other is self or not all(gap > most * _ROOM for most in (*self.most(other), *other.most(self)))


def _with_products(errors: Errors, tile: _Tile, others: Sequence[_Tile]) -> Iterator[tuple[_Tile, np.ndarray | None]]:
    """Other tiles with the products of their errors and this one's; None where none of its pairs must be looked at."""
    own = np.ascontiguousarray(errors.wrong[:, tile.rows].T)
    at_once = max(1, _STRETCH // _TILE)
    for first in range(0, len(others), at_once):
        run = others[first : first + at_once]
        wanted = [at for at, other in enumerate(run) if tile.matters(other)]
        if not wanted:
            yield from ((other, None) for other in run)
            continue
        start, stop = run[wanted[0]].rows.start, run[wanted[-1]].rows.stop
        products = own @ errors.wrong[:, start:stop]
        for at, other in enumerate(run):
            here = slice(other.rows.start - start, other.rows.stop - start)
            yield other, products[:, here] if at in wanted else None


@frozen
class _Pairs:
    """The pairs of two tiles, the second one above the first."""

    value: np.ndarray = field(eq=False, repr=False)
    errors: Errors = field(eq=False, repr=False)
    tile: _Tile
    other: _Tile
    products: np.ndarray = field(eq=False, repr=False)

    def ratios(self) -> tuple[np.ndarray, np.ndarray]:
        """How many standard errors the others are above, squared: at least and at most, whatever rounding did."""
        some, others = self.errors.square[self.tile.rows], self.errors.square[self.other.rows]
        largest = max(self.tile.error, self.other.error) ** 2 or 1.0
        inverse = 1 / largest
        apart = np.empty(self.products.shape, dtype=np.float32)
        np.subtract(self.value[None, self.other.rows], self.value[self.tile.rows][:, None], out=apart, casting="same_kind")
        apart *= np.float32(np.sqrt(inverse))
        np.maximum(apart, 0, out=apart)  # in a tile with itself the lower ones are looked at from the other side
        apart *= apart
        ours, theirs = (some * inverse).astype(np.float32)[:, None], (others * inverse).astype(np.float32)
        square = self.products * np.float32(-2 * inverse / len(self.errors.wrong))
        square += ours
        square += theirs
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if square.min() > _EVEN:
                apart /= square
                return apart, apart
            room_ours, room_theirs = np.float32(_PART) * ours, np.float32(_PART) * theirs
            wide, narrow = square + room_ours, square - room_ours
            wide += room_theirs
            narrow -= room_theirs
            np.maximum(narrow, np.float32(_TINY), out=narrow)
            return np.nan_to_num(apart / wide, copy=False, nan=0.0, posinf=np.inf), np.divide(apart, narrow, out=narrow)

    def apart(self, rows: np.ndarray, columns: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Whether some pairs are told apart, in full."""
        some, others = rows + self.tile.rows.start, columns + self.other.rows.start
        error = self.errors.pairs(self.products[rows, columns], some, others)
        error[some == others] = 0.0
        found: np.ndarray = self.value[others] - self.value[some] > error * z
        return found


def _count(
    pairs: _Pairs, upwards: Sequence[bool], downwards: Sequence[bool], factors: Sequence[np.ndarray], above: np.ndarray, below: np.ndarray
) -> None:
    """Add how many are told apart above the one tile and below the other, where that is not known already."""
    least, most = pairs.ratios()
    for at, z in enumerate(factors):
        if not upwards[at]:
            told = _told(pairs, least, most, z[pairs.tile.rows][:, None])
            above[at, pairs.tile.rows] += told.sum(axis=1, dtype=np.intp) if told.shape[1] % 8 else _along(told)
        if not downwards[at]:
            told = _told(pairs, least, most, z[None, pairs.other.rows])
            below[at, pairs.other.rows] += np.add.reduce(told.view(np.uint8), axis=0, dtype=np.uint8)


def _told(pairs: _Pairs, least: np.ndarray, most: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Which pairs are told apart at z: those that are whatever rounding did, and of those that may be the ones that are."""
    square = z * z
    found: np.ndarray = least > (square * (1 + _RATIO)).astype(np.float32)
    may_be = most > (square * (1 - _RATIO)).astype(np.float32)
    if np.count_nonzero(found) != np.count_nonzero(may_be):
        rows, columns = np.nonzero(may_be & ~found)
        found[rows, columns] = pairs.apart(rows, columns, np.broadcast_to(z, found.shape)[rows, columns])
    return found


def _along(told: np.ndarray) -> np.ndarray:
    """How many of every row, eight bytes at a time."""
    words = np.add.reduce(told.view(np.uint64), axis=1, dtype=np.uint64)
    return words.view(np.uint8).reshape(len(told), 8).sum(axis=1, dtype=np.intp)
