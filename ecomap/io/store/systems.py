"""Whether a text of a file names a coordinate system in which distances can be measured, and whether two name the same."""

from __future__ import annotations

from functools import cache
from typing import Final

_LONGEST_CRS: Final = 20_000


@cache
def is_system(crs: str) -> bool:
    """Whether a text names a coordinate system in which distances can be measured.

    >>> is_system("EPSG:3310"), is_system("EPSG:4326"), is_system("EPSG:99999999")
    (True, False, False)
    """
    import pyproj  # heavy
    from pyproj.exceptions import CRSError

    if len(crs) > _LONGEST_CRS:
        return False
    try:
        return bool(pyproj.CRS.from_user_input(crs).is_projected)
    except (CRSError, ValueError, TypeError):
        return False


@cache
def same_system(one: str, other: str) -> bool:
    """Whether two names of coordinate systems mean the same one."""
    import pyproj  # heavy

    return one == other or bool(pyproj.CRS.from_user_input(one) == pyproj.CRS.from_user_input(other))
