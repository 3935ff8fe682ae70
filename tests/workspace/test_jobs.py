"""Jobs run one after the other off the main thread, and exactly one outcome is told on it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.progress import Progress
from ecomap.workspace.jobs import PROGRESS_INTERVAL_S, JobRunner
from ecomap.workspace.log import log_path

PATIENCE_S = 10


class MainThread:
    """Stands in for an event loop: calls wait here until they are taken."""

    def __init__(self) -> None:
        self.calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self.told: list[Any] = []

    def run_until(self, count: int) -> list[Any]:
        while len(self.told) < count:
            self.calls.get(timeout=PATIENCE_S)()
        return self.told

    def callbacks(self) -> dict[str, Callable[..., None]]:
        def on_main(kind: str) -> Callable[..., None]:
            def tell(*values: Any) -> None:
                assert threading.current_thread() is threading.main_thread()
                self.told.append((kind, *values))

            return tell

        return {kind: on_main(kind) for kind in ("done", "failed", "cancelled")}


@pytest.fixture
def main() -> MainThread:
    return MainThread()


@pytest.fixture
def runner(main: MainThread) -> Iterator[JobRunner]:
    runner = JobRunner(main.calls.put)
    yield runner
    assert runner.shut_down(PATIENCE_S)


def test_work_runs_elsewhere_and_its_answer_arrives_on_the_main_thread(main: MainThread, runner: JobRunner) -> None:
    job = runner.start("Counting", lambda _: threading.current_thread().name, **main.callbacks())
    assert runner.busy
    assert runner.current is job
    assert main.run_until(1) == [("done", "ecomap-worker")]
    assert not runner.busy
    assert job.finished


def test_jobs_run_one_after_the_other_in_order(main: MainThread, runner: JobRunner) -> None:
    running: list[int] = []

    def work(number: int) -> int:
        running.append(number)
        assert len(running) == 1
        running.pop()
        return number

    for number in range(20):
        runner.start("One of many", lambda _, number=number: work(number), **main.callbacks())
    assert main.run_until(20) == [("done", number) for number in range(20)]


def test_a_problem_in_words_reaches_failed_as_it_is(main: MainThread, runner: JobRunner) -> None:
    problem = InputError("The file has no key.", "Choose one.")

    def work(_: Progress) -> None:
        raise problem

    runner.start("Importing", work, **main.callbacks())
    assert main.run_until(1) == [("failed", problem)]


def test_a_bug_becomes_words_that_name_the_log(main: MainThread, runner: JobRunner) -> None:
    runner.start("Importing", lambda _: {}["nothing"], **main.callbacks())
    ((kind, problem),) = main.run_until(1)
    assert kind == "failed"
    assert isinstance(problem, EcoMapError)
    assert problem.message.startswith("EcoMap made a mistake")
    assert str(log_path()) in problem.hint
    assert isinstance(problem.__cause__, KeyError)


def test_cancelled_work_stops_at_its_next_step(main: MainThread, runner: JobRunner) -> None:
    started, go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        started.set()
        assert go_on.wait(PATIENCE_S)
        progress.check()
        return "never"

    job = runner.start("Long work", work, **main.callbacks())
    assert started.wait(PATIENCE_S)
    job.cancel()
    go_on.set()
    assert main.run_until(1) == [("cancelled",)]


def test_cancelling_a_waiting_job_keeps_it_from_starting(main: MainThread, runner: JobRunner) -> None:
    go_on = threading.Event()
    ran: list[str] = []
    runner.start("First", lambda _: go_on.wait(PATIENCE_S), **main.callbacks())
    runner.start("Second", lambda _: ran.append("second"), **main.callbacks()).cancel()
    go_on.set()
    assert main.run_until(2) == [("done", True), ("cancelled",)]
    assert ran == []


def test_cancelling_after_the_work_but_before_its_answer_was_told_counts(main: MainThread, runner: JobRunner) -> None:
    job = runner.start("Quick", lambda _: "answer", **main.callbacks())
    tell = main.calls.get(timeout=PATIENCE_S)
    job.cancel()
    tell()
    assert main.told == [("cancelled",)]


def test_progress_is_paced_and_its_last_word_arrives_before_the_answer(main: MainThread) -> None:
    seconds = iter(step / 100 for step in range(10_000))  # each report a hundredth of a second after the last
    runner = JobRunner(main.calls.put, clock=lambda: next(seconds))

    def work(progress: Progress) -> str:
        for step in range(1, 101):
            progress.at(step / 100, f"Step {step}")
        return "end"

    heard: list[tuple[float, str]] = []
    runner.start("Steps", work, progress=lambda share, text: heard.append((share, text)), **main.callbacks())
    main.run_until(1)
    assert heard[0] == (0.01, "Step 1")
    assert heard[-1] == (1.0, "Step 100")
    assert heard == sorted(heard)
    assert 20 <= len(heard) <= 1.0 / PROGRESS_INTERVAL_S + 1
    assert runner.shut_down(PATIENCE_S)


def test_after_shut_down_nothing_is_told_and_nothing_starts(main: MainThread) -> None:
    runner = JobRunner(main.calls.put)
    started = threading.Event()

    def work(progress: Progress) -> None:
        started.set()
        while True:
            progress.check()

    runner.start("For ever", work, **main.callbacks())
    runner.start("After it", lambda _: None, **main.callbacks())
    assert started.wait(PATIENCE_S)
    assert runner.shut_down(PATIENCE_S)
    while not main.calls.empty():
        main.calls.get()()
    assert main.told == []
    assert not runner.busy
    with pytest.raises(RuntimeError):
        runner.start("Too late", lambda _: None, done=print)


def test_a_runner_that_never_ran_shuts_down() -> None:
    assert JobRunner(lambda call: call()).shut_down()
