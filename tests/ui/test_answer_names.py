"""An answer has one name in the layer list, the tabs, over its table, in its panel, on the map, on cards and under Share."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QInputDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from ecomap.model.said import say
from ecomap.model.units import metres
from ecomap.ui.models.layers import ANSWER, KIND
from ecomap.ui.panels.share import SharePanel
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from tests.ui.conftest import LONG, settle
from tests.ui.test_asked import ask

LEFT = Qt.MouseButton.LeftButton


def names_in_list(window: MainWindow) -> list[str]:
    tree = window.tree.layers
    heads = [tree.index(row, 0) for row in range(tree.rowCount())]
    lines = [tree.index(row, 0, head) for head in heads for row in range(tree.rowCount(head))]
    return [line.data() for line in lines if line.data(KIND) == ANSWER]


def on_tab(window: MainWindow) -> str:
    """The words of the first tab, whatever lines they stand in."""
    return " ".join(window.table.tabs.tabText(0).split())


def two_gaps(window: MainWindow, qtbot: QtBot) -> list[str]:
    """Two answers to one question, asked in the window; their names."""
    ask(window, qtbot, "coverage-gap", radius_m=metres(1.0))
    ask(window, qtbot, "coverage-gap", radius_m=metres(0.5))
    names = [str(result.title) for result in window.desk.project.results]
    assert [name[-6:] for name in names] == ["1.0 mi", "0.5 mi"]
    return names


def test_an_answer_has_one_name_everywhere(window: MainWindow, qtbot: QtBot) -> None:
    names = two_gaps(window, qtbot)
    assert set(names_in_list(window)) == set(names)
    assert on_tab(window) == names[1]
    assert window.table.called.text().startswith(f"{names[1]} · ")
    assert window.table.called.isVisible()
    assert window.map.canvas._title == names[1]
    panel = window.panels["gaps"]
    assert panel.answer.called.text() == names[1]  # type: ignore[attr-defined]
    share = window.panels["share"]
    assert isinstance(share, SharePanel)
    assert {share.answers.item(n).text() for n in range(share.answers.count())} == set(names)


def test_another_name_by_hand_stands_everywhere_and_undo_takes_it_back(window: MainWindow, qtbot: QtBot) -> None:
    names = two_gaps(window, qtbot)
    panel = window.panels["gaps"]
    qtbot.mouseClick(panel.answer.rename, LEFT)  # type: ignore[attr-defined]
    box = window.findChild(QInputDialog)
    assert box is not None
    line = box.findChild(QLineEdit)
    assert line is not None
    assert line.text() == names[1]
    line.clear()
    qtbot.keyClicks(line, "What half a mile means")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.desk.project.results[-1].title == "What half a mile means"
    assert "What half a mile means" in names_in_list(window)
    assert on_tab(window) == "What half a mile means"
    assert panel.answer.called.text() == "What half a mile means"  # type: ignore[attr-defined]
    assert window.map.canvas._title == "What half a mile means"
    window.menus.actions["undo"].trigger()
    settle(qtbot, window)
    assert set(names_in_list(window)) == set(names)


def test_a_card_has_a_heading_per_answer_and_folds_what_is_not_on_the_map(window: MainWindow, qtbot: QtBot) -> None:
    names = two_gaps(window, qtbot)
    areas = window.desk.project.layers_of("need_area")[0]
    feature = str(window.desk.project.frame(areas.id)["id"].iloc[0])
    card = window.map.card
    window.map.open_card(areas.id, feature, QPoint(300, 200))
    qtbot.waitUntil(card.isVisible, timeout=LONG)
    assert card.card is not None
    headings = [part.heading for part in card.card.parts]
    assert headings == [names[1], "About this place", names[0]]
    assert [label.text() for label in card.inside.findChildren(QLabel, "card-part")] == headings
    assert card.area.verticalScrollBar().value() == 0  # at the place's own name
    folded = card.inside.findChildren(QLabel)
    turn = next(child for child in card.inside.children() if child.findChild(QLabel, "card-part")
                and child.findChild(QLabel, "card-part").text() == names[0]).findChild(type(window.undo_button))
    assert turn.accessibleName() == f"Open “{names[0]}”"
    turn.setFocus()
    qtbot.keyClick(turn, Qt.Key.Key_Return)
    assert len(card.inside.findChildren(QLabel)) > len(folded)
    stood, opened = card.geometry(), card.card
    window.desk.apply(operations.rename_answer(window.desk.project, window.desk.project.results[0].id, "The mile"), say("Rename"))
    qtbot.waitUntil(lambda: card.card is not None and "The mile" in [part.heading for part in card.card.parts], timeout=LONG)
    assert card.card is not opened
    assert card.geometry() == stood
    window.map.open_card(areas.id, feature, QPoint(300, 200))
    qtbot.waitUntil(lambda: card.area.verticalScrollBar().value() == 0, timeout=LONG)
