"""Whether an answer still speaks of the rows as they are."""

from __future__ import annotations

from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace.row_prints import print_of


def outdated(project: Project, result: Result) -> bool:
    """True if rows an answer was made from have changed or gone, or rows of the same kind have come since; each set of rows is read once."""
    if result.provenance is None:
        return False
    used = dict(result.provenance.inputs)
    if any(not project.has_layer(layer_id) for layer_id in used):
        return True
    if any(print_of(project.frame(layer_id)) != told for layer_id, told in used.items()):
        return True
    return bool(_newcomers(project, result, set(used)))


def _newcomers(project: Project, result: Result, used: set[str]) -> list[str]:
    """Layers that the question would read today and did not read then."""
    from ecomap.analysis import registry

    if result.analysis not in registry.names():
        return []
    asked = result.provenance.params if result.provenance else {}
    inputs = [given for given in registry.analysis(result.analysis).inputs  # heavy
              if all(not name or asked.get(name) == given.role for name in (given.param, given.asked_by))]
    every = {given.role for given in inputs if given.many}
    held = {layer.role for layer in project.layers if layer.id in used}
    single = {given.role for given in inputs if not given.many} - held
    return [
        layer.id for layer in project.layers
        if layer.role in every | single and not layer.result_id and layer.id not in used and len(project.frame(layer.id))
    ]
