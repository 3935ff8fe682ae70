"""Parquet and GeoParquet, where the library that reads them is installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ecomap.io.reading.limits import require_cells
from ecomap.io.reading.raw import RawSource
from ecomap.model.errors import InputError
from ecomap.model.said import name as named
from ecomap.model.said import say


def read_parquet(path: Path) -> RawSource:
    """The rows of a Parquet file, with their shapes where it is GeoParquet.

    Raises
    ------
    InputError
        If pyarrow is not installed, or the file is damaged.
    """
    try:
        import pyarrow as pa  # heavy
        from pyarrow import parquet
    except ImportError as problem:
        raise InputError(
            say("{file} is a Parquet file, and the library that reads it (pyarrow) is not installed.", file=named(path.name)),
            say("Install EcoMap with its extra 'parquet', or ask for GeoPackage or CSV instead."),
        ) from problem
    from shapely.errors import ShapelyError

    try:
        with parquet.ParquetFile(path) as opened:
            require_cells(opened.metadata.num_rows, opened.metadata.num_columns, path.name)
            placed = b"geo" in (opened.metadata.metadata or {})
        frame, crs = _located(path) if placed else (_table(path), None)
    except (pa.ArrowException, ShapelyError, OSError, ValueError, KeyError, TypeError, NotImplementedError) as problem:
        raise InputError(
            say("{file} cannot be read: its content is damaged or not of its kind.", file=named(path.name)),
            say("Download or export it again."), {"reason": str(problem)[:300]},
        ) from problem
    return RawSource(path, "GeoParquet" if placed else "Parquet", frame, crs, (), "", len(frame))


def _located(path: Path) -> tuple[Any, Any]:
    import geopandas as gpd  # heavy

    frame = gpd.read_parquet(path)
    if frame.geometry.name != "geometry":
        frame = frame.drop(columns=[name for name in ("geometry",) if name in frame.columns]).rename_geometry("geometry")
    others = [name for name in frame.columns if name != "geometry" and isinstance(frame[name].dtype, gpd.array.GeometryDtype)]
    frame = frame.drop(columns=others).reset_index(drop=True)
    texts = _texts(frame.drop(columns="geometry"))
    return gpd.GeoDataFrame(texts, geometry=frame.geometry.to_numpy(), crs=frame.crs), frame.crs


def _table(path: Path) -> Any:
    import pandas as pd  # heavy

    return _texts(pd.read_parquet(path)).reset_index(drop=True)


def _texts(frame: Any) -> Any:
    """Cells as the other readers give them: texts and numbers; days and nested values as text."""
    import pandas as pd  # heavy

    out = {}
    for name in frame.columns:
        cells = frame[name]
        if pd.api.types.is_bool_dtype(cells) or pd.api.types.is_numeric_dtype(cells):
            out[str(name)] = cells
        else:
            out[str(name)] = pd.Series([_text(cell) for cell in cells.astype(object)], index=frame.index, dtype=object)
    return pd.DataFrame(out, index=frame.index)


def _text(cell: Any) -> Any:
    if cell is None or isinstance(cell, str | bytes):
        return cell
    if isinstance(cell, dict | list) or hasattr(cell, "tolist"):
        return json.dumps(cell.tolist() if hasattr(cell, "tolist") else cell, ensure_ascii=False, default=str)
    text = str(cell)
    return None if text in ("NaT", "<NA>", "nan") else text.removesuffix(" 00:00:00")
