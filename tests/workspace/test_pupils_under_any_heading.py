"""Counts and parts of pupils are kept out of what leaves, whatever a district calls its columns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ecomap.io.importers import import_file
from ecomap.model.project import Project
from ecomap.model.pupils import THRESHOLD
from ecomap.workspace import operations

HEAD = "CDS Code,School Name,Latitude,Longitude"


def exported(path: Path, tmp_path: Path, role: str = "school") -> pd.DataFrame:
    found = import_file(path, role, target_crs="EPSG:3310")
    project = Project(crs="EPSG:3310").with_layer(found.layer, found.frame)
    operations.export(project, tmp_path / "out.csv", layer=found.layer.id)
    return pd.read_csv(tmp_path / "out.csv", dtype={"id": str})


def a_district(tmp_path: Path, heading: str, cells: list[str]) -> Path:
    rows = [f"1964733000000{n},School {n},{34 + n / 100},-118,{cell}" for n, cell in enumerate(cells, start=1)]
    path = tmp_path / "district.csv"
    path.write_text("\n".join([f"{HEAD},{heading}", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("heading", [
    "Foster youth", "Homeless students", "Number of students", "StudentCount", "EL", "SWD count", "Hispanic", "Third graders enrolled", "Matrícula", "Newcomers", "Female",
    "Total", "n_tested", "Foster youth number", "Kindergarten enrollment", "Alumnos sin hogar", "Teachers",
])
def test_small_counts_do_not_leave_under_any_heading(heading: str, tmp_path: Path) -> None:
    table = exported(a_district(tmp_path, heading, ["3", "40", "55", "60", "70", "80"]), tmp_path)
    numbers = table.drop(columns=["id", "longitude", "latitude"], errors="ignore").select_dtypes("number")
    assert len(numbers.columns) == 1
    assert numbers.min().min() >= THRESHOLD
    assert numbers.isna().sum().sum() >= 2  # one alone could be worked out from the total


@pytest.mark.parametrize("heading", ["Students per teacher", "Star rating", "Ward", "Year opened", "Distance to bus"])
def test_other_numbers_of_schools_leave_as_they_are(heading: str, tmp_path: Path) -> None:
    assert exported(a_district(tmp_path, heading, ["3", "40", "55", "60"]), tmp_path).iloc[:, -1].tolist() == [3, 40, 55, 60]


def test_one_odd_cell_does_not_let_the_counts_out_as_text(tmp_path: Path) -> None:
    text = exported(a_district(tmp_path, "Foster youth", ["3", "see note", "55", "60"]), tmp_path).to_csv()
    assert "suppressed" in text
    assert ",3," not in text


def test_a_part_of_the_pupils_does_not_say_what_the_count_hides(tmp_path: Path) -> None:
    table = exported(a_district(tmp_path, "enrollment,Foster youth percent", ["300,1", "310,12.9", "500,2.2", "500,2.0"]), tmp_path)
    assert table["foster_youth_percent"].isna().tolist() == [True, False, False, True]  # 3, 40, 11 and 10 pupils
    assert table["enrollment"].tolist() == [300, 310, 500, 500]


def test_sites_and_tables_of_schools_too(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text("school_name,approach,latitude,longitude,Students served\n" + "".join(
        f"School {n},community_school,{34 + n / 100},-118,{n}\n" for n in (3, 40, 55, 60)), encoding="utf-8")
    assert exported(path, tmp_path, "site")["students_served"].min() >= THRESHOLD


@pytest.mark.parametrize("name", ["groups.csv", "number_of_students.csv"])
def test_the_files_with_headings_of_their_own(name: str, tmp_path: Path, shared_data: Path) -> None:
    numbers = exported(shared_data / "awkward" / "trust" / name, tmp_path).drop(columns=["id", "longitude", "latitude"], errors="ignore").select_dtypes("number")
    for column in numbers.columns.drop("enrollment", errors="ignore"):
        assert not (numbers[column] < THRESHOLD).any(), column
