"""The price of a ranking: schools chosen together, and the order in which each adds most to those before it."""

from __future__ import annotations

import math
from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from shapely.geometry import Point

from ecomap.analysis.plan.priority.price import in_turn
from tests import small_project as town
from tests.analysis.towns import ask, frames, table

RADIUS = 400.0


def in_a_row(*east: float) -> gpd.GeoDataFrame:
    """Schools in the middle row, so many kilometres from the western edge."""
    return gpd.GeoDataFrame(
        {"id": [f"s{n}" for n in range(len(east))], "name": [f"School {n}" for n in range(len(east))], "levels": "elementary",
         "governance": "district"},
        geometry=[Point(town.LEFT + x * town.SIDE, town.BOTTOM + 1.5 * town.SIDE) for x in east], crs=town.CRS)


def reached(schools: gpd.GeoDataFrame, chosen: tuple[int, ...]) -> float:
    """Children within reach of some schools, as the town has 100 on every square kilometre."""
    ground = shapely.union_all(town.need_areas().geometry.to_numpy())
    circles = shapely.union_all([schools.geometry.iloc[one].buffer(RADIUS, 256) for one in chosen])
    return float(shapely.area(shapely.intersection(ground, circles))) / 1e4


ROW = in_a_row(2.5, 2.45, 2.4, 0.5, 1.5)


def answer(**given: object):
    return ask("priority", frames(schools=ROW, sites=None), target="none", radius_m=RADIUS, detour=1, draws=0, top=2, **given)


def test_as_many_chosen_together_reach_the_most_that_any_two_reach() -> None:
    result = answer(need_weight=0)
    best = max(reached(ROW, pair) for pair in combinations(range(len(ROW)), 2))
    assert result.figure("children_reached_chosen").value == pytest.approx(best, rel=1e-3)
    assert best == pytest.approx(2 * 100 * 0.16 * math.pi, rel=1e-3)


def test_the_sentence_says_both_shares() -> None:
    result = answer()
    first, chosen = (result.figure(name).value / 900 for name in ("children_reached_together", "children_reached_chosen"))
    assert first < chosen
    assert f"the first 2 schools together would reach {first * 100:.0f} % of all who lack it, 2 schools chosen together " \
           f"{chosen * 100:.0f} %" in result.sentence


def test_in_the_order_of_adding_each_adds_most_to_those_before_it() -> None:
    rows = answer(listed="adding", need_weight=0).main.frame
    before: list[int] = []
    for place, row in enumerate(rows[rows["children_added"] > 0].to_dict("records"), start=1):
        school = int(row["id"][1:])
        adds = {one: reached(ROW, (*before, one)) - (reached(ROW, tuple(before)) if before else 0) for one in range(len(ROW))
                if one not in before}
        assert row["rank"] == place
        assert row["children_added"] == pytest.approx(adds[school], rel=1e-2, abs=0.05)
        assert adds[school] >= max(adds.values()) - 0.05
        before.append(school)
    assert len(before) >= 3


def test_the_list_is_by_rank_unless_wished_otherwise_and_says_the_same_of_every_school() -> None:
    ranked, added = answer(), answer(listed="adding")
    assert ranked.main.frame["rank"].is_monotonic_increasing
    assert added.main.frame["rank"].is_monotonic_increasing
    assert added.figure("children_reached_together").value >= ranked.figure("children_reached_together").value
    one, other = table(ranked, "schools").sort_index(), table(added, "schools").sort_index()
    assert other["rank_alone"].tolist() == one["rank"].tolist()
    last = one["adding_place"].notna().sum() + 1
    assert [bool(why) for why in one["adding_place_reason"]] == one["adding_place"].isna().tolist()
    assert other["rank"].tolist() == one["adding_place"].fillna(last).tolist()
    assert other["children_added"].tolist() == one["children_added"].tolist()


def test_where_nobody_can_be_won_the_price_is_nothing() -> None:
    near = frames(schools=in_a_row(1.5), areas=town.need_areas().iloc[[0]], sites=None)
    result = ask("priority", near, target="none", radius_m=100, detour=1, draws=0)
    assert result.figure("children_reached_chosen").value == 0
    assert np.isnan(result.main.frame["adding_place"]).all()


@given(places=st.integers(1, 12), groups=st.integers(1, 20), seed=st.integers(0, 2**16))
@settings(deadline=None)
def test_the_order_of_adding_is_that_of_a_look_at_every_site_each_time(places: int, groups: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    reaches = random.random((places, groups)) < 0.3
    left, people = random.integers(0, 4, groups) * 1.0, random.integers(0, 9, groups) * 1.0  # whole numbers: many add as much
    place, adds = in_turn(csr_array(reaches.astype(float)), left, people)
    open_, plain = np.ones(groups, dtype=bool), []
    while (worth := (reaches & open_) @ left).max() > 0:
        first = int(worth.argmax())
        plain.append((first, (people * (reaches[first] & open_)).sum()))
        open_ &= ~reaches[first]
    assert [(site, adds[site]) for site in np.argsort(place)[: len(plain)]] == plain
    assert np.isnan(place).sum() == places - len(plain)
