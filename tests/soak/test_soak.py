"""A short day at the window, with every run of the tests; the long one: ``python -m tests.soak``."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.soak.day import at_rest, planner, worked

ACTIONS = 150


@pytest.mark.slow
def test_a_short_day_makes_no_mistake_and_leaves_no_project_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setenv("ECOMAP_HOME", str(tmp_path / "home"))
    with planner(tmp_path, seed=3) as (one, kept):
        worked(one, actions=ACTIONS // 3, seconds=0)
        early = at_rest(one, kept)
        worked(one, actions=2 * ACTIONS // 3, seconds=0)
        late = at_rest(one, kept)
        assert one.diary.faults == []
        assert late["projects"] <= early["projects"] + 2
        assert late["windows"] <= early["windows"]
