"""Where high values lie together, and how sure that is: local Moran and Getis-Ord, with false alarms held down.

An area without a value takes no part: it is nobody's neighbour and is never called low.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis.ground.neighbours import Neighbours
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.progress import Progress, silent
from ecomap.model.said import say

HIGH_HIGH, LOW_LOW, HIGH_LOW, LOW_HIGH = "high among high", "low among low", "high among low", "low among high"
HOT, COLD = "high", "low"
NOT_CLEAR, NO_NEIGHBOURS, NO_DATA = "no clear pattern", "no neighbours", "no data"
_CELLS = 4_000_000


def local_moran(
    values: Any, neighbours: Neighbours, *, permutations: int = 999, seed: int = 0, level: float = 0.05,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Local indicators of spatial association (Anselin 1995, doi 10.1111/j.1538-4632.1995.tb00338.x).

    ``I_i = z_i × mean of the neighbours' z`` with z standardised by the population standard deviation. The p-value is
    that of conditional permutation: the area keeps its value, its neighbours' values are drawn again and again from all
    others, ``p = (as extreme or more + 1) / (permutations + 1)``, the smaller tail. Which areas are called is decided by
    `false_discovery` at `level`.

    Parameters
    ----------
    values : Series or sequence
        One per area; missing as NaN.
    permutations : int
        The smallest p-value possible is 1 / (permutations + 1).
    seed : int
        The same seed gives the same bytes.

    Returns
    -------
    DataFrame
        Index of `values`: local_i, lag (mean of the neighbours, in the unit of the values), p, q (p-value corrected for
        false discoveries), kind: "high among high", "low among low", "high among low", "low among high", "no clear
        pattern", "no neighbours", "no data".
    """
    number, index, known, near = _prepared(values, neighbours)
    z, count = _standard(number, known), near.count
    usable = known & (count > 0) & (np.nanstd(number) > 0 if known.any() else False)
    mean_z = np.divide(near.sums(np.where(known, z, 0.0)), count, out=np.full(len(z), np.nan), where=count > 0)
    local = z * mean_z
    p = _permuted(z, mean_z, known, usable, count, permutations, seed, progress or silent())
    q = false_discovery(p)
    clear = q <= level
    quadrant = np.where(z > 0, np.where(mean_z > 0, HIGH_HIGH, HIGH_LOW), np.where(mean_z > 0, LOW_HIGH, LOW_LOW))
    kind = np.select([~known, count == 0, clear], [NO_DATA, NO_NEIGHBOURS, quadrant], NOT_CLEAR)
    lag = np.divide(near.sums(np.where(known, number, 0.0)), count, out=np.full(len(z), np.nan), where=count > 0)
    return pd.DataFrame({"local_i": local, "lag": np.where(known, lag, np.nan), "p": p, "q": q, "kind": kind}, index=index)


def getis_ord(values: Any, neighbours: Neighbours, *, level: float = 0.05) -> pd.DataFrame:
    """Hot and cold spots: Getis and Ord's G_i* (1995, doi 10.1111/j.1538-4632.1995.tb00912.x), the area itself included.

    ``z = (Σ_j w_ij x_j - x̄ W) / (s sqrt((n W - W²) / (n - 1)))`` with W the number of the area and its neighbours and s
    the population standard deviation; p is two-sided from the normal distribution, which holds well where an area has
    several neighbours. Corrected by `false_discovery`.

    Returns
    -------
    DataFrame
        Index of `values`: z, p, q, kind: "high", "low", "no clear pattern", "no neighbours", "no data".
    """
    from scipy.special import ndtr  # heavy

    number, index, known, near = _prepared(values, neighbours)
    n = int(known.sum())
    count = near.count
    x = np.where(known, number, 0.0)
    mean = x.sum() / max(n, 1)
    spread = float(np.sqrt(np.where(known, (x - mean) ** 2, 0.0).sum() / max(n, 1)))
    size = count + 1.0
    scale = spread * np.sqrt(np.maximum(n * size - size**2, 0.0) / max(n - 1, 1))
    usable = known & (count > 0) & (scale > 0)
    z = np.divide(x + near.sums(x) - mean * size, scale, out=np.full(len(x), np.nan), where=usable)
    p = 2 * ndtr(-np.abs(z))
    q = false_discovery(p)
    kind = np.select([~known, count == 0, q <= level], [NO_DATA, NO_NEIGHBOURS, np.where(z > 0, HOT, COLD)], NOT_CLEAR)
    return pd.DataFrame({"z": z, "p": p, "q": q, "kind": kind}, index=index)


