"""The ground as the page's script draws it: compact outlines and lines, names with their places, and the one recipe of how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely
from attrs import asdict, astuple, frozen

from ecomap.model import vocabulary as v
from ecomap.model.said import Said, say
from ecomap.model.units import format_number
from ecomap.render.canvas.ground import ground_of
from ecomap.render.canvas.names import SAME_NAME_PX, SAME_SIGN_PX, Known, Road, all_names
from ecomap.render.canvas.spots import Spot
from ecomap.render.map_page import MapPage, PageLayer
from ecomap.render.page.topology import STEPS_PER_DEGREE, build_topology, encode_arcs
from ecomap.render.style.ground import (
    AREAS,
    CASING,
    HALO_PX,
    INKS,
    LINE_GROWTH,
    LINES,
    LINES_FROM,
    NAMES,
    SCHOOL_NAME,
    SCHOOL_NAMES_FROM,
    SIGN,
    SIGN_ROOM,
    TEXT_GROWTH,
    ground_colours,
    is_ground,
    two_lines,
)

MOST_BYTES: Final = 900_000  # what the ground may add to a page; lines of the last ranks stay out of it before that
_SIMPLIFY_M: Final = 20.0
_GEOGRAPHIC: Final = "EPSG:4326"
_KINDS: Final = tuple(NAMES)


@frozen
class PageGround:
    """The ground of a page as plain JSON, and what was left out of it."""

    body: Mapping[str, Any] | None = None
    notes: tuple[Said, ...] = ()


def without_ground(layers: Sequence[PageLayer]) -> tuple[PageLayer, ...]:
    """The layers of data of a page."""
    return tuple(shown for shown in layers if not is_ground(shown.layer))


def page_ground(page: MapPage, simplify_m: float = _SIMPLIFY_M) -> PageGround:
    """What a map is recognised by, as the page's script needs it; without a body where the page has none."""
    grounds = [shown for shown in page.layers if is_ground(shown.layer) and len(shown.frame)]
    if not grounds:
        return PageGround()
    # Names of schools are written by the page from the schools themselves.
    known = all_names([(shown.layer, shown.frame) for shown in page.layers if shown.layer.role != v.SCHOOL], page.language)
    lines = sorted({(rank, kind) for shown in grounds for kind, rank in ground_of(shown.frame).lines})
    body: dict[str, Any] = {}
    for most in (*sorted({rank for rank, _ in lines}, reverse=True), 0):
        body = _body(page, grounds, known, most, simplify_m)
        size = len(str(body))
        if size <= MOST_BYTES:
            break
    notes = _left_out({kind for rank, kind in lines if rank > most}, all_of_them=most == 0)
    if size > MOST_BYTES:
        notes = (*notes, say("The ground makes this file {size} MB larger, even so: its areas and names are many.",
                             size=format_number(size / 1_000_000, digits=1)))
    if any(v.PICTURE in shown.frame.columns for shown in grounds):
        notes = (*notes, say("The picture of a map under the data is not in this file, to keep it small."))
    return PageGround(body, notes)


def _left_out(kinds: set[str], *, all_of_them: bool) -> tuple[Said, ...]:
    """Which lines are not in the file, by the kinds of those left out."""
    if not kinds:
        return ()
    if all_of_them:
        return (say("No roads or other lines of the ground are in this file, to keep it small."),)
    if kinds == {v.SMALL_STREET}:
        return (say("The smallest streets are not in this file, to keep it small."),)
    return (say("Only the largest roads and other lines of the ground are in this file, to keep it small."),)


def _body(page: MapPage, grounds: Sequence[PageLayer], known: Sequence[Known], most: int, simplify_m: float) -> dict[str, Any]:
    """Everything, with lines down to a rank."""
    shapes: dict[str, Any] = {}
    for number, shown in enumerate(grounds):
        ground = ground_of(shown.frame)
        for kind, areas in ground.areas.items():
            shapes[f"{number}/{kind}/0"] = areas.geometry
        for (kind, rank), lines in ground.lines.items():
            if rank <= most:
                shapes[f"{number}/{kind}/{rank}"] = lines.geometry
    roads = [road for one in known for road in one.roads if road.rank <= most]
    shapes["roads"] = np.array([shapely.multilinestrings(list(road.parts)) for road in roads], dtype=object)
    topology = build_topology({key: _series(page, geometry) for key, geometry in shapes.items()}, simplify_m=simplify_m)
    spots = [spot for one in known for spot in one.spots]
    return {
        "id": grounds[0].layer.id,
        "name": grounds[0].layer.name,
        "shown": any(shown.layer.visible for shown in grounds),
        "named": page.names,
        "arcs": encode_arcs(topology.arcs),
        "areas": [[key.split("/")[1], [part for row in rows for part in row]] for key, rows in topology.shapes.items() if key.endswith("/0")],
        "lines": [[key.split("/")[1], int(key.split("/")[2]), [part[0] for row in rows for part in row]]
                  for key, rows in topology.shapes.items() if "/" in key and not key.endswith("/0")],
        "spots": _spots(page, spots),
        "roads": [_road(road, rows) for road, rows in zip(roads, topology.shapes["roads"])],
        "recipe": _recipe(),
    }


def _series(page: MapPage, geometry: Any) -> Any:
    import geopandas as gpd  # heavy

    return gpd.GeoSeries(geometry, crs=page.crs)


def _spots(page: MapPage, spots: Sequence[Spot]) -> list[list[Any]]:
    """Lines of the name, kind, tier, scale from which it is written, place in whole steps, how far it may move, quiet or not."""
    if not spots:
        return []
    places = _series(page, shapely.points([(spot.x, spot.y) for spot in spots])).to_crs(_GEOGRAPHIC)
    return [
        [list(two_lines(spot.text)), _KINDS.index(spot.kind), spot.tier, spot.from_px_per_m, round(place.x * STEPS_PER_DEGREE),
         round(place.y * STEPS_PER_DEGREE), round(spot.radius_m), int(spot.quiet)]
        for spot, place in zip(spots, places)
    ]  # fmt: skip


def _road(road: Road, rows: Sequence[Any]) -> list[Any]:
    """What is written along it, as which kind, tier, scale from which on, and its pieces."""
    return [road.text, _KINDS.index(road.kind), road.tier, road.from_px_per_m, [part[0] for part in rows]]


def _recipe() -> dict[str, Any]:
    """The recipe in the words of the script; the page's map is light whatever its theme."""
    inks = ground_colours()
    return {
        "areas": {kind: inks[kind] for kind in AREAS},
        "lines": [{**asdict(look), "ink": inks[look.ink], "order": INKS.index(look.ink)} for look in LINES],
        "casing": inks[CASING],
        "from": [LINES_FROM[rank] for rank in sorted(LINES_FROM)],
        "names": [{"px": look.px, "weight": look.weight, "ink": inks[look.ink], "slanted": look.slanted} for look in NAMES.values()],
        "quiet": inks["quiet_name"],
        "sign": {"kind": _KINDS.index(SIGN), "fill": inks["shield"], "edge": inks["shield_edge"], "room": list(SIGN_ROOM), "apart": SAME_SIGN_PX},
        "growth": {"lines": astuple(LINE_GROWTH), "names": astuple(TEXT_GROWTH)},
        "halo": HALO_PX,
        "apart": SAME_NAME_PX,
        "school": {"kind": _KINDS.index(SCHOOL_NAME), "from": SCHOOL_NAMES_FROM},
    }

