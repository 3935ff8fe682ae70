"""The answer about merged areas offers to use them as need areas; no other answer does."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QPushButton

from ecomap.model.said import say
from ecomap.ui.panels.answer import Answer
from ecomap.workspace import operations
from tests.sentences.projects import with_margins


def test_one_press_asks_for_it(qtbot: Any) -> None:
    answer = Answer(say("Nothing computed yet."), say("What next?"))
    qtbot.addWidget(answer)
    project, merged = operations.run_analysis(with_margins(), "merged-areas", {})
    answer.show_result(merged)
    press = answer.findChild(QPushButton, "use-areas")
    assert press is not None
    with qtbot.waitSignal(answer.areas_asked):
        press.click()
    _, other = operations.run_analysis(project, "need-index", {})
    another = Answer(say("Nothing computed yet."), say("What next?"))
    qtbot.addWidget(another)
    another.show_result(other)
    assert another.findChild(QPushButton, "use-areas") is None
