"""Partner services: one row per service at a place, duplicates merged, far points left off."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import pandas as pd

from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.style import LayerStyle
from ecomap.model.terms import shipped_terms
from tools.starter.geometry import CRS, on_grid
from tools.starter.inputs import Originals
from tools.starter.writing import Compiled

# Los Angeles County and its surroundings, degrees: west, south, east, north.
WINDOW = (-119.0, 33.6, -117.5, 35.0)
_INVISIBLE = re.compile("[\u200b\u200e\u200f\ufeff]")
_SPACE = re.compile(r"\s+")
_EMPTY = frozenset({"n/a", "na", "none", "null", "-", "--"})


def compile_services(originals: Originals) -> Compiled:
    """Service locations; what lies outside `WINDOW` is left off and reported."""
    read = pd.read_csv(originals.path("services"), dtype=str, keep_default_na=False)
    table = read.apply(lambda column: column.map(_clean))
    online = table["online"].str.lower() == "yes"
    points = gpd.GeoSeries(None, index=table.index, crs="EPSG:4326")
    places = table[~online]
    points[~online] = gpd.points_from_xy(pd.to_numeric(places["lon"]), pd.to_numeric(places["lat"]))
    west, south, east, north = WINDOW
    far = ~online & ~(points.x.between(west, east) & points.y.between(south, north))
    points = points.to_crs(CRS)
    place = table["name"].str.casefold() + "|" + table["address"].str.casefold()
    repeated = place.duplicated()
    service = place + "|" + table["partner_type"]
    merged = ~far & service.where(~far).duplicated()
    kept = ~far & ~merged
    frame = _rows(table[kept], online[kept], points[kept])
    counts = {
        "read": len(read), "far": int(far.sum()), "merged": int(merged.sum()), "kept": len(frame),
        "online": int(frame[v.ONLINE_ONLY].sum()), "repeated": int(repeated.sum()),
    }
    names = ", ".join(sorted(f"{name} ({city})" for name, city in zip(table["name"][far], table["city"][far])))
    return Compiled(_layer(originals, counts, names), frame, (
        f"{counts['read']} rows read = {counts['kept']} kept + {counts['merged']} merged + {counts['far']} far outside",
        f"{counts['repeated']} rows repeat a name and address; {counts['merged']} of them offer the same kind of service",
        f"{counts['online']} kept rows are online only and have no point",
        f"far outside: {names}",
    ))


def _clean(text: str) -> str:
    text = _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()
    return "" if text.casefold() in _EMPTY else text


def _rows(table: Any, online: Any, points: Any) -> Any:
    return gpd.GeoDataFrame({
        v.ID: "service-" + table["id"].str.zfill(4),
        v.NAME: table["name"],
        v.ORGANISATION: table["name"],
        v.CATEGORY: table["partner_type"].str.capitalize(),
        v.FUNCTION: table["partner_type"].map(lambda kind: shipped_terms().code("function", kind)),
        v.ONLINE_ONLY: online,
        v.ADDRESS: table["address"].where(~online, ""),
        v.CITY: table["city"].where(table["city"] != "", ""),
        v.POSTCODE: table["zip"].str[:5],
        v.PHONE: table["phone"],
        v.WEBSITE: table["contact_link"].where(table["contact_link"].str.match(r"https?://\S+$"), ""),
        v.DETAIL: table["description"],
        v.SOURCE: "LAUSD Student Health and Human Services, May 2020",
        v.GEOMETRY: gpd.GeoSeries(on_grid(points), index=table.index, crs=CRS),
    }, geometry=v.GEOMETRY, crs=CRS)


def _layer(originals: Originals, counts: dict[str, int], far_names: str) -> Layer:
    columns = (
        Column(v.ORGANISATION, "Organisation"), Column(v.CATEGORY, "Kind of service"),
        Column(v.FUNCTION, "Function"), Column(v.ONLINE_ONLY, "Online only", "flag"), Column(v.ADDRESS, "Address"), Column(v.CITY, "City"),
        Column(v.POSTCODE, "ZIP code"), Column(v.PHONE, "Phone"), Column(v.WEBSITE, "Website"),
        Column(v.DETAIL, "Description"), Column(v.SOURCE, "Source", hidden=True),
    )
    return Layer(
        "services", "Partner services", v.SERVICE, POINT, columns, (), (originals.source("services"),),
        LayerStyle(fill="#26323F", line="#FFFFFF", line_width=1.0, shape="square", size=7.0), visible=False,
        group="Sites",
        notes=(
            f"{counts['read']} rows read: {counts['kept']} kept, {counts['merged']} merged because name, address and "
            f"kind of service are the same, {counts['far']} left off because they lie far "
            f"outside the county ({far_names}).",
            f"{counts['online']} services are online only: they are in the table, not on the map.",
            "A list of May 2020, when many offers were temporary.",
        ),
    )

