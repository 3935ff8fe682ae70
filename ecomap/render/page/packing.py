"""The data of a page that would be too large as it is, packed so that every answer can stay in it.

Packed by DEFLATE (RFC 1951) and written in base64; the page unpacks it by itself (``resources/templates/meeting/unpack.js``), so
that it opens in browsers without a decompressor of their own, and still asks for nothing.
"""

from __future__ import annotations

import base64
import zlib

from attrs import frozen

_RAW = -15  # a bare DEFLATE stream, without the head and the sum of zlib
_LEVEL = 6


@frozen
class Packed:
    """Packed text and how many bytes it unpacks to."""

    text: str
    size: int


def packed(text: str) -> Packed:
    """A text, packed; the same text gives the same bytes.

    >>> unpacked(packed("one tract, two tracts, many tracts"))
    'one tract, two tracts, many tracts'
    """
    raw = text.encode("utf-8")
    maker = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return Packed(base64.b64encode(maker.compress(raw) + maker.flush()).decode("ascii"), len(raw))


def unpacked(given: Packed) -> str:
    """The text again."""
    return zlib.decompress(base64.b64decode(given.text), _RAW).decode("utf-8")
