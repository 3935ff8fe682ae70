"""The test of a need index as a planner asks for it."""

from __future__ import annotations

import numpy as np

from ecomap.model.indicator import Indicator
from tests import small_project as town
from tests.analysis.towns import POVERTY, ask, frames, table

ASTHMA = Indicator("asthma", "Asthma visits", "per_10000", 1, town.CENSUS)


def with_asthma(values: list[float]) -> object:
    return frames((POVERTY, ASTHMA), areas=town.need_areas().assign(asthma=values))


def test_two_indicators_that_agree_leave_every_rank_where_it_is() -> None:
    result = ask("sensitivity", with_asthma([float(n) for n in range(1, 10)]), draws=50)
    areas = table(result, "areas")
    assert (areas["p05"] == areas["rank"]).all()
    assert (areas["p95"] == areas["rank"]).all()
    assert result.figure("always_highest").value == 2  # areas with the ranks 1 and 2 of 9
    assert result.figure("band_width").value == 0
    assert "ranks 1 to 1" in result.sentence


def test_an_indicator_that_runs_against_the_index_is_named() -> None:
    result = ask("sensitivity", with_asthma([9.0, 8, 7, 6, 5, 4, 3, 2, 1]), draws=50, weights="poverty=3")
    assert any("run against the index" in note.text and "Asthma visits" in note.text for note in result.notes)
    effect = table(result, "indicators")["correlation"]
    assert effect["poverty"] > 0.99
    assert effect["asthma"] < -0.99


def test_what_moves_ranks_most_comes_first_and_bars_are_shares_of_all_ranks() -> None:
    rng = np.random.default_rng(2)
    result = ask("sensitivity", with_asthma(list(rng.random(9))), draws=100, method="dirichlet")
    shifts = result.output("assumptions").frame["mean_shift"].tolist()
    assert shifts == sorted(shifts, reverse=True)
    assert result.bars[0][1] == shifts[0] / 9
    assert result.bars[0][0].lower() in result.figure("largest_mover").label


def test_an_area_without_a_score_has_no_rank_and_is_counted() -> None:
    areas = town.need_areas()
    areas.loc[4, "poverty"] = np.nan
    result = ask("sensitivity", frames(areas=areas), draws=20)
    assert table(result, "areas").iloc[4][["rank", "p05", "p95", "share_highest_fifth"]].isna().all()
    assert any(note.text.startswith("1 area has too few indicators") for note in result.notes)
