"""After a question was asked: the form folds to a line, the answer stands in view, earlier answers fold in the layer list,
and the map says which answer it shows."""

from __future__ import annotations

from typing import Any

import pandas as pd
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ecomap.analysis import registry
from ecomap.model.layer import Column
from ecomap.model.project import Project
from ecomap.model.units import metres
from ecomap.ui.look.theme import THEME
from ecomap.ui.map.card import SHADOW
from ecomap.ui.map.words import map_words
from ecomap.ui.models.cells import ROW_HEIGHT
from ecomap.ui.models.layers import ANSWER, EARLIER, KIND, LAYER, LAYER_ID
from ecomap.ui.models.table import FrameModel, Sheet
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.panels.table_view import TALL_ROW, fit_columns, table_view
from ecomap.ui.window import MainWindow
from ecomap.workspace.asked import earlier_answers
from tests.small_project import small_project
from tests.ui.conftest import LONG, settle

LEFT = Qt.MouseButton.LeftButton


def panel_of(window: MainWindow, qtbot: QtBot, analysis: str) -> QuestionPanel:
    step = registry.analysis(analysis).step
    window.show_step(step)
    panel = window.panels[step]
    assert isinstance(panel, QuestionPanel)
    panel.choose(analysis)
    qtbot.waitUntil(lambda: panel.form is not None)
    return panel


def ask(window: MainWindow, qtbot: QtBot, analysis: str, **values: Any) -> QuestionPanel:
    panel = panel_of(window, qtbot, analysis)
    assert panel.form is not None
    panel.form.set_values(values)
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.mouseClick(panel.ask, LEFT)
    settle(qtbot, window)
    return panel


def top_in_view(panel: QuestionPanel) -> int:
    return panel.answer.mapTo(panel.area.viewport(), QPoint(0, 0)).y()


def test_a_long_form_folds_to_a_line_and_the_answer_stands_in_view(window: MainWindow, qtbot: QtBot) -> None:
    panel = ask(window, qtbot, "plan", radius_m=metres(0.5), sites=1)
    page = panel.page
    assert panel.form is not None
    assert not panel.form.isVisible()
    assert page.asked.isVisible()
    assert "0.5 mi" in page.asked.words.text()
    assert "How many new schools: 1" in page.asked.words.text()
    qtbot.waitUntil(lambda: 0 <= top_in_view(panel) < panel.area.viewport().height() / 2)


def test_change_brings_the_form_back_with_the_keyboard_in_it(window: MainWindow, qtbot: QtBot) -> None:
    panel = ask(window, qtbot, "plan", radius_m=metres(0.5), sites=1)
    page, form = panel.page, panel.form
    assert form is not None
    page.asked.change.setFocus()
    qtbot.keyClick(page.asked.change, Qt.Key.Key_Space)
    assert form.isVisible()
    assert not page.asked.isVisible()
    at = window.focusWidget()
    assert at is not None
    assert form.isAncestorOf(at)
    panel.choose("priority")
    panel.choose("plan")
    assert form.isVisible()  # as it was left


def test_a_short_form_stays(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1200, 1400)
    panel = ask(window, qtbot, "roles")
    assert panel.form is not None
    assert panel.form.isVisible()
    assert not panel.page.asked.isVisible()


def test_the_keyboard_leaves_a_form_that_folds_for_the_button_that_asks(window: MainWindow, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot, "priority")
    assert panel.form is not None
    box = panel.form.fields["radius_m"].box  # type: ignore[attr-defined]
    box.setFocus()
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        window.menus.actions["step_run"].trigger()
    settle(qtbot, window)
    assert not panel.form.isVisible()
    assert window.focusWidget() is panel.ask


def test_undo_brings_the_settings_of_the_answer_before(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot, "priority", radius_m=metres(0.5))
    panel = ask(window, qtbot, "priority", radius_m=metres(2.0))
    assert panel.form is not None
    window.menus.actions["undo"].trigger()
    settle(qtbot, window)
    assert panel.form.values()["radius_m"] == metres(0.5)
    assert "0.5 mi" in panel.page.asked.words.text()
    window.menus.actions["undo"].trigger()
    settle(qtbot, window)
    assert panel.result is None
    assert panel.form.isVisible()


