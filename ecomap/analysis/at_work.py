"""What is at work on a day: starts and ends as sources write them, to the year, the month or the day."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis.day import AS_OF, on_its_day
from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED, PLANNED, day_of, first_day, last_day

ACTIVE = "active"
_NEVER = np.datetime64("NaT", "D")


def days(rows: Any, column: str, *, last: bool = False) -> np.ndarray:
    """A column of dates as days; missing where there is no such column or no date."""
    if column not in rows:
        return np.full(len(rows), _NEVER)
    codes, texts = pd.factorize(rows[column].astype(object).where(rows[column].notna(), "").astype(str))
    found = [(last_day if last else first_day)(text) for text in texts]
    known = np.array([_NEVER if day is None else np.datetime64(day) for day in found], dtype="datetime64[D]")
    return known[codes] if len(known) else np.full(len(rows), _NEVER)


def state_on(rows: Any, day: datetime.date) -> np.ndarray:
    """What every row is on a day: active, ended, planned or paused.

    An end on or before the day means ended (an end that is only a year or a month is its last day); a start after it
    means planned. Dates count before the status: what has ended since was at work before its end. Where there is no date,
    the status says; a row with neither counts as active. A row that is only planned is never active.

    >>> rows = pd.DataFrame({"status": ["ended", "", "planned", "ended"], "end": ["2019-10-25", "2019-10-25", "", ""]})
    >>> state_on(rows, datetime.date(2016, 7, 1)).tolist()
    ['active', 'active', 'planned', 'ended']
    >>> state_on(rows, datetime.date(2019, 10, 25)).tolist()
    ['ended', 'ended', 'planned', 'ended']
    """
    today = np.datetime64(day)
    start, end = days(rows, v.START), days(rows, v.END, last=True)
    status = np.full(len(rows), "", dtype=object)
    if v.STATUS in rows:
        status = rows[v.STATUS].astype(object).where(rows[v.STATUS].notna(), "").astype(str).to_numpy()
    over = (end <= today) | (np.isnat(end) & (status == ENDED))
    to_come = ~over & ((start > today) | (status == PLANNED))
    resting = ~over & ~to_come & (status == v.PAUSED)
    return np.select([over, to_come, resting], [ENDED, PLANNED, v.PAUSED], ACTIVE).astype(object)


OPENS_ON_ITS_DAY = (v.SCHOOL, v.ATTENDANCE_AREA, v.SERVICE)  # what is planned and names its opening day is open from then on


def state_of(rows: Any, role: str, day: datetime.date) -> np.ndarray:
    """What every row of a role is on a day: the one rule by which every question counts it.

    As `state_on`; a school or service that is planned and names the day it opens is active from that day. An approach site,
    a zone or a participation that is only planned is active when somebody says so.

    >>> rows = pd.DataFrame({"status": ["planned", "planned"], "start": ["2027-08-01", ""]})
    >>> [state_of(rows, role, datetime.date(2027, 8, 1)).tolist() for role in ("service", "site")]
    [['active', 'planned'], ['planned', 'planned']]
    """
    state = state_on(rows, day)
    if role in OPENS_ON_ITS_DAY:
        state[(state == PLANNED) & open_on(rows, day)] = ACTIVE
    return state


def open_on(rows: Any, day: datetime.date) -> np.ndarray:
    """Which rows are open on a day: at work, or planned with an opening day that has come.

    Rows that say nothing of a state are open.

    >>> rows = pd.DataFrame({"status": ["planned", "planned", "paused", ""], "start": ["2027-08-01", "", "", ""]})
    >>> open_on(rows, datetime.date(2027, 7, 31)).tolist(), open_on(rows, datetime.date(2027, 8, 1)).tolist()
    ([False, False, False, True], [True, False, False, True])
    """
    if not {v.STATUS, v.START, v.END} & set(rows):
        return np.ones(len(rows), dtype=bool)
    state, start = state_on(rows, day), days(rows, v.START)
    return (state == ACTIVE) | ((state == PLANNED) & ~np.isnat(start) & (start <= np.datetime64(day)))


def day_spoken_of(params: Any) -> datetime.date:
    """The day a question speaks of, as `ecomap.analysis.day.on_its_day` settles it."""
    return day_of(str(getattr(on_its_day(params), AS_OF, "")))
