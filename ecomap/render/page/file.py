"""The meeting file: one HTML page with the map, its legend, cards, tables and sources, which asks the network for nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from ecomap.model.assets import resources_dir
from ecomap.model.cell_text import storable
from ecomap.model.errors import InputError
from ecomap.model.files import write_whole
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.progress import Progress, silent
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.silence import without_sockets
from ecomap.model.units import format_number
from ecomap.model.vocabulary import SITE
from ecomap.render.map_page import MapPage
from ecomap.render.page.data import (
    PageData,
    PageLayers,
    bordered,
    borders_bytes,
    page_data,
    page_layers,
    resolve_page,
)
from ecomap.render.page.ground import PageGround, page_ground, without_ground
from ecomap.render.page.packing import packed
from ecomap.render.page.parts import (
    FIRST,
    LAST,
    all_words,
    part_data,
    part_scripts,
    part_styles,
    part_templates,
)
from ecomap.render.page.tables import MOST_ROWS
from ecomap.render.page.topology import Topology, build_topology
from ecomap.render.style.drawing import Drawing
from ecomap.render.words.cells import format_date
from ecomap.render.words.language import Language, language
from ecomap.render.words.page import PAGE

_SIMPLIFY_M = 8.0
_COARSER = (1.0, 3.0, 8.0)  # what to try, times the tolerance, until the file is small enough
_NEWEST, _SHOWN, _ALL = "newest", "shown", "all"  # whose tables stay
_SCRIPTS = ("unpack", "data", "symbols", "ground", "names", "map", "legend", "card", "find", "saving", "results", "parts", "start")
_NAME = "map_ecomap"        # the map's name on the page; folium's own are random


@frozen
class HtmlReport:
    """What was written. ``features`` counts the rows of all layers."""

    bytes: int
    features: int
    notes: tuple[Said, ...] = ()


@frozen
class _Cut:
    """How much of the page goes into the file: rows per table, whose tables, and layers that are switched off."""

    rows: int = MOST_ROWS
    tables: str = _ALL
    hidden_layers: bool = True


_CUTS = (
    _Cut(),
    _Cut(500),
    _Cut(100),
    _Cut(100, _SHOWN),
    _Cut(100, _NEWEST),
    _Cut(100, _NEWEST, hidden_layers=False),
)


def write_html(
    page: MapPage,
    path: Path | str,
    *,
    simplify_m: float = _SIMPLIFY_M,
    max_bytes: int = 5_000_000,
    packing: bool = True,
    progress: Progress | None = None,
) -> HtmlReport:
    """Write a page as one self-contained HTML file; the same page gives the same bytes.

    Parameters
    ----------
    path : Path
        Where to write. The file appears whole or not at all.
    simplify_m : float
        How far a drawn border may lie from the true one, in metres. Shared borders stay shared.
    max_bytes : int
        Until the file is no larger than this, its data are packed, borders are drawn more coarsely, tables get fewer rows (the
        best-ranked first), tables and card lines of answers that are not on the map, then of all but the newest, are
        left out, and last the layers that are switched off. The report's notes and the page itself say what is missing.
    packing : bool
        Whether the data may be packed: nothing is missing then, but only the page itself can read them.

    Raises
    ------
    InputError
        If the page does not fit into ``max_bytes`` even so.
    """
    progress = progress or silent()
    placed = tuple(shown for shown in page.layers if shown.layer.geometry != NO_GEOMETRY)
    ground = page_ground(evolve(page, layers=placed))
    page = evolve(page, layers=without_ground(placed))
    drawings = {shown.layer.id: drawing for shown, drawing in zip(page.layers, resolve_page(page))}
    speak = language(page.language)
    text, data, notes = _fitting(page, drawings, ground, simplify_m, speak, max_bytes, packing, progress)
    progress.at(0.9, say("Writing the file"))
    write_whole(Path(path), text)
    return HtmlReport(len(text), data.features, (*notes, *ground.notes))


def _fitting(
    page: MapPage,
    drawings: Mapping[str, Drawing],
    ground: PageGround,
    simplify_m: float,
    speak: Language,
    max_bytes: int,
    packing: bool,
    progress: Progress,
) -> tuple[bytes, PageData, tuple[Said, ...]]:
    """The page with as much as fits, what it counts, and notes on what was left out."""
    seen: list[tuple[Any, ...]] = []
    size = 0
    layers: PageLayers | None = None
    known: tuple[Said, ...] = ()
    for turn, cut in enumerate(_CUTS):
        part, said = _cut_page(page, cut, max_bytes)
        longest = max((len(output.frame) for result in part.results for output in result.outputs), default=0)
        shape = (min(longest, cut.rows), said)
        if shape in seen:
            continue
        seen.append(shape)
        progress.at(0.1 + 0.1 * turn, say("Fitting the page into its size") if turn else say("Reading the borders"))
        if layers is None or said != known:  # cards speak of answers that are in the file
            known = said
            drawn = [drawings[shown.layer.id] for shown in part.layers]
            layers = page_layers(part, drawn, speak, progress.part(0.1 + 0.1 * turn, 0.2 + 0.1 * turn))
        for factor in _COARSER:
            progress.check()
            topology = _topology(part, simplify_m * factor)
            progress.check()
            data = page_data(part, layers, topology, speak, cut.rows, progress, ground.body)
            for pack in (False, True) if packing else (False,):
                progress.check()
                size = len(data.json)
                if not pack and size > max_bytes:
                    continue
                text = storable(_render(part, data, speak, pack)).encode("utf-8")
                size = len(text)
                if size <= max_bytes:
                    return text, data, _notes(data, said, cut, simplify_m, factor, max_bytes)
            if size - borders_bytes(topology) > max_bytes:
                break
    raise InputError(
        say("The page would be {size} MB; the limit is {limit} MB.", size=_megabytes(size), limit=_megabytes(max_bytes)),
        say("Remove layers that the meeting does not need, or raise the limit."),
    )


def _megabytes(size: int) -> Said:
    return format_number(size / 1e6, digits=1)


def _topology(page: MapPage, tolerance: float) -> Topology:
    return build_topology(bordered(page), simplify_m=tolerance)


def _notes(
    data: PageData, said: tuple[Said, ...], cut: _Cut, simplify_m: float, factor: float, max_bytes: int
) -> tuple[Said, ...]:
    """What the report says: borders first, then tables, then layers."""
    limit = _megabytes(max_bytes)
    notes: tuple[Said, ...] = ()
    if factor > 1:
        notes += (say("Borders are drawn to {metres} m to keep the file under {limit} MB.",
                      metres=kept(f"{simplify_m * factor:g}"), limit=limit),)
    if cut.rows < MOST_ROWS and data.notes:
        notes += (say("Tables have at most {rows} rows to keep the file under {limit} MB; ranked ones keep the best-ranked.",
                      rows=format_number(cut.rows), limit=limit),)
    return notes + data.notes + said


def _cut_page(page: MapPage, cut: _Cut, max_bytes: int) -> tuple[MapPage, tuple[Said, ...]]:
    """The page without what the cut leaves out; the page says it too. The second part is for the report."""
    limit = _megabytes(max_bytes)
    said: tuple[Said, ...] = ()
    bare = _without_tables(page, cut.tables)
    if bare:
        note = Note("count", PAGE["page.tables_left_out"])
        page = evolve(page, results=tuple(
            evolve(result, outputs=(), notes=(note, *result.notes)) if result.id in bare else result
            for result in page.results
        ))
        titles = [result.title for result in reversed(page.results) if result.id in bare]
        said += (say("Left out to keep the file under {limit} MB, in tables and on cards: {answers}.", limit=limit,
                     answers=joined(titles, "; ")),)
    # Sites stay: the cards of schools speak of them.
    stay = tuple(one for one in page.layers if one.layer.visible or one.layer.role == SITE)
    if not cut.hidden_layers and len(stay) < len(page.layers):
        names = joined((one.layer.name for one in page.layers if one not in stay), "; ")
        caution = say("Left out to keep this file small, as they were switched off: {names}.", names=names)
        page = evolve(page, layers=stay, cautions=(*page.cautions, caution))
        said += (say("Left out to keep the file under {limit} MB, switched off as they are: {layers}.", limit=limit,
                     layers=names),)
    return page, said


def _without_tables(page: MapPage, tables: str) -> set[str]:
    """Ids of the results whose tables are left out; the newest answer always keeps its own."""
    if tables == _ALL:
        return set()
    keep = {result.id for result in page.results[-1:]}
    if tables == _SHOWN:
        keep |= {one.layer.result_id for one in page.layers if one.layer.visible}
    return {result.id for result in page.results if result.outputs and result.id not in keep}


def _render(page: MapPage, data: PageData, speak: Language, pack: bool = False) -> str:
    """The page as folium builds it: its map, our template, and nothing from anywhere else."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(resources_dir() / "templates" / "meeting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    map_html, map_script = _folium_map(part_scripts(page))
    scripts = [_leaflet()["script"], map_script]
    styles = [_leaflet()["style"], (resources_dir() / "templates" / "meeting" / "page.css").read_text("utf-8"), *part_styles(page)]
    given = part_data(page, speak)
    words = {key: speak.say(message) for key, message in all_words(page).items()}

    def placed(place: str) -> list[str]:
        return [templates.from_string(body).render(given=given[part], words=words, say=speak.say, language=speak.code)
                for part, body in part_templates(page, place)]

    return templates.get_template("page.html.j2").render(
        page=page,
        say=speak.say,
        language=speak.code,
        words=words,
        first_parts=placed(FIRST),
        last_parts=placed(LAST),
        made=speak.say(_made(page)),
        map_html=map_html,
        scripts=scripts,
        styles=styles,
        policy=_policy(scripts, styles),
        data="" if pack else data.json,
        packed=packed(data.json) if pack else None,
    )


