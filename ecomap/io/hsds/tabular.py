"""HSDS 1.1 and 2.0 packages and Ohana folders: one CSV per kind of thing."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from ecomap.io.hsds.entities import KINDS, Entities, Record
from ecomap.io.reading import RawSource, read_apart
from ecomap.io.table import text_of
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

PACKAGE = "datapackage.json"
_ENOUGH = {"organizations", "services", "locations"}


def is_hsds_folder(folder: Path) -> bool:
    """True for a folder with at least two of the tables organizations, services, locations."""
    if not folder.is_dir():
        return False
    return len(_ENOUGH & {KINDS.get(path.stem.lower(), "") for path in folder.glob("*.csv")}) >= 2


def entities_of_folder(folder: Path) -> Entities:
    """The records of all tables of a package.

    A table that cannot be read, or is empty, holds no records; what was found is told with it.
    """
    records: dict[str, list[Record]] = {}
    read: dict[str, int] = {}
    lines: dict[str, tuple[ReportLine, ...]] = {}
    passed_over: list[tuple[str, int]] = []
    ohana = False
    for name, path in _tables(folder):
        kind = KINDS.get(name.lower(), "")
        if not kind:
            passed_over.append((name, _rows_in(path)))
            continue
        try:
            raw = read_apart(path)
        except InputError as problem:
            lines[kind] = (*lines.get(kind, ()), ReportLine("note", say("{file}: {problem}", file=named(path.name), problem=problem.message)))
            continue
        found = _records(raw)
        ohana = ohana or (kind == "services" and "location_id" in raw.frame.columns)
        records.setdefault(kind, []).extend(found)
        read[kind] = read.get(kind, 0) + raw.read
        lines[kind] = (*lines.get(kind, ()), *(line for line in raw.notes if line.kind in ("dropped", "mended", "caution")))
    return Entities("Ohana tables" if ohana else "HSDS tables", records, read, lines, tuple(sorted(passed_over)))


def _rows_in(path: Path) -> int:
    """How many rows a table has below its headings, blank lines aside."""
    with path.open("rb") as stream:
        return max(sum(1 for line in stream if line.strip()) - 1, 0)


def _records(raw: RawSource) -> list[Record]:
    columns = {str(name).strip().lower(): text_of(raw.frame[name]).tolist() for name in raw.frame.columns}
    columns = {name: [cell if isinstance(cell, str) else "" for cell in cells] for name, cells in columns.items()}
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def _tables(folder: Path) -> list[tuple[str, Path]]:
    """(name, file) of the tables: as the package describes them, else by the names of the files."""
    found = {path.stem: path for path in sorted(folder.glob("*.csv"))}
    package = folder / PACKAGE
    if package.is_file():
        for name, path in _described(package):
            if path.is_file() and name.lower() in KINDS:
                found.pop(path.stem, None)
                found[name] = path
    return list(found.items())


def _described(package: Path) -> list[tuple[str, Path]]:
    """What a package says of its tables; files outside its folder are not looked at."""
    try:
        document = json.loads(package.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError, OSError):
        return []  # a broken description is no reason to refuse the tables beside it
    found = []
    resources = document.get("resources") if isinstance(document, dict) else None
    for resource in resources if isinstance(resources, list) else []:
        if not isinstance(resource, dict):
            continue
        name, where = resource.get("name"), resource.get("path")
        if isinstance(name, str) and isinstance(where, str) and "://" not in where:
            parts = PurePosixPath(where.replace("\\", "/")).parts
            if parts and ".." not in parts and not where.startswith("/") and ":" not in where:
                found.append((name, package.parent.joinpath(*parts)))
    return found
