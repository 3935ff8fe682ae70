"""How long a file may take to be read and how much memory it may need, and how the reading process keeps to it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from attrs import frozen

STILL_S: Final = 120            # seconds without a sign of life
LEAST: Final = 1 << 30          # bytes of memory for any file
MOST: Final = 8 << 30           # bytes of memory for the largest
_PER_BYTE: Final = 25           # of memory, per byte of a file
_PER_PACKED_BYTE: Final = 75    # the same where the bytes are packed
_PACKED: Final = (b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"BZh", b"\xfd7zXZ")
_LOOK_S: Final = 0.2


@frozen
class Limits:
    """Seconds without a sign of life, and bytes of memory of the whole process."""

    seconds: float
    memory: int


def limits_for(path: Path) -> Limits:
    """What a file may cost. ``ECOMAP_READ_SECONDS`` and ``ECOMAP_READ_MEGABYTES`` set it by hand."""
    seconds, megabytes = os.environ.get("ECOMAP_READ_SECONDS"), os.environ.get("ECOMAP_READ_MEGABYTES")
    memory = int(megabytes) << 20 if megabytes and megabytes.isdigit() else _memory_for(path)
    return Limits(float(seconds) if seconds and seconds.isdigit() else STILL_S, memory)


def _memory_for(path: Path) -> int:
    try:
        if path.is_dir():
            size = sum(part.stat().st_size for part in path.iterdir() if part.is_file())
        elif path.suffix.lower() == ".shp":
            size = sum(part.stat().st_size for part in path.parent.iterdir() if part.stem == path.stem and part.is_file())
        else:
            size = path.stat().st_size
        packed = path.is_file() and _front(path).startswith(_PACKED)
    except OSError:
        return LEAST
    return max(LEAST, min(MOST, size * (_PER_PACKED_BYTE if packed else _PER_BYTE)))


def _front(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(8)


def keep_to_memory(most: int) -> bool:
    """Let this process have no more memory than this; False where the system cannot be told to see to it.

    Linux counts what is written to (RLIMIT_DATA), not what is merely set aside, as threads do.
    """
    if not sys.platform.startswith("linux"):
        return False
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    return True


def watch_memory(most: Callable[[], int], too_much: Callable[[], None]) -> None:
    """Look again and again, where the system does not see to it, whether this process has grown too large."""

    def look() -> None:
        waiting = threading.Event()
        while not waiting.wait(_LOOK_S):
            used = memory_used()
            if used is not None and used > most():
                too_much()

    threading.Thread(target=look, name="memory", daemon=True).start()


def memory_used() -> int | None:
    """Bytes this process holds now (on macOS: held at most), None where that cannot be told."""
    if sys.platform.startswith("linux"):
        return _from_status("VmData")  # what the limit counts; the heap may not have given it back
    if sys.platform == "win32":
        return _used_on_windows()
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def peak_memory() -> int | None:
    """Bytes this process has held at most, since `forget_peak` where the system allows that."""
    return _from_status("VmHWM") if sys.platform.startswith("linux") else memory_used()


def forget_peak() -> None:
    """Begin anew to note the most this process holds."""
    if sys.platform.startswith("linux"):
        try:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        except OSError:
            return  # the peak is then that of the process, which is no less


def _from_status(wanted: str) -> int | None:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith(wanted + ":")), None)


def _used_on_windows() -> int | None:
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = [
            ("cb", wintypes.DWORD), ("PageFaultCount", wintypes.DWORD),
            *((name, ctypes.c_size_t) for name in (
                "PeakWorkingSetSize", "WorkingSetSize", "QuotaPeakPagedPoolUsage", "QuotaPagedPoolUsage",
                "QuotaPeakNonPagedPoolUsage", "QuotaNonPagedPoolUsage", "PagefileUsage", "PeakPagefileUsage",
            )),
        ]

    counters = Counters()
    counters.cb = ctypes.sizeof(counters)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - mypy on other systems knows no windll
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.K32GetProcessMemoryInfo.argtypes = [wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD]
    done = kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
    return int(counters.PagefileUsage) if done else None
