"""The window under real mouse and key events, on the small town and on the starter."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.said import name
from ecomap.model.units import format_number
from ecomap.ui.desk import STARTER, Notice
from ecomap.ui.look.theme import THEME, look
from ecomap.ui.look.tokens import DARK_TOKENS, LIGHT_TOKENS
from ecomap.ui.map.card import SHADOW
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.window import MainWindow
from ecomap.workspace.settings import Settings
from tests.ui.conftest import LONG, place_of, settle

Rest = Callable[[], None]
LEFT = Qt.MouseButton.LeftButton


def box_of(window: MainWindow, layer_id: str) -> QPoint:
    """The middle of a layer's box in the tree."""
    item = window.tree.layers.layer_item(layer_id)
    assert item is not None
    return window.tree.lines.box_rect(item.index()).center().toPoint()


def question(window: MainWindow, step: str, qtbot: QtBot) -> QuestionPanel:
    window.show_step(step)
    panel = window.panels[step]
    assert isinstance(panel, QuestionPanel)
    qtbot.waitUntil(lambda: panel.form is not None, timeout=LONG)
    return panel


def run_step(window: MainWindow, step: str, qtbot: QtBot) -> QuestionPanel:
    panel = question(window, step, qtbot)
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.mouseClick(panel.ask, LEFT)
    settle(qtbot, window)
    return panel


def test_it_opens_on_the_starter(qtbot: QtBot, light: None) -> None:
    window = MainWindow(Settings())
    window.show()
    with qtbot.waitSignal(window.map.legends_ready, timeout=LONG):
        window.desk.new(STARTER)
        qtbot.waitUntil(lambda: not window.desk.empty, timeout=LONG)
    settle(qtbot, window)
    assert window.windowTitle() == "Los Angeles[*] — EcoMap"
    assert window.tree.layers.layer_item("schools") is not None
    assert window.table.view.model().rowCount() > 900
    assert window.map.canvas.scene() is not None
    window.close()


def test_the_window_is_painted_before_anything_heavy_is_imported() -> None:
    code = (
        "import sys\n"
        "from ecomap.ui.window import run\n"
        "assert run(quit_after_first_paint=True) == 0\n"
        "heavy = {'pandas', 'geopandas', 'pyogrio', 'scipy', 'mapclassify', 'folium'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_hiding_a_layer_takes_it_off_the_map_and_undo_brings_it_back(
    window: MainWindow, qtbot: QtBot, rest: Rest
) -> None:
    qtbot.mouseClick(window.tree.viewport(), LEFT, pos=box_of(window, "schools"))
    rest()
    scene = window.map.canvas.scene()
    assert scene is not None
    assert "schools" not in scene.frames
    assert window.menus.actions["undo"].text() == "Undo: Hide “Schools”"
    assert window.isWindowModified()
    qtbot.mouseClick(window.undo_button, LEFT)
    rest()
    scene = window.map.canvas.scene()
    assert scene is not None
    assert "schools" in scene.frames
    assert not window.isWindowModified()


def test_clicking_a_school_opens_its_card_and_selects_its_row(window: MainWindow, qtbot: QtBot) -> None:
    window.table.open_layer("schools")
    with qtbot.waitSignal(window.desk.selected):
        qtbot.mouseClick(window.map.canvas, LEFT, pos=place_of(window, "schools", "01964733000003"))
    qtbot.waitUntil(window.map.card.isVisible)
    card = window.map.card.card
    assert card is not None
    assert card.title == "East School"
    rows = window.table.view.selectionModel().selectedRows()
    model = window.table.model()
    assert model is not None
    assert [model.id_at(index.row()) for index in rows] == ["01964733000003"]
    qtbot.keyClick(window.map.card, Qt.Key.Key_Escape)
    assert not window.map.card.isVisible()


def test_a_second_card_has_room_for_its_lines_too(window: MainWindow, qtbot: QtBot) -> None:
    heights = []
    for feature in ("01964733000001", "01964733000002", "01964733000003"):
        with qtbot.waitSignal(window.desk.selected):
            qtbot.mouseClick(window.map.canvas, LEFT, pos=place_of(window, "schools", feature))
        qtbot.waitUntil(lambda: not window.desk.reader.runner.busy)
        heights.append(window.map.card.height())
    assert min(heights) > 0.8 * max(heights)
    card = window.map.card.card
    assert card is not None
    assert card.title == "East School"


