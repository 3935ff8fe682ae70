"""Estimates of many areas in a form that adds up, so that an estimate of any of them together, and its margin, is a sum away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from ecomap.analysis.statistics.error import Z_90

COUNT, PROPORTION, RATIO, WEIGHTED = "count", "proportion", "ratio", "weighted"
_KNOWN, _UNSURE, _WIDTH, _ZEROS = 6, 7, 8, 2  # places in the sums: rows with a figure, rows of them without a margin
_ROUNDING: Final = 1e-9


@frozen
class Parts:
    """What each area adds to the estimates of a region.

    Parameters
    ----------
    sums : ndarray, shape (areas, estimates, 8)
        What is added: counts and squared margins (see `of_counts`), the number of areas with a figure and of those without a margin.
    zeros : ndarray, shape (areas, estimates, 2)
        Squared margins of estimates that are zero, of which only the largest counts, once.
    kinds : tuple of str
        COUNT, PROPORTION (a part of a whole), RATIO (no part of it) or WEIGHTED (a mean by people) of every estimate.
    """

    sums: np.ndarray = field(eq=False, repr=False)
    zeros: np.ndarray = field(eq=False, repr=False)
    kinds: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.sums)

    def together(self, label: np.ndarray, regions: int) -> Parts:
        """The same for regions: ``label`` is the region of every area."""
        sums = np.zeros((regions, *self.sums.shape[1:]))
        zeros = np.zeros((regions, *self.zeros.shape[1:]))
        np.add.at(sums, label, self.sums)
        np.maximum.at(zeros, label, self.zeros)
        return Parts(sums, zeros, self.kinds)


def of_counts(count: Any, moe: Any) -> Parts:
    """A count with its 90 % margin; a missing margin makes that of every region with the area unknown."""
    value, margin = _floats(count), _floats(moe)
    sums, zeros = _blank(len(value))
    known = np.isfinite(value)
    _add(sums, zeros, known, 0, 0, value, margin)
    _counted(sums, known, margin)
    return Parts(sums, zeros, (COUNT,))


def of_rates(top: Any, top_moe: Any, whole: Any, whole_moe: Any, *, part_of_it: bool = True) -> Parts:
    """A rate by its two counts, with the margins of both."""
    x, x_moe, y, y_moe = map(_floats, (top, top_moe, whole, whole_moe))
    sums, zeros = _blank(len(x))
    known = np.isfinite(x) & np.isfinite(y) & (y >= 0)
    _add(sums, zeros, known, 0, 0, x, x_moe)
    _add(sums, zeros, known, 2, 1, y, y_moe)
    _counted(sums, known & (y > 0), x_moe + y_moe)
    return Parts(sums, zeros, (PROPORTION if part_of_it else RATIO,))


def of_means(value: Any, moe: Any, people: Any, people_moe: Any) -> Parts:
    """A rate whose counts are not known, taken as a mean by people; the error of how many they are is carried along.

    With P the mean, ``MOE^2 = (sum (w_i m_i)^2 + sum ((p_i - P) n_i)^2) / W^2`` where n_i is the margin of the people w_i
    (first-order propagation, areas and both errors taken as independent). Missing margins of people count as none.
    """
    rate, margin, weight, of_weight = map(_floats, (value, moe, people, people_moe))
    sums, zeros = _blank(len(rate))
    known = np.isfinite(rate) & (weight > 0)
    p, w, n = np.where(known, rate, 0.0), np.where(known, weight, 0.0), np.where(known, np.nan_to_num(of_weight), 0.0)
    own = (w * np.where(known, np.nan_to_num(margin), 0.0)) ** 2
    sums[:, 0, 0], sums[:, 0, 1] = w, w * p
    sums[:, 0, 2], zeros[:, 0, 0] = np.where(p == 0, 0.0, own), np.where(p == 0, own, 0.0)
    sums[:, 0, 3], sums[:, 0, 4], sums[:, 0, 5] = (p * n) ** 2, p * n**2, n**2
    _counted(sums, known, margin)
    return Parts(sums, zeros, (WEIGHTED,))


def beside(parts: list[Parts]) -> Parts:
    """Several estimates of the same areas as one."""
    return Parts(np.concatenate([one.sums for one in parts], axis=1), np.concatenate([one.zeros for one in parts], axis=1),
                 tuple(kind for one in parts for kind in one.kinds))


def estimates(sums: np.ndarray, zeros: np.ndarray, kinds: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Estimates and 90 % margins out of added parts of any leading shape; NaN where no area has a figure.

    The formulas of `error`: a sum, a proportion (where its root is negative or nothing, the ratio's or ``MOE_x / y``), a ratio,
    a mean by people.
    """
    value, margin = np.full(sums.shape[:-1], np.nan), np.full(sums.shape[:-1], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        for kind, here in _places(kinds):
            value[..., here], margin[..., here] = _FORMULAS[kind](sums[..., here, :], zeros[..., here, :])
    known = sums[..., _KNOWN] > 0
    return np.where(known, value, np.nan), np.where(known & (sums[..., _UNSURE] == 0), margin, np.nan)


def variation(sums: np.ndarray, zeros: np.ndarray, kinds: tuple[str, ...]) -> np.ndarray:
    """Standard errors as shares of the estimates; infinite where the margin is unknown or the estimate 0 with a margin, NaN without a figure."""
    value, margin = estimates(sums, zeros, kinds)
    return variation_of(value, margin, sums[..., _KNOWN] > 0)


def variation_of(value: np.ndarray, margin: np.ndarray, known: np.ndarray) -> np.ndarray:
    """`variation` of estimates that were worked out already."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(margin == 0, 0.0, margin / Z_90 / np.abs(value))
    return np.where(known, np.where(np.isnan(margin), np.inf, found), np.nan)


def sure_enough(sums: np.ndarray, zeros: np.ndarray, kinds: tuple[str, ...], limit: float, points: Sequence[float]) -> bool:
    """Whether every estimate of one region that has a figure has a coefficient of variation up to a limit, or a margin up to its points.

    What `estimates` and `variation_of` say of it, in the arithmetic of single numbers, ended by the first that is not sure enough: for
    searches that ask it of one region after the other.
    """
    some = False
    for one, zero, kind, most in zip(sums.tolist(), zeros.tolist(), kinds, points, strict=True):
        if not one[_KNOWN] > 0:
            continue
        some = True
        if one[_UNSURE] != 0:
            return False
        value, margin = _ALONE[kind](one, zero)
        if math.isnan(margin) or (0 < most >= margin):
            if math.isnan(margin):
                return False
            continue
        if margin != 0 and not (value != 0 and margin / Z_90 / abs(value) <= limit):
            return False
    return some


def _count_alone(one: list[float], zero: list[float]) -> tuple[float, float]:
    return one[0], math.sqrt(one[1] + zero[0])


def _ratio_alone(one: list[float], zero: list[float]) -> tuple[float, float]:
    x, y = one[0], one[2]
    if y == 0:
        return math.nan, math.nan
    ratio = x / y
    return ratio, math.sqrt(one[1] + zero[0] + ratio * ratio * (one[3] + zero[1])) / y


def _proportion_alone(one: list[float], zero: list[float]) -> tuple[float, float]:
    x, y = one[0], one[2]
    if y == 0:
        return math.nan, math.nan
    top, whole, share = one[1] + zero[0], one[3] + zero[1], x / y
    root = top - share * share * whole
    if root < 0:
        root = top + share * share * whole
    return share, math.sqrt(top if x == y else root) / y


def _mean_alone(one: list[float], zero: list[float]) -> tuple[float, float]:
    people = one[0]
    if people == 0:
        return math.nan, math.nan
    mean = one[1] / people
    spread = one[3] - 2 * mean * one[4] + mean * mean * one[5]
    if not spread > _ROUNDING * one[3]:
        spread = 0.0
    return mean, math.sqrt(one[2] + zero[0] + spread) / people


_ALONE = {COUNT: _count_alone, PROPORTION: _proportion_alone, RATIO: _ratio_alone, WEIGHTED: _mean_alone}


@lru_cache(maxsize=32)
def _places(kinds: tuple[str, ...]) -> tuple[tuple[str, np.ndarray], ...]:
    """Where the estimates of each kind stand."""
    return tuple((kind, np.flatnonzero([one == kind for one in kinds])) for kind in sorted(set(kinds)))


def _count(sums: np.ndarray, zeros: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return sums[..., 0], np.sqrt(sums[..., 1] + zeros[..., 0])


def _ratio(sums: np.ndarray, zeros: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = sums[..., 0], sums[..., 2]
    ratio = x / y
    return ratio, np.sqrt(sums[..., 1] + zeros[..., 0] + ratio**2 * (sums[..., 3] + zeros[..., 1])) / y


def _proportion(sums: np.ndarray, zeros: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = sums[..., 0], sums[..., 2]
    top, whole, share = sums[..., 1] + zeros[..., 0], sums[..., 3] + zeros[..., 1], x / y
    root = top - share**2 * whole
    root = np.where(root < 0, top + share**2 * whole, root)
    return share, np.where(x == y, np.sqrt(top), np.sqrt(root)) / y


def _mean(sums: np.ndarray, zeros: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    people, mean = sums[..., 0], sums[..., 1] / sums[..., 0]
    spread = sums[..., 3] - 2 * mean * sums[..., 4] + mean**2 * sums[..., 5]
    spread = np.where(spread > _ROUNDING * sums[..., 3], spread, 0.0)  # a single area has none; what is left is rounding
    return mean, np.sqrt(sums[..., 2] + zeros[..., 0] + spread) / people


_FORMULAS = {COUNT: _count, PROPORTION: _proportion, RATIO: _ratio, WEIGHTED: _mean}


def _blank(areas: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((areas, 1, _WIDTH)), np.zeros((areas, 1, _ZEROS))


def _add(sums: np.ndarray, zeros: np.ndarray, known: np.ndarray, place: int, zero: int, value: np.ndarray, margin: np.ndarray) -> None:
    square = np.where(known, np.nan_to_num(margin) ** 2, 0.0)
    sums[:, 0, place] = np.where(known, value, 0.0)
    sums[:, 0, place + 1] = np.where(value == 0, 0.0, square)
    zeros[:, 0, zero] = np.where(value == 0, square, 0.0)


def _counted(sums: np.ndarray, known: np.ndarray, margin: np.ndarray) -> None:
    sums[:, 0, _KNOWN] = known
    sums[:, 0, _UNSURE] = known & np.isnan(margin)


def _floats(values: Any) -> np.ndarray:
    return np.asarray(values, dtype=float)
