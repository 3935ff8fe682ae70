"""GeoPackages and shapefiles (and GeoJSON dialects), read by GDAL from a copy."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecomap.io.reading.raw import RawSource, quoted
from ecomap.io.reading.staging import copied
from ecomap.model.errors import InputError
from ecomap.model.formats import SHAPEFILE_PARTS
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say
from ecomap.model.said import name as named


def read_geopackage(path: Path, sublayer: str = "") -> RawSource:
    """One layer of a GeoPackage, from a copy: a read must not leave a journal beside the source."""
    beside = [path.with_name(path.name + ending) for ending in ("-wal", "-journal")]
    with copied([path, *(part for part in beside if part.is_file())]) as folder:
        copy = folder / path.name
        layers = _layers(copy, path)
        names = [name for name in layers if not name.startswith("ecomap_")]
        if not names:
            raise InputError(say("{file} holds no layer.", file=named(path.name)), say("Choose another file."))
        chosen = choose(names, sublayer, path) if sublayer else max(names, key=lambda n: _weight(copy, n, layers[n]))
        frame, crs = read_gdal(copy, path, chosen)
    return RawSource(path, "GeoPackage", frame, crs, tuple(names), chosen, len(frame))


def read_shapefile(shapes: Sequence[Path], sublayer: str = "") -> RawSource:
    """One of several shapefiles, with the parts that lie beside it."""
    names = [shape.stem for shape in shapes]
    chosen = choose(names, sublayer, shapes[0].parent) if sublayer else max(
        names, key=lambda name: shapes[names.index(name)].stat().st_size
    )
    shape = shapes[names.index(chosen)]
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
        frame, crs = read_gdal(folder / shape.name, shape)
    return RawSource(shape, "Shapefile", frame, crs, tuple(names), chosen, len(frame), tuple(notes))


def read_gdal(copy: Path, path: Path, layer: str | None = None) -> tuple[Any, Any]:
    """A frame and its CRS out of a GDAL file; dates stay text, geometry that cannot be built becomes missing."""
    import pyogrio  # heavy

    options = {"layer": layer, "datetime_as_string": True, "on_invalid": "ignore"}
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                frame = pyogrio.read_dataframe(copy, **options)
            except UnicodeDecodeError:
                frame = pyogrio.read_dataframe(copy, encoding="cp1252", **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError,
            pyogrio.errors.GeometryError, ValueError, RuntimeError) as problem:
        raise InputError(
            say("{file} cannot be read: its content is damaged or not of its kind.", file=named(path.name)),
            say("Download or export it again."),
            {"reason": str(problem)[:300]},
        ) from problem
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})
    return _plain(frame), getattr(frame, "crs", None)


def choose(names: Sequence[str], sublayer: str, path: Path) -> str:
    """The named table, forgiving about case and blanks."""
    for name in names:
        if name.strip().lower() == sublayer.strip().lower():
            return name
    raise InputError(
        say("{file} has no table called '{table}'.", file=named(path.name), table=named(sublayer)), say("It has: {names}.", names=joined(map(quoted, names[:20]), ", "))
    )


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


def _layers(copy: Path, path: Path) -> dict[str, bool]:
    """Layer name -> whether it has geometry."""
    import pyogrio  # heavy

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return {str(name): kind is not None for name, kind in pyogrio.list_layers(copy)}
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as problem:
        raise InputError(say("{file} is a damaged database, or one without map layers.", file=named(path.name)), say("Export it again.")) from problem


def _weight(copy: Path, layer: str, spatial: bool) -> tuple[bool, int]:
    import pyogrio  # heavy

    return spatial, int(pyogrio.read_info(copy, layer=layer)["features"])
