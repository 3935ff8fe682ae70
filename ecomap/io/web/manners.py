"""How EcoMap behaves towards the hosts it asks: a pause between two requests, and no request where it was turned away."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ecomap.io.web.faults import turned_away
from ecomap.model.assets import resources_dir
from ecomap.model.dates import moment_in_words
from ecomap.model.files import write_whole
from ecomap.model.progress import Progress
from ecomap.model.said import Said

PAUSE_S: Final = 0.2             # between two requests to one host, where nothing else is known of it
AWAY_S: Final = 4 * 3600.0       # how long a host is left alone that has turned programs away


@functools.cache
def known_pauses() -> tuple[tuple[str, float], ...]:
    """Ends of host names and the seconds between two requests to them: resources/hosts.csv."""
    with (resources_dir() / "hosts.csv").open(encoding="utf-8", newline="") as file:
        return tuple((row["host"], float(row["pause_s"])) for row in csv.DictReader(file))


def pause_of(host: str) -> float:
    """Seconds between two requests to a host."""
    bare = host.partition(":")[0]
    return max((pause for end, pause in known_pauses() if bare == end or bare.endswith("." + end)), default=PAUSE_S)


class Manners:
    """What is known of hosts: when each may be asked again.

    Parameters
    ----------
    notes : Path
        A small file that remembers, over several starts, who turned EcoMap away.
    clock : callable
        The time in seconds since 1970.
    pause : callable
        Seconds between two requests to a host.
    """

    def __init__(self, notes: Path, *, clock: Callable[[], float] = time.time, pause: Callable[[str], float] = pause_of) -> None:
        self._notes, self._clock, self._pause = notes, clock, pause
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def wait_turn(self, host: str, progress: Progress) -> None:
        """Wait until a host may be asked.

        Raises
        ------
        NetworkError
            If it has turned programs away not long ago.
        CancelledError
            If the planner stops meanwhile.
        """
        self.require_welcome(host)
        with self._lock:
            now = time.monotonic()
            mine = max(now, self._next.get(host, 0.0))
            self._next[host] = mine + self._pause(host)
        progress.wait(mine - now)

    def hold(self, host: str, seconds: float) -> None:
        """Nobody asks a host before so many seconds have passed: it said so."""
        with self._lock:
            self._next[host] = max(self._next.get(host, 0.0), time.monotonic() + seconds)

    def require_welcome(self, host: str) -> None:
        """Refuse to ask a host that has turned programs away not long ago."""
        until = self._read().get(host, 0.0)
        if self._clock() < until <= self._clock() + AWAY_S:
            raise turned_away(host, self._in_words(until))

    def away(self, host: str) -> None:
        """A host has turned EcoMap away: it is left alone for some hours, and whoever asked is told.

        Raises
        ------
        NetworkError
            Always.
        """
        until = self._clock() + AWAY_S
        with self._lock:
            known = {name: moment for name, moment in self._read().items() if moment > self._clock()}
            self._notes.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._notes, json.dumps({**known, host: until}).encode("utf-8"))
        raise turned_away(host, self._in_words(until))

    def _in_words(self, moment: float) -> Said:
        now = dt.datetime.fromtimestamp(self._clock())
        return moment_in_words(dt.datetime.fromtimestamp(moment), now.date())

    def _read(self) -> dict[str, float]:
        try:
            found = json.loads(self._notes.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): float(moment) for name, moment in found.items() if isinstance(moment, int | float)} if isinstance(found, dict) else {}
