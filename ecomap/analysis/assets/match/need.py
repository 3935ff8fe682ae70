"""How many pupils of every school may need each function: an estimate from the rates of the residents around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis.assets.presence import text
from ecomap.analysis.assets.school_need import needs_in_words, number
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import weight_of
from ecomap.analysis.travel.pairs import travel_costs
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.pupils import THRESHOLD
from ecomap.model.result import Note
from ecomap.model.said import joined, plural, say
from ecomap.model.terms import Terms, default_need_links

_LISTED = 10


def need_links(frames: Frames, terms: Terms) -> pd.DataFrame:
    """Which need calls for which function, with a weight of 0 or more: the project's own table, or the neutral default.

    Raises
    ------
    InputError
        If a weight is missing or below zero.
    """
    if "need_links" not in frames or not len(frames["need_links"]):
        return pd.DataFrame(default_need_links(), columns=[v.INDICATOR, v.FUNCTION, v.WEIGHT])
    rows = frames["need_links"]
    weight = number(rows, v.WEIGHT)
    wrong = np.flatnonzero(~(weight >= 0))
    if len(wrong):
        raise InputError(plural("{n} link of needs and functions has no weight of 0 or more: {links}.",
                                "{n} links of needs and functions have no weight of 0 or more: {links}.", len(wrong),
                                links=joined(text(rows, v.ID).iloc[wrong[:_LISTED]], ", ")), say("Give each a weight; 1 is neutral."))
    function = text(rows, v.FUNCTION).map(lambda word: terms.code("function", word) or word)
    return pd.DataFrame({v.INDICATOR: text(rows, v.INDICATOR), v.FUNCTION: function, v.WEIGHT: weight})


def estimated_need(frames: Frames, schools: Any, radius_m: float, terms: Terms) -> tuple[pd.DataFrame, list[Note], float]:
    """Pupils of each school who may need each function, whole numbers, NaN where it cannot be said; notes; the margin of their sum (90 %).

    Pupils x mean of the linked indicators around the school, weighed by the links. An estimate from the rates of the
    residents: never a count of pupils.
    """
    areas, layer = frames["areas"], frames.layer("areas")
    links = need_links(frames, terms)
    described = {item.column: item for item in layer.indicators}
    shares = [name for name, item in described.items() if item.unit == "share" and item.direction > 0]
    usable = links[links[v.INDICATOR].isin(shares) & (links[v.WEIGHT] > 0)]
    notes = [Note("caution", say("Need is estimated: pupils of the school times the rates of the residents around it. It is no count "
                  "of pupils, and who would come is not known."))]
    left_out = sorted(set(links[v.INDICATOR]) - set(shares))
    if left_out:
        notes.append(count_note(plural(
            "{n} linked need is no share of residents in these need areas and cannot say how many pupils: {needs}.",
            "{n} linked needs are no share of residents in these need areas and cannot say how many pupils: {needs}.",
            len(left_out), needs=needs_in_words(left_out, layer, _LISTED))))
    pupils = number(schools, v.ENROLLMENT)
    small = pupils < THRESHOLD
    if small.any():
        notes.append(count_note(plural("{n} school has fewer than {smallest} pupils: not estimated.",
                                       "{n} schools have fewer than {smallest} pupils: not estimated.", int(small.sum()),
                                       smallest=THRESHOLD)))
    pupils = np.where(small, np.nan, pupils)
    around = {name: _around(areas, schools, name, radius_m) for name in sorted(set(usable[v.INDICATOR]))}
    frame = pd.DataFrame({str(function): np.round(pupils * _weighed(rows, around)) for function, rows in usable.groupby(v.FUNCTION)},
                         index=range(len(schools)))
    unknown = int(frame.isna().all(axis=1).sum()) if len(frame.columns) else len(schools)
    if unknown:
        notes.append(count_note(plural(
            "{n} school has no estimate of need, for want of pupils or of areas in reach: not known, and in no total.",
            "{n} schools have no estimate of need, for want of pupils or of areas in reach: not known, and in no total.", unknown)))
    return frame, notes, _margin_of_all(areas, schools, described, usable, pupils, around, radius_m)


def _weighed(links: pd.DataFrame, around: Mapping[str, np.ndarray]) -> np.ndarray:
    """Mean share of the linked needs around every school, weighed by the links, 0-1; NaN where none of them is known."""
    values = np.column_stack([around[name] for name in links[v.INDICATOR]])
    weights = np.where(np.isnan(values), 0.0, links[v.WEIGHT].to_numpy()[None, :])
    total = weights.sum(axis=1)
    mean = np.divide((np.nan_to_num(values) * weights).sum(axis=1), total, out=np.full(len(values), np.nan), where=total > 0)
    return np.asarray(np.clip(mean, 0.0, 1.0))


def _margin_of_all(
    areas: Any, schools: Any, described: Mapping[str, Any], links: pd.DataFrame, pupils: np.ndarray, around: Mapping[str, np.ndarray], radius_m: float,
) -> float:
    """The margin of all needs together, from the margins of the rates; 0 where none has any.

    The sum is linear in the rates of the areas, so its variance is that of each rate times the square of the pupils that rest on it. Rates
    without a margin, and the wish to know who would come, are not in it: the true error is larger.
    """
    rests = {name: np.zeros(len(schools)) for name in around}
    for _, rows in links.groupby(v.FUNCTION):
        known = np.column_stack([~np.isnan(around[name]) for name in rows[v.INDICATOR]])
        weights = np.where(known, rows[v.WEIGHT].to_numpy()[None, :], 0.0)
        total = weights.sum(axis=1, keepdims=True)
        share = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
        for name, column in zip(rows[v.INDICATOR], share.T, strict=True):
            rests[name] += np.nan_to_num(pupils) * column
    people, variance = weight_of(areas), 0.0
    for name, count in rests.items():
        margin = number(areas, described[name].moe_column or name + v.MOE_SUFFIX)
        use = np.flatnonzero(~np.isnan(number(areas, name)) & (people > 0))
        costs = travel_costs(schools, areas.iloc[use], cutoff_m=radius_m)
        weight = people[use][costs.supply]
        total = np.bincount(costs.demand, weight, len(schools))
        on = np.bincount(costs.supply, count[costs.demand] * weight / total[costs.demand], len(use))
        variance += float(np.nansum((on * margin[use]) ** 2))
    return float(np.sqrt(variance))


def _around(areas: Any, schools: Any, column: str, radius_m: float) -> np.ndarray:
    """Mean of a rate over the need areas whose middle is within reach, weighed by children (or who stands in); NaN where there are none."""
    values, people = number(areas, column), weight_of(areas)
    use = ~np.isnan(values) & (people > 0)
    costs = travel_costs(schools, areas[use], cutoff_m=radius_m)
    weight = people[use][costs.supply]
    total = np.bincount(costs.demand, weight, len(schools))
    return np.divide(np.bincount(costs.demand, weight * values[use][costs.supply], len(schools)), total,
                     out=np.full(len(schools), np.nan), where=total > 0)
