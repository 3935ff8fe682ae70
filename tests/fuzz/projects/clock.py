"""A clock that stands still while a process waits for a processor: on a busy machine nothing is called a hang that is not one."""

from __future__ import annotations

import time
from pathlib import Path


def seconds(process: int | str = "self") -> float:
    """Seconds of a monotonic clock, without those that the process could have run and others did (where the system tells)."""
    return time.monotonic() - _waited(Path(f"/proc/{process}/task"))


def _waited(tasks: Path) -> float:
    try:
        return max((int((task / "schedstat").read_text().split()[1]) for task in tasks.iterdir()), default=0) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
