"""The legend on the map: under the name of the answer, following what is switched on, left of the middle, and folded by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shapely.geometry import Point

from ecomap.render.paper.legend import legend_words
from ecomap.ui.look.theme import THEME
from ecomap.ui.look.tokens import DARK
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.small_project import BOTTOM, LEFT
from tests.ui.conftest import LONG, settle


@pytest.fixture
def asked(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The town with its gaps on the map."""
    project = operations.run_analysis(window.desk.project, "need-index", {"draws": 0})[0]
    project = operations.run_analysis(project, "coverage-gap", {"radius_m": 800.0})[0]
    with qtbot.waitSignal(window.map.canvas.drawn, timeout=LONG):
        window.desk.replace(project, None)
    settle(qtbot, window)
    return window


def words(window: MainWindow) -> str:
    return legend_words(window.map.legend.body.legend)


def test_it_stands_under_the_name_of_the_answer_with_classes_no_data_and_sources(asked: MainWindow) -> None:
    legend = asked.map.legend
    assert legend.isVisible()
    answer = asked.desk.project.results[-1]
    assert legend.title.text() == answer.title
    said = words(asked)
    assert "highest fifth" in said
    assert "Gaps: no" in said
    assert "American Community Survey" in said or "U.S. Census Bureau" in said
    assert "2014-18" in said
    assert said in legend.accessibleDescription()


def test_it_follows_what_is_switched_on(asked: MainWindow, qtbot: QtBot) -> None:
    gaps = next(layer.id for layer in asked.desk.project.layers if layer.id.endswith("-gaps"))
    with qtbot.waitSignal(asked.map.canvas.drawn, timeout=LONG):
        asked.desk.apply(operations.set_visible(asked.desk.project, gaps, False), asked.desk.project.layer(gaps).name)
    assert "Gaps: no" not in words(asked)


def test_it_leaves_the_middle_of_the_map_free_and_what_stands_on_it(asked: MainWindow) -> None:
    room, canvas = asked.map.legend.room(), asked.map.canvas
    assert room.right() < canvas.width() / 2
    assert room.top() > canvas.title_box.bottom()
    assert room.bottom() < canvas.height() - 40  # the scale bar
    assert not room.intersects(asked.map.zoom.geometry())


def test_a_press_folds_it_to_a_word_and_the_next_opens_it(asked: MainWindow) -> None:
    legend = asked.map.legend
    whole = legend.room()
    QTest.mouseClick(legend.fold, Qt.MouseButton.LeftButton)
    assert legend.room().height() < whole.height() / 2
    assert legend.title.text() == "Legend"
    legend.fold.setFocus()
    QTest.keyClick(legend.fold, Qt.Key.Key_Space)
    assert legend.room() == whole


def test_a_card_and_the_legend_leave_each_other_room(asked: MainWindow, qtbot: QtBot) -> None:
    """Beside each other where the map is wide enough; else the legend folds as long as the card is open."""
    legend, whole = asked.map.legend, asked.map.legend.room()
    asked.map.open_card("schools", str(asked.desk.project.frame("schools")["id"].iloc[0]), whole.center())
    qtbot.waitUntil(asked.map.card.isVisible, timeout=LONG)
    assert not asked.map.card.geometry().adjusted(14, 14, -14, -14).intersects(legend.room())
    asked.map.card.dismiss()
    assert legend.room() == whole


def test_it_gives_way_to_a_hand_that_draws(asked: MainWindow) -> None:
    legend, whole = asked.map.legend, asked.map.legend.room()
    QTest.keyClick(asked.map.canvas, Qt.Key.Key_D)  # measures a distance
    assert legend.room().height() < whole.height() / 2
    QTest.keyClick(asked.map.canvas, Qt.Key.Key_Escape)
    assert legend.room() == whole


def test_its_colours_are_those_of_the_theme(asked: MainWindow, qtbot: QtBot) -> None:
    def fills() -> set[str]:
        return {row.symbol.fill for drawing in asked.map.legend.body.legend.drawings for row in drawing.legend}

    light = fills()
    with qtbot.waitSignal(asked.map.canvas.drawn, timeout=LONG):
        THEME.set(DARK)
    assert "#F2EFF6" in light
    assert "#F2EFF6" not in fills()


def test_places_astray_are_told_with_a_way_to_them(window: MainWindow, qtbot: QtBot) -> None:
    project = window.desk.project
    frame = project.frame("services")
    astray = frame.iloc[[0]].assign(id="astray", geometry=[Point(LEFT + 400_000, BOTTOM - 300_000)])
    with qtbot.waitSignal(window.map.canvas.drawn, timeout=LONG):
        window.desk.replace(project.with_layer(project.layer("services"), pd.concat([frame, astray], ignore_index=True)), None)
    settle(qtbot, window)
    legend, canvas = window.map.legend, window.map.canvas
    assert canvas.window_shown().right < LEFT + 20_000  # the stray did not throw the map
    assert legend.beyond.text() == "1 place lies outside this view."
    QTest.mouseClick(legend.show_beyond, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: canvas.window_shown().right > LEFT + 400_000, timeout=LONG)
    assert canvas.window_shown().bottom < BOTTOM - 300_000
    qtbot.waitUntil(lambda: not legend.beyond.text(), timeout=LONG)
    window.map.fit()
    qtbot.waitUntil(lambda: bool(legend.beyond.text()), timeout=LONG)
