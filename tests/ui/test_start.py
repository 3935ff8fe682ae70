"""The first page: four ways to begin, without a network; it makes way for the work, and tells once what is new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ecomap.model.said import name
from ecomap.model.version import VERSION
from ecomap.render.words.language import ENGLISH, PSEUDO
from ecomap.ui import speech
from ecomap.ui.desk import Notice
from ecomap.ui.look.theme import THEME
from ecomap.ui.look.tokens import LIGHT
from ecomap.ui.window import MainWindow, Opened
from ecomap.workspace import operations
from ecomap.workspace.settings import Settings
from ecomap.workspace.starting import districts
from tests.small_project import small_project
from tests.ui.conftest import LONG, settle
from tests.ui.fit import cut_in

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def fresh(qtbot: QtBot, light: None) -> Iterator[MainWindow]:
    """A window at its first page."""
    made = MainWindow(Settings())
    made.resize(1200, 800)
    with qtbot.waitExposed(made):
        made.show()
    made.show_start()
    yield made
    made.desk.workspace.mark_saved(made.desk.workspace.path)  # type: ignore[arg-type]
    made.close()
    made.deleteLater()


def test_it_stands_in_the_place_of_the_map_and_makes_way_for_a_project(fresh: MainWindow, qtbot: QtBot) -> None:
    assert fresh.starting
    assert not fresh.map.isVisible()
    fresh.desk.replace(small_project(), None)
    assert not fresh.starting
    assert fresh.map.isVisible()
    settle(qtbot, fresh)
    fresh.commands.doer("start")()
    assert fresh.starting
    assert not fresh.desk.empty  # the project stays beneath
    fresh.show_step("need")
    assert not fresh.starting


def test_one_press_opens_los_angeles(fresh: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(fresh.start.example, LEFT)
    qtbot.waitUntil(lambda: not fresh.desk.empty, timeout=LONG)
    assert fresh.desk.project.title == "Los Angeles"
    assert not fresh.starting
    settle(qtbot, fresh)


def test_a_district_of_california_is_offered_while_it_is_typed_and_opened(fresh: MainWindow, qtbot: QtBot) -> None:
    page = fresh.start
    assert len(districts()) > 900
    assert not page.open_district.isEnabled()
    qtbot.keyClicks(page.district, "alameda uni")
    completer = page.district.completer()
    assert completer is not None
    completer.setCompletionPrefix("alameda uni")
    assert completer.currentCompletion() == "Alameda Unified (Alameda)"
    page.district.setText(completer.currentCompletion())
    qtbot.keyClick(page.district, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not fresh.desk.empty, timeout=LONG)
    assert "Alameda Unified" in fresh.desk.project.title
    settle(qtbot, fresh)


def test_a_district_that_nobody_knows_is_said_on_the_page(fresh: MainWindow, qtbot: QtBot) -> None:
    fresh.start.district.setText("Nowhere Unified At All")
    qtbot.mouseClick(fresh.start.open_district, LEFT)
    qtbot.waitUntil(fresh.start.trouble.isVisible, timeout=LONG)
    assert fresh.starting


def test_what_can_be_done_about_a_problem_can_be_pressed(fresh: MainWindow, qtbot: QtBot) -> None:
    pressed: list[bool] = []
    fresh.desk.say(Notice("problem", name("It did not open."), action=name("Try again"), then=lambda: pressed.append(True)))
    qtbot.mouseClick(fresh.start.trouble.findChildren(QPushButton)[0], LEFT)
    assert pressed


def test_what_was_open_last_is_one_press_away(fresh: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(small_project(), path)
    fresh.settings.add_recent(tmp_path / "gone.ecomap.gpkg")
    fresh.settings.add_recent(path)
    fresh.show_start()
    fresh.start.asked_recent.emit(path)
    qtbot.waitUntil(lambda: fresh.desk.workspace.path == path, timeout=LONG)
    assert not fresh.starting
    settle(qtbot, fresh)


def test_a_project_that_was_sent_opens_whatever_became_of_its_name(fresh: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap (1).gpkg"
    operations.save_project(small_project(), tmp_path / "town.ecomap.gpkg")
    (tmp_path / "town.ecomap.gpkg").rename(path)
    fresh.commands.beginning.open_sent(path)
    qtbot.waitUntil(lambda: not fresh.desk.empty, timeout=LONG)
    assert fresh.desk.workspace.path == path
    settle(qtbot, fresh)


def test_a_file_that_a_mac_hands_over_is_opened(fresh: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(small_project(), path)
    opened = Opened(fresh)
    event = QFileOpenEvent(QUrl.fromLocalFile(str(path)))
    assert opened.eventFilter(fresh, event)
    assert not opened.eventFilter(fresh, QEvent(QEvent.Type.User))
    qtbot.waitUntil(lambda: fresh.desk.workspace.path == path, timeout=LONG)
    settle(qtbot, fresh)


# --- what is new -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seen", "recent", "told"), [
    ("", (), False),                      # somebody who never used EcoMap: nothing is new
    ("", ("/old.ecomap.gpkg",), True),    # an EcoMap from before news were told
    ("0.0.1", (), True),
    (VERSION, ("/old.ecomap.gpkg",), False),
])
def test_news_are_told_once_per_version(seen: str, recent: tuple[str, ...], told: bool, fresh: MainWindow) -> None:
    fresh.settings.seen_version, fresh.settings.recent_files = seen, recent
    fresh.settings.window_state = ""
    fresh.commands.beginning.tell_news()
    assert fresh.start.news.isVisibleTo(fresh.start) is told
    assert Settings.load().seen_version == VERSION or not told
    fresh.start.news.hide()
    fresh.commands.beginning.tell_news()
    assert not fresh.start.news.isVisibleTo(fresh.start)


# --- how it looks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1.0, 2.0])
@pytest.mark.parametrize("code", [ENGLISH, "es", PSEUDO])
def test_no_text_of_it_is_cut(code: str, size: float, qtbot: QtBot, qapp: QApplication) -> None:
    THEME.start(qapp, LIGHT, size)
    speech.use(code)
    window = MainWindow(Settings())
    window.resize(1280, 770)
    with qtbot.waitExposed(window):
        window.show()
    window.show_start()
    window.start.news.show()
    for _ in range(8):
        QApplication.processEvents()
    cut = [str(one) for one in cut_in(window)]
    speech.use(ENGLISH)
    window.close()
    window.deleteLater()
    THEME.set(LIGHT, 1.0)
    assert not cut, "\n".join(cut)
    assert window.width() == 1280
