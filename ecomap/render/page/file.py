"""The meeting file: one HTML page with the map, its legend, cards, tables and sources, which asks the network for nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from attrs import evolve, frozen

from ecomap.model.assets import resources_dir
from ecomap.model.cell_text import storable
from ecomap.model.files import write_whole
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.progress import Progress, silent
from ecomap.model.record import ROWS
from ecomap.model.said import Said, joined, say
from ecomap.model.silence import without_sockets
from ecomap.render.map_page import MapPage
from ecomap.render.page.data import inert, resolve_page
from ecomap.render.page.fitting import MOST_BYTES, fitted, megabytes
from ecomap.render.page.ground import page_ground, without_ground
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
from ecomap.render.words.cells import format_date
from ecomap.render.words.language import Language, language
from ecomap.render.words.page import PAGE
from ecomap.render.words.together import Together

_SIMPLIFY_M = 8.0
_READER = "unpack"         # gives the data to all other scripts
_SCRIPTS = (
    "data", "symbols", "ground", "names", "map", "legend", "card", "find", "findings", "link", "saving", "tables", "compare", "paper",
    "parts", "start",
)
_NO_ROWS = f'id="{ROWS}"></script>'.encode()
_NAME = "map_ecomap"        # the map's name on the page; folium's own are random


@frozen
class HtmlReport:
    """What was written. ``features`` counts the rows of all layers; ``gave_way`` are those of the notes that say what was left out for its size."""

    bytes: int
    features: int
    notes: tuple[Said, ...] = ()
    gave_way: tuple[Said, ...] = ()


def write_html(
    page: MapPage,
    path: Path | str,
    *,
    simplify_m: float = _SIMPLIFY_M,
    max_bytes: int = MOST_BYTES,
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
        first in the order each is told in), layers that no finding shows are left out, and last tables and card lines of the
        later findings. The report's notes and the page itself say what is missing.
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
    speak = Together(language(page.language))
    def render(part: MapPage, data: str, pack: bool) -> bytes:
        return storable(_render(part, data, speak, pack)).encode("utf-8")

    found = fitted(page, drawings, ground, speak, render, simplify_m=simplify_m, max_bytes=max_bytes, packing=packing,
                   progress=progress.part(0.05, 0.9))
    progress.at(0.9, say("Writing the file"))
    text, left_out = _with_rows(found.text, page, max_bytes)
    write_whole(Path(path), text)
    return HtmlReport(len(text), found.features, (*found.notes, *ground.notes, *left_out), (*found.gave_way, *left_out))


def _with_rows(text: bytes, page: MapPage, max_bytes: int) -> tuple[bytes, tuple[Said, ...]]:
    """The page with the rows that its answers rest on, where there is room left for them; else a note for the report."""
    if page.carried is None or not page.carried.rows:
        return text, ()
    whole = text.replace(_NO_ROWS, _NO_ROWS.replace(b"></", b">" + base64.b64encode(page.carried.rows) + b"</"), 1)
    if len(whole) <= max_bytes:
        return whole, ()
    return text, (say("The rows that the answers rest on are not in the page, to keep it under {limit} MB: whoever asks again needs the project.",
                      limit=megabytes(max_bytes)),)


def _render(page: MapPage, data: str, speak: Language, pack: bool = False) -> str:
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
    findings = {result.sentence for result in page.results}  # a finding stands under its own question, not over another's
    of_answers = {note.text for result in page.results for note in result.notes}  # so does what is to be kept in mind with it
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
        subtitle="" if page.subtitle in findings else speak.say(page.subtitle),
        cautions=[speak.say(caution) for caution in page.cautions if caution not in of_answers],
        map_html=map_html,
        scripts=scripts,
        styles=styles,
        policy=_policy(scripts, styles),
        data="" if pack else data,
        packed=packed(data) if pack else None,
        record=inert(page.carried.record) if page.carried else "",
        packed_record=packed(page.carried.record) if page.carried and pack else None,
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
    reader, *first, last = ((folder / f"{part}.js").read_text("utf-8") for part in (_READER, *_SCRIPTS))
    body = "\n".join([reader, "readData(function (data) {", *first, *added, last, "});"])
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
