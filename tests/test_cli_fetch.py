"""``ecomap fetch``: what is asked is said first, one source at a time, and a district goes on after a kill."""

from __future__ import annotations

import doctest
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ecomap.cli import flags, main
from tests.io.connectors.stand_ins import TRACTS, Census, boundary_files, nces, tigerweb
from tests.io.reading.test_timetable import feed
from tests.local_web import FAULTS, LocalWeb, Request


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    assert (ended.value.code or 0) == code
    told = capsys.readouterr()
    return told.out + told.err


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "p.ecomap.gpkg"
    said(capsys, "new", str(path))
    return path


def test_tracts_and_then_their_survey_in_either_order_of_words(local_web: LocalWeb, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "fetch", "boundaries", "CA", "Fresno", str(project), "--year", "2023", "--files", boundary_files(local_web))
    assert out.startswith(f"asks 127.0.0.1:{local_web.port}: Tracts: a file\n")
    assert "read 24 rows, kept 24" in out
    out = said(capsys, "fetch", "acs", str(project), "CA", "Fresno", "--year", "2023", "--measures", "money", "--service", Census(local_web).address)
    assert "24 of 24 codes in 'GEOID' match" in out
    assert "Fetched from" in out
    files = project.with_name("p-files")
    sources = json.loads((files / "SOURCES.json").read_text())
    assert set(sources) == {"tract_2023_06019.geojson", "acs5_2023_06019_money_tract.csv"}
    assert all(set(one) >= {"address", "fetched", "sha256", "bytes"} for one in sources.values())


def test_where_nothing_came_no_folder_is_left(local_web: LocalWeb, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "fetch", "file", local_web.url("/no-such.csv"), str(project), code=1)
    assert not project.with_name("p-files").exists()


def test_one_json_document(local_web: LocalWeb, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    local_web.file("/gtfs.zip", feed(tmp_path / "gtfs.zip").read_bytes(), type="application/zip")
    told = json.loads(said(capsys, "fetch", "gtfs", local_web.url("/gtfs.zip"), str(project), "--json", "--layer", "Stations"))
    assert [one["kept"] for one in told["reports"]] == [4]
    assert [one["layer_name"] for one in told["reports"]] == ["Stations"]
    assert told["landed"][0]["checksum"]


def test_what_would_be_asked_can_be_seen_without_asking(local_web: LocalWeb, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "fetch", "acs", str(project), "CA", "Fresno", "--service", local_web.url("/data"), "--show")
    assert out.count(f"asks 127.0.0.1:{local_web.port}") == 2
    told = json.loads(said(capsys, "fetch", "district", str(project), "--state", "CA", "--district", "Fresno Unified", "--show", "--json"))
    assert {one["host"] for one in told["asks"]} == {"api.census.gov", "www2.census.gov"}  # its schools ship with EcoMap
    told = json.loads(said(capsys, "fetch", "district", str(project), "--state", "NV", "--district", "Clark County", "--show", "--json"))
    assert {one["host"] for one in told["asks"]} == {"api.census.gov", "www2.census.gov", "nces.ed.gov"}
    assert local_web.asked == []


@pytest.mark.parametrize("apart", [True, False])
def test_a_comma_in_the_name_of_a_given_file_is_its_own(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], apart: bool) -> None:
    outline, schools = tmp_path / "Fresno, of 2023.geojson", tmp_path / "schools,all.csv"
    for path in (outline, schools):
        path.write_text("{}")
    files = [f"outline={outline}", f"schools={schools}"]
    words = ["--given", files[0], "--given", files[1]] if apart else ["--given", ",".join(files)]
    told = json.loads(said(capsys, "fetch", "district", str(project), "--state", "NV", "--district", "Clark County", "--show", "--json", *words))
    assert {one["host"] for one in told["asks"]} == {"api.census.gov", "www2.census.gov"}  # the schools are not asked for
    assert not [one for one in told["asks"] if "unsd" in one["address"]]
    assert doctest.testmod(flags).failed == 0
    out = said(capsys, "fetch", "district", str(project), "--state", "NV", "--district", "Clark County", "--show", "--skip", "outline,areas", "--given", "schools", code=1)
    assert "'schools' is not a part and its file" in out


