"""The module map in the repository is what the modules say."""

from __future__ import annotations

from tools import make_module_map


def test_the_map_in_the_repository_is_current() -> None:
    assert make_module_map.PAGE.read_text(encoding="utf-8") == make_module_map.page(), "run tools/make_module_map.py"
