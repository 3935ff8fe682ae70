"""A need index in two steps: indicators to domains, domains to one score, so that a domain with many indicators weighs no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.need import scaling as s
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.statistics.ranks import ranks
from ecomap.model.errors import ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.said import say

DOMAIN = "domain_"
OTHER = "other"


def domain_index(
    frame: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    domain_weights: Mapping[str, float] | None = None,
    weights: Mapping[str, float] | None = None,
    scaling: str = s.PERCENTILE,
    aggregation: str = s.ARITHMETIC,
    minimum_present: float = 0.75,
) -> pd.DataFrame:
    """Need by domain, and from the domains one score.

    Within a domain the arithmetic mean of its indicators is taken (`ecomap.analysis.need.index.question.need_index`), between domains the
    mean asked for. A domain needs `minimum_present` of its indicators, the score the same share of the domains' weight: a
    missing domain is left out and never zero.

    Parameters
    ----------
    indicators : sequence of Indicator
        ``domain`` says where each belongs; "" is the domain "other".
    domain_weights : mapping of domain to number, optional
        Not named: 1. 0 leaves a domain out.
    weights : mapping of column to number, optional
        Within the domains.
    aggregation : {"arithmetic", "geometric", "harmonic"}
        Between domains; the last two need a scaling between 0 and 1 (percentile, min-max).

    Returns
    -------
    DataFrame
        Index kept: score, rank (1 = highest need), share_present (0-1, of the domains' weight), domain_<name> (0-1 where the
        scaling is), contribution_<name>: the parts of the score, which add up to it.

    >>> from ecomap.model.source import Source
    >>> one = [Indicator(n, n, "share", 1, Source("x"), domain=d) for n, d in (("a", "money"), ("b", "money"), ("z", "air"))]
    >>> areas = pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 2, 3], "z": [3.0, 2, 1]})
    >>> domain_index(areas, one)["score"].tolist()
    [0.5, 0.5, 0.5]
    """
    members: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        members.setdefault(indicator.domain or OTHER, []).append(indicator)
    given = domain_weights or {}
    strange = [name for name in given if name not in members]
    if strange:
        raise ParameterError(say("There is no domain called '{strange}'.", strange=strange[0]), say("Domains: ") + ", ".join(members) + ".")
    names = [name for name in members if given.get(name, 1.0) != 0]
    weight = np.array([float(given.get(name, 1.0)) for name in names])
    if not names or not (np.isfinite(weight) & (weight > 0)).all():
        raise ParameterError(say("A need index needs a domain with a weight above 0."), say("Give weights of 0 or more."))
    parts = np.column_stack([_domain(frame, members[name], weights or {}, scaling, minimum_present) for name in names])
    ready = parts if aggregation == s.ARITHMETIC else s.to_positive(parts, s.scaling_named(scaling))
    score, shares = s.aggregate(ready, weight, aggregation)
    size = 1.0 if aggregation == s.ARITHMETIC or s.scaling_named(scaling) == s.NONE else 100.0
    present = (np.isfinite(parts) * weight).sum(axis=1) / weight.sum()
    enough = (present >= minimum_present - 1e-12) & (present > 0)
    result = pd.DataFrame({c.SCORE: np.where(enough, score / size, np.nan)}, index=frame.index)
    result[c.RANK] = ranks(result[c.SCORE])
    result[c.SHARE_PRESENT] = present
    for position, name in enumerate(names):
        result[DOMAIN + name] = parts[:, position]
    for position, name in enumerate(names):
        result[c.CONTRIBUTION + name] = np.where(enough, shares[:, position] / size, np.nan)
    return result


def _domain(
    frame: pd.DataFrame, members: Sequence[Indicator], weights: Mapping[str, float], scaling: str, minimum_present: float
) -> np.ndarray:
    own = {item.column: weights[item.column] for item in members if item.column in weights}
    found = need_index(frame, members, scaling=scaling, minimum_present=minimum_present, weights=own)
    return np.asarray(found[c.SCORE], dtype=float)
