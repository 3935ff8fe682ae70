"""All rows of an ArcGIS layer, by whatever means its service has: offsets, lists of ids, ranges of ids, quarters of the ground."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import define, field, frozen

from ecomap.io.connectors.arcgis.service import Layer, RefusalError, Service
from ecomap.io.connectors.records import incomplete, mark_of, so_far
from ecomap.model.errors import NetworkError
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.units import format_number

ALL: Final = "1=1"
WANTED_PAGE: Final = 2_000      # rows asked for at once, where the service gives as many
MOST_ROWS: Final = 3_000_000
LEAST_ROWS: Final = 10
SHORT_BATCH: Final = 100        # ids of a batch that still fits into an address
DEEPEST: Final = 24             # times that a piece is halved or quartered
_SMALLER_HELPS: Final = frozenset(("service", "fault", "timeout", "size", "cut", "unreadable", "slow"))

Page = Sequence[Mapping[str, Any]]


@frozen
class Filter:
    """Which rows are wanted: a condition in the service's own words, and an outline of west, south, east, north in degrees."""

    where: str = ALL
    box: tuple[float, float, float, float] | None = None
    fields: str = "*"

    def params(self, more: str = "", box: tuple[float, float, float, float] | None = None) -> dict[str, object]:
        """The parameters of a query for these rows, or for those of them that meet a further condition."""
        where = self.where.strip() or ALL
        both = more if where == ALL and more else f"({where}) AND {more}" if more else where
        told: dict[str, object] = {"where": both}
        outline = box or self.box
        if outline is not None:
            told |= {"geometry": ",".join(f"{side:.9g}" for side in outline), "geometryType": "esriGeometryEnvelope", "inSR": "4326",
                     "spatialRel": "esriSpatialRelIntersects"}
        return told


@define
class Rows:
    """What has come so far, each row once; ``take`` hands new ones on."""

    take: Callable[[Mapping[str, Any], Page], None]
    oid: str
    count: int | None
    got: int = 0
    by_content: bool = False  # rows without an id are told apart by what they hold
    seen: set[Any] = field(factory=set, repr=False)

    def add(self, page: Mapping[str, Any]) -> int:
        """Take a page; how many of its rows are new."""
        fresh = []
        for feature in page["features"]:
            if not isinstance(feature, Mapping):
                continue
            mark = self._mark(feature)
            if mark is None or mark not in self.seen:
                self.seen.add(mark)
                fresh.append(feature)
        self.take(page, fresh)
        self.got += len(fresh)
        if self.got > MOST_ROWS:
            raise NetworkError(say("The layer has more than {n} rows.", n=format_number(MOST_ROWS)), say("Ask for the area you work on."), {"kind": "size"})
        return len(fresh)

    @property
    def complete(self) -> bool:
        return self.count is not None and self.got == self.count

    def _mark(self, feature: Mapping[str, Any]) -> str | None:
        cells = feature.get("properties") if "properties" in feature else feature.get("attributes")
        own = cells.get(self.oid) if self.oid and isinstance(cells, Mapping) else None
        if own is None and self.oid:
            own = feature.get("id")
        if isinstance(own, int | str) and own != "":
            return str(own)
        return mark_of([feature]) if self.by_content else None


def says_more(page: Mapping[str, Any]) -> bool:
    """Whether an answer says that it was cut off, at either of the two places where services say so."""
    told = page.get("properties")
    return page.get("exceededTransferLimit") is True or (isinstance(told, Mapping) and told.get("exceededTransferLimit") is True)


def count_of(service: Service, wanted: Filter) -> int | None:
    """How many rows there are; None where the service cannot say."""
    try:
        told = service.query({**wanted.params(), "returnCountOnly": "true", "f": "json"}, fresh=True).get("count")
    except RefusalError as problem:
        if problem.details.get("kind") == "login":
            raise
        return None
    return told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else None


