"""Gaps by a rule: every threshold by hand on the small town."""

from __future__ import annotations

import numpy as np
import pytest

from ecomap.model.errors import InputError
from tests import small_project as town
from tests.analysis.towns import ask, frames, services_at, table

NEAR = {"target": "service:*", "radius_m": 1100, "detour": 1}
CORNER = services_at((0.5, 0.5))  # 1 km from the areas 2 and 4; all others are further


def states(result) -> list[str]:
    return result.output("areas").frame["state"].tolist()


def test_nothing_within_the_distance_is_a_gap() -> None:
    result = ask("gap-presets", frames(services=CORNER), **NEAR)
    assert states(result) == ["no gap", "no gap", "gap", "no gap", "gap", "gap", "gap", "gap", "gap"]
    assert result.figure("people_in_gaps").value == 600
    assert result.figure("people_in_gaps").moe == pytest.approx(10 * np.sqrt(6))
    assert table(result, "areas")["reason"].iloc[8] == "no site within the distance"
    assert result.sentence.startswith("By this rule 6 of 9 need areas are gaps")


def test_too_many_per_place_is_a_gap() -> None:
    """100 children per place: each area alone is at the limit of 100, below it at 101."""
    site = CORNER.assign(capacity=1.0)
    for limit, first in ((99.0, "gap"), (100.0, "no gap")):
        result = ask("gap-presets", frames(services=site), per_place=limit, **NEAR)
        assert states(result)[0] == first
    assert table(ask("gap-presets", frames(services=site), per_place=99, **NEAR), "areas")["reason"].iloc[0] == (
        "more than 99 people per place")


def test_the_least_access_is_a_gap() -> None:
    """One site in each of two corners; the middle areas reach none of them or share one."""
    two = services_at((0.5, 0.5), (2.5, 2.5)).assign(capacity=[30.0, 3.0])
    result = ask("gap-presets", frames(services=two), lowest=0.7, **NEAR)
    rows = table(result, "areas")
    assert rows["access"].iloc[0] == pytest.approx(30 / 300 * 1000)
    assert rows["access"].iloc[8] == pytest.approx(3 / 300 * 1000)
    assert rows["state"].iloc[8] == "gap"
    assert "least access" in rows["reason"].iloc[8]
    assert rows["state"].iloc[0] == "no gap"


def test_few_people_no_count_and_nobody_are_told_apart() -> None:
    areas = town.need_areas().assign(children=[100, 100, 49, 100, np.nan, 0, 50, 100, 100])
    assert states(ask("gap-presets", frames(areas=areas, services=CORNER), **NEAR)) == [
        "no gap", "no gap", "too few to call", "no gap", "no data", "no children counted", "gap", "gap", "gap"]


def test_an_uncertain_count_is_not_called_and_counted() -> None:
    """Margin 70 of 100: standard error 42.6 %, above 40 %."""
    areas = town.need_areas().assign(children_moe=[10, 10, 10, 10, 10, 10, 10, 10, 70])
    result = ask("gap-presets", frames(areas=areas, services=CORNER), **NEAR)
    assert states(result)[8] == "too uncertain to call"
    assert result.figure("unsure_areas").value == 1
    wide = ask("gap-presets", frames(areas=areas, services=CORNER), largest_variation=0.5, **NEAR)
    assert states(wide)[8] == "gap"


def test_child_care_desert_by_hand() -> None:
    """Area 1: 60 children, 20 places: 3 each. Area 2: 61 children, 20 places. Area 3: 51 and none. Area 4: 50 and none."""
    areas = town.need_areas().assign(children_under_5=[60.0, 61, 51, 50, 10, 10, 10, 10, np.nan])
    care = services_at((0.5, 0.5), (1.5, 0.5)).assign(capacity=20.0)
    result = ask("gap-presets", frames(areas=areas, services=care), rule="child_care_desert", target="service:Food")
    assert states(result)[:5] == ["no gap", "gap", "gap", "too few to call", "too few to call"]
    assert states(result)[8] == "no data"
    reasons = table(result, "areas")["reason"].tolist()
    assert reasons[1:3] == ["more than 3 people per place", "no site in the area"]
    assert result.figure("people_in_gaps").value == 112


@pytest.mark.parametrize(("given", "said"), [
    (frames(), "number of children under 5"),
    (frames(areas=town.need_areas().assign(children_under_5=60.0)), "number of places"),
])
def test_a_desert_without_its_numbers_is_refused(given, said: str) -> None:
    with pytest.raises(InputError, match=said):
        ask("gap-presets", given, rule="child_care_desert", target="service:*")