def test_a_fault_leaves_the_project_as_it_was(local_web: LocalWeb, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = project.read_bytes()
    files = boundary_files(local_web)
    local_web.fail(FAULTS["404"])
    out = said(capsys, "fetch", "boundaries", str(project), "CA", "Fresno", "--year", "2023", "--files", files, code=1)
    assert "has nothing at this address (404)" in out
    assert project.read_bytes() == before


@pytest.mark.parametrize("words", [("acs", "{project}"), ("acs", "{project}", "CA", "Fresno", "more"), ("boundaries", "{project}", "CA", "--kind", "moon"), ("nosuch", "{project}")])
def test_wrong_words_are_told(project: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fetch", *(word.format(project=project) for word in words)])
    assert ended.value.code in (1, 2)
    assert capsys.readouterr().err


def services(local: LocalWeb) -> list[str]:
    return ["--schools", "nces", "--survey-service", Census(local).address, "--files-service", boundary_files(local), "--map-service", tigerweb(local), "--schools-service", nces(local)]


def test_a_district_goes_on_after_a_kill(local_web: LocalWeb, tmp_path: Path) -> None:
    """The program is killed while it asks for the streets; the same command asks for what is missing, and for nothing else."""
    words = [sys.executable, "-m", "ecomap", "fetch", "district", str(tmp_path / "fresno"), "--state", "CA", "--district", "Fresno Unified", "--year", "2023",
             *services(local_web), "--json"]
    running: list[Any] = []
    roads = local_web._routes["/geo/tiger/TIGER2023/ROADS/tl_2023_06019_roads.zip"]

    def killing(request: Request) -> Any:
        if running:
            os.kill(running.pop().pid, signal.SIGKILL)
        return roads(request)

    local_web.route("/geo/tiger/TIGER2023/ROADS/tl_2023_06019_roads.zip", killing)
    environment = {**os.environ, "ECOMAP_READ_HERE": "1"}
    running.append(subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment))
    killed = running[0]
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    asked = len(local_web.asked)
    done = subprocess.run(words, capture_output=True, env=environment, timeout=120, check=True)
    told = json.loads(done.stdout)
    assert {one["part"]: one["state"] for one in told["parts"]} == {
        "outline": "here", "areas": "here", "survey": "here", "schools": "here", "streets": "fetched", "places": "fetched", "water": "fetched"}
    assert not [request.path for request in local_web.asked[asked:] if "roads" not in request.path and "place" not in request.path and "areawater" not in request.path]
    listed = json.loads(subprocess.run([sys.executable, "-m", "ecomap", "list", str(tmp_path / "fresno"), "--json"], capture_output=True, env=environment, check=True).stdout)
    assert sorted(layer["role"] for layer in listed["layers"]) == ["district", "ground", "ground", "ground", "need_area", "school", "street"]
    assert next(layer["rows"] for layer in listed["layers"] if layer["role"] == "need_area") == len(TRACTS) // 2


def test_a_district_whose_parts_fail_is_kept_and_told(local_web: LocalWeb, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["fetch", "district", str(tmp_path / "fresno"), "--state", "CA", "--district", "Fresno Unified", "--year", "2023", *services(local_web)]
    local_web.fail(FAULTS["404"], path="roads")
    out = said(capsys, *words, code=1)
    assert "Streets: not to be had. 127.0.0.1" in out
    assert "Schools with their pupils: fetched." in out
    assert "Some parts could not be had" in out
    local_web.mend()
    out = said(capsys, *words)
    assert "Streets: fetched." in out
    assert "Tracts or block groups: here already." in out


def test_the_schools_of_a_district_that_ships_are_there_without_being_asked_for(local_web: LocalWeb, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "fetch", "district", str(tmp_path / "fresno"), "--district", "Fresno Unified", "--year", "2023", "--skip", "outline,areas,survey,streets,places,water")
    assert "Schools with their pupils: those that ship with EcoMap." in out
    assert local_web.asked == []
    listed = json.loads(said(capsys, "list", str(tmp_path / "fresno"), "--json"))
    assert [(layer["role"], layer["vintage"]) for layer in listed["layers"]] == [("school", "2025-26")]
    assert listed["layers"][0]["rows"] > 90
