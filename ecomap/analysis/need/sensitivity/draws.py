"""How far ranks of need depend on choices nobody can prove: weights, scaling, the way of adding up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.need import scaling as s
from ecomap.analysis.need.recipe import Recipe, ingredients
from ecomap.analysis.need.scoring import index_of
from ecomap.analysis.statistics.ranks import FIFTHS, fifths, lowest_ranks_along_rows, rank_percentiles
from ecomap.model.errors import ParameterError
from ecomap.model.progress import Progress, silent
from ecomap.model.said import name, say

NOISE, DIRICHLET = "noise", "dirichlet"
WEIGHTS, SCALING, AGGREGATION, LEAVE_OUT = "weights", "scaling", "aggregation", "leave_out"
MEDIAN, FIRST, LAST, SHARE_HIGHEST = "p50", "p05", "p95", "share_highest_fifth"
WAYS = tuple(  # scaling and mean
    (scaling, aggregation) for scaling in (s.PERCENTILE, s.MIN_MAX, s.Z_SCORE)
    for aggregation in (s.ARITHMETIC, s.GEOMETRIC) if not (scaling == s.Z_SCORE and aggregation == s.GEOMETRIC)
)  # z-scores have no geometric mean
_WITH_MARKS = ((s.GOALPOSTS, s.ARITHMETIC), (s.GOALPOSTS, s.GEOMETRIC))  # only where marks are what was chosen
_BLOCK = 2_000_000  # ranks held at once


@frozen
class Sensitivity:
    """What changes when the choices behind a need index change.

    Parameters
    ----------
    areas : DataFrame
        Index of the areas: score and rank as chosen; p05, p50, p95: the ranks at the 5th, 50th and 95th of 100 indexes
        made with other choices; share_highest_fifth: in which share of them the area is in the highest-need fifth.
    assumptions : DataFrame
        One row per assumption: mean_shift and largest_shift, by how many ranks areas move when only it changes.
    indicators : DataFrame
        Index column; weight (share of all weights), correlation (of the scaled indicator with the score: its effective
        weight), leave_out_shift (mean shift of ranks without it; NaN if it is the only one).
    """

    areas: pd.DataFrame = field(eq=False, repr=False)
    assumptions: pd.DataFrame = field(eq=False, repr=False)
    indicators: pd.DataFrame = field(eq=False, repr=False)
    draws: int

    @property
    def mover(self) -> str:
        """The assumption that moves ranks most on average."""
        return str(self.assumptions["mean_shift"].idxmax())


def need_sensitivity(
    frame: pd.DataFrame, recipe: Recipe, *, draws: int = 1000, method: str = NOISE, spread: float = 0.25, seed: int = 0,
    progress: Progress | None = None,
) -> Sensitivity:
    """Rank areas again and again with other weights, scalings and means.

    Each draw takes weights (`draw_weights`), one of percentile, min-max and z-score and one of the arithmetic and the
    geometric mean (never z-score with geometric; fixed marks too where they are what was chosen), all by chance and
    independently. Each assumption is also changed on its own with the others as chosen, which tells how much of the movement
    it brings by itself (OECD/JRC 2008, step 7). Sampling error is not in it: `ecomap.analysis.need.truths.need_surveys` has that.

    Parameters
    ----------
    recipe : Recipe
        The choices that are varied around.
    draws : int
    method : {"noise", "dirichlet"}
        See `draw_weights`.
    spread : float
        For "noise", 0-1.
    seed : int
        The same seed gives the same bytes.
    """
    progress = progress or silent()
    progress.at(0.0, say("Scoring areas as chosen"))
    index = index_of(frame, recipe)
    made = ingredients(frame, recipe)
    nominal = (made.kind, recipe.aggregation)
    ways = (*WAYS, *_WITH_MARKS) if made.kind == s.GOALPOSTS else WAYS
    rows = index[c.SCORE].notna().to_numpy()
    scaled = {kind: s.scale(made.values, made.sign, kind, marks=made.ends, digits=recipe.digits)[rows]
              for kind in {made.kind, *(kind for kind, _ in ways)}}
    base = index[c.RANK].to_numpy()[rows]
    generator = np.random.default_rng(seed)
    drawn = draw_weights(made.weight, draws, method=method, spread=spread, generator=generator)
    by_draw = _ranks_by_draw(scaled, drawn, ways, generator.integers(0, len(ways), draws), len(base), progress)
    progress.at(0.75, say("Changing one assumption at a time"))
    changes = _one_at_a_time(scaled, made.weight, nominal, drawn, base)
    progress.at(0.9, say("Reading the draws"))
    report = _indicator_table(made.columns, scaled[made.kind], made.weight, index[c.SCORE].to_numpy()[rows], nominal, base)
    left = report["leave_out_shift"].to_numpy()
    if np.isfinite(left).any():
        changes[LEAVE_OUT] = np.array([[np.nanmean(left), np.nanmax(report["leave_out_largest"])]])
    assumptions = pd.DataFrame(
        {what: (values[:, 0].mean(), values[:, 1].max()) for what, values in changes.items()}, index=["mean_shift", "largest_shift"]
    ).T.rename_axis("assumption")
    progress.at(1.0, say("Done"))
    return Sensitivity(_areas(index, rows, by_draw), assumptions, report.drop(columns="leave_out_largest"), draws)


def draw_weights(
    weights: Any, draws: int, *, method: str = NOISE, spread: float = 0.25, generator: np.random.Generator | None = None
) -> np.ndarray:
    """Other sets of weights, each adding up to 1.

    Parameters
    ----------
    weights : sequence of float
        The weights as chosen, above 0.
    method : {"noise", "dirichlet"}
        "noise": every weight is changed by up to ± `spread` of itself, evenly. "dirichlet": any weights at all, with
        the chosen ones as their mean (equal weights: every mix is as likely as every other).
    spread : float
        Share, 0-1.

    Returns
    -------
    ndarray, shape (draws, k)
    """
    generator = generator or np.random.default_rng(0)
    weight = np.asarray(weights, dtype=float)
    if not 0 <= spread <= 1:
        raise ParameterError(say("A spread of {spread} is not possible.", spread=name(f"{spread:g}")),
                             say("Give a share between 0 and 1, like 0.25."))
    if method == DIRICHLET:
        return generator.dirichlet(weight / weight.mean(), draws)
    if method != NOISE:
        raise ParameterError(say("There is no way to draw weights called '{method}'.", method=name(method)),
                             say("Choose noise or dirichlet."))
    drawn = weight * generator.uniform(1 - spread, 1 + spread, (draws, len(weight)))
    return drawn / drawn.sum(axis=1, keepdims=True)


def effective_weights(scaled: np.ndarray, score: np.ndarray) -> np.ndarray:
    """The correlation of every scaled indicator with the score, among areas that have both; NaN where one is constant."""
    result = np.full(scaled.shape[1], np.nan)
    for position, column in enumerate(scaled.T):
        both = np.isfinite(column) & np.isfinite(score)
        if both.sum() > 1 and np.ptp(column[both]) > 0 and np.ptp(score[both]) > 0:
            result[position] = np.corrcoef(column[both], score[both])[0, 1]
    return result


def _ranks_by_draw(
    scaled: Mapping[str, np.ndarray], drawn: np.ndarray, ways: Sequence[tuple[str, str]], way: np.ndarray, places: int,
    progress: Progress,
) -> np.ndarray:
    """Ranks of all places in every draw, shape (draws, places); `way`: which way each draw goes."""
    by_draw = np.empty((len(drawn), places), dtype=np.int32)
    for number, (scaling, aggregation) in enumerate(ways):
        progress.at(0.1 + 0.6 * number / len(ways), say("Ranking with other weights, scalings and means"))
        for part in _blocks(np.flatnonzero(way == number), places):
            progress.check()
            by_draw[part] = _ranks(_scores(scaled[scaling], drawn[part], aggregation))
    return by_draw


def _areas(index: pd.DataFrame, rows: np.ndarray, by_draw: np.ndarray) -> pd.DataFrame:
    """What the draws say of every area."""
    areas = index[[c.SCORE, c.RANK]].copy()
    percentiles = rank_percentiles(by_draw) if by_draw.shape[1] else np.empty((3, 0))
    for column, values in zip((FIRST, MEDIAN, LAST), percentiles, strict=True):
        areas[column] = np.nan
        areas.loc[rows, column] = values
    areas[SHARE_HIGHEST] = np.nan
    limit = np.nansum(fifths(index[c.SCORE]) == FIFTHS)
    areas.loc[rows, SHARE_HIGHEST] = (by_draw <= max(limit, 1)).mean(axis=0)
    return areas


def _scores(scaled: np.ndarray, weights: np.ndarray, aggregation: str) -> np.ndarray:
    """Scores of all areas for many sets of weights at once, shape (draws, areas): two products of matrices."""
    known = np.isfinite(scaled)
    values = np.where(known, scaled, 0.5 if aggregation != s.ARITHMETIC else 0.0)
    if aggregation == s.GEOMETRIC:
        values = np.log(s.to_positive(values, s.PERCENTILE))
    elif aggregation == s.HARMONIC:
        values = 1 / s.to_positive(values, s.PERCENTILE)
    total = weights @ known.T.astype(float) if not known.all() else weights.sum(axis=1, keepdims=True)
    means = weights @ np.where(known, values, 0.0).T / total
    return {s.GEOMETRIC: np.exp, s.HARMONIC: np.reciprocal}.get(aggregation, np.asarray)(means)


def _ranks(scores: np.ndarray) -> np.ndarray:
    """Rank 1 = highest, row by row; the last bit of a sum does not part equals."""
    return lowest_ranks_along_rows(-np.round(scores, 12)).astype(np.int32) + 1


def _blocks(rows: np.ndarray, width: int) -> list[np.ndarray]:
    size = max(1, _BLOCK // max(width, 1))
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _shift(ranks: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Mean and largest shift of ranks of every draw, shape (draws, 2)."""
    moved = np.abs(ranks - base)
    return np.column_stack([moved.mean(axis=1), moved.max(axis=1)])


