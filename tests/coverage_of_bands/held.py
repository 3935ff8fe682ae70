"""How often bands of ranks held the true rank: on average, by tenth of the ranks, for the worst places, and all at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from tests.coverage_of_bands.asking import PARTS

TENTHS = 10
WORST = 0.01  # of the places
_AGAIN = 50


@frozen
class Held:
    """What became of the bands over many surveys. Shares are 0-1.

    Parameters
    ----------
    repeat : float
        How often the band on its own of one survey holds the rank that the next survey gives.
    own : float
        How often it holds the true rank, on average over places and surveys.
    tenths : tuple of float
        The same in each tenth of the true ranks, the highest need first.
    worst : float
        The same on average over the hundredth of the places where it is lowest.
    uneven : float
        How far the shares of places truly differ (standard deviation), beyond what chance does to so few surveys.
    width : float
        Ranks in the band on its own, on average.
    joint, joint_width : float
        In what share of the surveys the bands of all at once hold all true ranks together, and their mean width.
    missed : float
        In how many places on average the bands of all at once miss the true rank, where they miss any.
    """

    surveys: int
    places: int
    repeat: float
    own: float
    tenths: tuple[float, ...]
    worst: float
    uneven: float
    width: float
    joint: float
    joint_width: float
    missed: float

    def worst_of(self, surveys: int) -> float:
        """What the worst hundredth would read after so many surveys.

        The lowest of many shares are low by chance alone, the more so the fewer surveys they are of. Here every place has a share of
        its own, spread (beta) as widely as these surveys show them to be.
        """
        if surveys <= self.surveys:
            return self.worst
        random = np.random.default_rng(0)
        true = np.full((_AGAIN, self.places), self.own)
        if self.uneven > 0:
            both = self.own * (1 - self.own) / self.uneven**2 - 1
            true = random.beta(self.own * both, (1 - self.own) * both, true.shape)
        seen = np.sort(random.binomial(surveys, true) / surveys, axis=1)
        return float(seen[:, : _worst(self.places)].mean())


def _worst(places: int) -> int:
    return max(1, round(places * WORST))


def held(true: np.ndarray, found: np.ndarray) -> Held:
    """Compare the bands of many surveys with the truth.

    Parameters
    ----------
    true : ndarray, shape (places,)
        True ranks, 1 = highest.
    found : ndarray, shape (surveys, 5, places)
        Rank and the ends of both bands (`PARTS`) of every survey.

    >>> band = np.array([[[1, 2], [1, 2], [1, 2], [1, 1], [2, 2]], [[2, 1], [2, 1], [2, 1], [1, 2], [2, 2]]], dtype=float)
    >>> one = held(np.array([1, 2]), band)
    >>> one.own, one.repeat, one.width, one.joint, one.joint_width
    (0.5, 0.0, 1.0, 0.5, 1.75)
    """
    rank, low, high, low_all, high_all = (found[:, at] for at in range(len(PARTS)))
    inside = (low <= true) & (true <= high)
    by_place = inside.mean(axis=0)
    order = np.argsort(true, kind="stable")
    tenths = tuple(float(by_place[part].mean()) for part in np.array_split(order, min(TENTHS, len(order))))
    worst = np.sort(by_place)[: _worst(len(by_place))]
    chance = (by_place * (1 - by_place)).mean() / max(len(found) - 1, 1)
    again = (low[:-1] <= rank[1:]) & (rank[1:] <= high[:-1])
    misses = ((low_all > true) | (true > high_all)).sum(axis=1)
    return Held(
        len(found), len(true), float(again.mean()) if len(again) else float("nan"), float(inside.mean()), tenths, float(worst.mean()),
        float(np.sqrt(max(by_place.var() - chance, 0.0))), float((high - low + 1).mean()), float((misses == 0).mean()),
        float((high_all - low_all + 1).mean()), float(misses[misses > 0].mean()) if (misses > 0).any() else 0.0,
    )


def could_be_first(table: Any, top: int) -> tuple[int, int]:
    """How many places could be among the `top` highest, and within how many highest the first is: both by the band of all at once."""
    return int((table[PARTS[3]] <= top).sum()), int(table.loc[table[PARTS[0]] == 1, PARTS[4]].iloc[0])
