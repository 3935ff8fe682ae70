"""Earlier versions of a project file: which of them still has what the file has lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
from attrs import evolve
from shapely import get_parts
from shapely.geometry.base import BaseGeometry

from ecomap.io.store.contents import Content
from ecomap.io.store.records import Owner
from ecomap.io.store.rows import Rows
from ecomap.io.store.schema import LAYERS, META, RESULTS
from ecomap.model.fault import CHANGED, DOUBTED, NEWER, PASSED_OVER, Fault
from ecomap.model.said import joined, plural
from ecomap.model.said import name as kept

_LOOKED_AT: Final = 3  # the last ones
_SHOWN: Final = 5      # rows named in one sentence


class EarlierVersions:
    """The earlier versions beside a file, each read when it is first asked for.

    Parameters
    ----------
    paths : sequence of Path
        The last one first.
    read : callable
        Path -> what it holds, or None.
    """

    def __init__(self, paths: Sequence[Path], read: Callable[[Path], Content | None]) -> None:
        self.paths = tuple(paths[:_LOOKED_AT])
        self._read = read
        self._known: dict[Path, Content | None] = {}

    def __enter__(self) -> EarlierVersions:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._known.clear()

    def content(self, path: Path) -> Content | None:
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def with_whole(self, fault: Fault, owner: Owner | None) -> tuple[Path, Content] | None:
        """The last version that has whole what a fault is about."""
        for path in self.paths:
            content = self.content(path)
            if content is not None and _has_whole(content, fault, owner):
                return path, content
        return None


def named_in(fault: Fault, content: Content, earlier: EarlierVersions) -> Fault | None:
    """A fault with the earlier version that has whole what it is about, and the rows that differ from it; None if none does."""
    if fault.kind in (NEWER, PASSED_OVER):
        return fault
    owner = owner_of(fault, content)
    found = earlier.with_whole(fault, owner)
    if found is None:
        return fault
    path, was = found
    fault = evolve(fault, earlier=path.name)
    if fault.kind != CHANGED or fault.column or owner is None or not _same_rows_written(owner, content, was):
        return fault
    rows = differing(content.rows[owner], was.rows[owner])
    told = plural("{n} row differs from {file} (row {rows}).", "{n} rows differ from {file} (such as rows {rows}).", len(rows),
                  file=kept(path.name), rows=joined([str(row) for row in rows[:_SHOWN]], ", "))
    if not rows and any(one.kind == DOUBTED and one.table == fault.table for one in content.faults):
        return None
    return evolve(fault, rows=tuple(rows[:_SHOWN]), text=joined([fault.text, told])) if rows else fault


def owner_of(fault: Fault, content: Content) -> Owner | None:
    """Whose rows a fault is about; None where it is about a description or the whole project."""
    if fault.table in (META, LAYERS, RESULTS):
        return None
    by_table = next((owner for owner, record in content.records.items() if record.table == fault.table), None)
    return by_table or ((fault.layer, "", "") if fault.layer else None)


def differing(now: Rows, was: Rows) -> list[int]:
    """Numbers of the rows that are other ones than they were, that came or went."""
    places, before = ({number: place for place, number in enumerate(one.numbers)} for one in (now, was))
    common = [number for number in now.numbers if number in before]
    at, then = [places[number] for number in common], [before[number] for number in common]
    other = np.zeros(len(common), dtype=bool)
    for column in was.frame.columns:
        if column not in now.frame:
            return sorted({*now.numbers, *was.numbers})
        if len(now.doubted.get(column, ())) == len(now.numbers):
            continue  # a column that is missing, or has become another one, is told as that
        other |= _differs(np.asarray(now.frame[column].array, dtype=object)[at], np.asarray(was.frame[column].array, dtype=object)[then])
    changed = [number for number, one in zip(common, other) if one]
    return sorted({*changed, *(set(places) ^ set(before))})


def _differs(now: np.ndarray, was: np.ndarray) -> np.ndarray:
    return np.fromiter((not _same(one, other) for one, other in zip(now, was)), dtype=bool, count=len(now))


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if isinstance(one, BaseGeometry) and isinstance(other, BaseGeometry):  # a multi of one part stands for its part
        return list(get_parts(one)) == list(get_parts(other))
    if type(one) is not type(other):
        return bool(isinstance(one, int | float) and isinstance(other, int | float) and one == other)
    if isinstance(one, float) and one != one:
        return other != other
    return repr(one) == repr(other) if isinstance(one, list | tuple | dict | np.ndarray) else bool(one == other)


def _same_rows_written(owner: Owner, now: Content, was: Content) -> bool:
    """Whether the earlier version holds just the rows that EcoMap wrote into the later one."""
    one, other = now.records.get(owner), was.records.get(owner)
    return one is not None and other is not None and bool(one.digest) and one.digest == other.digest


def _has_whole(content: Content, fault: Fault, owner: Owner | None) -> bool:
    losing = [one for one in content.faults if one.loses]
    if fault.table == META:
        return not any(one.table == META and one.column in ("", fault.column) for one in losing)
    if owner is not None:
        rows = content.rows.get(owner)
        return rows is not None and rows.frame is not None and not any(one.loses for one in rows.faults)
    here = content.project.has_layer(fault.layer) if fault.layer else any(one.id == fault.result for one in content.project.results)
    return here and not any(one.layer == fault.layer and one.result == fault.result for one in losing)
