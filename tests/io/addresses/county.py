"""A made-up county with its address ranges, as the Census Bureau writes them, and houses whose places are known.

Streets run every 160 m or so, straight and curved, in two ZIPs that lie apart, each with an Oak Street of its own. Main Street is
"N Main St" and "S Main St" in one and "Main St" in the other. Odd numbers are on the left on some streets and on the right on
others; some lines run against their numbers; some sides have no range; one street has the hyphenated numbers of Queens, one
the numbers of a grid. Houses stand along their block as real ones do: not quite evenly, and behind a garden.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from attrs import frozen

METRES, DEGREES = "EPSG:3310", "EPSG:4269"
X0, Y0 = 150_000.0, -440_000.0
BLOCKS, BLOCK_M = 8, 160.0
APART_M = 12_000.0
ZIPS = ("90012", "90077")
GARDEN_M = 12.0
TIDY = ("Elm St", "Maple Ave", "Cedar Blvd", "Pine Dr", "W 7th St", "Avenue of the Stars", "Calle de la Paz", "Birch Ln", "Laurel Canyon Rd", "St Marks Pl")


@frozen
class House:
    """A house: its number and street as the ranges write them, its ZIP, where it stands, and whether a range has it."""

    number: str
    street: str
    zip: str
    x: float
    y: float
    known: bool
    fits: int = 1   # streets of the county that its address fits where neither direction nor ZIP is said


def _line(row: int, start: int, curved: bool, shift: float) -> shapely.LineString:
    """One block of a street from west to east."""
    x = np.linspace(start * BLOCK_M, (start + 1) * BLOCK_M, 9 if curved else 2)
    y = row * BLOCK_M + (45.0 * np.sin(x / 90.0) if curved else 0.0 * x)
    return shapely.LineString(np.column_stack([X0 + shift + x, Y0 + y]))


def _beside(line: shapely.LineString, along: float, left: bool, metres: float) -> tuple[float, float]:
    """A point beside a line, worked out from a piece of its parallel."""
    here, ahead = line.interpolate(along), line.interpolate(min(along + 0.5, line.length))
    behind = line.interpolate(max(along - 0.5, 0.0))
    bearing = np.arctan2(ahead.y - behind.y, ahead.x - behind.x) + (np.pi / 2 if left else -np.pi / 2)
    return float(here.x + metres * np.cos(bearing)), float(here.y + metres * np.sin(bearing))


def made(folder: Path, seed: int = 2026) -> tuple[Path, list[House]]:
    """The county's ranges as a zipped shapefile, and its houses."""
    random = Random(seed)
    streets = [(name, place, row) for place in (0, 1) for row, name in enumerate(("Oak St", *(TIDY[:6] if place == 0 else TIDY[6:])))]
    streets += [("Main St", 1, 9), ("37th Ave", 0, 10), ("Bluemound Rd", 1, 11)]
    records, lines, houses = [], [], []

    def block(name: str, place: int, row: int, number: int, hundred: int, prefix: str = "", width: int = 0) -> None:
        line = _line(row, number, row % 3 == 2, place * APART_M)
        backwards, odd_left = random.random() < 0.3, row % 2 == 0
        missing = {side for side in ("L", "R") if random.random() < 0.05}
        record = {"TLID": 1000 + len(records), "FULLNAME": name, "ZIPL": ZIPS[place], "ZIPR": ZIPS[place], "OFFSETL": "N", "OFFSETR": "N",
                  "ROAD_MTFCC": "S1400"}
        for side in ("L", "R"):
            left = (side == "L") != backwards          # seen along the numbers
            odd = left == odd_left
            first, last = hundred + (1 if odd else 2 if hundred == 0 else 0), hundred + (99 if odd else 98)
            written = [f"{prefix}{str(one).zfill(width)}" for one in ((last, first) if backwards else (first, last))]
            absent = side in missing
            record |= {f"{side}FROMHN": "" if absent else written[0], f"{side}TOHN": "" if absent else written[1],
                       f"PARITY{side}": "" if absent else "O" if odd else "E"}
            for house in range(first, last + 1, 8):
                along = (house - first) / (last - first) * line.length + random.uniform(-9.0, 9.0)
                x, y = _beside(line, min(max(along, 1.0), line.length - 1.0), left, GARDEN_M + random.uniform(0.0, 6.0))
                houses.append(House(f"{prefix}{str(house).zfill(width)}", name, ZIPS[place], x, y, not absent, _fits(name)))
        records.append(record)
        lines.append(line.reverse() if backwards else line)

    for name, place, row in streets:
        prefix, width = {"37th Ave": ("", 2), "Bluemound Rd": ("N6W", 5)}.get(name, ("", 0))
        for number in range(BLOCKS):
            if name == "37th Ave":
                block(name, place, row, number, 0, f"{80 + number}-", width)
            else:
                block(name, place, row, number, (number + 1) * 100, prefix, width)
    for number in range(BLOCKS):
        block("N Main St" if number % 2 else "S Main St", 0, 14 if number % 2 else 18, number, (number // 2 + 1) * 100)
    records.append({**records[0], "TLID": 9999, "FULLNAME": None})
    lines.append(_line(30, 0, False, 0.0))
    frame = gpd.GeoDataFrame(records, geometry=lines, crs=METRES).to_crs(DEGREES)
    path = folder / "tl_2025_06999_addrfeat"
    path.mkdir()
    pyogrio.write_dataframe(frame, path / "tl_2025_06999_addrfeat.shp")
    return _zipped(path), houses


def _fits(name: str) -> int:
    return {"Oak St": 2, "Main St": 2, "N Main St": 1, "S Main St": 1}.get(name, 1)


def _zipped(folder: Path) -> Path:
    import shutil

    return Path(shutil.make_archive(str(folder), "zip", folder))


