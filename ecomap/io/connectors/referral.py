"""An Open Referral directory through its API: every service with its places, whole and counted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from attrs import evolve, frozen

from ecomap.io.connectors.records import Page, Paging, Place, fetch_records, incomplete, records_in
from ecomap.io.connectors.spec import Ask, Connector, Landed
from ecomap.io.web import Answer, Key, Web, host_of
from ecomap.io.web.address import without_secrets
from ecomap.io.web.faults import refused, reported
from ecomap.model.errors import NetworkError
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import name as named
from ecomap.model.said import plural, say

PAGE: Final = 100
MOST_SINGLE: Final = 20_000      # services that are asked for one by one
_LIST: Final = ("contents", "content", "items", "services", "data")
_TOTAL: Final = ("total_items", "totalElements", "total", "count")
_NESTED: Final = ("service_at_locations", "service_at_location", "locations", "location", "services")
_KINDS: Final = ("services", "service_at_locations", "locations", "organizations")


@frozen
class ReferralParams:
    """What is asked of a directory."""

    address: Annotated[str, Param(
        say("Address of the API"), help=say("Where the directory answers programs, such as https://directory.example.org/api. The word /services is added."))]


def _lists_at(address: str) -> tuple[str, Key | None]:
    """The address of the list of services, and what its host is given.

    >>> _lists_at("https://h.org/api/")[0], _lists_at("https://h.org/api/services?page=2")[0]
    ('https://h.org/api/services', 'https://h.org/api/services')
    """
    bare, key = without_secrets(address.strip())
    parts = urlsplit(bare)
    path = parts.path.rstrip("/")
    path = path if path.rpartition("/")[2] in _KINDS else f"{path}/services"
    return urlunsplit((parts.scheme, parts.netloc, path, "", "")), key


def asks(params: ReferralParams) -> tuple[Ask, ...]:
    """What will be asked of whom."""
    address, _ = _lists_at(params.address)
    return (Ask(address, say("all services with their places, page by page; one by one where the list leaves the places out")),)


def fetch(params: ReferralParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]:
    """Every service of the directory."""
    address, key = _lists_at(params.address)
    host = host_of(address)
    directory = _Directory(web, address, key, progress)
    first = directory.page(1)
    bare = bool(first.records) and not any(name in record for record in first.records for name in _NESTED)
    begins = 0 if directory.starts_at_zero else 1

    def page_at(place: Place) -> Page:
        found = first if place.number == 0 and begins == 1 else directory.page(place.number + begins)
        return evolve(found, records=[directory.whole(record) for record in found.records]) if bare else found

    if bare and (first.count or 0) > MOST_SINGLE:
        raise NetworkError(say("{host} gives its services only one by one, and there are too many for that.", host=named(host)),
                           say("Ask its publisher for the whole directory as a file."), {"kind": "size", "host": host})
    paging = Paging(page_at, PAGE, lambda record: str(record.get("id") or ""), shrinks=False)
    landed = fetch_records(paging, folder, f"{urlsplit(address).hostname} {address.rpartition('/')[2]}", host, address, progress)
    asked = directory.single
    notes = (plural("{n} service was asked for by itself, since the list leaves its places out.",
                    "{n} services were asked for one by one, since the list leaves their places out.", asked),) if asked else ()
    return (evolve(landed, notes=notes),)


class _Directory:
    """The directory that is asked."""

    def __init__(self, web: Web, address: str, key: Key | None, progress: Progress) -> None:
        self._web, self._address, self._key, self._progress = web, address, key, progress
        self.starts_at_zero = False
        self.single = 0
        self._size: dict[str, int] = {"per_page": PAGE}
        self._full = 0       # records of the fullest page so far
        self._short = False  # whether the page before was not full

    def page(self, number: int) -> Page:
        """One page of the list; the first is 1."""
        answer = self._asked(number)
        if answer.status in (400, 422) and self._size and number == 1:
            self._size = {}  # it does not give as many at once
            answer = self._asked(number)
        if answer.status == 404 and self._short:
            return Page((), None, True, answer.fetched)  # some say so past their last page
        if answer.status >= 400:
            raise refused(answer.host, answer.status)
        found = self._page_of(answer, answer.json(), number)
        self._full = max(self._full, len(found.records))
        self._short = len(found.records) < self._full
        return found

    def _asked(self, number: int) -> Answer:
        params = {"full": "true", "page": number, **self._size}
        return self._web.get(self._address, params, key=self._key, also=(400, 404, 422), progress=self._progress)

    def _page_of(self, answer: Answer, told: Any, number: int) -> Page:
        if isinstance(told, list):
            return Page(records_in(told, answer.host), _number(answer.headers.get("X-Total-Count")), _is_last(answer), answer.fetched)
        if not isinstance(told, Mapping):
            raise reported(answer.host, "")
        listed = next((told[name] for name in _LIST if isinstance(told.get(name), list)), None)
        if listed is None and told.get("empty") is not True:
            self._web.forget(answer)
            error = told.get("error") or told.get("message") or told.get("detail") or ""
            raise reported(answer.host, error.get("message", "") if isinstance(error, Mapping) else error)
        self.starts_at_zero = self.starts_at_zero or (number == 1 and told.get("first_page", told.get("first")) is False)
        last = told.get("last_page", told.get("last"))
        return Page(records_in(listed or [], answer.host), next((found for name in _TOTAL if (found := _number(told.get(name))) is not None), None),
                    last if isinstance(last, bool) else None, answer.fetched)

    def whole(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """A service with all that belongs to it, where the list has only its first lines."""
        own = record.get("id")
        if not isinstance(own, str | int) or own == "":
            raise incomplete(host_of(self._address), self.single, None)
        told = self._web.get(f"{self._address}/{quote(str(own), safe='')}", key=self._key, progress=self._progress).json()
        if not isinstance(told, Mapping) or str(told.get("id")) != str(own):
            raise reported(host_of(self._address), (told.get("message") or "") if isinstance(told, Mapping) else "")
        self.single += 1
        return told


def _is_last(answer: Answer) -> bool | None:
    """Whether the header that points to the next page is missing; None where no such header is used."""
    link = answer.headers.get("Link", "")
    return ('rel="next"' not in link and "rel=next" not in link) if link else None


def _number(told: Any) -> int | None:
    if isinstance(told, bool) or not isinstance(told, int | str):
        return None
    return int(told) if str(told).isdigit() else None


CONNECTOR = Connector(
    "referral", say("A directory of services (Open Referral)"),
    say("A county's or 211's directory of services that speaks Open Referral (HSDS 3). Every service is fetched with its places and counted; "
        "if any is missing, nothing is kept."),
    ReferralParams, asks, fetch, positional=("address",),
)