def all_rows(service: Service, layer: Layer, wanted: Filter, rows_from: Callable[[int | None], Rows]) -> Rows:
    """Every row that is wanted, or one sentence; ``rows_from`` begins anew, knowing how many there are.

    Raises
    ------
    NetworkError
        If no means of the service gives them all.
    """
    count = count_of(service, wanted)
    problem: NetworkError | None = None
    most = 0
    for way in (_by_offsets, _by_ids, _by_ranges, _by_quarters):
        rows = rows_from(count)
        try:
            ended = way(service, layer, wanted, rows)
        except NetworkError as found:
            if found.details.get("kind") not in (*_SMALLER_HELPS, "page", "refused"):
                raise
            problem = problem or found
            continue
        if rows.complete or (count is None and ended):
            return rows
        if ended and rows.got and rows.got == count_of(service, wanted):  # the layer was edited meanwhile
            return rows
        most = max(most, rows.got)
    if problem is not None and not most:
        raise problem
    raise _incomplete(service, most, count)


def _incomplete(service: Service, got: int, count: int | None) -> NetworkError:
    """Not everything came; a service that cannot count came to an end, but does not say whether it was the end of all."""
    known = incomplete(service.host, got, count)
    if count is not None:
        return known
    message = say("{host} gave {got} rows and does not say whether that is all, so nothing was kept.", host=named(service.host), got=format_number(got))
    return NetworkError(message, known.hint, known.details)


def _told(service: Service, rows: Rows) -> None:
    """Say how far it is."""
    service.progress.at(rows.got / rows.count if rows.count else 0.0, so_far(rows.got, rows.count))


def _size(layer: Layer) -> int:
    return min(WANTED_PAGE, layer.at_once)


