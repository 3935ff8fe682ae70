"""Answers on the wall: one at a time, by arrow keys, whole on every screen, and nothing private."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ecomap.render.paper.legend import legend_words
from ecomap.ui.map.card import CardPopover
from ecomap.ui.wall import SIZES, LargeBars, LargeRanks, Wall
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.ui.conftest import LONG, settle

Key = Qt.Key
QUESTIONS = ("coverage-gap", "priority", "need-index")


def walls() -> list[Wall]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, Wall) and one.isVisible()]


@pytest.fixture
def wall(window: MainWindow, qtbot: QtBot) -> Wall:
    project = window.desk.project
    for question in QUESTIONS:
        project, _ = operations.run_analysis(project, question, {})
    window.desk.replace(project, None)
    settle(qtbot, window)
    window.show_step("gaps")
    QTest.keyClick(window, Key.Key_F5)
    qtbot.waitUntil(lambda: len(walls()) == 1, timeout=LONG)
    return walls()[0]


def words(wall: Wall) -> str:
    return "\n".join(one.text() for one in wall.findChildren(QLabel) if one.isVisible())


def test_it_fills_the_screen_and_begins_with_the_answer_of_the_step(wall: Wall) -> None:
    assert wall.isFullScreen()
    assert wall.size() == wall.screen().size()
    assert wall.answer is wall.answers[0]
    assert wall.answer.analysis == "coverage-gap"


def test_arrow_keys_go_through_the_answers_and_stop_at_the_ends(wall: Wall) -> None:
    seen = [wall.answer]
    for key in (Key.Key_Right, Key.Key_Space, Key.Key_Right):
        QTest.keyClick(wall, key)
        seen.append(wall.answer)
    assert seen == [*wall.answers, wall.answers[-1]]
    for key in (Key.Key_Left, Key.Key_PageUp, Key.Key_Left):
        QTest.keyClick(wall, key)
    assert wall.answer is wall.answers[0]
    QTest.keyClick(wall, Key.Key_End)
    assert wall.answer is wall.answers[-1]
    QTest.keyClick(wall, Key.Key_Home)
    assert wall.answer is wall.answers[0]


def test_each_page_says_its_answer_whole_and_shows_its_bars_or_ranks(wall: Wall) -> None:
    for answer in wall.answers:
        assert wall.answer is answer
        said = words(wall).replace("\u00a0", " ")
        assert answer.title in said
        assert all(sentence in said.replace("\n", " ") for sentence in answer.sentence.split("; "))
        assert wall.findChildren(LargeRanks if answer.analysis == "priority" else LargeBars)
        QTest.keyClick(wall, Key.Key_Right)


def test_the_map_shows_the_answer_over_need_and_no_other_answer(wall: Wall) -> None:
    gaps, ranking, need = wall.answers
    for answer, others in ((gaps, {ranking.id}), (ranking, set()), (need, {gaps.id, ranking.id})):  # a ranking stands on its gaps
        assert wall.answer is answer
        shown = {layer.result_id for layer, _ in wall.canvas._placed if layer.result_id}
        assert answer.id in shown
        assert not shown & others
        QTest.keyClick(wall, Key.Key_Right)


@pytest.mark.parametrize("size", [(800, 600), (1280, 720), (1920, 1080), (3840, 2160)])
def test_everything_stands_whole_in_the_largest_type_that_fits(wall: Wall, size: tuple[int, int]) -> None:
    wall.showNormal()
    wall.resize(*size)
    for place in range(len(wall.answers)):
        wall.go_to(place)
        QApplication.processEvents()
        assert (wall.width(), wall.height()) == size
        for one in wall.findChildren(QLabel):
            if one.isVisible() and one.wordWrap():
                assert one.heightForWidth(one.width()) <= one.height(), one.text()
                assert one.mapTo(wall, QPoint(0, one.height())).y() <= size[1], one.text()
    assert wall.size_of_type == SIZES[0] if size[0] > 3000 else wall.size_of_type < SIZES[0] or size[0] > 1300


def test_a_legend_says_what_the_map_shows(wall: Wall, qtbot: QtBot) -> None:
    def said() -> str:
        return legend_words(wall.legend._legend) if wall.legend.isVisible() else ""

    qtbot.waitUntil(lambda: "no partner service in reach" in said(), timeout=LONG)
    assert wall.legend.geometry().right() < wall.canvas.width() / 2
    assert wall.canvas.rect().contains(wall.legend.geometry())
    QTest.keyClick(wall, Key.Key_End)
    qtbot.waitUntil(lambda: "no partner service in reach" not in said() != "", timeout=LONG)


def test_a_press_on_the_map_opens_nothing(wall: Wall, qtbot: QtBot) -> None:
    heard: list[object] = []
    wall.canvas.clicked.connect(lambda *found: heard.append(found))
    qtbot.waitUntil(lambda: wall.canvas.scene() is not None, timeout=LONG)
    qtbot.mouseClick(wall.canvas, Qt.MouseButton.LeftButton, pos=wall.canvas.rect().center())
    qtbot.mouseDClick(wall.canvas, Qt.MouseButton.LeftButton, pos=wall.canvas.rect().center())
    assert heard == []
    assert not wall.findChildren(CardPopover)
    assert wall.cursor().shape() == Qt.CursorShape.BitmapCursor
    assert wall.canvas.cursor().shape() == Qt.CursorShape.BitmapCursor


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_F5])
def test_a_key_goes_back_to_the_window_as_it_was(wall: Wall, window: MainWindow, key: Qt.Key) -> None:
    before = window.desk.project
    QTest.keyClick(wall, key)
    assert not walls()
    assert window.desk.project is before
    assert window.isVisible()


def test_answers_that_come_and_go_are_followed(wall: Wall, window: MainWindow) -> None:
    QTest.keyClick(wall, Key.Key_End)
    gone = wall.answers[-1]
    window.desk.apply(operations.remove_result(window.desk.project, gone.id), gone.title)
    assert wall.answer is wall.answers[-1]
    assert gone.title not in words(wall)
    window.desk.workspace.undo()
    assert len(wall.answers) == len(QUESTIONS)


def test_where_nothing_was_asked_it_says_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Key.Key_F5)
    qtbot.waitUntil(lambda: len(walls()) == 1, timeout=LONG)
    wall = walls()[0]
    assert "No question has been asked yet." in words(wall)
    assert not wall.back.isEnabled()
    assert not wall.onward.isEnabled()
    QTest.keyClick(wall, Key.Key_Right)
    QTest.keyClick(wall, Key.Key_Escape)
    assert not walls()
