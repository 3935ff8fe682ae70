"""A partner's own list of services, with whatever headings it has, read by the importer of services."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecomap.io.importers.fields import draft_of
from ecomap.io.importers.guessing import settled_mapping
from ecomap.io.importers.roles import importer_for
from ecomap.io.importers.service import UNSORTED
from ecomap.io.inventory.incoming import Incoming, RawTable
from ecomap.io.reading import RawSource, read_source
from ecomap.io.table import text_of
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.inventory import LATITUDE, LONGITUDE, table_spec
from ecomap.model.report import ReportLine
from ecomap.model.terms import shipped_terms

_SAME = (v.NAME, v.ADDRESS, v.CATEGORY, LONGITUDE, LATITUDE)


def read_partner_list(path: Path, sublayer: str = "") -> Incoming:
    """The rows of a list of services, without ids: running numbers of one list mean nothing in another.

    Raises
    ------
    InputError
        If no column names what is offered.
    """
    raw = read_source(path, sublayer)
    importer = importer_for(v.SERVICE)
    mapping = settled_mapping(importer, raw.frame, {})
    if v.NAME not in mapping and v.ORGANISATION not in mapping:
        raise InputError(
            f"{path.name} is neither a template of EcoMap nor a directory, and no column names an organisation or a service.",
            "Put its rows into the template, or name its columns as in the template.",
        )
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
    cells[v.CATEGORY] = [None if text == UNSORTED else text for text in cells.get(v.CATEGORY, [])]
    words = shipped_terms()
    cells[v.FUNCTION] = [words.code("function", text) if text else "" for text in cells[v.CATEGORY]]
    cells[v.SOURCE] = [raw.path.stem] * len(draft.frame)
    cells, again = _without_repeats(cells)
    lines = [*raw.notes, *draft.lines, *_not_read(raw, mapping)]
    if again:
        lines.append(ReportLine("merged", "Rows with the same name, address, kind of service and place as an earlier row.", again))
    return Incoming(path.name, raw.format, (RawTable(v.SERVICE, cells, raw.read, tuple(lines)),), sha256=raw.sha256, title=path.stem)


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


def _not_read(raw: RawSource, mapping: dict[str, str]) -> list[ReportLine]:
    used = set(mapping.values())
    others = [str(name) for name in raw.frame.columns if name not in used and name != "geometry"]
    if not others:
        return []
    return [ReportLine("note", "Columns that the inventory does not hold.", None, tuple(others[:5]))]
