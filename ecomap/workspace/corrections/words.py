"""Corrections in words: a line of the list, and what is known of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ecomap.model.correction import ACCEPTED, DECLINED, MISSING, NOTED, WAITING, Correction
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as kept
from ecomap.render.words.cells import format_date
from ecomap.workspace.corrections.effect import KIND_WORDS

STATE_WORDS: Final[Mapping[str, Said]] = {
    WAITING: say("Waiting", context="reader's note"), ACCEPTED: say("Accepted", context="reader's note"),
    NOTED: say("Kept as a note", context="reader's note"), DECLINED: say("Declined", context="reader's note"),
}
_SHORT: Final = 90  # letters of a text on one line


def heading(one: Correction) -> Said:
    """What it is and about what: "Closed: Valley Clinic"."""
    return say("{kind}: {about}", kind=KIND_WORDS[one.kind], about=about_words(one))


def about_words(one: Correction) -> Said:
    """What a correction is about."""
    return kept(one.about) if one.about else say("a place on the map") if one.place is not None else say("no one place")


def line(one: Correction) -> Said:
    """A correction as two lines of a list."""
    short = " ".join(one.text.split())
    short = short if len(short) <= _SHORT else short[: _SHORT - 1].rstrip() + "…"
    second = joined([STATE_WORDS[one.state], kept(one.author), format_date(one.day) if one.day else NOTHING, kept(short)], " · ")
    return joined([heading(one), second], "\n")


def details(one: Correction) -> tuple[Said, ...]:
    """What the reader said beside her words."""
    lines = [
        _written(one),
        say("On the page “{page}”", page=kept(one.origin)) if one.origin else NOTHING,
        say("Since when: {day}", day=format_date(one.since)) if one.since else NOTHING,
        say("The page said: {label}: {value}", label=kept(one.label), value=kept(one.shown)) if one.label else NOTHING,
        say("It should be: {value}", value=kept(one.should)) if one.should else NOTHING,
    ]
    if one.kind != MISSING and one.place is not None and not one.feature:
        lines.append(say("It points to a place on the map."))
    return tuple(one for one in lines if one)


def others_about(project: Project, one: Correction) -> tuple[Correction, ...]:
    """Other corrections of the same place."""
    return tuple(other for other in project.corrections
                 if other.id != one.id and one.feature and (other.layer, other.feature) == (one.layer, one.feature))


def counted(project: Project) -> Said:
    """How many wait and how many are settled."""
    waiting = sum(one.waits for one in project.corrections)
    if not project.corrections:
        return say("No corrections yet. Whoever has the meeting page can write some and send you the file.")
    return plural("{n} correction waits, of {every}.", "{n} corrections wait, of {every}.", waiting, every=len(project.corrections))


def _written(one: Correction) -> Said:
    day = format_date(one.day) if one.day else NOTHING
    if one.author:
        return say("Written by {author} on {day}", author=kept(one.author), day=day) if day else say("Written by {author}", author=kept(one.author))
    return say("Written on {day}, without a name", day=day) if day else say("Written without a name")
