"""Dates in every common spelling, read column by column: the order of day and month is decided by all the cells."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.table.keys import text_of
from ecomap.io.table.words import DAYS_OF_WEEK, GOES_ON, MONTHS, NOT_KNOWN, SEASONS

DMY, MDY = "dmy", "mdy"
_FAR: Final = 2900                                # 9999-12-31 and kin: no end
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000      # days of spreadsheets: 1954 to 2119
_SERIAL_ZERO = dt.date(1899, 12, 30)
_EPOCH = dt.datetime(1970, 1, 1)
_YEARS = range(1800, 2201)
_TIME = re.compile(r"[t ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([ap]\.?m\.?)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?$")
_THREE = re.compile(r"^(\d{1,4})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d{1,4})$")
_MONTH_YEAR = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{4})$")
_YEAR_PAIR = re.compile(r"^(?:(?:sy|ay|school year|academic year|ano escolar|curso|annee scolaire)\s*)?(\d{4})\s*[-–—/]\s*(\d{4}|\d{2})$")
_FISCAL = re.compile(r"^(?:fy|sy|ay|fiscal year|school year|ano fiscal)\s*'?(\d{4}|\d{2})$")
_DIGITS = re.compile(r"^-?\d+(\.\d+)?$", re.ASCII)
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th|er|e|o|º|ª|\.)(?=\s|,|$)")
_LINKS = frozenset({"de", "del", "of", "the", "le", "el", "den", "der", "semester", "term", "quarter", "year"})


@frozen
class Dates:
    """A column read as dates.

    Parameters
    ----------
    values : Series of str
        "2020-12-31", "2020-12", "2020" or "2019-20"; missing where there is none or it goes on; what cannot be read, as it stands.
    unread, unread_count
        Examples of cells that cannot be read, and their number.
    unknown : int
        Cells that say that nobody knows yet ("TBD").
    order : {"dmy", "mdy"}
        How cells such as 3/4/2020 were read.
    open_order : tuple of str
        Such cells, where nothing in the column decides; empty where something does.
    serials : int
        Cells that held a spreadsheet's or a program's count of days or milliseconds.
    """

    values: Any = field(eq=False, repr=False)
    unread: tuple[str, ...] = ()
    unread_count: int = 0
    unknown: int = 0
    order: str = MDY
    open_order: tuple[str, ...] = ()
    serials: int = 0


def parse_dates(values: Any, *, last: bool = False, order: str = "", likely: str = MDY) -> Dates:
    """Read a column as dates.

    Parameters
    ----------
    values : Series
        Text, numbers or timestamps.
    last : bool
        Whether they are ends: "spring 2020" then is its last month.
    order : {"", "dmy", "mdy"}
        As a person said it.
    likely : {"dmy", "mdy"}
        What is taken where nothing in the column decides.

    Examples
    --------
    >>> import pandas as pd
    >>> parse_dates(pd.Series(["31/12/2020", "3/4/2020", "Dec 2020", "44196", "FY2020", "ongoing", "soon"])).values.fillna("").tolist()
    ['2020-12-31', '2020-04-03', '2020-12', '2020-12-31', '2019-20', '', 'soon']
    """
    texts = text_of(values)
    counts = Counter(text for text in texts if isinstance(text, str))
    shown = {text: _plain(text) for text in counts}
    said = {order_ for text in shown.values() for order_ in _shows(text)}
    votes = Counter(order_ for text, count in counts.items() for order_ in _shows(shown[text]))
    open_cells = tuple(sorted(text for text in counts if _two_ways(shown[text])))
    decided = order or (max(votes, key=lambda one: (votes[one], one == likely)) if votes else likely)
    contested = len(said) == 2 and min(votes.values()) > 0.25 * sum(votes.values())
    pairs = _school_years(list(shown.values()))
    read = {text: _read(shown[text], decided, last, pairs) for text in counts}
    out = texts.map(lambda text: (text if read[text] is None else read[text] or None) if isinstance(text, str) else None).astype("str")
    unread = [text for text in counts if read[text] is None]
    return Dates(
        out, tuple(text[:40] for text in unread[:5]), sum(counts[text] for text in unread),
        sum(count for text, count in counts.items() if shown[text] in NOT_KNOWN), decided,
        open_cells if not order and (not votes or contested) else (), sum(count for text, count in counts.items() if _is_serial(shown[text])),
    )


def looks_like_dates(values: Any, *, share: float = 0.4) -> bool:
    """True if at least this share of the cells that say something can be read as dates.

    >>> import pandas as pd
    >>> looks_like_dates(pd.Series(["2020", "when funded", "ongoing"])), looks_like_dates(pd.Series(["Y", "N", "0"]))
    (True, False)
    """
    texts = text_of(values).dropna()
    said = texts[~texts.map(lambda text: _plain(text) in GOES_ON or _plain(text) in NOT_KNOWN).astype(bool)]
    return len(said) > 0 and len(said) - parse_dates(said).unread_count >= share * len(said)


def order_shown(values: Any) -> str:
    """The order of day and month that the cells of a column show, "" if none does or both do."""
    found = {order for text in text_of(values).dropna().unique() for order in _shows(_plain(text))}
    return found.pop() if len(found) == 1 else ""


def _plain(text: str) -> str:
    """Small letters without accents, time of day, ordinal endings and days of the week."""
    text = unicodedata.normalize("NFKD", text.strip().lower())
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return _TIME.sub("", " ".join(text.split())).strip(" ,;")


def _shows(text: str) -> list[str]:
    """The order of day and month that a cell shows: one, or none."""
    found = _THREE.match(text)
    if not found or len(found[1]) > 2:
        return []
    first, second = int(found[1]), int(found[3])
    if 12 < first <= 31 and 1 <= second <= 12:
        return [DMY]
    return [MDY] if 12 < second <= 31 and 1 <= first <= 12 else []


def _two_ways(text: str) -> bool:
    """Whether a cell is another day with day and month in each other's place. Dots are written day first."""
    found = _THREE.match(text)
    return found is not None and len(found[1]) <= 2 and found[2] != "." and 1 <= int(found[1]) <= 12 and 1 <= int(found[3]) <= 12 \
        and int(found[1]) != int(found[3])


