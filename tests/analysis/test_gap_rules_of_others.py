"""Rules of others on the small town, each threshold by hand; what they lack is named."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from ecomap.model.errors import InputError
from ecomap.model.result import Result
from tests import small_project as town
from tests.analysis.towns import ask, frames, services_at, table

MILE = 1609.344
CORNER = services_at((0.5, 0.5))


def areas(**columns: Any) -> gpd.GeoDataFrame:
    return town.need_areas().assign(population=1000.0, **columns)


def by_rule(rule: str, given: Any, **asked: Any) -> Result:
    return ask("gap-presets", given, **{"rule": rule, "target": "service:*", "detour": 1, **asked})


def states(result: Result) -> list[str]:
    return table(result, "areas")["state"].tolist()


def reasons(result: Result) -> list[str]:
    return table(result, "areas")["reason"].tolist()


def test_low_income_and_low_access_to_food() -> None:
    """All within 500 m of the corner's middle (78.5 % of its ground): 215 of its 1,000 residents are further, all elsewhere.

    Poverty is 10 % to 90 %: from area 2 (20 %) on an area is poor.
    """
    result = by_rule("food_access", frames(areas=areas(), services=CORNER), radius_m=500)
    assert states(result) == ["no gap"] + ["gap"] * 8
    rows = table(result, "areas")
    assert rows["people_too_far"].iloc[0] == pytest.approx(1000 * (1 - np.pi / 4), rel=1e-3)
    assert rows["low_income"].tolist() == [False] + [True] * 8
    assert reasons(result)[8] == "low income, and 500 or more residents too far away"
    assert result.figure("people_in_gaps").value == 8000


def test_a_third_of_few_residents_is_low_access_too() -> None:
    """214.6 of 1,000 are too far: 21.5 %. Below 33 %, above 20 %."""
    poor = areas().assign(poverty=0.5)
    for share, said in ((0.33, "no gap"), (0.20, "gap")):
        result = by_rule("food_access", frames(areas=poor, services=CORNER), radius_m=500, far_share=share)
        assert states(result)[0] == said
    assert reasons(result)[0] == "low income, and 20 % or more of the residents too far away"
    assert states(by_rule("food_access", frames(areas=poor, services=CORNER), radius_m=500, far_people=200))[0] == "gap"


def test_low_income_by_income_where_it_is_asked_for() -> None:
    """80 % of 75,000 is 60,000: at it an area is low income, above it is not; missing poverty is saved by a low income only."""
    given = areas(median_family_income=[60_000.0, 60_001, 60_000, 90_000, 90_000, np.nan, 90_000, 90_000, 90_000])
    given["poverty"] = [0.1, 0.1, np.nan, np.nan, 0.2, 0.1, 0.3, 0.1, 0.1]
    result = by_rule("food_access", frames(areas=given, services=services_at((9.5, 9.5))), radius_m=500, typical_income_usd=75_000)
    assert states(result) == ["gap", "no gap", "gap", "no data", "gap", "no data", "gap", "no gap", "no gap"]
    assert any(note.text.startswith("2 areas lack a number that the rule needs") for note in result.notes)
    assert not any("Income is not looked at" in note.text for note in result.notes)
    alone = by_rule("food_access", frames(areas=given, services=services_at((9.5, 9.5))), radius_m=500)
    assert states(alone)[:3] == ["no gap", "no gap", "no data"]
    assert any("Income is not looked at" in note.text for note in alone.notes)


def test_people_per_provider_and_the_stricter_limit_where_poverty_is_high() -> None:
    """Each corner serves itself and two neighbours, 3,300 residents: one provider in the south-west, one in the north-east.

    3,300 is under 3,500, and over 3,000 where at least 20 % are poor: area 1 (10 %) is no gap, areas 2, 4, 6, 8, 9 are.
    """
    two = services_at((0.5, 0.5), (2.5, 2.5)).assign(capacity=1.0)
    given = frames(areas=areas().assign(population=1100.0), services=two)
    result = by_rule("provider_shortage", given, radius_m=1100)
    assert table(result, "areas")["people_per_provider"].tolist() == pytest.approx(
        [3300, 3300, np.inf, 3300, np.inf, 3300, np.inf, 3300, 3300])
    assert states(result) == ["no gap"] + ["gap"] * 8
    assert reasons(result)[1:3] == ["more than 3,000 residents per provider where poverty is high", "no provider within the distance"]
    usual = by_rule("provider_shortage", given, radius_m=1100, people_per_provider_in_need=3500)
    assert states(usual) == ["no gap", "no gap", "gap", "no gap", "gap", "no gap", "gap", "no gap", "no gap"]
    assert states(by_rule("provider_shortage", given, radius_m=1100, people_per_provider=3299))[0] == "gap"
    assert any("score of 0 to 25 is not given" in note.text for note in result.notes)


def test_the_federal_score_only_from_its_points() -> None:
    points = {"hpsa_ratio_points": 5.0, "hpsa_poverty_points": 3.0, "hpsa_infant_health_points": 2.0}
    services = CORNER.assign(capacity=1.0)
    assert "hpsa_score" not in table(by_rule("provider_shortage", frames(areas=areas(**points), services=services)), "areas")
    full = areas(**points, hpsa_travel_time_points=[4.0] + [np.nan] * 8)
    score = table(by_rule("provider_shortage", frames(areas=full, services=services)), "areas")["hpsa_score"]
    assert score.iloc[0] == 2 * 5 + 3 + 2 + 4
    assert score.iloc[1:].isna().all()
    with pytest.raises(InputError, match="between 0 and 5"):
        by_rule("provider_shortage", frames(areas=full.assign(hpsa_ratio_points=6.0), services=services))


def parks(*cells: tuple[float, float, float, float], **columns: Any) -> gpd.GeoDataFrame:
    """Parks as boxes in kilometres from the town's corner."""
    x, y, side = town.LEFT, town.BOTTOM, town.SIDE
    shapes = [box(x + a * side, y + b * side, x + c * side, y + d * side) for a, b, c, d in cells]
    return gpd.GeoDataFrame({"id": [f"p{n}" for n in range(len(cells))], "name": [f"Park {n}" for n in range(len(cells))], **columns},
                            geometry=shapes, crs=town.CRS)


