"""JSON with one record per line, also with the separators of text sequences (RFC 8142)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ecomap.io.reading.raw import loaded, text_bytes
from ecomap.model.errors import InputError
from ecomap.model.said import name as named
from ecomap.model.said import say

SEPARATOR: Final = b"\x1e"
_ENDINGS: Final = (".geojsonl", ".geojsons", ".geojsonseq", ".jsonl", ".ndjson")  # even one line is a line there
LONGEST: Final = 64 << 20


def first_record(path: Path) -> Any:
    """The first record of a file that has one per line; None for any other file."""
    with path.open("rb") as stream:
        marked = stream.read(1) == SEPARATOR
    if marked:
        return _parsed(next(_pieces(path), b""))
    with path.open("rb") as stream:
        line = stream.readline(LONGEST).lstrip(b"\xef\xbb\xbf").strip()
        while not line and (read := stream.readline(LONGEST)):
            line = read.strip()
        after = stream.readline(1 << 16).strip()
        while not after and (read := stream.readline(1 << 16)):
            after = read.strip()
    if not line.startswith(b"{") or not line.endswith(b"}") or (after and not after.startswith(b"{")):
        return None
    alone = not after and path.suffix.lower() not in _ENDINGS
    return None if alone else _parsed(line)


def record_count(path: Path) -> int:
    """How many records there are, sound or not."""
    return sum(1 for _ in _pieces(path))


def records_of_lines(path: Path) -> list[Any]:
    """The records.

    Raises
    ------
    InputError
        If one cannot be read.
    """
    out = []
    for number, piece in enumerate(_pieces(path), 1):
        record = _parsed(piece)
        if record is None:
            raise InputError(say("{file} is not valid JSON in its record {n}.", file=named(path.name), n=number),
                             say("It is probably cut off or damaged; download it again."))
        out.append(record)
    return out


def _pieces(path: Path) -> Iterator[bytes]:
    data = text_bytes(path).removeprefix(b"\xef\xbb\xbf")
    marked = data.startswith(SEPARATOR)
    for piece in data.split(SEPARATOR) if marked else data.splitlines():
        if piece.strip():
            yield piece.strip()


def _parsed(piece: bytes) -> Any:
    try:
        return loaded(piece.decode(json.detect_encoding(piece)))
    except (ValueError, RecursionError):
        return None
