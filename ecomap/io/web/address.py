"""Addresses on the network: which may be asked, what of them is secret, and how the file behind one is called."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from attrs import field, frozen

from ecomap.model.errors import NetworkError
from ecomap.model.formats import READABLE
from ecomap.model.said import name as named
from ecomap.model.said import say

LONGEST: Final = 16_000       # letters of an address
LONGEST_FILE_NAME: Final = 120
HIDDEN: Final = "…"
_SECRET_WORDS: Final = frozenset(("key", "apikey", "token", "secret", "password", "passwd", "pwd", "signature", "sig", "credential", "auth", "authorization"))
_ENDING_OF_TYPE: Final = {
    "text/csv": ".csv", "application/csv": ".csv", "text/tab-separated-values": ".txt", "text/plain": ".txt", "application/json": ".json",
    "application/geo+json": ".geojson", "application/vnd.geo+json": ".geojson", "application/zip": ".zip", "application/x-zip-compressed": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx", "application/vnd.ms-excel": ".xls",
    "application/vnd.google-earth.kml+xml": ".kml", "application/vnd.google-earth.kmz": ".kmz", "application/geopackage+sqlite3": ".gpkg",
}
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@frozen
class Key:
    """Something secret that one host is given: as a parameter of the address or as a header. Never printed, never kept.

    Parameters
    ----------
    origin : str
        ``scheme://host:port`` that is given it, as `origin_of` writes it.
    parameters, headers : sequences of pairs
        What is added to the address, and to the headers.
    """

    origin: str
    parameters: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(value for _, value in (*self.parameters, *self.headers) if value)


def parameter_key(address: str, **parameters: str) -> Key:
    """A key that the host of an address wants as a parameter: ``parameter_key(address, key=value)``."""
    return Key(origin_of(address), tuple(parameters.items()))


def header_key(address: str, headers: Mapping[str, str]) -> Key:
    """A key that the host of an address wants as a header."""
    return Key(origin_of(address), (), tuple(headers.items()))


def checked(address: str) -> str:
    """An address that may be asked, as it is sent.

    Raises
    ------
    NetworkError
        If it is none of http or https, names no host or is absurdly long.
    """
    text = address.strip()
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme.lower() not in ("http", "https") or not host or len(text) > LONGEST or re.search(r"[\s\x00-\x1f]", text):
        raise NetworkError(say("'{address}' is no address of the web.", address=named(shown(text)[:200])),
                           say("Give the whole address as the browser shows it, beginning with https://."), {"kind": "address"})
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return urlunsplit((parts.scheme.lower(), parts.netloc, path, quote(parts.query, safe="%:@!$&'()*+,;=~-._/?[]{}|<>\""), ""))


def without_secrets(address: str) -> tuple[str, Key | None]:
    """An address without what is secret in it, and that as the key of its host.

    >>> address, key = without_secrets("https://me:pw@host.org/a?token=abc&f=json")
    >>> address, [name for name, _ in key.parameters], [name for name, _ in key.headers]
    ('https://host.org/a?f=json', ['token'], ['Authorization'])
    """
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    secret = tuple(pair for pair in pairs if _is_secret(pair[0]) and pair[1])
    headers: tuple[tuple[str, str], ...] = ()
    if parts.username or parts.password:
        from requests.auth import _basic_auth_str  # heavy

        headers = (("Authorization", _basic_auth_str(unquote(parts.username or ""), unquote(parts.password or ""))),)
    if not secret and not headers:
        return address, None
    query = urlencode([pair for pair in pairs if pair not in secret]) if secret else parts.query
    bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))
    return bare, Key(origin_of(bare), secret, headers)


def _is_secret(parameter: str) -> bool:
    """
    >>> [_is_secret(one) for one in ("key", "X-Amz-Signature", "access_token", "$$app_token", "apiKey", "keyword", "f", "OBJECTID")]
    [True, True, True, True, True, False, False, False]
    """
    words = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", parameter).lower())
    return bool(_SECRET_WORDS.intersection(words))


def shown(address: str) -> str:
    """An address as it is kept and shown: what is secret in it is hidden.

    >>> shown("https://me:pw@host.org/a?key=abc&f=json")
    'https://host.org/a?key=…&f=json'
    """
    try:
        parts = urlsplit(address)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return HIDDEN
    query = parts.query
    if any(_is_secret(name) for name, _ in pairs):
        query = "&".join(f"{quote(name, safe='$')}={HIDDEN if _is_secret(name) else quote(value)}" for name, value in pairs)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def with_params(address: str, params: Mapping[str, object] | Sequence[tuple[str, object]]) -> str:
    """An address with further parameters.

    >>> with_params("https://host.org/q?f=json", {"where": "1=1"})
    'https://host.org/q?f=json&where=1%3D1'
    """
    parts = urlsplit(address)
    pairs = list(params.items()) if isinstance(params, Mapping) else list(params)
    query = "&".join(filter(None, (parts.query, urlencode([(name, str(value)) for name, value in pairs]))))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def host_of(address: str) -> str:
    """The host an address is of, in small letters, with its port where it is not the usual one.

    >>> host_of("https://Data.LACity.org/a"), host_of("http://127.0.0.1:8080/")
    ('data.lacity.org', '127.0.0.1:8080')
    """
    parts = urlsplit(address)
    usual = {"http": 80, "https": 443}.get(parts.scheme.lower())
    return (parts.hostname or "").lower() + (f":{parts.port}" if parts.port not in (None, usual) else "")


def origin_of(address: str) -> str:
    """Scheme and host: what a key belongs to."""
    return f"{urlsplit(address).scheme.lower()}://{host_of(address)}"


def next_hop(address: str, location: str) -> str:
    """Where a redirect leads.

    Raises
    ------
    NetworkError
        If it leads from a safe connection to an open one, away from the web, or from the web into this network.
    """
    target = checked(urljoin(address, location))
    if address.startswith("https:") and target.startswith("http:"):
        raise NetworkError(say("{host} sends EcoMap on to an address without encryption, which is refused.", host=named(host_of(address))),
                           say("Ask the publisher for an address that begins with https://."), {"host": host_of(address), "kind": "redirect"})
    if _is_inside(target) and not _is_inside(address):
        raise NetworkError(say("{host} sends EcoMap on to a computer of this network, which is refused.", host=named(host_of(address))),
                           say("Do not use this address; ask its publisher."), {"host": host_of(address), "kind": "redirect"})
    return target


def _is_inside(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        told = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    return told.is_loopback or told.is_private or told.is_link_local


def file_name(address: str, disposition: str = "", content_type: str = "") -> str:
    """How a file that comes from an address is called on the disk: what the server says, else the end of the path.

    >>> file_name("https://h.org/a/frpm2526.xlsx?x=1"), file_name("https://h.org/report?rid=dl1", "", "text/plain; charset=utf-8")
    ('frpm2526.xlsx', 'report.txt')
    >>> file_name("https://h.org/x", 'attachment; filename="../../.ssh/keys.csv"'), file_name("https://h.org/")
    ('keys.csv', 'h.org')
    """
    found = re.search(r"filename\*\s*=\s*[\w-]*'[\w-]*'([^;]+)", disposition) or re.search(r'filename\s*=\s*"?([^";]+)', disposition)
    last = PurePosixPath(unquote(urlsplit(address).path)).name
    names = map(clean_file_name, (unquote(found.group(1)) if found else "", last, host_of(address)))
    name = next(filter(None, names), "file")
    ending = _ENDING_OF_TYPE.get(content_type.partition(";")[0].strip().lower(), "")
    known = PurePosixPath(name).suffix.lower() in {*READABLE, ".zip", ".gz", ".gpkg", ".xml"}
    return name if known or not ending else name + ending


def clean_file_name(text: str) -> str:
    """A name that any disk takes and that stays in its folder."""
    last = re.split(r"[\\/]", text.strip().strip("\"'"))[-1]
    plain = re.sub(r"[\x00-\x1f\x7f<>:\"|?*]+", "_", last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > LONGEST_FILE_NAME:
        plain = f"{stem[:LONGEST_FILE_NAME - len(ending) - 1]}{dot}{ending}" if stem and len(ending) < 10 else plain[:LONGEST_FILE_NAME]
    return f"_{plain}" if _RESERVED.match(plain) else plain
