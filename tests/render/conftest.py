"""Small layers that the drawing tests share."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point, Polygon, box

from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.model.style import GRADUATED, LayerStyle

CRS = "EPSG:3310"


@pytest.fixture
def squares() -> tuple[Layer, gpd.GeoDataFrame]:
    """Ten by ten squares of 100 m with values 0 to 99; two have no number, and one a hole."""
    cells = [box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for y in range(10) for x in range(10)]
    cells[55] = Polygon(cells[55].exterior.coords, [box(520, 520, 580, 580).exterior.coords])
    values: Any = np.arange(100, dtype=float)
    values[[3, 77]] = np.nan
    frame = gpd.GeoDataFrame(
        {"id": [f"{i:03d}" for i in range(100)], "name": [f"Square {i}" for i in range(100)], "need": values},
        geometry=cells, crs=CRS,
    )  # fmt: skip
    style = LayerStyle(kind=GRADUATED, column="need", line="#FFFFFF", line_width=0.8)
    return Layer("squares", "Squares", "need_area", POLYGON, style=style), frame


@pytest.fixture
def dots() -> tuple[Layer, gpd.GeoDataFrame]:
    """Three schools; the third has no place."""
    frame = gpd.GeoDataFrame(
        {"id": ["001", "002", "003"], "name": ["Ash", "Birch", "Cedar"]},
        geometry=[Point(250, 250), Point(750, 750), None], crs=CRS,
    )  # fmt: skip
    return Layer("dots", "Schools", "school", POINT, style=LayerStyle(fill="#0072B2", size=12)), frame
