"""What the map is called and says of itself: its title, the line below, and who its data are from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ecomap.model.figures import figure_number
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.style import GRADUATED
from ecomap.render.style.ground import is_ground
from ecomap.ui.look.parts import together
from ecomap.ui.models.layers import Legends
from ecomap.ui.speech import spoken
from ecomap.workspace.asked import reach_words, title_words
from ecomap.workspace.map_order import mapped_layers

if TYPE_CHECKING:
    from ecomap.workspace.scenarios import Comparison

MOST_SOURCES: Final = 3


def compared_words(comparison: Comparison) -> tuple[str, str]:
    """Title and second line of a map of a difference: within what, who gains it and who loses it."""
    told = [joined([figure.label, figure_number(figure)], ": ") for figure in comparison.result.figures[:2]]
    return spoken(comparison.result.title), together(spoken(joined([reach_words(comparison.a.settings), *told], " · ")))


def map_words(
    project: Project, legends: Legends, preferred: str = "", otherwise: Mapping[str, Said] = MappingProxyType({})
) -> tuple[Said, Said]:
    """Title and second line of the map: an answer that is switched on, that of the step or the latest, else the
    project's name. Where the answer of the step has nothing on the map, the second line says so: the map and the panel
    then speak of different answers. An answer whose form stands `otherwise` by now says so there too."""
    shown = {layer.result_id for layer in project.layers if layer.visible and layer.result_id}
    newest = tuple(reversed(project.results))
    asked = project.latest_result(preferred)
    for result in sorted(newest, key=lambda result: result.analysis != preferred):
        if result.id in shown:
            apart = asked is not None and asked.id not in shown
            if apart and asked is not None:
                return result.title, _not_on_map(project, asked)
            return result.title, otherwise.get(result.id) or _second_line(result)
    if asked is not None:
        return title_words(project), _not_on_map(project, asked)
    seen = [layer for layer in mapped_layers(project) if layer.visible]
    for layer in seen:
        if layer.style.kind == GRADUATED and layer.id in legends:
            return title_words(project), say("Colours: {what}", what=legends[layer.id].title.small())
    first = joined([layer.name for layer in seen[:3]], ", ")
    return title_words(project), plural("{layers} and {n} more", "{layers} and {n} more", len(seen) - 3, layers=first) if len(seen) > 3 else first


def _not_on_map(project: Project, result: Result) -> Said:
    drawn = any(layer.result_id == result.id for layer in project.layers)
    return say("Switched off for this answer: {title}" if drawn else "No map for this answer: {title}", title=name(result.title).small())


def _second_line(result: Result) -> Said:
    """Within what, and the first key figure; the first two where no distance was asked. A line that breaks in two is left out on a low map."""
    reach = reach_words(result.provenance.params) if result.provenance is not None else NOTHING
    said = [
        joined([figure.label, figure_number(figure)], ": ")
        for figure in result.figures[:1 if reach else 2]
    ]
    return joined([reach, *said], " · ") or result.sentence


def short_sources(layers: Sequence[Layer]) -> Said:
    """The first few who say so, for the foot of the map."""
    found = dict.fromkeys(
        source.citation
        for ground in (False, True)  # whoever drew the data is named before whoever drew the streets
        for layer in reversed(layers)
        if is_ground(layer) is ground
        for source in (*layer.sources, *(indicator.source for indicator in layer.indicators))
        if source.citation
    )
    parts = [name(citation) for citation in found]
    more = len(parts) - MOST_SOURCES
    return joined(parts[:MOST_SOURCES] + ([plural("and {n} more", "and {n} more", more)] if more > 0 else []), " · ")
