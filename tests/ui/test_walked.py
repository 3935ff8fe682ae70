"""What a planner met who walked through the window for the first time: each a thing that once was otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QWidgetAction
from pytestqt.qtbot import QtBot

from ecomap.model.scenario import Change
from ecomap.ui import speech
from ecomap.ui.desk import Notice
from ecomap.ui.dialogs.scenario import OpenDialog
from ecomap.ui.forms.fields import DistanceField
from ecomap.ui.look.change_bars import ChangeBar, _numbers
from ecomap.ui.look.theme import THEME
from ecomap.ui.map.placing import Spot
from ecomap.ui.map.words import map_words
from ecomap.ui.outside import open_outside
from ecomap.ui.panels.question import QuestionPage, QuestionPanel
from ecomap.ui.panels.scenarios import ScenariosPage
from ecomap.ui.standing import remembered, restore
from ecomap.ui.window import MainWindow
from ecomap.workspace.settings import Settings
from tests.small_project import centre, small_project
from tests.ui.conftest import LONG, settle

LEFT = Qt.MouseButton.LeftButton
MILE = 1609.344
NORTH_EAST = centre(2, 2)


def question(window: MainWindow, step: str, analysis: str) -> QuestionPage:
    window.show_step(step)
    panel = window.panels[step]
    assert isinstance(panel, QuestionPanel)
    panel.choose(analysis)
    return panel.page


def ask(window: MainWindow, qtbot: QtBot, page: QuestionPage, **given: Any) -> None:
    assert page.form is not None
    page.form.set_values({"target": "service:*", **given})
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        page.run()
    settle(qtbot, window)


def drag(page: QuestionPage, qtbot: QtBot, times: int) -> None:
    assert page.form is not None
    page.open_form()
    field = page.form.fields["radius_m"]
    assert isinstance(field, DistanceField)
    with qtbot.waitSignal(page.hand.moved, timeout=LONG, check_params_cb=lambda move: move.given == page.following.at):
        for _ in range(times):
            QTest.keyClick(field.slider, Qt.Key.Key_Left)


def rest(window: MainWindow, qtbot: QtBot, page: QuestionPage) -> None:
    qtbot.waitUntil(lambda: page.held.keep.isEnabled(), timeout=LONG)
    settle(qtbot, window)


def test_the_first_drag_is_called_after_its_question(window: MainWindow, qtbot: QtBot) -> None:
    page = question(window, "gaps", "coverage-gap")
    drag(page, qtbot, 2)
    assert window.map.canvas._title.startswith("Gaps")
    assert "while you drag" in window.map.canvas._subtitle
    assert "Within" in window.map.canvas._subtitle


def test_a_second_drag_keeps_the_answer_in_title_legend_and_table(window: MainWindow, qtbot: QtBot) -> None:
    """The project and its schools came back in between, over ground that moved."""
    page = question(window, "gaps", "coverage-gap")
    drag(page, qtbot, 2)
    rest(window, qtbot, page)
    key, title = window.table.current_key(), window.map.canvas._title
    assert key.startswith("result:")
    assert any(one.layer.result_id for one in window.map.legend._drawings)
    drag(page, qtbot, 2)
    assert (window.table.current_key(), window.map.canvas._title) == (key, title)
    assert "while you drag" in window.map.canvas._subtitle
    assert "while you drag" in window.table.summary.text()
    assert any(one.layer.result_id for one in window.map.legend._drawings)
    assert not page.held.keep.isEnabled()


def test_the_figures_move_beside_the_slider(window: MainWindow, qtbot: QtBot) -> None:
    """On a laptop the answer lies below what can be seen."""
    page = question(window, "gaps", "coverage-gap")
    drag(page, qtbot, 2)
    assert "Children out of reach: " in page.held.more.text()
    rest(window, qtbot, page)
    assert "Children out of reach: " in page.held.more.text()


def test_the_map_says_within_what(window: MainWindow, qtbot: QtBot) -> None:
    page = question(window, "gaps", "coverage-gap")
    ask(window, qtbot, page, radius_m=0.5 * MILE)
    assert map_words(window.desk.project, {}, "coverage-gap")[1].startswith("Within 0.5 mi · Children out of reach: ")


def scenarios_page(window: MainWindow) -> ScenariosPage:
    window.show_scenarios()
    plan = window.panels["plan"]
    assert isinstance(plan, QuestionPanel)
    assert isinstance(plan.beside, ScenariosPage)
    return plan.beside


def test_sides_are_compared_at_the_distance_asked_last(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot, question(window, "gaps", "coverage-gap"), radius_m=0.5 * MILE)
    window.commands.scenarios.change(Change("open", place=(NORTH_EAST.x, NORTH_EAST.y), target="service:Mental Health", label="North"))
    assert "0.5 mi" in scenarios_page(window).compare.asked.words.text()


def test_a_new_answer_takes_the_place_of_what_is_compared(window: MainWindow, qtbot: QtBot) -> None:
    """The map went on showing the difference of two scenarios, with the plan beside it in list, panel and table."""
    window.commands.scenarios.change(Change("open", place=(NORTH_EAST.x, NORTH_EAST.y), target="service:Mental Health", label="North"))
    box = scenarios_page(window).compare
    with qtbot.waitSignal(window.desk.looking.compared, timeout=LONG):
        qtbot.mouseClick(box.compare, LEFT)
    settle(qtbot, window)
    assert window.desk.looking.comparison is not None
    assert "Within 1.0 mi" in window.map.canvas._subtitle
    ask(window, qtbot, question(window, "gaps", "coverage-gap"))
    assert window.desk.looking.comparison is None
    assert window.map.canvas._title == window.desk.project.results[-1].title
    assert window.table.current_key().startswith(f"result:{window.desk.project.results[-1].id}:")


def test_the_menu_of_a_place_names_the_school_it_would_close(window: MainWindow) -> None:
    schools = window.desk.project.frame("schools")
    menu = window.commands.scenarios.menu(Spot(0.0, 0.0, (("schools", str(schools["id"].iloc[0])),), (), QPoint(5, 5)))
    headings = [line.defaultWidget() for line in menu.actions() if isinstance(line, QWidgetAction)]
    assert [one.text() for one in headings if isinstance(one, QLabel)] == [schools["name"].iloc[0]]


def test_a_place_nobody_chose_is_called_the_middle_of_the_map(window: MainWindow) -> None:
    window.commands.scenarios.do_scenario_here()
    dialog = next(one for one in window.findChildren(OpenDialog) if one.isVisible())
    words = " ".join(one.text() for one in dialog.findChildren(QLabel))
    assert "In the middle of the map" in words
    assert "chosen place" not in words
    dialog.reject()


def test_the_dark_button_stays_in_sight_on_a_laptop(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1280, 700)
    page = question(window, "plan", "plan")
    panel = window.panels["plan"]
    settle(qtbot, window)
    bar = panel.area.verticalScrollBar()
    bar.setValue(0)
    pinned = panel.pinned
    qtbot.waitUntil(pinned.isVisible, timeout=LONG)
    assert pinned.go.text() == page.ask.text()
    assert pinned.go.isEnabled() == page.ask.isEnabled()
    assert pinned.geometry().top() >= panel.area.viewport().geometry().bottom()  # it covers nothing
    assert pinned.go.grab().toImage().pixelColor(12, 20).lightness() < 100  # a light theme: it is dark, as the one it stands for
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.mouseClick(pinned.go, LEFT)
    settle(qtbot, window)
    panel.area.ensureWidgetVisible(page.ask)
    qtbot.waitUntil(lambda: not pinned.isVisible(), timeout=LONG)
    assert panel.area.viewport().height() == panel.area.height()


def test_a_project_without_a_name_says_so_in_the_language_of_the_window(window: MainWindow) -> None:
    project = evolve(small_project(), title="Untitled", layers=(), frames={})
    speech.use("es")
    try:
        assert speech.spoken(map_words(project, {})[0]) == "Sin título"
    finally:
        speech.use("en")


def test_a_window_that_opened_nothing_is_on_its_first_page(qtbot: QtBot, light: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    assert not window.undo_button.isEnabled()
    assert not window.starting
    monkeypatch.setattr(QMessageBox, "open", lambda box: box.reject())

    class Somebody:
        who, when = "EcoMap", ""

    window.commands.holding.ask_how_to_open(tmp_path / "x.ecomap.gpkg", Somebody())  # type: ignore[arg-type]
    assert window.starting


def test_need_without_a_measure_does_not_praise_an_empty_list(window: MainWindow, qtbot: QtBot) -> None:
    project = window.desk.project.without_layer("need-areas")
    window.desk.replace(project, None)
    page = question(window, "need", "need-index")
    assert page.lacking.roles
    assert not page.answer.isVisibleTo(page)


def test_losses_have_one_sign_everywhere() -> None:
    from ecomap.model.said import say

    assert _numbers(ChangeBar(say("Lowest need"), 0.0, 127.0, -127.0))[0] == "-127"


def test_each_size_of_text_has_its_own_places(qtbot: QtBot, light: None) -> None:
    """What divides the window well for large letters left a third of the map for small ones."""
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    usual = remembered("", window, window.across, window.middle)
    THEME.set(scale=2.0)
    try:
        both = remembered(usual, window, window.across, window.middle)
        assert len(both.splitlines()) == 2
        restore(both, window, window.across, window.middle)
    finally:
        THEME.set(scale=1.0)


def test_the_legend_never_lies_on_the_scale_bar(window: MainWindow, qtbot: QtBot) -> None:
    window.map.canvas.titled.emit()
    settle(qtbot, window)
    assert window.map.canvas.scale_top > 0
    assert window.map.legend.room().bottom() < window.map.canvas.scale_top


def test_a_legend_of_few_layers_shows_them_all(window: MainWindow, qtbot: QtBot) -> None:
    """The height of its fold button was forgotten, so the last line was "and 1 more layer" beside a scroll bar."""
    legend = window.map.legend
    qtbot.waitUntil(lambda: legend.body.legend is not None and legend.area.isVisible(), timeout=LONG)
    for layer in window.desk.project.layers:
        if layer.visible and layer.id != "schools":
            window.desk.set_visible(layer.id, False)
    settle(qtbot, window)
    window.map._show_legend()
    qtbot.waitUntil(lambda: legend.area.viewport().height() >= legend.body.height(), timeout=LONG)


def test_a_file_that_nothing_opens_is_said_to_be_there(window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said: list[Notice] = []
    window.desk.said.connect(said.append)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    open_outside(window.desk, tmp_path / "meeting.html")
    assert "meeting.html" in said[-1].text
    assert str(tmp_path) in said[-1].hint
