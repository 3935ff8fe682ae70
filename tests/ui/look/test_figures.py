"""Key figures beside each other where there is room, else below each other: never wider than the panel."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecomap.model.result import KeyFigure
from ecomap.model.said import name
from ecomap.ui.look.figures import GAP, FigureBox, FigureRow


@pytest.fixture
def shown(qtbot: QtBot) -> FigureRow:
    row = FigureRow([FigureBox(KeyFigure(one, name("Difference since the start"), -0.044, "points_change")) for one in ("first", "second")])
    qtbot.addWidget(row)
    row.show()
    return row


def needed(row: FigureRow) -> int:
    return sum(box.minimumSizeHint().width() for box in row.findChildren(FigureBox)) + GAP


@pytest.mark.parametrize(("more", "beside"), [(0, True), (-1, False)])
def test_either_side_of_the_room_for_both(shown: FigureRow, more: int, beside: bool) -> None:
    shown.resize(needed(shown) + more, 300)
    QApplication.processEvents()
    one, two = shown.findChildren(FigureBox)
    assert (one.y() == two.y()) is beside
    assert (one.width() == shown.width()) is not beside


def test_no_more_room_is_wanted_than_one_needs(shown: FigureRow) -> None:
    assert shown.minimumSizeHint().width() < needed(shown)
