"""A network of streets: who reaches what along ways that exist, in minutes or metres.

A street is an edge; a river, a freeway or a fence is honoured simply because no edge crosses it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.distance import TravelCosts, ids_of, points_of
from ecomap.analysis.overlay import metres_per_unit, projected_crs, same_crs
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.progress import Progress, silent
from ecomap.model.units import WALK_METRES_PER_MINUTE

MINUTES, METRES = "minutes", "metres"
SNAP_LIMIT_M = 250.0
_FORWARD = frozenset({"yes", "true", "1", "1.0", "forward", "ft"})
_BACKWARD = frozenset({"-1", "-1.0", "reverse", "backward", "tf"})
_CELLS = 4_000_000  # entries of the distance table held at once
_ROUNDING = 1e-9


@frozen
class Network:
    """Streets as edges between nodes.

    Parameters
    ----------
    crs : CRS
        Projected; that of the lines.
    nodes : int
    start, end : ndarray of int
        Nodes of every edge.
    length_m : ndarray
    forward_min, backward_min : ndarray
        Minutes from start to end and back; infinite where that way is not allowed.
    lines : ndarray of LineString
        From start to end.
    pieces : int
        Parts that no street connects with each other; 1 where every place can be reached.
    notes : tuple of str
        What was left out or assumed, with counts.
    """

    crs: Any
    nodes: int
    start: np.ndarray = field(eq=False, repr=False)
    end: np.ndarray = field(eq=False, repr=False)
    length_m: np.ndarray = field(eq=False, repr=False)
    forward_min: np.ndarray = field(eq=False, repr=False)
    backward_min: np.ndarray = field(eq=False, repr=False)
    lines: np.ndarray = field(eq=False, repr=False)
    pieces: int = 1
    notes: tuple[str, ...] = ()


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


def network_from_lines(
    lines: Any, *, one_way: str = "one_way", speed_kmh: str = "speed_kmh", join_m: float = 0.5,
    metres_per_minute: float = WALK_METRES_PER_MINUTE, on_foot: bool = True,
) -> Network:
    """Streets from a layer of lines.

    Two lines meet where they share a vertex (to `join_m`), at their ends or in between; lines that only cross, as a
    bridge does, do not meet.

    Parameters
    ----------
    lines : GeoDataFrame of lines
        In a projected CRS.
    one_way : str
        Column, if there is one: "yes", "true", "1", "forward": only as drawn; "-1", "reverse": only against it.
    speed_kmh : str
        Column, if there is one; where it is missing or not above 0 the speed given by `metres_per_minute` holds.
    join_m : float
        Vertices in one cell of this size are one place.
    on_foot : bool
        True: people walk both ways at the walking speed, whatever the two columns say.
    """
    crs = projected_crs(lines, "streets")
    unit = metres_per_unit(crs)
    shapes = np.asarray(lines.geometry)
    parts, row = shapely.get_parts(shapes, return_index=True)
    usable = (shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0)
    if not usable.any():
        raise InputError("The street layer holds no lines.", "Choose a layer of lines.")
    edges, line, start, end, nodes = _split(parts[usable], join_m / unit)
    row = row[usable][line]
    length = shapely.length(edges) * unit
    speed, assumed = _speeds(lines, row, None if on_foot else speed_kmh, metres_per_minute)
    ahead, back = _directions(lines, row, None if on_foot else one_way)
    notes = []
    if (~usable).any():
        notes.append(f"{int((~usable).sum())} shapes are no lines or have no length and are left out.")
    if assumed:
        notes.append(f"{assumed} streets have no speed: {metres_per_minute * 0.06:g} km/h is assumed.")
    return _network(crs, nodes, start, end, length, length / speed, ahead, back, edges, notes)


def network_from_tables(
    nodes: Any, edges: pd.DataFrame, *, start: str = "from", end: str = "to", length_m: str = "length_m",
    minutes: str = "minutes", one_way: str = "one_way", metres_per_minute: float = WALK_METRES_PER_MINUTE,
) -> Network:
    """Streets from a table of nodes (points with an id) and one of edges between them.

    Parameters
    ----------
    nodes : GeoDataFrame of points
        Column ``id``, else the index; in a projected CRS.
    edges : DataFrame
        Columns `start` and `end` name nodes. `length_m` is optional (else the straight line), so are `minutes` (else
        length at `metres_per_minute`) and `one_way` (see `network_from_lines`).

    Raises
    ------
    InputError
        If an edge names an unknown node, or a length or a time is missing, negative or text.
    """
    crs = projected_crs(nodes, "nodes")
    ids = ids_of(nodes)
    if not ids.is_unique:
        raise InputError("Some nodes occur twice.", "Give one row per node.")
    absent = [name for name in (start, end) if name not in edges]
    if absent:
        raise InputError(f"The edges have no column {absent[0]!r}.", "Name the columns with the nodes of each edge.")
    ends = [ids.get_indexer(edges[name]) for name in (start, end)]
    strange = np.flatnonzero((ends[0] < 0) | (ends[1] < 0))
    if len(strange):
        first = edges.iloc[strange[0]]
        raise InputError(f"{len(strange)} edges name a node that is not there, like {first[start]} to {first[end]}.",
                         "Give every node a row.")
    xy = shapely.get_coordinates(np.asarray(nodes.geometry))
    if len(xy) != len(nodes) or np.isnan(xy).any():
        raise InputError("Some nodes have no place.", "Give every node a point.")
    lines = shapely.linestrings(np.stack([xy[ends[0]], xy[ends[1]]], axis=1))
    straight = shapely.length(lines) * metres_per_unit(crs)
    length = _measured(edges, length_m, straight)
    time = _measured(edges, minutes, length / metres_per_minute)
    ahead, back = _directions(edges, np.arange(len(edges)), one_way)
    return _network(crs, len(nodes), ends[0], ends[1], length, time, ahead, back, lines, [])


def street_costs(
    network: Network, demand: Any, supply: Any, *, cutoff: float, unit: str = MINUTES,
    snap_limit_m: float = SNAP_LIMIT_M, metres_per_minute: float = WALK_METRES_PER_MINUTE,
    progress: Progress | None = None,
) -> tuple[TravelCosts, Snapping]:
    """Every pair of demand and supply no further apart along the streets than the cutoff.

    Each place is put on the nearest point of the nearest street, exactly there and not at a crossing; the way to that
    street is walked. Two places nearer to each other than to their streets cost the straight line between them.

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
        raise ParameterError(f"There is no unit called {unit!r}.", "Choose minutes or metres.")
    if not cutoff > 0:
        raise ParameterError(f"A cutoff of {cutoff:g} {unit} reaches nobody.", "Give more than 0.")
    scale = metres_per_unit(same_crs(demand, supply, "demand", "supply"))
    if demand.crs != network.crs:
        raise InputError("The places and the streets have different coordinate systems.", "Re-project one to the other.")
    sides = [_snap(network, frame, scale, snap_limit_m) for frame in (demand, supply)]
    table = pd.concat([side.report(frame, name) for side, frame, name in
                       zip(sides, (demand, supply), ("demand", "supply"))], ignore_index=True)
    graph, at = _with_places(network, sides, unit)
    legs = [side.leg_m if unit == METRES else side.leg_m / metres_per_minute for side in sides]
    row, column, cost = _pairs(graph, at[0], at[1], cutoff, progress)
    cost = cost + legs[0][row] + legs[1][column]
    straight = np.hypot(*(sides[0].xy[row] - sides[1].xy[column]).T)
    beside = straight <= sides[0].leg_m[row] + sides[1].leg_m[column]
    cost = np.where(beside, straight / (1.0 if unit == METRES else metres_per_minute), cost)
    near = cost <= cutoff * (1 + _ROUNDING)
    costs = TravelCosts.from_pairs(ids_of(demand), ids_of(supply), sides[0].row[row[near]], sides[1].row[column[near]],
                                   cost[near])
    return costs, Snapping(table, snap_limit_m)


