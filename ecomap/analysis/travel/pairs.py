"""Where a radius becomes pairs: by a straight line, along the streets, or as a table says."""

from __future__ import annotations

from typing import Any

from ecomap.analysis.ground.overlay import metres_per_unit, same_crs
from ecomap.analysis.registry import Input
from ecomap.analysis.travel.costs import TravelCosts, ids_of, points_of
from ecomap.analysis.travel.network import METRES, Network
from ecomap.analysis.travel.params import STREETS, TABLE, ReachParams
from ecomap.analysis.travel.straight import StraightTravel, check_detour, straight_pairs
from ecomap.analysis.travel.street import StreetTravel, street_costs
from ecomap.analysis.travel.table import TableTravel
from ecomap.analysis.travel.way import Travel
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress, silent
from ecomap.model.said import name, say
from ecomap.model.units import format_given

INPUTS = (
    Input("streets", v.STREET, say("Streets"), optional=True, many=True, asked_by="travel"),
    Input("travel_costs", v.TRAVEL_COST, say("Travel times"), optional=True, many=True, asked_by="travel"),
)


def travel_for(frames: Frames, params: ReachParams, progress: Progress) -> Travel:
    """The way people take, as the planner chose it; parameters are settled.

    Raises
    ------
    InputError
        If the layer it needs is not there.
    """
    if params.travel == STREETS:
        if "streets" not in frames:
            raise InputError(say("The project has no streets to walk along."),
                             say("Import a file of streets, or choose the estimated way."))
        return StreetTravel.of(frames, params, progress)
    if params.travel == TABLE:
        if "travel_costs" not in frames:
            raise InputError(say("The project has no table of travel times."),
                             say("Import one (from, to, minutes or metres), or choose the estimated way."))
        return TableTravel.of(frames, params)
    return StraightTravel(params, frames["areas"])


def travel_costs(
    demand_gdf: Any,
    supply_gdf: Any,
    *,
    cutoff_m: float,
    metric: str = "straight",
    detour: float = 1.0,
    network: Network | None = None,
    progress: Progress | None = None,
) -> TravelCosts:
    """Every pair of demand and supply no further apart than the cutoff.

    Parameters
    ----------
    demand_gdf, supply_gdf : GeoDataFrame
        In one projected CRS; ids from the column ``id``, else the index. Areas count from their interior point. A row
        without a geometry has no pairs.
    cutoff_m : float
        Largest cost, metres, inclusive.
    metric : {"straight", "network"}
        Straight-line distance, or the least metres along the streets of `network`.
    detour : float
        What a straight line is multiplied with to estimate the way on the ground (1.2-1.4 in cities); at least 1.
    network : Network, optional
        Of `ecomap.analysis.travel.network`; giving one means metric "network". Places far from every street have no pairs
        (`ecomap.analysis.travel.street.street_costs` also says which, and counts in minutes); `detour` does not apply.

    Returns
    -------
    TravelCosts
        Costs in metres: straight line times detour, or along the streets.
    """
    if metric not in ("straight", "network"):
        raise ParameterError(say("There is no distance called '{metric}'.", metric=name(metric)), say("Choose straight or network."))
    if network is not None and not isinstance(network, Network):
        raise ParameterError(say("What was given as a network is none."), say("Build one with ecomap.analysis.travel.network."))
    if metric == "network" and network is None:
        raise ParameterError(say("Distances along streets need a network."), say("Give one, or use straight lines with a detour."))
    check_detour(detour)
    if not cutoff_m > 0:
        raise ParameterError(say("A cutoff of {cutoff} m reaches nobody.", cutoff=format_given(cutoff_m)), say("Give more than 0 m."))
    progress = progress or silent()
    if network is not None:
        return street_costs(network, demand_gdf, supply_gdf, cutoff=cutoff_m, unit=METRES, progress=progress)[0]
    unit = metres_per_unit(same_crs(demand_gdf, supply_gdf, say("demand"), say("supply")))
    from_xy, from_row = points_of(demand_gdf, unit)
    to_xy, to_row = points_of(supply_gdf, unit)
    return straight_pairs(ids_of(demand_gdf), from_xy, ids_of(supply_gdf), to_xy, cutoff_m=cutoff_m, detour=detour, progress=progress,
                          demand_row=from_row, supply_row=to_row)
