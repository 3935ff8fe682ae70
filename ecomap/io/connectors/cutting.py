"""Rows of a larger map cut out: by the beginning of their code, by what they are called, and by an outline."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ecomap.io.reading import read_apart
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress
from ecomap.model.said import Said, plural, say
from ecomap.model.said import name as named

EQUAL_AREA: Final = "EPSG:6933"  # square metres that mean the same everywhere in the country
LEAST_SHARE: Final = 0.01        # of an area's ground, or of the outline's, from which the area belongs to it
_EVERY_DISTRICT: Final = ("school", "district", "dist", "schools", "public")
_NAMES: Final = ("NAME", "NAMELSAD", "BASENAME", "NAME20", "NAMELSAD20")


def cut(frame: Any, code: str, beginnings: Sequence[str], called: Sequence[str], outline: str, progress: Progress) -> tuple[Any, tuple[Said, ...]]:
    """The rows whose code begins with one of these, that are called or coded so, and that lie in an outline; nothing given leaves all.

    An area belongs to an outline if a hundredth of its ground, or of the outline's, lies in both: what only touches it does not.

    Parameters
    ----------
    code : str
        Name of the column of codes.
    outline : str
        A file of areas; "" for none.
    """
    codes = frame[code].astype(str)
    if beginnings:
        frame = frame[codes.str.startswith(tuple(beginnings))]
    if called:
        frame = frame[called_so(frame, code, called)]
    if not outline or not len(frame):
        return frame, ()
    whole = outline_of(Path(outline), progress)
    import geopandas as gpd  # heavy

    shapes = gpd.GeoSeries(frame.geometry.to_numpy(), crs=frame.crs or "EPSG:4269").to_crs(EQUAL_AREA).make_valid()
    touching = shapes.intersects(whole)
    shared = shapes[touching].intersection(whole).area
    inside = touching.copy()
    inside[touching] = (shared >= LEAST_SHARE * shapes[touching].area) | (shared >= LEAST_SHARE * whole.area)
    notes: tuple[Said, ...] = ()
    edge = int(touching.sum() - inside.sum())
    if edge:
        notes = (plural("{n} area only touches the outline and was left out.", "{n} areas only touch the outline and were left out.", edge),)
    return frame[inside.to_numpy()], notes


def called_so(frame: Any, code: str, called: Sequence[str]) -> Any:
    """Which rows have one of these codes or names."""
    wanted = {plain_name(text) for text in called}
    mask = frame[code].astype(str).isin([text.strip() for text in called])
    for name in _NAMES:
        if name in frame.columns:
            mask |= frame[name].astype(str).map(plain_name).isin(wanted)
    return mask


def plain_name(text: str) -> str:
    """A name of a place for comparing: without case, accents and signs, and without the words that every district has.

    >>> plain_name("Fresno Unified School District"), plain_name("FRESNO  UNIFIED"), plain_name("La Cañada Unified")
    ('fresno unified', 'fresno unified', 'la canada unified')
    """
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9]+", " ", letters).split()
    return " ".join(word for word in words if word not in _EVERY_DISTRICT)


def outline_of(path: Path, progress: Progress) -> Any:
    """All areas of a file as one shape, in square metres.

    Raises
    ------
    InputError
        If it holds no areas, or does not say where they lie.
    """
    raw = read_apart(path, prefer=("polygon",), progress=progress)
    areas = raw.frame[raw.frame.geometry.geom_type.isin(("Polygon", "MultiPolygon"))] if raw.has_geometry else raw.frame.iloc[:0]
    if not len(areas) or raw.crs is None:
        raise InputError(say("{file} holds no outline.", file=named(path.name)), say("Give a map file with the area, such as a .geojson or a shapefile in a .zip."))
    return areas.set_crs(raw.crs, allow_override=True).to_crs(EQUAL_AREA).make_valid().union_all()


def box_of_outline(outline: str, progress: Progress) -> tuple[float, float, float, float] | None:
    """West, south, east and north of a file of areas, in degrees; None for none."""
    if not outline:
        return None
    import geopandas as gpd  # heavy

    west, south, east, north = gpd.GeoSeries([outline_of(Path(outline), progress)], crs=EQUAL_AREA).to_crs("EPSG:4326").total_bounds
    return float(west), float(south), float(east), float(north)
