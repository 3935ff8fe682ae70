"""What was agreed, in words: where, who, by when, how it stands; the same in the window, on the page, on paper and on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from ecomap.model.commitment import DONE, DROPPED, GOAL, OPEN, Commitment, in_order
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say
from ecomap.render.words.cells import format_date

AGREED: Final = say("What was agreed")
LAST, EARLIER, SETTLED = "last", "earlier", "settled"  # groups
HERE: Final = say("Agreed for this place")
FOR_ALL: Final = say("For all")
NO_DAY: Final = say("no day said")
NOBODY: Final = say("nobody named")
KIND_WORDS: Final = {GOAL: say("Goal"), "commitment": say("Commitment")}
STATE_WORDS: Final = {OPEN: say("open", context="agreed"), DONE: say("done", context="agreed"), DROPPED: say("dropped", context="agreed")}
NOTHING_AGREED: Final = say("Nothing was agreed yet.")
NO_ORDER: Final = say("By date, then by the alphabet. No partner's goals stand above another's.")


def where_words(one: Commitment) -> Said:
    """The school or area, or that it is for all."""
    return FOR_ALL if one.for_all else name(one.place or one.feature)


def by_words(one: Commitment) -> Said:
    """By when."""
    return format_date(one.due) if one.due else NO_DAY


def leads_words(one: Commitment) -> Said:
    """Who leads."""
    return listed(map(name, one.leads)) if one.leads else NOBODY


def who_words(one: Commitment) -> Said:
    """Who leads and who helps, in one sentence."""
    leads, helps = listed(map(name, one.leads)), listed(map(name, one.helps))
    if one.leads and one.helps:
        return say("Led by {leads}, with the help of {helps}", leads=leads, helps=helps)
    if one.leads:
        return say("Led by {leads}", leads=leads)
    return say("With the help of {helps}", helps=helps) if one.helps else NOBODY.capitalize()


def overdue(one: Commitment, day: str) -> bool:
    """Whether it is still open after its day."""
    return one.state == OPEN and bool(one.due) and bool(day) and one.due < day


def state_words(one: Commitment, day: str = "") -> Said:
    """What became of it, as of a day: open, past its day, done and when, or dropped and why."""
    if one.state == DONE:
        done = say("Done on {day}", day=format_date(one.settled)) if one.settled else say("Done", context="agreed")
        return joined([done, name(one.reason)], ": ") if one.reason else done
    if one.state == DROPPED:
        return say("Dropped: {reason}", reason=name(one.reason))
    still = say("Open, and its day has passed") if overdue(one, day) else say("Open", context="agreed")
    return joined([still, name(one.reason)], ": ") if one.reason else still


def short_words(one: Commitment, day: str = "") -> Said:
    """One line: what, where, by when and how it stands."""
    return joined([name(one.what), joined([where_words(one), by_words(one), state_words(one, day)], " · ")], "\n")


def counted_words(agreed: Sequence[Commitment], day: str = "") -> Said:
    """How many there are, and what became of them; no share, for one is not like another."""
    if not agreed:
        return NOTHING_AGREED
    done, dropped = (sum(one.state == state for one in agreed) for state in (DONE, DROPPED))
    late = sum(overdue(one, day) for one in agreed)
    still = len(agreed) - done - dropped
    parts = [plural("{n} is done", "{n} are done", done)] if done else []
    if dropped:
        parts.append(plural("{n} was dropped", "{n} were dropped", dropped))
    if still:
        parts.append(plural("{n} is open", "{n} are open", still) if not late else
                     plural("{n} is open and past its day", "{n} are open and past their day", still) if late == still else
                     plural("{n} is open, {late} past the day", "{n} are open, {late} past the day", still, late=late))
    return plural("{n} thing was agreed: {states}.", "{n} things were agreed: {states}.", len(agreed), states=listed(parts))


def meetings_of(agreed: Iterable[Commitment]) -> tuple[str, ...]:
    """The days on which something was agreed, the latest first."""
    return tuple(sorted({one.agreed for one in agreed if one.agreed}, reverse=True))


@frozen
class Group:
    """What was agreed at one time, or stands in one state."""

    key: str
    title: Said
    items: tuple[Commitment, ...]


def groups_of(items: Iterable[Commitment]) -> tuple[Group, ...]:
    """The last meeting first and whole; then what earlier ones left open, then what is settled of theirs."""
    items = in_order(items)
    days = meetings_of(items)
    last = tuple(one for one in items if days and one.agreed == days[0])
    before = [one for one in items if one not in last]
    groups = (
        Group(LAST, say("Agreed on {day}", day=format_date(days[0])) if days else NOTHING, last),
        Group(EARLIER, say("Agreed earlier, still open"), tuple(one for one in before if one.state == OPEN)),
        Group(SETTLED, say("Agreed earlier, done or dropped"), tuple(one for one in before if one.state != OPEN)),
    )
    return tuple(group for group in groups if group.items)


def heads_of(items: Iterable[Commitment]) -> Said:
    """The line on top of the page: how much of the last meeting's is done."""
    groups = groups_of(items)
    return joined([say("{when}:", when=groups[0].title), counted_words(groups[0].items)]) if groups and groups[0].key == LAST else counted_words(list(items))
