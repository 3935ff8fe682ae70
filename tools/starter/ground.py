"""What Los Angeles is recognised by: coast, freeways with their numbers, main streets, rail, neighbourhoods, cities, parks."""

from __future__ import annotations

import json
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import MIXED, Column, Layer
from tools.starter.geometry import (
    CRS,
    on_grid,
    polygons_only,
    shared_coverage,
    simplified,
    simplified_coverage,
)
from tools.starter.inputs import Originals
from tools.starter.reviewed import read_reviewed
from tools.starter.writing import Compiled

ROAD_TOLERANCE_M = 12.0
COAST_TOLERANCE_M = 25.0
PLACE_TOLERANCE_M = 45.0
PARK_TOLERANCE_M = 25.0
CRACK_M = 60.0            # neighbourhoods are drawn one by one; what lies between them is no water
LARGE_PARK_M2 = 80_000.0
BESIDE_M, SAME_WAY = 190.0, np.radians(25)   # how far from a street's course, and how much turned, a piece may be that is taken for it
SHORT_PIECE_M = 250.0
SAME_PLACE = 0.002        # degrees: how closely a reviewed row must lie where the file has it
# Where land ends beyond the county, roughly: Ventura and Santa Barbara in the west, San Diego in the south-east (degrees).
_WEST_COAST: Final = ((-120.0, 34.46), (-119.69, 34.405), (-119.52, 34.39), (-119.30, 34.275), (-119.215, 34.145), (-119.10, 34.086),
                      (-118.944, 34.0445))
_INLAND: Final = ((-118.80, 34.06), (-118.50, 34.08), (-118.35, 34.0), (-118.30, 33.82), (-118.10, 33.85), (-117.85, 33.70), (-117.62, 33.45))
_SOUTH_COAST: Final = ((-117.60, 33.385), (-117.385, 33.19), (-117.32, 33.10), (-120.0, 33.10))
# Of the published neighbourhoods these are open land under the name people know.
PARKS: Final = frozenset({
    "Griffith Park", "Elysian Park", "Hansen Dam", "Sepulveda Basin", "Whittier Narrows", "Aliso and Wood Regional Park",
    "Laguna Coast Wilderness Park", "Limestone Canyon Regional Park", "Ronald W. Caspers Wilderness Park", "Whiting Ranch Wilderness Park",
})
_ALSO_CALLED: Final = {"florence-graham": "florence-firestone"}   # by the census, by everybody else
_CITY_RANKS: Final = ((150_000, 1), (60_000, 2), (25_000, 3))           # people
_AREA_RANKS: Final = ((14e6, 2), (5e6, 3))                              # square metres, of neighbourhoods
_PARK_RANKS: Final = ((8e6, 1), (1.5e6, 2), (4e5, 3))                   # square metres
_COLUMNS: Final = (v.ID, v.NAME, v.KIND, v.SHIELD, v.RANK, v.GEOMETRY)


def compile_ground(originals: Originals, reviewed: Path) -> Compiled:
    """One layer of mixed shapes; `reviewed` is the folder of the reviewed tables."""
    published = gpd.read_file(originals.path("neighborhoods")).to_crs(CRS)
    land = shapely.buffer(shapely.union_all(shapely.buffer(shapely.make_valid(published.geometry.to_numpy()), CRACK_M)), -CRACK_M)
    rows = [*_sea(land), *_places(published, gpd.read_file(originals.path("places")).to_crs(CRS)), *_parks(published, originals),
            *_roads(gpd.read_file(originals.path("roads")), reviewed), *_rail(originals)]
    frame = gpd.GeoDataFrame(rows, columns=list(_COLUMNS), geometry=v.GEOMETRY, crs=CRS)
    frame = frame.assign(**{v.RANK: frame[v.RANK].astype(float)})
    layer = Layer(
        "ground", "Ground", v.GROUND, MIXED, (
            Column(v.KIND, "Kind of ground"), Column(v.SHIELD, "Road number"), Column(v.RANK, "Seen from", hidden=True)),
        (), tuple(originals.source(key) for key in ("roads", "neighborhoods", "places", "parks", "rail_feed")), group="Ground",
        notes=("Coast, freeways, main streets, rail, neighborhoods, cities and parks, to find one's way by; nothing is measured along it.",
               "Outlines and lines are generalised. Names and numbers of roads were written down road by road, by where each runs.",
               "Rivers and lakes are not in it, and the sea outside the county is drawn roughly."),
    )
    kinds = frame[v.KIND].value_counts()
    return Compiled(layer, frame, (", ".join(f"{kinds.get(kind, 0)} {kind}" for kind in v.GROUND_KINDS),))


