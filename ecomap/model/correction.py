"""A correction: what somebody says about a place in the meeting file, and what the planner made of it."""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from attrs import evolve, field, frozen

from ecomap.model.dates import first_day
from ecomap.model.said import NOTHING, Said, as_said

CLOSED, MOVED, MISSING, WRONG, IDEA = "closed", "moved", "missing", "wrong", "idea"
KINDS: Final = (CLOSED, MOVED, MISSING, WRONG, IDEA)
WAITING, ACCEPTED, NOTED, DECLINED = "waiting", "accepted", "noted", "declined"
STATES: Final = (WAITING, ACCEPTED, NOTED, DECLINED)
FORMAT: Final = "ecomap-corrections"  # of the file that a page saves, its version and how its name ends
VERSION: Final = 1
ENDING: Final = ".ecomap-notes.json"
LONGEST_TEXT: Final = 2_000
LONGEST_NAME: Final = 300
MOST: Final = 10_000        # corrections that a project keeps
_FARTHEST: Final = 1e8      # metres from the origin of any coordinate system in use
_DIGITS: Final = 16         # hexadecimal, of an id

# What no text of a person needs and what could make one read as another: controls, lone halves of letters, marks that turn the direction.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]")


@frozen
class Correction:
    """What somebody says of a place, a school, a service or a number. Nothing of it is ever applied by itself.

    Parameters
    ----------
    id : str
        Made from what it says (`correction_id`): the same for the same correction in every file it comes in.
    kind : {"closed", "moved", "missing", "wrong", "idea"}
    text : str
        In the words of whoever wrote it; never read as anything but text.
    layer, feature : str
        Id of a layer and of its row; "" where it is about a place of the map. What is missing names the layer it is missing from.
    about : str
        What it is about, as the page called it; of what is missing, what it is called.
    place : (float, float), optional
        Where it points to; of what moved, where it is now. In a file longitude and latitude, in a project its coordinate system.
    author : str
        "" where nobody gave a name.
    day : str
        The day it was written, in ISO form.
    since : str
        Since when it is so, where that was said.
    language : str
        The language of the page it was written on.
    label, shown, should : str
        Of a number: what the page called it, what the page said, and what it should say.
    page, origin : str
        Id of the page it was written on, and what that page was called.
    state : {"waiting", "accepted", "noted", "declined"}
    reason : str
        Why it was declined, or what was done about it; a declined one needs it.
    did : Said
        What accepting it has changed.
    settled : str
        The day it was accepted, noted or declined, in ISO form.
    """

    id: str
    kind: str
    text: str = ""
    layer: str = ""
    feature: str = ""
    about: str = ""
    place: tuple[float, float] | None = None
    author: str = ""
    day: str = ""
    since: str = ""
    language: str = ""
    label: str = ""
    shown: str = ""
    should: str = ""
    page: str = ""
    origin: str = ""
    state: str = WAITING
    reason: str = ""
    did: Said = field(default=NOTHING, converter=as_said)
    settled: str = ""

    @property
    def sound(self) -> bool:
        """Whether it can mean something, wherever it came from.

        >>> Correction("a", CLOSED).sound, Correction("a", "boom").sound, Correction("a", IDEA, state=DECLINED).sound
        (True, False, False)
        """
        short = (self.id, self.layer, self.feature, self.about, self.author, self.language, self.label, self.page, self.origin)
        near = self.place is None or all(math.isfinite(one) and abs(one) <= _FARTHEST for one in self.place)
        days = all(not one or first_day(one) is not None for one in (self.day, self.since, self.settled))
        return bool(near and days and self.id and self.kind in KINDS and self.state in STATES and all(len(one) <= LONGEST_NAME for one in short)
                    and all(len(one) <= LONGEST_TEXT for one in (self.text, self.reason, self.shown, self.should))
                    and (self.reason.strip() or self.state != DECLINED))

    @property
    def waits(self) -> bool:
        """Whether nobody has settled it yet."""
        return self.state == WAITING


def correction_id(one: Correction) -> str:
    """The id of a correction: a digest of what it says, where, by whom and when, whatever page or file it came by.

    Spaces and line breaks make no difference, so that a mail which broke the lines anew brings the same one.

    >>> correction_id(Correction("", CLOSED, "It  closed\\nin May")) == correction_id(Correction("", CLOSED, "It closed in May"))
    True
    """
    place = [round(float(end), 5) + 0.0 for end in one.place] if one.place is not None else None
    said = [one.kind, one.text, one.layer, one.feature, one.about, one.author, one.day, one.since, one.label, one.shown, one.should]
    told = json.dumps([*(" ".join(text.split()) for text in said), place], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(told.encode("ascii")).hexdigest()[:_DIGITS]


def plain_text(text: str) -> str:
    """A stranger's text as it is kept: letters in one spelling, without what cannot be seen; line breaks stay.

    >>> plain_text("  closed\\x00 \\u202edesolc \\r\\n in May ")
    'closed desolc \\n in May'
    """
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def in_order(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """Corrections by the day they were written and their ids, whatever order they came in."""
    return tuple(sorted(corrections, key=lambda one: (one.day, one.id)))


def same_again(known: Correction, more: Correction) -> Correction:
    """One of two of the same id, whichever came first: what became of it stays, of two ways to write it one is taken."""
    told = min((known, more), key=lambda one: (one.page, one.origin, one.language, one.text, one.about, one.shown, one.should))
    return evolve(told, state=known.state, reason=known.reason, did=known.did, settled=known.settled)
