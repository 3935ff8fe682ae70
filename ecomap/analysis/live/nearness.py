"""How much of every area lies beyond a distance from the nearest sites, for any distance at once."""

from __future__ import annotations

import numpy as np
from attrs import field, frozen

from ecomap.analysis.live.spread import Spread


def inside(reach_m: float, distance_m: np.ndarray, half_m: np.ndarray) -> np.ndarray:
    """The part of a piece of ground that lies within reach, where its middle is so far away, 0-1.

    A piece that the edge of a circle runs through is partly in reach: nothing at its far side, all at its near side.

    >>> inside(100.0, np.array([0.0, 80.0, 100.0, 140.0]), np.full(4, 40.0)).tolist()
    [1.0, 0.75, 0.5, 0.0]
    """
    share = np.asarray(reach_m - distance_m)
    share /= 2 * half_m
    share += 0.5
    return np.asarray(np.clip(share, 0.0, 1.0, out=share))


@frozen
class Beyond:
    """Pieces of ground by their distance from something, nearest first.

    Parameters
    ----------
    distance_m : ndarray, rising
        Metres in a straight line; -inf inside a zone, inf where there is nothing.
    area, share, half_m : ndarray
        As in `ecomap.analysis.live.spread.Spread`, in the order of the distance.
    areas : int
    """

    distance_m: np.ndarray = field(eq=False, repr=False)
    area: np.ndarray = field(eq=False, repr=False)
    share: np.ndarray = field(eq=False, repr=False)
    half_m: np.ndarray = field(eq=False, repr=False)
    areas: int

    @classmethod
    def of(cls, ground: Spread, distance_m: np.ndarray) -> Beyond:
        """The pieces put in order once."""
        order = np.argsort(distance_m, kind="stable")
        return cls(distance_m[order], ground.area[order], ground.share[order], ground.half_m[order], ground.areas)

    def share_of(self, reach_m: float) -> np.ndarray:
        """The share of every area that lies further away than this, 0-1; 0 for an area without ground.

        Parameters
        ----------
        reach_m : float
            Metres in a straight line: the way divided by the detour.
        """
        widest = float(self.half_m.max(initial=0.0))
        first = int(np.searchsorted(self.distance_m, reach_m - widest))
        last = int(np.searchsorted(self.distance_m, reach_m + widest, side="right"))
        out = self.share[first:].copy()
        edge = slice(first, last)
        out[: last - first] *= 1.0 - inside(reach_m, self.distance_m[edge], self.half_m[edge])
        return np.minimum(np.bincount(self.area[first:], out, self.areas), 1.0)


def two_nearest(xy: np.ndarray, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Metres in a straight line from every point to the nearest and the second nearest site; infinite where there is none.

    Parameters
    ----------
    xy, sites : ndarray, shape (n, 2)
        Metres; several sites may stand at one place.

    >>> [one.tolist() for one in two_nearest(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 6.0]]))]
    [[5.0], [6.0]]
    """
    if not len(sites):
        return np.full(len(xy), np.inf), np.full(len(xy), np.inf)
    from scipy.spatial import cKDTree  # heavy

    away, _ = cKDTree(sites).query(xy, k=2)
    return away[:, 0], away[:, 1]


def nearest_site(xy: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """Metres in a straight line from every point to the nearest site; infinite where there is none."""
    if not len(sites):
        return np.full(len(xy), np.inf)
    from scipy.spatial import cKDTree  # heavy

    return np.asarray(cKDTree(sites).query(xy)[0])
