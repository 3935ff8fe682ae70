"""Every question without a mouse: to its step, to the question, through its form, to the answer, round the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from ecomap.analysis import registry
from ecomap.ui.forms.fields import Field
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.panels.step import controls_in
from ecomap.ui.steps import STEPS, WORDS, Step
from ecomap.ui.window import MainWindow
from tests.ui.conftest import LONG, settle

ASKING = [(number, step) for number, step in enumerate(STEPS, start=1) if step.analyses]
CTRL = Qt.KeyboardModifier.ControlModifier


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focus(), key, modifier)


@pytest.fixture
def active(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    window.map.canvas.setFocus()
    return window


@pytest.mark.parametrize(("number", "step"), ASKING, ids=[step.key for _, step in ASKING])
def test_every_question_of_a_step_is_chosen_and_asked_with_keys_alone(
    active: MainWindow, qtbot: QtBot, number: int, step: Step
) -> None:
    press(Qt.Key(Qt.Key.Key_0 + number), CTRL)
    panel = active.panels[step.key]
    assert active.step == step.key
    assert isinstance(panel, QuestionPanel)
    for place, name in enumerate(panel.step.analyses):
        go_to_step(active, panel)
        choose(panel, place, qtbot)
        assert panel.current == name
        qtbot.waitUntil(lambda: panel.form is not None and panel.form.isVisible(), timeout=LONG)
        assert panel.form is not None
        passed = tab_to(panel.page.ask if not panel.page.lacking.roles else controls_in(panel.page.lacking)[0])
        assert set(fields_of(panel, passed)) == {
            field for field in panel.form.fields.values() if field.isVisible() and controls_in(field)
        }
        if panel.page.lacking.roles:
            assert not panel.page.ask.isEnabled()
            continue
        press(Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: panel.result is not None or active.map.bar.isVisible(), timeout=LONG)
        qtbot.waitUntil(lambda: not active.desk.worker.runner.busy, timeout=LONG)
        if active.map.bar.isVisible():  # a refusal says what to do, and Escape takes it away
            assert active.map.bar.said is not None
            assert active.map.bar.said.hint
            active.map.canvas.setFocus()
            press(Qt.Key.Key_Escape)
            assert not active.map.bar.isVisible()


def go_to_step(window: MainWindow, panel: QuestionPanel) -> None:
    """F6 until the keyboard is in the step's panel, at its first control."""
    window.map.canvas.setFocus()
    for _ in range(5):
        press(Qt.Key.Key_F6)
        if panel.isAncestorOf(focus()):
            break
    assert focus() is panel.others


def choose(panel: QuestionPanel, place: int, qtbot: QtBot) -> None:
    """Another question from the menu of questions."""
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    for _ in range(place + 1):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    panel.window().activateWindow()  # offscreen nobody gives the window back what the menu took
    assert QTest.qWaitForWindowActive(panel.window())
    panel.others.setFocus()


def tab_to(target: QWidget) -> list[QWidget]:
    """Tab until a control has the keyboard; what was passed on the way."""
    passed: list[QWidget] = []
    while focus() is not target:
        assert focus() not in passed, f"Tab turns round before {target.accessibleName()}"
        passed.append(focus())
        press(Qt.Key.Key_Tab)
    return passed


def fields_of(panel: QuestionPanel, passed: list[QWidget]) -> list[Field]:
    assert panel.form is not None
    return [field for field in panel.form.fields.values() if any(field.isAncestorOf(one) for one in passed)]


def test_tab_goes_round_the_whole_window(active: MainWindow, qtbot: QtBot) -> None:
    active.show_step("assets")
    panel = active.panels["assets"]
    assert isinstance(panel, QuestionPanel)
    qtbot.waitUntil(lambda: panel.form is not None, timeout=LONG)
    active.map.canvas.setFocus()
    passed: list[QWidget] = []
    while focus() not in passed:
        passed.append(focus())
        press(Qt.Key.Key_Tab)
    assert focus() is active.map.canvas
    assert {active.tree, active.search, active.table.filter, active.table.tabs, panel.others, panel.page.ask} <= set(passed)


def test_a_row_is_chosen_and_the_part_left_with_keys(active: MainWindow, qtbot: QtBot) -> None:
    active.show_step("assets")
    panel = active.panels["assets"]
    assert isinstance(panel, QuestionPanel)
    qtbot.waitUntil(lambda: panel.form is not None, timeout=LONG)
    with qtbot.waitSignal(active.desk.answered, timeout=LONG):
        panel.run()
    settle(qtbot, active)
    active.map.canvas.setFocus()
    press(Qt.Key.Key_F6)
    assert focus() is active.table.picture
    press(Qt.Key.Key_Down)
    assert active.desk.selection[0] == "schools"
    press(Qt.Key.Key_F6)
    assert panel.isAncestorOf(focus())


def test_a_bar_of_the_chart_opens_its_rows_with_return(active: MainWindow, qtbot: QtBot) -> None:
    from ecomap.ui.look.charts import BarChart

    panel = active.panels["assets"]
    assert isinstance(panel, QuestionPanel)
    active.show_step("assets")
    qtbot.waitUntil(lambda: panel.form is not None, timeout=LONG)
    with qtbot.waitSignal(active.desk.answered, timeout=LONG):
        panel.run()
    settle(qtbot, active)
    chart = panel.answer.findChildren(BarChart)[-1]
    chart.setFocus()
    press(Qt.Key.Key_Down)
    with qtbot.waitSignal(active.table.rows_asked) as asked:
        press(Qt.Key.Key_Return)
    assert asked.args[0] == chart.bars[1][0]
    assert asked.args[1].startswith("school/")
    assert active.table.current_key().endswith(":sets")
    dialog = QApplication.activeModalWidget() or next(d for d in active.findChildren(QWidget) if d.isWindow() and d.isVisible())
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_every_menu_opens_with_its_letter(window: MainWindow) -> None:
    titles = [action.text() for action in window.menuBar().actions()]
    letters = [title[title.index("&") + 1].lower() for title in titles]
    assert len(set(letters)) == len(letters) == 8


@pytest.mark.parametrize("name", registry.names())
def test_every_question_is_found_by_the_words_on_its_button(window: MainWindow, name: str) -> None:
    from ecomap.ui.commands.search import everything

    words = WORDS[name].ask if name in WORDS else name.replace("-", " ").capitalize()
    found = next(one for one in everything(window) if one.text == words and one.second.startswith("Question"))
    found.go()
    panel = window.panels[window.step]
    assert isinstance(panel, QuestionPanel)
    assert panel.current == name
