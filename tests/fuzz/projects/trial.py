"""One damaged project through child processes that may crash or hang: what became of it."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import sqlite3
import sys
import traceback
from pathlib import Path
from typing import Any, Final

from attrs import define, field

from tests.fuzz.projects import clock
from tests.fuzz.projects.making import Made
from tests.fuzz.projects.passing import error_stream, steps
from tests.fuzz.projects.seeds import Seed

HANG_S: Final = 10            # of its own processor time, one step
WALL_S: Final = 45            # of any time but that in which others had the processor
TOP_BYTES: Final = 6 << 30    # of address space
WHOLE, SAID, REFUSED, UNKNOWABLE = "whole", "said", "refused", "unknowable"
FAULT, CRASH, HUNG, SILENT, BELIEVED, CHANGED = "fault", "crash", "hung", "silent", "believed", "changed"
WRONG: Final = (FAULT, CRASH, HUNG, SILENT, BELIEVED, CHANGED)


@define
class Outcome:
    """What became of one file: how it opened, and everything that went wrong (kind, step, words)."""

    number: int
    seed: str
    level: str
    what: str
    fate: str = WHOLE
    wrong: list[tuple[str, str, str]] = field(factory=list)
    silent_words: list[str] = field(factory=list)
    seconds: float = 0.0          # the slowest step
    slowest: str = ""
    peak: int = 0
    told: dict[str, Any] = field(factory=dict)


def tables_of(seed: Seed) -> dict[str, str]:
    """Id of a layer or answer -> its table in the sound file."""
    db = sqlite3.connect(f"{seed.path.as_uri()}?mode=ro", uri=True)
    try:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        if "ecomap_tables" not in names:
            return dict(db.execute("SELECT id, table_name FROM ecomap_layers").fetchall())
        return dict(db.execute("SELECT coalesce(layer, result), table_name FROM ecomap_tables WHERE layer IS NOT NULL OR result IS NOT NULL ORDER BY layer IS NULL").fetchall())
    finally:
        db.close()


def tried(made: Made, folder: Path, only: tuple[str, ...] = ()) -> Outcome:
    """Everything that is done with a project, done with a damaged one."""
    place = folder / f"{made.number}"
    for name in ("reading", "running", "window"):
        made.write(place / name)
    outcome = Outcome(made.number, made.seed.name, made.level, made.what)
    wanted = list(steps(made, place, tables_of(made.seed)))
    if only:
        wanted = [name for name in wanted if name.startswith(only)]
    while wanted:
        in_window = wanted[0] == "window"
        batch = [name for name in wanted if (name == "window") == in_window]  # Qt has one application per process
        wanted = [name for name in wanted if name not in batch]
        while batch:
            _child(made, place, batch, outcome)
    shutil.rmtree(place, ignore_errors=True)
    return outcome


def _child(made: Made, place: Path, wanted: list[str], outcome: Outcome) -> None:
    """Fork, do the steps that are left, and read what it tells; a step at which it dies is taken off."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(made, place, wanted, writing)
    os.close(writing)
    began, buffer = clock.seconds(child), b""
    while True:
        left = WALL_S - (clock.seconds(child) - began)
        ready = select.select([reading], [], [], max(left, 0))[0]
        if not ready:
            if clock.seconds(child) - began < WALL_S:
                continue  # it waited for a processor
            os.kill(child, signal.SIGKILL)
            break
        part = os.read(reading, 1 << 16)
        if not part:
            break
        buffer += part
        while b"\n" in buffer:
            line, _, buffer = buffer.partition(b"\n")
            _note(outcome, wanted.pop(0), json.loads(line))
            began = clock.seconds(child)
    lasted = clock.seconds(child) - began
    os.close(reading)
    _, status, used = os.wait4(child, 0)
    outcome.peak = max(outcome.peak, used.ru_maxrss << 10)
    if wanted and (os.WIFSIGNALED(status) or os.WEXITSTATUS(status)):
        ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
        hung = ended in (signal.SIGXCPU, signal.SIGKILL)
        step = wanted.pop(0)
        outcome.wrong.append((HUNG if hung else CRASH, step, f"signal {ended} after {lasted:.1f} s"))
        outcome.seconds, outcome.slowest = max((outcome.seconds, outcome.slowest), (lasted, step))
    elif wanted:
        outcome.wrong.append((CRASH, wanted.pop(0), "ended without a word"))


def _be_child(made: Made, place: Path, wanted: list[str], writing: int) -> None:
    code = 0
    try:
        os.environ["ECOMAP_HOME"] = str(place / "home")
        resource.setrlimit(resource.RLIMIT_AS, (TOP_BYTES, TOP_BYTES))
        todo = steps(made, place, {**tables_of(made.seed)})
        with error_stream(place / "stderr"):
            for name in wanted:
                used = resource.getrusage(resource.RUSAGE_SELF)
                limit = int(used.ru_utime + used.ru_stime) + HANG_S + 1
                resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
                began = clock.seconds()
                try:
                    told = todo[name]()
                except Exception:  # noqa: BLE001 - told to the parent
                    told = {"wrong": traceback.format_exc()[-1500:]}
                told["seconds"] = clock.seconds() - began
                os.write(writing, json.dumps(told, default=str).encode() + b"\n")
    except BaseException:  # noqa: BLE001 - a child must not go on as a second parent
        traceback.print_exc()
        code = 7
    finally:
        with contextlib.suppress(OSError):
            os.close(writing)
        os._exit(code)


def _note(outcome: Outcome, step: str, told: dict[str, Any]) -> None:
    outcome.told[step] = told
    outcome.seconds, outcome.slowest = max((outcome.seconds, outcome.slowest), (told["seconds"], step))
    if step == "open":
        outcome.fate = REFUSED if "refused" in told else SAID if told.get("faults") else UNKNOWABLE if told.get("unknowable") else WHOLE
        outcome.silent_words += told.get("silent_words", [])
    for kind, key in ((FAULT, "wrong"), (SILENT, "silent"), (BELIEVED, "believed"), (CHANGED, "changed")):
        if told.get(key):
            outcome.wrong.append((kind, step, str(told[key])))
