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
from ecomap.model.errors import InputError
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.progress import Progress, silent
from ecomap.render.files import write_whole
from ecomap.render.html_data import PageData, bordered, page_data, resolve_page
from ecomap.render.page import MapPage
from ecomap.render.spoken import spoken_drawing, spoken_page
from ecomap.render.topology import build_topology
from ecomap.render.wording import Strings, catalogue, format_date

_SIMPLIFY_M = 8.0
_COARSER = (1.0, 3.0, 8.0)  # what to try, times the tolerance, until the file is small enough
_SCRIPTS = ("data", "symbols", "map", "legend", "card", "find", "results", "start")
_NAME = "ecomap"            # the map's name on the page; folium's own are random


@frozen
class HtmlReport:
    """What was written. ``features`` counts the rows of all layers."""

    bytes: int
    features: int
    notes: tuple[str, ...] = ()


def write_html(
    page: MapPage,
    path: Path | str,
    *,
    simplify_m: float = _SIMPLIFY_M,
    strings: Strings | None = None,
    max_bytes: int = 5_000_000,
    progress: Progress | None = None,
) -> HtmlReport:
    """Write a page as one self-contained HTML file; the same page gives the same bytes.

    Parameters
    ----------
    path : Path
        Where to write. The file appears whole or not at all.
    simplify_m : float
        How far a drawn border may lie from the true one, in metres. Shared borders stay shared.
    strings : mapping, optional
        The page's words; default the catalogue of ``page.language``.
    max_bytes : int
        Borders are drawn more coarsely, and the report says so, until the file is no larger than this.

    Raises
    ------
    InputError
        If the page does not fit into ``max_bytes`` even so.
    """
    progress = progress or silent()
    words = strings or catalogue(page.language)
    placed = tuple(shown for shown in page.layers if shown.layer.geometry != NO_GEOMETRY)
    page = evolve(page, layers=placed)
    drawings = [spoken_drawing(drawing, page.language) for drawing in resolve_page(page)]
    page = spoken_page(page)
    progress.at(0.1, "Reading the borders")
    borders = bordered(page)
    for factor in _COARSER:
        tolerance = simplify_m * factor
        topology = build_topology(borders, simplify_m=tolerance)
        data = page_data(page, drawings, topology, words, progress.part(0.2, 0.8))
        text = _render(page, data, words).encode("utf-8")
        if len(text) <= max_bytes:
            break
    else:
        raise InputError(
            f"The page would be {len(text) / 1e6:.1f} MB; the limit is {max_bytes / 1e6:.1f} MB.",
            "Remove layers that the meeting does not need, or raise the limit.",
        )
    notes = data.notes
    if factor > 1:
        notes += (f"Borders are drawn to {tolerance:g} m to keep the file under {max_bytes / 1e6:.1f} MB.",)
    progress.at(0.9, "Writing the file")
    write_whole(Path(path), text)
    return HtmlReport(len(text), data.features, notes)


def _render(page: MapPage, data: PageData, words: Strings) -> str:
    """The page as folium builds it: its map, our template, and nothing from anywhere else."""
    import folium  # heavy
    from branca.element import MacroElement
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(resources_dir() / "templates" / "meeting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    meeting_map = folium.Map(
        location=[0, 0], zoom_start=2, tiles=None, prefer_canvas=True, zoom_control=False,
        attribution_control=False, zoom_snap=0.25, zoom_delta=0.5, wheel_px_per_zoom_level=90, keyboard=True,
        max_zoom=18,
    )
    meeting_map._id = _NAME
    meeting_map.default_js, meeting_map.default_css = [], []
    panels = MacroElement()
    panels._id = _NAME
    panels._template = _script_macro(templates)
    meeting_map.add_child(panels)
    figure: Any = meeting_map.get_root()
    figure.render()  # lets folium's elements hand their parts to the figure
    map_script = figure.script.render()
    scripts = [_leaflet()["script"], map_script]
    styles = [_leaflet()["style"], (resources_dir() / "templates" / "meeting" / "page.css").read_text("utf-8")]
    return templates.get_template("page.html.j2").render(
        page=page,
        words=words,
        made_on=format_date(page.made_on, words),
        map_html=figure.html.render(),
        scripts=scripts,
        styles=styles,
        policy=_policy(scripts, styles),
        data=data.json,
    )


def _script_macro(templates: Any) -> Any:
    """The page's own scripts as the template of a folium element, in the order they build on each other."""
    from jinja2 import Template

    folder = resources_dir() / "templates" / "meeting"
    body = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    return Template(
        "{% macro script(this, kwargs) %}(function (map) {\n'use strict';\n{% raw %}"
        + body
        + "{% endraw %}\n})({{ this._parent.get_name() }});{% endmacro %}"
    )


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
