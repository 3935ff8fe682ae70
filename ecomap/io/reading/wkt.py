"""Shapes written as text in a cell (well-known text), as database exports have them."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.reading.raw import RawSource
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

_SHAPE = re.compile(
    r"^\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\s*(Z|M|ZM)?\s*(\(|EMPTY)", re.IGNORECASE
)
_NAME = re.compile(r"geom|wkt|shape|location|georeference|point", re.IGNORECASE)


def with_shapes(raw: RawSource) -> RawSource:
    """A table whose cells hold shapes as text gets them as shapes; a mere column called "geometry" is renamed."""
    if raw.crs is not None or hasattr(type(raw.frame), "crs"):
        return raw
    column = next((c for c in raw.frame.columns if _NAME.search(str(c)) and _mostly_shapes(raw.frame[c])), None)
    frame = raw.frame
    if column is None:
        if "geometry" not in frame.columns:
            return raw
        return evolve(raw, frame=frame.rename(columns={"geometry": "geometry_text"}))
    return _located(raw, str(column))


def _mostly_shapes(cells: Any) -> bool:
    told = [cell for cell in cells.head(500) if isinstance(cell, str)]
    return bool(told) and sum(bool(_SHAPE.match(cell)) for cell in told) > 0.8 * len(told)


def _located(raw: RawSource, column: str) -> RawSource:
    import geopandas as gpd  # heavy
    import numpy as np
    import shapely

    texts = np.array([re.sub(r"^\s*SRID=\d+;", "", c) if isinstance(c, str) else None for c in raw.frame[column]], dtype=object)
    shapes = shapely.from_wkt(texts, on_invalid="ignore")
    broken = int((shapely.is_missing(shapes) & np.array([text is not None for text in texts])).sum())
    notes = [ReportLine("note", say("The shapes were read from the text in the column '{column}'.", column=named(column)))]
    if broken:
        notes.append(ReportLine("caution", say("Shapes written as text that cannot be understood."), broken))
    rest = raw.frame.drop(columns=column).rename(columns={"geometry": "geometry_text"})
    return evolve(raw, frame=gpd.GeoDataFrame(rest, geometry=shapes), notes=(*raw.notes, *notes))
