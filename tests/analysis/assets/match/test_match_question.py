"""Matching: as good as trying everything, never more than the places, nothing lost on the way."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ecomap.analysis.gaps.room.assignment import assign
from ecomap.model.errors import InputError
from tests.analysis.towns import ask, asset_tables, finding, frames, services_at


def brute(need: list[int], free: list[int], cost: np.ndarray, worth: list[float]) -> tuple[float, dict[tuple[int, ...], float]]:
    """Most worth of all ways to serve, and the least travel for every way of serving, by trying everything."""
    schools, places = len(need), len(free)
    best, travel = 0.0, {}
    open_pairs = [(s, p) for s in range(schools) for p in range(places) if np.isfinite(cost[s, p])]
    for amounts in product(*(range(min(need[s], free[p]) + 1) for s, p in open_pairs)):
        served, used, way = [0] * schools, [0] * places, 0.0
        for (s, p), amount in zip(open_pairs, amounts, strict=True):
            served[s] += amount
            used[p] += amount
            way += amount * cost[s, p]
        if all(a <= b for a, b in zip(served, need, strict=True)) and all(a <= b for a, b in zip(used, free, strict=True)):
            best = max(best, sum(w * n for w, n in zip(worth, served, strict=True)))
            travel[tuple(served)] = min(travel.get(tuple(served), np.inf), way)
    return best, travel


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=3), st.lists(st.integers(0, 3), min_size=1, max_size=2), st.integers(0, 10**6))
def test_as_good_as_trying_everything(need: list[int], free: list[int], seed: int) -> None:
    generator = np.random.default_rng(seed)
    cost = generator.integers(1, 9, (len(need), len(free))).astype(float)
    cost[generator.random(cost.shape) < 0.3] = np.inf
    worth = (1 + generator.random(len(need))).tolist()
    school, place = np.nonzero(np.isfinite(cost))
    done = assign(np.array(need), np.array(free), school, place, cost[school, place], np.array(worth))
    best, travel = brute(need, free, cost, worth)
    assert done.served @ np.array(worth) == pytest.approx(best)
    assert done.amount @ cost[school, place] == pytest.approx(travel[tuple(done.served.tolist())])
    assert done.served.sum() == max(sum(one) for one in travel)  # the most worth also serves the most
    assert (done.served <= need).all()
    assert (done.used <= free).all()


def test_at_the_size_of_a_city_it_is_as_good_as_one_linear_program() -> None:
    """200 schools of different worth, 40 services, some 1,300 pairs: the most worth of all, whole pupils, nothing overflows."""
    generator = np.random.default_rng(11)
    need, free = generator.integers(0, 60, 200), generator.integers(0, 90, 40)
    school, place = np.nonzero(generator.random((200, 40)) < 0.16)
    cost, worth = generator.random(len(school)) * 1600, 1 + generator.random(200)
    done = assign(need, free, school, place, cost, worth)
    pair = np.arange(len(school))
    rows = np.zeros((240, len(school)))
    rows[school, pair] = rows[200 + place, pair] = 1
    best = linprog(-worth[school], A_ub=rows, b_ub=np.concatenate([need, free]))
    assert done.served @ worth == pytest.approx(-best.fun)
    least = linprog(cost, A_eq=rows[:200], b_eq=done.served, A_ub=rows[200:], b_ub=free)
    assert done.amount @ cost == pytest.approx(least.fun)
    assert (np.bincount(school, done.amount, 200) == done.served).all()
    assert (np.bincount(place, done.amount, 40) == done.used).all()
    assert (done.served <= need).all()
    assert (done.used <= free).all()


def test_where_places_are_short_need_decides() -> None:
    done = assign(np.array([5, 5]), np.array([6]), np.array([0, 1]), np.array([0, 0]), np.array([1.0, 900.0]), np.array([1.0, 1.5]))
    assert done.served.tolist() == [1, 5]


def test_missing_places_are_refused_by_the_assignment() -> None:
    with pytest.raises(InputError):
        assign(np.array([1]), np.array([np.nan]), np.array([0]), np.array([0]), np.array([1.0]), np.array([1.0]))


def given_services(**columns: object) -> object:
    services = services_at((0.5, 1.5), (1.5, 1.5), (2.5, 1.5), category="Mental Health").assign(**columns)
    return frames(**{k: v for k, v in asset_tables().items() if k == "need_links"}, services=services)


def test_need_by_hand() -> None:
    # Only the area West School stands in has its middle within 900 m: poverty 0.4; 300 pupils: 120 may need it.
    result = ask("match", given_services(available=[10.0, 20.0, 1000.0]), radius_m=900, detour=1)
    unmet = result.output("unmet").frame.set_index("school_id")
    assert dict(unmet["need_pupils"]) == {"01964733000001": 120, "01964733000002": 155, "01964733000003": 192}
    assert dict(unmet["served"]) == {"01964733000001": 10, "01964733000002": 20, "01964733000003": 192}
    assert dict(unmet["full"]) == {"01964733000001": 110, "01964733000002": 135, "01964733000003": 0}
    assert result.figure("places_left").value == 808


def test_unknown_places_are_not_zero() -> None:
    unknown = given_services(available=[10.0, np.nan, 1000.0])
    apart = ask("match", unknown, radius_m=900, detour=1).output("unmet").frame.set_index("school_id")
    assert apart.loc["01964733000002", ["served", "full"]].isna().all()  # nobody states how many: not 0
    assert apart.loc["01964733000002", ["out_of_reach", "places_not_known", "unmet"]].tolist() == [0, 155, 155]
    assumed = ask("match", unknown, radius_m=900, detour=1, unknown_places="assume", assumed_places=5)
    assert assumed.output("unmet").frame.set_index("school_id").loc["01964733000002", "served"] == 5
    assert any("were assumed" in note.text and note.count == 1 for note in assumed.notes)
    with pytest.raises(InputError, match="s1") as refused:
        ask("match", unknown, radius_m=900, detour=1, unknown_places="refuse")
    assert refused.value.details["rows"] == ["service/s1"]


def test_what_nobody_states_is_no_number_in_the_answer() -> None:
    result = ask("match", given_services(available=[np.nan] * 3), radius_m=900, detour=1)
    assert [result.figure(name).value for name in ("need_pupils", "served", "full", "out_of_reach", "places_not_known", "places_left")] == \
        [467, None, None, 0, 467, None]
    assert result.figure("served").note == "Cannot be said: no service in reach says how many places are free."
    assert "how many could be served cannot be said" in result.sentence
    assert "0 could" not in result.sentence
    assert [label for label, _, _ in result.bars] == ["Out of reach", "Places not known"]
    functions = result.output("functions").frame
    assert functions[["served", "full"]].isna().all(axis=None)


def test_where_some_state_their_places_the_number_served_is_the_least() -> None:
    result = ask("match", given_services(available=[10.0, np.nan, 1000.0]), radius_m=900, detour=1)
    assert finding(result) == ("Of an estimated 467 needs of pupils, at least 202 could be served by free places in reach, 110 would find "
                               "every service in reach full, 0 have none in reach, and for 155 the places in reach are not known.")
    none_full = ask("match", given_services(available=[1000.0, np.nan, 1000.0]), radius_m=900, detour=1)
    assert none_full.figure("full").value is None
    assert "at least 312 could be served" in none_full.sentence
    assert "full" not in none_full.sentence


def test_a_service_far_away_tells_nothing_of_the_places_in_reach() -> None:
    services = services_at((0.5, 1.5), (9.0, 9.0), category="Mental Health").assign(available=[np.nan, 50.0])
    result = ask("match", frames(services=services, need_links=asset_tables()["need_links"]), radius_m=900, detour=1)
    assert result.figure("served").value is None      # East and Middle have nothing in reach; West has one that does not say
    assert result.figure("places_left").value == 50
    assert result.figure("places_left").note == "At the 1 service that says how many."


def test_without_services_nothing_is_out_of_reach() -> None:
    result = ask("match", frames(services=None, need_links=asset_tables()["need_links"]), radius_m=900, detour=1)
    assert result.figure("out_of_reach").value is None
    assert "cannot be said" in result.sentence
    assert result.bars == ()


def test_zero_places_are_zero_and_out_of_reach_is_neither() -> None:
    full = ask("match", given_services(available=[0.0, 0.0, 0.0]), radius_m=900, detour=1).output("unmet").frame
    assert full["full"].tolist() == full["need_pupils"].tolist()
    far = services_at((0.5, -9.0), category="Mental Health").assign(available=[10.0])
    out = ask("match", frames(services=far, need_links=asset_tables()["need_links"]), radius_m=900, detour=1).output("unmet").frame
    assert out["out_of_reach"].tolist() == out["need_pupils"].tolist()


def test_places_in_other_units_are_not_taken_for_pupils() -> None:
    result = ask("match", given_services(available=[10.0, 20.0, 30.0], capacity_unit=["pupils", "hours a week", ""]), radius_m=900, detour=1)
    services = result.output("services").frame.set_index("id")
    assert services["free"].isna().tolist() == [False, True, False]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 300)), min_size=3, max_size=3), st.floats(300, 3000),
       st.sampled_from(["apart", "assume"]), st.floats(0, 10))
def test_every_need_is_counted_once_and_no_service_gives_more_than_it_has(
    available: list[int | None], radius: float, unknown: str, weight: float
) -> None:
    given_ = given_services(available=[np.nan if n is None else float(n) for n in available])
    result = ask("match", given_, radius_m=radius, detour=1, unknown_places=unknown, need_weight=weight, assumed_places=40)
    unmet = result.output("unmet").frame
    parts = unmet[["served", "full", "out_of_reach", "places_not_known"]]
    assert parts.sum(axis=1).tolist() == unmet["need_pupils"].tolist()
    assert not (parts < 0).any(axis=None)
    assert (unmet["full"].isna() == (unmet["places_not_known"] > 0)).all()  # missing exactly where nobody states it
    matches, services = result.output("matches").frame, result.output("services").frame.set_index("id")
    assert matches["served"].sum() == unmet["served"].sum()
    known = services[services["free"].notna()]
    assert (known["given"] <= known["free"]).all()
    assert (known["left"] == known["free"] - known["given"]).all()


def test_weights_of_links_must_be_numbers() -> None:
    links = asset_tables()["need_links"].assign(weight=[-1.0])
    with pytest.raises(InputError, match="k1"):
        ask("match", frames(need_links=links))


def test_linked_needs_the_areas_do_not_have_are_said_by_their_labels() -> None:
    note = next(note.text for note in ask("match", frames(services=services_at((0.5, 1.5)))).notes if "linked need" in note.text)
    assert "Asthma emergency visits, Crowded homes" in note
    assert "Fine dust" not in note       # ten are named, the others counted
    assert note.endswith("Income per person and 4 more.")
    assert "_" not in note
    needs = note.values["needs"]
    assert (needs.key, needs.values["n"]) == ("{needs} and {n} more", 4)
    assert all(part.key == part for part in needs.values["needs"].parts)  # each a message of its own, not its column
