"""A note pinned on a place of the map: what somebody wrote there, who, when, and whether it is settled."""

from __future__ import annotations

import math
from typing import Final

from attrs import frozen

from ecomap.model.dates import first_day

LONGEST_TEXT: Final = 5_000
LONGEST_AUTHOR: Final = 200
_FARTHEST = 1e8  # metres from the origin of any coordinate system in use


@frozen
class PlaceNote:
    """What a planner wrote about a place. Notes may be private: they leave in a page only when that is asked for.

    Parameters
    ----------
    text : str
        In the planner's own words; never read as anything but text.
    x, y : float
        Where the pin stands, in the project's coordinate system.
    author : str
        "" where nobody was named.
    day : str
        The day it was written, in ISO form.
    settled : bool
        Whether what it asks or says is dealt with.
    """

    id: str
    text: str
    x: float
    y: float
    author: str = ""
    day: str = ""
    settled: bool = False

    @property
    def sound(self) -> bool:
        """Whether it says something and stands somewhere on the earth.

        >>> PlaceNote("a", "Ask the school", 1.0, 2.0).sound, PlaceNote("a", " ", 1.0, 2.0).sound, PlaceNote("a", "x", float("nan"), 2.0).sound
        (True, False, False)
        """
        near = all(math.isfinite(end) and abs(end) <= _FARTHEST for end in (self.x, self.y))
        return bool(near and self.id and self.text.strip() and len(self.text) <= LONGEST_TEXT and len(self.author) <= LONGEST_AUTHOR
                    and (not self.day or first_day(self.day) is not None))
