"""The map page: what every picture and every file is made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, field, frozen

from ecomap.model.layer import Layer
from ecomap.model.record import Carried
from ecomap.model.result import Result
from ecomap.model.said import Said, name
from ecomap.render.words.card import Lacks
from ecomap.render.words.language import Language
from ecomap.render.words.spoken import spoken_layer, spoken_result


@frozen
class PageLayer:
    """One layer on the page, with its rows in the project's CRS."""

    layer: Layer
    frame: Any = field(eq=False, repr=False)


@frozen
class Flag:
    """A place that something was agreed for: the state that its flag shows, and how many are in it."""

    layer: str
    feature: str
    x: float
    y: float
    state: str
    many: int


Settings = tuple[Said, tuple[tuple[Said, Said], ...]]  # what the analysis is called; label and value of what was chosen


@frozen
class MapPage:
    """A titled map with its layers (top first), results, sources and date.

    ``extent`` is (left, bottom, right, top) in the project's CRS; None shows everything visible.
    ``results`` come with their tables, figures and notes.
    """

    title: Said = field(converter=name)
    subtitle: Said = field(converter=name)
    crs: str
    layers: tuple[PageLayer, ...]
    results: tuple[Result, ...] = ()
    extent: tuple[float, float, float, float] | None = None
    sources: tuple[Said, ...] = ()    # citations in words, in order of first use
    cautions: tuple[Said, ...] = ()   # "Attendance areas are estimated ..."
    settings: Mapping[str, Settings] = field(factory=dict)  # result id -> how it was asked, in words
    people: tuple[Said, ...] = ()     # what was protected of the people in it, and what was declared safe by whom
    made_on: str = ""                 # ISO date
    as_of: str = ""                   # ISO date: the day of the project
    lacks: Mapping[str, Lacks] = field(factory=dict)  # layer of schools -> what is known of the kinds that a school is not known to have
    language: str = "en"
    names: bool = True                # of the ground and of schools, where there is room
    order: tuple[str, ...] = ()       # ids of the answers as the planner tells them
    views: Mapping[str, tuple[str, ...]] = field(factory=dict)  # answer -> the layers that stand on the map with it
    carried: Carried | None = field(default=None, eq=False, repr=False)  # the record of its answers, and the rows they rest on
    flags: tuple[Flag, ...] = ()      # on the map, where something was agreed
    parts: Mapping[str, Any] = field(factory=dict, eq=False, repr=False)  # what other rooms add to the meeting file, by the part's name


def spoken_page(page: MapPage, speak: Language) -> MapPage:
    """The page with everything around its rows in a language, done once before it is drawn."""
    return evolve(
        page,
        title=speak.kept(page.title),
        subtitle=speak.kept(page.subtitle),
        layers=tuple(PageLayer(spoken_layer(shown.layer, speak), shown.frame) for shown in page.layers),
        results=tuple(spoken_result(result, speak) for result in page.results),
        sources=tuple(speak.kept(line) for line in page.sources),
        cautions=tuple(speak.kept(caution) for caution in page.cautions),
        people=tuple(speak.kept(line) for line in page.people),
        settings={key: (speak.kept(title), tuple((speak.kept(label), speak.kept(value)) for label, value in chosen))
                  for key, (title, chosen) in page.settings.items()},
    )
