"""A file as it is, read in the reading process and remembered for a while, so that looking and importing read it once."""

from __future__ import annotations

import itertools
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from ecomap.io.reading.limits import require_regular
from ecomap.io.reading.process.asking import ask, reads_here, stopped_at
from ecomap.io.reading.process.client import CannotStartError
from ecomap.io.reading.process.frames import crs_of, unpack_frame
from ecomap.io.reading.process.plain import StrangeAnswerError, from_plain
from ecomap.io.reading.raw import RawSource, Sublayer
from ecomap.io.reading.source import read_source
from ecomap.model.errors import InputError
from ecomap.model.formats import PARTS_BESIDE
from ecomap.model.progress import Progress
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.understanding import Doubt, Option

MOST_KEPT: Final = 4             # files
MOST_BYTES: Final = 200 << 20    # of what came over the pipe
_KINDS: Final[tuple[type, ...]] = (ReportLine, Sublayer, Doubt, Option)
_MOST_PARTS: Final = 10_000      # of a folder

_ONLY: Final = object()          # the key of a file that holds one table

Key = tuple[Any, ...]


def read_apart(path: Path | str, sublayer: str = "", *, prefer: Sequence[str] | None = None, progress: Progress | None = None) -> RawSource:
    """Read a file as `read_source` does, in a process of its own with limits of time and memory.

    Parameters
    ----------
    path : path
        As for `read_source`.
    sublayer : str
        A table or layer inside the file; "" takes the one that looks most like data.
    prefer : sequence of str, optional
        As for `read_source`.
    progress : Progress, optional
        Hears of the progress; a wish to stop ends the reading at once.

    Raises
    ------
    InputError
        If the file cannot be used, or ended the process that read it.
    """
    path = Path(path)
    wanted = None if prefer is None else tuple(prefer)
    _require_file(path)
    if reads_here():
        return read_source(path, sublayer, prefer=wanted, progress=progress)
    marks = _marks(path)
    kept = _KEPT.get((sublayer, wanted, *marks)) or (None if sublayer else _KEPT.get((_ONLY, *marks)))
    if kept is None:
        try:
            head, blocks = ask("source", path, progress, sublayer=sublayer, prefer=wanted)
        except CannotStartError:
            return read_source(path, sublayer, prefer=wanted, progress=progress)
        kept = _raw_of(path, head, blocks)
        whole = len(kept.sublayers) <= 1 and not sublayer  # there is nothing to choose from
        _KEPT.put((_ONLY, *marks) if whole else (sublayer, wanted, *marks), kept, sum(map(len, blocks)))
    return evolve(kept, path=path, frame=kept.frame.copy(deep=False))


def _require_file(path: Path) -> None:
    if not path.exists():
        raise InputError(say("There is no file '{file}' at '{folder}'.", file=named(path.name), folder=named(path.parent)), say("Check the name and the folder."))
    require_regular(path)


def _raw_of(path: Path, head: dict[str, Any], blocks: list[bytearray]) -> RawSource:
    try:
        frame = unpack_frame(head["frame"], blocks)
        crs = frame.crs if hasattr(type(frame), "crs") else None
        rest = {str(name): from_plain(value, _KINDS) for name, value in dict(head["rest"]).items()}
        found = crs_of(head["crs"], {})
        made = RawSource(path=path, frame=frame, crs=crs if crs == found else found, **rest)
        if not isinstance(made.read, int) or not isinstance(made.format, str) or not isinstance(made.notes, tuple):
            raise StrangeAnswerError("a source that is none")
        return made
    except (StrangeAnswerError, KeyError, TypeError, ValueError) as strange:
        raise stopped_at(path, f"it answered with {strange}") from strange


def _marks(path: Path) -> Key:
    """What tells one state of a file from the next; a folder, and a file with others beside it, are all their parts."""
    try:
        whole = path.resolve()
        if path.is_dir():
            parts = sorted(itertools.islice((part for part in whole.rglob("*") if part.is_file()), _MOST_PARTS))
        elif path.suffix.lower() in (".shp", *PARTS_BESIDE):
            parts = sorted(part for part in whole.parent.iterdir() if part.name.startswith(whole.stem + "."))
        else:
            parts = [whole]
        return (str(path.absolute()), *((part.name, *_state(part.stat())) for part in parts))
    except OSError:
        return (str(path), object())  # like nothing else: read anew


def _state(found: os.stat_result) -> tuple[int, ...]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


class _Kept:
    """The last few sources, bounded in number and bytes."""

    def __init__(self) -> None:
        self._sources: OrderedDict[Key, tuple[RawSource, int]] = OrderedDict()
        self._hold = threading.Lock()

    def get(self, key: Key) -> RawSource | None:
        with self._hold:
            if key not in self._sources:
                return None
            self._sources.move_to_end(key)
            return self._sources[key][0]

    def put(self, key: Key, raw: RawSource, size: int) -> None:
        with self._hold:
            self._sources.pop(key, None)
            if size > MOST_BYTES:
                return
            self._sources[key] = (raw, size)
            while len(self._sources) > MOST_KEPT or sum(one for _, one in self._sources.values()) > MOST_BYTES:
                self._sources.popitem(last=False)

    def clear(self) -> None:
        with self._hold:
            self._sources.clear()


_KEPT: Final = _Kept()


def forget() -> None:
    """Drop what was read: the next look at a file reads it again."""
    _KEPT.clear()
