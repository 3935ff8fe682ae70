"""Names that stand at places: of the ground one by one, of schools as columns, since there may be a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
from attrs import field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.short_names import short_name
from ecomap.render.canvas.marks import points_of
from ecomap.render.style.ground import SCHOOL_NAME, SCHOOL_NAMES_FROM

Box = tuple[float, float, float, float]

LONGEST = 80                   # letters of a name on a map
_SCHOOL_TIER = 4.0


@frozen(eq=False)
class Spot:
    """A name that stands at a place: its middle and how far it may be moved within what it names, in metres."""

    text: str
    kind: str
    tier: float
    from_px_per_m: float
    x: float
    y: float
    radius_m: float
    beside_px: float = 0.0    # of the symbol it stands beside
    quiet: bool = False       # outside what the map is about


class Spots(tuple[Spot, ...]):
    """Names of the ground, each written from a scale of its own."""

    __slots__ = ()

    def within(self, px_per_m: float, region: Box | None) -> Iterator[Spot]:
        """Those that are written at a scale in a part of the map (left, bottom, right, top), or everywhere."""
        return (spot for spot in self if px_per_m >= spot.from_px_per_m and (region is None or _inside(region, spot.x, spot.y)))


def _inside(region: Box, x: float, y: float) -> bool:
    return region[0] <= x <= region[2] and region[1] <= y <= region[3]


@frozen(eq=False)
class Schools(Sequence[Spot]):
    """The names of schools beside their symbols, those with most pupils first.

    They are put in order when they are first asked for: from afar none is written. Each is a `Spot` only while it is looked at.
    """

    names: np.ndarray = field(repr=False)
    pupils: np.ndarray = field(repr=False)
    x: np.ndarray = field(repr=False)
    y: np.ndarray = field(repr=False)
    size_px: float

    @cached_property
    def _text(self) -> np.ndarray:
        return written(self.names)

    @cached_property
    def _rows(self) -> np.ndarray:
        order = _most_pupils_first(self.pupils, self._text)
        return order[(self._text[order] != "") & np.isfinite(self.x[order])]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Spot: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Spot]: ...
    def __getitem__(self, place: int | slice) -> Spot | Sequence[Spot]:
        if isinstance(place, slice):
            return [self._spot(row) for row in self._rows[place]]
        return self._spot(self._rows[place])

    def within(self, px_per_m: float, region: Box | None) -> Iterator[Spot]:
        """Those that are written at a scale in a part of the map (left, bottom, right, top), or everywhere."""
        if px_per_m < SCHOOL_NAMES_FROM:
            return
        rows = self._rows
        if region is not None:
            x, y = self.x[rows], self.y[rows]
            rows = rows[(region[0] <= x) & (x <= region[2]) & (region[1] <= y) & (y <= region[3])]
        yield from map(self._spot, rows)

    def _spot(self, row: Any) -> Spot:
        return Spot(self._text[row], SCHOOL_NAME, _SCHOOL_TIER, SCHOOL_NAMES_FROM, float(self.x[row]), float(self.y[row]), 0.0, self.size_px / 2)


def schools_of(frame: Any, size_px: float) -> Schools:
    """The names of a frame of schools; nothing of the frame itself is held."""
    points = points_of(frame)
    return Schools(_cells(frame, v.NAME), _pupils(frame), points.x, points.y, size_px)


def schools_in_order(frame: Any) -> np.ndarray:
    """The rows of schools, those with most pupils first."""
    return _most_pupils_first(_pupils(frame), named_in(frame, v.NAME))


def named_in(frame: Any, column: str) -> np.ndarray:
    """The names of a column as a map writes them: a long one by its beginning and its end, "" where there is none."""
    return written(_cells(frame, column))


def written(names: np.ndarray) -> np.ndarray:
    """Names as a map writes them."""
    import pandas as pd  # heavy

    given = pd.Series(names, dtype="string")
    found = np.asarray(given.fillna("").str.strip().to_numpy(dtype=object))
    for row in np.flatnonzero(given.str.len().fillna(0).to_numpy(dtype=float) > LONGEST):
        found[row] = short_name(found[row], LONGEST)
    return found


def _cells(frame: Any, column: str) -> np.ndarray:
    return np.asarray(frame[column].to_numpy(dtype=object)) if column in frame.columns else np.full(len(frame), "", object)


def _pupils(frame: Any) -> np.ndarray:
    return np.asarray(frame[v.ENROLLMENT].to_numpy(dtype=float, na_value=np.nan)) if v.ENROLLMENT in frame.columns else np.zeros(len(frame))


def _most_pupils_first(pupils: np.ndarray, text: np.ndarray) -> np.ndarray:
    return np.lexsort((text.astype(str), -np.nan_to_num(pupils)))
