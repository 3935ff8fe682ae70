"""Shapes written in a cell, as database exports have them: well-known text, its binary form in hex, or GeoJSON."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from attrs import evolve

from ecomap.io.reading.raw import RawSource
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

_SHAPE: Final = re.compile(
    r"^\s*(SRID=(\d+);)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\s*(Z|M|ZM)?\s*(\(|EMPTY)", re.IGNORECASE
)
_HEX: Final = re.compile(r"^(\\x|0x)?0[01][0-9A-Fa-f]{40,}$")
_JSON: Final = re.compile(r'^\s*\{\s*"(type|coordinates|crs|bbox)"\s*:')
_NAME: Final = re.compile(r"geom|wkt|wkb|shape|location|georeference|point", re.IGNORECASE)
_SECOND: Final = re.compile(r"webmercator|3857|centroid|label", re.IGNORECASE)
SAMPLE: Final = 500
TEXT, BINARY, DOCUMENT = "wkt", "wkb", "geojson"


def with_shapes(raw: RawSource) -> RawSource:
    """A table whose cells hold shapes gets them as shapes; a mere column called "geometry" is renamed."""
    if raw.crs is not None or hasattr(type(raw.frame), "crs"):
        return _without_bytes(raw)
    kinds = {str(column): kind for column in raw.frame.columns if (kind := _kind(raw.frame[column]))}
    if not kinds:
        raw = _without_bytes(raw)
        if "geometry" not in raw.frame.columns:
            return raw
        return evolve(raw, frame=raw.frame.rename(columns={"geometry": "geometry_text"}))
    column = min(kinds, key=lambda name: (bool(_SECOND.search(name)), not _NAME.search(name)))
    return _without_bytes(_located(raw, column, kinds))


def _kind(cells: Any) -> str:
    """Which form the shapes in most cells have; "" where they hold none."""
    if cells.dtype != object and str(cells.dtype) not in ("str", "string"):
        return ""
    told = [cell for cell in cells.head(SAMPLE) if isinstance(cell, str | bytes) and cell]
    if not told:
        return ""
    need = 0.8 * len(told)
    if sum((isinstance(cell, bytes) and cell[:1] in (b"\x00", b"\x01") and len(cell) >= 9) or (isinstance(cell, str) and bool(_HEX.match(cell))) for cell in told) > need:
        return BINARY
    if sum(isinstance(cell, str) and bool(_SHAPE.match(cell)) for cell in told) > need:
        return TEXT
    shaped = [cell for cell in told if isinstance(cell, str) and _JSON.match(cell) and '"coordinates"' in cell]
    return DOCUMENT if len(shaped) > need else ""


def _located(raw: RawSource, column: str, kinds: dict[str, str]) -> RawSource:
    import geopandas as gpd  # heavy
    import numpy as np
    import shapely

    cells = [cell if isinstance(cell, str | bytes) and cell else None for cell in raw.frame[column]]
    shapes, system = _SHAPES[kinds[column]](cells)
    broken = int((shapely.is_missing(shapes) & np.array([cell is not None for cell in cells])).sum())
    if broken == len(cells):
        return raw
    notes = [ReportLine("note", say("The shapes were read from the column '{column}'.", column=named(column)))]
    if broken:
        notes.append(ReportLine("caution", say("Shapes written in a cell that cannot be understood."), broken))
    others = [name for name in kinds if name != column and kinds[name] == BINARY]
    if others:
        notes.append(ReportLine("note", say("Other columns of shapes were left out."), None, tuple(others[:5])))
    rest = raw.frame.drop(columns=[column, *others]).rename(columns={"geometry": "geometry_text"})
    crs = _system(system)
    return evolve(raw, frame=gpd.GeoDataFrame(rest, geometry=shapes, crs=crs), crs=crs, notes=(*raw.notes, *notes))


def _from_text(cells: list[Any]) -> tuple[Any, int]:
    import numpy as np
    import shapely

    first = next((match for cell in cells if isinstance(cell, str) and (match := _SHAPE.match(cell))), None)
    texts = np.array([re.sub(r"^\s*SRID=\d+;", "", cell, flags=re.IGNORECASE) if isinstance(cell, str) else None for cell in cells], dtype=object)
    return shapely.from_wkt(texts, on_invalid="ignore"), int(first.group(2) or 0) if first else 0


def _from_binary(cells: list[Any]) -> tuple[Any, int]:
    import numpy as np
    import shapely

    plain = [re.sub(r"^(\\x|0x)", "", cell) if isinstance(cell, str) else cell for cell in cells]
    shapes = shapely.from_wkb(np.array(plain, dtype=object), on_invalid="ignore")
    systems = shapely.get_srid(shapes)
    known = systems[systems > 0]
    return shapes, int(known[0]) if len(known) else 0


def _from_documents(cells: list[Any]) -> tuple[Any, int]:
    import numpy as np
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    out = np.full(len(cells), None, dtype=object)
    for place, cell in enumerate(cells):
        try:
            out[place] = shape(json.loads(cell)) if isinstance(cell, str) else None
        except (ShapelyError, KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, RecursionError):
            continue
    return out, 4326


_SHAPES: Final = {TEXT: _from_text, BINARY: _from_binary, DOCUMENT: _from_documents}


def _system(number: int) -> Any:
    """The coordinate system by its number in the cells; None where they carry none that is known."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_epsg(number) if number else None
    except CRSError:
        return None


def _without_bytes(raw: RawSource) -> RawSource:
    """Cells of bytes (pictures, signatures) say nothing that could be shown."""
    frame = raw.frame
    blobs = [name for name in frame.columns if name != "geometry" and frame[name].dtype == object
             and any(isinstance(cell, bytes) for cell in frame[name].head(SAMPLE))]
    if not blobs:
        return raw
    note = ReportLine("note", say("Columns of bytes that are no text were left out."), None, tuple(str(name) for name in blobs[:5]))
    return evolve(raw, frame=frame.drop(columns=blobs), notes=(*raw.notes, note))
