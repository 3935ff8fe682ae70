"""Timetables of public transport (GTFS): the stops, with their lines and how often they call."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Annotated

from attrs import frozen

from ecomap.io.connectors.landing import not_kept
from ecomap.io.connectors.spec import Ask, Connector, Hints, Landed, landed_of
from ecomap.io.reading.timetable import STOPS, is_timetable
from ecomap.io.web import Web, host_of
from ecomap.model.errors import NetworkError
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.vocabulary import REFERENCE


@frozen
class GtfsParams:
    """What is asked of a transport agency."""

    address: Annotated[str, Param(say("Address of the timetable"), help=say("The zip file that the agency publishes, often called gtfs.zip."))]


def asks(params: GtfsParams) -> tuple[Ask, ...]:
    """What will be asked of whom."""
    return (Ask(params.address, say("the timetable, as one file")),)


def fetch(params: GtfsParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]:
    """The timetable as it came; it is read as its stops."""
    found = web.download(params.address, folder, progress=progress)
    if not _is_timetable(found.path):
        not_kept(found, web)
        raise NetworkError(say("What {host} sent is no timetable (GTFS).", host=named(host_of(params.address))), say("Look for a file called gtfs.zip on the agency's pages for developers."),
                           {"host": host_of(params.address), "kind": "unreadable"})
    return (landed_of(found, role=REFERENCE, label=say("Stops, {host}", host=named(host_of(params.address))), publisher=named(host_of(params.address)),
                      hints=Hints(sublayer=STOPS)),)


def _is_timetable(path: Path) -> bool:
    """By the names in the archive alone; nothing is unpacked here."""
    try:
        with zipfile.ZipFile(path) as archive:
            return is_timetable([Path(name).name for name in archive.namelist()[:2_000]])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


CONNECTOR = Connector(
    "gtfs", say("Stops of public transport"),
    say("The timetable that a transport agency publishes: every stop and station with its lines, and how often they call on a usual weekday."),
    GtfsParams, asks, fetch, positional=("address",),
)
