"""Messages between EcoMap and its reading process: a mark, a description in JSON, and blocks of bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from ecomap.io.reading.process.plain import StrangeAnswer

_MARK: Final = b"EcoM"
_FRONT: Final = struct.Struct("!4sII")  # mark, letters of the description, number of blocks
_LENGTH: Final = struct.Struct("!Q")
_MOST_BLOCKS: Final = 100_000


def send(stream: BinaryIO, head: dict[str, Any], blocks: Sequence[Any] = ()) -> None:
    """One message, whole."""
    described = json.dumps(head, separators=(",", ":")).encode("ascii")
    stream.write(_FRONT.pack(_MARK, len(described), len(blocks)))
    stream.write(b"".join(_LENGTH.pack(len(block)) for block in blocks))
    stream.write(described)
    for block in blocks:
        stream.write(block)
    stream.flush()


def receive(stream: BinaryIO, most: int) -> tuple[dict[str, Any], list[bytearray]] | None:
    """The next message; None where the other side has gone.

    Parameters
    ----------
    most : int
        Bytes a message may have.

    Raises
    ------
    StrangeAnswer
        If it is no message of ours, or a larger one.
    """
    front = _exactly(stream, _FRONT.size)
    if front is None:
        return None
    mark, described, count = _FRONT.unpack(front)
    if mark != _MARK or described > most or count > _MOST_BLOCKS:
        raise StrangeAnswer("no message of ours")
    lengths = _exactly(stream, _LENGTH.size * count)
    if lengths is None:
        return None
    sizes = [size for size, in _LENGTH.iter_unpack(lengths)]
    if described + sum(sizes) > most:
        raise StrangeAnswer("a message too large")
    text = _exactly(stream, described)
    blocks = [_exactly(stream, size) for size in sizes]
    if text is None or any(block is None for block in blocks):
        return None
    try:
        head = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise StrangeAnswer("a description that is no JSON") from problem
    if not isinstance(head, dict):
        raise StrangeAnswer("a description that describes nothing")
    return head, [block for block in blocks if block is not None]


def _exactly(stream: BinaryIO, size: int) -> bytearray | None:
    """So many bytes, taken as they come: a length that lies costs no more memory than what really arrives."""
    found = bytearray()
    while len(found) < size:
        part = stream.read(min(size - len(found), 1 << 22))
        if not part:
            return None
        found += part
    return found
