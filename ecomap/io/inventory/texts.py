"""Rows as plain texts, one form for each value: what templates hold, and what rows are compared by.

Missing is the empty text; a number that is missing for a told reason is the publisher's mark for it ("*"). Points are
longitude and latitude with seven decimals, of a place on a grid of 0.1 m, so that there and back is the same place.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

from ecomap.io.table.numbers import WRITTEN_AS
from ecomap.model.inventory import LATITUDE, LONGITUDE, Field, TableSpec
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.terms import Terms
from ecomap.model.vocabulary import GEOMETRY, NAME, REASON_SUFFIX, SCHOOL_ID

Texts = dict[str, list[str]]  # field -> one text per row

GRID_DECIMALS = 1       # of a metre
DEGREE_DECIMALS = 7


def texts_of_frame(spec: TableSpec, frame: Any, crs: str) -> Texts:
    """The rows of a project's table as texts, every field of the table present.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        As a project holds it, points in `crs`.
    """
    texts = {field.name: _column_texts(field, frame) for field in spec.stored}
    if spec.geometry != NO_GEOMETRY:
        texts[LONGITUDE], texts[LATITUDE] = _degrees(frame, crs)
    return {name: texts[name] for name in spec.names}


def _column_texts(field: Field, frame: Any) -> list[str]:
    if field.name not in frame.columns:
        return [""] * len(frame)
    values = frame[field.name].tolist()
    if field.kind == "flag":
        return ["yes" if value is True or value == "yes" else "" for value in values]
    if not field.is_number:
        return ["" if value is None or value != value else str(value) for value in values]
    reasons = frame[field.name + REASON_SUFFIX].tolist() if field.name + REASON_SUFFIX in frame.columns else None
    texts = [number_text(value) for value in values]
    if reasons is None:
        return texts
    return [text or WRITTEN_AS.get(str(reason), "") for text, reason in zip(texts, reasons)]


def number_text(value: Any) -> str:
    """A number in its shortest whole form, "" if there is none.

    >>> number_text(30.0), number_text(0.5), number_text(float("nan"))
    ('30', '0.5', '')
    """
    if value is None or value != value or math.isinf(value):
        return ""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _degrees(frame: Any, crs: str) -> tuple[list[str], list[str]]:
    import numpy as np
    import shapely  # heavy

    geometry = frame.geometry.to_numpy() if GEOMETRY in frame.columns else np.full(len(frame), None)
    points = shapely.centroid(np.where(shapely.is_empty(geometry), np.array(None), geometry))  # GEOS has no x of a point that is nowhere
    return degree_texts(shapely.get_x(points), shapely.get_y(points), crs)


def degree_texts(x: Any, y: Any, crs: str) -> tuple[list[str], list[str]]:
    """Longitudes and latitudes of points in a projected system; NaN gives ""."""
    import numpy as np
    from pyproj import Transformer  # heavy

    x, y = np.round(np.asarray(x, dtype=float), GRID_DECIMALS), np.round(np.asarray(y, dtype=float), GRID_DECIMALS)
    known = np.isfinite(x) & np.isfinite(y)
    longitude, latitude = np.full(len(x), np.nan), np.full(len(x), np.nan)
    if known.any():
        back = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        longitude[known], latitude[known] = back.transform(x[known], y[known])
    return _degree_text(longitude), _degree_text(latitude)


def _degree_text(values: Any) -> list[str]:
    return ["" if math.isnan(value) else f"{value:.{DEGREE_DECIMALS}f}" for value in values.tolist()]


def grid_points(longitude: Sequence[str], latitude: Sequence[str], crs: str) -> tuple[Any, Any]:
    """x and y on the grid, in a projected system; NaN where there is no place on this system's ground."""
    import numpy as np
    from pyproj import Transformer  # heavy

    lon = np.array([float(text) if text else np.nan for text in longitude], dtype=float)
    lat = np.array([float(text) if text else np.nan for text in latitude], dtype=float)
    x, y = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    known = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    if known.any():
        x[known], y[known] = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon[known], lat[known])
    lost = ~(np.isfinite(x) & np.isfinite(y))
    x[lost] = y[lost] = np.nan
    return np.round(x, GRID_DECIMALS), np.round(y, GRID_DECIMALS)


def frame_of_texts(
    spec: TableSpec, texts: Mapping[str, Sequence[str]], crs: str, terms: Terms, schools: Mapping[str, str] | None = None
) -> Any:
    """The rows of a project's table out of settled texts.

    Parameters
    ----------
    schools : mapping, optional
        Code of a school -> its name, for rows that are called after their school.

    Returns
    -------
    DataFrame or GeoDataFrame
        ``id``, ``name`` and the table's columns; text as text, numbers as floats with a ``_reason`` column where a
        reason is told, flags as booleans.
    """
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy
    import shapely

    data: dict[str, Any] = {}
    for field in spec.stored:
        column = list(texts[field.name])
        if field.kind == "flag":
            data[field.name] = pd.Series([text == "yes" for text in column], dtype=bool)
        elif field.is_number:
            data.update(_number_columns(field, column))
        else:
            data[field.name] = pd.Series(column, dtype="str")
    if NAME not in data:
        data[NAME] = pd.Series(row_names(spec, texts, terms, schools or {}), dtype="str")
    frame = pd.DataFrame(data)
    if spec.geometry == NO_GEOMETRY:
        return frame
    x, y = grid_points(texts[LONGITUDE], texts[LATITUDE], crs)
    points = shapely.points(x, y)
    points[pd.isna(x)] = None
    return gpd.GeoDataFrame(frame, geometry=points, crs=crs)


def _number_columns(field: Field, column: Sequence[str]) -> dict[str, Any]:
    import pandas as pd  # heavy

    marks = {mark: reason for reason, mark in WRITTEN_AS.items()}
    reasons = [marks.get(text, "") for text in column]
    values = [float("nan") if not text or reason else float(text) for text, reason in zip(column, reasons)]
    made = {field.name: pd.Series(values, dtype="float64")}
    if any(reasons):
        made[field.name + REASON_SUFFIX] = pd.Series(reasons, dtype="str")
    return made


def row_names(
    spec: TableSpec, texts: Mapping[str, Sequence[str]], terms: Terms, schools: Mapping[str, str] | None = None
) -> list[str]:
    """What a row is called where it has no name of its own: its telling columns, with the words for their codes."""
    parts = []
    for name in spec.named:
        field = spec.field(name)
        known = schools or {} if field.refers == "school" else {}
        words = {text: terms.label(field.vocabulary, text) if field.vocabulary else known.get(text, text) for text in set(texts[name])}
        parts.append([words[text] for text in texts[name]])
    joint = " at " if SCHOOL_ID in spec.named else ", "
    return [joint.join(word for word in row if word) or "(no name)" for row in zip(*parts)]


def cell_mark(text: str) -> str:
    """A short mark of a cell's text, to tell later whether it was changed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8] if text else "-"


def row_marks(texts: Mapping[str, Sequence[str]], names: Sequence[str]) -> list[list[str]]:
    """The marks of each row's cells, in the order of `names`."""
    made = {text: cell_mark(text) for name in names for text in set(texts[name])}
    return [[made[text] for text in row] for row in zip(*(texts[name] for name in names))]


