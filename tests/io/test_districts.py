"""The districts that ship with EcoMap: found by name, county and code, never guessed; and the starter that is cut to one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ecomap.io.districts import close_to, find_district, matching, shipped_districts
from ecomap.io.starter import load_starter
from ecomap.model.errors import ProjectError

DISTRICTS = shipped_districts()


def test_every_district_of_the_states_list_is_there() -> None:
    assert len(DISTRICTS) == 1009
    assert len({one.code for one in DISTRICTS}) == 1009
    assert sum(one.schools for one in DISTRICTS) == 9944
    assert all(len(one.code) == 7 and one.county and one.pupils > 0 for one in DISTRICTS)
    assert shipped_districts("atlantis") == ()


@pytest.mark.parametrize("text", [
    "Oakland Unified", "oakland unified", "  OAKLAND   Unified ", "Oakland Unified (Alameda)", "Oakland Unified, Alameda",
    "Oakland Unified School District", "0161259", "01612590000000", "0628050",
])
def test_a_district_is_found_by_its_name_and_its_codes(text: str) -> None:
    assert find_district(DISTRICTS, text).code == "0161259"


def test_accents_do_not_stand_in_the_way() -> None:
    accented = [one for one in DISTRICTS if not one.name.isascii()]
    for one in accented:
        bare = one.name.encode("ascii", "ignore").decode()
        assert one in close_to(DISTRICTS, bare) or one in matching(DISTRICTS, bare)


def test_one_name_of_two_districts_is_asked_back_with_their_counties() -> None:
    with pytest.raises(ProjectError, match="2 districts are called 'Washington Unified'") as problem:
        find_district(DISTRICTS, "Washington Unified")
    assert "Washington Unified (Fresno), 1076778" in problem.value.hint
    assert "Washington Unified (Yolo), 5772694" in problem.value.hint
    assert find_district(DISTRICTS, "Washington Unified (Yolo)").code == "5772694"


@pytest.mark.parametrize(("text", "meant"), [("Fresno", "Fresno Unified"), ("Oaklnd Unified", "Oakland Unified"), ("San Fransisco Unified", "San Francisco Unified")])
def test_what_is_nearly_a_name_is_never_taken_for_it_but_told(text: str, meant: str) -> None:
    with pytest.raises(ProjectError, match="No district is called") as problem:
        find_district(DISTRICTS, text)
    assert meant in problem.value.hint


def test_a_text_that_is_like_nothing_gets_a_sentence_too() -> None:
    with pytest.raises(ProjectError, match="No district is called '0000000'") as problem:
        find_district(DISTRICTS, "0000000")
    assert problem.value.hint


def test_the_starter_of_the_state_needs_a_district() -> None:
    with pytest.raises(ProjectError, match="say which district"):
        load_starter("california")
    with pytest.raises(ProjectError, match="takes no district"):
        load_starter("los-angeles", district="Oakland Unified")


@pytest.mark.parametrize(("district", "schools"), [("Oakland Unified", 111), ("San Diego Unified", 214), ("Long Beach Unified", 83),
                                                   ("Fresno Unified", 109), ("Los Angeles Unified", 997)])
def test_the_schools_of_one_district_are_those_of_the_states_list(district: str, schools: int) -> None:
    project = load_starter("california", district=district)
    frame = project.frame("schools")
    assert project.title == district
    assert len(frame) == schools == find_district(DISTRICTS, district).schools
    assert frame["id"].str[:7].nunique() == 1
    assert frame["enrollment"].sum() == find_district(DISTRICTS, district).pupils
    assert set(frame["governance"]) == {"district", "charter"}
    assert (frame["levels"] != "").mean() > 0.9


def test_figures_of_oakland_are_those_of_the_file(shared_data: Path) -> None:
    import gzip

    with gzip.open(shared_data / "la2026/cde/cde_public_schools_2025_26_california.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        theirs = {row["id"]: row for row in csv.DictReader(stream) if row["district"] == "Oakland Unified"}
    ours = load_starter("california", district="Oakland Unified").frame("schools").set_index("id")
    assert set(ours.index) == set(theirs)
    for school, row in ours.iterrows():
        assert row["enrollment"] == int(theirs[str(school)]["enrollment"])
        assert row["english_learner_share"] == pytest.approx(float(theirs[str(school)]["el_pct"]) / 100)
        assert row["sed_share"] == pytest.approx(float(theirs[str(school)]["sed_pct"]) / 100)
