"""Dates as people give them: a day, a month, a year, a school year."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from ecomap.model.errors import ParameterError
from ecomap.model.said import Day, Said, joined, name, say

ENDED = "ended"
PLANNED = "planned"
_DAY = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$")
_SCHOOL_YEAR = re.compile(r"^(\d{4})\s*[-–/]\s*(\d{4}|\d{2})$")
_YEAR = re.compile(r"^(\d{4})$")
SCHOOL_YEAR_STARTS = 7  # July, as the fiscal year of California's districts


def first_day(text: str) -> dt.date | None:
    """The first day that a date may mean; None where it says nothing that can be read.

    >>> first_day("2019-10-25"), first_day("2019"), first_day("2017-18")
    (datetime.date(2019, 10, 25), datetime.date(2019, 1, 1), datetime.date(2017, 7, 1))
    """
    return _span(text)[0]


def last_day(text: str) -> dt.date | None:
    """The last day that a date may mean: "2019" lasts until its end, "2017-18" until June.

    >>> last_day("2019-02"), last_day("2017-18"), last_day("soon")
    (datetime.date(2019, 2, 28), datetime.date(2018, 6, 30), None)
    """
    return _span(text)[1]


def school_year_begun(text: str) -> int | None:
    """The year in which the school year began that a date falls into; a bare year is that year. None where it says nothing that can be read.

    >>> school_year_begun("2024-25"), school_year_begun("2024"), school_year_begun("2025-02-01"), school_year_begun("2024-08"), school_year_begun("?")
    (2024, 2024, 2024, 2024, None)
    """
    if found := _YEAR.match(str(text or "").strip()):
        return int(found[1])
    day = first_day(text)
    return None if day is None else day.year if day.month >= SCHOOL_YEAR_STARTS else day.year - 1


def age_s(moment_s: float) -> float:
    """How long ago a moment was that the system noted, in seconds; below 0 where its clock was set back."""
    return time.time() - moment_s


_clock = dt.date.today
_looked: ContextVar[dt.date | None] = ContextVar("looked", default=None)


def today() -> dt.date:
    """The day by the clock of this machine: when something is made, and never silently the day that an answer speaks of."""
    return _looked.get() or _clock()


@contextmanager
def looked_at_on(day: str) -> Iterator[None]:
    """All that is said in here is said as of a day in ISO form: a file that is made once more says what it said when it was made.

    >>> with looked_at_on("2026-06-30"):
    ...     today().isoformat()
    '2026-06-30'
    """
    token = _looked.set(first_day(day))
    try:
        yield
    finally:
        _looked.reset(token)


def day_of(text: str) -> dt.date:
    """The day that a text names; "" is today. Whoever asks a question of a project gives the day of the project instead.

    >>> day_of("2026-06-30"), day_of("2026")
    (datetime.date(2026, 6, 30), datetime.date(2026, 1, 1))

    Raises
    ------
    ParameterError
        If it is no date.
    """
    if not text.strip():
        return today()
    day = first_day(text)
    if day is None:
        raise ParameterError(say("'{text}' is not a date.", text=name(text)), say("Give one like 2026-06-30, or a year."))
    return day


def _span(text: str) -> tuple[dt.date | None, dt.date | None]:
    text = str(text or "").strip()
    try:
        if found := _DAY.match(text):
            day = dt.date(int(found[1]), int(found[2]), int(found[3]))
            return day, day
        if (found := _MONTH.match(text)) and 1 <= int(found[2]) <= 12:
            year, month = int(found[1]), int(found[2])
            return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
        if found := _SCHOOL_YEAR.match(text):
            start = int(found[1])
            end = int(found[2]) if len(found[2]) == 4 else start // 100 * 100 + int(found[2])
            end += 100 if end < start else 0
            if end > start:
                return dt.date(start, SCHOOL_YEAR_STARTS, 1), dt.date(end, SCHOOL_YEAR_STARTS - 1, 30)
        if found := _YEAR.match(text):
            return dt.date(int(found[1]), 1, 1), dt.date(int(found[1]), 12, 31)
    except ValueError:
        return None, None
    return None, None


def as_date(text: str) -> str:
    """A date as ISO text, a month, a year or a school year; anything else as it stands.

    >>> as_date("6/12/2017"), as_date("2017"), as_date("2017-18"), as_date("October 25, 2019")
    ('2017-06-12', '2017', '2017-18', '2019-10-25')
    """
    text = text.strip()
    if found := re.match(r"^(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})$", text):
        year = found[3] if len(found[3]) == 4 else f"20{found[3]}"
        iso = f"{year}-{int(found[1]):02d}-{int(found[2]):02d}"
        return iso if first_day(iso) else text
    if found := re.match(r"^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}", text):
        return found[1]
    for pattern in ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%B %Y"):
        try:
            day = dt.datetime.strptime(text, pattern).date()
        except ValueError:
            continue
        return f"{day:%Y-%m}" if "%d" not in pattern else day.isoformat()
    return text


def date_in_words(day: dt.date) -> Day:
    """A day as a planner writes it.

    >>> date_in_words(dt.date(2026, 6, 3))
    '3 June 2026'
    """
    return Day(f"{day.day} {day:%B %Y}", "", MappingProxyType({"iso": day.isoformat()}))


def month_in_words(year: int, month: int) -> Day:
    """A month as a planner writes it.

    >>> month_in_words(2027, 6)
    'June 2027'
    """
    return Day(f"{dt.date(year, month, 1):%B %Y}", "", MappingProxyType({"iso": f"{year:04d}-{month:02d}"}))


def moment_in_words(when: dt.datetime, today: dt.date) -> Said:
    """A moment as a planner says it: the time alone where it was today.

    >>> moment_in_words(dt.datetime(2026, 6, 3, 14, 32), dt.date(2026, 6, 3))
    '14:32'
    >>> moment_in_words(dt.datetime(2026, 6, 3, 14, 32), dt.date(2026, 6, 4))
    '3 June 2026, 14:32'
    """
    time = name(f"{when:%H:%M}")
    return time if when.date() == today else joined([date_in_words(when.date()), time], ", ")
