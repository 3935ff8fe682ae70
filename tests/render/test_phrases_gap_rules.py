"""Answers by the rules of others can be read in Spanish, whatever the rule found or lacked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecomap.render.words.phrases import untranslated
from tests.analysis.test_gap_rules_of_others import CORNER, areas, by_rule, parks
from tests.analysis.towns import frames, services_at
from tests.render.shown_texts import result_texts

POINTS = dict.fromkeys(("hpsa_ratio_points", "hpsa_poverty_points", "hpsa_infant_health_points", "hpsa_travel_time_points"), 1.0)
PARKS = parks((0.9, 0.9, 1.1, 1.1), (0, 0, 1, 1), acres=[12.0, np.nan])
STOPS = services_at((0.5, 0.5), (0.6, 0.5))


@pytest.mark.parametrize(("rule", "columns", "references", "asked"), [
    ("food_access", {}, None, {}), ("food_access", {}, None, {"far_people": 200.0, "far_share": 0.2}),
    ("food_access", {"median_family_income": [60_000.0] * 4 + [np.nan] * 5, "poverty": [0.1] * 9}, None, {"typical_income_usd": 75_000.0}),
    ("provider_shortage", POINTS, None, {}), ("provider_shortage", {"poverty": [np.nan] * 9}, None, {"people_per_provider": 100.0}),
    ("park_need", {}, PARKS, {}), ("park_need", {}, PARKS.iloc[:1], {"acres_per_1000": 2.0}),
    ("transit_desert", {}, STOPS, {}), ("transit_desert", {}, STOPS.iloc[:1], {"at_least": 2_000.0}),
])
def test_every_text_of_a_rule_has_a_translation(rule: str, columns: dict, references: Any, asked: dict) -> None:
    given = frames(areas=areas(no_vehicle=np.arange(9) / 10, **columns), services=CORNER.assign(capacity=1.0), references=references)
    for radius in (500.0, 1100.0):
        said = [text for _, text in result_texts(by_rule(rule, given, radius_m=radius, **asked)) if text]
        assert {piece for text in said for piece in untranslated(text, "es")} == set()