def _school_years(texts: list[str]) -> bool:
    """Whether "2011-12" is a school year in this column: one cell can be nothing else, and none can be only a month."""
    pairs = [(int(found[1]), int(found[2])) for text in texts if (found := re.match(r"^(\d{4})-(\d{2})$", text))]
    following = [(year + 1) % 100 == second for year, second in pairs]
    return bool(pairs) and all(following) and (any(second > 12 for _, second in pairs) or len(set(pairs)) > 2)


def _read(text: str, order: str, last: bool, pairs: bool) -> str | None:
    """The date in EcoMap's spelling; "" where it goes on or nobody knows; None where it cannot be read."""
    if text in GOES_ON or text in NOT_KNOWN:
        return ""
    found = _of_digits(text) or _of_parts(text, order) or _of_years(text, pairs) or _of_words(text, last)
    if found is None:
        return None
    return "" if found[:4].isdigit() and (int(found[:4]) >= _FAR or found in ("1899-12-30", "1899-12-31", "1900-01-01")) else found


def _of_digits(text: str) -> str | None:
    """A year, a date without separators, or a count of days, seconds or milliseconds."""
    if not _DIGITS.match(text):
        return None
    whole, _, rest = text.partition(".")
    if len(whole) == 4 and not rest.strip("0") and (int(whole) in _YEARS or int(whole) >= _FAR):
        return whole
    if len(whole) == 8 and not rest and (day := _day(int(whole[:4]), int(whole[4:6]), int(whole[6:]))):
        return day
    if len(whole) == 6 and not rest and int(whole[:4]) in range(1900, 2100) and 1 <= int(whole[4:]) <= 12:
        return f"{whole[:4]}-{whole[4:]}"
    if not _is_serial(text):
        return None
    if len(whole) == 5:
        return (_SERIAL_ZERO + dt.timedelta(days=int(whole))).isoformat()
    return (_EPOCH + dt.timedelta(seconds=int(whole) / (1000 if len(whole.lstrip("-")) > 10 else 1))).date().isoformat()


