"""A dragged setting, by real keys and mouse: what moves with the hand, what comes when it rests, what is kept and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ecomap.ui.forms.fields import DistanceField, NumberField
from ecomap.ui.models.table import FOLLOWS
from ecomap.ui.panels.question import QuestionPage, QuestionPanel
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.ui.conftest import LONG, settle

LEFT = Qt.MouseButton.LeftButton
MILE = 1609.344


def page_of(window: MainWindow, qtbot: QtBot, question: str, *, asked: bool = True, **given: Any) -> QuestionPage:
    """The page of a question, asked as given."""
    step = "gaps" if question in ("coverage-gap", "access") else "plan"
    window.show_step(step)
    window.activateWindow()
    panel = window.panels[step]
    assert isinstance(panel, QuestionPanel)
    panel.choose(question)
    assert panel.form is not None
    panel.form.set_values({"target": "service:*", **given})
    if asked:
        with qtbot.waitSignal(window.desk.answered, timeout=LONG):
            qtbot.mouseClick(panel.page.ask, LEFT)
        settle(qtbot, window)
    panel.page.open_form()
    return panel.page


def slide(page: QuestionPage, qtbot: QtBot, name: str, key: Qt.Key, times: int = 1) -> None:
    """Press an arrow key on a slider, and wait for the answer to it."""
    assert page.form is not None
    field = page.form.fields[name]
    assert isinstance(field, DistanceField | NumberField)
    assert field.slider is not None
    field.slider.setFocus()
    with qtbot.waitSignal(page.hand.moved, timeout=LONG, check_params_cb=lambda move: move.given == page.following.at):
        for _ in range(times):
            qtbot.keyClick(field.slider, key)


def rested(window: MainWindow, qtbot: QtBot) -> None:
    """Until the exact answer is there."""
    qtbot.waitUntil(lambda: window.desk.peek is not None, timeout=LONG)
    settle(qtbot, window)


def shown(page: QuestionPage, name: str) -> float | None:
    assert page.answer.result is not None
    return page.answer.result.figure(name).value


def test_figures_bars_table_and_map_move_with_the_key_and_nothing_is_kept(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot, "coverage-gap", radius_m=MILE)
    before, kept = window.desk.workspace.undo_label, window.desk.project
    out, table = shown(page, "children_out_of_reach"), window.table.model()
    assert table is not None
    cells = [table.text(row, n) for row in range(9) for n in range(table.columnCount())]
    slide(page, qtbot, "radius_m", Qt.Key.Key_Left, 4)
    assert "0.6 mi, while you drag" in page.held.words.text()
    assert not page.held.keep.isEnabled()
    assert (shown(page, "children_out_of_reach") or 0) > (out or 0)
    assert window.map.canvas.shade is not None
    assert "while you drag" in window.map.canvas._subtitle
    assert "while you drag" in window.table.summary.text()
    assert [table.text(row, n) for row in range(9) for n in range(table.columnCount())] != cells
    assert FOLLOWS in {table.text(0, n) for n in range(table.columnCount())}  # the sites in reach, which only the exact answer counts
    assert (window.desk.project, window.desk.workspace.undo_label) == (kept, before)


def dark(page: QuestionPage) -> list[str]:
    """The dark buttons that are seen."""
    return [one.text() for one in page.findChildren(QPushButton) if one.property("kind") == "primary" and one.isVisibleTo(page)]


def test_one_button_is_dark_while_an_answer_is_not_kept(window: MainWindow, qtbot: QtBot) -> None:
    """The one that keeps it; the one that asks is dark again when it is kept or left."""
    page = page_of(window, qtbot, "coverage-gap", radius_m=MILE)
    asks = dark(page)
    assert asks == [page.ask.text()]
    slide(page, qtbot, "radius_m", Qt.Key.Key_Left, 2)
    assert dark(page) == ["Keep this answer"]
    rested(window, qtbot)
    assert dark(page) == ["Keep this answer"]
    assert page.ask.isEnabled()
    qtbot.keyClick(page.held.leave, Qt.Key.Key_Escape)
    assert dark(page) == asks
    slide(page, qtbot, "radius_m", Qt.Key.Key_Left, 2)
    rested(window, qtbot)
    qtbot.mouseClick(page.held.keep, LEFT)
    settle(qtbot, window)
    assert dark(page) == asks


def test_the_exact_answer_follows_when_the_hand_rests_and_keeping_it_is_one_step(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot, "coverage-gap", radius_m=MILE)
    first = window.desk.project
    slide(page, qtbot, "radius_m", Qt.Key.Key_Left, 5)
    live = shown(page, "children_out_of_reach")
    rested(window, qtbot)
    assert window.desk.project is first
    assert "0.5 mi: not kept yet" in page.held.words.text()
    assert shown(page, "children_out_of_reach") == pytest.approx(live, abs=0.3)
    assert "not kept yet" in window.map.canvas._subtitle
    model = window.table.model()
    assert model is not None
    assert FOLLOWS not in {model.text(0, n) for n in range(model.columnCount())}
    qtbot.mouseClick(page.held.keep, LEFT)
    settle(qtbot, window)
    assert len(window.desk.project.results) == len(first.results) + 1
    assert not page.held.isVisible()
    _, right = operations.run_analysis(first, "coverage-gap", {"target": "service:*", "radius_m": 0.5 * MILE})
    assert page.result is not None
    assert [one.value for one in page.result.figures] == [one.value for one in right.figures]
    window.commands.do_undo()
    assert window.desk.project is first


def test_escape_goes_back_to_the_answer_and_the_settings_from_before(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot, "coverage-gap", radius_m=MILE)
    slide(page, qtbot, "radius_m", Qt.Key.Key_Left, 3)
    rested(window, qtbot)
    assert page.form is not None
    field = page.form.fields["radius_m"]
    assert isinstance(field, DistanceField)
    qtbot.keyClick(field.slider, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert field.value() == MILE
    assert page.answer.result is page.result
    assert not page.held.isVisible()
    assert window.map.canvas.shade is None
    assert window.desk.peek is None
    model = window.table.model()
    assert model is not None
    assert FOLLOWS not in {model.text(0, n) for n in range(model.columnCount())}
    assert "drag" not in window.map.canvas._subtitle + window.table.summary.text()


def test_the_mouse_drags_as_the_keys_do_also_where_nothing_was_asked_yet(window: MainWindow, qtbot: QtBot) -> None:
    """Change, ask and look are one: the slider alone brings the answer."""
    page = page_of(window, qtbot, "coverage-gap", asked=False)
    assert page.form is not None
    field = page.form.fields["radius_m"]
    assert isinstance(field, DistanceField)
    slider = field.slider
    y = slider.height() // 2
    with qtbot.waitSignal(page.hand.moved, timeout=LONG):
        qtbot.mousePress(slider, LEFT, pos=QPoint(round(slider.width() * 0.2), y))
        for share in (0.25, 0.3, 0.35):
            qtbot.mouseMove(slider, QPoint(round(slider.width() * share), y))
        qtbot.mouseRelease(slider, LEFT, pos=QPoint(round(slider.width() * 0.35), y))
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert page.answer.result is not None
    rested(window, qtbot)
    assert not window.desk.project.results
    qtbot.mouseClick(page.held.keep, LEFT)
    assert len(window.desk.project.results) == 1


def test_a_setting_that_does_not_follow_waits_until_it_is_asked(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot, "coverage-gap", radius_m=MILE)
    slide(page, qtbot, "radius_m", Qt.Key.Key_Left, 2)
    assert page.form is not None
    field = page.form.fields["detour"]
    assert isinstance(field, NumberField)
    assert field.slider is None
    field.box.setValue(1.1)
    assert not page.hand.active
    assert page.answer.result is page.result
    assert "asked now" in page.answer.otherwise_words.text()


def test_the_weight_of_need_and_the_number_of_schools_have_sliders_that_move_the_answer(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot, "priority", radius_m=600.0)
    slide(page, qtbot, "need_weight", Qt.Key.Key_Right, 3)
    assert "1.3" in page.held.words.text()
    rested(window, qtbot)
    plan = page_of(window, qtbot, "plan", asked=False, radius_m=600.0)
    slide(plan, qtbot, "sites", Qt.Key.Key_Left, 10)
    assert shown(plan, "schools_in_plan") == 2


def test_another_change_of_the_project_ends_what_follows_the_hand(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot, "coverage-gap", radius_m=MILE)
    slide(page, qtbot, "radius_m", Qt.Key.Key_Left, 2)
    rested(window, qtbot)
    window.desk.set_visible(window.desk.project.layers[0].id, not window.desk.project.layers[0].visible)
    settle(qtbot, window)
    assert window.desk.peek is None
    assert not page.hand.active
    assert page.answer.result is page.result


def test_a_window_that_is_closed_under_the_hand_begins_nothing_more(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = page_of(window, qtbot, "coverage-gap", radius_m=MILE)
    slide(page, qtbot, "radius_m", Qt.Key.Key_Left, 2)
    settle(qtbot, window)
    window.desk.look_away()
    begun: list[object] = []
    for worker in (window.desk.worker, window.desk.hand):
        monkeypatch.setattr(worker, "start", lambda label, *_, **__: begun.append(label))
    window.desk.closed = True
    page.hand.move({**page.following.at, "detour": 1.2})  # so that it would have to be made ready, and asked when the hand rests
    page.hand._ask()
    page.hand.again()
    assert begun == []
    page.hand.drop()


def test_access_follows_too(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot, "access", radius_m=MILE)
    slide(page, qtbot, "radius_m", Qt.Key.Key_Right, 4)
    live = shown(page, "children_out_of_reach")
    rested(window, qtbot)
    assert shown(page, "children_out_of_reach") == live


