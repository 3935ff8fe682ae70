"""A correction: what somebody says about a place in the meeting file, and what the planner made of it."""

from __future__ import annotations

import math
from typing import Final

from attrs import frozen

from ecomap.model.dates import first_day

CLOSED, MOVED, MISSING, WRONG, IDEA = "closed", "moved", "missing", "wrong", "idea"
KINDS: Final = (CLOSED, MOVED, MISSING, WRONG, IDEA)
WAITING, ACCEPTED, NOTED, DECLINED = "waiting", "accepted", "noted", "declined"
STATES: Final = (WAITING, ACCEPTED, NOTED, DECLINED)
LONGEST_TEXT: Final = 5_000
_LONGEST: Final = 2_000
_FARTHEST: Final = 1e8  # metres from the origin of any coordinate system in use


@frozen
class Correction:
    """What somebody says of a place, a school, a service or a number. Nothing of it is ever applied by itself.

    Parameters
    ----------
    id : str
        The same for the same correction in every file it comes in.
    kind : {"closed", "moved", "missing", "wrong", "idea"}
    text : str
        In the words of whoever wrote it; never read as anything but text.
    layer, feature : str
        Id of a layer and of its row; "" where it is about a place of the map.
    about : str
        What it is about, as the page called it.
    place : (float, float), optional
        Where it points to, in the project's coordinate system.
    author : str
        "" where nobody gave a name.
    day : str
        The day it was written, in ISO form.
    language : str
        The language of the page it was written on.
    origin : str
        Name of the file it came home in.
    state : {"waiting", "accepted", "noted", "declined"}
    reason : str
        Why it was declined, or what was done about it; a declined one needs it.
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
    language: str = ""
    origin: str = ""
    state: str = WAITING
    reason: str = ""
    settled: str = ""

    @property
    def sound(self) -> bool:
        """Whether it can mean something, wherever it came from.

        >>> Correction("a", CLOSED).sound, Correction("a", "boom").sound, Correction("a", IDEA, state=DECLINED).sound
        (True, False, False)
        """
        short = (self.id, self.layer, self.feature, self.about, self.author, self.language, self.origin)
        near = self.place is None or all(math.isfinite(one) and abs(one) <= _FARTHEST for one in self.place)
        days = all(not one or first_day(one) is not None for one in (self.day, self.settled))
        return bool(near and days and self.id and self.kind in KINDS and self.state in STATES and all(len(one) <= _LONGEST for one in short)
                    and max(len(self.text), len(self.reason)) <= LONGEST_TEXT and (self.reason.strip() or self.state != DECLINED))
