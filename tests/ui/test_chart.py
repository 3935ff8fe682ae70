"""The chart beside the map: brushed with mouse and keys, linked both ways, those without a figure apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ecomap.model.project import Project
from ecomap.model.said import name
from ecomap.render.style.drawing import resolve
from ecomap.ui.dialogs.chart import ChartDialog
from ecomap.ui.window import MainWindow

Rest = Callable[[], None]
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def chart(window: MainWindow, rest: Rest, town: Project, qtbot: QtBot) -> ChartDialog:
    frame = town.frame("need-areas").copy()
    frame.loc[8, "poverty"] = np.nan
    frame.loc[7, "children"] = np.nan
    window.desk.apply(window.desk.project.with_layer(window.desk.project.layer("need-areas"), frame), name("two without a figure"))
    rest()
    window.map.tools.show_chart()
    rest()
    dialog = next(one for one in window.findChildren(ChartDialog) if one.isVisible())
    assert dialog.layer.currentData() == "need-areas"
    assert dialog.across.currentData() == "poverty", "what the map colours by"
    return dialog


def tracts(window: MainWindow) -> list[int]:
    return sorted(int(one[-1]) for one in window.desk.selection[1])


def test_a_bar_chooses_its_places_on_the_map_and_in_the_table(window: MainWindow, chart: ChartDialog, rest: Rest) -> None:
    plot = chart.plot
    window.desk.table_asked.emit("need-areas")
    low = plot.bar_box(0).center().toPoint()
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, low)
    first = tracts(window)
    assert first
    assert max(first) < 9
    assert len(window.table.view.selectionModel().selectedRows()) == len(first)
    last = plot.bar_box(len(plot._edges) - 2).center().toPoint()
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, SHIFT, last)
    assert set(first) < set(tracts(window))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, CTRL, low)
    assert not set(first) & set(tracts(window))
    rest()


def test_those_without_a_figure_stand_apart_and_are_chosen_by_their_own_bar(window: MainWindow, chart: ChartDialog, rest: Rest) -> None:
    assert chart.summary.text() == "8 places drawn · 1 has no figure"
    QTest.mouseClick(chart.plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, chart.plot.bar_box(-1).center().toPoint())
    assert tracts(window) == [9]
    assert "1 chosen" in chart.summary.text()
    room = chart.plot.room().toRect()
    QTest.mousePress(chart.plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, room.topLeft() + QPoint(1, 1))
    QTest.mouseMove(chart.plot, room.center())
    QTest.mouseRelease(chart.plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, room.bottomRight())
    assert tracts(window) == [1, 2, 3, 4, 5, 6, 7, 8], "no brush over the numbers finds who has none"
    rest()


def test_what_is_chosen_elsewhere_is_seen_in_the_chart(window: MainWindow, chart: ChartDialog, rest: Rest) -> None:
    before = chart.plot.grab().toImage()
    window.desk.select("need-areas", ["06037000001"])
    assert chart.plot._chosen.tolist() == [True] + [False] * 8
    assert chart.plot.grab().toImage() != before
    window.desk.select("schools", ["01964733000001"])
    assert not chart.plot._chosen.any()
    rest()


def test_two_numbers_with_margins_and_a_brush(window: MainWindow, chart: ChartDialog, rest: Rest) -> None:
    chart.up.setCurrentIndex(chart.up.findData("children"))
    rest()
    plot = chart.plot
    assert plot.drawn is not None
    assert plot.drawn.rows.x_moe[0] == pytest.approx(0.02)
    assert plot.drawn.rows.y_moe is not None
    assert plot.drawn.rows.y_moe[0] == pytest.approx(10.0)
    assert chart.summary.text() == "7 places drawn · 2 have no figure"
    x, y = plot.places()
    assert np.isnan(x[7])
    assert np.isnan(x[8])
    start, end = QPoint(int(x[1]) - 4, int(y[1]) - 30), QPoint(int(x[3]) + 4, int(y[3]) + 30)
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(plot, end)
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert tracts(window) == [2, 3, 4]
    with_whiskers = plot.grab().toImage()
    across = QPoint(int(x[5] + plot.drawn.rows.x_moe[5] / (plot._ends()[1] - plot._ends()[0]) * plot.room().width()) - 1, round(float(y[5])))
    assert with_whiskers.pixelColor(across) != with_whiskers.pixelColor(across + QPoint(0, 9)), "its margin reaches beyond the dot"
    rest()


def test_dots_have_the_colours_of_the_map(window: MainWindow, chart: ChartDialog) -> None:
    project = window.desk.project
    drawing = resolve(project.layer("need-areas"), project.frame("need-areas"), project.day)
    assert chart.plot.drawn is not None
    assert chart.plot.drawn.colours == tuple(drawing.symbol_of(n).fill for n in range(9))
    assert len(set(chart.plot.drawn.colours)) > 3


def test_by_keys_alone_and_said_to_a_screen_reader(window: MainWindow, chart: ChartDialog, rest: Rest) -> None:
    plot = chart.plot
    assert "Histogram of Children in poverty" in plot.accessibleName()
    plot.setFocus()
    for _ in range(2):
        QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.accessibleName().endswith("place") or plot.accessibleName().endswith("places")
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert tracts(window)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.accessibleName().endswith("No figure")
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert tracts(window) == [9]
    rest()


def test_a_chart_that_was_closed_listens_no_more(window: MainWindow, chart: ChartDialog, rest: Rest, town: Project, qtbot: QtBot) -> None:
    chart.close()
    qtbot.waitUntil(lambda: not window.findChildren(ChartDialog))
    window.desk.select("need-areas", (str(town.frame("need-areas")["id"].iloc[0]),))
    rest()
    assert window.desk.selection[0] == "need-areas"
