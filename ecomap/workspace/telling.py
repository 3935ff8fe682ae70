"""What a workbook says beside its tables: each answer's finding, figures, notes, settings and sources, and how complete lists are."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.said import Said, joined
from ecomap.model.source import Source
from ecomap.workspace.known import known_if_stated, told_of_layer
from ecomap.workspace.page_settings import spoken_settings

if TYPE_CHECKING:
    from ecomap.render.tables.guide import Told


def told_beside(project: Project, held: Collection[str], people: tuple[Said, ...]) -> Told:
    """What the answers and layers in a workbook say.

    Parameters
    ----------
    held : collection of str
        Ids of the layers and answers it holds.
    people : tuple of Said
        What was protected of the people in it.
    """
    from ecomap.render.tables.guide import Told  # heavy

    results = tuple(result for result in project.results if result.id in held)
    counted = known_if_stated(project)
    lists = tuple((layer.name, told_of_layer(project, layer.id, counted)) for layer in project.layers if layer.id in held and layer.known_of)
    speaks_for: dict[Source, list[Said]] = {}
    for layer in project.layers:
        for source in _sources_of(layer) if layer.id in held else ():
            speaks_for.setdefault(source, []).append(layer.name)
    for result in results:
        for source in result.provenance.sources if result.provenance else ():
            speaks_for.setdefault(source, []).append(result.title)
    sources = tuple((joined(dict.fromkeys(names), "; "), source) for source, names in speaks_for.items())
    return Told(results, spoken_settings(project), lists, sources, people)


def _sources_of(layer: Layer) -> tuple[Source, ...]:
    return tuple(dict.fromkeys((*layer.sources, *(indicator.source for indicator in layer.indicators))))
