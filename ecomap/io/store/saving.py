"""Writing a project file so that the disk always holds either the old one or the new one."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from attrs import asdict, evolve, frozen

from ecomap.io.store.descriptions import (
    bookmarks_to_data,
    commitments_to_data,
    corrections_to_data,
    layer_to_json,
    notes_to_data,
    recipes_to_data,
    releases_to_data,
    result_to_json,
    scenarios_to_data,
)
from ecomap.io.store.digests import text_digest
from ecomap.io.store.files import (
    ChangedError,
    Stamp,
    check_not_in_use,
    disk_problems,
    last_met,
    put_in_place,
    refuse_to_lose,
    remember,
    remembered,
    remove_leftovers,
    stamp_of,
    unfinished_copy,
)
from ecomap.io.store.gate import disarm, harden
from ecomap.io.store.locking import WAIT_S, held
from ecomap.io.store.records import Owner, records_in
from ecomap.io.store.schema import (
    DIGESTS,
    LAYERS,
    META,
    OWNERS,
    RESERVED_PREFIXES,
    RESULTS,
    SCHEMA_VERSION,
    TABLES,
    VIEWS,
    create_geopackage,
    is_as_made,
)
from ecomap.io.store.spatial_views import SpatialView, drop_views, view_names, write_views
from ecomap.io.store.tables import (
    TableRecord,
    drop_table,
    owner_to_json,
    printable,
    record_to_json,
    table_names,
    write_table,
)
from ecomap.io.store.views import borrowed_shapes, views_of
from ecomap.model.errors import ProjectError
from ecomap.model.fault import PASSED_OVER
from ecomap.model.files import resolved
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.said import as_data, has_identity, say
from ecomap.model.said import name as called
from ecomap.model.version import VERSION

_turns_lock = threading.Lock()
_turns: dict[Path, threading.RLock] = {}
LARGE_PAGE: Final = 16_384  # bytes: an area takes a thousand or two, of which few fit into SQLite's 4,096 without a rest
FEW_ROWS: Final = 5_000     # of all tables: up to them small pages, of which every table takes one at least
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
    over: bool = False,
    keep_versions: int = 3,
    wait_s: float = WAIT_S,
    progress: Progress | None = None,
) -> None:
    """Write a project to its file, safe against a kill or a full disk at any moment.

    The next version is written to a copy beside the file, checked, flushed to the disk and then put in its place in
    one step. The lock of the file is held from the first look at it until then, so that two saves come one after the other.

    Parameters
    ----------
    project : Project
    path : Path
        A ``.ecomap.gpkg`` file; its folder must exist.
    previous : Project, optional
        The snapshot that was last opened from or saved to this path. Only tables whose rows are other rows now are
        written, and a file that another program has changed since is not overwritten.
    over : bool
        Whether to put it over whatever is there, which the planner has said. Otherwise a file that this process has opened or
        saved is not overwritten either where another program has changed it since.
    keep_versions : int
        How many earlier versions stay beside the file (``.~1~`` is the last one).
    wait_s : float
        How long to wait for another program that works on the file.
    progress : Progress, optional

    Raises
    ------
    ProjectError
        If the disk is full or refuses, another program works on the file or has changed it, or a column cannot be kept.
    CancelledError
        If the planner stopped it; the file is as it was.
    """
    path = resolved(path)
    progress = progress or silent()
    if path.exists() and not path.is_file():
        raise ProjectError(say("{path} is no file.", path=called(path)), say("Choose another name."), {"path": str(path)})
    with disk_problems(path, "save"), held(path, wait_s=wait_s, progress=progress), _one_thread(path):
        remove_leftovers(path)
        refuse_to_lose(project, path)
        known = remembered(previous, path)
        expected = known[0] if known is not None else None if over else last_met(path)
        with unfinished_copy(path) as temporary:
            base = previous if known is not None and known[1] and path.exists() else None
            if base is not None:
                check_not_in_use(path)
                shutil.copyfile(path, temporary)
            _check_unchanged(path, expected, temporary if base is not None else path)
            _write(project, base, temporary, progress)
            progress.at(0.95, say("Putting the file in its place"))
            stamp = stamp_of(temporary)
            _check_unchanged(path, expected, path)
            put_in_place(temporary, path, keep_versions=keep_versions)
        if stamp is not None:
            remember(project, path, stamp, current_schema=True)


@contextlib.contextmanager
def _one_thread(path: Path) -> Iterator[None]:
    """The lock of a file is its process's; threads of one process take turns."""
    with _turns_lock:
        turn = _turns.setdefault(path, threading.RLock())
    with turn:
        yield


def _check_unchanged(path: Path, expected: Stamp | None, found: Path) -> None:
    """The file, or what was copied of it, is still what it was when EcoMap last met it."""
    if not path.exists():
        return
    check_not_in_use(path)
    if expected is not None and stamp_of(found) != expected:
        raise ChangedError(path)


def _write(project: Project, base: Project | None, temporary: Path, progress: Progress) -> None:
    if base is not None and not _is_as_made(temporary):
        temporary.unlink()
        base = None
    with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
        # The copy needs no journal: a half-written one is thrown away. `put_in_place` flushes it.
        if base is None and sum(len(rows.frame) for rows in _rows(project)) > FEW_ROWS:
            connection.execute(f"PRAGMA page_size = {LARGE_PAGE}")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        harden(connection)
        connection.execute("BEGIN")
        if base is not None:
            disarm(connection)
        write_snapshot(connection, project, base, progress.part(0.0, 0.85))
        connection.execute("COMMIT")
        _compact(connection)
        progress.at(0.9, say("Checking what was written"))
        _check_integrity(connection)


