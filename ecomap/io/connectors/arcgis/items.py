"""Pages of ArcGIS Hub and of ArcGIS portals: which layer or file the item behind an address is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from attrs import evolve, frozen

from ecomap.io.connectors.arcgis.service import is_service
from ecomap.io.web import Web, host_of, with_params
from ecomap.model.errors import NetworkError
from ecomap.model.progress import Progress
from ecomap.model.said import name as named
from ecomap.model.said import say

_ID: Final = r"[0-9a-f]{32}"
_DATASET: Final = re.compile(rf".*/(?:datasets|maps|content|items)/(?:[^/]*::)?(?P<id>{_ID})(?:_(?P<layer>\d+))?(?:/.*)?", re.IGNORECASE)
_SLUG: Final = re.compile(r".*/(?:datasets|maps)/(?P<slug>[^/]+)(?:/(?:explore|about|api|data).*)?/?", re.IGNORECASE)
_LAYER_NUMBER: Final = re.compile(r"[?&/](?:layers?|sublayer)[=/](?P<layer>\d+)(?:$|[&/])")


@frozen
class Item:
    """What an address of a portal is of, and what asking the portal for it will say.

    Parameters
    ----------
    about : str
        Address that describes the item.
    layer : str
        Number of its layer, "" where the address names none.
    service, file : str
        Addresses that the portal gave: of a layer or service, or of a file to download.
    """

    about: str
    layer: str = ""
    name: str = ""
    licence: str = ""
    service: str = ""
    file: str = ""


def item_of(address: str) -> Item | None:
    """The item that an address of a portal is of; None where it is none.

    >>> item_of("https://data.city.org/datasets/0123456789abcdef0123456789abcdef_2/explore").about
    'https://data.city.org/api/v3/datasets/0123456789abcdef0123456789abcdef_2'
    >>> item_of("https://www.arcgis.com/home/item.html?id=0123456789abcdef0123456789abcdef").about
    'https://www.arcgis.com/sharing/rest/content/items/0123456789abcdef0123456789abcdef?f=json'
    >>> item_of("https://data.city.org/datasets/lahub::libraries/explore?location=34,-118").about
    'https://data.city.org/api/v3/datasets?filter[slug]=lahub%3A%3Alibraries'
    """
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    found = _DATASET.fullmatch(unquote(parts.path))
    query = parse_qs(parts.query)
    own = next((value for name in ("id", "layers", "webmap") for value in query.get(name, []) if re.fullmatch(_ID, value, re.IGNORECASE)), "")
    number = _LAYER_NUMBER.search(address)
    layer = number["layer"] if number else ""
    if found and "/sharing/" not in parts.path:
        layer = found["layer"] or layer
        return Item(f"{origin}/api/v3/datasets/{found['id']}{f'_{layer}' if layer else ''}", layer)
    if own or found:
        base = parts.path.partition("/home/")[0] if "/home/" in parts.path and not parts.path.startswith("/home/") else ""
        return Item(f"{origin}{base}/sharing/rest/content/items/{own or (found['id'] if found else '')}?f=json", layer)
    slug = _SLUG.fullmatch(unquote(parts.path))
    return Item(f"{origin}/api/v3/datasets?filter[slug]={quote(slug['slug'], safe='')}", layer) if slug else None


def looked_up(item: Item, web: Web, progress: Progress) -> Item:
    """The item with the address of its layer or file, as its portal says.

    Raises
    ------
    NetworkError
        If there is no such item, or it is neither a layer nor a file.
    """
    told = web.get(item.about, fresh=True, progress=progress).json()
    if not isinstance(told, Mapping) or told.get("error") or told.get("errors"):
        raise _no_item(item)
    if "/sharing/rest/" in item.about:
        return _of_portal(item, told)
    data = told.get("data")
    one = data[0] if isinstance(data, list) and data else data
    attributes = one.get("attributes") if isinstance(one, Mapping) else None
    if not isinstance(attributes, Mapping) or not isinstance(one, Mapping):
        raise _no_item(item)
    found = evolve(item, name=_text(attributes, "name") or _text(attributes, "title"), licence=_text(attributes, "license") or _text(attributes, "licenseInfo"))
    service = _text(attributes, "url")
    if is_service(service):
        return evolve(found, service=_with_layer(service, item.layer))
    origin = item.about.partition("/api/")[0]
    file = f"{origin}/api/v3/datasets/{quote(str(one.get('id') or ''), safe='_')}/downloads/data"
    tables = "csv" if not _text(attributes, "geometryType") else "geojson"
    return evolve(found, file=with_params(file, {"format": tables, "spatialRefId": 4326, "where": "1=1"}))


def _of_portal(item: Item, told: Mapping[str, Any]) -> Item:
    found = evolve(item, name=_text(told, "title"), licence=_text(told, "licenseInfo"))
    service = _text(told, "url")
    if is_service(service):
        return evolve(found, service=_with_layer(service, item.layer))
    if service.startswith(("http://", "https://")):
        return evolve(found, file=service)
    if _text(told, "type") in ("CSV", "Shapefile", "GeoJson", "File Geodatabase", "Microsoft Excel", "KML", "GeoPackage"):
        return evolve(found, file=item.about.partition("?")[0] + "/data")
    raise NetworkError(say("'{item}' is neither a layer nor a file.", item=named(found.name or item.about)), say("Open it in your browser and look for the layer it shows."),
                       {"host": host_of(item.about), "kind": "address"})


def _with_layer(service: str, layer: str) -> str:
    return service.rstrip("/") if not layer or re.search(r"/\d+/?$", service) else f"{service.rstrip('/')}/{layer}"


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", value)).strip()[:2000] if isinstance(value, str) else ""


def _no_item(item: Item) -> NetworkError:
    return NetworkError(say("{host} knows no item of this address.", host=named(host_of(item.about))), say("Open it in your browser; it may have been taken down or not be public."),
                        {"host": host_of(item.about), "kind": "gone"})
