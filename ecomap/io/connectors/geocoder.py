"""Places from addresses by the Census Bureau's service: the addresses of a list leave the computer, which is said before."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from attrs import frozen

from ecomap.io.addresses.parsing import BLANK, NO_NUMBER, PO_BOX, address_of, postal_parts
from ecomap.io.connectors.landing import landed_table
from ecomap.io.connectors.services import service_of
from ecomap.io.connectors.spec import Ask, Connector, Landed
from ecomap.io.importers.columns.guessing import guess_mapping, plain
from ecomap.io.importers.roles import service
from ecomap.io.reading import read_apart
from ecomap.io.table import text_of
from ecomap.io.web import Web, host_of
from ecomap.io.web.faults import unreadable
from ecomap.model.errors import InputError, NetworkError
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.said import Said, plural, say
from ecomap.model.said import name as named
from ecomap.model.vocabulary import ADDRESS, CITY, POSTCODE

MOST_ROWS: Final = 10_000       # of one batch
MOST_BYTES: Final = 4_500_000   # of one batch: the service takes less than 5 MB
ANSWER_S: Final = 900.0         # a full batch takes minutes
MATCH, TIE, NO_MATCH = "Match", "Tie", "No_Match"
WHOLE_MATCH: Final = 8          # fields of a line with a place
_NOT_SENT: Final = "not sent"
_STATES: Final = ("state", "st", "state_code", "estado")
_ADDED: Final = ("longitude", "latitude", "geocoder_match", "geocoder_address")


@frozen
class GeocoderParams:
    """What is asked of the Census Bureau's address service."""

    file: Annotated[str, Param(say("List with addresses"), help=say("A table without coordinates. Its addresses are sent under running numbers; nothing else of it is."))]
    send_addresses: Annotated[bool, Param(say("The addresses may leave this computer"), help=say("Without this nothing is sent."))] = False
    city: Annotated[str, Param(say("City, where the list names none"))] = ""
    state: Annotated[str, Param(say("State, where the list names none"))] = ""
    benchmark: Annotated[str, Param(say("Which streets"), advanced=True)] = "Public_AR_Current"
    service: Annotated[str, Param(say("Address of the service"), advanced=True)] = service_of("geocoder")


@frozen
class _Found:
    """What the service says of one address."""

    status: str
    x: str = ""
    y: str = ""
    address: str = ""


def asks(params: GeocoderParams) -> tuple[Ask, ...]:
    """What will be asked of whom, and that the addresses leave."""
    return (Ask(params.service, say("where each address lies"), say("every address in {file}, without names", file=named(Path(params.file).name))),)


def fetch(params: GeocoderParams, web: Web, folder: Path, *, progress: Progress) -> tuple[Landed, ...]:
    """The list with a place for every address that the service knows for certain; ties and those it does not know are listed."""
    path = Path(params.file)
    if not params.send_addresses:
        raise InputError(say("The addresses in {file} would leave this computer; nobody has agreed to that.", file=named(path.name)),
                         say("Agree to it, or bring in the address ranges of the county: with them nothing is sent."), {"parameter": "send_addresses"})
    frame = read_apart(path, progress=progress.part(0.0, 0.05)).frame
    sent, kept_back = _to_send(frame, params, path)
    found: dict[int, _Found] = {row: _Found(f"{_NOT_SENT}: {why}") for row, why in kept_back.items()}
    fetched = ""
    batches = list(_batches(sent))
    for number, batch in enumerate(batches):
        part = progress.part(0.05 + 0.95 * number / len(batches), 0.05 + 0.95 * (number + 1) / len(batches))
        part.at(0.0, say("Asking for the places of addresses"))
        answer = web.post(params.service, {"benchmark": params.benchmark}, files={"addressFile": ("addresses.csv", _written(batch))}, timeout_s=ANSWER_S, progress=part)
        found |= _read(answer.text(), [row for row, *_ in batch], host_of(params.service))
        fetched = answer.fetched
    return (_landed(folder / f"{path.stem}-placed.csv", frame, found, params, fetched),)


def _to_send(frame: Any, params: GeocoderParams, path: Path) -> tuple[list[tuple[int, str, str, str, str]], dict[int, str]]:
    """Number of the row, street, city, state and ZIP of every address; and the rows that have none to ask for, with the reason."""
    mapping = guess_mapping(service.IMPORTER, frame)
    if ADDRESS not in mapping:
        raise InputError(say("No column of {file} has addresses.", file=named(path.name)), say("Call the column with the street addresses 'address'."))
    states = next((str(column) for column in frame.columns if plain(str(column)) in _STATES), "")
    columns = [_texts(frame, mapping.get(field, "")) for field in (ADDRESS, CITY, POSTCODE)] + [_texts(frame, states)]
    sent, back = [], {}
    for row, (text, city, zip_code, state) in enumerate(zip(*columns)):
        known = address_of(text, zip_code)
        if known.problem in (BLANK, PO_BOX, NO_NUMBER):
            back[row] = known.problem.replace("_", " ")
            continue
        street, place, of_state = postal_parts(text)
        sent.append((row, street or text, city or place or params.city, state or of_state or params.state, known.zip))
    if not sent:
        raise InputError(say("No row of {file} has an address that can be asked for.", file=named(path.name)), say("Addresses need a house number and a street."))
    return sent, back


