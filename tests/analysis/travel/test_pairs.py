"""How people get there, by hand: a town with a river and one bridge, a freeway nobody walks along, and a table.

West (0-800 m) and East (880-1,680 m) are 800 m wide and 10 rows of squares of 80 m high. Every row is a street; the rows of
West meet at its western edge (x = 40), those of East at the river (x = 920). One bridge carries the northern row over the river.
The clinic stands at the south-eastern corner of West, 160 m from East: but 2,320 m on foot from East's nearest corner.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from ecomap.analysis import columns as c
from ecomap.analysis import registry
from ecomap.model.errors import CancelledError, InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.params import build_params
from ecomap.model.progress import Progress
from ecomap.model.result import Result
from ecomap.model.source import Source
from tests.analysis.towns import POVERTY

CRS = "EPSG:3310"
NORTH = 760
ROWS = range(40, 800, 80)
ROLES = {"areas": "need_area", "services": "service", "schools": "school", "streets": "street", "travel_costs": "travel_cost"}


def table(shapes: list[Any], **columns: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def streets() -> gpd.GeoDataFrame:
    west = [LineString([(40, y), (760, y)]) for y in ROWS] + [LineString([(40, y) for y in ROWS])]
    east = [LineString([(920, y), (1640, y)]) for y in ROWS] + [LineString([(920, y) for y in ROWS])]
    bridge, freeway = LineString([(760, NORTH), (920, NORTH)]), LineString([(760, 40), (920, 40)])
    lines = [*west, *east, bridge, freeway]
    return table(lines, id=[str(n) for n in range(len(lines))], name=["Street"] * len(lines), walk=[True] * (len(lines) - 1) + [False],
                 street_level=[0.0] * len(lines))


def town(**changed: Any) -> Frames:
    rows = {
        "areas": table([box(0, 0, 800, 800), box(880, 0, 1680, 800)], id=["W", "E"], name=["West", "East"], children=[1000.0, 1000.0], poverty=[0.4, 0.2]),
        "services": table([Point(760, 40)], id=["clinic"], name=["Clinic"], category=["Health"], organisation=["Us"]),
        "schools": table([Point(920, 40)], id=["school"], name=["East School"], levels=["elementary"], governance=["district"]),
        "streets": streets(), **changed,
    }
    rows = {name: frame for name, frame in rows.items() if frame is not None}
    return Frames(rows, {name: Layer(name, name.capitalize(), ROLES[name], "point",
                                     sources=(Source(f"{name} of the town", vintage="2024"),),
                                     indicators=(POVERTY,) if name == "areas" else ()) for name in rows})


def ask(name: str, frames: Frames, **given: Any) -> Result:
    return registry.run(name, frames, build_params(registry.analysis(name).params, given))


def rows_of(result: Result, output: str = "areas") -> pd.DataFrame:
    return next(o for o in result.outputs if o.name == output).frame.set_index("id")


def words(result: Result) -> str:
    return " ".join(note.text for note in result.notes)


@pytest.mark.parametrize(("radius", "west", "east"), [
    # Row y = 40: all 10 squares (at most 720 m). Row k above it, square j from the west: 720 + 80 k + 80 j <= 1,280: 28 squares.
    (1280, 380, 0),
    # All of West (at most 2,160 m); beyond the bridge 2,320 m + 80 for each square on: the corner and its 2 neighbours.
    (2400, 1000, 30),
])
def test_a_river_is_crossed_only_by_its_bridge(radius: float, west: float, east: float) -> None:
    found = ask("coverage-gap", town(), travel="street", radius_m=radius)
    areas = rows_of(found)
    assert areas[c.OUT_OF_REACH].to_dict() == pytest.approx({"W": 1000 - west, "E": 1000 - east})
    across = ask("coverage-gap", town(), radius_m=1280, detour=1.0)
    assert rows_of(across).loc["E", c.OUT_OF_REACH] < 500


def test_the_answer_says_what_people_walk_along() -> None:
    found = ask("coverage-gap", town(), travel="street", radius_m=1280)
    pieces = 10 * 2 + 9 * 2 + 1
    assert f"on foot along {pieces} street pieces of Streets (2024)" in words(found)
    assert "1 line of the streets is a freeway, a ramp or a private way" in words(found)
    assert "squares of 80 m" in words(found)
    assert "Ways are on foot along the streets. It is not known how complete the list of services is. As of " in found.sentence
    assert "streets" in {layer for layer, _ in found.provenance.inputs}
    assert Source("streets of the town", vintage="2024") in found.provenance.sources
    assert "straight line" not in words(ask("coverage-gap", town(), radius_m=1280)).replace("is a straight line times", "")


def test_people_and_sites_far_from_any_street_are_out_of_reach_and_said() -> None:
    hills = table([box(0, 0, 800, 800), box(0, 1600, 800, 2400)], id=["W", "H"], name=["West", "Hills"], children=[1000.0, 500.0])
    places = table([Point(760, 40), Point(400, 2000)], id=["clinic", "hut"], name=["Clinic", "Hut"], category=["Health"] * 2,
                   organisation=["Us", "Them"])
    found = ask("coverage-gap", town(areas=hills.assign(poverty=0.3), services=places), travel="street", radius_m=5000)
    assert rows_of(found)[c.OUT_OF_REACH].to_dict() == pytest.approx({"W": 0, "H": 500})
    assert "500 of those counted live further than 250 m from any street" in words(found)
    assert "1 site lies further than 250 m from any street and can be reached by nobody: Hut." in words(found)
    reached = ask("access", town(areas=hills.assign(poverty=0.3), services=places), travel="street", radius_m=5000)
    assert "1 need area has its inside point further than 250 m from any street" in words(reached)
    assert rows_of(reached)["access"].to_dict() == pytest.approx({"W": 1.0, "H": 0.0})


def test_access_counts_the_same_way() -> None:
    """From the middle of West: 30 m to its row, 360 to the western edge, 320 down, 720 along the southern row."""
    given = town(areas=table([box(0, -20, 800, 800), box(880, -20, 1680, 800)], id=["W", "E"], name=["West", "East"],
                             children=[1000.0, 1000.0], poverty=[0.4, 0.2]))
    found = ask("access", given, travel="street", radius_m=1430, measure="nearest")
    assert rows_of(found)["access"]["W"] == pytest.approx(1430)
    assert np.isinf(rows_of(found)["access"]["E"])
    assert rows_of(found)[c.NEAREST].to_dict() == pytest.approx({"W": 1430, "E": 30 + 360 + 400 + 160 + 720 + 720 + 720})
    nothing = ask("access", given, travel="street", radius_m=1429, measure="two_step")
    assert rows_of(nothing)["access"].to_dict() == {"W": 0.0, "E": 0.0}
    reached = ask("access", given, travel="street", radius_m=1430, measure="two_step")
    assert rows_of(reached)["access"].to_dict() == pytest.approx({"W": 1.0, "E": 0.0})


def test_minutes_take_the_place_of_the_distance() -> None:
    """16 minutes at 4.8 km/h are 1,280 m."""
    found = ask("coverage-gap", town(), travel="street", minutes=16)
    assert rows_of(found)[c.OUT_OF_REACH].to_dict() == pytest.approx({"W": 620, "E": 1000})
    slow = ask("coverage-gap", town(), travel="street", minutes=32, walking_kmh=2.4)
    assert rows_of(slow)[c.OUT_OF_REACH].to_dict() == pytest.approx({"W": 620, "E": 1000})
    assert found.provenance.params["minutes"] == 16


def test_a_table_says_who_reaches_what() -> None:
    times = pd.DataFrame({"id": ["1", "2"], "name": "", "from_id": ["W", "E"], "to_id": ["clinic", "clinic"], "cost": [10.0, 25.0],
                          "unit": "minutes"})
    found = ask("coverage-gap", town(travel_costs=times), travel="travel_cost", minutes=20)
    assert rows_of(found)[c.OUT_OF_REACH].to_dict() == pytest.approx({"W": 0, "E": 1000})
    assert rows_of(found)[c.NEAREST].to_dict() == {"W": 10.0, "E": 25.0}
    assert next(o for o in found.outputs if o.name == "areas").columns
    assert "within 20 min" in found.sentence
    assert "2 pairs of Travel_costs (2024), minutes" in words(found)
    all_in = ask("coverage-gap", town(travel_costs=times), travel="travel_cost", minutes=25)
    assert rows_of(all_in)[c.OUT_OF_REACH].to_dict() == pytest.approx({"W": 0, "E": 0})
    access = ask("access", town(travel_costs=times), travel="travel_cost", minutes=25, measure="two_step")
    assert rows_of(access)["access"].to_dict() == pytest.approx({"W": 0.5, "E": 0.5})


def test_pairs_that_the_table_does_not_hold_are_out_of_reach_and_counted() -> None:
    times = pd.DataFrame({"id": ["1"], "name": "", "from_id": ["W"], "to_id": ["other"], "cost": [10.0], "unit": "minutes"})
    found = ask("coverage-gap", town(travel_costs=times), travel="travel_cost", minutes=20)
    assert rows_of(found)[c.OUT_OF_REACH].to_dict() == pytest.approx({"W": 1000, "E": 1000})
    assert "1 need area is not in the table of travel times" in words(found)
    assert "1 site is not in the table of travel times" in words(found)
    with pytest.raises(InputError, match="no need area"):
        ask("coverage-gap", town(travel_costs=times.assign(from_id="Z")), travel="travel_cost")


@pytest.mark.parametrize("name", ["coverage-gap", "capacity-gap", "access", "gap-presets", "priority", "rank-change", "weight-sets", "plan"])
def test_without_the_layer_one_clear_sentence(name: str) -> None:
    given = {"assumed_capacity": 5} if name == "capacity-gap" else {}
    with pytest.raises(InputError, match="has no streets to walk along"):
        ask(name, town(streets=None), travel="street", **given)
    with pytest.raises(InputError, match="has no table of travel times"):
        ask(name, town(streets=None), travel="travel_cost", **given)


def test_the_default_asks_nothing_of_the_streets() -> None:
    with_streets, without = (ask("coverage-gap", given, radius_m=600) for given in (town(), town(streets=None)))
    pd.testing.assert_frame_equal(rows_of(with_streets), rows_of(without))


def test_building_the_streets_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        registry.run("coverage-gap", town(), build_params(registry.analysis("coverage-gap").params, {"travel": "street"}), progress=progress)


def test_a_new_school_reaches_whom_the_streets_bring_to_it() -> None:
    """East School stands at the corner of East; 1,280 m are 16 squares.

    East's square in row k, column j is 80 (k + j) metres away: all but the 3 with k + j > 16. Over the bridge (880 m) there are
    6 squares of West's northern row, which the clinic does not reach.
    """
    found = ask("priority", town(), travel="street", radius_m=1280, draws=0)
    school = rows_of(found, "schools").loc["school"]
    assert school[c.NEWLY_REACHED] == pytest.approx(970 + 60)
    assert school[c.NEAREST] == pytest.approx(720 + 160 + 720 + 720 + 720)
    circle = rows_of(ask("priority", town(), radius_m=1280, detour=1.0, draws=0), "schools")
    assert circle.empty or circle[c.NEWLY_REACHED].iloc[0] != school[c.NEWLY_REACHED]
    far = table([Point(920, 40), Point(5000, 5000)], id=["school", "lone"], name=["East School", "Lone School"],
                levels=["elementary"] * 2, governance=["district"] * 2)
    said = words(ask("priority", town(schools=far), travel="street", radius_m=1280, draws=0))
    assert "1 school lies further than 250 m from any street and would reach nobody: Lone School." in said
    times = pd.DataFrame({"id": ["1", "2"], "name": "", "from_id": ["W", "E"], "to_id": ["clinic", "school"], "cost": [9.0, 9.0],
                          "unit": "minutes"})
    by_table = ask("priority", town(schools=far, travel_costs=times), travel="travel_cost", minutes=10, draws=0)
    assert rows_of(by_table, "schools")[c.NEWLY_REACHED].to_dict() == pytest.approx({"school": 1000.0, "lone": 0.0})
    assert "1 school is not in the table of travel times and would reach nobody: Lone School." in words(by_table)


def test_room_and_plans_follow_the_streets() -> None:
    """38 squares of West reach the clinic within 1,280 m: 380 children; the plan brings in as many as the ranking."""
    room = ask("capacity-gap", town(), travel="street", radius_m=1280, detour=1.0, assumed_capacity=100)
    figures = {figure.name: figure.value for figure in room.figures}
    assert figures["children_served"] == pytest.approx(100)
    assert figures["children_reachable_but_full"] == pytest.approx(280)
    assert figures["children_out_of_reach"] == pytest.approx(1620)
    plan = ask("plan", town(), travel="street", radius_m=1280, detour=1.0, sites=1)
    assert {figure.name: figure.value for figure in plan.figures}["children_newly_reached"] == pytest.approx(1030)
    rules = [ask("gap-presets", town(), travel="street", radius_m=radius) for radius in (1439, 1440)]
    assert [rows_of(rule)[c.STATE].to_dict() for rule in rules] == [{"W": "gap", "E": "gap"}, {"W": "no gap", "E": "gap"}]
