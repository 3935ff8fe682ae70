"""How a plan fares where the truth is not what was counted: in every possible truth, the best plan there and what this one loses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import allocation_range
from ecomap.analysis.need.truths import need_surveys
from ecomap.analysis.optimise.case import Budget, SiteQuota
from ecomap.analysis.optimise.cover import Bools, Cover
from ecomap.analysis.optimise.truths import Truths, best_in_each, groups_of, least_regret, tail
from ecomap.analysis.plan.expansion.aims import EVERYWHERE, Openings, improved
from ecomap.analysis.plan.expansion.ground import Winnable
from ecomap.analysis.plan.expansion.params import AVERAGE, FAIR, FEWEST, HIGHEST, REACH, TWICE, PlanParams
from ecomap.analysis.statistics.draws import keyed_normals
from ecomap.analysis.statistics.error import Z_90
from ecomap.analysis.statistics.ranks import fifths
from ecomap.model import clock
from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress
from ecomap.model.said import say

WORST: Final = 0.1      # of the truths: those in which a plan loses most
_SEED: Final = 0        # no setting: what is printed is rounded to what the draws can carry
_PEOPLE: Final = "people"
_CLEARLY = 0.1         # a worst tenth smaller by less than this share is the chance of the draws
_REGRET = 0.3           # of the time for the search: so much more for the plan of least regret


@frozen
class Sureness:
    """What became of a plan in the possible truths that were looked at.

    Parameters
    ----------
    asked, looked_at, proven : int
        Truths that were wished, that there was time for, and in which the best plan was proven best.
    share : Series
        By school, in what share of the truths it, or another that reaches the same ground, is in the best plan.
    kept : ndarray
        By truth, what the plan reaches as a share of what the best plan there reaches, 0-1.
    worst_loss : float
        People whom the plan reaches less than the best one, on average over the worst tenth of the truths.
    calm : tuple
        The schools of the plan whose worst tenth is smallest; those of the plan itself where none is clearly smaller; empty where
        that was not looked for.
    calm_loss : float
        The same of that plan.
    calm_proven : bool
        Whether it is proven that no plan loses less there.
    keeps : float, optional
        In what share of the truths the plan keeps the floor (or brings the wished share into reach); None without such a wish.
    """

    asked: int
    looked_at: int
    proven: int
    share: pd.Series = field(eq=False, repr=False)
    kept: np.ndarray = field(eq=False, repr=False)
    worst_loss: float
    calm: tuple[Any, ...]
    calm_loss: float
    calm_proven: bool
    keeps: float | None = None

    @property
    def kept_on_average(self) -> float:
        return float(self.kept.mean())

    @property
    def kept_at_worst(self) -> float:
        """The same over the tenth of the truths in which the plan loses most."""
        return float(1.0 - tail(1.0 - self.kept[None, :], WORST)[0])


def how_sure(now: Situation, won: Winnable | None, openings: Openings, wishes: Sequence[Any], progress: Progress) -> Sureness | None:
    """Look at a plan in possible truths: people of every area (and need, where a floor rests on it) drawn within their errors.

    None where nothing is drawn (no draws wished, no margins), or where the aim does not rest on the counts in a way that can
    be looked at (see `looked_at`).
    """
    params: PlanParams = now.params
    if not openings.order or not looked_at(params):
        return None
    people, high = possible_people(now, params.truths), _possible_highest(now, params, wishes, progress.part(0.0, 0.1))
    if people is None and high is None:
        return None
    if people is None:
        people = np.broadcast_to(np.nan_to_num(now.people), (params.truths, len(now.people)))
    if openings.judged is not None:
        return _by_exchanges(now, openings, people, progress.part(0.1, 1.0))
    assert won is not None
    cover = Cover.of(won.case, EVERYWHERE, wishes)
    weights, favoured = _by_group(cover, won, now, people, high)
    start = np.asarray(won.case.sites.isin(list(openings.order)))
    if params.aim == FEWEST:
        return _still_reached(cover, weights, start, params)
    found = best_in_each(cover, weights, start, favoured=favoured, until=clock.moment_s() + params.time_limit_s,
                         progress=progress.part(0.1, 0.8))
    calm = least_regret(cover, weights, found, start, worst=WORST, until=clock.moment_s() + _REGRET * params.time_limit_s,
                        progress=progress.part(0.8, 1.0))
    most, value = found.most, _value(cover, weights[:len(found)], start)
    worst = float(tail(np.maximum(most - value, 0.0)[None, :], WORST)[0])
    better = calm.loss < worst * (1 - _CLEARLY)
    return Sureness(
        params.truths, len(found), int(found.proven.sum()), _share(cover, found),
        np.clip(np.divide(value, most, out=np.ones(len(most)), where=most > 0), 0.0, 1.0), worst,
        tuple(won.case.sites[calm.opened if better else start]), calm.loss if better else worst, calm.proven,
        None if high is None else _keeps_floor(cover, weights[:len(found)], favoured, start))


def looked_at(params: PlanParams) -> bool:
    """Whether a plan of this aim can be looked at in possible truths."""
    if not params.truths:
        return False
    if params.aim == FEWEST:
        return params.share_to_reach < 1
    return params.aim in (TWICE, AVERAGE, FAIR) or (params.aim == REACH and not params.in_years)


def possible_people(now: Situation, draws: int) -> np.ndarray | None:
    """The people of every area, drawn within their margins and the half-range of spreading them; never below 0.

    Returns
    -------
    ndarray, draws x areas, or None
        Areas without a count have 0, those without a margin always what was counted. None where no area has an error.
    """
    spread = allocation_range(now.areas, now.params.count)
    error = np.zeros(len(now.people)) if now.moes is None else np.nan_to_num(now.moes) / Z_90
    if spread is None and not (error > 0).any():
        return None
    from scipy.special import ndtr  # heavy

    ids = now.areas[v.ID].astype(str).tolist()
    drawn = np.nan_to_num(now.people) + keyed_normals(ids, draws, seed=_SEED, stream=_PEOPLE) * error
    if spread is not None:
        drawn += (2 * ndtr(keyed_normals(ids, draws, seed=_SEED, stream=f"spread {_PEOPLE}")) - 1) * spread
    return np.asarray(np.maximum(drawn, 0.0))


def _possible_highest(now: Situation, params: PlanParams, wishes: Sequence[Any], progress: Progress) -> np.ndarray | None:
    """Which areas are in the highest fifth in every truth, draws x areas; None where no wish rests on it."""
    if not params.share_for_highest_fifth > 0 or not now.layer.indicators:
        return None
    drawn = need_surveys(now.areas, Recipe(now.layer.indicators), draws=params.truths, correlation=params.correlation, progress=progress)
    return np.stack([fifths(pd.Series(score)).to_numpy() == HIGHEST for score in drawn.truths])


def _by_group(
    cover: Cover, won: Winnable, now: Situation, people: np.ndarray, high: np.ndarray | None
) -> tuple[np.ndarray, list[tuple[np.ndarray, ...]]]:
    """What the groups of a cover weigh in every truth, and what its floor favours of them there."""
    from scipy.sparse import csr_array  # heavy

    group = groups_of(cover)
    held = group >= 0
    living = np.nan_to_num(now.people)[won.area]
    part = np.divide(won.people, living, out=np.zeros(len(won)), where=living > 0)   # of its area's people
    spread = csr_array((part[held], (group[held], won.area[held])), shape=(len(cover.weight), len(now.people)))
    weights = np.asarray((spread @ people.T).T)
    if high is None or not cover.favoured:
        return weights, []
    lean = np.asarray((spread @ (people * high).T).T)
    return weights, [(share,) for share in np.divide(lean, weights, out=np.zeros_like(lean), where=weights > 0)]


def _value(cover: Cover, weights: np.ndarray, opened: Bools) -> np.ndarray:
    return np.asarray(weights @ cover.reached(opened).astype(np.float64))


def _keeps_floor(cover: Cover, weights: np.ndarray, favoured: list[tuple[np.ndarray, ...]], opened: Bools) -> float:
    reached = cover.reached(opened).astype(np.float64)
    floor = cover.favoured[0][0].share
    lean = np.array([float((weight * share) @ reached) for weight, (share,) in zip(weights, favoured, strict=False)])
    return float((lean >= floor * (weights @ reached) - 1e-6).mean())


def _by_exchanges(now: Situation, openings: Openings, people: np.ndarray, progress: Progress) -> Sureness:
    """The best plan of every truth found by exchanging schools, from the best plan met so far; none of them is proven."""
    assert openings.judged is not None
    params, counted = now.params, np.nan_to_num(now.people)
    times = np.divide(people, counted, out=np.ones_like(people), where=counted > 0)
    until = clock.moment_s() + params.time_limit_s
    met: list[Bools] = []
    best: list[Bools] = []
    value: list[tuple[float, float]] = []
    for number, one in enumerate(times):
        progress.at(number / len(times), say("Looking at possible truths"))
        if number and clock.over(until):
            break
        judge = openings.judged(one)
        met = met or [np.asarray(judge.case.sites.isin(list(openings.order)) | judge.case.open)]
        worth = [judge.value(plan) if judge.meets(plan) else -np.inf for plan in met]
        found = improved(judge, met[int(np.argmax(worth))], progress)
        if not any((found == plan).all() for plan in met):
            met.append(found)
        best.append(found)
        value.append((judge.value(met[0]), judge.value(found)))
    own, most = np.array(value).T
    kept = np.divide(own, most, out=np.ones(len(own)), where=most != 0)
    kept = np.divide(1.0, kept, out=np.ones(len(own)), where=kept != 0) if params.aim != TWICE else kept   # a way is good when it is short
    worst = float(tail(np.maximum(most - own, 0.0)[None, :], WORST)[0])
    share = pd.Series(np.array(best).mean(axis=0), index=judge.case.sites)[~judge.case.open]
    return Sureness(params.truths, len(best), 0, share, np.clip(kept, 0.0, 1.0), worst, (), worst, False)


def _share(cover: Cover, found: Truths) -> pd.Series:
    """By school, the share of truths with it, or one that is its equal for every wish and reaches the same, in the best plan."""
    same = _equals(cover)
    opened = np.zeros((len(found), int(same.max(initial=-1)) + 1), dtype=bool)
    np.logical_or.at(opened.T, same, found.opened.T)
    return pd.Series(opened.mean(axis=0)[same], index=cover.case.sites)


def _equals(cover: Cover) -> np.ndarray:
    """A number for every site, the same for sites that reach the same groups and are alike for every wish."""
    by_site = cover.sees.T.tocsr()
    by_site.sort_indices()
    marks: list[np.ndarray] = []
    for wish in cover.wishes:
        if isinstance(wish, Budget):
            marks.append(np.asarray(wish.cost, dtype=float))
        elif isinstance(wish, SiteQuota):
            marks.append(cover.case.sites.isin(list(wish.members)).astype(float))
    known: dict[tuple[bytes, ...], int] = {}
    numbers = []
    for site, (low, high) in enumerate(zip(by_site.indptr[:-1].tolist(), by_site.indptr[1:].tolist(), strict=True)):
        reaches = by_site.indices[low:high].tobytes() if high > low else f"nobody {site}".encode()
        numbers.append(known.setdefault((reaches, *(mark[site].tobytes() for mark in marks)), len(known)))
    return np.array(numbers, dtype=np.int64)


def _still_reached(cover: Cover, weights: np.ndarray, opened: Bools, params: PlanParams) -> Sureness:
    """Of a plan for as few schools as possible: how often they still bring the wished share into reach."""
    everybody, value = weights.sum(axis=1), _value(cover, weights, opened)
    wanted = params.share_to_reach * everybody
    kept = np.clip(np.divide(value, wanted, out=np.ones(len(wanted)), where=wanted > 0), 0.0, 1.0)
    loss = float(tail(np.maximum(wanted - value, 0.0)[None, :], WORST)[0])
    return Sureness(params.truths, len(weights), len(weights), pd.Series(dtype=float), kept, loss, tuple(cover.case.sites[opened]), loss,
                    True, float((value >= wanted - 1e-6).mean()))
