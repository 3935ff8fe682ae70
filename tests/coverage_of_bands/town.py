"""A made-up town whose areas differ in how well they were surveyed: 160 need areas with margins from small to very large.

Forty schools, three clinics and thirty-two attendance areas whose edges run through the need areas. Large enough that a band of
ranks means something, small enough that a question takes a blink.
"""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
from shapely.geometry import Point, box

from ecomap.model.indicator import Indicator
from ecomap.model.layer import POINT, POLYGON, Column, Layer
from ecomap.model.project import Project
from ecomap.model.source import Source

CRS: Final = "EPSG:3310"
LEFT, BOTTOM, SIDE_M = 150_000.0, -450_000.0, 1_000.0
ROWS, COLUMNS, SCHOOLS, CLINICS = 10, 16, 40, 3
WIDE, HIGH = 2, 2.5       # of an attendance area, in need areas
DIRECTIONS: Final = {"poverty": 1, "no_vehicle": 1, "crowding": 1, "income": -1}
CENSUS = Source("Town survey", "Town statistics", "2019-23")
DISTRICT = Source("School directory", "Town schools", "2024-25")


def town(*, margins: bool = True) -> Project:
    """The town as a project; `margins` False leaves every margin out."""
    indicators = tuple(
        Indicator(column, column.replace("_", " ").capitalize(), "usd" if column == "income" else "share", direction, CENSUS,
                  moe_column=column + "_moe" if margins else "") for column, direction in DIRECTIONS.items())
    areas = need_areas()
    if not margins:
        areas = areas.drop(columns=[column for column in areas if column.endswith("_moe")])
    count = Column("children", "Children", "count", moe="children_moe" if margins else "")
    layers = [
        (Layer("need_areas", "Need areas", "need_area", POLYGON, sources=(CENSUS,), indicators=indicators, columns=(count,)), areas),
        (Layer("schools", "Schools", "school", POINT, sources=(DISTRICT,)), schools()),
        (Layer("services", "Services", "service", POINT, sources=(DISTRICT,)), services()),
        (Layer("attendance", "Elementary areas", "attendance_area", POLYGON, sources=(DISTRICT,), boundary="official", level="elementary"),
         attendance_areas()),
    ]
    project = Project(title="Town", crs=CRS)
    for position, (layer, frame) in enumerate(layers):
        project = project.with_layer(layer, frame, position)
    return project


def need_areas() -> Any:
    """One row per area; the four indicators go together, as they do in towns."""
    rng = np.random.default_rng(7)
    n = ROWS * COLUMNS
    need = rng.standard_normal(n)
    rough = np.exp(rng.uniform(np.log(0.05), np.log(0.8), n))  # standard errors of an area, in spreads of the indicator
    table: dict[str, Any] = {"id": [f"area-{k:03d}" for k in range(n)], "name": [f"Area {k}" for k in range(n)],
                             "children": rng.integers(100, 900, n).astype(float), "children_moe": rng.integers(20, 120, n).astype(float)}
    for column, direction in DIRECTIONS.items():
        level, spread = (60_000.0, 15_000.0) if column == "income" else (0.45, 0.1)
        table[column] = level + spread * (0.6 * direction * need + 0.8 * rng.standard_normal(n))
        table[column + "_moe"] = 1.645 * spread * rough
    shapes = [_box(k % COLUMNS, k // COLUMNS, 1, 1) for k in range(n)]
    return gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)


def schools() -> Any:
    rng = np.random.default_rng(8)
    places = [_point(x, y) for x, y in rng.random((SCHOOLS, 2)) * [COLUMNS, ROWS]]
    ids = [f"01964733{k:06d}" for k in range(SCHOOLS)]
    return gpd.GeoDataFrame(
        {"id": ids, "name": [f"School {k}" for k in range(SCHOOLS)], "levels": "elementary", "governance": "district",
         "residential_intake": True, "enrollment": 300.0, "frpm_share": 0.5}, geometry=places, crs=CRS)


def services() -> Any:
    rng = np.random.default_rng(9)
    places = [_point(x, y) for x, y in rng.random((CLINICS, 2)) * [COLUMNS, ROWS]]
    return gpd.GeoDataFrame(
        {"id": [f"clinic-{k}" for k in range(CLINICS)], "name": [f"Clinic {k}" for k in range(CLINICS)], "category": "Mental Health", "capacity": 200.0,
         "organisation": "Helpers"}, geometry=places, crs=CRS)


def attendance_areas() -> Any:
    corners = [(x, y) for y in np.arange(0, ROWS, HIGH) for x in np.arange(0, COLUMNS, WIDE)]
    return gpd.GeoDataFrame(
        {"id": [f"elementary-{k:02d}" for k in range(len(corners))], "name": [f"Attendance area {k}" for k in range(len(corners))],
         "school_id": schools()["id"][: len(corners)].tolist(), "level": "elementary", "boundary": "official", "shared_with": ""},
        geometry=[_box(x + 0.3, y, WIDE, HIGH) for x, y in corners], crs=CRS)


def _box(x: float, y: float, wide: float, high: float) -> Any:
    return box(LEFT + x * SIDE_M, BOTTOM + y * SIDE_M, LEFT + (x + wide) * SIDE_M, BOTTOM + (y + high) * SIDE_M)


def _point(x: float, y: float) -> Point:
    return Point(LEFT + x * SIDE_M, BOTTOM + y * SIDE_M)
