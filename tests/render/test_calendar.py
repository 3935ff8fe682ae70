"""The calendar file: all-day entries that a calendar knows again, whatever their text says."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest

from ecomap.render.calendar import Entry, calendar_bytes

DAY = "2027-01-31"
NASTY = "Gym; yard, \\ gate\r\nBEGIN:VEVENT\nUID:evil\u2028\x00\x07 \u202e ñ 学校 " + "x" * 200


def read(*entries: Entry, made_on: str = DAY) -> list[icalendar.Event]:
    raw = calendar_bytes(entries, title="Town", made_on=made_on)
    return list(icalendar.Calendar.from_ical(raw).walk("VEVENT"))


def test_an_entry_is_one_whole_day() -> None:
    (event,) = read(Entry("c-1", "2027-06-30", "A nurse", "Led by Red", "West School"))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (dt.date(2027, 6, 30), dt.date(2027, 7, 1))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert (str(event["SUMMARY"]), str(event["LOCATION"]), str(event["TRANSP"])) == ("A nurse", "West School", "TRANSPARENT")


def test_a_later_file_changes_the_entry_instead_of_adding_one() -> None:
    before, after = read(Entry("c-1", "2027-06-30", "A nurse"))[0], read(Entry("c-1", "2027-07-30", "Two nurses", cancelled=True), made_on="2027-02-28")[0]
    assert str(before["UID"]) == str(after["UID"])
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert (str(before["STATUS"]), str(after["STATUS"])) == ("CONFIRMED", "CANCELLED")


def test_the_same_entries_give_the_same_bytes() -> None:
    one = Entry("c-1", "2027-06-30", "A nurse")
    assert calendar_bytes([one], title="Town", made_on=DAY) == calendar_bytes([one], title="Town", made_on=DAY)


@pytest.mark.parametrize("field", ["title", "text", "place"])
def test_no_text_makes_an_entry_of_its_own(field: str) -> None:
    given = {"title": "A"} | {field: NASTY}
    raw = calendar_bytes([Entry("c-1", "2027-06-30", **given)], title=NASTY, made_on=DAY)
    events = list(icalendar.Calendar.from_ical(raw).walk("VEVENT"))
    assert [str(event["UID"]) for event in events] == ["c-1@ecomap"]
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "long lines are folded"
    assert "学校" in str(events[0][{"title": "SUMMARY", "text": "DESCRIPTION", "place": "LOCATION"}[field]])
