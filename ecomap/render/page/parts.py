"""The parts that other rooms add to the meeting file: each with its own script, style, place on the page, words and data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from ecomap.model.assets import resources_dir
from ecomap.model.said import Said
from ecomap.render.map_page import MapPage
from ecomap.render.page import agreed
from ecomap.render.page.corrections import WORDS as CORRECTION_WORDS
from ecomap.render.page.corrections import corrections_data
from ecomap.render.words.language import Language
from ecomap.render.words.page import PAGE

FIRST, LAST = "first", "last"  # above the findings, below them
_NO_WORDS: Final[Mapping[str, Said]] = MappingProxyType({})


@frozen
class Part:
    """A part of the meeting file. It is on the page only where `MapPage.parts` holds something under its name.

    Its files stand in ``resources/templates/meeting/parts`` under its name: ``NAME.js``, which calls ``addPart`` (see
    ``parts.js`` for what the page asks of it), and where it needs them ``NAME.css`` and ``NAME.html.j2``, a piece of the page
    that stands at ``place`` and sees ``given`` (what ``data`` gave), ``words`` and ``say``.

    ``data`` makes plain JSON of what `MapPage.parts` holds; the script gets it as the argument of ``start``. ``words`` are
    added to those of the page, each under a key that begins with the part's name and a dot.
    """

    name: str
    data: Callable[[Any, Language], Any]
    words: Mapping[str, Said] = _NO_WORDS
    place: str = LAST


PARTS: Final[tuple[Part, ...]] = (  # in the order in which they stand; every room adds its line
    Part("corrections", corrections_data, CORRECTION_WORDS),  # asked first what lies under a point: one that is being pointed at is its own
    Part(agreed.NAME, agreed.agreed_data, agreed.WORDS, FIRST),
)


def parts_of(page: MapPage) -> tuple[Part, ...]:
    """The parts that this page has."""
    return tuple(part for part in PARTS if part.name in page.parts)


def part_data(page: MapPage, speak: Language) -> dict[str, Any]:
    """What the scripts of the parts are given, by the name of each."""
    return {part.name: part.data(page.parts[part.name], speak) for part in parts_of(page)}


def all_words(page: MapPage) -> dict[str, Said]:
    """The page's own words and those of its parts."""
    words = dict(PAGE)
    for part in parts_of(page):
        words.update(part.words)
    return words


def part_scripts(page: MapPage) -> list[str]:
    """The scripts of the page's parts, in their order."""
    return _texts(parts_of(page), "js")


def part_styles(page: MapPage) -> list[str]:
    """The styles of the page's parts, in their order."""
    return _texts(parts_of(page), "css")


def part_templates(page: MapPage, place: str) -> list[tuple[str, str]]:
    """Name and template of the parts that stand at a place of the page."""
    return [(part.name, body) for part in parts_of(page) if part.place == place and (body := _text(f"{part.name}.html.j2"))]


def _texts(parts: Iterable[Part], ending: str) -> list[str]:
    return [text for part in parts if (text := _text(f"{part.name}.{ending}"))]


def _text(name: str) -> str:
    """A file of a part, or "" where it has none of this kind."""
    file = resources_dir() / "templates" / "meeting" / "parts" / name
    return file.read_text("utf-8") if file.exists() else ""
