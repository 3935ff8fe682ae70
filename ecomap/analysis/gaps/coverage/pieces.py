"""The ground out of reach as separate pieces, and which share of every area lies in each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from ecomap.analysis.ground.overlay import dissolved, holding, pair_parts
from ecomap.model.progress import Progress


def gap_pieces(ground: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """The ground of some areas outside of all shapes, in pieces that hang together."""
    if not len(ground):
        return np.zeros(0, dtype=object)
    left = dissolved(ground)
    if len(shapes):
        left = shapely.difference(left, shapely.union_all(shapes))
    parts = shapely.get_parts(shapely.get_parts(np.array([left], dtype=object)))
    return np.asarray(parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)], dtype=object)


def shares_in(
    pieces: np.ndarray, ground: np.ndarray, out: np.ndarray, left: Callable[[np.ndarray], np.ndarray], progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which of some areas have some of their ground in which piece, and which share of the area that is.

    An area that meets one piece alone has there all that is out of its reach; only what others have is cut.

    Parameters
    ----------
    out : ndarray
        Which share of each area is out of reach.
    left : callable
        From rows of areas to their ground out of reach.

    Returns
    -------
    tuple of ndarray
        Rows of areas and of pieces, sorted by area, then piece, and shares of the areas.
    """
    size = shapely.area(ground)
    area, piece = holding(ground, pieces, progress)
    many = np.bincount(area, minlength=len(ground))
    told = many[area] == 1
    area, piece = area[told], piece[told]
    share = out[area]
    others = np.flatnonzero(many != 1)
    if len(others):
        sure = np.bincount(piece, share * size[area], len(pieces))
        source, target, part = pair_parts(left(others), pieces, sure=sure, progress=progress)
        area, piece, share = np.r_[area, others[source]], np.r_[piece, target], np.r_[share, part / size[others[source]]]
    order = np.lexsort((piece, area))
    return area[order], piece[order], share[order]
