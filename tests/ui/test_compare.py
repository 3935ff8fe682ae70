"""Two sides laid beside each other in the window: asked, said, on one map and on two, in the tables; and what closing means."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ecomap.model.scenario import Change
from ecomap.ui.look.change_bars import ChangeBars
from ecomap.ui.look.parts import together
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.panels.compare import CompareBox
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.panels.scenarios import ScenariosPage
from ecomap.ui.window import MainWindow
from ecomap.workspace.scenarios.picture import CHANGE, SIGN, difference_layer
from tests.small_project import centre
from tests.ui.conftest import LONG, place_of, settle

LEFT = Qt.MouseButton.LeftButton
NORTH_EAST, SOUTH_WEST = centre(2, 2), centre(0, 0)


def page_of(window: MainWindow) -> ScenariosPage:
    plan = window.panels["plan"]
    assert isinstance(plan, QuestionPanel)
    assert isinstance(plan.beside, ScenariosPage)
    return plan.beside


def compare_of(window: MainWindow) -> CompareBox:
    return page_of(window).compare


@pytest.fixture
def moved(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A scenario in which the one office closes and another opens in the opposite corner, compared with today by the button."""
    scenarios = window.commands.scenarios
    scenarios.change(Change("close", "services", "s1"))
    scenarios.change(Change("open", place=(NORTH_EAST.x, NORTH_EAST.y), target="service:Mental Health", label="North"))
    window.show_scenarios()
    box = compare_of(window)
    assert (box.a.currentData(), box.b.currentData()) == ("", "scenario-1")
    assert "mental health" in box.asked.words.text().lower()
    box.asked.change.setFocus()
    qtbot.keyClick(box.asked.change, Qt.Key.Key_Return)
    assert box.form is not None
    box.form.set_values({"radius_m": 800.0})
    with qtbot.waitSignal(window.desk.looking.compared, timeout=LONG):
        qtbot.mouseClick(box.compare, LEFT)
    settle(qtbot, window)
    return window


def words_in(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget))


def net_of(window: MainWindow) -> dict[str, float]:
    comparison = window.desk.looking.comparison
    assert comparison is not None
    frame = comparison.table("areas").frame
    return dict(zip(frame["id"], frame["net"]))


def test_who_gains_and_who_loses_is_said_drawn_and_tabled(moved: MainWindow) -> None:
    comparison = moved.desk.looking.comparison
    assert comparison is not None
    box = compare_of(moved)
    assert together(comparison.sentence) in words_in(box.found)
    bars = box.found.findChild(ChangeBars)
    assert bars is not None
    assert sum(bar.gaining for bar in bars.bars) == pytest.approx(sum(bar.losing for bar in bars.bars))
    assert sum(bar.gaining for bar in bars.bars) > 50
    keys = list(moved.table.sheets)
    assert keys[0].endswith(":fifths")
    assert any(key.endswith(":areas") for key in keys)
    assert moved.map.canvas.accessibleName() == "Map: Scenario 1 beside Today"


def test_swapping_the_sides_gives_the_negative_of_every_number(moved: MainWindow, qtbot: QtBot) -> None:
    before = net_of(moved)
    box = compare_of(moved)
    with qtbot.waitSignal(moved.desk.looking.compared, timeout=LONG):
        qtbot.mouseClick(box.swap, LEFT)
    assert (box.a.currentData(), box.b.currentData()) == ("scenario-1", "")
    after = net_of(moved)
    assert any(before.values())
    assert after == {key: -value for key, value in before.items()}


def test_gains_and_losses_are_told_apart_without_colour(moved: MainWindow) -> None:
    model = moved.table.model()
    moved.table.show_sheet(next(key for key in moved.table.sheets if key.endswith(":areas")))
    model = moved.table.model()
    assert model is not None
    net = next(n for n, column in enumerate(model.columns) if column.name == "net")
    told = {model.id_at(row): model.text(row, net) for row in range(model.rowCount())}
    assert told["06037000009"].startswith("+")
    assert told["06037000001"].startswith(("-", "−"))
    assert told["06037000005"] == "0"
    scene = moved.map.canvas.scene()
    assert scene is not None
    frame = scene.frames["need-areas"].set_index("id")
    assert (frame[SIGN]["06037000009"], frame[SIGN]["06037000001"], frame[SIGN]["06037000005"]) == ("+", "−", "")
    drawing = scene.drawing("need-areas")
    assert drawing is not None
    assert [row.label for row in drawing.legend[:7]].index("no change") == 3
    assert frame[CHANGE]["06037000005"] == "no change"


def test_an_area_without_a_number_is_hatched_and_not_no_change(moved: MainWindow) -> None:
    comparison, project = moved.desk.looking.comparison, moved.desk.project
    assert comparison is not None
    frame = comparison.table("areas").frame
    frame.loc[frame["id"] == "06037000005", "net"] = float("nan")
    found = difference_layer(project, comparison)
    assert found is not None
    layer, shown = found
    from ecomap.render.style.drawing import resolve

    drawing = resolve(layer, shown)
    lost = shown["id"].tolist().index("06037000005")
    assert drawing.symbol_of(lost).hatch
    assert not any(drawing.symbol_of(row).hatch for row in range(len(shown)) if row != lost)


def drawn(qtbot: QtBot, *canvases: MapCanvas) -> None:
    """Wait until every map shows the ground out of reach of its side."""
    qtbot.waitUntil(lambda: all((scene := canvas.scene()) is not None and "need-areas:gap" in scene.frames for canvas in canvases), timeout=LONG)


