"""A table that EcoMap wrote comes back as what it is: an answer, not need."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ecomap.analysis import columns as c
from ecomap.analysis.need import bands, error_split
from ecomap.io.importers import import_file
from ecomap.io.importers.columns.need.own_answers import ANSWER_COLUMNS, own_answers
from ecomap.workspace import operations
from tests.io.making import TRACTS, squares, write_geojson
from tests.small_project import CRS, small_project


def test_the_names_are_those_that_answers_use() -> None:
    assert {
        c.SCORE, c.RANK, c.RANK_LOW, c.RANK_HIGH, c.FIFTH, c.SHARE_PRESENT, c.SHARE_KNOWN, c.REASON,
        error_split.LOW_SAMPLING, error_split.HIGH_SAMPLING, error_split.LOW_ALLOCATION, error_split.HIGH_ALLOCATION,
        bands.COULD_BE_TOP, bands.SURELY_WITHIN, bands.TOGETHER,
    } == ANSWER_COLUMNS


def test_a_need_index_brought_back_brings_no_indicator(tmp_path: Path) -> None:
    project, result = operations.run_analysis(small_project(), "need-index", {"draws": 50})
    written = tmp_path / "answer.gpkg"
    operations.export_result(project, result.id, written)
    back = import_file(written, "need_area", target_crs=CRS)
    assert back.layer.indicators == ()
    before = result.main.frame.set_index("id")
    after = back.frame.set_index("id").loc[before.index]
    for name in ("score", "rank", "contribution_poverty", "share_present"):
        np.testing.assert_allclose(after[name], before[name])
    assert any("earlier answer of EcoMap" in line.text and "score" in line.examples for line in back.report.lines)


def test_indicators_carried_to_other_areas_stay_indicators_and_their_spreading_stays_an_error(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "areas.geojson", squares(
        geoid=list(TRACTS), score=[0.1, 0.4, 0.6, 0.9], score_moe=[0.05] * 4, rank=[4, 3, 2, 1], rank_low=[4, 3, 2, 1],
        per_capita_income=[20000.0, 30000.0, 41000.0, 52000.0], per_capita_income_moe=[500.0] * 4,
        per_capita_income_allocation=[100.0, 200.0, 300.0, 400.0],
        contribution_per_capita_income=[0.1, 0.4, 0.6, 0.9],
    ))
    back = import_file(path, "need_area", target_crs=CRS)
    assert [(one.column, one.moe_column) for one in back.layer.indicators] == [("per_capita_income", "per_capita_income_moe")]
    described = {column.name: column for column in back.layer.columns}
    assert described["score"].moe == "score_moe"
    assert described["per_capita_income_allocation"].hidden
    assert back.frame["per_capita_income_allocation"].tolist() == [100.0, 200.0, 300.0, 400.0]


def test_a_score_of_somebody_else_is_asked_for(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "areas.geojson", squares(geoid=list(TRACTS), score=[1.5, 4.0, 6.0, 9.0], rank=[4, 3, 2, 1]))
    assert own_answers({"geoid", "score", "rank"}) == {}
    back = import_file(path, "need_area", target_crs=CRS)
    assert back.layer.indicators == ()
    assert [doubt.code for doubt in back.doubts] == ["direction:score"]
    told = import_file(path, "need_area", target_crs=CRS, answers={"direction:score": "more"})
    assert [(one.column, one.settled_by) for one in told.layer.indicators] == [("score", "person")]
