"""Wishes that clash: each way out is enough by itself, and one unit less of it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from ecomap.analysis import registry
from ecomap.model.clash import ClashError, WayOut
from ecomap.model.errors import CancelledError, EcoMapError
from ecomap.model.params import build_params
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace.inputs import analysis_frames, chosen_layers
from tests.small_project import CRS, centre, small_project

GRID = [(column, row) for row in range(3) for column in range(3)]


def town() -> Project:
    """The small town with a school in the middle of every area, in three board districts (the columns); none has it."""
    project = small_project()
    schools = next(layer for layer in project.layers if layer.role == "school")
    count = len(GRID)
    frame = gpd.GeoDataFrame(
        {"id": [f"s{n}" for n in range(count)], "name": [f"School {n}" for n in range(count)], "levels": ["elementary"] * count,
         "governance": ["district"] * count, "board_district": [str(column + 1) for column, _ in GRID],
         "price": [float(100 * (n + 1)) for n in range(count)]},
        geometry=[centre(*cell) for cell in GRID], crs=CRS)
    return project.with_layer(schools, frame)


def ask(project: Project, given: Mapping[str, Any], progress: Progress | None = None) -> Result:
    plan = registry.analysis("plan")
    frames = analysis_frames(project, chosen_layers(project, plan), plan)
    usual = {"target": "none", "radius_m": 500, "detour": 1, "truths": 0, "time_limit_s": 5}
    return registry.run("plan", frames, build_params(plan.params, usual | dict(given)), progress=progress)


def clash(given: Mapping[str, Any], project: Project | None = None) -> ClashError:
    with pytest.raises(ClashError) as caught:
        ask(project or town(), given)
    return caught.value


def way(found: ClashError, setting: str) -> WayOut:
    ways = [one for one in found.ways_out if setting in one.settings]
    assert len(ways) == 1, [one.words for one in found.ways_out]
    return ways[0]


# what is asked, the setting that gives, what it must become, one unit less of a change, the words on the button
CASES: list[tuple[dict[str, Any], str, Any, Any, str]] = [
    ({"budget_usd": 250, "cost_per_site_usd": 100, "at_least_per_board_district": 1}, "budget_usd", 300.0, 299.0,
     "At least $300 instead of $250"),
    ({"budget_usd": 250, "cost_per_site_usd": 100, "at_least_per_board_district": 1}, "in_districts", 2, 3, "2 board districts instead of 3"),
    ({"budget_usd": 500, "cost_column": "price", "at_least_per_board_district": 1}, "budget_usd", 600.0, 599.0,
     "At least $600 instead of $500"),
    ({"sites": 5, "at_least_per_board_district": 2}, "sites", 6, 5, "6 new schools instead of 5"),
    ({"sites": 5, "at_least_per_board_district": 2}, "in_districts", 2, 3, "2 board districts instead of 3"),
    ({"sites": 5, "at_least_per_board_district": 2}, "at_least_per_board_district", 1, 2, "At least 1 per board district instead of 2"),
    ({"sites": 2, "pinned_in": ("s0", "s4", "s8")}, "sites", 3, 2, "3 new schools instead of 2"),
    ({"sites": 9, "pinned_in": ("s0", "s3", "s6"), "at_most_per_board_district": 1}, "at_most_per_board_district", 3, 2,
     "At most 3 per board district instead of 1"),
    ({"aim": "fewest", "budget_usd": 400, "cost_per_site_usd": 100}, "share_to_reach", 0.44, 0.45, "44 % in reach instead of 100 %"),
    ({"aim": "fewest", "budget_usd": 400, "cost_per_site_usd": 100}, "budget_usd", 900.0, 899.0, "At least $900 instead of $400"),
    ({"aim": "average", "sites": 2, "at_least_per_board_district": 1}, "sites", 3, 2, "3 new schools instead of 2"),
    ({"years": 2, "sites_by_year": "1, 1", "at_least_per_board_district": 1}, "sites_by_year", "1, 2", "1, 1", "3 new schools instead of 2"),
    ({"aim": "twice", "radius_m": 1500, "sites": 2, "at_least_per_board_district": 1}, "sites", 3, 2, "3 new schools instead of 2"),
]


@pytest.mark.parametrize(("given", "setting", "enough", "less", "words"), CASES)
def test_the_smallest_change_is_enough_and_one_unit_less_is_not(
    given: dict[str, Any], setting: str, enough: Any, less: Any, words: str,
) -> None:
    found = way(clash(given), setting)
    assert found.settings == {setting: enough}
    assert found.words == words
    assert found.proven
    assert len(ask(town(), given | found.settings).main.frame)
    with pytest.raises(ClashError):
        ask(town(), given | {setting: less})


def test_the_highest_share_that_can_be_asked_is_found_to_the_percent() -> None:
    # The two areas of highest need are s7 and s8; with at least one school in every district the third reaches elsewhere.
    given = {"sites": 3, "at_least_per_board_district": 1, "share_for_highest_fifth": 0.8}
    found = way(clash(given), "share_for_highest_fifth")
    assert found.settings == {"share_for_highest_fifth": 0.66}
    assert ask(town(), given | found.settings).main.frame["id"].isin(["s7", "s8"]).sum() == 2
    with pytest.raises(ClashError):
        ask(town(), given | {"share_for_highest_fifth": 0.67})


def test_every_pin_that_would_do_alone_has_its_own_way() -> None:
    found = clash({"sites": 2, "pinned_in": ("s0", "s4", "s8")})
    pins = [one for one in found.ways_out if "pinned_in" in one.settings]
    assert [one.settings["pinned_in"] for one in pins] == [("s4", "s8"), ("s0", "s8"), ("s0", "s4")]
    assert pins[0].words == "Without the pin on School 0"
    for one in pins:
        assert set(ask(town(), {"sites": 2} | one.settings).main.frame["id"]) == set(one.settings["pinned_in"])


def test_as_many_pins_come_off_as_must() -> None:
    found = clash({"sites": 1, "pinned_in": ("s0", "s4", "s8")})
    (off,) = [one for one in found.ways_out if "pinned_in" in one.settings]
    assert len(off.settings["pinned_in"]) == 1
    assert len(ask(town(), {"sites": 1} | off.settings).main.frame) == 1


def test_a_pin_that_shuts_a_district_is_one_of_the_wishes_that_clash() -> None:
    shut = ("s0", "s3", "s6")
    found = clash({"sites": 3, "at_least_per_board_district": 1, "pinned_out": shut})
    assert [str(wish) for wish in found.wishes] == [
        "at least 1 new school in board district 1", "School 0 pinned out", "School 3 pinned out", "School 6 pinned out"]
    back = [one.settings["pinned_out"] for one in found.ways_out if "pinned_out" in one.settings]
    assert back == [("s3", "s6"), ("s0", "s6"), ("s0", "s3")]
    assert way(found, "in_districts").settings == {"in_districts": 2}
    assert not any("sites" in one.settings for one in found.ways_out)


def test_pins_are_kept_and_cost_what_they_cost() -> None:
    plan = ask(town(), {"sites": 2, "radius_m": 900, "pinned_in": ("s0",), "pinned_out": ("s4",)}).main.frame["id"].tolist()
    assert "s0" in plan
    assert "s4" not in plan
    assert "s4" in ask(town(), {"sites": 1, "radius_m": 900}).main.frame["id"].tolist()


@pytest.mark.parametrize(("pins", "words", "off"), [
    ({"pinned_in": ("s0", "nobody")}, "Of the schools that are open none has the id nobody, which is pinned.", {"pinned_in": ("s0",)}),
    ({"pinned_out": ("nobody",)}, "Of the schools that are open none has the id nobody, which is pinned.", {"pinned_out": ()}),
    ({"pinned_in": ("s0",), "pinned_out": ("s0",)}, "School 0 is pinned in and out at once.", {"pinned_in": ()}),
])
def test_a_pin_that_means_nothing_is_said(pins: dict[str, Any], words: str, off: dict[str, Any]) -> None:
    found = clash(pins)
    assert found.message == words
    assert [one.settings for one in found.ways_out] == [off]
    assert len(ask(town(), pins | off).main.frame)


def test_a_pinned_school_without_a_place_or_of_another_kind_is_said() -> None:
    project = town()
    schools = next(layer for layer in project.layers if layer.role == "school")
    frame = project.frame(schools.id).copy()
    frame.loc[0, "geometry"] = None
    frame.loc[1, "governance"] = "charter"
    project = project.with_layer(schools, frame)
    found = clash({"pinned_in": ("s0", "s1", "s2")}, project)
    assert found.message.startswith("School 0 is pinned in but has no place on the map")
    assert "School 1 is pinned in but cannot be chosen" in found.message
    assert found.ways_out[0].settings == {"pinned_in": ("s2",)}
    assert found.ways_out[0].words == "Take the pins off School 0, School 1"


def test_a_longer_distance_is_found_where_reach_is_what_clashes() -> None:
    # Two schools reach all nine areas only when circles are large enough.
    given = {"aim": "fewest", "budget_usd": 100, "cost_per_site_usd": 100, "radius_m": 1400, "share_to_reach": 0.95}
    found = way(clash(given), "radius_m")
    assert found.words.endswith("in reach instead of 0.9 mi")
    longer = float(found.settings["radius_m"])
    assert len(ask(town(), given | {"radius_m": longer}).main.frame) == 1
    if longer - 160.9344 > 1400:
        with pytest.raises(ClashError):
            ask(town(), given | {"radius_m": longer - 160.9344})


def test_no_distance_is_offered_where_limits_clash_by_themselves() -> None:
    assert not any("radius_m" in one.settings for one in clash({"sites": 2, "at_least_per_board_district": 1}).ways_out)


def test_the_search_for_ways_out_stops_when_told() -> None:
    progress = Progress(lambda share, text: progress.cancel() if text.startswith("Looking for the smallest change") else None)
    with pytest.raises(CancelledError):
        ask(town(), {"sites": 2, "at_least_per_board_district": 1}, progress)


def test_whatever_is_asked_at_random_each_way_out_does() -> None:
    random = np.random.default_rng(3)
    ways = 0
    for _ in range(12):
        ids = [f"s{n}" for n in random.permutation(9)]
        given = {"sites": int(random.integers(1, 4)), "at_least_per_board_district": int(random.integers(1, 3)),
                 "at_most_per_board_district": int(random.integers(0, 3)), "budget_usd": float(random.integers(1, 9) * 100),
                 "cost_column": "price", "pinned_in": tuple(ids[:random.integers(0, 3)]), "pinned_out": tuple(ids[6:6 + random.integers(0, 3)])}
        try:
            ask(town(), given)
        except ClashError as found:
            for one in found.ways_out:
                ways += 1
                assert len(ask(town(), given | dict(one.settings)).main.frame)
        except EcoMapError:
            raise
    assert ways >= 5
