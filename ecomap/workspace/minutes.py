"""What goes home from a meeting: one page of minutes, and the calendar of what was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from ecomap.model.commitment import DONE, DROPPED, GOAL, Commitment, in_order
from ecomap.model.dates import today
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.record import Made
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.render.words.agreed import (
    NO_ORDER,
    NOTHING_AGREED,
    by_words,
    counted_words,
    groups_of,
    state_words,
    where_words,
    who_words,
)
from ecomap.render.words.cells import format_date
from ecomap.workspace import commitments
from ecomap.workspace.carrying import attached, record_as_shown

if TYPE_CHECKING:
    from ecomap.render.typeset.document import Block, Document

PAPER, EDITABLE, CALENDAR = ".pdf", ".docx", ".ics"
LINES: Final = tuple(range(76, 16, -4))  # of the page for what was agreed, until it is one page; what is more stays in the project, and the page says so
GROUP_LINES: Final = 4.5  # that a heading and the head of its table take
ROW_LINES: Final = 0.4    # between two rows
LETTERS: Final = 150      # of a text in a cell where all of them do not fit: longer ones are cut, on paper only, and the page says so
_COLUMNS: Final = ((say("What"), 2.6, 36), (say("Where"), 1.3, 16), (say("Who"), 1.6, 21), (say("By when"), 1.0, 12), (say("What became of it"), 1.4, 17))  # share, letters a line
NOTHING_DATED: Final = say("Nothing that was agreed has a day, so there is nothing for a calendar.")


def write_minutes(project: Project, path: Path | str, *, language: str = "en", made_on: str = "") -> None:
    """Write the minutes as .pdf or .docx: one page with what was agreed last time, and what became of it.

    Raises
    ------
    InputError
        If nothing was agreed, or the file would have another ending.
    """
    path = Path(path)
    if path.suffix.lower() not in (PAPER, EDITABLE):
        raise InputError(say("Minutes cannot be written as {suffix}.", suffix=name(path.suffix)), say("Use a name that ends with .pdf or .docx."))
    if not project.commitments:
        raise InputError(NOTHING_AGREED, say("Write down what the partners agree first."))
    made_on = made_on or today().isoformat()
    made = minutes(project, language=language, made_on=made_on)
    told = Made(kind=path.suffix.lower().removeprefix("."), title=str(made.title), language=language, on=made_on)
    made = evolve(made, attachments=attached(record_as_shown(project, (), made=told)))
    if path.suffix.lower() == PAPER:
        from ecomap.render.typeset.paper import write_paper  # heavy

        write_paper(made, path)
    else:
        from ecomap.render.typeset.editable import write_editable  # heavy

        write_editable(made, path)


def minutes(project: Project, *, language: str = "en", made_on: str = "") -> Document:
    """The minutes as a document of one page: the last meeting first, all of it as it is where that fits; what does not fit is counted."""
    from ecomap.render.typeset.paper import page_count  # heavy

    made_on = made_on or today().isoformat()
    whole = max(map(_longest, project.commitments), default=0)
    for room in (_Room(whole, dense=False), _Room(whole), *([_Room(LETTERS)] if whole > LETTERS else []), *(_Room(LETTERS, lines) for lines in LINES)):
        made = _minutes(project, language, made_on, room)
        if page_count(made) == 1:
            break
    return made


@frozen
class _Room:
    """How many letters of a text there is room for, and how many lines of the page."""

    letters: int
    lines: float = inf
    dense: bool = True

    def short(self, text: str) -> Said:
        return name(text if len(text) <= self.letters else text[: self.letters - 1].rstrip() + "…")


def _minutes(project: Project, language: str, made_on: str, room: _Room) -> Document:
    from ecomap.render.typeset.document import (  # heavy
        Document,
        Heading,
        Paragraph,
        Table,
        TableColumn,
    )

    day = commitments.as_of(project)
    blocks: list[Block] = [Paragraph(counted_words(project.commitments, day), "lead"), Paragraph(NO_ORDER, "small")]
    left, shortened, labels = room.lines, False, commitments.approaches(project)
    for group in groups_of(project.commitments):
        left -= GROUP_LINES
        rows: list[tuple[Said, ...]] = []
        for one in group.items:
            row = _row(one, labels, day, room)
            left -= _lines(row)
            if left < 0:
                break
            rows.append(row)
            shortened |= _longest(one) > room.letters
        blocks.append(Heading(group.title))
        if rows:
            blocks.append(Table(tuple(TableColumn(words, share=share) for words, share, _ in _COLUMNS), tuple(rows)))
        if more := len(group.items) - len(rows):
            blocks.append(Paragraph(plural("{n} more stands in the project.", "{n} more stand in the project.", more), "small"))
    if shortened:
        blocks.append(Paragraph(say("Long texts are shortened here; the project has them whole."), "small"))
    foot = say("{project}: what was agreed. Made on {day}.", project=name(project.title), day=format_date(made_on))
    return Document(say("What was agreed: {project}", project=name(project.title)), tuple(blocks), language, foot=foot, made_on=made_on, dense=room.dense)


def _row(one: Commitment, labels: Mapping[str, Said], day: str, room: _Room) -> tuple[Said, ...]:
    about = [say("Goal")] if one.kind == GOAL else []
    about += [labels.get(one.approach, name(one.approach))] if one.approach else []
    seen = say("How it will be seen: {seen}", seen=room.short(one.seen)) if one.seen else NOTHING
    what = joined([room.short(one.what), say("({about})", about=joined(about, ", ")) if about else NOTHING])
    short = evolve(one, place=room.short(one.place), reason=room.short(one.reason), leads=tuple(map(room.short, one.leads)), helps=tuple(map(room.short, one.helps)))
    return joined([what, seen], "\n"), where_words(short), who_words(short), by_words(short), state_words(short, day)


def _longest(one: Commitment) -> int:
    """How many letters the longest of its texts has."""
    return max(map(len, (one.what, one.seen, one.place, one.reason, *one.leads, *one.helps)))


def _lines(row: tuple[Said, ...]) -> float:
    """About how many lines a row takes: those of its tallest cell, broken at words."""
    tall = max(sum(-(-len(part) // letters) or 1 for part in cell.split("\n")) for cell, (_, _, letters) in zip(row, _COLUMNS))
    return tall + ROW_LINES


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
