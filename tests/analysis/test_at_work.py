"""What is at work on a day: an end is an end, to the day, the month or the year."""

from __future__ import annotations

import datetime as dt
import doctest

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis import at_work
from ecomap.analysis.at_work import ACTIVE, days, state_on
from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED, PLANNED


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
