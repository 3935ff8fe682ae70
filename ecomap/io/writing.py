"""Tables and layers as files for other programs: GeoPackage, GeoJSON and FlatGeobuf."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.io.carried.geopackage import put_into_geopackage
from ecomap.io.geopackage import LayerDress, dress
from ecomap.model.cell_text import storable
from ecomap.model.errors import InputError, ProjectError
from ecomap.model.files import replaced
from ecomap.model.formats import format_of
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.record import Carried
from ecomap.model.said import Said, say
from ecomap.model.said import name as named
from ecomap.model.vocabulary import REASON_SUFFIX

GEOJSON_CRS: Final = "EPSG:4326"
OUT_OF_REACH: Final = "out_of_reach"

_TAKEN: Final = {"fid": "ecomap_fid", "geom": "ecomap_geom"}  # GeoPackage's own columns, moved if a frame has them

Layers = Sequence[tuple[str, Any]]
_LONGEST_NAME: Final = 200


def write_geodata(
    frame: Any | Layers,
    path: Path | str,
    *,
    layer_name: str = "",
    columns: Sequence[str | Column] = (),
    crs: str | None = None,
    description: str = "",
    dresses: Sequence[LayerDress] = (),
    carried: Carried | None = None,
    progress: Progress | None = None,
) -> None:
    """Write rows as a ``.gpkg``, ``.geojson`` or ``.fgb`` file; the file is there whole or not at all.

    GeoJSON follows RFC 7946: longitude and latitude (EPSG:4326), rings counter-clockwise, no ``crs`` member.
    An infinite number (out of reach) has no word in JSON: it becomes null, with ``out_of_reach`` in the column's
    ``_reason``. In a GeoPackage it stays infinite.

    Parameters
    ----------
    frame : GeoDataFrame, DataFrame or sequence of (name, frame)
        One table, or several for a GeoPackage. A frame without geometry makes a table without geometry.
    path : Path
        An existing file is replaced.
    layer_name : str
        Name of the one layer; the file's name if not given.
    columns : sequence of str or Column
        Which columns, in which order; all of them if not given. Geometry always comes along.
    crs : str, optional
        The coordinate system to write a GeoPackage in; the frame's own if not given.
    description : str
        What is said of every table in the file itself.
    dresses : sequence of LayerDress
        Of a GeoPackage: what is said of each table, and how QGIS draws it.
    carried : Carried, optional
        The record of a GeoPackage, and the rows that its answers rest on.

    Raises
    ------
    InputError
        If the kind of file is not known, or it cannot hold what is asked of it.
    ProjectError
        If the disk is full or refuses.
    """
    path = Path(path)
    driver = format_of(path.suffix).driver
    if not driver:
        raise InputError(_no_such_kind(path.suffix),
                         say("Choose a name that ends in .gpkg or .geojson."), {"path": str(path)})
    layers = [(layer_name or path.stem, frame)] if isinstance(frame, pd.DataFrame) else list(frame)
    prepared = list(zip(_layer_names(name for name, _ in layers), [_prepared(table, columns, driver, crs) for _, table in layers], strict=True))
    if format_of(path.suffix).single:
        _check_single(prepared, format_of(path.suffix).label)
    try:
        with replaced(path) as temporary:
            for done, (name, table) in enumerate(prepared):
                if progress is not None:
                    progress.at(done / len(prepared), named(name))
                _write_layer(temporary, name, table, driver, description)
            if driver == "GPKG" and dresses:
                dress(temporary, list(zip((name for name, _ in prepared), dresses, strict=True)))
            if carried is not None and driver == "GPKG":
                put_into_geopackage(temporary, carried)
    except OSError as problem:
        raise ProjectError(
            say("{file} cannot be written ({reason}).", file=named(path.name), reason=named(problem.strerror or problem)),
            say("Check the folder and the room on the disk."), {"path": str(path)},
        ) from problem


def _layer_name(name: str) -> str:
    """A name that every program takes for a table: letters, digits, spaces and hyphens, and a letter or digit first.

    >>> _layer_name("King's parks"), _layer_name('\'"><b>'), _layer_name("elementary-areas")
    ('King_s parks', 'b_', 'elementary-areas')
    """
    return re.sub(r"[^\w\- ]+", "_", name).lstrip("-_ ")[:_LONGEST_NAME] or "table"


def _layer_names(names: Iterable[str]) -> list[str]:
    """A name for each, none of them twice."""
    made: list[str] = []
    for name in map(_layer_name, names):
        numbered = (f"{name}_{n}" for n in count(2))
        made.append(name if name.lower() not in map(str.lower, made) else next(one for one in numbered if one.lower() not in map(str.lower, made)))
    return made


def _no_such_kind(ending: str) -> Said:
    if not ending:
        return say("EcoMap does not write files without an ending here.")
    return say("EcoMap does not write {ending} files here.", ending=named(ending))


def _prepared(table: pd.DataFrame, columns: Sequence[str | Column], driver: str, crs: str | None) -> pd.DataFrame:
    geometry = _geometry_name(table)
    if columns:
        names = [column.name if isinstance(column, Column) else column for column in columns]
        absent = [name for name in names if name not in table.columns]
        if absent:
            raise InputError(say("The table has no column '{column}'.", column=named(absent[0])), say("Leave it out."), {"columns": absent})
        kept = [name for name in names if name != geometry]
        table = table[[*kept, geometry] if geometry else kept]
    target = GEOJSON_CRS if driver == "GeoJSON" else crs
    if geometry and target:
        if table.crs is None:
            raise InputError(say("The rows do not say which coordinate system they are in."), say("Set it first."))
        table = table.to_crs(target)
    return _with_storable_texts(_with_reasons(table) if driver == "GeoJSON" else table)


def _with_storable_texts(table: pd.DataFrame) -> pd.DataFrame:
    """The table with texts that the file can hold whole, in cells and headings."""
    geometry, changed = _geometry_name(table), {}
    for name in table.columns:
        if name == geometry or (table[name].dtype.kind not in "OT" and not pd.api.types.is_string_dtype(table[name].dtype)):
            continue
        column = table[name]
        texts = column.map(lambda value: storable(value) if isinstance(value, str) else value)
        if not all(new is old for new, old in zip(texts, column)):
            changed[name] = texts
    table = table.assign(**changed) if changed else table
    headings = {name: storable(str(name)) for name in table.columns if name != geometry and storable(str(name)) != name}
    return table.rename(columns=headings) if headings else table


def _with_reasons(table: pd.DataFrame) -> pd.DataFrame:
    """The table with infinite numbers taken out, and the reason written beside each."""
    infinite = {
        name: np.isinf(table[name].to_numpy("float64", na_value=np.nan))
        for name in table.columns
        if pd.api.types.is_float_dtype(table[name].dtype)
    }
    infinite = {name: rows for name, rows in infinite.items() if rows.any()}
    changed = table.copy()
    for name, rows in infinite.items():
        reason = str(name) + REASON_SUFFIX
        reasons = changed[reason].astype(object) if reason in changed.columns else pd.Series(None, changed.index, object)
        changed[reason] = reasons.mask(rows, OUT_OF_REACH)
        changed[name] = changed[name].mask(rows)
    return changed


def _check_single(layers: Layers, kind: Said) -> None:
    if len(layers) != 1:
        raise InputError(say("A {kind} file holds one layer, not {count}.", kind=kind, count=len(layers)), say("Choose a name that ends in .gpkg."))
    if not _geometry_name(layers[0][1]):
        raise InputError(say("This table has no shapes to put on a map."), say("Write it as .csv, .xlsx or .gpkg."))


def _geometry_name(table: pd.DataFrame) -> str:
    return str(getattr(table, "_geometry_column_name", None) or "")


def _write_layer(path: Path, name: str, table: pd.DataFrame, driver: str, description: str = "") -> None:
    import pyogrio  # heavy
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError

    options: dict[str, Any] = {}
    if driver == "GPKG":
        taken = {str(column).lower() for column in table.columns} - {_geometry_name(table)}
        options = {"FID": _TAKEN["fid"] if "fid" in taken else "fid"}
        if _geometry_name(table):
            options["GEOMETRY_NAME"] = _TAKEN["geom"] if "geom" in taken else "geom"
    elif driver == "GeoJSON":
        options = {"RFC7946": "YES", "WRITE_NAME": "NO"}
    if description:
        options["DESCRIPTION"] = description
    try:
        pyogrio.write_dataframe(table, path, layer=name, driver=driver, layer_options=options)
    except (DataLayerError, DataSourceError, FieldError, ValueError) as problem:
        raise InputError(
            say("The layer '{layer}' cannot be written ({reason}).", layer=named(name), reason=named(problem)), say("Rename or leave out the column it speaks of.")
        ) from problem
