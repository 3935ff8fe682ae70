"""The tools of the map, by mouse and keys: what they choose, what it comes to, what they measure, and how they end."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import geopandas as gpd
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from shapely.geometry import Point, box

from ecomap.model.layer import POINT, POLYGON, Column, Layer
from ecomap.model.project import Project, View
from ecomap.model.said import name
from ecomap.model.units import METRIC, US, choose_system
from ecomap.ui.dialogs.choosing import DistanceDialog, ValueDialog
from ecomap.ui.map.hand import AREA, BOX, LASSO, PATH
from ecomap.ui.map.hand import POLYGON as CORNERS
from ecomap.ui.window import MainWindow
from tests.small_project import BOTTOM, CRS, LEFT, SIDE

NONE, SHIFT, CTRL, ALT = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
                          Qt.KeyboardModifier.AltModifier)
Rest = Callable[[], None]
Kilometres = tuple[float, float]


def at(window: MainWindow, place: Kilometres) -> QPoint:
    """Where a place of the town, in kilometres from its corner, is on the canvas."""
    x, y = window.map.canvas.window_shown().to_screen(LEFT + place[0] * SIDE, BOTTOM + place[1] * SIDE)
    return QPoint(round(x), round(y))


def drag(window: MainWindow, places: list[Kilometres], held: Qt.KeyboardModifier = NONE) -> None:
    canvas = window.map.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, held, at(window, places[0]))
    for place in places[1:]:
        here = QPointF(at(window, place))
        QApplication.sendEvent(canvas, QMouseEvent(
            QEvent.Type.MouseMove, here, canvas.mapToGlobal(here), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, held))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, held, at(window, places[-1]))


def click(window: MainWindow, place: Kilometres, held: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(window.map.canvas, Qt.MouseButton.LeftButton, held, at(window, place))


def to_scale(window: MainWindow) -> None:
    """The town in the middle, a kilometre in a hundred pixels: places fall on whole pixels however much of the map is free."""
    window.map.canvas.set_view(View(LEFT + 1.5 * SIDE, BOTTOM + 1.5 * SIDE, 0.1))


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.map.canvas, key)


def tracts(window: MainWindow) -> list[int]:
    """Numbers of the tracts that are chosen."""
    layer_id, ids = window.desk.selection
    return sorted(int(one[-1]) for one in ids) if layer_id == "need-areas" else []


def test_a_box_chooses_adds_and_takes_away(window: MainWindow, rest: Rest) -> None:
    press(window, Qt.Key.Key_B)
    assert window.map.tools.hand.tool == BOX
    assert window.map.tools.bar.tools[BOX].isChecked()
    assert "areas with most of their ground inside" in window.chosen.text.text()
    drag(window, [(-0.2, -0.2), (1.0, 0.5), (1.6, 1.0)])
    rest()
    assert tracts(window) == [1, 2]
    assert window.chosen.text.text() == "200 ± 14 children in 2 tracts · 1 service · most of their ground inside"
    drag(window, [(2.1, 2.1), (2.9, 2.9)], SHIFT)
    rest()
    assert tracts(window) == [1, 2, 9]
    for held in (CTRL, ALT):
        drag(window, [(0.05, 0.05), (0.95, 0.95)], held)
        rest()
        assert tracts(window) == [2, 9]
    drag(window, [(-0.2, 0.9), (3.2, 2.1)])
    rest()
    assert tracts(window) == [4, 5, 6]


def test_half_of_the_ground_is_not_most_of_it_and_the_choice_is_the_planners(window: MainWindow, rest: Rest) -> None:
    tools = window.map.tools
    press(window, Qt.Key.Key_B)
    drag(window, [(-0.2, -0.2), (1.3, 1.0)])
    rest()
    assert tracts(window) == [1]
    menu = tools.menu()
    next(action for action in menu.actions() if action.text() == "Any part inside").trigger()
    drag(window, [(-0.2, -0.2), (1.3, 0.9)])
    rest()
    assert tracts(window) == [1, 2]
    assert "any part inside" in window.chosen.text.text()


def test_a_lasso_follows_the_hand(window: MainWindow, rest: Rest) -> None:
    press(window, Qt.Key.Key_L)
    assert window.map.tools.hand.tool == LASSO
    drag(window, [(-0.3, -0.3), (3.3, -0.3), (3.3, 1.1), (1.1, 1.1), (1.1, 3.3), (-0.3, 3.3)])
    rest()
    assert tracts(window) == [1, 2, 3, 4, 7]
    assert window.map.tools.hand.points == []


def test_corners_are_clicked_and_a_double_click_closes(window: MainWindow, rest: Rest) -> None:
    to_scale(window)
    press(window, Qt.Key.Key_P)
    assert window.map.tools.hand.tool == CORNERS
    for corner in [(-0.2, -0.2), (2.4, -0.2), (-0.2, 2.4)]:
        click(window, corner)
    QTest.mouseDClick(window.map.canvas, Qt.MouseButton.LeftButton, NONE, at(window, (-0.2, 2.4)))
    rest()
    assert tracts(window) == [1, 2, 4]


def test_clicking_the_first_corner_closes_too_and_backspace_takes_one_back(window: MainWindow, rest: Rest) -> None:
    press(window, Qt.Key.Key_P)
    for corner in [(-0.2, -0.2), (1.1, -0.2), (3.2, 3.2)]:
        click(window, corner)
    press(window, Qt.Key.Key_Backspace)
    assert len(window.map.tools.hand.points) == 2
    for corner in [(1.1, 1.1), (-0.2, 1.1), (-0.2, -0.2)]:
        click(window, corner)
    rest()
    assert tracts(window) == [1]


def test_escape_ends_every_tool_and_what_it_had_drawn(window: MainWindow) -> None:
    for key in (Qt.Key.Key_B, Qt.Key.Key_L, Qt.Key.Key_P):
        press(window, key)
        click(window, (0.5, 0.5))
        press(window, Qt.Key.Key_Escape)
        assert window.map.tools.hand.tool == ""
        assert window.map.tools.hand.points == []
    assert not any(button.isChecked() for button in window.map.tools.bar.tools.values())


def test_with_the_keys_alone(window: MainWindow, rest: Rest) -> None:
    """Return sets a corner in the middle of the map, the arrows move the map under it."""
    to_scale(window)
    canvas = window.map.canvas
    press(window, Qt.Key.Key_B)
    press(window, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        press(window, key)
    x, y = canvas.view().x, canvas.view().y
    press(window, Qt.Key.Key_Return)
    rest()
    right, top = (x - LEFT) / SIDE, (y - BOTTOM) / SIDE
    expected = [3 * row + column + 1 for row in range(3) for column in range(3)
                if _overlap(column, 1.5, right) * _overlap(row, 1.5, top) > 0.5]
    assert tracts(window) == expected


def _overlap(start: float, low: float, high: float) -> float:
    return max(min(start + 1, high) - max(start, low), 0.0)


def test_a_click_with_shift_or_control_changes_one_of_the_same_layer(window: MainWindow, rest: Rest) -> None:
    window.desk.select("need-areas", ["06037000001", "06037000002"])
    click(window, (1.5, 1.5), SHIFT)  # a school stands here, but tracts are chosen
    assert tracts(window) == [1, 2, 5]
    click(window, (0.5, 0.2), CTRL)
    assert tracts(window) == [2, 5]
    assert not window.map.card.isVisible()
    rest()


def test_by_value_missing_is_never_chosen(window: MainWindow, rest: Rest, town: Project) -> None:
    frame = town.frame("need-areas").copy()
    frame.loc[8, "poverty"] = float("nan")
    window.desk.apply(window.desk.project.with_layer(town.layer("need-areas"), frame), name("x"))
    window.map.tools.choose_by_value()
    dialog = _dialog(window, ValueDialog)
    dialog.layer.setCurrentIndex(dialog.layer.findData("need-areas"))
    dialog.column.setCurrentIndex(dialog.column.findData("poverty"))
    assert not dialog.take.isEnabled()
    QTest.keyClicks(dialog.value, "many")
    assert "no number" in dialog.problem.text()
    dialog.value.setEditText("")
    QTest.keyClicks(dialog.value, "70")
    assert dialog.unit.text() == "%"
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    rest()
    assert tracts(window) == [7, 8]
    window.map.tools.choose_by_value()
    dialog = _dialog(window, ValueDialog)
    dialog.column.setCurrentIndex(dialog.column.findData("poverty"))
    dialog.compare.setCurrentIndex(dialog.compare.findData("no_figure"))
    dialog.manner.setCurrentIndex(dialog.manner.findData("add"))
    assert not dialog.value.isEnabled()
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    rest()
    assert tracts(window) == [7, 8, 9]


@pytest.mark.parametrize(("system", "reach", "count"), [(US, "0.63", 3), (US, "0.62", 1), (METRIC, "1.001", 3), (METRIC, "0.99", 1)])
def test_by_distance_in_the_units_of_the_setting(window: MainWindow, rest: Rest, system: str, reach: str, count: int) -> None:
    choose_system(system)
    try:
        window.map.tools.choose_by_distance()
        first = _dialog(window, DistanceDialog)
        assert not first.take.isEnabled(), "from nothing there is no distance"
        first.reject()
        window.desk.select("schools", ["01964733000002"])
        window.map.tools.choose_by_distance()
        dialog = _dialog(window, DistanceDialog)
        dialog.layer.setCurrentIndex(dialog.layer.findData("schools"))
        dialog.reach.selectAll()
        QTest.keyClicks(dialog.reach, reach)
        QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
        rest()
        assert len(window.desk.selection[1]) == count
    finally:
        choose_system("")


def _dialog(window: MainWindow, kind: type[QDialog]) -> object:
    return next(one for one in window.findChildren(kind) if one.isVisible())


def test_the_filter_of_the_table_is_on_the_map_and_switched_off_there(window: MainWindow, rest: Rest, qtbot: QtBot) -> None:
    window.desk.table_asked.emit("need-areas")
    before = window.map.canvas.grab().toImage()
    QTest.keyClicks(window.table.filter, "tract 1")
    chip = window.map.tools.filter
    assert chip.isVisible()
    assert chip.words.text() == "Filter “tract 1”: 1 of 9 in “Census tracts”"
    veiled = window.map.canvas.grab().toImage()
    kept, left_out = at(window, (0.2, 0.2)), at(window, (2.2, 2.2))
    assert before.pixelColor(kept) == veiled.pixelColor(kept)
    assert before.pixelColor(left_out) != veiled.pixelColor(left_out)
    QTest.mouseClick(chip.off, Qt.MouseButton.LeftButton)
    assert window.table.filter.text() == ""
    assert not chip.isVisible()
    assert window.map.canvas.grab().toImage().pixelColor(left_out) == before.pixelColor(left_out)


@pytest.mark.parametrize(("system", "words"), [(US, "0.62 mi"), (METRIC, "1.00 km")])
def test_a_distance_is_measured_while_it_is_drawn(window: MainWindow, system: str, words: str) -> None:
    to_scale(window)
    choose_system(system)
    try:
        press(window, Qt.Key.Key_D)
        assert window.map.tools.hand.tool == PATH
        click(window, (0, 0))
        QTest.mouseMove(window.map.canvas, at(window, (1, 0)))
        assert window.chosen.text.text().startswith(words)
        click(window, (1, 0))
        QTest.mouseMove(window.map.canvas, at(window, (1, 1)))
        assert "last piece" in window.chosen.text.text()
        press(window, Qt.Key.Key_Escape)
        assert window.map.tools.hand.points == []
        assert window.map.tools.hand.tool == PATH, "cleared; a second Escape lays it down"
        press(window, Qt.Key.Key_Escape)
        assert window.map.tools.hand.tool == ""
    finally:
        choose_system("")


def test_an_area_is_measured_on_the_ground(window: MainWindow) -> None:
    choose_system(METRIC)
    try:
        press(window, Qt.Key.Key_A)
        assert window.map.tools.hand.tool == AREA
        for corner in [(0, 0), (2, 0), (2, 2), (0, 2)]:
            click(window, corner)
        QTest.mouseDClick(window.map.canvas, Qt.MouseButton.LeftButton, NONE, at(window, (0, 2)))
        said = window.chosen.text.text()
        assert float(said.partition(" sq km")[0]) == pytest.approx(4.0, abs=0.06)
        assert "around" in said
        press(window, Qt.Key.Key_Escape)
        assert window.map.tools.hand.points == []
    finally:
        choose_system("")


def test_the_map_goes_on_moving_under_a_tool(window: MainWindow) -> None:
    canvas = window.map.canvas
    press(window, Qt.Key.Key_P)
    click(window, (0, 0))
    before = canvas.view()
    press(window, Qt.Key.Key_Right)
    assert canvas.view() != before
    assert window.map.tools.hand.points[0] == pytest.approx((LEFT, BOTTOM), abs=10), "what is drawn stays on its ground"
    moved = canvas.view()
    drag(window, [(0.5, 0.5), (1.0, 1.0), (1.5, 1.0)])
    assert canvas.view() != moved
    assert len(window.map.tools.hand.points) == 1, "a drag moves the map and sets no corner"


def test_thousands_of_rows_are_chosen_without_a_pause(window: MainWindow, rest: Rest) -> None:
    """What the window's own thread works, in every slot that a choice of 4,900 areas or points runs through, whatever else the machine does."""
    side = 70
    grid = [(column, row) for row in range(side) for column in range(side)]
    areas = gpd.GeoDataFrame({"id": [f"a{n}" for n in range(len(grid))], "name": [f"Area {n:04}" for n in range(len(grid))], "children": 10.0},
                             geometry=[box(x * 100, y * 100, x * 100 + 100, y * 100 + 100) for x, y in grid], crs=CRS)
    dots = gpd.GeoDataFrame({"id": areas["id"], "name": areas["name"]}, geometry=[Point(x * 100 + 50, y * 100 + 50) for x, y in grid], crs=CRS)
    project = Project(title="Many", crs=CRS)
    project = project.with_layer(Layer("areas", name("Areas"), "need_area", POLYGON, columns=(Column("children", name("Children"), "count"),)), areas)
    project = project.with_layer(Layer("dots", name("Dots"), "school", POINT), dots)
    window.desk.replace(project, None)
    rest()
    ids = tuple(f"a{n}" for n in range(0, len(grid), 2))
    desk, table, paint = window.desk, window.table, window.map.canvas.repaint
    for layer_id in ("areas", "dots"):
        desk.table_asked.emit(layer_id)
        slots: tuple[tuple[str, Callable[[], object]], ...] = (
            ("choose", partial(desk.select, layer_id, ids)), ("paint", paint), ("choose others", partial(desk.select, layer_id, ids[1::2])),
            ("filter", partial(table.filter.setText, "1")), ("paint the veil", paint), ("unfilter", table.filter.clear),
            ("choose nothing", partial(desk.select, "", ())),
        )  # fmt: skip
        for label, do in slots:
            start = time.thread_time()
            do()
            took = time.thread_time() - start
            rest()
            assert took < 0.05, (layer_id, label, took)
