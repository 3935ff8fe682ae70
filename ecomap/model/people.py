"""What the numbers and texts of a column say of people, judged by its heading and by its cells; the words are resources/people.

The one place where a column is judged: at import, where a person can be asked, and again on the way out for columns that nobody
has judged, so that both come to the same. What is not known counts people until somebody says that it does not.
"""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.assets import resources_dir
from ecomap.model.judgement import COUNT, NOBODY, PERSON, SHARE, UNKNOWN, Judgement
from ecomap.model.pupils import THRESHOLD
from ecomap.model.roles import ASSET_ROLES

PEOPLE, RESIDENT, BARE, THING, LABEL, MEASURE, SHARES, CHANGE, MARGIN = (
    "people", "resident", "bare", "thing", "label", "measure", "share", "change", "margin")
PERSONAL: Final = ("name", "post", "pay", "contact", "birth", "person_id")
# Roles whose rows speak of schools, sites, services or clients: what nobody knows of their whole numbers counts people.
SPEAKING: Final = frozenset({v.SCHOOL, v.SITE, v.SERVICE, v.ATTENDANCE_AREA, v.DISTRICT, v.ZONE, v.ALLOCATION, v.SPENDING, v.POSITION})
# Roles of tables that say nothing of people, whatever they are called.
SILENT: Final = frozenset({v.STREET, v.ADDRESS_RANGE, v.GROUND, v.TRAVEL_COST, v.TRACT_RELATIONSHIP, v.AREA_LINK, v.FUNDING_RATE, v.RESULT, *ASSET_ROLES})
# Fields of EcoMap that are about single persons: (role, column).
OF_PERSONS: Final = frozenset({(v.POSITION, v.SALARY)})

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBER = re.compile(r"^[-+−]?(?:\d{1,3}(?:[,.\s]\d{3})+|\d+)(?:[.,]\d+)?$")
_THOUSANDS = re.compile(r"^[-+−]?\d{1,3}(?:[,.\s]\d{3})+$")
_MARK = re.compile(r"^(?:[<≤>≥]=?\s*\d+|\*+|n<\d+|\d+\s?-\s?\d+|less than \d+|fewer than \d+|menos de \d+|moins de \d+)$", re.IGNORECASE)
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.\w{2,}$")
_OF_A_PERSON = re.compile(r"^[a-z]+[._-][a-z]+\d{0,3}@", re.IGNORECASE)
_NAME = re.compile(r"^(?:(?:Mr|Mrs|Ms|Dr|Sr|Sra|Mme|M)\.?\s)?[A-ZÀ-Þ][\w'’.-]*(?:,?\s(?:de|del|la|los|van|von|da|di|le|[A-ZÀ-Þ][\w'’.-]*)){1,4}$")
_FEW_CODES, _MOSTLY = 10_000, 0.5


@frozen
class Cells:
    """What the cells of a column look like, as far as it speaks for or against people.

    Parameters
    ----------
    numbers : int
        How many are numbers; 0 for a column of texts.
    whole, least, most
        Which part of them is whole (0-1), and the ends of their range.
    numbered : bool
        Whether they count the rows from 0 or 1 up, in order.
    coded : bool
        Whether they are long numbers of one length that all differ, as of codes.
    part : bool
        Whether each of them times the row's enrolment is a whole number of pupils: a share of them.
    """

    numbers: int = 0
    whole: float = 0.0
    least: float = 0.0
    most: float = 0.0
    numbered: bool = False
    coded: bool = False
    part: bool = False

    @property
    def small(self) -> bool:
        """Whether there is a number that would be protected."""
        return bool(self.numbers) and self.least < THRESHOLD


def cells_of(values: Any, enrolled: Any = None) -> Cells:
    """What a series of numbers looks like; missing ones do not count.

    Parameters
    ----------
    enrolled : Series, optional
        How many pupils each row has, for a column with parts of them.
    """
    known = values.dropna()
    count = len(known)
    if not count:
        return Cells()
    least, most = float(known.min()), float(known.max())
    whole = float((known % 1 == 0).mean())
    distinct = int(known.nunique())
    numbered = whole == 1.0 and count >= 5 and count == len(values) and least in (0.0, 1.0) and distinct == count and bool((known.diff().dropna() == 1).all())
    coded = whole == 1.0 and count >= 5 and distinct == count and least >= _FEW_CODES and len(str(int(least))) == len(str(int(most)))
    part = whole < 1.0 and enrolled is not None and least >= 0 and most <= 100 and _are_parts(values, enrolled, 1.0 if most <= 1 else 100.0)
    return Cells(count, whole, least, most, numbered, coded, part)


