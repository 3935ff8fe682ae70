"""The map around a school: prepared once for all of them, drawn around each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.render.typeset.document import Figure
from ecomap.workspace.briefs.asking import NEED
from ecomap.workspace.briefs.facts import IN_REACH, Facts
from ecomap.workspace.pages import citations

if TYPE_CHECKING:
    from ecomap.render.paper.neighbourhood import Beside
    from ecomap.render.paper.picture import Prepared

_SHOWN: Final = (v.SITE, v.SERVICE, v.ZONE, v.SCHOOL, v.GROUND)
Draws = Callable[[str], Figure | None]


def map_maker(facts: Facts, language: str) -> Draws:
    """A function from school to its map; None for a school without a place, or where there is nothing to draw."""
    prepared = _prepared(facts, language)
    if prepared is None:
        return lambda school: None
    from ecomap.render.paper.neighbourhood import legend_beside  # heavy

    need = facts.asked.answers.get(NEED)
    beside = legend_beside(prepared, prepared.speak.say(need.title) if need is not None else "")
    return lambda school: _figure(facts, prepared, school, beside) if school in facts.places else None


def _layers(facts: Facts) -> list[Layer]:
    """What a reader looks for around a school, in the project's own order: who is there, over the need, over the ground."""
    need = facts.asked.answers.get(NEED)
    of_need = [layer for layer in facts.project.layers if need is not None and layer.result_id == need.id and layer.geometry != NO_GEOMETRY]
    return [layer for layer in facts.project.layers if (layer.role in _SHOWN and not layer.result_id and layer.geometry != NO_GEOMETRY) or layer in of_need[:1]]


def _prepared(facts: Facts, language: str) -> Prepared | None:
    from ecomap.render.map_page import MapPage, PageLayer  # heavy
    from ecomap.render.paper.picture import prepare
    from ecomap.workspace.map_order import mapped_layers

    wanted = {layer.id for layer in _layers(facts)}
    shown = [layer for layer in mapped_layers(facts.project) if layer.id in wanted]
    if not facts.places or not shown:
        return None
    x, y = next(iter(facts.places.values()))
    pages = tuple(PageLayer(evolve(layer, visible=True), facts.project.frame(layer.id)) for layer in shown)
    return prepare(MapPage(NOTHING, NOTHING, facts.project.crs, pages, extent=(x - 1, y - 1, x + 1, y + 1), language=language, as_of=facts.project.day,
                           names=True))


def _figure(facts: Facts, prepared: Prepared, school: str, beside: Beside) -> Figure:
    from ecomap.render.paper.neighbourhood import Around, neighbourhood_svg  # heavy

    say_it = prepared.speak.say
    radius = format_number(facts.radius_m, "m", 1)
    x, y = facts.places[school]
    around = Around(x, y, say_it(facts.name_of(school)), facts.radius_m, say_it(say("{radius} around it", radius=radius)))
    return Figure(neighbourhood_svg(prepared, around, beside), _in_words(facts, school, radius), _sources(facts))


def _in_words(facts: Facts, school: str, radius: Said) -> Said:
    """What the map shows, for who cannot see it."""
    near = [one for one in facts.actors.get(school, ()) if one.place == IN_REACH]
    area = facts.area.get(school)
    return joined([
        say("Map of the ground around {school}, with a circle of {radius}.", school=facts.name_of(school), radius=radius),
        say("It stands in {area}.", area=name(str(area.get(v.NAME) or area[v.ID]))) if area is not None else NOTHING,
        plural("{n} service on record is in reach; the table of who is there names it.", "{n} services on record are in reach; the table of who is there names the nearest.",
               len(near)) if near else say("No service on record is in reach."),
    ])


def _sources(facts: Facts) -> Said:
    found = citations([layer for layer in facts.project.layers if layer.role in (v.NEED_AREA, v.SERVICE, v.SCHOOL) and not layer.result_id])
    return say("Need, schools and services: {sources}", sources=joined(found, " · ")) if found else NOTHING
