"""Boundaries of the Census Bureau: of the year asked for, cut to the place asked for, never of two censuses."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from ecomap.io.connectors.boundaries import BoundaryParams, asks, fetch
from ecomap.io.importers import import_file
from ecomap.io.web import Web
from ecomap.io.web.manners import Manners
from ecomap.model.errors import EcoMapError, NetworkError, ParameterError
from ecomap.model.params import build_params
from ecomap.model.progress import silent
from tests.io.addresses.county import made
from tests.io.connectors.stand_ins import (
    SOUTH,
    STEP,
    TRACTS,
    WEST,
    boundary_files,
    district_frame,
    esri_layer,
    tigerweb,
    zipped,
)
from tests.local_web import FAULTS, LocalWeb


def params_of(local: LocalWeb, **given: Any) -> BoundaryParams:
    made: BoundaryParams = build_params(BoundaryParams, {"state": "CA", "year": 2023, "files": boundary_files(local), "service": local.url("/arcgis/TIGERweb"), **given})
    return made


def test_the_tracts_of_a_county_cut_out_of_the_state(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    (found,) = fetch(params_of(local_web, county="Fresno"), web, tmp_path, progress=silent())
    frame = gpd.read_file(found.path)
    assert sorted(frame["GEOID"]) == list(TRACTS)
    assert (found.role, found.vintage, dict(found.hints.constants), found.label) == ("need_area", "2023", {"census": "2020"}, "Tracts 2023, Fresno County")
    layer = import_file(found.path, found.role, target_crs="EPSG:32611", mapping={"census": "=2020"})
    assert layer.frame["id"].tolist() == list(TRACTS)


def test_the_tracts_of_a_district_without_those_that_only_touch_it(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    outline = tmp_path / "district.geojson"
    district_frame().iloc[:1].to_crs(4326).to_file(outline)
    (found,) = fetch(params_of(local_web, within=str(outline)), web, tmp_path, progress=silent())
    assert sorted(gpd.read_file(found.path)["GEOID"]) == [code for number, code in enumerate(TRACTS) if number % 6 < 3]
    assert found.notes == ("4 areas only touch the outline and were left out.",)


def test_a_small_outline_in_a_large_area_still_has_its_area(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    outline = tmp_path / "small.geojson"
    gpd.GeoDataFrame(geometry=[box(WEST + 0.1 * STEP, SOUTH + 0.1 * STEP, WEST + 0.15 * STEP, SOUTH + 0.15 * STEP)], crs="EPSG:4326").to_file(outline)
    (found,) = fetch(params_of(local_web, within=str(outline)), web, tmp_path, progress=silent())
    assert list(gpd.read_file(found.path)["GEOID"]) == [TRACTS[0]]


def test_one_district_by_its_name_or_its_code(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    for only in ("fresno unified school district", "0614550"):
        (found,) = fetch(params_of(local_web, kind="unified", only=only), web, tmp_path, progress=silent())
        assert list(gpd.read_file(found.path)["GEOID"]) == ["0614550"]
    with pytest.raises(NetworkError, match="has nothing of California"):
        fetch(params_of(local_web, kind="unified", only="Frisno"), web, tmp_path, progress=silent())


def of_one_name() -> gpd.GeoDataFrame:
    return district_frame().assign(NAME="Jefferson Elementary School District")


def test_districts_of_one_name_are_never_one(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = boundary_files(local_web)
    local_web.file("/geo/tiger/GENZ2023/shp/cb_2023_06_elsd_500k.zip", zipped(of_one_name(), "cb_2023_06_elsd_500k"), type="application/zip")

    def asked(*only: str) -> Any:
        return fetch(BoundaryParams("CA", kind="elementary", year=2023, only=only, files=address), web, tmp_path / "out", progress=silent())

    with pytest.raises(ParameterError, match=r"2 districts are called 'Jefferson Elementary'. Say which, by code: Jefferson Elementary School District \(0614550\), .*\(0699999\)"):
        asked("Jefferson Elementary")
    assert not list((tmp_path / "out").glob("*.geojson"))
    assert len(gpd.read_file(asked("0699999")[0].path)) == 1
    assert len(gpd.read_file(asked("0614550", "0699999")[0].path)) == 2  # both were meant
    with pytest.raises(ParameterError, match="2 districts are called 'Jefferson Elementary'"):
        asked("Jefferson Elementary", "Nowhere Unified")  # as many districts as names


def test_districts_of_one_name_are_never_one_in_the_map_service_either(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    address = tigerweb(local_web, years=(2022,))
    service = "/arcgis/TIGERweb/tigerWMS_ACS2022/MapServer"
    local_web.route(service, {"layers": [{"id": 3, "name": "Elementary School Districts", "type": "Feature Layer"}]})
    esri_layer(local_web, f"{service}/3", of_one_name().rename(columns={"STATEFP": "STATE"}))

    def asked(only: str) -> Any:
        return fetch(BoundaryParams("CA", kind="elementary", year=2022, only=(only,), source="service", service=address), web, tmp_path / "out", progress=silent())

    with pytest.raises(ParameterError, match=r"2 districts are called 'Jefferson .*'. Say which, by code: .*\(0699999\)"):
        asked("Jefferson Elementary School District")
    assert not list((tmp_path / "out").glob("*.geojson"))
    assert len(gpd.read_file(asked("0699999")[0].path)) == 1


@pytest.mark.parametrize("source", ["files", "service"])
def test_an_outline_that_holds_nothing_is_no_success(local_web: LocalWeb, web: Web, tmp_path: Path, source: str) -> None:
    tigerweb(local_web)
    outline = tmp_path / "corner.geojson"
    corner = box(WEST - STEP, SOUTH - STEP, WEST + 0.01 * STEP, SOUTH + 0.01 * STEP)  # touches one tract with less than a hundredth of either
    gpd.GeoDataFrame(geometry=[corner], crs="EPSG:4326").to_file(outline)
    with pytest.raises(NetworkError, match="has nothing of California"):
        fetch(params_of(local_web, within=str(outline), year=2019, source=source), web, tmp_path / "out", progress=silent())
    assert not list((tmp_path / "out").glob("*inside*"))


def test_streets_come_by_county_as_they_are(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    (found,) = fetch(params_of(local_web, kind="roads", county="019"), web, tmp_path, progress=silent())
    assert (found.path.name, found.role, dict(found.hints.answers)) == ("tl_2023_06019_roads.zip", "ground", {"walking": "yes"})
    with pytest.raises(ParameterError, match="county by county"):
        asks(params_of(local_web, kind="roads"))


def test_the_relationship_of_two_censuses(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    (found,) = fetch(params_of(local_web, kind="relationship"), web, tmp_path, progress=silent())
    layer = import_file(found.path, found.role, target_crs="EPSG:32611")
    assert len(layer.frame) == len(TRACTS)


@pytest.mark.parametrize(("year", "census", "file", "notes"), [
    (2019, "2010", 2019, 0), (2023, "2020", 2023, 0), (2012, "2010", 2014, 1)])
def test_the_year_decides_the_census_and_older_ones_take_the_oldest_file_of_it(local_web: LocalWeb, web: Web, tmp_path: Path, year: int, census: str, file: int, notes: int) -> None:
    boundary_files(local_web, years=(2014,))
    (found,) = fetch(params_of(local_web, county="Fresno", year=year), web, tmp_path, progress=silent())
    assert (dict(found.hints.constants), found.vintage, len(found.notes)) == ({"census": census}, str(file), notes)


def test_the_newest_year_is_looked_for(local_web: LocalWeb, tmp_path: Path) -> None:
    folder = tmp_path / "web"
    with Web(folder, allowed=True, manners=Manners(folder / "hosts.json", pause=lambda host: 0.0), now=lambda: dt.datetime(2026, 3, 1, tzinfo=dt.UTC)) as web:
        (found,) = fetch(params_of(local_web, county="Fresno", year=0), web, tmp_path, progress=silent())
    assert found.vintage == "2023"


def test_before_anything_is_asked_it_is_said_what_of_whom(local_web: LocalWeb) -> None:
    assert [ask.address.removeprefix(local_web.url("")) for ask in asks(params_of(local_web, kind="roads", county="Fresno,Madera"))] == [
        "/geo/tiger/TIGER2023/ROADS/tl_2023_06019_roads.zip", "/geo/tiger/TIGER2023/ROADS/tl_2023_06039_roads.zip"]
    assert [str(ask.why) for ask in asks(params_of(local_web, year=0))] == ["Tracts: which year is the newest, and its file"]
    assert local_web.asked == []


@pytest.mark.parametrize("fault", ["HTML instead of JSON", "a reset after half the body", "404", "403", "2 GB, declared", "nothing", "half a document of JSON"])
def test_a_fault_leaves_no_half_layer(local_web: LocalWeb, web: Web, tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecomap.io.web.web.TRIES", 1)
    params = params_of(local_web, county="Fresno")
    local_web.fail(FAULTS[fault], path="tract_500k")
    with pytest.raises(EcoMapError) as problem:
        fetch(params, web, tmp_path / "out", progress=silent())
    assert problem.value.message
    assert not list((tmp_path / "out").glob("*.geojson"))


@pytest.mark.parametrize(("year", "taken", "census", "notes"), [(2019, "2019", "2010", 0), (2022, "2022", "2020", 0), (2024, "2022", "2020", 1), (2015, "2019", "2010", 1)])
def test_the_map_service_is_asked_for_the_map_of_the_year_by_the_names_it_lists(
        local_web: LocalWeb, web: Web, tmp_path: Path, year: int, taken: str, census: str, notes: int) -> None:
    tigerweb(local_web)
    (found,) = fetch(params_of(local_web, county="Fresno", year=year, source="service"), web, tmp_path, progress=silent())
    assert sorted(gpd.read_file(found.path)["GEOID"]) == list(TRACTS)
    assert (found.vintage, dict(found.hints.constants), len(found.notes)) == (taken, {"census": census}, notes)
    assert any(f"tigerWMS_ACS{taken}/MapServer/{int(taken) - 2010}/query" in request.path for request in local_web.asked)


def test_a_map_of_another_census_is_never_taken(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    tigerweb(local_web, years=(2019,))
    with pytest.raises(NetworkError, match="no map of the census of 2020"):
        fetch(params_of(local_web, county="Fresno", year=2023, source="service"), web, tmp_path, progress=silent())


def test_the_map_service_can_be_cut_to_an_outline(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    tigerweb(local_web)
    outline = tmp_path / "district.geojson"
    district_frame().iloc[:1].to_crs(4326).to_file(outline)
    (found,) = fetch(params_of(local_web, within=str(outline), year=2022, source="service"), web, tmp_path / "out", progress=silent())
    assert len(gpd.read_file(found.path)) == len(TRACTS) // 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["tract_2022_inside.geojson"]


def test_the_address_ranges_of_a_county_land_as_what_they_are(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    county, _ = made(tmp_path)
    params = params_of(local_web, county="Fresno", kind="addresses", year=2025)
    (ask,) = asks(params)
    assert ask.address.endswith("tiger/TIGER2025/ADDRFEAT/tl_2025_06019_addrfeat.zip")
    local_web.file(ask.address.partition(local_web.url(""))[2], county.read_bytes())
    (found,) = fetch(params, web, tmp_path / "out", progress=silent())
    assert found.role == "address_range"
    assert len(import_file(found.path, found.role, target_crs="EPSG:3310").frame) > 50


def test_what_would_be_asked_is_told_without_reading_how_maps_are_written() -> None:
    code = "import sys; from ecomap.io.connectors import boundaries, nces; print('ecomap.io.writing' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