def _by_offsets(service: Service, layer: Layer, wanted: Filter, rows: Rows) -> bool:
    """Page by page; whether the service says that this was all."""
    if layer.pages is False:
        return False
    size, offset, ordered, before = _size(layer), 0, bool(layer.oid), ""
    while True:
        params = {**wanted.params(), "outFields": wanted.fields, "resultOffset": offset, "resultRecordCount": size}
        try:
            page = service.rows({**params, "orderByFields": layer.oid} if ordered else params)
        except NetworkError as problem:
            if problem.details.get("kind") not in _SMALLER_HELPS:
                raise
            if ordered and not offset:
                ordered = False  # some cannot sort
            elif size > LEAST_ROWS:
                size = max(size // 5, LEAST_ROWS)
            else:
                raise
            continue
        number, mark = len(page["features"]), mark_of(page["features"])
        new = rows.add(page) if mark != before else 0
        more = says_more(page)
        _told(service, rows)
        if rows.complete and not more:
            return True
        if not number:
            return not more
        if not new or (rows.count is not None and rows.got > rows.count):
            return False  # the same rows again: it takes no offsets
        offset, before = offset + number, mark


def _by_ids(service: Service, layer: Layer, wanted: Filter, rows: Rows) -> bool:
    """By the list of all ids, batch by batch."""
    told = service.query({**wanted.params(), "returnIdsOnly": "true", "f": "json"}, fresh=True)
    found = told.get("objectIds")
    if not isinstance(found, list) or not all(isinstance(one, int) for one in found):
        return False
    stated = told.get("objectIdFieldName")
    rows.oid = stated if isinstance(stated, str) and stated else rows.oid or layer.oid
    if rows.count is None:
        rows.count = len(found)
    pending, size = sorted(found), _size(layer)
    while pending:
        batch = pending[:size]
        try:
            page = service.rows({"objectIds": ",".join(map(str, batch)), "outFields": _with(rows.oid, wanted.fields)})
        except NetworkError as problem:
            if problem.details.get("kind") not in (*_SMALLER_HELPS, "page", "refused") or (size <= LEAST_ROWS and not service.posts):
                raise
            size = min(max(size // 5, LEAST_ROWS), SHORT_BATCH)
            service.posts = service.posts and size > LEAST_ROWS
            continue
        rows.add(page)
        missing = [one for one in batch if str(one) not in rows.seen]
        if len(missing) == len(batch):
            return False
        pending = [*missing, *pending[size:]]
        size = size if not missing else max(len(batch) - len(missing), 1)
        _told(service, rows)
    return True


def _with(oid: str, fields: str) -> str:
    """The fields wanted, and the one that tells rows apart."""
    return fields if fields == "*" or not oid or oid in fields.split(",") else f"{oid},{fields}"


def _by_ranges(service: Service, layer: Layer, wanted: Filter, rows: Rows) -> bool:
    """By ranges of ids, halved until an answer is not cut off."""
    if not layer.oid:
        return False
    asked = [{"statisticType": kind, "onStatisticField": layer.oid, "outStatisticFieldName": f"{kind}_id"} for kind in ("min", "max")]
    told = service.query({**wanted.params(), "outStatistics": json.dumps(asked), "f": "json"}, fresh=True)
    low, high = _ends(told)
    if low is None or high is None:
        return False
    pieces = max(1, -(-(rows.count or 1) // _size(layer)))
    width = max(1, -(-(high - low + 1) // pieces))
    todo = [(start, min(start + width, high)) for start in range(low - 1, high, width)][::-1]
    while todo:
        after, upto = todo.pop()
        page = service.rows({**wanted.params(f"{layer.oid} > {after} AND {layer.oid} <= {upto}"), "outFields": wanted.fields})
        if _is_cut(page, layer) and upto - after > 1:
            middle = (after + upto) // 2
            todo += [(middle, upto), (after, middle)]
        else:
            rows.add(page)
            _told(service, rows)
    return True


def _ends(told: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The smallest and the largest id, as an answer of statistics holds them."""
    features = told.get("features")
    cells = features[0].get("attributes") if isinstance(features, list) and features and isinstance(features[0], Mapping) else None
    plain = {str(name).lower(): value for name, value in cells.items()} if isinstance(cells, Mapping) else {}
    low, high = plain.get("min_id"), plain.get("max_id")
    if not isinstance(low, int | float) or not isinstance(high, int | float) or high < low or high - low > 1e12:
        return None, None
    return int(low), int(high)


def _is_cut(page: Mapping[str, Any], layer: Layer) -> bool:
    return says_more(page) or len(page["features"]) >= layer.at_once


def _by_quarters(service: Service, layer: Layer, wanted: Filter, rows: Rows) -> bool:
    """By pieces of the ground, quartered until an answer is not cut off."""
    if not layer.about.get("geometryType") and layer.about.get("type") == "Table":
        return False
    rows.by_content = True
    todo = [(wanted.box or _extent(service, wanted), 0)]
    whole = True
    while todo:
        box, depth = todo.pop()
        page = service.rows({**wanted.params(box=box), "outFields": wanted.fields})
        if _is_cut(page, layer) and depth < DEEPEST:
            west, south, east, north = box
            x, y = (west + east) / 2, (south + north) / 2
            todo += [(piece, depth + 1) for piece in ((west, south, x, y), (x, south, east, y), (west, y, x, north), (x, y, east, north))]
        else:
            whole = whole and not _is_cut(page, layer)
            rows.add(page)
            _told(service, rows)
    return whole


def _extent(service: Service, wanted: Filter) -> tuple[float, float, float, float]:
    """The ground that the rows lie on, in degrees; the whole world where the service cannot say."""
    try:
        told = service.query({**wanted.params(), "returnExtentOnly": "true", "outSR": "4326", "f": "json"}).get("extent")
    except RefusalError:
        told = None
    sides = [told.get(side) for side in ("xmin", "ymin", "xmax", "ymax")] if isinstance(told, Mapping) else []
    numbers = [float(side) for side in sides if isinstance(side, int | float) and math.isfinite(side)]
    if len(numbers) == 4 and -180 <= numbers[0] < numbers[2] <= 180 and -90 <= numbers[1] < numbers[3] <= 90:
        return numbers[0], numbers[1], numbers[2], numbers[3]
    return -180.0, -90.0, 180.0, 90.0
