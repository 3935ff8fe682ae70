"""An ArcGIS layer on the local server: with every habit and lack that such services have.

    layer = ArcgisLayer(local_web, "/rest/services/A/FeatureServer/0", points(2310), at_once=1000, pages=False)
    layer.address
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from tests.local_web import HTML, LocalWeb, Reply, Request, as_reply

_CONDITION = re.compile(r"\(?\s*(\w+)\s*(<=|>=|=|<|>)\s*('[^']*'|-?[\d.]+)\s*\)?")


def point_rows(count: int, *, first_id: int = 1, step: int = 1) -> list[dict[str, Any]]:
    """Places on a grid of a hundredth of a degree; ids may have gaps."""
    return [{"attributes": {"OBJECTID": first_id + n * step, "NAME": f"Place {n}", "STATE": "06" if n % 2 else "04"},
             "geometry": {"x": round(-118.5 + 0.01 * (n % 50), 6), "y": round(33.7 + 0.01 * (n // 50), 6)}} for n in range(count)]


@define
class ArcgisLayer:
    """A layer. ``flag`` says where it tells that there is more: top, properties or none; ``lacks`` what it cannot do:
    offsets, order, count, ids, statistics, ranges, box, geojson, json, post, extent."""

    web: LocalWeb
    path: str
    rows: Sequence[Mapping[str, Any]] = field(repr=False)
    at_once: int = 1000
    tells_at_once: int | None = None
    pages: bool | None = True
    flag: str = "top"
    lacks: frozenset[str] = frozenset()
    fields: Sequence[Mapping[str, Any]] = ()
    kind: str = "esriGeometryPoint"
    more: Mapping[str, Any] = field(factory=dict)
    formats: str | None = "JSON, geoJSON"
    count: int | None = None
    oid: str = "OBJECTID"

    def __attrs_post_init__(self) -> None:
        self.web.route(self.path, self._about)
        self.web.route(f"{self.path}/query", self._query)

    @property
    def address(self) -> str:
        return self.web.url(self.path)

    def _about(self, request: Request) -> Any:
        if request.query.get("f") != "json":
            return HTML
        plain = [{"name": self.oid, "type": "esriFieldTypeOID"}] if self.oid else []
        plain += [{"name": name, "type": "esriFieldTypeString", "alias": name.title()} for name in ("NAME", "STATE")]
        told = {"name": "Places", "type": "Feature Layer", "geometryType": self.kind, "fields": list(self.fields) or plain,
                "maxRecordCount": self.tells_at_once or self.at_once, **({"objectIdField": self.oid} if self.oid else {}),
                **({} if self.pages is None else {"advancedQueryCapabilities": {"supportsPagination": self.pages}}),
                **({} if self.formats is None else {"supportedQueryFormats": self.formats}), **self.more}
        return {name: value for name, value in told.items() if value is not None}

    def _query(self, request: Request) -> Any:
        asked = request.query
        if request.method == "POST" and "post" in self.lacks:
            return Reply(b"Method not allowed", 405, "text/plain")
        chosen = self._chosen(asked)
        if chosen is None or not asked.keys() & {"where", "objectIds", "geometry"}:
            return _error("Invalid or missing input parameters.")
        if asked.get("returnCountOnly") == "true":
            return _error("count") if "count" in self.lacks else {"count": len(chosen) if self.count is None else self.count}
        if asked.get("returnIdsOnly") == "true":
            return _error("ids") if "ids" in self.lacks else {"objectIdFieldName": self.oid, "objectIds": [_cells(row)[self.oid] for row in chosen] or None}
        if asked.get("returnExtentOnly") == "true":
            return _error("extent") if "extent" in self.lacks else {"extent": _extent(chosen)}
        if "outStatistics" in asked:
            return self._statistics(json.loads(asked["outStatistics"]), chosen)
        return self._page(asked, chosen)

    def _chosen(self, asked: Mapping[str, str]) -> list[Mapping[str, Any]] | None:
        rows = list(self.rows)
        if "objectIds" in asked:
            wanted = set(asked["objectIds"].split(","))
            return None if "ids" in self.lacks else [row for row in rows if str(_cells(row)[self.oid]) in wanted]
        if "geometry" in asked and "box" not in self.lacks:
            west, south, east, north = map(float, asked["geometry"].split(","))
            rows = [row for row in rows if (at := _at(row)) and west <= at[0] <= east and south <= at[1] <= north]
        for name, sign, value in _CONDITION.findall(asked.get("where", "1=1").replace("1=1", "")):
            if name == self.oid and "ranges" in self.lacks:
                return None
            rows = [row for row in rows if _holds(_cells(row).get(name), sign, value)]
        return rows

    def _statistics(self, asked: Sequence[Mapping[str, str]], rows: Sequence[Mapping[str, Any]]) -> Any:
        if "statistics" in self.lacks:
            return _error("statistics")
        ids = [_cells(row)[self.oid] for row in rows]
        return {"features": [{"attributes": {one["outStatisticFieldName"].upper(): {"min": min, "max": max}[one["statisticType"]](ids) for one in asked}}]}

    def _page(self, asked: Mapping[str, str], rows: list[Mapping[str, Any]]) -> Any:
        form = asked.get("f", "html")
        if form in self.lacks or form not in ("json", "geojson"):
            return _error("Output format not supported.") if form == "geojson" else HTML
        if "orderByFields" in asked:
            if "order" in self.lacks:
                return _error("Cannot order.")
            rows = sorted(rows, key=lambda row: _cells(row)[asked["orderByFields"].split()[0]])
        start = 0 if "offsets" in self.lacks else int(asked.get("resultOffset", 0))
        size = self.at_once if "offsets" in self.lacks else min(int(asked.get("resultRecordCount", self.at_once)), self.at_once)
        page, cut = rows[start : start + size], len(rows) > start + size
        told: dict[str, Any] = {}
        if cut and self.flag == "top":
            told["exceededTransferLimit"] = True
        if form == "json":
            system = {"wkid": 4326} if asked.get("outSR") == "4326" else {"wkid": 102100}
            return {"objectIdFieldName": self.oid, "geometryType": self.kind, "spatialReference": system, **told, "features": page}
        if cut and self.flag == "properties":
            told["properties"] = {"exceededTransferLimit": True}
        return {"type": "FeatureCollection", **told, "features": [_as_geojson(row, self.oid) for row in page]}


def _error(words: str) -> Reply:
    return as_reply({"error": {"code": 400, "message": words, "details": ["'Invalid query parameters'"]}})


def _cells(row: Mapping[str, Any]) -> Mapping[str, Any]:
    cells: Mapping[str, Any] = row["attributes"]
    return cells


def _at(row: Mapping[str, Any]) -> tuple[float, float] | None:
    shape = row.get("geometry")
    if not shape:
        return None
    x, y = (shape["x"], shape["y"]) if "x" in shape else shape["rings"][0][0][:2]
    return float(x), float(y)


def _extent(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    places = [at for row in rows if (at := _at(row))]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return {"xmin": min(xs) - 0.001, "ymin": min(ys) - 0.001, "xmax": max(xs) + 0.001, "ymax": max(ys) + 0.001}


def _holds(cell: Any, sign: str, value: str) -> bool:
    if cell is None:
        return False
    other: Any = value.strip("'") if value.startswith("'") else float(value)
    cell = str(cell) if isinstance(other, str) else float(cell)
    return bool({"=": cell == other, "<": cell < other, ">": cell > other, "<=": cell <= other, ">=": cell >= other}[sign])


def _as_geojson(row: Mapping[str, Any], oid: str) -> dict[str, Any]:
    shape = row.get("geometry")
    told: Any = None
    if shape and "x" in shape:
        told = {"type": "Point", "coordinates": [shape["x"], shape["y"], *([shape["z"]] if "z" in shape else [])]}
    elif shape:
        told = {"type": "Polygon", "coordinates": [ring[::-1] for ring in shape["rings"]]}
    cells = {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in _cells(row).items()}
    return {"type": "Feature", "id": cells.get(oid), "properties": cells, "geometry": told}
