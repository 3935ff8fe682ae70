"""What is done once for many schools, or for some alone, is what is done for each, or for all."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation, situation
from ecomap.analysis.plan.candidates import candidates_for
from ecomap.analysis.plan.priority import question
from ecomap.analysis.plan.priority.gain import gain_of
from ecomap.analysis.plan.priority.params import PriorityParams
from ecomap.analysis.plan.priority.words import reasons
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.said import Said, as_data, joined, say
from ecomap.model.units import format_number
from tests.analysis.towns import frames, random_town, services_at

ASKED = PriorityParams(target="service:Food", radius_m=700, detour=1.0, level="all", governance="all")


def town(params: PriorityParams = ASKED) -> tuple[Frames, Situation]:
    given = frames(areas=random_town(3), services=services_at((500, 500)))
    return given, situation(given, params, often=False, twice=False, progress=Progress())


def row_by_row(row: dict[str, float], now: Situation) -> Said:
    """As every school was told its reason before."""
    target = now.supply.target
    if row[c.NEWLY_REACHED] < now.least:
        return say("Brings nobody new into reach: no {who} within {distance} lack {one}", who=now.who, distance=now.travel.distance, one=target.one)
    count = now.many(row[c.NEWLY_REACHED], row.get(c.NEWLY_REACHED_MOE))
    parts = [say("{count} {who} newly in reach, {weighed} weighed by need", count=count, who=now.who, weighed=format_number(row[c.SCORE]))
             if now.params.need_weight else say("{count} {who} newly in reach", count=count, who=now.who)]
    if not math.isnan(row[c.NEED]):
        scores = np.sort(now.need[c.SCORE].dropna().to_numpy())
        below = float(np.searchsorted(scores, row[c.NEED])) / len(scores)
        parts.append(say("need higher than in {share} of areas", share=format_number(below, "share")))
    parts.append(say("no {target} anywhere yet", target=target.phrase) if math.isinf(row[c.NEAREST]) else
                 say("nearest one today {distance} away", distance=format_number(row[c.NEAREST], now.travel.unit)))
    if not math.isnan(row[v.FRPM_SHARE]):
        parts.append(say("{share} of pupils qualify for free or reduced-price meals", share=format_number(row[v.FRPM_SHARE], "share")))
    return joined(parts, "; ")


@pytest.mark.parametrize("weight", [1.0, 0.0])
def test_reasons_are_those_of_each_row_and_what_rows_share_is_said_once(weight: float) -> None:
    _, now = town(PriorityParams(target="service:Food", radius_m=700, detour=1.0, need_weight=weight))
    dice, count = np.random.default_rng(1), 60
    frame = pd.DataFrame({
        c.NEWLY_REACHED: dice.choice([0.0, 0.2, 12.0, 340.4], count), c.NEWLY_REACHED_MOE: dice.choice([3.0, 20.0], count),
        c.SCORE: dice.random(count) * 100, c.NEED: dice.choice([np.nan, 0.2, 0.7], count), c.NEAREST: dice.choice([np.inf, 30.0, 2400.0], count),
        v.FRPM_SHARE: dice.choice([np.nan, 0.4, 0.999], count)})
    found = reasons(frame, now)
    assert [as_data(one) for one in found] == [as_data(row_by_row(row, now)) for row in frame.to_dict("records")]
    told = [part for one in found if hasattr(one, "parts") for part in one.parts if part == "40 % of pupils qualify for free or reduced-price meals"]
    assert len(told) > 1
    assert len({id(part) for part in told}) == 1
    without = frame.drop(columns=[c.NEWLY_REACHED_MOE])
    assert list(reasons(without, now)) == [row_by_row(row, now) for row in without.to_dict("records")]


def test_some_schools_alone_are_what_they_are_among_all() -> None:
    given, now = town()
    every = candidates_for(given, now)
    ids = every.schools[v.ID].astype(str).tolist()
    for chosen in (ids[::-1], ids[1:], [*ids[:1], "nobody knows it"], []):
        among, only = candidates_for(given, now, chosen), every.only(chosen)
        pd.testing.assert_frame_equal(pd.DataFrame(among.schools), pd.DataFrame(only.schools))
        assert among.places.tolist() == only.places.tolist()
        assert among.place_of.tolist() == only.place_of.tolist()
        assert among.already.tolist() == only.already.tolist()


@pytest.mark.parametrize("weight", [0.0, 1.0, 2.0])
def test_scores_of_some_draws_at_a_time_are_those_of_all_at_once(weight: float, monkeypatch: pytest.MonkeyPatch) -> None:
    params = PriorityParams(target="service:Food", radius_m=700, detour=1.0, need_weight=weight, governance="all", draws=40)
    given, now = town(params)
    gain = gain_of(now, candidates_for(given, now), Progress())
    found = []
    for at_once in (40, 7):
        monkeypatch.setattr(question, "_AT_ONCE", at_once)
        found.append(question.school_surveys(now, gain, 40, params.correlation, Progress()))
    for name in ("truths", "surveys"):
        one, other = (getattr(surveys, name) for surveys in found)
        assert one.shape == (40, len(gain.score))
        assert one.tolist() == other.tolist()
        assert one.std() > 0
