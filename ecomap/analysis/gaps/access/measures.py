"""What people can reach, given what others want from the same places.

Every measure takes `TravelCosts` (pairs; absent = out of reach) and Series indexed by the same ids. A place that
nothing reaches has access 0 (an infinite cost to the nearest), so that it ranks worst and never blank. Missing demand
or supply is an error that names the places: a missing number is not a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.travel.costs import TravelCosts
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.progress import Progress
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.units import format_given

DEMAND: Final = say("demand")
SUPPLY: Final = say("supply")
Floats: TypeAlias = npt.NDArray[np.float64]
_PAIRS: Final = 4_000_000  # looked at together
Decay: TypeAlias = Callable[[Floats], Floats]


def _pairs(steps: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(bound), float(weight)) for bound, weight in steps)


@frozen
class StepDecay:
    """Willingness to travel in steps: ``[(10, 1.0), (20, .68), (30, .22)]``: up to 10 all come, up to 20 68 % ...

    Bounds are inclusive, in the unit of the costs; beyond the last, nobody comes.
    """

    steps: tuple[tuple[float, float], ...] = field(converter=_pairs)

    def __attrs_post_init__(self) -> None:
        bounds = [bound for bound, _ in self.steps]
        if not bounds or bounds != sorted(set(bounds)) or any(weight < 0 for _, weight in self.steps):
            raise ParameterError(say("The steps of a decay must rise and have weights of 0 or more."), say("Check the steps."))

    def __call__(self, cost: Floats) -> Floats:
        bounds = np.array([bound for bound, _ in self.steps])
        weights = np.array([weight for _, weight in self.steps] + [0.0])
        return weights[np.searchsorted(bounds, cost, side="left")]


@frozen
class GaussianDecay:
    """Willingness to travel as ``exp(-d² / 2σ²)``, with σ the bandwidth in the unit of the costs; f(0) = 1."""

    bandwidth: float

    def __call__(self, cost: Floats) -> Floats:
        return np.exp(-(cost**2) / (2 * self.bandwidth**2))


@frozen
class DaiGaussianDecay:
    """Dai's (2010) Gaussian that falls to exactly 0 at the edge of the catchment d0.

    ``(exp(-½(d/d0)²) - exp(-½)) / (1 - exp(-½))`` for d <= d0, else 0.
    """

    catchment: float

    def __call__(self, cost: Floats) -> Floats:
        edge = np.exp(-0.5)
        value = (np.exp(-0.5 * (cost / self.catchment) ** 2) - edge) / (1 - edge)
        return np.where(cost <= self.catchment, np.maximum(value, 0.0), 0.0)


def nearest(costs: TravelCosts, demand_index: Sequence[Any] | pd.Index) -> pd.Series:
    """Cost to the nearest supply, in the unit of the costs; infinite where nothing is in reach."""
    index = pd.Index(demand_index)
    found = np.full(len(costs.demand_ids), np.inf)
    np.minimum.at(found, costs.demand, costs.cost)
    return _on(index, costs.demand_ids, found, np.inf, "nearest")


def cumulative(
    costs: TravelCosts, supply: pd.Series, demand_index: Sequence[Any] | pd.Index, *, catchment: float
) -> pd.Series:
    """All the supply within the catchment (inclusive), whoever else wants it."""
    pairs = _within(costs, catchment)
    amount = _on_ids(supply, costs.supply_ids, pairs.supply, SUPPLY)
    total = _sums(pairs.demand, amount[pairs.supply], len(costs.demand_ids))
    return _on(pd.Index(demand_index), costs.demand_ids, total, 0.0, "cumulative")


def gravity(
    costs: TravelCosts, supply: pd.Series, demand_index: Sequence[Any] | pd.Index, *, beta: float, minimum: float = 0.0
) -> pd.Series:
    """Hansen's potential: all supply in reach, weighed by cost to the power of -beta.

    A cost of 0 would count without limit: costs below ``minimum`` count as ``minimum``, and a 0 that remains is an error.
    """
    cost = np.maximum(costs.cost, minimum)
    if (cost == 0).any():
        where = joined(costs.demand_ids[np.unique(costs.demand[cost == 0])][:5].astype(str), ", ")
        raise InputError(
            say("Some supply is at distance 0 of {places}, which gravity would weigh without limit.", places=where),
            say("Give a smallest distance (minimum), such as half a block."),
        )
    amount = _on_ids(supply, costs.supply_ids, costs.supply, SUPPLY)
    total = _sums(costs.demand, amount[costs.supply] * cost**-beta, len(costs.demand_ids))
    return _on(pd.Index(demand_index), costs.demand_ids, total, 0.0, "gravity")


def two_step(
    costs: TravelCosts, demand: pd.Series, supply: pd.Series, *, catchment: float, decay: Decay | None = None
) -> pd.Series:
    """Two-step floating catchment area: supply per person in reach, shared with everyone else in reach.

    ``R_j = S_j / Σ_i P_i f(d_ij)``, ``A_i = Σ_j R_j f(d_ij)`` (Luo and Wang 2003; with a decay Luo and Qi 2009).
    ``Σ A_i P_i`` is the supply that anybody can reach.

    Parameters
    ----------
    demand, supply : Series
        People and slots by id; neither missing nor negative.
    catchment : float
        Largest cost that counts, inclusive, in the unit of the costs.
    decay : callable, optional
        Weight by cost (`StepDecay`, `GaussianDecay`, `DaiGaussianDecay`); without it all in reach count fully.

    Returns
    -------
    Series
        By demand id, supply per person; 0 where nothing is in reach. ``attrs["unwanted_supply"]`` lists supply that
        nobody can reach (it counts for nobody).
    """
    work = _Catchments.of(costs, demand, supply, catchment, decay)
    return work.access(work.weight, work.per_person(work.weight), "two_step")


def modified_two_step(
    costs: TravelCosts, demand: pd.Series, supply: pd.Series, *, catchment: float, decay: Decay | None = None
) -> pd.Series:
    """Delamater's (2013) M2SFCA: distance counts twice, so that supply far from everybody is partly lost.

    ``R_j`` as in `two_step`, ``A_i = Σ_j R_j f(d_ij)²``; it does not conserve supply.
    """
    work = _Catchments.of(costs, demand, supply, catchment, decay)
    return work.access(work.weight**2, work.per_person(work.weight), "modified_two_step")


def three_step(
    costs: TravelCosts, demand: pd.Series, supply: pd.Series, *, catchment: float, decay: Decay | None = None
) -> pd.Series:
    """Wan's (2012) 3SFCA: people spread their demand over what is near, ``G_ij = f_ij / Σ_k f_ik``.

    ``R_j = S_j / Σ_i G_ij f_ij P_i``, ``A_i = Σ_j G_ij f_ij R_j``. A new site can *lower* somebody's value, because
    the choice weights move: never judge an expansion by it.
    """
    work = _Catchments.of(costs, demand, supply, catchment, decay)
    chosen = work.reached(work.weight, np.ones(len(work.slots)))
    part = np.divide(1.0, chosen, out=np.zeros_like(chosen), where=chosen > 0)
    weight = work.weight**2 * np.repeat(part, np.diff(work.begins))
    return work.access(weight, work.per_person(weight), "three_step")


def raam(
    costs: TravelCosts,
    demand: pd.Series,
    supply: pd.Series,
    *,
    tau: float,
    rho: float | None = None,
    cycles: int = 150,
    whole_persons: bool = False,
    progress: Progress | None = None,
) -> pd.Series:
    """Rational agent access model: everybody picks the place with the least crowding plus travel (Saxon and Snow 2019).

    ``C_ij = (D_j / S_j) / ρ + d_ij / τ`` with ρ the people per unit of supply overall. People move from their worst to
    their best place until the crowding is even. **Lower is better.**

    Parameters
    ----------
    tau : float
        Travel cost that people accept to avoid 100 % more crowding than average, in the unit of the costs.
    cycles : int
        Rounds of moving; the step halves every 50 rounds, from 20 % of a place's people (whole persons: down to 0.5 %).
        In a town of 400 areas and 150 places, 150 rounds leave 0.0002 to 0.02 (see ``left``), 600 less than 0.0001.
    whole_persons : bool
        Move whole persons only and cost the last round as it began: the numbers of PySAL ``access``, which stops up to
        a person short of the balance. By default people are divisible.

    Returns
    -------
    Series
        By demand id; infinite where nothing is in reach (worst), missing where nobody lives. ``attrs["left"]`` is what
        people could still gain on average by going elsewhere after the last round: 0 is a perfect balance.
    """
    progress = progress or Progress()
    if not tau > 0:
        raise ParameterError(say("tau cannot be {tau}.", tau=format_given(tau)), say("Give a cost above 0."))
    work = _Catchments.of(costs, demand, supply, np.inf, None)
    rate = rho if rho is not None else float(demand.sum() / supply[supply > 0].sum())
    at_demand = np.repeat(np.arange(len(work.people)), np.diff(work.begins))
    usable = (work.slots[work.at_supply] > 0) & (work.people[at_demand] > 0)
    at_demand, at_supply = at_demand[usable], work.at_supply[usable].astype(np.int64)
    values, left = np.full(len(work.people), np.inf), 0.0
    if len(at_demand):
        begins = np.flatnonzero(np.r_[True, at_demand[1:] != at_demand[:-1]])
        places = at_demand[begins]
        segment = np.repeat(np.arange(len(places)), np.diff(np.r_[begins, len(at_demand)]))
        values[places], left = _even_out(
            work.people[places], work.slots * rate, work.cost[usable] / tau, segment, at_supply, begins,
            cycles=cycles, whole=whole_persons, progress=progress,
        )
    found = _on(demand.index, work.demand_ids, values, np.inf, "raam").where(demand > 0, np.nan)
    found.attrs["left"] = left
    return found


def _even_out(
    people: Floats,
    slots: Floats,
    travel: Floats,
    row: npt.NDArray[np.int64],
    column: npt.NDArray[np.int64],
    begins: npt.NDArray[np.int64],
    *,
    cycles: int,
    whole: bool,
    progress: Progress,
) -> tuple[Floats, float]:
    """Move people between the pairs of their row until crowding is even: the mean cost of each row, what is left.

    Pairs are sorted by row; ties go to the first pair. In the first 20 rounds no place may be mobbed.
    """
    assigned = np.zeros(len(travel))
    assigned[_first_least(travel, row, begins)] = people
    total = travel
    for cycle in range(cycles):
        if cycle % 10 == 0:
            progress.at(cycle / cycles, say("Evening out the crowding"))
        load = _sums(column, assigned, len(slots))
        total = _per(load, slots)[column] + travel
        held = np.flatnonzero(assigned > 0)  # a few of a row's pairs, and at least one: people stay
        worst = held[_first_least(-total[held], row[held])]
        best = _first_least(total, row, begins)
        to, away = slots[column[best]], slots[column[worst]]
        others_to, others_away = load[column[best]] - assigned[best], load[column[worst]] - assigned[worst]
        both = assigned[best] + assigned[worst]
        wanted = (to * away / (to + away)) * (
            (travel[worst] - travel[best]) + (both + others_away) / away - others_to / to
        )
        moved = np.where(worst == best, 0.0, np.minimum(wanted - assigned[best], assigned[worst]))
        step = max(0.2 * 0.5 ** (cycle / 50), 0.005 if whole else 0.0)
        moved = np.minimum(moved, step * people)
        moved = np.trunc(moved) if whole else moved
        if cycle < 20:
            rush = _sums(column[best], moved, len(slots))
            crowd = np.maximum(_per(rush, slots), 1.0)
            moved = np.round(moved / crowd[column[best]]) if whole else moved / crowd[column[best]]
        assigned[best] += moved
        assigned[worst] -= moved
    final = _per(_sums(column, assigned, len(slots)), slots)[column] + travel
    left = float((assigned * (final - np.minimum.reduceat(final, begins)[row])).sum() / people.sum())
    total = total if whole else final
    return np.add.reduceat(total * assigned, begins) / np.add.reduceat(assigned, begins), left


def _first_least(
    value: Floats, row: npt.NDArray[np.int64], begins: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.int64]:
    """Position of the least value of each row; the first of equals. Where each row begins is looked for if it is not given."""
    if begins is None:
        begins = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    least = np.minimum.reduceat(value, begins)
    found = np.flatnonzero(value == np.repeat(least, np.diff(begins, append=len(value))))
    return found[np.r_[True, row[found][1:] != row[found][:-1]]]


@frozen
class _Catchments:
    """The pairs within the catchment as a sparse matrix: demand in rows, supply in columns, in the order of the costs."""

    index: pd.Index
    supply: pd.Series
    demand_ids: pd.Index
    supply_ids: pd.Index
    people: Floats
    slots: Floats
    begins: npt.NDArray[np.int64]
    at_supply: npt.NDArray[np.int32]
    cost: Floats
    weight: Floats

    @classmethod
    def of(
        cls, costs: TravelCosts, demand: pd.Series, supply: pd.Series, catchment: float, decay: Decay | None
    ) -> _Catchments:
        pairs = _within(costs, catchment)
        people = _on_ids(demand, costs.demand_ids, pairs.demand, DEMAND)
        slots = _on_ids(supply, costs.supply_ids, pairs.supply, SUPPLY)
        weight = np.broadcast_to(1.0, len(pairs)) if decay is None else np.asarray(decay(pairs.cost), dtype=float)
        return cls(demand.index, supply, costs.demand_ids, costs.supply_ids, people, slots,
                   pairs.begins, pairs.supply, pairs.cost, weight)

    def matrices(self, weight: Floats) -> Iterator[tuple[slice, Any]]:
        """The rows of some demand at a time, whole, so that numbers of all pairs never stand in memory once more."""
        from scipy.sparse import csr_array  # heavy

        ends = np.searchsorted(self.begins, np.arange(_PAIRS, len(weight), _PAIRS))
        for start, stop in pairwise(np.unique(np.r_[0, ends, len(self.people)]).tolist()):
            first, last = self.begins[start], self.begins[stop]
            pairs = np.ascontiguousarray(weight[first:last]), self.at_supply[first:last], self.begins[start : stop + 1] - first
            yield slice(start, stop), csr_array(pairs, shape=(stop - start, len(self.slots)))

    def reached(self, weight: Floats, of_supply: Floats) -> Floats:
        """What every demand has in reach of something that supply has, weighed."""
        return np.concatenate([np.zeros(0), *(matrix @ of_supply for _, matrix in self.matrices(weight))])

    def per_person(self, weight: Floats) -> Floats:
        """R_j: supply per person who wants it; 0 where nobody does."""
        wanted = np.zeros_like(self.slots)
        for rows, matrix in self.matrices(weight):
            wanted += self.people[rows] @ matrix
        return np.divide(self.slots, wanted, out=np.zeros_like(self.slots), where=wanted > 0)

    def access(self, weight: Floats, per_person: Floats, name: str) -> pd.Series:
        series = _on(self.index, self.demand_ids, self.reached(weight, per_person), 0.0, name)
        shared = _on(self.supply.index, self.supply_ids, per_person, 0.0, "per_person").to_numpy()
        unwanted = (self.supply.to_numpy(dtype=float) > 0) & (shared == 0)
        series.attrs["unwanted_supply"] = [str(x) for x in self.supply.index[unwanted]]
        return series


def _sums(at: npt.NDArray[Any], amount: Floats, size: int) -> Floats:
    """Sum of ``amount`` at each position, as numbers even where there are no pairs."""
    return np.bincount(at, amount, minlength=size).astype(np.float64)


def _per(load: Floats, slots: Floats) -> Floats:
    """People per slot; 0 where there are no slots."""
    return np.divide(load, slots, out=np.zeros_like(load), where=slots > 0)


def _within(costs: TravelCosts, catchment: float) -> TravelCosts:
    if not catchment > 0:
        raise ParameterError(say("A catchment of {catchment} reaches nobody.", catchment=format_given(catchment)), say("Give more than 0."))
    return costs if costs.largest <= catchment else costs.within(catchment)


def _some(names: list[str]) -> Said:
    some = joined(names[:5], ", ")
    return say("{names} ...", names=some) if len(names) > 5 else say("{names}.", names=some)


def _complete(values: pd.Series, what: Said) -> Floats:
    """The numbers of a Series with unique ids, none of them missing or negative."""
    if not values.index.is_unique:
        raise InputError(say("Some {what} ids occur twice.", what=what), say("Give one row per id."))
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    wrong = ~np.isfinite(numbers) | (numbers < 0)
    if wrong.any():
        names = [str(name) for name in values.index[wrong]]
        raise InputError(
            plural("The {what} of {n} place is missing or negative: {some}", "The {what} of {n} places is missing or negative: {some}",
                   len(names), what=what, some=_some(names)),
            say("Fill it in or leave those places out on purpose: missing is not zero."),
            {"rows": names},
        )
    return numbers


def _on_ids(values: pd.Series, ids: pd.Index, used: npt.NDArray[np.int32], what: Said) -> Floats:
    """The numbers of a Series in the order of ``ids``; ids that no pair uses count 0, used ones must have a number."""
    numbers = _complete(values, what)
    if values.index.equals(ids):
        return numbers
    place = values.index.get_indexer(ids)
    if (place < 0).any():
        absent = np.unique(used[place[used] < 0])
        if len(absent):
            names = [str(ids[i]) for i in absent]
            raise InputError(
                plural("{n} place in the travel costs has no {what}: {some}", "{n} places in the travel costs have no {what}: {some}",
                       len(names), what=what, some=_some(names)),
                say("Give a number for each: missing is not zero."),
                {"rows": names},
            )
    return np.where(place >= 0, numbers[np.maximum(place, 0)] if len(numbers) else 0.0, 0.0)


def _on(index: pd.Index, ids: pd.Index, values: Floats, absent: float, name: str) -> pd.Series:
    """Values by id brought to another index; ids that the costs never heard of are out of reach."""
    if index.equals(ids):
        return pd.Series(values, index=index, name=name)
    return pd.Series(values, index=ids).reindex(index, fill_value=absent).rename(name)