def _is_serial(text: str) -> bool:
    if not _DIGITS.match(text):
        return False
    whole, _, rest = text.partition(".")
    if len(whole) == 5:
        return _FIRST_SERIAL <= int(whole) <= _LAST_SERIAL
    return not rest.strip("0") and len(whole.lstrip("-")) in (9, 10, 12, 13) and whole.lstrip("-")[0] != "0"


def _of_parts(text: str, order: str) -> str | None:
    """Three numbers with separators between them, or a month and a year."""
    if found := _MONTH_YEAR.match(text):
        return f"{found[2]}-{int(found[1]):02d}" if 1 <= int(found[1]) <= 12 and int(found[2]) in range(1800, 10000) else None
    found = _THREE.match(text)
    if not found:
        return None
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == 4:
        return _day(first, second, third)
    if len(found[1]) == 3 or len(found[4]) not in (2, 4):
        return None
    year = third if len(found[4]) == 4 else _century(third)
    here = _shows(text)
    day_first = here[0] == DMY if here else order == DMY or found[2] == "."
    return _day(year, second, first) if day_first else _day(year, first, second)


def _of_years(text: str, pairs: bool) -> str | None:
    """School years, fiscal years (called by the year they end in), and months written 2020-12."""
    if (found := re.match(r"^(\d{4})-(\d{1,2})$", text)) and not pairs and 1 <= int(found[2]) <= 12:
        return f"{found[1]}-{int(found[2]):02d}"
    if found := _YEAR_PAIR.match(text):
        start, end = int(found[1]), int(found[2])
        end += start // 100 * 100 if len(found[2]) == 2 else 0
        end += 100 if end < start else 0
        return f"{start}-{end % 100:02d}" if start + 1 == end and end % 100 > 12 else f"{start}-{end}" if start < end else None
    if found := _FISCAL.match(text):
        end = int(found[1]) if len(found[1]) == 4 else _century(int(found[1]))
        return f"{end - 1}-{end % 100:02d}" if end % 100 > 12 else f"{end - 1}-{end}"
    return None


def _of_words(text: str, last: bool) -> str | None:
    """Dates with the name of a month or of a part of the year."""
    words = re.findall(r"[a-z]+\d?|\d+", _ORDINAL.sub("", text).replace("'", " "))
    words = [word for word in words if word not in _LINKS and word not in DAYS_OF_WEEK]
    months = [n for n, word in enumerate(words) if word in MONTHS]
    figures = [word for word in words if word.isdigit()]
    if len(words) == 2 and len(figures) == 1 and len(figures[0]) == 4:
        season = next((SEASONS[word] for word in words if word in SEASONS), None)
        if season:
            return figures[0] if season == (1, 12) else f"{figures[0]}-{season[last]:02d}"
    if len(months) != 1 or len(words) != len(figures) + 1 or not 1 <= len(figures) <= 2:
        return None
    month = MONTHS[words[months[0]]]
    if len(figures) == 1:
        year = int(figures[0]) if len(figures[0]) == 4 else _century(int(figures[0])) if len(figures[0]) == 2 and months[0] == 0 else 0
        return f"{year}-{month:02d}" if year in _YEARS or year >= _FAR else None
    first, second = figures
    if len(first) == 4:
        return _day(int(first), month, int(second))
    year = int(second) if len(second) == 4 else _century(int(second)) if len(second) == 2 else 0
    return _day(year, month, int(first))


def _century(year: int) -> int:
    return year + (2000 if year < 70 else 1900)


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat() if year in _YEARS or year >= _FAR else None
    except ValueError:
        return None
