"""Reading a project file without touching it, and without believing what it merely claims."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve, field, frozen

from ecomap.io import migrations
from ecomap.io.store.contents import Content, read_content
from ecomap.io.store.earlier import EarlierVersions, named_in
from ecomap.io.store.files import (
    check_not_in_use,
    disk_problems,
    earlier_versions,
    note_faults,
    remember,
    remove_leftovers,
    stamp_of,
)
from ecomap.io.store.gate import Gate, disarm, harden, opened_for_reading
from ecomap.io.store.schema import BOOKKEEPING, LAYERS, MESSAGES, META, RESULTS, SCHEMA_VERSION, TABLES
from ecomap.io.store.views import with_shared_rows
from ecomap.model.errors import ProjectError
from ecomap.model.fault import NEWER, PASSED_OVER, Fault
from ecomap.model.files import resolved
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as kept


@frozen
class OpenFile:
    """A project file opened for reading, in today's schema (an older one was migrated in memory)."""

    gate: Gate
    version: int                                   # schema version that the file itself claims
    faults: list[Fault] = field(factory=list)      # what is known before anything is read


def open_project(path: Path | str, *, progress: Progress | None = None) -> Project:
    """Read a project from its file; the file is not changed, not even by a migration.

    Parameters
    ----------
    path : Path
        A ``.ecomap.gpkg`` file.
    progress : Progress, optional

    Returns
    -------
    Project
        What is sound of it; ``faults`` says what is not, and which earlier version has it whole.

    Raises
    ------
    ProjectError
        If there is no file, it is no EcoMap project, or nothing in it can be read.
    CancelledError
        If the planner stopped it.
    """
    path = resolved(path)
    progress = progress or silent()
    with disk_problems(path, "open"):
        remove_leftovers(path)
        stamp = stamp_of(path)
        content, version = content_of(path, progress)
    faults = with_earlier(content, path)
    project = evolve(content.project, faults=faults)
    if version < SCHEMA_VERSION:
        project = with_shared_rows(project)
    if stamp is not None:
        remember(project, path, stamp, current_schema=version == SCHEMA_VERSION)
        note_faults(path, stamp, any(fault.loses for fault in faults))
    return project


def content_of(path: Path, progress: Progress) -> tuple[Content, int]:
    """What a file holds and what of it was not believed, and the schema that it claims.

    Raises
    ------
    ProjectError
        If nothing in it can be read; the hint names the last version that is good.
    """
    try:
        with reading(path) as opened:
            return read_content(opened.gate, opened.faults, progress), opened.version
    except sqlite3.Error as problem:
        raise ProjectError(_damaged(path, problem), last_good(path), {"path": str(path), "error": str(problem)}) from problem


def with_earlier(content: Content, path: Path) -> tuple[Fault, ...]:
    """The faults of a file, each with the earlier version that has whole what it is about."""
    with EarlierVersions(earlier_versions(path), quiet_content) as earlier:
        named = (named_in(fault, content, earlier) for fault in content.faults)
        return tuple(fault for fault in named if fault is not None)


def quiet_content(path: Path) -> Content | None:
    """What an earlier version holds; None where nothing of it can be read."""
    try:
        with reading(path, within=True) as opened:
            return read_content(opened.gate, opened.faults, silent())
    except (ProjectError, sqlite3.Error, OSError):
        return None


@contextlib.contextmanager
def reading(path: Path, *, within: bool = False) -> Iterator[OpenFile]:
    """The file, opened so that nothing is written beside it and nothing in it is run; an older schema is migrated in memory.

    ``within``: it is looked into on behalf of a later version, so that its own earlier ones are not asked.
    """
    if path.is_file() and not path.stat().st_size:  # also what is no file on a disk, and may never come to an end
        raise _nothing_in_it(path, within)
    connection = opened_for_reading(path)
    try:
        if not within:
            check_not_in_use(path)
        size = path.stat().st_size
        gate = Gate(connection, size)
        claimed, found = _versions(gate, path, within)
        faults = _version_faults(claimed, found)
        if found < SCHEMA_VERSION:
            memory = sqlite3.connect(":memory:", isolation_level=None)
            connection.backup(memory)
            connection.close()
            connection = memory
            harden(connection)
            disarm(connection)
            migrations.migrate(connection, found)
            gate = Gate(connection, size)
        yield OpenFile(gate, claimed if claimed is not None else 0, faults)
    finally:
        connection.close()


