"""One kill, and what was found after it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attrs import frozen

from ecomap.io.store import check_project, open_project, save_project
from ecomap.io.store.files import UNFINISHED
from ecomap.io.store.recovery import find_lost
from ecomap.model.project import Project
from tests.io import projects
from tests.kills.victims import PROJECT, RADIUS_M, TOLD, VICTIMS, told
from tests.small_project import small_project

ROOT = Path(__file__).resolve().parents[2]
KINDS = tuple(VICTIMS)
BEGUN_WITHIN_S = 60.0
LONGEST_S = {"saves": 0.25, "imports": 1.2, "runs": 1.2, "edits": 1.2}
FRESH_AFTER = 12  # numbers, until the project is begun anew: imports and answers add up


@frozen
class Outcome:
    """After one kill.

    Parameters
    ----------
    wrong : str
        What must not be: a file that does not open or is unsound, a mixture, more than the last action lost. "" is right.
    done : int
        Changes that were made or acknowledged before the kill.
    lost : int
        How many of them are gone: 0, or 1 in the window.
    in_the_act : bool
        Whether the kill hit a save that was under way (an unfinished copy lay beside the file), or a change in the window that
        was not on the disk yet.
    brought_back : int
        Changes out of a recovery file.
    """

    kind: str
    number: int
    wrong: str = ""
    done: int = 0
    lost: int = 0
    in_the_act: bool = False
    brought_back: int = 0


class Nursery:
    """The process that forks the victims."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.nursery"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "ECOMAP_HOME": str(folder / "home"), "ECOMAP_READ_HERE": "1", "QT_QPA_PLATFORM": "offscreen"},
        )

    def kill_one(self, kind: str, number: int, folder: Path, after_s: float) -> str:
        """Start a victim, wait until it works, and kill it a moment later; "" if it was alive until then."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        (folder / TOLD).unlink(missing_ok=True)
        self._process.stdin.write(f"{kind} {number} {folder}\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        begun = time.monotonic()
        while told(folder) < 0 and time.monotonic() - begun < BEGUN_WITHIN_S:
            threading.Event().wait(0.005)
        threading.Event().wait(after_s)  # the moment of the kill
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        ended = int(self._process.stdout.readline())
        return "" if ended == signal.SIGKILL else f"ended by itself with {-ended}: {_last_words(folder)}"

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def _last_words(folder: Path) -> str:
    file = folder / "stderr"
    return " | ".join(file.read_text(errors="replace").splitlines()[-4:]) if file.exists() else ""


@contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    """A nursery whose programs keep their state in a folder."""
    made = Nursery(folder)
    try:
        yield made
    finally:
        made.close()


def killed(kinds: tuple[str, ...], count: int, folder: Path, seed: int) -> Iterator[Outcome]:
    """Many kills, the kinds in turn, each kind on a project of its own."""
    moments = random.Random(seed)
    states = {}
    for kind in kinds:
        (folder / kind).mkdir()
        states[kind] = 0
        _begin(kind, folder / kind)
    with nursery(folder) as made:
        for place in range(count):
            kind = kinds[place % len(kinds)]
            if kind in ("imports", "runs") and states[kind] >= FRESH_AFTER:
                _begin(kind, folder / kind)
                states[kind] = 0
            before = states[kind]
            ended = made.kill_one(kind, before, folder / kind, moments.uniform(0.01, LONGEST_S[kind]))
            outcome, states[kind] = _looked_at(kind, place, folder, before, ended)
            yield outcome


def _begin(kind: str, folder: Path) -> None:
    """The project that the first victim of a kind finds."""
    path = folder / PROJECT
    path.unlink(missing_ok=True)
    save_project(small_project() if kind in ("imports", "runs") else projects.numbered(0), path)


def _number(kind: str, project: Project) -> int:
    """The number of the last change that a project holds, all of it."""
    if kind == "imports":
        found = sorted(int(layer.name.removeprefix("import ")) for layer in project.layers if layer.name.startswith("import "))
        assert found == list(range(1, len(found) + 1)), f"imports {found}"
        assert all(len(project.frames[layer.id]) == 60 for layer in project.layers if layer.name.startswith("import ")), "rows are missing"
        return len(found)
    if kind == "runs":
        asked = [float(result.provenance.params["radius_m"]) for result in project.results if result.provenance]
        return round(max(asked)) - RADIUS_M if asked else 0
    return projects.number_of(project)


def _looked_at(kind: str, place: int, folder: Path, before: int, ended: str) -> tuple[Outcome, int]:
    """What was found after a kill, and the number to go on from."""
    path = folder / kind / PROJECT
    done = max(told(folder / kind), before)
    unfinished = any(UNFINISHED in name for name in os.listdir(folder / kind))
    brought_back = 0
    try:
        number = _number(kind, open_project(path))
        unsound = [str(finding.text) for finding in check_project(path) if finding.level == "error"]
        if kind == "edits":
            recovered, brought_back, more = _recovered(folder / "home" / "recovery", path)
            unsound += more
            number = max(number, recovered)
            wrong = "" if number in (done - 1, done) else f"{done - number} changes lost"
        else:
            wrong = "" if number in (done, done + 1) else f"told {done}, found {number}"
        wrong = wrong or ended or "; ".join(unsound)
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is the finding
        number, wrong = done, f"{type(problem).__name__}: {problem}"
    lost = max(done - number, 0)
    outcome = Outcome(kind, place, wrong, done - before, lost, unfinished or bool(lost), brought_back)
    if kind == "edits":
        save_project(projects.numbered(number), path)
    return outcome, number


def _recovered(folder: Path, path: Path) -> tuple[int, int, list[str]]:
    """The last number in the recovery file, how many changes it brings back, and what is unsound in it."""
    found = find_lost(folder, path)
    number, changes = -1, 0
    unsound = [f"damaged: {one.name}" for one in found.damaged]
    for lost in found.lost:
        project = open_project(lost.file.path)
        number = max(number, projects.number_of(project))
        changes += len(lost.about.doings)
        if str(lost.about.doings[-1].label) != f"Change {project.title}":
            unsound.append(f"it tells of {lost.about.doings[-1].label} and holds {project.title}")
        unsound += [str(finding.text) for finding in check_project(lost.file.path) if finding.level == "error"]
        lost.file.remove()
    return number, changes, unsound
