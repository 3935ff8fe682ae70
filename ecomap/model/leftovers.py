"""Unfinished files of a program that was killed: named so that anyone can tell whose they are, and swept once it is gone."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import secrets
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ecomap.model.dates import age_s

SAVING: Final = ".saving"   # the next version of a project
PART: Final = ".part"       # a folder in which a file is being written
WORK: Final = "ecomap"      # how folders in the system's place for temporary files begin
LONGEST_NAME: Final = 150
FORGOTTEN_AFTER_S: Final = 24 * 3600  # what another machine began: nobody writes one file for a day
_TAILS: Final = ("", "-journal", "-wal", "-shm")  # what SQLite puts beside a file
_BESIDE: Final = re.compile(r"\..+\.(?P<host>[0-9A-Za-z]{1,24})\.(?P<pid>[0-9]+)-[0-9a-f-]+\.(saving|part)(-journal|-wal|-shm)?", re.DOTALL)
_WORK: Final = re.compile(WORK + r"-[a-z]+-(?P<host>[0-9A-Za-z]{1,24})-(?P<pid>[0-9]+)-[0-9A-Za-z_]+")

_lock = threading.Lock()
_mine: set[str] = set()                # names of what this process is writing now
_noted_in: dict[str, Path] = {}        # "folder" -> where every process notes what it is writing, so that the next start finds it


def beside(path: Path, kind: str) -> Path:
    """A new name beside a file, hidden, which says whose it is: ``.la.ecomap.gpkg.HOST.PID-3f2a.saving``."""
    name = path.name.encode()[:LONGEST_NAME].decode(errors="ignore")  # disks take 255 bytes
    return path.with_name(f".{name}.{host()}.{os.getpid()}-{secrets.token_hex(6)}{kind}")


@contextlib.contextmanager
def under_way(made: Path) -> Iterator[Path]:
    """As long as the block lasts, a file or folder of such a name is ours; then it is removed, with what stands beside it."""
    note = _note(made)
    names = {made.name} if note is None else {made.name, note.name}
    with _lock:
        _mine.update(names)
    try:
        yield made
    finally:
        for tail in _TAILS:
            _remove(made.with_name(made.name + tail))
        with _lock:
            _mine.difference_update(names)
        if note is not None:
            with contextlib.suppress(OSError):
                note.unlink()


def work_prefix(kind: str) -> str:
    """How a temporary folder of ours is called, for `tempfile`: its kind, this machine, this process.

    >>> work_prefix("zip").startswith("ecomap-zip-")
    True
    """
    return f"{WORK}-{kind}-{host()}-{os.getpid()}-"


def note_in(folder: Path) -> None:
    """From now on, note in a folder what is being written and where, for the next start to find after a kill."""
    _noted_in["folder"] = folder


def sweep_folder(folder: Path) -> int:
    """Remove from a folder what killed programs of this machine left there; how many were removed.

    A folder that cannot be read or written is left alone. Nothing is touched that a running program is writing, that another
    machine began within a day, or that has no such name.
    """
    return _swept(folder, _BESIDE)


def sweep_work() -> int:
    """Remove temporary folders of ours whose program is gone."""
    return _swept(Path(tempfile.gettempdir()), _WORK)


def sweep_noted() -> int:
    """Remove what was noted by programs that are gone, wherever they were writing it."""
    folder, removed = _noted_in.get("folder"), 0
    if folder is None:
        return 0
    for note in _listed(folder):
        found = re.fullmatch(r"(?P<host>[0-9A-Za-z]{1,24})-(?P<pid>[0-9]+)-[0-9a-f]+", note.name)
        if found is None or note.is_symlink() or not _left_behind(note, found):
            continue
        with contextlib.suppress(OSError, ValueError):
            left = Path(note.read_text(encoding="utf-8"))
            named = _BESIDE.fullmatch(left.name)
            if named is not None and named["pid"] == found["pid"] and named["host"] == found["host"]:
                removed += sum(_remove(left.with_name(left.name + tail)) for tail in _TAILS)
            note.unlink()
    return removed


def host() -> str:
    """This machine's name, in letters and digits."""
    return re.sub(r"[^0-9A-Za-z]", "", socket.gethostname())[:24] or "host"


def is_running(pid: int) -> bool:
    """Whether a process of this machine runs; True where the system does not say.

    >>> is_running(os.getpid())
    True
    """
    if sys.platform == "win32":
        return _runs_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _runs_on_windows(pid: int) -> bool:
    """A process that can be opened and has no exit code yet."""
    access, still_active, no_such_process = 0x1000, 259, 87
    kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(access, False, pid)
    if not handle:
        return bool(ctypes.get_last_error() != no_such_process)  # type: ignore[attr-defined,unused-ignore]
    try:
        code = ctypes.c_ulong()
        return not kernel.GetExitCodeProcess(handle, ctypes.byref(code)) or code.value == still_active
    finally:
        kernel.CloseHandle(handle)


def _note(made: Path) -> Path | None:
    """A note of what is begun; without a place for notes, or where none can be written, only its own folder tells of it."""
    folder = _noted_in.get("folder")
    if folder is None:
        return None
    note = folder / f"{host()}-{os.getpid()}-{secrets.token_hex(6)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        note.write_text(str(made.absolute()), encoding="utf-8")
    except (OSError, ValueError):
        return None
    return note


def _swept(folder: Path, pattern: re.Pattern[str]) -> int:
    removed = 0
    for found in _listed(folder):
        named = pattern.fullmatch(found.name)
        if named is not None and _left_behind(found, named):
            removed += _remove(found)
    return removed


def _listed(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return [Path(entry.path) for entry in os.scandir(folder)]
    return []


def _left_behind(found: Path, named: re.Match[str]) -> bool:
    """Whether nobody is writing this any more: its program ran on this machine and is gone, or had this one's number before it."""
    with _lock:
        if any(found.name.startswith(name) for name in _mine):
            return False
    pid, work = int(named["pid"]), named.re is _WORK
    if named["host"] == host():
        return not is_running(pid) or (pid == os.getpid() and not work)
    try:
        return age_s(found.lstat().st_mtime) > FORGOTTEN_AFTER_S and not (work and is_running(pid))
    except OSError:
        return False


def _remove(found: Path) -> bool:
    """Remove a file or a folder with all in it; links are removed, never followed."""
    try:
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        else:
            found.unlink()
    except OSError:
        return False
    return True
