"""A network of streets: who reaches what along ways that exist, in minutes or metres.

A street is an edge; a river, a freeway or a fence is honoured simply because no edge crosses it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.overlay import metres_per_unit, projected_crs
from ecomap.analysis.travel.costs import ids_of
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.progress import Progress, silent
from ecomap.model.said import Said, name, plural, say
from ecomap.model.units import WALK_METRES_PER_MINUTE, format_given, format_number

MINUTES, METRES = "minutes", "metres"
_FORWARD = frozenset({"yes", "true", "1", "1.0", "forward", "ft"})
_BACKWARD = frozenset({"-1", "-1.0", "reverse", "backward", "tf"})


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
    notes : tuple of Said
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
    notes: tuple[Said, ...] = ()

    @cached_property
    def tree(self) -> Any:
        """What finds the street nearest to a point."""
        return shapely.STRtree(self.lines)

    @cached_property
    def metres(self) -> tuple[np.ndarray, np.ndarray]:
        """Metres along every edge as drawn and back; infinite where that way is not allowed."""
        return (np.where(np.isfinite(self.forward_min), self.length_m, np.inf),
                np.where(np.isfinite(self.backward_min), self.length_m, np.inf))

    def graph_in(self, unit: str, turned: bool = False) -> Any:
        """The cheapest edge between any two nodes as a sparse matrix; `turned`: every way in the other direction."""
        found = self._metres_graph if unit == METRES else self._minutes_graph
        return found.T.tocsr() if turned else found

    @cached_property
    def _metres_graph(self) -> Any:
        return _graph(self, *self.metres)

    @cached_property
    def _minutes_graph(self) -> Any:
        return _graph(self, self.forward_min, self.backward_min)


def network_from_lines(
    lines: Any, *, one_way: str = "one_way", speed_kmh: str = "speed_kmh", join_m: float = 0.5,
    metres_per_minute: float = WALK_METRES_PER_MINUTE, on_foot: bool = True,
    progress: Progress | None = None,
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
        True: people walk both ways at the walking speed, whatever the two columns say, and only where the column ``walk``,
        if there is one, lets them.

    Lines with different numbers in the column ``street_level``, if there is one, meet only where one of them ends.
    """
    progress = progress or silent()
    crs = projected_crs(lines, say("streets"))
    unit = metres_per_unit(crs)
    if on_foot and v.WALK in lines:
        lines = lines[lines[v.WALK].astype(bool)]
    shapes = np.asarray(lines.geometry)
    level = lines[v.STREET_LEVEL].fillna(0).to_numpy(dtype=float) if v.STREET_LEVEL in lines else np.zeros(len(lines))
    parts, row = shapely.get_parts(shapes, return_index=True)
    usable = (shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0)
    if not usable.any():
        raise InputError(say("The street layer holds no lines to travel along."), say("Choose a layer of streets."))
    progress.at(0.2, say("Finding where streets meet"))
    edges, line, start, end, nodes = _split(parts[usable], level[row[usable]], join_m / unit)
    progress.at(0.8, say("Measuring the streets"))
    row = row[usable][line]
    length = shapely.length(edges) * unit
    speed, assumed = _speeds(lines, row, None if on_foot else speed_kmh, metres_per_minute)
    ahead, back = _directions(lines, row, None if on_foot else one_way)
    notes = []
    if (~usable).any():
        notes.append(plural("{n} shape is no line or has no length and is left out.",
                            "{n} shapes are no lines or have no length and are left out.", int((~usable).sum())))
    if assumed:
        notes.append(say("{count} streets have no speed: {speed} km/h is assumed.", count=format_number(assumed),
                         speed=format_given(metres_per_minute * 0.06)))
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
    crs = projected_crs(nodes, say("nodes"))
    ids = ids_of(nodes)
    if not ids.is_unique:
        raise InputError(say("Some nodes occur twice."), say("Give one row per node."))
    absent = [column for column in (start, end) if column not in edges]
    if absent:
        raise InputError(say("The edges have no column '{column}'.", column=name(absent[0])),
                         say("Name the columns with the nodes of each edge."))
    ends = [ids.get_indexer(edges[column]) for column in (start, end)]
    strange = np.flatnonzero((ends[0] < 0) | (ends[1] < 0))
    if len(strange):
        first = edges.iloc[strange[0]]
        raise InputError(plural("{n} edge names a node that is not there, like {origin} to {destination}.",
                                "{n} edges name a node that is not there, like {origin} to {destination}.", len(strange),
                                origin=name(first[start]), destination=name(first[end])),
                         say("Give every node a row."))
    xy = shapely.get_coordinates(np.asarray(nodes.geometry))
    if len(xy) != len(nodes) or np.isnan(xy).any():
        raise InputError(say("Some nodes have no place."), say("Give every node a point."))
    lines = shapely.linestrings(np.stack([xy[ends[0]], xy[ends[1]]], axis=1))
    straight = shapely.length(lines) * metres_per_unit(crs)
    length = _measured(edges, length_m, straight)
    time = _measured(edges, minutes, length / metres_per_minute)
    ahead, back = _directions(edges, np.arange(len(edges)), one_way)
    return _network(crs, len(nodes), ends[0], ends[1], length, time, ahead, back, lines, [])


