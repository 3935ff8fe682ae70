"""How evenly something good (or bad) is shared out, and between whom the gap runs.

All measures weigh every place by the people in it. A missing value is an error that names the places, because leaving
it out silently would make the worst-known places disappear. Definitions and worked numbers are in each docstring.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias, overload

import numpy as np
import numpy.typing as npt
import pandas as pd
from attrs import evolve, frozen

from ecomap.analysis.statistics.error import Z_90
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.said import Said, joined, name, say

Values: TypeAlias = pd.Series | Sequence[float] | npt.NDArray[np.float64]


class Theil(NamedTuple):
    """Theil's T and its exact split: ``total = between + within``."""

    total: float
    between: float
    within: float


@frozen
class Disparity:
    """The gap from group ``first`` to group ``second`` (as they were called) with its 90 % interval.

    ``difference`` is mean(first) - mean(second), in the unit of the values. ``significant`` is None where the
    standard errors are not known.
    """

    first: Said
    second: Said
    mean_first: float
    mean_second: float
    difference: float
    standard_error: float | None
    lower: float | None
    upper: float | None
    significant: bool | None


def gini(values: Values, weights: Values) -> float:
    """Gini coefficient of ``values`` over people: 0 = all alike, towards 1 = one has all.

    ``G = Σ (L_{i+1} C_i - L_i C_{i+1}) / (L_n C_n)`` with cumulative people C and cumulative value L, places sorted
    by value (trapezoid under the Lorenz curve). Values must not be negative and not all zero.

    Examples
    --------
    >>> round(gini([12, 10, 6, 2], [1000, 2000, 500, 300]), 6)
    0.143406
    """
    y, w = _checked(values, weights)
    _no_negative(y)
    order = np.argsort(y, kind="stable")
    people, value = np.cumsum(w[order]), np.cumsum((w * y)[order])
    if value[-1] <= 0:
        return 0.0
    return float((value[1:] * people[:-1] - value[:-1] * people[1:]).sum() / (value[-1] * people[-1]))


@overload
def theil(values: Values, weights: Values, groups: None = None) -> float: ...
@overload
def theil(values: Values, weights: Values, groups: Sequence[Any] | pd.Series) -> Theil: ...


def theil(values: Values, weights: Values, groups: Sequence[Any] | pd.Series | None = None) -> float | Theil:
    """Theil's T of ``values`` over people; with ``groups`` also its split between and within them.

    ``T = Σ (w/W)(y/μ) ln(y/μ)``; ``between = Σ s_g ln(μ_g/μ)``, ``within = Σ s_g T_g`` with s_g the share of the
    total value held by group g. ``0 ln 0 = 0``.

    Examples
    --------
    >>> split = theil([12, 10, 6, 2], [1000, 2000, 500, 300], groups=["a", "a", "b", "b"])
    >>> [round(part, 6) for part in split]
    [0.056525, 0.042505, 0.01402]
    """
    y, w = _checked(values, weights)
    _no_negative(y)
    total = _theil_of(y, w)
    if groups is None:
        return total
    labels = _labels(groups, values, len(y))
    whole = float((w * y).sum())
    if whole == 0:
        return Theil(0.0, 0.0, 0.0)
    mean = whole / w.sum()
    between = within = 0.0
    for label in pd.unique(labels):
        inside = labels == label
        share = float((w * y)[inside].sum()) / whole
        if share > 0:
            between += share * float(np.log((w * y)[inside].sum() / w[inside].sum() / mean))
            within += share * _theil_of(y[inside], w[inside])
    return Theil(total, between, within)


def atkinson(values: Values, weights: Values, epsilon: float) -> float:
    """Atkinson's index of a good thing: the share of it that could be given up if the rest were shared evenly.

    ``1 - EDE/μ`` with ``EDE = (Σ w y^(1-ε)/W)^(1/(1-ε))``, or ``exp(Σ w ln y / W)`` for ε = 1. A larger ε looks harder
    at the worst off. With ε >= 1 one zero makes the index 1: use `kolm_pollak_ede` there.

    Examples
    --------
    >>> [round(atkinson([12, 10, 6, 2], [1000, 2000, 500, 300], e), 6) for e in (0.5, 1, 2)]
    [0.032967, 0.077857, 0.214933]
    """
    y, w = _checked(values, weights)
    _no_negative(y)
    if epsilon < 0:
        raise ParameterError(say("Atkinson's epsilon cannot be {epsilon}.", epsilon=name(f"{epsilon:g}")),
                             say("Give 0 or more; 0.5 to 2 is usual."))
    mean = float(np.average(y, weights=w))
    if mean == 0 or epsilon == 0:
        return 0.0
    if epsilon >= 1 and (y[w > 0] == 0).any():
        return 1.0
    used = w > 0
    y, w = y[used], w[used] / w.sum()
    if epsilon == 1:
        ede = float(np.exp((w * np.log(y)).sum()))
    else:
        ede = float((w * (y / mean) ** (1 - epsilon)).sum() ** (1 / (1 - epsilon))) * mean
    return 1 - ede / mean


