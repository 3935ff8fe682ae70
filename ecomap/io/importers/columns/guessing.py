"""Which column is which field, by its name and by what its cells look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecomap.io.importers.spec import CONSTANT, FieldSpec, Importer
from ecomap.io.table import text_of
from ecomap.io.table.keys import slug
from ecomap.model.errors import InputError
from ecomap.model.said import joined, say
from ecomap.model.said import name as named

SAMPLE = 400


def plain(name: str) -> str:
    """A column name in plain small letters: "Low Grade\\n(K-12)" -> low_grade_k_12."""
    return slug(name).replace("-", "_")


def guess_mapping(importer: Importer, frame: Any) -> dict[str, str]:
    """Field -> column: by name, then by pattern; a column serves once, and only if its cells fit."""
    columns = [column for column in frame.columns if column != "geometry"]
    names = {column: plain(column) for column in columns}
    sample = frame[columns].head(SAMPLE)
    mapping: dict[str, str] = {}
    for spec in importer.fields:
        found = _find(spec, names, set(mapping.values()), sample)
        if found:
            mapping[spec.name] = found
    if ("latitude" in mapping) != ("longitude" in mapping):
        mapping.pop("latitude", None)
        mapping.pop("longitude", None)
    return mapping


def _find(spec: FieldSpec, names: Mapping[str, str], used: set[str], sample: Any) -> str:
    def fits(column: str) -> bool:
        cells = text_of(sample[column]).dropna()
        return len(cells) > 0 and (spec.test is None or spec.test(cells))

    free = [column for column in names if column not in used]
    for alias in spec.aliases:
        for column in free:
            if names[column] == alias and fits(column):
                return column
    for pattern in spec.patterns:
        for column in free:
            if re.search(pattern, names[column]) and fits(column):
                return column
    for alias in spec.loose:
        for column in free:
            if names[column] == alias and is_unique(text_of(sample[column]).dropna()):
                return column
    return ""


def settled_mapping(importer: Importer, frame: Any, given: Mapping[str, str]) -> dict[str, str]:
    """The guess, corrected by the planner. An empty column name takes a guess away.

    Raises
    ------
    InputError
        If a field or a column does not exist.
    """
    mapping = guess_mapping(importer, frame)
    for name, column in given.items():
        if name not in importer.field_names:
            raise InputError(
                say("'{field}' is not something the role '{role}' takes.", field=named(name), role=named(importer.role)),
                say("It takes: {fields}.", fields=joined(map(named, importer.field_names), ", ")), {"unknown": name},
            )
        if not column:
            mapping.pop(name, None)
            continue
        mapping[name] = column if column.startswith(CONSTANT) else _column(frame, column)
        for other in [key for key, value in mapping.items() if value == mapping[name] and key not in given]:
            mapping.pop(other)
    return mapping


def _column(frame: Any, wanted: str) -> str:
    for match in (lambda c: c == wanted, lambda c: c.lower() == wanted.lower(), lambda c: plain(c) == plain(wanted)):
        found = [column for column in frame.columns if column != "geometry" and match(column)]
        if found:
            return str(found[0])
    raise InputError(
        say("The file has no column called '{column}'.", column=named(wanted)),
        say("It has: {names}.", names=joined((named(c) for c in list(frame.columns)[:30] if c != "geometry"), ", ")), {"column": wanted},
    )


def is_geoid(cells: Any) -> bool:
    """True if most cells are codes of census tracts, block groups, blocks or counties, in any usual spelling."""
    pattern = r"^(\d{3}[0-9A-Z]{0,6}US\d{2,15}|\d{10,12}|\d{14,15})(\.0)?$"
    counties = r"^(0[1-9]|[1-4]\d|5[0-6]|72)\d{3}$"
    return len(cells) > 0 and (cells.str.match(pattern).mean() > 0.8 or cells.str.match(counties).mean() > 0.98)


def is_unique(cells: Any) -> bool:
    return len(cells) > 0 and bool(cells.is_unique)


def is_tract_name(cells: Any) -> bool:
    return len(cells) > 0 and cells.str.match(r"(?i)^census tract \d{1,4}(\.\d{2})?").mean() > 0.8


def is_cds(cells: Any) -> bool:
    """True if most cells are 14-digit county-district-school codes of California (13 with a lost zero)."""
    return len(cells) > 0 and cells.str.match(r"^(?:[0-5]\d{13}|[1-9]\d{12}|\d{2}-\d{5}-\d{7})$").mean() > 0.8


def is_number(cells: Any, share: float = 0.5) -> bool:
    """Mostly numbers: a column of the right name is taken with its odd cells, which are counted and shown."""
    from ecomap.io.table import looks_numeric

    return looks_numeric(cells, share=share)


def is_count(cells: Any) -> bool:
    """Whole numbers, some of them above 100: counts of people, not percentages."""
    from ecomap.io.table import parse_numbers

    numbers = parse_numbers(cells)
    values = numbers.values.dropna()
    return len(values) > 0 and numbers.percent == 0 and float((values % 1 == 0).mean()) > 0.95 and float(values.max()) > 100
