"""What every school that could be next would newly bring into reach, and the score that ranks it."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation, situation
from ecomap.analysis.ground.overlay import pair_areas
from ecomap.analysis.plan.candidates import Candidates, candidates_for, check_level
from ecomap.analysis.plan.priority.params import RankingParams
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.said import say

DIGITS = 6           # scores closer than this are a tie


@frozen
class Gain:
    """What each candidate would newly bring into reach. Arrays follow the rows of the candidates."""

    weights: Any              # sparse, candidates x need areas: share of the area newly in reach
    people: np.ndarray
    score: np.ndarray
    need: np.ndarray          # mean need score of the people newly reached; NaN where there are none
    parts: np.ndarray         # candidates x indicators: what each adds to the score
    imputed: np.ndarray       # need areas without a score that were given the mean


def ranked_schools(
    frames: Frames, params: RankingParams, *, progress: Progress
) -> tuple[Situation, Candidates, Gain]:
    """Who is in reach now, the schools that could be next, and what each would add: all that the order rests on."""
    check_level(params.level)
    now = situation(frames, params, often=False, twice=False, progress=progress.part(0.0, 0.54))
    found = candidates_for(frames, now)
    if not len(found.schools):
        raise InputError(
            say("No school is left to rank: all have it already, lack a place on the map or are of another kind."),
            say("Choose another target, level or kind of school."),
        )
    return now, found, gain_of(now, found, progress.part(0.54, 1.0))


def gain_of(now: Situation, found: Candidates, progress: Progress) -> Gain:
    """What every candidate would newly bring into reach."""
    from scipy.sparse import csr_array  # heavy

    progress.at(0.0, say("Measuring what each school would add"))
    ground = now.travel.ground(found.places, progress.part(0.0, 0.5))
    open_rows = now.open_near(ground)
    pairs = pair_areas(now.reach.gap[open_rows], ground, progress=progress.part(0.5, 1.0))
    area = open_rows[pairs.source]
    share = np.minimum(pairs.area_m2 / now.areas.geometry.area.to_numpy()[area], now.reach.out[area])
    by_place = csr_array((share, (pairs.target, area)), shape=(len(found.places), len(now.people)))
    weights = by_place[found.place_of]
    people = np.nan_to_num(now.people, nan=0.0)
    need, shares, imputed = need_of_areas(now)
    heavy = people * powered(need, now.params.need_weight)
    score = weights @ heavy
    scored = np.where(imputed, 0.0, people)
    reached = weights @ scored
    mean = np.divide(weights @ (scored * need), reached, out=np.full(len(reached), np.nan), where=reached > 0)
    mean = np.full(len(mean), np.nan) if not now.layer.indicators else mean
    return Gain(weights, weights @ people, score, mean, weights @ (heavy[:, None] * shares), imputed)


def need_of_areas(now: Situation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Need score, each indicator's part of it (rows add up to 1), and where the mean stands in for a missing score."""
    if not now.layer.indicators:
        return np.ones(len(now.people)), np.zeros((len(now.people), 0)), np.zeros(len(now.people), dtype=bool)
    score = now.need[c.SCORE].to_numpy()
    parts = now.need[[name for name in now.need if name.startswith(c.CONTRIBUTION)]].to_numpy()
    parts = np.nan_to_num(parts, nan=0.0)
    missing = np.isnan(score)
    people = np.where(missing, 0.0, np.nan_to_num(now.people, nan=0.0))
    if people.sum() > 0:
        mean, profile = float((score[~missing] * people[~missing]).sum() / people.sum()), people @ parts
    else:
        mean, profile = 0.5, np.ones(parts.shape[1])
    score = np.where(missing, mean, score)
    shares = np.divide(parts, score[:, None], out=np.full_like(parts, 1 / parts.shape[1]), where=score[:, None] > 0)
    if profile.sum() > 0:
        shares[missing] = profile / profile.sum()
    return score, shares, missing


def powered(need: np.ndarray, exponent: float) -> np.ndarray:
    """Need score to the power it is weighed with."""
    return np.asarray(np.clip(need, 0.0, None) ** exponent)
