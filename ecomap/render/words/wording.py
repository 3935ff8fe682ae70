"""Numbers, dates and closed words as people read them, in the language of the page."""

from __future__ import annotations

import datetime
import functools
import json
import math
import numbers
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ecomap.model import units, vocabulary
from ecomap.model.assets import resources_dir
from ecomap.model.layer import Column
from ecomap.render.words.phrases import translate, translate_name

ENGLISH = "en"
Strings = Mapping[str, str]

_WHOLE = frozenset({str, int, bool})  # types that are never missing; looked up first, because cells are many

# Columns whose values are closed words, and the part of the catalogue that says them.
_CLOSED_WORDS: Mapping[str, str] = {
    vocabulary.LEVEL: "level",
    vocabulary.LEVELS: "level",
    vocabulary.APPROACH: "approach",
    vocabulary.KIND: "approach",
    vocabulary.STATUS: "status",
    vocabulary.GOVERNANCE: "governance",
    vocabulary.BOUNDARY: "boundary",
}

# Columns whose cells are names, addresses or what others wrote: said in no other language.
_KEPT_AS_IT_IS = frozenset({
    vocabulary.ORGANISATION, vocabulary.LEAD_ORGANISATION, vocabulary.ADDRESS, vocabulary.CITY, vocabulary.POSTCODE,
    vocabulary.PHONE, vocabulary.WEBSITE, vocabulary.SOURCE, vocabulary.EMPLOYER, vocabulary.FUNDER,
    vocabulary.RECIPIENT, vocabulary.CONTACT, vocabulary.IDENTIFIERS, vocabulary.ID,
})


def languages() -> tuple[str, ...]:
    """The languages there is a catalogue for, English first."""
    found = sorted(path.stem for path in (resources_dir() / "locale").glob("*.json"))
    return (ENGLISH, *(name for name in found if name != ENGLISH))


@functools.cache
def catalogue(language: str = ENGLISH) -> Strings:
    """The words of a language by key; whatever it lacks, or a language there is none for, is said in English.

    >>> catalogue("es")["value.out_of_reach"], catalogue("xx")["value.out_of_reach"]
    ('fuera de alcance', 'out of reach')
    """
    base = language.replace("_", "-").split("-")[0].lower()
    words: dict[str, str] = {}
    for name in dict.fromkeys((ENGLISH, base)):
        path = resources_dir() / "locale" / f"{name}.json"
        if path.is_file():
            words.update(json.loads(path.read_text(encoding="utf-8")))
    return MappingProxyType(words)


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


def format_number(value: float | None, column: Column, strings: Strings) -> str:
    """A number in the units people use, in the page's language."""
    if value is None or math.isnan(value):
        return strings["value.no_data"]
    if math.isinf(value):
        return strings["value.out_of_reach"]
    return _in_words(units.format_number(value, column.unit, _digits(column)), column, strings)


def _in_words(text: str, column: Column, strings: Strings) -> str:
    """A formatted number with its unit in the page's language."""
    if column.unit == "per_10000":
        return text.replace("per 10,000", strings["value.per_10000"])
    if column.unit == "m":
        return text.replace(" mi", " " + strings["value.miles"]).replace(" ft", " " + strings["value.feet"])
    return text.replace("sq mi", strings["value.square_miles"]) if column.unit == "m2" else text


def _digits(column: Column) -> int | None:
    return column.digits or None


def format_value(value: Any, column: Column, strings: Strings, reason: Any = None) -> str:
    """What a cell says: a number with its unit, a closed word, yes or no, a date, or why there is nothing.

    ``reason`` is the cell of the column's ``_reason`` companion, one of `vocabulary.MISSING_REASONS`.
    """
    if is_missing(value) or value == "":
        known = f"reason.{reason}"
        return strings.get(known, strings["value.no_data"]) if isinstance(reason, str) and reason else (
            strings["value.no_data"]
        )
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return strings["value.yes" if value else "value.no"]
    number = number_of(value)
    if number is not None:
        if column.unit == "flag":
            return strings["value.yes" if number else "value.no"]
        return format_number(number, column, strings)
    return format_word(str(value), column.name, strings)


def format_word(text: str, column_name: str, strings: Strings) -> str:
    """A text cell in the page's language: closed words such as a school level, phrases and sentences of EcoMap's own.

    Names keep their words; so do addresses and what organisations wrote of themselves.
    """
    section = _CLOSED_WORDS.get(column_name)
    if section is not None:
        language = language_of(strings)
        return " · ".join(strings.get(f"{section}.{part}") or translate(part, language) for part in text.split("+"))
    if column_name in _KEPT_AS_IT_IS:
        return text
    if column_name == vocabulary.NAME:
        return translate_name(text, language_of(strings))
    return translate(text, language_of(strings))


def closed_word(label: str, column_name: str, english: Strings, strings: Strings) -> str:
    """A closed word of a column, given as it is said in English, in another language; "" if it is none."""
    section = _CLOSED_WORDS.get(column_name)
    for key, text in english.items() if section else ():
        if key.startswith(f"{section}.") and text == label:
            return strings[key]
    return ""


def language_of(strings: Strings) -> str:
    """The language of a catalogue."""
    return strings.get("language", ENGLISH)


def format_margin(margin: float | None, column: Column, strings: Strings) -> str:
    """``± 240``, or "" where no margin is known; a margin too small for the digits shown is ``± <1 %``, never zero."""
    text = units.format_margin(margin, column.unit, _digits(column))
    return "± " + _in_words(text, column, strings) if text else ""


def format_date(iso: str, strings: Strings) -> str:
    """``2026-11-21`` as people write it; anything that is no full date stays as it is."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", iso):
        return iso
    try:
        day = datetime.date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return strings["date.format"].format(day=day.day, month=strings[f"date.month_{day.month}"], year=day.year)
