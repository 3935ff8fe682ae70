"""The legend of a picture: what has no room is told, and nothing is written over anything else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, QSize

from ecomap.render.paper.legend import WIDTH, MapLegend, draw_legend, legend_height, legend_words
from ecomap.render.paper.picture import prepare
from tests.render.pages import town_page
from tests.ui.fit import Painted, on_paper

pytestmark = pytest.mark.usefixtures("qapp")


def legend() -> MapLegend:
    prepared = prepare(town_page())
    return MapLegend("The town", prepared.drawings, ("Sources: a first line of them", "2 places lie outside this view."), prepared.speak)


def test_what_stands_over_it_is_not_said_again() -> None:
    prepared = prepare(town_page())
    title = next(block.title for block in MapLegend("", prepared.drawings, (), prepared.speak).blocks() if block.title)
    for made in (MapLegend("", prepared.drawings, (), prepared.speak, above=str(title)), MapLegend(str(title), prepared.drawings, (), prepared.speak)):
        assert str(title) not in [str(block.title) for block in made.blocks()]
        assert legend_words(made).count(str(title)) == (1 if made.title else 0)


def written(high: float) -> list[Painted]:
    return on_paper(QSize(round(WIDTH), round(high) + 40), 96, lambda painter: draw_legend(painter, QRectF(0, 0, WIDTH, high), legend()) and None)


@pytest.mark.parametrize("less", range(0, 200, 3))
def test_no_line_lies_over_another_however_low_it_is(less: int) -> None:
    lines = written(legend_height(legend(), WIDTH, 1.0) - less)
    over = [(one.text, other.text) for number, one in enumerate(lines) for other in lines[:number]
            if one.box.adjusted(1, 3, -1, -3).intersects(other.box.adjusted(1, 3, -1, -3))]
    assert over == []


def test_the_rest_is_told_only_where_there_is_one() -> None:
    whole = legend_height(legend(), WIDTH, 1.0)
    assert not any("more layer" in line.text for line in written(whole))
    assert any("more layer" in line.text for line in written(whole - 30))
