"""Dates in every common spelling; the order of day and month is the column's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.io.table.dates import order_shown, parse_dates
from ecomap.model.dates import first_day, last_day


def read(*cells: Any, **how: Any) -> list[str]:
    return parse_dates(pd.Series(list(cells), dtype=object), **how).values.fillna("").tolist()


@pytest.mark.parametrize("cell", [
    "2020-12-31", "31/12/2020", "12-31-2020", "31.12.2020", "12/31/2020", "12/31/20", "December 31, 2020", "Dec. 31 2020", "31 Dec 20", "31-Dec-2020",
    "2020/12/31", "20201231", "44196", "44196.75", "44196.0", 44196, 44196.0, "1609372800000", "1609372800", "31 de diciembre de 2020", "31 décembre 2020",
    "Thursday, December 31st, 2020", "2020-12-31T23:59:59Z", "2020-12-31 00:00:00", "12/31/2020 12:00:00 AM", "31. Dezember 2020", pd.Timestamp("2020-12-31"),
])
def test_one_day_in_every_spelling(cell: object) -> None:
    assert read(cell) == ["2020-12-31"]


@pytest.mark.parametrize(("cell", "written", "end"), [
    ("Dec 2020", "2020-12", "2020-12-31"), ("12/2020", "2020-12", "2020-12-31"), ("2020-12", "2020-12", "2020-12-31"), ("Dec-20", "2020-12", "2020-12-31"),
    ("diciembre de 2020", "2020-12", "2020-12-31"), ("2020", "2020", "2020-12-31"), (2020.0, "2020", "2020-12-31"), ("FY2020", "2019-20", "2020-06-30"),
    ("FY 21", "2020-21", "2021-06-30"), ("SY 2020-21", "2020-21", "2021-06-30"), ("2020–2021", "2020-21", "2021-06-30"),
    ("2011/12", "2011-2012", "2012-06-30"), ("spring 2020", "2020-06", "2020-06-30"), ("Fall 2020", "2020-12", "2020-12-31"),
])
def test_a_month_or_a_year_ends_when_it_is_over(cell: object, written: str, end: str) -> None:
    assert read(cell, last=True) == [written]
    assert str(last_day(written)) == end


def test_a_part_of_a_year_begins_at_its_start() -> None:
    assert read("spring 2020", "Fall 2020") == ["2020-01", "2020-08"]
    assert first_day("2020-08") == dt.date(2020, 8, 1)


@pytest.mark.parametrize("cell", ["", "present", "Ongoing", "9999-12-31", "12/31/9999", "No Data", "current", "en curso", "-"])
def test_what_goes_on_has_no_end_and_is_no_mistake(cell: str) -> None:
    dates = parse_dates(pd.Series([cell, "2020"]), last=True)
    assert (dates.values.fillna("").tolist(), dates.unread_count, dates.unknown) == (["", "2020"], 0, 0)


def test_what_is_not_known_yet_is_counted() -> None:
    dates = parse_dates(pd.Series(["TBD", "TBD", "2020"]), last=True)
    assert (dates.values.fillna("").tolist(), dates.unknown) == (["", "", "2020"], 2)


def test_what_cannot_be_read_stands_as_it_is_and_is_counted() -> None:
    dates = parse_dates(pd.Series(["30/02/2020", "when funded", "13/13/2020", "June", "2020"]), last=True)
    assert dates.unread_count == 4
    assert dates.values.tolist() == ["30/02/2020", "when funded", "13/13/2020", "June", "2020"]
    assert dates.unread[0] == "30/02/2020"


@pytest.mark.parametrize(("cells", "second", "open_"), [
    (("13/4/2020", "3/4/2020"), "2020-04-03", False), (("12/4/2020", "3/4/2020"), "2020-03-04", True), (("4/13/2020", "3/4/2020"), "2020-03-04", False),
    (("5/5/2020", "3.4.2020"), "2020-04-03", False), (("31/12/2020", "12-31-2020"), "2020-12-31", False),
])
def test_the_column_decides_on_day_and_month(cells: tuple[str, str], second: str, open_: bool) -> None:
    dates = parse_dates(pd.Series(list(cells)))
    assert (dates.values.iloc[1], bool(dates.open_order)) == (second, open_)


def test_an_answer_decides_and_what_is_likely_is_taken() -> None:
    assert read("3/4/2020", order="dmy") == ["2020-04-03"]
    assert read("3/4/2020", likely="dmy") == ["2020-04-03"]
    assert parse_dates(pd.Series(["3/4/2020"]), order="dmy").open_order == ()
    assert [order_shown(pd.Series([cell])) for cell in ("13/4/2020", "4/13/2020", "4/4/2020")] == ["dmy", "mdy", ""]


def test_school_years_are_told_from_months_by_the_column() -> None:
    assert read("2010-11") == ["2010-11"]
    assert [last_day(text) for text in read("2010-11", "2012-13")] == [dt.date(2011, 6, 30), dt.date(2013, 6, 30)]
    assert read("2010-11", "2012-04") == ["2010-11", "2012-04"]


SPELLINGS = ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d-%b-%Y")


@settings(deadline=None)
@given(st.lists(st.dates(dt.date(1960, 1, 1), dt.date(2099, 12, 31)), min_size=1, max_size=10), st.sampled_from(SPELLINGS))
def test_what_is_written_in_one_spelling_is_read_back(days: list[dt.date], spelling: str) -> None:
    assert read(*(day.strftime(spelling) for day in days)) == [day.isoformat() for day in days]


@settings(deadline=None)
@given(st.lists(st.dates(dt.date(1960, 1, 1), dt.date(2099, 12, 31)), min_size=1, max_size=10), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]), st.randoms())
def test_either_order_is_found_and_rows_may_be_shuffled(days: list[dt.date], spelling: str, chance: Any) -> None:
    days = [*days, dt.date(2020, 3, 31)]
    chance.shuffle(days)
    assert read(*(day.strftime(spelling) for day in days)) == [day.isoformat() for day in days]
