"""The window of somebody who has only areas, or only areas and schools: what is needed stands before the button, with the way to it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ecomap.analysis import registry
from ecomap.model.project import Project
from ecomap.ui.forms.fields import DistanceField
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.panels.share import SharePanel
from ecomap.ui.window import MainWindow
from tests.small_project import small_project
from tests.ui.conftest import LONG, settle

LEFT = Qt.MouseButton.LeftButton


def only(*roles: str) -> Project:
    project = small_project()
    for layer in project.layers:
        if layer.role not in roles:
            project = project.without_layer(layer.id)
    return project


def panel_of(window: MainWindow, qtbot: QtBot, analysis: str) -> QuestionPanel:
    step = registry.analysis(analysis).step
    window.show_step(step)
    panel = window.panels[step]
    assert isinstance(panel, QuestionPanel)
    panel.choose(analysis)
    qtbot.waitUntil(lambda: panel.form is not None)
    return panel


def test_an_empty_project_is_told_what_each_step_needs_with_the_button_that_brings_it(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.replace(Project(), None)
    settle(qtbot, window)
    asked: list[bool] = []
    window.desk.import_asked.disconnect()
    window.desk.import_asked.connect(lambda: asked.append(True))
    for step, words in (("need", "neighborhoods with numbers"), ("gaps", "neighborhoods with numbers"), ("plan", "schools with their places"),
                        ("money", "schools with their places")):
        window.show_step(step)
        panel = window.panels[step]
        assert isinstance(panel, QuestionPanel)
        assert words in panel.page.lacking.words.text()
        qtbot.mouseClick(panel.page.lacking.bring, LEFT)
    assert len(asked) == 4


def test_areas_alone_can_be_asked_who_is_out_of_reach(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.replace(only("need_area"), None)
    settle(qtbot, window)
    panel = panel_of(window, qtbot, "coverage-gap")
    assert panel.form is not None
    assert panel.form.values()["target"] == "none"
    assert "as if nobody has it yet" in panel.page.lacking.words.text()
    assert panel.ask.isEnabled()
    with qtbot.waitSignal(window.desk.answered, timeout=LONG):
        qtbot.mouseClick(panel.ask, LEFT)
    assert panel.result is not None
    assert panel.result.sentence.startswith("No one in this project offers it yet: all 900")
    panel = panel_of(window, qtbot, "priority")
    assert "schools with their places" in panel.page.lacking.words.text()
    assert not panel.ask.isEnabled()


def test_what_is_there_hides_the_box(window: MainWindow, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot, "coverage-gap")
    assert not panel.page.lacking.isVisible()
    assert panel.ask.isEnabled()


def test_nothing_to_share_says_what_it_takes(window: MainWindow, qtbot: QtBot) -> None:
    share = window.panels["share"]
    assert isinstance(share, SharePanel)
    window.show_step("share")
    assert not share.lacking.isVisible()
    window.desk.replace(Project(), None)
    settle(qtbot, window)
    window.show_step("share")
    assert share.lacking.isVisible()
    assert not share.write.isEnabled()


@pytest.mark.parametrize(("chosen", "suffix"), [("metric", " km"), ("us", " mi")])
def test_distances_are_typed_in_the_units_somebody_chose(chosen: str, suffix: str, qtbot: QtBot) -> None:
    from ecomap.analysis.gaps.coverage.question import CoverageParams
    from ecomap.model import units
    from ecomap.model.params import param_specs

    spec = next(spec for spec in param_specs(CoverageParams) if spec.name == "radius_m")
    try:
        units.choose_system(chosen)
        field = DistanceField(spec)
        qtbot.addWidget(field)
        assert field.box.suffix() == suffix
        field.box.setValue(2.0)
        assert field.value() == pytest.approx(2.0 * units.long_unit())
        field.set_value(1609.344)
        assert field.value() == 1609.344
    finally:
        units.choose_system("")