def test_choosing_a_row_rings_the_place_on_the_map(window: MainWindow, qtbot: QtBot, rest: Rest) -> None:
    window.table.open_layer("need-areas")
    model = window.table.model()
    assert model is not None
    place = place_of(window, "need-areas", "06037000007")
    before = window.map.canvas.grab().toImage()
    row = model.row_of("06037000007")
    view = window.table.view
    with qtbot.waitSignal(window.desk.selected):
        qtbot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(model.index(row, 0)).center())
    assert window.desk.selection == ("need-areas", ("06037000007",))
    after = window.map.canvas.grab().toImage()
    around = [(x, y) for x in range(0, before.width(), 3) for y in range(0, before.height(), 3)]
    changed = [(x, y) for x, y in around if before.pixel(x, y) != after.pixel(x, y)]
    assert changed
    reach = window.map.canvas.window_shown().px_per_m * 700
    assert all(abs(x - place.x()) <= reach and abs(y - place.y()) <= reach for x, y in changed)


def test_clicking_beside_everything_chooses_nothing(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.select("schools", ("01964733000001",))
    qtbot.mouseClick(window.map.canvas, LEFT, pos=QPoint(4, window.map.canvas.height() // 2))
    assert window.desk.selection == ("", ())


def test_running_the_gaps_shows_the_figures_of_the_result(window: MainWindow, qtbot: QtBot) -> None:
    panel = run_step(window, "gaps", qtbot)
    result = window.desk.project.latest_result("coverage-gap")
    assert result is not None
    shown = {w.objectName(): w.text() for w in panel.answer.findChildren(QWidget) if hasattr(w, "text")}
    first = result.figures[0]
    assert shown[first.name] == format_number(first.value, first.unit)
    assert window.table.current_key() == f"result:{result.id}:{result.main.name}"
    assert window.map.canvas.scene() is not None
    made = [layer for layer in window.desk.project.layers if layer.result_id == result.id]
    assert made
    assert window.menus.actions["undo"].text() == "Undo: Find the gaps"
    window.commands.do_undo()
    assert window.desk.project.latest_result("coverage-gap") is None
    assert panel.answer.result is None


def test_the_next_step_button_leads_on(window: MainWindow, qtbot: QtBot) -> None:
    panel = run_step(window, "gaps", qtbot)
    onward = next(b for b in panel.answer.findChildren(QPushButton) if b.text().startswith("Which schools next?"))
    onward.click()
    assert window.step == "plan"


def test_work_can_be_cancelled(window: MainWindow, qtbot: QtBot) -> None:
    going = threading.Event()
    answers: list[object] = []

    def work(progress: Progress) -> None:
        while True:
            going.set()
            progress.at(0.5, "Counting")

    window.desk.worker.start("Counting", work, done=answers.append, failed=answers.append)
    qtbot.waitUntil(going.is_set)
    assert window.status.job.cancel.isVisible()
    with qtbot.waitSignal(window.desk.worker.ended, timeout=LONG):
        qtbot.mouseClick(window.status.job.cancel, LEFT)
    assert answers == []
    assert window.status.job.name.text() == "Stopped. Nothing was changed."
    assert not window.status.job.bar.isVisible()


def test_an_answer_to_a_question_nobody_asks_any_more_is_not_applied(window: MainWindow, qtbot: QtBot) -> None:
    panel = question(window, "gaps", qtbot)
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as said:
        panel.run()
        frame = window.desk.project.frame("need-areas")
        layer = window.desk.project.layer("need-areas")
        window.desk.apply(window.desk.project.with_layer(layer, frame.copy()), "Other numbers")
    assert said.args[0].kind == "caution"
    assert window.desk.project.results == ()


def test_an_answer_keeps_what_was_hidden_meanwhile(window: MainWindow, qtbot: QtBot) -> None:
    panel = question(window, "gaps", qtbot)
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        panel.run()
        window.desk.set_visible("schools", False)
    assert window.desk.project.latest_result("coverage-gap") is not None
    assert not window.desk.project.layer("schools").visible


def test_a_refusal_leaves_the_map_once_a_file_came_in(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.csv", tmp_path / "clinics.csv"
    bad.write_text("apple,banana\n1,2\n")
    good.write_text("name,longitude,latitude\nClinic,-118.25,34.05\n")
    with qtbot.waitSignal(window.desk.said, timeout=LONG):
        window.desk.import_file(bad, "service", {})
    assert window.map.bar.isVisible()
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        window.desk.import_file(good, "service", {})
    assert not window.map.bar.isVisible()
    assert window.map.bar.said is None


def test_a_refusal_leaves_the_map_once_the_project_is_saved_and_an_offer_stays(
    window: MainWindow, qtbot: QtBot, tmp_path: Path,
) -> None:
    for kind, stays in (("problem", False), ("note", True)):
        window.desk.say(Notice(kind, "It was not saved."))
        with qtbot.waitSignal(window.desk.saved, timeout=LONG):
            window.desk.save(tmp_path / "town.ecomap.gpkg")
        assert window.map.bar.isVisible() == stays


def test_a_bad_file_is_refused_with_a_sentence(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    bad = tmp_path / "notes.docx"
    bad.write_bytes(b"\x00\x01 nothing to see")
    before = window.desk.project
    with qtbot.waitSignal(window.desk.said, timeout=LONG):
        window.commands.take_file(bad)
    assert window.map.bar.isVisible()
    assert window.map.bar.text.text()
    assert window.map.bar.hint.text()
    assert "Traceback" not in window.map.bar.text.text()
    assert window.desk.project is before
    window.map.bar.close_button.click()
    assert not window.map.bar.isVisible()


def test_a_file_is_imported_through_its_dialog(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "clinics.csv"
    file.write_text("name,category,longitude,latitude\nNorth clinic,Health,-118.2,34.0\nSouth clinic,Health,-118.3,34.1\n")
    window.commands.take_file(file)
    qtbot.waitUntil(lambda: bool(window.findChildren(QDialog)), timeout=LONG)
    dialog = window.findChildren(QDialog)[-1]
    assert dialog.boxes["name"].currentData() == "name"  # type: ignore[attr-defined]
    with qtbot.waitSignal(window.desk.imported, timeout=LONG) as arrived:
        dialog.go.click()  # type: ignore[attr-defined]
    report = arrived.args[0]
    assert report.read == report.kept == 2
    assert report.adds_up
    assert len(window.desk.project.frame(report.layer_id)) == 2
    assert window.step == "data"
    settle(qtbot, window)
    assert window.table.current_key() == f"layer:{report.layer_id}"
    window.commands.do_undo()
    assert not window.desk.project.has_layer(report.layer_id)
    assert window.desk.last_import is None


def test_the_keyboard_alone_is_enough(window: MainWindow, qtbot: QtBot, rest: Rest) -> None:
    def shortcut(key: str) -> None:
        action = window.menus.actions[key]
        assert action.shortcut().toString()
        action.trigger()

    window.map.canvas.setFocus()
    parts = []
    for _ in range(6):  # layers, map, table, step, strip, status
        shortcut("next_area")
        parts.append(QApplication.focusWidget())
    assert window.tree in parts
    assert window.table.view in parts
    assert window.map.canvas in parts
    shortcut("step_gaps")
    assert window.step == "gaps"
    panel = question(window, "gaps", qtbot)
    panel.ask.setFocus()
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.keyClick(panel.ask, Qt.Key.Key_Space)
    rest()
    window.tree.setFocus()
    item = window.tree.layers.layer_item("schools")
    assert item is not None
    window.tree.setCurrentIndex(item.index())
    qtbot.keyClick(window.tree, Qt.Key.Key_Space)
    assert not window.desk.project.layer("schools").visible
    shortcut("undo")
    assert window.desk.project.layer("schools").visible


def test_tab_goes_through_the_window_as_it_is_read(window: MainWindow, qtbot: QtBot) -> None:
    window.search.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen[:2] == [window.tree, window.map.canvas]


def test_pointing_at_a_place_says_its_name(window: MainWindow, qtbot: QtBot) -> None:
    said: list[str] = []
    window.map.pointed_at.connect(lambda text: said.append(str(text)))

    def pointed() -> bool:  # away and back: the pointer may have stood there already, and the map may still have moved
        qtbot.mouseMove(window.map.canvas, QPoint(2, 2))
        qtbot.mouseMove(window.map.canvas, place_of(window, "schools", "01964733000001"))
        return said[-1:] == ["West School · Schools"]

    qtbot.waitUntil(pointed, timeout=LONG)


def test_a_bug_is_said_calmly_and_logged(window: MainWindow, caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ZeroDivisionError("by hand")
    except ZeroDivisionError as bug:
        window.mistake(type(bug), bug, bug.__traceback__)
    assert window.map.bar.text.text() == "EcoMap made a mistake; your project was not harmed."
    assert "ZeroDivisionError" in caplog.text
    assert "by hand" not in caplog.text  # what an error says may hold somebody's data


@pytest.mark.parametrize("step", ["data", "need", "assets", "gaps", "plan", "money", "share"])
def test_every_control_can_be_named(window: MainWindow, qtbot: QtBot, step: str) -> None:
    if step not in ("data", "share"):
        question(window, step, qtbot).form.fold.head.setChecked(True)  # type: ignore[union-attr]
    else:
        window.show_step(step)
    controls = [
        widget for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
        and not widget.objectName().startswith("qt_")  # inner parts of Qt's own controls
    ]
    assert len(controls) > 15
    nameless = [w for w in controls if not w.accessibleName() and not getattr(w, "text", lambda: "")()]
    assert [(type(widget).__name__, widget.objectName()) for widget in nameless] == []


def test_the_theme_switches_everywhere_and_back(window: MainWindow, rest: Rest) -> None:
    window.menus.actions["theme_dark"].trigger()
    rest()
    assert look().tokens is DARK_TOKENS
    picture = window.grab().toImage()
    corner = picture.pixelColor(6, picture.height() - 6).lightnessF()
    assert corner < 0.3
    window.menus.actions["theme_light"].trigger()
    rest()
    assert look().tokens is LIGHT_TOKENS
    assert window.grab().toImage().pixelColor(6, picture.height() - 6).lightnessF() > 0.8


def test_it_works_at_twice_the_text(window: MainWindow, qtbot: QtBot) -> None:
    panel = question(window, "gaps", qtbot)
    small = panel.ask.height()
    THEME.set(scale=2.0)
    qtbot.waitUntil(lambda: window.strip.buttons["share"].height() >= 60 and panel.ask.height() > 1.5 * small)
    assert window.map.canvas.width() >= 240
    assert panel.area.horizontalScrollBar().maximum() == 0
    assert panel.area.widget().width() <= panel.area.viewport().width()


def test_share_writes_the_file_it_was_asked_for(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    panel = window.panels["share"]
    panel.open_after.setChecked(False)  # type: ignore[attr-defined]
    window.show_step("share")
    assert panel.title.text() == "Small town"  # type: ignore[attr-defined]
    path = tmp_path / "town.png"
    panel.kinds.button(2).click()  # type: ignore[attr-defined]
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as said:
        panel.export(path)  # type: ignore[attr-defined]
    assert said.args[0].text.startswith("Wrote town.png")
    assert path.read_bytes()[:4] == b"\x89PNG"


def test_an_empty_project_says_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.desk.replaced, timeout=LONG):
        window.commands.do_new()
    assert window.left.currentIndex() == 0
    window.show_step("gaps")
    panel = window.panels["gaps"]
    assert not panel.ask.isEnabled()  # type: ignore[attr-defined]
    assert not window.menus.actions["export"].isEnabled()


def test_a_problem_is_said_in_three_parts(window: MainWindow) -> None:
    window.desk.say_problem(EcoMapError("The file has no coordinates.", "Add longitude and latitude."))
    bar = window.map.bar
    assert (bar.text.text(), bar.hint.text()) == ("The file has no coordinates.", "Add longitude and latitude.")
    assert "The file has no coordinates." in bar.accessibleName()


def test_the_window_is_found_as_it_was_left(qtbot: QtBot, light: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecomap.ui.standing.LEAST", QSize(600, 560))  # the screen here is hardly larger than the least window
    first = MainWindow(Settings())
    first.show()
    first.resize(760, 700)
    first.across.setSizes([210, 250, 300])
    sizes = first.across.sizes()
    assert (first.width(), first.height()) == (760, 700)
    first.close()
    second = MainWindow(Settings.load())
    qtbot.addWidget(second)
    second.show()
    assert (second.width(), second.height()) == (760, 700)
    assert second.across.sizes() == pytest.approx(sizes, abs=2)
    second.close()


def test_a_window_left_larger_than_its_screen_is_found_within_it(qtbot: QtBot, light: None) -> None:
    first = MainWindow(Settings())
    first.show()
    room = first.screen().availableGeometry()
    first.resize(room.width() + 80, 700)
    first.close()
    second = MainWindow(Settings.load())
    qtbot.addWidget(second)
    second.show()
    assert room.contains(second.geometry())
    assert second.height() == 700
    assert second.width() > 0.9 * room.width()
    second.close()


def test_the_key_0_shows_what_the_button_shows(window: MainWindow, qtbot: QtBot, rest: Rest) -> None:
    window.map.zoom.whole.emit()
    by_button = window.map.canvas.view()
    window.map.canvas.zoom_by(3.0)
    qtbot.keyClick(window.map.canvas, Qt.Key.Key_0)
    assert window.map.canvas.view() == by_button


def test_the_card_leaves_the_title_and_half_of_the_map_free(window: MainWindow, qtbot: QtBot) -> None:
    run_step(window, "gaps", qtbot)
    area = window.map
    top = QPoint(area.canvas.title_box.center().x(), area.canvas.title_box.bottom() + 30)
    area.open_card("schools", "01964733000003", top)
    qtbot.waitUntil(area.card.isVisible)
    inside = area.card.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
    assert area.canvas.title_box.width() > 100
    assert not inside.intersects(area.canvas.title_box)
    assert inside.height() <= max(area.height() * 0.55, 240) + 2


def test_an_open_card_stays_whole_when_the_map_gets_smaller(window: MainWindow, qtbot: QtBot) -> None:
    area = window.map
    area.open_card("schools", "01964733000003", QPoint(area.width() // 2, area.height() - 60))
    qtbot.waitUntil(area.card.isVisible)
    area.resize(area.width(), area.height() - 80)
    assert area.card.geometry().bottom() <= area.height()


def test_words_on_the_map_grow_with_the_text(window: MainWindow, rest: Rest) -> None:
    small = window.map.canvas.title_box.height()
    THEME.set(scale=1.75)
    rest()
    window.map.canvas.grab()
    assert window.map.canvas.furniture_size() > 1.4  # on a low map a little less than the text
    assert window.map.canvas.title_box.height() > small  # though the second line gives way to the map


def test_a_short_message_is_whole_above_the_tools_and_moves_nothing(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1280, 800)
    settle(qtbot, window)
    tall, bar = window.map.canvas.height(), window.map.bar
    window.desk.say(Notice("note", name("A school closes."), name("It has 1 change now."), name("Undo"), lambda: None))
    settle(qtbot, window)
    assert window.status.messages.isVisible()
    assert window.map.canvas.height() == tall
    window.resize(1280, 790)  # what stands over the map takes its place anew
    settle(qtbot, window)
    assert bar._words.height() <= bar._area.viewport().height(), "nothing is left to scroll to"
    window.map.tools.bar.move(bar.x() + bar.width() - window.map.tools.bar.width(), bar.y())
    close = bar.close_button
    assert window.map.childAt(close.mapTo(window.map, close.rect().center())) is close


def test_everything_stands_clear_of_the_tools_at_the_right(window: MainWindow, qtbot: QtBot, rest: Rest) -> None:
    window.resize(1280, 1000)
    rest()
    window.map.fit()
    rest()
    bar, canvas = window.map.tools.bar, window.map.canvas
    assert bar.isVisible()
    east = window.desk.project.frame("need-areas").total_bounds[2]
    seen = canvas.window_shown()
    assert (east - seen.left) * seen.px_per_m <= bar.x()
