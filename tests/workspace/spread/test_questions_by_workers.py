"""Questions of a project whose parts real worker processes take: the same answers, whoever dies, and nothing left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from ecomap.analysis import registry
from ecomap.analysis.ground import overlay
from ecomap.analysis.statistics import ranks
from ecomap.analysis.travel import near
from ecomap.model.errors import CancelledError, InputError
from ecomap.model.hands import lent
from ecomap.model.progress import Progress, silent
from ecomap.model.result import Result
from ecomap.model.said import Said, say
from ecomap.model.version import VERSION
from ecomap.workspace.spread import workers
from ecomap.workspace.spread.workers import Crew, crew, helping
from tests.analysis.test_every_analysis import given_to
from tests.analysis.towns import ask

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
pytestmark = pytest.mark.slow
SPREADS = ("coverage-gap", "capacity-gap", "access", "sensitivity", "need-index", "priority", "plan", "weight-sets")
LONG_S = 120  # waits end when the thing happens; this is only when to give up


@pytest.fixture(scope="module")
def two() -> Iterator[Crew]:
    with crew(workers=2, memory_gb=4.0) as hands:
        yield hands


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts so small that the small town has several."""
    monkeypatch.setattr(overlay, "_CHUNK", 2)
    monkeypatch.setattr(near, "_TILE", 1)
    monkeypatch.setattr(near, "_WIDE", 0.2)
    monkeypatch.setattr(ranks, "_SHARED", 50)


def same(one: Result, other: Result) -> None:
    assert one.sentence == other.sentence
    assert one.figures == other.figures
    for mine, theirs in zip(one.outputs, other.outputs, strict=True):
        assert mine.frame.equals(theirs.frame), mine.name


@pytest.mark.parametrize("name", SPREADS)
def test_two_processes_answer_the_same(name: str, two: Crew, small_parts: None) -> None:
    given = given_to(name)
    alone = ask(name, given)
    with lent(two.each):
        same(ask(name, given), alone)


def test_the_questions_tried_are_those_that_others_help_with(small_parts: None) -> None:
    asked: list[str] = []
    for name in registry.names():
        def each(work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], progress: Progress, text: Said, name: str = name) -> list[Any]:
            asked.append(name)
            return [work(*job) for job in jobs]

        with lent(each):
            ask(name, given_to(name))
    assert set(SPREADS) <= set(asked)


@pytest.mark.parametrize("name", ["coverage-gap", "capacity-gap", "priority"])
def test_a_worker_killed_in_the_middle_of_a_question_changes_nothing(name: str, small_parts: None) -> None:
    given = given_to(name)
    alone = ask(name, given)
    killed: list[int] = []
    with crew(workers=2, memory_gb=4.0) as hands:

        def kill(share: float, text: Said) -> None:  # told as the parts come in
            if not killed:
                killed.append(hands.pids()[0])
                os.kill(killed[0], signal.SIGKILL)

        def each(work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], progress: Progress, text: Said) -> list[Any]:
            return hands.each(work, jobs, Progress(kill), text)

        with lent(each):
            same(ask(name, given), alone)
    assert killed


def left_of(hands: Crew, work: str) -> list[str]:
    """The parts of some work that the scheduler still knows of."""
    return hands.client.run_on_scheduler(lambda dask_scheduler: [str(key) for key in dask_scheduler.tasks if work in str(key)])


def test_a_stopped_question_leaves_no_parts_waiting(two: Crew) -> None:
    progress = Progress(lambda share, text: progress.cancel() if share > 0.01 else None)
    with pytest.raises(CancelledError):
        two.each(time.sleep, [(0.05,)] * 400, progress, say("Comparing areas"))
    assert left_of(two, "sleep") == []


def test_a_question_that_is_stopped_before_its_parts_have_arrived_leaves_none_either(two: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import scheduler

    made, arrived = scheduler._materialize_graph, []

    def slowly(*given: Any, **more: Any) -> Any:
        time.sleep(0.5)
        arrived.append(True)
        return made(*given, **more)

    monkeypatch.setattr(scheduler, "_materialize_graph", slowly)
    progress = Progress(lambda share, text: progress.cancel())
    with pytest.raises(CancelledError):
        two.each(time.sleep, [(0.05,)] * 400, progress, say("Comparing areas"))
    assert arrived
    assert left_of(two, "sleep") == []


def test_parts_that_are_done_are_let_go_whatever_still_points_to_them(two: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    compute = two.client.compute
    monkeypatch.setattr(two.client, "compute", lambda tasks, **how: sent.extend(compute(tasks, **how)) or sent)
    assert two.each(abs, [(-1,), (2,)], silent(), say("Comparing areas")) == [1, 2]
    assert len(sent) == 2
    began = time.monotonic()
    while left_of(two, "abs"):  # what was let go is told behind other messages
        assert time.monotonic() - began < LONG_S
        time.sleep(0.05)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows tells no process of a signal like this")
def test_a_terminal_that_tells_every_process_to_stop_ends_no_worker(two: Crew) -> None:
    deaf = two.client.run(lambda: signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, set()))
    assert list(deaf.values()) == [True, True]
    there = two.pids()
    for pid in there:
        os.kill(pid, signal.SIGINT)
    assert two.each(abs, [(-1,), (2,), (-3,)], silent(), say("Comparing areas")) == [1, 2, 3]
    assert two.pids() == there


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows tells no process of a signal like this")
def test_what_is_pressed_while_workers_start_is_heard_when_they_stand() -> None:
    done: list[str] = []

    def start() -> None:
        with workers._deaf_to_stopping():
            signal.raise_signal(signal.SIGINT)
            done.append("started")
        done.append("not reached")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a program in the background of a script does not hear it
    try:
        with pytest.raises(KeyboardInterrupt):
            start()
        assert done == ["started"]
        assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A cluster that somebody else started."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50) as there:
        yield str(there.scheduler_address)


def test_a_cluster_by_its_address_answers_the_same(cluster: str, small_parts: None) -> None:
    given = given_to("coverage-gap")
    alone = ask("coverage-gap", given)
    with helping(address=cluster):
        same(ask("coverage-gap", given), alone)


def test_workers_of_another_version_are_refused(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "VERSION", "9.9.9")
    with pytest.raises(InputError, match=rf"2 workers .* have another EcoMap \({VERSION}\) than this one \(9\.9\.9\)") as caught, crew(address=cluster):
        pass
    assert "Install this version" in caught.value.hint


def test_a_cluster_without_workers_is_refused() -> None:
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50) as there,
        pytest.raises(InputError, match="No worker has joined"), crew(address=there.scheduler_address),
    ):
        pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", "http://127.0.0.1:9", "tcp://no.such.host.invalid:8786"])
def test_an_address_where_no_cluster_answers(address: str) -> None:
    with pytest.raises(InputError, match=f"No Dask cluster answers at '{address}'"), crew(address=address):
        pass
