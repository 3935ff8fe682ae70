"""A file for the inventory, whatever it is: a template of EcoMap, an Open Referral directory, a partner's list."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from ecomap.io.hsds.entities import KINDS, Entities
from ecomap.io.hsds.mapping import inventory_tables
from ecomap.io.hsds.nested import entities_of_json, is_hsds_json
from ecomap.io.hsds.tabular import entities_of_folder, is_hsds_folder
from ecomap.io.inventory.incoming import Incoming, RawTable
from ecomap.io.inventory.partner import read_partner_list
from ecomap.io.reading.documents import parsed_json
from ecomap.io.reading.process.asking import ask, reads_here, stopped_at
from ecomap.io.reading.process.client import CannotStartError
from ecomap.io.reading.process.plain import StrangeAnswerError, from_plain
from ecomap.io.reading.raw import fingerprint
from ecomap.io.reading.staging import unpacked
from ecomap.io.template import (
    is_template_folder,
    is_template_table,
    read_template_folder,
    read_template_workbook,
)
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

_KINDS = (Incoming, RawTable, ReportLine)


def read_inventory(path: Path | str, *, sheet: str = "") -> Incoming:
    """The rows a file holds for the inventory; the file is not touched.

    Takes EcoMap's template (XLSX, or a folder or single file of CSV), HSDS 3 JSON, a folder or zip of HSDS 1.1, 2.0 or
    Ohana tables (or one of its tables, which stands for the folder), and any list of services that the importer of
    services understands.

    Raises
    ------
    InputError
        If it is none of these, or is broken or hostile.
    """
    path = Path(path)
    incoming = made_for_inventory(path)
    if incoming is None and path.is_dir():
        raise InputError(
            say("The folder '{folder}' holds neither a template of EcoMap nor an Open Referral directory.", folder=named(path.name)),
            say("Choose a folder with organizations.csv, services.csv and locations.csv, or a single file."),
        )
    return incoming or read_partner_list(path, sheet)


def made_for_inventory(path: Path) -> Incoming | None:
    """The rows of a template of EcoMap or an Open Referral directory; None for any other file.

    Raises
    ------
    InputError
        If there is no such file, or it is broken or hostile.
    """
    if not path.exists():
        raise InputError(say("There is no file '{file}' at '{folder}'.", file=named(path.name), folder=named(path.parent)), say("Check the name and the folder."))
    try:
        return _made_here(path) if reads_here() else _made_apart(path)
    except OSError as problem:
        raise InputError(
            say("{file} could not be opened: {reason}.", file=named(path.name), reason=named(problem.strerror or problem)),
            say("Check that the file is there, that it is not open elsewhere and that you may read it."),
        ) from problem


def _made_here(path: Path) -> Incoming | None:
    incoming = _from_folder(path, path.name) if path.is_dir() else _from_file(path)
    return incoming and evolve(incoming, sha256=incoming.sha256 or fingerprint(path))


def _made_apart(path: Path) -> Incoming | None:
    """The same in the reading process, which asks this module again."""
    try:
        head, _ = ask("inventory", path)
    except CannotStartError:
        return _made_here(path)
    try:
        incoming = from_plain(head["incoming"], _KINDS)
    except (StrangeAnswerError, KeyError) as strange:
        raise stopped_at(path, f"it answered with {strange}") from strange
    return incoming if isinstance(incoming, Incoming) else None


def _from_folder(folder: Path, name: str) -> Incoming | None:
    if is_hsds_folder(folder):
        return _directory(entities_of_folder(folder), name)
    return read_template_folder(folder, name) if is_template_folder(folder) else None


def _from_file(path: Path) -> Incoming | None:
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(b"PK\x03\x04"):
        with unpacked(path) as (folder, names):
            if "xl/workbook.xml" in names:
                return read_template_workbook(path)
            inside = [one for one in (folder, *sorted(folder.rglob("*"))) if one.is_dir()]
            return next((found for one in inside if (found := _from_folder(one, path.name)) is not None), None)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and suffix == ".json":
        document = parsed_json(path)
        return _directory(entities_of_json(document, path.name), path.name) if is_hsds_json(document) else None
    if suffix == ".csv" and is_hsds_folder(path.parent) and path.stem.lower() in KINDS:
        return _directory(entities_of_folder(path.parent), path.parent.name)
    if suffix == ".csv" and is_template_table(path):
        return read_template_folder(path.parent, path.name, only=path)
    return None


def _directory(entities: Entities, name: str) -> Incoming:
    title = Path(name).stem
    tables = inventory_tables(entities, title)
    if not tables:
        raise InputError(say("{file} holds no organisations, services or places.", file=named(name)), say("Ask its publisher for the whole directory."))
    return Incoming(name, entities.format, tables, title=title)
