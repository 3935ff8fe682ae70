"""What a connector is: what is asked of whom, said before anything is asked, and files on the disk afterwards.

A connector is declared once, like an analysis: a frozen params class whose fields are ``Annotated[..., Param(...)]`` (the flags
of the command, the form of the dialog and the reference page come from it), a function that says what will be asked, and one
that fetches::

    CONNECTOR = Connector("file", say("A file"), say("..."), FileParams, asks, fetch)

    def asks(params: FileParams) -> tuple[Ask, ...]           # opens no socket, and reads nothing but its params
    def fetch(params: FileParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]

What lands is an ordinary file. Whoever imports it goes the way of a dropped file and adds what the connector knows of it
(`Hints`, named as `ecomap.workspace.operations.import_file` names them). ``fetch`` gives all it promised or raises one sentence;
it never leaves half a layer in the folder.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from attrs import evolve, field, frozen

from ecomap.io.web import Downloaded, Web, host_of, shown
from ecomap.model import leftovers
from ecomap.model.files import put_in_place
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, as_said


@frozen
class Ask:
    """One thing that will be asked on the network.

    Parameters
    ----------
    address : str
        Where; nothing secret is in it.
    why : Said
        What for: "how many rows the layer has".
    sends : Said
        What of the planner's own leaves this computer, where anything does (addresses of partners); else nothing.
    key : str
        Name of the key in the system's keyring that is used, "" for none.
    """

    address: str = field(converter=shown)
    why: Said = field(converter=as_said)
    sends: Said = field(default=NOTHING, converter=as_said)
    key: str = ""

    @property
    def host(self) -> str:
        return host_of(self.address)


@frozen
class Hints:
    """What a connector knows of a file that its content does not say: as `import_file` wants it.

    ``mapping`` names the column of a field, ``indicators`` a column's direction (+1 more need, -1 less, 0 not counted),
    ``answers`` what settles a doubt, ``sublayer`` the table meant, ``labels`` a column's long heading.
    """

    mapping: Mapping[str, str] = field(factory=dict)
    constants: Mapping[str, str] = field(factory=dict)
    indicators: Mapping[str, int] = field(factory=dict)
    answers: Mapping[str, str] = field(factory=dict)
    labels: Mapping[str, str] = field(factory=dict)
    key: str = ""
    crs: str = ""
    sublayer: str = ""


@frozen
class Landed:
    """A file that a connector has brought: whole, with where it is from.

    Parameters
    ----------
    address : str
        What was asked for it, without anything secret.
    fetched : str
        When it came over the network: ISO 8601, UTC.
    checksum : str
        SHA-256 of the file as it lies there.
    role : str
        What its rows are (`ecomap.model.roles`), where the connector knows; else "", and it is found out as for any file.
    vintage : Said
        The period it speaks of, where known; the publisher's own date of the file is no vintage.
    notes : tuple of Said
        What a planner must know of how it came: sent on to another host, a newer version taken, curves drawn as lines.
    unchanged : bool
        True where the publisher said that it is the same as when it was fetched last.
    """

    path: Path
    address: str
    fetched: str
    checksum: str
    bytes: int
    role: str = ""
    label: Said = field(default=NOTHING, converter=as_said)
    publisher: Said = field(default=NOTHING, converter=as_said)
    vintage: Said = field(default=NOTHING, converter=as_said)
    licence: Said = field(default=NOTHING, converter=as_said)
    hints: Hints = field(factory=Hints)
    notes: tuple[Said, ...] = ()
    unchanged: bool = False


def landed_of(file: Downloaded, **known: Any) -> Landed:
    """What was downloaded, as a connector hands it on."""
    return Landed(file.path, file.address, file.fetched, file.checksum, file.bytes, unchanged=file.cached, **known)


class Asks(Protocol):
    """Says what will be asked of whom."""

    def __call__(self, params: Any, /) -> tuple[Ask, ...]: ...


class Fetch(Protocol):
    """Asks it, and lands files in a folder."""

    def __call__(self, params: Any, web: Web, folder: Path, /, *, progress: Progress) -> tuple[Landed, ...]: ...


def all_or_nothing(fetch: Fetch) -> Fetch:
    """The same, but its files come into the folder together at the end: if one fails, the folder is as it was before."""

    @functools.wraps(fetch)
    def whole(params: Any, web: Web, folder: Path, /, *, progress: Progress) -> tuple[Landed, ...]:
        folder.mkdir(parents=True, exist_ok=True)
        leftovers.sweep_folder(folder)
        with leftovers.under_way(leftovers.beside(folder / "fetched", leftovers.PART)) as apart:
            apart.mkdir(mode=0o700)
            landed = fetch(params, web, apart, progress=progress)
            for one in landed:
                put_in_place(one.path, folder / one.path.name)
            return tuple(evolve(one, path=folder / one.path.name) for one in landed)

    return whole


@frozen
class Connector:
    """One way to public data.

    Parameters
    ----------
    name : str
        As the command line calls it: ``ecomap fetch NAME``.
    label, help : Said
        What it is on a button, and in two or three plain sentences.
    params : type
        A frozen class of annotated parameters, as analyses have one.
    positional : tuple of str
        Parameters that the command line takes without their flag, in this order.
    key : str
        Name of the key that its publisher wants (`ecomap.io.web.keys`), "" for none.
    fetch : callable
        What it lands comes into the folder as a whole or not at all (`all_or_nothing`).
    """

    name: str
    label: Said = field(converter=as_said)
    help: Said = field(converter=as_said)
    params: type
    asks: Asks
    fetch: Fetch = field(converter=all_or_nothing)
    positional: tuple[str, ...] = ()
    key: str = ""
