"""A file by its address, or the newest version of it, found by the page that links to it."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Final
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from attrs import frozen

from ecomap.io.connectors.landing import require_archive
from ecomap.io.connectors.spec import Ask, Connector, Landed, landed_of
from ecomap.io.web import Web, host_of
from ecomap.io.web.faults import a_page
from ecomap.model.errors import NetworkError
from ecomap.model.formats import READABLE
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import Said, say
from ecomap.model.said import name as named

MOST_VERSIONS: Final = 9     # that are looked for after the one given
MAX_PAGE: Final = 8 << 20
_SHOWN_LINKS: Final = 12
_DATA: Final = frozenset((*READABLE, ".zip", ".gz"))
_VERSION: Final = re.compile(r"(?P<stem>.+?)[-_]v(?P<number>\d{1,2})", re.IGNORECASE)
_LINK: Final = re.compile(r"""<a\s[^>]*?href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


@frozen
class FileParams:
    """What is asked of a plain file."""

    address: Annotated[str, Param(say("Address of the file"), help=say("The whole address, as the browser shows it."))]
    page: Annotated[str, Param(
        say("Page that links to it"),
        help=say("Some publishers post a mended file under a new name. Give the page that lists it and the newest version is taken."))] = ""
    newer: Annotated[bool, Param(
        say("Look for a newer version"), help=say("Ask the server whether there is a -v2, -v3 and so on of the same file."), advanced=True)] = True


def asks(params: FileParams) -> tuple[Ask, ...]:
    """What will be asked of whom."""
    told = [Ask(params.page, say("which versions of the file there are"))] if params.page else []
    if not params.page and params.newer and _is_versioned(params.address):
        told.append(Ask(_of_version(params.address, _version(params.address) + 1), say("whether there is a newer version of the file")))
    return (*told, Ask(params.address, say("the file")))


def fetch(params: FileParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]:
    """The file, in its newest version."""
    address, notes = _newest(params, web, progress)
    if address != params.address:
        notes = (*notes, say("The publisher has posted a newer version: {file} instead of {given}.", file=named(_name(address)), given=named(_name(params.address))),)
    try:
        found = require_archive(web.download(address, folder, progress=progress), web)
    except NetworkError as problem:
        if problem.details.get("kind") != "page":
            raise
        raise a_page(host_of(address), _links_told(address, web, progress)) from problem
    if found.moved:
        notes = (*notes, say("{host} sent EcoMap on to {other}.", host=named(host_of(address)), other=named(found.host)))
    return (landed_of(found, label=named(PurePosixPath(found.path.name).stem), publisher=named(host_of(address)), notes=notes),)


def _newest(params: FileParams, web: Web, progress: Progress) -> tuple[str, tuple[Said, ...]]:
    """The address of the newest version of a file: by the page that links to it, else by asking for the next number."""
    if params.page:
        page = web.get(params.page, pages=True, fresh=True, max_bytes=MAX_PAGE, progress=progress)
        same = [link for link in links_of(page.text(), params.page) if _stem(link) == _stem(params.address)]
        return max(same, key=_version, default=params.address), ()
    newest = params.address
    if params.newer and _is_versioned(newest):
        for number in range(_version(newest) + 1, _version(newest) + 1 + MOST_VERSIONS):
            tried = _of_version(params.address, number)
            try:
                found = web.head(tried, progress=progress)
            except NetworkError as problem:
                if problem.details.get("kind") not in ("fault", "cut", "timeout"):
                    raise
                return newest, (say("The server did not say whether there is a newer version of the file."),)
            if found is None:
                break
            newest = tried
    return newest, ()


def links_of(page: str, address: str) -> tuple[str, ...]:
    """The data files that a web page links to.

    >>> links_of('<a href="../d/absence25-v2.txt">2025</a> <a href="about.html">About</a>', "https://h.org/data/files.asp")
    ('https://h.org/d/absence25-v2.txt',)
    """
    found = (urldefrag(urljoin(address, link.replace("&amp;", "&")))[0] for link in _LINK.findall(page))
    return tuple(dict.fromkeys(one for one in found if one.startswith(("http://", "https://")) and _ending(one) in _DATA))


def _links_told(address: str, web: Web, progress: Progress) -> tuple[str, ...]:
    page = web.get(address, pages=True, max_bytes=MAX_PAGE, progress=progress)
    return links_of(page.text(), address)[:_SHOWN_LINKS]


def _name(address: str) -> str:
    return PurePosixPath(urlsplit(address).path).name


def _ending(address: str) -> str:
    return PurePosixPath(urlsplit(address).path).suffix.lower()


def _is_versioned(address: str) -> bool:
    """Whether it is a file lying on a server, whose next version would lie beside it."""
    return _ending(address) in _DATA and not urlsplit(address).query


def _version(address: str) -> int:
    """
    >>> _version("https://h.org/absence25-v2.txt"), _version("https://h.org/absence25.txt")
    (2, 1)
    """
    found = _VERSION.fullmatch(PurePosixPath(_name(address)).stem)
    return int(found["number"]) if found else 1


def _stem(address: str) -> str:
    stem = PurePosixPath(_name(address)).stem
    found = _VERSION.fullmatch(stem)
    return f"{found['stem'] if found else stem}{_ending(address)}".lower()


def _of_version(address: str, number: int) -> str:
    """
    >>> _of_version("https://h.org/a/absence25.txt", 2), _of_version("https://h.org/a/absence25-v2.txt", 3)
    ('https://h.org/a/absence25-v2.txt', 'https://h.org/a/absence25-v3.txt')
    """
    parts = urlsplit(address)
    path = PurePosixPath(parts.path)
    found = _VERSION.fullmatch(path.stem)
    stem, mark = (found["stem"], path.stem[len(found["stem"])]) if found else (path.stem, "-")
    return urlunsplit((parts.scheme, parts.netloc, str(path.with_name(f"{stem}{mark}v{number}{path.suffix}")), parts.query, ""))


CONNECTOR = Connector(
    "file", say("A file on the web"),
    say("Any file that EcoMap reads, by its address: a table or a map of a state, a county or a city. "
        "The file is kept as it came, with its address, the time and its checksum."),
    FileParams, asks, fetch, positional=("address",),
)
