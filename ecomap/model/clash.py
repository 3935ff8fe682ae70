"""Wishes that cannot all be met, and the smallest change of each that would make them possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from ecomap.model.errors import InputError
from ecomap.model.said import NOTHING, Said, as_said


@frozen
class WayOut:
    """One change that would do by itself, every other wish as it is.

    Parameters
    ----------
    settings : mapping
        Setting -> its new value, as plain values.
    words : Said
        The new wish, as on a button: "at least $3.5 million".
    proven : bool
        Whether it is proven that no smaller change would do.
    note : Said
        What is to be said beside it: between which numbers the smallest lies, whom it leaves out.
    """

    settings: Mapping[str, Any]
    words: Said = field(converter=as_said)
    proven: bool = True
    note: Said = field(default=NOTHING, converter=as_said)


class ClashError(InputError):
    """Wishes that contradict each other.

    Parameters
    ----------
    wishes : sequence of Said
        Those that do, each in words; one alone where nothing can meet it.
    ways_out : sequence of WayOut
        What would make them possible; each alone is enough.
    remarks : sequence of Said
        What no change of a wish can mend, and what was not found in the time given.
    """

    def __init__(
        self, message: Said, hint: Said = NOTHING, details: Mapping[str, Any] | None = None, *, wishes: Sequence[Said] = (),
        ways_out: Sequence[WayOut] = (), remarks: Sequence[Said] = (),
    ) -> None:
        ways = {"ways_out": [{**way.settings} for way in ways_out]} if ways_out else {}
        super().__init__(message, hint, {**(details or {}), **ways})
        self.wishes, self.ways_out, self.remarks = tuple(wishes), tuple(ways_out), tuple(remarks)
