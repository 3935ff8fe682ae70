"""Who does the work on the parts: this process, worker processes of this machine, or a cluster; one list of jobs, in any order done."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
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
        from distributed import wait  # heavy

        futures = self.client.compute(tasks, retries=_RETRIES)
        waiting = set(futures)
        try:
            while waiting:
                progress.at(1 - len(waiting) / len(tasks), text)
                with contextlib.suppress(TimeoutError), self.client.as_current():
                    done = wait(list(waiting), timeout=_LOOK_EVERY, return_when="FIRST_COMPLETED").done
                    waiting -= done
                    for future in done:
                        if future.status == "error":
                            raise future.exception()
        except BaseException:
            self.client.cancel(futures)
            raise
        progress.at(1.0, text)
        return list(self.client.gather(futures))


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

    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "2GB", "distributed.scheduler.allowed-failures": _DEATHS,
                          "distributed.comm.timeouts.connect": "10s"}):
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
        with LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, memory_limit=int(memory_gb * GIGABYTE / workers),
            host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
        ) as cluster, Client(cluster, set_as_default=False) as client:
            yield Crew(client, lambda: [nanny.pid for nanny in cluster.workers.values() if nanny.pid])


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
