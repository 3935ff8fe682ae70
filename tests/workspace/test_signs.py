"""Layers of one kind do not look alike: another shape and another lightness, for eyes that see no colours too."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.model.project import Project
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.render.style.palette import contrast
from ecomap.workspace import operations
from ecomap.workspace.signs import SHAPES, told_apart

GREY = LayerStyle(fill="#8A96A3", shape="circle", size=5.0)


def among(*styles: LayerStyle) -> Project:
    return Project(layers=tuple(Layer(f"s{number}", "Schools", "school", POINT, style=style) for number, style in enumerate(styles)))


def arriving(style: LayerStyle = GREY) -> Layer:
    return Layer("new", "Schools", "school", POINT, style=style)


def test_the_first_looks_as_its_kind_does() -> None:
    assert told_apart(Project(), arriving()) == GREY
    assert told_apart(among(evolve(GREY, fill="#0072B2")), arriving()) == GREY  # the planner gave the other one a colour of its own


def test_each_further_one_has_another_shape_and_its_neighbour_another_lightness() -> None:
    styles: list[LayerStyle] = []
    for _ in SHAPES:
        styles.append(told_apart(among(*styles), arriving()))
    assert len({style.shape for style in styles}) == len(SHAPES)
    assert contrast(styles[0].fill, styles[1].fill) > 2


@pytest.mark.parametrize("fill", ["#8A96A3", "#26323F", "#0072B2"])
def test_both_stand_out_from_white(fill: str) -> None:
    other = told_apart(among(evolve(GREY, fill=fill)), arriving(evolve(GREY, fill=fill)))
    assert contrast(other.fill, "#FFFFFF") >= 3


def test_areas_and_categories_stay_as_they_are() -> None:
    style = evolve(GREY, kind=CATEGORISED)
    assert told_apart(among(style), arriving(style)) == style
    areas = Layer("a", "Areas", "school", POLYGON, style=GREY)
    assert told_apart(among(GREY), areas) == GREY


def test_a_second_list_of_schools(tmp_path: Path) -> None:
    project = Project(crs="EPSG:3310")
    for number in (1, 2):
        path = tmp_path / f"schools_{number}.csv"
        path.write_text(f"school_id,school_name,latitude,longitude,level\n{number}1,One,34.05,-118.25,High\n{number}2,Two,34.06,-118.26,High\n", "utf-8")
        project, _ = operations.import_file(project, path, role="school")
    first, second = (layer.style for layer in reversed(project.layers_of("school")))
    assert (first.shape, second.shape) == ("circle", "triangle")
    assert first.fill != second.fill
