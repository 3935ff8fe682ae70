"""Distances as the product has them when nobody sets anything: one mile, straight line times 1.3.

A mile is 1,609 m: 1,238 m of straight line. What stands 1,200 m away is in reach (1,560 m), what stands 1,250 m away is
not (1,625 m), although it is nearer than a mile as the crow flies. Two hamlets of 10 m by 10 m and 100 children each stand
east of the only site, at these two distances.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Point, box

from ecomap.analysis import columns as c
from ecomap.analysis.assets.presence import presence
from ecomap.analysis.travel.pairs import travel_costs
from ecomap.analysis.travel.params import DETOUR, ReachParams
from ecomap.analysis.travel.straight import StraightTravel, edge_pairs, nearest_m
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.progress import silent
from ecomap.model.source import Source
from tests.analysis.towns import POVERTY, ask, table

CRS = "EPSG:3310"
NEAR, FAR = 1200.0, 1250.0
ROLES = {"areas": "need_area", "services": "service", "schools": "school", "references": "reference"}


def hamlets(*at: float, **columns: Any) -> gpd.GeoDataFrame:
    count = len(at)
    return gpd.GeoDataFrame(
        {"id": ["near", "far"][:count], "name": ["Near", "Far"][:count], "children": [100.0] * count, "population": [100.0] * count,
         "poverty": [0.2, 0.4][:count], **columns},
        geometry=[box(x - 5, -5, x + 5, 5) for x in at], crs=CRS,
    )


def places(*at: float, **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": [f"p{n}" for n in range(len(at))], "name": [f"Place {n}" for n in range(len(at))], **columns},
                            geometry=[Point(x, 0) for x in at], crs=CRS)


def two_schools() -> gpd.GeoDataFrame:
    return places(NEAR, FAR, levels=["elementary"] * 2, governance=["district"] * 2, enrollment=[100.0] * 2, frpm_count=[100.0] * 2,
                  frpm_share=[1.0] * 2)


def town(**rows: gpd.GeoDataFrame) -> Frames:
    rows = {"areas": hamlets(NEAR, FAR), "services": places(0, category=["Food"], organisation=["Us"], capacity=[500.0]), **rows}
    return Frames(rows, {name: Layer(name, name.capitalize(), ROLES[name], "point", sources=(Source(name),),
                                     indicators=(POVERTY,) if name == "areas" else ()) for name in rows})


def test_the_default_is_a_mile_by_an_estimated_way() -> None:
    assert (ReachParams().radius_m, ReachParams().detour, DETOUR) == (pytest.approx(1609.344), 1.3, 1.3)


def test_reach_by_ground() -> None:
    rows = table(ask("coverage-gap", town()), "areas")
    assert rows[c.OUT_OF_REACH].to_dict() == pytest.approx({"near": 0, "far": 100})
    assert rows[c.NEAREST].to_dict() == pytest.approx({"near": NEAR * 1.3, "far": FAR * 1.3})


def test_access_by_pairs() -> None:
    rows = table(ask("access", town(), measure="two_step"), "areas")
    assert rows["access"].to_dict() == pytest.approx({"near": 5000.0, "far": 0.0})  # 500 places for 100 children, per 1,000
    ways = table(ask("access", town(), measure="nearest"), "areas")["access"]
    assert ways["near"] == pytest.approx(NEAR * 1.3)
    assert np.isinf(ways["far"])


def test_room_by_pairs() -> None:
    rows = table(ask("capacity-gap", town()), "areas")
    assert rows["served"].to_dict() == pytest.approx({"near": 100, "far": 0})
    assert rows["out_of_reach"].to_dict() == pytest.approx({"near": 0, "far": 100})


def test_a_rule_by_pairs() -> None:
    assert table(ask("gap-presets", town()), "areas")[c.STATE].to_dict() == {"near": "no gap", "far": "gap"}


def test_parks_within_a_walk_of_half_a_mile_to_their_edge() -> None:
    """805 m are 619 m of straight line: a park whose edge is 600 m away is within a walk (780 m), one at 640 m (832 m) is not."""
    parks = gpd.GeoDataFrame({"id": ["a", "b"], "name": ["A", "B"], "acres": [2.0, 2.0]},
                             geometry=[box(600, -20, 700, 20), box(5640, -20, 5700, 20)], crs=CRS)
    given = town(areas=hamlets(0.0, 5000.0), references=parks)
    rows = table(ask("gap-presets", given, rule="park_need"), "areas")
    assert rows["acres_in_reach"].to_dict() == pytest.approx({"near": 2, "far": 0})
    assert rows["nearest_park_m"].to_dict() == pytest.approx({"near": 780, "far": 832})


def test_stops_within_the_distance() -> None:
    given = town(areas=hamlets(NEAR, FAR, no_vehicle=[0.1, 0.5]), references=places(0))
    assert table(ask("gap-presets", given, rule="transit_desert"), "areas")["stops"].to_dict() == {"near": 1, "far": 0}


def test_average_ways_of_a_plan() -> None:
    """Today 1,560 m and 1,625 m; a school in the far hamlet leaves 0 and, from 50 m away, 65 m."""
    schools = places(FAR, levels=["elementary"], governance=["district"])
    result = ask("plan", town(schools=schools), aim="average", sites=1)
    assert result.figure("way_today").value == pytest.approx((NEAR + FAR) / 2 * 1.3)
    assert result.figure("way").value == pytest.approx((FAR - NEAR) / 2 * 1.3)


def test_a_new_school_reaches_by_ground_and_by_points() -> None:
    """East of the hamlets: 1,230 m from the far one (1,599 m), 1,280 m from the near one (1,664 m), which has the site anyway."""
    schools = places(FAR + 1230.0, FAR + 1250.0, levels=["elementary"] * 2, governance=["district"] * 2)
    rows = table(ask("priority", town(schools=schools), draws=0), "schools")
    assert rows[c.NEWLY_REACHED].to_dict() == pytest.approx({"p0": 100, "p1": 0})
    plan = ask("plan", town(schools=schools), sites=1)
    assert plan.output("plan").frame["id"].tolist() == ["p0"]
    assert plan.figure("bound").value == pytest.approx(100)


def test_one_engine_gives_pairs_costs_and_ground() -> None:
    """The pairs of a way of travel, those of `travel_costs` and the ground agree on who is in reach, and on how far it is."""
    here, there = hamlets(NEAR, FAR), places(0)
    way = StraightTravel(ReachParams(), here)
    pairs = way.pairs(shapely.get_coordinates(shapely.centroid(here.geometry)), np.arange(2), np.asarray(there.geometry), silent())
    costs = travel_costs(here, there, cutoff_m=ReachParams().radius_m, detour=DETOUR)
    ground = way.ground(np.asarray(there.geometry), silent())[0]
    assert pairs.cost.tolist() == costs.cost.tolist() == pytest.approx([NEAR * 1.3])
    assert shapely.contains(ground, np.asarray(here.geometry)).tolist() == [True, False]
    assert nearest_m(here, there, DETOUR).tolist() == pytest.approx([NEAR * 1.3, FAR * 1.3])


def test_ways_to_the_edge_are_longer_by_the_detour() -> None:
    """A park whose edge is 600 m away is 780 m of way, one that begins here none; at 620 m (806 m) it is out of reach."""
    points = np.array([Point(0, 0), Point(-20, 0), Point(650, 0)])
    point, park, cost = edge_pairs(points, np.array([box(600, -20, 700, 20)]), cutoff_m=805.0, detour=DETOUR, unit=1.0)
    assert dict(zip(point.tolist(), cost.tolist(), strict=True)) == pytest.approx({0: 780.0, 2: 0.0})
    assert set(park) == {0}


def test_who_reaches_a_school() -> None:
    """A service reaches the school 1,200 m away and not the one 1,250 m away, by the ways that are told."""
    schools, services = places(NEAR, FAR), places(0, category=["Food"], organisation=["Us"], function=["food"])
    found = presence(Frames({"services": services}, {"services": town(services=services).layer("services")}), schools, dt.date(2026, 1, 1),
                     radius_m=ReachParams().radius_m, detour=DETOUR)
    assert found.school.tolist() == [0]
    assert found.distance_m.tolist() == pytest.approx([NEAR * 1.3])


def test_who_is_where_within_reach_of_a_school_and_on_what_ground() -> None:
    given = town(schools=two_schools(), services=places(0, 0, category=["Food"] * 2, organisation=["Us", "Them"], function=["food"] * 2))
    result = ask("overlap", given)
    assert table(result, "schools")["organisations_in_all"].to_dict() == {"p0": 2, "p1": 0}
    assert table(result, "footprints")["children_in_both"].tolist() == pytest.approx([100.0])
    assert table(result, "areas")["nearest_m"].to_dict() == pytest.approx({"far": FAR * 1.3})


def test_a_need_is_matched_with_a_service_in_reach() -> None:
    given = town(schools=two_schools(), services=places(0, category=["Food"], organisation=["Us"], function=["food"], capacity=[500.0]))
    found = ask("match", given).output("matches").frame
    assert found["school_id"].tolist() == ["p0"]
    assert found["distance_m"].tolist() == pytest.approx([NEAR * 1.3])