def kolm_pollak_kappa(values: Values, weights: Values, *, epsilon: float) -> float:
    """The κ that a given aversion ε means for these values: ``κ = ε Σ w x / Σ w x²`` (Logan et al. 2021).

    Choose ε > 0 for something good (access), ε < 0 for something bad (distance). Compute κ once, on a declared
    baseline, and use it for everything that is compared.
    """
    x, w = _checked(values, weights)
    square = float((w * x * x).sum())
    return 0.0 if square == 0 else epsilon * float((w * x).sum()) / square


def kolm_pollak_ede(
    values: Values, weights: Values, *, epsilon: float | None = None, kappa: float | None = None
) -> float:
    """Kolm-Pollak equally distributed equivalent: the level that, given to everyone, would be as good as this spread.

    ``EDE = -(1/κ) ln(Σ w exp(-κ x) / Σ w)``; κ → 0 gives the mean (Sheriff and Maguire 2020,
    doi 10.1111/risa.13562). Give either ``epsilon`` (κ is computed from these values) or a fixed ``kappa``
    (everything that is compared must use one).

    Examples
    --------
    >>> x, w = [0.3, 0.4, 0.9, 2.5], [1000, 2000, 500, 300]
    >>> round(kolm_pollak_ede(x, w, epsilon=-1), 6), round(kolm_pollak_ede(x, w, epsilon=-0.5), 6)
    (0.830652, 0.696507)
    """
    if (epsilon is None) == (kappa is None):
        raise ParameterError(say("Kolm-Pollak needs either epsilon or kappa."), say("Give exactly one of them."))
    x, w = _checked(values, weights)
    k = kolm_pollak_kappa(x, w, epsilon=epsilon) if epsilon is not None else float(kappa or 0.0)
    used = w > 0
    x, w = x[used], w[used]
    if abs(k) * max(float(np.ptp(x)), 1e-300) < 1e-9:
        return float(np.average(x, weights=w))
    shifted = -k * x
    top = shifted.max()
    return float(-(top + np.log((w * np.exp(shifted - top)).sum() / w.sum())) / k)


def concentration_index(values: Values, weights: Values, need: Values) -> float:
    """Whether the more or the less needy get more: positive = the less needy, negative = the more needy.

    People are lined up with the most needy first; ``C = (2/μ) Σ f y R - 1`` with f the share of people and R the
    cumulative share at the midpoint; places of equal need share one midpoint.

    Examples
    --------
    >>> round(concentration_index([12, 10, 6, 2], [1000, 2000, 500, 300], need=[0.2, 0.5, 0.8, 0.9]), 6)
    0.143406
    """
    y, w = _checked(values, weights)
    wanted, _ = _checked(need, weights)
    mean = float(np.average(y, weights=w))
    if mean == 0:
        return 0.0
    _, tied = np.unique(-wanted, return_inverse=True)
    people = np.bincount(tied, weights=w) / w.sum()
    midpoint = np.cumsum(people) - people / 2
    return float(2 / mean * ((w / w.sum()) * y * midpoint[tied]).sum() - 1)


def group_means(
    values: Values,
    weights: Values,
    groups: Sequence[Any] | pd.Series,
    *,
    standard_errors: Values | None = None,
    people_errors: Values | None = None,
) -> pd.DataFrame:
    """People-weighted mean of each group, with its standard error where those of the places are given.

    Returns
    -------
    DataFrame
        Index group; columns ``people``, ``mean``, ``standard_error`` (NaN where not known), ``lower``, ``upper`` (90 %).
        The error is that of the places' estimates (``standard_errors``) and of the counts of people (``people_errors``:
        ``(y - mean) se / W`` each), taken as independent; what is not given is taken as known, with neither it is NaN.
    """
    y, w = _checked(values, weights)
    labels = _labels(groups, values, len(y))
    unknown = standard_errors is None and people_errors is None
    errors = np.full(len(y), np.nan) if unknown else _errors(standard_errors, values)
    counts = _errors(people_errors, values)
    rows = {}
    for label in sorted(pd.unique(labels), key=str):
        inside = labels == label
        people = w[inside].sum()
        if people == 0:
            rows[label] = (0.0, np.nan, np.nan, np.nan, np.nan)
            continue
        mean = float((w * y)[inside].sum() / people)
        parts = (w * errors)[inside] ** 2 + ((y - mean) * counts)[inside] ** 2
        error = float(np.sqrt(parts.sum()) / people)
        rows[label] = (float(people), mean, error, mean - Z_90 * error, mean + Z_90 * error)
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["people", "mean", "standard_error", "lower", "upper"]
    ).rename_axis("group")


