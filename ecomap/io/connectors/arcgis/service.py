"""One ArcGIS layer as a partner in talk: what it is, and its answers to queries, faults inside of successes told apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from attrs import define, field, frozen

from ecomap.io.web import Key, Web, host_of
from ecomap.io.web.address import checked, without_secrets
from ecomap.model.errors import NetworkError
from ecomap.model.progress import Progress
from ecomap.model.said import joined, plural, say
from ecomap.model.said import name as named

LONGEST_ADDRESS: Final = 1_800      # letters; longer queries are posted
MOST_QUERIES: Final = 20_000
DEFAULT_PAGE: Final = 1_000         # rows where a service does not say how many it gives at once
_LAYER: Final = re.compile(r"(?P<layer>.*/(?:Feature|Map|Image)Server/\d+)(?P<rest>/.*)?", re.IGNORECASE)
_SERVICE: Final = re.compile(r"(?P<service>.*/(?:Feature|Map)Server)/?", re.IGNORECASE)
_LOGIN: Final = frozenset((498, 499, 403))


class RefusalError(NetworkError):
    """The service answered that it cannot: with a success that holds an error, or with what is no answer."""


@frozen
class Layer:
    """What a layer says of itself.

    Parameters
    ----------
    fields : sequence of mappings
        As the service describes them: name, type, alias, domain.
    at_once : int
        Most rows that it gives in one answer.
    pages : bool or None
        Whether it knows paging; None where it does not say.
    """

    name: str
    about: Mapping[str, Any] = field(repr=False)
    oid: str = ""
    at_once: int = DEFAULT_PAGE
    pages: bool | None = None
    formats: frozenset[str] = frozenset()

    @property
    def fields(self) -> Sequence[Mapping[str, Any]]:
        told = self.about.get("fields")
        return [one for one in told if isinstance(one, Mapping) and isinstance(one.get("name"), str)] if isinstance(told, list) else []


def layer_address(address: str) -> tuple[str, str]:
    """The layer or service that an address is of, and what it filters by.

    >>> layer_address("https://h.org/arcgis/rest/services/A/MapServer/3/query?where=STATE%3D%2706%27&f=json")
    ('https://h.org/arcgis/rest/services/A/MapServer/3', "STATE='06'")
    >>> layer_address("https://h.org/rest/services/A/FeatureServer/?f=pjson")
    ('https://h.org/rest/services/A/FeatureServer', '')
    """
    parts = urlsplit(address)
    found = _LAYER.fullmatch(parts.path.rstrip("/"))
    service = _SERVICE.fullmatch(parts.path)
    path = found["layer"] if found else service["service"] if service else parts.path.rstrip("/").removesuffix("/query")
    where = parse_qs(parts.query).get("where", [""])[-1]
    return urlunsplit((parts.scheme, parts.netloc, path, "", "")), "" if where.replace(" ", "") == "1=1" else where


def is_service(address: str) -> bool:
    """Whether an address is of an ArcGIS layer or service, by how it is written."""
    path = urlsplit(address).path
    return bool(_LAYER.fullmatch(path.rstrip("/")) or _SERVICE.fullmatch(path) or path.endswith("/query"))


@define
class Service:
    """A layer that is asked. ``address`` is the layer's, without anything secret.

    Parameters
    ----------
    posts : bool
        Whether long queries may be posted; some servers take none.
    geojson, settled : bool
        Whether rows are asked for as GeoJSON, and whether that is settled: the pages of a layer are all of one kind.
    asked : int
        Queries so far.
    fetched : str
        When the last answer came.
    moved : tuple of str
        Hosts that EcoMap was sent on to.
    """

    address: str
    web: Web = field(repr=False)
    progress: Progress = field(repr=False)
    key: Key | None = field(default=None, repr=False)
    posts: bool = True
    geojson: bool = True
    settled: bool = False
    asked: int = 0
    fetched: str = ""
    moved: tuple[str, ...] = ()

    @classmethod
    def at(cls, address: str, web: Web, progress: Progress) -> Service:
        """The service that an address is of."""
        bare, key = without_secrets(checked(address))
        return cls(layer_address(bare)[0], web, progress, key)

    def about(self) -> Layer:
        """What the layer is; of a service with one layer, that one.

        Raises
        ------
        NetworkError
            If there is no layer, or there are several.
        """
        told = self._json(self.address, {"f": "json"}, fresh=True)
        inner = [one for part in ("layers", "tables") for one in (told.get(part) or []) if isinstance(one, Mapping) and not one.get("subLayerIds")]
        if inner and "fields" not in told:
            self.address = f"{self.address}/{self._only(inner)}"
            told = self._json(self.address, {"f": "json"}, fresh=True)
        parts = told.get("subLayers")
        if told.get("type") == "Group Layer" and isinstance(parts, list):
            service = self.address.rpartition("/")[0]
            raise self._several([one for one in parts if isinstance(one, Mapping)], service)
        if "fields" not in told and "geometryType" not in told:
            raise RefusalError(say("There is no layer of an ArcGIS service at this address."),
                          say("Give the address of one layer; it ends in a number, such as FeatureServer/0."), {"host": self.host, "kind": "address"})
        layer = _layer(told)
        self.geojson = not layer.formats or "geojson" in layer.formats
        return layer

    def _only(self, layers: Sequence[Mapping[str, Any]]) -> int:
        if len(layers) > 1:
            raise self._several(layers, self.address)
        number = layers[0].get("id")
        return number if isinstance(number, int) else 0

    def _several(self, layers: Sequence[Mapping[str, Any]], service: str) -> RefusalError:
        names = [f"{one.get('name')} ({service}/{one.get('id')})" for one in layers[:12]]
        return RefusalError(plural("There is {n} layer behind this address.", "There are {n} layers behind this address.", len(layers)),
                            say("Give the address of one of them: {names}.", names=joined(map(named, names), ", ")), {"host": self.host, "kind": "address"})

    def listed(self, part: str) -> Sequence[Mapping[str, Any]]:
        """What a folder or a service lists: its "services" or its "layers".

        Raises
        ------
        NetworkError
            If it cannot be had, or says that something is wrong.
        """
        told = self._json(self.address, {"f": "json"}).get(part)
        return [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []

    def query(self, params: Mapping[str, object], *, fresh: bool = False) -> Mapping[str, Any]:
        """The answer to one query, as it is: an object that holds no error.

        Raises
        ------
        RefusalError
            If the service cannot, says so inside a success, or answers with a page.
        NetworkError
            If it cannot be had.
        """
        return self._json(f"{self.address}/query", params, fresh=fresh)

    def rows(self, params: Mapping[str, object], *, fresh: bool = False) -> Mapping[str, Any]:
        """A page of rows: GeoJSON, or Esri's own JSON where the service has no other."""
        shape = {"returnGeometry": "true", "outSR": "4326", "returnZ": "false", "returnM": "false", "returnTrueCurves": "false", **params}
        if not self.geojson:
            found = self._features({**shape, "f": "json"}, fresh=fresh)
        elif self.settled:
            found = self._features({**shape, "f": "geojson"}, fresh=fresh)
        else:
            found = self._either(shape, fresh=fresh)
        self.settled = True
        return found

    def _either(self, shape: Mapping[str, object], *, fresh: bool) -> Mapping[str, Any]:
        try:
            return self._features({**shape, "f": "geojson"}, fresh=fresh)
        except NetworkError as problem:
            if problem.details.get("kind") not in ("service", "page", "unreadable", "refused"):
                raise
            found = self._features({**shape, "f": "json"}, fresh=fresh)
            self.geojson = False  # it takes the other one
            return found

    def _features(self, params: Mapping[str, object], *, fresh: bool) -> Mapping[str, Any]:
        found = self.query(params, fresh=fresh)
        if not isinstance(found.get("features"), list):
            raise self._refusal("", 0)
        return found

    @property
    def host(self) -> str:
        return host_of(self.address)

    def _json(self, address: str, params: Mapping[str, object], *, fresh: bool = False) -> Mapping[str, Any]:
        self.asked += 1
        if self.asked > MOST_QUERIES:
            raise NetworkError(say("{host} gives so little at once that the layer would take more than {n} requests.", host=named(self.host), n=MOST_QUERIES),
                               say("Ask for the area you work on, or ask its publisher for the file."), {"host": self.host, "kind": "size"})
        long = len(address) + len(urlencode({name: str(value) for name, value in params.items()})) > LONGEST_ADDRESS
        if long and self.posts:
            answer = self.web.post(address, params, query=True, key=self.key, also=(400, 500), progress=self.progress)
        else:
            answer = self.web.get(address, params, key=self.key, fresh=fresh, also=(400, 500), progress=self.progress)
        try:
            told = answer.json()
        except NetworkError:
            self.web.forget(answer)
            raise
        if not isinstance(told, Mapping):
            raise self._refusal("", answer.status)
        error = told.get("error")
        if error is not None or told.get("status") == "error" or answer.status >= 400:
            self.web.forget(answer)
            raise self._refusal(*_words_of(error if isinstance(error, Mapping) else told))
        self.fetched, self.moved = answer.fetched, answer.moved or self.moved
        return told

    def _refusal(self, words: str, code: int) -> RefusalError:
        details = {"host": self.host, "kind": "service", "code": code}
        if code in _LOGIN:
            return RefusalError(say("{host} gives this layer only to people who are signed in.", host=named(self.host)), say("Ask its publisher for public access, or for the file."),
                           {**details, "kind": "login"})
        for secret in self.key.secrets if self.key is not None else ():
            words = words.replace(secret, "…")
        if not words:
            return RefusalError(say("{host} gives no answer to the question for this layer.", host=named(self.host)), say("Try again later, or ask its publisher for the file."), details)
        return RefusalError(say("{host} reports a fault: {words}.", host=named(self.host), words=named(words)), say("Try again later, or ask its publisher for the file."), details)


