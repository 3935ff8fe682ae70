"""What is at work on a day: an end is an end, to the day, the month or the year."""

from __future__ import annotations

import datetime as dt
import doctest
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ecomap.analysis
import ecomap.model
from ecomap.analysis import at_work
from ecomap.analysis.at_work import ACTIVE, days, state_on
from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED, PLANNED

CLOCK = re.compile(r"""\.(today|now|utcnow)\(|["'](today|now)["']|\btime\.(time|localtime|gmtime|strftime|ctime)\(""")


def test_what_the_docstrings_show_is_so() -> None:
    assert doctest.testmod(at_work).failed == 0


@pytest.mark.parametrize(("end", "last_at_work"), [
    ("2019-10-25", "2019-10-24"), ("2019-02", "2019-02-27"), ("2019", "2019-12-30"), ("2018-19", "2019-06-29"),
])
def test_an_end_is_its_last_day_and_that_day_is_over(end: str, last_at_work: str) -> None:
    rows = pd.DataFrame({v.END: [end], v.STATUS: ["active"]})
    day = dt.date.fromisoformat(last_at_work)
    assert state_on(rows, day).tolist() == [ACTIVE]
    assert state_on(rows, day + dt.timedelta(days=1)).tolist() == [ENDED]


def test_dates_go_before_the_status() -> None:
    rows = pd.DataFrame({v.STATUS: ["ended", "active", "active", "paused", "planned"],
                         v.START: ["2015", "2030", "2015", "2015", "2015"], v.END: ["2024", "", "2018", "", ""]})
    assert state_on(rows, dt.date(2020, 1, 1)).tolist() == [ACTIVE, PLANNED, ENDED, v.PAUSED, PLANNED]


def test_without_a_column_of_dates_nothing_is_dated() -> None:
    assert np.isnat(days(pd.DataFrame({"id": ["a"]}), v.END)).all()
    assert state_on(pd.DataFrame({"id": ["a"]}), dt.date(2020, 1, 1)).tolist() == [ACTIVE]


def test_the_clock_is_asked_in_one_place() -> None:
    """A question speaks of the day it is asked for: what looks at the clock itself gives two answers on two days."""
    folders = [Path(package.__path__[0]) for package in (ecomap.analysis, ecomap.model)]
    asking = [path.name for folder in folders for path in folder.rglob("*.py") if CLOCK.search(path.read_text("utf-8"))]
    assert asking == ["dates.py"]


@pytest.mark.parametrize("code", [
    "datetime.date.today()", "dt.datetime.now(UTC)", "datetime.utcnow()", "pd.Timestamp('today')", 'np.datetime64("now")',
    "time.time()", "time.localtime()", "time.strftime('%Y')",
])
def test_a_look_at_the_clock_would_be_found(code: str) -> None:
    assert CLOCK.search(code)


def test_a_time_limit_is_no_look_at_the_clock() -> None:
    assert not CLOCK.search("until = time.monotonic() + time_limit_s")
