"""A small version of ``python -m benchmarks bands``: a made-up town surveyed again and again, with fixed seeds, in seconds.

Half of the promise is that the true rank is inside, the other half that the band is no wider than that takes: both are held.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import pytest
from attrs import evolve

from ecomap.analysis.statistics.ranks import AT_ONCE
from ecomap.workspace import operations
from tests.coverage_of_bands.asking import asked, bands
from tests.coverage_of_bands.cases import CARRIED, NEED_AREAS, SCHOOLS, SETTINGS, simulated, truth
from tests.coverage_of_bands.held import Held, held
from tests.coverage_of_bands.surveys import NEED, NUMBER, surveyed
from tests.coverage_of_bands.town import town

SURVEYS: Final = 30
CHANCE: Final = 2.5 * (0.9 * 0.1 / SURVEYS) ** 0.5  # what chance does to a share of so many surveys
HELD: Final = (  # question, scaling, correlation
    (NEED_AREAS, "percentile", 0.2), (NEED_AREAS, "percentile", 0.0), (NEED_AREAS, "z_score", 0.0), (NEED_AREAS, "min_max", 0.4), (SCHOOLS, "", 0.2), (CARRIED, "", 0.2),
)


@cache
def found(question: str, scaling: str, correlation: float) -> Held:
    given = {**SETTINGS[question], "correlation": correlation, **({"scaling": scaling} if scaling else {})}
    right = truth(asked(town(), question, given))
    return held(right.ranks, simulated(right, range(SURVEYS), correlation=correlation))


@pytest.mark.parametrize("case", HELD, ids=str)
def test_the_band_beside_a_rank_holds_the_true_rank_nine_times_in_ten_and_is_no_wider_than_that(case: Any) -> None:
    one = found(*case)
    assert 0.88 <= one.own <= 0.96, one


@pytest.mark.parametrize("case", HELD, ids=str)
def test_it_holds_for_the_first_and_the_last_as_for_those_between(case: Any) -> None:
    one = found(*case)
    assert min(one.tenths) >= 0.85 - CHANCE / (one.places // 10) ** 0.5, one


@pytest.mark.parametrize("case", HELD, ids=str)
def test_no_place_is_left_behind_by_the_mean(case: Any) -> None:
    """The hundredth of this town is one or two places, so what is promised of many areas (80 of 100) is held to three of four here."""
    assert found(*case).worst_of(400) >= 0.75


@pytest.mark.parametrize(("true", "wanted"), [(0.92, 0.88), (0.84, 0.79)])
def test_the_lowest_of_many_shares_are_low_by_chance_alone_and_that_is_told_apart(true: float, wanted: float) -> None:
    """A thousand places that all hold the same: of few surveys the worst ten read 10 to 20 points too low, of 400 four."""
    inside = np.random.default_rng(1).random((60, 1000)) < true
    rank = np.arange(1.0, 1001.0)
    one = np.broadcast_to(rank, inside.shape)
    few = held(rank, np.stack([one, np.where(inside, one, one + 1), one + 1, one, one], axis=1))
    assert few.worst < wanted - 0.04
    assert few.worst_of(400) == pytest.approx(wanted, abs=0.02)
    assert few.worst_of(60) == few.worst
    assert few.uneven < 0.02


def test_places_that_hold_less_than_others_are_no_chance() -> None:
    inside = np.random.default_rng(1).random((60, 1000)) < np.where(np.arange(1000) < 100, 0.7, 0.93)
    rank = np.arange(1.0, 1001.0)
    one = np.broadcast_to(rank, inside.shape)
    few = held(rank, np.stack([one, np.where(inside, one, one + 1), one + 1, one, one], axis=1))
    assert few.uneven == pytest.approx(0.07, abs=0.01)
    assert few.worst_of(400) < 0.72


@pytest.mark.parametrize("case", HELD, ids=str)
def test_the_bands_of_all_at_once_hold_all_nine_times_in_ten_and_are_no_textbook_sets(case: Any) -> None:
    one = found(*case)
    assert one.joint >= 0.88 - CHANCE, one
    assert one.joint_width < 2.5 * one.width, one


def test_with_errors_that_go_together_more_than_is_set_the_bands_hold_less() -> None:
    right = truth(asked(town(), NEED_AREAS, {"correlation": 0.0}))
    more = held(right.ranks, simulated(right, range(20), correlation=0.6, along=NEED))
    assert more.own < 0.85


def test_a_band_without_margins_would_be_caught() -> None:
    """The other side: the same harness on bands of nothing."""
    right = truth(asked(town(), NEED_AREAS, {}))
    surveys = simulated(right, range(3), correlation=0.2)
    bare = surveys.copy()
    bare[:, 1:] = bare[:, :1]
    assert held(right.ranks, bare).own < 0.2
    assert held(right.ranks, bare).joint == 0.0


def test_the_harness_asks_what_a_planner_asks() -> None:
    """Rows replaced in the project and asked by the workspace: the same ranks and the same two bands."""
    project = town()
    one = asked(project, NEED_AREAS, {"correlation": 0.2})
    areas = surveyed(one.areas, one.indicators, 5, correlation=0.2)
    project = project.with_layer(project.layer("need_areas"), areas)
    own, joint = (operations.run_analysis(project, NEED_AREAS, {"band": band})[1].outputs[0].frame.set_index("id") for band in ("own", AT_ONCE))
    asked_again = bands(one.of(areas))
    asked_again.index = one.areas["id"]
    alone, together = own.loc[asked_again.index], joint.loc[asked_again.index]
    assert (asked_again[["rank", "rank_low", "rank_high"]].to_numpy() == alone[["rank", "rank_low", "rank_high"]].to_numpy()).all()
    assert (asked_again[["rank_low_all", "rank_high_all"]].to_numpy() == together[["rank_low", "rank_high"]].to_numpy()).all()


def test_the_errors_of_a_survey_are_those_of_the_margins_and_go_together_as_they_should() -> None:
    one = asked(town(), NEED_AREAS, {})
    by_need, by_number = ([surveyed(one.areas, one.indicators, k, correlation=0.4, along=along, possible=False) for k in range(60)]
                          for along in ("need", NUMBER))
    for surveys, income in ((by_need, -0.4), (by_number, 0.4)):
        error = {i.column: np.concatenate([(s[i.column] - one.areas[i.column]) / (one.areas[i.moe_column] / 1.645) for s in surveys])
                 for i in one.indicators}
        assert np.std(error["poverty"]) == pytest.approx(1.0, abs=0.03)
        assert np.corrcoef(error["poverty"], error["crowding"])[0, 1] == pytest.approx(0.4, abs=0.03)
        assert np.corrcoef(error["poverty"], error["income"])[0, 1] == pytest.approx(income, abs=0.03)


def test_a_survey_finds_only_what_can_be() -> None:
    one = asked(town(), NEED_AREAS, {})
    wide = one.areas.assign(poverty_moe=4.0, children_moe=5_000.0)
    once, free = (surveyed(wide, one.indicators, 1, possible=possible) for possible in (True, False))
    assert once["poverty"].between(0, 1).all()
    assert not free["poverty"].between(0, 1).all()
    assert (once["children"] >= 0).all()
    assert (free["children"] >= 0).all()


def test_a_number_without_a_margin_is_the_same_in_every_survey() -> None:
    one = asked(town(margins=False), NEED_AREAS, {})
    assert surveyed(one.areas, one.indicators, 1).equals(one.areas)
    assert evolve(one, params=one.params).table()["rank_low"].isna().all()


def test_what_tracts_of_a_few_residents_could_show_does_not_widen_the_bands_of_others_on_a_min_max_scale() -> None:
    """Margins of 400 points in three of 160 areas, which show nothing out of the way: ends of the scale are known in this survey."""
    one = asked(town(), NEED_AREAS, {"scaling": "min_max", "correlation": 0.2})
    few = np.isin(np.arange(len(one.areas)), (3, 70, 120))
    wild = one.areas.assign(**{f"{column}_moe": np.where(few, 4.0, one.areas[f"{column}_moe"]) for column in ("poverty", "no_vehicle", "crowding")})
    before, after = (bands(one.of(areas))[~few] for areas in (one.areas, wild))
    for low, high in (("rank_low", "rank_high"), ("rank_low_all", "rank_high_all")):
        assert (after[high] - after[low]).mean() < (before[high] - before[low]).mean() + 6  # each of the three may be anywhere
