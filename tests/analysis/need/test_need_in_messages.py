"""Whatever the questions of need say is a message: sentences, labels, notes, bars and the words in their tables."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from ecomap.model.result import Result
from ecomap.model.said import Said
from tests import small_project as town
from tests.analysis.towns import ask, frames

QUESTIONS = {
    "need-index": {"draws": 50}, "sensitivity": {"draws": 20}, "clusters": {"permutations": 99}, "published-index": {},
    "school-areas": {"draws": 50},
}
WORDS = {"need-index": ("reason", "at_once"), "clusters": ("kind",), "school-areas": ("reason",)}


def holed() -> object:
    """The small town's need areas, one without its only indicator."""
    areas = town.need_areas()
    areas["poverty"] = areas["poverty"].where(np.arange(len(areas)) != 1)
    return areas


def texts(result: Result) -> Iterator[str]:
    yield from (result.title, result.sentence)
    yield from (note.text for note in result.notes)
    yield from (label for label, *_ in result.bars)
    for figure in result.figures:
        yield from (figure.label, figure.note)
    for output in result.outputs:
        yield output.title
        for column in output.columns:
            yield from (column.label, column.help)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_text_has_an_identity(name: str) -> None:
    result = ask(name, frames(areas=holed()), **QUESTIONS[name])
    assert [text for text in texts(result) if text and not isinstance(text, Said)] == []


@pytest.mark.parametrize("name", WORDS)
def test_words_in_cells_keep_theirs(name: str) -> None:
    frame = ask(name, frames(areas=holed()), **QUESTIONS[name]).main.frame
    for column in WORDS[name]:
        assert column in frame
        assert [cell for cell in frame[column].dropna() if cell and not isinstance(cell, Said)] == []
