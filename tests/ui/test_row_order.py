"""Tables of a hundred thousand rows: their order and the words they are looked through by, found fast and the same as cell by cell."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecomap.model.said import name, say, waiting
from ecomap.render.words.cells import is_missing
from ecomap.ui import speech
from ecomap.ui.models import row_order
from ecomap.ui.models.row_order import folded, sorted_rows, words_of
from ecomap.ui.models.table import FrameModel, layer_sheet
from ecomap.ui.ready import make_ready
from tests.small_project import small_project


def plainly_sorted(values: list[Any], descending: bool) -> list[int]:
    """The rule of the order, cell by cell."""
    here = [row for row, value in enumerate(values) if not is_missing(value) and value != ""]
    numbers = all(isinstance(values[row], float) for row in here)
    ordered = sorted(here, key=lambda row: values[row] if numbers else words_of(values[row]).casefold(), reverse=descending)
    if numbers and descending:  # ties stay in their first order
        ordered = sorted(here, key=lambda row: -values[row])
    return [*ordered, *(row for row in range(len(values)) if row not in here)]


@pytest.mark.parametrize("code", ["en", "es", "qps"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("cells", [
    ["b", "A", "", "a", "B", "Ärger"], ["b", None, "A", math.nan], [say("in reach"), "zoo", say("Nobody"), ""], [say("in reach"), name("Zoo"), None],
    [2.0, math.nan, 1.0, 2.0, math.inf, -math.inf], [],
], ids=str)
def test_rows_stand_in_the_order_of_their_words_whatever_the_cells_are(cells: list[Any], descending: bool, code: str) -> None:
    speech.use(code)
    try:
        values = np.array(cells, dtype=float) if cells and all(isinstance(cell, float) for cell in cells) else np.array([*cells, None], dtype=object)[:-1]
        assert sorted_rows(values, descending).tolist() == plainly_sorted(cells, descending)
        assert folded(values) == [words_of(cell).casefold() for cell in values.tolist()]
    finally:
        speech.use("en")


def test_in_english_looking_through_a_table_asks_no_message_for_more_than_its_text() -> None:
    asked: list[str] = []
    cell = waiting("in reach", lambda text: asked.append(text))  # type: ignore[func-returns-value]
    assert folded(np.array([cell, "B"], dtype=object)) == ["in reach", "b"]
    assert sorted_rows(np.array([cell, "B"], dtype=object), False).tolist() == [1, 0]
    assert asked == []


def test_the_order_of_a_table_is_found_before_the_window_shows_it(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    project = small_project()
    make_ready(project)
    monkeypatch.setattr(row_order, "sorted_rows", lambda *_: pytest.fail("sorted again"))
    (schools,) = project.layers_of("school")
    model = FrameModel(layer_sheet(schools, project.frame(schools.id)))
    model.sort([column.name for column in model.columns].index("name"))
    assert [model.text(row, 0) for row in range(model.rowCount())] == sorted(project.frame(schools.id)["name"], key=str.casefold)
