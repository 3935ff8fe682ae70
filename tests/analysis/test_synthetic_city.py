"""What was planted in the city is found, and nothing else is."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from ecomap.analysis import registry
from ecomap.analysis.assets.presence import rows_behind
from ecomap.model.frames import Frames
from ecomap.model.params import build_params
from ecomap.model.result import Result
from tests.analysis.synthetic_city import DAY, City, synthetic_city
from tests.analysis.towns import finding


@pytest.fixture(params=[0, 1, 2])
def city(request: pytest.FixtureRequest) -> City:
    return synthetic_city(request.param)


def ask(city: City, name: str, **params: Any) -> Result:
    analysis = registry.analysis(name)
    wanted = [item.name for item in analysis.inputs if item.name in city.frames]
    given = Frames({key: city.frames[key] for key in wanted}, {key: city.frames.layer(key) for key in wanted})
    return registry.run(name, given, build_params(analysis.params, params))


def pairs(frame: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(frame["school_id"], frame["function"], strict=True))


def test_every_duplicate_is_found_and_nothing_else(city: City) -> None:
    # clashes of roles are the same function twice as well, where two employers hold it
    by_roles = {pair for pair in city.clashes if pair[1] != "coordination"}
    result = ask(city, "overlap", as_of=DAY)
    assert pairs(result.output("co-location").frame) == city.duplicates | by_roles
    services = city.frames["services"].set_index("id")
    for text in result.output("co-location").frame.set_index("function").loc[["academic_support"], "rows"]:
        behind = rows_behind(text)
        assert {role for role, _ in behind} == {"service"}
        assert sorted(services.loc[[one for _, one in behind], "organisation"]) == ["North Tutors", "South Tutors"]


def test_at_the_school_alone_the_duplicates_in_reach_do_not_count(city: City) -> None:
    result = ask(city, "overlap", as_of=DAY, where="school")
    assert pairs(result.output("co-location").frame) == {pair for pair in city.clashes if pair[1] != "coordination"}


def test_silent_schools_are_not_reported_and_nobody_else_is(city: City) -> None:
    schools = ask(city, "overlap", as_of=DAY).output("schools").frame
    assert set(schools.loc[schools["nothing_on_record"], "id"]) >= city.silent
    told = set(city.frames["roles"]["school_id"])
    roster = ask(city, "roles", as_of=DAY).output("schools").frame.set_index("id")
    assert set(roster.index[~roster["reported"]]) == set(roster.index) - told
    assert city.silent <= set(roster.index[roster["state"] == "not reported"])
    assert roster.loc[sorted(city.silent), "people"].isna().all()  # not reported is not nobody


def test_every_role_clash_is_found_and_nothing_else(city: City) -> None:
    result = ask(city, "roles", as_of=DAY)
    shared = result.output("shared").frame
    assert pairs(shared) == city.clashes
    assert result.figure("functions_shared").value == len(city.clashes)
    assert shared["rows"].map(rows_behind).map(len).tolist() == [2, 2, 2]


def test_who_has_left_is_on_no_roster(city: City) -> None:
    listed = set(ask(city, "roles", as_of=DAY).output("roster").frame["id"])
    ended = city.frames["roles"].loc[city.frames["roles"]["end"] != "", "id"]
    assert not listed & {f"staff_role/{one}" for one in ended}
    before = set(ask(city, "roles", as_of="2023-01-01").output("roster").frame["id"])
    assert {f"staff_role/{one}" for one in ended} <= before


def test_ended_grants_are_out_and_those_that_end_soon_are_in_their_month(city: City) -> None:
    result = ask(city, "funding-cliff", as_of=DAY, months=12)
    grants = result.output("grants").frame.set_index("id")
    assert {one.removeprefix("funding/") for one in grants.index} == city.paying
    assert {one.removeprefix("funding/") for one in grants.index[grants["ends_soon"]]} == city.ending
    months = result.output("months").frame.set_index("id")
    assert months.index[months["grants"] > 0].tolist() == ["2026-12", "2027-06"]
    assert months.loc["2026-12", "amount_usd"] == 30_000
    assert months.loc["2026-12", "yearly_usd"] == pytest.approx(30_000 * 365.25 / 365)
    assert months["rows"][months["grants"] > 0].tolist() == ["funding/g-month", "funding/g-soon"]


def test_shares_of_funders_by_hand(city: City) -> None:
    result = ask(city, "funding-cliff", as_of=DAY, months=12)
    total = 73_050 + 30_000 + 10_000
    top = 73_050 / total
    assert result.figure("top_share").value == pytest.approx(top)
    assert result.figure("concentration").value == pytest.approx(top**2 + (40_000 / total) ** 2)
    funders = result.output("funders").frame.set_index("id")
    assert funders.loc["foundation", "grants"] == 2  # however it is written
    assert funders.loc["foundation", "amount_usd_missing"] == 1


def test_approaches_each_once_and_only_those_at_work(city: City) -> None:
    result = ask(city, "overlap", as_of=DAY)
    schools = result.output("schools").frame.set_index("id")
    assert set(schools.index[schools["approach_count"] > 0]) == set(city.taking_part)
    for school, approaches in city.taking_part.items():
        assert schools.loc[school, "approach_count"] == len(approaches)
    sets = result.output("sets").frame.set_index("id")
    assert sets["schools"].sum() == 30
    assert sets.loc["community_school+linked_learning+promise_neighborhood", "schools"] == 1
    assert sets.loc["community_school", "schools"] == 1
    assert sets.loc["none", "schools"] == 28
    assert sets["enrollment"].sum() == city.frames["schools"]["enrollment"].sum()


def test_the_past_can_be_asked_about(city: City) -> None:
    result = ask(city, "overlap", as_of="2019-10-24")
    schools = result.output("schools").frame
    assert (schools["approaches"] == "Promise Neighborhoods").sum() == 1  # the zone that ended the day after
    last = ask(city, "overlap", as_of="2019-10-25").output("schools").frame
    assert (last["approaches"] == "Promise Neighborhoods").sum() == 0


def test_the_years_of_the_dashboard(city: City) -> None:
    result = ask(city, "dashboard", first_year=2018, last_year=2026)
    years = result.output("years").frame
    any_school = years[(years["indicator"] == "schools_taking_part") & (years["approach"] == "any")].set_index("year")["value"]
    assert any_school.loc["2018"] == 0
    assert any_school.loc["2019"] == 4   # two by participation, one by its site, one in the zone that ended that month
    assert any_school.loc["2026"] == 2
    fifths = result.output("fifths").frame
    for year in ("2019", "2022", "2026"):
        here = fifths[(fifths["year"] == year) & (fifths["approach"] == "any")]
        assert here["value"].sum() == any_school.loc[year]
        assert here["schools"].sum() == 30


def test_matching_the_city_keeps_to_places_and_reach(city: City) -> None:
    result = ask(city, "match", as_of=DAY)
    unmet = result.output("unmet").frame
    parts = unmet[["served", "full", "out_of_reach", "places_not_known"]].sum(axis=1)
    assert (parts == unmet["need_pupils"]).all()
    services = result.output("services").frame
    assert (services["given"] <= services["free"]).all()
    assert result.output("matches").frame["served"].sum() == services["given"].sum() == unmet["served"].sum()
    assert result.output("matches").frame["distance_m"].max() <= 1609.344


def test_what_ends_in_a_month_is_shared_out_over_the_need_fifths(city: City) -> None:
    months = ask(city, "funding-cliff", as_of=DAY, months=12).output("months").frame
    parts = months[[f"grants_fifth_{n}" for n in range(1, 6)] + ["grants_no_fifth"]]
    assert (parts.sum(axis=1) == months["grants"]).all()
    schools = city.frames["schools"].sort_values("frpm_share").reset_index(drop=True)
    fifth = {one: n // 6 + 1 for n, one in enumerate(schools["id"])}  # thirty schools, six to a fifth
    grants = city.frames["funding"].set_index("id")
    for key, month in (("g-month", "2026-12"), ("g-soon", "2027-06")):
        row = months.set_index("id").loc[month]
        assert row[f"grants_fifth_{fifth[grants.loc[key, 'school_id']]}"] == 1


def test_what_is_inferred_about_a_grant_is_said_beside_it(city: City) -> None:
    rows = city.frames["funding"].assign(inferred=lambda frame: frame["id"].map({"g-soon": "last day", "g-over": "amount"}).fillna(""))
    given = Frames({"schools": city.frames["schools"], "funding": rows},
                   {"schools": city.frames.layer("schools"), "funding": city.frames.layer("funding")})
    analysis = registry.analysis("funding-cliff")
    result = registry.run("funding-cliff", given, build_params(analysis.params, {"as_of": DAY}))
    grants = result.output("grants").frame.set_index("id")["inferred"]
    assert grants[grants != ""].to_dict() == {"funding/g-soon": "last day"}  # what has ended is not shown at all
    assert [note.count for note in result.notes if "inferred, not stated" in note.text] == [1]


def test_the_roster_of_one_school_says_who_to_go_to(city: City) -> None:
    school, _ = min(pair for pair in city.clashes if pair[1] == "college_career")
    name = city.frames["schools"].set_index("id").loc[school, "name"]
    result = ask(city, "roles", as_of=DAY, school=name)
    people = city.frames["roles"]
    here = people[(people["school_id"] == school) & (people["end"] == "")]
    assert set(result.output("roster").frame["id"]) == set("staff_role/" + here["id"]) | set(
        result.output("roster").frame.loc[result.output("roster").frame["school_id"] == "", "id"])
    assert result.output("schools").frame["id"].tolist() == [school]
    for title, employer in zip(here["title"], here["employer"], strict=True):
        assert f"{title} ({employer})" in result.sentence
    assert "Held by several there: College and career guidance." in result.sentence


def test_a_silent_school_s_roster_is_not_reported(city: City) -> None:
    result = ask(city, "roles", as_of=DAY, school=sorted(city.silent)[0])
    assert finding(result).endswith("who does what is not reported.")


def test_the_whole_list_of_every_question_is_what_was_planted(city: City) -> None:
    """Not only is every planted thing found: the sets are equal, question by question, and agree with each other."""
    overlap, roles = ask(city, "overlap", as_of=DAY), ask(city, "roles", as_of=DAY)
    schools = overlap.output("schools").frame.set_index("id")
    twice = set(schools.index[schools["co_located_count"] > 0])
    assert twice == {school for school, function in city.duplicates} | {s for s, f in city.clashes if f != "coordination"}
    assert {s for s, _ in pairs(roles.output("shared").frame)} == set(
        roles.output("schools").frame.loc[roles.output("schools").frame["held_by_several"] != "", "id"])
    part = {school: frozenset(v for v, column in zip(("community_school", "linked_learning", "promise_neighborhood"), flags, strict=True)
                              if column) for school, flags in _membership(overlap).items()}
    assert {school: approaches for school, approaches in part.items() if approaches} == city.taking_part
    ids = {one.removeprefix("funding/") for one in ask(city, "funding-cliff", as_of=DAY).output("grants").frame["id"]}
    assert ids == city.paying
    assert not ids & city.ended
    matched = ask(city, "match", as_of=DAY).output("services").frame
    services = city.frames["services"]
    at_work = services[(services["end"] == "") & (services["status"] == "active") & ~services["online_only"].astype(bool)]
    assert {one.removeprefix("service/") for one in matched["id"]} <= set(at_work["id"])


def _membership(result: Result) -> dict[str, tuple[bool, bool, bool]]:
    """Which school is in which combination, by the rows behind every count of the combinations."""
    found = {}
    for row in result.output("sets").frame.to_dict("records"):
        for _, school in rows_behind(row["rows"]):
            assert school not in found, "a school in two combinations"
            found[school] = tuple(word in row["id"].split("+") for word in ("community_school", "linked_learning", "promise_neighborhood"))
    return found
