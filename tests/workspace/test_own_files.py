"""A layer that left in a file of ours and comes back answers as it did: the record says which indicators count and which way they run."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from ecomap.model.project import Project
from ecomap.model.record import BESIDE
from ecomap.workspace import operations
from tests.small_project import CENSUS, small_project

LAYER = "need-areas"


@pytest.fixture
def town() -> Project:
    """A town with an indicator that no dictionary knows, which runs the other way, and one that is in the rows and not counted."""
    from ecomap.model.indicator import Indicator
    from ecomap.model.layer import Column
    from ecomap.model.said import name

    project = small_project()
    layer, rows = project.layer(LAYER), project.frame(LAYER)
    rows = rows.assign(zeal=[9.0, 1.0, 8.0, 2.0, 7.0, 3.0, 6.0, 4.0, 5.0], unemployment=[0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1])
    counted = (*layer.indicators, Indicator("zeal", name("Zeal"), "score", -1, CENSUS, settled_by="person"))
    columns = (*layer.columns, Column("zeal", name("Zeal"), "score"), Column("unemployment", name("Unemployment"), "share"))
    return project.with_layer(evolve(layer, indicators=counted, columns=columns), rows)


def ranks(project: Project) -> dict[str, float]:
    _, result = operations.run_analysis(project, "need-index", {})
    return dict(zip(result.main.frame["id"], result.main.frame["rank"]))


def back(project: Project, path: Path, **how: object) -> Project:
    return operations.import_file(evolve(Project(), crs=project.crs), path, "need_area", **how)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "of"), [("gpkg", ""), ("gpkg", LAYER), ("geojson", LAYER), ("xlsx", "")])
def test_the_ranking_is_the_same(town: Project, tmp_path: Path, kind: str, of: str) -> None:
    path = tmp_path / f"town.{kind}"
    operations.export(town, path, layer=of)
    again = back(town, path)
    layer = again.layers[0]
    assert [(one.column, one.direction, one.moe_column) for one in layer.indicators] == [(one.column, one.direction, one.moe_column) for one in town.layer(LAYER).indicators]
    assert ranks(again) == ranks(town)
    assert layer.sources == town.layer(LAYER).sources


def test_a_table_joined_to_its_areas_keeps_its_directions(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.csv"
    operations.export(town, path, layer=LAYER)
    bare = town.with_layer(evolve(town.layer(LAYER), indicators=(), columns=()), town.frame(LAYER)[["id", "name", "children", "geometry"]])
    again, _ = operations.import_file(bare, path, "need_area")
    areas = again.layers_of("need_area")[0]
    assert {one.column: one.direction for one in areas.indicators} == {one.column: one.direction for one in town.layer(LAYER).indicators}
    assert ranks(again) == ranks(town)


def test_without_its_record_a_file_is_anybodys(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.geojson"
    operations.export(town, path, layer=LAYER)
    path.with_name(path.name + BESIDE).unlink()
    assert "zeal" not in [one.column for one in back(town, path).layers[0].indicators]


def test_a_damaged_record_is_no_record(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.geojson"
    operations.export(town, path, layer=LAYER)
    path.with_name(path.name + BESIDE).write_text("{", "utf-8")
    assert "zeal" not in [one.column for one in back(town, path).layers[0].indicators]


def test_what_a_person_says_holds_against_the_record(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.geojson"
    operations.export(town, path, layer=LAYER)
    again = back(town, path, indicators={"zeal": 1})
    assert {one.column: one.direction for one in again.layers[0].indicators}["zeal"] == 1
