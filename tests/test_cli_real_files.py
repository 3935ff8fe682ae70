"""A handful of publishers' own files through the command line, from file to answer."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def _ecomap(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ecomap", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def _imported(project: Path, file: Path, *options: str) -> dict[str, Any]:
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    done = _ecomap("import", project, file, "--json", *options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["adds_up"] is True
    assert report["sha256"] == before
    return report


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("starter") / "la.ecomap.gpkg"
    done = _ecomap("new", path, "--starter", "los-angeles")
    assert done.returncode == 0, done.stderr
    return path.read_bytes()


@pytest.fixture
def project(starter: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "la.ecomap.gpkg"
    path.write_bytes(starter)
    return path


@pytest.mark.slow
def test_services_from_a_county_file_count_in_the_next_answer(project: Path, shared_data: Path) -> None:
    def out_of_reach() -> float:
        done = _ecomap("run", "coverage-gap", project, "--target", "service:*", "--json")
        assert done.returncode == 0, done.stderr
        figures = {figure["name"]: figure["value"] for figure in json.loads(done.stdout)["figures"]}
        return float(figures["children_out_of_reach"])

    before = out_of_reach()
    report = _imported(project, shared_data / "la/services/la_food_assistance_211.geojson", "--role", "service")
    assert report["read"] == 324
    assert out_of_reach() < before  # another service never puts a child out of reach


@pytest.mark.slow
def test_one_official_area_does_not_drive_out_the_estimated_ones(project: Path, shared_data: Path) -> None:
    file = shared_data / "la/schools/lausd_boundary_one_address_elementary.esri.json"
    report = _imported(project, file, "--role", "attendance_area", "--column", "level==elementary")
    assert any("the estimated areas stay" in line["text"] for line in report["lines"])
    held = json.loads(_ecomap("list", project, "--json").stdout)
    areas = [layer for layer in held["layers"] if layer["role"] == "attendance_area"]
    assert {layer["boundary"] for layer in areas} == {"official", "estimated"}


@pytest.mark.slow
def test_a_file_without_a_coordinate_system_is_declined_until_it_is_told(project: Path, shared_data: Path) -> None:
    file = shared_data / "la/messy/CityBoundary_no_prj/CityBoundary.shp"
    before = project.read_bytes()
    done = _ecomap("import", project, file, "--role", "district")
    assert done.returncode == 1
    assert "--crs EPSG:3857" in done.stderr
    assert project.read_bytes() == before
    report = _imported(project, file, "--role", "district", "--crs", "3857")
    assert report["kept"] >= 1


@pytest.mark.slow
def test_a_table_with_broken_quotes_is_read_row_by_row_or_declined(project: Path, shared_data: Path) -> None:
    done = _ecomap("import", project, shared_data / "la/messy/lausd_partner_services_raw.csv", "--role", "service")
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
