"""Access in the small town: one office in the south-west corner that three of nine areas reach."""

from __future__ import annotations

import numpy as np
import pytest

from ecomap.analysis.statistics import equity
from ecomap.model.errors import InputError
from tests import small_project as town
from tests.analysis.towns import ask, frames, services_at, table

MEASURES = ["enhanced", "two_step", "three_step", "modified", "cumulative", "gravity", "nearest", "raam",
            "availability", "total_availability"]
FOOD = {"target": "service:Food", "detour": 1.0, "radius_m": 1100.0}


def corner(**options: object) -> object:
    """One site in the middle of the south-west area; the areas east and north of it are 1 km away."""
    return ask("access", frames(services=services_at((0.5, 0.5))), **{**FOOD, **options})


def test_one_place_for_three_hundred_children() -> None:
    """1 / 300 each: 3.33 per 1,000 in three areas, none in six."""
    areas = table(corner(measure="two_step"), "areas")
    assert areas["access"].tolist() == pytest.approx([10 / 3, 10 / 3, 0, 10 / 3, 0, 0, 0, 0, 0])
    assert (areas["access"] * areas["children"]).sum() / 1000 == pytest.approx(1)
    assert areas["rank"].tolist() == [7, 7, 1, 7, 1, 1, 1, 1, 1]
    assert areas["state"].tolist() == ["in reach", "in reach", "out of reach", "in reach"] + ["out of reach"] * 5


def test_figures_of_the_town() -> None:
    result = corner(measure="two_step")
    assert result.figure("children_out_of_reach").value == 600
    assert result.figure("children_out_of_reach").moe == pytest.approx((6 * 10**2) ** 0.5)
    assert result.figure("share_out_of_reach").value == pytest.approx(2 / 3)
    assert result.figure("access_mean").value == pytest.approx(10 / 9)
    assert result.figure("access_highest_fifth").value == 0
    need = [n / 10 for n in range(1, 10)]
    index = equity.concentration_index([1, 1, 0, 1, 0, 0, 0, 0, 0], [100] * 9, need)
    assert index > 0
    assert result.figure("concentration_index").value == pytest.approx(index)
    assert "less need" in result.figure("concentration_index").note


def test_the_gap_is_told_with_its_interval() -> None:
    result = corner(measure="two_step")
    told = result.output("equity").frame.set_index("id")["meaning"]
    assert "90 % interval" in told["gap"]
    assert "Highest need has" in told["gap"]


def test_ways_are_told_in_miles_and_only_of_those_who_have_one() -> None:
    services = services_at((0.5, 0.5), (2.5, 2.5))
    result = ask("access", frames(services=services), **FOOD, measure="nearest")
    assert "distance to the nearest, of those who reach something: " in result.sentence
    gap = result.figure("access_gap")
    assert gap.value is not None
    assert f"{abs(gap.value) / 1609.344:.2f} mi" in gap.note or "equal on average" in gap.note
    row = result.output("equity").frame.set_index("id").loc["gap"]
    assert row["value"] == pytest.approx(gap.value / 1609.344)
    assert "(miles)" in row["name"]


def test_areas_with_nothing_in_reach_are_a_class_with_that_name() -> None:
    main = corner(measure="two_step").main
    assert main.style.zero_label == "Nothing in reach"
    assert corner(measure="nearest").main.style.zero_label == ""  # there it is out of reach, not 0


def test_a_capacity_column_counts_places_and_fills_gaps_only_as_asked() -> None:
    services = services_at((0.5, 0.5), (0.5, 0.5)).assign(capacity=[30.0, None])
    result = ask("access", frames(services=services), **FOOD, measure="cumulative", assumed_capacity=5)
    assert table(result, "areas")["access"].iloc[0] == 35
    assert any("no capacity; 5 is assumed" in note.text for note in result.notes)
    assert table(result, "sites")["places_per_1000"].tolist() == pytest.approx([100, 5000 / 300])
    with pytest.raises(InputError, match="below zero"):
        ask("access", frames(services=services.assign(capacity=[-1.0, 2.0])), **FOOD)


def test_out_of_reach_ranks_worst_by_every_measure() -> None:
    for measure in MEASURES:
        areas = table(corner(measure=measure), "areas")
        away = areas["state"] == "out of reach"
        assert (areas.loc[away, "rank"] == 1).all(), measure
        assert (areas.loc[~away, "rank"] > 1).all(), measure


def test_an_area_without_a_count_has_no_score_and_is_named_as_no_data() -> None:
    areas = town.need_areas()
    areas.loc[0, "children"] = np.nan
    result = ask("access", frames(areas=areas, services=services_at((0.5, 0.5))), **FOOD, measure="two_step")
    found = table(result, "areas")
    assert np.isnan(found["access"].iloc[0])
    assert found["state"].iloc[0] == "no data"
    assert found["access"].iloc[1] == pytest.approx(5)  # shared by two areas now
    assert any("1 need area has no count of children" in note.text for note in result.notes)


def test_traps_are_said_beside_the_answer() -> None:
    said = {measure: " ".join(note.text for note in corner(measure=measure).notes) for measure in MEASURES}
    assert "can lower somebody's number" in said["three_step"]
    assert "Crowding is not in it" in said["cumulative"]
    assert "600 rounds" in said["raam"]
    assert all("who could go, not who goes" in text for text in said.values())


def test_a_zone_reaches_the_areas_inside_it() -> None:
    zone = town.attendance_areas().iloc[[0]].assign(
        approach="promise_neighborhood", status="active", boundary="approximate", id="zone-1")
    result = ask("access", frames(zones=zone), target="approach:promise_neighborhood", measure="two_step")
    areas = table(result, "areas")
    assert (areas["access"] > 0).tolist() == [True, False, False] * 3


def test_one_kappa_makes_fifths_comparable() -> None:
    """The whole town's distance lies between the fifths' own, which a kappa each would not promise."""
    result = corner(measure="two_step")
    each = result.output("fifths").frame["distance_equivalent_m"].dropna()
    assert each.min() <= result.figure("distance_equivalent").value <= each.max()
