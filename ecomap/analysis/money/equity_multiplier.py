"""California's LCFF Equity Multiplier: which schools qualify, and for how much."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from ecomap.analysis.money.lcff import share_of
from ecomap.model.errors import InputError
from ecomap.model.said import say

NONSTABILITY_ABOVE: Final = 0.25
DISADVANTAGED_ABOVE: Final = 0.70
_DIGITS = 9  # 0.1 + 0.15 is 0.25, whatever binary numbers make of it


def equity_multiplier_eligible(nonstability: float | None, disadvantaged: float | None) -> bool | None:
    """Whether a school qualifies by its last year's rates: strictly more than 25 % and strictly more than 70 %.

    Parameters
    ----------
    nonstability, disadvantaged : float
        0-1: pupils who came or left during the year; pupils who are socioeconomically disadvantaged. Missing: it cannot
        be said, unless the other rate alone rules the school out.

    >>> equity_multiplier_eligible(0.25, 0.90), equity_multiplier_eligible(0.251, 0.70), equity_multiplier_eligible(0.251, 0.701)
    (False, False, True)
    >>> equity_multiplier_eligible(None, 0.5), equity_multiplier_eligible(None, 0.9) is None
    (False, True)
    """
    answers = [_above(nonstability, NONSTABILITY_ABOVE, "The nonstability rate"),
               _above(disadvantaged, DISADVANTAGED_ABOVE, "The share of disadvantaged pupils")]
    if False in answers:
        return False
    return None if None in answers else True


def equity_multiplier(
    nonstability: pd.Series,
    disadvantaged: pd.Series,
    *,
    enrollment: pd.Series | None = None,
    rate_usd: float | None = None,
    total_usd: float | None = None,
    excluded: pd.Series | None = None,
) -> pd.DataFrame:
    """Which schools qualify and, where the state's rate is known, for how much.

    Parameters
    ----------
    nonstability, disadvantaged : Series
        Rates of the year before, 0-1, by school id.
    enrollment : Series, optional
        Adjusted cumulative enrolment (pupils) by school id.
    rate_usd : float, optional
        The state's dollars per pupil. Without it, ``total_usd`` is shared out by enrolment among the schools given:
        right only if they are all that qualify in the state.
    excluded : Series of bool, optional
        Schools that cannot qualify (charter schools without classrooms).

    Returns
    -------
    DataFrame
        ``eligible`` ("yes", "no", "cannot be said") and ``amount_usd`` (0 for "no", missing where it cannot be said).
    """
    left_out = pd.Series(False, index=nonstability.index) if excluded is None else excluded.reindex(nonstability.index).fillna(False)
    disadvantaged = disadvantaged.reindex(nonstability.index)
    answers = [
        False if out else equity_multiplier_eligible(_or_none(a), _or_none(b))
        for a, b, out in zip(nonstability, disadvantaged, left_out, strict=True)
    ]
    words = {True: "yes", False: "no", None: "cannot be said"}
    amount = pd.Series([0.0 if answer is False else np.nan for answer in answers], index=nonstability.index)
    if enrollment is not None and (rate_usd is not None or total_usd is not None):
        yes = pd.Series([answer is True for answer in answers], index=nonstability.index)
        pupils = enrollment.reindex(nonstability.index).astype(float)
        if rate_usd is None:
            counted = pupils[yes].sum()
            rate_usd = float(total_usd or 0.0) / counted if counted > 0 else 0.0
        amount = amount.where(~yes, (pupils * rate_usd).round(2))
    return pd.DataFrame({"eligible": [words[answer] for answer in answers], "amount_usd": amount}, index=nonstability.index)


def _above(value: float | None, bound: float, what: str) -> bool | None:
    if value is None or value != value:
        return None
    if value > 1:
        raise InputError(say("{what} cannot be {value}: it is a share between 0 and 1.", what=what, value=value), say("Write 25 % as 0.25."))
    return float(round(share_of(value, what), _DIGITS)) > bound


def _or_none(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
