"""What the true need behind a survey could be, and what a survey of it would say: the simulated surveys that bands are made of.

A truth is drawn from what the data leave possible: every estimate within its error, and where that error is larger than the
differences between areas, what the other areas and the other indicators of the area make likely (empirical Bayes, Efron and Morris
1975, doi 10.1080/01621459.1975.10479864; an estimate that says something at most twice as far as is usual, as in their limited
translation, 1972, doi 10.1080/01621459.1972.10481215). A survey of that truth is drawn with the same errors and goes through the
whole chain: scale, mean, score. Redrawing the estimates alone would add the error twice and never see what the first one did.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from ecomap.analysis.need import scaling as s
from ecomap.analysis.need.recipe import Ingredients, Recipe, ingredients
from ecomap.analysis.need.scoring import (
    ALLOCATION,
    BENT,
    BOTH,
    SAMPLING,
    allocation_range,
    check_errors,
    ids_of,
    margin_of,
)
from ecomap.analysis.statistics.draws import Ids, keyed_normals, keyed_uniforms
from ecomap.analysis.statistics.error import CORRELATION, Z_90, standard_error_of_replicates
from ecomap.analysis.statistics.rank_sets import Surveys
from ecomap.model.progress import Progress, silent
from ecomap.model.said import say

SEED: Final = 0
_BLOCK = 1_000_000  # numbers in hand at a time
_FEWEST = 4      # places per indicator from which on their covariance is worked out
_UNKNOWN = 1e6   # variance of what is missing, in variances of the indicator
_NOTHING = 1e-9
_QUARTILES = 1.349
_FURTHEST = 2.0  # times as far as usual is an estimate drawn towards what is likely


def need_surveys(
    frame: pd.DataFrame, recipe: Recipe, *, errors: str = BOTH, draws: int = 400, correlation: float = CORRELATION,
    progress: Progress | None = None,
) -> Surveys:
    """Scores of truths that could be behind a frame, and of surveys of them.

    Parameters
    ----------
    frame, recipe
        As in `ecomap.analysis.need.scoring.index_of`; the margins and ranges beside the indicators are the errors.
    errors : {"both", "sampling", "allocation"}
    draws : int
    correlation : float
        Between the sampling errors of one place's indicators, 0-1.

    Returns
    -------
    Surveys
        NaN for areas without a score. The same numbers in any order of the rows.
    """
    progress = progress or silent()
    made = ingredients(frame, recipe)
    chain, noise = _Chain(made, recipe), errors_of(frame, made, errors, correlation)
    left = _left_open(made, noise)
    truths, surveys = np.zeros((draws, len(frame))), np.zeros((draws, len(frame)))
    possible = [_possible(made, position) for position in range(len(made.used))]
    block = max(1, _BLOCK // max(len(frame) * max(len(noise.unsure), 1), 1))
    for start in range(0, draws, block):
        progress.at(start / draws, say("Drawing surveys that could have been"))
        part = slice(start, min(start + block, draws))
        true, wrong = left.drawn(noise, part), noise.drawn(part)
        for position in range(len(made.used)):
            progress.check()
            at = noise.unsure.index(position) if position in noise.unsure else -1
            least, most = possible[position]
            chain.add(truths[part], position, None if at < 0 else np.clip(true[at], least, most))
            chain.add(surveys[part], position, None if at < 0 else np.clip(true[at] + wrong[at], least, most),
                      None if at < 0 else left.poor[at])
    return Surveys(chain.scores(truths), chain.scores(surveys), untold(made, noise))


def untold(made: Ingredients, noise: Errors) -> np.ndarray:
    """Areas whose margins are wider than all areas differ, shape (areas,): tracts of a few residents.

    Where the weighted root mean square, over the indicators that an area has, of standard error / standard deviation of the
    indicator over all areas is above 1.
    """
    values, known = made.values, made.known
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0.0).sum(axis=0) / count
    spread = np.where(known, values - mean, 0.0)
    differ = (spread**2).sum(axis=0) / count
    wrong = np.zeros(values.shape)
    wrong[:, noise.unsure] = noise.variance.T
    parts = np.divide(wrong, differ, out=np.zeros(values.shape), where=known & (differ > 0))  # what is the same everywhere tells nobody apart
    weight = np.where(known, made.weight, 0.0)
    total = weight.sum(axis=1)
    return np.asarray((parts * weight).sum(axis=1) > total)


def _possible(made: Ingredients, position: int) -> tuple[float, float]:
    """Between which ends the values of an indicator can lie: a share from 0 to 1, what is nowhere below 0 from 0 on.

    Nothing is known of a bare column.
    """
    item, known = made.used[position], made.known[:, position]
    if isinstance(item, str) or not known.any():
        return -np.inf, np.inf
    values = made.values[known, position]
    return 0.0 if values.min() >= 0 else -np.inf, 1.0 if item.unit == "share" and values.max() <= 1 else np.inf


@frozen
class _LeftOpen:
    """What the data leave open of the true values: where their middle lies and how they vary together around it.

    `middle`: unsure indicators x areas; `root`: areas x indicators x indicators, a square root of the covariance; `ends`: between
    which values badly measured ones stay.
    """

    middle: np.ndarray = field(eq=False, repr=False)
    root: np.ndarray = field(eq=False, repr=False)
    low: np.ndarray = field(eq=False, repr=False)
    high: np.ndarray = field(eq=False, repr=False)
    poor: np.ndarray = field(eq=False, repr=False)

    def drawn(self, noise: Errors, part: slice) -> np.ndarray:
        """True values, shape (unsure indicators, draws, areas)."""
        size = part.stop - part.start
        if not len(self.middle):
            return np.zeros((0, size, 0))
        normal = np.stack([keyed_normals(noise.ids, size, seed=SEED, stream=f"truth {name}", first=part.start) for name in noise.names], axis=-1)
        moved = np.matmul(normal.transpose(1, 0, 2), self.root.transpose(0, 2, 1))  # areas x draws x indicators
        values = self.middle[:, None, :] + moved.transpose(2, 1, 0)
        return np.clip(values, self.low[:, None, :], self.high[:, None, :])


def _left_open(made: Ingredients, noise: Errors) -> _LeftOpen:
    """Means and covariances of the true values given the estimates, with the differences between areas as what is likely."""
    unsure = list(noise.unsure)
    count = len(unsure)
    if not count:
        none = np.zeros((0, 0))
        return _LeftOpen(none, none, none, none, none.astype(bool))
    order = unsure + [at for at in range(len(made.used)) if at not in unsure]
    values, known = made.values[:, order], made.known[:, order]
    variance = np.zeros(values.shape)
    variance[:, :count] = noise.variance.T
    there = known.any(axis=1) | ~known.any()  # an area of which nothing is known says nothing of the others
    centre, scale, likely, poor = _likely(values[there], known[there], variance[there])
    away = np.where(known, (values - centre) / scale, 0.0)
    error = noise.covariance(known[:, :count]) / (scale[:count, None] * scale[None, :count])
    square = np.zeros((len(values), len(order), len(order)))
    square[:, :count, :count] = error
    at = np.arange(len(order))
    square[:, at, at] += np.where(known, _NOTHING, _UNKNOWN)
    gain = np.linalg.solve(likely + square, np.broadcast_to(likely, square.shape)).transpose(0, 2, 1)
    middle = centre + scale * np.einsum("nij,nj->ni", gain, away)
    open_still = (likely - gain @ likely)[:, :count, :count]
    open_still = (open_still + open_still.transpose(0, 2, 1)) / 2
    size, way = np.linalg.eigh(open_still)
    root = way * np.sqrt(np.maximum(size, 0.0))[:, None, :] * scale[None, :count, None]
    bad = np.zeros((len(values), count), dtype=bool)
    bad[there] = poor[:, :count] & known[there, :count]
    # What is likely knows of no place that is unlike all others: such a place may be one, or an error (limited translation).
    usual = np.einsum("nij,nji->ni", square, np.eye(len(order)) - gain.transpose(0, 2, 1))[:, :count]
    most = np.where(bad, np.inf, _FURTHEST * scale[:count] * np.sqrt(np.maximum(usual, 0.0)))
    seen = np.where(known[:, :count], values[:, :count], middle[:, :count])
    middle = seen + np.clip(middle[:, :count] - seen, -most, most)
    low, high = _ends(values[:, :count], known[:, :count] & ~bad)
    return _LeftOpen(middle.T, root, np.where(bad, low, -np.inf).T, np.where(bad, high, np.inf).T, bad.T)


def _likely(values: np.ndarray, known: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean, spread and correlated variances of the true values over areas, from those measured well; and which cells are not.

    An estimate is poor where its standard error is larger than the middle half of the areas are apart.
    """
    gaps = np.where(known, values, np.nan)
    quarters = np.nanpercentile(gaps, (25, 75), axis=0)
    spread = (quarters[1] - quarters[0]) / _QUARTILES
    spread = np.where(spread > 0, spread, np.nanstd(gaps, axis=0))
    spread = np.where(spread > 0, spread, 1.0)
    poor = np.sqrt(variance) > spread
    rows = ~poor.any(axis=1)
    if rows.sum() < max(2, len(values) // 2):
        worst = (variance / spread**2).max(axis=1)
        rows = worst <= np.median(worst)
    centre = _means(gaps[rows] if rows.any() else gaps)
    away = np.where(known, (values - centre) / spread, 0.0)[rows]
    errors = np.where(known, variance / spread**2, 0.0)[rows].mean(axis=0)
    together = away.T @ away / max(len(away) - 1, 1)
    if len(away) < _FEWEST * values.shape[1]:
        together = np.diag(np.diag(together))
    likely = together - np.diag(errors)
    size, way = np.linalg.eigh(likely)
    likely = (way * np.maximum(size, 1e-3)) @ way.T
    return centre, spread, likely, poor


def _means(gaps: np.ndarray) -> np.ndarray:
    """The mean of every column; 0 of one that has no value."""
    known = ~np.isnan(gaps)
    return np.asarray(np.where(known, gaps, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))


def _ends(values: np.ndarray, good: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest well measured value of every indicator."""
    low = np.where(good, values, np.inf).min(axis=0)
    high = np.where(good, values, -np.inf).max(axis=0)
    none = ~good.any(axis=0)
    return np.where(none, -np.inf, low), np.where(none, np.inf, high)


@frozen
class Errors:
    """The errors of the indicators that have any.

    Parameters
    ----------
    ids : Ids
        Of the areas.
    names : list of str
        Columns of the indicators.
    unsure : list of int
        Their positions among the indicators used.
    sampling : ndarray, shape (indicators, areas)
        Standard errors of the survey; 0 where none is known.
    spread : ndarray, same shape
        Half-ranges of the error of spreading people.
    correlation : float
    together : ndarray, shape (areas, indicators, indicators), or None
        Covariances of the survey's errors where replicate tables say them; None: the correlation says them all.
    """

    ids: Ids
    names: list[str]
    unsure: list[int]
    sampling: np.ndarray = field(eq=False, repr=False)
    spread: np.ndarray = field(eq=False, repr=False)
    correlation: float
    together: np.ndarray | None = field(default=None, eq=False, repr=False)

    @property
    def variance(self) -> np.ndarray:
        return np.asarray(self.sampling**2 + self.spread**2 / 3)

    def covariance(self, known: np.ndarray) -> np.ndarray:
        """Of the errors of every area's indicators, shape (areas, indicators, indicators)."""
        sampling = np.where(known, self.sampling.T, 0.0)
        square = self.correlation * sampling[:, :, None] * sampling[:, None, :]
        if self.together is not None:
            square = np.where(known[:, :, None] & known[:, None, :], self.together, 0.0)
        at = np.arange(square.shape[1])
        square[:, at, at] = np.where(known, self.variance.T, 0.0)
        return square

    def drawn(self, part: slice) -> np.ndarray:
        """Errors, shape (unsure indicators, draws, areas); those of one area go together."""
        size, first = part.stop - part.start, part.start
        if self.together is not None:
            return self._from_replicates(part) + self._spreading(part)
        found = np.zeros((len(self.names), size, len(self.ids)))
        shared = keyed_normals(self.ids, size, seed=SEED, stream="survey", first=first) if self.correlation > 0 and self.names else None
        if shared is not None:
            shared = np.sqrt(self.correlation) * shared
        for at, name in enumerate(self.names):
            if self.sampling[at].any():
                found[at] = keyed_normals(self.ids, size, seed=SEED, stream=f"survey {name}", first=first)
                if shared is not None:
                    found[at] *= np.sqrt(1 - self.correlation)
                    found[at] += shared
                found[at] *= self.sampling[at]
        found += self._spreading(part)
        return found

    def _spreading(self, part: slice) -> Any:
        """The errors of spreading people alone, shape as `drawn`; 0 where nobody was spread."""
        if not self.spread.any():
            return 0.0
        return np.stack([(2 * keyed_uniforms(self.ids, part.stop - part.start, seed=SEED, stream=f"spread {name}", first=part.start) - 1) * half
                         for name, half in zip(self.names, self.spread, strict=True)])

    def _from_replicates(self, part: slice) -> np.ndarray:
        """The survey's errors as replicate tables say they go together, shape as `drawn`."""
        assert self.together is not None
        size, way = np.linalg.eigh(self.together)
        root = way * np.sqrt(np.maximum(size, 0.0))[:, None, :] @ way.transpose(0, 2, 1)
        normal = np.stack([keyed_normals(self.ids, part.stop - part.start, seed=SEED, stream=f"survey {name}", first=part.start)
                           for name in self.names], axis=-1)
        return np.matmul(normal.transpose(1, 0, 2), root).transpose(2, 1, 0)


def errors_of(frame: pd.DataFrame, made: Ingredients, errors: str, correlation: float) -> Errors:
    """The errors of a frame's indicators of the kinds wanted."""
    check_errors(errors)
    nothing = np.zeros(len(frame))
    margins = [None if errors == ALLOCATION else margin_of(frame, item) for item in made.used]
    ranges = [None if errors == SAMPLING else allocation_range(frame, item) for item in made.used]
    copies = [None if errors == ALLOCATION else replicates_of(frame, column) for column in made.columns]
    margins = [margin if copy is None else Z_90 * standard_error_of_replicates(made.values[:, at], copy)
               for at, (margin, copy) in enumerate(zip(margins, copies, strict=True))]
    margins = [None if margin is None else np.nan_to_num(margin, nan=0.0) for margin in margins]
    unsure = [at for at, pair in enumerate(zip(margins, ranges, strict=True)) if any(one is not None and one.any() for one in pair)]
    found = Errors(
        Ids(ids_of(frame)), [made.columns[at] for at in unsure], unsure,
        np.array([nothing if (one := margins[at]) is None else one / Z_90 for at in unsure]).reshape(len(unsure), len(frame)),
        np.array([nothing if (one := ranges[at]) is None else one for at in unsure]).reshape(len(unsure), len(frame)), correlation,
    )
    known = [(place, at) for place, at in enumerate(unsure) if copies[at] is not None]
    return evolve(found, together=_together(found, made, copies, known)) if known else found


def _together(
    found: Errors, made: Ingredients, copies: Sequence[np.ndarray | None], known: Sequence[tuple[int, int]]
) -> np.ndarray:
    """Covariances of the survey's errors: between indicators with replicates what these say, ``4 / r sum``; else the correlation."""
    sampling = found.sampling.T
    square: np.ndarray = found.correlation * sampling[:, :, None] * sampling[:, None, :]
    at = np.arange(square.shape[1])
    square[:, at, at] = sampling**2
    away = {place: np.asarray(copies[position]) - made.values[:, position, None] for place, position in known}
    for one, first in away.items():
        for other, second in away.items():
            count = min(first.shape[1], second.shape[1])
            square[:, one, other] = np.nan_to_num(4 * (first[:, :count] * second[:, :count]).mean(axis=1), nan=0.0)
    return square


def replicates_of(frame: pd.DataFrame, column: str) -> np.ndarray | None:
    """The survey's replicates of an indicator (``<column>_rep1``, ``<column>_rep2`` ...), areas x replicates; None without."""
    pattern = re.compile(re.escape(column) + r"_rep(\d+)")
    numbered = sorted((int(match[1]), name) for name in map(str, frame.columns) if (match := pattern.fullmatch(name)))
    return frame[[name for _, name in numbered]].to_numpy(dtype=float, na_value=np.nan) if len(numbered) > 1 else None


class _Chain:
    """From values of indicators to scores, for many draws at once."""

    def __init__(self, made: Ingredients, recipe: Recipe) -> None:
        self._made, self._recipe = made, recipe
        self._known = made.known
        self._bend, self._unbend = BENT.get(recipe.aggregation, (None, None))
        self._fixed = s.scale(made.values, made.sign, made.kind, marks=made.ends, digits=recipe.digits)
        self._total = np.where(self._known, made.weight, 0.0).sum(axis=1)

    def add(self, sums: np.ndarray, position: int, drawn: np.ndarray | None, poor: np.ndarray | None = None) -> None:
        """Add an indicator's part to the sums; None: its values are those of the data.

        `poor`: places that were measured worse than places differ. What they happen to show can stretch the scale of min-max twofold:
        whether it did so in this survey is seen, so that it is not drawn again.
        """
        made, rows = self._made, self._known[:, position]
        there: Any = slice(None) if rows.all() else rows
        values: np.ndarray = self._fixed[there, position][None, :]
        if drawn is not None:
            pair = None if made.ends is None else made.ends[position]
            if made.kind == s.MIN_MAX and poor is not None and poor.any():
                values = self._between_ends(drawn, position, poor)
            else:
                values = s.scale_draws(drawn[:, there], int(made.sign[position]), made.kind, marks=pair, digits=self._recipe.digits)
        if self._bend is not None:
            values = self._bend(s.to_positive(values, made.kind))
        sums[:, there] += made.weight[position] * values

    def _between_ends(self, drawn: np.ndarray, position: int, poor: np.ndarray) -> np.ndarray:
        """Min-max of drawn surveys, with the badly measured places at their own values where the ends are looked for."""
        rows = self._known[:, position]
        among = np.where(poor, self._made.values[:, position], drawn)[:, rows]
        low, high = among.min(axis=1, keepdims=True), among.max(axis=1, keepdims=True)
        span = high - low
        scaled = np.divide(np.clip(drawn[:, rows], low, high) - low, span, out=np.zeros_like(among), where=span > 0)
        return 1 - scaled if self._made.sign[position] < 0 else scaled

    def scores(self, sums: np.ndarray) -> np.ndarray:
        """The scores that sums come to; the sums are used up."""
        with np.errstate(divide="ignore", invalid="ignore"):
            result = np.divide(sums, self._total, out=sums)
            if self._unbend is not None:
                result = self._unbend(result) / (1.0 if self._made.kind == s.NONE else 100.0)
        result[:, ~self._recipe.enough(self._known.mean(axis=1))] = np.nan
        return result
