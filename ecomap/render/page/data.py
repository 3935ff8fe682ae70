"""What the HTML file carries: layers, cards and tables as plain JSON, every text once, every number a plain float."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from attrs import field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.cell_text import storable
from ecomap.model.layer import POINT, Layer
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.render.canvas.extent import CONTEXT, extent_of
from ecomap.render.canvas.spots import schools_in_order
from ecomap.render.map_page import MapPage, PageLayer
from ecomap.render.page.cards import answers_about, own_cards
from ecomap.render.page.findings import findings
from ecomap.render.page.looked_for import finds
from ecomap.render.page.numbers import number_recipes
from ecomap.render.page.parts import all_words, part_data
from ecomap.render.page.shapes import Shapes, in_system_of, shapes_of
from ecomap.render.page.tables import SaidTable, links_of
from ecomap.render.page.texts import Texts
from ecomap.render.page.topology import STEPS_PER_DEGREE, Topology, encode_arcs
from ecomap.render.style import pattern
from ecomap.render.style.drawing import NO_SIZE, Drawing, resolve
from ecomap.render.style.hatch import tile
from ecomap.render.style.symbols import CASING_PX, Symbol
from ecomap.render.words.card import place_name
from ecomap.render.words.cells import format_date, number_of
from ecomap.render.words.language import Language
from ecomap.render.words.page import PAGE

_GEOGRAPHIC = "EPSG:4326"
_METRES_PER_PIXEL_AT_ZOOM_0 = 156_543.03392804097  # at the equator, 256 px tiles
_OUT_OF_REACH = "inf"
_LOCALES = {"en": "en-US", "es": "es-US", "qps": "en-US"}  # how the page itself writes numbers
_CREDITED = 4  # sources named on the map itself; all are listed below it
_PLAIN = frozenset({int, str, bool, type(None)})
_LEAST_EXTENT_M = 1_000.0
_SHAPES = ("circle", "diamond", "square", "triangle", "cross", "plus")


@frozen
class PageLayers:
    """The layers of a page with their cards but without borders, and the texts they use, in order.

    ``written`` are the layers and ``written_texts`` the texts as JSON: nothing that is the same in every try is written twice.
    """

    bodies: tuple[Mapping[str, Any], ...]
    texts: tuple[str, ...]
    written: tuple[str, ...] = field(init=False, eq=False, repr=False)
    written_texts: str = field(init=False, eq=False, repr=False)

    @written.default
    def _written(self) -> tuple[str, ...]:
        return tuple(script_json(body) for body in self.bodies)

    @written_texts.default
    def _written_texts(self) -> str:
        return script_json(self.texts)


def page_layers(
    page: MapPage, drawings: Sequence[Drawing], tables: Sequence[SaidTable], speak: Language, progress: Progress,
) -> PageLayers:
    """What is the same however coarse the borders and however short the tables."""
    texts = Texts()
    bodies = []
    for number, (shown, drawing) in enumerate(zip(page.layers, drawings)):
        progress.at(number / max(len(page.layers), 1), shown.layer.name)
        body = _layer(shown, drawing, page, speak, texts)
        cards = own_cards(shown, page, tables, speak, texts, progress)
        body["cards"] = {**cards, "rows": folded(cards["rows"])}
        body["answers"] = answers_about(shown, tables, speak)
        body["finds"] = finds(shown, texts)
        bodies.append(plain(body))
    return PageLayers(tuple(bodies), tuple(texts.all))


def page_data(
    page: MapPage, layers: PageLayers, tables: Sequence[SaidTable], shapes: Shapes, topology: Topology, speak: Language,
    most_rows: int, ground: Mapping[str, Any] | None = None,
) -> str:
    """Everything the page's script needs, as JSON that is safe inside a script element."""
    texts = Texts(layers.texts)
    body = {
        "language": page.language,
        "locale": _LOCALES.get(page.language, page.language),
        "words": {key: speak.say(message) for key, message in all_words(page).items()},
        "hatch": tile(),
        "pattern": pattern.tile(),
        "bounds": _bounds(page),
        "steps": STEPS_PER_DEGREE,
        "arcs": encode_arcs(topology.arcs),
        "shapes": shapes_of(topology),
        "layers": _Written(_list(_layer_written(body, written, shapes) for body, written in zip(layers.bodies, layers.written, strict=True))),
        "results": [{**one, "tables": folded(one["tables"])} for one in findings(page, tables, most_rows, speak, texts, links_of(page))],
        "numbers": number_recipes(speak),
        "credit": _credit(page, speak),
        "madeOn": page.made_on,
        "ground": ground and {**ground, "name": speak.say(ground["name"])},
        "parts": part_data(page, speak),
        "texts": _Written(_list(part for part in (layers.written_texts[1:-1], script_json(texts.all[len(layers.texts):])[1:-1]) if part)),
    }
    return "{" + ",".join(f"{script_json(key)}:{value if isinstance(value, _Written) else script_json(value)}" for key, value in body.items()) + "}"


