"""Transit desert: more people who depend on transit than an area has stops for, both beside all other areas."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from attrs import evolve

from ecomap.analysis.gaps.rules.settings import GapPresetParams
from ecomap.analysis.gaps.rules.verdict import RESIDENTS, Verdict, people_of, share_of
from ecomap.analysis.gaps.situation import interior_points
from ecomap.analysis.ground.overlay import metres_per_unit, projected_crs
from ecomap.analysis.notes import count_note
from ecomap.analysis.travel.pairs import travel_for
from ecomap.analysis.travel.params import ESTIMATED, STREETS, settled
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import Said, plural, say
from ecomap.model.units import METRES_PER_MILE, format_given

NO_VEHICLE: Final = ("no_vehicle", "no_vehicle_share")
DEPENDENT, STOPS, DEMAND_Z, SUPPLY_Z, DIFFERENCE = "depend_on_transit", "stops", "demand_z", "supply_z", "demand_less_supply"


def transit_desert(frames: Frames, params: GapPresetParams, progress: Progress) -> Verdict:
    """z(demand) - z(supply) above the threshold.

    Demand: residents times the share of households without a vehicle, per square mile. Supply: stops within the distance of
    a point inside the area. z: distance to the mean of all areas in standard deviations.

    Raises
    ------
    InputError
        If residents, households without a vehicle or stops are not there, or all areas are alike.
    """
    areas, layer = frames["areas"], frames.layer("areas")
    projected_crs(areas, say("need areas"))
    people, moes = people_of(areas, layer, v.POPULATION)
    without = share_of(areas, NO_VEHICLE, say("The transit rule"), say("the share of households without a vehicle"))
    stops = _stops(frames)
    progress.at(0.3, say("Counting stops"))
    unit = metres_per_unit(areas.crs)
    # A table of travel times leads to sites, not to stops: without streets the way is estimated.
    travel = travel_for(frames, evolve(settled(params), travel=params.travel if params.travel == STREETS else ESTIMATED), progress)
    points = shapely.get_coordinates(interior_points(areas))
    near = travel.pairs(points, np.arange(len(areas)), stops, progress.part(0.3, 0.9))
    supply = np.bincount(near.demand, minlength=len(areas)).astype(float)
    depend = people * without
    ground = shapely.area(np.asarray(areas.geometry)) * unit**2 / METRES_PER_MILE**2
    use = ~np.isnan(depend) & (people > 0)
    demand_z = _z(depend / ground, use, say("residents without a vehicle"))
    supply_z = _z(supply, use, say("stops within the distance"))
    difference = demand_z - supply_z
    distance, limit = travel.distance, format_given(params.transit_gap)
    shown = (
        (depend, Column(DEPENDENT, say("Residents who depend on transit, estimated"), "count",
                        say("Residents times the share of households without a vehicle."))),
        (supply, Column(STOPS, say("Stops within the distance"), "count")),
        (demand_z, Column(DEMAND_Z, say("Demand beside other areas"), "score", say("In standard deviations from the mean."), digits=2)),
        (supply_z, Column(SUPPLY_Z, say("Supply beside other areas"), "score", say("In standard deviations from the mean."), digits=2)),
        (difference, Column(DIFFERENCE, say("Demand less supply"), "score", say("Above {limit} it is a gap.", limit=limit), digits=2)),
    )
    return Verdict(
        areas, layer, RESIDENTS, people, moes, people >= params.at_least, np.isnan(depend),
        ((say("demand above supply by more than {limit} standard deviations", limit=limit),
          np.nan_to_num(difference) > params.transit_gap),), shown, say("transit stop"),
        say("at least {count} residents, and demand (residents without a vehicle per square mile) above supply (stops within "
            "{distance}) by more than {limit} standard deviations", count=format_given(params.at_least), distance=distance, limit=limit),
        say("all residents, by the vehicles of households"), say("Jiao and Dillivan (2013), the idea; the threshold is yours"),
        (count_note(plural(
            "{n} point of the reference layers counts as a stop, however often something stops there. Without bus stops on the map, "
            "buses are not in it.",
            "{n} points of the reference layers count as stops, however often something stops there. Without bus stops on the map, "
            "buses are not in it.", len(stops))),
         Note("caution", say("Demand and supply are compared among these areas only: with other areas the same place can be called "
              "differently.")),
         Note("caution", say("Ways to stops: {way}.", way=travel.words))), params.largest_variation,
    )


def _stops(frames: Frames) -> np.ndarray:
    """Every point of the reference layers."""
    places = np.asarray(frames["references"].geometry, dtype=object) if "references" in frames else np.zeros(0, dtype=object)
    points = places[(shapely.get_type_id(places) == shapely.GeometryType.POINT) & ~shapely.is_empty(places)] if len(places) else places
    if not len(points):
        raise InputError(say("The transit rule needs stops, and no layer of other places holds points."),
                         say("Import transit stops as a reference layer, or choose another rule."))
    return np.asarray(points)


def _z(values: np.ndarray, use: np.ndarray, what: Said) -> Any:
    """Standard deviations from the mean over the areas used; missing elsewhere."""
    spread = float(values[use].std()) if use.any() else 0.0
    if not spread > 0:
        raise InputError(say("All areas have the same number of {what}, so none stands out.", what=what),
                         say("Choose another distance or another rule."))
    return np.where(use, (values - values[use].mean()) / spread, np.nan)
