"""Where the rows of a table are: longitude and latitude beside what they say, for programs that draw a map of a table."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecomap.model.layer import Column
from ecomap.model.said import say

LONGITUDE, LATITUDE = "longitude", "latitude"
_OURS: Final = "map_"  # before the name, where a table has a column called so already
_GEOGRAPHIC: Final = "EPSG:4326"
_DIGITS: Final = 6  # of a degree: a hand's breadth
_HELP: Final = say("In degrees (WGS 84). Of an area, a point inside it; of a line, a point on it.")


def with_coordinates(frame: Any) -> tuple[Any, tuple[Column, ...]]:
    """A table with the coordinates of its places, and the two columns that hold them; as it is and none, where it has no places.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        With a coordinate system; rows without a place get no coordinates.
    """
    name = getattr(frame, "_geometry_column_name", None)
    if name is None or name not in frame.columns or frame[name].crs is None or not len(frame):
        return frame, ()
    shapes = frame[name]
    there = (shapes.notna() & ~shapes.is_empty).to_numpy()
    if not there.any():
        return frame, ()
    points = shapes[there].representative_point().to_crs(_GEOGRAPHIC)
    taken = {str(column).casefold() for column in frame.columns}
    made = {}
    for column, numbers in ((LONGITUDE, points.x), (LATITUDE, points.y)):
        values = np.full(len(frame), np.nan)
        values[there] = np.round(numbers.to_numpy(), _DIGITS)
        made[_OURS + column if taken & {LONGITUDE, LATITUDE} else column] = values
    labels = (say("Longitude"), say("Latitude"))
    described = tuple(Column(column, label, "degrees", _HELP, digits=_DIGITS) for column, label in zip(made, labels))
    return frame.assign(**made), described
