"""The record in what is printed or looked at: attached to a PDF, a part of a Word text, a text of a PNG, the metadata of an SVG. None of them holds rows."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ecomap.model.errors import InputError
from ecomap.model.record import LONGEST, NAME, PNG_KEYWORD, XML_NAMESPACE, Carried
from ecomap.model.said import say

MOST_BYTES: Final = 500_000_000      # of a file that is looked through
_MOST_PARTS: Final = 5_000           # of a Word text
_FRONT: Final = f'"{NAME}"'          # stands near the beginning of a record, and of no other text attached to a PDF
_ATTACHED: Final = re.compile(rb"/Type\s*/EmbeddedFile\b[^\x00]{0,400}?>>\s*stream\r?\n")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CUSTOM: Final = re.compile(r"customXml/[^/]+\.xml$")


def from_pdf(path: Path) -> Carried:
    """What a PDF of ours carries as an attachment; nothing where another program wrote it. Nothing in it is run."""
    data = _bytes_of(path)
    for found in _ATTACHED.finditer(data):
        text = _text_of(_unpacked(data[found.end():]))
        if _FRONT in text[:100]:
            return Carried(text)
    return Carried()


def from_word(path: Path) -> Carried:
    """What a Word text carries as a part of its own, which stays when it is edited."""
    try:
        with zipfile.ZipFile(path) as file:
            parts = [one for one in file.infolist()[:_MOST_PARTS] if _CUSTOM.match(one.filename) and one.file_size <= LONGEST]
            found = (_in_xml(file.read(one)) for one in parts)
            return Carried(next((text for text in found if text), ""))
    except (zipfile.BadZipFile, zlib.error, EOFError) as problem:
        raise _damaged() from problem


def from_png(path: Path) -> Carried:
    """What a PNG carries as an international text."""
    mark = PNG_KEYWORD.encode("latin-1") + b"\x00\x01\x00"
    for kind, content in _chunks(_bytes_of(path)):
        if kind == b"iTXt" and content.startswith(mark):
            packed = content[len(mark):].split(b"\x00", 2)[-1]
            return Carried(_text_of(_unpacked(packed)))
    return Carried()


def from_svg(path: Path) -> Carried:
    """What an SVG carries as metadata."""
    return Carried(_in_xml(_bytes_of(path)))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while data.startswith(_PNG) and at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + 8 + length]
        at += 12 + length


def _in_xml(data: bytes) -> str:
    """The text of the element of ours in some XML; "" where there is none. Entities that are declared are refused."""
    from defusedxml import ElementTree  # heavy
    from defusedxml.common import DefusedXmlException

    if XML_NAMESPACE.encode() not in data:
        return ""
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as problem:
        raise _damaged() from problem
    found = next(root.iter(f"{{{XML_NAMESPACE}}}record"), None)
    return found.text or "" if found is not None else ""


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise InputError(say("The file is larger than any that EcoMap writes, so it is not read."), say("Ask whoever sent the file to export it again."))
    return path.read_bytes()


def _unpacked(packed: bytes) -> bytes:
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(packed, LONGEST)
    except zlib.error as problem:
        raise _damaged() from problem
    if not reader.eof:
        raise _damaged()
    return found


def _text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:  # another attachment
        return ""


def _damaged() -> InputError:
    return InputError(say("The record of settings and sources in this file cannot be read."), say("Ask whoever sent the file to export it again."))


PAPERS: Final[Mapping[str, Callable[[Path], Carried]]] = MappingProxyType({".pdf": from_pdf, ".docx": from_word, ".png": from_png, ".svg": from_svg})
