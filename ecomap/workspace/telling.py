"""What a workbook says beside its tables: each answer's finding, figures, notes, settings and sources, and how complete lists are."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.said import Said, joined, say
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
    return Told(results, spoken_settings(project), lists, sources, people, _agreed(project))


def _agreed(project: Project) -> tuple[tuple[Said, Said], ...]:
    """What was agreed, in the order of the days, and how many corrections of readers wait."""
    from ecomap.model.commitment import in_order
    from ecomap.render.words.agreed import AGREED, short_words
    from ecomap.workspace.commitments import as_of
    from ecomap.workspace.corrections.words import counted

    day = as_of(project)
    lines = [(short_words(one, day), AGREED) for one in in_order(project.commitments)]
    return (*lines, *([(counted(project), say("Corrections of readers"))] if project.corrections else []))


def _sources_of(layer: Layer) -> tuple[Source, ...]:
    return tuple(dict.fromkeys((*layer.sources, *(indicator.source for indicator in layer.indicators))))


def partners_lines(project: Project, most: int) -> tuple[Said, ...]:
    """What was agreed and how it stands, and what readers say is otherwise, as lines of a list: how many, then so many of each; nothing where there is none."""
    from ecomap.model.commitment import in_order
    from ecomap.render.words.agreed import counted_words, short_words
    from ecomap.workspace.commitments import as_of
    from ecomap.workspace.corrections.words import STATE_WORDS, counted, heading

    day, lines = as_of(project), []
    if project.commitments:
        lines += [counted_words(project.commitments, day), *(joined(["  ", joined(short_words(one, day).split("\n"), " · ")], "") for one in in_order(project.commitments)[:most])]
    if project.corrections:
        lines.append(counted(project))
        first = sorted(project.corrections, key=lambda one: (not one.waits, one.day, one.id))[:most]
        lines += [say("  {kind}, {state}", kind=heading(one), state=STATE_WORDS[one.state]) for one in first]
    return tuple(lines)
