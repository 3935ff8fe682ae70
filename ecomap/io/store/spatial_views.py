"""Result layers in the project file: views that other programs see as layers, made anew at every save and never read by EcoMap."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from ecomap.io.store.columns import ColumnRecord
from ecomap.io.store.gate import quoted
from ecomap.io.store.geometry import GeometryRecord
from ecomap.io.store.schema import META, VIEWS
from ecomap.io.store.tables import FID, GEOM, TableRecord, list_features, stored_names, unlist
from ecomap.io.store.views import SEPARATOR
from ecomap.model.layer import ViewOf
from ecomap.model.vocabulary import ID, NAME, RANK

VIEW_FID: Final = "OGC_FID"      # by this name GDAL and QGIS know the key of a view


@frozen
class Place:
    """A table or view that views can be laid on: its name, its columns as they are stored, and its geometry."""

    relation: str
    key: str
    columns: Mapping[str, str]
    geometry: GeometryRecord | None
    borrows: tuple[str, ...] = ()


@frozen
class SpatialView:
    """One result layer to write as a view: of which answer's table on which layers, how it is called, and its rows for the lists."""

    layer: str
    view: ViewOf
    result: str
    name: str
    title: str
    description: str
    rows: Any


def place_of(record: TableRecord) -> Place:
    """A written table as something to lay views on."""
    geometry = next((column for column in record.columns if isinstance(column, GeometryRecord)), None)
    columns = {column.name: column.stored for column in record.columns if isinstance(column, ColumnRecord)}
    return Place(record.table, FID, columns, geometry, record.borrows)


def write_views(
    connection: sqlite3.Connection, wanted: Sequence[SpatialView], records: Iterable[TableRecord], identifier: Callable[[str], str]
) -> None:
    """Make the views, each after those it is laid on, and list them in the GeoPackage's contents.

    Parameters
    ----------
    wanted : sequence of SpatialView
    records : iterable of TableRecord
        All tables in the file.
    identifier : callable
        A title that no other table is listed by, made of the one that is wanted.
    """
    tables = {record.owner: place_of(record) for record in records}
    places = {layer: place for (layer, _, _), place in tables.items() if layer}
    waiting = list(wanted)
    while waiting:
        ready = [one for one in waiting if all(layer in places for layer in one.view.layers)]
        if not ready:
            raise ValueError("Views that are laid on what is not there.")
        for one in ready:
            answer = tables["", one.result, one.view.output]
            on = one.view.layers or answer.borrows
            places[one.layer] = _write_view(connection, one, identifier(one.title), answer, [(layer, places[layer]) for layer in on])
        waiting = [one for one in waiting if one not in ready]


def drop_views(connection: sqlite3.Connection) -> None:
    """Remove the views that EcoMap made, and their listings."""
    present = view_names(connection)
    for name in _noted(connection):
        if name in present:
            unlist(connection, name)
            connection.execute(f"DROP VIEW {quoted(name)}")


def view_names(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}


def _noted(connection: sqlite3.Connection) -> list[str]:
    """Names of views by the file's own notes, as far as they make sense."""
    found = connection.execute(f"SELECT value FROM {META} WHERE key = ?", (VIEWS,)).fetchone()
    try:
        pairs = json.loads(found[0]) if found else []
    except (ValueError, TypeError, RecursionError):
        return []
    if not isinstance(pairs, list):
        return []
    return [pair[1] for pair in pairs if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], str)]


