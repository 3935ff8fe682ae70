"""Ways along streets: places put on the street nearest to them, and who reaches whom from there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.overlay import metres_per_unit, same_crs
from ecomap.analysis.travel.costs import TravelCosts, ids_of, points_of
from ecomap.analysis.travel.network import METRES, MINUTES, Network, cheapest
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.progress import Progress, silent
from ecomap.model.said import say
from ecomap.model.units import WALK_METRES_PER_MINUTE

SNAP_LIMIT_M = 250.0
_CELLS = 4_000_000  # entries of the distance table held at once
_CHUNK = 20_000     # places put on streets at once
_ROUNDING = 1e-9


@frozen
class Snapping:
    """How places were put on the street nearest to them.

    ``table``: id, side ("demand" or "supply"), distance_m to the nearest street (NaN where none is within the limit or
    the place has no geometry), snapped.
    """

    table: pd.DataFrame = field(eq=False, repr=False)
    limit_m: float

    @property
    def unsnapped(self) -> tuple[str, ...]:
        return tuple(self.table.loc[~self.table["snapped"], "id"].astype(str))

    @property
    def sentence(self) -> str:
        """What a planner should know about places far from any street."""
        away = self.unsnapped
        if not away:
            return f"Every place lies within {self.limit_m:g} m of a street."
        names = ", ".join(away[:5]) + (" ..." if len(away) > 5 else "")
        return (f"{len(away)} of {len(self.table)} places lie further than {self.limit_m:g} m from any street and are "
                f"out of reach of everything: {names}.")


@frozen
class Spots:
    """Places on streets: rows of those within the limit, coordinates in metres, edge, share along it, way to it in metres."""

    row: np.ndarray
    xy: np.ndarray
    edge: np.ndarray
    along: np.ndarray
    leg_m: np.ndarray

    def __len__(self) -> int:
        return len(self.row)

    def distances(self, count: int) -> np.ndarray:
        """Metres to the nearest street for `count` places; NaN where none is within the limit."""
        distance = np.full(count, np.nan)
        distance[self.row] = self.leg_m
        return distance


def spots_of(
    network: Network, xy: np.ndarray, limit_m: float = SNAP_LIMIT_M, *, row: np.ndarray | None = None,
    progress: Progress | None = None,
) -> Spots:
    """Put points on the nearest point of the nearest street, exactly there and not at a crossing.

    Parameters
    ----------
    xy : ndarray, shape (n, 2)
        Metres.
    row : ndarray of int, optional
        What the points are called; their positions by default.
    """
    progress = progress or silent()
    scale = metres_per_unit(network.crs)
    row = np.arange(len(xy)) if row is None else row
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = [(np.zeros(0, int), np.zeros(0, int), np.zeros(0))]
    for start in range(0, len(xy), _CHUNK):
        progress.at(start / len(xy), say("Finding the nearest streets"))
        (place, edge), away = network.tree.query_nearest(
            shapely.points(xy[start : start + _CHUNK] / scale), max_distance=limit_m / scale, return_distance=True,
            all_matches=False,
        )
        found.append((place + start, edge, away))
    place, edge, away = (np.concatenate(part) for part in zip(*found))
    line = network.lines[edge]
    length = shapely.length(line)
    along = np.divide(shapely.line_locate_point(line, shapely.points(xy[place] / scale)), length, out=np.zeros(len(line)),
                      where=length > 0)
    return Spots(row[place], xy[place], edge, np.clip(along, 0, 1), away * scale)


def street_costs(
    network: Network, demand: Any, supply: Any, *, cutoff: float, unit: str = MINUTES,
    snap_limit_m: float = SNAP_LIMIT_M, metres_per_minute: float = WALK_METRES_PER_MINUTE,
    progress: Progress | None = None,
) -> tuple[TravelCosts, Snapping]:
    """Every pair of demand and supply no further apart along the streets than the cutoff.

    Each place is put on the nearest point of the nearest street; the way to that street is walked. Two places on the same
    piece of street that are nearer to each other than to it cost the straight line between them.

    Parameters
    ----------
    demand, supply : GeoDataFrame
        In the CRS of the network; areas count from their interior point.
    cutoff : float
        Largest cost, inclusive, in `unit`.
    unit : {"minutes", "metres"}
        Least minutes, or least metres; one-way streets hold for both.
    snap_limit_m : float
        A place further than this from every street reaches nothing and is reported.

    Returns
    -------
    costs : TravelCosts
    snapping : Snapping
    """
    progress = progress or silent()
    if unit not in (MINUTES, METRES):
        raise ParameterError(say("There is no unit called '{unit}'.", unit=unit), say("Choose minutes or metres."))
    if not cutoff > 0:
        raise ParameterError(say(f"A cutoff of {cutoff:g} {unit} reaches nobody."), say("Give more than 0."))
    scale = metres_per_unit(same_crs(demand, supply, "demand", "supply"))
    if demand.crs != network.crs:
        raise InputError(say("The places and the streets have different coordinate systems."), say("Re-project one to the other."))
    spots = []
    for part, frame in enumerate((demand, supply)):
        xy, row = points_of(frame, scale)
        spots.append(spots_of(network, xy, snap_limit_m, row=row, progress=progress.part(0.1 * part, 0.1 * part + 0.1)))
    table = pd.concat([
        pd.DataFrame({v.ID: ids_of(frame), "side": side, "distance_m": at.distances(len(frame))})
        for at, frame, side in zip(spots, (demand, supply), ("demand", "supply"))
    ], ignore_index=True)
    table["snapped"] = table["distance_m"].notna()
    row, column, cost = ways(network, spots[0], spots[1], cutoff=cutoff, unit=unit, metres_per_minute=metres_per_minute,
                             progress=progress.part(0.2, 1.0))
    costs = TravelCosts.from_pairs(ids_of(demand), ids_of(supply), spots[0].row[row], spots[1].row[column], cost)
    return costs, Snapping(table, snap_limit_m)


def ways(
    network: Network, here: Spots, there: Spots, *, cutoff: float, unit: str = METRES,
    metres_per_minute: float = WALK_METRES_PER_MINUTE, progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions in `here` and `there` and the least cost from one to the other, of all pairs within the cutoff.

    Searched from the smaller side; nothing further away as the crow flies than the cutoff is looked at.
    """
    progress = progress or silent()
    turned = len(there) < len(here)
    near, far = (there, here) if turned else (here, there)
    walk = 1.0 if unit == METRES else metres_per_minute
    search = _Search.of(network, near, unit, turned)
    radius = cutoff * max(search.fastest, walk) * (1 + _ROUNDING)
    parts = [(np.zeros(0, int), np.zeros(0, int), np.zeros(0))]
    if len(near) and len(far):
        from scipy.spatial import cKDTree  # heavy

        tree = cKDTree(far.xy)
        size = max(1, _CELLS // search.graph.shape[0])
        for start in range(0, len(near), size):
            progress.at(start / len(near), say("Following the streets"))
            stop = min(start + size, len(near))
            reached = search.from_spots(start, stop, cutoff)
            around = tree.query_ball_point(near.xy[start:stop], radius, return_sorted=True)
            parts += [search.pairs(start + n, reached[n], np.asarray(goals, dtype=int), far, walk, cutoff)
                      for n, goals in enumerate(around) if len(goals)]
    row, column, cost = (np.concatenate(part) for part in zip(*parts))
    return (column, row, cost) if turned else (row, column, cost)


@frozen
class _Search:
    """The graph with the searched-from spots as nodes of their own.

    ``ahead`` and ``back`` are the costs of every edge in the direction of the search; ``fastest`` metres per unit of cost.
    """

    network: Network
    near: Spots
    graph: Any
    ahead: np.ndarray
    back: np.ndarray
    fastest: float

    @classmethod
    def of(cls, network: Network, near: Spots, unit: str, turned: bool) -> _Search:
        from scipy.sparse import csr_matrix  # heavy

        ahead, back = network.metres if unit == METRES else (network.forward_min, network.backward_min)
        if turned:
            ahead, back = back, ahead
        streets = network.graph_in(unit, turned)
        size, spots = network.nodes + len(near), np.arange(len(near))
        with np.errstate(invalid="ignore"):
            cost = np.concatenate([
                np.where(near.along > 0, near.along * back[near.edge], 0.0),  # at an end one is there, one-way or not
                np.where(near.along < 1, (1 - near.along) * ahead[near.edge], 0.0),
            ])
        target = np.concatenate([network.start[near.edge], network.end[near.edge]])
        spot = np.concatenate([spots, spots])
        spot, target, cost = cheapest(spot, target, cost)
        graph = csr_matrix((
            np.concatenate([streets.data, cost]), np.concatenate([streets.indices, target]),
            np.concatenate([streets.indptr, len(streets.data) + np.searchsorted(spot, spots, side="right")]),
        ), shape=(size, size))
        cheap = np.minimum(network.forward_min, network.backward_min) if unit == MINUTES else network.length_m
        drawn = shapely.length(network.lines) * metres_per_unit(network.crs)
        with np.errstate(divide="ignore", invalid="ignore"):
            fastest = np.nanmax(drawn / cheap, initial=0.0)
        return cls(network, near, graph, ahead, back, float(fastest))

    def from_spots(self, start: int, stop: int, cutoff: float) -> np.ndarray:
        """Cost from each of these spots to every node of the streets; infinite beyond the cutoff."""
        from scipy.sparse.csgraph import dijkstra  # heavy

        nodes = np.arange(start, stop) + self.network.nodes
        return np.asarray(dijkstra(self.graph, indices=nodes, limit=cutoff * (1 + _ROUNDING)))

    def pairs(
        self, spot: int, reached: np.ndarray, goals: np.ndarray, far: Spots, walk: float, cutoff: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The goals that one spot reaches within the cutoff, and at what cost."""
        edge, along, near = far.edge[goals], far.along[goals], self.near
        with np.errstate(invalid="ignore"):
            cost = np.minimum(
                reached[self.network.start[edge]] + np.where(along > 0, along * self.ahead[edge], 0.0),
                reached[self.network.end[edge]] + np.where(along < 1, (1 - along) * self.back[edge], 0.0),
            )
            same = np.flatnonzero(edge == near.edge[spot])
            step = along[same] - near.along[spot]
            direct = np.where(step == 0, 0.0, np.where(step > 0, step * self.ahead[edge[same]], -step * self.back[edge[same]]))
        cost[same] = np.minimum(cost[same], direct)
        cost = cost + (near.leg_m[spot] + far.leg_m[goals]) / walk
        straight = np.hypot(*(far.xy[goals[same]] - near.xy[spot]).T)
        beside = straight <= near.leg_m[spot] + far.leg_m[goals[same]]
        cost[same] = np.where(beside, straight / walk, cost[same])
        found = np.flatnonzero(cost <= cutoff * (1 + _ROUNDING))
        return np.full(len(found), spot), goals[found], cost[found]


def nearest_along(network: Network, here: Spots, sites: Spots, zones: np.ndarray) -> np.ndarray:
    """Metres along the streets from each spot to the nearest site, or to the first street inside a zone; infinite if none."""
    from scipy.sparse.csgraph import dijkstra  # heavy

    found = np.full(len(here), np.inf)
    search = _Search.of(network, sites, METRES, True)
    graph = search.graph.copy()
    first = graph.indptr[network.nodes]
    spot = np.repeat(np.arange(len(sites)), np.diff(graph.indptr[network.nodes :]))
    graph.data[first:] += sites.leg_m[spot]
    inside = _nodes_inside(network, zones)
    sources = np.concatenate([network.nodes + np.arange(len(sites)), inside])
    if len(sources) and len(here):
        reached = dijkstra(graph, indices=sources, min_only=True)
        with np.errstate(invalid="ignore"):
            found = np.minimum(
                reached[network.start[here.edge]] + np.where(here.along > 0, here.along * search.ahead[here.edge], 0.0),
                reached[network.end[here.edge]] + np.where(here.along < 1, (1 - here.along) * search.back[here.edge], 0.0),
            ) + here.leg_m
    same = pd.DataFrame({"edge": here.edge, "here": np.arange(len(here))}).merge(
        pd.DataFrame({"edge": sites.edge, "site": np.arange(len(sites))}), on="edge")
    one, other = same["here"].to_numpy(), same["site"].to_numpy()
    step = here.along[one] - sites.along[other]
    edge = here.edge[one]
    with np.errstate(invalid="ignore"):
        along = np.where(step == 0, 0.0, np.where(step > 0, step * search.ahead[edge], -step * search.back[edge]))
    legs = here.leg_m[one] + sites.leg_m[other]
    straight = np.hypot(*(here.xy[one] - sites.xy[other]).T)
    np.minimum.at(found, one, np.where(straight <= legs, straight, along + legs))
    return found


def _nodes_inside(network: Network, zones: np.ndarray) -> np.ndarray:
    if not len(zones):
        return np.zeros(0, dtype=int)
    ends = np.concatenate([shapely.get_point(network.lines, 0), shapely.get_point(network.lines, -1)])
    _, at = shapely.STRtree(ends).query(zones, predicate="intersects")
    return np.unique(np.concatenate([network.start, network.end])[at])
