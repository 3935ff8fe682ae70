"""What no plan can reach, found without a solver: by prices on people, at which a site is worth no more than its own.

Whoever a plan reaches is reached by at least one of its sites. Let each group of people carry a price of at most what it
weighs: then no plan reaches more than what all weigh beyond their price, and the dearest sites that the limits allow. That
holds at any prices (Lagrange multipliers; Galvao and ReVelle 1996), so it is true whenever the search for the lowest ends.
"""

from __future__ import annotations

import numpy as np

from ecomap.analysis.optimise.case import Budget, Floats, SiteCount
from ecomap.analysis.optimise.cover import Bools, Cover
from ecomap.model import clock
from ecomap.model.progress import Progress

_STEPS = 300
_PATIENCE = 12     # steps without a lower bound before they get shorter
_SHORTEST = 1e-3
_ROUNDING = 1e-9


def most_reached(cover: Cover, opened: Bools, until: float, progress: Progress | None = None) -> tuple[float, Bools]:
    """A number that no plan under the number of sites and the budget beats, and the best plan met on the way.

    Other wishes could only lower the number; the plan keeps to the limits and may miss floors and quotas.

    Parameters
    ----------
    opened : ndarray of bool
        A good plan: where the prices start, and what the bound is compared with.
    until : float
        On the clock `ecomap.model.clock.moment_s`.
    """
    progress = progress or Progress()
    by_site, weight = cover.sees.T.tocsr(), cover.weight
    plan = cover.gain(opened)
    price = np.where(cover.reached(opened), 0.0, weight)
    best, _ = _at(cover, by_site, price)
    everybody, _ = _at(cover, by_site, weight)
    if everybody < best:
        best, price = everybody, weight.copy()
    step, fruitless = 1.0, 0
    for _ in range(_STEPS):
        progress.check()
        value, sites = _at(cover, by_site, price)
        fruitless = 0 if value < best * (1 - 1e-6) else fruitless + 1
        best = min(best, value)
        if fruitless > _PATIENCE:
            step, fruitless = step / 2, 0
        slope = cover.sees @ sites - 1.0
        whole = sites > 1 - _ROUNDING
        if (gain := float(weight @ (cover.sees @ whole.astype(float) > 0.5))) > plan:
            plan, opened = gain, whole | cover.case.open
        size = float(weight @ slope**2)
        if step < _SHORTEST or not size > 0 or value - plan <= _ROUNDING * max(plan, 1.0) or clock.over(until):
            break
        price = np.clip(price - step * (value - plan) / size * weight * slope, 0.0, weight)
    return max(best, plan), opened


def _at(cover: Cover, by_site: Floats, price: Floats) -> tuple[float, Floats]:
    """The bound at some prices, and the sites that it opens (the last by a part where money runs out)."""
    new = ~cover.case.open
    worth = np.asarray(by_site @ price)
    least, sites = float("inf"), np.zeros(len(worth))
    for wish in (wish for wish in cover.wishes if isinstance(wish, SiteCount | Budget)):
        cost = np.ones(len(worth)) if isinstance(wish, SiteCount) else wish.cost
        room = float(wish.most - cover.case.open.sum()) if isinstance(wish, SiteCount) else wish.budget * (1 + _ROUNDING)
        parts = _filled(worth, np.where(new, cost, np.inf), max(room, 0.0))
        if float(parts @ worth) < least:
            least, sites = float(parts @ worth), parts
    if not np.isfinite(least):
        sites = (new & (worth > 0)).astype(float)
        least = float(sites @ worth)
    return float((cover.weight - price).sum()) + least, sites


def _filled(worth: Floats, cost: Floats, room: float) -> Floats:
    """The sites that are worth most for what they cost, as far as there is room; of the last one a part."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(cost > 0, worth / cost, np.where(worth > 0, np.inf, 0.0))
    kept = np.flatnonzero(np.isfinite(cost))
    kept = kept[_first(ratio[kept], _fitting(cost[kept], room))]
    order = kept[np.argsort(-ratio[kept], kind="stable")]
    before = np.cumsum(cost[order]) - cost[order]
    parts = np.zeros(len(worth))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(cost[order] > 0, (room - before) / cost[order], 1.0)
    parts[order] = np.clip(share, 0.0, 1.0)
    return parts


def _fitting(cost: Floats, room: float) -> int:
    """How many sites at most have a part, were all as cheap as the cheapest; more than there are where one costs nothing."""
    cheapest = float(cost.min(initial=np.inf))
    return int(min(room / cheapest + 2, len(cost))) if cheapest > 0 else len(cost)


def _first(ratio: Floats, count: int) -> Bools:
    """So many of the highest, and what is level with the last of them: the others need not be put in order."""
    if not 0 < count < len(ratio):
        return np.ones(len(ratio), dtype=bool)
    return np.asarray(ratio >= np.partition(ratio, len(ratio) - count)[len(ratio) - count])
