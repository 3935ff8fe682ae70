"""Which of many runs of whole numbers hold just the same: places that see the same sites, sites that reach the same groups."""

from __future__ import annotations

import numpy as np

from ecomap.analysis.optimise.solver import Ints


def alike(starts: Ints, members: Ints) -> Ints:
    """A number for every run, the same for runs that hold the same members in the same order; numbers go by who comes first.

    Runs are put beside each other by a sum of their members, each scrambled by its place in the run, and those with the same sum are
    then compared in full, so that no two are taken for one by chance.

    Parameters
    ----------
    starts : ndarray of int
        Of every run where it begins in `members`; one more at the end.
    members : ndarray of int
        0 or more.

    >>> alike(np.array([0, 2, 4, 4, 5, 7]), np.array([3, 5, 5, 3, 3, 3, 5])).tolist()
    [0, 1, 2, 3, 0]
    """
    total = np.zeros(len(members) + 1, dtype=np.uint64)
    np.cumsum(_scrambled(starts, members), out=total[1:])  # wraps around, and so does the difference
    _, first, same = np.unique(total[starts[1:]] - total[starts[:-1]], return_index=True, return_inverse=True)
    leader = first[same]
    if not _hold_the_same(starts, members, leader):
        return _one_by_one(starts, members)
    return _by_first(leader)


def _scrambled(starts: Ints, members: Ints) -> np.ndarray:
    """Members and their places in the run, mixed so that sums of them differ (the finisher of splitmix64, Steele and others 2014)."""
    place = np.arange(len(members)) - np.repeat(starts[:-1], np.diff(starts))
    mixed = (members.astype(np.uint64) << np.uint64(20)) + place.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def _hold_the_same(starts: Ints, members: Ints, leader: Ints) -> bool:
    """Whether every run is as long as its leader and holds the same."""
    size = np.diff(starts)
    if (size != size[leader]).any():
        return False
    place = np.arange(len(members)) - np.repeat(starts[:-1], size)
    return bool((members == members[np.repeat(starts[leader], size) + place]).all())


def _by_first(leader: Ints) -> Ints:
    """Numbers from 0 on by the order in which leaders come; a leader is the first of its runs."""
    first = np.flatnonzero(leader == np.arange(len(leader)))
    number = np.zeros(len(leader), dtype=np.int64)
    number[first] = np.arange(len(first))
    return np.asarray(number[leader])


def _one_by_one(starts: Ints, members: Ints) -> Ints:
    """The same, each run looked up by what it holds."""
    known: dict[bytes, int] = {}
    ends = zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    return np.array([known.setdefault(members[low:high].tobytes(), len(known)) for low, high in ends], dtype=np.int64)