def earlier_line(window: MainWindow) -> Any:
    tree = window.tree
    heads = [tree.layers.index(row, 0) for row in range(tree.layers.rowCount())]
    lines = [tree.layers.index(row, 0, head) for head in heads for row in range(tree.layers.rowCount(head))]
    return next((line for line in lines if line.data(KIND) == EARLIER), None)


def test_earlier_answers_fold_under_a_line_that_tells_them_apart(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot, "priority", radius_m=metres(0.5))
    assert earlier_line(window) is None
    ask(window, qtbot, "priority", radius_m=metres(2.0))
    tree, line = window.tree, earlier_line(window)
    assert line is not None
    assert line.data() == "Earlier answers (1)"
    below = tree.layers.index(line.row() + 1, 0, line.parent())
    assert below.data(KIND) == ANSWER
    assert below.data().endswith(", 0.5 mi")
    assert below.sibling(below.row() + 1, 0).data(KIND) == LAYER
    assert tree.isRowHidden(below.row(), line.parent())
    tree.scrollTo(line)
    qtbot.mouseClick(tree.viewport(), LEFT, pos=tree.visualRect(line).center())
    assert not tree.isRowHidden(below.row(), line.parent())
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    assert tree.isRowHidden(below.row(), line.parent())


def test_earlier_answers_are_removed_in_one_step_that_undo_takes_back(window: MainWindow, qtbot: QtBot) -> None:
    for reach in (0.5, 1.0, 2.0):
        ask(window, qtbot, "priority", radius_m=metres(reach))
    before = window.desk.project
    assert len(earlier_answers(before)) == 2
    window.tree.earlier_menu(earlier_line(window)).actions()[-1].trigger()
    assert earlier_answers(window.desk.project) == {}
    assert earlier_line(window) is None
    window.menus.actions["undo"].trigger()
    assert window.desk.project.results == before.results
    assert earlier_line(window).data() == "Earlier answers (2)"


def test_an_earlier_answer_that_is_on_the_map_is_in_sight(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot, "priority", radius_m=metres(0.5))
    ask(window, qtbot, "priority", radius_m=metres(2.0))
    line = earlier_line(window)
    below = window.tree.layers.index(line.row() + 1, 0, line.parent())
    assert window.tree.isRowHidden(below.row(), line.parent())
    window.desk.set_visible(below.data(LAYER_ID), True)
    settle(qtbot, window)
    line = earlier_line(window)  # the tree may have been drawn again
    assert not window.tree.isRowHidden(line.row() + 1, line.parent())


def test_the_map_says_that_the_answer_of_the_step_has_no_map(window: MainWindow, qtbot: QtBot) -> None:
    gaps = ask(window, qtbot, "coverage-gap").result
    assert gaps is not None
    panel = ask(window, qtbot, "peers")
    assert panel.result is not None
    assert not [layer for layer in window.desk.project.layers if layer.result_id == panel.result.id]
    title, second = map_words(window.desk.project, {}, "peers")
    assert title == gaps.title  # what the map shows
    assert second.startswith("No map for this answer: ")
    assert panel.result.title[1:] in second
    assert panel.answer.no_map.isVisible()
    assert not panel.answer.on_map.isVisible()


def test_an_answer_comes_back_on_the_map_and_undo_takes_it_away_again(window: MainWindow, qtbot: QtBot) -> None:
    gaps = ask(window, qtbot, "coverage-gap")
    assert gaps.result is not None
    gap_layers = {layer.id for layer in window.desk.project.layers if layer.result_id == gaps.result.id and layer.visible}
    assert gap_layers
    ask(window, qtbot, "access")
    shown = {layer.id for layer in window.desk.project.layers if layer.visible}
    assert not gap_layers & shown
    gaps.choose("coverage-gap")
    settle(qtbot, window)  # nobody presses a button that is not laid out yet
    assert "Switched off for this answer" in map_words(window.desk.project, {}, "coverage-gap")[1]
    assert gaps.answer.on_map.isVisible()
    press = gaps.answer.on_map
    gaps.area.ensureWidgetVisible(press)
    qtbot.waitUntil(lambda: press.visibleRegion().contains(press.rect().center()), timeout=LONG)
    qtbot.mouseClick(press, LEFT)
    qtbot.waitUntil(lambda: gap_layers <= {layer.id for layer in window.desk.project.layers if layer.visible}, timeout=LONG)
    settle(qtbot, window)
    assert map_words(window.desk.project, {}, "coverage-gap")[0] == gaps.result.title
    assert not gaps.answer.on_map.isVisible()
    window.menus.actions["undo"].trigger()
    assert {layer.id for layer in window.desk.project.layers if layer.visible} == shown


