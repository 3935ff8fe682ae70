"""The recovery file: what is in the window and not yet saved, whole on the disk whatever happens to the program.

A recovery file is a project file in the user's state folder. It begins as a copy of the file that was opened (or of a
project that was never saved); after that each change is one transaction that writes only the tables that changed, so
that a kill or a power cut leaves the state before the change or after it. A lock beside it is held by the program that
writes it: a recovery file whose lock is free belonged to a program that is gone.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import filelock
from attrs import define, evolve, frozen

from ecomap.io.store.files import remember, remembered, stamp_of
from ecomap.io.store.saving import write_snapshot
from ecomap.io.store.schema import META
from ecomap.model.doing import About, Doing
from ecomap.model.files import put_in_place, resolved
from ecomap.model.progress import silent
from ecomap.model.project import Project
from ecomap.model.said import as_data, from_data

ENDING: Final = ".recovery.ecomap.gpkg"
LOCK: Final = ".lock"
UNFINISHED: Final = ".begun"
ASIDE: Final = ".damaged"
KEY: Final = "recovery"  # of the bookkeeping table META
_MOST_DOINGS: Final = 1000  # told of; more than anyone reads
_LONGEST_NOTE: Final = 20_000_000  # letters of JSON; a longer one is not ours
_CHUNK: Final = 1 << 20


class RecoveryFile:
    """One recovery file and the lock on it. Used from one thread at a time; `remove` or `let_go` ends it."""

    def __init__(self, path: Path, lock: filelock.FileLock, digest: str = "") -> None:
        self.path = path
        self._lock = lock
        self._digest = digest
        self._holds: Project | None = None  # the snapshot that is in the file

    @classmethod
    def begin(cls, folder: Path) -> RecoveryFile:
        """A new one; nothing but its lock is on the disk yet.

        Raises
        ------
        OSError
            If the folder cannot be made or written.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{dt.datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}-{secrets.token_hex(4)}{ENDING}"
        return cls(path, _taken(path))

    def write(self, project: Project, about: About, *, base: Project | None = None) -> None:
        """Put a snapshot on the disk: after this it survives a power cut.

        Parameters
        ----------
        base : Project, optional
            The snapshot that the project file holds, if known: the file is copied and only what differs is written.

        Raises
        ------
        OSError, sqlite3.Error
            If the disk is full or refuses; the recovery file holds what it held.
        ProjectError
            If a column cannot be kept.
        """
        if self._holds is not None:
            try:
                self._go_on(project, about, self._holds)
            except sqlite3.DatabaseError as problem:
                if _is_room(problem):
                    raise
                self._holds = None  # gone or damaged: written anew
        if self._holds is None:
            self._begin(project, about, base)
        self._holds = project

    def start_over(self) -> None:
        """The next snapshot begins with another project file. What is there stays until it is in its place."""
        self._holds, self._digest = None, ""

    def adopt(self, project: Project) -> None:
        """Go on with a recovery file out of which this project was opened."""
        known = remembered(project, resolved(self.path))
        if known is not None and known[1] and not project.faults:
            self._holds = project

    def remove(self) -> None:
        """The changes are saved or not wanted: nothing stays."""
        for left in (self.path, _journal(self.path), _unfinished(self.path)):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
        self._holds = None
        self.let_go()
        with contextlib.suppress(OSError):
            _lock_path(self.path).unlink(missing_ok=True)

    def keep_aside(self) -> Path:
        """Put a damaged one where it is not looked at again; whoever helps the planner finds it there."""
        aside = self.path.with_name(self.path.name + ASIDE)
        with contextlib.suppress(OSError):
            os.replace(self.path, aside)
        self.remove()
        return aside

    def let_go(self) -> None:
        """Leave it as it is, for whoever looks next."""
        self._lock.release()

    # --- what is written -----------------------------------------------------------------------------------------

    def _begin(self, project: Project, about: About, base: Project | None) -> None:
        """The whole project, written beside and put in its place in one step."""
        beside = _unfinished(self.path)
        try:
            copied = self._copy(about.path, base, beside)
            with closing(sqlite3.connect(beside, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = MEMORY")
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("BEGIN")
                write_snapshot(connection, project, base if copied else None, silent())
                self._note(connection, about)
                connection.execute("COMMIT")
                connection.execute("PRAGMA journal_mode = DELETE")
            os.chmod(beside, 0o600)
            with contextlib.suppress(FileNotFoundError):
                _journal(self.path).unlink()
            put_in_place(beside, self.path)
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)

    def _copy(self, path: Path | None, base: Project | None, to: Path) -> bool:
        """Copy the project file if it is still the one that was opened; whether its tables can be gone on with."""
        with contextlib.suppress(OSError):
            to.unlink(missing_ok=True)
        if path is None or base is None:
            return False
        path = resolved(path)
        known = remembered(base, path)
        if known is None or stamp_of(path) != known[0]:
            return False
        usable = known[1] and not base.faults
        digest = hashlib.blake2b(digest_size=16)
        with path.open("rb") as source, (to.open("wb") if usable else contextlib.nullcontext()) as written:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                if written is not None:
                    written.write(chunk)
        if stamp_of(path) != known[0]:  # another program replaced it meanwhile
            with contextlib.suppress(OSError):
                to.unlink(missing_ok=True)
            return False
        self._digest = digest.hexdigest()
        return usable

    def _go_on(self, project: Project, about: About, holds: Project) -> None:
        """One transaction, flushed to the disk with the folder."""
        with closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("BEGIN IMMEDIATE")
            try:
                write_snapshot(connection, project, holds, silent())
                self._note(connection, about)
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def _note(self, connection: sqlite3.Connection, about: About) -> None:
        text = json.dumps(_as_data(evolve(about, digest=self._digest)), separators=(",", ":"))
        connection.execute(f"INSERT INTO {META} (key, value) VALUES (?, ?)", (KEY, text))


@define
class Lost:
    """The unsaved work of a program that is gone; its lock is held until it is let go, removed or adopted."""

    file: RecoveryFile
    about: About


@frozen
class Found:
    """What lies in the folder: unsaved work, the latest first, and damaged recovery files, which were put aside."""

    lost: tuple[Lost, ...] = ()
    damaged: tuple[Path, ...] = ()


def find_lost(folder: Path, belonging_to: Path | None = None) -> Found:
    """Unsaved work of programs that are gone. What running programs hold is passed over; leftovers without changes go.

    Parameters
    ----------
    folder : Path
        Where recovery files are.
    belonging_to : Path, optional
        Only work on this project file.
    """
    lost, damaged = [], []
    for path in _files(folder):
        try:
            lock = _taken(path)
        except (filelock.Timeout, OSError):
            continue
        file = RecoveryFile(path, lock)
        if not path.exists():
            file.remove()
            continue
        try:
            about = _read_about(path)
        except (OSError, sqlite3.Error, ValueError, TypeError, KeyError, RecursionError, OverflowError, AttributeError):
            damaged.append(file.keep_aside())
            continue
        if not about.doings:
            file.remove()
        elif belonging_to is not None and not _same(about.path, belonging_to):
            file.let_go()
        else:
            lost.append(Lost(RecoveryFile(path, lock, about.digest), about))
    return Found(tuple(sorted(lost, key=lambda one: one.about.written, reverse=True)), tuple(damaged))


def belongs_still(about: About) -> bool:
    """Whether the project file is the one that the changes were made to, so that they may be saved over it."""
    if about.path is None or about.loses or not about.digest:
        return False
    digest = hashlib.blake2b(digest_size=16)
    try:
        with about.path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return False
    return digest.hexdigest() == about.digest


def expect_unchanged(project: Project, path: Path) -> None:
    """Note that a project that was brought back may be saved over this file as long as it stays what it is now."""
    path = resolved(path)
    stamp = stamp_of(path)
    if stamp is not None:
        remember(project, path, stamp, current_schema=False)  # its tables are not those of the file: all are written


def _files(folder: Path) -> Iterator[Path]:
    """Recovery files, and those that were begun and of which only the lock is there."""
    with contextlib.suppress(OSError):
        names = sorted(path.name for path in folder.iterdir())
        seen = {name for name in names if name.endswith(ENDING)}
        seen |= {name.removesuffix(LOCK) for name in names if name.endswith(ENDING + LOCK)}
        seen |= {name.removesuffix(UNFINISHED) for name in names if name.endswith(ENDING + UNFINISHED)}
        yield from (folder / name for name in sorted(seen))


def _taken(path: Path) -> filelock.FileLock:
    """The lock, held. It goes with the program that holds it, however that ends."""
    lock = filelock.FileLock(_lock_path(path), thread_local=False)
    lock.acquire(timeout=0)
    return lock


def _lock_path(path: Path) -> Path:
    return path.with_name(path.name + LOCK)


def _journal(path: Path) -> Path:
    return path.with_name(path.name + "-journal")


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + UNFINISHED)


