"""The oldest year among what an answer counts, read from the periods that sources state, and what of it is old by the answer's day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import evolve, field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.dates import as_date, date_in_words, first_day, last_day, month_in_words
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Layer
from ecomap.model.roles import role
from ecomap.model.said import NOTHING, Listed, Said, listed, say
from ecomap.model.said import name as kept
from ecomap.model.source import Source

# Rows that are a list of who or what is there, and rows that are figures; outlines, streets, codes and words of one's own are not counted.
LISTS: Final = (v.SERVICE, v.SITE, v.ZONE, v.SCHOOL, v.PARTICIPATION, v.STAFF_ROLE, v.PRACTICE, v.FUNDING, v.TIE, v.REFERENCE)
FIGURES: Final = (v.NEED_AREA, v.ALLOCATION, v.SPENDING, v.POSITION, v.FUNDING_RATE, v.SYSTEM_INDICATOR)
OLD_YEARS: Final = 3  # figures whose period ended longer ago than this are said to be old
_OTHERS: Final = say("others")
_NAMED: Final = 3  # kinds of rows named in a sentence, the oldest first
_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_PERIOD: Final = re.compile(
    rf"(?:\d{{1,2}} )?(?:{_MONTHS}),? \d{{4}}|(?:{_MONTHS}) \d{{1,2}}, \d{{4}}|(?<!\d)(?:19|20)\d\d(?:\s?[-–/]\s?\d{{2,4}}(?!\d)(?:-\d\d)?)?(?!\d)")


@frozen
class Age:
    """How old the rows of one kind are: their oldest period, and whether others are newer or of no known year."""

    role: str
    first: dt.date | None              # None: no source states a year
    words: Said = field(eq=False)      # the oldest period as a reader meets it
    newer: bool = False
    unknown: bool = False
    old: tuple[tuple[dt.date, Said], ...] = field(default=(), eq=False)  # last day and words of every period, the oldest first

    @property
    def year(self) -> Said:
        """The oldest period as it stands beside a number: "2014-18", "2014-18 and later"."""
        return say("{year} and later", year=self.words) if self.newer else self.words

    def before(self, day: dt.date) -> Age | None:
        """The same of the periods that ended before a day only; None where none did."""
        over = [words for last, words in self.old if last < day]
        return evolve(self, words=over[0], newer=False, unknown=False) if over else None

    @property
    def said(self) -> Said:
        """As a part of a sentence: "services on the list of May 2020"."""
        rows = role(self.role).rows
        if self.first is None:
            return say("{rows} (year unknown)", rows=rows)
        if self.role in FIGURES:
            told = say("{rows} of {year} and later", rows=rows, year=self.words) if self.newer else say("{rows} of {year}", rows=rows, year=self.words)
        elif self.newer:
            told = say("{rows} on lists of {year} and later", rows=rows, year=self.words)
        else:
            told = say("{rows} on the list of {year}", rows=rows, year=self.words)
        return say("{told} (some of unknown year)", told=told) if self.unknown else told


def period_of(vintage: str) -> tuple[dt.date, Said] | None:
    """The first day of the period that a source states, and the period in words; None where it states no year.

    >>> period_of("ACS 2014-18 5-year"), period_of("not stated in the copy used")
    ((datetime.date(2014, 7, 1), '2014-18'), None)
    >>> period_of("5 October 2021"), period_of("May 2020")
    ((datetime.date(2021, 10, 5), '5 October 2021'), (datetime.date(2020, 5, 1), 'May 2020'))
    """
    found = _oldest_text(vintage)
    if found is None:
        return None
    day, text = found
    iso = as_date(text)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", iso):
        return day, date_in_words(day)
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", iso) and not text[0].isdigit():
        return day, month_in_words(day.year, day.month)
    return day, kept(text)


def end_of(vintage: str) -> dt.date | None:
    """The last day of the period that a source states; several years together last until the end of the last one.

    >>> end_of("ACS 2014-18 5-year"), end_of("2019-20"), end_of("May 2020"), end_of("not stated")
    (datetime.date(2018, 12, 31), datetime.date(2020, 6, 30), datetime.date(2020, 5, 31), None)
    """
    found = _oldest_text(vintage)
    last = last_day(as_date(found[1])) if found is not None else None
    if found is None or last is None:
        return None
    return dt.date(last.year, 12, 31) if last.year - found[0].year > 1 else last


def _oldest_text(vintage: str) -> tuple[dt.date, str] | None:
    """The first day and the words of the oldest period in a text."""
    found = [(day, text) for text in _PERIOD.findall(str(vintage)) if (day := first_day(as_date(text))) is not None]
    return min(found) if found else None


def age_of(layer: Layer, counted: Sequence[Indicator]) -> Age | None:
    """How old the rows of a layer are; None where they are nothing that is counted.

    Of need areas the indicators that count say it, each by its own source; their outlines do not.
    """
    if layer.role not in (*LISTS, *FIGURES):
        return None
    sources: Iterable[Source] = layer.sources
    if layer.role == v.NEED_AREA:
        sources = [one.source for one in counted or layer.indicators if one.source is not None] or layer.sources
    sources = list(dict.fromkeys(sources))
    periods = [period_of(source.vintage) for source in sources]
    known = sorted((found for found in periods if found is not None), key=lambda found: found[0])
    unknown = len(known) < len(periods) or not periods
    if not known:
        return Age(layer.role, None, kept(""))
    ends = sorted({(period[0], end, period[1]) for source in sources if (period := period_of(source.vintage)) and (end := end_of(source.vintage))})
    return Age(layer.role, known[0][0], known[0][1], newer=known[-1][0] > known[0][0], unknown=unknown,
               old=tuple((end, words) for _, end, words in ends))


def day_and_year(as_of: str, ages: Sequence[Age]) -> Said:
    """The sentence that every answer ends with: its day, and the oldest year of each kind of rows it counts, the oldest first."""
    day = date_in_words(dt.date.fromisoformat(as_of))
    if not ages:
        return say("As of {day}.", day=day)
    dated = sorted((age for age in ages if age.first is not None), key=lambda age: age.first or dt.date.max)
    undated = [age for age in ages if age.first is None]
    parts = [age.said for age in [*dated[:_NAMED], *undated[:_NAMED]]]
    if len(dated) > _NAMED:
        parts.append(say("newer data"))
    return say("As of {day}, with {data}.", day=day, data=listed(parts))


def too_old(as_of: str, ages: Sequence[Age]) -> Said:
    """The caution that some of what is counted is older than three years on the answer's day, and what; "" where nothing is."""
    day = dt.date.fromisoformat(as_of)
    limit = _years_before(day, OLD_YEARS)
    old = sorted((one for age in ages if (one := age.before(limit)) is not None), key=lambda age: age.old[0][0])
    if not old:
        return NOTHING
    parts = [age.said for age in old[:_NAMED]]
    return _older(date_in_words(day), [*parts, _OTHERS] if len(old) > _NAMED else parts)


def _older(day: Said, parts: Sequence[str]) -> Said:
    return say("Older than three years on {day}: {data}. Newer figures may say otherwise.", day=day, data=listed(parts))


def told_once(cautions: Sequence[Said]) -> tuple[Said, ...]:
    """The cautions of several answers that something is old: one for each day, with all that is old by any of them."""
    by_day: dict[str, list[Said]] = {}
    for caution in cautions:
        by_day.setdefault(str(caution.values.get("day", caution)), []).append(caution)
    return tuple(_together(some) for some in by_day.values())


def _together(cautions: Sequence[Said]) -> Said:
    data = [caution.values.get("data") for caution in cautions]
    if len(cautions) == 1 or not all(isinstance(one, Listed) for one in data):
        return cautions[0]
    parts = list(dict.fromkeys(part for one in data if isinstance(one, Listed) for part in one.parts))
    return _older(cautions[0].values["day"], [*(part for part in parts if part != _OTHERS), *([_OTHERS] if _OTHERS in parts else [])])


def _years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years earlier; the last of February where that year has no 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
