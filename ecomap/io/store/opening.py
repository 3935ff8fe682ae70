"""Reading a project file without touching it."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from ecomap.io import migrations
from ecomap.io.store.descriptions import layer_from_json, recipes_from_data, result_from_json
from ecomap.io.store.files import check_not_in_use, disk_problems, remember, remove_leftovers, stamp_of
from ecomap.io.store.schema import LAYERS, META, RESULTS, SCHEMA_VERSION, TABLES
from ecomap.io.store.tables import TableRecord, columns_from_json, read_table, table_names
from ecomap.io.store.views import rows_of_views, with_shared_rows
from ecomap.model.errors import ProjectError
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project, View
from ecomap.model.said import from_data, say
from ecomap.model.said import name as kept


@frozen
class OpenFile:
    """A project file opened for reading, in today's schema (an older one was migrated in memory)."""

    connection: sqlite3.Connection
    version: int                 # schema version of the file itself
    migrated: tuple[str, ...]    # what was done to bring it up to today's


def open_project(path: Path | str, *, progress: Progress | None = None) -> Project:
    """Read a project from its file; the file is not changed, not even by a migration.

    Parameters
    ----------
    path : Path
        A ``.ecomap.gpkg`` file.
    progress : Progress, optional

    Raises
    ------
    ProjectError
        If there is no file, it is no EcoMap project, it is damaged, or a newer EcoMap wrote it.
    CancelledError
        If the planner stopped it.
    """
    path = Path(path).resolve()
    progress = progress or silent()
    with disk_problems(path, "open"):
        remove_leftovers(path)
        stamp = stamp_of(path)
        with reading(path) as opened:
            project = read_project(opened.connection, progress)
        if opened.version < SCHEMA_VERSION:
            project = with_shared_rows(project)
    if stamp is not None:
        remember(project, path, stamp, current_schema=opened.version == SCHEMA_VERSION)
    return project


@contextlib.contextmanager
def reading(path: Path) -> Iterator[OpenFile]:
    """The file, opened so that nothing is written beside it; an older schema is migrated in memory."""
    if not path.is_file():
        raise ProjectError(say("There is no file {path}.", path=kept(path)), say("Choose another one."), {"path": str(path)})
    check_not_in_use(path)
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        version = schema_version(connection, path)
        done: tuple[str, ...] = ()
        if version < SCHEMA_VERSION:
            memory = sqlite3.connect(":memory:")
            connection.backup(memory)
            connection.close()
            connection = memory
            done = migrations.migrate(connection, version)
        yield OpenFile(connection, version, done)
    finally:
        connection.close()


def schema_version(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of a project file.

    Raises
    ------
    ProjectError
        If it is not an EcoMap project, or one from a newer EcoMap.
    """
    try:
        if META not in table_names(connection):
            raise ProjectError(
                say("{name} is not an EcoMap project.", name=kept(path.name)),
                say("If it holds map data, import it as a layer."), {"path": str(path)},
            )
        found = connection.execute(f"SELECT value FROM {META} WHERE key = 'schema_version'").fetchone()
        version = int(json.loads(found[0])) if found else 0
    except sqlite3.DatabaseError as problem:
        if "not a database" not in str(problem):
            raise
        raise ProjectError(
            say("{name} is not an EcoMap project.", name=kept(path.name)), say("Choose a file that EcoMap has saved."), {"path": str(path)}
        ) from problem
    except (ValueError, TypeError):
        version = 0
    if version < 1:
        raise ProjectError(
            say("{name} does not say which version of EcoMap wrote it.", name=kept(path.name)),
            say("Open a version of the file saved before it."), {"path": str(path)},
        )
    if version > SCHEMA_VERSION:
        raise ProjectError(
            say("{name} was saved by a newer EcoMap.", name=kept(path.name)),
            say("Update EcoMap to open it."), {"path": str(path), "schema": version, "known": SCHEMA_VERSION},
        )
    return version


def read_meta(connection: sqlite3.Connection) -> dict[str, Any]:
    return {key: json.loads(value) for key, value in connection.execute(f"SELECT key, value FROM {META}")}


def read_records(connection: sqlite3.Connection) -> dict[tuple[str, str, str], TableRecord]:
    """Owner (layer id, result id, output name) -> the record of its table."""
    rows = connection.execute(
        f"SELECT table_name, row_count, columns, layer, result, output FROM {TABLES} ORDER BY fid"
    )
    records = (
        TableRecord(table, count, columns_from_json(columns), layer or "", result or "", output or "")
        for table, count, columns, layer, result, output in rows
    )
    return {record.owner: record for record in records}


def read_project(connection: sqlite3.Connection, progress: Progress) -> Project:
    """The project in an open file of today's schema."""
    meta = read_meta(connection)
    records = read_records(connection)
    layers = [
        layer_from_json(text) for (text,) in connection.execute(f"SELECT description FROM {LAYERS} ORDER BY place")
    ]
    total = max(len(records), 1)
    read = 0

    def rows_of(owner: tuple[str, str, str], name: str) -> Any:
        nonlocal read
        progress.at(read / total, say("Reading {name}", name=kept(name)))
        read += 1
        return read_table(connection, _record(records, owner, name), frames)

    frames: dict[str, Any] = {}
    tables = [layer for layer in layers if layer.view is None or (layer.id, "", "") in records]
    for layer in sorted(tables, key=lambda one: _borrows(records, one)):  # lenders first
        frames[layer.id] = rows_of((layer.id, "", ""), layer.name)
    results = []
    for result_id, text in connection.execute(f"SELECT id, description FROM {RESULTS} ORDER BY place").fetchall():

        def output_rows(name: str, result_id: str = result_id) -> Any:
            return rows_of(("", result_id, name), name)

        results.append(result_from_json(text, output_rows))
    frames |= rows_of_views(layers, results, frames, meta.get("crs", "EPSG:3310"))
    for layer in layers:
        if layer.id not in frames:
            _record(records, (layer.id, "", ""), layer.name)
    progress.at(1.0, say("Read"))
    return Project(
        title=_title(meta.get("title", "Untitled"), meta.get("title_said")),
        crs=meta.get("crs", "EPSG:3310"),
        layers=tuple(layers),
        frames=frames,
        results=tuple(results),
        view=View(**meta.get("view", {})),
        meta=tuple((key, value) for key, value in meta.get("meta", ())),
        recipes=recipes_from_data(meta.get("recipes")),
    )


def _record(
    records: Mapping[tuple[str, str, str], TableRecord], owner: tuple[str, str, str], name: str
) -> TableRecord:
    if owner not in records:
        raise ProjectError(
            say("The rows of '{name}' are missing from this project.", name=kept(name)), say("Open a version of the file saved before it.")
        )
    return records[owner]


def _borrows(records: Mapping[tuple[str, str, str], TableRecord], layer: Layer) -> bool:
    record = records.get((layer.id, "", ""))
    return record is not None and bool(record.borrows)


def _title(title: str, said: Any) -> str:
    """The project's title as a message where it is still the one that EcoMap gave it."""
    message = from_data(said)
    return message if message == title else title
