"""The project as a map page: what every picture and every file is made from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.project import Project
from ecomap.model.source import Source
from ecomap.model.vocabulary import AREA_LINK, LEVEL_LABELS

if TYPE_CHECKING:
    from ecomap.render.page import MapPage


def map_page(
    project: Project,
    title: str = "",
    subtitle: str = "",
    language: str = "en",
    *,
    made_on: str = "",
    extent: tuple[float, float, float, float] | None = None,
) -> MapPage:
    """The page of a project: its layers (hidden ones stay hidden until switched on), results, sources, cautions.

    Parameters
    ----------
    title, subtitle : str
        Default: the project's title, and the finding of its last result.
    language : {"en", "es"}
    made_on : str
        ISO date; default today.
    extent : tuple, optional
        (left, bottom, right, top) in the project's CRS; default everything that is switched on.
    """
    from ecomap.render.page import MapPage, PageLayer  # heavy

    layers = [layer for layer in project.layers if layer.geometry != NO_GEOMETRY and layer.role != AREA_LINK]
    return MapPage(
        title=title or project.title,
        subtitle=subtitle or (project.results[-1].sentence if project.results else ""),
        crs=project.crs,
        layers=tuple(PageLayer(layer, project.frame(layer.id)) for layer in layers),
        results=project.results,
        extent=extent,
        sources=source_lines(layers),
        cautions=cautions(project),
        made_on=made_on or date.today().isoformat(),
        language=language,
    )


def source_lines(layers: Iterable[Layer]) -> tuple[str, ...]:
    """Who says so: one line per source with the layers it speaks for, in order of first use."""
    speaks_for: dict[Source, list[str]] = {}
    for layer in layers:
        if layer.result_id:
            continue
        for source in (*layer.sources, *(indicator.source for indicator in layer.indicators)):
            names = speaks_for.setdefault(source, [])
            if layer.name not in names:
                names.append(layer.name)
    by_text: dict[str, list[str]] = {}
    for source, names in speaks_for.items():
        known = by_text.setdefault(_source_text(source), [])
        known.extend(name for name in names if name not in known)
    return tuple(f"{', '.join(names)}: {text}" for text, names in by_text.items())


def _source_text(source: Source) -> str:
    who = source.publisher or source.title
    what = source.title if source.title and source.title != who else ""
    return ", ".join(part for part in (who, what, source.vintage, source.licence) if part)


def cautions(project: Project) -> tuple[str, ...]:
    """What a reader has to know before believing the map: estimated and approximate places, and the results' own."""
    found: list[str] = []
    for word, sentence in (
        ("estimated", "{} are estimated, not official boundaries."),
        ("approximate", "{} show an approximate footprint, not a legal boundary."),
    ):
        names = [_plain_name(layer) for layer in project.layers if layer.boundary == word and not layer.result_id]
        if names:
            found.append(_capital(sentence.format(_listed(list(dict.fromkeys(names))))))
    for result in project.results:
        found.extend(note.text for note in result.notes if note.kind == "caution")
    return tuple(dict.fromkeys(found))


def _plain_name(layer: Layer) -> str:
    if layer.level and layer.role == "attendance_area":
        return f"{LEVEL_LABELS.get(layer.level, layer.level).lower()} attendance areas"
    return layer.name


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
