"""What the questions about assets say: every text a message, none of it put together of plain pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ecomap.analysis.assets
import ecomap.model
from ecomap.model.result import Result
from ecomap.model.said import Day, Listed, Quantity, Said
from tests.analysis.towns import ask, asset_tables, frames

QUESTIONS = ("overlap", "roles", "match", "peers", "dashboard")
# Words of others in the small town: names of schools, organisations and tracts, titles, notes and the project's own words.
OTHERS = re.compile(r"(West|Middle|East) School|Town schools|Helpers|Tract \d|Coordinator|Site lead|Counselor|Counselling office|"
                    r"Family centre|Survey|Minutes|projects|School garden|[\d-]+|; ")
CODES = {"id", "school_id", "peer_id", "rows", "approach", "function", "indicator", "year", "geometry", "start", "since"}


def _plain(text: Any) -> Iterator[str]:
    """The parts of a text that no message says."""
    if isinstance(text, Quantity | Day) or not isinstance(text, str):
        return
    if isinstance(text, Listed):
        for part in text.parts:
            yield from _plain(part)
    elif isinstance(text, Said) and text.key:
        for value in text.values.values():
            yield from _plain(value)
    elif OTHERS.sub("", text):
        yield str(text)


def _texts(result: Result) -> Iterator[Any]:
    yield from (result.title, result.sentence, result.bars_title)
    yield from (text for figure in result.figures for text in (figure.label, figure.note))
    yield from (note.text for note in result.notes)
    yield from (bar[0] for bar in result.bars)
    for output in result.outputs:
        yield output.title
        yield from (text for column in output.columns for text in (column.label, column.help))
        for column in set(output.frame.columns) - CODES:
            yield from output.frame[column].tolist()


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("given", [frames(**asset_tables()), frames(services=None, sites=None)], ids=["full", "empty"])
def test_every_text_is_a_message_or_the_words_of_others(name: str, given: Any) -> None:
    result = ask(name, given, **({"first_year": 2018, "last_year": 2025} if name == "dashboard" else {"as_of": "2025-01-15"}))
    assert sorted({part for text in _texts(result) for part in _plain(text)}) == []


def test_one_school_is_answered_in_messages() -> None:
    for school in ("West School", "Middle School", "East School"):
        for name in ("roles", "peers"):
            result = ask(name, frames(**asset_tables()), school=school, as_of="2025-01-15")
            assert list(_plain(result.sentence)) == []


def test_the_clock_is_asked_in_one_place() -> None:
    folders = [Path(package.__path__[0]) for package in (ecomap.analysis.assets, ecomap.model)]
    asking = [path.name for folder in folders for path in folder.rglob("*.py") if re.search(r"\.(today|now)\(", path.read_text("utf-8"))]
    assert asking == ["dates.py"]
