"""Ways along the streets and by a table, made once for every distance: the same as asking anew."""

from __future__ import annotations

import pytest
from attrs import evolve

from ecomap.analysis import columns as c
from ecomap.analysis import registry
from ecomap.analysis.live.asking import make_ready, out_of_hand
from ecomap.model.progress import Progress
from tests.analysis.travel.test_pairs import town


def agree(question: str, rows, params, name: str, *radii: float) -> None:
    live = make_ready(question, rows, params, progress=Progress())
    for radius in radii:
        now = evolve(params, radius_m=radius)
        quick = live.at(now).outputs[0].frame.set_index("id")
        right = registry.run(question, rows, evolve(now, draws=0) if hasattr(now, "draws") else now).main.frame.set_index("id")
        assert quick[name].to_dict() == pytest.approx(right[name].to_dict(), abs=1e-3), radius


def test_along_the_streets_the_squares_in_reach_are_those_of_the_question() -> None:
    """From 1,280 m on the question's squares are 80 m wide, as these are."""
    params = registry.analysis("coverage-gap").params(target="service:*", travel="street")
    agree("coverage-gap", town(), params, c.OUT_OF_REACH, 1_285, 1_605, 2_330, 3_000)
    ranking = registry.analysis("priority").params(target="service:*", travel="street")
    agree("priority", town(), ranking, c.NEWLY_REACHED, 1_285, 2_330)


def test_along_the_streets_ways_are_followed_two_miles_beforehand_and_further_is_said() -> None:
    params = registry.analysis("coverage-gap").params(target="service:*", travel="street")
    live = make_ready("coverage-gap", town(), params, progress=Progress())
    assert not out_of_hand(live, evolve(params, radius_m=3_218.0))
    assert out_of_hand(live, evolve(params, radius_m=3_300.0))


@pytest.mark.parametrize("question", ["coverage-gap", "access"])
def test_a_table_of_minutes_reaches_an_area_or_does_not(question: str) -> None:
    import geopandas as gpd

    costs = gpd.GeoDataFrame({"id": ["1", "2"], "name": ["", ""], "from_id": ["W", "E"], "to_id": ["clinic", "clinic"], "cost": [9.0, 26.0], "unit": ["minutes"] * 2})
    rows = town(travel_costs=costs)
    params = registry.analysis(question).params(target="service:*", travel="travel_cost", walking_kmh=6.0)
    agree(question, rows, params, c.OUT_OF_REACH if question == "coverage-gap" else c.SITES_IN_REACH, 899, 901, 2_599, 2_601)


