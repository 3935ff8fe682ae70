"""Columns on their way into a table and back, exactly: every dtype, every kind of "no number".

A column is stored in the plainest form other programs can read (REAL, INTEGER, BOOLEAN, TEXT), and a `ColumnRecord`
says what it was. Only what has no plain form (mixed values, lists) is stored as JSON text.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.model.errors import ProjectError
from ecomap.model.said import Said, as_data, from_data, has_identity, say
from ecomap.model.said import name as kept

SQL_TYPES: Final = {
    "float": "REAL",
    "integer": "INTEGER",
    "boolean": "BOOLEAN",
    "text": "TEXT",
    "datetime": "TEXT",
    "category": "TEXT",
    "json": "TEXT",
}
MAX_SQL_INTEGER: Final = 2**63 - 1
_TAG: Final = "$"
_ARRAY_TYPES: Final = re.compile(r"bool|u?int(?:8|16|32|64)|float(?:16|32|64)|<U(\d{1,5})|(?:datetime|timedelta)64\[(?:s|ms|us|ns|D)\]")
_MOST_LETTERS: Final = 10_000_000


@frozen
class ColumnRecord:
    """How one column of a frame is stored.

    ``kind`` is a key of `SQL_TYPES`, or "geometry"; ``missing`` says what a NULL was in a column of Python objects
    ("none", "nan" or "na"). Of a category column, ``categories`` are JSON cells in order and ``dtype`` is theirs.
    """

    name: str
    stored: str
    kind: str
    dtype: str
    missing: str = "none"
    categories: tuple[str, ...] = ()
    ordered: bool = False


def encode_column(values: pd.Series, stored: str) -> tuple[ColumnRecord, list[Any]]:
    """A column as a record and the plain values SQLite takes (None, bool, int, float, str).

    Raises
    ------
    ProjectError
        If a cell holds something that has no plain form.
    """
    dtype = values.dtype
    name = str(values.name)
    kind = _kind(values)
    if kind == "category":
        categories = values.cat.categories
        record = ColumnRecord(
            name, stored, kind, str(categories.dtype), "none", tuple(_to_json(item, name) for item in categories),
            bool(values.cat.ordered),
        )
        cells = category_cells(record, list(categories))
        return record, [None if code < 0 else cells[code] for code in values.cat.codes.tolist()]
    missing = _missing_kind(values) if pd.api.types.is_object_dtype(dtype) and kind == "text" else "none"
    if kind == "text" and missing == "mixed":
        kind, missing = "json", "none"
    return ColumnRecord(name, stored, kind, str(dtype), missing), _ENCODERS[kind](values)


def decode_column(record: ColumnRecord, cells: Sequence[Any]) -> Any:
    """The column as it was: an array of the recorded dtype.

    Cells that another program changed are taken as far as the dtype allows: an integer column with a missing cell
    comes back as the nullable integer it has become.
    """
    if record.kind == "category":
        categories = [from_json(text) for text in record.categories]
        place = {cell: code for code, cell in enumerate(category_cells(record, categories))}
        codes = [place.get(cell, -1) for cell in cells]
        return pd.Categorical.from_codes(codes, categories=pd.Index(categories, dtype=record.dtype), ordered=record.ordered)
    if record.kind == "json":
        loaded = _objects(None if cell is None else from_json(cell) for cell in cells)
        return loaded if record.dtype == "object" else pd.array(loaded, dtype=record.dtype)
    if record.kind == "datetime":
        return _datetimes(cells, record.dtype)
    if record.dtype == "object":
        missing = {"none": None, "nan": math.nan, "na": pd.NA}[record.missing]
        return _objects(missing if cell is None else cell for cell in cells)
    return _typed(record, cells)


def category_cells(record: ColumnRecord, categories: list[Any]) -> list[str]:
    """What stands in the table for each category: its text, or its JSON where it is not a text."""
    return [str(item) for item in categories] if all(isinstance(item, str) for item in categories) else list(record.categories)


def _typed(record: ColumnRecord, cells: Sequence[Any]) -> Any:
    dtype = record.dtype
    if record.kind == "float":
        numbers = np.array(cells, dtype="float64")  # None is read as NaN
        if not dtype.startswith("Float"):
            return numbers.astype(dtype)
        return pd.arrays.FloatingArray(numbers, np.array([cell is None for cell in cells], dtype=bool)).astype(dtype)
    if record.kind == "integer" and dtype[0] in "iu" and None in cells:
        dtype = dtype.replace("int", "Int").replace("uInt", "UInt")
    if record.kind == "boolean":
        dtype = "boolean" if None in cells else dtype
        cells = cells if dtype == "bool" else [None if cell is None else bool(cell) for cell in cells]
    return pd.array(list(cells), dtype=dtype) if dtype != "bool" else np.asarray(cells, dtype=bool)


def _kind(values: pd.Series) -> str:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return "category"
    if isinstance(dtype, pd.StringDtype):
        return "text" if _storable_text(values.dropna().to_numpy(object).tolist()) else "json"
    if pd.api.types.is_bool_dtype(dtype) and not pd.api.types.is_object_dtype(dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(dtype):
        return "json" if (values.dropna() > MAX_SQL_INTEGER).any() else "integer"
    if pd.api.types.is_float_dtype(dtype):
        return "float"
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "datetime"
    if pd.api.types.is_object_dtype(dtype):
        present = [cell for cell in values.to_numpy().tolist() if type(cell) is str or not _missing(cell)]
        if all(type(cell) is str or isinstance(cell, Said) for cell in present) and _storable_text(present):
            return "text"
        return "json"
    raise ProjectError(
        say("The column '{name}' is of a kind that a project file cannot keep ({dtype}).", name=kept(values.name), dtype=kept(dtype)),
        say("Leave the column out, or turn it into text or numbers."),
        {"column": str(values.name), "dtype": str(dtype)},
    )


def _storable_text(cells: Iterable[str]) -> bool:
    """Whether every text can stand in the file as it is (no lone surrogates, no NUL that ends it early elsewhere)."""
    joined = "".join(cells)
    try:
        joined.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\0" not in joined


def _missing(cell: Any) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))


def _missing_kind(values: pd.Series) -> str:
    kinds = {
        "none" if cell is None else "na" if cell is pd.NA else "mixed" if cell is pd.NaT else "nan"
        for cell in values
        if _missing(cell)
    }
    return "mixed" if len(kinds) > 1 else next(iter(kinds), "none")


def _encode_floats(values: pd.Series) -> list[Any]:
    return [None if number != number else number for number in values.to_numpy("float64", na_value=np.nan).tolist()]


def _encode_plain(values: pd.Series) -> list[Any]:
    return values.astype(object).where(values.notna(), None).tolist()


def _encode_texts(values: pd.Series) -> list[Any]:
    return [str(cell) if isinstance(cell, Said) else cell for cell in _encode_plain(values)]


def _encode_datetimes(values: pd.Series) -> list[Any]:
    return [None if cell is pd.NaT else cell.isoformat() for cell in values]


def _encode_json(values: pd.Series) -> list[Any]:
    return [
        None if cell is None else _to_json(cell, str(values.name))
        for cell in (_encode_plain(values) if not pd.api.types.is_object_dtype(values.dtype) else values)
    ]


_ENCODERS: Final[dict[str, Callable[[pd.Series], list[Any]]]] = {
    "float": _encode_floats,
    "integer": _encode_plain,
    "boolean": _encode_plain,
    "text": _encode_texts,
    "datetime": _encode_datetimes,
    "json": _encode_json,
}


def _datetimes(cells: Sequence[Any], dtype: str) -> Any:
    zoned = "," in dtype
    stamps = pd.to_datetime(pd.Series(list(cells), dtype=object), format="ISO8601", utc=zoned)
    return stamps.astype(dtype).array


def _objects(cells: Iterable[Any]) -> np.ndarray:
    listed = list(cells)
    array = np.empty(len(listed), dtype=object)
    for position, cell in enumerate(listed):
        array[position] = cell
    return array


def _to_json(cell: Any, column: str) -> str:
    return json.dumps(_tagged(cell, column), allow_nan=False, separators=(",", ":"))


def _tagged(cell: Any, column: str) -> Any:
    """A value as plain JSON; what JSON has no word for becomes ``{"$": kind, "v": value}``."""
    if isinstance(cell, np.generic) and not isinstance(cell, np.datetime64 | np.timedelta64):
        cell = cell.item()
    if cell is pd.NA:
        return {_TAG: "na"}
    if cell is pd.NaT:
        return {_TAG: "nat"}
    if cell is None or isinstance(cell, bool | int):
        return cell
    if isinstance(cell, str):
        return {_TAG: "said", "v": as_data(cell)} if has_identity(cell) else str(cell)
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else {_TAG: "float", "v": repr(cell)}
    if isinstance(cell, list):
        return [_tagged(item, column) for item in cell]
    if isinstance(cell, tuple):
        return {_TAG: "tuple", "v": [_tagged(item, column) for item in cell]}
    if isinstance(cell, np.ndarray) and cell.ndim == 1 and cell.dtype != object:
        return {_TAG: "array", "dtype": str(cell.dtype), "v": [_tagged(item, column) for item in cell.tolist()]}
    if isinstance(cell, dict) and all(isinstance(key, str) for key in cell):
        return {_TAG: "dict", "v": {key: _tagged(item, column) for key, item in cell.items()}}
    for kind, of in (("timestamp", pd.Timestamp), ("datetime", datetime), ("date", date)):
        if isinstance(cell, of):
            return {_TAG: kind, "v": cell.isoformat()}
    raise ProjectError(
        say("The column '{column}' holds a value that a project file cannot keep ({kind}).", column=kept(column),
            kind=kept(type(cell).__name__)),
        say("Leave the column out, or turn it into text or numbers."),
        {"column": column, "type": type(cell).__name__},
    )


def from_json(text: str) -> Any:
    return _untagged(json.loads(text))


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return [_untagged(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind: str = value[_TAG]
    inner: Any = value.get("v")
    if kind == "array":
        return _array([_untagged(item) for item in inner], value["dtype"])
    return _UNTAG[kind](inner)


def _array(items: list[Any], dtype: str) -> np.ndarray:
    """Items as the array they were; a kind that EcoMap does not write, or one that would take much more room than its items, is refused."""
    width = _ARRAY_TYPES.fullmatch(dtype)
    if width is None or int(width[1] or 1) * max(len(items), 1) > _MOST_LETTERS:
        raise ValueError(dtype)
    return np.array(items, dtype=dtype)


_UNTAG: Final[dict[str, Callable[[Any], Any]]] = {
    "na": lambda _: pd.NA,
    "nat": lambda _: pd.NaT,
    "float": float,
    "said": from_data,
    "tuple": lambda inner: tuple(_untagged(item) for item in inner),
    "dict": lambda inner: {key: _untagged(item) for key, item in inner.items()},
    "timestamp": pd.Timestamp,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
}