def _texts(frame: Any, column: str) -> list[str]:
    return text_of(frame[column]).fillna("").tolist() if column and column in frame.columns else [""] * len(frame)


def _batches(rows: Sequence[tuple[int, str, str, str, str]]) -> Iterator[list[tuple[int, str, str, str, str]]]:
    """The rows in portions that the service takes, each below its number of rows and bytes."""
    batch: list[tuple[int, str, str, str, str]] = []
    size = 0
    for row in rows:
        length = len(_written([row]))
        if batch and (len(batch) == MOST_ROWS or size + length > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length
    if batch:
        yield batch


def _written(rows: Sequence[tuple[int, str, str, str, str]]) -> bytes:
    """Five fields a line and no heading, as the service wants it."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([(row, *(" ".join(part.split()) for part in parts)) for row, *parts in rows])
    return text.getvalue().encode("utf-8")


def _read(text: str, rows: Sequence[int], host: str) -> dict[int, _Found]:
    """What the service says of every row that was sent.

    Raises
    ------
    NetworkError
        If it answers something else, or leaves rows out: places are complete or none.
    """
    wanted, found = set(rows), {}
    try:
        for line in csv.reader(io.StringIO(text, newline=""), strict=True):
            if not line:
                continue
            row = int(line[0])
            if row not in wanted or len(line) < 3 or line[2] not in (MATCH, TIE, NO_MATCH):
                raise ValueError(line[0])
            found[row] = _place(line) if line[2] == MATCH else _Found(line[2])
    except (ValueError, IndexError, csv.Error) as problem:
        raise unreadable(host) from problem
    missing = len(wanted) - len(found)
    if missing:
        raise NetworkError(plural("{host} left out {n} of the addresses that it was asked for.", "{host} left out {n} of the addresses that it was asked for.",
                                  missing, host=named(host)), say("Try again later. Nothing was placed."), {"host": host, "kind": "cut"})
    return found


def _place(line: Sequence[str]) -> _Found:
    """A place: a match, exact or not, the address as the service knows it, and its longitude and latitude in one field."""
    if len(line) < WHOLE_MATCH:
        raise ValueError(line[0])  # cut off: what is left of a longitude and a latitude may still look like a place
    kind, address, pair = line[3], line[4], line[5]
    x, _, y = pair.partition(",")
    if not (-180 <= float(x) <= 180 and -90 <= float(y) <= 90):
        raise ValueError(pair)
    return _Found(f"{MATCH} {kind}", x.strip(), y.strip(), address)


def _landed(path: Path, frame: Any, found: Mapping[int, _Found], params: GeocoderParams, fetched: str) -> Landed:
    kept = [column for column in frame.columns if str(column) not in _ADDED]
    columns = [_texts(frame, str(column)) for column in kept]
    rows = [(*cells, found[row].x, found[row].y, found[row].status, found[row].address) for row, cells in enumerate(zip(*columns))]
    return landed_table(path, (*map(str, kept), *_ADDED), rows, address=params.service, fetched=fetched, label=named(Path(params.file).stem), publisher=say("U.S. Census Bureau"),
                        licence=say("public domain"), notes=_notes(found))


def _notes(found: Mapping[int, _Found]) -> tuple[Said, ...]:
    """How many addresses were placed, and how many were not, by the reason."""
    counts = Counter(one.status.partition(" ")[0] if one.status.startswith(MATCH) else one.status for one in found.values())
    told = [plural("{placed} of {n} address was placed by the Census Bureau's service, to which the addresses were sent.",
                   "{placed} of {n} addresses were placed by the Census Bureau's service, to which the addresses were sent.", len(found), placed=counts[MATCH])]
    if counts[TIE]:
        told.append(plural("{n} address could be several places and has none.", "{n} addresses could be several places and have none.", counts[TIE]))
    if counts[NO_MATCH]:
        told.append(plural("{n} address is not known to the service and has no place.", "{n} addresses are not known to the service and have no place.", counts[NO_MATCH]))
    back = sum(count for status, count in counts.items() if status.startswith(_NOT_SENT))
    if back:
        told.append(plural("{n} row was not sent: no address, a P.O. box or no house number.", "{n} rows were not sent: no address, a P.O. box or no house number.", back))
    return tuple(told)


CONNECTOR = Connector(
    "geocoder", say("Places from addresses, by the Census Bureau"),
    say("Sends the addresses of a list to the Census Bureau and gets their places. The addresses leave this computer: with the address ranges of the county, "
        "EcoMap finds them without sending anything. Ties and addresses that are not known are listed, never guessed."),
    GeocoderParams, asks, fetch, positional=("file",),
)
