"""Every cell of a file by its place: table, row and column, as a text that two files of one kind can be compared by."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from html import unescape
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ecomap.io.carried.page import MOST_BYTES, element, page_text, unpacked_text
from ecomap.io.carried.workbook import cells_of
from ecomap.model.errors import InputError
from ecomap.model.record import HIDDEN_SHEET
from ecomap.model.said import name, say

Cells = dict[tuple[str, str, str], str]
_OWN: Final = re.compile(r"(gpkg|ecomap|rtree|sqlite|qgis)_|layer_styles$", re.IGNORECASE)
PAGE: Final = "page"    # the table of what a page says outside of tables and cards: words by line, and its other data
LINE: Final = "line "
SHAPE: Final = "shape"
_HELD: Final = "\u00a0"  # holds a number and its unit on one line of a page; to read it is a space
_KEYS: Final = ("id", "ID", "Id")
_NOT_SHOWN: Final = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_HIDDEN_GROUPS: Final = re.compile(r'<section aria-labelledby="people-title">.*?</section>', re.DOTALL)  # of the whole project, not of what a file holds
_TAG: Final = re.compile(r"<[^<>]*>")


def cells_of_file(path: Path, ending: str) -> Cells:
    """The cells of a page, a workbook or a GeoPackage.

    Raises
    ------
    InputError
        If it is damaged.
    """
    try:
        return _READERS[ending](path)
    except (sqlite3.Error, ValueError, RecursionError, AttributeError, TypeError, LookupError) as problem:
        raise InputError(say("{file} is damaged.", file=name(path.name)), say("Ask whoever sent it to export it again.")) from problem


def _of_workbook(path: Path) -> Cells:
    found: Cells = {}
    for sheet, rows in cells_of(path).items():
        if sheet != HIDDEN_SHEET and rows:
            headings = [str(one) for one in rows[0]]
            _rows_by_name(found, sheet, headings, rows[1:])
    return found


def _rows_by_name(found: Cells, sheet: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The cells of a sheet, whose rows go by their first column, or by the first two where several have the same first one."""
    width = 1 if len({str(row[0]) for row in rows}) == len(rows) else 2
    often: Counter[str] = Counter()
    for row in rows:
        place = " · ".join(str(cell) for cell in row[:width])
        often[place] += 1
        place = place if often[place] == 1 else f"{place} ({often[place]})"
        for column, value in zip(headings, row):
            if text := _text(value):
                found[sheet, place, column] = text


