"""Measures known by what they are called: names that say one thing, with one direction, in every district's spelling."""

from __future__ import annotations

import functools
import re
from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.headings import without_level
from ecomap.io.importers.columns.need.known_measures import Measure, rows_of
from ecomap.model.said import shipped

# Words that say that a number is a share or a rate, and words that change nothing.
_RATE: Final = frozenset(
    ["pct", "percent", "perc", "percentage", "prcnt", "pc", "share", "rate", "rates", "prop", "proportion", "tasa", "taux", "porcentaje", "pourcentage", "prevalence"])
_SHARE: Final = _RATE - {"rate", "rates", "prevalence", "taux", "tasa"}
_UNMISTAKABLE: Final = frozenset({"usd", "ug_m3", "score"})  # units whose numbers need no word for a share
_FILLING: Final = frozenset(
    ["of", "the", "a", "an", "in", "for", "with", "by", "on", "who", "are", "is", "living", "people", "persons", "person", "population", "pop", "residents", "individuals", "students", "student", "pupils", "pupil", "adults", "acs", "acs5", "acs1", "est", "estimate", "estimated", "value", "current", "overall", "de", "la", "le", "les", "el", "los", "du", "des", "en", "y", "et", "tract", "tracts"])
_YEAR: Final = re.compile(r"(?:19|20)\d\d|\d{2}")
_TRUNCATED = 10  # letters that a shapefile keeps of a name
_SPELT: Final = ("{0}_rate", "pct_{0}", "{0}_pct", "percent_{0}", "{0}_percent", "perc_{0}", "{0}")


def words_of(name: str) -> list[str]:
    """The words of a column's name, CamelCase and acronyms taken apart.

    >>> words_of("PctBelowPoverty"), words_of("SEDpct"), words_of("no_hs_diploma_2019")
    (['pct', 'below', 'poverty'], ['sed', 'pct'], ['no', 'hs', 'diploma', '2019'])
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z]{2})(?=[a-z]{3})|(?<=[A-Z])(?=[A-Z][a-z]{3})", "_", without_level(name).replace("%", " pct "))
    return [word for word in plain(apart).split("_") if word]


def is_rate(name: str) -> bool:
    """Whether a name says that its numbers are shares or rates."""
    return bool(_RATE & set(words_of(name))) or bool(re.search(r"(^|_)per_\d|(pct|percent|rate)$|^(pct|percent)", plain(without_level(name))))


def measure_by_name(name: str, cells: Any) -> Measure | None:
    """The measure that a column's own name says without doubt, or None.

    Parameters
    ----------
    cells : Series of float
        Its numbers: a share without a word for it must look like one.
    """
    found = _measures().get(_key(words_of(name))) or _shortened(name)
    if found is None or not found.direction:
        return None
    told = is_rate(name)
    if found.unit in _UNMISTAKABLE:
        return found if not told or found.unit != "usd" else None
    if not found.unit:
        share = cells.max() <= 1 or bool(_SHARE & set(words_of(name)))
        found = evolve(found, unit="share" if share else "score", digits=0 if share else 1)
    return found if told or _looks_like_shares(cells) else None


def year_in(name: str) -> int:
    """The last year that a name tells, 0 if none."""
    years = re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", name)
    return int(years[-1]) if years else 0


def _looks_like_shares(cells: Any) -> bool:
    known = cells.dropna()
    return len(known) > 0 and bool(known.between(0, 100).all() and (known % 1 != 0).any())


def _key(words: list[str]) -> str:
    left = [word for word in words if word not in _RATE and word not in _FILLING]
    while len(left) > 1 and _YEAR.fullmatch(left[-1]):
        left.pop()
    squashed = "".join(left)
    for word in ("percentage", "percent", "rate", "pct"):
        squashed = squashed.removesuffix(word) or squashed
    for word in ("percentage", "percent", "pct"):
        squashed = squashed.removeprefix(word) or squashed
    return squashed


@functools.cache
def _measures() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for row in rows_of("by_name"):
        measure = Measure(row["measure"], shipped(row["label"]), row["unit"], int(row["direction"]), shipped(row["domain"]), 0.0)
        for words in row["words"].split("|"):
            found.setdefault(_key(words.split()), measure)
    return found


def _shortened(name: str) -> Measure | None:
    """The measure of a name that a shapefile cut to ten letters, where only one measure is called so."""
    short = re.sub(r"_+", "_", plain(name))
    if len(name) != _TRUNCATED:
        return None
    meant = {measure.name: measure for spelt, measure in _spellings() if spelt.startswith(short) and len(spelt) > len(short)}
    return next(iter(meant.values())) if len(meant) == 1 else None


@functools.cache
def _spellings() -> tuple[tuple[str, Measure], ...]:
    found = []
    by_key = _measures()
    for row in rows_of("by_name"):
        for words in row["words"].split("|"):
            measure = by_key[_key(words.split())]
            found += [(form.format(words.replace(" ", "_")), measure) for form in _SPELT]
    return tuple(found)