def disparity(
    values: Values,
    weights: Values,
    groups: Sequence[Any] | pd.Series,
    first: Any,
    second: Any,
    *,
    standard_errors: Values | None = None,
    people_errors: Values | None = None,
) -> Disparity:
    """The gap from one group to another with a 90 % interval. Swapping the groups changes its sign only."""
    means = group_means(values, weights, groups, standard_errors=standard_errors, people_errors=people_errors)
    for label in (first, second):
        if label not in means.index:
            raise ParameterError(say("There is no group called '{group}'.", group=name(label)),
                                 say("Groups: {known}.", known=joined(map(name, means.index), ", ")))
    a, b = means.loc[first], means.loc[second]
    difference = float(a["mean"] - b["mean"])
    error = float(np.hypot(a["standard_error"], b["standard_error"]))
    if np.isnan(error):
        return Disparity(name(first), name(second), float(a["mean"]), float(b["mean"]), difference, None, None, None, None)
    lower, upper = difference - Z_90 * error, difference + Z_90 * error
    significant = bool(lower > 0 or upper < 0)
    return Disparity(
        name(first), name(second), float(a["mean"]), float(b["mean"]), difference, error, lower, upper, significant
    )


def with_further_error(gap: Disparity, error: float | None) -> Disparity:
    """The same gap with one more standard error, independent of the one it has; as it is where that is None."""
    if error is None:
        return gap
    whole = float(np.hypot(gap.standard_error or 0.0, error))
    lower, upper = gap.difference - Z_90 * whole, gap.difference + Z_90 * whole
    return evolve(gap, standard_error=whole, lower=lower, upper=upper, significant=bool(lower > 0 or upper < 0))


def _theil_of(y: npt.NDArray[np.float64], w: npt.NDArray[np.float64]) -> float:
    mean = float((w * y).sum() / w.sum()) if w.sum() > 0 else 0.0
    if mean == 0:
        return 0.0
    ratio = y / mean
    positive = (ratio > 0) & (w > 0)
    terms = w[positive] / w.sum() * ratio[positive] * np.log(ratio[positive])
    return float(terms.sum())


def _as_array(values: Values) -> npt.NDArray[np.float64]:
    return np.asarray(values, dtype=float)


def _errors(errors: Values | None, values: Values) -> npt.NDArray[np.float64]:
    """Standard errors in the order of ``values``; 0 where none are given."""
    if errors is None:
        return np.zeros(len(values))
    if isinstance(errors, pd.Series) and isinstance(values, pd.Series):
        errors = errors.reindex(values.index)
    return _as_array(errors)


def _checked(
    values: Values, weights: Values
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Both as arrays in the order of ``values``; Series are joined by index, never by row order."""
    if isinstance(values, pd.Series) and isinstance(weights, pd.Series):
        weights = weights.reindex(values.index)
    y, w = _as_array(values), _as_array(weights)
    names = list(values.index) if isinstance(values, pd.Series) else list(range(len(y)))
    if y.shape != w.shape:
        raise InputError(say("There are {values} values and {weights} weights.", values=len(y), weights=len(w)),
                         say("Give one weight for each value."))
    wrong = [names[i] for i in np.flatnonzero(~np.isfinite(y) | ~np.isfinite(w) | (w < 0))]
    if wrong:
        some = joined(map(name, wrong[:5]), ", ")
        raise InputError(
            say("{count} places have no number or a negative weight: {places}.", count=len(wrong),
                places=say("{some} ...", some=some) if len(wrong) > 5 else some),
            say("Leave them out on purpose and say so, or give them a value (access is 0 where nothing is in reach)."),
            {"places": [str(one) for one in wrong]},
        )
    if not len(y) or w.sum() == 0:
        raise InputError(say("There is nobody to compare: all weights are zero."), say("Check the column with people."))
    return y, w


def _no_negative(y: npt.NDArray[np.float64]) -> None:
    if (y < 0).any():
        raise InputError(say("This measure needs values of zero or more."), say("Use Kolm-Pollak for values below zero."))


def _labels(groups: Sequence[Any] | pd.Series, values: Values, size: int) -> npt.NDArray[Any]:
    if isinstance(groups, pd.Series) and isinstance(values, pd.Series):
        groups = groups.reindex(values.index)
    labels = np.asarray(groups, dtype=object)
    if len(labels) != size or pd.isna(labels).any():
        raise InputError(say("Every place needs a group."), say("Fill the missing groups or leave those places out on purpose."))
    return labels
