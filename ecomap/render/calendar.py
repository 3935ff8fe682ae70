"""A calendar file: all-day entries that stay the same entries when the file is made again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from ecomap.model.cell_text import storable
from ecomap.model.files import write_whole
from ecomap.model.version import VERSION

_OF: Final = "@ecomap"


@frozen
class Entry:
    """One day in a calendar. ``id`` is the same in every file, so that a later file changes the entry instead of adding one.

    ``cancelled`` entries stay in the file: a calendar that has them already then strikes them out.
    """

    id: str
    day: str
    title: str
    text: str = ""
    place: str = ""
    cancelled: bool = False


def calendar_bytes(entries: Sequence[Entry], *, title: str, made_on: str, language: str = "en") -> bytes:
    """The entries as iCalendar (RFC 5545); the same entries on the same day give the same bytes.

    Parameters
    ----------
    made_on : str
        ISO date: the moment that each entry is stamped with, and by which a calendar knows the newer of two files.
    """
    from icalendar import Calendar, Event  # heavy

    stamp = dt.datetime.combine(dt.date.fromisoformat(made_on), dt.time(), dt.UTC)
    made = Calendar()
    made.add("prodid", f"-//EcoMap//EcoMap {VERSION}//{language.upper()}")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", " ".join(_clean(title).split()))  # a word of its own that is written as it stands
    for entry in entries:
        day = dt.date.fromisoformat(entry.day)
        event = Event()
        event.add("uid", entry.id + _OF)
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("dtend", day + dt.timedelta(days=1))
        event.add("summary", _clean(entry.title))
        for key, text in (("description", entry.text), ("location", entry.place)):
            if text:
                event.add(key, _clean(text))
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        event.add("sequence", (dt.date.fromisoformat(made_on) - dt.date(2020, 1, 1)).days)
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())


def write_calendar(entries: Sequence[Entry], path: Path | str, *, title: str, made_on: str, language: str = "en") -> None:
    """Write the calendar file; it appears whole or not at all."""
    write_whole(Path(path), calendar_bytes(entries, title=title, made_on=made_on, language=language))


def _clean(text: str) -> str:
    """What a calendar can hold: no signs that end a line unseen."""
    return "".join(sign for sign in storable(text).replace("\r\n", "\n").replace("\r", "\n") if sign == "\n" or sign >= " ")
