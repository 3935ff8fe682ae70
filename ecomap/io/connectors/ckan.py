"""A data set of a CKAN portal: the file that its publisher put there, else the rows that the portal keeps of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from attrs import evolve, frozen

from ecomap.io.connectors.landing import require_archive
from ecomap.io.connectors.records import Page, Paging, Place, fetch_records, records_in
from ecomap.io.connectors.spec import Ask, Connector, Landed, landed_of
from ecomap.io.web import Key, Web, host_of, with_params
from ecomap.io.web.address import without_secrets
from ecomap.io.web.faults import reported
from ecomap.model.errors import NetworkError, ParameterError
from ecomap.model.formats import READABLE
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import joined, say
from ecomap.model.said import name as named

PAGE: Final = 10_000
_SHOWN: Final = 12
_PATH: Final = re.compile(r"(?P<base>.*?)(?:/[a-z]{2}(?:_[A-Za-z]{2})?)?/dataset/(?P<dataset>[^/]+)(?:/resource/(?P<resource>[^/]+))?(?:/.*)?")
_ACTION: Final = re.compile(r"(?P<base>.*?)/api/(?:3/)?action/(?P<action>\w+)/?")
_DATA: Final = frozenset({ending.lstrip(".") for ending in READABLE} | {"zip", "xls", "shp", "csv", "geojson", "gtfs"})
_ANSWERS: Final = (400, 403, 404, 409, 500)  # statuses under which the portal says in words what is wrong
_BOOKKEEPING: Final = ("_id", "_full_text", "rank")


@frozen
class CkanParams:
    """What is asked of a CKAN portal."""

    address: Annotated[str, Param(say("Address of the data set"), help=say("The address of its page, or of one of its files, on the portal."))]
    resource: Annotated[str, Param(say("Which of its files"), help=say("The name of the file, where the data set holds several."))] = ""


@frozen
class _Target:
    """A portal, and which data set or file of it."""

    portal: str
    dataset: str
    resource: str
    key: Key | None

    def action(self, action: str, **params: object) -> str:
        return with_params(f"{self.portal}/api/3/action/{action}", params)

    @property
    def about(self) -> str:
        return self.action("resource_show", id=self.resource) if self.resource else self.action("package_show", id=self.dataset)


def _target(address: str) -> _Target:
    """The data set or file that an address of a portal is of.

    Raises
    ------
    ParameterError
        If it names none.

    >>> _target("https://data.ca.gov/dataset/clinics/resource/0a1b").about
    'https://data.ca.gov/api/3/action/resource_show?id=0a1b'
    >>> _target("https://h.org/data/en/dataset/clinics").about
    'https://h.org/data/api/3/action/package_show?id=clinics'
    """
    bare, key = without_secrets(address.strip())
    parts = urlsplit(bare)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    found, action = _PATH.fullmatch(parts.path), _ACTION.fullmatch(parts.path)
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme in ("http", "https") and found:
        return _Target(origin + found["base"], unquote(found["dataset"]), unquote(found["resource"] or ""), key)
    if parts.scheme in ("http", "https") and action:
        own = query.get("resource_id") or (query.get("id", "") if action["action"] == "resource_show" else "")
        if own or query.get("id"):
            return _Target(origin + action["base"], query.get("id", ""), own, key)
    raise ParameterError(say("'{address}' is no data set of a CKAN portal.", address=named(bare[:200])),
                         say("Give the address of its page; it holds /dataset/ and a name."), {"parameter": "address"})


def asks(params: CkanParams) -> tuple[Ask, ...]:
    """What will be asked of whom."""
    target = _target(params.address)
    return (Ask(target.about, say("what the data set holds; then its file, which may lie with another host")),)


def fetch(params: CkanParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]:
    """The file of a data set."""
    target = _target(params.address)
    told = _asked(target.about, target, web, progress)
    package: Mapping[str, Any] = {} if target.resource else told
    resource = told if target.resource else _chosen(told, params.resource, target)
    label = str(resource.get("name") or package.get("title") or target.dataset or resource.get("id"))
    publisher = package.get("organization")
    known: dict[str, Any] = {"label": named(label), "publisher": named(str(publisher.get("title") or "") if isinstance(publisher, Mapping) else host_of(target.portal)),
             "licence": named(str(package.get("license_title") or ""))}
    link = urljoin(target.portal + "/", str(resource.get("url") or ""))
    problem: NetworkError | None = None
    if link.startswith(("http://", "https://")) and resource.get("url") and resource.get("url_type") != "datastore":
        try:
            return (_file(link, target, web, folder, progress, known),)
        except NetworkError as found:
            if not resource.get("datastore_active") or found.details.get("kind") not in ("page", "gone", "refused", "fault", "name"):
                raise
            problem = found
    if not resource.get("datastore_active"):
        raise problem or reported(host_of(target.portal), "")
    landed = _rows(str(resource.get("id")), label, target, web, folder, progress)
    notes = (say("The file itself could not be had; these are the rows that the portal keeps of it."),) if problem else ()
    return (evolve(landed, notes=notes, **known),)


def _file(link: str, target: _Target, web: Web, folder: Path, progress: Progress, known: Mapping[str, Any]) -> Landed:
    found = require_archive(web.download(link, folder, key=target.key, progress=progress), web)
    elsewhere = found.host != host_of(target.portal)
    notes = (say("{host} keeps the file at {other}.", host=named(host_of(target.portal)), other=named(found.host)),) if elsewhere else ()
    return landed_of(found, notes=notes, **known)


def _asked(address: str, target: _Target, web: Web, progress: Progress, *, fresh: bool = True) -> Mapping[str, Any]:
    answer = web.get(address, key=target.key, fresh=fresh, also=_ANSWERS, progress=progress)
    told = answer.json()
    result = told.get("result") if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or told.get("success") is not True or not isinstance(result, Mapping):
        web.forget(answer)
        error = told.get("error") if isinstance(told, Mapping) else ""
        raise reported(answer.host, (error.get("message") or error.get("__type") or "") if isinstance(error, Mapping) else error or "")
    return {**result, "fetched": answer.fetched}


def _chosen(package: Mapping[str, Any], wanted: str, target: _Target) -> Mapping[str, Any]:
    """The one file of a data set that is meant."""
    listed = package.get("resources")
    resources = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    if wanted.strip():
        same = [one for one in resources if wanted.strip().lower() in (str(one.get("id")).lower(), str(one.get("name")).lower(), _file_name(one).lower())]
    else:
        same = [one for one in resources if _is_data(one)]
    if len(same) == 1:
        return same[0]
    names = [str(one.get("name") or _file_name(one) or one.get("id")) for one in resources[:_SHOWN]]
    host = host_of(target.portal)
    if not names:
        raise NetworkError(say("The data set of {host} holds no file.", host=named(host)), say("Open its page in your browser."), {"kind": "address", "host": host})
    raise NetworkError(say("{host} offers several files under this address.", host=named(host)),
                       say("Say which one: {names}.", names=joined(map(named, names), ", ")), {"kind": "address", "host": host})


def _file_name(resource: Mapping[str, Any]) -> str:
    return PurePosixPath(urlsplit(str(resource.get("url") or "")).path).name


def _is_data(resource: Mapping[str, Any]) -> bool:
    ending = PurePosixPath(_file_name(resource)).suffix.lower().lstrip(".")
    return str(resource.get("format") or "").strip().lower().lstrip(".") in _DATA or ending in _DATA or bool(resource.get("datastore_active"))


def _rows(resource: str, label: str, target: _Target, web: Web, folder: Path, progress: Progress) -> Landed:
    """The rows that the portal keeps, page by page."""
    def page_at(place: Place) -> Page:
        address = target.action("datastore_search", resource_id=resource, limit=place.size, offset=place.got, sort="_id", include_total="true")
        told = _asked(address, target, web, progress, fresh=False)
        records = records_in(told.get("records"), host_of(target.portal))
        total = told.get("total")
        return Page(records, total if isinstance(total, int) and not told.get("total_was_estimated") else None, None, str(told["fetched"]))

    paging = Paging(page_at, PAGE, lambda record: str(record.get("_id", "")), _plain)
    return fetch_records(paging, folder, label, host_of(target.portal), target.action("datastore_search", resource_id=resource), progress)


def _plain(record: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in record.items() if name not in _BOOKKEEPING}


CONNECTOR = Connector(
    "ckan", say("A data set of a CKAN portal"),
    say("Many states and cities publish on such portals. The file that the publisher put there is fetched as it is; "
        "where there is none, all rows that the portal keeps, counted."),
    CkanParams, asks, fetch, positional=("address", "resource"),
)
