"""The reading process as EcoMap sees it: started once, asked one thing at a time, killed when it does not answer."""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from ecomap.io.reading.process.limits import LEAST, Limits
from ecomap.io.reading.process.plain import StrangeAnswerError, from_plain
from ecomap.io.reading.process.stream import PROTOCOL, receive, send
from ecomap.model.leftovers import work_prefix
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said

FLAG: Final = "reading-process"      # how the packaged program is told to be the reading process
_POLL_S: Final = 0.05         # how soon the wish to stop is noticed
_START_S: Final = 120         # a cold disk, a virus scanner
_START: Final = "import sys; sys.path.insert(0, sys.argv.pop()); from ecomap.io.reading.process.worker import main; main()"

Message = tuple[dict[str, Any], list[bytearray]]


class CannotStartError(Exception):
    """There is no reading process here (a Python inside another program, a system without processes)."""


class StoppedError(Exception):
    """The reading process has gone. ``late`` says that it was killed for not answering."""

    def __init__(self, late: bool = False) -> None:
        super().__init__("late" if late else "gone")
        self.late = late


class Reader:
    """One reading process with its pipes and its own folder for temporary files."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._folder = tempfile.mkdtemp(prefix=work_prefix("reader"))
        self._most = LEAST
        self._answers: queue.SimpleQueue[Message | StrangeAnswerError | None] = queue.SimpleQueue()
        try:
            self._process = subprocess.Popen(
                _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=self._folder,
                env=_environment(self._folder), creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError) as problem:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise CannotStartError from problem
        self._ready = False
        threading.Thread(target=self._listen, args=(self._process.stdout,), name="reader", daemon=True).start()

    @property
    def is_mine(self) -> bool:
        """False in a process that was forked off with it: the pipes belong to the other one."""
        return self._owner == os.getpid()

    @property
    def alive(self) -> bool:
        return self.is_mine and self._process.poll() is None

    def exchange(self, request: dict[str, Any], limits: Limits, progress: Progress) -> Message:
        """Ask and wait for the answer.

        Raises
        ------
        StoppedError
            If the process has gone, or did not answer in time (it is killed then).
        StrangeAnswerError
            If it sent what it may not send.
        CancelledError
            If the planner wants to stop.
        """
        self._most = 2 * limits.memory
        if not self._ready:
            self._hello(progress)
        try:
            assert self._process.stdin is not None
            send(self._process.stdin, request)
        except OSError as problem:
            raise _IdleError from problem
        begun = False
        while True:
            head, blocks = self._next(limits.seconds, progress, begun)
            begun = True
            if head.get("kind") == "at":
                progress.at(_share(head.get("share")), _said(head.get("text")))
            elif head.get("kind") not in ("begun", "alive"):
                return head, blocks

    def _hello(self, progress: Progress) -> None:
        try:
            head, _ = self._next(_START_S, progress, False)
        except (StoppedError, _IdleError) as problem:
            raise CannotStartError from problem
        if head.get("kind") != "ready" or head.get("protocol") != PROTOCOL:
            raise CannotStartError
        self._ready = True

    def _next(self, seconds: float, progress: Progress, begun: bool) -> Message:
        until = time.monotonic() + seconds
        while True:
            progress.check()
            try:
                found = self._answers.get(timeout=_POLL_S)
            except queue.Empty:
                if time.monotonic() > until:
                    raise StoppedError(late=True) from None
                continue
            if found is None:
                raise StoppedError if begun else _IdleError
            if isinstance(found, StrangeAnswerError):
                raise found
            return found

    def _listen(self, stream: IO[bytes]) -> None:
        """Take messages off the pipe as they come: no system waits on a pipe and a clock in the same way."""
        try:
            while (message := receive(stream, self._most)) is not None:
                self._answers.put(message)
        except StrangeAnswerError as problem:
            self._answers.put(problem)
        except (OSError, ValueError):
            pass  # the pipe was closed under it
        except MemoryError:
            self._answers.put(StrangeAnswerError("a message larger than the memory"))
        self._answers.put(None)

    def close(self) -> None:
        """End the process, whatever it is doing, and sweep up after it."""
        if not self.is_mine:
            return
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                if pipe is not None:
                    pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class _IdleError(StoppedError):
    """The process had gone before it was asked."""


def _share(found: Any) -> float:
    return float(found) if isinstance(found, int | float) else 0.0


def _said(found: Any) -> Said:
    said = from_plain(found, ())
    return said if isinstance(said, Said) else NOTHING


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, FLAG]
    if not sys.executable or not Path(sys.executable).stem.lower().startswith(("python", "pypy")):
        raise CannotStartError  # another program that holds a Python: starting it again would open its window
    return [sys.executable, "-P", "-c", _START, str(Path(__file__).resolve().parents[4])]


def _environment(folder: str) -> dict[str, str]:
    """What the process finds: a place of its own for temporary files, one thread of sums, and no way out for GDAL."""
    return {
        **os.environ, "TMPDIR": folder, "TEMP": folder, "TMP": folder, "ECOMAP_READ_HERE": "1",
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "none", "GML_DOWNLOAD_SCHEMA": "NO", "GDAL_PAM_ENABLED": "NO",
    }


_ONE_AT_A_TIME = threading.Lock()
_readers: list[Reader] = []  # none or one


def warm() -> None:
    """Start the reading process, if it does not run, without waiting for it."""
    if _ONE_AT_A_TIME.acquire(blocking=False):
        try:
            _running()
        except CannotStartError:
            return  # said when something is to be read
        finally:
            _ONE_AT_A_TIME.release()


def _running() -> Reader:
    if _readers and not _readers[0].alive:
        close()
    if not _readers:
        _readers.append(Reader())
    return _readers[0]


def exchange(request: dict[str, Any], limits: Limits, progress: Progress) -> Message:
    """Ask the reading process, which is started if it does not run; one that fails or is stopped is ended.

    Raises
    ------
    CannotStartError
        If there can be no such process here.
    StoppedError, StrangeAnswerError, CancelledError
        As `Reader.exchange`.
    """
    with _turn(progress):
        try:
            try:
                return _running().exchange(request, limits, progress)
            except _IdleError:
                close()
                return _running().exchange(request, limits, progress)
        except BaseException:
            close()  # what it still says would be taken for the answer to the next question
            raise


@contextlib.contextmanager
def _turn(progress: Progress) -> Iterator[None]:
    while not _ONE_AT_A_TIME.acquire(timeout=_POLL_S):
        progress.check()
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()


def close() -> None:
    """End the reading process, if one runs."""
    while _readers:
        _readers.pop().close()


atexit.register(close)
