"""Answers about room by group can be read in Spanish, whatever there is to say of a group."""

from __future__ import annotations

import numpy as np
import pytest

from ecomap.render.words.phrases import untranslated
from tests import small_project as town
from tests.analysis.gaps.room.test_groups import answer
from tests.render.shown_texts import result_texts

LEARNERS = np.where(np.arange(9) == 4, 20.0, 10.0)


@pytest.mark.parametrize("columns", [
    {"learners": LEARNERS}, {"learners": LEARNERS, "learners_moe": np.full(9, 4.0)},
    {"learners": LEARNERS, "learners_moe": np.full(9, 40.0)}, {"learners": np.full(9, 10.0)}, {"learners": np.zeros(9)},
    {"over_65": np.full(9, 120.0)}, {"learners": [120.0] + [10.0] * 8}, {"poverty": town.need_areas()["poverty"]},
    {"learners": [27.0, np.nan, np.nan] + [30.0] * 6, "children": [0.0] + [100.0] * 8},
    {"learners": [7.0, np.nan] + [30.0] * 7, "children": [0.0] + [100.0] * 8},
])
def test_every_text_about_groups_has_a_translation(columns: dict) -> None:
    for capacity in (90.0, 2000.0):
        said = [text for _, text in result_texts(answer(columns, capacity)) if text]
        gaps = {piece for text in said for piece in untranslated(text, "es")}
        assert {gap for gap in gaps if "hildren in poverty" not in gap} == set()