def test_an_empty_project_says_what_to_do_in_every_step(window: MainWindow, qtbot: QtBot) -> None:
    panel_of(window, qtbot, "coverage-gap")
    window.desk.replace(Project(), None)
    for step in ("need", "assets", "gaps", "plan", "money"):
        window.show_step(step)
        panel = window.panels[step]
        assert isinstance(panel, QuestionPanel)
        assert panel.page.lacking.isVisible()
        assert not panel.ask.isVisible()
        assert panel.form is None or not panel.form.isVisible()
        assert panel.page.lacking.bring.isVisible()
        way = panel.page.lacking.go
        qtbot.mouseClick(way, LEFT)
        assert window.step == "data"
    window.desk.replace(small_project(), None)
    settle(qtbot, window)
    window.show_step("gaps")
    gaps = window.panels["gaps"]
    assert isinstance(gaps, QuestionPanel)
    qtbot.waitUntil(lambda: gaps.form is not None and gaps.form.isVisible())
    assert gaps.ask.isVisible()
    assert not gaps.page.lacking.isVisible()


def test_the_data_step_names_what_is_still_to_bring_in(window: MainWindow, qtbot: QtBot) -> None:
    def said() -> list[str]:
        return [found.text() for found in window.panels["data"].findChildren(QLabel) if found.isVisibleTo(window)]

    window.show_step("data")
    assert "STILL TO BRING IN" not in said()
    town = window.desk.project
    for layer in town.layers:
        if layer.role != "school":
            town = town.without_layer(layer.id)
    window.desk.replace(town, None)
    settle(qtbot, window)
    assert "STILL TO BRING IN" in said()
    assert any(text.startswith("Areas with counts of children") for text in said())
    assert not any(text.startswith("Schools:") for text in said())


def test_long_words_take_two_lines_in_a_short_table_only(window: MainWindow) -> None:
    words = "It falls out if Census tract 2397.01 had 1,567 children instead of 1,788, which is 67 % of the margin of error"
    view = table_view()
    view.resize(600, 400)
    for rows, height in ((6, TALL_ROW), (60, ROW_HEIGHT)):
        frame = pd.DataFrame({"id": [str(n) for n in range(rows)], "name": "A school", "why": words})
        columns = (Column("id", "Id", hidden=True), Column("name", "Name"), Column("why", "What would change that"))
        model = FrameModel(Sheet("result:one:main", "Schools", frame, columns, ()))
        view.setModel(model)
        fit_columns(view, model)
        assert view.verticalHeader().defaultSectionSize() == height
        assert view.rowHeight(0) == height
    view.deleteLater()


def test_the_title_leaves_a_low_map_in_view_with_large_text(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot, "priority")
    THEME.set(scale=2.0)
    window.resize(1280, 800)
    settle(qtbot, window)
    canvas = window.map.canvas
    canvas.grab()
    assert canvas.title_box.height() < canvas.height() * 0.4
    assert canvas.title_box.right() < window.map.zoom.x() + SHADOW
    assert window.steps.width() >= window.panels["plan"].area.widget().minimumSizeHint().width()


def test_one_press_on_a_ranking_asks_for_the_plan_of_as_many_schools(window: MainWindow, qtbot: QtBot) -> None:
    panel = ask(window, qtbot, "priority", radius_m=metres(0.5), top=2)
    press = panel.answer.findChild(QPushButton, "lead-plan")
    assert press.text() == "Plan as many schools together"
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.mouseClick(press, LEFT)
    settle(qtbot, window)
    assert panel.current == "plan"
    plan = panel.result
    assert plan is not None
    assert plan.provenance is not None
    assert plan.provenance.params["sites"] == 2
    assert plan.provenance.params["radius_m"] == metres(0.5)
