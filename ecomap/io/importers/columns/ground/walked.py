"""The streets of a map of everything, as rows that people walk along: from the same reading of the file as its ground."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from ecomap.io.importers.columns.ground.kinds import kinds_of
from ecomap.io.reading import RawSource
from ecomap.io.reading.layers import MAP_LAYER
from ecomap.model import vocabulary as v

TILED: Final = frozenset({"OpenMapTiles", "Shortbread", "Protomaps", "EcoMap"})   # their words for streets are not those of street data
_AS_CLASS: Final = {v.FREEWAY: "motorway", v.MAIN_ROAD: "primary", v.ROAD: "secondary", v.SMALL_STREET: "residential"}
_ALONG_PATHS: Final = 5   # the rank of paths and service ways
_LABELS: Final = r"(?i)name|label"   # layers of tiles that repeat streets to write along them
STREET_COLUMN: Final = "highway"


def streets_of(raw: RawSource) -> RawSource:
    """The lines that are streets, with their class in the words of street data."""
    import shapely

    found = kinds_of(raw.frame, raw.sublayer)
    shapes = raw.frame.geometry.to_numpy()
    keep = (shapely.get_dimensions(shapes) == 1) & [kind in _AS_CLASS for kind in found.kind]
    if MAP_LAYER in raw.frame.columns:
        keep &= ~raw.frame[MAP_LAYER].astype(str).str.contains(_LABELS).to_numpy(dtype=bool)
    frame = raw.frame[keep]
    if found.schema in TILED:
        classes = ["path" if rank == _ALONG_PATHS else _AS_CLASS[kind] for kind, rank in zip(found.kind[keep], found.rank[keep])]
        told = [column for column in frame.columns if column in found.columns]
        frame = frame.drop(columns=told).assign(**{STREET_COLUMN: classes})
    frame = frame.drop(columns=[column for column in (MAP_LAYER,) if column in frame.columns])
    frame = frame[[column for column in frame.columns if column == "geometry" or frame[column].notna().any()]].reset_index(drop=True)
    return evolve(raw, frame=frame, read=len(frame), notes=(), doubts=())