def last_good(path: Path) -> Said:
    """Which earlier version opens soundly, as what to do next."""
    for earlier in earlier_versions(path):
        content = quiet_content(earlier)
        if content is not None and not any(fault.loses for fault in content.faults):
            return say("The last good version is {name}: open that one.", name=kept(earlier.name))
    if earlier_versions(path):
        return say("None of the earlier versions beside it is whole; open a copy, if there is one.")
    return say("Open a copy, if there is one.")


def _versions(gate: Gate, path: Path, within: bool) -> tuple[int | None, int]:
    """The schema version that a file claims, None where it claims none; and the one that its tables have.

    Raises
    ------
    ProjectError
        If it is no project.
    """
    def refused(text: Said, hint: Said = NOTHING) -> ProjectError:
        return ProjectError(text, hint if within or hint else last_good(path), {"path": str(path)})

    try:
        ours = [table for table in BOOKKEEPING if table in gate.tables]
    except sqlite3.DatabaseError as problem:
        if "not a database" not in str(problem):
            raise
        raise refused(say("{name} is not an EcoMap project, or not one any more.", name=kept(path.name))) from problem
    if not ours:
        if gate.tables:
            raise refused(say("{name} is not an EcoMap project.", name=kept(path.name)), say("If it holds map data, import it as a layer."))
        raise _nothing_in_it(path, within)
    for table in (META, LAYERS):
        if table not in ours:
            raise refused(say("{name} has lost its table '{table}', without which its layers cannot be read.", name=kept(path.name), table=kept(table)))
    found = 1 if TABLES not in ours else 2 if MESSAGES not in ours else 3
    if TABLES in ours and "digest" in gate.columns(TABLES):
        claimed = _claimed(gate)  # 4 and 5 have the same tables; 5 has more keys in one of them
        found = claimed if claimed in (4, 5) else 5 if "text" in gate.columns(MESSAGES) else 6
    if found > 1 and RESULTS not in ours:
        raise refused(say("{name} has lost its table '{table}', without which its answers cannot be read.", name=kept(path.name), table=kept(RESULTS)))
    return _claimed(gate), found


def _nothing_in_it(path: Path, within: bool) -> ProjectError:
    return ProjectError(say("{name} is not an EcoMap project: there is nothing in it.", name=kept(path.name)), NOTHING if within else last_good(path),
                        {"path": str(path)})


def _claimed(gate: Gate) -> int | None:
    try:
        found = gate.ask(f"SELECT value FROM {META} WHERE key = 'schema_version'")
        claimed = json.loads(found[0][0])
    except (sqlite3.OperationalError, ValueError, TypeError, IndexError, RecursionError):
        return None
    return claimed if isinstance(claimed, int) and not isinstance(claimed, bool) and claimed > 0 else None


def _version_faults(claimed: int | None, found: int) -> list[Fault]:
    if claimed is not None and claimed > SCHEMA_VERSION:
        return [Fault(NEWER, joined([
            say("A newer EcoMap saved this file. What this one understands is open, for reading only."), say("Update EcoMap to change it.")]), META)]
    if claimed != found:
        return [Fault(PASSED_OVER, say("The file says wrongly, or not at all, which form it has; its tables are of schema {found}.", found=found), META,
                      "schema_version")]
    return []


def _damaged(path: Path, problem: sqlite3.Error) -> Said:
    return say("{name} is damaged and cannot be read ({problem}).", name=kept(path.name), problem=kept(problem))
