"""A scenario: a named set of changes to what is (opened, moved, closed, merged, more room), kept beside the project's rows."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection
from typing import Final

from attrs import evolve, frozen

from ecomap.model import vocabulary as v

OPEN, MOVE, CLOSE, MERGE, CAPACITY = "open", "move", "close", "merge", "capacity"
KINDS: Final = (OPEN, MOVE, CLOSE, MERGE, CAPACITY)
CHANGES_ROLES: Final = (v.SCHOOL, v.SITE, v.SERVICE)  # rows that a scenario can open, move, close or give room
SCHOOL_OPENS: Final = "school"                        # as a target: what opens is a school itself
YEARS: Final = (1900, 2200)
_FARTHEST: Final = 1e8       # metres from the origin of any coordinate system in use
_LONGEST: Final = 2_000      # letters of one text
_MOST_FUNCTIONS: Final = 100


@frozen
class Change:
    """One thing that is otherwise in a scenario.

    Parameters
    ----------
    kind : {"open", "move", "close", "merge", "capacity"}
    layer, feature : str
        Id of a layer and of its row: what moves, closes, merges or gets other room; of what opens, the school it opens at, or
        a row that is only planned. Both "" where it opens at a place.
    place : (float, float), optional
        Where it opens or moves to, in the project's coordinate system.
    year : int
        From which year on; 0, not said. A scenario speaks of when all of it has happened.
    amount : float, optional
        How many it can take then, in the unit of its layer; of what opens, missing is not zero but not said.
    label : str
        What it is called: of what opens, its name on the map.
    note : str
        In the planner's own words.
    target : str
        What opens: "service:Mental health", "approach:community_school" or "school".
    organisation : str
        Who runs what opens.
    functions : tuple of str
        What it does, as codes of the vocabulary "function".
    levels : str
        Of a school that opens: "elementary", or several joined by "+".
    into : str
        Of a merger: id of the school that the pupils go to, in the same project.
    """

    kind: str
    layer: str = ""
    feature: str = ""
    place: tuple[float, float] | None = None
    year: int = 0
    amount: float | None = None
    label: str = ""
    note: str = ""
    target: str = ""
    organisation: str = ""
    functions: tuple[str, ...] = ()
    levels: str = ""
    into: str = ""


@frozen
class Scenario:
    """A named set of changes, in the order in which they happen."""

    id: str
    name: str
    changes: tuple[Change, ...] = ()
    note: str = ""
    made_from: str = ""  # id of the answer it was made of: a plan

    def with_change(self, change: Change) -> Scenario:
        """The same scenario with one more change."""
        return evolve(self, changes=(*self.changes, change))

    def without_change(self, place: int) -> Scenario:
        """The same scenario without one of its changes, counted from 0 as they are listed."""
        return evolve(self, changes=tuple(one for number, one in enumerate(self.changes) if number != place))


def is_sound(change: Change) -> bool:
    """Whether a change can mean something, wherever it came from: its kind is known and it says what that kind needs.

    >>> is_sound(Change(CLOSE, "schools", "19-1")), is_sound(Change(CLOSE)), is_sound(Change("explode", "schools", "19-1"))
    (True, False, False)
    """
    texts = (change.layer, change.feature, change.label, change.note, change.target, change.organisation, change.levels, change.into, *change.functions)
    if any(len(text) > _LONGEST or "\x00" in text for text in texts) or len(change.functions) > _MOST_FUNCTIONS:
        return False
    if change.year and not YEARS[0] <= change.year <= YEARS[1]:
        return False
    if change.amount is not None and not 0 <= change.amount < math.inf:
        return False
    if change.place is not None and not all(abs(one) < _FARTHEST for one in change.place):
        return False
    row = bool(change.layer and change.feature)
    needs = {OPEN: row or bool(change.place is not None and change.target), MOVE: row and change.place is not None, CLOSE: row,
             MERGE: row and bool(change.into) and change.into != change.feature, CAPACITY: row and change.amount is not None}
    return needs.get(change.kind, False)


def id_for(name: str, taken: Collection[str]) -> str:
    """An id for a scenario of this name, for files and commands.

    >>> id_for("Two clinics, 2028", ()), id_for("Two clinics, 2028", ["two-clinics-2028"]), id_for("???", ())
    ('two-clinics-2028', 'two-clinics-2028-2', 'scenario')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "scenario"
    found, number = base, 2
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    return found
