"""Parts of a large table as Parquet files, each written whole or not at all, with the work it came of and a digest of its content.

A part that is there and whole for the same work need not be made again. Its rows are read as arrays; nothing of a part is believed
that its digest does not bear out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.model.errors import InputError
from ecomap.model.files import replaced, write_whole
from ecomap.model.said import name, say

WORK, DIGEST = b"ecomap_work", b"ecomap_digest"
Columns = Mapping[str, np.ndarray]


def require_parquet() -> None:
    """Refuse in a sentence where the library that reads Parquet is missing."""
    try:
        import pyarrow.parquet  # heavy  # noqa: F401
    except ImportError as problem:
        raise InputError(say("Parquet files are read by a library (pyarrow) that is not installed."),
                         say("Install EcoMap with its extra 'parquet' or 'cluster'.")) from problem


def write_part(path: Path, columns: Columns, work: str, *, groups: list[int] | None = None) -> None:
    """Write a part in one step.

    Parameters
    ----------
    columns : mapping of name to array
        Numbers, or texts.
    work : str
        What it was made of and how; another work makes it anew.
    groups : list of int, optional
        How many rows stand in each row group; all in one by default.
    """
    import pyarrow as pa  # heavy
    from pyarrow import parquet

    table = pa.table({one: pa.array(values) for one, values in columns.items()})
    table = table.replace_schema_metadata({WORK: work.encode(), DIGEST: digest_of(columns).encode(), b"groups": json.dumps(groups or []).encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as beside, parquet.ParquetWriter(beside, table.schema, compression="zstd") as writer:
        start = 0
        for size in groups if groups is not None else [len(table)]:
            if size:
                writer.write_table(table.slice(start, size), row_group_size=size)
            start += size


def read_part(path: Path, columns: list[str] | None = None) -> dict[str, np.ndarray]:
    """The columns of a part.

    Raises
    ------
    InputError
        If it is not there or damaged.
    """
    with _opened(path) as opened:
        return _arrays(opened.read(columns=columns))


def read_group(path: Path, group: int) -> dict[str, np.ndarray] | None:
    """One row group of a part, counted with those that hold nothing; None for one of these.

    Raises
    ------
    InputError
        If it is not there or damaged.
    """
    with _opened(path) as opened:
        sizes = json.loads(opened.schema_arrow.metadata[b"groups"])
        if not sizes[group]:
            return None
        return _arrays(opened.read_row_group(sum(1 for size in sizes[:group] if size)))


def is_whole(path: Path, work: str) -> bool:
    """Whether a part of this work is there with all that was written."""
    if not path.is_file():
        return False
    try:
        with _opened(path) as opened:
            told = opened.schema_arrow.metadata or {}
            if told.get(WORK, b"").decode() != work:
                return False
            return told.get(DIGEST, b"").decode() == digest_of(_arrays(opened.read()))
    except InputError:
        return False


def digest_of(columns: Columns) -> str:
    """A digest of the content of columns, whatever file they stand in."""
    found = hashlib.sha256()
    for one, values in columns.items():
        found.update(f"{one}:{values.dtype.str if values.dtype.kind != 'O' else 'text'}:{len(values)};".encode())
        found.update(np.ascontiguousarray(values).tobytes() if values.dtype.kind != "O" else
                     "\0".join("" if cell is None else str(cell) for cell in values).encode())
    return found.hexdigest()


def write_note(path: Path, found: Mapping[str, Any], work: str) -> None:
    """Keep what a part came to beside it, in one step: plain JSON values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, sort_keys=True)
    write_whole(path, json.dumps({"work": work, "digest": hashlib.sha256(text.encode()).hexdigest(), "found": found}).encode())


def read_note(path: Path, work: str) -> dict[str, Any] | None:
    """What a part came to; None where it is not there, damaged or of another work."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        found: dict[str, Any] = told["found"]
        whole = told["work"] == work and told["digest"] == hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if whole else None


@frozen
class Source:
    """A Parquet file as it came: places with their numbers, read one row group after the other.

    ``geometry`` names its column of shapes (GeoParquet), "" where there are x and y; ``crs`` is what the file says of itself.
    """

    path: Path
    rows: int
    groups: int
    columns: tuple[str, ...]
    geometry: str
    crs: Any = field(eq=False, default=None)

    def group(self, number: int, columns: list[str]) -> dict[str, np.ndarray]:
        """Some columns of one row group, with the coordinates of every row as ``xy`` (an area's from a point inside it)."""
        wanted = [*columns, *([self.geometry] if self.geometry else ["x", "y"])]
        with _opened(self.path) as opened:
            table = opened.read_row_group(number, columns=wanted)
        found = _arrays(table.select(columns)) if columns else {}
        found["xy"] = self._coordinates(table)
        return found

    def shapes(self, number: int) -> np.ndarray:
        """The shapes of one row group."""
        import shapely  # heavy

        with _opened(self.path) as opened:
            return np.asarray(shapely.from_wkb(opened.read_row_group(number, columns=[self.geometry]).column(0).to_numpy()))

    def each(self, columns: list[str]) -> Iterator[dict[str, np.ndarray]]:
        """All row groups in order."""
        for number in range(self.groups):
            yield self.group(number, columns)

    def _coordinates(self, table: Any) -> np.ndarray:
        if not self.geometry:
            return np.stack([np.asarray(table.column(one).to_numpy(), dtype=float) for one in ("x", "y")], axis=1)
        import shapely  # heavy

        shapes = np.asarray(shapely.from_wkb(table.column(self.geometry).to_numpy()))
        found = np.full((len(shapes), 2), np.nan)
        there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        found[there] = shapely.get_coordinates(shapely.point_on_surface(shapes[there]))
        return found


def source_of(path: Path) -> Source:
    """What a Parquet file holds, by its description alone.

    Raises
    ------
    InputError
        If it is not there, is no Parquet file, or says of no row where it is.
    """
    require_parquet()
    with _opened(path) as opened:
        columns = tuple(opened.schema_arrow.names)
        told = json.loads((opened.schema_arrow.metadata or {}).get(b"geo", b"{}"))
        rows, groups = opened.metadata.num_rows, opened.metadata.num_row_groups
    geometry = str(told.get("primary_column", ""))
    if geometry not in columns:
        geometry = ""
    if not geometry and not {"x", "y"} <= set(columns):
        raise InputError(say("{file} does not say where its rows are.", file=name(path.name)),
                         say("Give a GeoParquet file, or columns x and y."))
    return Source(path, rows, groups, columns, geometry, told["columns"][geometry].get("crs") if geometry else None)


def _arrays(table: Any) -> dict[str, np.ndarray]:
    return {one: table.column(one).to_numpy() for one in table.column_names}


def _opened(path: Path) -> Any:
    import pyarrow as pa  # heavy
    from pyarrow import parquet

    try:
        return parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as problem:
        raise InputError(say("{file} is not there, or cannot be read as a Parquet file.", file=name(path.name)),
                         say("Make it again."), {"reason": str(problem)[:300]}) from problem
