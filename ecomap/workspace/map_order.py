"""The order of the map: which layer stands above which, the same in the list and on every picture."""

from __future__ import annotations

from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.project import Project
from ecomap.model.roles import ROLE_LABELS
from ecomap.model.said import Said, name
from ecomap.model.vocabulary import AREA_LINK, GROUND
from ecomap.workspace.asked import earlier_answers


def mapped_layers(project: Project) -> tuple[Layer, ...]:
    """The layers that can be seen on a map, top first: as the list shows them, so they are painted."""
    return tuple(layer for _, layers in grouped(project) for layer in layers)


def grouped(project: Project) -> list[tuple[Said, list[Layer]]]:
    """Layers under their headings, both in the order of the map.

    A heading stands where its first layer stands and keeps its layers together, those of earlier answers last. The ground is
    always last: it lies under the data, and its names stand above it.
    """
    earlier = earlier_answers(project)
    groups: dict[Said, list[Layer]] = {}
    for layer in sorted(_placed(project), key=lambda layer: layer.role == GROUND):
        groups.setdefault(heading(layer), []).append(layer)
    return [(words, sorted(layers, key=lambda layer: layer.result_id in earlier)) for words, layers in groups.items()]


def heading(layer: Layer) -> Said:
    """What a layer stands under in the list."""
    return layer.group or name(ROLE_LABELS.get(layer.role, layer.role))


def _placed(project: Project) -> list[Layer]:
    return [layer for layer in project.layers if layer.geometry != NO_GEOMETRY and layer.role != AREA_LINK]
