"""Ways on foot along the streets: ground, people and sites put on the street nearest to them, and who reaches whom from there."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.cells import Squares, spacing_m, squares
from ecomap.analysis.ground.overlay import metres_per_unit, same_crs
from ecomap.analysis.notes import count_note, first_names
from ecomap.analysis.travel.costs import TravelCosts, ids_of, points_of
from ecomap.analysis.travel.network import METRES, MINUTES, Network, cheapest, network_from_lines
from ecomap.analysis.travel.params import ReachParams
from ecomap.analysis.travel.supply import Supply
from ecomap.analysis.travel.way import REACH, Travel, layer_in_words
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.units import WALK_METRES_PER_MINUTE, format_given, format_number

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
    def sentence(self) -> Said:
        """What a planner should know about places far from any street."""
        away, limit = self.unsnapped, format_given(self.limit_m)
        if not away:
            return say("Every place lies within {limit} m of a street.", limit=limit)
        names = joined(away[:5], ", ")
        return say("{count} of {all} places lie further than {limit} m from any street and are out of reach of everything: {names}.",
                   count=format_number(len(away)), all=format_number(len(self.table)), limit=limit,
                   names=say("{names} ...", names=names) if len(away) > 5 else names)


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
        raise ParameterError(say("There is no unit called '{unit}'.", unit=name(unit)), say("Choose minutes or metres."))
    if not cutoff > 0:
        raise ParameterError(say("A cutoff of {cutoff} {unit} reaches nobody.", cutoff=format_given(cutoff),
                                 unit=say("minutes") if unit == MINUTES else say("metres")), say("Give more than 0."))
    scale = metres_per_unit(same_crs(demand, supply, say("demand"), say("supply")))
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


@frozen
class StreetTravel(Travel):
    """Ways along the streets, metres; a straight line to the nearest street.

    The ground is divided into squares; a square is in reach of a place where its middle is. They are made when first asked for.
    """

    network: Network = field(eq=False, repr=False)
    layer: Layer = field(eq=False, repr=False)
    unwalked: int

    words = say("on foot along the streets")
    short = say("along the streets")
    sentence = say("Ways are on foot along the streets.")

    @classmethod
    def of(cls, frames: Frames, params: ReachParams, progress: Progress) -> StreetTravel:
        streets, areas = frames["streets"], frames["areas"]
        same_crs(areas, streets, say("need areas"), say("streets"))
        network = _KEPT.network(streets, progress)
        unwalked = int((~streets[v.WALK].astype(bool)).sum()) if v.WALK in streets else 0
        return cls(params, areas, network, frames.layer("streets"), unwalked)

    def ground(self, places: np.ndarray, progress: Progress) -> np.ndarray:
        squares, spots = self._divided(progress.part(0.0, 0.4))
        there = self._spots(places)
        square, place, _ = ways(self.network, spots, there, cutoff=self.cutoff, progress=progress.part(0.4, 0.7))
        place = there.row[place]
        order = np.argsort(place, kind="stable")
        square, ends = spots.row[square[order]], np.searchsorted(place[order], np.arange(len(places) + 1))
        found = np.full(len(places), shapely.Polygon(), dtype=object)
        for position in range(len(places)):
            progress.at(0.7 + 0.3 * position / len(places), say("Drawing what is in reach"))
            if ends[position] < ends[position + 1]:
                found[position] = squares.together(square[ends[position] : ends[position + 1]])
        return found

    def pairs(self, xy: np.ndarray, area: np.ndarray, places: np.ndarray, progress: Progress) -> TravelCosts:
        unit = metres_per_unit(self.areas.crs)
        here = spots_of(self.network, xy * unit, self.params.street_limit_m, progress=progress.part(0.0, 0.5))
        there = self._spots(places)
        point, place, cost = ways(self.network, here, there, cutoff=self.cutoff, progress=progress.part(0.5, 1.0))
        return TravelCosts.from_pairs(pd.RangeIndex(len(xy)), pd.RangeIndex(len(places)), here.row[point], there.row[place], cost)

    def nearest(self, points: np.ndarray, supply: Supply) -> np.ndarray:
        result = np.full(len(points), np.inf)
        here = self._spots(points)
        zones = np.asarray(supply.zones.geometry)
        result[here.row] = nearest_along(self.network, here, self._spots(np.asarray(supply.points.geometry)), zones)
        result[shapely.STRtree(points).query(zones, predicate="intersects")[1]] = 0.0
        return result

    def far(self, places: np.ndarray) -> np.ndarray:
        away = np.ones(len(places), dtype=bool)
        away[self._spots(places).row] = False
        return away

    def schools_away(self, count: int, names: Said) -> Said:
        return plural("{n} school lies further than {limit} m from any street and would reach nobody: {names}.",
                      "{n} schools lie further than {limit} m from any street and would reach nobody: {names}.", count,
                      limit=self._limit, names=names)

    def notes(self, supply: Supply, people: np.ndarray, what: Said = REACH, *, spread: bool = True) -> tuple[Note, ...]:
        found = [Note("method", say(
            "{what} is on foot along {pieces} street pieces of {layer}; the way to the nearest street is a straight line. "
            "Rivers, railways and freeways are crossed only where a street crosses them.",
            what=what, pieces=format_number(len(self.network.start)), layer=layer_in_words(self.layer)))]
        found += self._spread_notes(people) if spread else self._area_notes()
        sites = supply.points
        lost = self.far(np.asarray(sites.geometry))
        if lost.any():
            count = int(lost.sum())
            found.append(count_note(plural(
                "{n} site lies further than {limit} m from any street and can be reached by nobody: {names}.",
                "{n} sites lie further than {limit} m from any street and can be reached by nobody: {names}.", count,
                limit=self._limit, names=first_names(sites.loc[lost, v.NAME].astype(str)))))
        if self.unwalked:
            found.append(count_note(plural(
                "{n} line of the streets is a freeway, a ramp or a private way, where nobody walks.",
                "{n} lines of the streets are freeways, ramps or private ways, where nobody walks.", self.unwalked)))
        if self.network.pieces > 1:
            found.append(Note("caution", say(
                "The streets fall into {pieces} parts that no street connects; nobody gets from one to another.",
                pieces=format_number(self.network.pieces))))
        if sites[v.ID].size < len(supply.sites):
            found.append(Note("method", say("Zones count by their boundary, whatever the streets are.")))
        return tuple(found)

    @property
    def _limit(self) -> Said:
        return format_given(self.params.street_limit_m)

    def _spread_notes(self, people: np.ndarray) -> list[Note]:
        side = self._divided(silent())[0].spacing * metres_per_unit(self.areas.crs)
        found = [Note("method", say(
            "The ground is divided into squares of {side} m; a square is in reach where its middle is.", side=format_number(side)))]
        away = self._people_away(people)
        if away >= 0.5:
            found.append(count_note(plural(
                "{n} of those counted lives further than {limit} m from any street, as far as people are spread evenly: out of "
                "reach of everything.",
                "{n} of those counted live further than {limit} m from any street, as far as people are spread evenly: out of "
                "reach of everything.", round(away), limit=self._limit)))
        return found

    def _area_notes(self) -> list[Note]:
        away = int(self.far(shapely.point_on_surface(np.asarray(self.areas.geometry))).sum())
        if not away:
            return []
        return [count_note(plural(
            "{n} need area has its inside point further than {limit} m from any street: out of reach of everything.",
            "{n} need areas have its inside point further than {limit} m from any street: out of reach of everything.", away,
            limit=self._limit))]

    def _people_away(self, people: np.ndarray) -> float:
        """People on squares further from any street than the limit, spread evenly over their area."""
        squares, spots = self._divided(silent())
        away = np.ones(len(squares), dtype=bool)
        away[spots.row] = False
        area, square = squares.area, squares.square
        share = np.bincount(area[away[square]], minlength=len(people)) / np.maximum(np.bincount(area, minlength=len(people)), 1)
        return float(np.nansum(people * share))

    def _divided(self, progress: Progress) -> tuple[Squares, Spots]:
        """The squares of the ground and where they stand on the streets."""
        spacing = spacing_m(self.params.radius_m) / metres_per_unit(self.areas.crs)
        return _KEPT.ground(self.network, self.areas, spacing, self.params.street_limit_m, progress)

    def _spots(self, places: np.ndarray) -> Spots:
        xy = shapely.get_coordinates(shapely.point_on_surface(places)) * metres_per_unit(self.areas.crs)
        return spots_of(self.network, xy, self.params.street_limit_m)


class _Kept:
    """The last street graph and the last ground put on it, so that moving a slider does not build them again."""

    def __init__(self) -> None:
        self._network: tuple[bytes, Network] | None = None
        self._ground: tuple[tuple[Any, ...], Squares, Spots] | None = None

    def network(self, streets: Any, progress: Progress) -> Network:
        progress.at(0.0, say("Building the street graph"))
        sign = _sign(streets)
        if self._network is None or self._network[0] != sign:
            self._network, self._ground = (sign, network_from_lines(streets, progress=progress)), None
        return self._network[1]

    def ground(self, network: Network, areas: Any, spacing: float, limit_m: float, progress: Progress) -> tuple[Squares, Spots]:
        sign = (id(network), _sign(areas), spacing, limit_m)
        if self._ground is None or self._ground[0] != sign:
            found = squares(np.asarray(areas.geometry), spacing=spacing, progress=progress.part(0.0, 0.3))
            xy = found.xy * metres_per_unit(areas.crs)
            self._ground = (sign, found, spots_of(network, xy, limit_m, progress=progress.part(0.3, 1.0)))
        return self._ground[1], self._ground[2]


def _sign(frame: Any) -> bytes:
    """What tells two sets of shapes apart, with all that a street graph is made of."""
    sign = hashlib.blake2b(str(frame.crs).encode())
    xy, row = shapely.get_coordinates(np.asarray(frame.geometry), return_index=True)
    sign.update(np.ascontiguousarray(xy).tobytes())
    sign.update(np.ascontiguousarray(row).tobytes())
    for column in (v.WALK, v.STREET_LEVEL):
        if column in frame:
            sign.update(np.ascontiguousarray(frame[column].to_numpy(dtype=float)).tobytes())
    return sign.digest()


_KEPT = _Kept()


def forget() -> None:
    """Drop the last street graph: the next question builds it again."""
    _KEPT._network = _KEPT._ground = None
