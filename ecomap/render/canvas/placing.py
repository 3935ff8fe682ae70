"""Names that do not hide each other: the most important first, each at the first of its places that is still free."""

from __future__ import annotations

from math import hypot

import numpy as np
from attrs import field, frozen


@frozen(eq=False)
class Places:
    """Where names could stand: boxes (left, top, right, bottom) in pixels, y downwards.

    ``candidate`` says to which place each box belongs (ascending): a slanted name takes several boxes. ``name`` says to
    which name each place belongs (ascending): names stand in order of importance, the places of one in order of preference.
    ``group`` is a number per name: two of a group keep ``apart`` pixels (per name) between their middles, so that the sign
    of one road is not there twice in one spot.
    """

    boxes: np.ndarray = field(repr=False)
    candidate: np.ndarray = field(repr=False)
    name: np.ndarray = field(repr=False)
    group: np.ndarray = field(repr=False)
    apart: np.ndarray = field(repr=False)


def place(places: Places, taken: np.ndarray | None = None) -> np.ndarray:
    """The place of every name, or -1 where none of its places is free.

    Names take their places one after the other; one that finds none asks whoever stands alone in its way to stand elsewhere.
    What is chosen depends on the places alone, never on which part of the map is looked at: the same names stay where they
    are while the map is moved.

    Parameters
    ----------
    taken : array of (n, 4), optional
        Boxes where nothing may stand.

    Returns
    -------
    int array, one entry per name
    """
    board = _Board(places, taken)
    count = len(board.chosen)
    for name in range(count):
        board.settle(name)
    for name in np.flatnonzero(board.chosen < 0)[:_MOST_ASKING].tolist():
        board.ask(name)
    for name in np.flatnonzero(board.chosen < 0).tolist():
        board.settle(name)  # where somebody went, somebody else may stand
    return board.chosen


_MOST_ASKING = 250  # names that ask others to move


class _Board:
    """Who stands where while names are placed."""

    def __init__(self, places: Places, taken: np.ndarray | None) -> None:
        count = int(places.name[-1]) + 1 if len(places.name) else 0
        self.places = places
        self.chosen = np.full(count, -1, np.int64)
        self._first, self._others = _meetings(places)
        self._starts = np.searchsorted(places.name, np.arange(count + 1)).tolist()
        self._in_way = np.where(_blocked(places, taken), _FIXED, 0)  # how many stand in the way of each place
        self._middle = _middles(places)
        self._groups: dict[int, list[int]] = {}  # which places a group has

    def settle(self, name: int, without: int = -1) -> bool:
        """Take the first free place that does not overlap the place ``without``."""
        for candidate in range(self._starts[name], self._starts[name + 1]):
            if not self._in_way[candidate] and self._apart(name, candidate) and (without < 0 or without not in self._met(candidate)):
                self._stand(name, candidate, 1)
                return True
        return False

    def ask(self, name: int) -> None:
        """Take a place in whose way one name stands that can stand elsewhere."""
        for candidate in range(self._starts[name], self._starts[name + 1]):
            if self._in_way[candidate] != 1 or not self._apart(name, candidate):
                continue
            other = next(int(at) for at in self._met(candidate) if at != candidate and self.chosen[self.places.name[at]] == at)
            owner = int(self.places.name[other])
            self._stand(owner, other, -1)
            if self.settle(owner, without=candidate):
                self._stand(name, candidate, 1)
                return
            self._stand(owner, other, 1)

    def _met(self, candidate: int) -> np.ndarray:
        """The places that overlap one, itself among them."""
        return self._others[self._first[candidate]:self._first[candidate + 1]]

    def _apart(self, name: int, candidate: int) -> bool:
        x, y = self._middle[candidate]
        far = float(self.places.apart[name])
        others = (self._middle[other] for other in self._groups.get(int(self.places.group[name]), ()))
        return all(hypot(x - other[0], y - other[1]) >= far for other in others)

    def _stand(self, name: int, candidate: int, by: int) -> None:
        """Put a name at a place (1), or take it away (-1)."""
        self._in_way[self._met(candidate)] += by
        group = self._groups.setdefault(int(self.places.group[name]), [])
        if by > 0:
            self.chosen[name] = candidate
            group.append(candidate)
        else:
            self.chosen[name] = -1
            group.remove(candidate)


_FIXED = 1_000_000  # more than there are names: what stands there does not move


def _meetings(places: Places) -> tuple[np.ndarray, np.ndarray]:
    """Which places overlap each place: ``hidden[first[c]:first[c + 1]]``."""
    one, other = overlapping(places.boxes, places.boxes)
    one, other = places.candidate[one], places.candidate[other]
    order = np.argsort(one, kind="stable")
    first = np.searchsorted(one[order], np.arange(len(places.name) + 1))
    return first, other[order]


def _blocked(places: Places, taken: np.ndarray | None) -> np.ndarray:
    blocked = np.zeros(len(places.name), bool)
    if taken is not None and len(taken):
        blocked[places.candidate[overlapping(places.boxes, taken)[0]]] = True
    return blocked


def overlapping(boxes: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of a box and another one that share more than an edge, each once.

    Both are cut into stripes as high as a name, and sorted from left to right within each.
    """
    one, stripe = _striped(boxes)
    other, other_stripe = _striped(others)
    lefts, order = _sorted_keys(other_stripe, others[other, 0])
    other, other_stripe = other[order], other_stripe[order]
    widest = float((others[:, 2] - others[:, 0]).max(initial=0.0))
    start = np.searchsorted(lefts, _key(stripe, boxes[one, 0] - widest), side="left")
    end = np.searchsorted(lefts, _key(stripe, boxes[one, 2]), side="left")
    count = np.maximum(end - start, 0)
    entry = np.repeat(np.arange(len(one)), count)
    found = np.arange(len(entry)) - np.repeat(np.cumsum(count) - count, count) + start[entry]
    i, j = one[entry], other[found]
    a, b = boxes[i], others[j]
    shared = (a[:, 0] < b[:, 2]) & (b[:, 0] < a[:, 2]) & (a[:, 1] < b[:, 3]) & (b[:, 1] < a[:, 3])
    # Boxes that meet in several stripes are counted in the first that they share.
    shared &= (stripe[entry] == other_stripe[found]) & (stripe[entry] == np.maximum(_stripe(a[:, 1]), _stripe(b[:, 1])))
    return i[shared], j[shared]


_STRIPE_PX = 32.0
_FAR = 1e9  # wider than any map is in pixels


def _stripe(y: np.ndarray) -> np.ndarray:
    return np.floor(y / _STRIPE_PX).astype(np.int64)


def _striped(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every box once for each stripe it lies in, and that stripe."""
    first = _stripe(boxes[:, 1])
    count = _stripe(boxes[:, 3]) - first + 1
    row = np.repeat(np.arange(len(boxes)), count)
    return row, first[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)


def _key(stripe: np.ndarray, x: np.ndarray) -> np.ndarray:
    return stripe * _FAR + x


def _sorted_keys(stripe: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    key = _key(stripe, x)
    order = np.argsort(key, kind="stable")
    return key[order], order


def _middles(places: Places) -> list[tuple[float, float]]:
    """The middle of every place: of all its boxes together."""
    count = len(places.name)
    first = np.searchsorted(places.candidate, np.arange(count))
    low = np.minimum.reduceat(places.boxes[:, :2], first)
    high = np.maximum.reduceat(places.boxes[:, 2:], first)
    return [(float(x), float(y)) for x, y in (low + high) / 2]
