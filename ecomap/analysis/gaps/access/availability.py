"""What falls to every area when places are handed out in whole: the constrained family of measures of access.

A measure of access counts a place once for everybody who reaches it; these hand it out, so that the shares of all areas add up to
the places there are (Soukhov, Pereira, Higgins and Páez 2025, doi 10.1371/journal.pone.0335951): in all (`total_availability`), place
by place (`spatial_availability`), or place by place and person by person (`constrained_flows`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecomap.analysis.gaps.access.measures import Decay, cumulative, two_step
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError
from ecomap.model.said import say
from ecomap.model.units import format_given, format_number

_EQUAL = 1e-6  # totals that differ by a smaller part of themselves are the same


def spatial_availability(
    costs: TravelCosts, demand: pd.Series, supply: pd.Series, *, catchment: float, decay: Decay | None = None
) -> pd.Series:
    """Spatial availability: the supply that falls to every place, in whole, when all who can reach it compete for it.

    ``V_i = Σ_j S_j P_i f_ij / Σ_i P_i f_ij`` (Soukhov, Páez, Higgins and Mohamed 2023, doi 10.1371/journal.pone.0278468): no
    supply is made or lost, ``Σ V_i`` is the supply that anybody can reach. Divided by the people it is `two_step`.

    Parameters
    ----------
    demand, supply : Series
        People and slots by id; neither missing nor negative.
    catchment : float
        Largest cost that counts, inclusive, in the unit of the costs.
    decay : callable, optional
        Weight by cost; without it all in reach count fully.

    Returns
    -------
    Series
        By demand id, in the unit of the supply; 0 where nothing is in reach or nobody lives.

    >>> costs = TravelCosts.from_table(pd.DataFrame({"origin": ["a", "b"], "dest": ["x", "x"], "cost": [1.0, 2.0]}))
    >>> spatial_availability(costs, pd.Series({"a": 30.0, "b": 10.0}), pd.Series({"x": 8.0}), catchment=5).to_dict()
    {'a': 6.0, 'b': 2.0}
    """
    access = two_step(costs, demand, supply, catchment=catchment, decay=decay)
    found = (access * demand.reindex(access.index)).rename("spatial_availability")
    found.attrs.update(access.attrs)
    return found


def total_availability(
    costs: TravelCosts, supply: pd.Series, demand_index: pd.Index, *, catchment: float, decay: Decay | None = None
) -> pd.Series:
    """The supply that anybody can reach, divided by what every place could reach: constrained in total only.

    ``V_i = K Σ_j S_j f_ij`` with ``K = Σ_j S_j / Σ_i Σ_j S_j f_ij``: the potential of `gravity`, scaled so that ``Σ V_i`` is the
    supply in reach of anybody. How many people live where is not in it.

    Returns
    -------
    Series
        By demand id, in the unit of the supply; 0 where nothing is in reach.

    >>> costs = TravelCosts.from_table(pd.DataFrame({"origin": ["a", "b", "b"], "dest": ["x", "x", "y"], "cost": [1.0, 2.0, 1.0]}))
    >>> total_availability(costs, pd.Series({"x": 8.0, "y": 4.0}), pd.Index(["a", "b"]), catchment=5).round(6).to_dict()
    {'a': 4.8, 'b': 7.2}
    """
    near = costs if costs.largest <= catchment else costs.within(catchment)
    weight = np.ones(len(near)) if decay is None else np.asarray(decay(near.cost), dtype=float)
    weighed = TravelCosts(near.demand_ids, near.supply_ids, near.demand[weight > 0], near.supply[weight > 0], weight[weight > 0])
    reached = cumulative(weighed, supply, demand_index, catchment=np.inf)  # the gate: neither missing nor negative
    slots = supply.reindex(near.supply_ids).to_numpy(dtype=float)
    potential = np.bincount(weighed.demand, slots[weighed.supply] * weighed.cost, len(near.demand_ids))
    shared = float(slots[np.unique(weighed.supply)].sum())
    scale = shared / potential.sum() if potential.sum() > 0 else 0.0
    found = pd.Series(potential * scale, index=near.demand_ids).reindex(reached.index, fill_value=0.0)
    return found.rename("total_availability")


def constrained_flows(
    costs: TravelCosts, demand: pd.Series, supply: pd.Series, *, catchment: float, decay: Decay | None = None,
    tolerance: float = 1e-9, rounds: int = 10_000,
) -> pd.DataFrame:
    """Who goes where if everybody has one place and every place is taken: constrained at both ends.

    ``F_ij = A_i P_i B_j S_j f_ij`` with A and B such that ``Σ_j F_ij = P_i`` and ``Σ_i F_ij = S_j`` (Wilson 1971,
    doi 10.1068/a030001), by turns until no sum is off by more than ``tolerance`` of itself. Summed by place it gives back what went
    in, so it tells of ways and partners, not of how much is in reach.

    Returns
    -------
    DataFrame
        One row per pair in reach: origin, dest, cost, flow (people).

    Raises
    ------
    InputError
        If there are more people than places or fewer, or no flows within the distance add up to both.

    >>> costs = TravelCosts.from_table(pd.DataFrame({"origin": ["a", "b", "b"], "dest": ["x", "x", "y"], "cost": [1.0, 2.0, 1.0]}))
    >>> flows = constrained_flows(costs, pd.Series({"a": 5.0, "b": 7.0}), pd.Series({"x": 8.0, "y": 4.0}), catchment=5)
    >>> flows["flow"].round(6).tolist()
    [5.0, 3.0, 4.0]
    """
    per_head = two_step(costs, demand, supply, catchment=catchment, decay=decay)  # the gate: neither missing nor negative
    people, slots = float(demand.sum()), float(supply.sum())
    if abs(people - slots) > _EQUAL * max(people, slots):
        raise InputError(
            say("There are {people} people and {places} places: flows cannot add up to both.", people=format_given(people),
                places=format_given(slots)), say("Scale one of them to the other, or ask for spatial availability."))
    if ((per_head == 0) & (demand > 0)).any() or per_head.attrs["unwanted_supply"]:
        raise InputError(say("Somebody reaches no place, or nobody reaches a place: flows cannot add up to both."),
                         say("Give a longer distance, or leave those out."))
    near = costs if costs.largest <= catchment else costs.within(catchment)
    weight = np.ones(len(near)) if decay is None else np.asarray(decay(near.cost), dtype=float)
    flow = _balanced(near, weight, demand.reindex(near.demand_ids, fill_value=0.0).to_numpy(dtype=float),
                     supply.reindex(near.supply_ids, fill_value=0.0).to_numpy(dtype=float), tolerance, rounds)
    return near.table().assign(flow=flow)


def _balanced(
    near: TravelCosts, weight: np.ndarray, people: np.ndarray, slots: np.ndarray, tolerance: float, rounds: int
) -> np.ndarray:
    """The weights scaled by turns until rows add up to the people and columns to the slots."""
    flow, off = weight, np.inf
    for _ in range(rounds):
        flow = flow * _per(people, np.bincount(near.demand, flow, len(people)))[near.demand]
        flow = flow * _per(slots, np.bincount(near.supply, flow, len(slots)))[near.supply]
        off = float(np.max(np.abs(np.bincount(near.demand, flow, len(people)) - people) / np.maximum(people, 1e-300), initial=0.0,
                           where=people > 0))
        if off <= tolerance:
            return flow
    raise InputError(
        say("No flows within this distance add up to the people of every area and the places of every site; {off} of an area's people "
            "are left over.", off=format_number(off, "share", 1)), say("Give a longer distance."))


def _per(wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
    return np.divide(wanted, found, out=np.zeros(len(wanted)), where=found > 0)
