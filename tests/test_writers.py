"""Two programs that write to one project at once: what either acknowledged is in the file; the tool tries a hundred pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.writers.trial import by_command, by_python

PAIRS = 5


@pytest.mark.slow
@pytest.mark.parametrize("number", range(PAIRS))
def test_two_imports_at_once_are_both_there(number: int, tmp_path: Path) -> None:
    outcome = by_command(tmp_path, number)
    assert (outcome.acknowledged, outcome.lost, outcome.said) == (2, 0, ())


@pytest.mark.slow
@pytest.mark.parametrize("number", range(PAIRS))
def test_two_python_programs_lose_nothing_that_was_acknowledged(number: int, tmp_path: Path) -> None:
    outcome = by_python(tmp_path, number)
    assert outcome.acknowledged >= 1
    assert (outcome.lost, outcome.said) == (0, ())
