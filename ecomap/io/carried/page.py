"""The record in a meeting file: in elements of the page that hold data and run nothing."""

from __future__ import annotations

import base64
import re
import zlib
from pathlib import Path
from typing import Final

from ecomap.model.errors import InputError
from ecomap.model.record import LONGEST, NAME, ROWS, Carried
from ecomap.model.said import say

_RAW: Final = -15  # a bare DEFLATE stream, as the page packs (`ecomap.render.page.packing`)
MOST_BYTES: Final = 200_000_000


def from_page(path: Path) -> Carried:
    """What a page carries; nothing where it carries nothing. The page is read as text: none of its scripts is run.

    Raises
    ------
    InputError
        If it is larger than any page of ours, or what it carries is damaged.
    """
    text = page_text(path)
    try:
        record = unpacked_text(element(text, NAME), LONGEST)
    except ValueError as problem:
        raise InputError(say("The record of settings and sources in this file cannot be read."),
                         say("Ask whoever sent the file to export it again.")) from problem
    try:
        return Carried(record, base64.b64decode(element(text, ROWS), validate=True))
    except (ValueError) as problem:
        raise InputError(say("The rows in this file are damaged or were changed."), say("Ask whoever sent the file to export it again.")) from problem


def page_text(path: Path) -> str:
    """A page as text, if it is no larger than any of ours."""
    if path.stat().st_size > MOST_BYTES:
        raise InputError(say("The page is larger than any that EcoMap writes, so it is not read."), say("Ask whoever sent the file to export it again."))
    return path.read_text("utf-8", errors="replace")


def unpacked_text(text: str, most: int) -> str:
    """A text as a page holds it, packed or not.

    Raises
    ------
    ValueError
        If it is damaged, or unpacks to more than ``most`` bytes.
    """
    if not text or text.lstrip().startswith(("{", "[")):
        return text
    try:
        reader = zlib.decompressobj(_RAW)
        found = reader.decompress(base64.b64decode(text, validate=True), most)
    except zlib.error as problem:
        raise ValueError from problem
    if not reader.eof:
        raise ValueError
    return found.decode("utf-8")


def element(text: str, identity: str) -> str:
    """What an element with data holds; "" where the page has none or several, for then nobody knows which one is meant."""
    found = re.findall(rf'<script type="[a-z/]+" id="{re.escape(identity)}"[^<>]*>([^<]*)</script>', text)
    return found[0] if len(found) == 1 else ""
