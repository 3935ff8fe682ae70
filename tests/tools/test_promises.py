"""The page of promises names tests and commands that are there."""

from __future__ import annotations

import importlib.util
import re

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")


def test_every_test_that_a_promise_names_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/.]+)`", PAGE))
    assert len(named) > 15
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []


def test_every_command_that_a_promise_names_can_be_called() -> None:
    named = set(re.findall(r"`python -m (tests[\w.]+)`", PAGE))
    assert named
    assert [name for name in named if importlib.util.find_spec(f"{name}.__main__") is None] == []