def _are_parts(values: Any, enrolled: Any, top: float) -> bool:
    """Whether each value is a part of the row's enrolment, as nearly as it was rounded; only where that is telling."""
    known = values.notna() & enrolled.notna() & (enrolled > 0)
    shares, wholes = values[known], enrolled[known]
    digits = max((len(f"{value:.6f}".rstrip("0").partition(".")[2]) for value in shares.head(200)), default=0)
    room = wholes * (0.5 * 10.0 ** -digits) / top
    telling = room < 0.3
    if int(telling.sum()) < 3:
        return False
    counts = shares[telling] / top * wholes[telling]
    return bool(((counts - counts.round()).abs() <= room[telling] + 1e-6).mean() >= 0.95)


def number_in(text: str) -> float | None:
    """The whole or decimal number that a cell of text is, None where it is none.

    >>> number_in("7.0"), number_in("1,234"), number_in(" 12 "), number_in("see note"), number_in("3/4")
    (7.0, 1234.0, 12.0, None, None)
    """
    bare = text.strip().replace("\u00a0", " ").replace("\u202f", " ").replace("−", "-")
    if not _NUMBER.match(bare):
        return None
    if _THOUSANDS.match(bare):
        return float(re.sub(r"[,.\s]", "", bare))
    try:
        return float(bare.replace(" ", "").replace(",", "."))
    except ValueError:
        return None


def counted_texts(texts: Sequence[str]) -> bool:
    """Whether a column of texts holds numbers for the most part: counts among which a word or a mark such as "<5" stands."""
    told = [text.strip() for text in texts if text.strip()]
    numbers = [number for text in told if (number := number_in(text)) is not None]
    if not numbers or any(re.fullmatch(r"0\d+", text) for text in told):
        return False
    marks = sum(bool(_MARK.match(text)) for text in told)
    return len(numbers) + marks >= 0.5 * len(told)


def plain_heading(heading: str) -> str:
    """A heading in plain small letters, its words joined by "_".

    >>> plain_heading("StudentCount"), plain_heading("Matrícula (K-5)"), plain_heading("N_A2")
    ('student_count', 'matricula_k_5', 'n_a2')
    """
    plain = unicodedata.normalize("NFKD", _CAMEL.sub("_", heading.replace("%", " percent ")))
    return re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode().lower()).strip("_")


@functools.lru_cache(maxsize=10_000)
def kinds_of(heading: str) -> frozenset[str]:
    """The kinds of words in a heading.

    >>> sorted(kinds_of("Foster youth percent")), sorted(kinds_of("Students per teacher")), sorted(kinds_of("Elevation"))
    (['people', 'share'], ['measure', 'people'], ['thing'])
    """
    text = plain_heading(heading)
    return frozenset(kind for kind, pattern in _words() if pattern.search(text))


def judged_number(heading: str, cells: Cells, role: str, *, unit: str = "", margin: bool = False, published: bool = False,
                  among_people: bool = False) -> Judgement | None:
    """What a column of numbers says of people; None for tables that say nothing of them.

    Parameters
    ----------
    role : str
        Of the layer; "" for a table of results.
    margin : bool
        Whether a margin of error stands beside it: a survey's estimate, published as it is.
    published : bool
        Whether it is a known published measure of areas.
    among_people : bool
        Whether other columns of the table are known to count people.
    """
    if role in SILENT or not cells.numbers:
        return None
    kinds = kinds_of(heading)
    if unit not in ("", "count", "pupils", "share") or margin or published:
        return Judgement(NOBODY)
    areas = role == v.NEED_AREA
    people = PEOPLE in kinds or (RESIDENT in kinds and not areas)
    speaking = role in SPEAKING or among_people
    if MEASURE in kinds or (MARGIN in kinds and not people):
        return Judgement(NOBODY)
    if SHARES in kinds or unit == "share":
        return _share(kinds, people, areas)
    if cells.whole < _MOSTLY:
        if people:
            return Judgement(COUNT if cells.whole >= 0.5 or cells.most > 100 else SHARE)
        return Judgement(SHARE, UNKNOWN) if cells.part else Judgement(NOBODY)
    if cells.least < 0 and CHANGE not in kinds and not people and not _like_change(cells):
        return Judgement(NOBODY)
    if people:
        return Judgement(COUNT)
    if cells.coded or THING in kinds or (LABEL in kinds and BARE not in kinds) or (cells.numbered and BARE in kinds) or (areas and RESIDENT in kinds):
        return Judgement(NOBODY)
    if BARE in kinds and role in SPEAKING:
        return Judgement(COUNT)
    return Judgement(COUNT, UNKNOWN) if speaking or areas else Judgement(NOBODY)


