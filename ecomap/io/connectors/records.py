"""Records that come page by page, as one file of JSON: all of them, counted, or one sentence and no file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from attrs import evolve, frozen

from ecomap.io.connectors.spec import Landed
from ecomap.io.web import MAX_FILE
from ecomap.io.web.address import clean_file_name, shown
from ecomap.io.web.faults import reported, too_large
from ecomap.model.errors import NetworkError
from ecomap.model.files import checksum_of, replaced
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, plural, say
from ecomap.model.said import name as named
from ecomap.model.units import format_number

MOST_PAGES: Final = 20_000
SMALLEST_PAGE: Final = 100
_SMALLER_HELPS: Final = frozenset(("fault", "timeout", "size", "slow", "unreadable"))

Record = Mapping[str, Any]


@frozen
class Page:
    """One page of records. ``count`` is how many there are in all, None where the service does not say; ``last``: whether it says so."""

    records: Sequence[Record]
    count: int | None = None
    last: bool | None = None
    fetched: str = ""


@frozen
class Place:
    """Where the next page begins: after so many records, as which page (from 0), of which size."""

    got: int
    number: int
    size: int


@frozen
class Paging:
    """How a service is asked for its records.

    Parameters
    ----------
    page_at : callable
        Place -> Page.
    identity : callable
        What tells a record from all others; "" where it holds no such thing.
    kept : callable
        The record as it is written.
    shrinks : bool
        Whether the size of pages may change on the way.
    """

    page_at: Callable[[Place], Page]
    size: int
    identity: Callable[[Record], str] = lambda record: ""
    kept: Callable[[Record], Record] = lambda record: record
    shrinks: bool = True


def fetch_records(paging: Paging, folder: Path, name: str, host: str, address: str, progress: Progress) -> Landed:
    """All records in one file, a list of JSON, there in one step.

    Raises
    ------
    NetworkError
        If they cannot be had all; nothing lies in the folder then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{clean_file_name(name).replace(' ', '_') or 'records'}.json"
    with replaced(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        fetched = _all(paging, file, host, progress)
    return Landed(path, shown(address), fetched, checksum_of(path), path.stat().st_size, label=named(name), publisher=named(host))


def _all(paging: Paging, file: IO[str], host: str, progress: Progress) -> str:
    """Write every record; when the last answer came."""
    seen: set[str] = set()
    got, raw, size, written, before, stale = 0, 0, paging.size, 2, "", 0
    file.write("[")
    for number in range(MOST_PAGES):
        page, size = _patiently(paging, Place(raw, number, size))
        mark = mark_of(page.records)
        if page.records and mark == before:
            raise incomplete(host, got, page.count)  # the same page again: it does not page
        new = []
        for record in page.records:
            own = paging.identity(record)
            if not own or own not in seen:
                seen.add(own)
                new.append(record)
        for record in new:
            text = (",\n" if got else "\n") + json.dumps(paging.kept(record), ensure_ascii=False)
            written += len(text)
            if written > MAX_FILE:
                raise too_large(host, MAX_FILE, None)
            file.write(text)
            got += 1
        raw, before, stale = raw + len(page.records), mark, 0 if new else stale + 1
        progress.at(got / page.count if page.count else 0.0, so_far(got, page.count))
        if _is_all(page, got):
            if not got:
                raise NetworkError(say("{host} has no records for this.", host=named(host)), say("Ask for all of it, or check the address."), {"kind": "empty", "host": host})
            file.write("\n]")
            return page.fetched
        if not page.records or page.last or (page.count is not None and got > page.count) or stale > 1:
            raise incomplete(host, got, page.count)
    raise incomplete(host, got, None)


def _is_all(page: Page, got: int) -> bool:
    if page.count is None:
        return not page.records or page.last is True
    return got == page.count


def _patiently(paging: Paging, place: Place) -> tuple[Page, int]:
    """The page at a place, in smaller ones where it is too much for the service; the size it came in."""
    while True:
        try:
            return paging.page_at(place), place.size
        except NetworkError as problem:
            if not paging.shrinks or place.size <= SMALLEST_PAGE or problem.details.get("kind") not in _SMALLER_HELPS:
                raise
            place = evolve(place, size=max(place.size // 5, SMALLEST_PAGE))


def incomplete(host: str, got: int, count: int | None) -> NetworkError:
    """Not everything came."""
    if count is None:
        message = say("{host} gave {got} records and did not come to an end, so nothing was kept.", host=named(host), got=format_number(got))
    else:
        message = plural("{host} gave {got} of {n} record, so nothing was kept.", "{host} gave {got} of {n} records, so nothing was kept.", count,
                         host=named(host), got=format_number(got))
    return NetworkError(message, say("Try again later, ask for a part of it, or ask its publisher for the file."),
                        {"kind": "incomplete", "host": host, "got": got, "count": count})


def records_in(told: Any, host: str) -> list[Record]:
    """A list of records, as an answer holds it.

    Raises
    ------
    NetworkError
        If it is none.
    """
    if not isinstance(told, list) or not all(isinstance(one, Mapping) for one in told):
        raise reported(host, (told.get("message") or told.get("error") or "") if isinstance(told, Mapping) else "")
    return told


def so_far(got: int, count: int | None) -> Said:
    """How many of them have come; nothing where it is not known how many there are."""
    if not count:
        return NOTHING
    return say("{got} of {count} records", got=format_number(got), count=format_number(count))


def mark_of(records: Sequence[Record]) -> str:
    """The same for the same records."""
    return hashlib.blake2b(json.dumps(list(records), sort_keys=True, default=str).encode("utf-8"), digest_size=16).hexdigest()
