"""A partner's own list of services, with whatever headings it has, read by the importer of services."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.fields import draft_of
from ecomap.io.importers.columns.guessing import settled_mapping
from ecomap.io.importers.registry import importer_for
from ecomap.io.inventory.incoming import Incoming, RawTable
from ecomap.io.reading import RawSource, quoted, read_apart
from ecomap.io.table import text_of
from ecomap.io.template import OWN_SHEETS
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.inventory import LATITUDE, LONGITUDE, table_spec
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say
from ecomap.model.said import name as named
from ecomap.model.terms import shipped_terms

SENTENCE = 6   # words
_SAME = (v.NAME, v.ADDRESS, v.CATEGORY, LONGITUDE, LATITUDE)


def read_partner_list(path: Path, sublayer: str = "") -> Incoming:
    """The rows of a list of services, without ids: running numbers of one list mean nothing in another.

    Raises
    ------
    InputError
        If nothing in the file looks like a list: no column names what is offered, or all of it is instructions.
    """
    importer = importer_for(v.SERVICE)
    raw, mapping = _list_in(path, sublayer)
    mapping.pop(v.ID, None)
    draft = importer.prepare(draft_of(importer, raw, mapping, None))
    cells: dict[str, list[str | None]] = {}
    for field in table_spec(v.SERVICE).fields:
        if field.kind == "degrees":
            if field.name in mapping:
                cells[field.name] = _texts(raw.frame[mapping[field.name]].reindex(draft.frame.index))
        elif field.name in draft.frame.columns:
            cells[field.name] = _texts(draft.frame[field.name])
    if raw.has_geometry:
        cells[LONGITUDE], cells[LATITUDE] = _degrees(raw.frame)
    cells[v.CATEGORY] = [text or None for text in cells.get(v.CATEGORY, [])]
    words = shipped_terms()
    cells[v.FUNCTION] = [words.code("function", text) if text else "" for text in cells[v.CATEGORY]]
    cells[v.SOURCE] = [raw.path.stem] * len(draft.frame)
    cells, again = _without_repeats(cells)
    lines = [*raw.notes, *draft.lines, *_not_read(raw, mapping)]
    if again:
        lines.append(ReportLine("merged", say("Rows with the same name, address, kind of service and place as an earlier row."), again))
    return Incoming(path.name, raw.format, (RawTable(v.SERVICE, cells, raw.read, tuple(lines)),), sha256=raw.sha256, title=path.stem)


def _list_in(path: Path, sublayer: str) -> tuple[RawSource, dict[str, str]]:
    """The list in a file and which column is which: the fullest sheet, or the fullest other one that is a list."""
    importer = importer_for(v.SERVICE)
    raw = read_apart(path, sublayer)
    mapping = dict(settled_mapping(importer, raw.frame, {}).mapping)
    if _is_list(raw, mapping):
        return raw, mapping
    found = []
    for title in raw.sublayers if raw.format in ("Excel", "OpenDocument") and not sublayer else ():
        if title == raw.sublayer or title in OWN_SHEETS:
            continue
        try:
            other = read_apart(path, title)
        except InputError:  # an empty sheet, or one of headings alone
            continue
        meant = dict(settled_mapping(importer, other.frame, {}).mapping)
        if _is_list(other, meant):
            found.append((other, meant))
    if not found:
        raise InputError(
            say("{file} is neither a template of EcoMap nor a directory, and nothing in it looks like a list of organisations or services.", file=named(path.name)),
            say("Put its rows into the template, or name its columns as in the template."),
        )
    best, meant = max(found, key=lambda pair: len(pair[0].frame))
    unread = joined((quoted(title) for title in raw.sublayers if title != best.sublayer), ", ")
    note = ReportLine("note", say("Read the sheet '{sheet}'; not read: {others}.", sheet=named(best.sublayer), others=unread))
    return evolve(best, notes=(note, *best.notes)), meant


def _is_list(raw: RawSource, mapping: Mapping[str, str]) -> bool:
    """True where a column names services or organisations, under headings and with names that are no sentences."""
    names = next((mapping[name] for name in (v.NAME, v.ORGANISATION) if name in mapping), None)
    if names is None or raw.sublayer in OWN_SHEETS:
        return False
    headings = [str(name) for name in raw.frame.columns if name != v.GEOMETRY]
    cells = list(text_of(raw.frame[names]).dropna())
    return not (_mostly_sentences(headings) or _mostly_sentences(cells))


def _mostly_sentences(texts: list[str]) -> bool:
    """True if at least half are instructions: six words or more that end as a sentence does."""
    said = sum(len(text.split()) >= SENTENCE and text.rstrip().endswith((".", ":", "!")) for text in texts)
    return 0 < len(texts) <= 2 * said


def _texts(values: Any) -> list[str | None]:
    if values.dtype == bool:
        return ["yes" if value else "" for value in values]
    return [text if isinstance(text, str) else None for text in text_of(values)]


def _degrees(frame: Any) -> tuple[list[str | None], list[str | None]]:
    points = frame.geometry.to_crs("EPSG:4326") if frame.crs is not None else frame.geometry
    points = points.representative_point()
    return ([None if x != x else repr(float(x)) for x in points.x], [None if y != y else repr(float(y)) for y in points.y])


def _without_repeats(cells: dict[str, list[str | None]]) -> tuple[dict[str, list[str | None]], int]:
    same = [[(text or "").casefold().strip() for text in cells[name]] for name in _SAME if name in cells]
    seen: set[tuple[str, ...]] = set()
    keep = []
    rows = list(zip(*same))
    for n, row in enumerate(rows):
        if row not in seen:
            seen.add(row)
            keep.append(n)
    return {name: [column[n] for n in keep] for name, column in cells.items()}, len(rows) - len(keep)


def _not_read(raw: RawSource, mapping: Mapping[str, str]) -> list[ReportLine]:
    used = set(mapping.values())
    others = [str(name) for name in raw.frame.columns if name not in used and name != "geometry"]
    if not others:
        return []
    return [ReportLine("note", say("Columns that the inventory does not hold."), None, tuple(others[:5]))]
