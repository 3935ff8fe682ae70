"""Parks and rail stations, for orientation."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, POLYGON, Column, Layer
from ecomap.model.style import LayerStyle
from tools.starter.geometry import CRS, on_grid, simplified
from tools.starter.inputs import Originals
from tools.starter.writing import Compiled

PARK_TOLERANCE_M = 8.0
NEAR_M = 1609.344


def compile_parks(originals: Originals, district: Any) -> Compiled:
    """Local parks whose interior point lies in the district, mended and generalised."""
    read = gpd.read_file(originals.path("parks")).to_crs(CRS)
    broken = ~read.is_valid
    read = read.set_geometry(shapely.make_valid(read.geometry.to_numpy()), crs=CRS)
    inside = read[read.representative_point().within(district)]
    inside = inside.sort_values(["UNIT_ID", "PARK_NAME", "GIS_ACRES"]).reset_index(drop=True)
    number = inside["UNIT_ID"].fillna(0).astype(int).astype(str).str.zfill(5)
    again = number.groupby(number).cumcount()
    ids = "park-" + number
    frame = gpd.GeoDataFrame({
        v.ID: ids + np.where(again > 0, "-" + (again + 1).astype(str), ""),
        v.NAME: inside["PARK_NAME"].str.strip(),
        "acres": np.round(inside["GIS_ACRES"].to_numpy(float), 1),
        "agency": inside["MNG_AGENCY"].fillna("").str.strip(),
        v.GEOMETRY: simplified(inside.geometry, PARK_TOLERANCE_M),
    }, geometry=v.GEOMETRY, crs=CRS)
    layer = Layer(
        "parks", "Parks", v.REFERENCE, POLYGON, (Column("acres", "Acres", "", digits=1), Column("agency", "Run by")),
        (), (originals.source("parks"),), LayerStyle(fill="#C9DDC1", fill_opacity=0.9), visible=False,
        boundary="official", group="Reference",
        notes=(f"{len(frame)} open-access local parks of {len(read):,} in the county.",
               f"{_broken_inside(read, broken, district)} outlines "
               f"were mended. Outlines are generalised (about {PARK_TOLERANCE_M:.0f} m)."),
    )
    return Compiled(layer, frame, (
        f"{len(read):,} parks read, {len(frame)} inside the district, {int(broken.sum())} invalid outlines mended",))


def _broken_inside(read: Any, broken: Any, district: Any) -> int:
    return int(read[broken].representative_point().within(district).sum())


def compile_rail_stations(originals: Originals, district: Any) -> Compiled:
    """Metro and Metrolink stations in the district or within a mile of it."""
    metro = gpd.read_file(originals.path("metro")).to_crs(CRS)
    metrolink = gpd.read_file(originals.path("metrolink")).to_crs(CRS)
    both = pd.concat([
        gpd.GeoDataFrame({v.ID: "metro-" + metro["STOP_ID"].astype(str), v.NAME: metro["STOP_NAME"].str.strip(),
                          "operator": "Metro", v.GEOMETRY: on_grid(metro.geometry)}, geometry=v.GEOMETRY, crs=CRS),
        gpd.GeoDataFrame({v.ID: "metrolink-" + metrolink["OBJECTID"].astype(str),
                          v.NAME: metrolink["STATION"].map(_station_name), "operator": "Metrolink",
                          v.GEOMETRY: on_grid(metrolink.geometry)}, geometry=v.GEOMETRY, crs=CRS),
    ], ignore_index=True)
    near = both[both.distance(district) <= NEAR_M].reset_index(drop=True)
    layer = Layer(
        "rail_stations", "Rail stations", v.REFERENCE, POINT, (Column("operator", "Operator"),), (),
        (originals.source("metro"), originals.source("metrolink")),
        LayerStyle(fill="#67737F", line="#FFFFFF", line_width=0.8, shape="triangle", size=6.0), visible=False,
        group="Reference",
        notes=(f"{len(near)} stations in the district or within one mile of it, of {len(both)}.",),
    )
    return Compiled(layer, near, (f"{len(both)} stations read, {len(near)} in or within a mile of the district",))


def _station_name(text: str) -> str:
    """The station's name, which the file writes in capitals, in ordinary writing."""
    return re.sub(r"\bLa$", "LA", text.strip().title())
