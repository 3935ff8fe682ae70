"""What a host answered, and whether that is data or only a web page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.reading.raw import loaded
from ecomap.io.web.faults import unreadable

_PAGE: Final = re.compile(rb"<(!doctype\s+html|html|head|body|script|meta)[\s>]", re.IGNORECASE)


@frozen
class Answer:
    """A small answer, in memory.

    Parameters
    ----------
    address : str
        What was asked, without anything secret.
    host : str
        Who answered: not the host that was asked, where that sent EcoMap on.
    moved : tuple of str
        The hosts that EcoMap was sent on to, in their order.
    fetched : str
        When it came over the network: ISO 8601, UTC. Of an answer out of the cache, when that was last known to hold.
    """

    address: str
    host: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    fetched: str
    cached: bool = False
    moved: tuple[str, ...] = ()

    @property
    def is_page(self) -> bool:
        """Whether it is a web page, whatever it says it is."""
        return is_page(self.body[:4096], self.headers.get("Content-Type", ""))

    def text(self) -> str:
        """The body as text, in the letters it names, else UTF-8, else Latin-1."""
        told = re.search(r"charset=\"?([\w-]+)", self.headers.get("Content-Type", ""))
        for letters in (told.group(1) if told else "utf-8-sig", "utf-8-sig"):
            try:
                return self.body.decode(letters)
            except (UnicodeDecodeError, LookupError):
                continue
        return self.body.decode("latin-1")

    def json(self) -> Any:
        """The body as JSON.

        Raises
        ------
        NetworkError
            If it is none.
        """
        try:
            return loaded(self.body.decode("utf-8-sig"), constants=lambda _: None)  # no number is missing, never 0
        except (ValueError, RecursionError) as problem:
            raise unreadable(self.host) from problem


@frozen
class Downloaded:
    """A file that came over the network and lies on the disk as a whole.

    Parameters
    ----------
    address : str
        What was asked, without anything secret.
    fetched : str
        When it came over the network: ISO 8601, UTC.
    checksum : str
        SHA-256 of its bytes, in hexadecimal digits.
    published : str
        The publisher's own date of it (Last-Modified), as it states it; "" where it does not.
    cached : bool
        True where the publisher said that it has not changed since it was fetched last.
    """

    path: Path
    address: str
    host: str
    fetched: str
    checksum: str
    bytes: int
    content_type: str = ""
    published: str = ""
    cached: bool = False
    moved: tuple[str, ...] = ()


def fault_in(body: bytes) -> str | None:
    """What a service says is wrong, where that is all that its success holds; None where it holds something else.

    >>> fault_in(b'{"error": {"message": "Not started"}}'), fault_in(b'{"type": "FeatureCollection"}'), fault_in(b"a,b")
    ('Not started', None, None)
    """
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    try:
        told = loaded(body.decode("utf-8-sig"), constants=lambda _: None)
    except (ValueError, RecursionError):
        return None
    error = told.get("error") if isinstance(told, Mapping) else None
    if isinstance(error, Mapping):
        return str(error.get("message") or "")
    return str(told.get("message") or error) if error or (isinstance(told, Mapping) and told.get("status") == "error") else None


def is_page(head: bytes, content_type: str) -> bool:
    """Whether bytes that begin like this are a web page.

    >>> is_page(b"<!DOCTYPE html><html>", "application/json"), is_page(b"a,b\\n1,2", "text/html"), is_page(b"<kml xmlns=''>", "text/xml")
    (True, False, False)
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        return False
    return bool(_PAGE.search(start[:1024])) or content_type.lower().startswith("text/html")
