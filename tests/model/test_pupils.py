"""What counts as private: ten pupils and eleven side by side, in files as they are written; ten are hidden, eleven are shown."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from attrs import evolve
from shapely.geometry import Point

from ecomap.analysis.release.stated import says_what_is_hidden
from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.project import Project
from ecomap.model.pupils import HIDDEN_COUNTS, SUPPRESSED
from ecomap.model.result import KeyFigure, Output, Result
from ecomap.model.said import name
from ecomap.workspace import operations
from tests import small_project as town
from tests.published_numbers import tables_of

# Four hidden counts that could be one another's: nothing else has to go, neither for the ten nor for its total.
PUPILS = {"Ten": 10, "Nine": 9, "Eight": 8, "Seven": 7, "Eleven": 11, "Many": 400}
HOUSE = Path(__file__).parents[2] / "ecomap"


def project() -> Project:
    """Schools, and an answer with a key figure of ten and one of eleven pupils."""
    schools = gpd.GeoDataFrame({
        "id": [f"s{n}" for n in range(len(PUPILS))], "name": list(PUPILS), "enrollment": [float(n) for n in PUPILS.values()],
    }, geometry=[Point(town.LEFT + 900 * n, town.BOTTOM) for n in range(len(PUPILS))], crs=town.CRS)
    layer = Layer("schools", name("Schools"), v.SCHOOL, POINT, columns=(Column("enrollment", name("Pupils"), "count"),))
    table = pd.DataFrame({"id": ["a"], "name": ["A"]})
    answer = Result("answer", "overlap", name("Answer"), name("An answer."),
                    (Output("t", name("Table"), table, (Column("id", name("Id")), Column("name", name("Name")))),),
                    (KeyFigure("ten", name("Ten pupils"), 10.0, "pupils"), KeyFigure("eleven", name("Eleven pupils"), 11.0, "pupils")))
    return Project(title="Town", crs=town.CRS).with_layer(layer, schools).with_result(answer)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "html", "gpkg"])
def test_ten_pupils_are_hidden_and_eleven_are_shown(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"town.{ending}"
    report = operations.export(project(), path, layer="schools" if ending == "csv" else "")
    assert sum(one == HIDDEN_COUNTS or says_what_is_hidden(one) for one in report.notes) == 1  # told once
    table = next(frame for frame in tables_of(path) if "enrollment" in frame and len(frame) == len(PUPILS))
    shown = pd.to_numeric(table.set_index("name")["enrollment"], errors="coerce")
    assert shown.loc[["Ten", "Nine", "Eight", "Seven"]].isna().all()
    assert shown.loc[["Eleven", "Many"]].tolist() == [11, 400]


def test_the_same_in_key_figures() -> None:
    ten, eleven = operations.released_result(project(), "answer").figures
    assert (ten.value, eleven.value) == (None, 11)


def test_with_eleven_and_more_nothing_is_hidden(tmp_path: Path) -> None:
    town_of_eleven = project()
    frame = town_of_eleven.frame("schools").assign(enrollment=[11.0, 12, 13, 14, 15, 400])
    larger = town_of_eleven.with_layer(town_of_eleven.layer("schools"), frame).with_result(
        evolve(town_of_eleven.results[0], figures=()))
    assert operations.export(larger, tmp_path / "town.csv", layer="schools").notes == ("Nothing had to be hidden: no count of people in it is smaller than 11.",)
    assert pd.read_csv(tmp_path / "town.csv")["enrollment"].tolist() == [11, 12, 13, 14, 15, 400]


def test_what_is_said_of_it_and_the_reason_go_with_the_threshold() -> None:
    assert HIDDEN_COUNTS == "Counts of fewer than 11 pupils, and what would give them away, are hidden (suppressed)."
    assert SUPPRESSED in v.MISSING_REASONS


def test_the_threshold_stands_in_one_place() -> None:
    """Nobody else compares with eleven, or says a number of pupils too small to show."""
    own = re.compile(r"(?:<|>=) 11\b(?!\.)|fewer than (?:11|eleven)|(?:THRESHOLD|SMALL|FEWEST)\w*(?:: \w+)? = 1[012]\b")
    found = {path.relative_to(HOUSE).as_posix(): own.findall(path.read_text("utf-8")) for path in HOUSE.rglob("*.py")}
    assert {path for path, hits in found.items() if hits} == {"model/pupils.py"}