def _made(page: MapPage) -> Said:
    """The last line of the page."""
    made_with = PAGE["page.made_with"]
    if not page.made_on:
        return made_with
    return joined([say("Made on {date}.", date=format_date(page.made_on)), made_with])


def _folium_map(added: Sequence[str]) -> tuple[str, str]:
    """The map as folium writes it, and its script with the page's own scripts behind it, in the order they need."""
    with without_sockets():
        import folium  # heavy
    from branca.element import Element, Figure

    class MeetingMap(folium.Map):
        """A map with a name that does not change from file to file."""

        def get_name(self) -> str:
            return _NAME

    meeting = MeetingMap(
        location=[0, 0], zoom_start=2, tiles=None, prefer_canvas=True, zoom_control=False,
        attribution_control=False, zoom_snap=0.25, zoom_delta=0.5, wheel_px_per_zoom_level=90, keyboard=True,
        max_zoom=18,
    )
    meeting.default_js, meeting.default_css = [], []  # nothing to load from anywhere
    figure = meeting.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("folium's map has no figure")
    figure.render()  # lets folium's elements hand their parts to the figure
    folder = resources_dir() / "templates" / "meeting"
    *first, last = ((folder / f"{part}.js").read_text("utf-8") for part in _SCRIPTS)
    body = "\n".join([*first, *added, last])
    own = Element("{% raw %}(function (map) {\n'use strict';\n" + body + "\n})(" + _NAME + ");{% endraw %}")
    figure.script.add_child(own, name="meeting")
    return figure.html.render(), figure.script.render()


@cache
def _leaflet() -> Mapping[str, str]:
    """Leaflet's script and style out of the installed package, without a reference to any other file."""
    folder = Path(import_module("xstatic.pkg.leaflet").BASE_DIR)
    script = (folder / "leaflet.js").read_text("utf-8")
    style = (folder / "leaflet.css").read_text("utf-8")
    return {
        "script": re.sub(r"//[#@]\s*sourceMappingURL=\S*", "", script),
        "style": re.sub(r"[a-z-]+\s*:\s*[^;{}]*url\([^)]*\)[^;{}]*;?", "", style),
    }


def _policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """A content-security policy that lets these very scripts and styles run and forbids every request."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src " + " ".join(_fingerprint(script) for script in scripts),
            "style-src " + " ".join(_fingerprint(style) for style in styles),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _fingerprint(text: str) -> str:
    """The hash of an inline script or style as a policy names it; a parser reads every line break as LF."""
    digest = hashlib.sha256(text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
