"""What goes home from a meeting: the calendar of what was agreed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ecomap.model.commitment import DONE, DROPPED, Commitment, in_order
from ecomap.model.dates import today
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.said import Said, joined, name, say
from ecomap.render.words.agreed import state_words, where_words, who_words

CALENDAR: Final = ".ics"
NOTHING_DATED: Final = say("Nothing that was agreed has a day, so there is nothing for a calendar.")


def write_calendar(project: Project, path: Path | str, *, language: str = "en", made_on: str = "") -> int:
    """Write what was agreed for a day as a calendar file; gives the number of entries.

    What has no day is not in it. What was dropped is in it as cancelled, so that a calendar that has it strikes it out.

    Raises
    ------
    InputError
        If nothing has a day, or the file would have another ending.
    """
    from ecomap.render.calendar import Entry  # heavy
    from ecomap.render.calendar import write_calendar as write
    from ecomap.render.words.language import language as language_of

    path, made_on, speak = Path(path), made_on or today().isoformat(), language_of(language)
    if path.suffix.lower() != CALENDAR:
        raise InputError(say("A calendar cannot be written as {suffix}.", suffix=name(path.suffix)), say("Use a name that ends with .ics."))
    dated = [one for one in in_order(project.commitments) if one.due]
    if not dated:
        raise InputError(NOTHING_DATED, say("Say by when something is to be done."))
    entries = [Entry(one.id, one.due, speak.say(_title(one)), speak.say(_text(one)), speak.say(where_words(one)), one.state == DROPPED) for one in dated]
    write(entries, path, title=speak.say(say("{project}: what was agreed", project=name(project.title))), made_on=made_on, language=language)
    return len(entries)


def _title(one: Commitment) -> Said:
    return say("Done: {what}", what=name(one.what)) if one.state == DONE else name(one.what)


def _text(one: Commitment) -> Said:
    seen = [say("How it will be seen: {seen}", seen=name(one.seen))] if one.seen else []
    return joined([who_words(one), *seen, state_words(one)], "\n")
