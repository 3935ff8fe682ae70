"""The map of one answer: which layers stand on it when it is shown by itself, on the wall and on paper."""

from __future__ import annotations

from attrs import evolve

from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace.map_order import mapped_layers
from ecomap.workspace.result_layers import shown_again

ORDER = ("need", "assets", "gaps", "plan", "money")  # steps of the work that ask: an answer may stand on those of earlier ones


def has_map(project: Project, result: Result) -> bool:
    """Whether an answer speaks of places that the project has on a map."""
    return any(layer.result_id == result.id for layer in mapped_layers(project))


def alone_on_map(project: Project, result: Result | None) -> Project:
    """The project with one answer on its map: its own layers and what it stands on, such as need under a gap; nothing is computed.

    Without an answer, or with one that speaks of no places, only what is no answer's stays.
    """
    shown = shown_again(project, result, step_of(result)) if result is not None and has_map(project, result) else project
    beneath = _beneath(shown, result)
    for layer in shown.layers:
        if layer.result_id and layer.visible and layer.result_id not in beneath:
            shown = shown.with_layer_changed(evolve(layer, visible=False))
    return shown


def layers_of_map(project: Project, result: Result | None) -> tuple[Layer, ...]:
    """What can be seen when one answer is on the map, top first."""
    return tuple(layer for layer in mapped_layers(alone_on_map(project, result)) if layer.visible)


def step_of(result: Result) -> str:
    """The step of the work that an answer belongs to; "" where its question is not known."""
    from ecomap.analysis import registry

    return next((step for step in ORDER if result.analysis in registry.names_of_step(step)), "")


def _beneath(project: Project, result: Result | None) -> set[str]:
    """The answer itself and those it may stand on: of steps before its own."""
    if result is None:
        return set()
    place = {step: number for number, step in enumerate(ORDER, start=1)}
    own = place.get(step_of(result), 0)
    return {result.id, *(one.id for one in project.results if place.get(step_of(one), 0) < own)}
