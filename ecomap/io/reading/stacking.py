"""All layers of a file, or all files of a zip, one under the other; each row says in which it stood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ecomap.io.reading.layers import MAP_LAYER, described, no_layer
from ecomap.io.reading.limits import require_cells
from ecomap.io.reading.raw import RawSource, Sublayer
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say

SHOWN = 8


def stacked(path: Path, label: str, layers: Sequence[Sublayer], read: Callable[[Sublayer], RawSource]) -> RawSource:
    """The rows of all layers with shapes, in the coordinate system of the first.

    Parameters
    ----------
    read : callable
        One layer as it is.

    Raises
    ------
    InputError
        If no layer has shapes, or they are too many to be held at once.
    """
    placed = [one for one in layers if one.geometry != NO_GEOMETRY and one.rows != 0]
    require_cells(sum(one.rows or 0 for one in placed), max((one.columns for one in placed), default=0), path.name)
    parts = [raw for raw in map(read, placed) if raw.has_geometry and len(raw.frame)]
    if not parts:
        raise no_layer(path.name)
    frame, crs = _under_each_other(parts)
    notes = [line for raw in parts for line in raw.notes if len(parts) == 1 or line.kind != "note"]
    if len(parts) > 1:
        shown = [described(one) for one in placed[:SHOWN]]
        notes.append(ReportLine("note", say("Read all layers together: {layers}.", layers=joined(shown, ", "))))
    return RawSource(path, label, frame, crs, tuple(one.name for one in layers), "" if len(parts) > 1 else parts[0].sublayer, len(frame), _once(notes),
                     layers=tuple(layers))


def _under_each_other(parts: Sequence[RawSource]) -> tuple[Any, Any]:
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy

    crs = next((raw.crs for raw in parts if raw.crs is not None), None)
    frames = []
    for raw in parts:
        shapes = raw.frame.geometry
        moved = shapes.to_crs(crs) if raw.crs is not None and crs is not None and raw.crs != crs else shapes
        plain = pd.DataFrame(raw.frame.drop(columns=shapes.name)).astype(object)
        frames.append(plain.assign(**{MAP_LAYER: raw.sublayer, "geometry": moved.to_numpy()}))
    together = pd.concat(frames, ignore_index=True)
    rest = [column for column in together.columns if column not in (MAP_LAYER, "geometry")]
    return gpd.GeoDataFrame(together[[MAP_LAYER, *rest]], geometry=together["geometry"].to_numpy(), crs=crs), crs


def _once(lines: Iterable[ReportLine]) -> tuple[ReportLine, ...]:
    """What several layers say alike is said once."""
    return tuple({line.text: line for line in lines}.values())
