"""The projects whose answers are read sentence by sentence: the starter, a town without margins, another city."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from attrs import evolve

from ecomap.analysis import registry
from ecomap.model.errors import EcoMapError
from ecomap.model.layer import Column, Layer
from ecomap.model.params import param_specs
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace import operations
from tests import small_project as town
from tests.analysis.synthetic_city import DAY, synthetic_city
from tests.analysis.towns import TABLES, asset_tables, described, money_tables

MENTAL: Final = {"target": "service:Mental health"}
Settings = dict[str, Any]
AIMS: Final = ("reach", "twice", "fewest", "average", "fair", "furthest")
MEASURES: Final = ("enhanced", "two_step", "three_step", "modified", "cumulative", "gravity", "nearest", "raam")
RULES: Final = ("general", "child_care_desert", "food_access", "provider_shortage", "park_need", "transit_desert")


def starter() -> Project:
    """Los Angeles, as it ships."""
    return operations.new_project("los-angeles")


def with_margins() -> Project:
    """The small town with its margins, its money and its inventory, and counts of residents: what the starter has no tables for."""
    project = _with_tables(town.small_project(), {**money_tables(), **asset_tables()})
    layer = project.layer("need-areas")
    frame = project.frames[layer.id]
    counts = {"population": 400.0, "population_moe": 30.0, "children_under_5": 60.0, "children_under_5_moe": 9.0, "households": 130.0}
    columns = (Column("population", "Residents", "count", moe="population_moe"),
               Column("children_under_5", "Children under 5", "count", moe="children_under_5_moe"), Column("households", "Households", "count"))
    return _again(project, evolve(layer, columns=(*layer.columns, *columns)), frame.assign(**counts))


def without_margins() -> Project:
    """The same town without a margin of error anywhere."""
    project = with_margins()
    for layer in project.layers:
        frame = project.frames[layer.id]
        margins = [column for column in frame.columns if str(column).endswith("_moe")]
        if margins:
            columns = tuple(evolve(column, moe="") for column in layer.columns if column.name not in margins)
            indicators = tuple(evolve(one, moe_column="") for one in layer.indicators)
            project = _again(project, evolve(layer, columns=columns, indicators=indicators), frame.drop(columns=margins))
    return project


def another_city() -> Project:
    """The made-up city: other names, no margins, pupils by school, everything of the inventory, on its own day."""
    frames = synthetic_city().frames
    project = Project(title="Another city", crs="EPSG:3310")
    for name in frames:
        project = project.with_layer(frames.layer(name), frames[name])
    return project


def _again(project: Project, layer: Layer, frame: Any) -> Project:
    return project.without_layer(layer.id).with_layer(layer, frame)


def _with_tables(project: Project, tables: dict[str, Any]) -> Project:
    assert set(tables) <= set(TABLES)
    for name, frame in tables.items():
        project = project.with_layer(described(name), frame)
    return project


def asked_of_the_starter() -> Iterator[tuple[str, Settings]]:
    """Every question with the settings a planner would take first, at full size."""
    slow = {"plan": {"sites": 5}, "rank-change": {"other_distances": False}}
    yield from ((name, {**(MENTAL if _has_target(name) else {}), **slow.get(name, {})}) for name in registry.names())
    yield "capacity-gap", {**MENTAL, "assumed_capacity": 100}
    yield "coverage-gap", {"target": "approach:*", "radius_m": 800}


def asked_of_a_town(target: str = "service:Mental Health") -> Iterator[tuple[str, Settings]]:
    """Every question, with every aim, measure, rule and choice that has sentences of its own."""
    yield from asked_plainly(target)
    here = {"target": target}
    yield from (("plan", {**here, "aim": aim, "sites": 1}) for aim in AIMS)
    yield from (("plan", {**here, "aim": aim, "sites": 2, "years": 2}) for aim in ("reach", "average"))
    yield "plan", {**here, "sites": 2, "share_for_highest_fifth": 0.1, "budget_usd": 100_000.0, "cost_per_site_usd": 40_000.0}
    yield from (("access", {**here, "measure": measure}) for measure in MEASURES)
    yield from (("gap-presets", {**here, "rule": rule}) for rule in RULES)
    yield from (("money", {"rule": rule, "include_central": rule == "B"}) for rule in ("A", "B", "C"))
    yield "need-index", {"scaling": "min_max", "aggregation": "geometric", "band": "all"}
    yield "need-index", {"steady": "everywhere"}
    yield "sensitivity", {"method": "dirichlet"}
    yield "clusters", {"method": "getis_ord"}
    yield "priority", {**here, "band": "all", "need_weight": 0.0}
    yield from (("capacity-gap", {**here, "rule": rule, "assumed_capacity": 40, "groups": groups})
                for rule, groups in (("least_distance", "poverty"), ("nearest_first", "none"), ("equity_first", "none")))
    yield "match", {"unknown_places": "assume"}
    yield "weight-sets", {"places": "areas"}


def asked_plainly(target: str, **always: Any) -> Iterator[tuple[str, Settings]]:
    """Every question as it is asked first; ``always``: settings for all that have them."""
    for name in registry.names():
        given: Settings = {"target": target} if _has_target(name) else {}
        yield name, {**given, **{key: value for key, value in always.items() if key in _settings(name)}}
    yield "capacity-gap", {"target": target, "assumed_capacity": 40}


def answers(project: Project, asked: Iterator[tuple[str, Settings]], refused: Callable[[str, Settings, EcoMapError], None] | None = None
            ) -> Iterator[tuple[str, Result]]:
    """What the questions answer; a question that this project cannot be asked is told to `refused`."""
    for name, settings in asked:
        try:
            yield name, operations.run_analysis(project, name, settings)[1]
        except EcoMapError as error:
            if refused is None:
                raise
            refused(name, settings, error)


def _settings(name: str) -> set[str]:
    return {spec.name for spec in param_specs(registry.analysis(name).params)}


def _has_target(name: str) -> bool:
    return "target" in _settings(name) and name != "school-areas"


PROJECTS: Final[dict[str, tuple[Callable[[], Project], Callable[[], Iterator[tuple[str, Settings]]]]]] = {
    "the starter": (starter, asked_of_the_starter),
    "a town without margins": (without_margins, asked_of_a_town),
    "a town with money and margins": (with_margins, asked_of_a_town),
    "another city": (another_city, lambda: asked_plainly("service:*", as_of=DAY)),
}
