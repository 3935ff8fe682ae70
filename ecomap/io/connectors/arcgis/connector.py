"""A layer of an ArcGIS service, or an item of ArcGIS Hub, by its address."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from attrs import evolve, frozen

from ecomap.io.connectors.arcgis.items import Item, item_of, looked_up
from ecomap.io.connectors.arcgis.layer import fetch_layer
from ecomap.io.connectors.arcgis.paging import ALL, Filter
from ecomap.io.connectors.arcgis.service import is_service, layer_address
from ecomap.io.connectors.areas import box_of
from ecomap.io.connectors.landing import require_archive
from ecomap.io.connectors.spec import Ask, Connector, Landed, landed_of
from ecomap.io.web import Web, host_of, shown
from ecomap.model.errors import NetworkError
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import name as named
from ecomap.model.said import say

_WAITS_S: Final = (1, 2, 4, 8, 15, 30, 30, 30, 30, 30, 30, 30)  # while a portal makes the file


@frozen
class ArcgisParams:
    """What is asked of a layer."""

    address: Annotated[str, Param(
        say("Address of the layer or item"),
        help=say("Of a layer (it ends in FeatureServer/0 or MapServer/3), of a service, or of the page of a data set in ArcGIS Hub."))]
    where: Annotated[str, Param(
        say("Which rows"), help=say("A condition in the service's own words, such as STATE='06' AND COUNTY='037'. Empty takes all rows."))] = ""
    area: Annotated[str, Param(
        say("Which area"), help=say("West, south, east and north in degrees, such as -118.7,33.6,-117.6,34.9. Empty takes the whole layer."))] = ""


def asks(params: ArcgisParams) -> tuple[Ask, ...]:
    """What will be asked of whom."""
    box_of(params.area)
    item = None if is_service(params.address) else item_of(params.address)
    if item is not None:
        return (Ask(item.about, say("which layer or file the item is; then that layer is asked for all its rows")),)
    layer, _ = layer_address(params.address)
    return Ask(layer, say("what the layer is")), Ask(f"{layer}/query", say("how many rows it has, and then all of them"))


def fetch(params: ArcgisParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]:
    """The whole layer as a file."""
    item = None if is_service(params.address) else item_of(params.address)
    if item is None:
        return (_layer(params, params.address, web, folder, progress),)
    found = looked_up(item, web, progress)
    if not found.service:
        return (_file(found, web, folder, progress),)
    landed = _layer(params, found.service, web, folder, progress, name=found.name)
    notes = landed.notes
    if host_of(found.service) != host_of(params.address):
        notes = (say("{host} keeps the layer at {other}.", host=named(host_of(params.address)), other=named(host_of(found.service))), *notes)
    return (evolve(landed, label=named(found.name) if found.name else landed.label, licence=named(found.licence[:300]) if found.licence else landed.licence, notes=notes),)


def _layer(params: ArcgisParams, address: str, web: Web, folder: Path, progress: Progress, name: str = "") -> Landed:
    where = params.where.strip() or layer_address(address)[1] or ALL
    return fetch_layer(address, web, folder, wanted=Filter(where, box_of(params.area)), name=name, progress=progress)


def _file(item: Item, web: Web, folder: Path, progress: Progress) -> Landed:
    """A file that the portal holds or makes when asked; it says so while it is at it."""
    for wait in (*_WAITS_S, None):
        try:
            found = require_archive(web.download(item.file, folder, progress=progress), web)
        except NetworkError as problem:
            if problem.details.get("kind") != "pending" or wait is None:
                raise
            progress.at(0.0, say("{host} is preparing the file", host=named(host_of(item.file))))
            progress.wait(wait)
        else:
            return landed_of(found, label=named(item.name), publisher=named(host_of(item.about)), licence=named(item.licence[:300]))
    raise AssertionError(shown(item.file))


CONNECTOR = Connector(
    "arcgis", say("An ArcGIS layer or Hub item"),
    say("A layer of a city's, county's or state's map service. All rows are fetched, page by page, and counted against what the service says it has; "
        "if any is missing, nothing is kept. Codes are written as their words."),
    ArcgisParams, asks, fetch, positional=("address",),
)
