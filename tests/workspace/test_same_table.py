"""One table however it is written: order, headings, separators and formats change neither the layer nor its report."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.workspace import operations

QUIET = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SCHOOLS = pd.DataFrame({
    "school_id": ["04301", "04302", "04303", "04304", "04305", "04306", "04307"],
    "school_name": ["Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Grove"],
    "level": ["Elementary", "Middle", "High", "Elementary", "Elementary", "Middle", "High"],
    "enrollment": [310.0, 412.0, 1250.0, 287.0, 305.0, 398.0, 1175.0],
    "latitude": [39.951, 39.962, 39.973, 39.984, 39.945, 39.936, 39.927],
    "longitude": [-75.163, -75.174, -75.185, -75.196, -75.157, -75.148, -75.139],
})
SYNONYMS = {"school_id": ["SchoolID", "SCH_ID", "School Code"], "school_name": ["School_Nm", "SCHOOL", "Name of School"], "level": ["School Level", "SchLevel"],
            "enrollment": ["Total_Enrollment", "Enrolment", "students"], "latitude": ["Lat", "LATITUDE", "y_coord"], "longitude": ["Lon", "Long", "x_coord"]}


def text(frame: pd.DataFrame, *, separator: str = ",", decimal: str = ".") -> str:
    """The table as a program writes it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False):
        writer.writerow([f"{cell:g}".replace(".", decimal) if isinstance(cell, float) else cell for cell in row])
    return out.getvalue()


def brought(path: Path, **how: Any) -> tuple[Any, ImportReport]:
    project, report = operations.import_file(Project(), path, "school", **how)
    return project.frame(report.layer_id), report


def layer_of(folder: Path, name: str, frame: pd.DataFrame, **how: Any) -> tuple[Any, ImportReport]:
    path = folder / name
    path.write_text(text(frame, **how), encoding="utf-8")
    return brought(path)


def told(report: ImportReport) -> tuple[Any, ...]:
    """What a report says of the rows, apart from the file it is about."""
    return report.read, report.kept, sorted((line.kind, line.count) for line in report.lines if line.count), [doubt.code for doubt in report.doubts]


def rows(frame: Any) -> dict[str, tuple[Any, ...]]:
    return {row["id"]: (row["name"], row["levels"], row["enrollment"], round(row.geometry.x, 1), round(row.geometry.y, 1)) for _, row in frame.iterrows()}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ImportReport]:
    return layer_of(tmp_path_factory.mktemp("usual"), "schools.csv", SCHOOLS)


def test_the_table_is_read_as_it_is_meant(usual: tuple[Any, ImportReport]) -> None:
    frame, report = usual
    assert frame["id"].tolist() == SCHOOLS["school_id"].tolist()
    assert frame["enrollment"].tolist() == SCHOOLS["enrollment"].tolist()
    assert frame["levels"].tolist()[:3] == ["elementary", "middle", "high"]
    assert report.doubts == ()


@QUIET
@given(columns=st.permutations(list(SCHOOLS.columns)), order=st.permutations(range(len(SCHOOLS))))
def test_order_changes_nothing(columns: list[str], order: list[int], usual: tuple[Any, ImportReport], tmp_path: Path) -> None:
    frame, report = layer_of(tmp_path, "mixed.csv", SCHOOLS[columns].iloc[order])
    assert rows(frame) == rows(usual[0])
    assert told(report) == told(usual[1])


@QUIET
@given(data=st.data())
def test_a_synonym_in_the_heading_changes_nothing(data: st.DataObject, usual: tuple[Any, ImportReport], tmp_path: Path) -> None:
    called = {column: data.draw(st.sampled_from([column, *names])) for column, names in SYNONYMS.items()}
    frame, report = layer_of(tmp_path, "renamed.csv", SCHOOLS.rename(columns=called))
    assert rows(frame) == rows(usual[0])
    assert told(report) == told(usual[1])


@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), ("|", ".")])
def test_separators_change_nothing(separator: str, decimal: str, usual: tuple[Any, ImportReport], tmp_path: Path) -> None:
    frame, report = layer_of(tmp_path, "schools.csv", SCHOOLS, separator=separator, decimal=decimal)
    assert rows(frame) == rows(usual[0])
    assert told(report) == told(usual[1])


@pytest.mark.parametrize(("latitude", "longitude"), [(-90.0, -142.8), (48.85, 2.35), (39.95, 75.16 - 360), (0.5, 0.5)])
def test_a_far_row_changes_no_other(latitude: float, longitude: float, usual: tuple[Any, ImportReport], tmp_path: Path) -> None:
    far = pd.DataFrame([{**SCHOOLS.iloc[0], "school_id": "04399", "school_name": "Far", "latitude": latitude, "longitude": longitude}])
    project, report = operations.import_file(Project(), _written(tmp_path, pd.concat([SCHOOLS, far])), "school")
    frame = project.frame(report.layer_id)
    near = frame[frame["id"] != "04399"]
    assert str(frame.crs) == str(usual[0].crs)
    assert rows(near) == rows(usual[0])
    assert "Far" in " ".join(example for line in report.lines for example in map(str, line.examples))


def _written(folder: Path, frame: pd.DataFrame) -> Path:
    path = folder / "far.csv"
    path.write_text(text(frame))
    return path


def test_a_closed_school_changes_no_other(usual: tuple[Any, ImportReport], tmp_path: Path) -> None:
    some = SCHOOLS.assign(StatusType="Active")
    closed = pd.DataFrame([{**some.iloc[0], "school_id": "04398", "school_name": "Gone", "StatusType": "Closed", "latitude": 39.95, "longitude": -75.2}])
    frame, report = layer_of(tmp_path, "status.csv", pd.concat([some, closed]))
    assert rows(frame[frame["id"] != "04398"]) == rows(usual[0])
    assert any("closed" in str(line.text).lower() for line in report.lines)


def _xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(SCHOOLS.columns))
    for row in SCHOOLS.itertuples(index=False):
        book.active.append(list(row))
    book.save(path)


def _geodata(path: Path) -> None:
    shapes = [Point(x, y) for x, y in zip(SCHOOLS["longitude"], SCHOOLS["latitude"])]
    gpd.GeoDataFrame(SCHOOLS.drop(columns=["latitude", "longitude"]), geometry=shapes, crs="EPSG:4326").to_file(path, engine="pyogrio")


def _ods(path: Path) -> None:
    pyogrio.write_dataframe(SCHOOLS.drop(columns=[]), path, driver="ODS")


@pytest.mark.parametrize(("name", "write"), [
    ("schools.xlsx", _xlsx), ("schools.ods", _ods), ("schools.geojson", _geodata), ("schools.gpkg", _geodata), ("schools.fgb", _geodata), ("schools.shp", _geodata),
])
def test_formats_change_nothing(name: str, write: Any, usual: tuple[Any, ImportReport], tmp_path: Path) -> None:
    write(tmp_path / name)
    frame, report = brought(tmp_path / name)
    assert rows(frame) == rows(usual[0])
    assert (report.read, report.kept, report.doubts) == (usual[1].read, usual[1].kept, ())
    ours = {use.field: use.use for use in usual[1].columns if use.field not in ("latitude", "longitude")}
    assert {use.field: use.use for use in report.columns if use.field not in ("latitude", "longitude")} == ours
