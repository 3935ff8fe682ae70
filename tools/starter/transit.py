"""Rail stations and bus stops, for orientation."""

from __future__ import annotations

import re
import zipfile
from typing import Any

import geopandas as gpd
import pandas as pd

from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.style import LayerStyle
from tools.starter.geometry import CRS, on_grid
from tools.starter.inputs import Originals
from tools.starter.writing import Compiled

NEAR_M = 1609.344
_STATION = "1"  # location_type of a place that holds the platforms


def compile_rail_stations(originals: Originals, district: Any) -> Compiled:
    """Metro Rail stations with their lines, and Metrolink stations, in the district or within a mile of it."""
    stations, lines = _rail(originals)
    metrolink = gpd.read_file(originals.path("metrolink")).to_crs(CRS)
    both = pd.concat([
        gpd.GeoDataFrame({v.ID: "metro-" + stations["stop_id"], v.NAME: stations["stop_name"].str.strip(), "operator": "Metro",
                          "lines": stations["stop_id"].map(lines).fillna(""), v.GEOMETRY: _points(stations)}, geometry=v.GEOMETRY, crs=CRS),
        gpd.GeoDataFrame({v.ID: "metrolink-" + metrolink["OBJECTID"].astype(str),
                          v.NAME: metrolink["STATION"].map(_station_name), "operator": "Metrolink", "lines": "",
                          v.GEOMETRY: on_grid(metrolink.geometry)}, geometry=v.GEOMETRY, crs=CRS),
    ], ignore_index=True)
    near = both[both.distance(district) <= NEAR_M].reset_index(drop=True)
    unserved = int((stations["stop_id"].map(lines).fillna("") == "").sum())
    layer = Layer(
        "rail_stations", "Rail stations", v.REFERENCE, POINT, (Column("operator", "Operator"), Column("lines", "Lines")), (),
        (originals.source("rail_feed"), originals.source("metrolink")),
        LayerStyle(fill="#67737F", line="#FFFFFF", line_width=0.8, shape="triangle", size=6.0), visible=False,
        group="Reference",
        notes=(f"{len(near)} stations in the district or within one mile of it, of {len(both)}.",
               "Lines of Metro Rail are those that stop there in the schedule of August 2026; Metrolink's are not in the file used.",
               *((f"{unserved} stations of Metro Rail are in the schedule without a train.",) if unserved else ())),
    )
    return Compiled(layer, near, (f"{len(both)} stations read, {len(near)} in or within a mile of the district",))


def compile_bus_stops(originals: Originals, district: Any) -> Compiled:
    """Stops of Metro buses in the district or within a mile of it."""
    read = pd.read_csv(originals.path("bus_stops"), dtype=str, keep_default_na=False).sort_values("stop_id")
    stops = gpd.GeoDataFrame({v.ID: "bus-" + read["stop_id"], v.NAME: read["stop_name"].str.split().str.join(" "),
                              v.GEOMETRY: _points(read)}, geometry=v.GEOMETRY, crs=CRS)
    near = stops[stops.distance(district.simplify(10.0)) <= NEAR_M].reset_index(drop=True)
    layer = Layer(
        "bus_stops", "Bus stops (Metro)", v.REFERENCE, POINT, (), (), (originals.source("bus_stops"),),
        LayerStyle(fill="#A9B3BD", line="#FFFFFF", line_width=0.4, shape="circle", size=3.0), visible=False, group="Reference",
        notes=(f"{len(near):,} stops in the district or within one mile of it, of {len(read):,}.",
               "Stops of Metro alone, as of October 2024; which lines stop there and when is not in the file used."),
    )
    return Compiled(layer, near, (f"{len(read):,} stops read, {len(near):,} in or within a mile of the district",))


def _rail(originals: Originals) -> tuple[Any, dict[str, str]]:
    """The stations of the schedule, and which lines stop at each."""
    with zipfile.ZipFile(originals.path("rail_feed")) as feed:
        stops, routes, trips, times = (pd.read_csv(feed.open(f"{name}.txt"), dtype=str, keep_default_na=False, usecols=columns) for name, columns in (
            ("stops", ["stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station"]),
            ("routes", ["route_id", "route_long_name"]), ("trips", ["trip_id", "route_id"]), ("stop_times", ["trip_id", "stop_id"])))
    served = times.drop_duplicates().merge(trips, on="trip_id").merge(routes, on="route_id").merge(stops, on="stop_id")
    letter = served["route_long_name"].str.extract(r"^Metro (\w) Line$")[0]
    lines = letter.groupby(served["parent_station"]).agg(lambda letters: ", ".join(sorted(set(letters.dropna()))))
    return stops[stops["location_type"] == _STATION].sort_values("stop_id").reset_index(drop=True), dict(lines)


def _points(table: Any) -> Any:
    points = gpd.points_from_xy(table["stop_lon"].astype(float), table["stop_lat"].astype(float), crs="EPSG:4326")
    return on_grid(gpd.GeoSeries(points).to_crs(CRS))


def _station_name(text: str) -> str:
    """The station's name, which the file writes in capitals, in ordinary writing."""
    return re.sub(r"\bLa$", "LA", text.strip().title())
