"""The names that other programs may rely on."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

import ecomap
from ecomap import measures
from ecomap.analysis import registry
from ecomap.cli.program import program
from ecomap.model.params import settings_in_units
from ecomap.model.roles import ROLES

ROOT = Path(__file__).resolve().parents[1]

# name of the door -> parameters in their order; "*" begins those given by name only
DOOR: dict[str, str] = {
    "new": "* starter title", "open": "path", "save": "project path",
    "import_file": "project path role * layer columns constants indicators table crs",
    "run": "project question * layers settings", "export": "project path * layer title language",
}
MEASURES: dict[str, str] = {
    "TravelCosts.from_table": "frame demand supply cost",
    "travel_costs": "demand_gdf supply_gdf * cutoff_m metric detour network",
    "nearest": "costs demand_index", "cumulative": "costs supply demand_index * catchment",
    "two_step": "costs demand supply * catchment decay", "three_step": "costs demand supply * catchment decay",
    "modified_two_step": "costs demand supply * catchment decay", "gravity": "costs supply demand_index * beta",
    "raam": "costs demand supply * tau", "spatial_availability": "costs demand supply * catchment decay",
    "total_availability": "costs supply demand_index * catchment decay", "constrained_flows": "costs demand supply * catchment decay",
    "StepDecay": "steps", "GaussianDecay": "bandwidth", "DaiGaussianDecay": "catchment",
    "percentile_rank": "values", "need_index": "frame indicators * scaling aggregation minimum_present",
    "moe_of_sum": "estimates moes", "moe_of_proportion": "x moe_x y moe_y", "moe_of_ratio": "x moe_x y moe_y",
    "moe_of_product": "x moe_x y moe_y", "coefficient_of_variation": "estimate moe", "reliability": "estimate moe thresholds",
    "rank_intervals": "estimates standard_errors * level method seed", "rank_draws": "estimates standard_errors",
    "interpolate": "source target * extensive intensive margins weights allocate_total",
    "maximum_cover": "costs weights * radius sites budget site_costs fixed floors", "set_cover": "costs * radius fixed",
    "p_median": "costs weights * sites fixed", "p_center": "costs * sites fixed", "kolm_pollak": "costs weights * sites alpha fixed",
    "gini": "values weights", "theil": "values weights groups", "atkinson": "values weights epsilon",
    "kolm_pollak_ede": "values weights * epsilon kappa", "concentration_index": "values weights need",
    "lcff_entitlement": "ada_by_span unduplicated_share year", "attribute_to_schools": "", "norming_gap": "positions",
}


@pytest.mark.parametrize(("door", "name", "promised"), [
    *((ecomap, name, text) for name, text in DOOR.items()), *((measures, name, text) for name, text in MEASURES.items()),
])
def test_function_takes_the_parameters_it_promises(door: ModuleType, name: str, promised: str) -> None:
    found: Any = door
    for part in name.split("."):
        found = getattr(found, part)
    taken = list(inspect.signature(found).parameters.values())
    by_place, _, by_name = promised.partition("*")
    first = [one.name for one in taken if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    assert first[: len(by_place.split())] == by_place.split()
    assert set(by_name.split()) <= {one.name for one in taken}


def test_every_measure_is_promised_and_described() -> None:
    assert {name.split(".")[0] for name in MEASURES} == set(measures.__all__) == {n for names in measures.PARTS.values() for n in names}
    assert not [name for name in measures.__all__ if not inspect.getdoc(getattr(measures, name))]


def test_a_plan_says_what_it_chose_and_how_good_it_is() -> None:
    costs = measures.TravelCosts.from_table(pd.DataFrame(
        {"origin": ["a", "a", "b", "c"], "dest": ["x", "y", "y", "y"], "cost": [5, 15, 10, 40]}))
    plan = measures.maximum_cover(costs, pd.Series({"a": 100.0, "b": 300.0, "c": 50.0}), radius=15, sites=1)
    assert list(plan.chosen) == ["y"]
    assert (plan.objective, plan.bound, plan.gap, plan.proven) == (400.0, 400.0, 0.0, True)
    assert plan.covered.to_dict() == {"a": True, "b": True, "c": False}
    assert dict(plan.assigned)["a"] == "y"


def test_settings_carry_their_unit() -> None:
    params = registry.analysis("coverage-gap").params
    assert settings_in_units(params, {"radius": "1mi"}) == {"radius_m": 1609.344}
    assert settings_in_units(params, {"radius_m": 800}) == {"radius_m": 800}
    plan = registry.analysis("plan").params
    assert settings_in_units(plan, {"budget": "$6million", "sites": 3}) == {"budget_usd": 6e6, "sites": 3}


@pytest.mark.parametrize(("command", "options"), [
    ("demo", {"--out"}),
    ("new", {"--starter"}),
    ("import", {"--role", "--layer", "--column", "--constant", "--indicator", "--table", "--crs", "--json"}),
    ("list", {"--json"}),
    ("analyses", set()),
    ("describe", set()),
    ("export", set()),
    ("check", set()),
    ("fetch", set()),
    ("run", set()),
])
def test_command_takes_the_options_it_promises(command: str, options: set[str]) -> None:
    assert options <= {option for parameter in program.commands[command].params for option in parameter.opts}


def test_roles_are_those_of_the_contract() -> None:
    assert set(ROLES) == {
        "need_area", "attendance_area", "district", "zone", "school", "site", "service", "reference", "street", "ground",
        "address_range", "travel_cost", "tract_relationship", "outcome",
    }
