"""The shapes of the page, each once: an answer about tracts borrows the tracts' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from attrs import field, frozen

from ecomap.model.layer import NO_GEOMETRY, POINT
from ecomap.render.map_page import MapPage
from ecomap.render.page.topology import Borders, Parts, Topology, cut_borders

_ALL = "all"


@frozen
class Shapes:
    """Every distinct area and line of a page, its borders cut into shared arcs, and by layer which row has which."""

    borders: Borders
    rows: Mapping[str, Sequence[int]] = field(eq=False, repr=False)  # layer id -> number of a shape per row, -1 for none

    def simplified(self, metres: float) -> Topology:
        return self.borders.simplified(metres)


def page_shapes(page: MapPage) -> Shapes:
    """The shapes of all layers of areas and lines."""
    import geopandas as gpd  # heavy

    known: dict[bytes, int] = {}
    found: list[Any] = []
    rows: dict[str, list[int]] = {}
    for shown in page.layers:
        if shown.layer.geometry in (POINT, NO_GEOMETRY):
            continue
        shapes = in_system_of(page, shown.frame.geometry).to_crs(page.crs)
        numbers = []
        for shape, written in zip(shapes.array, shapely.to_wkb(shapes.to_numpy())):
            number = -1 if written is None else known.setdefault(written, len(found))
            if number == len(found):
                found.append(shape)
            numbers.append(number)
        rows[shown.layer.id] = numbers
    return Shapes(cut_borders({_ALL: gpd.GeoSeries(found, crs=page.crs)}), rows)


def shapes_of(topology: Topology) -> list[Parts]:
    """Every shape as arc numbers, by its number."""
    return topology.shapes.get(_ALL, [])


def in_system_of(page: MapPage, shapes: Any) -> Any:
    """Shapes that say which coordinate system they are in: the page's, where they do not say it themselves."""
    return shapes.set_crs(page.crs) if shapes.crs is None else shapes
