"""The rows of a layer as they would be: one more, fewer, elsewhere, two schools as one. Frames are never changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import frozen

from ecomap.model import vocabulary as v

_COUNT: Final = "_count"  # a group's pupils; its share of all of them is `_share`
_SHARE: Final = "_share"


def position_of(frame: Any, row_id: str) -> int:
    """Where the row of an id stands; -1 where there is none."""
    found = np.flatnonzero(frame[v.ID].astype(str).to_numpy() == row_id)
    return int(found[0]) if len(found) else -1


@frozen
class Thing:
    """What makes two rows the same thing: the id of the row that others repeat, its kind, whose it is, and where it stands."""

    key: str
    kind: str
    whose: str
    place: bytes | None


def thing_of(frame: Any, position: int, kind_column: str, of_column: str) -> Thing:
    """The thing that a row speaks of; of another spelling of a row, what that row speaks of."""
    if v.SAME_AS in frame and (first := position_of(frame, str(_texts(frame, v.SAME_AS)[position]))) >= 0:
        position = first
    whose, places = _whose(frame, kind_column, of_column)
    return Thing(str(frame[v.ID].iloc[position]), str(_texts(frame, kind_column)[position]), whose[position], places[position])


def said_again(frame: Any, thing: Thing, kind_column: str, of_column: str, *, own: bool = True) -> np.ndarray:
    """Rows that say a thing, in the layer of its row (``own``) or another one of the role, whose ids are of other rows.

    Questions count such rows once (`ecomap.analysis.travel.supply`: the same kind of the same organisation at one place, an
    approach at one school wherever its entries stand), so what closes must close with all of them.
    """
    whose, places = _whose(frame, kind_column, of_column)
    found = np.array([one == thing.whose and where == thing.place and where is not None for one, where in zip(whose, places)], dtype=bool)
    found &= _texts(frame, kind_column) == thing.kind
    if own:
        found |= (frame[v.ID].astype(str).to_numpy() == thing.key) | (_texts(frame, v.SAME_AS) == thing.key)
    return found


def _whose(frame: Any, kind_column: str, of_column: str) -> tuple[list[str], list[bytes | None]]:
    """Whose every row is, and where it stands; an approach of a school stands at the school, whatever its own place."""
    of, places = _texts(frame, of_column), shapely.to_wkb(np.asarray(frame.geometry))
    by_school = kind_column == v.APPROACH
    whose = [str(one or called).casefold() for one, called in zip(of, _texts(frame, v.NAME))]
    return whose, [b"" if by_school and one else place for one, place in zip(of, places)]


def without(frame: Any, gone: np.ndarray) -> Any:
    """The frame without some rows; itself where none goes."""
    return frame[~gone].reset_index(drop=True) if gone.any() else frame


def with_place(frame: Any, which: np.ndarray, place: tuple[float, float]) -> Any:
    """The frame with some rows at another place."""
    shapes = np.array(frame.geometry, dtype=object, copy=True)
    shapes[which] = shapely.Point(place)
    return frame.set_geometry(_shapes(frame, shapes, frame.crs))


def _shapes(frame: Any, shapes: np.ndarray, crs: Any) -> Any:
    return gpd.GeoSeries(shapes, index=frame.index, crs=crs, name=frame.geometry.name)


def with_value(frame: Any, which: np.ndarray, column: str, value: Any) -> Any:
    """The frame with one value in a column of some rows; the column is added where there is none."""
    cells = frame[column].astype(object).to_numpy(copy=True) if column in frame else np.full(len(frame), None, dtype=object)
    cells[which] = value
    made = pd.Series(cells, index=frame.index, dtype=object)
    return frame.assign(**{column: pd.to_numeric(made, errors="coerce") if isinstance(value, float) else made})


def with_row(frame: Any, values: Mapping[str, Any], place: Any) -> Any:
    """The frame with one more row; what it says nothing of is missing, never zero."""
    more = frame.reset_index(drop=True).reindex(range(len(frame) + 1))
    shapes = np.array([*frame.geometry, place], dtype=object)
    for column, value in values.items():
        cells = more[column].astype(object).to_numpy(copy=True) if column in more else np.full(len(more), None, dtype=object)
        cells[-1] = value
        made = pd.Series(cells, index=more.index, dtype=object)
        more = more.assign(**{column: pd.to_numeric(made, errors="coerce") if isinstance(value, float) else made})
    return more.set_geometry(_shapes(more, shapes, frame.crs))


def merged(frame: Any, gone: int, stays: int) -> Any:
    """The schools with the pupils of one at another, and the one that closes taken out.

    Counts of pupils are added, and are missing where either is; a group's share is worked out anew from its count. Other shares
    (absence, graduation) are the mean over the pupils of both, missing where any of it is. Levels are those of both.
    """
    cells: dict[str, Any] = {}
    one, other = frame.iloc[gone], frame.iloc[stays]
    pupils = [_number(row.get(v.ENROLLMENT)) for row in (one, other)]
    for column in map(str, frame.columns):
        if column == v.ENROLLMENT or column.endswith(_COUNT) or column in v.ADA_COLUMNS.values():
            cells[column] = _number(one[column]) + _number(other[column])
    for column in map(str, frame.columns):
        if not column.endswith(_SHARE) and not _is_share(frame, column):
            continue
        counted = column.removesuffix(_SHARE) + _COUNT
        total = cells.get(v.ENROLLMENT, np.nan)
        if column.endswith(_SHARE) and counted in cells:
            cells[column] = cells[counted] / total if total > 0 else np.nan
        else:
            parts = [_number(one[column]) * pupils[0], _number(other[column]) * pupils[1]]
            cells[column] = sum(parts) / sum(pupils) if sum(pupils) > 0 else np.nan
    found = frame
    at = np.zeros(len(frame), dtype=bool)
    at[stays] = True
    for column, value in cells.items():
        found = with_value(found, at, column, float(value))
        reason = column + v.REASON_SUFFIX
        if reason in found:
            found = with_value(found, at, reason, "not_reported" if np.isnan(value) else "")
    levels = {level for row in (one, other) for level in str(row.get(v.LEVELS) or "").split("+")}
    if v.LEVELS in found:
        found = with_value(found, at, v.LEVELS, "+".join(level for level in v.SCHOOL_LEVELS if level in levels))
    leaves = np.zeros(len(frame), dtype=bool)
    leaves[gone] = True
    return without(found, leaves)


def _is_share(frame: Any, column: str) -> bool:
    """Whether a column is a share of a school's pupils beside those with a count: numbers from 0 to 1, with a reason beside them."""
    if column + v.REASON_SUFFIX not in frame or not pd.api.types.is_numeric_dtype(frame[column].dtype):
        return False
    found = frame[column].dropna()
    return bool(len(found)) and bool(found.between(0, 1).all())


def _number(value: Any) -> float:
    found = pd.to_numeric(value, errors="coerce")
    return float("nan") if pd.isna(found) else float(found)


def _texts(frame: Any, column: str) -> np.ndarray:
    if column not in frame:
        return np.full(len(frame), "", dtype=object)
    return np.array([str(one).strip() for one in frame[column].astype(object).where(frame[column].notna(), "")], dtype=object)
