"""What every way of getting there can say: who reaches what, from which ground, how far the nearest is, and in which words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Final

import numpy as np
from attrs import field, frozen

from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.params import ReachParams
from ecomap.analysis.travel.supply import Supply
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.source import is_stated
from ecomap.model.units import Quantity, format_number

REACH: Final = say("Reach")
DISTANCE: Final = say("Distance")


@frozen
class Travel(ABC):
    """A way of getting there. ``cutoff`` and all costs are in ``unit``: "m", or "min" where a table has minutes."""

    params: ReachParams
    areas: Any = field(eq=False, repr=False)

    words: ClassVar[Said]            # "From a point inside the area, {words}."
    short: ClassVar[Said]
    sentence: ClassVar[Said] = NOTHING  # what the finding adds on the way people take

    @property
    def unit(self) -> str:
        return "m"

    @property
    def cutoff(self) -> float:
        return float(self.params.radius_m)

    @property
    def distance(self) -> Quantity:
        """How far is in reach, in words: "1.0 mi" or "20 min"."""
        return format_number(self.cutoff, self.unit)

    def scaled(self, metres: float) -> float:
        """A distance of a parameter in the unit of the costs."""
        return metres

    @abstractmethod
    def ground(self, places: np.ndarray, progress: Progress) -> np.ndarray:
        """The ground from which each place is in reach, as polygons in the units of the areas."""

    @abstractmethod
    def pairs(self, xy: np.ndarray, area: np.ndarray, places: np.ndarray, progress: Progress) -> TravelCosts:
        """Points and places in reach of each other; demand and supply go by their position.

        Parameters
        ----------
        xy : ndarray, shape (n, 2)
            In the units of the areas.
        area : ndarray of int
            Row of the area that each point stands for.
        """

    @abstractmethod
    def nearest(self, points: np.ndarray, supply: Supply) -> np.ndarray:
        """The cost from each point to the nearest site, or to the edge of the nearest zone; infinite if there is no way."""

    def far(self, places: np.ndarray) -> np.ndarray:
        """Which places nobody can reach, however near they live."""
        return np.zeros(len(places), dtype=bool)

    def schools_away(self, count: int, names: Said) -> Said:
        """So many schools are `far`; nothing where that cannot be."""
        return NOTHING

    @abstractmethod
    def notes(self, supply: Supply, people: np.ndarray, what: Said = REACH, *, spread: bool = True) -> tuple[Note, ...]:
        """What to know about the ways: what they are made of, and who and what they leave out.

        `spread`: whether people count where they live on the ground of their area, or all at one point inside it.
        """


def layer_in_words(layer: Layer) -> Said:
    """A layer by name, with its vintage where that is stated."""
    vintages = [source.vintage for source in layer.sources if is_stated(source.vintage)]
    if not vintages:
        return say("{layer} (vintage not stated)", layer=name(layer.name))
    return say("{layer} ({vintages})", layer=name(layer.name), vintages=joined(dict.fromkeys(vintages), ", "))

