"""A commitment: what was agreed at a meeting, where, who leads and helps, by when, how it will be seen, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from ecomap.model.dates import first_day

GOAL, COMMITMENT = "goal", "commitment"
KINDS: Final = (GOAL, COMMITMENT)
OPEN, DONE, DROPPED = "open", "done", "dropped"
STATES: Final = (OPEN, DONE, DROPPED)
LONGEST_TEXT: Final = 2_000
LONGEST_NAME: Final = 300
MOST_NAMES: Final = 50
MOST: Final = 5_000  # of one project
_FROM: Final = "\x00"
_NO_DAY: Final = "9999-12-31"


@frozen
class Commitment:
    """What the partners want in common, or what somebody said they will do. None weighs more than another.

    Parameters
    ----------
    id : str
        Made of what was agreed first; it stays when the words change, and so does its entry in a calendar.
    what : str
        In the partners' own words; never read as anything but text.
    kind : {"goal", "commitment"}
        A goal is wanted in common; a commitment is somebody's.
    layer, feature : str
        Id of a layer and of its row: the school or the area. Both "" where it is for all.
    place : str
        What the school or area is called, so that it can be read where the layer is not.
    approach : str
        Code of the vocabulary "approach"; "" where it belongs to none in particular.
    leads, helps : tuple of str
        Who leads and who helps, as they are called.
    due : str
        By when: the day in ISO form; "" where no day was said.
    seen : str
        How it will be seen that it is done.
    state : {"open", "done", "dropped"}
    reason : str
        Why it was dropped, which has to be said; or a word on how it stands.
    agreed : str
        The day it was agreed, in ISO form.
    settled : str
        The day it was done or dropped, in ISO form.
    origin : str
        Name of the file it came in; "" where it was written at the table.
    came : str
        Digest of the row it came in, so that the same row is known again.
    """

    id: str
    what: str
    kind: str = COMMITMENT
    layer: str = ""
    feature: str = ""
    place: str = ""
    approach: str = ""
    leads: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    due: str = ""
    seen: str = ""
    state: str = OPEN
    reason: str = ""
    agreed: str = ""
    settled: str = ""
    origin: str = ""
    came: str = ""

    @property
    def for_all(self) -> bool:
        """Whether it is for every place."""
        return not (self.feature or self.place)

    @property
    def sound(self) -> bool:
        """Whether it can mean something, wherever it came from.

        >>> Commitment("a", "A nurse").sound, Commitment("a", " ").sound, Commitment("a", "A nurse", state=DROPPED).sound
        (True, False, False)
        """
        names = (*self.leads, *self.helps)
        short = (self.id, self.layer, self.feature, self.place, self.approach, self.origin, self.came, *names)
        days = all(not one or is_day(one) for one in (self.due, self.agreed, self.settled))
        return bool(days and self.id and self.what.strip() and self.kind in KINDS and self.state in STATES
                    and bool(self.layer) == bool(self.feature) and all(one.strip() for one in names) and len(names) <= MOST_NAMES
                    and all(len(one) <= LONGEST_NAME and _FROM not in one for one in short)
                    and all(len(one) <= LONGEST_TEXT and _FROM not in one for one in (self.what, self.seen, self.reason))
                    and (self.reason.strip() or self.state != DROPPED))


def is_day(text: str) -> bool:
    """Whether a text is one day in ISO form.

    >>> is_day("2027-01-31"), is_day("2027-01"), is_day("31/01/2027")
    (True, False, False)
    """
    found = first_day(text)
    return found is not None and found.isoformat() == text


def in_order(commitments: Iterable[Commitment]) -> tuple[Commitment, ...]:
    """By the day they are due, those without a day last, then by the alphabet. Whose they are decides nothing.

    >>> [one.what for one in in_order([Commitment("a", "b"), Commitment("b", "a"), Commitment("c", "z", due="2027-01-31")])]
    ['z', 'a', 'b']
    """
    return tuple(sorted(commitments, key=lambda one: (one.due or _NO_DAY, one.what.casefold(), one.place.casefold(), one.id)))