def test_two_maps_move_together_and_leave_none_behind(moved: MainWindow, qtbot: QtBot) -> None:
    first = moved.map.canvas
    button = moved.findChild(QPushButton, "compare-beside")
    assert button is not None
    qtbot.mouseClick(button, LEFT)
    second = moved.map.two.second
    assert second is not None
    qtbot.waitUntil(lambda: second.scene() is not None, timeout=LONG)
    assert abs(first.width() - second.width()) <= 1
    assert first.accessibleName() == "Map: A: Today"
    assert second.accessibleName() == "Map: B: Scenario 1"
    assert second.accessibleDescription() == first.accessibleDescription() != ""
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Plus)
    qtbot.keyClick(first, Qt.Key.Key_Left)
    assert second.view() == first.view()
    at = second.rect().center()
    QTest.mousePress(second, LEFT, pos=at)
    QTest.mouseMove(second, at + QPoint(40, 25))
    QTest.mouseMove(second, at + QPoint(60, 45))
    assert second.view() == first.view()
    QTest.mouseRelease(second, LEFT, pos=at + QPoint(60, 45))
    qtbot.keyClick(first, Qt.Key.Key_0)
    assert second.view() == first.view()
    drawn(qtbot, first, second)
    sides = [set(canvas.scene().frames["services"]["id"]) for canvas in (first, second)]  # type: ignore[union-attr]
    assert "s1" in sides[0]
    assert "s1" not in sides[1]
    assert len(sides[1]) == 1
    moved.desk.select("need-areas", ("06037000005",))
    assert first._selection == second._selection == ("need-areas", ("06037000005",))
    moved.known_actions["scenario_beside"].trigger()
    assert moved.map.two.second is None
    qtbot.waitUntil(lambda: len(moved.findChildren(MapCanvas)) == 1, timeout=LONG)
    assert moved.desk.looking.comparison is not None


def test_a_click_on_the_second_map_opens_the_card_beside_it(moved: MainWindow, qtbot: QtBot) -> None:
    moved.desk.looking.show_beside(True)
    second = moved.map.two.second
    assert second is not None
    drawn(qtbot, second)
    x, y = second.window_shown().to_screen(centre(1, 2).x, centre(1, 2).y)
    qtbot.mouseClick(second, LEFT, pos=QPoint(round(x), round(y)))
    assert moved.desk.selection == ("need-areas", ("06037000008",))
    qtbot.waitUntil(moved.map.card.isVisible, timeout=LONG)


def test_closing_the_comparison_gives_map_and_tables_back(moved: MainWindow, qtbot: QtBot) -> None:
    button = moved.findChild(QPushButton, "compare-close")
    assert button is not None
    qtbot.mouseClick(button, LEFT)
    assert moved.desk.looking.comparison is None
    assert not any(key.startswith("result:comparison") for key in moved.table.sheets)
    canvas = moved.map.canvas
    qtbot.waitUntil(lambda: (scene := canvas.scene()) is not None and SIGN not in scene.frames["need-areas"], timeout=LONG)
    assert moved.desk.project.results == ()


def test_other_rows_take_the_comparison_away(moved: MainWindow) -> None:
    project = moved.desk.project
    moved.desk.apply(project.with_layer(project.layer("services"), project.frame("services").copy()), project.layer("services").name)
    assert moved.desk.looking.comparison is None


def test_one_side_twice_cannot_be_compared(window: MainWindow) -> None:
    window.show_scenarios()
    box = compare_of(window)
    assert (box.a.currentData(), box.b.currentData()) == ("", "")
    assert not box.compare.isEnabled()
    window.commands.scenarios.close(("services", "s1"))
    assert box.b.currentData() == "scenario-1"
    assert box.compare.isEnabled()


def test_a_kind_that_only_a_scenario_offers_can_be_asked_about(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.scenarios.change(Change("open", place=(NORTH_EAST.x, NORTH_EAST.y), target="service:Legal aid"))
    window.show_scenarios()
    box = compare_of(window)
    box.asked.change.setFocus()
    qtbot.keyClick(box.asked.change, Qt.Key.Key_Return)
    assert box.form is not None
    assert box.form.values()["target"] == "service:Legal aid"
    with qtbot.waitSignal(window.desk.looking.compared, timeout=LONG):
        window.known_actions["step_run"].trigger()
    assert max(net_of(window).values()) > 0
    assert min(net_of(window).values()) == 0


def test_closing_a_school_says_what_it_means(window: MainWindow, qtbot: QtBot) -> None:
    window.show_scenarios()
    closing = page_of(window).closing
    assert not closing.isVisible()
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier,
                     window.map.canvas.mapTo(window, place_of(window, "schools", "01964733000001")))
    from PySide6.QtWidgets import QApplication, QMenu

    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(one for one in menu.actions() if one.text() == "Close").trigger()
    menu.close()
    qtbot.waitUntil(lambda: closing.result is not None, timeout=LONG)
    assert closing.isVisible()
    assert closing.result is not None
    assert together(closing.result.sentence) in words_in(closing)
    button = closing.findChild(QPushButton, "closing-tables")
    assert button is not None
    qtbot.mouseClick(button, LEFT)
    assert next(iter(window.table.sheets)).startswith(f"result:{closing.result.id}:")
    window.commands.do_undo()
    assert not closing.isVisible()
