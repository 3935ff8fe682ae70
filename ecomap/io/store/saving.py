"""Writing a project file so that the disk always holds either the old one or the new one."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from attrs import asdict, frozen

from ecomap.io.store.descriptions import layer_to_json, recipes_to_data, result_to_json
from ecomap.io.store.files import (
    check_not_in_use,
    disk_problems,
    put_in_place,
    remember,
    remembered,
    remove_leftovers,
    stamp_of,
    unfinished_copy,
)
from ecomap.io.store.opening import read_records
from ecomap.io.store.schema import (
    LAYERS,
    META,
    RESERVED_PREFIXES,
    RESULTS,
    SCHEMA_VERSION,
    TABLES,
    create_geopackage,
)
from ecomap.io.store.tables import (
    TableRecord,
    drop_table,
    printable,
    record_to_json,
    table_names,
    write_table,
)
from ecomap.model.errors import ProjectError
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.said import as_data, has_identity, say
from ecomap.model.said import name as called
from ecomap.model.version import VERSION

Owner = tuple[str, str, str]  # layer id, result id, output name

WASTED_SHARE: Final = 0.5  # of the file's pages free: time to write it anew


@frozen
class _Rows:
    """One frame to keep: whose it is, and how its table is called where it has to be written."""

    owner: Owner
    frame: Any
    table: str
    title: str
    description: str


def save_project(
    project: Project,
    path: Path | str,
    *,
    previous: Project | None = None,
    keep_versions: int = 3,
    progress: Progress | None = None,
) -> None:
    """Write a project to its file, safe against a kill or a full disk at any moment.

    The next version is written to a copy beside the file, checked, flushed to the disk and then put in its place in
    one step. Two saves at once never mix; the last one to finish stays, the other is kept as an earlier version.

    Parameters
    ----------
    project : Project
    path : Path
        A ``.ecomap.gpkg`` file; its folder must exist.
    previous : Project, optional
        The snapshot that was last opened from or saved to this path. Only tables whose rows are other rows now are
        written, and a file that another program has changed since is not overwritten.
    keep_versions : int
        How many earlier versions stay beside the file (``.~1~`` is the last one).
    progress : Progress, optional

    Raises
    ------
    ProjectError
        If the disk is full or refuses, another program has changed the file, or a column cannot be kept.
    CancelledError
        If the planner stopped it; the file is as it was.
    """
    path = Path(path).resolve()
    progress = progress or silent()
    with disk_problems(path, "save"):
        remove_leftovers(path)
        _check_unchanged(path, previous)
        with unfinished_copy(path) as temporary:
            known = remembered(previous, path)
            base = previous if known is not None and known[1] and path.exists() else None
            if base is not None:
                shutil.copyfile(path, temporary)
                _check_unchanged(path, previous)
            _write(project, base, temporary, progress)
            progress.at(0.95, say("Putting the file in its place"))
            _check_unchanged(path, previous)
            stamp = stamp_of(temporary)
            put_in_place(temporary, path, keep_versions=keep_versions)
    if stamp is not None:
        remember(project, path, stamp, current_schema=True)


def _check_unchanged(path: Path, previous: Project | None) -> None:
    if not path.exists():
        return
    check_not_in_use(path)
    known = remembered(previous, path)
    if known is not None and stamp_of(path) != known[0]:
        raise ProjectError(
            say("{name} was changed by another program after EcoMap opened it.", name=called(path.name)),
            say("Save under another name, so that neither version is lost."),
            {"path": str(path)},
        )


def _write(project: Project, base: Project | None, temporary: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
        # The copy needs no journal: a half-written one is thrown away. `put_in_place` flushes it.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        write_snapshot(connection, project, base, progress.part(0.0, 0.85))
        connection.execute("COMMIT")
        _compact(connection)
        progress.at(0.9, say("Checking what was written"))
        _check_integrity(connection)


def write_snapshot(connection: sqlite3.Connection, project: Project, base: Project | None, progress: Progress) -> None:
    """Within a transaction: make the tables those of a snapshot, where they now hold ``base`` (None: nothing yet)."""
    if base is None:
        create_geopackage(connection)
    records = _write_tables(connection, project, base, progress)
    _write_bookkeeping(connection, project, records)


def _write_tables(
    connection: sqlite3.Connection, project: Project, base: Project | None, progress: Progress
) -> list[TableRecord]:
    """Write the tables whose rows are other rows now, drop those nobody owns, and say where everything is."""
    kept = _kept_records(connection, project, base)
    taken = {record.table.lower() for record in kept.values()}
    for record in read_records(connection).values():
        if record.owner not in kept:
            drop_table(connection, record.table)
    taken |= {name.lower() for name in table_names(connection)}
    records = []
    wanted = list(_rows(project))
    for number, rows in enumerate(wanted):
        progress.at(number / len(wanted), say("Writing {title}", title=called(rows.title)))
        if rows.owner in kept:
            records.append(kept[rows.owner])
            continue
        table = _free_name(rows.table, taken)
        records.append(
            write_table(
                connection, table, rows.frame, title=_free_identifier(connection, rows.title),
                description=rows.description, owner=rows.owner,
            )
        )
    return records


def _kept_records(
    connection: sqlite3.Connection, project: Project, base: Project | None
) -> dict[Owner, TableRecord]:
    """The tables in the copy that hold just what the project holds."""
    if base is None:
        return {}
    before = {rows.owner: rows.frame for rows in _rows(base)}
    found = read_records(connection)
    return {
        rows.owner: found[rows.owner]
        for rows in _rows(project)
        if rows.owner in found and before.get(rows.owner) is rows.frame
    }


def _rows(project: Project) -> Iterator[_Rows]:
    for layer in project.layers:
        yield _Rows(
            (layer.id, "", ""), project.frames[layer.id], _table_name(layer.id), layer.name,
            printable("; ".join(dict.fromkeys(source.citation for source in layer.sources))),
        )
    for result in project.results:
        for output in result.outputs:
            yield _Rows(
                ("", result.id, output.name), output.frame, f"result__{_plain(result.id)}__{_plain(output.name)}",
                f"{result.title}: {output.title}", printable(result.sentence),
            )


def _plain(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_").lower() or "table"


def _table_name(layer_id: str) -> str:
    name = _plain(layer_id)
    return f"layer__{name}" if name.startswith(RESERVED_PREFIXES) else name


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name.lower() in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name.lower())
    return name


def _free_identifier(connection: sqlite3.Connection, title: str) -> str:
    """The title as other programs list it; GeoPackage wants each of them once."""
    taken = {str(name).lower() for (name,) in connection.execute("SELECT identifier FROM gpkg_contents")}
    return _free_name(printable(title) or "Untitled", taken)


def _write_bookkeeping(connection: sqlite3.Connection, project: Project, records: list[TableRecord]) -> None:
    meta = {
        "schema_version": SCHEMA_VERSION,
        "written_by": f"EcoMap {VERSION}",
        "saved_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "title": project.title,
        **({"title_said": as_data(project.title)} if has_identity(project.title) else {}),
        "crs": project.crs,
        "view": asdict(project.view),
        "meta": [list(pair) for pair in project.meta],
        **({"recipes": recipes_to_data(project.recipes)} if project.recipes else {}),
    }
    for table in (META, LAYERS, RESULTS, TABLES):
        connection.execute(f"DELETE FROM {table}")
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute(
            "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name = ?", (table,)
        )
    connection.executemany(
        f"INSERT INTO {META} (key, value) VALUES (?, ?)",
        ((key, json.dumps(value)) for key, value in meta.items()),
    )
    connection.executemany(
        f"INSERT INTO {LAYERS} (id, place, description) VALUES (?, ?, ?)",
        ((layer.id, place, layer_to_json(layer)) for place, layer in enumerate(project.layers)),
    )
    connection.executemany(
        f"INSERT INTO {RESULTS} (id, place, description) VALUES (?, ?, ?)",
        ((result.id, place, result_to_json(result)) for place, result in enumerate(project.results)),
    )
    connection.executemany(
        f"INSERT INTO {TABLES} (table_name, layer, result, output, row_count, columns) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (r.table, r.layer or None, r.result or None, r.output or None, r.row_count, record_to_json(r))
            for r in records
        ),
    )


def _compact(connection: sqlite3.Connection) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    free = connection.execute("PRAGMA freelist_count").fetchone()[0]
    if free > pages * WASTED_SHARE:
        connection.execute("VACUUM")


def _check_integrity(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise ProjectError(
            say("What was written cannot be trusted ({found}); the file on the disk is as it was.", found=called(found)),
            say("Save to another disk."), {"integrity_check": found},
        )
