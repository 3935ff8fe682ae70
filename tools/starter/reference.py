"""Parks, for orientation."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from ecomap.model import vocabulary as v
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.style import LayerStyle
from tools.starter.geometry import CRS, simplified
from tools.starter.inputs import Originals
from tools.starter.writing import Compiled

PARK_TOLERANCE_M = 8.0


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
