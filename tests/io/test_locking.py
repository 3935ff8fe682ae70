"""One writer at a time: who holds a project file, who waits, and what a dead program leaves."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecomap.io.store.locking import HeldError, held, holder_of, lock_path, take
from ecomap.io.store.saving import save_project
from tests.io import projects

HOLDS = """
import sys
from ecomap.io.store.locking import take
hold = take(sys.argv[1], sys.argv[2])
print("held", flush=True)
sys.stdin.readline()
hold.release()
"""


@contextmanager
def another_program(path: Path, called: str = "ecomap import") -> Iterator[subprocess.Popen[str]]:
    """A program that holds the lock of a file until it is told to let go, or ends."""
    running = subprocess.Popen([sys.executable, "-c", HOLDS, str(path), called], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "held\n"
        yield running
    finally:
        if running.poll() is None:
            running.communicate("\n", timeout=30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "la.ecomap.gpkg"


def test_what_another_program_holds_is_refused_with_its_name(path: Path) -> None:
    with another_program(path):
        with pytest.raises(HeldError, match="ecomap import") as refused:
            take(path, wait_s=0.0)
        assert refused.value.holder.pid != os.getpid()
        holder = holder_of(path)
        assert holder is not None
        assert holder.program == "ecomap import"
        assert holder.when
    assert holder_of(path) is None


def test_nothing_stays_beside_the_file_afterwards(path: Path) -> None:
    with held(path):
        assert lock_path(path).exists()
    assert list(path.parent.iterdir()) == []


def test_one_waits_until_the_other_is_done(path: Path) -> None:
    told: list[str] = []
    with another_program(path) as other:
        assert other.stdin is not None
        threading.Timer(2.5, lambda: other.stdin.write("\n") and other.stdin.flush()).start()  # type: ignore[union-attr]
        hold = take(path, wait_s=30.0, waiting=lambda holder: told.append(holder.program))
        assert told == ["ecomap import"]
        hold.release()


def test_a_killed_program_holds_nothing(path: Path) -> None:
    with another_program(path) as other:
        other.kill()
        other.wait(30)
        assert lock_path(path).exists()
        assert holder_of(path) is None
        take(path, wait_s=0.0).release()


@pytest.mark.parametrize("text", [b"", b"\x00" * 64, b" {", b' {"program": 5, "pid": "x"}', b' ["a"]', b" " + b"x" * 9000, b' {"since": "never"}'])
def test_what_stands_in_a_lock_file_is_never_relied_on(text: bytes, path: Path) -> None:
    lock_path(path).write_bytes(text)
    assert holder_of(path) is None
    with another_program(path):
        lock_path(path).write_bytes(text)
        with pytest.raises(HeldError) as refused:
            take(path, wait_s=0.0)
        assert "la.ecomap.gpkg" in str(refused.value.message)


def test_a_save_within_the_hold_of_the_same_process_goes_through(path: Path) -> None:
    with held(path, "window"):
        save_project(projects.numbered(1), path, wait_s=0.0)
        assert holder_of(path) is not None, "still held"
    assert holder_of(path) is None


def test_threads_of_one_owner_share_it_and_the_last_one_frees_it(path: Path) -> None:
    owner, holds = object(), []
    threads = [threading.Thread(target=lambda: holds.append(take(path, "window", owner=owner, wait_s=0.0))) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for hold in holds[1:]:
        hold.release()
        hold.release()  # twice does no harm
    assert holder_of(path) is not None
    with pytest.raises(HeldError):
        take(path, "window", owner=object(), wait_s=0.0)
    holds[0].release()
    take(path, "window", owner=object(), wait_s=0.0).release()


def test_a_link_is_the_file_that_it_leads_to(path: Path) -> None:
    save_project(projects.numbered(1), path)
    link = path.with_name("link.ecomap.gpkg")
    link.symlink_to(path)
    with another_program(path), pytest.raises(HeldError):
        take(link, wait_s=0.0)


def test_a_file_that_is_replaced_keeps_its_lock(path: Path) -> None:
    with held(path):
        save_project(projects.numbered(1), path)
        save_project(projects.numbered(2), path)
        code = "import sys; from ecomap.io.store.locking import take; take(sys.argv[1], wait_s=0.0)"
        other = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False, timeout=60)
        assert "HeldError" in other.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_holds_nothing_and_frees_nothing(path: Path) -> None:
    hold = take(path, "window")
    pid = os.fork()
    if pid == 0:
        hold.release()
        os._exit(0 if holder_of(path) is not None else 1)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert holder_of(path) is not None
    hold.release()
