"""The district, its board districts and the county."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely
from attrs import frozen

from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.style import LayerStyle
from ecomap.model.vocabulary import DISTRICT, GEOMETRY, ID, NAME, REFERENCE
from tools.starter.geometry import CRS, shared_coverage, simplified, simplified_coverage
from tools.starter.inputs import Originals
from tools.starter.writing import Compiled

DISTRICT_ID = "1964733"
DISTRICT_NAME = "Los Angeles Unified School District"
WHOLE = "LOS ANGELES USD"
TOLERANCE_M = 15.0
COUNTY_TOLERANCE_M = 150.0


@frozen
class Districts:
    """The district at full resolution, and the layers made of it."""

    full: Any            # polygon as published, EPSG:3310
    outline: Any         # generalised polygon, union of the generalised board districts
    district: Compiled
    boards: Compiled


def compile_districts(originals: Originals) -> Districts:
    """The district outline and its seven board districts, which tile it."""
    read = gpd.read_file(originals.path("board_districts")).to_crs(CRS)
    full = read.geometry[read["LABEL"] == WHOLE].iloc[0]
    boards = read[read["LABEL"] != WHOLE].sort_values("TRUSTEE_AR").reset_index(drop=True)
    shapes = simplified_coverage(shared_coverage(boards.geometry, outline=None), TOLERANCE_M)
    outline = shapely.normalize(shapely.coverage_union_all(shapes))
    source = originals.source("board_districts")
    board_rows = gpd.GeoDataFrame({
        ID: "board-" + boards["TRUSTEE_AR"].astype(str),
        NAME: "Board District " + boards["TRUSTEE_AR"].astype(str),
        "number": boards["TRUSTEE_AR"].astype(str),
        GEOMETRY: shapes,
    }, geometry=GEOMETRY, crs=CRS)
    notes = (f"Outlines are generalised (about {TOLERANCE_M:.0f} m); neighbours share their borders.",)
    board_layer = Layer(
        "board_districts", "Board districts", DISTRICT, POLYGON, (Column("number", "Board district"),), (), (source,),
        LayerStyle(line="#67737F", line_width=1.2, label_column=NAME), visible=False, boundary="official",
        group="Areas", notes=("Seven board districts; together they are the whole district.", *notes),
    )
    district_rows = gpd.GeoDataFrame(
        {ID: [DISTRICT_ID], NAME: [DISTRICT_NAME], GEOMETRY: [outline]}, geometry=GEOMETRY, crs=CRS
    )
    district_layer = Layer(
        "district", "Los Angeles Unified School District", DISTRICT, POLYGON, (), (), (source,),
        LayerStyle(line="#26323F", line_width=1.8), visible=True, boundary="official", group="Areas",
        notes=(f"{shapely.area(outline) / 2_589_988.11:,.1f} square miles.", *notes),
    )
    return Districts(
        full, outline, Compiled(district_layer, district_rows),
        Compiled(board_layer, board_rows, (
            f"{len(read)} features read, 1 of them the whole district (kept as the outline, not as a board district)",
        )),
    )


def compile_county(originals: Originals) -> Compiled:
    """The county outline, for context."""
    read = gpd.read_file(originals.path("county")).to_crs(CRS)
    frame = gpd.GeoDataFrame(
        {ID: ["06037"], NAME: ["Los Angeles County"], GEOMETRY: simplified(read.geometry, COUNTY_TOLERANCE_M)},
        geometry=GEOMETRY, crs=CRS,
    )
    layer = Layer(
        "county", "Los Angeles County", REFERENCE, POLYGON, (), (), (originals.source("county"),),
        LayerStyle(line="#A9B3BD", line_width=1.0), visible=False, boundary="official", group="Reference",
        notes=(f"Outline generalised (about {COUNTY_TOLERANCE_M:.0f} m), with the islands.",),
    )
    return Compiled(layer, frame)
