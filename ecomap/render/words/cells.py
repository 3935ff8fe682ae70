"""What a cell says: numbers with their units, closed words, dates, and why there is no number."""

from __future__ import annotations

import datetime
import math
import numbers
import re
from functools import lru_cache
from typing import Any, Final

from ecomap.model import units
from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words
from ecomap.model.layer import Column
from ecomap.model.said import NOTHING, Said, joined
from ecomap.model.said import name as kept
from ecomap.render.words.closed import NO, YES, word

_MOST_KEPT: Final = 50_000
_WHOLE = frozenset({str, Said, int, bool})  # types that are never missing; looked up first, because cells are many


def is_missing(value: Any) -> bool:
    """True where there is no value: None, NaN, NaT, pandas' NA. Zero, False and "" are values."""
    if value is None:
        return True
    kind = type(value)
    if kind is float:
        return bool(value != value)  # NaN is the one number that is not itself
    if kind in _WHOLE:
        return False
    if isinstance(value, numbers.Real):
        return math.isnan(value)
    return type(value).__name__ in ("NaTType", "NAType")


def number_of(value: Any) -> float | None:
    """The value as a plain float (never a numpy scalar), or None where it is missing or no number."""
    if type(value) is float:
        return None if value != value else value
    if is_missing(value) or isinstance(value, str) or not isinstance(value, numbers.Real):
        return None
    return float(value)


def format_number(value: float | None, column: Column) -> Said:
    """A number in the units people use."""
    return units.NO_DATA if value is None else _number(value, column.unit, column.digits or None)


def format_margin(margin: float | None, column: Column) -> Said:
    """``± 240``, or "" where no margin is known; a margin too small for the digits shown is ``± <1 %``, never zero."""
    return NOTHING if margin is None else _margin(margin, column.unit, column.digits or None)


# Cells are hundreds of thousands, and their numbers come again and again: in table and card, and for many places.
@lru_cache(_MOST_KEPT)
def _number(value: float, unit: str, digits: int | None) -> Said:
    return units.format_number(value + 0.0, unit, digits)  # without the sign of a negative nothing


@lru_cache(_MOST_KEPT)
def _margin(margin: float, unit: str, digits: int | None) -> Said:
    said = units.format_margin(margin + 0.0, unit, digits)
    return joined(["±", said]) if said else NOTHING


def format_value(value: Any, column: Column, reason: Any = None) -> Said:
    """What a cell says: a number with its unit, a closed word, yes or no, a text, or why there is nothing.

    ``reason`` is the cell of the column's ``_reason`` companion: one of `vocabulary.MISSING_REASONS`, or the answer's own words.
    """
    if is_missing(value) or value == "":
        return v.MISSING_REASONS.get(reason, kept(reason)) if isinstance(reason, str) and reason else units.NO_DATA
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return YES if value else NO
    number = number_of(value)
    if number is None:
        return word(value, column.name)
    if column.unit == "flag":
        return YES if number else NO
    return format_number(number, column)


def format_date(iso: str) -> Said:
    """``2026-11-21`` as people write it; anything that is no full date stays as it is."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", iso):
        return kept(iso)
    try:
        return date_in_words(datetime.date.fromisoformat(iso[:10]))
    except ValueError:
        return kept(iso)
