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
    count = int(places.name[-1]) + 1 if len(places.name) else 0
    chosen = np.full(count, -1, np.int64)
    if not count:
        return chosen
    first, hidden = _meetings(places)
    blocked = _blocked(places, taken)
    middle = _middles(places)
    stands: dict[int, list[tuple[float, float]]] = {}
    for candidate, name in enumerate(places.name.tolist()):
        if chosen[name] >= 0 or blocked[candidate]:
            continue
        (x, y), others = middle[candidate], stands.setdefault(int(places.group[name]), [])
        if any(hypot(x - other[0], y - other[1]) < places.apart[name] for other in others):
            continue
        others.append((x, y))
        chosen[name] = candidate
        blocked[hidden[first[candidate]:first[candidate + 1]]] = True
    return chosen


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
    """Pairs of boxes that share more than an edge."""
    import shapely  # heavy

    tree = shapely.STRtree(shapely.box(*np.asarray(others, float).T))
    one, other = tree.query(shapely.box(*np.asarray(boxes, float).T))
    a, b = boxes[one], others[other]
    shared = (a[:, 0] < b[:, 2]) & (b[:, 0] < a[:, 2]) & (a[:, 1] < b[:, 3]) & (b[:, 1] < a[:, 3])
    return one[shared], other[shared]


def _middles(places: Places) -> list[tuple[float, float]]:
    """The middle of every place: of all its boxes together."""
    count = len(places.name)
    first = np.searchsorted(places.candidate, np.arange(count))
    low = np.minimum.reduceat(places.boxes[:, :2], first)
    high = np.maximum.reduceat(places.boxes[:, 2:], first)
    return [(float(x), float(y)) for x, y in (low + high) / 2]