def _share(kinds: frozenset[str], people: bool, areas: bool) -> Judgement:
    if people:
        return Judgement(SHARE)
    return Judgement(NOBODY) if areas or kinds & {THING, LABEL} else Judgement(SHARE, UNKNOWN)


def _like_change(cells: Cells) -> bool:
    """Whether numbers below zero could be differences: they lie around it."""
    return cells.most > 0


def is_change(heading: str, cells: Cells) -> bool:
    """Whether a column says how much a count has changed."""
    return CHANGE in kinds_of(heading) or (cells.numbers > 0 and cells.least < 0)


def judged_person(heading: str, texts: Sequence[str], role: str, numeric: bool = False) -> bool:
    """Whether a column is about single persons: their names, pay, addresses, days of birth or numbers.

    Parameters
    ----------
    texts : sequence of str
        Some of its cells, as text.
    numeric : bool
        Whether they are numbers.
    """
    if role in SILENT:
        return False
    kinds = kinds_of(heading) & set(PERSONAL)
    told = [text.strip() for text in texts if text.strip()]
    if not told:
        return False
    if not numeric and _share_of(told, _EMAIL.match) >= 0.5:
        return "contact" in kinds or _share_of(told, _OF_A_PERSON.match) >= 0.5
    if MEASURE in kinds_of(heading) or not kinds:
        return False
    if "pay" in kinds:
        return role != v.NEED_AREA and not (kinds_of(heading) & {SHARES, BARE}) and _share_of(told, lambda text: re.search(r"\d", text)) >= 0.5
    if "contact" in kinds and _share_of(told, _reaches) >= 0.5:
        return True
    if kinds & {"birth", "person_id"}:
        return _share_of(told, lambda text: re.search(r"\d", text)) >= 0.5
    if numeric:
        return False
    if "name" in kinds:
        return _share_of(told, lambda text: not re.search(r"\d", text)) >= 0.5
    return "post" in kinds and _share_of(told, _NAME.match) >= 0.5


def _reaches(text: str) -> bool:
    """Whether a text is a telephone number, an e-mail address or a street address."""
    digits = sum(letter.isdigit() for letter in text)
    return digits >= 7 or "@" in text or (digits > 0 and any(letter.isalpha() for letter in text))


def _share_of(texts: Sequence[str], fits: Any) -> float:
    return sum(bool(fits(text)) for text in texts) / len(texts)


def counts_by_name(heading: str) -> bool:
    """Whether a heading alone says that people are counted in a table of schools, whatever stands in its cells."""
    kinds = kinds_of(heading)
    return bool(kinds & {PEOPLE, RESIDENT} or (BARE in kinds and THING not in kinds)) and not kinds & {MEASURE, SHARES, MARGIN, *PERSONAL}


@functools.cache
def _words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    with (resources_dir() / "people" / "words.csv").open(encoding="utf-8", newline="") as stream:
        return tuple((row["kind"], re.compile(rf"(?:^|_)(?:{row['pattern']})(?:_|$)" if row["where"] == "within" else rf"^(?:{row['pattern']})$"))
                     for row in csv.DictReader(stream))


__all__ = [
    "COUNT",
    "NOBODY",
    "PERSON",
    "SHARE",
    "Cells",
    "cells_of",
    "counted_texts",
    "counts_by_name",
    "is_change",
    "judged_number",
    "judged_person",
    "kinds_of",
    "number_in",
    "plain_heading",
]
