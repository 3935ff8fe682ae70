"""Projects with every question answered: the starter with settings that take little time, and a town that has what the starter lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ecomap.analysis import registry
from ecomap.model.params import param_specs
from ecomap.model.project import Project
from ecomap.workspace import operations
from tests import small_project
from tests.analysis.made_up_district import district
from tests.sentences.projects import asked_plainly, starter, with_margins

SMALL: Final = {"draws": 99, "truths": 12, "time_limit_s": 2.0, "sites": 3, "other_distances": False}
NOT_IN_LOS_ANGELES: Final = ("norming",)  # the starter has no staff positions
NOT_IN_TOWN: Final = ("helped", "spending-outcome")  # the town has no outcomes of schools; the starter has
_FEW: Final = {"plan": {"sites": 1}, "rank-change": {"top": 1}}  # fewer than the three schools of the town
AIMS: Final = ("reach", "twice", "fewest", "average", "fair", "furthest")


def settings_of(name: str, target: str) -> dict[str, Any]:
    """Of a question: small numbers where it has them, and whom it is about."""
    known = {spec.name for spec in param_specs(registry.analysis(name).params)}
    given: dict[str, Any] = {key: value for key, value in SMALL.items() if key in known}
    if "target" in known and name != "school-areas":
        given["target"] = target
    return {**given, **({"assumed_capacity": 100} if name == "capacity-gap" else {})}


def los_angeles() -> Project:
    """Every question that the starter can be asked."""
    project = starter()
    for name in registry.names():
        if name not in NOT_IN_LOS_ANGELES:
            project, _ = operations.run_analysis(project, name, settings_of(name, "service:Mental health"))
    return project


def town() -> Project:
    """Every question but those about outcomes, and the plan for every aim, of a town with money and an inventory."""
    project, target = with_margins(), "service:Mental Health"
    for name, given in _of_the_town(target):
        project, _ = operations.run_analysis(project, name, given)
    return project


def made_up_district() -> Project:
    """What the town lacks: a district with one outcome of schools and dollars, asked both questions about it, the one outcome taken for granted."""
    given = district()
    project = Project(crs=small_project.CRS)
    for key, frame in given.items():
        if key != "areas":
            project = project.with_layer(given.layer(key), frame)
    for name in NOT_IN_TOWN:
        project, _ = operations.run_analysis(project, name, {"draws": 99} if name == "helped" else {"dollars_error": 0.02})
    return project


def _of_the_town(target: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, given in asked_plainly(target):
        if name not in NOT_IN_TOWN and (name != "capacity-gap" or "assumed_capacity" in given):
            yield name, {**settings_of(name, target), **given, **_FEW.get(name, {})}
    plan = {**settings_of("plan", target), "sites": 1}
    yield from (("plan", {**plan, "aim": aim}) for aim in AIMS)
    yield "plan", {**plan, "sites": 2, "years": 2}
