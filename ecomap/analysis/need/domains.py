"""A need index in two steps: indicators to domains, domains to one score, so that a domain with many indicators weighs no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve

from ecomap.analysis import columns as c
from ecomap.analysis.need import scaling as s
from ecomap.analysis.need.recipe import Recipe, column_of
from ecomap.analysis.need.scoring import index_of
from ecomap.analysis.statistics.ranks import ranks
from ecomap.model.errors import ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.said import joined, name, say

DOMAIN = "domain_"
OTHER = "other"


def domain_index(
    frame: pd.DataFrame, recipe: Recipe, *, domain_weights: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Need by domain, and from the domains one score.

    Within a domain the arithmetic mean of its indicators is taken (`ecomap.analysis.need.scoring.index_of`), between domains
    the recipe's mean. A domain needs the recipe's share of its indicators, the score the same share of the domains' weight: a
    missing domain is left out and never zero.

    Parameters
    ----------
    recipe : Recipe
        ``domain`` of its indicators says where each belongs; "" is the domain "other". Its weights count within the domains,
        its mean between them; the last two means need a scaling between 0 and 1 (percentile, min-max).
    domain_weights : mapping of domain to number, optional
        Not named: 1. 0 leaves a domain out.

    Returns
    -------
    DataFrame
        Index kept: score, rank (1 = highest need), share_present (0-1, of the domains' weight), domain_<name> (0-1 where the
        scaling is), contribution_<name>: the parts of the score, which add up to it.

    >>> from ecomap.model.source import Source
    >>> one = [Indicator(n, n, "share", 1, Source("x"), domain=d) for n, d in (("a", "money"), ("b", "money"), ("z", "air"))]
    >>> areas = pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 2, 3], "z": [3.0, 2, 1]})
    >>> domain_index(areas, Recipe(one))["score"].tolist()
    [0.5, 0.5, 0.5]
    """
    members: dict[str, list[str | Indicator]] = {}
    for item in recipe.indicators:
        members.setdefault(OTHER if isinstance(item, str) else item.domain or OTHER, []).append(item)
    given = domain_weights or {}
    strange = [domain for domain in given if domain not in members]
    if strange:
        raise ParameterError(say("There is no domain called '{domain}'.", domain=name(strange[0])),
                             say("Domains: {known}.", known=joined(map(name, members), ", ")))
    domains = [domain for domain in members if given.get(domain, 1.0) != 0]
    weight = np.array([float(given.get(domain, 1.0)) for domain in domains])
    if not domains or not (np.isfinite(weight) & (weight > 0)).all():
        raise ParameterError(say("A need index needs a domain with a weight above 0."), say("Give weights of 0 or more."))
    parts = np.column_stack([_domain(frame, recipe, members[domain]) for domain in domains])
    kind, arithmetic = s.scaling_named(recipe.scaling), recipe.aggregation == s.ARITHMETIC
    score, shares = s.aggregate(parts if arithmetic else s.to_positive(parts, kind), weight, recipe.aggregation)
    size = 1.0 if arithmetic or kind == s.NONE else 100.0
    present = (np.isfinite(parts) * weight).sum(axis=1) / weight.sum()
    enough = recipe.enough(present)
    result = pd.DataFrame({c.SCORE: np.where(enough, score / size, np.nan)}, index=frame.index)
    result[c.RANK] = ranks(result[c.SCORE])
    result[c.SHARE_PRESENT] = present
    for position, domain in enumerate(domains):
        result[DOMAIN + domain] = parts[:, position]
    for position, domain in enumerate(domains):
        result[c.CONTRIBUTION + domain] = np.where(enough, shares[:, position] / size, np.nan)
    return result


def _domain(frame: pd.DataFrame, recipe: Recipe, members: Sequence[str | Indicator]) -> np.ndarray:
    columns = {column_of(item) for item in members}

    def own(mapping: Mapping[str, Any]) -> dict[str, Any]:
        return {column: value for column, value in mapping.items() if column in columns}

    alone = evolve(recipe, indicators=tuple(members), aggregation=s.ARITHMETIC, weights=own(recipe.weights),
                   directions=own(recipe.directions), marks=own(recipe.marks))
    return np.asarray(index_of(frame, alone)[c.SCORE], dtype=float)
