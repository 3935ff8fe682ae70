"""What differs between a sound project and the one that a damaged file gave, and whether it was said."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import attrs
import numpy as np
import pandas as pd
import shapely
from attrs import frozen

from ecomap.model.project import Project

_NUMBERS: Final = frozenset({"crs", "role", "geometry", "columns", "indicators", "figures", "bars", "outputs", "provenance", "notes", "boundary", "level", "recipes", "ledger", "scenarios", "bookmarks"})


@frozen
class Difference:
    """One thing that is not as it was. ``of``: id of the layer or answer, "" for the project; ``number``: a number rests on it."""

    of: str
    what: str
    number: bool = True

    def __str__(self) -> str:
        return f"{self.of or 'project'}: {self.what}"


def differences(before: Project, after: Project) -> list[Difference]:
    """Everything that is not as it was."""
    return list(_differences(before, after))


def silent(found: list[Difference], after: Project, tables: dict[str, str]) -> list[Difference]:
    """Those that no fault speaks of: by layer, by table, or of the whole project.

    Parameters
    ----------
    tables : dict
        Id of a layer or answer -> name of its table in the sound file.
    """
    said: set[str] = set()
    words = ""
    for fault in after.faults:
        said |= {fault.layer, fault.table, fault.result}
        words += f" {fault.text}"
    whole = any(not fault.layer and not fault.table.removeprefix("ecomap_meta") for fault in after.faults)
    return [one for one in found if not (whole or one.of in said or tables.get(one.of, "\0") in said or (one.of and one.of in words)
                                         or ("ecomap_" in " ".join(said) and not one.of) or _bookkeeping(said, one))]


def _bookkeeping(said: set[str], one: Difference) -> bool:
    """A fault of a table of descriptions speaks of whatever it describes where it cannot say which."""
    return bool({"ecomap_layers", "ecomap_results", "ecomap_tables"} & said)


def _differences(before: Project, after: Project) -> Iterator[Difference]:
    for name in ("title", "crs", "view", "meta", "recipes", "ledger", "scenarios", "bookmarks", "notes"):
        if getattr(before, name) != getattr(after, name):
            yield Difference("", name, name in _NUMBERS)
    ids = [layer.id for layer in after.layers]
    was = [layer.id for layer in before.layers]
    for layer in before.layers:
        if layer.id not in ids:
            yield Difference(layer.id, "layer is gone")
            continue
        now = after.layer(layer.id)
        yield from _fields(layer.id, layer, now, ("view",))
        yield from _rows(layer.id, before.frames[layer.id], after.frames[layer.id])
    yield from (Difference(one, "layer is new") for one in ids if one not in was)
    if sorted(ids) == sorted(was) and ids != was:
        yield Difference("", "order of layers", number=False)
    yield from _answers(before, after)


def _answers(before: Project, after: Project) -> Iterator[Difference]:
    now = {result.id: result for result in after.results}
    for result in before.results:
        if result.id not in now:
            yield Difference(result.id, "answer is gone")
            continue
        then = now.pop(result.id)
        yield from _fields(result.id, result, then, ("outputs",))
        if [one.name for one in result.outputs] != [one.name for one in then.outputs]:
            yield Difference(result.id, "outputs")
            continue
        for one, other in zip(result.outputs, then.outputs):
            yield from _fields(result.id, one, other, ("frame",))
            yield from _rows(result.id, one.frame, other.frame)
    yield from (Difference(one, "answer is new") for one in now)


def _fields(of: str, before: Any, after: Any, but: tuple[str, ...]) -> Iterator[Difference]:
    for field in attrs.fields(type(before)):
        was, found = getattr(before, field.name), getattr(after, field.name)
        if field.name not in but and was != found and str(plain(was)) != str(plain(found)):
            yield Difference(of, field.name, field.name in _NUMBERS)


def plain(value: Any) -> Any:
    """A value as plain lists, so that a tuple and a list, a mapping and a dict are alike."""
    if attrs.has(type(value)):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _rows(of: str, before: Any, after: Any) -> Iterator[Difference]:
    if len(before) != len(after):
        yield Difference(of, f"{len(before)} rows are {len(after)}")
        return
    for name in before.columns:
        if name not in after.columns:
            yield Difference(of, f"column {name!r:.40} is gone")
        elif cells(before[name]) != cells(after[name]):
            yield Difference(of, f"cells of {name!r:.40}")
    yield from (Difference(of, f"column {name!r:.40} is new") for name in after.columns if name not in before.columns)
    if str(getattr(before, "crs", None)) != str(getattr(after, "crs", None)):
        yield Difference(of, "coordinate system of the rows")


def cells(values: pd.Series) -> list[Any]:
    """The cells as plain values that can be compared: a missing one is None, a shape its bytes."""
    if str(values.dtype) == "geometry":
        return [None if one is None else one.tobytes() for one in np.array([None if wkb is None else np.frombuffer(wkb, "u1") for wkb in shapely.to_wkb(np.asarray(values.array), flavor="iso", byte_order=1)], dtype=object)]
    return [_cell(one) for one in values.tolist()]


def _cell(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, list | tuple | np.ndarray):
        return [_cell(one) for one in value]
    if isinstance(value, dict):
        return {key: _cell(one) for key, one in value.items()}
    return str(value) if isinstance(value, str) else value
