"""A style resolved once: symbols, legend rows and what they say."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from attrs import evolve
from shapely.geometry import box

from ecomap.model.errors import InputError
from ecomap.model.layer import POINT, POLYGON, Column, Layer
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.render.paper.legend import MapLegend
from ecomap.render.style.drawing import resolve, resolved
from ecomap.render.style.legend import legend_blocks

Placed = tuple[Layer, gpd.GeoDataFrame]


def test_legend_counts_every_row_once(squares: Placed) -> None:
    drawing = resolve(*squares)
    assert sum(row.count for row in drawing.legend) == 100
    assert drawing.legend[-1].label == "no data"
    assert drawing.legend[-1].count == 2
    assert drawing.legend[-1].symbol.hatch


def test_the_highest_class_stands_on_top_and_is_darkest(squares: Placed) -> None:
    drawing = resolve(*squares)
    assert [row.class_index for row in drawing.legend] == [4, 3, 2, 1, 0, -1]
    assert drawing.legend[0].symbol.fill == "#54278F"


def test_without_missing_rows_there_is_no_such_row(squares: Placed) -> None:
    layer, frame = squares
    drawing = resolve(layer, frame[frame["need"].notna()])
    assert all(row.class_index >= 0 for row in drawing.legend)


def test_out_of_reach_by_reason_is_worst_not_missing(squares: Placed) -> None:
    layer, frame = squares
    frame = frame.assign(need_reason=[""] * 100)
    frame.loc[[3, 77], "need_reason"] = ["out_of_reach", "suppressed"]
    drawing = resolve(layer, frame)
    assert drawing.legend[0].label == "out of reach"
    assert drawing.class_index[3] == 5
    assert drawing.legend[-1].label == "no data: suppressed to protect small groups"
    assert drawing.legend[-1].count == 1


def test_numbers_in_the_legend_carry_their_unit(squares: Placed) -> None:
    layer, frame = squares
    layer = evolve(layer, columns=(Column("need", "Poverty", "share"),))
    drawing = resolve(layer, frame.assign(need=frame["need"] / 100))
    assert drawing.legend[0].label.endswith("99 %")
    assert drawing.legend_title == "Poverty"


@pytest.mark.parametrize("boundary", ["estimated", "approximate"])
def test_loose_boundaries_are_dashed_and_said(boundary: str, squares: Placed) -> None:
    _, frame = squares
    layer = Layer("areas", "Attendance areas", "attendance_area", POLYGON, boundary=boundary, style=LayerStyle(line="#56616C"))
    drawing = resolve(layer, frame)
    assert drawing.symbols[0].dash
    assert drawing.legend[0].label == f"Attendance areas ({boundary})"


def test_a_layer_that_mixes_boundaries_shows_both() -> None:
    frame = gpd.GeoDataFrame(
        {"id": ["1", "2", "3"], "boundary": ["official", "approximate", "approximate"]},
        geometry=[box(i, 0, i + 1, 1) for i in range(3)], crs="EPSG:3310",
    )  # fmt: skip
    drawing = resolve(Layer("zones", "Zones", "zone", POLYGON, style=LayerStyle(line="#007A66")), frame)
    assert [(row.symbol.dash, row.count) for row in drawing.legend] == [(False, 1), (True, 2)]
    assert drawing.legend[1].label == "Zones, approximate footprint"


def test_categories_have_colour_and_shape(dots: Placed) -> None:
    layer, frame = dots
    style = LayerStyle(kind=CATEGORISED, column="kind", symbols=(("community_school", "community_school", "circle"), ("linked_learning", "linked_learning", "diamond")))
    drawing = resolve(evolve(layer, style=style), frame.assign(kind=["linked_learning", "community_school", None]))
    assert [(s.fill, s.shape) for s in drawing.symbols] == [("#0072B2", "circle"), ("#E69F00", "diamond")]
    assert [row.label for row in drawing.legend] == ["Community schools", "Linked Learning", "no data"]


def test_a_missing_column_is_refused_in_words(squares: Placed) -> None:
    layer, frame = squares
    with pytest.raises(InputError, match="has no column 'need'"):
        resolve(layer, frame.drop(columns="need"))


def test_one_symbol_is_one_legend_row_without_title(dots: Placed) -> None:
    (block,) = legend_blocks([resolve(*dots)])
    assert block.title == ""
    assert [row.label for row in block.rows] == ["Schools"]


def test_two_answers_on_a_map_each_stand_under_their_name(dots: Placed, squares: Placed) -> None:
    def of(placed: Placed, answer: str, what: str) -> Placed:
        layer = evolve(placed[0], id=what, name=f"{answer} · {what}", what=what, result_id=answer)
        return layer, placed[1]

    far, near = of(dots, "Gaps, 1.0 mi", "Sites"), of(squares, "Need index", "Need by area")
    assert [block.title for block in legend_blocks([resolve(*far), resolve(*near)])] == ["Gaps, 1.0 mi", "Need index · Need by area"]
    assert [block.title for block in legend_blocks([resolve(*far)])] == [""]  # one answer: it is the title of the map


def test_a_name_that_stands_above_the_legend_is_not_said_again_in_its_blocks(dots: Placed, squares: Placed) -> None:
    """Nor where another answer is on the map, whose name is said."""
    def of(placed: Placed, answer: str, what: str) -> Any:
        return resolve(evolve(placed[0], id=what, name=f"{answer} · {what}", what=what, result_id=answer), placed[1])

    drawings = (of(squares, "Ties", "Lines"), of(dots, "Ties", "Schools"), of(squares, "Need index", "Need by area"))
    above = MapLegend("", drawings, above="Ties")
    assert [block.title for block in above.blocks()] == ["Lines", "", "Need index · Need by area"]
    assert [block.title for block in MapLegend("", drawings).blocks()] == ["Ties · Lines", "Ties", "Need index · Need by area"]


def test_rows_look_their_symbol_up(squares: Placed) -> None:
    drawing = resolve(*squares)
    assert drawing.symbol_of(99).fill == "#54278F"
    assert drawing.symbol_of(3).hatch
    assert np.asarray(drawing.class_index).dtype == np.int16


def test_resolving_again_is_from_memory_and_follows_the_style(squares: Placed) -> None:
    layer, frame = squares
    assert resolved(layer, frame) is resolved(layer, frame)
    other = layer.with_style(palette="blues")
    assert resolved(other, frame).symbols[-1].fill == "#12466F"


def test_what_is_quiet_is_drawn_small_and_counts_in_the_legend_as_before() -> None:
    style = LayerStyle(CATEGORISED, "w", symbols=(("a", "#3D4853", "square"), ("nobody", "#B8C0C8", "cross")), quiet=("nobody",))
    frame = gpd.GeoDataFrame({"id": list("123"), "w": ["a", "nobody", None]}, geometry=gpd.points_from_xy([0, 1, 2], [0, 1, 2]), crs=3310)
    drawing = resolve(Layer("schools", "Schools", "school", POINT, style=style), frame)
    assert drawing.sizes is not None
    assert drawing.sizes.tolist() == [1.0, 0.5, 1.0]  # a row without a word is no quiet one
    assert drawing.class_index.tolist() == [0, 1, -1]
    assert "size" not in drawing.legend_title
    plain = resolve(Layer("schools", "Schools", "school", POINT, style=evolve(style, quiet=())), frame)
    assert plain.sizes is None