@frozen
class _Snapped:
    """Places on streets: rows of the frame, coordinates in metres, edge, share along it, way to it in metres."""

    row: np.ndarray
    xy: np.ndarray
    edge: np.ndarray
    along: np.ndarray
    leg_m: np.ndarray

    def report(self, frame: Any, side: str) -> pd.DataFrame:
        distance = np.full(len(frame), np.nan)
        distance[self.row] = self.leg_m
        return pd.DataFrame({v.ID: ids_of(frame), "side": side, "distance_m": distance, "snapped": ~np.isnan(distance)})


def _snap(network: Network, frame: Any, scale: float, limit_m: float) -> _Snapped:
    xy, row = points_of(frame, scale)
    points = shapely.points(xy / scale)
    (place, edge), away = shapely.STRtree(network.lines).query_nearest(
        points, max_distance=limit_m / scale, return_distance=True, all_matches=False
    )
    line = network.lines[edge]
    length = shapely.length(line)
    along = np.divide(shapely.line_locate_point(line, points[place]), length, out=np.zeros(len(line)), where=length > 0)
    return _Snapped(row[place], xy[place], edge, np.clip(along, 0, 1), away * scale)


def _with_places(network: Network, sides: list[_Snapped], unit: str) -> tuple[Any, list[np.ndarray]]:
    """The graph with every place as a node of its own on its street, and the nodes of both sides."""
    from scipy.sparse import csr_matrix  # heavy

    if unit == METRES:
        ahead = np.where(np.isfinite(network.forward_min), network.length_m, np.inf)
        back = np.where(np.isfinite(network.backward_min), network.length_m, np.inf)
    else:
        ahead, back = network.forward_min, network.backward_min
    edge = np.concatenate([side.edge for side in sides])
    along = np.concatenate([side.along for side in sides])
    node = network.nodes + np.arange(len(edge))
    order = np.lexsort((along, edge))
    edge, along, place = edge[order], along[order], node[order]
    first = np.r_[True, edge[1:] != edge[:-1]][: len(edge)]
    last = np.r_[first[1:], True][: len(edge)]
    before = np.where(first, network.start[edge], np.roll(place, 1))
    step = along - np.where(first, 0.0, np.roll(along, 1))
    tail = edge[last]
    begin = np.concatenate([network.start, before, place[last]])
    finish = np.concatenate([network.end, place, network.end[tail]])
    share = np.concatenate([np.ones(len(ahead)), step, 1 - along[last]])
    of = np.concatenate([np.arange(len(ahead)), edge, tail])
    source, target = np.concatenate([begin, finish]), np.concatenate([finish, begin])
    with np.errstate(invalid="ignore"):
        cost = np.concatenate([share * ahead[of], share * back[of]])
    source, target, cost = _cheapest(source, target, cost)
    size = network.nodes + len(node)
    graph = csr_matrix((cost, (source, target)), shape=(size, size))
    split = len(sides[0].edge)
    return graph, [node[:split], node[split:]]


