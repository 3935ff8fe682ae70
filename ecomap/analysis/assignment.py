"""Pupils to places: as much need met as the places allow, where need is highest, and as near as possible."""

from __future__ import annotations

import numpy as np
from attrs import field, frozen

from ecomap.model.errors import InputError


@frozen
class Assignment:
    """How many of each school's pupils go to each place. Arrays follow the pairs, schools and places given."""

    amount: np.ndarray = field(eq=False)  # per pair, whole
    served: np.ndarray = field(eq=False)  # per school
    used: np.ndarray = field(eq=False)    # per place


def assign(
    need: np.ndarray, free: np.ndarray, school: np.ndarray, place: np.ndarray, cost: np.ndarray, worth: np.ndarray
) -> Assignment:
    """Match need to places.

    First as much worth as can be: sum over schools of worth x served. As worth belongs to the school alone, the most worth
    also serves the most pupils. Then, with every school served as much as that says, the least travel. Both are
    transport problems, whose best answers are whole numbers where need and places are whole.

    Parameters
    ----------
    need : ndarray of int
        Pupils of every school.
    free : ndarray of int
        Free places of every service.
    school, place, cost : ndarray
        Pairs in reach: positions in both, and the way between them.
    worth : ndarray of float
        What serving one pupil of a school counts, above 0.

    Raises
    ------
    InputError
        If need or places are below zero or missing, or a worth is not above zero.

    Examples
    --------
    >>> found = assign(np.array([3, 2]), np.array([4]), np.array([0, 1]), np.array([0, 0]), np.array([1.0, 1]), np.array([1.0, 2]))
    >>> found.served.tolist()
    [2, 2]
    """
    for values, what in ((need, "need"), (free, "free places")):
        if not (np.asarray(values, dtype=float) >= 0).all():
            raise InputError(f"Some {what} are missing or below zero.", "Leave those rows out.")
    if not (worth > 0).all():
        raise InputError("Serving a pupil must be worth something.", "Give a weight of need of 0 or more.")
    useful = np.flatnonzero((need[school] > 0) & (free[place] > 0))
    amount = np.zeros(len(school), dtype=int)
    if len(useful):
        amount[useful] = _flow(need, free, school[useful], place[useful], cost[useful], worth)
    served = np.bincount(school, amount, len(need)).astype(int)
    return Assignment(amount, served, np.bincount(place, amount, len(free)).astype(int))


def _flow(
    need: np.ndarray, free: np.ndarray, school: np.ndarray, place: np.ndarray, cost: np.ndarray, worth: np.ndarray
) -> np.ndarray:
    from scipy.optimize import linprog  # heavy
    from scipy.sparse import csr_array, vstack  # heavy

    pair, ones = np.arange(len(school)), np.ones(len(school))
    by_school = csr_array((ones, (school, pair)), shape=(len(need), len(school)))
    by_place = csr_array((ones, (place, pair)), shape=(len(free), len(school)))
    most = linprog(-worth[school], A_ub=vstack([by_school, by_place]), b_ub=np.concatenate([need, free]), method="highs-ds")
    served = np.round(by_school @ most.x)
    if cost.max() > 0:
        cost = cost / cost.max()
    nearest = linprog(cost, A_ub=by_place, b_ub=free, A_eq=by_school, b_eq=served, method="highs-ds")
    return np.round(nearest.x).astype(int)
