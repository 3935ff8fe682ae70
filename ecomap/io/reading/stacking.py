"""All layers of a file, or all files of a zip, one under the other; each row says in which it stood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from ecomap.io.reading.layers import MAP_LAYER, listed_layers, no_layer
from ecomap.io.reading.limits import require_cells
from ecomap.io.reading.raw import RawSource, Sublayer
from ecomap.io.table.places.shift import rough_line, shifted
from ecomap.model.errors import InputError
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say


def stacked(path: Path, label: str, layers: Sequence[Sublayer], read: Callable[[Sublayer], RawSource]) -> RawSource:
    """The rows of all layers with shapes, in the coordinate system of the first.

    Parameters
    ----------
    read : callable
        One layer as it is.

    Raises
    ------
    InputError
        If no layer has shapes, they are too many to be held at once, or some say their coordinate system and others do not.
    """
    placed = [one for one in layers if one.geometry != NO_GEOMETRY and one.rows != 0]
    require_cells(sum(one.rows or 0 for one in placed), max((one.columns for one in placed), default=0), path.name)
    found = [(one, raw) for one in placed if (raw := read(one)).has_geometry and len(raw.frame)]
    if not found:
        raise no_layer(path.name)
    parts = [raw for _, raw in found]
    _require_known(path, found)
    frame, crs, rough = _under_each_other(parts)
    notes = [*(line for raw in parts for line in raw.notes), *rough]
    if len(parts) > 1:
        notes.append(ReportLine("note", say("Read all layers together: {layers}.", layers=listed_layers([one for one, _ in found]))))
    return RawSource(path, label, frame, crs, tuple(one.name for one in layers), "" if len(parts) > 1 else parts[0].sublayer,
                     sum(max(raw.read, len(raw.frame)) for raw in parts), _once(notes), layers=tuple(layers))


def _require_known(path: Path, found: Sequence[tuple[Sublayer, RawSource]]) -> None:
    """Layers that do not say where they lie are not taken to lie where others do."""
    silent = [one for one, raw in found if raw.crs is None]
    if silent and len(silent) < len(found):
        raise InputError(say("Some layers of {file} do not say their coordinate system, while others do: {layers}.", file=named(path.name),
                             layers=listed_layers(silent)),
                         say("Import these one by one and say the coordinate system of each, or leave them out of the file."))


def _under_each_other(parts: Sequence[RawSource]) -> tuple[Any, Any, list[ReportLine]]:
    import geopandas as gpd  # heavy
    import numpy as np
    import pandas as pd  # heavy

    crs = next((raw.crs for raw in parts if raw.crs is not None), None)
    frames, lines = [], []
    for raw in parts:
        shapes = raw.frame.geometry
        moved = shapes.to_numpy()
        if raw.crs is not None and crs is not None and raw.crs != crs:
            found = shifted(moved, raw.crs, crs)
            moved = found.shapes
            if found.rough.any():
                lines.append(rough_line(found.rough, np.array([f"{raw.sublayer} {n}" for n in range(1, len(moved) + 1)]), raw.crs))
        plain = pd.DataFrame(raw.frame.drop(columns=shapes.name)).astype(object)
        frames.append(plain.assign(**{MAP_LAYER: raw.sublayer, "geometry": moved}))
    together = pd.concat(frames, ignore_index=True)
    rest = [column for column in together.columns if column not in (MAP_LAYER, "geometry")]
    return gpd.GeoDataFrame(together[[MAP_LAYER, *rest]], geometry=together["geometry"].to_numpy(), crs=crs), crs, lines


def _once(lines: Iterable[ReportLine]) -> tuple[ReportLine, ...]:
    """What several layers say alike is said once, of the rows of all of them."""
    said: dict[tuple[str, str], ReportLine] = {}
    for line in lines:
        before = said.get((line.kind, line.text))
        said[line.kind, line.text] = line if before is None else evolve(
            before, count=None if before.count is None or line.count is None else before.count + line.count,
            examples=tuple(dict.fromkeys((*before.examples, *line.examples)))[:5])
    return tuple(said.values())
