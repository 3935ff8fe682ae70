"""Travel on foot along the streets: the ground, the people and the sites, each put on the street nearest to them."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.analysis.ground.cells import Squares, spacing_m, squares
from ecomap.analysis.ground.overlay import metres_per_unit, same_crs
from ecomap.analysis.notes import counted
from ecomap.analysis.travel.means import Pairs, Travel, in_order, told
from ecomap.analysis.travel.network import Network, network_from_lines
from ecomap.analysis.travel.streets import Spots, nearest_along, spots_of, ways
from ecomap.analysis.travel.supply import Supply
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.result import Note
from ecomap.model.said import say
from ecomap.model.units import format_number

_NAMED = 5


@frozen
class StreetTravel(Travel):
    """Ways along the streets, metres; a straight line to the nearest street.

    The ground is divided into squares; a square is in reach of a place where its middle is. They are made when first asked for.
    """

    network: Network = field(eq=False, repr=False)
    layer: Layer = field(eq=False, repr=False)
    unwalked: int

    words = "on foot along the streets"
    short = "along the streets"
    sentence = " Ways are on foot along the streets."

    @classmethod
    def of(cls, frames: Frames, params: Any, progress: Progress) -> StreetTravel:
        streets, areas = frames["streets"], frames["areas"]
        same_crs(areas, streets, "need areas", "streets")
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

    def pairs(self, xy: np.ndarray, area: np.ndarray, places: np.ndarray, progress: Progress) -> Pairs:
        unit = metres_per_unit(self.areas.crs)
        here = spots_of(self.network, xy * unit, self.params.street_limit_m, progress=progress.part(0.0, 0.5))
        there = self._spots(places)
        point, place, cost = ways(self.network, here, there, cutoff=self.cutoff, progress=progress.part(0.5, 1.0))
        return in_order(here.row[point], there.row[place], cost)

    def nearest(self, points: np.ndarray, supply: Supply) -> np.ndarray:
        result = np.full(len(points), np.inf)
        here = self._spots(points)
        zones = np.asarray(supply.zones.geometry)
        result[here.row] = nearest_along(self.network, here, self._spots(np.asarray(supply.points.geometry)), zones)
        result[shapely.STRtree(points).query(zones, predicate="intersects")[1]] = 0.0
        return result

    @property
    def far_words(self) -> tuple[str, str]:
        rest = f"further than {self.params.street_limit_m:g} m from any street"
        return f"lies {rest}", f"lie {rest}"

    def far(self, places: np.ndarray) -> np.ndarray:
        away = np.ones(len(places), dtype=bool)
        away[self._spots(places).row] = False
        return away

    def notes(self, supply: Supply, people: np.ndarray, what: str = "Reach", *, spread: bool = True) -> tuple[Note, ...]:
        found = [Note("method", say("{what} is on foot along {start} street pieces of {told}; the way to the nearest street is a straight line. Rivers, railways and freeways are crossed only where a street crosses them.", what=what, start=format_number(len(self.network.start)), told=told(self.layer)))]
        found += self._spread_notes(people) if spread else self._area_notes()
        sites = supply.points
        lost = self.far(np.asarray(sites.geometry))
        if lost.any():
            names = sites.loc[lost, v.NAME].astype(str).tolist()
            some = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
            one, many = self.far_words
            found.append(counted(len(names), f"site {one}", f"sites {many}", f" and can be reached by nobody: {some}."))
        if self.unwalked:
            found.append(counted(self.unwalked, "line of the streets is a freeway, a ramp or a private way",
                                 "lines of the streets are freeways, ramps or private ways", ", where nobody walks."))
        if self.network.pieces > 1:
            found.append(Note("caution", say("The streets fall into {pieces} parts that no street connects; nobody gets from one to another.", pieces=format_number(self.network.pieces))))
        if sites[v.ID].size < len(supply.sites):
            found.append(Note("method", say("Zones count by their boundary, whatever the streets are.")))
        return tuple(found)

    def _spread_notes(self, people: np.ndarray) -> list[Note]:
        side = self._divided(silent())[0].spacing * metres_per_unit(self.areas.crs)
        found = [Note("method", say(f"The ground is divided into squares of {side:.0f} m; a square is in reach where its middle is."))]
        away = self._people_away(people)
        if away >= 0.5:
            found.append(counted(round(away), "of those counted lives", "of those counted live", f" further than {self.params.street_limit_m:g} m from "
                                 "any street, as far as people are spread evenly: out of reach of everything."))
        return found

    def _area_notes(self) -> list[Note]:
        away = int(self.far(shapely.point_on_surface(np.asarray(self.areas.geometry))).sum())
        if not away:
            return []
        return [counted(away, "need area has", "need areas have", f" its inside point further than {self.params.street_limit_m:g} m "
                        "from any street: out of reach of everything.")]

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
