"""Need areas that left in any format that holds data come back by the ordinary importer and are ranked the same, to the last digit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from attrs import evolve

from ecomap.model.formats import FORMATS, LAYERS, SHEETS
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace import operations

LAYER = "need_areas"
HOLD_DATA = tuple(one.ending for one in FORMATS if one.writes in (LAYERS, SHEETS))


@pytest.fixture(scope="module")
def city() -> Project:
    return operations.new_project("los-angeles")


def ranking(project: Project) -> Result:
    return operations.run_analysis(project, "need-index", {})[1]


@pytest.fixture(scope="module")
def asked(city: Project) -> Result:
    return ranking(city)


def bare(city: Project) -> Project:
    """The areas without a number: what somebody has who is sent a table."""
    return Project(crs=city.crs).with_layer(evolve(city.layer(LAYER), indicators=(), columns=(), sources=()), city.frame(LAYER)[["id", "name", "geometry"]])


def same(one: Result, other: Result) -> None:
    assert one.sentence == other.sentence
    for mine, theirs in zip(one.outputs, other.outputs, strict=True):
        first = mine.frame.drop(columns="geometry", errors="ignore")
        second = theirs.frame.drop(columns="geometry", errors="ignore").set_index("id").loc[first["id"]].reset_index()[list(first.columns)]
        pd.testing.assert_frame_equal(first, second, check_exact=True, check_dtype=False)


@pytest.mark.parametrize("whole", [False, True], ids=["the layer alone", "everything"])
@pytest.mark.parametrize("ending", HOLD_DATA)
def test_the_ranking_is_the_same(city: Project, asked: Result, tmp_path: Path, ending: str, whole: bool) -> None:
    if whole and ending not in (".gpkg", ".xlsx"):
        pytest.skip("holds one table")
    path = tmp_path / f"need{ending}"
    operations.export(city, path, layer="" if whole else LAYER)
    start = bare(city) if ending == ".csv" else Project(crs=city.crs)
    again, report = operations.import_file(start, path, "need_area")
    layer = again.layers_of("need_area")[0]
    told = [(one.column, one.direction, one.moe_column) for one in layer.indicators]
    assert told == [(one.column, one.direction, one.moe_column) for one in city.layer(LAYER).indicators], report.lines
    same(ranking(again), asked)
