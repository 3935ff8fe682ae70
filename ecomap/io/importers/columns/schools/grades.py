"""Grades and levels of schools, from whatever a file says of them: spans, lists, lowest and highest, ages, words."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from ecomap.io.importers.columns.guessing import plain
from ecomap.model.assets import resources_dir
from ecomap.model.vocabulary import SCHOOL_LEVELS

Grades = frozenset[int]       # kindergarten is 0, first grade 1; -2 and -1 come before kindergarten

NO_GRADES: Final[Grades] = frozenset()
GRADE, AGE, YEAR = "grade", "age", "year"
FIRST, LAST = -2, 12
AGE_OF_KINDERGARTEN: Final = 5
BEYOND: Final = 13            # no grade of a school, an age or a British year
UNKNOWN: Final = "unknown"    # the word says nothing: the next column is looked at
_SHOWN: Final = {-2: "PK", -1: "TK", 0: "K"}
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TO = re.compile(r"\s*(?:\b(?:to|thru|through|until|up to|al?|hasta|au|bis)\b|[-\u2010-\u2015\u2212~]+|\.\.+)\s*")
_BOTH = re.compile(r"\s*(?:[,;|/+&]|\b(?:and|et|und)\b|(?<=\d)\s+y\s+(?=\d))\s*")
_ORDINAL = re.compile(r"\b(\d{1,2})\s?(?:st|nd|rd|th|er|ro|do|to|e|eme|o|a)\b(?=\s*(?:$|[-,;/&+]|grade|grado|annee|to\b|through|thru|and))")
_UNIT_FIRST = re.compile(r"^(?:for |de |du |de la |serving |offers )?([a-z]+)\.? ?(?=\d)")
_AGES = re.compile(r"\bages?\b|\baged\b|\byrs?\b\.?$|\byears? old\b|\byears of age\b|\d ?(?:yrs?|ans|anos|years)$|\bedad\b")


def in_letters(text: str) -> str:
    """Small letters without accents, one space between words; marks stay."""
    folded = unicodedata.normalize("NFKD", text.replace("\u00ba", "").replace("\u00b0", ""))
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).casefold().split())


def in_words(text: str) -> str:
    """Small letters and digits without accents, one space between words.

    >>> in_words("Elementary Schools (Public)"), in_words("EKEY_5"), in_words("Élémentaire")
    ('elementary schools public', 'ekey 5', 'elementaire')
    """
    return " ".join(re.sub(r"[\W_]+", " ", in_letters(text)).split())


@lru_cache(maxsize=1)
def _grade_words() -> tuple[dict[str, int], dict[str, int]]:
    """Words that are a grade, and words before a number with what is added to it."""
    whole, before = {}, {}
    for row in _rows("grades"):
        if row["word"].endswith(" #"):
            before[row["word"].removesuffix(" #")] = int(row["offset"])
        else:
            whole[row["word"]] = int(row["grade"])
    return whole, before


@lru_cache(maxsize=1)
def _level_words() -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    return tuple((re.compile(row["pattern"]), row["levels"], row["in_names"] == "yes") for row in _rows("levels"))


@lru_cache(maxsize=1)
def _level_codes() -> dict[tuple[str, str], str]:
    return {(row["column"], row["code"].casefold()): row["levels"] for row in _rows("level_codes")}


def _rows(name: str) -> list[dict[str, str]]:
    with (resources_dir() / "schools" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@lru_cache(maxsize=20_000)
def grade_of(text: str, unit: str = GRADE) -> int | None:
    """The number of one grade, None if the text is none.

    >>> grade_of("KF"), grade_of("05"), grade_of("Year 7"), grade_of("S1"), grade_of("11", "age"), grade_of("Adams")
    (0, 5, 6, 7, 6, None)
    """
    word = re.sub(r"[\s_.]+", " ", in_letters(text)).strip(" -")
    word = re.sub(r"^pre[ -]+", "pre ", word)
    word = re.sub(r"^(\d{1,2}) ?(?:st|nd|rd|th|er|ro|do|to|eme|e|o|a)\b", r"\1", word)
    word = re.sub(r"^(?:grades?|gr|grados?|annees?) (?=[a-z])", "", word)
    word = re.sub(r"^(.+?) (?:grade|grado|grades|annee|only)$", r"\1", word)
    whole, before = _grade_words()
    if word in whole and not (unit == GRADE and word.isdigit()):
        return whole[word]
    if re.fullmatch(r"\d{1,2}(\.0)?", word):
        return _of_number(int(float(word)), unit)
    found = re.fullmatch(r"([a-z]+) ?-?0?(\d{1,2})", word)
    if found and found[1] in before:
        number = int(found[2]) + before[found[1]]
        return number if FIRST <= number <= LAST + 3 else None
    return None


def _of_number(number: int, unit: str) -> int | None:
    if unit == AGE:
        return max(number - AGE_OF_KINDERGARTEN, FIRST) if number <= 22 else None
    return number - 1 if unit == YEAR and number else number if number <= BEYOND else None


@lru_cache(maxsize=20_000)
def grades_in(text: str, unit: str = GRADE) -> Grades:
    """The grades a cell names: one, a range, a list, or ages.

    Parameters
    ----------
    unit : {"grade", "age", "year"}
        What bare numbers are, where the cell does not say it: a British Year 7 is grade 6, children of 11 are in grade 6.

    Returns
    -------
    frozenset of int
        Empty if any part of the text is no grade.

    >>> sorted(grades_in("PK,KF,01,02")), sorted(grades_in("6\u20138")), sorted(grades_in("Years 7-9")), sorted(grades_in("K8"))[-1]
    ([-2, 0, 1, 2], [6, 7, 8], [6, 7, 8], 8)
    """
    words = in_letters(text).replace("(", " ").replace(")", " ").replace("_", " ").strip()
    words = re.sub(r"\bpre[\s-]*(?=k\b|kg\b|kinder|school|primary)", "pre ", words)
    words = re.sub(r"\bp[.\s-]*k\b", "pk", words)
    if not words or len(words) > 120:
        return NO_GRADES
    if (dated := _from_month(words)):
        return dated
    if _AGES.search(words):
        unit, words = AGE, re.sub(r"\b(ages?|aged|yrs?|years? old|years of age|years?|ans|anos|edad|de)\b\.?|(?<=\d)(?:yrs?|ans|anos|years)\b", " ", words).strip()
    words = _ORDINAL.sub(r"\1", words)
    found: set[int] = set()
    for piece in filter(None, _BOTH.split(words)):
        part, unit = _piece(piece.strip(), unit)
        if part is None:
            return NO_GRADES
        found |= part
    return frozenset(n for n in found if FIRST <= n <= LAST) or (frozenset(found) if found - {99} else NO_GRADES)


def _from_month(words: str) -> Grades:
    """6-8 as a spreadsheet turns it into a date: "8-Jun", "Jun-8"."""
    found = re.fullmatch(r"(\d{1,2})-([a-z]{3})|([a-z]{3})-(\d{1,2})", words)
    month = (found[2] or found[3]) if found else ""
    if not found or month not in _MONTHS:
        return NO_GRADES
    low, high = _MONTHS.index(month) + 1, int(found[1] or found[4])
    return frozenset(range(low, high + 1)) if low <= high <= LAST else NO_GRADES


def _piece(piece: str, unit: str) -> tuple[set[int] | None, str]:
    """The grades of one grade or range, None if it is none; and what the numbers behind it are."""
    single = grade_of(piece, unit)
    if single is not None:
        return {single}, _unit_in(piece, unit)
    parts = [part for part in _TO.split(piece) if part]
    if len(parts) == 2:
        own = _unit_in(parts[0], unit)
        low, high = grade_of(parts[0], unit), _high(parts[0], parts[1], own)
        if low is None or high is None or low > high:
            return None, unit
        last = high - 1 if own == AGE and high > low else high  # children of 5 to 11 leave before they are 12
        return set(range(low, min(last, LAST) + 1)) or {low}, own
    joined = re.fullmatch(r"(p ?k|kg|k|0[1-9]|1[0-2])(0[1-9]|1[0-2]|[1-9])", piece)
    if joined:
        return _piece(f"{joined[1]}-{joined[2]}", unit)
    several = [grade_of(word, unit) for word in piece.split()]
    if len(several) > 1 and all(number is not None for number in several):
        return {number for number in several if number is not None}, unit
    return None, unit


def _high(first: str, second: str, unit: str) -> int | None:
    """The upper end of a range; a bare number is counted as the lower end is ("S1-6", "Form 1 to 4", "Years 7-13")."""
    before = _UNIT_FIRST.match(first)
    if second.isdigit() and before and before[1] in _grade_words()[1]:
        return grade_of(f"{before[1]} {second}")
    return grade_of(second, unit)


def _unit_in(text: str, unit: str) -> str:
    found = _UNIT_FIRST.match(text)
    if not found:
        return unit
    return YEAR if _grade_words()[1].get(found[1]) == -1 else unit


def unit_of(column: str, cells: Iterable[str]) -> str:
    """What bare numbers in a column are: ages or British years where its name or its numbers say so, else grades.

    >>> unit_of("age_range", ["5-11"]), unit_of("Year group", ["7-11"]), unit_of("span", ["11-18", "5-11"]), unit_of("span", ["K-5"])
    ('age', 'year', 'age', 'grade')
    """
    name = plain(column)
    if re.search(r"(^|_)ages?(_|$)|agerange|lowage|highage|minage|maxage|edad", name):
        return AGE
    if re.search(r"year_?(group|level|range)|^years?$", name) and "school_year" not in name:
        return YEAR
    numbers = [int(n) for cell in cells for n in re.findall(r"(?<!\d)\d{1,2}(?!\d)", cell) if re.fullmatch(r"\s*\d{1,2}\s*[-\u2013\u2014]\s*\d{1,2}\s*", cell)]
    return AGE if numbers and sum(n > BEYOND for n in numbers) * 5 >= len(numbers) else GRADE


def are_grades(cells: Any) -> bool:
    """True if most cells are grades, ranges or lists of them; some hold more than a bare number."""
    texts = [cell for cell in cells if cell_levels(cell) != UNKNOWN]
    return bool(texts) and sum(bool(grades_in(text)) for text in texts) >= 0.6 * len(texts)


def cell_levels(text: str) -> str:
    """Levels that a word means, "unknown" where it says that it says nothing, "" where EcoMap does not know it."""
    return _named(in_words(text), False)


@lru_cache(maxsize=20_000)
def _named(words: str, in_names: bool) -> str:
    for pattern, levels, own in _level_words():
        if (own or not in_names) and pattern.search(words):
            return levels
    return ""


def levels_of_grades(grades: Grades) -> str:
    """Levels served by grades, joined by "+".

    Elementary if grade 4 or below is served, middle if grade 7 or 8 (or nothing but 5 and 6), high if any of grades 9 to 12.

    >>> levels_of_grades(frozenset({0, 5})), levels_of_grades(frozenset(range(0, 9))), levels_of_grades(frozenset({5, 6}))
    ('elementary', 'elementary+middle', 'middle')
    """
    kept = [grade for grade in grades if FIRST <= grade <= LAST]
    if not kept:
        return ""
    first, last = min(kept), max(kept)
    serves = {"elementary": first <= 4, "middle": first <= 8 and (last >= 7 or first >= 5), "high": last >= 9}
    return "+".join(level for level in SCHOOL_LEVELS if serves[level])


def levels_of(low: str, high: str, unit: str = GRADE) -> str:
    """Levels served by a lowest and a highest grade.

    >>> levels_of("K", "5"), levels_of("K", "8"), levels_of("06", "12"), levels_of("9", "12"), levels_of("", "12")
    ('elementary', 'elementary+middle', 'middle+high', 'high', '')
    """
    return levels_of_grades(grades_between(low, high, unit))


def grades_between(low: str, high: str, unit: str = GRADE) -> Grades:
    """The grades from a lowest to a highest one; none where either is not said or they are turned round."""
    first, last = grade_of(low, unit), grade_of(high, unit)
    if first is None or last is None or first > LAST:
        return NO_GRADES
    if unit == AGE and last > first:
        last -= 1
    return frozenset(range(first, min(last, LAST) + 1))


@lru_cache(maxsize=20_000)
def levels_in_words(text: str, column: str = "") -> str:
    """Levels that a level, a type or a phase names, "" if none: spans inside it count first, then words, then a column's codes.

    >>> levels_in_words("Elementary Schools (Public)"), levels_in_words("Intermediate/Middle/Junior High Schools")
    ('elementary', 'middle')
    >>> levels_in_words("Secondary (Year 9-15)"), levels_in_words("K-8"), levels_in_words("Unknown")
    ('middle+high', 'elementary+middle', '')
    """
    coded = _level_codes().get((plain(column), text.strip().casefold())) if column else None
    if coded:
        return "" if coded == UNKNOWN else coded
    span = re.search(r"\(([^()]*\d[^()]*)\)", text)
    for part in ([span[1]] if span else []) + [text]:
        if re.search(r"\d", part) and not re.fullmatch(r"\s*\d+(\.\d+)?\s*", part) and (grades := grades_in(part)):
            return levels_of_grades(grades)
    found = _named(in_words(text), False)
    return "" if found == UNKNOWN else found


@lru_cache(maxsize=100_000)
def levels_in_name(name: str) -> str:
    """Levels that a school's own name tells, "" if none.

    >>> levels_in_name("Adams Elementary"), levels_in_name("Lincoln HS"), levels_in_name("Highland Park Academy")
    ('elementary', 'high', '')
    """
    words = in_words(name)
    if not re.search(_NAME_ENDS, words):
        return ""
    found = _named(words, True)
    return "" if found == UNKNOWN else found


# A level counts in a name where it is followed by "school" and its like, or ends the name: "Middle Village" is a place.
_NAME_ENDS = (
    r"\b(elementary|elem|primary|pri|infants?|junior|first|middle|intermediate|secondary|sec|(junior |senior |jr |sr )?high|upper)"
    r" (school|schools|sch|academy|charter|campus|magnet|k 8)\b|"
    r"\b(es|ms|hs|jhs|shs|elem|elementary|primary|middle|intermediate|high|junior high|jr high|senior high|sr high)( \d+)?$|"
    r"\b(k ?8|k ?12)\b|\b(escuela|colegio|ecole|e p) (primaria|secundaria|preparatoria|primaire|secondaire|elementaire)|"
    r"\b(primaria|secundaria|preparatoria|bachillerato|telesecundaria)\b|\bpri sch\b|\bhighschool\b"
)


def shown(grade: int) -> str:
    """A grade as it is written in EcoMap's own columns.

    >>> shown(0), shown(-2), shown(5)
    ('K', 'PK', '5')
    """
    return _SHOWN.get(grade, str(grade))


def share_known(cells: Any, meaning: Callable[[str], str]) -> float:
    """Of the cells that say something, the share whose meaning is known; 0 if none says anything."""
    saying = [cell for cell in cells if cell_levels(cell) != UNKNOWN]
    return sum(bool(meaning(cell)) for cell in saying) / len(saying) if saying else 0.0


def are_levels(cells: Any) -> bool:
    """True if most cells that say something are levels, and there are few different ones."""
    few = len(set(cells)) <= max(15, len(cells) // 5)
    return few and share_known(cells, levels_in_words) > 0.6


def joined_levels(levels: Sequence[str]) -> str:
    """Several levels as one text, each once, from low to high.

    >>> joined_levels(["middle+high", "elementary"])
    'elementary+middle+high'
    """
    every = {one for text in levels for one in text.split("+")}
    return "+".join(level for level in SCHOOL_LEVELS if level in every)
