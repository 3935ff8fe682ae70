"""Money that pupils generate beside money spent on them: the difference, what it is made of, and whom it follows."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from ecomap.analysis.statistics.ranks import FIFTHS
from ecomap.model.errors import InputError
from ecomap.model.said import say

DIFFERENCE: Final = "difference_usd"
PER_PUPIL: Final = "difference_per_pupil_usd"
RATIO: Final = "spent_to_generated"
FROM_NORMING: Final = "from_norming_usd"
FROM_CENTRAL: Final = "from_central_usd"
FROM_OTHER: Final = "from_other_usd"


class Line(NamedTuple):
    """Dollars per pupil expected at a level of need: ``expected = intercept + slope x need``."""

    intercept: float
    slope: float
    expected: pd.Series
    explained: float  # share of the pupil-weighted variance that the line explains, 0-1


def misalignment(
    generated: pd.Series,
    spent_at_site: pd.Series,
    *,
    pupils: pd.Series | None = None,
    spent_centrally: pd.Series | None = None,
    norming: pd.Series | None = None,
) -> pd.DataFrame:
    """What a school generates less what is spent at the site, and how much of it norming and central spending explain.

    ``M_s = G_s - state and local money spent at the site``. ``from_norming = -N_s`` (charged at the average but not
    paid), ``from_central`` = state and local money spent centrally for the school, ``from_other`` = the rest; the three add
    up to M_s where both are known. Above 0: more is generated than is spent at the site. State and local spending also
    holds money from outside the formula (special education, grants), so M_s below 0 is usual.

    Parameters
    ----------
    generated, spent_at_site, spent_centrally, norming : Series
        Dollars by school id; federal money is in none of them. Missing stays missing: it is not 0.
    pupils : Series, optional
        By school id.

    Returns
    -------
    DataFrame
        Index of ``generated``.

    >>> row = misalignment(pd.Series({"a": 100.0}), pd.Series({"a": 70.0}), pupils=pd.Series({"a": 10.0}),
    ...                    spent_centrally=pd.Series({"a": 20.0}), norming=pd.Series({"a": -6.0})).loc["a"]
    >>> row[["difference_usd", "from_norming_usd", "from_central_usd", "from_other_usd"]].tolist()
    [30.0, 6.0, 20.0, 4.0]
    """
    index = generated.index
    spent = spent_at_site.reindex(index).astype(float)
    out = pd.DataFrame({DIFFERENCE: generated.astype(float) - spent}, index=index)
    nothing = pd.Series(np.nan, index=index)
    people = nothing if pupils is None else pupils.reindex(index).astype(float)
    out[PER_PUPIL] = out[DIFFERENCE] / people.where(people > 0)
    out[RATIO] = spent / generated.where(generated > 0)
    out[FROM_NORMING] = nothing if norming is None else -norming.reindex(index).astype(float)
    out[FROM_CENTRAL] = nothing if spent_centrally is None else spent_centrally.reindex(index).astype(float)
    out[FROM_OTHER] = out[DIFFERENCE] - out[FROM_NORMING] - out[FROM_CENTRAL]
    return out


def share_ratio(received: pd.Series, pupils: pd.Series) -> pd.Series:
    """A school's part of the dollars over its part of the pupils they are meant for: 1 = in proportion.

    Only schools for which both are known count; the others are missing.

    >>> share_ratio(pd.Series({"a": 30.0, "b": 10.0}), pd.Series({"a": 10.0, "b": 10.0})).tolist()
    [1.5, 0.5]
    """
    people = pupils.reindex(received.index).astype(float)
    known = received.notna() & people.notna()
    money, counted = received.where(known).sum(), people.where(known).sum()
    if not money > 0 or not counted > 0:
        return pd.Series(np.nan, index=received.index)
    return (received.where(known) / money) / (people.where(known & (people > 0)) / counted)


def expected_line(per_pupil: pd.Series, need: pd.Series, pupils: pd.Series) -> Line:
    """The straight line of dollars per pupil against need that fits best, every pupil counting the same.

    A school above the line gets more than is usual at its level of need in these data, one below gets less; the line is
    what is, not what ought to be.

    Parameters
    ----------
    per_pupil, need, pupils : Series
        By school id; need is a share (0-1). Schools with a missing number, or without pupils, do not count.

    Raises
    ------
    InputError
        If fewer than three schools, or only one level of need, are known.

    >>> line = expected_line(pd.Series([10.0, 20.0, 30.0]), pd.Series([0.0, 0.5, 1.0]), pd.Series([1.0, 1.0, 1.0]))
    >>> round(line.intercept, 6), round(line.slope, 6), round(line.explained, 6)
    (10.0, 20.0, 1.0)
    """
    x, w = need.reindex(per_pupil.index).astype(float), pupils.reindex(per_pupil.index).astype(float)
    use = per_pupil.notna() & x.notna() & (w > 0)
    if int(use.sum()) < 3 or x[use].nunique() < 2:
        raise InputError(say("A line of dollars against need wants three schools of differing need."), say("Import more schools."))
    y_, x_, w_ = per_pupil[use].to_numpy(float), x[use].to_numpy(), w[use].to_numpy()
    x_mean, y_mean = np.average(x_, weights=w_), np.average(y_, weights=w_)
    slope = float((w_ * (x_ - x_mean) * (y_ - y_mean)).sum() / (w_ * (x_ - x_mean) ** 2).sum())
    intercept = float(y_mean - slope * x_mean)
    spread = float((w_ * (y_ - y_mean) ** 2).sum())
    left = float((w_ * (y_ - intercept - slope * x_) ** 2).sum())
    return Line(intercept, slope, intercept + slope * x, 1 - left / spread if spread > 0 else 0.0)


def by_fifth(fifth: pd.Series, dollars: pd.Series, pupils: pd.Series) -> pd.DataFrame:
    """How dollars concentrate by need fifth: their share, the share of the pupils, and dollars per pupil.

    Dollars are added up and then divided by pupils: schools' own figures per pupil are never averaged.

    Returns
    -------
    DataFrame
        Index 5 (highest need) to 1; ``schools`` and ``pupils`` are those whose dollars are known; shares are missing where
        no school's dollars are.
    """
    people = pupils.reindex(fifth.index).astype(float)
    money = dollars.reindex(fifth.index).astype(float)
    known = fifth.notna() & money.notna() & people.notna()
    all_money, all_people = money[known].sum(), people[known].sum()
    rows = {}
    for number in range(FIFTHS, 0, -1):
        here = known & (fifth == number)
        amount, counted = float(money[here].sum()), float(people[here].sum())
        rows[number] = {
            "schools": float(here.sum()), "pupils": counted, "dollars": amount if here.any() else np.nan,
            "share_of_dollars": amount / all_money if all_money > 0 else np.nan,
            "share_of_pupils": counted / all_people if all_people > 0 else np.nan,
            "per_pupil": amount / counted if counted > 0 else np.nan,
        }
    return pd.DataFrame.from_dict(rows, orient="index")
