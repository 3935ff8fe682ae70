"""The log file is written once, turned over, and never in the way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from ecomap.workspace.log import LOG_BYTES, LOG_FILES, log, log_path, set_up_log


@pytest.fixture(autouse=True)
def _closed_afterwards() -> Iterator[None]:
    yield
    for handler in tuple(log.handlers):
        if isinstance(handler, RotatingFileHandler):
            log.removeHandler(handler)
            handler.close()
    log.setLevel(logging.NOTSET)


def test_what_is_logged_is_in_the_file_once() -> None:
    assert set_up_log() == log_path()
    set_up_log()
    log.info("Opened %s", "a.ecomap.gpkg")
    log.debug("not at this level")
    lines = log_path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("INFO MainThread Opened a.ecomap.gpkg")


def test_the_file_is_turned_over_and_the_last_ones_kept() -> None:
    path = set_up_log()
    assert path is not None
    line = "x" * 100_000
    for _ in range(5 * LOG_BYTES // len(line)):
        log.info(line)
    assert sorted(entry.name for entry in path.parent.iterdir()) == [
        "ecomap.log", *(f"ecomap.log.{number}" for number in range(1, LOG_FILES)),
    ]
    assert all(entry.stat().st_size <= LOG_BYTES for entry in path.parent.iterdir())


def test_a_folder_that_cannot_be_written_means_no_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ECOMAP_HOME", str(tmp_path / "file" / "home"))
    assert set_up_log() is None


def test_the_log_moves_with_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = set_up_log()
    monkeypatch.setenv("ECOMAP_HOME", str(tmp_path / "other"))
    second = set_up_log()
    log.warning("here now")
    assert first is not None
    assert second is not None
    assert first.read_text() == ""
    assert "here now" in second.read_text()
