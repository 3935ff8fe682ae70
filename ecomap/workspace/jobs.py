"""Work that takes a moment: one worker thread, progress, a way to stop, answers on the main thread."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from ecomap.model.errors import CancelledError, EcoMapError, OwnMistakeError
from ecomap.model.progress import Progress
from ecomap.model.said import Said, name, say
from ecomap.model.trail import trail
from ecomap.workspace.fault_report import fault_report, template_of
from ecomap.workspace.log import log, log_path

T = TypeVar("T")

Dispatch = Callable[[Callable[[], None]], None]

PROGRESS_INTERVAL_S: Final = 1 / 30


class Job(Generic[T]):
    """One piece of work that was started: its label, and a way to stop it."""

    def __init__(
        self,
        label: Said,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[EcoMapError], None] | None,
        cancelled: Callable[[], None] | None,
        report: Callable[[float, Said], None],
    ) -> None:
        self.label = label
        self._work = work
        self._done = done
        self._failed = failed
        self._cancelled = cancelled
        self._progress = Progress(report)
        self.finished = False

    def cancel(self) -> None:
        """Ask the work to stop; its ``cancelled`` is called in place of ``done``, also if it was all but through, unless it said that it is (`Progress.through`)."""
        self._progress.cancel()

    @property
    def cancelling(self) -> bool:
        return self._progress.cancelled

    def _outcome(self) -> Callable[[], None]:
        """Do the work (on the worker thread) and say what to tell (on the main thread)."""
        try:
            self._progress.check()
            answer = self._work(self._progress)
        except CancelledError:
            return self._tell_cancelled
        except EcoMapError as problem:
            log.warning("%s: %s", template_of(self.label), template_of(problem.message))
            return lambda problem=problem: self._tell_failed(problem)  # type: ignore[misc]
        except OSError as problem:  # the disk is full, a folder may not be written to, a stick was taken out
            log.warning("%s: %s", template_of(self.label), " ".join(trail(problem)))
            refused = EcoMapError(
                say("“{label}” came to an end: {reason}.", label=name(self.label), reason=name(problem.strerror or type(problem).__name__)),
                say("Check the folder and the room on the disk."),
            )
            refused.__cause__ = problem
            return lambda: self._tell_failed(refused)
        except Exception as bug:  # noqa: BLE001 - the one place where a bug in work is turned into words
            return lambda bug=bug: self._tell_failed(self._mistake(bug))  # type: ignore[misc]
        return lambda: self._tell_done(answer)

    def _mistake(self, bug: Exception) -> OwnMistakeError:
        report = fault_report(bug, doing=[template_of(self.label)])
        log.error("A mistake in work\n%s", report)
        mistake = OwnMistakeError(
            say("EcoMap made a mistake while it was busy with “{label}”; your project was not changed.", label=name(self.label)),
            say("Save your work. The log, {log_path}, says what happened.", log_path=name(log_path())), report=report,
        )
        mistake.__cause__ = bug
        return mistake

    def _tell_done(self, answer: T) -> None:
        if self._progress.cancelled:
            self._tell_cancelled()
        else:
            self._done(answer)

    def _tell_failed(self, problem: EcoMapError) -> None:
        if self._failed is not None:
            self._failed(problem)

    def _tell_cancelled(self) -> None:
        if self._cancelled is not None:
            self._cancelled()


class _Throttle:
    """Passes progress on at most thirty times a second, and the last word always."""

    def __init__(self, tell: Callable[[float, Said], None], clock: Callable[[], float]) -> None:
        self._tell = tell
        self._clock = clock
        self._last = -PROGRESS_INTERVAL_S
        self._held: tuple[float, Said] | None = None

    def __call__(self, share: float, text: Said) -> None:
        now = self._clock()
        if now - self._last < PROGRESS_INTERVAL_S:
            self._held = (share, text)
            return
        self._last = now
        self._held = None
        self._tell(share, text)

    def flush(self) -> None:
        if self._held is not None:
            self._tell(*self._held)
            self._held = None


class JobRunner:
    """Runs one job after the other on one worker thread.

    Parameters
    ----------
    dispatch : callable
        Given a function without arguments, has it called on the main thread. All callbacks go through it, so they
        may touch the project and the screen; work itself may not.
    clock : callable
        Seconds, for the pace of progress.
    """

    def __init__(self, dispatch: Dispatch, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._dispatch = dispatch
        self._clock = clock
        self._jobs: queue.SimpleQueue[tuple[Job[Any], _Throttle] | None] = queue.SimpleQueue()
        self._open: list[Job[Any]] = []
        self._lock = threading.Lock()
        self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether a job was started whose outcome has not been told yet."""
        return bool(self._open)

    @property
    def current(self) -> Job[Any] | None:
        """The job at work, or None."""
        return next(iter(self._open), None)

    def start(
        self,
        label: Said,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[EcoMapError], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        progress: Callable[[float, Said], None] | None = None,
    ) -> Job[T]:
        """Queue work; exactly one of ``done``, ``failed`` and ``cancelled`` is called when it is over.

        Parameters
        ----------
        label : str
            What the planner reads while it runs.
        work : callable
            Called on the worker thread with a `Progress`; what it returns goes to ``done``.
        progress : callable
            Called with ``(share_done, text)``, at most thirty times a second.
        """
        throttle = _Throttle(lambda share, text: self._tell(progress, share, text), self._clock)
        job = Job(label, work, done=done, failed=failed, cancelled=cancelled, report=throttle)
        with self._lock:
            if self._closed:
                raise RuntimeError("This job runner was shut down.")
            self._open.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="ecomap-worker", daemon=True)
                self._thread.start()
        self._jobs.put((job, throttle))
        return job

    def cancel_all(self) -> None:
        """Ask every job, running or waiting, to stop."""
        with self._lock:
            waiting = tuple(self._open)
        for job in waiting:
            job.cancel()

    def shut_down(self, timeout_s: float | None = 10.0) -> bool:
        """Stop all jobs and wait for the worker; no callback comes after this. True if the worker has ended."""
        with self._lock:
            self._closed = True
        self.cancel_all()
        self._jobs.put(None)
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (item := self._jobs.get()) is not None:
            job, throttle = item
            tell = job._outcome()
            if self._closed:  # the main thread may be gone: nobody to tell
                self._finish(job, tell)
                continue
            throttle.flush()
            self._dispatch(lambda job=job, tell=tell: self._finish(job, tell))  # type: ignore[misc]
            del item, job, throttle, tell  # they hold a project, and the next job may be long in coming

    def _finish(self, job: Job[Any], tell: Callable[[], None]) -> None:
        with self._lock:
            self._open.remove(job)
            closed = self._closed
        job.finished = True
        if not closed:
            tell()

    def _tell(self, progress: Callable[[float, Said], None] | None, share: float, text: Said) -> None:
        if progress is not None and not self._closed:
            self._dispatch(lambda: None if self._closed else progress(share, text))