def test_park_acres_are_shared_by_all_within_a_walk() -> None:
    """A park on the corner where four areas meet, 707 m from their points less 141 m: 566 m. 4,000 share 12 acres: 3 per 1,000.

    Another of 100 acres in the north-east area, 300 m from its point: 4,000 share the first, 1,000 the second.
    """
    given = frames(areas=areas(), references=parks((0.9, 0.9, 1.1, 1.1), (2.8, 2.4, 3.0, 2.8), acres=[12.0, 100.0]))
    result = by_rule("park_need", given)
    rows = table(result, "areas")
    assert rows["acres_per_1000"].tolist() == pytest.approx([3, 3, 0, 3, 3, 0, 0, 0, 100])
    assert rows["residents_per_acre"].iloc[0] == pytest.approx(1000 / 3)
    assert rows["nearest_park_m"].iloc[0] == pytest.approx(400 * 2**0.5)
    assert rows["nearest_park_m"].iloc[8] == pytest.approx(300)
    assert states(result) == ["gap"] * 8 + ["no gap"]
    assert reasons(result)[0] == "fewer than 4 park acres per 1,000 residents within a walk"
    assert reasons(result)[2] == "no park within a walk"
    assert states(by_rule("park_need", given, acres_per_1000=3)) == [
        "no gap", "no gap", "gap", "no gap", "no gap", "gap", "gap", "gap", "no gap"]
    assert states(by_rule("park_need", given, acres_per_1000=3, park_walk_m=560)) == ["gap"] * 8 + ["no gap"]


def test_a_park_without_acres_is_counted_not_taken_for_none() -> None:
    given = frames(areas=areas(), references=parks((0.9, 0.9, 1.1, 1.1), (0, 0, 1, 1), acres=[12.0, np.nan]))
    result = by_rule("park_need", given)
    assert table(result, "areas")["acres_per_1000"].iloc[0] == pytest.approx(3)
    assert any(note.text.startswith("1 place of these layers without acres") for note in result.notes)


