"""Pupils to places: as much need met as the places allow, where need is highest, and as near as possible."""

from __future__ import annotations

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.gaps.room.capacity import EQUITY_FIRST, assign_to_capacity
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError
from ecomap.model.said import say


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

    First as much worth as can be: sum over schools of worth x served. As worth belongs to the school alone, that is the same
    as serving the schools of the highest worth as far as can be, then the next (Edmonds 1970), and it serves the most pupils;
    then the least travel. So it is the assignment to capacity (`ecomap.analysis.gaps.room.capacity`) with the highest need first, in
    whole pupils.

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
            raise InputError(say("Some {what} are missing or below zero.", what=what), say("Leave those rows out."))
    if not (worth > 0).all():
        raise InputError(say("Serving a pupil must be worth something."), say("Give a weight of need of 0 or more."))
    useful = np.flatnonzero((need[school] > 0) & (free[place] > 0))
    amount = np.zeros(len(school), dtype=int)
    if len(useful):
        ways = TravelCosts.from_pairs(pd.RangeIndex(len(need)), pd.RangeIndex(len(free)), school[useful], place[useful], cost[useful])
        found = assign_to_capacity(
            ways, pd.Series(need, dtype=float), pd.Series(free, dtype=float), rule=EQUITY_FIRST, need=pd.Series(worth, dtype=float))
        at = pd.Series(useful, index=school[useful] * len(free) + place[useful])
        flows = found.flows
        amount[at.loc[flows["origin"].to_numpy(dtype=int) * len(free) + flows["dest"].to_numpy(dtype=int)]] = flows["amount"]
    served = np.bincount(school, amount, len(need)).astype(int)
    return Assignment(amount, served, np.bincount(place, amount, len(free)).astype(int))
