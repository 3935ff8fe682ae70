"""A command that is stopped while worker processes are in the middle of its parts: one sentence, and nothing left of it."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecomap.workspace import operations
from tests.small_project import small_project
from tests.workspace.spread.endless import BEGUN

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
psutil = pytest.importorskip("psutil")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="Windows tells no process of a signal like this")]
LONG_S = 180  # waits end when the thing happens; this is only when to give up


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A question asked with two workers, in a group of its own as a terminal makes it, and the folder of its project."""
    place, scratch, begun = tmp_path / "work", tmp_path / "scratch", tmp_path / "begun"
    for folder in (place, scratch, begun):
        folder.mkdir()
    operations.save_project(small_project(), place / "town.ecomap.gpkg")
    shutil.copytree(place, tmp_path / "before")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.workspace.spread.endless", "run", "coverage-gap", str(place / "town.ecomap.gpkg"), "--target", "service:Mental Health",
         "--workers", "2", "--out", str(place / "gaps.csv")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True,
        env={**os.environ, "TMPDIR": str(scratch), "ECOMAP_TEST_BEGUN": str(begun), "ECOMAP_LANGUAGE": "en"},
    ) as process:
        try:
            yield process, tmp_path
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def content(folder: Path) -> dict[str, str]:
    """Every file below a folder, and the checksum of what it holds."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def in_the_middle(process: subprocess.Popen[str], begun: Path) -> list[psutil.Process]:
    """Wait until both workers have begun a part; the command's processes."""
    gave_up = time.monotonic() + LONG_S
    while len(list(begun.glob(f"{BEGUN}*"))) < 2:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < gave_up
        time.sleep(0.05)
    there = psutil.Process(process.pid).children(recursive=True)
    assert {int(path.name.removeprefix(BEGUN)) for path in begun.iterdir()} <= {one.pid for one in there}
    return there


@pytest.mark.parametrize("who", ["the command", "all its processes"])
def test_stopped_in_the_middle_nothing_is_left_and_nothing_has_changed(asked: tuple[subprocess.Popen[str], Path], who: str) -> None:
    process, folder = asked
    there = in_the_middle(process, folder / "begun")
    if who == "the command":
        os.kill(process.pid, signal.SIGINT)
    else:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, told = process.communicate(timeout=LONG_S)
    assert (process.returncode, out) == (3, "")
    assert told.strip() == "Stopped. Nothing was changed."
    _, alive = psutil.wait_procs(there, timeout=LONG_S)
    assert alive == []
    assert content(folder / "work") == content(folder / "before")
    assert content(folder / "scratch") == {}
