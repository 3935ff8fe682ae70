"""A view of the map by name: a part of the ground, and which layers were switched on."""

from __future__ import annotations

import math

from attrs import frozen

Extent = tuple[float, float, float, float]

_FARTHEST = 1e8       # metres from the origin of any coordinate system in use
_LONGEST_NAME = 200
_MOST_LAYERS = 5_000


@frozen
class Bookmark:
    """A named view.

    Parameters
    ----------
    id, name : str
        The name is the planner's own words.
    extent : (float, float, float, float)
        Left, bottom, right, top in the project's coordinate system.
    layers : tuple of str
        Ids of the layers that were switched on; those that have gone since are passed over.
    """

    id: str
    name: str
    extent: Extent
    layers: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether it is a view of somewhere on the earth, with a name.

        >>> Bookmark("a", "North", (0.0, 0.0, 10.0, 10.0)).sound, Bookmark("a", "North", (0.0, 0.0, 0.0, 10.0)).sound
        (True, False)
        """
        left, bottom, right, top = self.extent
        near = all(math.isfinite(end) and abs(end) <= _FARTHEST for end in self.extent)
        return bool(near and left < right and bottom < top and self.id and self.name.strip() and len(self.name) <= _LONGEST_NAME
                    and len(self.layers) <= _MOST_LAYERS)
