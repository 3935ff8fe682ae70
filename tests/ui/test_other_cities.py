"""From an empty window to the meeting file in three cities that are not Los Angeles: dropped files, the dialog, the steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ecomap.analysis import registry
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.ui.dialogs.importing import ImportDialog
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.panels.share import SharePanel
from ecomap.ui.window import MainWindow
from tests.other_cities import CITIES, City, CityFile, elsewhere
from tests.ui.conftest import LONG, settle
from tests.ui.test_importing import drop
from tests.ui.test_understanding import again, answer

LEFT = Qt.MouseButton.LeftButton
SLACK = 2e-3


@pytest.fixture(params=sorted(CITIES))
def city(request: pytest.FixtureRequest, shared_data: Path, tmp_path: Path) -> City:
    return CITIES[request.param](elsewhere(shared_data), tmp_path)


def brought(window: MainWindow, qtbot: QtBot, file: CityFile) -> ImportDialog:
    """The dialog that a dropped file opens, with what the planner says in it."""
    def shown() -> list[ImportDialog]:
        return [found for found in window.findChildren(ImportDialog) if found.isVisible()]

    drop(window, file.path)
    qtbot.waitUntil(lambda: len(shown()) == 1, timeout=LONG)
    dialog = shown()[0]
    assert dialog.role.currentData() == file.role, file.path.name
    for option, said in file.answers:
        if option == "--crs":
            assert dialog.problem.isVisible()
            assert "crs" not in dialog.doubts.boxes  # asked once
            place = dialog.crs.findData(said)
            assert place >= 0
            dialog.crs.setCurrentIndex(place)
            dialog.crs.activated.emit(place)
        elif option == "--answer":
            code, _, word = said.partition("=")
            answer(dialog.doubts.boxes[code], word)
        else:
            column, _, way = said.partition("=")
            answer(dialog.columns.ways[column], {"more": 1, "less": -1, "none": 0}[way])
        again(qtbot, dialog)
    assert not dialog.problem.isVisible(), dialog._problem_words.text()
    assert not dialog.preview.view.open_doubts
    return dialog


def result_of(window: MainWindow, qtbot: QtBot, analysis: str, **said: object) -> Result:
    step = registry.analysis(analysis).step
    window.show_step(step)
    panel = window.panels[step]
    assert isinstance(panel, QuestionPanel)
    panel.choose(analysis)
    qtbot.waitUntil(lambda: panel.form is not None and panel.ask.isEnabled(), timeout=LONG)
    assert panel.form is not None
    if said:
        panel.form.set_values({**panel.form.values(), **said})
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.mouseClick(panel.ask, LEFT)
    settle(qtbot, window)
    assert panel.result is not None
    return panel.result


def figure(result: Result, name: str) -> float:
    return next(float(one.value) for one in result.figures if one.name == name)


def test_dropped_files_lead_from_an_empty_window_to_the_meeting_file(
    window: MainWindow, qtbot: QtBot, city: City, tmp_path: Path
) -> None:
    window.desk.replace(Project(), None)
    settle(qtbot, window)
    for file in city.files:
        dialog = brought(window, qtbot, file)
        with qtbot.waitSignal(window.desk.imported, timeout=LONG):
            qtbot.mouseClick(dialog.go, LEFT)
        settle(qtbot, window)
    need = result_of(window, qtbot, "need-index")
    assert figure(need, "areas_scored") == city.scores.notna().sum()
    gaps = result_of(window, qtbot, "coverage-gap", target=city.target)
    assert figure(gaps, "children_total") == pytest.approx(city.areas["people"].sum())
    assert 1 - figure(gaps, "share_out_of_reach") == pytest.approx(city.share_in_reach(), abs=SLACK)
    first = result_of(window, qtbot, "priority", target=city.target)
    assert city.first_school(nowhere=False)[0] in str(first.sentence)
    plan = result_of(window, qtbot, "plan", target=city.target)
    assert figure(plan, "children_newly_reached") > 0
    share = window.panels["share"]
    assert isinstance(share, SharePanel)
    window.show_step("share")
    share.open_after.setChecked(False)
    share.title.setText(f"Reach in {city.title}")
    page = tmp_path / "meeting.html"
    with qtbot.waitSignal(window.desk.said, timeout=LONG) as told:
        share.export(page)
    assert told.args[0].text.startswith("Wrote meeting.html")
    assert f"<title>Reach in {city.title}" in page.read_text(encoding="utf-8")