def _same(one: Path | None, other: Path) -> bool:
    return one is not None and (one == other or resolved(one) == resolved(other))


def _is_room(problem: sqlite3.Error) -> bool:
    """Whether it is the disk that has no room or refuses, and the file is sound."""
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


# --- what it says of itself --------------------------------------------------------------------------------------------


def _as_data(about: About) -> dict[str, Any]:
    return {
        "title": as_data(about.title), "path": None if about.path is None else str(about.path), "digest": about.digest,
        "since": about.since.isoformat(), "written": about.written.isoformat(), "loses": about.loses,
        "doings": [[doing.when.isoformat(), as_data(doing.label)] for doing in about.doings[-_MOST_DOINGS:]],
    }


def _read_about(path: Path) -> About:
    """What a recovery file says of itself; a transaction that was cut off is taken back first."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (META,)).fetchone() is None:
            raise ValueError("no recovery file")
        found = connection.execute(
            f"SELECT value FROM {META} WHERE key = ? AND length(value) <= ?", (KEY, _LONGEST_NOTE)).fetchone()
    # Reading has taken back what a journal held. One that is still there was cut off before it held anything.
    _journal(path).unlink(missing_ok=True)
    if found is None:
        raise ValueError("it says nothing of itself")
    data = json.loads(found[0])
    return About(
        title=from_data(data["title"]), path=None if data["path"] is None else Path(str(data["path"])),
        digest=str(data["digest"]), loses=bool(data["loses"]),
        since=_time(data["since"]), written=_time(data["written"]),
        doings=tuple(Doing(from_data(label), _time(when)) for when, label in data["doings"]),
    )


def _time(text: Any) -> dt.datetime:
    """A time with its zone."""
    return dt.datetime.fromisoformat(text).astimezone()
