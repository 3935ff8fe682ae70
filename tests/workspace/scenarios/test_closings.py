"""Closing or merging a school: whose way grows, what leaves and who is hit, worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from attrs import evolve

from ecomap.analysis.plan.closing.hit import Hit
from ecomap.model.errors import InputError
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.scenario import Change
from ecomap.workspace import scenarios
from tests.small_project import centre, small_project

WEST, MIDDLE, EAST = "01964733000001", "01964733000002", "01964733000003"
DETOUR = 1.3


@pytest.fixture
def town() -> Project:
    return small_project()


def _closed(town: Project, *changes: Change, **asked: Any) -> Result:
    project, made = scenarios.add(town, "c", changes or [Change("close", "schools", MIDDLE)])
    return scenarios.closing_report(project, made.id, **asked)


def test_the_way_grows_for_those_to_whom_it_was_the_nearest(town: Project) -> None:
    """Three schools stand 1 km apart in a row: the middle third of the town is nearest to the middle one, and goes 1 km minus twice its
    own distance from the column's middle further, sideways; straight in the row it is sqrt against sqrt."""
    found = _closed(town)
    row = found.output("ways").frame.set_index("id").loc["elementary-everybody"]
    assert row["longer_way"] == pytest.approx(300, rel=1e-3)
    assert row["longer_way_moe"] == pytest.approx(math.sqrt(3) * 10, rel=1e-3)
    extras = [math.hypot(1_000 - abs(x), y) - math.hypot(x, y) for x in range(-495, 500, 10) for y in range(-1_495, 1_500, 10)]
    assert row["extra_m"] == pytest.approx(DETOUR * sum(extras) / len(extras), rel=5e-3)
    assert sum(row[f"longer_by_{step}"] for step in (1, 2, 3, 4)) == pytest.approx(row["longer_way"])
    assert row["no_school_left"] == 0
    assert set(found.output("areas_elementary").frame["id"]) == {"06037000002", "06037000005", "06037000008"}


def test_steps_of_distance_hold_those_beyond_each_threshold(town: Project) -> None:
    row = _closed(town).output("ways").frame.set_index("id").loc["elementary-everybody"]
    extras = [DETOUR * (math.hypot(1_000 - abs(x), y) - math.hypot(x, y)) for x in range(-495, 500, 10) for y in range(-1_495, 1_500, 10)]
    for step, (low, high) in enumerate(((0, 402.336), (402.336, 804.672), (804.672, 1_609.344)), 1):
        share = sum(low < extra <= high for extra in extras) / len(extras)
        assert row[f"longer_by_{step}"] / 300 == pytest.approx(share, abs=0.02)


def test_fifths_add_up_to_everybody(town: Project) -> None:
    frame = _closed(town).output("ways").frame.set_index("id")
    fifths = [key for key in frame.index if "fifth" in key]
    assert frame.loc[fifths, "longer_way"].sum() == pytest.approx(frame.loc["elementary-everybody", "longer_way"])


def test_without_another_school_of_the_level_nobody_has_a_way(town: Project) -> None:
    schools = town.frame("schools").assign(levels=["middle", "elementary", "middle"])
    found = _closed(evolve(town, frames={**town.frames, "schools": schools}))
    row = found.output("ways").frame.set_index("id").loc["elementary-everybody"]
    assert row["no_school_left"] == pytest.approx(900)
    assert math.isnan(row["extra_m"])
    assert "no elementary school that takes pupils by home address is left" in found.sentence


def test_a_school_of_another_level_or_by_choice_is_no_school_to_go_to(town: Project) -> None:
    alone = town.frame("schools").assign(levels=["middle", "elementary", "elementary"])
    far = _closed(evolve(town, frames={**town.frames, "schools": alone})).figure("extra_way_elementary").value
    by_choice = town.frame("schools").assign(residential_intake=[False, True, True])
    assert _closed(evolve(town, frames={**town.frames, "schools": by_choice})).figure("extra_way_elementary").value == pytest.approx(far)
    assert far > _closed(town).figure("extra_way_elementary").value


