"""The measures behind EcoMap's questions, for frames of your own: need, reach, access, plans, evenness, money.

One stable door: every name is documented with its units, index and source in ``docs/python.md``, and is the very function that
the questions run. ``costs`` is a `TravelCosts`: pairs (demand id, supply id, cost); pairs that are absent are out of reach.
Series are indexed by those ids. Nothing is missing in silence: a missing number is an error or stays missing, never 0.

    from ecomap import measures as m
    costs = m.TravelCosts.from_table(frame, demand="origin", supply="dest", cost="minutes")
    access = m.two_step(costs, children, places, catchment=20)
"""

from __future__ import annotations

from ecomap.analysis.gaps.access.availability import (
    constrained_flows,
    spatial_availability,
    total_availability,
)
from ecomap.analysis.gaps.access.measures import (
    DaiGaussianDecay,
    GaussianDecay,
    StepDecay,
    cumulative,
    gravity,
    modified_two_step,
    nearest,
    raam,
    three_step,
    two_step,
)
from ecomap.analysis.ground.interpolation import interpolate
from ecomap.analysis.money.attribution import attribute_to_schools
from ecomap.analysis.money.lcff import lcff_entitlement
from ecomap.analysis.money.norming.norm import norming_gap
from ecomap.analysis.need.scaling import percentile_rank
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.optimise.location import kolm_pollak, maximum_cover, p_center, p_median, set_cover
from ecomap.analysis.statistics.equity import atkinson, concentration_index, gini, kolm_pollak_ede, theil
from ecomap.analysis.statistics.error import (
    coefficient_of_variation,
    moe_of_product,
    moe_of_proportion,
    moe_of_ratio,
    moe_of_sum,
    reliability,
)
from ecomap.analysis.statistics.ranks import rank_draws, rank_intervals
from ecomap.analysis.travel.costs import TravelCosts
from ecomap.analysis.travel.pairs import travel_costs

# Name -> the part of docs/python.md it stands in, in the order of a planner's work.
PARTS: dict[str, tuple[str, ...]] = {
    "Reach": ("TravelCosts", "travel_costs", "nearest", "cumulative"),
    "Access": ("two_step", "modified_two_step", "three_step", "gravity", "raam", "spatial_availability", "total_availability",
               "constrained_flows", "StepDecay", "GaussianDecay", "DaiGaussianDecay"),
    "Need": ("percentile_rank", "need_index", "interpolate"),
    "Error and ranks": ("moe_of_sum", "moe_of_proportion", "moe_of_ratio", "moe_of_product", "coefficient_of_variation",
                        "reliability", "rank_intervals", "rank_draws"),
    "Plans": ("maximum_cover", "set_cover", "p_median", "p_center", "kolm_pollak"),
    "Evenness": ("gini", "theil", "atkinson", "kolm_pollak_ede", "concentration_index"),
    "Money": ("lcff_entitlement", "attribute_to_schools", "norming_gap"),
}

__all__ = [
    "DaiGaussianDecay", "GaussianDecay", "StepDecay", "TravelCosts", "atkinson", "attribute_to_schools",
    "coefficient_of_variation", "concentration_index", "constrained_flows", "cumulative", "gini", "gravity", "interpolate", "kolm_pollak",
    "kolm_pollak_ede", "lcff_entitlement", "maximum_cover", "modified_two_step", "moe_of_product", "moe_of_proportion",
    "moe_of_ratio", "moe_of_sum", "nearest", "need_index", "norming_gap", "p_center", "p_median", "percentile_rank", "raam",
    "rank_draws", "rank_intervals", "reliability", "set_cover", "spatial_availability", "theil", "three_step", "total_availability",
    "travel_costs", "two_step",
]
