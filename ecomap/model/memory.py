"""How much memory is free, and the sentence for a question that would need more: said before it begins, never found out by being ended."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ecomap.model.errors import EcoMapError
from ecomap.model.said import say
from ecomap.model.units import format_number

NUMBER: Final = 8           # bytes
_GIGABYTE: Final = 2**30


def check_room(needed: int) -> None:
    """Refuse what needs more memory than is free; where the system does not say what is free, nothing is refused.

    Parameters
    ----------
    needed : int
        Bytes, on top of what the program holds already.

    Raises
    ------
    EcoMapError
        Says how much is needed and how much is free.
    """
    free = free_bytes()
    if free is not None and needed > free:
        raise EcoMapError(
            say("This needs about {needed} GB of memory, and only {free} GB are free.", needed=format_number(needed / _GIGABYTE, digits=1),
                free=format_number(free / _GIGABYTE, digits=1)),
            say("Close other programs, or ask it of a smaller place or with fewer draws."))


@contextlib.contextmanager
def within_memory() -> Iterator[None]:
    """Memory that runs out in here is a sentence, and the program goes on."""
    try:
        yield
    except MemoryError:
        raise EcoMapError(say("There is not enough memory for this question; it was stopped and nothing was changed."),
                          say("Close other programs, or ask it of a smaller place or with fewer draws.")) from None


def free_bytes() -> int | None:
    """Bytes that this program could still take, by what the system has free and by what it was allowed; None where neither is known."""
    found = [size for size in (_available(), _allowed()) if size is not None]
    return min(found, default=None)


def _available() -> int | None:
    """What the system could hand out without moving anything to disk."""
    if sys.platform == "win32":
        return _available_on_windows()
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) * 1024
    with contextlib.suppress(OSError, ValueError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")  # macOS packs what other programs hold: all there is
    return None


def _available_on_windows() -> int | None:
    if sys.platform != "win32":
        return None
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ulong), ("load", ctypes.c_ulong), *((name, ctypes.c_ulonglong) for name in (
            "physical", "free", "paged", "free_paged", "virtual", "free_virtual", "free_extended")))

    status = Status()
    status.length = ctypes.sizeof(Status)
    return int(status.free) if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else None


def _allowed() -> int | None:
    """What is left of a limit that was set for this program (`ulimit -v`)."""
    if sys.platform == "win32":
        return None
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return None
    with contextlib.suppress(OSError, ValueError, IndexError):
        held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
        return max(limit - held, 0)
    return int(limit)
