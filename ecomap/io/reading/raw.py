"""What a file holds before anyone has judged it."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve, field, frozen

from ecomap.model.errors import InputError
from ecomap.model.files import checksum_of
from ecomap.model.progress import Progress
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, say
from ecomap.model.said import name as named
from ecomap.model.source import Source
from ecomap.model.understanding import Doubt

Row = TypeVar("Row")


@frozen
class Sublayer:
    """A table or layer inside a file.

    Parameters
    ----------
    geometry : str
        "polygon", "line", "point", "mixed", "none" for a table; "" where only reading it all would tell.
    rows : int or None
        None where only reading it all would tell.
    columns : int
        0 where it is not known.
    """

    name: str
    geometry: str = ""
    rows: int | None = None
    columns: int = 0


@frozen
class RawSource:
    """A file as it was found.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        One row per record. Text stays text (codes keep their leading zeros); numbers that the format itself types as
        numbers stay numbers; nothing was parsed, filled or dropped, except as `notes` say.
    crs : pyproj.CRS or None
        As the file states it; None when it says nothing.
    sublayers, sublayer
        The tables or layers in the file, and the one that was read.
    read : int
        Records found, including those that could not be laid out as rows (they are "dropped" lines in `notes`).
    labels : mapping
        Column -> the publisher's long heading, where the file has one.
    layers : tuple of Sublayer
        The tables or layers in the file with what is known of each.
    doubts : tuple of Doubt
        What only a person can say: which of several fitting layers is meant.
    origin : Source or None
        Where it is from, as whoever fetched it knows; None where only the file can tell.
    """

    path: Path
    format: str
    frame: Any = field(repr=False, eq=False)
    crs: Any = None
    sublayers: tuple[str, ...] = ()
    sublayer: str = ""
    read: int = 0
    notes: tuple[ReportLine, ...] = ()
    labels: Mapping[str, str] = field(factory=dict)
    sha256: str = ""
    layers: tuple[Sublayer, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    origin: Source | None = None

    @property
    def has_geometry(self) -> bool:
        return "geometry" in self.frame.columns and hasattr(type(self.frame), "crs")


LOOK_EVERY = 20_000  # rows
MAX_TEXT_BYTES = 600 << 20


def text_bytes(path: Path) -> bytes:
    """The content of a file of text, which is held in memory as a whole.

    Raises
    ------
    InputError
        If it is too large for that.
    """
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise InputError(say("{file} is larger than {size} MB.", file=named(path.name), size=MAX_TEXT_BYTES >> 20),
                         say("Cut it down to the area you work on first."))
    return path.read_bytes()


def watched(rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
    """The rows as they are; every so many it is looked whether the work should stop."""
    for number, row in enumerate(rows):
        if number % LOOK_EVERY == 0:
            progress.check()
        yield row


@contextmanager
def without_collecting() -> Iterator[None]:
    """Millions of cells are made and none is garbage: looking for it would take as long as the reading."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def loaded(text: str, *, constants: Callable[[str], Any] | None = None) -> Any:
    """A text of JSON; half of a pair of letters (``\\ud800``), which no text can hold, becomes a question mark.

    ``constants`` says what stands for NaN and Infinity, which JSON does not know and some write all the same.
    """
    found = json.loads(text, parse_constant=constants)
    if "\\ud" not in text and "\\uD" not in text:
        return found
    return json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8"))


LONGEST_HEADING = 300  # letters


def with_short_headings(raw: RawSource) -> RawSource:
    """A column whose heading is a whole text gets the beginning of it: nobody reads more, and looking at it would take long."""
    long = [column for column in raw.frame.columns if isinstance(column, str) and len(column) > LONGEST_HEADING]
    if not long:
        return raw
    taken = {str(column).lower() for column in raw.frame.columns}
    short: dict[str, str] = {}
    for column in long:
        wanted, number = column[:LONGEST_HEADING], 1
        while wanted.lower() in taken:
            number += 1
            wanted = f"{column[:LONGEST_HEADING - 10]} {number}"
        taken.add(wanted.lower())
        short[column] = wanted
    note = ReportLine("note", say("Headings of more than {n} letters were cut.", n=LONGEST_HEADING), len(short), tuple(named(one[:60]) for one in list(short.values())[:5]))
    labels = {short.get(column, column): label for column, label in raw.labels.items()}
    return evolve(raw, frame=raw.frame.rename(columns=short), notes=(*raw.notes, note), labels=labels)


LONGEST_CELL = 100_000  # letters


def with_short_cells(raw: RawSource) -> RawSource:
    """Cells that are whole books are cut: looking at each letter of them would take longer than all the rest."""
    import pandas as pd  # heavy

    short: dict[int, Any] = {}
    count = 0
    for position, kind in enumerate(raw.frame.dtypes):
        if str(kind) not in ("object", "str"):
            continue
        cells = raw.frame.iloc[:, position].tolist()
        if _are_short(cells):
            continue
        long = [row for row, cell in enumerate(cells) if isinstance(cell, str) and len(cell) > LONGEST_CELL]
        for row in long:
            cells[row] = cells[row][:LONGEST_CELL]
        if long:
            short[position], count = pd.Series(cells, index=raw.frame.index, dtype=kind), count + len(long)
    if not short:
        return raw
    frame = raw.frame.copy(deep=False)
    for position, series in short.items():
        frame.isetitem(position, series)
    return evolve(raw, frame=frame, notes=(*raw.notes, ReportLine("caution", say("Cells of more than {n} letters were cut.", n=LONGEST_CELL), count)))


def _are_short(cells: Sequence[Any]) -> bool:
    """True for text that is short throughout, as nearly all text is: that is quickly seen."""
    return set(map(type, cells)) <= {str, type(None)} and max(map(len, filter(None, cells)), default=0) <= LONGEST_CELL


def quoted(text: object) -> Said:
    """A name in quotation marks.

    >>> quoted("Sheet 1")
    "'Sheet 1'"
    """
    return say("'{name}'", name=named(text))


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, or of all files of a folder in the order of their names."""
    if not path.is_dir():
        return checksum_of(path)
    digest = hashlib.sha256()
    for part in sorted(part for part in path.iterdir() if part.is_file()):
        digest.update(part.name.encode("utf-8", "surrogateescape"))
        with part.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
