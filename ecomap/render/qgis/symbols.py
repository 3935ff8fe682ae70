"""One symbol in QGIS' words: fill, line or marker with the colours, widths and shapes of the window, in pixels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np

from ecomap.model.layer import LINE, POINT
from ecomap.render.style import hatch, pattern
from ecomap.render.style.palette import linear, rgb
from ecomap.render.style.symbols import Symbol, category_glyph

_KINDS: Final[Mapping[str, str]] = {POINT: "marker", LINE: "line"}
_SHAPES: Final[Mapping[str, tuple[str, float]]] = {  # ours -> theirs, and how far it is turned
    "circle": ("circle", 0), "diamond": ("diamond", 0), "square": ("square", 0), "triangle": ("triangle", 0), "plus": ("cross_fill", 0), "cross": ("cross_fill", 45),
}
_ACROSS: Final = 0.7071   # from line to line, for each pixel along a row, at 45 degrees
_DASH: Final = "6;4"
_HALO: Final = 2.4
WHITE: Final = "#FFFFFF"
_DARK_INK: Final = "#1F2933"


def symbol_xml(symbol: Symbol, name: str, geometry: str, *, size: str = "", label: str = "") -> str:
    """A symbol of a layer.

    Parameters
    ----------
    name : str
        By which the classes of a style name it.
    geometry : str
        Of the layer: "polygon", "line" or "point".
    size : str
        Expression for the size of each row's marker, as a share of the symbol's; "" for all the same.
    label : str
        What the class is called, for the sign inside a square.
    """
    kind = _KINDS.get(geometry, "fill")
    parts = {"marker": _marker, "line": _line}.get(kind, _fill)(symbol)
    if kind == "marker":
        glyph = symbol.glyph or (category_glyph(label) if symbol.shape == "square" else "")
        parts = [*parts, *_sign(symbol, glyph)]
    sized = _sized(size, symbol.size) if size and kind == "marker" else ""
    return f'<symbol type="{kind}" name={quoteattr(name)} alpha="1" clip_to_extent="1" force_rhr="0">' + "".join(
        part.replace("</layer>", f"{sized}</layer>") for part in parts) + "</symbol>"


def _fill(symbol: Symbol) -> list[str]:
    """Areas: the ground of the fill with its outline, lines over it where it has some; outlines alone as a line."""
    if not symbol.fill:
        return [_outline(symbol)] if symbol.line else []
    ground = {
        "color": _rgba(symbol.fill, symbol.fill_opacity), "style": "solid", "outline_color": _rgba(symbol.line or symbol.fill),
        "outline_style": ("dash" if symbol.dash else "solid") if symbol.line else "no", "outline_width": f"{symbol.line_width:g}", "outline_width_unit": "Pixel",
    }
    parts = [_layer("SimpleFill", ground)]
    if symbol.hatch:
        parts.append(_lines(45, hatch.PITCH_PX, hatch.WIDTH_PX, _rgba(hatch.ink())))
    if symbol.pattern:
        parts.append(_lines(135, pattern.PITCH_PX, pattern.WIDTH_PX, _rgba(symbol.fill, pattern.STRENGTH)))
    return parts


def _lines(angle: int, pitch: float, width: float, colour: str) -> str:
    inner = _layer("SimpleLine", {"line_color": colour, "line_width": f"{width:g}", "line_width_unit": "Pixel", "line_style": "solid"})
    return _layer("LinePatternFill", {"angle": str(angle), "distance": f"{pitch * _ACROSS:g}", "distance_unit": "Pixel", "color": colour,
                                      "line_width": f"{width:g}", "line_width_unit": "Pixel"},
                  f'<symbol type="line" name="@lines" alpha="1" clip_to_extent="1" force_rhr="0">{inner}</symbol>')


def _line(symbol: Symbol) -> list[str]:
    return [_outline(symbol)] if symbol.line else []


def _outline(symbol: Symbol) -> str:
    return _layer("SimpleLine", {
        "line_color": _rgba(symbol.line), "line_width": f"{symbol.line_width:g}", "line_width_unit": "Pixel", "line_style": "solid",
        "use_custom_dash": str(int(symbol.dash)), "customdash": _DASH, "customdash_unit": "Pixel", "joinstyle": "round", "capstyle": "round",
    })


def _marker(symbol: Symbol) -> list[str]:
    """Points: a white halo, then the shape."""
    shape, angle = _SHAPES.get(symbol.shape, _SHAPES["circle"])
    base = {"name": shape, "angle": str(angle), "size": f"{symbol.size:g}", "size_unit": "Pixel", "outline_width_unit": "Pixel"}
    edge = symbol.line_width if symbol.line else 0.0
    around = 2 * edge if symbol.line == WHITE else edge + min(_HALO, symbol.size * 0.3)
    halo = _layer("SimpleMarker", {**base, "color": _rgba(WHITE, 0), "outline_color": _rgba(WHITE), "outline_style": "solid", "outline_width": f"{around:g}"},
                  locked=True)
    lined = bool(symbol.line) and symbol.line != WHITE
    return [halo, _layer("SimpleMarker", {
        **base, "color": _rgba(symbol.fill or WHITE, symbol.fill_opacity if symbol.fill else 0), "outline_color": _rgba(symbol.line or WHITE),
        "outline_style": "solid" if lined else "no", "outline_width": f"{edge:g}",
    })]


def _sign(symbol: Symbol, glyph: str) -> list[str]:
    if not glyph or not symbol.fill or symbol.size < 8:
        return []
    return [_layer("FontMarker", {"chr": glyph[:1], "font": "Arial", "font_style": "Bold", "size": f"{symbol.size * 0.72:g}", "size_unit": "Pixel",
                                  "color": _rgba(_ink_on(symbol.fill))}, locked=True)]


def _ink_on(fill: str) -> str:
    """White or near-black, whichever is read better on a colour."""
    light = float(np.dot(linear(fill), [0.2126, 0.7152, 0.0722]))
    return WHITE if 1.05 / (light + 0.05) > (light + 0.05) / 0.06 else _DARK_INK


def _sized(size: str, largest: float) -> str:
    """A size that follows a number of the row."""
    active = _option("active", "true", "bool") + _option("expression", f"{largest:g} * ({size})") + _option("type", "3", "int")
    properties = f'<Option type="Map" name="properties"><Option type="Map" name="size">{active}</Option></Option>'
    named = _option("name", "") + properties + _option("type", "collection")
    return f'<data_defined_properties><Option type="Map">{named}</Option></data_defined_properties>'


def _layer(kind: str, properties: Mapping[str, str], within: str = "", *, locked: bool = False) -> str:
    options = "".join(_option(key, value) for key, value in properties.items())
    older = "".join(f"<prop k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in properties.items())  # read before QGIS 3.20
    return f'<layer class="{kind}" pass="0" enabled="1" locked="{int(locked)}"><Option type="Map">{options}</Option>{older}{within}</layer>'


def _option(name: str, value: str, kind: str = "QString") -> str:
    return f'<Option type="{kind}" name={quoteattr(name)} value={quoteattr(value)}/>'


def _rgba(colour: str, opacity: float = 1.0) -> str:
    return ",".join(map(str, (*_parts(colour), round(opacity * 255))))


def _parts(colour: str) -> Iterable[int]:
    return rgb(colour)
