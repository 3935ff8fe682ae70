"""Deciding in the window what may be the same: with the mouse, with keys, one by one and all of a kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QPushButton
from pytestqt.qtbot import QtBot

from ecomap.model import vocabulary as v
from ecomap.ui.dialogs.review import ReviewDialog
from ecomap.ui.look.theme import THEME
from ecomap.ui.look.tokens import LIGHT
from ecomap.ui.panels.inventory import InventoryBox
from ecomap.ui.window import MainWindow
from ecomap.workspace.inventory_tables import inventory_rows
from tests.ui.conftest import LONG
from tests.ui.test_nothing_by_accident import unmoved

LEFT = Qt.MouseButton.LeftButton
HEAD = "Name,Website,Phone,City\n"
OURS = HEAD + "\n".join((
    "Los Angeles Education Partnership,https://laep.org,,", "InnerCity Struggle,https://innercitystruggle.org,323-780-7605,",
    "Community Coalition,https://cocosouthla.org,,", "Proyecto Pastoral,https://proyectopastoral.org,,",
))
THEIRS = HEAD + "\n".join((
    "L.A. Educaton Partnership,laep.org,213-622-5237,Los Angeles", "InnerCity Struggle,https://innercitystruggle.org,323-000-0000,",
    "Comunity Coalition,cocosouthla.org,,Los Angeles", "Projecto Pastoral,proyectopastoral.org,,Los Angeles",
))


@pytest.fixture
def read(window: MainWindow, qtbot: QtBot, tmp_path: Path, rest: Callable[[], None]) -> Callable[[str, str], None]:
    """Reads a partner's table of organisations into the window's project."""

    def go(text: str, name: str) -> None:
        path = tmp_path / name / "organisations.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        with qtbot.waitSignal(window.desk.said, timeout=LONG):
            window.commands.inventory.read_inventory(path)
        rest()

    return go


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot, read: Callable[[str, str], None]) -> ReviewDialog:
    """The review list as it opens by itself after a second partner's file."""
    read(OURS, "ours")
    assert not shown(window)
    read(THEIRS, "theirs")
    qtbot.waitUntil(lambda: len(shown(window)) == 1, timeout=LONG)
    return shown(window)[0]


def shown(window: MainWindow) -> list[ReviewDialog]:
    return [found for found in window.findChildren(ReviewDialog) if found.isVisible()]


def names(window: MainWindow) -> list[str]:
    return sorted(inventory_rows(window.desk.project, v.ORGANISATION)[v.NAME])


def go_to(dialog: ReviewDialog, name: str) -> None:
    dialog.list.setCurrentRow([sides.name for sides in dialog.found].index(name))


def finish(dialog: ReviewDialog, window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.desk.said, timeout=LONG):
        qtbot.mouseClick(dialog.go, LEFT)


def test_the_list_opens_after_a_file_and_shows_both_sides_with_their_differences(dialog: ReviewDialog) -> None:
    assert dialog.counts.text() == "4 to decide, 0 decided, 0 later"
    assert not dialog.go.isEnabled()
    go_to(dialog, "InnerCity Struggle")
    told = [box.accessibleName() for box in dialog.findChildren(QFrame) if ", ours: " in box.accessibleName() or ", theirs: " in box.accessibleName()]
    assert "Phone, ours: 323-780-7605, differs" in told
    assert "Phone, theirs: 323-000-0000, differs" in told
    assert "Website, ours: https://innercitystruggle.org" in told
    assert dialog.asked.text() == "An organisation: who is right?"
    go_to(dialog, "Los Angeles Education Partnership")
    assert dialog.asked.text() == "An organisation: one, or two?"
    assert dialog.why.text() == "organisations.csv: a similar name and the same website."


def test_the_mouse_decides_and_it_is_one_step_to_undo(dialog: ReviewDialog, window: MainWindow, qtbot: QtBot) -> None:
    before = names(window)
    go_to(dialog, "Los Angeles Education Partnership")
    qtbot.mouseClick(dialog.buttons[0], LEFT)
    assert dialog.current.name != "Los Angeles Education Partnership"  # it went on to the next
    go_to(dialog, "Community Coalition")
    qtbot.mouseClick(dialog.buttons[1], LEFT)
    assert dialog.go.text() == "Do it: 2 decisions"
    assert names(window) == before  # nothing yet
    finish(dialog, window, qtbot)
    assert "L.A. Educaton Partnership" not in names(window)
    assert {"Community Coalition", "Comunity Coalition"} <= set(names(window))
    window.commands.do_undo()
    assert names(window) == before


