"""Forks one victim per line it reads, so that each starts at once; waits for it, so that no dead one lingers."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path

from ecomap.io.store import save_project
from tests.io import projects
from tests.kills.victims import PROJECT, VICTIMS, ask_once, import_once
from tests.small_project import small_project


def main() -> None:
    _warm_up()
    for line in sys.stdin:
        kind, number, folder = line.rstrip("\n").split(" ", 2)
        pid = os.fork()
        if pid == 0:
            with open(Path(folder) / "stderr", "ab", buffering=0) as said:
                os.dup2(said.fileno(), 2)
            try:
                VICTIMS[kind](Path(folder), int(number))
            finally:
                sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
                os._exit(70)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status), flush=True)


def _warm_up() -> None:
    """Do once what the victims do, so that they start with everything loaded."""
    importlib.import_module("ecomap.ui.window")
    projects.numbered(0)
    with tempfile.TemporaryDirectory(prefix="ecomap-kills-") as folder:
        save_project(small_project(), Path(folder) / PROJECT)
        import_once(Path(folder), 1)
        ask_once(Path(folder), 1)


if __name__ == "__main__":
    main()
