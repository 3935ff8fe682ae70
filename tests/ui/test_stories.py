"""What planners come for, driven by mouse and keys alone, in English and Spanish, with the number of actions it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QMenu,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import say
from ecomap.model.units import METRES_PER_MILE
from ecomap.render.words.language import ENGLISH
from ecomap.ui import speech
from ecomap.ui.dialogs.importing import ImportDialog
from ecomap.ui.dialogs.scenario import OpenDialog
from ecomap.ui.forms.fields import ChoiceField, DistanceField, NumberField
from ecomap.ui.look.parts import together
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.panels.scenarios import ScenariosPage
from ecomap.ui.panels.share import SharePanel
from ecomap.ui.speech import spoken
from ecomap.ui.window import MainWindow
from ecomap.workspace.settings import Settings
from tests.analysis.plan.expansion.test_ways_out import town as grid_town
from tests.other_cities import CITIES, CityFile, elsewhere
from tests.small_project import small_project
from tests.ui.conftest import LONG, place_of, settle
from tests.ui.test_importing import drop
from tests.ui.test_understanding import again, answer

LEFT, KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Planner:
    """A hand on mouse and keyboard that counts what it does: a press, a field filled, a choice, a file dropped."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.actions: list[str] = []

    def press(self, button: QWidget) -> None:
        """Click a button where it stands; it has to be in sight."""
        self._in_sight(button)
        self.actions.append(f"press {button.accessibleName()}")
        self.qtbot.mouseClick(button, LEFT)

    def step(self, key: str) -> None:
        self.press(self.window.strip.buttons[key])

    def keys(self, key: Qt.Key) -> None:
        """A command by its keys: Ctrl, Shift and a letter."""
        self.actions.append(f"keys Ctrl+Shift+{key.name}")
        QTest.keyClick(self.window, key, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)

    def type(self, field: QWidget, text: str) -> None:
        """Fill a field: what it holds gives way to what is typed, and Return confirms it."""
        self._in_sight(field)
        self.actions.append(f"type {text}")
        field.setFocus()
        if isinstance(field, QAbstractSpinBox):
            field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def choose(self, box: QComboBox, data: object) -> None:
        """Open a list and take one of it, by the keys that everybody has."""
        self._in_sight(box)
        place = box.findData(data)
        assert place >= 0, [box.itemData(n) for n in range(box.count())]
        self.actions.append(f"choose {box.itemText(place)}")
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(place):
            QTest.keyClick(box, Qt.Key.Key_Down)
        assert box.currentData() == data

    def drop(self, path: Path) -> None:
        self.actions.append(f"drop {path.name}")
        drop(self.window, path)

    def brought(self, file: CityFile) -> None:
        """Drop a file, answer what its dialog asks, and bring it in."""
        def shown() -> list[ImportDialog]:
            return [found for found in self.window.findChildren(ImportDialog) if found.isVisible()]

        self.drop(file.path)
        self.qtbot.waitUntil(lambda: len(shown()) == 1, timeout=LONG)
        dialog = shown()[0]
        assert dialog.role.currentData() == file.role, file.path.name
        for option, said in file.answers:
            if option == "--crs":
                self.choose(dialog.crs, said)
                dialog.crs.activated.emit(dialog.crs.currentIndex())
            elif option == "--answer":
                code, _, word = said.partition("=")
                answer(dialog.doubts.boxes[code], word)
                self.actions.append(f"answer {said}")
            else:
                column, _, way = said.partition("=")
                answer(dialog.columns.ways[column], {"more": 1, "less": -1, "none": 0}[way])
                self.actions.append(f"answer {said}")
            again(self.qtbot, dialog)
        with self.qtbot.waitSignal(self.window.desk.imported, timeout=LONG):
            self.press(dialog.go)
        settle(self.qtbot, self.window)

    def right_click(self, at: QPoint, *words: str) -> None:
        """The menu of a point of the map, and an entry of it: two actions."""
        handle = self.window.windowHandle()
        self.actions.append("right click")
        QTest.mouseMove(handle, QPoint(3, 3))
        QTest.mouseClick(handle, Qt.MouseButton.RightButton, KEYS, self.window.map.canvas.mapTo(self.window, at))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for word in words:
            entry = next(one for one in menu.actions() if one.text().startswith(word))
            self.actions.append(f"menu {entry.text()}")
            inner = entry.menu()
            if isinstance(inner, QMenu):
                menu = inner
            else:
                entry.trigger()
        menu.close()

    def other_question(self, panel: QuestionPanel, analysis: str) -> None:
        """The menu of the step's other questions, and one of them: two actions."""
        self.press(panel.others)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        self.actions.append(f"menu {analysis}")
        for _ in menu.actions():
            QTest.keyClick(menu, Qt.Key.Key_Down)
            if (entry := menu.activeAction()) is not None and entry.data() == analysis:
                break
        QTest.keyClick(menu, Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: panel.current == analysis, timeout=LONG)

    def asked(self, panel: QuestionPanel) -> Result:
        """Press the button of a question and read its answer."""
        with self.qtbot.waitSignal(self.window.desk.answered, timeout=LONG):
            self.press(panel.ask)
        settle(self.qtbot, self.window)
        assert panel.result is not None
        return panel.result

    def panel(self, key: str) -> QuestionPanel:
        panel = self.window.panels[key]
        assert isinstance(panel, QuestionPanel)
        self.qtbot.waitUntil(lambda: panel.form is not None and panel.form.isVisible(), timeout=LONG)
        return panel

    def exported(self, to: Path) -> str:
        """Press Export in the step Share; the system's own dialog says where to."""
        share = self.window.panels["share"]
        assert isinstance(share, SharePanel)
        share.open_after.setChecked(False)  # no browser in a test
        with self.qtbot.waitSignal(self.window.desk.said, timeout=LONG):
            self.press(share.write)
        return to.read_text(encoding="utf-8")

    def _in_sight(self, control: QWidget) -> None:
        panel = self.window.panels[self.window.step]
        if panel.isAncestorOf(control):
            panel.area.ensureWidgetVisible(control)
        assert control.isVisible(), control.accessibleName()
        assert control.isEnabled(), control.accessibleName()


