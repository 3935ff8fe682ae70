"""How people get there: by an estimated way, along the streets, or as a table says."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis.ground.overlay import metres_per_unit
from ecomap.analysis.registry import Input
from ecomap.analysis.travel.reach import circles
from ecomap.analysis.travel.supply import Supply
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import say
from ecomap.model.units import format_number

ESTIMATED = "estimated"
STREETS, TABLE = v.STREET, v.TRAVEL_COST
INPUTS = (
    Input("streets", v.STREET, say("Streets"), optional=True, many=True, asked_by="travel"),
    Input("travel_costs", v.TRAVEL_COST, say("Travel times"), optional=True, many=True, asked_by="travel"),
)
Pairs: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray]
_ROUNDING = 1 + 1e-9


def settled(params: Any) -> Any:
    """The same parameters with the minutes, if any are given, as the distance walked in them."""
    if not params.minutes > 0:
        return params
    return evolve(params, radius_m=params.minutes * metres_a_minute(params), minutes=0.0)


def metres_a_minute(params: Any) -> float:
    return float(params.walking_kmh) * 1000 / 60


@frozen
class Travel:
    """An estimated way: straight line times the detour factor. The other ways are made of it.

    ``cutoff`` and all costs are in ``unit``: "m", or "min" where a table has minutes.
    """

    params: Any
    areas: Any = field(eq=False, repr=False)

    unit = "m"
    words = "straight line times the detour factor"
    short = "straight line times detour"
    sentence = ""  # what the finding adds on the way people take

    @property
    def cutoff(self) -> float:
        return float(self.params.radius_m)

    @property
    def distance(self) -> str:
        """How far is in reach, in words: "1.0 mi" or "20 min"."""
        return format_number(self.cutoff, self.unit)

    def scaled(self, metres: float) -> float:
        """A distance of a parameter in the unit of the costs."""
        return metres

    def ground(self, places: np.ndarray, progress: Progress) -> np.ndarray:
        """The ground from which each place is in reach, as polygons in the units of the areas."""
        return circles(places, self.cutoff / self.params.detour / metres_per_unit(self.areas.crs))

    def pairs(self, xy: np.ndarray, area: np.ndarray, places: np.ndarray, progress: Progress) -> Pairs:
        """Points and places in reach of each other, by position, and the cost of the way; sorted by point, then place.

        Parameters
        ----------
        xy : ndarray, shape (n, 2)
            In the units of the areas.
        area : ndarray of int
            Row of the area that each point stands for.
        """
        from scipy.spatial import cKDTree  # heavy

        if not len(xy) or not len(places):
            return np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros(0)
        unit = metres_per_unit(self.areas.crs)
        limit = self.cutoff / self.params.detour / unit * _ROUNDING
        near = cKDTree(xy).sparse_distance_matrix(cKDTree(shapely.get_coordinates(places)), limit, output_type="ndarray")
        return in_order(near["i"], near["j"], near["v"] * unit * self.params.detour)

    def nearest(self, points: np.ndarray, supply: Supply) -> np.ndarray:
        """The cost from each point to the nearest site, or to the edge of the nearest zone; infinite if there is no way."""
        return supply.nearest_m(points, self.params.detour)

    @property
    def far_words(self) -> tuple[str, str]:
        """Why places are out of everybody's reach, of one place and of several."""
        return "has no way to it", "have no way to them"

    def far(self, places: np.ndarray) -> np.ndarray:
        """Which places nobody can reach, however near they live."""
        return np.zeros(len(places), dtype=bool)

    def notes(self, supply: Supply, people: np.ndarray, what: str = "Reach", *, spread: bool = True) -> tuple[Note, ...]:
        """What to know about the ways: what they are made of, and who and what they leave out.

        `spread`: whether people count where they live on the ground of their area, or all at one point inside it.
        """
        return (Note("caution", say(f"{what} is a straight line times {self.params.detour:g}, an estimated way: freeways, rivers and "
                     "hills are not seen.")),)


def travel_for(frames: Frames, params: Any, progress: Progress) -> Travel:
    """The way people take, as the planner chose it; parameters are settled.

    Raises
    ------
    InputError
        If the layer it needs is not there.
    """
    if params.travel == STREETS:
        if "streets" not in frames:
            raise InputError(say("The project has no streets to walk along."), say("Import a file of streets, or choose the estimated way."))
        from ecomap.analysis.travel.on_streets import StreetTravel

        return StreetTravel.of(frames, params, progress)
    if params.travel == TABLE:
        if "travel_costs" not in frames:
            raise InputError(say("The project has no table of travel times."),
                             say("Import one (from, to, minutes or metres), or choose the estimated way."))
        from ecomap.analysis.travel.by_table import TableTravel

        return TableTravel.of(frames, params)
    return Travel(params, frames["areas"])


def in_order(point: np.ndarray, place: np.ndarray, cost: np.ndarray) -> Pairs:
    order = np.lexsort((place, point))
    return point[order].astype(int), place[order].astype(int), cost[order]


def told(layer: Layer) -> str:
    """A layer by name, with its vintage where that is stated."""
    vintages = [source.vintage for source in layer.sources if source.vintage and source.vintage != "not stated"]
    return f"{layer.name} ({', '.join(dict.fromkeys(vintages))})" if vintages else f"{layer.name} (vintage not stated)"
