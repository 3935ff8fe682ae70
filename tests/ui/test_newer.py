"""*What is new?* in the window: from the button in the step Data to the replaced layer, and undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from ecomap.model.project import Project
from ecomap.ui.dialogs.importing import ImportDialog
from ecomap.ui.dialogs.newer import NewerSource, NewsDialog
from ecomap.ui.window import MainWindow
from tests.ui.conftest import LONG
from tests.ui.test_nothing_by_accident import unmoved
from tests.workspace.newer.test_whats_new import EAST, WEST, newer_schools

Dialog = TypeVar("Dialog", bound=QDialog)


def shown(qtbot: QtBot, window: MainWindow, kind: type[Dialog]) -> Dialog:
    """The dialog of a kind that is on screen, once it is."""
    def there() -> list[Dialog]:
        return [one for one in window.findChildren(kind) if one.isVisible()]

    qtbot.waitUntil(lambda: bool(there()), timeout=LONG)
    return there()[0]


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def buttons_of(window: MainWindow) -> dict[str, QPushButton]:
    return {one.accessibleName(): one for one in window.panels["data"].findChildren(QPushButton) if one.accessibleName().startswith("What is new in")}


@pytest.fixture
def compared(qtbot: QtBot, window: MainWindow, town: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NewsDialog:
    """The dialog for a newer list: the eastern school gone, the western one could be two."""
    file = newer_schools(town, tmp_path, without=(WEST, EAST), more=(("01111111111111", "West School", -900.0), ("02222222222222", "West School", -1100.0)))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(file), ""))
    window.show_step("data")
    press(qtbot, buttons_of(window)["What is new in Schools?"])
    press(qtbot, shown(qtbot, window, NewerSource).file)
    understood = shown(qtbot, window, ImportDialog)
    assert understood.go.text() == "Compare"
    assert not understood.role.isEnabled()
    press(qtbot, understood.go)
    return shown(qtbot, window, NewsDialog)


def settled(qtbot: QtBot, window: MainWindow, dialog: NewsDialog, change: Callable[[], None]) -> None:
    before = dialog.news
    change()
    qtbot.waitUntil(lambda: dialog.news is not before, timeout=LONG)


def test_only_layers_of_the_map_have_the_button(window: MainWindow) -> None:
    window.show_step("data")
    assert sorted(buttons_of(window)) == [f"What is new in {one}?" for one in ("Census tracts", "Community schools", "Elementary areas", "Schools", "Services")]


def test_it_shows_words_counts_and_rows_and_changes_nothing(window: MainWindow, town: Project, compared: NewsDialog) -> None:
    assert "3 rows before, 3 in the newer list; 1 is in both." in compared.headline.text()
    kinds = [compared.rows.item(line, 0).text() for line in range(compared.rows.rowCount())]
    assert sorted(kinds) == ["Gone", "New", "New", "To be said by you"]
    assert window.desk.project is town
    assert [compared.tabs.tabText(place) for place in range(4)] == ["Rows (4)", "Numbers (2)", "Answers", "Keep in mind (3)"]


def test_what_only_a_person_can_say_is_said_in_the_row(qtbot: QtBot, window: MainWindow, compared: NewsDialog) -> None:
    box = compared.choices[WEST]
    box.setCurrentIndex(2)
    settled(qtbot, window, compared, lambda: box.activated.emit(2))
    assert [(one.former_id, one.id) for one in compared.news.of("recoded")] == [(WEST, "02222222222222")]
    assert not compared.choices


def test_replacing_is_one_step_of_undo(qtbot: QtBot, window: MainWindow, town: Project, compared: NewsDialog, rest: Callable[[], None]) -> None:
    press(qtbot, compared.replace)
    rest()
    assert len(window.desk.project.frame("schools")) == 3
    assert EAST not in set(window.desk.project.frame("schools")["id"])
    assert window.desk.last_import is not None
    assert any("rows now gone" in line.text for line in window.desk.last_import.lines)
    assert window.desk.workspace.undo_label == "Replace “Schools”"
    window.commands.do_undo()
    assert window.desk.project.frame("schools") is town.frame("schools")


def test_keeping_both_leaves_the_layer(qtbot: QtBot, window: MainWindow, town: Project, compared: NewsDialog, rest: Callable[[], None]) -> None:
    press(qtbot, compared.both)
    rest()
    assert len(window.desk.project.layers_of("school")) == 2
    assert window.desk.project.frame("schools") is town.frame("schools")


def test_leaving_it_changes_nothing(qtbot: QtBot, window: MainWindow, town: Project, compared: NewsDialog) -> None:
    press(qtbot, compared.leave)
    assert window.desk.project is town


def test_the_year_and_the_distance_are_looked_at_again(qtbot: QtBot, window: MainWindow, compared: NewsDialog) -> None:
    compared.vintage.setText("2025-26")
    settled(qtbot, window, compared, compared.vintage.editingFinished.emit)
    assert compared.news.options.vintage == "2025-26"
    assert "2025-26" in next(one.new_vintage for one in compared.news.columns)
    compared.moved.setCurrentIndex(0)
    settled(qtbot, window, compared, lambda: compared.moved.activated.emit(0))
    assert compared.news.options.moved_m == 100.0


def test_a_layer_that_was_made_here_is_refused_in_words(window: MainWindow) -> None:
    said: list[str] = []
    window.desk.said.connect(lambda notice: said.append(notice.text))
    window.commands.newer.begin("links")
    assert "made by EcoMap" in said[0]


def test_the_wheel_changes_nothing_in_what_is_new(compared: NewsDialog) -> None:
    compared.leave.setFocus()
    assert unmoved(compared) > 0
