"""What is sound in a project file and what is not, said in sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from attrs import frozen

from ecomap.io.store.contents import Content, read_content
from ecomap.io.store.files import disk_problems
from ecomap.io.store.fingerprints import fingerprint
from ecomap.io.store.gate import Gate
from ecomap.io.store.opening import last_good, reading, with_earlier
from ecomap.io.store.schema import BOOKKEEPING, SCHEMA_VERSION
from ecomap.model.errors import EcoMapError, ProjectError
from ecomap.model.fault import DOUBTED, LOST, Fault
from ecomap.model.files import resolved
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.progress import silent
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as kept
from ecomap.model.units import format_number
from ecomap.model.vocabulary import ID, MISSING_REASONS, REASON_SUFFIX, RESULT

OK: Final = "ok"
CAUTION: Final = "caution"
ERROR: Final = "error"

EXAMPLES: Final = 3
_LONGEST: Final = 300  # letters of what a library says


@frozen
class Finding:
    """One thing that was looked at. ``level``: ok | caution (worth knowing) | error (cannot be trusted).

    ``fault`` says where it stands, for what the gate at opening did not believe.
    """

    level: str
    text: Said
    fault: Fault | None = None


def check_project(path: Path | str) -> tuple[Finding, ...]:
    """Look a project file over: integrity, what is not as EcoMap wrote it, keys, shapes, missing numbers, sources, stale results.

    The file is not changed. Whatever is wrong with it is a finding.

    Returns
    -------
    tuple of Finding
        In the order above. No finding of level "error" means that the project can be trusted.

    Raises
    ------
    ProjectError
        If there is no file.
    """
    path = resolved(path)
    if not path.is_file():
        raise ProjectError(say("There is no file {path}.", path=kept(path)), say("Choose another one."), {"path": str(path)})
    findings: list[Finding] = []
    try:
        for finding in _findings(path):
            findings.append(finding)  # one by one: what was found before something fails is told
    except EcoMapError as problem:
        findings.append(Finding(ERROR, problem.said))
    except Exception as problem:  # noqa: BLE001 - a check never fails itself
        findings.append(Finding(ERROR, say("The project cannot be read: {problem}", problem=kept(f"{type(problem).__name__}: {problem}"[:_LONGEST]))))
    return tuple(findings)


def _findings(path: Path) -> Iterator[Finding]:
    with disk_problems(path, "open"):
        content, version, told = _looked_over(path)
        yield from told
    if version == SCHEMA_VERSION:
        yield Finding(OK, say("It is in today's form (schema {version}).", version=version))
    elif 0 < version < SCHEMA_VERSION:
        yield Finding(CAUTION, say("It is in an earlier form (schema {version}); the next save brings it to {today}.", version=version,
                                   today=SCHEMA_VERSION))
    faults = with_earlier(content, path)
    yield from map(_finding, faults)
    if not any(fault.table for fault in faults):
        yield Finding(OK, say("All {count} tables are there and hold the rows that were written.", count=len(content.records)))
    project = content.project
    for layer in project.layers:
        yield from _layer_findings(layer, project.frames[layer.id])
    yield from _result_findings(project)


def _finding(fault: Fault) -> Finding:
    whole = say("{file} has it whole.", file=kept(fault.earlier)) if fault.earlier and fault.loses else NOTHING
    return Finding(ERROR if fault.kind in (LOST, DOUBTED) else CAUTION, joined([fault.text, whole]), fault)


def _looked_over(path: Path) -> tuple[Content, int, list[Finding]]:
    """What the file holds, the schema that it claims, and what is to be said of the file as a whole."""
    try:
        with reading(path) as opened:
            told = [*_file_findings(opened.gate)]
            content = read_content(opened.gate, opened.faults, silent())
            told += _listing_findings(opened.gate, content)
    except sqlite3.Error as problem:
        raise ProjectError(say("The file is damaged: {problem}.", problem=kept(problem)), last_good(path)) from problem
    return content, opened.version, told


def _file_findings(gate: Gate) -> Iterator[Finding]:
    try:
        found = [str(text) for (text,) in gate.ask("PRAGMA integrity_check(10)")]
    except sqlite3.Error as problem:
        found = [str(problem)]
    if found == ["ok"]:
        yield Finding(OK, say("The file is whole."))
    else:
        yield Finding(ERROR, say("The file is damaged: {problem}.", problem=kept(found[0][:_LONGEST])))


def _listing_findings(gate: Gate, content: Content) -> Iterator[Finding]:
    """Tables that are missing, that nothing owns, or that other programs do not see."""
    for table in BOOKKEEPING:
        if table not in gate.tables:
            yield Finding(ERROR, say("The table '{table}' is missing.", table=kept(table)))
    try:
        listed = {name for (name,) in gate.ask("SELECT table_name FROM gpkg_contents")}
    except sqlite3.Error:
        yield Finding(CAUTION, say("The list of tables for other programs is missing; they will not see the layers."))
        return
    for owner, record in content.records.items():
        if owner not in content.rows:
            yield Finding(CAUTION, say("The table '{table}' belongs to nothing in the project.", table=kept(record.table)))
        if record.table not in listed:
            yield Finding(CAUTION, say("The table '{table}' is not listed; other programs will not see it.", table=kept(record.table)))


def _layer_findings(layer: Layer, frame: pd.DataFrame) -> Iterator[Finding]:
    yield from _key_findings(layer, frame)
    if layer.geometry != NO_GEOMETRY:
        yield from _shape_findings(layer, frame)
    yield from _missing_findings(layer, frame)
    yield from _source_findings(layer)


def _key_findings(layer: Layer, frame: pd.DataFrame) -> Iterator[Finding]:
    if ID not in frame.columns:
        yield Finding(ERROR, say("{layer}: the rows have no key column '{column}'.", layer=layer.name, column=kept(ID)))
        return
    keys = frame[ID]
    absent = int(keys.isna().sum())
    if absent:
        yield Finding(ERROR, say(
            "{layer}: {count} of {all} rows have no key.", layer=layer.name, count=format_number(absent),
            all=format_number(len(keys))))
    twice = keys[keys.notna() & keys.duplicated(keep=False)]
    if len(twice):
        yield Finding(
            ERROR, say("{layer}: {count} rows share a key with another, such as {examples}.", layer=layer.name,
                       count=format_number(len(twice)), examples=_some(twice))
        )
    if not absent and not len(twice):
        yield Finding(OK, say(
            "{layer}: {count} rows, each with a key of its own.", layer=layer.name, count=format_number(len(keys))))


def _shape_findings(layer: Layer, frame: Any) -> Iterator[Finding]:
    if not hasattr(frame, "geometry"):
        yield Finding(ERROR, say(
            "{layer}: the layer should have shapes, and its rows have none.", layer=layer.name))
        return
    shapes = np.asarray(frame.geometry.array)
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    invalid = ~shapely.is_valid(shapes) & ~absent
    if absent.any():
        yield Finding(CAUTION, plural("{layer}: {n} row has no shape and is not on the map.", "{layer}: {n} rows have no shape and are not on the map.",
                                      int(absent.sum()), layer=layer.name))
    if invalid.any():
        keys = frame[ID][invalid] if ID in frame.columns else pd.Series(np.flatnonzero(invalid))
        yield Finding(
            ERROR, say("{layer}: {count} shapes are not valid (they cross themselves), such as {examples}.", layer=layer.name,
                       count=format_number(int(invalid.sum())), examples=_some(keys))
        )


def _missing_findings(layer: Layer, frame: pd.DataFrame) -> Iterator[Finding]:
    """How many measured numbers are missing, and why, where a reason stands beside them."""
    measured = [*dict.fromkeys(indicator.column for indicator in layer.indicators)]
    measured += [
        column.name for column in layer.columns
        if column.unit not in ("", "date", "flag") and column.name not in measured
    ]
    counts = {name: int(frame[name].isna().sum()) for name in measured if name in frame.columns}
    total = sum(counts.values())
    if not total:
        return
    most = max(counts, key=lambda name: counts[name])
    reasons: dict[Said, int] = {}
    for name in counts:
        if name + REASON_SUFFIX in frame.columns:
            told = frame[name + REASON_SUFFIX][frame[name].isna()]
            for reason, count in told[told != ""].value_counts().items():  # what another program took out has no reason beside it
                words = kept(MISSING_REASONS.get(str(reason), str(reason)))
                reasons[words] = reasons.get(words, 0) + int(count)
    why = [say("{count} {reason}", count=format_number(count), reason=reason)
           for reason, count in sorted(reasons.items(), key=lambda item: -item[1])]
    gone = say("{count} of {all} numbers are missing", count=format_number(total), all=format_number(len(counts) * len(frame)))
    yield Finding(CAUTION, say(
        "{layer}: {missing}; most in “{column}” ({count} of {all}).", layer=layer.name, missing=joined([gone, *why], ", "),
        column=layer.column(most).label, count=format_number(counts[most]), all=format_number(len(frame))))


def _source_findings(layer: Layer) -> Iterator[Finding]:
    if layer.role == RESULT or layer.result_id:
        return
    if not layer.sources:
        yield Finding(CAUTION, say("{layer}: nothing says where it is from.", layer=layer.name))
    elif not any(source.vintage for source in layer.sources):
        yield Finding(CAUTION, say("{layer}: nothing says which period it speaks of.", layer=layer.name))


def _result_findings(project: Project) -> Iterator[Finding]:
    now = {layer.id: fingerprint(project.frames[layer.id]) for layer in project.layers if project.results}
    for result in project.results:
        if result.provenance is None:
            yield Finding(CAUTION, say("{answer}: nothing says how it was made.", answer=result.title))
            continue
        changed = [layer_id for layer_id, was in result.provenance.inputs if now.get(layer_id) != was]
        if changed:
            names = [project.layer(i).name if project.has_layer(i) else i for i in changed]
            yield Finding(CAUTION, say("{answer}: made before {layers} changed; run it again to bring it up to date.",
                                       answer=result.title, layers=joined(names, ", ")))
        else:
            yield Finding(OK, say("{answer}: made from the rows that are here now.", answer=result.title))


def _some(keys: pd.Series) -> Said:
    return joined([str(key) for key in list(dict.fromkeys(keys))[:EXAMPLES]], ", ")
