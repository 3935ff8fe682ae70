"""How much memory the work may take: what rows weigh beyond those they share, and giving back to the machine what is not needed."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from typing import Any, Final

from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.project import Project

MEGABYTE: Final = 1_000_000
UNDO_MOST_MB: Final = 500
UNDO_LEAST_MB: Final = 50
UNDO_SHARE: Final = 1 / 16   # of the machine's memory
OBJECT_BYTES: Final = 60     # a Python object in a column, with its pointer
SHAPE_BYTES: Final = 250     # a shape with nothing in it
CORNER_BYTES: Final = 16
KEEPERS: Final = ("ecomap.io.reading.process.apart", "ecomap.analysis.travel.street")
SAMPLE: Final = 500          # texts that are weighed for all


def machine_mb() -> int:
    """The memory of this machine; 0 where it does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEGABYTE
    except (AttributeError, ValueError, OSError):
        return 0


def undo_mb(wanted: int = 0) -> int:
    """How much memory undo may take: what was asked for, else a sixteenth of the machine's, at most 500 MB."""
    if wanted > 0:
        return wanted
    share = int(machine_mb() * UNDO_SHARE) or UNDO_MOST_MB
    return max(UNDO_LEAST_MB, min(UNDO_MOST_MB, share))


def own_bytes(project: Project, beside: Project) -> int:
    """What a snapshot holds that another does not: rows, columns and shapes that are other objects there."""
    shared = {id(rows) for rows in _tables(beside)}
    own = [rows for rows in _tables(project) if id(rows) not in shared]
    if not own:
        return 0
    lengths = {len(rows) for rows in own}
    kept = {key for rows in _tables(beside) if len(rows) in lengths for key in _parts(rows)}
    seen: set[Any] = set()
    total = 0
    known_shapes: set[int] | None = None
    for rows in own:
        for key, values in _parts(rows).items():
            if key in kept or key in seen:
                continue
            seen.add(key)
            if hasattr(values, "geom_type"):
                if known_shapes is None:
                    known_shapes = _shapes_of(beside)
                total += _weight_of_shapes(values, known_shapes)
            else:
                total += _weight(values)
    return total


def _tables(project: Project) -> Iterator[Any]:
    yield from project.frames.values()
    for result in project.results:
        for output in result.outputs:
            yield output.frame


def _parts(rows: Any) -> dict[Any, Any]:
    """The columns of a table by where their values lie in memory; one that cannot say is nobody else's."""
    return {_place(values): values for _, values in rows.items()}


def _place(values: Any) -> Any:
    array = values.array
    held = getattr(array, "_ndarray", None)
    held = getattr(array, "_data", None) if held is None else held
    interface = getattr(held, "__array_interface__", None)
    if interface is None:
        return id(held if held is not None else array)
    return interface["data"][0], interface["shape"], interface["strides"]


def _weight(values: Any) -> int:
    """The bytes of a column; of many texts a part is weighed for all."""
    plain = int(values.array.nbytes) if hasattr(values.array, "nbytes") else 0
    if str(values.dtype) not in ("object", "str", "string"):
        return plain
    some = values.iloc[:: max(len(values) // SAMPLE, 1)]
    letters = sum(len(cell) for cell in some if isinstance(cell, str))
    return plain + len(values) * OBJECT_BYTES + (letters * len(values) // max(len(some), 1))


def _shapes_of(project: Project) -> set[int]:
    """The shapes of all layers that are no answers; an answer has none of its own that another one shares."""
    found: set[int] = set()
    for layer in project.layers:
        if not layer.result_id and layer.geometry != NO_GEOMETRY:
            found.update(map(id, project.frames[layer.id].geometry.array._data))
    return found


def _weight_of_shapes(values: Any, known: set[int]) -> int:
    import numpy as np  # heavy
    import shapely

    array = values.array._data
    fresh = array[np.fromiter((id(shape) not in known for shape in array), bool, len(array))]
    known.update(map(id, fresh))
    corners = int(shapely.get_num_coordinates(fresh).sum()) if len(fresh) else 0
    return int(array.nbytes) + len(fresh) * SHAPE_BYTES + corners * CORNER_BYTES


def forget_kept() -> None:
    """Drop what was kept of files and streets for quick second looks; another project has others."""
    for module in KEEPERS:
        forget = getattr(sys.modules.get(module), "forget", None)  # what was never used, or is being loaded just now, keeps nothing
        if forget is not None:
            forget()


def give_back() -> None:
    """Let the machine have the memory that was freed; the C library of Linux keeps it for itself until asked."""
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        return
