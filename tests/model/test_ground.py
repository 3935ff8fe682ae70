"""Ground is a layer like any other: its role, its words, and that a project keeps it as it is."""

from __future__ import annotations

from pathlib import Path

import ecomap
from ecomap.model import people, roles
from ecomap.model import vocabulary as v
from ecomap.model.layer import LINE, MIXED, POINT, POLYGON
from ecomap.model.project import Project
from ecomap.render.canvas.extent import extent_of
from tests.grounds import made_up_ground


def test_the_role_holds_areas_lines_and_points_in_one_layer() -> None:
    role = roles.role(v.GROUND)
    assert role.mixed
    assert set(role.shapes) == {POLYGON, LINE, POINT}
    assert role.columns == (v.KIND, v.SHIELD, v.RANK)
    assert [one.code for one in roles.TABLE if one.mixed] == [v.GROUND]
    assert v.GROUND in people.SILENT


def test_the_made_up_ground_has_every_kind_and_ranks_of_the_list() -> None:
    _, frame = made_up_ground()
    assert set(frame[v.KIND]) == set(v.GROUND_KINDS)
    assert set(frame[v.RANK]) <= set(v.GROUND_RANKS)


def test_a_project_file_keeps_it_exactly(tmp_path: Path) -> None:
    layer, frame = made_up_ground()
    ecomap.save(Project().with_layer(layer, frame), tmp_path / "town.ecomap.gpkg")
    back = ecomap.open(tmp_path / "town.ecomap.gpkg")
    assert back.layers == (layer,)
    assert back.frame("ground").equals(frame)


def test_a_ground_of_one_kind_of_shape_stays_mixed(tmp_path: Path) -> None:
    layer, frame = made_up_ground()
    lines = frame[frame.geom_type == "LineString"].reset_index(drop=True)
    ecomap.save(Project().with_layer(layer, lines), tmp_path / "town.ecomap.gpkg")
    assert ecomap.open(tmp_path / "town.ecomap.gpkg").layers[0].geometry == MIXED


def test_the_map_opens_on_the_question_not_on_the_ground() -> None:
    layer, frame = made_up_ground()
    areas, _ = made_up_ground("areas", west=100_000)
    area = type(areas)("areas", "Areas", v.NEED_AREA, POLYGON)
    rows = frame[frame.geom_type == "Polygon"]
    small = rows[rows[v.ID] == "south"]
    assert extent_of([(layer, frame), (area, small)]) == tuple(small.total_bounds)
