"""The order in which the findings are told, which the planner chooses, and what stands on the map with each."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import name, say
from ecomap.workspace.result_layers import NEED_INDEX, covered_by_others, shown_again


def in_page_order(project: Project) -> tuple[Result, ...]:
    """The answers as the planner ordered them; those that came since follow, as they were asked."""
    return tuple(sorted(project.results, key=lambda result: result.place or len(project.results) + 1))


def in_told_order(project: Project, result_ids: Sequence[str]) -> Project:
    """Tell the findings in this order; answers that are not named follow in theirs.

    Raises
    ------
    InputError
        If one is named that the project does not hold.
    """
    known = {result.id for result in project.results}
    if unknown := [one for one in result_ids if one not in known]:
        raise InputError(say("The project has no answer {which}.", which=name(unknown[0])), say("Choose answers of this project."))
    every = dict.fromkeys([*result_ids, *(result.id for result in in_page_order(project))])
    places = {result_id: place for place, result_id in enumerate(every, start=1)}
    return evolve(project, results=tuple(
        result if result.place == places[result.id] else evolve(result, place=places[result.id]) for result in project.results))


def page_views(project: Project) -> dict[str, tuple[str, ...]]:
    """Answer -> ids of the layers that stand on the map while it is told: its own, what it is read over, and what belongs to no answer."""
    from ecomap.analysis import registry  # heavy

    known = set(registry.names())
    return {result.id: _view(project, result, registry.analysis(result.analysis).step if result.analysis in known else "")
            for result in project.results}


def _view(project: Project, result: Result, step: str) -> tuple[str, ...]:
    own = [layer for layer in project.layers if layer.result_id == result.id]
    shown = shown_again(project, result, step) if own else project
    covered = bool(own) and covered_by_others(project, result, shown)
    on_now = set() if covered else {layer.id for layer in own if layer.visible}  # the planner's own choice of them, where the answer is on the map
    alone = not own or result.analysis == NEED_INDEX       # nothing else is read with it
    return tuple(
        layer.id for layer in shown.layers
        if (layer.id in on_now or (not on_now and layer.visible) if layer.result_id == result.id
            else layer.visible and not (alone and layer.result_id)))