def test_a_school_by_choice_that_closes_makes_nobodys_way_longer_from_home(town: Project) -> None:
    schools = town.frame("schools").assign(residential_intake=[True, False, True])
    found = _closed(evolve(town, frames={**town.frames, "schools": schools}))
    assert "takes no pupils by home address" in found.sentence
    assert all(output.name != "ways" for output in found.outputs)


def test_a_school_that_opens_in_its_place_leaves_every_way_as_it_was(town: Project) -> None:
    spot = centre(1, 1)
    found = _closed(town, Change("close", "schools", MIDDLE), Change("open", place=(spot.x, spot.y), target="school", levels="elementary"))
    assert found.figure("longer_way_elementary").value == 0
    assert "grows for none of the children counted" in found.sentence


def test_a_merger_says_where_the_pupils_go(town: Project) -> None:
    found = _closed(town, Change("merge", "schools", MIDDLE, into=WEST))
    assert found.sentence.startswith("Middle School (its pupils go to West School) would close.")


def _with_supports(town: Project) -> Project:
    rows = town.frame("services")
    more = rows.iloc[[0, 0]].reset_index(drop=True).assign(id=["at", "far"], name=["Clinic", "Other clinic"], organisation=["Helpers", "Others"], category=["Health", "Health"],
                                                          school_id=[MIDDLE, ""]).set_geometry([centre(1, 1), centre(1, 2)], crs=rows.crs)
    roles = pd.DataFrame({"id": ["r1", "r2", "r3"], "name": ["Ann Example", "Ben Example", "Cy Example"], "school_id": [MIDDLE, MIDDLE, WEST], "function": "case_management",
                          "employer": "Town schools", "fte": [0.5, None, 1.0]})
    town = evolve(town, frames={**town.frames, "services": pd.concat([rows, more], ignore_index=True)})
    return town.with_layer(Layer("roles", "People", "staff_role", NO_GEOMETRY), roles)


def test_what_leaves_is_told_by_name_and_function_and_people_are_never_named(town: Project) -> None:
    found = _closed(_with_supports(town))
    frame = found.output("leaving").frame
    assert [str(one) for one in frame["what"]] == ["Approach sites", "Services", "People in roles"]
    assert list(frame["how_many"]) == [1.0, 1.0, 1.5]
    assert not any("Example" in str(cell) for cell in frame.to_numpy().ravel())
    assert "Example" not in found.sentence


def test_the_only_one_within_reach_is_told_on_each_side_of_the_distance(town: Project) -> None:
    town = _with_supports(town)
    for reach, word in ((DETOUR * 1_000 - 1, "the only one"), (DETOUR * 1_000 + 1, "another within reach")):
        frame = _closed(town, reach_m=reach).output("leaving").frame.set_index("id")
        assert str(frame.loc["services/at", "only_one"]) == word
    assert str(frame.loc["sites/a1", "only_one"]) == "the only one"
    assert _closed(town, reach_m=DETOUR * 1_000 - 1).figure("only_ones").value == 3


def test_a_group_is_hit_more_only_beyond_its_error(town: Project) -> None:
    schools = town.frame("schools").assign(frpm_count=[150.0, 248.0, 160.0], english_learner_count=[60.0, 65.0, 64.0], foster_count=[3.0, 4.0, 30.0])
    found = _closed(evolve(town, frames={**town.frames, "schools": schools}))
    frame = found.output("hit").frame.set_index("id")
    assert {key: str(frame.loc[f"pupils/{key}_count", "verdict"]) for key in ("frpm", "english_learner", "foster")} == {
        "frpm": "more", "english_learner": "cannot tell", "foster": "too few to show"}
    assert frame.loc["pupils/frpm_count", "share"] == pytest.approx(0.8)
    assert frame.loc["pupils/frpm_count", "elsewhere"] == pytest.approx(0.5)
    even = 250 / 314
    assert frame.loc["pupils/frpm_count", "share_moe"] == pytest.approx(1.645 * math.sqrt(even * (1 - even) / 314), rel=1e-3)
    assert "Hit most: Frpm count" in found.sentence
    assert math.isnan(frame.loc["pupils/foster_count", "share"])
    assert str(frame.loc["ways/poverty", "verdict"]) == "cannot tell"


