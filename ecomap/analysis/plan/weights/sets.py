"""Several partners' weights side by side: where they agree, where not, and at which mixture two places swap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.columns import picked
from ecomap.analysis.need import scaling as s
from ecomap.analysis.need.index.choice import require_columns
from ecomap.analysis.statistics.ranks import ranks
from ecomap.model.errors import ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.said import NOTHING, Said, joined, name, say

AGREED, CONTESTED, NOBODY = say("in every set"), say("contested"), say("in no set")
EVERY = "*"
_DIGITS = 9
_GRID = 41


@frozen
class WeightSet:
    """One partner's weights, one per indicator, adding up to 1. ``name``: the partner's, or a message of ours."""

    name: Said
    weights: np.ndarray = field(eq=False, repr=False)


@frozen
class Scores:
    """Scores of places for any weights: ``place = sum over areas of matrix x need ^ exponent``.

    Parameters
    ----------
    scaled : ndarray, areas x indicators
        0-1, higher is more need; NaN where missing.
    matrix : sparse or None
        Places x areas; None: the places are the areas themselves.
    people : ndarray
        Who lends areas without a score their mean (with a matrix only).
    """

    scaled: np.ndarray = field(eq=False, repr=False)
    minimum_present: float = 0.75
    matrix: Any = field(default=None, eq=False, repr=False)
    people: np.ndarray | None = field(default=None, eq=False, repr=False)
    exponent: float = 1.0

    def need(self, weights: np.ndarray) -> np.ndarray:
        """The weighted mean of what each area has; NaN where too little is present."""
        known = ~np.isnan(self.scaled)
        total = known @ weights
        enough = (known.mean(axis=1) >= self.minimum_present - 1e-12) & (total > 0)
        summed = np.where(known, self.scaled, 0.0) @ weights
        return np.divide(summed, total, out=np.full(len(total), np.nan), where=enough)

    def of(self, weights: np.ndarray) -> np.ndarray:
        """The score of every place."""
        need = self.need(weights)
        if self.matrix is None:
            return need
        assert self.people is not None
        lent = np.isnan(need)
        people = np.where(lent, 0.0, self.people)
        mean = float((people * np.nan_to_num(need)).sum() / people.sum()) if people.sum() > 0 else 0.5
        return np.asarray(self.matrix @ (self.people * np.where(lent, mean, need) ** self.exponent))

    @property
    def straight(self) -> bool:
        """Whether scores are straight lines in the mixture of two sets: nothing missing, need weighed as it is."""
        return not np.isnan(self.scaled).any() and (self.matrix is None or self.exponent == 1)


def parse_sets(text: str, indicators: Sequence[Indicator]) -> tuple[WeightSet, ...]:
    """Weight sets as a planner writes them: ``District: poverty=2, asthma=1; Clinic: health=3, *=1``.

    A name before ``=`` is an indicator (its column or its label), a domain of indicators, or ``*`` for all that are not named.
    Not named: 0. Without a text: every indicator the same, then each domain (or indicator) first, counting three times.

    Raises
    ------
    ParameterError
        If a set has no name or no weight above 0, a name is unknown or used twice, or there is only one set.
    """
    if not text.strip():
        return _standard(indicators)
    sets: list[WeightSet] = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        owner, colon, rest = part.partition(":")
        if not colon or not owner.strip():
            raise ParameterError(say("'{part}' does not say whose weights these are.", part=name(part)),
                                 say("Write like District: poverty=2, asthma=1."))
        if owner.strip() in {known.name for known in sets}:
            raise ParameterError(say("There are two sets called '{set}'.", set=name(owner.strip())), say("Give each set its own name."))
        sets.append(_set(name(owner.strip()), [_pair(piece) for piece in rest.split(",") if piece.strip()], indicators))
    if len(sets) < 2:
        raise ParameterError(say("One set of weights has nothing to be compared with."), say("Give two or more, separated by ; ."))
    return tuple(sets)


def compared(scores: Scores, sets: Sequence[WeightSet], k: int) -> pd.DataFrame:
    """The rank of every place in every set, and on whose list of the first k it stands.

    Returns
    -------
    DataFrame
        Rows as the places: rank_1, rank_2 ... (1 = highest, missing without a score), sets_in (how many sets have it among
        their first k), best and worst rank, state ("in every set", "contested" or "in no set"; "" without a score).
    """
    columns = [ranks(pd.Series(np.round(scores.of(each.weights), _DIGITS))) for each in sets]
    table = pd.concat(columns, axis=1, keys=[f"rank_{n}" for n in range(1, len(sets) + 1)])
    inside = (table <= k).sum(axis=1)
    state = picked([table.isna().any(axis=1), inside == len(sets), inside > 0], [NOTHING, AGREED, CONTESTED], NOBODY)
    return table.assign(sets_in=inside.astype(float), best=table.min(axis=1), worst=table.max(axis=1), state=pd.Series(state, table.index, dtype=object))


def swap_mixture(scores: Scores, first: WeightSet, second: WeightSet, i: int, j: int) -> float | None:
    """The share of the second set in a mixture of both at which places i and j are level, i being ahead in the first.

    Where scores are straight lines in the mixture (nothing missing, need weighed as it is), ``d1 / (d1 - d2)`` with the
    distances d of i to j in either set; else found between the marks of a grid. The first crossing, if there are more.

    Returns
    -------
    float or None
        0-1; None where i stays ahead.

    >>> both = Scores(np.array([[0.9, 0.2], [0.3, 0.6]]))
    >>> one, other = WeightSet(name("one"), np.array([1.0, 0.0])), WeightSet(name("other"), np.array([0.0, 1.0]))
    >>> round(swap_mixture(both, one, other, 0, 1), 9)
    0.6
    """
    def ahead(share: float) -> float:
        found = scores.of((1 - share) * first.weights + share * second.weights)
        return float(found[i] - found[j])

    if scores.straight:
        start, end = ahead(0.0), ahead(1.0)
        return start / (start - end) if start > 0 >= end or start >= 0 > end else None
    from scipy.optimize import brentq  # heavy

    marks = np.linspace(0, 1, _GRID)
    values = np.array([ahead(mark) for mark in marks])
    changed = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
    if not len(changed):
        return None
    low, high = marks[changed[0]], marks[changed[0] + 1]
    return float(high) if values[changed[0] + 1] == 0 else float(brentq(ahead, low, high, xtol=1e-12))


def _standard(indicators: Sequence[Indicator]) -> tuple[WeightSet, ...]:
    groups: dict[Said, list[str]] = {}
    for item in indicators:
        groups.setdefault(name(item.domain or item.label), []).append(item.column)
    equal = np.ones(len(indicators)) / len(indicators)
    sets = [WeightSet(say("All the same"), equal)]
    for group, members in groups.items():
        weights = np.array([3.0 if item.column in members else 1.0 for item in indicators])
        sets.append(WeightSet(say("{group} first", group=group.capitalize()), weights / weights.sum()))
    return tuple(sets)


def _pair(text: str) -> tuple[str, float]:
    key, _, number = text.partition("=")
    try:
        return key.strip(), float(number)
    except ValueError as problem:
        raise ParameterError(say("'{text}' is no weight.", text=name(text.strip())), say("Write like poverty=2.")) from problem


def _set(owner: Said, pairs: Sequence[tuple[str, float]], indicators: Sequence[Indicator]) -> WeightSet:
    weights = np.zeros(len(indicators))
    for key, weight in sorted(pairs, key=lambda pair: pair[0] != EVERY):
        wanted = key.casefold()
        exact = [wanted in (item.column.casefold(), item.label.casefold()) for item in indicators]
        rows = np.array(exact if any(exact) else [wanted in (EVERY, item.domain.casefold()) for item in indicators])
        if not wanted or not rows.any():
            known = joined([*(name(item.column) for item in indicators)], ", ")
            raise ParameterError(say("'{set}' weighs '{indicator}', which is no indicator here.", set=owner, indicator=name(key)),
                                 say("Known: {known}.", known=known))
        if not (np.isfinite(weight) and weight >= 0):
            raise ParameterError(say("'{set}' gives '{indicator}' a weight below 0.", set=owner, indicator=name(key)),
                                 say("Give weights of 0 or more."))
        weights[rows] = weight
    if not weights.sum() > 0:
        raise ParameterError(say("'{set}' has no weight above 0.", set=owner), say("Write like District: poverty=2, asthma=1."))
    return WeightSet(owner, weights / weights.sum())


def scaled_indicators(areas: pd.DataFrame, indicators: Sequence[Indicator]) -> np.ndarray:
    """Percentile ranks of the indicators, higher is more need; NaN where missing."""
    require_columns(areas, indicators)
    matrix = areas[[item.column for item in indicators]].to_numpy(dtype=float, na_value=np.nan)
    return s.scale(matrix, np.array([item.direction for item in indicators]), s.PERCENTILE)