def _row(kind: str, name: str, rank: int, shape: Any, shield: str = "", id: str = "") -> dict[str, Any]:
    return {v.ID: f"{kind.replace('_', '-')}-{id or _slug(shield, name)}", v.NAME: name, v.KIND: kind, v.SHIELD: shield, v.RANK: rank, v.GEOMETRY: shape}


def _slug(*words: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else "-" for letter in " ".join(filter(None, words)).lower()).split("-")).replace("--", "-")


def _projected(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    move = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    return [move.transform(*corner) for corner in corners]


def _sea(land: Any) -> list[dict[str, Any]]:
    """The ocean off the county with its harbours, and the line where it meets the land."""
    rough = shapely.Polygon(_projected([*_WEST_COAST, *_INLAND, *_SOUTH_COAST]))
    wet = shapely.get_parts(shapely.difference(rough, land))
    ocean = simplified([max(wet, key=shapely.area)], COAST_TOLERANCE_M)[0]
    shore = shapely.intersection(shapely.boundary(ocean), shapely.buffer(land, 2 * COAST_TOLERANCE_M))
    return [_row(v.WATER, "Pacific Ocean", 1, ocean), _row(v.COAST, "", 1, shapely.line_merge(on_grid([shore])[0]), id="shore")]


def _places(published: Any, census: Any) -> list[dict[str, Any]]:
    """Neighbourhoods of the city of Los Angeles, and the other cities and communities; those of the census that have no outline as points."""
    told = published["metadata"].map(_told)
    called = [_mended(name).removesuffix(", CA") for name in census["name"]]
    spelled = {_plain(name): name for name in called if _plain(name) not in _ALSO_CALLED.values()}
    people = {_plain(name): int(count) for name, count in zip(called, census["population"])}
    inside = (told.map(lambda about: about["county"]) == "los-angeles").to_numpy()
    shapes = np.array(published.representative_point(), dtype=object)
    shapes[inside] = polygons_only(simplified_coverage(shared_coverage(shapely.make_valid(published.geometry[inside].to_numpy())), PLACE_TOLERANCE_M))
    size = shapely.area(published.geometry.to_numpy())
    rows = []
    for name, about, shape, area in zip(published["name"], told, shapes, size):
        if name in PARKS:
            continue
        segment = about["type"] == "segment-of-a-city"
        count = people.get(_plain(name))
        if segment or (count is None and about["county"] == "los-angeles"):
            rows.append(_row(v.NEIGHBOURHOOD, name, _rank(area, _AREA_RANKS, 4) if segment else 4, on_grid([shape])[0]))
        else:
            rows.append(_row(v.CITY_NAME, spelled.get(_plain(name), name), _rank(count or 0, _CITY_RANKS, 4 if about["type"] == "standalone-city" else 5), on_grid([shape])[0]))
    outlined = {_plain(row[v.NAME]) for row in rows}
    for name, count, point in zip(called, census["population"], census.geometry):
        if _plain(name) not in outlined:
            rows.append(_row(v.CITY_NAME, name, _rank(int(count), _CITY_RANKS, 4), on_grid([point])[0]))
    return rows


def _plain(name: str) -> str:
    """Small letters without accents, by which the two lists spell a place alike."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(letter))
    return _ALSO_CALLED.get(bare, bare)


def _mended(name: str) -> str:
    """A name whose letters were read in another alphabet on the way here: CaÃ±ada."""
    return name.encode("latin-1").decode("utf-8") if "Ã" in name else name


def _told(metadata: Any) -> dict[str, str]:
    found: dict[str, str] = metadata if isinstance(metadata, dict) else json.loads(metadata)
    return found


def _rank(size: float, steps: Sequence[tuple[float, int]], otherwise: int) -> int:
    return next((rank for least, rank in steps if size >= least), otherwise)


def _parks(published: Any, originals: Originals) -> list[dict[str, Any]]:
    """Large parks: those of the neighbourhoods' list, and of the county's."""
    listed = gpd.read_file(originals.path("parks")).to_crs(CRS)
    listed = listed[listed["PARK_NAME"].notna()]
    known = published[published["name"].isin(PARKS)]
    names = [*known["name"], *listed["PARK_NAME"].str.strip()]
    shapes = simplified(np.r_[known.geometry.to_numpy(), shapely.make_valid(listed.geometry.to_numpy())], PARK_TOLERANCE_M)
    rows: dict[str, dict[str, Any]] = {}
    for name, shape in zip(names, shapes):
        if shapely.area(shape) >= LARGE_PARK_M2:
            row = _row(v.PARK, name, _rank(shapely.area(shape), _PARK_RANKS, 4), shape)
            rows.setdefault(row[v.ID], row)
    return list(rows.values())


def _roads(read: Any, reviewed: Path) -> list[dict[str, Any]]:
    """Freeways and main roads as they were reviewed, one row for all lines of a number and a name; the other streets by their names."""
    lines = read.to_crs(CRS).geometry.to_numpy()
    named: dict[tuple[str, str, str], list[int]] = {}
    for row in read_reviewed(reviewed / "ground_roads_reviewed.csv"):
        _require_there(read, row)
        named.setdefault((row["kind"], row["shield"], row["name"]), []).append(int(row["row"]))
    taken = {number for numbers in named.values() for number in numbers}
    rows = [_row(kind, name, 1 if kind == v.FREEWAY else 2, _line(lines[numbers]), shield) for (kind, shield, name), numbers in named.items()]
    others = [number for number in range(len(lines)) if number not in taken]
    return [*rows, *_streets(lines[others], reviewed)]


def _streets(lines: Any, reviewed: Path) -> list[dict[str, Any]]:
    """The other roads: pieces that run along the course of a reviewed street have its name, the others none."""
    pieces = _pieces(lines)
    named = np.full(len(pieces), "", dtype=object)
    for row in read_reviewed(reviewed / "ground_streets_reviewed.csv"):
        course = shapely.LineString(_projected([tuple(map(float, pair.split())) for pair in row["runs"].split(";")]))
        named[(named == "") & _along(pieces, course)] = row["name"]
    rows, rest = [], [pieces[named == ""]]
    for name in sorted(set(named) - {""}):
        parts = shapely.get_parts(shapely.line_merge(shapely.union_all(pieces[named == name])))
        long = shapely.length(parts) >= SHORT_PIECE_M
        rows.append(_row(v.ROAD, name, 3, _line(parts[long])))
        rest.append(parts[~long])
    return [*rows, _row(v.ROAD, "", 3, _line(np.concatenate(rest)), id="unnamed")]


def _pieces(lines: Any) -> Any:
    """The straight pieces that lines are made of."""
    corners, part = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    joined = part[1:] == part[:-1]
    return shapely.linestrings(np.stack([corners[:-1][joined], corners[1:][joined]], axis=1))


def _along(pieces: Any, course: Any) -> Any:
    """Which pieces lie beside a course and run the same way."""
    ends = shapely.get_coordinates(pieces).reshape(-1, 2, 2)
    middles = shapely.points(ends.mean(axis=1))
    beside = shapely.distance(course, middles) <= BESIDE_M
    at = shapely.line_locate_point(course, middles)
    before, after = (shapely.get_coordinates(shapely.line_interpolate_point(course, np.clip(at + step, 0, course.length))) for step in (-60, 60))
    own, its = (np.arctan2(step[:, 1], step[:, 0]) for step in (ends[:, 1] - ends[:, 0], after - before))
    turned = np.abs(own - its) % np.pi
    return beside & (np.minimum(turned, np.pi - turned) < SAME_WAY)


def _rail(originals: Originals) -> list[dict[str, Any]]:
    """The lines of Metro Rail, each along its longest run."""
    with zipfile.ZipFile(originals.path("rail_feed")) as feed:
        routes, trips, shapes = (pd.read_csv(feed.open(f"{name}.txt"), dtype=str) for name in ("routes", "trips", "shapes"))
    shapes = shapes.assign(order=shapes["shape_pt_sequence"].astype(int)).sort_values(["shape_id", "order"])
    move = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    runs = {str(key): shapely.LineString(np.column_stack(move.transform(run["shape_pt_lon"].astype(float), run["shape_pt_lat"].astype(float))))
            for key, run in shapes.groupby("shape_id") if len(run) > 1}
    rows = []
    for _, route in routes.sort_values("route_id").iterrows():
        own = [runs[key] for key in sorted(set(trips.loc[trips["route_id"] == route["route_id"], "shape_id"])) if key in runs]
        if own:
            rows.append(_row(v.RAIL, route["route_long_name"], 3, _line([max(own, key=shapely.length)])))
    return rows


def _require_there(read: Any, row: dict[str, str]) -> None:
    """Refuse a reviewed row where the file has another road under its number."""
    number = int(row["row"])
    box = [float(row[side]) for side in ("west", "south", "east", "north")]
    if number >= len(read) or np.abs(np.asarray(read.geometry.iloc[number].bounds) - box).max() > SAME_PLACE:
        raise InputError(f"Road {number} is not where ground_roads_reviewed.csv has the {row['shield'] or row['name']}.",
                         "The publisher has changed the file: review its roads again.")


def _line(lines: Any) -> Any:
    """Lines joined end to end, with fewer points, on the grid."""
    whole = shapely.line_merge(shapely.union_all(shapely.line_merge(on_grid(shapely.force_2d(lines)))))
    return on_grid([shapely.simplify(whole, ROAD_TOLERANCE_M)])[0]