@pytest.fixture(params=["en", "es"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    speech.use(request.param)
    yield request.param
    speech.use(ENGLISH)


@pytest.fixture
def open_on(light: None, language: str, qtbot: QtBot) -> Iterator[Callable[[Project], Planner]]:
    """A window in a language of its own, on a project."""
    made: list[MainWindow] = []

    def opened(project: Project) -> Planner:
        window = MainWindow(Settings())
        made.append(window)
        window.resize(1280, 800)
        with qtbot.waitExposed(window):
            window.show()
        window.desk.replace(project, None)
        settle(qtbot, window)
        return Planner(window, qtbot)

    yield opened
    for window in made:
        window.desk.workspace.mark_saved(window.desk.workspace.path)  # type: ignore[arg-type]
        window.close()
        window.deleteLater()


@pytest.fixture
def where_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What the system's dialog for a file answers."""
    path = tmp_path / "meeting.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(path), ""))
    return path


def test_half_a_mile_and_the_meeting_file_in_five_actions(open_on: Callable[[Project], Planner], where_to: Path) -> None:
    planner = open_on(small_project())
    planner.step("gaps")
    gaps = planner.panel("gaps")
    assert gaps.form is not None
    distance = gaps.form.fields["radius_m"]
    assert isinstance(distance, DistanceField)
    planner.type(distance.box, "0.5")
    answer = planner.asked(gaps)
    assert answer.provenance is not None
    assert answer.provenance.params["radius_m"] == pytest.approx(0.5 * METRES_PER_MILE)
    planner.step("share")
    page = planner.exported(where_to)
    assert len(planner.actions) <= 5, planner.actions
    assert f'lang="{speech.code()}"' in page
    assert "0.5 mi" in page


def test_a_plan_that_cannot_be_is_mended_in_twelve_actions(open_on: Callable[[Project], Planner]) -> None:
    planner = open_on(grid_town())
    planner.step("plan")
    panel = planner.panel("plan")
    planner.other_question(panel, "plan")
    panel = planner.panel("plan")
    assert panel.form is not None
    planner.press(panel.form.fold.head)
    fields = panel.form.fields
    values = {"budget_usd": "250", "cost_per_site_usd": "100", "at_least_per_board_district": "1"}
    target = fields["target"]
    assert isinstance(target, ChoiceField)
    planner.choose(target.box, "none")
    for setting, text in values.items():
        field = fields[setting]
        assert isinstance(field, NumberField)
        planner.type(field.box, text)
    planner.press(panel.ask)
    planner.qtbot.waitUntil(lambda: panel.page.clash.isVisible(), timeout=LONG)
    ways = panel.page.clash.findChildren(QPushButton, "way-out")
    with planner.qtbot.waitSignal(planner.window.desk.answered, timeout=LONG):
        planner.press(ways[0])
    settle(planner.qtbot, planner.window)
    assert panel.result is not None
    assert len(planner.actions) <= 12, planner.actions


def test_another_city_from_nothing_to_the_meeting_file_in_twenty_actions(
    open_on: Callable[[Project], Planner], where_to: Path, shared_data: Path, tmp_path: Path,
) -> None:
    city = CITIES["seattle"](elsewhere(shared_data), tmp_path)
    planner = open_on(Project())
    for file in city.files:
        planner.brought(file)
    planner.step("need")
    planner.asked(planner.panel("need"))
    planner.step("gaps")
    gaps = planner.panel("gaps")
    assert gaps.form is not None
    target = gaps.form.fields["target"]
    assert isinstance(target, ChoiceField)
    if target.value() != city.target:
        planner.choose(target.box, city.target)
    answer = planner.asked(gaps)
    reached = next(float(one.value) for one in answer.figures if one.name == "share_out_of_reach" and one.value is not None)
    assert 1 - reached == pytest.approx(city.share_in_reach(), abs=2e-3)
    planner.step("share")
    page = planner.exported(where_to)
    assert len(planner.actions) <= 20, planner.actions
    assert str(answer.title) in page or speech.code() != ENGLISH


def test_two_scenarios_are_laid_side_by_side_in_nine_actions(open_on: Callable[[Project], Planner]) -> None:
    planner = open_on(small_project())
    window = planner.window
    planner.right_click(corner_of(window), spoken(say("What if something stood here?")))
    asked = next(one for one in window.findChildren(OpenDialog) if one.isVisible())
    planner.press(asked.take)
    settle(planner.qtbot, window)
    planner.keys(Qt.Key.Key_E)
    planner.press(named_button(window, "scenario-new"))
    settle(planner.qtbot, window)
    planner.right_click(place_of(window, "schools", "01964733000001"), spoken(say("Close", context="what is closed")))
    assert [len(one.changes) for one in window.desk.project.scenarios] == [1, 1]
    plan = window.panels["plan"]
    assert isinstance(plan, QuestionPanel)
    assert isinstance(plan.beside, ScenariosPage)
    box = plan.beside.compare
    first, second = (one.id for one in window.desk.project.scenarios)
    if box.a.currentData() != first:
        planner.choose(box.a, first)
    assert box.b.currentData() == second
    with planner.qtbot.waitSignal(window.desk.looking.compared, timeout=LONG):
        planner.press(box.compare)
    settle(planner.qtbot, window)
    comparison = window.desk.looking.comparison
    assert comparison is not None
    shown = "".join(one.text() for one in box.found.findChildren(QLabel) if one.isVisibleTo(window))
    assert together(spoken(comparison.sentence)) in shown
    assert len(planner.actions) <= 9, planner.actions


def corner_of(window: MainWindow) -> QPoint:
    """Ground where no point stands."""
    at = place_of(window, "need-areas", "06037000008")
    return QPoint(at.x() + 20, at.y() - 20)


def named_button(window: MainWindow, key: str) -> QPushButton:
    return next(one for one in window.findChildren(QPushButton, key) if one.isVisible())