def _split(
    lines: np.ndarray, level: np.ndarray, cell: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]:
    """Cut lines at the vertices they share: edges, the line of each, its first and last node, the number of nodes."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    grid = np.round((xy - xy.min(axis=0)) / cell).astype(np.int64)
    place, _ = pd.factorize(grid[:, 0] * (int(grid[:, 1].max()) + 1) + grid[:, 1])
    repeated = np.r_[False, (place[1:] == place[:-1]) & (line[1:] == line[:-1])]
    xy, line, place = xy[~repeated], line[~repeated], place[~repeated]
    starts = np.r_[True, line[1:] != line[:-1]]
    ends = np.r_[starts[1:], True]
    place = _by_level(place, level[line], starts | ends)
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


def _by_level(place: np.ndarray, level: np.ndarray, is_end: np.ndarray) -> np.ndarray:
    """Places told apart by level where lines of several levels pass; where a line ends, all that pass there meet."""
    if not len(level) or (level == level[0]).all():
        return place
    apart = np.bincount(place, is_end)[place] == 0
    found, _ = pd.factorize(pd.MultiIndex.from_arrays([place, np.where(apart, level, np.inf)]))
    return np.asarray(found)


def _network(
    crs: Any, nodes: int, start: np.ndarray, end: np.ndarray, length: np.ndarray, minutes: np.ndarray,
    ahead: np.ndarray, back: np.ndarray, lines: np.ndarray, notes: list[Said],
) -> Network:
    from scipy.sparse import csr_matrix  # heavy
    from scipy.sparse.csgraph import connected_components  # heavy

    pieces, _ = connected_components(csr_matrix((np.ones(len(start)), (start, end)), shape=(nodes, nodes)), directed=False)
    if pieces > 1:
        notes = [*notes, say("The streets fall into {pieces} pieces that no street connects; nobody gets from one to another.",
                             pieces=format_number(int(pieces)))]
    return Network(crs, nodes, start.astype(np.int64), end.astype(np.int64), length,
                   np.where(ahead, minutes, np.inf), np.where(back, minutes, np.inf), lines, int(pieces), tuple(notes))


def _graph(network: Network, ahead: np.ndarray, back: np.ndarray) -> Any:
    from scipy.sparse import csr_matrix  # heavy

    source, target, cost = cheapest(np.concatenate([network.start, network.end]), np.concatenate([network.end, network.start]),
                                    np.concatenate([ahead, back]))
    return csr_matrix((cost, (source, target)), shape=(network.nodes, network.nodes))


def cheapest(source: np.ndarray, target: np.ndarray, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cheapest of parallel ways, by source and target; ways that are not allowed are left out."""
    open_ = np.isfinite(cost)
    source, target, cost = source[open_], target[open_], cost[open_]
    order = np.lexsort((cost, target, source))
    source, target, cost = source[order], target[order], cost[order]
    kept = np.r_[True, (source[1:] != source[:-1]) | (target[1:] != target[:-1])][: len(source)]
    return source[kept], target[kept], cost[kept]


def _directions(frame: Any, row: np.ndarray, column: str | None) -> tuple[np.ndarray, np.ndarray]:
    if column is None or column not in frame:
        return np.ones(len(row), bool), np.ones(len(row), bool)
    word = frame[column].map(lambda value: str(value).strip().casefold()).to_numpy()[row]
    return ~np.isin(word, list(_BACKWARD)), ~np.isin(word, list(_FORWARD))


def _speeds(lines: Any, row: np.ndarray, column: str | None, otherwise: float) -> tuple[np.ndarray, int]:
    """Metres per minute of every edge, and how many streets had none of their own."""
    if not otherwise > 0:
        raise ParameterError(say("A speed of {speed} m per minute gets nowhere.", speed=format_given(otherwise)), say("Give more than 0; 80 is walking."))
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
        raise InputError(plural("{n} edge has no usable '{column}': missing, negative or text.",
                                "{n} edges have no usable '{column}': missing, negative or text.", int(wrong.sum()), column=name(column)),
                         say("Fill it in, or leave the column out."))
    return numbers
