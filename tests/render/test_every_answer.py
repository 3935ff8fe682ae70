"""Every answer can be read in another language: nothing it says is a finished English sentence, and all of it is translated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecomap.analysis import registry
from tests import small_project as town
from tests.analysis.gaps.room.test_groups import answer
from tests.analysis.test_every_analysis import given_to
from tests.analysis.test_gap_rules_of_others import CORNER, areas, by_rule, parks
from tests.analysis.towns import ask, frames, services_at
from tests.render.shown_texts import result_texts
from tests.spoken import outside, untranslated

OWN = ("children in poverty", "Children in poverty")  # the small town's own indicator
POINTS = dict.fromkeys(("hpsa_ratio_points", "hpsa_poverty_points", "hpsa_infant_health_points", "hpsa_travel_time_points"), 1.0)
PARKS = parks((0.9, 0.9, 1.1, 1.1), (0, 0, 1, 1), acres=[12.0, np.nan])
STOPS = services_at((0.5, 0.5), (0.6, 0.5))
LEARNERS = np.where(np.arange(9) == 4, 20.0, 10.0)


def assert_sayable(texts: list[tuple[str, str]]) -> None:
    """Every text has a message with Spanish, and no English stands beside its messages."""
    shown = [(where, text) for where, text in texts if text]
    gaps = {piece: where for where, text in shown for piece in untranslated(text, "es")}
    assert {piece: where for piece, where in gaps.items() if not any(own in piece for own in OWN)} == {}
    assert {where: text for where, text in shown if outside(text)} == {}


@pytest.mark.parametrize("name", registry.names())
def test_what_it_asks_and_answers(name: str) -> None:
    analysis = registry.analysis(name)
    texts = [("title", analysis.title), ("question", analysis.question), ("summary", analysis.summary)]
    texts += [("input", item.label) for item in analysis.inputs]
    assert_sayable([*texts, *result_texts(ask(name, given_to(name)))])


@pytest.mark.parametrize(("rule", "columns", "references", "asked"), [
    ("food_access", {}, None, {}), ("food_access", {}, None, {"far_people": 200.0, "far_share": 0.2}),
    ("food_access", {"median_family_income": [60_000.0] * 4 + [np.nan] * 5, "poverty": [0.1] * 9}, None, {"typical_income_usd": 75_000.0}),
    ("provider_shortage", POINTS, None, {}), ("provider_shortage", {"poverty": [np.nan] * 9}, None, {"people_per_provider": 100.0}),
    ("park_need", {}, PARKS, {}), ("park_need", {}, PARKS.iloc[:1], {"acres_per_1000": 2.0}),
    ("transit_desert", {}, STOPS, {}), ("transit_desert", {}, STOPS.iloc[:1], {"at_least": 2_000.0}),
])
def test_what_a_rule_finds_or_lacks(rule: str, columns: dict[str, Any], references: Any, asked: dict[str, Any]) -> None:
    given = frames(areas=areas(no_vehicle=np.arange(9) / 10, **columns), services=CORNER.assign(capacity=1.0), references=references)
    for radius in (500.0, 1100.0):
        assert_sayable(list(result_texts(by_rule(rule, given, radius_m=radius, **asked))))


@pytest.mark.parametrize("columns", [
    {"learners": LEARNERS}, {"learners": LEARNERS, "learners_moe": np.full(9, 4.0)},
    {"learners": LEARNERS, "learners_moe": np.full(9, 40.0)}, {"learners": np.full(9, 10.0)}, {"learners": np.zeros(9)},
    {"over_65": np.full(9, 120.0)}, {"learners": [120.0] + [10.0] * 8}, {"poverty": town.need_areas()["poverty"]},
    {"learners": [27.0, np.nan, np.nan] + [30.0] * 6, "children": [0.0] + [100.0] * 8},
    {"learners": [7.0, np.nan] + [30.0] * 7, "children": [0.0] + [100.0] * 8},
])
def test_what_there_is_to_say_of_a_group(columns: dict[str, Any]) -> None:
    for capacity in (90.0, 2000.0):
        assert_sayable(list(result_texts(answer(columns, capacity))))
