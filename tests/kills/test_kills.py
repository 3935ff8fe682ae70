"""Fifty kills at random moments, with every run of the tests; the whole: ``python -m tests.kills``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.kills.__main__ import table
from tests.kills.trial import KINDS, killed

COUNT = 52


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs SIGKILL and fork")
def test_whatever_is_killed_leaves_sound_files_and_loses_the_last_action_at_most(tmp_path: Path) -> None:
    outcomes = list(killed(KINDS, COUNT, tmp_path, seed=20))
    assert [f"{one.kind} {one.number}: {one.wrong}" for one in outcomes if one.wrong] == [], table(outcomes)
    assert all(any(one.done for one in outcomes if one.kind == kind) for kind in KINDS), table(outcomes)
    assert any(one.brought_back for one in outcomes), table(outcomes)
