"""What counts as need can be said, unsaid, turned and named, at import and later; answers name what a person settled."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.model.errors import InputError
from ecomap.workspace import operations
from ecomap.workspace.indicators import offered, with_directions, with_indicator_named
from tests.io.making import squares, write_geojson

COUNT = 8


def areas(tmp_path: Path) -> Path:
    return write_geojson(tmp_path / "areas.geojson", squares(
        COUNT, GEOID=[f"0603710{n}110" for n in range(COUNT)], poverty_rate=[5.5 + 5 * n for n in range(COUNT)],
        shade_index=[9.5 - n for n in range(COUNT)], SEDpct=[10.5 + n for n in range(COUNT)], ELpct=[3.5 + n for n in range(COUNT)],
        shops=[n + 3 for n in range(COUNT)]))


def test_directions_are_given_by_the_names_of_the_file(tmp_path: Path) -> None:
    project, report = operations.import_file(operations.new_project(), areas(tmp_path), "need_area",
                                             indicators={"shade_index": -1, "sedpct": 0, "ELpct": -1, "shops": 1})
    found = {i.column: (i.direction, i.settled_by) for i in project.layer(report.layer_id).indicators}
    assert found == {"poverty_rate": (1, "name"), "shade_index": (-1, "person"), "english_learners": (-1, "person"), "shops": (1, "person")}


def test_a_column_is_counted_turned_and_no_longer_counted_later(tmp_path: Path) -> None:
    project, report = operations.import_file(operations.new_project(), areas(tmp_path), "need_area")
    layer = report.layer_id
    project = with_directions(project, layer, {"shade_index": -1, "poverty_rate": -1})
    shade, poverty = (project.layer(layer).indicator(column) for column in ("shade_index", "poverty_rate"))
    assert shade is not None
    assert (shade.direction, shade.settled_by) == (-1, "person")
    assert poverty is not None
    assert (poverty.direction, poverty.settled_by) == (-1, "person")
    project = with_directions(project, layer, {"shade_index": 0})
    assert project.layer(layer).indicator("shade_index") is None
    with pytest.raises(InputError, match="no column of numbers"):
        with_directions(project, layer, {"nothing": 1})
    with pytest.raises(InputError, match="direction 2"):
        with_directions(project, layer, {"poverty_rate": 2})


def test_what_could_count_is_offered_with_a_hint(tmp_path: Path) -> None:
    project, report = operations.import_file(operations.new_project(), areas(tmp_path), "need_area")
    found = {one.column: one for one in offered(project, report.layer_id)}
    assert (found["poverty_rate"].state, found["poverty_rate"].direction) == ("counted", 1)
    assert found["shade_index"].state == "offered"
    assert "against the need" in found["shade_index"].hint
    assert found["shops"].state == "plain"
    assert found["shops"].why
    named = with_indicator_named(project, report.layer_id, "poverty_rate", "Arme Haushalte").layer(report.layer_id)
    assert named.column("poverty_rate").label == "Arme Haushalte"
    assert [i.label for i in named.indicators if i.column == "poverty_rate"] == ["Arme Haushalte"]


def test_the_answer_says_which_directions_a_person_settled_and_the_file_keeps_it(tmp_path: Path) -> None:
    project, report = operations.import_file(operations.new_project(), areas(tmp_path), "need_area", indicators={"shade_index": -1})
    _, result = operations.run_analysis(project, "need-index", {"draws": 0})
    method = [note.text for note in result.notes if note.kind == "method"]
    assert any("A person said" in text and "Shade index (higher: less need)" in text for text in method)
    assert any("by their names" in text and "Poverty rate (higher: more need)" in text for text in method)
    operations.save_project(project, tmp_path / "p.ecomap.gpkg")
    again = operations.open_project(tmp_path / "p.ecomap.gpkg")
    assert [i.settled_by for i in again.layer(report.layer_id).indicators] == [i.settled_by for i in project.layer(report.layer_id).indicators]


def test_glasgows_need_runs_with_the_official_rank(shared_data: Path) -> None:
    """An independent count: Spearman's correlation of the score with the published rank, of which 1 is most deprived."""
    import pandas as pd

    folder = shared_data / "elsewhere" / "glasgow"
    if not folder.is_dir():
        pytest.skip("Glasgow's files are not here")
    project, _ = operations.import_file(operations.new_project(), folder / "glasgow_dz.geojson", "need_area", mapping={"id": "DataZone", "name": "Name"})
    project, report = operations.import_file(project, folder / "glasgow_simd.csv", "need_area", mapping={"id": "Data_Zone"})
    _, result = operations.run_analysis(project, "need-index", {"draws": 0})
    official = pd.read_csv(folder / "glasgow_simd.csv").set_index("Data_Zone")["SIMD2020v2_Rank"]
    score = result.main.frame.set_index("id")["score"].dropna()
    rho = score.corr(official.reindex(score.index), method="spearman")
    assert len(score) > 740
    assert rho < -0.85
    counted = {i.column for i in project.layer(report.layer_id).indicators}
    assert not any("rank" in column or "count" in column for column in counted)
    assert {i.column for i in project.layer(report.layer_id).indicators if i.direction < 0} == {"school_attendance", "school_attainment", "university"}