def _write_view(
    connection: sqlite3.Connection, one: SpatialView, identifier: str, answer: Place, on: Sequence[tuple[str, Place]]
) -> Place:
    columns = [name for name in one.rows.columns if name != one.rows.geometry.name]
    stored = stored_names(columns)
    shape, called = _picked(on, quoted(GEOM)), _picked(on, None)
    shape = shape or f"r.{quoted(GEOM)}"
    selected = [f"r.{quoted(answer.key)} AS {VIEW_FID}", f"{shape} AS {GEOM}"]
    selected += [
        f"{f'r.{quoted(answer.columns[name])}' if name in answer.columns else called} AS {quoted(stored[name])}" for name in columns
    ]
    key = f"r.{quoted(answer.columns[ID])}"
    sql = f"CREATE VIEW {quoted(one.name)} AS SELECT {', '.join(selected)} FROM {quoted(answer.relation)} r{_joins(on, key)}"
    sql += _order(one.view, answer, on, key)
    connection.execute(sql)
    for _, place in on:
        _index_keys(connection, place)
    geometry = _declared([place.geometry for _, place in on] or [answer.geometry], str(one.rows.crs.srs) if one.rows.crs is not None else "")
    list_features(connection, one.name, one.rows, geometry, identifier, one.description)
    return Place(one.name, VIEW_FID, {name: stored[name] for name in columns}, geometry)


def _joins(on: Sequence[tuple[str, Place]], key: str) -> str:
    """The joined layers. Of several, each is joined by the id of its rows and by ``layer/id``; the first that fits is meant."""
    if len(on) == 1:
        place = on[0][1]
        return f" JOIN {quoted(place.relation)} a1 ON a1.{quoted(place.columns[ID])} = {key}"
    sql = ""
    for number, (layer, place) in enumerate(on):
        prefix = _literal(layer + SEPARATOR)
        own = quoted(place.columns[ID])
        length = len(layer + SEPARATOR)
        sql += f" LEFT JOIN {quoted(place.relation)} a{2 * number + 1} ON a{2 * number + 1}.{own} = {key}"
        sql += (f" LEFT JOIN {quoted(place.relation)} a{2 * number + 2} ON a{2 * number + 2}.{own} = substr({key}, {length + 1})"
                f" AND substr({key}, 1, {length}) = {prefix}")
    return sql


def _picked(on: Sequence[tuple[str, Place]], column: str | None) -> str:
    """A column of the first joined row that is there; without a name its place's name."""
    own = [column or (quoted(place.columns[NAME]) if NAME in place.columns else "NULL") for _, place in on]
    if len(on) == 1:
        return f"a1.{own[0]}" if own[0] != "NULL" else "NULL"
    whens = "".join(
        f" WHEN a{2 * number + half}.{quoted(place.key)} IS NOT NULL THEN a{2 * number + half}.{own[number]}"
        for number, (_, place) in enumerate(on) for half in (1, 2) if own[number] != "NULL"
    )
    return f"CASE{whens} END" if whens else ""


def _order(view: ViewOf, answer: Place, on: Sequence[tuple[str, Place]], key: str) -> str:
    """Which rows, and in which order."""
    conditions = []
    if len(on) > 1:
        there = [f"a{2 * number + half}.{quoted(place.key)} IS NOT NULL" for number, (_, place) in enumerate(on) for half in (1, 2)]
        conditions.append(f"({' OR '.join(there)})")
    order = f"r.{quoted(answer.key)}"
    if view.top:
        rank = f"r.{quoted(answer.columns[RANK])}"
        conditions.append(f"{rank} <= {int(view.top)}")
        order = f"{rank}, {key}"
    return (f" WHERE {' AND '.join(conditions)}" if conditions else "") + f" ORDER BY {order}"


def _index_keys(connection: sqlite3.Connection, place: Place) -> None:
    """An index on the keys of a table that views are laid on: without it every look would first read the whole table."""
    if place.key == FID:
        connection.execute(
            f"CREATE INDEX IF NOT EXISTS {quoted(f'{place.relation}_keys')} ON {quoted(place.relation)} ({quoted(place.columns[ID])})"
        )


def _declared(found: Sequence[GeometryRecord | None], crs: str) -> GeometryRecord:
    """What a view says of its geometry: the type of all it is laid on."""
    records = [record for record in found if record is not None]
    types = {record.type_name for record in records}
    return GeometryRecord(GEOM, crs, types.pop() if len(types) == 1 else "GEOMETRY", any(record.has_z for record in records))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
