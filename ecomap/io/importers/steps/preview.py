"""What a file holds, before it is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecomap.io.importers.columns.guessing import guess_mapping
from ecomap.io.importers.columns.separators import with_decimal_points
from ecomap.io.importers.registry import importer_for
from ecomap.io.importers.spec import ImportPreview, PreviewColumn
from ecomap.io.importers.steps.recognising import guess_role_of, recognised
from ecomap.io.importers.steps.spreading import spread
from ecomap.io.reading import RawSource, read_apart
from ecomap.io.table import looks_numeric, text_of
from ecomap.io.table.places.crs import crs_name
from ecomap.model.said import Said

SAMPLES = 5


def preview_file(path: Path | str, role: str = "", *, sublayer: str = "") -> ImportPreview:
    """What a file holds and how its columns would be read in a role ("" lets EcoMap guess the role)."""
    raw = read_apart(path, sublayer, prefer=importer_for(role).wanted if role else None)
    geometry = geometry_of(raw)
    role = role or _role_of(raw)
    importer = importer_for(role)
    raw = importer.enrich(raw) if importer.enrich else raw
    raw = spread(raw, role).raw
    raw, _ = with_decimal_points(raw)
    mapping = guess_mapping(importer, raw.frame)
    if raw.has_geometry:
        mapping = {name: column for name, column in mapping.items() if name not in ("longitude", "latitude")}
    return ImportPreview(
        file_name=raw.path.name, format=raw.format, sublayers=raw.sublayers, sublayer=raw.sublayer,
        columns=tuple(_column(raw, column) for column in raw.frame.columns if column != "geometry"),
        rows=raw.read, crs=crs_name(raw.crs) if raw.crs is not None else "", geometry=geometry, role=role,
        mapping=mapping, fields=importer.fields, notes=raw.notes,
    )


def guess_role(path: Path | str) -> str:
    """The role a file could play, one of `ecomap.model.roles.ROLES` or `MONEY_ROLES`."""
    return _role_of(read_apart(path))


def role_and_why(raw: RawSource) -> tuple[str, Said]:
    """The role a file could play, and what speaks for it."""
    found = recognised(raw.frame, geometry_of(raw), raw.path.stem)
    return found.role, found.why


def _role_of(raw: RawSource) -> str:
    return guess_role_of(raw.frame, geometry_of(raw), raw.path.stem)


def geometry_of(raw: RawSource) -> str:
    """The kind of shape most rows have: "polygon", "line", "point" or "none"."""
    if not raw.has_geometry:
        return "none"
    kinds = raw.frame.geometry.geom_type.dropna()
    if not len(kinds):
        return "none"
    kind = str(kinds.mode().iloc[0])
    return "polygon" if "Polygon" in kind else "line" if "Line" in kind else "point" if "Point" in kind else "polygon"


def _column(raw: RawSource, column: Any) -> PreviewColumn:
    cells = raw.frame[column]
    samples = tuple(text[:80] for text in text_of(cells.dropna().head(200)).dropna().drop_duplicates().head(SAMPLES))
    kind = "empty" if not samples else "number" if looks_numeric(cells.head(400)) else "text"
    return PreviewColumn(str(column), raw.labels.get(str(column), ""), kind, samples)
