"""Who does the work on the parts: this process, worker processes of this machine, or a cluster; one list of jobs, in any order done."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from tempfile import TemporaryDirectory
from typing import Any

from attrs import frozen

from ecomap.model.errors import InputError
from ecomap.model.hands import lent
from ecomap.model.progress import Progress
from ecomap.model.said import Said, listed, name, plural, say
from ecomap.model.version import VERSION

GIGABYTE = 2**30
_RETRIES = 3     # of a job whose worker died, or could not read a file just then
_DEATHS = 10     # of workers that had the same job, before it is given up
_LOOK_EVERY = 0.2  # seconds between two looks at the wish to stop
Job = tuple[Any, ...]


@frozen
class Crew:
    """Workers that take jobs. ``client`` is theirs; None where this process does the work itself."""

    client: Any = None
    pids: Callable[[], list[int]] = list

    def each(self, work: Callable[..., Any], jobs: Sequence[Job], progress: Progress, text: Said) -> list[Any]:
        """What every job comes to, in the order of the jobs.

        Raises
        ------
        CancelledError
            If the work should stop; jobs that are done stay done.
        """
        from dask import delayed  # heavy

        tasks = [delayed(work, pure=False)(*job) for job in jobs]
        if self.client is not None:
            return self._spread(tasks, progress, text)
        found = []
        for number, task in enumerate(tasks):
            progress.at(number / max(len(tasks), 1), text)
            found.append(task.compute(scheduler="synchronous"))
        progress.at(1.0, text)
        return found

    def _spread(self, tasks: list[Any], progress: Progress, text: Said) -> list[Any]:
        futures = self.client.compute(tasks, retries=_RETRIES)
        try:
            self._follow(futures, progress, text)
            return list(self.client.gather(futures))
        except BaseException:
            self._withdraw(futures)
            raise
        finally:
            for future in futures:  # now, and not when Python next looks for cycles: a look that timed out holds on to them
                future.release()

    def _follow(self, futures: list[Any], progress: Progress, text: Said) -> None:
        """Wait for all of them, telling how far it is."""
        from distributed import wait  # heavy

        waiting = set(futures)
        while waiting:
            progress.at(1 - len(waiting) / len(futures), text)
            with contextlib.suppress(TimeoutError), self.client.as_current():
                done = wait(list(waiting), timeout=_LOOK_EVERY, return_when="FIRST_COMPLETED").done
                waiting -= done
                for future in done:
                    if future.status == "error":
                        raise future.exception()
        progress.at(1.0, text)

    def _withdraw(self, futures: list[Any]) -> None:
        """Take jobs back, at the scheduler itself: a wish to cancel that overtakes the jobs on their way would be forgotten."""
        async def take_back(keys: list[Any], client: str, dask_scheduler: Any) -> None:  # travels as it is, since EcoMap may not be there
            import asyncio

            while getattr(dask_scheduler, "_active_graph_updates", 0) and not any(key in dask_scheduler.tasks for key in keys):
                await asyncio.sleep(0.01)
            dask_scheduler.stimulus_cancel(keys, client, force=False, reason="stopped", msg="")

        try:
            self.client.run_on_scheduler(take_back, [future.key for future in futures], self.client.id)
        except Exception:  # noqa: BLE001 - a scheduler that runs nothing of others, or is gone
            self.client.cancel(futures)


@contextlib.contextmanager
def helping(*, workers: int = 0, address: str = "", memory_gb: float = 4.0) -> Iterator[None]:
    """A crew takes the parts of every step of the questions in this block; none where neither workers nor a cluster are asked for."""
    if not workers and not address:
        yield
        return
    with crew(workers=workers, address=address, memory_gb=memory_gb) as hands, lent(hands.each):
        yield


@contextlib.contextmanager
def crew(*, workers: int = 0, address: str = "", memory_gb: float = 4.0) -> Iterator[Crew]:
    """Workers for as long as the block lasts.

    Parameters
    ----------
    workers : int
        Processes of this machine; 0 does the work in this one.
    address : str
        Of a Dask scheduler that runs already, such as ``tcp://10.0.0.5:8786``; its workers have EcoMap and see the same folders.
    memory_gb : float
        Of all worker processes of this machine together; one that outgrows its part is started anew, and its job is done again.

    Raises
    ------
    InputError
        If the library is not installed, no cluster answers at the address, or its workers have another version of EcoMap.
    """
    _require_dask(distributed=bool(workers or address))
    if not workers and not address:
        yield Crew()
        return
    import dask  # heavy
    from distributed import Client, LocalCluster

    settings = {"distributed.admin.large-graph-warning-threshold": "2GB", "distributed.scheduler.allowed-failures": _DEATHS,
                "distributed.comm.timeouts.connect": "10s"}
    # a folder of this crew alone: a worker that is ended in the middle of a part leaves its own lying
    with TemporaryDirectory(prefix="ecomap-workers-", ignore_cleanup_errors=True) as scratch, dask.config.set({**settings, "temporary-directory": scratch}):
        if address:
            try:
                client = Client(address, set_as_default=False)
            except (OSError, ValueError, TimeoutError) as problem:
                raise InputError(say("No Dask cluster answers at '{address}'.", address=name(address)),
                                 say("Start its scheduler, and give the address it prints."), {"reason": str(problem)[:300]}) from problem
            with client:
                _same_program(client, address)
                yield Crew(client, list)
            return
        with contextlib.ExitStack() as open_:
            with _deaf_to_stopping():
                cluster = open_.enter_context(LocalCluster(
                    n_workers=workers, threads_per_worker=1, processes=True, memory_limit=int(memory_gb * GIGABYTE / workers),
                    host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
                ))
            client = open_.enter_context(Client(cluster, set_as_default=False))
            yield Crew(client, lambda: [nanny.pid for nanny in cluster.workers.values() if nanny.pid])


@contextlib.contextmanager
def _deaf_to_stopping() -> Iterator[None]:
    """Whatever is started in this block never hears of Ctrl-C, which a terminal tells every process of a command: this one alone
    stops, and ends the others. What is pressed meanwhile is heard at the end of the block."""
    mask = getattr(signal, "pthread_sigmask", None)  # not on Windows
    if mask is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # started with the first process, it would make this thread hear again
    pressed: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))  # other threads may hear it still
    before = mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)
        signal.signal(signal.SIGINT, signal.SIG_DFL if handler is None else handler)  # None: not one of Python's
    if pressed:
        signal.raise_signal(signal.SIGINT)


def _same_program(client: Any, address: str) -> None:
    """Refuse a cluster without workers, and workers that have another EcoMap or none: their parts would be those of another program."""
    def there() -> str:  # travels as it is, since EcoMap may not be there
        try:
            from ecomap.model import version
        except ImportError:
            return ""
        return version.VERSION

    versions = client.run(there, on_error="return")
    if not versions:
        raise InputError(say("No worker has joined the Dask cluster at '{address}'.", address=name(address)),
                         say("Start its workers with the address of the scheduler, then ask again."))
    other = {worker: found if isinstance(found, str) else "" for worker, found in versions.items() if found != VERSION}
    if other:
        raise InputError(
            plural("{n} worker of the Dask cluster at '{address}' has another EcoMap ({versions}) than this one ({own}).",
                   "{n} workers of the Dask cluster at '{address}' have another EcoMap ({versions}) than this one ({own}).", len(other),
                   address=name(address), versions=listed(name(found) if found else say("none") for found in sorted(set(other.values()))),
                   own=name(VERSION)),
            say("Install this version on every worker, and start them anew."), {"workers": other})


def _require_dask(*, distributed: bool) -> None:
    try:
        import dask  # heavy  # noqa: F401

        if distributed:
            import distributed as _  # noqa: F401
    except ImportError as problem:
        raise InputError(say("Data larger than memory are worked on with a library (Dask) that is not installed."),
                         say("Install EcoMap with its extra 'cluster': pip install \"ecomap[cluster]\".")) from problem