def _is_as_made(copy: Path) -> bool:
    """Whether the tables that EcoMap keeps its books in are still those that it makes; others cannot be written to with trust."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        harden(connection)
        return is_as_made(connection)


def write_snapshot(connection: sqlite3.Connection, project: Project, base: Project | None, progress: Progress) -> None:
    """Within a transaction: make the tables those of a snapshot, where they now hold ``base`` (None: nothing yet)."""
    if base is None:
        create_geopackage(connection)
    records = _write_tables(connection, project, base, progress)
    _write_bookkeeping(connection, project, records)


def _write_tables(
    connection: sqlite3.Connection, project: Project, base: Project | None, progress: Progress
) -> list[TableRecord]:
    """Write the tables whose rows are other rows now, drop those nobody owns, and say where everything is.

    Result layers are written as views on the tables wherever that gives just their rows, and anew each time.
    """
    views, borrowed = views_of(project), borrowed_shapes(project)
    drop_views(connection)
    wanted = [rows for rows in _rows(project) if rows.owner[0] not in views]
    kept = _kept_records(connection, wanted, base, borrowed)
    for record in records_in(connection).values():
        if record.owner not in kept:
            drop_table(connection, record.table)
    taken = {name.lower() for name in table_names(connection) | view_names(connection)}
    records = []
    for number, rows in enumerate(wanted):
        progress.at(number / len(wanted), say("Writing {title}", title=called(rows.title)))
        if rows.owner in kept:
            records.append(kept[rows.owner])
            continue
        table = _free_name(rows.table, taken)
        records.append(
            write_table(
                connection, table, rows.frame, title=_free_identifier(connection, rows.title),
                description=rows.description, owner=rows.owner, borrows=borrowed.get(rows.owner, ()),
            )
        )
    made = []
    for rows in _rows(project):
        if rows.owner[0] in views:
            layer = project.layer(rows.owner[0])
            made.append(SpatialView(layer.id, views[layer.id], layer.result_id, _free_name(rows.table, taken), rows.title,
                                    rows.description, rows.frame))
    write_views(connection, made, records, lambda title: _free_identifier(connection, title))
    return records + [TableRecord(one.name, len(one.rows), (), one.layer, view=one.view) for one in made]


def _kept_records(
    connection: sqlite3.Connection, wanted: Iterable[_Rows], base: Project | None, borrowed: Mapping[Owner, tuple[str, ...]]
) -> dict[Owner, TableRecord]:
    """The tables in the copy that hold just what the project holds."""
    if base is None:
        return {}
    before = {rows.owner: rows.frame for rows in _rows(base)}
    found = records_in(connection)
    doubtful = {fault.table for fault in base.faults if fault.kind != PASSED_OVER}
    return {
        rows.owner: found[rows.owner]
        for rows in wanted
        if rows.owner in found and before.get(rows.owner) is rows.frame and found[rows.owner].table not in doubtful
        and found[rows.owner].borrows == borrowed.get(rows.owner, ())
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
    tables = [record for record in records if record.view is None]
    views = {record.layer: record for record in records if record.view is not None}
    meta = {
        "schema_version": SCHEMA_VERSION,
        "written_by": f"EcoMap {VERSION}",
        "saved_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "title": project.title,
        **({"title_said": as_data(project.title)} if has_identity(project.title) else {}),
        "crs": project.crs,
        "view": asdict(project.view),
        "meta": [list(pair) for pair in project.pairs],
        **({"recipes": recipes_to_data(project.recipes)} if project.recipes else {}),
        **({"scenarios": scenarios_to_data(project.scenarios)} if project.scenarios else {}),
        **({"bookmarks": bookmarks_to_data(project.bookmarks)} if project.bookmarks else {}),
        **({"notes": notes_to_data(project.notes)} if project.notes else {}),
        **({"commitments": commitments_to_data(project.commitments)} if project.commitments else {}),
        **({"corrections": corrections_to_data(project.corrections)} if project.corrections else {}),
        **({VIEWS: [[layer, record.table] for layer, record in views.items()]} if views else {}),
        **({"releases": releases_to_data(project.releases)} if project.releases else {}),
        **({"book": project.book} if project.book else {}),
    }
    values = {key: json.dumps(value) for key, value in meta.items()}
    layers = {layer.id: layer_to_json(evolve(layer, view=views[layer.id].view if layer.id in views else None)) for layer in project.layers}
    results = {result.id: result_to_json(result) for result in project.results}
    written = {META: {key: values[key] for key in values if key not in ("saved_at", "written_by")}, LAYERS: layers, RESULTS: results,
               TABLES: {record.table: record_to_json(record) for record in tables},
               OWNERS: {record.table: owner_to_json(record.owner) for record in tables}}
    values[DIGESTS] = json.dumps({part: {key: text_digest(text) for key, text in texts.items()} for part, texts in written.items()})
    for table in (META, LAYERS, RESULTS, TABLES):
        connection.execute(f"DELETE FROM {table}")
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute(
            "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name = ?", (table,)
        )
    connection.executemany(
        f"INSERT INTO {META} (key, value) VALUES (?, ?)", values.items(),
    )
    connection.executemany(
        f"INSERT INTO {LAYERS} (id, place, description) VALUES (?, ?, ?)",
        ((key, place, text) for place, (key, text) in enumerate(layers.items())),
    )
    connection.executemany(
        f"INSERT INTO {RESULTS} (id, place, description) VALUES (?, ?, ?)",
        ((key, place, text) for place, (key, text) in enumerate(results.items())),
    )
    connection.executemany(
        f"INSERT INTO {TABLES} (table_name, layer, result, output, row_count, columns, digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (r.table, r.layer or None, r.result or None, r.output or None, r.row_count, record_to_json(r), r.digest or None)
            for r in tables
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
