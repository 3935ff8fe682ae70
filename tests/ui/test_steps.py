"""The steps and their questions: the strip, the menu of other questions, one form and answer per question."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from ecomap.analysis import registry
from ecomap.model.params import plain_params
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.steps import STEPS, WORDS, step_after
from ecomap.ui.window import MainWindow
from tests.ui.conftest import LONG, settle

LEFT = Qt.MouseButton.LeftButton


def need_panel(window: MainWindow) -> QuestionPanel:
    window.show_step("need")
    panel = window.panels["need"]
    assert isinstance(panel, QuestionPanel)
    return panel


@pytest.mark.parametrize("name", registry.names())
def test_the_light_table_of_steps_agrees_with_the_analyses(name: str) -> None:
    assert name in registry.names_of_step(registry.analysis(name).step)


def test_the_strip_holds_the_steps_in_the_order_of_work() -> None:
    order = ["data", "need", "assets", "gaps", "plan", "money", "share"]
    keys = [step.key for step in STEPS]
    assert keys == [key for key in order if key in keys]
    assert {"data", "share"} <= set(keys)
    assert all(step.analyses for step in STEPS if step.key not in ("data", "share"))
    assert step_after("data").key == "need"
    assert step_after("share").key == "share"


def test_each_step_has_its_number_as_a_key(window: MainWindow) -> None:
    for number, step in enumerate(STEPS, start=1):
        action = window.menus.actions[f"step_{step.key}"]
        assert action.shortcut().toString() == f"Ctrl+{number}"
        action.trigger()
        assert window.step == step.key


def test_another_question_is_chosen_from_the_menu_with_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    panel = need_panel(window)
    panel.others.setFocus()
    qtbot.keyClick(panel.others, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    questions = [action.text() for action in menu.actions()]
    assert questions[0] == WORDS["need-index"].title
    assert len(questions) == len(registry.names_of_step("need"))
    assert [action.isChecked() for action in menu.actions()].index(True) == 0
    assert all(action.toolTip() for action in menu.actions())
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.current == "sensitivity")
    titles = [found.text() for found in panel.findChildren(QLabel) if found.isVisible()]
    assert registry.analysis("sensitivity").question in titles
    qtbot.waitUntil(lambda: panel.form is not None and panel.form.isVisible())
    assert not panel.pages["need-index"].isVisible()


@pytest.mark.parametrize("name", [name for step in ("need", "gaps", "plan") for name in registry.names_of_step(step)])
def test_every_question_has_a_form_that_can_be_looked_at(window: MainWindow, qtbot: QtBot, name: str) -> None:
    step = registry.analysis(name).step
    window.show_step(step)
    panel = window.panels[step]
    assert isinstance(panel, QuestionPanel)
    panel.choose(name)
    qtbot.waitUntil(lambda: panel.form is not None and panel.form.isVisible())
    assert panel.page.ask.isVisible()
    assert panel.answer.isVisible()


def test_each_question_keeps_its_own_answer(window: MainWindow, qtbot: QtBot) -> None:
    panel = need_panel(window)
    panel.choose("sensitivity")
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.mouseClick(panel.page.ask, LEFT)
    settle(qtbot, window)
    assert panel.answer.result is not None
    assert panel.answer.result.analysis == "sensitivity"
    assert window.table.current_key().startswith(f"result:{panel.answer.result.id}:")
    panel.choose("need-index")
    assert panel.answer.result is None


def test_a_question_asked_as_its_form_stands_gives_the_answer_of_its_defaults(window: MainWindow, qtbot: QtBot) -> None:
    window.show_step("assets")
    panel = window.panels["assets"]
    assert isinstance(panel, QuestionPanel)
    panel.choose("peers")
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.mouseClick(panel.page.ask, LEFT)
    settle(qtbot, window)
    assert panel.answer.result is not None
    assert panel.answer.result.provenance is not None
    given = panel.answer.result.provenance.params
    assert given == {**plain_params(registry.analysis("peers").params()), "as_of": window.desk.project.day}
