"""Where the bulk of rows lies on Earth, the rows that stray far from it, and the system to measure the bulk in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.table.places.regions import Box, Region, region_at
from ecomap.model.errors import InputError
from ecomap.model.said import Said, say
from ecomap.model.units import format_number

EARTH_M: Final = 6_371_000.0
CELL_DEG: Final = 0.5         # rows are gathered in cells of this before they are grouped
REACH_M: Final = 200_000.0    # cells no further apart than this are of one group
FAR_M: Final = 150_000.0      # a stray is at least this far from the bulk ...
FAR_SPREADS: Final = 2.0      # ... and this many times as far as the bulk is wide
MOST_STRAYS: Final = 0.34     # of the rows; more than that are a part of the layer
LOOSE_SPREADS: Final = 5.0    # where no group holds half of the rows: this many times the median distance from the middle
SAME_STATE_M: Final = 400_000.0  # a row that its own data put in the state of the bulk may be this far
HIGHEST_LATITUDE: Final = 84.0   # UTM ends there


@frozen
class Bulk:
    """The rows that lie together.

    Parameters
    ----------
    rows, strays : array of bool
        Rows of the bulk; rows far from it.
    box : tuple
        West, south, east, north of the bulk in degrees.
    """

    rows: Any = field(repr=False, eq=False)
    strays: Any = field(repr=False, eq=False)
    box: Box
    typical: tuple[float, float] = (0.0, 0.0)  # longitude and latitude of the median row

    @property
    def middle(self) -> tuple[float, float]:
        return ((self.box[0] + self.box[2]) / 2 + 180) % 360 - 180, (self.box[1] + self.box[3]) / 2

    @property
    def width_m(self) -> float:
        """The diagonal of the box."""
        return float(distance_m(self.box[0], self.box[1], self.box[2], self.box[3]))

    @property
    def limit_m(self) -> float:
        return max(FAR_M, FAR_SPREADS * self.width_m)


def distance_m(lon: Any, lat: Any, other_lon: Any, other_lat: Any) -> Any:
    """Metres along the great circle between degrees."""
    import numpy as np

    one, two = np.radians(lat), np.radians(other_lat)
    part = np.sin((two - one) / 2) ** 2 + np.cos(one) * np.cos(two) * np.sin(np.radians(np.subtract(other_lon, lon)) / 2) ** 2
    return 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(part, 0, 1)))


def off_box_m(lon: Any, lat: Any, box: Box) -> Any:
    """Metres from degrees to the nearest point of a box, 0 inside."""
    import numpy as np

    west, south, east, north = box
    if east > 180:  # a box over the date line
        lon = np.mod(lon, 360)
    return distance_m(lon, lat, np.clip(lon, west, east), np.clip(lat, south, north))


def find_bulk(lon: Any, lat: Any, expected: Box | None = None, vouched: Any = None) -> Bulk | None:
    """The bulk of rows and the strays; None where no row has a place.

    A far row changes nothing about it: groups are found first, and the bulk is measured by its own rows only.

    Parameters
    ----------
    lon, lat : array of float
        Degrees; NaN where a row has no place.
    expected : tuple, optional
        The places of the project; the group near it is the bulk, however few it holds.
    vouched : array of bool, optional
        Rows whose own data say that they are in the state where they lie.
    """
    import numpy as np

    there = np.isfinite(lon) & np.isfinite(lat)
    if not there.any():
        return None
    group = _groups(lon[there], lat[there])
    sizes = np.bincount(group)
    main = _main_group(group, sizes, lon[there], lat[there], expected)
    rows = np.zeros(len(lon), dtype=bool)
    strays = np.zeros(len(lon), dtype=bool)
    if main is None:  # no group holds half of the rows: all are the bulk, save what is far from the middle of all
        loose = _loose(lon[there], lat[there])
        rows[there], strays[there] = ~loose, loose
        return _bulk(rows, strays, lon, lat)
    rows[there] = group == main
    found = _bulk(rows, strays, lon, lat)
    away = off_box_m(lon, lat, found.box)
    with np.errstate(invalid="ignore"):
        far = there & ~rows & (away > found.limit_m)
        if vouched is not None:
            far &= ~(vouched & ((away < SAME_STATE_M) | _scattered(found)))
    far &= ~_in_scattered(found, lon, lat)
    near_expected = expected is not None and bool((off_box_m(lon[rows], lat[rows], expected) <= FAR_M).any())
    if far.sum() > (0.5 if near_expected else MOST_STRAYS) * there.sum():
        far[:] = False
    rows = there & ~far
    return _bulk(rows, far, lon, lat)


def _bulk(rows: Any, strays: Any, lon: Any, lat: Any) -> Bulk:
    import numpy as np

    order = np.lexsort((lat[rows], lon[rows]))
    median = order[len(order) // 2]
    return Bulk(rows, strays, _box(lon[rows], lat[rows]), (float(lon[rows][median]), float(lat[rows][median])))


def _main_group(group: Any, sizes: Any, lon: Any, lat: Any, expected: Box | None) -> int | None:
    import numpy as np

    order = sorted(range(len(sizes)), key=lambda one: (-sizes[one], one))
    if expected is not None:
        reach = max(FAR_M, FAR_SPREADS * float(distance_m(*expected)))
        near = off_box_m(lon, lat, expected) <= reach
        for one in order:
            if (near & (group == one)).any():
                return one
    if len(order) == 1 or sizes[order[0]] > 0.5 * np.sum(sizes):
        return order[0]
    return None


def _loose(lon: Any, lat: Any) -> Any:
    """Rows many times as far from the middle of all as the median row."""
    import numpy as np

    if len(lon) < 4:
        return np.zeros(len(lon), dtype=bool)
    middle = np.median(_ball(lon, lat), axis=0)
    middle = middle / (np.linalg.norm(middle) or 1.0)
    away = EARTH_M * np.arccos(np.clip(_ball(lon, lat) @ middle, -1, 1))
    far = away > max(FAR_M, LOOSE_SPREADS * float(np.median(away)))
    return far if far.sum() <= MOST_STRAYS * len(lon) else np.zeros(len(lon), dtype=bool)


def _groups(lon: Any, lat: Any) -> Any:
    """Rows -> number of their group, numbered from the south-west: a file in another order has the same groups."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    cells, cell_of = distinct_pairs(np.floor(np.column_stack([lon, lat]) / CELL_DEG).astype(np.int64))[:2]
    middle = (cells + 0.5) * CELL_DEG
    pairs = cKDTree(_ball(middle[:, 0], middle[:, 1])).query_pairs(2 * np.sin(REACH_M / EARTH_M / 2), output_type="ndarray")
    graph = coo_matrix((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=(len(cells), len(cells)))
    return connected_components(graph, directed=False)[1][cell_of]


def distinct_pairs(pairs: Any) -> tuple[Any, Any, Any]:
    """Pairs of whole numbers without repeats and in order, the position of every one among them, and how often each occurs.

    >>> import numpy as np
    >>> [part.tolist() for part in distinct_pairs(np.array([[2, 1], [1, -5], [2, 1]]))]
    [[[1, -5], [2, 1]], [1, 0, 1], [1, 2]]
    """
    import numpy as np

    low, high = pairs.min(axis=0), pairs.max(axis=0)
    width = int(high[1]) - int(low[1]) + 1
    if (int(high[0]) - int(low[0]) + 1) * width >= 2**62:  # as one number each, which sorts many times as fast, they do not fit
        found, place, count = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
        return found, place.reshape(-1), count
    single, place, count = np.unique((pairs[:, 0] - low[0]) * width + (pairs[:, 1] - low[1]), return_inverse=True, return_counts=True)
    return np.column_stack([single // width + low[0], single % width + low[1]]), place, count


def _ball(lon: Any, lat: Any) -> Any:
    import numpy as np

    lon, lat = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _box(lon: Any, lat: Any) -> Box:
    import numpy as np

    if lon.max() - lon.min() > 180 and np.ptp(np.mod(lon, 360)) < 180:  # over the date line
        lon = np.mod(lon, 360)
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _home(found: Bulk) -> Region | None:
    return region_at(*found.middle)


def _scattered(found: Bulk) -> bool:
    home = _home(found)
    return home is not None and home.scattered


def _in_scattered(found: Bulk, lon: Any, lat: Any) -> Any:
    """Mask: rows in the same state of far islands as the bulk."""
    import numpy as np

    home = _home(found)
    return home.holds(lon, lat) if home is not None and home.scattered else np.zeros(len(lon), dtype=bool)


_BEARINGS: Final[tuple[Callable[[Said], Said], ...]] = (
    lambda distance: say("{distance} north of the other rows", distance=distance),
    lambda distance: say("{distance} north-east of the other rows", distance=distance),
    lambda distance: say("{distance} east of the other rows", distance=distance),
    lambda distance: say("{distance} south-east of the other rows", distance=distance),
    lambda distance: say("{distance} south of the other rows", distance=distance),
    lambda distance: say("{distance} south-west of the other rows", distance=distance),
    lambda distance: say("{distance} west of the other rows", distance=distance),
    lambda distance: say("{distance} north-west of the other rows", distance=distance),
)


def how_far(lon: float, lat: float, box: Box) -> Said:
    """How far and which way a place is from a box: "1,560 mi south of the other rows"."""
    import numpy as np

    away = float(off_box_m(np.array([lon]), np.array([lat]), box)[0])
    middle_lon, middle_lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    one, two, turn = np.radians(middle_lat), np.radians(lat), np.radians(lon - middle_lon)
    bearing = np.degrees(np.arctan2(np.sin(turn) * np.cos(two), np.cos(one) * np.sin(two) - np.sin(one) * np.cos(two) * np.cos(turn)))
    return _BEARINGS[int(((bearing + 360 + 22.5) % 360) // 45)](format_number(away, "m", 0))


def fitting_system(bulk: Bulk, preferred: str) -> str:
    """The projected system in metres to measure the bulk in: the preferred one if the bulk lies in its area of use, else UTM.

    Raises
    ------
    InputError
        If the bulk lies at a pole.
    """
    from pyproj import CRS

    lon, lat = bulk.middle
    use = CRS(preferred).area_of_use if preferred else None
    if preferred and (use is None or (use.west <= lon <= use.east and use.south <= lat <= use.north)):
        return preferred
    if not -80 <= lat <= HIGHEST_LATITUDE:
        raise InputError(
            say("The rows lie at a pole of the Earth, where EcoMap cannot measure distances."),
            say("Check which columns hold longitude and latitude, and correct the coordinates in the file."),
        )
    zone = min(60, int((lon + 180) // 6) + 1)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"