def test_demand_above_supply_in_standard_deviations() -> None:
    """Equal ground; 30 % without a vehicle in the middle, 10 % elsewhere; two stops in reach of the south-west area alone.

    Demand: 100 eight times, 300 once: mean 122.2, deviation 62.85. Supply: 2 once, 0 eight times.
    """
    given = frames(areas=areas(no_vehicle=[0.1] * 4 + [0.3] + [0.1] * 4), references=services_at((0.5, 0.5), (0.4, 0.5)))
    result = by_rule("transit_desert", given, radius_m=500)
    demand = np.array([100.0] * 4 + [300] + [100] * 4)
    supply = np.array([2.0] + [0] * 8)
    z = (demand - demand.mean()) / demand.std() - (supply - supply.mean()) / supply.std()
    rows = table(result, "areas")
    assert rows["demand_less_supply"].tolist() == pytest.approx(z.tolist())
    assert rows["depend_on_transit"].tolist() == demand.tolist()
    assert z[4] == pytest.approx(2.828427 + 0.353553)
    assert states(result) == ["no gap"] * 4 + ["gap"] + ["no gap"] * 4
    assert states(by_rule("transit_desert", given, radius_m=500, transit_gap=3.2))[4] == "no gap"
    assert states(by_rule("transit_desert", given, radius_m=500, transit_gap=3.1))[4] == "gap"


def test_bars_say_on_whom_gaps_fall() -> None:
    """The site stands in the area of the lowest need, alone in its fifth: everybody else lives in a gap."""
    result = by_rule("general", frames(areas=areas(), services=CORNER), radius_m=500)
    assert result.bars_title == "Share of the children in a gap, by need fifth"
    assert [(label, share) for label, share, _ in result.bars] == [
        ("Highest need", 1), ("High need", 1), ("Middle", 1), ("Low need", 1), ("Lowest need", 0)]
    wider = by_rule("general", frames(areas=areas(), services=CORNER), radius_m=1100)
    assert dict(bar[:2] for bar in wider.bars)["Low need"] == pytest.approx(0.5)  # of areas 2 and 3 one is 1 km away


@pytest.mark.parametrize(("rule", "given", "said"), [
    ("food_access", frames(services=CORNER), "'population'"),
    ("food_access", frames(areas=areas().drop(columns="poverty"), services=CORNER, indicators=()), "no column poverty or poverty_rate"),
    ("provider_shortage", frames(areas=areas(), services=CORNER), "number of providers"),
    ("park_need", frames(areas=areas()), "no layer of other places has a column acres"),
    ("park_need", frames(areas=areas(), references=parks((0, 0, 1, 1), acres=[np.nan])), "is empty"),
    ("transit_desert", frames(areas=areas()), "no column no_vehicle"),
    ("transit_desert", frames(areas=areas(no_vehicle=0.1)), "needs stops"),
    ("transit_desert", frames(areas=areas(no_vehicle=0.1), references=services_at((9, 9))), "same number of residents without"),
])
def test_what_a_rule_lacks_is_named(rule: str, given: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        by_rule(rule, given)


def test_income_that_is_asked_for_and_missing_is_named() -> None:
    with pytest.raises(InputError, match="median_family_income"):
        by_rule("food_access", frames(areas=areas(), services=CORNER), typical_income_usd=75_000)


@pytest.mark.parametrize(("rule", "thresholds", "whose"), [
    ("food_access", ("20 %", "500", "33 %"), "Department of Agriculture"),
    ("provider_shortage", ("3,500", "3,000", "20 %"), "Health Resources"),
    ("park_need", ("4 park acres per 1,000",), "Parks Needs Assessment"),
    ("transit_desert", ("more than 1 standard",), "Jiao"),
])
def test_thresholds_universe_and_citation_stand_in_the_notes(rule: str, thresholds: tuple[str, ...], whose: str) -> None:
    given = frames(areas=areas(no_vehicle=np.arange(9) / 10), services=CORNER.assign(capacity=1.0),
                   references=services_at((0.5, 0.5)).assign(acres=5.0))
    texts = [note.text for note in by_rule(rule, given).notes]
    rule_text = next(text for text in texts if text.startswith("The rule:"))
    assert all(threshold in rule_text for threshold in thresholds)
    assert any(text.startswith("It counts ") and "residents" in text and whose in text for text in texts)
