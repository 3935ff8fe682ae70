"""What is said about who is at work: rows that count, rows that do not, and the day they are counted on."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from ecomap.analysis.notes import count_note
from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED, PLANNED, date_in_words
from ecomap.model.result import Note
from ecomap.model.said import Said, plural, say

ROWS_OF: Mapping[str, Callable[[int], Said]] = {
    v.PARTICIPATION: lambda n: plural("{n} participation", "{n} participations", n),
    v.SITE: lambda n: plural("{n} approach site", "{n} approach sites", n),
    v.ZONE: lambda n: plural("{n} zone", "{n} zones", n),
    v.STAFF_ROLE: lambda n: plural("{n} role", "{n} roles", n),
    v.SERVICE: lambda n: plural("{n} service", "{n} services", n),
}


def date_note(day: datetime.date) -> Note:
    """On which day somebody is at work, and what that means."""
    return Note("method", say("Who is at work on {day}: an end on or before that day means ended; planned and paused work does "
                              "not count.", day=date_in_words(day)))


def not_at_work(role: str, state: str, n: int) -> Note:
    """That rows of a role do not count for what they are on the day: ended, planned or paused."""
    rows = ROWS_OF[role](n)
    if state == ENDED:
        said = plural("{rows} has ended and does not count.", "{rows} have ended and do not count.", n, rows=rows)
    elif state == PLANNED:
        said = plural("{rows} is only planned and does not count yet.", "{rows} are only planned and do not count yet.", n, rows=rows)
    else:
        said = plural("{rows} is paused and does not count.", "{rows} are paused and do not count.", n, rows=rows)
    return count_note(said)


def not_asked_about(role: str, n: int) -> Note:
    """That rows of a role name schools which are not asked about."""
    return count_note(plural("{rows} names a school that is not among those asked about.",
                             "{rows} name a school that is not among those asked about.", n, rows=ROWS_OF[role](n)))


def online_only(role: str, n: int) -> Note:
    """That rows of a role have no place to go to."""
    return count_note(plural("{rows} is online only and is at no school.", "{rows} are online only and are at no school.", n,
                             rows=ROWS_OF[role](n)))


def zones_of_no_approach(n: int) -> Note:
    """That zones stand for no approach."""
    return count_note(plural("{n} zone belongs to no approach and counts at no school.",
                             "{n} zones belong to no approach and count at no school.", n))


def nowhere(n: int) -> Note:
    """That rows have no place at all."""
    return count_note(plural("{n} row has neither a school nor a place on the map and counts nowhere.",
                             "{n} rows have neither a school nor a place on the map and count nowhere.", n))


def lead_not_named(approach: Said) -> Said:
    """A participation that does not say who leads it, by what people call its approach."""
    return say("{approach}, lead not named", approach=approach)
