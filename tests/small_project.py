"""A town of nine square kilometres that a test can work out by hand.

Nine need areas of 1 km x 1 km in a 3 x 3 grid (rows from the south), 100 children each; poverty grows from 0.1 in
the south-west to 0.9 in the north-east. Three elementary schools stand in the middles of the western, middle and
eastern area of the middle row; the middle one is a community school. One counselling office stands in the
south-west corner area.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point, box

from ecomap.model.indicator import Indicator
from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Column, Layer
from ecomap.model.project import Project
from ecomap.model.source import Source
from ecomap.model.style import GRADUATED, LayerStyle

CRS = "EPSG:3310"
LEFT, BOTTOM, SIDE = 150_000.0, -450_000.0, 1_000.0
CENSUS = Source("American Community Survey", "U.S. Census Bureau", "2014-18", universe="residents under 18")
DISTRICT = Source("School directory", "Town schools", "2024-25")


def centre(column: int, row: int) -> Point:
    return Point(LEFT + (column + 0.5) * SIDE, BOTTOM + (row + 0.5) * SIDE)


def square(column: int, row: int, width: int = 1, height: int = 1) -> object:
    return box(LEFT + column * SIDE, BOTTOM + row * SIDE, LEFT + (column + width) * SIDE, BOTTOM + (row + height) * SIDE)


def need_areas() -> gpd.GeoDataFrame:
    cells = [(column, row) for row in range(3) for column in range(3)]
    return gpd.GeoDataFrame(
        {
            "id": [f"0603700000{n}" for n in range(1, 10)],
            "name": [f"Tract {n}" for n in range(1, 10)],
            "children": [100.0] * 9,
            "children_moe": [10.0] * 9,
            "poverty": [n / 10 for n in range(1, 10)],
            "poverty_moe": [0.02] * 9,
        },
        geometry=[square(*cell) for cell in cells], crs=CRS,
    )


def schools() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "id": ["01964733000001", "01964733000002", "01964733000003"],
            "name": ["West School", "Middle School", "East School"],
            "levels": ["elementary"] * 3,
            "governance": ["district"] * 3,
            "residential_intake": [True] * 3,
            "enrollment": [300.0, 310.0, 320.0],
            "frpm_share": [0.5, 0.6, 0.7],
        },
        geometry=[centre(0, 1), centre(1, 1), centre(2, 1)], crs=CRS,
    )


def attendance_areas() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "id": [f"elementary-{n}" for n in (1, 2, 3)],
            "name": ["West area", "Middle area", "East area"],
            "school_id": schools()["id"],
            "level": ["elementary"] * 3,
            "boundary": ["estimated"] * 3,
            "shared_with": [""] * 3,
        },
        geometry=[square(0, 0, 1, 3), square(1, 0, 1, 3), square(2, 0, 1, 3)], crs=CRS,
    )


def services() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": ["s1"], "name": ["Counselling office"], "category": ["Mental Health"], "organisation": ["Helpers"]},
        geometry=[centre(0, 0)], crs=CRS,
    )


def sites() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": ["a1"], "name": ["Middle School"], "school_id": ["01964733000002"], "approach": ["community_school"],
         "status": ["active"], "start": ["2020-07-01"], "end": [""], "lead_organisation": ["Town schools"]},
        geometry=[centre(1, 1)], crs=CRS,
    )


def links() -> pd.DataFrame:
    areas = attendance_areas()
    return pd.DataFrame(
        {"id": areas["id"] + ">" + areas["school_id"], "name": areas["name"], "area_id": areas["id"],
         "school_id": areas["school_id"], "level": "elementary", "kind": "nearest"}
    )


def small_project() -> Project:
    """The town as a project; see the head of this module."""
    poverty = Indicator("poverty", "Children in poverty", "share", 1, CENSUS, moe_column="poverty_moe")
    project = Project(title="Small town", crs=CRS)
    layers = [
        (Layer("schools", "Schools", "school", POINT, sources=(DISTRICT,)), schools()),
        (Layer("services", "Services", "service", POINT, sources=(DISTRICT,)), services()),
        (Layer("sites", "Community schools", "site", POINT, sources=(DISTRICT,)), sites()),
        (
            Layer("elementary-areas", "Elementary areas", "attendance_area", POLYGON, boundary="estimated",
                  level="elementary", style=LayerStyle(line="#67737F", dash=True)),
            attendance_areas(),
        ),
        (
            Layer(
                "need-areas", "Census tracts", "need_area", POLYGON, sources=(CENSUS,), indicators=(poverty,),
                columns=(Column("children", "Children", "count", moe="children_moe"),
                         Column("poverty", "Children in poverty", "share", moe="poverty_moe")),
                style=LayerStyle(kind=GRADUATED, column="poverty", palette="need"),
            ),
            need_areas(),
        ),
        (Layer("links", "Links", "area_link", NO_GEOMETRY, visible=False), links()),
    ]
    for position, (layer, frame) in enumerate(layers):
        project = project.with_layer(layer, frame, position)
    return project
