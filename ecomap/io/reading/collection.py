"""Several files that came together, in a zip or a folder: listed as tables of one source, the fitting one read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from ecomap.io.reading.content import HEAD
from ecomap.io.reading.geodata import read_shapefile, shapefile_layer
from ecomap.io.reading.layers import all_together, choice_of, choose, no_layer
from ecomap.io.reading.raw import RawSource, Sublayer
from ecomap.io.reading.stacking import stacked
from ecomap.io.reading.staging import GEODATABASE
from ecomap.io.reading.timetable import STOPS, is_timetable, read_stops
from ecomap.model.errors import InputError
from ecomap.model.formats import PACKED, PARTS_BESIDE, READABLE
from ecomap.model.progress import Progress
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

# Papers that come with data.
_PAPER: Final = re.compile(
    r"read.?me|licen[cs]e|metadata|terms|disclaimer|notice|copying|change.?log|codebook|data.?dict|dictionary|l[eé]eme|lisez|agency\.txt", re.IGNORECASE)
TRIED: Final = 6   # files that are tried where the fitting one cannot be read
_TEXTS: Final = (".csv", ".tsv", ".txt", ".tab")
_TYPE: Final = re.compile(rb'"type"\s*:\s*"(Multi)?(Point|LineString|Polygon)"')
_KINDS: Final = {b"Point": "point", b"LineString": "line", b"Polygon": "polygon"}

ReadFile = Callable[[Path, str, Sequence[str] | None], RawSource]


@frozen
class Unit:
    """One file, or a map file with its parts, by the name it is chosen by."""

    name: str
    path: Path


def units_in(folder: Path) -> list[Unit]:
    """The files that can be read in a folder and the folders in it; papers only where there is nothing else."""
    parts = [part for part in sorted(folder.rglob("*")) if not part.name.startswith(".")]
    databases = [part for part in (folder, *parts) if part.is_dir() and any(one.suffix.lower() == GEODATABASE for one in part.iterdir())]
    files = [part for part in parts if part.is_file() and part.parent not in databases]
    stems = {(part.parent, part.stem): {one.suffix.lower() for one in files if (one.parent, one.stem) == (part.parent, part.stem)} for part in files}
    found = [*databases, *(part for part in files if _is_main(part, stems[part.parent, part.stem]))]
    data = [part for part in found if not (part.suffix.lower() in (*_TEXTS, ".json", ".xlsx", ".xls", ".ods", ".gml") and _PAPER.search(part.name))]
    return _named(data or found, folder)


def _is_main(part: Path, beside: set[str]) -> bool:
    suffix = part.suffix.lower()
    if suffix == ".shp":
        return True
    if suffix not in READABLE or (suffix == ".dbf" and ".shp" in beside):
        return False
    return not any(main in beside and suffix in parts for main, parts in PARTS_BESIDE.items())


def _named(parts: Sequence[Path], folder: Path) -> list[Unit]:
    names = [part.stem if part.suffix.lower() == ".shp" else part.name if part != folder else "geodatabase" for part in parts]
    return [Unit(name if names.count(name) == 1 else part.relative_to(folder).as_posix(), part) for name, part in zip(names, parts)]


def read_collection(
    path: Path, folder: Path, sublayer: str, prefer: Sequence[str] | None, read: ReadFile, progress: Progress
) -> RawSource | None:
    """The fitting file of several, or the one asked for; None if there is none that can be read."""
    units = units_in(folder)
    if not units:
        return None
    if len(units) == 1 and not (sublayer and units[0].path.suffix.lower() in (".shp", *_TEXTS)):
        return _read_unit(units[0], sublayer, prefer, read)
    if sublayer in ("", STOPS) and is_timetable([unit.path.name for unit in units]):
        return read_stops(path, [unit.path for unit in units], progress)
    layers = [_described(unit) for unit in units]
    if all_together(prefer) and not sublayer:
        by_name = {unit.name: unit for unit in units}
        return stacked(path, "ZIP" if path.is_file() else "Folder", layers, lambda one: evolve(_read_unit(by_name[one.name], "", prefer, read), sublayer=one.name))
    inner = ""
    if sublayer and not any(sublayer.strip().lower() in (one.name.lower(), Path(one.name).stem.lower()) for one in layers):
        unit, inner = _holding(units, sublayer, path, read)
        layer = next(one for one in layers if one.name == unit.name)
        return _as_part(_read_unit(unit, inner, prefer, read), layer, layers, ())
    choice = choice_of(layers, sublayer, prefer, path)
    problem: InputError | None = None
    for layer in [choice.layer] if sublayer else _in_order(choice.layer, layers, prefer or ())[:TRIED]:
        try:
            raw = _read_unit(next(unit for unit in units if unit.name == layer.name), "", prefer, read)
        except InputError as found:
            problem = problem or found
            continue
        if layer is choice.layer:
            return evolve(_as_part(raw, layer, layers, choice.notes), doubts=(*choice.doubts, *raw.doubts))
        note = ReportLine("caution", say("Read '{layer}'; '{other}' could not be read: {reason}", layer=named(layer.name), other=named(choice.layer.name),
                                         reason=problem.message if problem else named("")))
        return _as_part(raw, layer, layers, (note,))
    raise problem or no_layer(path.name)


def _in_order(first: Sublayer, layers: Sequence[Sublayer], prefer: Sequence[str]) -> list[Sublayer]:
    """The chosen one, then the others, those of the shapes wanted before the rest."""
    rest = [one for one in layers if one is not first]
    return [first, *sorted(rest, key=lambda one: (one.geometry not in prefer, -(one.rows or 0)))]


def _holding(units: Sequence[Unit], sublayer: str, path: Path, read: ReadFile) -> tuple[Unit, str]:
    """The file of several that holds a layer of a name."""
    for unit in units:
        if unit.path.is_dir() or unit.path.suffix.lower() in (".gpkg", ".kml", ".kmz", ".xlsx", ".ods", ".xls", ".topojson", ".json"):
            try:
                names = read(unit.path, "", None).sublayers
                return unit, choose(names, sublayer, path)
            except InputError:
                continue
    return units[0], choose([unit.name for unit in units], sublayer, path)


def _as_part(raw: RawSource, layer: Sublayer, layers: Sequence[Sublayer], notes: tuple[ReportLine, ...]) -> RawSource:
    return evolve(raw, sublayers=tuple(one.name for one in layers), sublayer=layer.name, layers=tuple(layers), notes=(*notes, *raw.notes))


def _read_unit(unit: Unit, sublayer: str, prefer: Sequence[str] | None, read: ReadFile) -> RawSource:
    return read_shapefile(unit.path) if unit.path.suffix.lower() == ".shp" else read(unit.path, sublayer, prefer)


def _described(unit: Unit) -> Sublayer:
    """What can be told of a file without reading it all."""
    suffix = unit.path.suffix.lower()
    if suffix == ".shp":
        return evolve(shapefile_layer(unit.path), name=unit.name)
    if unit.path.is_dir() or suffix in PACKED:
        return Sublayer(unit.name)
    with unit.path.open("rb") as stream:
        head = stream.read(HEAD)
        if suffix not in _TEXTS or head[:6].lower() == b"!table":
            found = _TYPE.search(head)
            table = suffix in (".xlsx", ".xls", ".xlsb", ".xlsm", ".ods", ".dbf", ".parquet")
            return Sublayer(unit.name, _KINDS[found.group(2)] if found else "none" if table else "", None)
        lines = head.count(b"\n")
        while block := stream.read(1 << 20):
            lines += block.count(b"\n")
    first = head.split(b"\n", 1)[0]
    return Sublayer(unit.name, "none", max(lines - 1, 1), max(first.count(mark) for mark in (b",", b"\t", b";", b"|")) + 1)
