"""A program killed while it saves leaves the old project or the new one, always one that opens and is sound."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ecomap.io.store import check_project, open_project, save_project
from ecomap.io.store.files import UNFINISHED
from tests.conftest import ROOT
from tests.io import projects

KILLS = 60

# Forks one saver per line it reads, so that each starts at once; waits for it, so that no dead one lingers.
NURSERY = """
import os, sys
from pathlib import Path
from ecomap.io.store import open_project, save_project
from tests.io import projects

path, done = Path(sys.argv[1]), sys.argv[2]

def save_for_ever():
    told = os.open(done, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    last = open_project(path)
    number = projects.number_of(last)
    while True:
        number += 1
        following = projects.numbered(number)
        save_project(following, path, previous=last if number % 3 else None)
        os.write(told, number.to_bytes(8, "big"))
        last = following

projects.numbered(0)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        save_for_ever()
    print(pid, flush=True)
    os.waitpid(pid, 0)
    print("gone", flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs SIGKILL and fork")
def test_sixty_kills_at_random_moments(tmp_path: Path) -> None:
    path, done = tmp_path / "p.ecomap.gpkg", tmp_path / "done"
    save_project(projects.numbered(1), path)
    acknowledged, before, saved_in_all, caught_in_the_act = 1, 1, 0, 0
    moments, longest = random.Random(20), 0.25
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(path), str(done)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        for _ in range(KILLS):
            nursery.stdin.write("go\n")
            nursery.stdin.flush()
            pid = int(nursery.stdout.readline())
            threading.Event().wait(moments.uniform(0.03, longest))  # the moment of the kill
            os.kill(pid, signal.SIGKILL)
            assert nursery.stdout.readline() == "gone\n"
            caught_in_the_act += any(UNFINISHED in name for name in os.listdir(tmp_path))
            told = done.read_bytes() if done.exists() else b""
            if told:
                acknowledged = int.from_bytes(told[-8:], "big")
            number = projects.number_of(open_project(path))
            assert number in (acknowledged, acknowledged + 1)
            saved_in_all += number - acknowledged
            # A busy machine saves more slowly: later where no save came to an end, sooner where one did, so that kills hit both.
            longest = longest * 0.9 if number > before else longest * 1.25
            acknowledged = before = number
            assert not any(UNFINISHED in name for name in os.listdir(tmp_path))
            assert [finding for finding in check_project(path) if finding.level != "ok"] == []
            done.write_bytes(number.to_bytes(8, "big"))
        nursery.stdin.close()
    assert acknowledged > KILLS // 2, "too few saves came to an end for the kills to mean anything"
    assert caught_in_the_act >= KILLS // 6, "too few kills hit a save under way"
