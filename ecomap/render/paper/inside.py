"""What a picture carries inside: its record as a text of the PNG, as metadata of the SVG; no reader of pictures minds it."""

from __future__ import annotations

import struct
import zlib
from html import escape
from typing import Final

from ecomap.model.record import PNG_KEYWORD, XML_NAMESPACE, plain_json

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEAD: Final = 8 + 4 + 4 + 13 + 4  # signature, then the first chunk: length, kind, content, check sum


def png_with(png: bytes, record: str) -> bytes:
    """A PNG that carries a record, packed, as international text (PNG 1.2, section 4.2.3.3); as it was where there is none."""
    if not record or not png.startswith(_SIGNATURE):
        return png
    packed = b"\x01\x00"  # packed, by the one method there is
    said = PNG_KEYWORD.encode("latin-1") + b"\x00" + packed + b"\x00\x00" + zlib.compress(plain_json(record).encode("utf-8"), 9)
    return png[:_HEAD] + _chunk(b"iTXt", said) + png[_HEAD:]


def svg_with(svg: str, record: str) -> str:
    """An SVG that carries a record as metadata, right after its first element opens; as it was where there is none."""
    if not record:
        return svg
    end = svg.index(">", svg.index("<svg")) + 1
    kept = f'<metadata><record xmlns="{XML_NAMESPACE}" type="application/json">{escape(plain_json(record), quote=False)}</record></metadata>'
    return svg[:end] + kept + svg[end:]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
