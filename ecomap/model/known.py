"""How much of reality a list holds: how many there are, as somebody states it, beside those that are known by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import field, frozen

from ecomap.model.said import NOTHING, Said, as_said

SCHOOLS: Final = "schools"  # every school counts once, however many rows name it
ENTRIES: Final = "entries"  # every row is one: a school may have several pathways


@frozen
class KnownOf:
    """How many of a kind there are, as somebody states it; kept with the layer that lists those known by name.

    Parameters
    ----------
    kind : str
        Approach or kind of service, as the rows of the layer write it; "" speaks of the whole layer.
    total : int
        How many there are.
    more : bool
        There are more than `total`; how many is not known.
    counts : {"schools", "entries"}
        What is counted.
    source, year
        Who says so, and when.
    layer : str
        Id of the layer that holds the statement, where several stand together as one; "" where it stands alone.
    """

    kind: str
    total: int
    more: bool = False
    counts: str = ENTRIES
    source: Said = field(default=NOTHING, converter=as_said)
    year: str = ""
    layer: str = ""

    @property
    def believable(self) -> bool:
        """Whether it states anything: a number of at least one, counted in a way that is known."""
        return self.total >= 1 and self.counts in (SCHOOLS, ENTRIES)


@frozen
class Known:
    """How many of a kind an answer knows by name, beside what is stated of them; ``stated`` is None where nobody says how many there are."""

    role: str
    kind: str
    known: int
    stated: KnownOf | None = None

    @property
    def unknown(self) -> int:
        """How many are there that nobody knows by name, as far as is stated: at least so many where there are more than the total."""
        return 0 if self.stated is None else max(self.stated.total - self.known, 0)

    @property
    def open(self) -> bool:
        """Whether there may be any number more than `unknown`."""
        return self.stated is None or self.stated.more

    @property
    def lacks(self) -> bool:
        """Whether some are stated to be there that are not known by name."""
        return self.stated is not None and (self.open or self.unknown > 0)

    def among(self, listed: int) -> int:
        """How many of so many places could be one of those not known by name."""
        return listed if self.open else min(self.unknown, listed)


def most_among(known: Sequence[Known], listed: int) -> int:
    """How many of so many places could be one of those of any kind that are not known by name."""
    return min(sum(one.among(listed) for one in known if one.lacks), listed)
