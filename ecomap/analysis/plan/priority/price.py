"""The price of a ranking: what as many schools chosen together would reach, and the order in which each adds most to those before."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.optimise.case import SiteCount
from ecomap.analysis.optimise.cover import Bools, Cover
from ecomap.analysis.optimise.exchange import exchanged, solved
from ecomap.analysis.optimise.truths import groups_of
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.expansion.aims import EVERYWHERE
from ecomap.analysis.plan.expansion.ground import Winnable, winnable
from ecomap.analysis.plan.priority.gain import DIGITS, need_of_areas, powered
from ecomap.analysis.plan.together import reached_together
from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress
from ecomap.model.said import say

TIME_S: Final = 10.0  # far more than it takes: the number must not hang on how busy the machine is


@frozen
class Price:
    """What a ranking gives up by looking at each school on its own.

    Parameters
    ----------
    count : int
        How many schools.
    reached : tuple
        People whom so many schools chosen together would newly reach, with margin (None without margins).
    proven : bool
        Whether no choice of so many reaches more.
    place : ndarray
        By candidate, its place when each adds most (by the score of the ranking) to those before it; NaN where it adds nothing.
    adds : ndarray
        By candidate, people whom it newly reaches after those before it.
    """

    count: int
    reached: tuple[float, float | None]
    proven: bool
    place: np.ndarray = field(eq=False, repr=False)
    adds: np.ndarray = field(eq=False, repr=False)


def price_of(now: Situation, found: Candidates, count: int, progress: Progress) -> Price:
    """Choose as many schools together, and put all in the order of adding."""
    won = winnable(now, found, progress.part(0.0, 0.6))
    if not len(won.case.costs):
        return Price(count, now.total(np.zeros(len(now.people))), True, np.full(len(found.schools), np.nan), np.zeros(len(found.schools)))
    wish = SiteCount(count, say("at most {count} schools", count=count))
    cover = Cover.of(won.case, EVERYWHERE, [wish])
    opened, proven = _chosen(cover, progress.part(0.6, 0.95))
    place, adds = _order(now, found, won, cover)
    chosen = pd.Series(cover.case.sites[opened].astype(str))
    return Price(count, reached_together(now, found, chosen), proven and won.outer is None, place, adds)


def _chosen(cover: Cover, progress: Progress) -> tuple[Bools, bool]:
    """The sites that reach most together: proven where the time allows, the best that exchanges find where not."""
    opened = exchanged(cover, cover.first(), progress)
    solution = solved(cover, time_limit_s=TIME_S, progress=progress)
    if solution.values is None:
        return opened, False
    other = solution.values[: len(opened)] > 0.5
    return (other if cover.gain(other) >= cover.gain(opened) else opened), solution.proven


def _order(now: Situation, found: Candidates, won: Winnable, cover: Cover) -> tuple[np.ndarray, np.ndarray]:
    """Place and people added by candidate, each time the school whose need-weighted people are most; first by id of equals.

    Schools that a plan need not look at are in the order as well: what each reaches stands in the cover all the same.
    """
    group = groups_of(cover)
    held = group >= 0
    need = powered(need_of_areas(now)[0], now.params.need_weight)
    people = np.bincount(group[held], won.people[held], len(cover.weight))
    left = np.bincount(group[held], (won.people * need[won.area])[held], len(cover.weight))
    by_site, case = cover.sees.T.tocsr(), cover.case
    place, adds = in_turn(by_site, left, people)
    row = case.sites.get_indexer(found.schools[v.ID].astype(str))
    return place[row], adds[row]


def in_turn(by_site: Any, left: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The order in which each site adds most to those before it, and the people it then adds.

    Parameters
    ----------
    by_site : sparse, sites x groups
        1 where a site reaches a group.
    left, people : ndarray
        What decides of every group, and who lives there; nothing is left of both where they are reached.
    """
    left, people = left.copy(), people.copy()
    place, adds = np.full(by_site.shape[0], np.nan), np.zeros(by_site.shape[0])
    worths = np.round(by_site @ left, DIGITS).tolist()
    best = [(-worth, site) for site, worth in enumerate(worths) if worth > 0]  # most first, of equals the first
    heapify(best)
    turn = 0
    starts, groups = by_site.indptr.tolist(), by_site.indices
    while best:
        worth, site = heappop(best)
        new = groups[starts[site]:starts[site + 1]]
        # Others only take away from what a school adds, so one that still adds what it was put down with adds most.
        now_worth = float(np.round(np.cumsum(left[new])[-1], DIGITS))
        if now_worth < -worth:
            if now_worth > 0:
                heappush(best, (-now_worth, site))
            continue
        turn += 1
        place[site], adds[site] = turn, people[new].sum()
        people[new] = left[new] = 0.0
    return place, adds
