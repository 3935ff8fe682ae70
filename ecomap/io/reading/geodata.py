"""Map files that GDAL reads, from a copy, with all their layers told."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.reading.layers import all_together, choice_of, kind_of_shape, no_layer
from ecomap.io.reading.limits import require_cells
from ecomap.io.reading.raw import RawSource, Sublayer
from ecomap.io.reading.stacking import stacked
from ecomap.io.reading.staging import copied
from ecomap.model.errors import InputError
from ecomap.model.formats import PARTS_BESIDE, SHAPEFILE_PARTS
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

Tidy = Callable[[Any], tuple[Any, tuple[ReportLine, ...]]]
MANY_LAYERS: Final = 300
LOOKED_INTO: Final = 2_000   # shapes that are looked at where a layer does not say its kind
_QUIET: Final = {"SHAPE_RESTORE_SHX": "YES", "GML_DOWNLOAD_SCHEMA": "NO", "GDAL_HTTP_TIMEOUT": "1",
                 "GDAL_HTTP_CONNECTTIMEOUT": "1"}
STYLES: Final = "layer_styles"  # how QGIS draws the layers of a file: a table of its own in it
_HEADER_KINDS: Final = {1: "point", 8: "point", 3: "line", 5: "polygon", 31: "polygon", 0: "none"}


def _as_it_is(frame: Any) -> tuple[Any, tuple[ReportLine, ...]]:
    return frame, ()


@frozen
class MapFile:
    """How one kind of map file is read.

    Parameters
    ----------
    label : str
        What people call it.
    ending : str
        Under which GDAL knows it.
    drivers : tuple of str
        GDAL's readers that may take it; no other may.
    tidy : callable
        Frame -> frame without the bookkeeping of the format, and what to say of it.
    asks : bool
        Whether its author named the layers; where the format did, nobody has to be asked which one is meant.
    options : mapping
        What GDAL is told when it opens one: the zoom of map tiles.
    """

    label: str
    ending: str
    drivers: tuple[str, ...]
    tidy: Tidy = _as_it_is
    asks: bool = True
    options: Mapping[str, str] = field(factory=dict)


def read_map(path: Path, kind: MapFile, sublayer: str = "", prefer: Sequence[str] | None = None) -> RawSource:
    """One layer of a map file: the one asked for, or the one that fits the shapes wanted."""
    with copied([path, *_beside(path)]) as folder:
        copy = folder / path.name
        if copy.suffix.lower() != kind.ending:
            copy = copy.rename(folder / f"{path.name}{kind.ending}" if kind.ending == ".gdb" else folder / f"{path.stem or 'layer'}{kind.ending}")
        layers = [one for one in layers_of(copy, path, kind.drivers, kind.options) if not one.name.startswith("ecomap_") and one.name != STYLES]
        if len(layers) > 1:
            layers = [one for one in layers if one.rows != 0] or layers[:1]
        if not layers:
            raise no_layer(path.name)
        if all_together(prefer) and not sublayer:
            return stacked(path, kind.label, tuple(layers), lambda one: _layer_as_it_is(copy, path, kind, one))
        choice = choice_of(layers, sublayer, prefer, path)
        require_cells(choice.layer.rows or 0, choice.layer.columns, path.name)
        frame, crs = read_gdal(copy, path, choice.layer.name)
    if not len(frame):
        raise no_layer(path.name)
    frame, lines = kind.tidy(frame)
    names = tuple(one.name for one in layers)
    return RawSource(path, kind.label, frame, crs, names, choice.layer.name, len(frame), (*choice.notes, *lines),
                     layers=tuple(layers), doubts=choice.doubts if kind.asks else ())


def _layer_as_it_is(copy: Path, path: Path, kind: MapFile, layer: Sublayer) -> RawSource:
    """One of several layers that are read together."""
    frame, crs = read_gdal(copy, path, layer.name, kind.options)
    frame, lines = kind.tidy(frame)
    return RawSource(path, kind.label, frame, crs, (layer.name,), layer.name, len(frame), lines, layers=(layer,))


def _beside(path: Path) -> list[Path]:
    """The parts of a file that lie beside it, whatever the case of their endings."""
    wanted = PARTS_BESIDE.get(path.suffix.lower(), ())
    if not wanted or path.is_dir():
        return []
    return [part for part in path.parent.iterdir() if part.is_file() and part.name != path.name
            and ((part.stem == path.stem and part.suffix.lower() in wanted) or part.name.startswith(path.name + "-"))]


def read_shapefile(shape: Path) -> RawSource:
    """A shapefile, with the parts that lie beside it."""
    beside = [
        part for part in shape.parent.iterdir()
        if part.stem == shape.stem and part.suffix.lower() in (".shp", *SHAPEFILE_PARTS)
    ]
    endings = {part.suffix.lower() for part in beside}
    notes = []
    if ".dbf" not in endings:
        notes.append(ReportLine("caution", say("The .dbf file is absent: the shapes came without names and numbers.")))
    if ".shx" not in endings:
        notes.append(ReportLine("note", say("The .shx file is absent; it was worked out again from the shapes.")))
    if ".prj" not in endings:
        notes.append(ReportLine("note", say("The .prj file is absent: the file does not say where on Earth it lies.")))
    with copied(beside) as folder:
        copy = folder / shape.name
        if copy.suffix != ".shp":
            copy = copy.rename(copy.with_suffix(".shp"))
        frame, crs, lines = _with_system(copy, shape)
    found = shapefile_layer(shape)
    layer = Sublayer(shape.stem, found.geometry, len(frame), len(frame.columns) - 1)
    return RawSource(shape, "Shapefile", frame, crs, (shape.stem,), shape.stem, len(frame), (*notes, *lines), layers=(layer,))


def _with_system(copy: Path, shape: Path) -> tuple[Any, Any, list[ReportLine]]:
    """A shapefile whose .prj names no system on Earth is read as one without."""
    try:
        frame, crs = _read_gdal(copy, shape)
    except _NoSystemError:
        for part in copy.parent.iterdir():
            if part.suffix.lower() == ".prj":
                part.unlink()
        frame, crs = read_gdal(copy, shape)
        return frame, crs, [_NO_SYSTEM]
    if crs is not None and not (crs.is_geographic or crs.is_projected or crs.is_compound or crs.is_bound):
        frame = frame.set_crs(None, allow_override=True)
        return frame, None, [_NO_SYSTEM]
    return frame, crs, []


_NO_SYSTEM: Final = ReportLine("caution", say("The .prj file names no place on Earth: the file does not say where it lies."))


def shapefile_layer(shape: Path) -> Sublayer:
    """What the headers of a shapefile say, without reading it."""
    with shape.open("rb") as stream:
        head = stream.read(100)
    kind = _HEADER_KINDS.get(int.from_bytes(head[32:36], "little") % 10 if head[32:33] != b"\x1f" else 31, "")
    table = next((part for part in shape.parent.iterdir() if part.stem == shape.stem and part.suffix.lower() == ".dbf"), None)
    if table is None:
        return Sublayer(shape.stem, kind)
    with table.open("rb") as stream:
        head = stream.read(12)
    return Sublayer(shape.stem, kind, int.from_bytes(head[4:8], "little"), max((int.from_bytes(head[8:10], "little") - 33) // 32, 0))


class _NoSystemError(Exception):
    """The coordinate system of a file is none that can be read."""


def read_gdal(copy: Path, path: Path, layer: str | None = None, opening: Mapping[str, str] | None = None) -> tuple[Any, Any]:
    """A frame and its CRS out of a GDAL file; dates stay text, geometry that cannot be built becomes missing."""
    try:
        return _read_gdal(copy, path, layer, opening)
    except _NoSystemError as problem:
        raise _damaged(path, problem) from problem


def _read_gdal(copy: Path, path: Path, layer: str | None = None, opening: Mapping[str, str] | None = None) -> tuple[Any, Any]:
    import pyogrio  # heavy

    options: dict[str, Any] = {"layer": layer, "datetime_as_string": True, "on_invalid": "ignore", **(opening or {})}
    pyogrio.set_gdal_config_options(_QUIET)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                frame = pyogrio.read_dataframe(copy, **options)
            except UnicodeDecodeError:
                frame = pyogrio.read_dataframe(copy, encoding="cp1252", **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError,
            pyogrio.errors.GeometryError, pyogrio.errors.CRSError, ValueError, RuntimeError) as problem:
        if type(problem).__name__ == "CRSError":  # of pyogrio or of pyproj, whichever came upon it first
            raise _NoSystemError(str(problem)) from problem
        raise _damaged(path, problem) from problem
    except UnboundLocalError as problem:  # pyogrio over a coordinate system that is not even text
        raise _NoSystemError(str(problem)) from problem
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(_QUIET))
    frame = _with_distinct_names(frame)
    return _plain(frame), getattr(frame, "crs", None)


def layers_of(copy: Path, path: Path, drivers: Sequence[str] = (), opening: Mapping[str, str] | None = None) -> list[Sublayer]:
    """The layers of a file with the kind of shape, rows and columns of each.

    Raises
    ------
    InputError
        If it is damaged, or another reader than those allowed would take it.
    """
    import pyogrio  # heavy

    pyogrio.set_gdal_config_options(_QUIET)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = pyogrio.list_layers(copy)[:MANY_LAYERS]
            out = []
            for name, shape in found:
                told = pyogrio.read_info(copy, layer=name, force_feature_count=True, **(opening or {}))
                if drivers and told["driver"] not in drivers:
                    raise _damaged(path, told["driver"])
                kind = kind_of_shape(None if shape is None else str(shape)) or _looked_up(copy, str(name))
                out.append(Sublayer(str(name), kind, int(told["features"]), len(told["fields"])))
            return out
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, RuntimeError) as problem:
        raise _damaged(path, problem) from problem
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(_QUIET))


def _looked_up(copy: Path, layer: str) -> str:
    """The kind of most shapes of a layer that does not say it."""
    import pyogrio  # heavy

    frame = pyogrio.read_dataframe(copy, layer=layer, columns=[], max_features=LOOKED_INTO, on_invalid="ignore")
    if not hasattr(type(frame), "crs"):
        return "none"
    kinds = frame.geometry.geom_type.dropna().map(kind_of_shape)
    return str(kinds.mode().iloc[0]) if len(kinds) else "none"


def _damaged(path: Path, problem: object) -> InputError:
    return InputError(
        say("{file} cannot be read: its content is damaged or not of its kind.", file=named(path.name)), say("Download or export it again."),
        {"reason": str(problem)[:300]},
    )


def _with_distinct_names(frame: Any) -> Any:
    """Fields of one name are numbered."""
    if frame.columns.is_unique:
        return frame
    taken = set(map(str, frame.columns))
    names: list[str] = []
    for name, kind in zip(frame.columns, frame.dtypes):
        own, number = str(name), 1
        while (own in names or (number == 1 and own == "geometry" and str(kind) != "geometry")) or (number > 1 and own in taken):
            number += 1
            own = f"{name}_{number}"
        names.append(own)
    out = frame.copy(deep=False)
    out.columns = names
    return out


def _plain(frame: Any) -> Any:
    """Nested values (JSON objects and lists in a cell) become their JSON text."""
    nested = [
        column for column in frame.columns
        if column != "geometry" and frame[column].dtype == object
        and frame[column].map(lambda value: isinstance(value, dict | list)).any()
    ]
    texts = {
        column: [json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
                 for value in frame[column]]
        for column in nested
    }
    return frame.assign(**texts) if texts else frame
