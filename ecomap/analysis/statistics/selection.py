"""How far a number moves because the places it is counted in were chosen by an estimate: fifths, the highest, the first so many.

Who is in the highest fifth is itself only known within the errors of the scores. The scores are drawn again, the places chosen
again in every draw, and the number counted again in them.
"""

from __future__ import annotations

import math

import numpy as np

from ecomap.analysis.statistics.error import Z_90
from ecomap.analysis.statistics.ranks import FIFTHS


def fifths_of_draws(scores: np.ndarray) -> np.ndarray:
    """The fifth of every place in every draw, as `ecomap.analysis.statistics.ranks.fifths` has it; 0 without a score.

    Parameters
    ----------
    scores : ndarray, shape (draws, places)
        NaN for places without a score, in all draws alike.

    >>> fifths_of_draws(np.array([[0.1, 0.2, 0.3, 0.4, 0.5, np.nan], [0.5, 0.2, 0.3, 0.4, 0.1, np.nan]])).tolist()
    [[1, 2, 3, 4, 5, 0], [5, 2, 3, 4, 1, 0]]
    """
    from scipy.stats import rankdata  # heavy

    found = np.zeros(scores.shape, dtype=np.int8)
    scored = ~np.isnan(scores).any(axis=0)
    if scored.any() and len(scores):
        above = rankdata(-scores[:, scored], method="min", axis=1) - 1
        found[:, scored] = FIFTHS - np.floor(above * FIFTHS / int(scored.sum()))
    return found


def margin_of_selected_sum(chosen: np.ndarray, amounts: np.ndarray, value: float) -> float:
    """The 90 % margin of a sum over places that were chosen by an estimate.

    1.645 times the root of the mean square of how far the draws lie from the number itself. Their standard deviation alone is too
    small: scores drawn around estimates pull the extremes inward, and by as much an estimate stretches them outward. On the
    starter's highest fifth the deviation alone held the truth in 74 of 100 simulated surveys, this margin in 94.

    Parameters
    ----------
    chosen : ndarray of bool, shape (draws, places)
    amounts : ndarray
        What every place adds; missing adds nothing.
    value : float
        The sum over the places that the estimate itself chose.

    >>> round(margin_of_selected_sum(np.array([[True, False], [False, True]]), np.array([100.0, 60.0]), 100.0), 2)
    46.53
    """
    return margin_of_drawn(chosen @ np.nan_to_num(amounts), value)


def margin_of_selected_mean(chosen: np.ndarray, amounts: np.ndarray, weights: np.ndarray, value: float) -> float:
    """The same for ``sum of amounts / sum of weights`` over the chosen places; draws in which nobody is chosen say nothing.

    >>> round(margin_of_selected_mean(np.array([[True, False], [False, True]]), np.array([50.0, 15.0]), np.array([100.0, 60.0]), 0.5), 4)
    0.2908
    """
    whole = chosen @ np.nan_to_num(weights)
    some = whole > 0
    return margin_of_drawn((chosen @ np.nan_to_num(amounts))[some] / whole[some], value)


def margin_of_drawn(drawn: np.ndarray, value: float) -> float:
    """The same for any number that was counted again in every draw; 0 without draws.

    >>> margin_of_drawn(np.array([1.0, 3.0]), 2.0)
    1.645
    """
    return float(Z_90 * np.sqrt(np.mean((drawn - value) ** 2))) if len(drawn) else 0.0


def with_selection(moe: float | None, selection: float | None) -> float | None:
    """A margin given the selection, and the margin of the selection, as one; None where neither is known.

    >>> with_selection(3.0, 4.0), with_selection(None, 4.0), with_selection(3.0, None), with_selection(None, None)
    (5.0, 4.0, 3.0, None)
    """
    known = [one for one in (moe, selection) if one is not None and not math.isnan(one)]
    return math.hypot(*known) if known else moe