def _words_of(error: Mapping[str, Any]) -> tuple[str, int]:
    """What a service says is wrong, short and on one line, and its number."""
    details = error.get("details")
    told = [error.get("message") or error.get("messages") or "", *(details if isinstance(details, list) else [])]
    words = " ".join(" ".join(map(str, one)) if isinstance(one, list) else str(one) for one in told if one)
    code = error.get("code")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", words)).strip(" .")[:200], code if isinstance(code, int) else 0


def _layer(told: Mapping[str, Any]) -> Layer:
    listed = told.get("fields")
    fields = listed if isinstance(listed, list) else []
    oids = [one["name"] for one in fields if isinstance(one, Mapping) and one.get("type") == "esriFieldTypeOID" and isinstance(one.get("name"), str)]
    stated = told.get("objectIdField")
    abilities = told.get("advancedQueryCapabilities")
    pages = abilities.get("supportsPagination") if isinstance(abilities, Mapping) else told.get("supportsPagination")
    most = told.get("maxRecordCount")
    formats = told.get("supportedQueryFormats")
    return Layer(
        str(told.get("name") or "layer"), told, stated if isinstance(stated, str) and stated else oids[0] if oids else "",
        most if isinstance(most, int) and not isinstance(most, bool) and most > 0 else DEFAULT_PAGE,
        pages if isinstance(pages, bool) else None,
        frozenset(part.strip().lower() for part in formats.split(",")) if isinstance(formats, str) else frozenset(),
    )
