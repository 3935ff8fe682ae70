"""Messages between EcoMap and its reading process: a mark, a description in JSON, and blocks of bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import IO, Any, Final

from ecomap.io.reading.process.plain import StrangeAnswerError

PROTOCOL: Final = 1  # what both sides speak
_MARK: Final = b"EcoM"
_FRONT: Final = struct.Struct("!4sII")  # mark, letters of the description, number of blocks
_LENGTH: Final = struct.Struct("!Q")
_AT_ONCE: Final = 1 << 20
_MOST_BLOCKS: Final = 100_000


def send(stream: IO[bytes], head: dict[str, Any], blocks: Sequence[Any] = ()) -> None:
    """One message, whole."""
    described = json.dumps(head, separators=(",", ":")).encode("ascii")
    stream.write(_FRONT.pack(_MARK, len(described), len(blocks)))
    stream.write(b"".join(_LENGTH.pack(len(block)) for block in blocks))
    stream.write(described)
    for block in blocks:
        stream.write(block)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> tuple[dict[str, Any], list[bytearray]] | None:
    """The next message; None where the other side has gone.

    Parameters
    ----------
    most : int
        Bytes a message may have.

    Raises
    ------
    StrangeAnswerError
        If it is no message of ours, or a larger one.
    """
    front = _exactly(stream, _FRONT.size)
    if front is None:
        return None
    mark, described, count = _FRONT.unpack(front)
    if mark != _MARK or described > most or count > _MOST_BLOCKS:
        raise StrangeAnswerError("no message of ours")
    lengths = _exactly(stream, _LENGTH.size * count)
    if lengths is None:
        return None
    sizes = [size for size, in _LENGTH.iter_unpack(lengths)]
    if described + sum(sizes) > most:
        raise StrangeAnswerError("a message too large")
    text = _exactly(stream, described)
    blocks = [_exactly(stream, size) for size in sizes]
    if text is None or any(block is None for block in blocks):
        return None
    try:
        head = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise StrangeAnswerError("a description that is no JSON") from problem
    if not isinstance(head, dict):
        raise StrangeAnswerError("a description that describes nothing")
    return head, [block for block in blocks if block is not None]


def _exactly(stream: IO[bytes], size: int) -> bytearray | None:
    """So many bytes, taken as they come: a length that lies costs no more memory than what really arrives."""
    found = bytearray()
    while len(found) < size:
        part = stream.read(min(size - len(found), _AT_ONCE))
        if not part:
            return None
        found += part
    return found
