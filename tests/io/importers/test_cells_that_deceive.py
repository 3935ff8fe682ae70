"""Figures in headings, signs in some cells, marks of words: no number is changed in silence, none is lost in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.workspace import operations

CODES = [f"A{n}" for n in range(8)]


@pytest.fixture
def town(tmp_path: Path) -> Project:
    features = [{"type": "Feature", "properties": {"code": code, "children": 300 + n}, "geometry": {"type": "Polygon", "coordinates": [[
        [-90 + n * 0.01, 40], [-89.99 + n * 0.01, 40], [-89.99 + n * 0.01, 40.01], [-90 + n * 0.01, 40.01], [-90 + n * 0.01, 40]]]}}
        for n, code in enumerate(CODES)]
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return operations.import_file(Project(), path, "need_area")[0]


def joined(town: Project, folder: Path, **columns: Any) -> tuple[Project, ImportReport, Any]:
    """A table of the town's codes with these columns; `_` in a heading stands for what no name of Python can hold."""
    headings = {"low": "Income (95% CI low)", "sign": "Uninsured \u00b1", "plain_margin": "Margin of error", "estimate": "Estimate!!No vehicle",
                "estimate_margin": "Margin of Error!!No vehicle"}
    path = folder / "table.csv"
    names = list(columns)
    rows = [";".join(["code", *(headings.get(name, name) for name in names)])]
    rows += [";".join([code, *(str(columns[name][n]) for name in names)]) for n, code in enumerate(CODES)]
    path.write_text("\n".join(rows), encoding="utf-8")
    project, report = operations.import_file(town, path, "need_area")
    assert report.adds_up
    return project, report, project.frame(report.layer_id)


def told(report: ImportReport) -> str:
    return " ".join(str(line.text) for line in report.lines)


def test_the_level_of_a_confidence_interval_is_no_percent_sign(town: Project, tmp_path: Path) -> None:
    frame = joined(town, tmp_path, income=[45000 + n for n in range(8)], low=[44000 + n for n in range(8)])[2]
    assert frame["income_95_ci_low"].tolist() == [44000 + n for n in range(8)]


def test_figures_beyond_a_hundred_per_cent_stay_as_they_are_written(town: Project, tmp_path: Path) -> None:
    frame = joined(town, tmp_path, pct_change=[120.5, -30.0, 240.0, 5.0, 8.0, 60.0, 70.0, 90.5])[2]
    assert frame["pct_change"].tolist() == [120.5, -30.0, 240.0, 5.0, 8.0, 60.0, 70.0, 90.5]


def test_percent_signs_in_some_cells_only_are_told_and_one_scale_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    cells = ["45%", "33%", "12", "7%", "100%"]
    path.write_text("code,name,lat,lon,pct_frl\n" + "".join(f"{n},S{n},40.0{n},-90.0{n},{cell}\n" for n, cell in enumerate(cells)))
    project, report = operations.import_file(Project(), path, "school")
    assert project.frame(report.layer_id)["frpm_share"].tolist() == [0.45, 0.33, 0.12, 0.07, 1.0]
    assert "some carry a percent sign" in told(report) or "some cells carry a percent sign" in told(report)


def test_margins_behind_a_sign_or_called_nothing_else(town: Project, tmp_path: Path) -> None:
    project, report, frame = joined(
        town, tmp_path, Uninsured=[9.1 + n / 10 for n in range(8)], sign=["\u00b11.5"] * 8, unemployment_rate=[5.5 + n / 10 for n in range(8)], plain_margin=[1.2] * 8,
        estimate=[f"{5 + n}%" for n in range(8)], estimate_margin=["\u00b12%"] * 8)
    margins = {one.column: one.moe_column for one in project.layer(report.layer_id).indicators}
    assert margins == {"uninsured": "uninsured_moe", "unemployment_rate": "unemployment_rate_moe", "estimate_no_vehicle": "estimate_no_vehicle_moe"}
    assert frame["uninsured_moe"].tolist() == pytest.approx([0.015] * 8)
    assert frame["unemployment_rate_moe"].tolist() == pytest.approx([0.012] * 8)


def test_a_margin_behind_a_column_of_words_is_not_swallowed(town: Project, tmp_path: Path) -> None:
    _, report, frame = joined(town, tmp_path, poverty_rate=["12.5\u00b13.2"] * 8, plain_margin=[3.2 + n for n in range(8)])
    assert frame["margin_of_error"].notna().all()
    assert "kept as text and not counted" in told(report)


def test_a_measure_in_words_with_figures_is_told(town: Project, tmp_path: Path) -> None:
    assert "kept as text and not counted" in told(joined(town, tmp_path, poverty_rate=["10-20%", "20-30%"] * 4)[1])


def test_numbers_with_an_unknown_mark_among_them_are_told(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    cells = ["41.2", "QQ", "50.1", "38.0", "44.4"]
    path.write_text("code,name,lat,lon,attainment\n" + "".join(f"{n},S{n},40.0{n},-90.0{n},{cell}\n" for n, cell in enumerate(cells)))
    report = operations.import_file(Project(), path, "school")[1]
    assert [line.examples for line in report.lines if "mostly numbers" in str(line.text)] == [("QQ",)]


def test_totals_with_a_place_are_no_schools(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("code,name,lat,lon,enrollment\n0,District total,40.0,-90.0,999\n1,Total Wellness Academy,40.01,-90.0,300\n2,B,40.02,-90.0,310\n"
                    "3,C,40.03,-90.0,389\nALL,All Schools,40.0,-90.0,999\n4,D,40.04,-90.0,1\n5,E,40.05,-90.0,2\n")
    project, report = operations.import_file(Project(), path, "school")
    assert project.frame(report.layer_id)["name"].tolist() == ["Total Wellness Academy", "B", "C", "D", "E"]
    assert [(line.kind, line.count) for line in report.lines if "totals or means" in str(line.text)] == [("dropped", 2)]


def test_a_number_beside_the_code_of_a_table_that_joins_is_no_name(tmp_path: Path) -> None:
    """It was taken for the name of the rows, and lost."""
    path = tmp_path / "schools.csv"
    path.write_text("code,name,lat,lon\n" + "".join(f"41{n},S{n},40.0{n},-90.0{n}\n" for n in range(5)))
    project = operations.import_file(Project(), path, "school")[0]
    more = tmp_path / "more.csv"
    more.write_text("code,ratio\n" + "".join(f"41{n},{20 + n}\n" for n in range(5)))
    after, report = operations.import_file(project, more, "school")
    assert after.frame(report.layer_id)["ratio"].tolist() == [20, 21, 22, 23, 24]