def _one_at_a_time(
    scaled: Mapping[str, np.ndarray], weight: np.ndarray, nominal: tuple[str, str], drawn: np.ndarray, base: np.ndarray
) -> dict[str, np.ndarray]:
    scaling, aggregation = nominal
    if not len(base):
        return {what: np.zeros((1, 2)) for what in (WEIGHTS, SCALING, AGGREGATION)}
    own = (weight / weight.sum())[None, :]
    few = drawn[: max(1, min(len(drawn), 200))]
    kinds = [kind for kind in (s.PERCENTILE, s.MIN_MAX, s.Z_SCORE)
             if kind != scaling and (aggregation == s.ARITHMETIC or kind != s.Z_SCORE)]
    means = [s.ARITHMETIC] if aggregation != s.ARITHMETIC else [] if scaling == s.Z_SCORE else [s.GEOMETRIC]
    tried = {WEIGHTS: [_shift(_ranks(_scores(scaled[scaling], few, aggregation)), base)],
             SCALING: [_shift(_ranks(_scores(scaled[kind], own, aggregation)), base) for kind in kinds],
             AGGREGATION: [_shift(_ranks(_scores(scaled[scaling], own, mean)), base) for mean in means]}
    return {what: np.vstack(found) for what, found in tried.items() if found}


def _indicator_table(
    names: list[str], scaled: np.ndarray, weight: np.ndarray, score: np.ndarray, nominal: tuple[str, str], base: np.ndarray
) -> pd.DataFrame:
    table = pd.DataFrame({"weight": weight / weight.sum(), "correlation": effective_weights(scaled, score)},
                         index=pd.Index(names, name="indicator"))
    without = np.full((len(names), 2), np.nan)
    if len(names) > 1 and len(base):
        for position in range(len(names)):
            rest = np.delete(np.arange(len(names)), position)
            kept = np.isfinite(scaled[:, rest]).any(axis=1)
            scores = _scores(scaled[np.ix_(kept, rest)], weight[None, rest] / weight[rest].sum(), nominal[1])
            among = lowest_ranks_along_rows(base[None, kept].astype(float)) + 1
            without[position] = _shift(_ranks(scores), among)[0]
    table["leave_out_shift"], table["leave_out_largest"] = without[:, 0], without[:, 1]
    return table