class _Written(str):
    """JSON that is written already."""

    __slots__ = ()


def _list(written: Iterable[str]) -> str:
    return "[" + ",".join(written) + "]"


def _layer_written(body: Mapping[str, Any], written: str, shapes: Shapes) -> str:
    """A layer of points as it was written, others with the numbers of their shapes."""
    return written if "points" in body else f'{written[:-1]},"shapes":{script_json(shapes.rows.get(body["id"], []))}}}'


def folded(value: Any) -> str:
    """Much that is read only when it is looked at, as JSON within the JSON: a page with many answers opens sooner."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def resolve_page(page: MapPage) -> list[Drawing]:
    """Every layer's drawing: the one source of colours, classes and legend rows."""
    return [resolve(shown.layer, shown.frame, page.as_of) for shown in page.layers]


def script_json(value: Any) -> str:
    """JSON that cannot end its script element or start markup: ``<``, ``>``, ``&`` and line separators escaped.

    >>> script_json({"name": "</script><b>", "far": float("inf"), "gap": float("nan")})
    '{"name":"\\\\u003c/script\\\\u003e\\\\u003cb\\\\u003e","far":"inf","gap":null}'
    """
    return inert(storable(json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))))


def inert(text: str) -> str:
    """JSON that stays data inside a script element: what could end it or start markup is escaped."""
    for sign in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def plain(value: Any) -> Any:
    """Built-in types only: no numpy scalar survives, NaN is null, infinity says "inf"."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [item if type(item) in _PLAIN else plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return _OUT_OF_REACH if math.isinf(value) else _short(value)
    return value


def _short(value: float) -> float | int:
    """Six significant digits are more than a page shows; whole numbers lose their ``.0``."""
    if value.is_integer():
        return int(value)
    return float(f"{value:.6g}")


def _layer(
    shown: PageLayer, drawing: Drawing, page: MapPage, speak: Language, texts: Texts,
) -> dict[str, Any]:
    layer, frame = shown.layer, shown.frame
    points = layer.geometry == POINT
    body: dict[str, Any] = {
        "id": layer.id,
        "name": speak.say(layer.name),
        "short": speak.say(layer.short),
        "group": speak.say(_heading(page, layer)),
        "geometry": layer.geometry,
        "visible": layer.visible,
        "made": bool(layer.result_id),
        "told": layer.role not in CONTEXT,
        "about": bool(layer.result_id or drawing.breaks),
        "graded": bool(drawing.breaks),
        "answer": next((speak.say(result.title) for result in page.results if result.id == layer.result_id), ""),
        "sources": list(dict.fromkeys(speak.say(source.citation) for source in layer.sources if source.citation)),
        "boundary": speak.say(v.BOUNDARY_LABELS[layer.boundary]) if layer.boundary in ("estimated", "approximate") else "",
        "title": speak.say(drawing.legend_title),
        "symbols": [_symbol(symbol) for symbol in drawing.symbols],
        "noData": _symbol(drawing.no_data),
        "legend": _legend(drawing, speak),
        "classes": np.asarray(drawing.class_index).astype(int).tolist(),
        "names": [texts.add(name) for name in _names(frame, speak)],
        "ids": [texts.add(str(key)) for key in frame[v.ID]],
        "zoom": _first_zoom(layer, page),
    }
    if drawing.sizes is not None:
        body["sizes"] = [NO_SIZE if math.isnan(share) else share for share in drawing.sizes.tolist()]
    if points:
        body["points"], absent = _points(in_system_of(page, frame.geometry))
        body["absent"] = absent
        if layer.role == v.SCHOOL and not layer.style.label_column:
            body["named"] = schools_in_order(frame).tolist()
    if layer.style.label_column and layer.style.label_column in frame:
        body["labels"] = _labels(in_system_of(page, frame.geometry), frame[layer.style.label_column], speak, texts)
    return body


def _heading(page: MapPage, layer: Layer) -> Said:
    """What layers stand under in the list: those of an answer under its name."""
    answer = next((result.title for result in page.results if result.id == layer.result_id), NOTHING)
    return answer or layer.group or PAGE["page.other_layers"]


def _symbol(symbol: Symbol) -> dict[str, Any]:
    return {
        "fill": symbol.fill,
        "opacity": float(symbol.fill_opacity),
        "line": symbol.line,
        "width": float(symbol.line_width),
        "dash": symbol.dash,
        "casing": float(symbol.line_width + 2 * CASING_PX) if symbol.casing else 0,
        "hatch": symbol.hatch,
        "pattern": symbol.pattern,
        "shape": symbol.shape if symbol.shape in _SHAPES else "",
        "size": float(symbol.size),
        "glyph": symbol.glyph,
    }


def _legend(drawing: Drawing, speak: Language) -> list[dict[str, Any]]:
    return [{"label": speak.say(row.label), "symbol": int(row.class_index), "count": int(row.count)} for row in drawing.legend]


def _names(frame: Any, speak: Language) -> list[str]:
    if v.NAME not in frame:
        return [str(i) for i in frame[v.ID]]
    return [speak.say(place_name(name if isinstance(name, str) else None)) for name in frame[v.NAME]]


def _points(shapes: Any) -> tuple[list[list[int] | None], int]:
    """Longitude and latitude of each row in whole steps; null without a place, and how many those are."""
    geometry = np.asarray(shapes.to_crs(_GEOGRAPHIC).array)
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    middle = shapely.centroid(np.where(empty, np.array(None), geometry))
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    points = [
        None if gone else [round(float(a) * STEPS_PER_DEGREE), round(float(b) * STEPS_PER_DEGREE)]
        for gone, a, b in zip(empty, x, y)
    ]
    return points, int(empty.sum())


def _labels(shapes: Any, column: Any, speak: Language, texts: Texts) -> list[list[int]]:
    """What is written on the map: row, text number, longitude and latitude; the largest places first."""
    inside = shapes.representative_point().to_crs(_GEOGRAPHIC)
    size = shapes.area.to_numpy()
    labels = []
    for row in np.argsort(-size, kind="stable"):
        point, text = inside.iloc[row], column.iloc[row]
        text = _written(text)
        if text and point is not None and not point.is_empty:
            x, y = round(point.x * STEPS_PER_DEGREE), round(point.y * STEPS_PER_DEGREE)
            labels.append([int(row), texts.add(speak.say(text)), x, y])
    return labels


def _written(value: Any) -> str:
    """What a label says: a text as it is, a number without needless decimals, nothing for missing."""
    if isinstance(value, str):
        return value
    number = number_of(value)
    return "" if number is None else f"{number:g}"


def _first_zoom(layer: Layer, page: MapPage) -> float:
    """The zoom from which a layer is drawn; 0 for always."""
    scale = layer.style.min_scale_px_per_m
    if scale <= 0:
        return 0.0
    (south, _), (north, _) = _bounds(page)
    at_middle = _METRES_PER_PIXEL_AT_ZOOM_0 * math.cos(math.radians((south + north) / 2))
    return round(math.log2(scale * at_middle), 2)


def _bounds(page: MapPage) -> list[list[float]]:
    """[[south, west], [north, east]] of the page's extent, or of all that is switched on."""
    import geopandas as gpd  # heavy

    left, bottom, right, top = page.extent or extent_of([(one.layer, one.frame) for one in page.layers if one.layer.visible]) or (0.0, 0.0, 0.0, 0.0)
    room_x, room_y = (max(_LEAST_EXTENT_M - side, 0.0) / 2 for side in (right - left, top - bottom))
    extent = (left - room_x, bottom - room_y, right + room_x, top + room_y)
    box = gpd.GeoSeries([shapely.box(*extent)], crs=page.crs).to_crs(_GEOGRAPHIC)
    west, south, east, north = (round(float(edge), 5) for edge in box.total_bounds)
    return [[south, west], [north, east]]


def _credit(page: MapPage, speak: Language) -> str:
    """The short line at the foot of the map: who, which period, and the date. Areas first: their numbers colour it."""
    shown = [one.layer for one in page.layers if one.layer.visible and one.layer.sources]
    shown.sort(key=lambda layer: (layer.geometry == POINT, layer.role != v.NEED_AREA, layer.role == v.REFERENCE))
    citations = list(dict.fromkeys(layer.sources[0].citation for layer in shown if layer.sources[0].citation))
    named = citations[:_CREDITED]
    if len(citations) > len(named):
        named.append(plural("{n} more source below", "{n} more sources below", len(citations) - len(named)))
    made = say("Made on {date}", date=format_date(page.made_on)) if page.made_on else NOTHING
    return speak.say(joined([*named, made], " · "))
