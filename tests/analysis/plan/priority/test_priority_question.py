"""Which schools next: the small town by hand, and what must hold in any town."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from ecomap.model.errors import InputError, ParameterError
from ecomap.model.indicator import Indicator
from tests import small_project as town
from tests.analysis.plan.hamlets import DETOUR, REACH, hamlets
from tests.analysis.towns import POVERTY, ask, frames, random_town, services_at, table

SMALL = {"radius_m": 400, "detour": 1}
DISC = 100 * 0.16 * math.pi  # children within 400 m of the middle of a square kilometre with 100
WEST, MIDDLE, EAST = town.schools()["id"]


def note(result, start: str):
    return next((item for item in result.notes if start in item.text), None)


def parts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[name for name in frame if name.startswith("contribution_")]]


def test_schools_without_the_approach_by_hand() -> None:
    """West lies in the 4th poorest of nine areas (score 3/8), East in the 6th (5/8); Middle is a community school."""
    result = ask("priority", frames(), target="approach:community_school", **SMALL)
    rows = result.output("schools").frame
    assert rows["id"].tolist() == [EAST, WEST]
    assert rows["rank"].tolist() == [1, 2]
    assert rows["children_newly_reached"].tolist() == pytest.approx([DISC, DISC])
    assert rows["children_newly_reached_moe"].tolist() == pytest.approx([DISC / 10, DISC / 10])
    assert rows["need"].tolist() == pytest.approx([5 / 8, 3 / 8])
    assert rows["score"].tolist() == pytest.approx([DISC * 5 / 8, DISC * 3 / 8])
    assert rows["nearest_m"].tolist() == pytest.approx([1000, 1000])
    assert note(result, "has a community school already is not ranked").count == 1


def test_with_the_products_own_detour_520_metres_of_way_are_a_circle_of_400() -> None:
    rows = ask("priority", frames(), target="approach:community_school", radius_m=400 * DETOUR).output("schools").frame
    assert rows["id"].tolist() == [EAST, WEST]
    assert rows["children_newly_reached"].tolist() == pytest.approx([DISC, DISC])
    assert rows["score"].tolist() == pytest.approx([DISC * 5 / 8, DISC * 3 / 8])
    assert rows["nearest_m"].tolist() == pytest.approx([1000 * DETOUR, 1000 * DETOUR])


def test_of_two_hamlets_the_one_within_the_way_counts_and_the_one_beyond_does_not() -> None:
    result = ask("priority", hamlets(), target="approach:community_school", radius_m=REACH)
    rows = table(result, "schools")
    assert rows["children_newly_reached"].to_dict() == pytest.approx({WEST: 100.0, EAST: 0.0})
    assert result.figure("children_out_of_reach").value == pytest.approx(200.0)
    assert result.figure("children_reached_together").value == pytest.approx(100.0)


def test_children_who_have_one_already_are_not_counted_again() -> None:
    result = ask("priority", frames(services=services_at((0.5, 1.5))), target="service:*", radius_m=400, detour=1)
    rows = table(result, "schools")
    assert WEST not in rows.index  # the service stands on its grounds
    near = services_at((0.5 + 0.2, 1.5))
    rows = table(ask("priority", frames(services=near), target="service:*", **SMALL), "schools")
    half, distance = 400.0, 200.0
    lens = 2 * half**2 * math.acos(distance / (2 * half)) - distance / 2 * math.sqrt(4 * half**2 - distance**2)
    assert rows.loc[WEST, "children_newly_reached"] == pytest.approx(DISC - lens / 1e4, rel=2e-3)


def test_a_service_within_a_hundred_metres_is_on_the_grounds() -> None:
    for away, there in ((0.0999, True), (0.1001, False)):
        rows = table(ask("priority", frames(services=services_at((0.5 + away, 1.5))), target="service:*", **SMALL), "schools")
        assert (WEST not in rows.index) is there


def test_a_school_that_reaches_nobody_new_ranks_last_and_is_not_blank() -> None:
    everywhere = services_at((0.5, 1.5 - 0.2), (1.5, 1.5))
    result = ask("priority", frames(services=everywhere), target="service:*", radius_m=150, detour=1)
    rows = result.output("schools").frame
    assert rows["id"].tolist() == [EAST, WEST]
    covered = services_at((0.5, 1.5 - 0.15), (1.5, 1.5))
    wide = frames(services=covered, schools=town.schools(), areas=town.need_areas().iloc[[3]])
    rows = table(ask("priority", wide, target="service:*", radius_m=3000, detour=1), "schools")
    assert rows["children_newly_reached"].tolist() == [0.0, 0.0]
    assert rows["rank"].tolist() == [1.0, 1.0]
    assert rows["tie"].tolist() == [True, True]
    assert rows["score"].tolist() == [0.0, 0.0]
    assert rows["reason"].str.startswith("Brings nobody new").all()


def test_one_campus_is_a_tie_that_is_said_and_ordered_by_id() -> None:
    schools = pd.concat([town.schools(), town.schools().iloc[[2]].assign(id="01964733000000", name="East Annex")])
    result = ask("priority", frames(schools=schools), target="approach:community_school", **SMALL)
    rows = result.output("schools").frame
    assert rows["id"].tolist() == ["01964733000000", EAST, WEST]
    assert rows["rank"].tolist() == [1, 1, 3]
    assert rows["tie"].tolist() == [True, True, False]
    assert note(result, "2 schools share their rank").count == 2


def test_need_weight_zero_counts_every_child_the_same() -> None:
    rows = ask("priority", frames(), target="approach:community_school", need_weight=0, **SMALL).output("schools").frame
    assert rows["score"].tolist() == pytest.approx([DISC, DISC])
    assert rows["tie"].all()


def test_need_weight_two_squares_the_need() -> None:
    rows = ask("priority", frames(), target="approach:community_school", need_weight=2, **SMALL).output("schools").frame
    assert rows["score"].tolist() == pytest.approx([DISC * 25 / 64, DISC * 9 / 64])


def test_parts_of_two_indicators_add_up_and_speak_of_their_own() -> None:
    areas = town.need_areas().assign(asthma=[float(n) for n in (9, 8, 7, 6, 5, 4, 3, 2, 1)])
    asthma = Indicator("asthma", "Asthma", "per_10000", 1, town.CENSUS)
    result = ask("priority", frames(indicators=(POVERTY, asthma), areas=areas), target="approach:community_school", **SMALL)
    rows = table(result, "schools")
    assert parts(rows).sum(axis=1).tolist() == pytest.approx(rows["score"].tolist())
    assert rows.loc[EAST, "contribution_poverty"] == pytest.approx(DISC * 5 / 16)
    assert rows.loc[EAST, "contribution_asthma"] == pytest.approx(DISC * 3 / 16)
    assert "Asthma" in note(result, "In the rank band").text  # held fixed: it has no margin


def test_an_area_without_a_score_takes_the_mean_and_is_counted() -> None:
    areas = town.need_areas()
    areas.loc[5, "poverty"] = np.nan
    result = ask("priority", frames(areas=areas), target="approach:community_school", **SMALL)
    rows = table(result, "schools")
    others = [0, 1 / 7, 2 / 7, 3 / 7, 4 / 7, 5 / 7, 6 / 7, 1]
    assert rows.loc[EAST, "score"] == pytest.approx(DISC * np.mean(others))
    assert np.isnan(rows.loc[EAST, "need"])
    assert note(result, "1 need area without a need score takes the mean").count == 1


def test_an_area_without_a_count_adds_nobody_and_is_counted() -> None:
    areas = town.need_areas()
    areas.loc[5, ["children", "children_moe"]] = np.nan
    result = ask("priority", frames(areas=areas), target="approach:community_school", **SMALL)
    assert table(result, "schools").loc[EAST, "children_newly_reached"] == 0
    assert note(result, "no count of children: kept").count == 1


def test_level_and_governance_choose_the_schools() -> None:
    schools = town.schools().assign(levels=["elementary+middle", "high", "high"], governance=["district", "district", "charter"])
    given_ = frames(schools=schools)
    assert ask("priority", given_, level="middle", **SMALL).output("schools").frame["id"].tolist() == [WEST]
    charter = ask("priority", given_, governance="charter", **SMALL)
    assert charter.output("schools").frame["id"].tolist() == [EAST]
    assert note(charter, "2 district-run schools are not ranked").count == 2
    assert len(ask("priority", given_, governance="all", **SMALL).output("schools").frame) == 3
    with pytest.raises(ParameterError):
        ask("priority", given_, level="kindergarten")


def test_schools_without_a_place_are_listed() -> None:
    schools = town.schools()
    schools.loc[0, "geometry"] = None
    result = ask("priority", frames(schools=schools), **SMALL)
    assert WEST not in table(result, "schools").index
    assert "West School" in note(result, "1 school has no place").text


def test_nobody_left_to_rank_says_what_to_do() -> None:
    with pytest.raises(InputError, match="No school is left") as raised:
        ask("priority", frames(schools=town.schools().iloc[[1]]), target="approach:community_school")
    assert raised.value.hint


def test_a_school_inside_an_active_zone_has_it() -> None:
    zones = town.attendance_areas().iloc[[0]].assign(approach="promise_neighborhood", status="active", boundary="approximate")
    rows = table(ask("priority", frames(zones=zones), target="approach:promise_neighborhood", **SMALL), "schools")
    assert WEST not in rows.index
    ended = zones.assign(status="ended")
    rows = table(ask("priority", frames(zones=ended), target="approach:promise_neighborhood", **SMALL), "schools")
    assert WEST in rows.index


def test_what_a_school_takes_part_in_is_said() -> None:
    rows = table(ask("priority", frames(), target="service:Mental Health", **SMALL), "schools")
    assert rows["has_already"].to_dict() == {WEST: "", MIDDLE: "Community schools", EAST: ""}


def test_together_nobody_is_counted_twice() -> None:
    schools = gpd.GeoDataFrame(
        {"id": ["a", "b"], "name": ["A", "B"], "levels": ["high"] * 2, "governance": ["district"] * 2},
        geometry=[Point(town.LEFT + 1500, town.BOTTOM + 1500), Point(town.LEFT + 1600, town.BOTTOM + 1500)], crs=town.CRS,
    )
    result = ask("priority", frames(schools=schools), target="service:*", **SMALL)
    rows = result.output("schools").frame
    together = result.figure("children_reached_together").value
    assert together < rows["children_newly_reached"].sum()
    lens = 2 * 400**2 * math.acos(100 / 800) - 50 * math.sqrt(4 * 400**2 - 100**2)
    assert together == pytest.approx((2 * math.pi * 400**2 - lens) / 1e4, rel=1e-3)


def test_the_reason_speaks_of_the_facts_of_the_row() -> None:
    reason = table(ask("priority", frames(), target="approach:community_school", **SMALL), "schools").loc[EAST, "reason"]
    assert reason == ("50 ± 5 children newly in reach, 31 weighed by need; need higher than in 56 % of areas; nearest one today 0.6 mi away; "
                      "70 % of pupils qualify for free or reduced-price meals")


@pytest.mark.parametrize(("weight", "listed", "title"), [
    (1.0, "rank", "Next schools for a community school, by children newly in reach weighed by need"),
    (0.0, "rank", "Next schools for a community school, by children newly in reach"),
    (1.0, "adding", "Next schools for a community school, each by what it adds to those before it, weighed by need"),
    (0.0, "adding", "Next schools for a community school, each by what it adds to those before it"),
])
def test_the_list_says_what_orders_it(weight: float, listed: str, title: str) -> None:
    """A school with more children can stand below one with fewer: title, column and line say why."""
    output = ask("priority", frames(), target="approach:community_school", need_weight=weight, listed=listed, **SMALL).output("schools")
    assert output.title == title
    (score,) = (column for column in output.columns if column.name == "score")
    assert ("(sets the rank)" in score.label) is (listed == "rank")
    names = [column.name for column in output.columns if not column.hidden and not column.name.endswith("_moe")]
    assert names.index("score") == names.index("children_newly_reached") + 1
    rows = output.frame
    reaching = rows[rows["children_newly_reached"] > 0]
    assert len(reaching)
    assert all(("weighed by need" in why) is (weight > 0) for why in reaching["reason"])
    assert rows["score"].is_monotonic_decreasing or listed == "adding"


def test_bands_follow_the_margins() -> None:
    tight, loose = town.need_areas(), town.need_areas().assign(children_moe=90.0, poverty_moe=0.3)
    first = ask("priority", frames(areas=tight), target="approach:community_school", **SMALL).output("schools").frame
    second = ask("priority", frames(areas=loose), target="approach:community_school", **SMALL).output("schools").frame
    assert (first["rank_high"] - first["rank_low"]).sum() == 0
    assert (second["rank_high"] - second["rank_low"]).tolist() == [1, 1]


def test_without_margins_or_draws_there_is_no_band() -> None:
    bare = town.need_areas().drop(columns=["children_moe", "poverty_moe"])
    assert ask("priority", frames(areas=bare), **SMALL).output("schools").frame["rank_low"].isna().all()
    result = ask("priority", frames(), draws=0, **SMALL)
    assert result.output("schools").frame["rank_low"].isna().all()
    assert result.main.columns[1].low == ""


def test_counting_all_residents_takes_their_column() -> None:
    areas = town.need_areas().assign(population=1000.0)
    rows = table(ask("priority", frames(areas=areas), count="population", target="approach:community_school", **SMALL), "schools")
    assert rows.loc[EAST, "children_newly_reached"] == pytest.approx(10 * DISC)
    with pytest.raises(InputError, match="population"):
        ask("priority", frames(), count="population")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.floats(0, 2), st.floats(200, 3000))
def test_parts_add_up_ranks_hold_and_rows_may_be_mixed(seed: int, count: int, weight: float, radius: float) -> None:
    generator = np.random.default_rng(seed)
    schools = gpd.GeoDataFrame(
        {"id": [f"{n:014d}" for n in range(count)], "name": [f"School {n}" for n in range(count)],
         "governance": "district", "levels": "high"},
        geometry=[Point(town.LEFT + x, town.BOTTOM + y) for x, y in generator.random((count, 2)) * 5000], crs=town.CRS,
    )
    areas = random_town(seed, missing=True)
    options = {"target": "approach:community_school", "need_weight": weight, "radius_m": radius, "draws": 50}
    result = ask("priority", frames(areas=areas, schools=schools), **options)
    rows = table(result, "schools")
    assert parts(rows).sum(axis=1).tolist() == pytest.approx(rows["score"].tolist(), abs=1e-9)
    assert rows["rank"].notna().all()
    assert ((rows["rank_low"] <= rows["rank"]) & (rows["rank"] <= rows["rank_high"])).all()
    out = result.figure("children_out_of_reach").value
    assert (rows["children_newly_reached"] <= out + 1e-9).all()
    assert result.figure("children_reached_together").value <= out + 1e-9
    mixed = ask("priority", frames(areas=areas, schools=schools.iloc[::-1]), **options)
    pd.testing.assert_frame_equal(table(mixed, "schools").drop(columns="geometry"), rows.drop(columns="geometry"))


def test_a_sliver_of_a_child_is_nobody() -> None:
    result = ask("priority", frames(areas=town.need_areas().assign(children=1e-3, children_moe=1e-4)))
    assert result.sentence.startswith("No school would bring")
    assert table(result, "schools")["reason"].str.startswith("Brings nobody new into reach").all()


def test_the_band_of_all_schools_at_once_is_the_wider_one_and_stands_beside_the_rank() -> None:
    own, joint = (ask("priority", frames(), band=band) for band in ("own", "all"))
    one, other = table(own, "schools"), table(joint, "schools")
    assert (other["rank_high"] - other["rank_low"] >= one["rank_high"] - one["rank_low"]).all()
    assert any(note.text.startswith("The band beside a rank compares all schools at once") for note in joint.notes)
    assert "on its own" not in joint.sentence
