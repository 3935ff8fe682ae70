"""What stands in the cells of a workbook: words for codes, numbers in the units people use, and headings that say them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.said import name as kept
from ecomap.model.units import (
    CHANGE,
    METRIC,
    OUT_OF_REACH,
    POINTS,
    POINTS_CHANGE,
    long_unit,
    measured_in,
    money_sign,
    money_words,
)
from ecomap.render.words.cells import is_missing
from ecomap.render.words.closed import NO, OF_COLUMN, YES, word
from ecomap.render.words.language import Language

_FORMATS: Final[Mapping[str, str]] = {
    "share": "0.0%", "count": "#,##0", "m": "#,##0.00", "m2": "#,##0.00", "min": "#,##0", POINTS: "0.0", "score": "0.00", "degrees": "0.000000",
}
_UNITS: Final[Mapping[str, Said]] = {
    "share": say("percent"), "count": say("count"), "min": say("minutes"), "score": say("score"), "rank": say("rank"),
    POINTS: say("percentage points"), POINTS_CHANGE: say("percentage points"), CHANGE: NOTHING,
    "per_10000": say("per 10,000"), "ug_m3": say("µg/m³"), "degrees": say("degrees"), "date": say("date"), "flag": say("yes or no"),
}
_LENGTHS: Final[Mapping[str, tuple[Said, Said]]] = {  # in the United States, elsewhere
    "m": (say("miles"), say("kilometres")), "m2": (say("square miles"), say("square kilometres")),
}
_LAST, _NO_SHARE = 0.001, 1e-9  # the last digit of a share in a cell; what differs by less is an error of arithmetic
_IN_HEADING: Final = (POINTS, "m", "m2", "min", "per_10000", "ug_m3")  # units that the number in a cell does not show itself


def unit_words(unit: str) -> Said:
    """A unit as people call it; a distance is in miles or kilometres, as the project's place has it; "" for no unit."""
    if unit == "usd":
        return money_words()
    if unit in _LENGTHS:
        return _LENGTHS[unit][measured_in() == METRIC]
    return _UNITS.get(unit, kept(unit) if unit else NOTHING)


def heading(name: str, described: Mapping[str, Column]) -> Said:
    """What a column is headed: its label and, where the cells do not show it, its unit; margins and reasons after the column they speak of."""
    column = described.get(name)
    if column is not None and name.removesuffix(v.REASON_SUFFIX) not in {*described} - {name}:
        return _with_unit(column.label, column.unit)
    for column in described.values():
        if name == column.moe:
            return _with_unit(say("{label}, 90 % margin", label=column.label), column.unit)
        if name == column.name + v.REASON_SUFFIX:
            return say("Why {label} is missing", label=column.label)
    return kept(name)


def _with_unit(label: Said, unit: str) -> Said:
    said = unit_words(unit) if unit in _IN_HEADING else NOTHING
    return say("{label} ({unit})", label=label, unit=said) if said and said.casefold() not in label.casefold() else label


def unit_of(name: str, described: Mapping[str, Column]) -> str:
    """The unit of a column, or of the one whose margin it is."""
    if name in described:
        return described[name].unit
    return next((column.unit for column in described.values() if name == column.moe), "")


def people_scale(unit: str) -> float:
    """What one of the unit people use is in the unit that EcoMap keeps."""
    return {POINTS: 0.01, POINTS_CHANGE: 0.01, "m": long_unit(), "m2": long_unit() ** 2}.get(unit, 1.0)


def number_format(unit: str) -> str:
    """How a spreadsheet writes numbers of a unit; "" as they are."""
    return f'"{money_sign()}"#,##0' if unit == "usd" else _FORMATS.get(unit, "")


def closer_format(unit: str, value: Any) -> str:
    """How a spreadsheet writes one number where that of its column would say all of what is not all, or nothing of what is something.

    The number itself stays in the cell.

    >>> [closer_format("share", value) for value in (0.9997, 0.0002, -0.0002, 1.0, 0.0, 0.5)]
    ['">99.9%"', '"<0.1%"', '">-0.1%"', '', '', '']
    """
    if unit != "share" or isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    size, below = abs(value), value < 0
    if _NO_SHARE < size < _LAST / 2:
        return '">-0.1%"' if below else '"<0.1%"'
    if 1 - _LAST / 2 <= size < 1 - _NO_SHARE:
        return '"<-99.9%"' if below else '">99.9%"'
    return ""


def writer(name: str, described: Mapping[str, Column], speak: Language) -> Callable[[Any], Any]:
    """What makes the cells of a column: a number, a text, or None where there is none."""
    unit = unit_of(name, described)
    scale = people_scale(unit)
    reasons = name.endswith(v.REASON_SUFFIX)
    codes = OF_COLUMN.get(name) is not None

    def made(value: Any) -> Any:
        if is_missing(value) or value == "":
            return None
        if isinstance(value, str):
            said = v.MISSING_REASONS.get(value, kept(value)) if reasons else word(value, name) if codes else value
            return speak.say(said)
        if isinstance(value, bool) or (unit == "flag" and value in (0, 1)):
            return speak.say(YES if value else NO)
        if isinstance(value, float) and math.isinf(value):
            return speak.say(OUT_OF_REACH)
        if isinstance(value, int | float):
            return value if scale == 1.0 else value / scale
        return str(value)

    return made
