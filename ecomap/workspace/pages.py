"""The project as a map page: what every picture and every file is made from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ecomap.analysis.vintage import told_once
from ecomap.model.dates import first_day, today
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.result import AGE
from ecomap.model.said import Said, joined, listed, name, say
from ecomap.model.source import Source
from ecomap.model.units import format_number
from ecomap.model.vocabulary import (
    AREA_LINK,
    ATTENDANCE_AREA,
    LEVEL_LABELS,
    REFERENCE,
    SCHOOL,
    STREET,
)
from ecomap.workspace.agreed_page import flags_of
from ecomap.workspace.days import passed_since
from ecomap.workspace.known import known_if_stated, lacking, told_of_layer
from ecomap.workspace.map_order import mapped_layers
from ecomap.workspace.page_order import in_page_order, page_views
from ecomap.workspace.page_parts import page_parts

if TYPE_CHECKING:
    from ecomap.render.map_page import MapPage

_WITH_BOUNDARY = ("{what} (estimated)", "{what} (approximate)")  # names that say it themselves
Extent = tuple[float, float, float, float]
MOST_STREETS = 20_000  # lines that a page to send can hold
MOST_HIDDEN = 5_000    # places of a layer for orientation that are sent though it is switched off
BRIEF_CAUTIONS = 3  # on a picture; the HTML page and the PDF say all


def map_page(
    project: Project,
    title: str = "",
    subtitle: str = "",
    language: str = "en",
    *,
    brief: bool = False,
    made_on: str = "",
    extent: Extent | None = None,
) -> MapPage:
    """The page of a project: its layers (hidden ones stay hidden until switched on), results, sources, cautions.

    Parameters
    ----------
    title, subtitle : str
        Default: the project's title, and the finding of its last result.
    language : {"en", "es"}
    brief : bool
        For a picture: only the layers that are switched on, short citations, the first cautions.
    made_on : str
        ISO date; default today.
    extent : tuple, optional
        (left, bottom, right, top) in the project's CRS; default the bulk of the places, see `whole_extent`.
    """
    from ecomap.render.map_page import MapPage, PageLayer  # heavy
    from ecomap.workspace.page_settings import page_settings  # heavy

    made_on = made_on or today().isoformat()

    layers = [
        layer for layer in mapped_layers(project) if layer.visible or not brief
    ]
    said = (*passed_days(project, made_on), *cautions(project, layers))
    heavy = [] if brief else [layer for layer in layers if layer.role == STREET and len(project.frame(layer.id)) > MOST_STREETS]
    layers = [layer for layer in layers if layer not in heavy]
    said += tuple(say("{layer} is not on this page: {many} lines are too many to send.", layer=layer.name,
                      many=format_number(len(project.frame(layer.id)))) for layer in heavy)
    hidden = [] if brief else [layer for layer in layers if layer.role == REFERENCE and not layer.visible and len(project.frame(layer.id)) > MOST_HIDDEN]
    layers = [layer for layer in layers if layer not in hidden]
    said += tuple(say("{layer} is not on this page: it is switched off, and {many} places are many to send. Switch it on to send it.",
                      layer=layer.name, many=format_number(len(project.frame(layer.id)))) for layer in hidden)
    return MapPage(
        title=title or project.title,
        subtitle=subtitle or (project.results[-1].sentence if project.results else ""),
        crs=project.crs,
        layers=tuple(PageLayer(layer, project.frame(layer.id)) for layer in layers),
        results=project.results,
        extent=extent or whole_extent(project),
        sources=citations(layers) if brief else source_lines(layers),
        cautions=said[:BRIEF_CAUTIONS] if brief else said,
        settings={} if brief else page_settings(project),
        made_on=made_on,
        as_of=project.day,
        lacks={} if brief else {layer.id: lacking(project, layer.id) for layer in layers if layer.role == SCHOOL},
        language=language,
        names=project.named,
        order=tuple(result.id for result in in_page_order(project)),
        views={} if brief else page_views(project),
        flags=flags_of(project) if brief else (),
        parts={} if brief else page_parts(project),
    )


def passed_days(project: Project, made_on: str) -> tuple[Said, ...]:
    """Which answers count what has ended, or miss what has begun, between their day and the later of the project's and the page's."""
    until = max(day for text in (project.day, made_on) if (day := first_day(text)) is not None)
    told: dict[Said, list[Said]] = {}
    for result in project.results:
        if passed := passed_since(project, result, until):
            told.setdefault(passed, []).append(result.title)
    return tuple(say("{title}: {passed}", title=joined(dict.fromkeys(titles), ", "), passed=passed) for passed, titles in told.items())


def whole_extent(project: Project) -> Extent | None:
    """What the window shows when it shows everything, so that file and window show the same: see `ecomap.render.canvas.extent`."""
    from ecomap.render.canvas.extent import extent_of  # heavy

    return extent_of([(layer, project.frame(layer.id)) for layer in mapped_layers(project)])


def citations(layers: Iterable[Layer]) -> tuple[Said, ...]:
    """Who says so, in short: publisher and vintage, each once, in order of first use."""
    found = [source.citation for layer in layers for source in _sources(layer)]
    return tuple(dict.fromkeys(text for text in found if text))


def source_lines(layers: Iterable[Layer]) -> tuple[Said, ...]:
    """Who says so, at length: one line per source with the layers it speaks for, in order of first use."""
    speaks_for: dict[Said, list[Said]] = {}
    for layer in layers:
        if layer.result_id:
            continue
        for source in _sources(layer):
            names = speaks_for.setdefault(_source_text(source), [])
            if layer.name not in names:
                names.append(layer.name)
    return tuple(say("{layers}: {source}", layers=joined(names, ", "), source=text) for text, names in speaks_for.items())


def _sources(layer: Layer) -> tuple[Source, ...]:
    return tuple(dict.fromkeys([*layer.sources, *(indicator.source for indicator in layer.indicators)]))


def _source_text(source: Source) -> Said:
    who = source.publisher or source.title
    what = source.title if source.title and source.title != who else ""
    return joined((who, what, source.listed_vintage, source.licence), ", ")


def cautions(project: Project, layers: Iterable[Layer] | None = None) -> tuple[Said, ...]:
    """What a reader has to know before believing the map: estimated and approximate places, what is old, how complete lists are, and the
    results' own.

    ``layers`` are those on the page; default all of the project. The latest result speaks first.
    """
    given = project.layers if layers is None else layers
    layers = [layer for layer in given if not layer.result_id and layer.role != AREA_LINK]
    found: list[Said] = []
    estimated, approximate = (
        listed(dict.fromkeys(_plain_name(layer) for layer in layers if layer.boundary == word)) for word in ("estimated", "approximate")
    )
    if estimated:
        found.append(say("{areas} are estimated, not official boundaries.", areas=estimated).capitalize())
    if approximate:
        found.append(say("{areas} show an approximate footprint, not a legal boundary.", areas=approximate).capitalize())
    notes = [note for result in reversed(project.results) for note in result.notes if note.kind == "caution"]
    old = told_once([note.text for note in notes if note.about == AGE])
    counted = known_if_stated(project)
    lists = [told for layer in layers if layer.known_of and (told := told_of_layer(project, layer.id, counted))]
    # A picture has room for the first few: how complete the lists are says more than what is old by an earlier answer.
    found += [*old[:1], *lists, *old[1:]]
    return tuple(dict.fromkeys([*found, *(note.text for note in notes if note.about != AGE)]))


def _plain_name(layer: Layer) -> Said:
    if layer.level and layer.role == ATTENDANCE_AREA:
        return say("{level} attendance areas", level=name(LEVEL_LABELS.get(layer.level, layer.level)).small())
    what = layer.name.values.get("what") if layer.name.key in _WITH_BOUNDARY else None
    return what if isinstance(what, Said) else name(layer.name.removesuffix(f"({layer.boundary})").strip())
