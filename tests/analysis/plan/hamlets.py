"""Two hamlets west of West School, one on each side of what is in reach of it with the product's own detour."""

from __future__ import annotations

import geopandas as gpd
from shapely import affinity
from shapely.geometry import box

from ecomap.model.frames import Frames
from tests import small_project as town
from tests.analysis.towns import frames

REACH = 1000.0               # along the way; 769 m in a straight line, as the way is 1.3 times as long
INSIDE, OUTSIDE = 760.0, 780.0
HALF = 5.0                   # of a hamlet's side
DETOUR = 1.3                 # as the product has it; a question that is asked without a detour must take it


def hamlets() -> Frames:
    """100 children in each of two squares of ten metres; Middle School, 1 km east of West, is the only community school."""
    west = town.centre(0, 1)
    square = box(west.x - HALF, west.y - HALF, west.x + HALF, west.y + HALF)
    areas = gpd.GeoDataFrame(
        {"id": ["inside", "outside"], "name": ["Inside", "Outside"], "children": [100.0] * 2, "children_moe": [10.0] * 2,
         "poverty": [0.5, 0.5], "poverty_moe": [0.02] * 2},
        geometry=[affinity.translate(square, xoff=-away) for away in (INSIDE, OUTSIDE)], crs=town.CRS)
    return frames(areas=areas, attendance=None, services=None)
