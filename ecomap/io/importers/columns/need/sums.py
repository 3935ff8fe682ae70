"""Counts of a survey added up, with the margin of their sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def margin_of_sum(estimates: Sequence[Any], margins: Sequence[Any]) -> Any:
    """The margin of a sum of counts, row by row: the root of the summed squares, of all counts of zero only the largest margin, once.

    Every count of zero has the same modelled margin, so adding each of them up would say far too much (U.S. Census Bureau 2020,
    Understanding and Using American Community Survey Data, chapter 8). Missing where a count or a margin is.

    Parameters
    ----------
    estimates, margins : sequences of Series of float
        The counts and their 90 % margins, in the same order.

    >>> import pandas as pd
    >>> counts, margins = ([pd.Series([float(one)]) for one in row] for row in ([50, 0, 0, 0], [30, 12, 12, 9]))
    >>> round(float(margin_of_sum(counts, margins)[0]), 3)
    32.311
    """
    import numpy as np
    import pandas as pd  # heavy

    index = estimates[0].index
    counts = np.column_stack([one.to_numpy(dtype=float) for one in estimates])
    errors = np.column_stack([one.to_numpy(dtype=float) for one in margins])
    zero = counts == 0
    squares = np.where(zero, 0.0, errors**2).sum(axis=1) + np.where(zero, errors, 0.0).max(axis=1) ** 2
    squares[np.isnan(counts).any(axis=1) | np.isnan(errors).any(axis=1)] = np.nan
    return pd.Series(squares**0.5, index=index)