def _of_geopackage(path: Path) -> Cells:
    found: Cells = {}
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        file.execute("PRAGMA trusted_schema = OFF")
        tables = [one for (one,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid")]
        for table in tables:
            if _OWN.match(table):
                continue
            quoted = table.replace('"', '""')
            columns = [row[1] for row in file.execute(f'PRAGMA table_info("{quoted}")')]
            rows = file.execute(f'SELECT * FROM "{quoted}"').fetchall()
            _add_by_key(found, table, columns, rows)
    return found


def _of_csv(path: Path) -> Cells:
    found: Cells = {}
    _check_size(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = list(csv.reader(file))
    _add_by_key(found, path.stem, headings, rows)
    return found


def _of_geojson(path: Path) -> Cells:
    found: Cells = {}
    _check_size(path)
    features = json.loads(path.read_text("utf-8"))["features"]
    headings = list(dict.fromkeys(key for one in features for key in one["properties"]))
    rows = [[*(one["properties"].get(key) for key in headings), json.dumps(one["geometry"]).encode()] for one in features]
    _add_by_key(found, path.stem, [*headings, SHAPE], rows)
    return found


def _of_flatgeobuf(path: Path) -> Cells:
    from pyogrio.raw import read  # heavy

    found: Cells = {}
    _check_size(path)
    about, _, shapes, values = read(path)
    rows = [[*(_plain(column[at]) for column in values), shape] for at, shape in enumerate(shapes)]
    _add_by_key(found, path.stem, [*map(str, about["fields"]), SHAPE], rows)
    return found


def _plain(value: Any) -> Any:
    found = value.item() if hasattr(value, "item") else value
    return None if isinstance(found, float) and math.isnan(found) else found


def _check_size(path: Path) -> None:
    if path.stat().st_size > MOST_BYTES:
        raise InputError(say("The file is larger than any that EcoMap writes, so it is not read."), say("Ask whoever sent the file to export it again."))


def _add_by_key(found: Cells, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The cells of the one table of a file."""
    keys = next((columns.index(one) for one in _KEYS if one in columns), None)
    unique = keys is not None and len({row[keys] for row in rows}) == len(rows)
    _add(found, table, columns, rows, keys if unique else None)


def _add(found: Cells, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], key: int | None) -> None:
    """The cells of one table; rows by their key, else by their number."""
    for number, row in enumerate(rows, 1):
        place = str(row[key]) if key is not None else str(number)
        for column, value in zip(columns, row):
            text = _text(value)
            if text:
                found[table, place, column] = text


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bytes):
        return hashlib.blake2b(value, digest_size=8).hexdigest()
    return repr(value) if isinstance(value, float) else str(value)


def _of_page(path: Path) -> Cells:
    text = page_text(path)
    data = json.loads(unpacked_text(element(text, "page-data"), MOST_BYTES))
    if not isinstance(data, dict):
        raise ValueError
    found: Cells = {}
    texts = data.get("texts", [])
    for answer in data.get("results", []):
        for table in _unfolded(answer.get("tables", [])):
            _add_table(found, f"{answer.get('title', '')} · {table.get('title', '')}", table, texts)
    for layer in data.get("layers", []):
        _add_cards(found, layer, texts)
    rest = {key: value for key, value in data.items() if key not in ("texts", "layers")}
    rest["parts"] = {name: {key: one for key, one in part.items() if key != "id"} if isinstance(part, dict) else part  # an id says nothing
                     for name, part in data.get("parts", {}).items()}
    rest["results"] = [{key: value for key, value in answer.items() if key != "tables"} for answer in data.get("results", [])]
    rest["layers"] = [{key: value for key, value in layer.items() if key not in ("cards", "names")} for layer in data.get("layers", [])]
    for place, value in _leaves(rest, ""):
        found[PAGE, place, ""] = value
    said = (line.strip() for line in _TAG.sub("\n", _HIDDEN_GROUPS.sub("", _NOT_SHOWN.sub("", text))).split("\n"))
    for number, line in enumerate((line for line in said if line), 1):
        found[PAGE, f"{LINE}{number}", ""] = unescape(line)
    return {(table.replace(_HELD, " "), row.replace(_HELD, " "), column.replace(_HELD, " ")): value.replace(_HELD, " ") for (table, row, column), value in found.items()}


def _unfolded(given: Any) -> Any:
    """What a page reads only when it is looked at stands in it as the text of it."""
    return json.loads(given) if isinstance(given, str) else given


def _add_table(found: Cells, called: str, table: Mapping[str, Any], texts: Sequence[str]) -> None:
    """A table of the page: its rows go by what stands in their first column of words."""
    columns = table.get("columns", [])
    names: Sequence[int] = next((one.get("cells", []) for one in columns if one.get("kind") == "text"), [])
    places = _places([texts[number] for number in names])
    for column in columns:
        for kind in ("cells", "margins", "ends", "bands"):
            label = column.get("label", "") if kind == "cells" else f"{column.get('label', '')} ({kind})"
            for row, number in enumerate(column.get(kind, [])):
                found[called, _place(places, row), label] = texts[number]
        for row, number in enumerate(column.get("keys", [])):
            found[called, _place(places, row), f"{column.get('label', '')} (number)"] = _text(number)


def _places(names: Sequence[str]) -> list[str]:
    """What rows go by: their names, with a number before those that several have."""
    often = Counter(names)
    return [name if often[name] == 1 and name else f"{row}. {name}" for row, name in enumerate(names, 1)]


def _place(places: Sequence[str], row: int) -> str:
    return places[row] if row < len(places) else str(row + 1)


def _add_cards(found: Cells, layer: Mapping[str, Any], texts: Sequence[str]) -> None:
    names = [texts[number] for number in layer.get("names", [])]
    places = _places(names)
    for row, line in enumerate(_unfolded(layer.get("cards", {}).get("rows", []))):
        place = _place(places, row)
        found[str(layer.get("name", "")), place, "card"] = " | ".join(texts[number if number >= 0 else -1 - number] for number in line[1:]) if line else ""
        found[str(layer.get("name", "")), place, "name"] = names[row] if row < len(names) else ""


def _leaves(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list) and value and isinstance(value[0], dict | list):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{place}[{number}]")
    else:
        yield place, json.dumps(value, ensure_ascii=False)


_READERS: Final[Mapping[str, Callable[[Path], Cells]]] = MappingProxyType(
    {".html": _of_page, ".xlsx": _of_workbook, ".gpkg": _of_geopackage, ".csv": _of_csv, ".geojson": _of_geojson, ".fgb": _of_flatgeobuf})
