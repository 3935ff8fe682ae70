"""Made-up coverages with shared, crooked edges: Voronoi cells whose every border is a fractal line."""

from __future__ import annotations

from pathlib import Path

import numpy as np

SIDE_M = 60_000.0


def coverage(count: int, vertices: int = 150, *, seed: int = 0, cache_dir: Path | None = None) -> np.ndarray:
    """Polygons of a square of 60 km, ``vertices`` each on average, as an array of shapely polygons.

    Same arguments, same polygons. With ``cache_dir`` they are kept there as WKB.
    """
    import shapely

    kept = cache_dir / f"coverage-{count}-{vertices}-{seed}.npz" if cache_dir else None
    if kept and kept.is_file():
        with np.load(kept) as arrays:
            return shapely.from_ragged_array(
                shapely.GeometryType.POLYGON, arrays["xy"], (arrays["rings"], arrays["polygons"])
            )
    polygons = _build(count, vertices, seed)
    if kept:
        _, xy, (rings, parts) = shapely.to_ragged_array(polygons)
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, xy=xy, rings=rings, polygons=parts)
    return polygons


def _build(count: int, vertices: int, seed: int) -> np.ndarray:
    import shapely
    from scipy.spatial import Voronoi

    rng = np.random.default_rng(seed)
    points = rng.random((count, 2))
    mirrored = [points, points * [-1, 1], points * [1, -1], points * [-1, 1] + [2, 0], points * [1, -1] + [0, 2]]
    cells = Voronoi(np.vstack(mirrored))
    inner = (cells.ridge_points < count).any(axis=1)
    pair = cells.ridge_points[inner]
    ends = cells.vertices[np.array(cells.ridge_vertices)[inner]]
    lines = _crooked(ends, max(vertices // 6, 2), rng, straight=(pair >= count).any(axis=1))
    owner = np.concatenate([pair[:, 0], pair[:, 1]])
    ridge = np.concatenate([np.arange(len(pair))] * 2)
    ridge, owner = ridge[owner < count], owner[owner < count]
    away = ends[ridge].mean(axis=1) - points[owner]
    order = np.lexsort((np.arctan2(away[:, 1], away[:, 0]), owner))
    ridge, owner = ridge[order], owner[order]
    first, second = ends[ridge, 0] - points[owner], ends[ridge, 1] - points[owner]
    backwards = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0] < 0
    pieces = lines[ridge]
    pieces[backwards] = pieces[backwards][:, ::-1]
    step = pieces.shape[1] - 1
    corner = pieces[:, :-1].reshape(-1, 2)
    ring = np.repeat(owner, step)
    start = np.searchsorted(ring, np.arange(count))
    where = np.insert(np.arange(len(corner)), np.append(start[1:], len(corner)), start)
    closed = corner[where] * SIDE_M
    return shapely.polygons(shapely.linearrings(closed, indices=np.repeat(np.arange(count), np.diff(np.append(start, len(corner))) + 1)))


def _crooked(ends: np.ndarray, pieces: int, rng: np.random.Generator, *, straight: np.ndarray) -> np.ndarray:
    """Lines between ends, bent by midpoint displacement and thinned to ``pieces`` steps."""
    levels = int(np.ceil(np.log2(pieces)))
    bend = np.zeros((len(ends), 2**levels + 1))
    for level in range(levels):
        gap = 2 ** (levels - level)
        size = 0.09 * 0.55**level * (~straight)[:, None]
        middle = (bend[:, 0:-1:gap] + bend[:, gap::gap]) / 2
        bend[:, gap // 2 :: gap] = middle + size * rng.normal(size=middle.shape).clip(-2, 2)
    take = np.linspace(0, bend.shape[1] - 1, pieces + 1).round().astype(int)
    share, bend = take / (bend.shape[1] - 1), bend[:, take]
    along = ends[:, 1] - ends[:, 0]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    return ends[:, None, 0] + share[None, :, None] * along[:, None] + bend[:, :, None] * across[:, None]
