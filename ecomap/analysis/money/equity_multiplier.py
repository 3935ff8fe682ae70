"""California's LCFF Equity Multiplier: which schools qualify."""

from __future__ import annotations

from typing import Final

import pandas as pd

from ecomap.analysis.money.exact import share_of
from ecomap.model.errors import InputError
from ecomap.model.said import Said, name, say

NONSTABILITY_ABOVE: Final = 0.25
DISADVANTAGED_ABOVE: Final = 0.70
ANSWERS: Final = {True: say("yes"), False: say("no"), None: say("cannot be said")}
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
    answers = [_above(nonstability, NONSTABILITY_ABOVE, say("The nonstability rate")),
               _above(disadvantaged, DISADVANTAGED_ABOVE, say("The share of disadvantaged pupils"))]
    if False in answers:
        return False
    return None if None in answers else True


def equity_multiplier(nonstability: pd.Series, disadvantaged: pd.Series) -> pd.Series:
    """Which schools qualify by their rates of the year before (0-1, by school id): yes, no, or it cannot be said."""
    rates = zip(nonstability, disadvantaged.reindex(nonstability.index), strict=True)
    return pd.Series([ANSWERS[equity_multiplier_eligible(_or_none(a), _or_none(b))] for a, b in rates], index=nonstability.index, dtype=object)


def _above(value: float | None, bound: float, what: Said) -> bool | None:
    if value is None or value != value:
        return None
    if value > 1:
        raise InputError(say("{what} cannot be {value}: it is a share between 0 and 1.", what=what, value=name(value)), say("Write 25 % as 0.25."))
    return float(round(share_of(value, what), _DIGITS)) > bound


def _or_none(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
