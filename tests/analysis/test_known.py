"""How many an answer knows by name: counted from its rows, on its day, once each, and said by every question that rests on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from attrs import evolve
from shapely.geometry import Point

from ecomap.analysis import known as module
from ecomap.analysis import registry
from ecomap.analysis.known import known_in
from ecomap.model.frames import Frames
from ecomap.model.known import ENTRIES, SCHOOLS, Known, KnownOf
from ecomap.model.layer import Layer
from ecomap.model.said import name
from tests import small_project as town
from tests.analysis.test_every_analysis import given_to
from tests.analysis.towns import ask, frames

DAY = dt.date(2026, 11, 29)
OF_TEN = KnownOf("community_school", 10, False, SCHOOLS, name("the district's page"), "2025")


def layer(role: str, *stated: KnownOf, of: str = "x") -> Layer:
    return Layer(of, name("X"), role, "point", known_of=stated)


def rows(*schools: str, approach: str = "community_school", called: str = "", **more: Any) -> pd.DataFrame:
    return pd.DataFrame({"id": [f"r{n}" for n in range(len(schools))], "name": [called or f"Name {n}" for n in range(len(schools))],
                         "approach": approach, "school_id": list(schools), **more})


def count(*layers: tuple[Layer, pd.DataFrame], target: str = "approach:community_school") -> list[int]:
    return [one.known for one in known_in(layers, DAY, target)]


def test_a_school_counts_once_where_schools_are_counted_and_entries_each() -> None:
    twice = rows("1", "1", "2")
    assert count((layer("site", OF_TEN), twice)) == [2]
    assert count((layer("site", evolve(OF_TEN, counts=ENTRIES)), twice)) == [3]
    assert count((layer("site", evolve(OF_TEN, counts=ENTRIES)), rows("1", "1", "2", called="Same"))) == [2]  # the same entry again


def test_only_what_is_at_work_on_the_day_is_known() -> None:
    dated = rows("1", "2", "3", "4", status=["active", "ended", "planned", ""], end=["", "", "", "2020"])
    assert count((layer("site", OF_TEN), dated)) == [1]
    assert [one.known for one in known_in([(layer("site", OF_TEN), dated)], dt.date(2019, 1, 1), "approach:community_school")] == [2]


def test_another_spelling_of_a_row_counts_once() -> None:
    assert count((layer("site", evolve(OF_TEN, counts=ENTRIES)), rows("", "", same_as=["", "r0"]))) == [1]


def test_another_list_of_the_kind_adds_what_the_first_does_not_have() -> None:
    stated, other = (layer("site", OF_TEN), rows("1", "2")), (layer("participation", of="y"), rows("2", "3"))
    assert count(stated, other) == [3]
    pathways = (layer("site", evolve(OF_TEN, counts=ENTRIES)), rows("1", "1"))
    assert count(pathways, (layer("participation", of="y"), rows("1", "3", called="Another"))) == [3]


def test_two_lists_that_both_state_something_count_apart() -> None:
    one, two = (layer("site", OF_TEN), rows("1", "2")), (layer("site", evolve(OF_TEN, total=5), of="y"), rows("7"))
    assert count(one, two) == [2, 1]


def test_lists_that_stand_together_as_one_are_told_apart_by_their_layer() -> None:
    together = pd.concat([rows("1", "2").assign(layer_id="a"), rows("2", "3").assign(id=["s0", "s1"], layer_id="b")], ignore_index=True)
    assert count((layer("site", evolve(OF_TEN, layer="a")), together)) == [3]
    both = layer("site", evolve(OF_TEN, layer="a"), evolve(OF_TEN, layer="b", total=4))
    assert count((both, together)) == [2, 2]


def test_zones_are_counted_as_zones_and_not_by_their_member_schools() -> None:
    stated = KnownOf("promise_neighborhood", 3, False, ENTRIES, name("the list of grants"), "2020")
    zones = (layer("zone", stated, of="z"), rows("", "", approach="promise_neighborhood"))
    members = (layer("site"), rows("1", "2", "3", "4", approach="promise_neighborhood"))
    assert count(zones, members, target="approach:promise_neighborhood") == [2]


def test_a_statement_on_the_whole_list_stands_for_a_kind_that_has_none() -> None:
    services = pd.DataFrame({"id": list("abc"), "name": list("abc"), "category": ["Food", "food", "Legal"]})
    whole = layer("service", KnownOf("", 600, False, ENTRIES, name("the county"), "2024"))
    assert known_in([(whole, services)], DAY, "service:Food")[0] == Known("service", "", 3, whole.known_of[0])
    own = evolve(whole, known_of=(*whole.known_of, KnownOf("Food", 5, False, ENTRIES, name("the bank"), "2024")))
    assert [(one.kind, one.known) for one in known_in([(own, services)], DAY, "service:Food")] == [("Food", 2)]
    assert known_in([(layer("service"), services)], DAY, "service:food") == (Known("service", "Food", 2),)


def test_without_a_target_every_kind_is_told_once_and_services_are_one_list() -> None:
    found = known_in([(layer("site", OF_TEN), rows("1")), (layer("participation", of="y"), rows("3", approach="linked_learning")),
                      (layer("service"), pd.DataFrame({"id": ["a"], "name": ["a"], "category": ["Food"]})), (layer("school"), rows("9"))], DAY)
    assert [(one.role, one.kind, one.known, one.stated is None) for one in found] == [
        ("site", "community_school", 1, False), ("participation", "linked_learning", 1, True), ("service", "", 1, True)]


def test_what_a_file_claims_against_reason_states_nothing() -> None:
    for wrong in (evolve(OF_TEN, total=0), evolve(OF_TEN, total=-3), evolve(OF_TEN, counts="heads")):
        assert known_in([(layer("site", wrong), rows("1"))], DAY, "approach:community_school") == (Known("site", "community_school", 1),)


def stated_town(total: int = 3, more: bool = False, keep: int = 1) -> Frames:
    """The town, whose district says that it has so many community schools; only some of the sites that are known are kept."""
    given = frames(sites=town.sites().head(keep))
    described = evolve(given.layers["sites"], known_of=(evolve(OF_TEN, total=total, more=more),))
    return Frames(given.frames, {**given.layers, "sites": described})


def test_taking_known_sites_away_moves_the_numbers() -> None:
    one = ask("coverage-gap", stated_town(), target="approach:community_school", as_of="2026-01-01")
    none = ask("coverage-gap", stated_town(keep=0), target="approach:community_school", as_of="2026-01-01")
    assert (one.known[0].known, one.known[0].unknown) == (1, 2)
    assert (none.known[0].known, none.known[0].unknown) == (0, 3)
    assert "1 of 3 community schools is known by name, says the district's page in 2025. 2 of them are not" in one.sentence
    assert "0 of 3 community schools are known by name, says the district's page in 2025. 3 of them are not" in none.sentence


def test_a_ranking_says_how_many_of_the_first_and_of_those_above_may_have_it() -> None:
    ranked = ask("priority", stated_town(total=2), target="approach:community_school", as_of="2026-01-01", top=2)
    assert "1 of them is not, so up to 1 of the first 2 schools may have it already." in ranked.sentence
    assert ranked.main.frame["above_may_have_it"].tolist() == [0, *[min(1, int(rank) - 1) for rank in ranked.main.frame["rank"][1:]]]
    full = ask("priority", stated_town(total=1), target="approach:community_school", as_of="2026-01-01", top=2)
    assert "above_may_have_it" not in full.main.frame
    assert "1 of 1 community schools is known by name" in full.sentence
    assert "may have it" not in full.rests_on


def test_a_plan_says_it_of_the_schools_it_chooses() -> None:
    plan = ask("plan", stated_town(total=5), target="approach:community_school", as_of="2026-01-01", sites=1)
    assert "4 of them are not, so the school chosen may have it already." in plan.sentence


def test_where_nobody_has_it_yet_there_is_nothing_to_know() -> None:
    assert ask("priority", stated_town(), target="none", as_of="2026-01-01").known == ()


RESTS_ON_NOBODY = {"need-index", "sensitivity", "school-areas", "clusters", "merged-areas", "published-index", "money", "norming", "funding-cliff", "spending-outcome"}


@pytest.mark.parametrize("analysis", registry.names())
def test_every_question_that_rests_on_who_is_there_says_how_much_of_it_is_known(analysis: str) -> None:
    result = ask(analysis, given_to(analysis), as_of="2026-11-29")
    assert bool(result.known) == bool(result.rests_on) == (analysis not in RESTS_ON_NOBODY)
    assert result.rests_on in result.sentence
    assert result.sentence.count("not known how complete") == len(result.known[:1])


def test_a_site_without_a_school_counts_by_its_place() -> None:
    placed = gpd.GeoDataFrame(rows("", "", ""), geometry=[Point(0, 0), Point(0, 0), Point(5, 5)], crs=town.CRS)
    assert count((layer("site", OF_TEN), placed)) == [2]


def test_rows_of_other_kinds_are_left_aside_only_where_nobody_states_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is known is the same as with all of them."""
    mixed = pd.concat([rows("A", "B"), rows("C", approach="Linked_Learning", called="Other")], ignore_index=True)
    targets = [f"approach:{kind}" for kind in ("community_school", "linked_learning", "none")]
    looked_at: list[str] = []
    make = module._rows
    monkeypatch.setattr(module, "_rows", lambda *given: looked_at.append(given[3]) or make(*given))
    told = [known_in([(layer("participation"), mixed)], DAY, target) for target in targets]
    assert looked_at == ["community_school", "linked_learning", "none"]
    known_in([(layer("participation", OF_TEN), mixed)], DAY, targets[1])
    assert looked_at[-1] == ""
    monkeypatch.setattr(module, "_rows", lambda *given: make(*given[:3]))
    assert told == [known_in([(layer("participation"), mixed)], DAY, target) for target in targets]
    assert [[(one.kind, one.known) for one in known] for known in told] == [[("community_school", 2)], [("Linked_Learning", 1)], []]
