"""A project with three answers, two of them with a layer of their own."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.project import Project
from ecomap.model.result import Output, Result

CRS = "EPSG:3310"


def three_answers() -> Project:
    """Two rankings of three schools, each with its points; and a table about the same schools."""
    places = gpd.GeoDataFrame({"id": ["a", "b", "c"], "name": ["Ash", "Birch", "Cedar"]}, geometry=[Point(n, n) for n in (0, 500, 900)], crs=CRS)
    project = Project(title="Town", crs=CRS).with_layer(Layer("schools", "Schools", "school", POINT), places, 0)
    for name in ("first", "second", "third"):
        table = pd.DataFrame({"id": places["id"], "name": places["name"], "children": [3.0, 2.0, 1.0]})
        project = project.with_result(Result(name, name, f"The {name}", f"What the {name} found.",
                                             (Output("places", "Places", table, (Column("children", "Children", "count"),), joins="schools"),)))
    for name in ("first", "second"):
        layer = Layer(f"{name}-places", f"The {name} · Places", "result", POINT, result_id=name, what="Places", visible=name == "second")
        project = project.with_layer(layer, places, 0)
    return project
