"""Keys of the menus: each of one command, and each does it."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ecomap.ui.commands.actions import COMMANDS, PUBLIC_DATA
from ecomap.ui.dialogs.fetching import FetchDialog
from ecomap.ui.window import MainWindow
from tests.grounds import made_up_ground
from tests.ui.conftest import settle

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_no_two_commands_have_the_same_key() -> None:
    keys = Counter(one.shortcut for one in COMMANDS if one.shortcut)
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.fixture
def on_ground(window: MainWindow, qtbot: QtBot) -> MainWindow:
    layer, frame = made_up_ground(crs=window.desk.project.crs)
    window.desk.replace(window.desk.project.with_layer(layer, frame, position=len(window.desk.project.layers)), None)
    settle(qtbot, window)
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    window.map.canvas.setFocus()
    return window


def test_the_keys_of_public_data_and_of_the_ground_do_what_they_say(on_ground: MainWindow, qtbot: QtBot) -> None:
    (ground,) = (layer.id for layer in on_ground.desk.project.layers_of("ground"))
    shown = on_ground.desk.project.layer(ground).visible
    QTest.keyClick(on_ground.map.canvas, Qt.Key.Key_B, CTRL_SHIFT)
    settle(qtbot, on_ground)
    assert on_ground.desk.project.layer(ground).visible is not shown
    QTest.keyClick(on_ground.map.canvas, Qt.Key.Key_G, CTRL_SHIFT)
    assert on_ground.known_actions[PUBLIC_DATA].shortcut().toString() == "Ctrl+Shift+G"
    (dialog,) = on_ground.findChildren(FetchDialog)
    dialog.close()
