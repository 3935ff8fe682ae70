"""Schools of the country: the newest lists, by district or county, numbers that are none told as reasons."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from ecomap.io.connectors.nces import NcesParams, asks, fetch
from ecomap.io.web import Web
from ecomap.model.errors import EcoMapError, NetworkError, ParameterError
from ecomap.model.params import build_params
from ecomap.model.progress import silent
from tests.io.connectors.stand_ins import TRACTS, nces
from tests.local_web import FAULTS, LocalWeb


def landed(local: LocalWeb, web: Web, folder: Path, **given: Any) -> Any:
    return fetch(build_params(NcesParams, {"state": "CA", "service": nces(local), **given}), web, folder, progress=silent())


def codes(path: Path) -> list[str]:
    return [row["properties"]["NCESSCH"] for row in json.loads(path.read_text())["features"]]


@pytest.mark.parametrize("district", ["Fresno Unified", "fresno unified school district", "0614550", "FRESNO  Unified"])
def test_the_schools_of_a_district_and_what_the_state_reported(local_web: LocalWeb, web: Web, tmp_path: Path, district: str) -> None:
    places, numbers = landed(local_web, web, tmp_path, district=district)
    assert len(codes(places.path)) == len(TRACTS) // 2
    assert all(code.startswith("0614550") for code in codes(places.path))
    assert (places.role, places.vintage, numbers.vintage) == ("school", "2024-25", "2022-23")
    assert numbers.notes == ("Places are of 2024-25, pupils and meals of 2022-23: the newest of each.",)
    with numbers.path.open(newline="") as file:
        rows = {row["NCESSCH"]: row for row in csv.DictReader(file)}
    assert sorted(rows) == sorted(codes(places.path))
    assert [rows[f"061455000{n:03d}"]["TOTAL"] for n in (0, 1, 2)] == ["300", "not reported", "320"]
    assert rows["061455000002"]["TOTFRL"] == "unreliable"
    assert rows["061455000001"]["GSLO"] == "not reported"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["nces_reports_2223_CA.csv", "nces_schools_2425_CA.geojson"]


def test_counties_in_place_of_a_district_and_a_whole_state(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    places, numbers = landed(local_web, web, tmp_path, county="Fresno")
    assert len(codes(places.path)) == len(TRACTS)
    assert len(numbers.path.read_text().splitlines()) == len(TRACTS) + 1
    (alone,) = landed(local_web, web, tmp_path, numbers="no")
    assert len(codes(alone.path)) == len(TRACTS)
    with pytest.raises(NetworkError, match="has no rows"):
        landed(local_web, web, tmp_path, county="Madera")


def test_a_district_that_is_not_there_and_two_that_are_meant(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="California has no district called 'Frisno'"):
        landed(local_web, web, tmp_path, district="Frisno")
    with pytest.raises(ParameterError, match=r"no district called 'unified'. Perhaps: .*Clovis Unified \(0699999\)"):
        landed(local_web, web, tmp_path, district="unified")


def test_part_of_a_name_is_asked_about_even_where_one_district_has_it(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    for part in ("fresno", "clovis"):
        with pytest.raises(ParameterError, match=rf"no district called '{part}'. Perhaps: {part.capitalize()} Unified"):
            landed(local_web, web, tmp_path, district=part)
    assert not [request for request in local_web.asked if "PUBLICSCH" in request.path]


def test_two_districts_of_one_name_are_told_by_their_codes(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = nces(local_web, districts=("Jefferson Elementary", "Jefferson Elementary"))
    with pytest.raises(ParameterError, match=r"several districts called 'jefferson elementary'. Say which, by code: Jefferson Elementary \(0614550\), Jefferson Elementary \(0699999\)"):
        fetch(NcesParams("CA", "jefferson elementary", service=address), web, tmp_path, progress=silent())
    places, _ = fetch(NcesParams("CA", "0614550", service=address), web, tmp_path, progress=silent())
    assert len(codes(places.path)) == len(TRACTS) // 2


def test_before_anything_is_asked_it_is_said_what_of_whom(local_web: LocalWeb) -> None:
    told = asks(NcesParams("CA", "Fresno Unified"))
    assert [ask.host for ask in told] == ["nces.ed.gov"] * 4
    assert told[2].why == "the public schools of Fresno Unified: names, addresses, places"
    assert local_web.asked == []


@pytest.mark.parametrize("fault", ["an error inside a 200", "HTML instead of JSON", "a reset after half the body", "503 without a word", "2 GB, undeclared", "nothing"])
@pytest.mark.parametrize("where", ["PUBLICSCH_2425/MapServer/0/query", "ADMINDATA", "K12_School_Locations?"])
def test_a_fault_is_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path, fault: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecomap.io.web.web.TRIES", 1)
    local_web.fail(FAULTS[fault], path=where)
    with pytest.raises(EcoMapError) as problem:
        landed(local_web, web, tmp_path / "out", district="0614550")
    assert problem.value.message


def test_a_list_without_schools_says_so(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = nces(local_web)
    local_web.route("/opengis/rest/services/K12_School_Locations", {"services": [{"name": "Other", "type": "MapServer"}, 7]})
    with pytest.raises(NetworkError, match="lists no schools"):
        fetch(NcesParams("CA", service=address), web, tmp_path, progress=silent())
