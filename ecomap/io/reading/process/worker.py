"""The reading process: waits for a file, reads it, sends what it found, and waits for the next."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Final

from ecomap.io.reading.process.frames import crs_text, pack_frame
from ecomap.io.reading.process.limits import (
    LEAST,
    forget_peak,
    keep_to_memory,
    memory_used,
    peak_memory,
    watch_memory,
)
from ecomap.io.reading.process.plain import to_plain
from ecomap.io.reading.process.stream import PROTOCOL, receive, send
from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said
from ecomap.model.trail import trail

_IDLE_S: Final = 600                # nobody asks any more: leave, and be started again
_SIGN_S: Final = 0.25               # a sign of life at most so often
_GRACE_S: Final = 5                 # EcoMap comes first with its own limit
_SWOLLEN: Final = 400 << 20         # bytes above the start at which a fresh process is better
_REQUEST: Final = 1 << 22           # bytes of a request

Answer = tuple[dict[str, Any], list[Any]]


class Telling(Progress):
    """A progress that is watched in another process; each look at it is a sign of life."""

    def __init__(self, tell: Callable[[dict[str, Any]], None], alive: Callable[[], None]) -> None:
        super().__init__(self._told)
        self._tell = tell
        self._alive = alive
        self._last = time.monotonic()

    def _told(self, share: float, text: Said) -> None:
        self._tell({"kind": "at", "share": share, "text": to_plain(text)})

    def check(self) -> None:
        if time.monotonic() - self._last > _SIGN_S:
            self._last = time.monotonic()
            self._alive()
            self._tell({"kind": "alive"})

    def part(self, start: float, end: float) -> Progress:
        return _Part(self, start, end)


class _Part(Progress):
    def __init__(self, whole: Progress, start: float, end: float) -> None:
        super().__init__(lambda share, text: whole.at(share, text), start=start, end=end)
        self._whole = whole

    def check(self) -> None:
        self._whole.check()

    def part(self, start: float, end: float) -> Progress:
        return _Part(self, start, end)


def _source(request: Mapping[str, Any], progress: Progress) -> Answer:
    from ecomap.io.reading.source import read_source

    prefer = request["prefer"]
    raw = read_source(Path(request["path"]), request["sublayer"], prefer=None if prefer is None else tuple(prefer), progress=progress)
    head, blocks = pack_frame(raw.frame)
    rest = {name: to_plain(getattr(raw, name)) for name in (part.name for part in type(raw).__attrs_attrs__)
            if name not in ("frame", "crs", "path")}
    return {"frame": head, "crs": crs_text(raw.crs), "rest": rest}, blocks


def _inventory(request: Mapping[str, Any], _progress: Progress) -> Answer:
    from ecomap.io.inventory.opening import made_for_inventory

    return {"incoming": to_plain(made_for_inventory(Path(request["path"])))}, []


JOBS: Final[Mapping[str, Callable[[Mapping[str, Any], Progress], Answer]]] = {"source": _source, "inventory": _inventory}


class Worker:
    """The loop, with the pipe to EcoMap."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._sending = threading.Lock()
        self._most = LEAST
        self._dump = open(os.devnull, "w")  # noqa: SIM115 - as long as the process lives
        self._seconds = 0.0

    def tell(self, head: dict[str, Any], blocks: list[Any] | None = None) -> None:
        with self._sending:
            send(self._stream, head, blocks or [])

    def run(self, requests: queue.SimpleQueue[dict[str, Any]]) -> None:
        """Answer one request after the other until nobody asks any more."""
        self.tell({"kind": "ready", "protocol": PROTOCOL})
        if not keep_to_memory(LEAST):
            watch_memory(lambda: self._most, self._too_much)
        start = memory_used() or 0
        while True:
            try:
                request = requests.get(timeout=_IDLE_S)
            except queue.Empty:
                return
            self.tell({"kind": "begun"})
            if not self._answered(request) or (memory_used() or 0) > start + _SWOLLEN:
                return

    def _answered(self, request: Mapping[str, Any]) -> bool:
        """True if this process may go on."""
        self._most, self._seconds = int(request["memory"]), float(request["seconds"])
        keep_to_memory(self._most)
        forget_peak()
        self._alive()
        try:
            head, blocks = JOBS[request["job"]](request, Telling(self.tell, self._alive))
            self.tell({"kind": "done", "peak": peak_memory(), **head}, blocks)
        except EcoMapError as problem:
            details = {str(key): to_plain(value) for key, value in problem.details.items()}
            self.tell({"kind": "refused", "message": to_plain(problem.message),
                       "hint": to_plain(problem.hint or NOTHING), "details": details,
                       "doubts": to_plain(getattr(problem, "doubts", ())), "peak": peak_memory()})
        except MemoryError:
            self.tell({"kind": "memory", "peak": peak_memory()})
            return False
        except Exception as fault:  # noqa: BLE001 - whatever a file does, it ends as one sentence
            self.tell({"kind": "fault", "type": type(fault).__name__, "trace": list(trail(fault)), "peak": peak_memory()})
            return not isinstance(fault, RecursionError)
        finally:
            faulthandler.cancel_dump_traceback_later()
        return True

    def _alive(self) -> None:
        """Leave by itself, some seconds after EcoMap would have killed it: EcoMap may be gone."""
        with contextlib.suppress(RuntimeError):  # no memory left for it: EcoMap has its own clock
            faulthandler.dump_traceback_later(self._seconds + _GRACE_S, exit=True, file=self._dump)

    def _too_much(self) -> None:
        if self._sending.acquire(timeout=1):
            send(self._stream, {"kind": "memory", "peak": memory_used()})
        os._exit(1)


def _listen(stream: BinaryIO, requests: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Requests as they come. Where EcoMap has gone, the process goes at once, whatever it is doing."""
    try:
        while (message := receive(stream, _REQUEST)) is not None:
            requests.put(message[0])
    finally:
        os._exit(0)


def main() -> None:
    """Be the reading process, on the pipes it was started with."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for EcoMap, which ends this process
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints is not an answer
    if sys.platform == "win32":
        import msvcrt

        for pipe in (0, out):
            msvcrt.setmode(pipe, os.O_BINARY)
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(os.fdopen(0, "rb", closefd=False), requests), name="requests", daemon=True).start()
    _made_warm()
    Worker(os.fdopen(out, "wb")).run(requests)
    os._exit(0)


def _made_warm() -> None:
    for module in ("geopandas", "openpyxl", "pyogrio", "ecomap.io.reading.source"):
        import_module(module)


if __name__ == "__main__":
    main()
