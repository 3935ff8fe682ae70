"""A data set of a Socrata portal, by the address of its page: all rows, counted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote, urlsplit

from attrs import evolve, frozen

from ecomap.io.connectors.landing import require_archive
from ecomap.io.connectors.records import Page, Paging, Place, fetch_records, records_in
from ecomap.io.connectors.spec import Ask, Connector, Hints, Landed, landed_of
from ecomap.io.web import Key, Web, header_key, host_of
from ecomap.io.web.address import without_secrets
from ecomap.io.web.faults import reported
from ecomap.io.web.keys import kept_key
from ecomap.model.dates import date_in_words
from ecomap.model.errors import NetworkError, ParameterError
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import Said, say
from ecomap.model.said import name as named

PAGE: Final = 20_000
KEY: Final = "socrata"
_ID: Final = re.compile(r"(?:^|/)([a-z0-9]{4}-[a-z0-9]{4})(?=[/.?]|$)")
_ANSWERS: Final = (400, 403, 404)  # statuses under which the service says in words what is wrong


@frozen
class SocrataParams:
    """What is asked of a Socrata portal."""

    address: Annotated[str, Param(say("Address of the data set"), help=say("The address of its page on the portal; it holds a code such as abcd-1234."))]
    where: Annotated[str, Param(say("Which rows"), help=say("A condition in the portal's own words, such as zip='90011'. Empty takes all rows."))] = ""


@frozen
class _Dataset:
    origin: str
    code: str
    key: Key | None

    @property
    def about(self) -> str:
        return f"{self.origin}/api/views/{self.code}.json"

    @property
    def rows(self) -> str:
        return f"{self.origin}/resource/{self.code}.json"


def _dataset(address: str) -> _Dataset:
    """The data set that an address of a portal is of.

    Raises
    ------
    ParameterError
        If it names none.

    >>> _dataset("https://data.lacity.org/City-Infrastructure/Sites/7nuu-n9uk/about_data").rows
    'https://data.lacity.org/resource/7nuu-n9uk.json'
    """
    bare, key = without_secrets(address.strip())
    parts = urlsplit(bare)
    found = _ID.findall(parts.path)
    if not found or parts.scheme not in ("http", "https"):
        raise ParameterError(say("'{address}' holds no code of a data set.", address=named(bare[:200])),
                             say("Give the address of its page, with a code such as abcd-1234."), {"parameter": "address"})
    return _Dataset(f"{parts.scheme}://{parts.netloc}", found[-1], key)


def asks(params: SocrataParams) -> tuple[Ask, ...]:
    """What will be asked of whom."""
    dataset = _dataset(params.address)
    return Ask(dataset.about, say("what the data set is")), Ask(dataset.rows, say("how many rows it has, and then all of them"), key=KEY)


def fetch(params: SocrataParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]:
    """All rows of a data set, or the file that it is."""
    dataset = _dataset(params.address)
    host = host_of(dataset.origin)
    about = web.get(dataset.about, key=dataset.key, fresh=True, progress=progress).json()
    if not isinstance(about, Mapping) or about.get("error"):
        raise reported(host, about.get("message", "") if isinstance(about, Mapping) else "")
    known: dict[str, Any] = {"label": named(str(about.get("name") or dataset.code)), "publisher": named(str(about.get("attribution") or host)),
                             "licence": _licence(about), "notes": _notes(about)}
    file = _file_of(about, dataset, host)
    if file:
        found = web.download(file, folder, key=dataset.key, name=str(about.get("blobFilename") or ""), progress=progress)
        return (landed_of(require_archive(found, web), **known),)
    token = "" if dataset.key else kept_key(KEY)
    key = header_key(dataset.origin, {"X-App-Token": token}) if token else dataset.key
    paging = _paging(dataset, params.where.strip(), key, web, progress)
    landed = fetch_records(paging, folder, str(about.get("name") or dataset.code), host, dataset.rows, progress)
    return (evolve(landed, hints=Hints(labels=_labels(about)), **known),)


def _paging(dataset: _Dataset, where: str, key: Key | None, web: Web, progress: Progress) -> Paging:
    only = {"$where": where} if where else {}

    def ask(params: Mapping[str, object], *, fresh: bool = False) -> tuple[list[Mapping[str, Any]], str]:
        answer = web.get(dataset.rows, {**only, **params}, key=key, fresh=fresh, also=_ANSWERS, progress=progress)
        if answer.status >= 400:
            told = answer.json()
            raise reported(answer.host, told.get("message", "") if isinstance(told, Mapping) else "")
        return records_in(answer.json(), answer.host), answer.fetched

    count = _count(ask({"$select": "count(*)"}, fresh=True)[0])

    def page_at(place: Place) -> Page:
        records, fetched = ask({"$limit": place.size, "$offset": place.got, "$order": ":id"})
        return Page(records, count, None, fetched)

    return Paging(page_at, PAGE)


def _count(told: list[Mapping[str, Any]]) -> int | None:
    values = [str(value) for value in told[0].values()] if len(told) == 1 else []
    return int(values[0]) if len(values) == 1 and values[0].isdigit() else None


def _file_of(about: Mapping[str, Any], dataset: _Dataset, host: str) -> str:
    """Where the data set is a file that somebody put there, or a link, its address; "" where it has rows."""
    if about.get("blobId"):
        return f"{dataset.origin}/api/views/{dataset.code}/files/{quote(str(about['blobId']), safe='')}"
    if about.get("viewType") == "href":
        links = about.get("metadata", {}).get("accessPoints", {}) if isinstance(about.get("metadata"), Mapping) else {}
        link = next((str(one) for one in (links.values() if isinstance(links, Mapping) else ()) if str(one).startswith(("http://", "https://"))), "")
        raise NetworkError(say("This data set is only a link to another place: {link}.", link=named(link or "?")), say("Give that address."),
                           {"kind": "address", "host": host})
    return ""


def _labels(about: Mapping[str, Any]) -> dict[str, str]:
    columns = about.get("columns")
    return {str(one["fieldName"]): str(one["name"]) for one in (columns if isinstance(columns, list) else [])
            if isinstance(one, Mapping) and one.get("fieldName") and one.get("name") and one["fieldName"] != one["name"]}


def _licence(about: Mapping[str, Any]) -> Said:
    told = about.get("license")
    return named(str(told.get("name") or "") if isinstance(told, Mapping) else "")


def _notes(about: Mapping[str, Any]) -> tuple[Said, ...]:
    moment = about.get("rowsUpdatedAt")
    if not isinstance(moment, int | float) or not 0 < moment < 4e9:
        return ()
    return (say("The publisher changed the rows last on {day}.", day=date_in_words(dt.datetime.fromtimestamp(moment, dt.UTC).date())),)


CONNECTOR = Connector(
    "socrata", say("A data set of a Socrata portal"),
    say("Many cities and counties publish on such portals. All rows are fetched and counted against what the portal says it has; "
        "if any is missing, nothing is kept."),
    SocrataParams, asks, fetch, positional=("address",), key=KEY,
)