def test_keys_decide_and_go_on(dialog: ReviewDialog, window: MainWindow, qtbot: QtBot) -> None:
    dialog.list.setCurrentRow(0)
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3):
        qtbot.keyClick(dialog.list, key)
    assert dialog.counts.text() == "1 to decide, 2 decided, 1 later"
    assert dialog.list.currentRow() == 3
    qtbot.keyClick(dialog.list, Qt.Key.Key_Up)
    assert dialog.list.currentRow() == 2
    assert dialog.buttons[2].isChecked()
    qtbot.keyClick(dialog.list, Qt.Key.Key_1)
    assert dialog.counts.text() == "1 to decide, 3 decided, 0 later"


def test_all_of_a_kind_at_once(dialog: ReviewDialog, window: MainWindow, qtbot: QtBot) -> None:
    go_to(dialog, "Community Coalition")
    assert not dialog.all.isVisible()  # nothing is said of this one yet
    qtbot.mouseClick(dialog.buttons[0], LEFT)
    go_to(dialog, "Community Coalition")
    assert dialog.all.text() == "Say “the same” to all 2 of this kind"
    qtbot.mouseClick(dialog.all, LEFT)
    assert dialog.counts.text() == "2 to decide, 2 decided, 0 later"  # the others are asked for other reasons
    assert not dialog.all.isVisible()
    finish(dialog, window, qtbot)
    assert names(window) == ["Community Coalition", "InnerCity Struggle", "L.A. Educaton Partnership",
                             "Los Angeles Education Partnership", "Proyecto Pastoral"]


def test_the_files_words_count_where_that_is_ticked(dialog: ReviewDialog, window: MainWindow, qtbot: QtBot) -> None:
    go_to(dialog, "Proyecto Pastoral")
    assert not dialog.newer.isEnabled()
    qtbot.mouseClick(dialog.buttons[0], LEFT)
    go_to(dialog, "Proyecto Pastoral")
    qtbot.keyClick(dialog.newer, Qt.Key.Key_Space)
    go_to(dialog, "InnerCity Struggle")
    assert not dialog.newer.isVisible()
    qtbot.keyClick(dialog.list, Qt.Key.Key_2)
    finish(dialog, window, qtbot)
    rows = inventory_rows(window.desk.project, v.ORGANISATION).set_index(v.NAME)
    assert "Projecto Pastoral" in rows.index
    assert "Proyecto Pastoral" not in rows.index
    assert rows.loc["InnerCity Struggle", v.PHONE] == "323-000-0000"


def test_not_now_changes_nothing_and_the_list_waits_in_the_step(
    dialog: ReviewDialog, window: MainWindow, qtbot: QtBot, rest: Callable[[], None]
) -> None:
    before = window.desk.project
    qtbot.keyClick(dialog.list, Qt.Key.Key_1)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.desk.project is before
    window.show_step("assets")
    box = window.findChild(InventoryBox)
    assert box is not None
    assert box.review.isVisibleTo(box)
    assert box.review.text() == "Decide: 4 to look at…"
    qtbot.mouseClick(box.review, LEFT)
    qtbot.waitUntil(lambda: len(shown(window)) == 1, timeout=LONG)
    assert shown(window)[0].counts.text() == "4 to decide, 0 decided, 0 later"


def test_the_same_file_again_asks_nothing_twice(
    dialog: ReviewDialog, window: MainWindow, qtbot: QtBot, read: Callable[[str, str], None], rest: Callable[[], None]
) -> None:
    for key in (Qt.Key.Key_1,) * 4:
        qtbot.keyClick(dialog.list, key)
    finish(dialog, window, qtbot)
    rest()
    after = window.desk.project
    read(THEIRS, "theirs")
    assert window.desk.project is after
    assert not shown(window)
    box = window.findChild(InventoryBox)
    assert box is not None
    assert not box.review.isVisibleTo(box)


def test_it_fits_at_twice_the_text(dialog: ReviewDialog, qtbot: QtBot) -> None:
    THEME.set(LIGHT, 2.0)
    dialog.resize(1200, 860)
    dialog.grab()
    for made in dialog.findChildren(QPushButton):
        if made.isVisible():
            assert made.width() >= made.fontMetrics().horizontalAdvance(made.text())
            assert dialog.rect().contains(made.mapTo(dialog, made.rect().bottomRight()))


def test_neither_the_wheel_nor_return_decides_anything(dialog: ReviewDialog) -> None:
    dialog.buttons[0].setFocus()
    assert unmoved(dialog) > 0
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.answers == {}
