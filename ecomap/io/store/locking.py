"""One writer at a time: who works on a project file holds its lock, in whatever program and on whatever machine.

The lock is a hidden file beside the project (``.la.ecomap.gpkg.lock``) which the system itself holds for a process and frees
when that process ends, however it ends. In it stands, from its second byte on (Windows bars the first one while it is held),
who holds it; what a dead holder has left there counts for nothing, since its lock is free.

The lock file is removed by the one who holds it, while it is still held; whoever gets the lock makes sure that it is the lock
of the file that has the name now, and tries again if it is not. A killed program's lock file stays until the next one that
holds it. Where a disk knows no locks there is none: that is said once for every folder, and a file that another program has
changed is still never overwritten, since a save compares what it holds.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from attrs import asdict, define, field, frozen

from ecomap.model.errors import ProjectError
from ecomap.model.files import resolved
from ecomap.model.progress import Progress, silent
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.said import name as kept

WINDOW: Final = "window"
PYTHON: Final = "python"
WAIT_S: Final = 60.0        # how long a save waits for another one
TELL_AFTER_S: Final = 2.0   # then it is said for whom
_POLL_S: Final = 0.05
_MOST: Final = 4096         # bytes of a description
_PROGRAMS: Final = {WINDOW: say("the EcoMap window"), PYTHON: say("a Python program")}
_NOBODY_KNOWN: Final = say("another program")

Waiting = Callable[["Holder"], None]


@frozen
class Holder:
    """Who holds a lock.

    Parameters
    ----------
    program : str
        `WINDOW`, `PYTHON`, or a command such as ``ecomap import``; "" where it cannot be read.
    host, user : str
    since : str
        ISO 8601, UTC.
    """

    program: str = ""
    pid: int = 0
    host: str = ""
    user: str = ""
    since: str = ""

    @property
    def who(self) -> Said:
        """The holder in words: "the EcoMap window of ana on desk-7"."""
        program = _PROGRAMS.get(self.program) or (kept(self.program) if self.program else _NOBODY_KNOWN)
        if self.user and self.host and self.host != socket.gethostname():
            return say("{program} of {user} on {host}", program=program, user=kept(self.user), host=kept(self.host))
        return say("{program} of {user}", program=program, user=kept(self.user)) if self.user else program

    @property
    def when(self) -> Said:
        """Since when, in the time of this machine; "" where it cannot be read."""
        try:
            here = datetime.fromisoformat(self.since).astimezone()
        except (ValueError, OverflowError, OSError):
            return NOTHING
        today = here.date() == datetime.now().astimezone().date()
        return kept(here.strftime("%H:%M" if today else "%Y-%m-%d %H:%M"))


class HeldError(ProjectError):
    """Somebody else works on the file; ``holder`` says who."""

    def __init__(self, path: Path, holder: Holder) -> None:
        what, who, when = kept(path.name), holder.who, holder.when
        held = (say("{name} has been in use by {who} since {when}.", name=what, who=who, when=when) if when
                else say("{name} is in use by {who}.", name=what, who=who))
        super().__init__(held, say("Close it there or wait until it is done, then try again. Nothing was changed."),
                         {"path": str(path), "holder": asdict(holder)})
        self.holder = holder


@define(eq=False)
class Hold:
    """A lock that is held until `release`.

    ``doubt`` says, once for every folder, that files cannot be locked there. ``owner``: see `take`.
    """

    path: Path
    holder: Holder
    owner: object | None = None
    doubt: Said = NOTHING
    _released: bool = field(default=False, init=False)

    def release(self) -> None:
        if not self._released:
            self._released = True
            _leave(self)


@define(eq=False)
class _Lock:
    """The one lock that this process has on a file, and how many hold it here."""

    file: object | None  # a FileLock; None where files cannot be locked
    holder: Holder
    holds: list[Hold] = field(factory=list)


_guard = threading.RLock()
_locks: dict[Path, _Lock] = {}
_told: set[Path] = set()


def take(
    path: Path | str,
    program: str = PYTHON,
    *,
    wait_s: float = WAIT_S,
    owner: object | None = None,
    waiting: Waiting | None = None,
    progress: Progress | None = None,
) -> Hold:
    """Hold the lock of a project file, which need not be there yet; the same process may hold it several times.

    Parameters
    ----------
    program : str
        What others are told of who holds it.
    wait_s : float
        How long to wait for another holder.
    owner : object, optional
        Whose it is within this process: two owners never hold it at once (two windows), one owner may hold it several times.
    waiting : callable, optional
        Told after two seconds who is waited for.

    Raises
    ------
    HeldError
        If somebody else still holds it after that.
    CancelledError
        If the planner stopped it.
    """
    path, progress = resolved(path), progress or silent()
    began, told = time.monotonic(), False
    while True:
        progress.check()
        hold = _try(path, program, owner)
        if isinstance(hold, Hold):
            return hold
        waited = time.monotonic() - began
        if waited >= wait_s:
            raise HeldError(path, hold)
        if waited >= TELL_AFTER_S and not told and waiting is not None:
            told = True
            waiting(hold)
        time.sleep(min(_POLL_S, max(wait_s - waited, 0.0)))


@contextlib.contextmanager
def held(
    path: Path | str, program: str = PYTHON, *, wait_s: float = WAIT_S, waiting: Waiting | None = None, progress: Progress | None = None
) -> Iterator[Hold]:
    """Hold the lock of a project file for as long as the block lasts; see `take`."""
    hold = take(path, program, wait_s=wait_s, waiting=waiting, progress=progress)
    try:
        yield hold
    finally:
        hold.release()


def holder_of(path: Path | str) -> Holder | None:
    """Who holds the lock of a file now, this process included; None if nobody does."""
    path = resolved(path)
    with _guard:
        if path in _locks:
            return _locks[path].holder
        if not lock_path(path).exists():
            return None
        hold = _try(path, "", None)
        if isinstance(hold, Hold):
            hold.release()
            return None
        return hold


def lock_path(path: Path) -> Path:
    """Where the lock of a project file lies."""
    return path.with_name(f".{path.name}.lock")


def _try(path: Path, program: str, owner: object | None) -> Hold | Holder:
    """Hold it, or say who does."""
    with _guard:
        lock = _locks.get(path)
        if lock is not None and owner is not None:
            other = next((hold.holder for hold in lock.holds if hold.owner is not None and hold.owner is not owner), None)
            if other is not None:
                return other
        holder, doubt = Holder(program, os.getpid(), socket.gethostname(), _user(), datetime.now(UTC).isoformat(timespec="seconds")), NOTHING
        if lock is None:
            taken = _taken(path, holder)
            if isinstance(taken, Holder):
                return taken
            lock = _locks[path] = _Lock(taken.file, holder)
            doubt = taken.doubt
        hold = Hold(path, holder, owner, doubt)
        lock.holds.append(hold)
        return hold


@frozen
class _Taken:
    file: object | None
    doubt: Said = NOTHING


class _GoneError(Exception):
    """The lock file was replaced while it was being locked."""


def _taken(path: Path, holder: Holder) -> _Taken | Holder:
    from filelock import FileLock, Timeout

    where = lock_path(path)
    if not path.parent.is_dir():  # the library would make the folder
        return _Taken(None)

    def got(descriptor: int) -> None:
        _make_sure(where, descriptor)
        _describe(descriptor, holder)

    try:
        file = FileLock(where, mode=_mode(path.parent), thread_local=False, fallback_to_soft=False, on_acquired=got)
        file.acquire(blocking=False)
    except (Timeout, _GoneError):
        return _described(where) if _can_be_made(where) else _Taken(None, _doubt(path))
    except PermissionError:
        if where.exists() and os.access(path.parent, os.W_OK):  # of another user, who may be at work
            return _described(where)
        return _Taken(None, _doubt(path))
    except (OSError, NotImplementedError):
        return _Taken(None, _doubt(path))
    return _Taken(file)


def _can_be_made(where: Path) -> bool:
    """Whether a lock file can stand here at all: some folders of the system take none, and say only that there is no such file."""
    if where.exists():
        return True
    try:
        os.close(os.open(where, os.O_RDWR | os.O_CREAT, _mode(where.parent)))
    except FileNotFoundError:
        return False
    except OSError:
        pass
    return True


def _make_sure(where: Path, descriptor: int) -> None:
    """The lock that was got is that of the file which has the name now; an earlier holder may have removed the one it was of."""
    try:
        same = os.path.samestat(where.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        same = False
    if not same and os.name == "posix":
        raise _GoneError


def _describe(descriptor: int, holder: Holder) -> None:
    with contextlib.suppress(OSError):  # a full disk: the lock counts, not what stands in it
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, b" " + json.dumps(asdict(holder)).encode())


def _described(where: Path) -> Holder:
    try:
        with where.open("rb", buffering=0) as file:
            file.seek(1)
            found = json.loads(file.read(_MOST))
        return Holder(**{key: type(getattr(Holder(), key))(value) for key, value in found.items() if key in asdict(Holder())})
    except (OSError, ValueError, TypeError, AttributeError):
        return Holder()


def _leave(hold: Hold) -> None:
    with _guard:
        lock = _locks.get(hold.path)
        if lock is None or hold not in lock.holds:  # of the process that this one was forked off
            return
        lock.holds.remove(hold)
        if lock.holds:
            return
        del _locks[hold.path]
        if lock.file is None:
            return
        if os.name == "posix":  # elsewhere a file that is open stays, and the library removes it afterwards
            with contextlib.suppress(OSError):
                lock_path(hold.path).unlink()
        with contextlib.suppress(OSError):
            lock.file.release()  # type: ignore[attr-defined]


def _mode(folder: Path) -> int:
    """Whoever may write in the folder may take the lock."""
    try:
        return 0o644 | stat.S_IMODE(folder.stat().st_mode) & 0o022
    except OSError:
        return 0o644


def _doubt(path: Path) -> Said:
    """What is to be said of a folder in which files cannot be locked; once, and not where nobody can save anyway."""
    if path.parent in _told or not os.access(path.parent, os.W_OK):
        return NOTHING
    _told.add(path.parent)
    return say("Files in {folder} cannot be locked, so EcoMap cannot tell whether another program is working on {name}.",
               folder=kept(path.parent), name=kept(path.name))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _forget() -> None:
    """A process that was forked off holds nothing."""
    global _guard  # the other process may have been inside it
    _guard = threading.RLock()
    _locks.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
