"""Student groups in the form: none until somebody ticks one, and none again after."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ecomap.analysis.gaps.room.question import CapacityParams
from ecomap.model.params import Choice
from ecomap.ui.forms.fields import ChecklistField
from ecomap.ui.forms.of_params import Form

GROUPS = (Choice("english_learners", "English learners"), Choice("poverty", "Living below the poverty line (estimated from a rate)"))

INSIDE = QPoint(8, 8)


@pytest.fixture
def form(qtbot: QtBot, light: None) -> Form:
    made = Form(CapacityParams, lambda name: GROUPS if name == "student_group" else ())
    qtbot.addWidget(made)
    made.show()
    return made


def _groups(form: Form) -> ChecklistField:
    field = form.fields["groups"]
    assert isinstance(field, ChecklistField)
    return field


def test_untouched_no_group_is_told_apart(form: Form) -> None:
    groups = _groups(form)
    assert groups.value() == ("none",)
    assert not any(box.isChecked() for box in groups.boxes.values())


def test_what_is_ticked_is_asked_and_unticking_asks_nothing(form: Form, qtbot: QtBot) -> None:
    groups = _groups(form)
    qtbot.mouseClick(groups.boxes["poverty"], Qt.MouseButton.LeftButton, pos=INSIDE)
    assert groups.value() == ("poverty",)
    qtbot.mouseClick(groups.boxes["poverty"], Qt.MouseButton.LeftButton, pos=INSIDE)
    assert groups.value() == ()
    for box in groups.boxes.values():
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=INSIDE)
    assert groups.value() == ("english_learners", "poverty")