def false_discovery(p_values: Any) -> np.ndarray:
    """p-values corrected so that of all places called, at most the level are false alarms (Benjamini-Hochberg 1995).

    ``q_(i) = min over j >= i of p_(j) m / j``; missing stays missing and is not counted in m.

    >>> false_discovery([0.01, 0.04, 0.03, 0.5]).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    p = np.asarray(p_values, dtype=float)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    corrected = p[order] * len(order) / np.arange(1, len(order) + 1)
    result = np.full(len(p), np.nan)
    result[order] = np.minimum(np.minimum.accumulate(corrected[::-1])[::-1], 1.0)
    return result


def global_moran(values: Any, neighbours: Neighbours) -> float:
    """Moran's I of the whole map: +1 like lies by like, near 0 by chance, below 0 unlike by unlike; row-standardised."""
    number, _, known, near = _prepared(values, neighbours)
    z, count = _standard(number, known), near.count
    used = known & (count > 0)
    if not used.any() or not np.nanstd(number) > 0:
        return float("nan")
    mean_z = near.sums(np.where(known, z, 0.0))[used] / count[used]
    return float((z[used] * mean_z).sum() / used.sum() / (z[known] ** 2).mean())


def _prepared(values: Any, neighbours: Neighbours) -> tuple[np.ndarray, pd.Index, np.ndarray, Neighbours]:
    series = values if isinstance(values, pd.Series) else pd.Series(values, dtype=float)
    number = series.to_numpy(dtype=float, na_value=np.nan)
    if neighbours.size != len(number):
        raise InputError(say("There are {values} values and neighbours of {areas} areas.", values=len(number), areas=neighbours.size),
                         say("Give one value per area."))
    known = np.isfinite(number)
    return number, series.index, known, neighbours.among(known)


def _standard(number: np.ndarray, known: np.ndarray) -> np.ndarray:
    spread = number[known].std() if known.any() else 0.0
    mean = number[known].mean() if known.any() else 0.0
    return np.where(known, (number - mean) / spread if spread > 0 else 0.0, np.nan)


def _permuted(
    z: np.ndarray, mean_z: np.ndarray, known: np.ndarray, usable: np.ndarray, count: np.ndarray, permutations: int,
    seed: int, progress: Progress,
) -> np.ndarray:
    """p-values of conditional permutation; areas with equally many neighbours are drawn for together."""
    if permutations < 1:
        raise ParameterError(say("Permutations need at least one round."), say("Give 999 or more."))
    p = np.full(len(z), np.nan)
    everyone = np.flatnonzero(known)
    everyone = everyone[np.argsort(z[everyone], kind="stable")]  # so that the order of the rows decides nothing
    place = np.full(len(z), -1)
    place[everyone] = np.arange(len(everyone))
    pool = z[everyone]
    generator = np.random.default_rng(seed)
    sizes = np.unique(count[usable])
    for number, size in enumerate(sizes):
        progress.at(number / len(sizes), say("Comparing neighborhoods with chance"))
        rows = np.flatnonzero(usable & (count == size))
        if size >= len(everyone):
            continue
        drawn = _samples(len(everyone) - 1, int(size), permutations, generator)
        for start in range(0, len(rows), max(1, _CELLS // (permutations * int(size)))):
            progress.check()
            part = rows[start : start + max(1, _CELLS // (permutations * int(size)))]
            chosen = drawn[None] + (drawn[None] >= place[part][:, None, None])  # all others: the area itself is skipped
            simulated = pool[chosen].mean(axis=2)
            above = (simulated >= mean_z[part][:, None] - 1e-12).sum(axis=1)
            below = (simulated <= mean_z[part][:, None] + 1e-12).sum(axis=1)
            p[part] = (np.minimum(above, below) + 1) / (permutations + 1)
    return p


def _samples(pool: int, size: int, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Draws without replacement of `size` of `pool` positions, shape (draws, size)."""
    if size * 3 > pool:
        return np.argsort(generator.random((draws, pool)), axis=1)[:, :size]
    chosen = generator.integers(0, pool, (draws, size))
    while True:
        ordered = np.sort(chosen, axis=1)
        again = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
        if not len(again):
            return chosen
        chosen[again] = generator.integers(0, pool, (len(again), size))
