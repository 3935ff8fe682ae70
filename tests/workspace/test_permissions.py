"""Files that EcoMap writes have the permissions that the user's own rule (umask) gives, and keep those of a file they replace."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecomap.model.project import Project
from ecomap.workspace import operations
from tests.small_project import small_project

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")

PROJECT = "p.ecomap.gpkg"
TABLES = ("rows.csv", "rows.xlsx", "rows.gpkg", "rows.geojson")
PAGES = ("page.html", "page.pdf", "page.png", "page.svg")
MODES = {0o022: 0o644, 0o077: 0o600, 0o002: 0o664}


@pytest.fixture(scope="module")
def town() -> Project:
    return small_project()


def written(town: Project, path: Path) -> int:
    """Write a file of this name; its permissions."""
    if path.name == PROJECT:
        operations.save_project(town, path)
    else:
        operations.export(town, path, **({"layer": "schools"} if path.name in TABLES else {}))
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(rule: int) -> Iterator[None]:
    before = os.umask(rule)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("rule", MODES, ids=oct)
@pytest.mark.parametrize("called", [PROJECT, *TABLES, *PAGES])
def test_a_new_file_is_as_the_users_rule_says(called: str, rule: int, town: Project, tmp_path: Path) -> None:
    with umask(rule):
        assert oct(written(town, tmp_path / called)) == oct(MODES[rule])


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664], ids=oct)
@pytest.mark.parametrize("called", [PROJECT, *TABLES, *PAGES])
def test_a_file_that_is_replaced_keeps_its_permissions(called: str, mode: int, town: Project, tmp_path: Path) -> None:
    path = tmp_path / called
    written(town, path)
    path.chmod(mode)
    assert oct(written(town, path)) == oct(mode)
    if called == PROJECT:
        earlier = path.with_name(f"{called}.~1~")
        assert oct(stat.S_IMODE(earlier.stat().st_mode)) == oct(mode), "nobody reads more of the version before"


def test_nobody_else_reads_what_is_half_written(town: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int]] = []
    replace = os.replace

    def looked(source: str | Path, target: str | Path) -> None:
        seen.extend((one.name, stat.S_IMODE(one.stat().st_mode)) for one in tmp_path.iterdir() if one.name.endswith(".part"))
        replace(source, target)

    monkeypatch.setattr(os, "replace", looked)
    with umask(0o002):
        for called in (*TABLES, *PAGES):
            written(town, tmp_path / called)
    assert len(seen) >= len(TABLES) + len(PAGES)
    assert {mode for _, mode in seen} == {0o700}
