"""One ArcGIS layer as a file: all its rows, its cells as people read them, written page by page and there in one step."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from attrs import define

from ecomap.io.connectors.arcgis.attributes import Cells, cells_of
from ecomap.io.connectors.arcgis.paging import Filter, Page, Rows, all_rows
from ecomap.io.connectors.arcgis.service import Layer, Service
from ecomap.io.connectors.spec import Hints, Landed
from ecomap.io.web import MAX_FILE, Web
from ecomap.io.web.address import clean_file_name
from ecomap.io.web.faults import too_large
from ecomap.model.dates import date_in_words
from ecomap.model.errors import NetworkError
from ecomap.model.files import checksum_of, replaced
from ecomap.model.progress import Progress
from ecomap.model.said import Said, listed, plural, say
from ecomap.model.said import name as named

_SHOWN: Final = 5


def fetch_layer(address: str, web: Web, folder: Path, *, wanted: Filter | None = None, name: str = "", progress: Progress) -> Landed:
    """All rows of a layer in one file: GeoJSON or Esri's JSON with shapes, a list of records without.

    Parameters
    ----------
    wanted : Filter, optional
        Which rows; all by default.
    name : str
        How the file is to be called, without its ending; "" takes the layer's name.

    Raises
    ------
    NetworkError
        If it cannot be had whole; nothing lies in the folder then.
    """
    service = Service.at(address, web, progress)
    layer = service.about()
    cells = cells_of(layer.about, layer.fields)
    folder.mkdir(parents=True, exist_ok=True)
    stem = clean_file_name(name or layer.name).replace(" ", "_") or "layer"
    table = not layer.about.get("geometryType")
    path = folder / f"{stem}{'.json' if table else '.geojson'}"
    with replaced(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        writing = _Writing(file, cells, service.host, table, layer.oid)
        rows = all_rows(service, layer, wanted or Filter(), writing.anew)
        if not rows.got:
            raise NetworkError(say("The layer '{layer}' has no rows for this.", layer=named(layer.name)), say("Ask for all of it, or for another area."),
                               {"kind": "empty", "host": service.host})
        writing.end()
    return Landed(
        path, service.address, service.fetched, checksum_of(path), path.stat().st_size, label=named(layer.name), publisher=named(service.host),
        licence=named(str(layer.about.get("copyrightText") or "")[:300]), hints=Hints(labels=_labels(layer)), notes=_notes(layer, cells, rows, writing, service))


@define
class _Writing:
    """The file as it grows; `anew` throws away what was written by a way that did not give everything."""

    file: IO[str]
    cells: Cells
    host: str
    table: bool
    oid: str
    kind: str = ""
    system: Any = None
    curved: int = 0
    rows: int = 0
    size: int = 0

    def anew(self, count: int | None) -> Rows:
        """Begin again, knowing how many rows there are."""
        self.file.seek(0)
        self.file.truncate()
        self.kind, self.system, self.curved, self.rows, self.size = "", None, 0, 0, 0
        self.cells.unknown.clear()
        return Rows(self.take, self.oid, count)

    def take(self, page: Mapping[str, Any], features: Page) -> None:
        """Write new rows of a page."""
        kind = "table" if self.table else "geojson" if page.get("type") == "FeatureCollection" else "esri"
        system = page.get("spatialReference") or {"wkid": 4326}
        if not self.kind:
            self.kind, self.system = kind, system
            self._write(self._head(page))
        elif features and (kind, system) != (self.kind, self.system) and kind != "table":
            raise NetworkError(say("{host} answers now in one form and now in another, so nothing was kept.", host=named(self.host)), say("Try again later."),
                               {"kind": "service", "host": self.host})
        for feature in features:
            self._write((",\n" if self.rows else "\n") + json.dumps(self._feature(feature), ensure_ascii=False))
            self.rows += 1

    def end(self) -> None:
        """The last letters of the file."""
        self._write("\n]" if self.kind == "table" else "\n]}")

    def _write(self, text: str) -> None:
        self.size += len(text)
        if self.size > MAX_FILE:
            raise too_large(self.host, MAX_FILE, None)
        self.file.write(text)

    def _head(self, page: Mapping[str, Any]) -> str:
        if self.kind == "table":
            return "["
        if self.kind == "geojson":
            crs = page.get("crs")
            return f'{{"type": "FeatureCollection", {f"{chr(34)}crs{chr(34)}: {json.dumps(crs)}, " if isinstance(crs, Mapping) else ""}"features": ['
        told = {"geometryType": page.get("geometryType"), "spatialReference": self.system}
        return json.dumps(told)[:-1] + ', "features": ['

    def _feature(self, feature: Mapping[str, Any]) -> dict[str, Any]:
        told = feature.get("properties") if "properties" in feature else feature.get("attributes")
        row = self.cells.read(told if isinstance(told, Mapping) else {})
        if self.kind == "table":
            return row
        shape = feature.get("geometry")
        if self.kind == "geojson":
            return {"type": "Feature", "properties": row, "geometry": _flat_geojson(shape)}
        if isinstance(shape, Mapping) and ("curveRings" in shape or "curvePaths" in shape):
            self.curved += 1
        return {"attributes": row, "geometry": _flat_esri(shape)}


def _flat_geojson(shape: Any) -> Any:
    """A shape without heights."""
    if not isinstance(shape, Mapping):
        return None
    if isinstance(shape.get("geometries"), list):
        return {**shape, "geometries": [_flat_geojson(one) for one in shape["geometries"]]}
    return {**shape, "coordinates": _flat(shape.get("coordinates"))}


def _flat_esri(shape: Any) -> Any:
    """A shape without heights and measures; a place without numbers is none."""
    if not isinstance(shape, Mapping) or not shape:
        return None
    if "x" in shape or "y" in shape:
        x, y = shape.get("x"), shape.get("y")
        return {"x": x, "y": y} if isinstance(x, int | float) and isinstance(y, int | float) else None
    return {name: _flat(value) if name in ("rings", "paths", "points") else value for name, value in shape.items() if name not in ("hasZ", "hasM")}


def _flat(told: Any) -> Any:
    """Coordinates of which only the first two numbers are kept."""
    if not isinstance(told, list) or not told:
        return told
    if isinstance(told[0], list):
        return [_flat(one) for one in told]
    return told[:2]


def _notes(layer: Layer, cells: Cells, rows: Rows, writing: _Writing, service: Service) -> tuple[Said, ...]:
    told: list[Said] = [say("{host} sent EcoMap on to {other}.", host=named(service.host), other=listed(map(named, service.moved)))] if service.moved else []
    if rows.count is None:
        told.append(say("The service does not say how many rows the layer has; it gave {n}.", n=rows.got))
    if cells.code_columns:
        told.append(plural("Codes of the column {columns} are written as their words; the codes stand beside them.",
                           "Codes of the columns {columns} are written as their words; the codes stand beside them.", len(cells.code_columns),
                           columns=_some(list(cells.code_columns))))
    if cells.unknown:
        told.append(plural("The column {columns} holds codes that the service has no words for; these stay as they are.",
                           "The columns {columns} hold codes that the service has no words for; these stay as they are.", len(cells.unknown),
                           columns=_some(sorted(cells.unknown))))
    if writing.curved:
        told.append(plural("{n} shape has curves; they are drawn as many short lines.", "{n} shapes have curves; they are drawn as many short lines.", writing.curved))
    edited = _edited(layer)
    if edited is not None:
        told.append(say("The publisher edited the layer last on {day}.", day=date_in_words(edited)))
    return tuple(told)


def _some(columns: Sequence[str]) -> Said:
    return listed([*map(named, columns[:_SHOWN]), *([say("{n} more", n=len(columns) - _SHOWN)] if len(columns) > _SHOWN else [])])


def _edited(layer: Layer) -> dt.date | None:
    told = layer.about.get("editingInfo")
    moment = (told.get("dataLastEditDate") or told.get("lastEditDate")) if isinstance(told, Mapping) else None
    if not isinstance(moment, int | float) or not 0 < moment < 4e12:
        return None
    return dt.datetime.fromtimestamp(moment / 1000, dt.UTC).date()


def _labels(layer: Layer) -> dict[str, str]:
    """Column -> its long heading, where it has another one."""
    return {one["name"]: str(one["alias"]) for one in layer.fields if one.get("alias") and one["alias"] != one["name"]}
