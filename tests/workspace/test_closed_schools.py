"""A school that has closed, or is still to open, counts nowhere as open: with it in the file every other answer is the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ecomap
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.result import Result
from tests.io.making import write_text

WEST, SOUTH, STEP = -3.30, 55.90, 0.01
OPEN = [(f"S{n}", f"Open {n} Primary School", n % 4, n // 4, "Open", "2001-09-01", "") for n in range(6)]
CLOSED = [("C1", "Closed Primary School", 3, 3, "Closed", "1990-09-01", "2019-06-30"), ("C2", "Merged Primary School", 2, 3, "Merged", "", "2021-06-30"),
          ("C3", "Old Primary School", 1, 3, "Open", "1990", "2018"), ("C4", "Promised Primary School", 0, 3, "Proposed to open", "", "")]
NEXT = ("F1", "Next Primary School", 3, 2, "Future", "2031-08-01", "")


def zones(folder: Path) -> Path:
    """Sixteen zones of a town with children, two of them in every five poor."""
    features = []
    for n in range(16):
        x, y = WEST + STEP * (n % 4), SOUTH + STEP * (n // 4)
        ring = [[x, y], [x + STEP, y], [x + STEP, y + STEP], [x, y + STEP], [x, y]]
        features.append({"type": "Feature", "properties": {"geoid": f"Z{n:02d}", "name": f"Zone {n}", "children": 100 + 10 * n, "poverty": 10 + 3 * n},
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})
    path = folder / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def schools(folder: Path, *listed: tuple[Any, ...]) -> Path:
    lines = ["school_id,school_name,longitude,latitude,EstablishmentStatus,OpenDate,CloseDate,enrolment"]
    for code, called, x, y, *state in listed:
        lines.append(",".join([code, called, f"{WEST + STEP * (x + 0.5):.4f}", f"{SOUTH + STEP * (y + 0.5):.4f}", *state, "300"]))
    return write_text(folder / "schools.csv", "\n".join(lines) + "\n")


def town(folder: Path, *listed: tuple[Any, ...]) -> Project:
    folder.mkdir(exist_ok=True)
    project, _ = ecomap.import_file(ecomap.new(), zones(folder), role="need_area", indicators={"poverty": +1})
    project, _ = ecomap.import_file(project, schools(folder, *listed), role="school", columns={"id": "school_id"})
    services = write_text(folder / "services.csv", f"name,category,longitude,latitude\nPantry,Food,{WEST + STEP / 2},{SOUTH + STEP / 2}\n")
    return ecomap.import_file(project, services, role="service")[0]


def answer(project: Project, question: str, **given: Any) -> Result:
    return ecomap.run(project, question, target="service:Food", radius="1mi", **given)[1]


def tables(result: Result) -> list[Any]:
    return [output.frame.drop(columns="geometry", errors="ignore") for output in result.outputs]


@pytest.fixture
def without(tmp_path: Path) -> Project:
    return town(tmp_path / "without", *OPEN)


@pytest.fixture
def with_closed(tmp_path: Path) -> Project:
    return town(tmp_path / "with", *OPEN, *CLOSED)


QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("priority", {"governance": "all"}), ("coverage-gap", {}), ("plan", {"governance": "all"}), ("rank-change", {"governance": "all"}),
]


@pytest.mark.parametrize(("question", "given"), QUESTIONS)
def test_closed_schools_change_no_other_answer(question: str, given: dict[str, Any], without: Project, with_closed: Project) -> None:
    one, two = answer(without, question, **given), answer(with_closed, question, **given)
    assert one.sentence == two.sentence
    for mine, other in zip(tables(one), tables(two), strict=True):
        assert mine.reset_index(drop=True).equals(other.reset_index(drop=True))


def test_a_closed_school_is_never_ranked_and_is_counted(with_closed: Project) -> None:
    result = answer(with_closed, "priority", governance="all")
    ranked = set(result.outputs[0].frame["id"])
    assert not ranked & {row[0] for row in CLOSED}
    assert ranked
    assert [note.count for note in result.notes if "not open on" in note.text] == [len(CLOSED)]


@pytest.mark.parametrize(("day", "is_ranked"), [("2031-07-31", False), ("2031-08-01", True)])
def test_a_school_that_opens_is_open_from_its_day(day: str, is_ranked: bool, tmp_path: Path) -> None:
    result = answer(town(tmp_path, *OPEN, NEXT), "priority", governance="all", as_of=day)
    assert ("F1" in set(result.outputs[0].frame["id"])) is is_ranked


def test_where_no_school_is_open_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="None of the schools is open"):
        answer(town(tmp_path, *CLOSED[:2]), "priority", governance="all")


def test_a_closed_school_serves_no_area(tmp_path: Path, with_closed: Project) -> None:
    areas = json.loads(zones(tmp_path).read_text("utf-8"))
    path = tmp_path / "primary_zones.geojson"
    path.write_text(json.dumps(areas), encoding="utf-8")
    project, _ = ecomap.import_file(with_closed, path, role="attendance_area", constants={"level": "elementary"})
    (links,) = project.layers_of("area_link")
    assert set(project.frame(links.id)["school_id"]) == {row[0] for row in OPEN}


