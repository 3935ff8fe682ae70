"""Which layers an answer read, input by input, so that it can be asked again of the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecomap.model.errors import EcoMapError
from ecomap.model.params import build_params
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace.inputs import chosen_layers, layers_by_params, result_id

if TYPE_CHECKING:
    from ecomap.analysis.registry import Analysis


def layers_read(project: Project, result: Result) -> dict[str, tuple[str, ...]]:
    """Input -> layers that the answer read: the usual ones where these give its name, else those of its trail by their role."""
    from ecomap.analysis import registry  # heavy

    assert result.provenance is not None
    analysis = registry.analysis(result.analysis)
    params = build_params(analysis.params, dict(result.provenance.params))
    used = [layer_id for layer_id, _ in result.provenance.inputs if project.has_layer(layer_id)]
    by_role: dict[str, tuple[str, ...]] = {}
    for given in analysis.inputs:
        mine = tuple(one for one in used if project.layer(one).role in (given.role, *given.also))
        if mine and not given.param and not given.asked_by:
            by_role[given.name] = mine if given.many else mine[:1]
    for chosen in ({}, by_role):
        if _name_with(project, analysis, params, chosen) == result.id:
            return chosen
    return by_role


def _name_with(project: Project, analysis: Analysis, params: Any, chosen: Mapping[str, tuple[str, ...]]) -> str:
    try:
        layers = chosen_layers(project, analysis, {**layers_by_params(project, analysis, params), **chosen})
    except EcoMapError:
        return ""
    return result_id(analysis.name, params, layers)
