"""A file downloaded whole: continued where it was cut, started over where it changed, landed in one step."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import requests
from attrs import evolve, frozen

from ecomap.io.web.address import file_name, host_of, shown
from ecomap.io.web.answer import Downloaded, fault_in, is_page
from ecomap.io.web.faults import a_page, cut_off, no_room, pending, refused, reported, unreadable
from ecomap.io.web.store import About, Entry, strong_validator
from ecomap.io.web.wire import blocks
from ecomap.model.files import checksum_of, replaced
from ecomap.model.progress import Progress
from ecomap.model.said import say
from ecomap.model.units import format_number

MOST_CUTS: Final = 40          # in all
CUTS_IN_VAIN: Final = 4        # one after the other, without a byte more
LARGEST_FAULT: Final = 1 << 16  # bytes that an error in place of a file may hold
ROOM_LEFT: Final = 200 << 20   # bytes that stay free on the disk
_FULL: Final = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))

Asking = Callable[[dict[str, str]], tuple[requests.Response, tuple[str, ...]]]  # headers -> the answer, hosts sent on to


@frozen
class Wish:
    """What is to be downloaded and how much of it at most."""

    address: str
    max_bytes: int
    pages: bool       # whether a web page is what is wanted
    now: Callable[[], str]
    secrets: tuple[str, ...] = ()  # what was given to the host; a fault that repeats it does not tell it


def fetched_into(entry: Entry, wish: Wish, ask: Asking, progress: Progress) -> tuple[About, bool, tuple[str, ...]]:
    """See that the body of an entry is what the address holds now; what is known of it, whether it was there, hosts sent on to.

    Raises
    ------
    NetworkError
        If it cannot be had whole.
    """
    in_vain = 0
    for _ in range(MOST_CUTS):
        before = _size(entry.part)
        whole = entry.about(entry.body)
        if whole is not None and checksum_of(entry.body) != whole.checksum:
            entry.drop(entry.body)
            whole = None
        begun = entry.about(entry.part) if before else None
        response, moved = ask(_headers(whole, begun, before))
        try:
            if response.status_code == 304 and whole is not None:
                response.close()
                about = evolve(whole, fetched=wish.now())
                entry.note(entry.body, about)
                return about, True, moved
            return _taken(entry, response, wish, begun, progress), False, moved
        except requests.RequestException:
            in_vain = 0 if _size(entry.part) > before else in_vain + 1
            if in_vain >= CUTS_IN_VAIN:
                break
            progress.wait(min(0.5 * 2**in_vain, 8.0) if in_vain else 0.0)
        except OSError as problem:
            if problem.errno in _FULL:
                entry.drop(entry.part)
                raise no_room(host_of(wish.address)) from problem
            raise
    raise cut_off(host_of(wish.address))


def _headers(whole: About | None, begun: About | None, have: int) -> dict[str, str]:
    """Ask only for what is missing: the rest of what was cut, or nothing where it has not changed."""
    plain = {"Accept-Encoding": "identity"}
    if begun is not None and begun.strong:
        return {**plain, "Range": f"bytes={have}-", "If-Range": begun.strong}
    return {**plain, **(whole.validators if whole is not None else {})}


def _taken(entry: Entry, response: requests.Response, wish: Wish, begun: About | None, progress: Progress) -> About:
    """The body of an answer, added to the part or in its place."""
    host = host_of(str(response.url))
    if response.status_code == 206 and begun is not None and _continues(response, _size(entry.part), begun):
        about, mode = begun, "ab"
    elif response.status_code in (206, 416):  # not what was asked for: start over
        response.close()
        entry.drop(entry.part)
        raise requests.ConnectionError("the range does not fit")
    elif response.status_code == 200:
        about, mode = _about(response), "wb"
        entry.drop(entry.part)
    else:
        response.close()
        raise pending(host) if response.status_code == 202 else refused(host, response.status_code)
    _require_room(entry.folder, response, wish, host)
    _pour(entry, response, wish, about, mode, progress)
    if about.total >= 0 and _size(entry.part) != about.total:
        entry.drop(entry.part)
        raise requests.ConnectionError("not as long as it said")
    fault = fault_in(entry.part.read_bytes()) if _size(entry.part) <= LARGEST_FAULT else None
    if fault is not None:
        entry.drop(entry.part)
        for secret in wish.secrets:
            fault = fault.replace(secret, "…")
        raise reported(host, fault)
    about = evolve(about, fetched=wish.now(), checksum=checksum_of(entry.part), host=host)
    entry.finish(about)
    return about


def _pour(entry: Entry, response: requests.Response, wish: Wish, about: About, mode: str, progress: Progress) -> None:
    have = _size(entry.part) if mode == "ab" else 0
    first = mode == "wb"
    left = wish.max_bytes - have
    with entry.part.open(mode) as out:
        if first:
            entry.note(entry.part, about)
        try:
            for block in blocks(response, left, progress):
                if first and not wish.pages and is_page(block[:4096], about.content_type):
                    raise a_page(host_of(str(response.url)))
                first = False
                out.write(block)
                have += len(block)
                _tell(have, about.total, progress)
        except Exception as problem:
            if getattr(problem, "details", {}).get("kind") in ("page", "size"):
                out.close()
                entry.drop(entry.part)
            raise
    if first and not wish.pages:
        raise unreadable(host_of(str(response.url)))


def _tell(have: int, total: int, progress: Progress) -> None:
    if total > 0:
        progress.at(min(have / total, 1.0), say("{have} of {total} MB", have=format_number(have / 1e6), total=format_number(total / 1e6)))
    else:
        progress.at(0.0, say("{have} MB", have=format_number(have / 1e6)))


def _continues(response: requests.Response, have: int, begun: About) -> bool:
    """Whether a part of a file is the one that follows what is there, of the same file."""
    told = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("Content-Range", "").strip())
    same = strong_validator(response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""), response.headers.get("Date", ""))
    return (told is not None and int(told[1]) == have and (told[3] == "*" or begun.total < 0 or int(told[3]) == begun.total)
            and not response.headers.get("Content-Encoding") and same in ("", begun.strong))


def _about(response: requests.Response) -> About:
    told = response.headers
    packed = told.get("Content-Encoding", "identity") != "identity"
    length = told.get("Content-Length", "")
    etag, modified = told.get("ETag", ""), told.get("Last-Modified", "")
    return About(etag, modified, told.get("Content-Type", ""), told.get("Content-Disposition", ""), host_of(str(response.url)),
                 total=int(length) if length.isdigit() and not packed else -1,
                 strong="" if packed else strong_validator(etag, modified, told.get("Date", "")))


def _require_room(folder: Path, response: requests.Response, wish: Wish, host: str) -> None:
    length = response.headers.get("Content-Length", "")
    wanted = min(int(length), wish.max_bytes) if length.isdigit() else 0
    if shutil.disk_usage(folder).free < 2 * wanted + ROOM_LEFT:
        response.close()
        raise no_room(host)


def landed(entry: Entry, about: About, folder: Path, name: str, wish: Wish, *, cached: bool, moved: tuple[str, ...]) -> Downloaded:
    """A copy of the body in a folder, there in one step, under a name that stays in it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or file_name(wish.address, about.disposition, about.content_type))
    with replaced(path) as beside:
        shutil.copyfile(entry.body, beside)
    return Downloaded(path, shown(wish.address), about.host, about.fetched, about.checksum, path.stat().st_size, about.content_type,
                      about.modified, cached, moved)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