def test_a_difference_at_its_error_is_not_told() -> None:
    assert Hit("a", "pupils", "A", 0.5, 0.03, 0.45, 0.04).certain is False  # 0.05 of 0.05
    assert Hit("a", "pupils", "A", 0.501, 0.03, 0.45, 0.04).certain is True
    assert Hit("a", "pupils", "A", 0.5, None, 0.45, 0.04).certain is None


def test_it_says_what_it_does_not_say(town: Project) -> None:
    told = " ".join(note.text for note in _closed(town).notes)
    assert "not the pupils of these schools" in told
    assert "No rule of assignment is known" in told


def test_a_scenario_that_closes_no_school_has_no_report(town: Project) -> None:
    with pytest.raises(InputError, match="closes no school"):
        _closed(town, Change("close", "services", "s1"))
    closed = evolve(town, frames={**town.frames, "schools": town.frame("schools").assign(status=["", "ended", ""])})
    with pytest.raises(InputError, match="None of these schools is open"):
        _closed(closed)
    with pytest.raises(InputError, match="no need areas"):
        _closed(town.without_layer("need-areas"))


def test_by_a_year_only_what_has_closed_by_then(town: Project) -> None:
    found = _closed(town, Change("close", "schools", MIDDLE, year=2030), Change("close", "schools", WEST, year=2027), by=2027)
    assert found.title == "Closing: West School"


def test_the_report_is_written_and_not_kept(town: Project, tmp_path: Path) -> None:
    project, made = scenarios.add(town, "c", [Change("close", "schools", MIDDLE)])
    after, _ = scenarios.export_answer(project, scenarios.closing_report(project, made.id), tmp_path / "closing.xlsx")
    assert (tmp_path / "closing.xlsx").exists()
    assert after.results == project.results


def test_a_small_group_at_the_other_schools_is_not_shown_either(town: Project) -> None:
    schools = town.frame("schools").assign(foster_count=[3.0, 40.0, 4.0], homeless_count=[5.0, 40.0, 6.0])
    frame = _closed(evolve(town, frames={**town.frames, "schools": schools})).output("hit").frame.set_index("id")
    few, enough = frame.loc["pupils/foster_count"], frame.loc["pupils/homeless_count"]
    assert (str(few["verdict"]), math.isnan(few["elsewhere"]), math.isnan(few["elsewhere_moe"])) == ("too few to show", True, True)
    assert few["share"] == pytest.approx(40 / 310)
    assert enough["elsewhere"] == pytest.approx(11 / 620)


def test_a_school_that_is_not_open_anyway_does_not_close_again(town: Project) -> None:
    schools = town.frame("schools").assign(status=["ended", "", ""])
    town = _with_supports(evolve(town, frames={**town.frames, "schools": schools}))
    found = _closed(town, Change("close", "schools", MIDDLE), Change("close", "schools", WEST))
    assert found.title == "Closing: Middle School"
    assert found.sentence.startswith("Middle School would close.")
    assert set(found.output("leaving").frame["school"]) == {"Middle School"}
    assert any("1 school of the scenario is not open today" in note.text and "West School" in note.text for note in found.notes)


def test_a_school_without_a_place_is_not_said_to_take_nobody_by_address(town: Project) -> None:
    schools = town.frame("schools")
    schools = schools.set_geometry([centre(0, 1), None, centre(2, 1)], crs=schools.crs)
    found = _closed(evolve(town, frames={**town.frames, "schools": schools}))
    assert "No place on the map is known of Middle School, so whose way grows cannot be told." in found.sentence
    assert "home address" not in found.sentence
    assert "cannot be told: the school has no place on the map" in found.sentence


def test_a_support_that_is_listed_twice_leaves_once(town: Project) -> None:
    town = _with_supports(town)
    rows, sites = town.frame("services"), town.frame("sites")
    at = rows[rows["id"] == "at"]
    twice = pd.concat([rows, at.assign(id="at-2"), at.assign(id="at-3", organisation="Helper", same_as="at")], ignore_index=True)
    site = pd.concat([sites, sites.assign(id="a9").set_geometry([centre(1, 2)], crs=sites.crs)], ignore_index=True)
    found = _closed(evolve(town, frames={**town.frames, "services": twice, "sites": site})).output("leaving").frame
    assert [one for one in found["id"] if not one.startswith("roles")] == ["sites/a1", "services/at"]