def _cheapest(source: np.ndarray, target: np.ndarray, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cheapest of parallel ways; ways that are not allowed are left out."""
    open_ = np.isfinite(cost)
    source, target, cost = source[open_], target[open_], cost[open_]
    order = np.lexsort((cost, target, source))
    source, target, cost = source[order], target[order], cost[order]
    kept = np.r_[True, (source[1:] != source[:-1]) | (target[1:] != target[:-1])][: len(source)]
    return source[kept], target[kept], cost[kept]


def _pairs(
    graph: Any, origins: np.ndarray, goals: np.ndarray, cutoff: float, progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions of origin and goal, and the cost, of all pairs within the cutoff; searched from the smaller side."""
    from scipy.sparse.csgraph import dijkstra  # heavy

    swapped = len(goals) < len(origins)
    here, there = (goals, origins) if swapped else (origins, goals)
    graph = graph.T.tocsr() if swapped else graph
    size = max(1, _CELLS // graph.shape[0])
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for start in range(0, len(here), size):
        progress.at(start / len(here), "Following the streets")
        reached = dijkstra(graph, indices=here[start : start + size], limit=cutoff * (1 + _ROUNDING))[:, there]
        row, column = np.nonzero(np.isfinite(reached))
        parts.append((row + start, column, reached[row, column]))
    row, column, cost = ([np.concatenate(list(x)) for x in zip(*parts)] if parts
                         else [np.zeros(0, int), np.zeros(0, int), np.zeros(0)])
    return (column, row, cost) if swapped else (row, column, cost)


def _split(lines: np.ndarray, cell: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]:
    """Cut lines at the vertices they share: edges, the line of each, its first and last node, the number of nodes."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    grid = np.round((xy - xy.min(axis=0)) / cell).astype(np.int64)
    place, _ = pd.factorize(grid[:, 0] * (int(grid[:, 1].max()) + 1) + grid[:, 1])
    repeated = np.r_[False, (place[1:] == place[:-1]) & (line[1:] == line[:-1])]
    xy, line, place = xy[~repeated], line[~repeated], place[~repeated]
    starts = np.r_[True, line[1:] != line[:-1]]
    ends = np.r_[starts[1:], True]
    knot = starts | ends | (np.bincount(place)[place] > 1)
    at = np.flatnonzero(knot)
    begin, finish = at[:-1], at[1:]
    inside = line[begin] == line[finish]
    begin, finish = begin[inside], finish[inside]
    count = finish - begin + 1
    offset = np.repeat(np.cumsum(count) - count, count)
    vertex = np.repeat(begin, count) + np.arange(count.sum()) - offset
    edges = shapely.linestrings(xy[vertex], indices=np.repeat(np.arange(len(count)), count))
    node, _ = pd.factorize(np.concatenate([place[begin], place[finish]]))
    return edges, line[begin], node[: len(begin)], node[len(begin) :], int(node.max()) + 1 if len(node) else 0


def _network(
    crs: Any, nodes: int, start: np.ndarray, end: np.ndarray, length: np.ndarray, minutes: np.ndarray,
    ahead: np.ndarray, back: np.ndarray, lines: np.ndarray, notes: list[str],
) -> Network:
    from scipy.sparse import csr_matrix  # heavy
    from scipy.sparse.csgraph import connected_components  # heavy

    pieces, _ = connected_components(csr_matrix((np.ones(len(start)), (start, end)), shape=(nodes, nodes)), directed=False)
    if pieces > 1:
        notes = [*notes, f"The streets fall into {pieces} pieces that no street connects; nobody gets from one to another."]
    return Network(crs, nodes, start.astype(np.int64), end.astype(np.int64), length,
                   np.where(ahead, minutes, np.inf), np.where(back, minutes, np.inf), lines, int(pieces), tuple(notes))


def _directions(frame: Any, row: np.ndarray, column: str | None) -> tuple[np.ndarray, np.ndarray]:
    if column is None or column not in frame:
        return np.ones(len(row), bool), np.ones(len(row), bool)
    word = frame[column].map(lambda value: str(value).strip().casefold()).to_numpy()[row]
    return ~np.isin(word, list(_BACKWARD)), ~np.isin(word, list(_FORWARD))


def _speeds(lines: Any, row: np.ndarray, column: str | None, otherwise: float) -> tuple[np.ndarray, int]:
    """Metres per minute of every edge, and how many streets had none of their own."""
    if not otherwise > 0:
        raise ParameterError(f"A speed of {otherwise:g} m per minute gets nowhere.", "Give more than 0; 80 is walking.")
    if column is None or column not in lines:
        return np.full(len(row), otherwise), 0
    given = pd.to_numeric(lines[column], errors="coerce").to_numpy(dtype=float) * 1000 / 60
    usable = np.isfinite(given) & (given > 0)
    return np.where(usable, given, otherwise)[row], int((~usable).sum())


def _measured(edges: pd.DataFrame, column: str, otherwise: np.ndarray) -> np.ndarray:
    if column not in edges:
        return otherwise
    numbers = pd.to_numeric(edges[column], errors="coerce").to_numpy(dtype=float)
    wrong = ~np.isfinite(numbers) | (numbers < 0)
    if wrong.any():
        raise InputError(f"{int(wrong.sum())} edges have no usable {column!r}: missing, negative or text.",
                         "Fill it in, or leave the column out.")
    return numbers
