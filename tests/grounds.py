"""A small made-up ground: a bay, a freeway, roads, neighbourhoods, cities, a park, in one layer of mixed shapes."""

from __future__ import annotations

import geopandas as gpd
from shapely.geometry import LineString, Point, Polygon, box

from ecomap.model import vocabulary as v
from ecomap.model.layer import MIXED, Column, Layer
from ecomap.model.said import name, say
from ecomap.model.source import Source

CRS = "EPSG:3310"
# id, name, kind, shield, rank, name in Spanish where it differs, shape; metres, the town lies between 0 and 10,000 both ways.
_ROWS = (
    ("bay", "Made-up Bay", v.WATER, "", 1, "Bahía Inventada", Polygon([(-4_000, -2_000), (0, -2_000), (800, 3_000), (0, 12_000), (-4_000, 12_000)])),
    ("shore", "", v.COAST, "", 1, "", LineString([(0, -2_000), (800, 3_000), (0, 12_000)])),
    ("i-9", "Harbor Freeway", v.FREEWAY, "I-9", 1, "", LineString([(1_000, 10_500), (3_500, 6_000), (4_000, 0), (4_200, -1_500)])),
    ("sr-7", "", v.FREEWAY, "SR-7", 1, "", LineString([(-200, 5_000), (3_600, 5_200), (10_500, 4_500)])),
    ("us-3", "Old Highway", v.MAIN_ROAD, "US-3", 2, "", LineString([(1_500, -1_500), (2_000, 4_000), (6_000, 10_500)])),
    ("main", "Main Street", v.ROAD, "", 3, "", LineString([(1_200, 2_500), (9_500, 2_500)])),
    ("elm", "Elm Avenue", v.SMALL_STREET, "", 4, "", LineString([(2_500, 2_500), (2_500, 1_200)])),
    ("oak", "Oak Avenue", v.SMALL_STREET, "", 4, "", LineString([(2_700, 2_500), (2_700, 1_200)])),
    ("line-a", "Line A", v.RAIL, "", 3, "", LineString([(9_800, 9_800), (5_000, 5_000), (5_000, -500)])),
    ("hills", "Hill Park", v.PARK, "", 1, "Parque de la Colina", Polygon([(6_000, 6_500), (9_500, 6_800), (9_000, 9_500), (6_500, 9_000)])),
    ("pond", "Pond", v.WATER, "", 4, "", Point(8_000, 8_000).buffer(300)),
    ("north", "North Heights", v.NEIGHBOURHOOD, "", 3, "", box(1_000, 5_000, 5_000, 10_000)),
    ("south", "Boyle Corner", v.NEIGHBOURHOOD, "", 3, "", box(1_000, 0, 5_000, 5_000)),
    ("east", "East Side", v.NEIGHBOURHOOD, "", 4, "", box(5_000, 0, 10_000, 6_000)),
    ("town", "Made-up City", v.CITY_NAME, "", 1, "Ciudad Inventada", Point(5_000, 5_500)),
    ("village", "San Pedro Village", v.CITY_NAME, "", 3, "", Point(1_500, -500)),
)


def made_up_ground(id: str = "ground", *, west: float = 0.0, south: float = 0.0, crs: str = CRS) -> tuple[Layer, gpd.GeoDataFrame]:
    """The layer and its rows, moved to a corner (metres)."""
    columns = [v.ID, v.NAME, v.KIND, v.SHIELD, v.RANK, f"{v.NAME_IN}es", v.GEOMETRY]
    frame = gpd.GeoDataFrame([dict(zip(columns, row)) for row in _ROWS], geometry=v.GEOMETRY, crs=crs)
    frame = frame.set_geometry(frame.geometry.translate(west, south))
    return ground_layer(id), frame


def ground_layer(id: str = "ground", title: str = "Ground") -> Layer:
    """A layer of ground as the importer describes it."""
    return Layer(
        id, name(title), v.GROUND, MIXED, group=say("Ground"), sources=(Source(name("A made-up town"), vintage=name("2026")),),
        columns=(Column(v.ID, say("Code")), Column(v.NAME, say("Name")), Column(v.KIND, say("Kind of ground")), Column(v.SHIELD, say("Road number")),
                 Column(v.RANK, say("Seen from"), hidden=True), Column(f"{v.NAME_IN}es", say("Name in Spanish"), hidden=True)),
    )
