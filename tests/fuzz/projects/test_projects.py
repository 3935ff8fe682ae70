"""A few damaged and hostile projects through every command and the window, with every run of the tests; the whole: ``python -m tests.fuzz.projects``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fuzz.projects.making import made
from tests.fuzz.projects.seeds import seeds
from tests.fuzz.projects.trial import WHOLE, tried

NUMBERS = (*range(5_000_000, 5_000_006), 3_000_003, 3_000_008)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child process per file")
def test_a_damaged_project_opens_with_what_is_sound_or_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOMAP_HOME", str(tmp_path / "home"))
    sound = seeds(tmp_path / "seeds", large=False)
    outcomes = [tried(made(sound, number, tmp_path / "making"), tmp_path / "tried") for number in NUMBERS]
    assert [(one.number, one.what, one.wrong) for one in outcomes if one.wrong] == []
    assert any(one.fate != WHOLE for one in outcomes)
