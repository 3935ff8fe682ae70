"""One damaged file through the reading process and the import: taken with a report that adds up, or refused in words."""

from __future__ import annotations

import hashlib
import shutil
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from ecomap.io.importers import import_file
from ecomap.io.reading.process import asking, forget
from ecomap.io.reading.process.limits import forget_peak, peak_memory
from ecomap.model.errors import EcoMapError
from tests.fuzz.mutating import mutated
from tests.fuzz.seeds import Seed

TAKEN, REFUSED, STOPPED, FAULT, HUNG, CHANGED = "taken", "refused", "stopped", "fault", "hung", "changed"
HANG_S = 20
TOP_BYTES = 1 << 30
ALBERS = "EPSG:5070"


@frozen
class Outcome:
    """What became of one file. ``peak`` is the most memory of the reading process or of the import, in bytes."""

    format: str
    number: int
    kind: str
    said: str
    seconds: float
    peak: int


class _Peaks:
    """The most memory the reading process said it had."""

    def __init__(self) -> None:
        self.most = 0


@contextmanager
def watched_peaks() -> Iterator[_Peaks]:
    """Notes what the reading process says of its memory, on its way in."""
    peaks, real = _Peaks(), asking.exchange

    def exchange(*given: Any) -> Any:
        head, blocks = real(*given)
        peaks.most = max(peaks.most, int(head.get("peak") or 0))
        return head, blocks

    asking.exchange = exchange
    try:
        yield peaks
    finally:
        asking.exchange = real


def tried(seed: Seed, number: int, folder: Path) -> Outcome:
    """Damage a seed, import it, and say what became of it; the damaged file stays where something went wrong."""
    place = folder / f"{seed.format}-{number}"
    for name, content in mutated(seed, number).items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    before = _fingerprints(place)
    forget()
    forget_peak()
    start = time.perf_counter()
    with watched_peaks() as peaks:
        kind, said = _imported(place / seed.name, seed.role)
    seconds = time.perf_counter() - start
    peak = max(peaks.most, peak_memory() or 0)
    if _fingerprints(place) != before:
        kind, said = CHANGED, "the source was changed"
    elif seconds > HANG_S and kind in (TAKEN, REFUSED):
        kind, said = HUNG, f"{seconds:.0f} s, then: {said}"
    if kind in (TAKEN, REFUSED):
        shutil.rmtree(place)
    return Outcome(seed.format, number, kind, said, seconds, peak)


def _imported(path: Path, role: str) -> tuple[str, str]:
    try:
        report = import_file(path, role, target_crs=ALBERS).report
        return (TAKEN, str(report.sentence)) if report.adds_up else (FAULT, f"does not add up: {report.sentence}")
    except EcoMapError as problem:
        if problem.details.get("fault"):
            return FAULT, f"in the reader: {problem.details}"
        if problem.details.get("limit") == "time":
            return HUNG, str(problem)
        if "reason" in problem.details and "the reader stopped" in problem.message:
            return STOPPED, str(problem.details["reason"])
        return (REFUSED, str(problem)) if problem.message and problem.hint else (FAULT, f"no hint: {problem}")
    except Exception:  # noqa: BLE001 - that is what is looked for
        return FAULT, traceback.format_exc()[-1500:]


def _fingerprints(place: Path) -> dict[str, str]:
    return {path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(place.rglob("*")) if path.is_file()}
