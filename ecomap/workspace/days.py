"""The day of a project, the day of an answer, and what has begun or ended since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ecomap.model import vocabulary as v
from ecomap.model.dates import date_in_words, day_of, first_day, today
from ecomap.model.project import ANSWERED, MADE, SAVED, TOLD, Project
from ecomap.model.result import Result
from ecomap.model.roles import role
from ecomap.model.said import NOTHING, Said, listed, say
from ecomap.model.units import format_number

LONG_PAST_DAYS: Final = 92  # a quarter of a year: terms, grants and leases have begun and ended since
TODAY: Final = "today"
AS_OF: Final = "as_of"  # the setting of every question, see `ecomap.analysis.day`


def on_the_day_of_making(project: Project) -> Project:
    """A new project speaks of the day it is made, until it is told another."""
    return project.with_day(today().isoformat(), MADE)


def told_day(project: Project, text: str) -> Project:
    """The project on the day that a planner names; "" and "today" are the clock's.

    Raises
    ------
    ParameterError
        If it is no date.
    """
    text = text.strip()
    return project.with_day(day_of("" if text.casefold() == TODAY else text).isoformat(), TOLD)


def day_of_answer(result: Result) -> str:
    """The day an answer speaks of, in ISO form; of an answer of a time without days the day it was made. "" where nothing tells."""
    if result.provenance is None:
        return ""
    for text in (str(result.provenance.params.get(AS_OF) or ""), result.provenance.made_at[:10]):
        if (day := first_day(text)) is not None:
            return day.isoformat()
    return ""


def day_words(project: Project) -> Said:
    """The day of a project and where it is from, in one sentence; "" where it has none."""
    day = first_day(project.day)
    if day is None:
        return NOTHING
    told = date_in_words(day)
    if project.day_from == MADE:
        return say("Questions speak of {day}, the day this project was made.", day=told)
    if project.day_from == ANSWERED:
        return say("Questions speak of {day}: this project had no day of its own, so it takes that of its last answer.", day=told)
    if project.day_from == SAVED:
        return say("Questions speak of {day}: this project had no day of its own, so it takes the day its file was saved.", day=told)
    return say("Questions speak of {day}.", day=told)


def long_past(project: Project, now: dt.date | None = None) -> Said:
    """A hint where the day of the project is long past (or still to come); "" where it is not."""
    day, now = first_day(project.day), now or today()
    if day is None or abs((now - day).days) <= LONG_PAST_DAYS:
        return NOTHING
    if day > now:
        return say("{day} is still to come: what is planned until then counts as if it had happened.", day=date_in_words(day))
    return say("{day} is long past: what has ended since still counts, and what has begun does not.", day=date_in_words(day))


def passed_since(project: Project, result: Result, until: dt.date | None = None) -> Said:
    """What an answer counts that has ended, closed or begun between its day and a later one, in one sentence; "" where nothing has.

    Parameters
    ----------
    until : date, optional
        The later day; the later of the day of the project and the clock's where it is not given.
    """
    day = first_day(day_of_answer(result))
    if day is None or result.provenance is None:
        return NOTHING
    until = until or max(today(), first_day(project.day) or dt.date.min)
    if until <= day:
        return NOTHING
    target = str(result.provenance.params.get("target") or "")
    rows = [(role_of, _about(frame, role_of, target)) for role_of, frame in _read(project, result)]
    ended, begun = _counts(rows, v.END, day, until), _counts(rows, v.START, day, until)
    asked, now = date_in_words(day), date_in_words(until)
    if ended and begun:
        return say("Its day has passed: between {asked} and {now}, {ended} ended and {begun} began. Ask again for a newer day.",
                   asked=asked, now=now, ended=_listed(ended), begun=_listed(begun))
    if ended:
        return say("Its day has passed: between {asked} and {now}, {ended} ended. Ask again for a newer day.", asked=asked, now=now, ended=_listed(ended))
    if begun:
        return say("Its day has passed: between {asked} and {now}, {begun} began. Ask again for a newer day.", asked=asked, now=now, begun=_listed(begun))
    return NOTHING


def _read(project: Project, result: Result) -> list[tuple[str, Any]]:
    """The rows an answer read, each layer with its role, ended with their organisation where that has closed."""
    from ecomap.workspace.inputs import closings_of_project

    closings = closings_of_project(project)
    used = [layer_id for layer_id, _ in result.provenance.inputs if project.has_layer(layer_id)] if result.provenance else []
    layers = [layer for layer in map(project.layer, used) if layer.role != v.ORGANISATION]
    return [(layer.role, closings.apply(project.frame(layer.id), layer.role)[0]) for layer in layers]


def _about(frame: Any, role_of: str, target: str) -> Any:
    """The rows that the target of a question is about: services of its kind, sites and zones of its approach; all others as they are."""
    kind, _, value = target.partition(":")
    column = {v.SERVICE: v.CATEGORY, v.SITE: v.APPROACH, v.ZONE: v.APPROACH}.get(role_of, "")
    if not column or not value:
        return frame
    if (role_of == v.SERVICE) != (kind == "service"):
        return frame.iloc[:0]
    if value == "*" or column not in frame:
        return frame
    return frame[frame[column].astype("string").fillna("").str.casefold() == value.casefold()]


def _counts(rows: Sequence[tuple[str, Any]], column: str, day: dt.date, until: dt.date) -> dict[str, int]:
    """Role -> rows at work that end, or others that begin, after the one day and by the other."""
    import numpy as np  # heavy

    from ecomap.analysis.at_work import days  # heavy

    asked, now = np.datetime64(day), np.datetime64(until)
    found: dict[str, int] = {}
    for role_of, frame in rows:
        start, end = days(frame, v.START), days(frame, v.END, last=True)
        if column == v.END:
            matters = (end > asked) & (end <= now) & (np.isnat(start) | (start <= asked))
        else:
            matters = (start > asked) & (start <= now) & (np.isnat(end) | (end > now))
        if count := int(matters.sum()):
            found[role_of] = found.get(role_of, 0) + count
    return found


def _listed(counts: Mapping[str, int]) -> Said:
    return listed([say("{n} of the {rows}", n=format_number(count), rows=role(code).rows) for code, count in counts.items()])
