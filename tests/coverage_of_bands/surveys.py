"""A survey that might have been: the values of need areas with errors drawn from their own margins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ecomap.analysis.people import WHO
from ecomap.model import vocabulary as v
from ecomap.model.indicator import Indicator

NEED, NUMBER = "need", "number"  # along what the errors of one place go together
STANDARD_ERROR: Final = 1.0 / 1.645  # of a published 90 % margin


def surveyed(
    areas: Any, indicators: Sequence[Indicator], survey: int, *, correlation: float = 0.0, along: str = NUMBER, possible: bool = True,
    seed: int = 20260101,
) -> Any:
    """The same areas as another sample of the same people would have shown them.

    Takes no number from the draws that the questions make for themselves: it has a generator of its own.

    Parameters
    ----------
    areas : DataFrame
        What is taken for the truth. Cells without a margin are the same in every survey.
    survey : int
        Which survey: the same number gives the same one.
    correlation : float
        Of the errors of two indicators of one place (0-1): the same households answer all questions.
    along : {"need", "number"}
        Whether errors go together in the direction of more need (poverty up, income down), or of higher numbers.
    possible : bool
        Whether a survey finds only what can be: no share below 0 or above 1, no amount below 0. A tract of twelve residents has
        margins of several hundred percent, so without this it would be found anywhere.
    """
    rng = np.random.default_rng([seed, survey])
    shared = rng.standard_normal(len(areas))
    new: dict[str, np.ndarray] = {}
    for item in indicators:
        own = rng.standard_normal(len(areas))
        if not item.moe_column or item.moe_column not in areas:
            continue
        sign = item.direction if along == NEED else 1
        error = sign * (np.sqrt(correlation) * shared + np.sqrt(1.0 - correlation) * own)
        value = _numbers(areas, item.column) + error * _errors(areas, item.moe_column)
        new[item.column] = np.clip(value, 0.0, 1.0 if item.unit == "share" else None) if possible else value
        if item.numerator in areas and item.denominator in areas and item.numerator and item.denominator:
            new[item.numerator] = new[item.column] * _numbers(areas, item.denominator)
    for count in WHO:
        noise = rng.standard_normal(len(areas))
        if count in areas and count + v.MOE_SUFFIX in areas:
            new[count] = np.maximum(_numbers(areas, count) + noise * _errors(areas, count + v.MOE_SUFFIX), 0.0)  # nobody counts fewer than none
    return areas.assign(**new)


def _numbers(areas: Any, column: str) -> np.ndarray:
    return np.asarray(areas[column].to_numpy(dtype=float, na_value=np.nan))


def _errors(areas: Any, column: str) -> np.ndarray:
    return np.nan_to_num(_numbers(areas, column), nan=0.0) * STANDARD_ERROR
