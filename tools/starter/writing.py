"""Compiled layers as plain files: one CSV per layer (geometry as well-known text) and one JSON description."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import shapely
from attrs import frozen
from pandas.api.types import is_numeric_dtype

from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.vocabulary import (
    CATEGORY,
    DETAIL,
    GEOMETRY,
    INFERRED,
    NAME,
    SCHOOL_LEVELS,
    SCHOOL_TYPE,
    TITLE,
)


@frozen
class Compiled:
    """One layer ready to ship: its description, its rows and what was found on the way."""

    layer: Layer
    frame: Any
    faults: tuple[str, ...] = ()


RELIABILITIES: Mapping[str, Sequence[str]] = {f"{outcome}_reliability": () for outcome in (
    "chronic_absence", "suspension", "graduation", "a_g", "college_career", "english_distance", "math_distance")}
UNLISTED = (
    "In the county's list of March 2025 and not in the state's of 2025-26; that it closed is inferred. {pupils} pupils in 2023-24.",
    "Not closed: since 2025-26 the state lists it under the County Office of Education ({code}), so it is no school of this district. "
    "{pupils} pupils in 2023-24.",
    "A program for children below kindergarten: the state's list of 2025-26 holds schools with pupils in kindergarten to grade 12 alone. "
    "The point is that of the district's office.",
    "The state's list of 2025-26 leaves adult schools out; in the county's list of March 2025.",
)
# Cells that are said in the reader's language: layer -> column -> the templates they are written by; none: the words of
# the column are all there are.
TEMPLATES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "need_areas": {NAME: ("Census tract {number}",)},
    "board_districts": {NAME: ("Board District {number}",)},
    "area_links": {NAME: tuple(
        template for level in SCHOOL_LEVELS for template in (
            f"{{place}} and {{count}} more at the same address, estimated {level} area", f"{{place}}, estimated {level} area"))},
    **{f"attendance_{level}": {NAME: (
        f"{{place}} and {{count}} more at the same address, estimated {level} area", f"{{place}}, estimated {level} area")}
       for level in SCHOOL_LEVELS},
    "services": {CATEGORY: ()}, "schools": {SCHOOL_TYPE: (), "instruction": (), DETAIL: UNLISTED}, "outcomes": RELIABILITIES,
    "tracts_2020": {NAME: ("Census tract {number}",)}, "staff_roles": {TITLE: ()}, "funding": {INFERRED: ()},
    "county": {NAME: ()}, "district": {NAME: ()}, "promise_zone": {NAME: (), DETAIL: ()},
    "promise_neighborhoods": {DETAIL: ()},
    "community_schools": {DETAIL: (
        "Cohort {number} ({years}; the year is inferred)", "Cohort {number} ({years})", "Cohort {number}")},
}


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 area", "440 areas"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def write_layer(compiled: Compiled, folder: Path, packed: bool = False) -> None:
    """Write the rows of a layer, sorted by id, packed (gzip) where they are many; the same rows always give the same bytes."""
    frame = compiled.frame.sort_values("id", kind="stable")
    if frame["id"].duplicated().any():
        raise InputError(f"Two rows of {compiled.layer.id!r} have the same id.", "Look at how its ids are made.")
    names = [name for name in frame.columns if name != GEOMETRY]
    columns = [[_text(value) for value in frame[name]] for name in names]
    if GEOMETRY in frame.columns:
        names = [*names, GEOMETRY]
        columns.append([_wkt(geometry) for geometry in frame[GEOMETRY]])
    text = _csv(names, columns)
    if packed:
        (folder / f"{compiled.layer.id}.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    else:
        (folder / f"{compiled.layer.id}.csv").write_text(text, encoding="utf-8")


def write_table(frame: Any, path: Path) -> None:
    """Write a plain table as it stands."""
    path.write_text(_csv(list(frame.columns), [[_text(value) for value in frame[name]] for name in frame.columns]), encoding="utf-8")


def _csv(names: Sequence[str], columns: Sequence[Sequence[str]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(zip(*columns))
    return buffer.getvalue()


def write_description(title: str, layers: list[Compiled], view: dict[str, float], folder: Path, cut: Mapping[str, str] | None = None) -> None:
    """Write what the layers are, so that they can be read without the compiler; `cut`: how they are cut to one district."""
    entries = []
    for compiled in layers:
        entry = attrs.asdict(compiled.layer, filter=_worth_saying)
        entry["types"] = {name: _type(compiled.frame[name]) for name in compiled.frame.columns if name != GEOMETRY}
        entry["rows"] = len(compiled.frame)
        if templates := _templates(compiled):
            entry["templates"] = templates
        entries.append(entry)
    document = {"format": 1, "title": title, "crs": "EPSG:3310", "view": view, **({"cut": dict(cut)} if cut else {}), "layers": entries}
    text = json.dumps(document, indent=1, ensure_ascii=False, sort_keys=False)
    (folder / "starter.json").write_text(text + "\n", encoding="utf-8")


def _templates(compiled: Compiled) -> dict[str, list[str]]:
    return {column: list(templates) or sorted(set(compiled.frame[column]) - {""})
            for column, templates in TEMPLATES.get(compiled.layer.id, {}).items() if column in compiled.frame.columns}


def _worth_saying(attribute: Any, value: Any) -> bool:
    return bool(attribute.default is attrs.NOTHING or value != attribute.default)


def _type(values: Any) -> str:
    if values.dtype == bool:
        return "flag"
    return "number" if is_numeric_dtype(values) else "text"


def _text(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        if np.isnan(value):
            return ""
        return f"{value:.0f}" if float(value).is_integer() else f"{value:.9g}"
    return "" if value is None else str(value)


def _wkt(geometry: Any) -> str:
    if geometry is None or geometry.is_empty:
        return ""
    return str(shapely.to_wkt(geometry, rounding_precision=0, trim=True))
