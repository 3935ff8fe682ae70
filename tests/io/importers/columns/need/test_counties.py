"""Codes of tracts made of names: only where the county and its state are told."""

from __future__ import annotations

from pathlib import Path

from ecomap.io.importers import import_file
from ecomap.model.project import Project
from tests.io.making import TRACTS, squares, write_geojson, write_text

NAMED = [f"Census Tract {n}.02" for n in (5709, 5710, 5711, 5712)]


def ids(tmp_path: Path, **columns: object) -> list[str]:
    path = write_geojson(tmp_path / "a.geojson", squares(Census_Tract=NAMED, **columns))
    found: list[str] = import_file(path, "need_area", target_crs="EPSG:3310").frame["id"].tolist()
    return found


def test_a_county_that_several_states_have_needs_its_state(tmp_path: Path) -> None:
    assert not any(code.startswith("06059") for code in ids(tmp_path, County=["Orange"] * 4))
    assert ids(tmp_path, County=["Orange County"] * 4, State=["CA"] * 4)[0] == "06059570902"
    assert ids(tmp_path, County=["Orange County"] * 4, State=["California"] * 4)[0] == "06059570902"
    assert not any(code.startswith("06059") for code in ids(tmp_path, County=["Orange County"] * 4, State=["FL"] * 4))
    assert ids(tmp_path, County=["Orange"] * 3 + ["Kern"])[0] == "06059570902"   # a file of California


def test_codes_of_state_and_county_need_no_list(tmp_path: Path) -> None:
    assert ids(tmp_path, STATEFP=["17"] * 4, COUNTYFP=["031"] * 4)[0] == "17031570902"
    assert ids(tmp_path, STATEFP=[1] * 4, COUNTYFP=[3] * 4)[0] == "01003570902"


def test_areas_without_names_get_those_of_the_joined_file_and_others_keep_theirs(tmp_path: Path) -> None:
    text = "FIPS,LOCATION,EP_POV150\n" + "".join(f'{code},"Tract {n}, Alba County",{n + 1.5}\n' for n, code in enumerate(TRACTS))
    table = write_text(tmp_path / "svi.csv", text)
    bare = import_file(write_geojson(tmp_path / "a.geojson", squares(GEOID=list(TRACTS))), "need_area", target_crs="EPSG:3310")
    joined = import_file(table, "need_area", target_crs="EPSG:3310", project=Project().with_layer(bare.layer, bare.frame))
    assert joined.frame["name"].tolist() == [f"Tract {n}, Alba County" for n in range(4)]
    assert any("LOCATION" in line.text and line.count == 4 for line in joined.report.lines)
    called = import_file(write_geojson(tmp_path / "b.geojson", squares(GEOID=list(TRACTS), NAME=list("abcd"))), "need_area", target_crs="EPSG:3310")
    kept = import_file(table, "need_area", target_crs="EPSG:3310", project=Project().with_layer(called.layer, called.frame))
    assert kept.frame["name"].tolist() == list("abcd")
