"""Where a number is from, and the period and set it speaks of."""

from __future__ import annotations

from attrs import field, frozen

from ecomap.model.said import NOTHING, Said, as_said, joined, say


def is_stated(vintage: Said) -> bool:
    """Whether a source says the period that its numbers speak of.

    >>> is_stated(as_said("2019-20")), is_stated(as_said("not stated in the copy used")), is_stated(NOTHING)
    (True, False, False)
    """
    return bool(vintage) and not vintage.startswith("not stated")


@frozen
class Source:
    """Provenance of a layer or an indicator.

    ``vintage`` is the period the numbers speak of ("2014-18"), ``retrieved`` the day the file was read,
    ``universe`` the set it counts or was ranked within ("residents under 18").
    """

    title: Said = field(converter=as_said)
    publisher: Said = field(default=NOTHING, converter=as_said)
    vintage: Said = field(default=NOTHING, converter=as_said)
    url: str = ""
    licence: Said = field(default=NOTHING, converter=as_said)
    universe: Said = field(default=NOTHING, converter=as_said)
    retrieved: str = ""
    file_name: str = ""
    sha256: str = ""
    note: Said = field(default=NOTHING, converter=as_said)

    @property
    def spoken_vintage(self) -> Said:
        """The period as a reader meets it."""
        return self.vintage if is_stated(self.vintage) or not self.vintage else say("(year not stated)")

    @property
    def listed_vintage(self) -> Said:
        """The same behind a comma: "not stated" alone would not say what nobody stated.

        >>> str(Source("Tracts", vintage="not stated").listed_vintage), str(Source("Tracts", vintage="2019").listed_vintage)
        ('year not stated', '2019')
        """
        return self.vintage if is_stated(self.vintage) or not self.vintage else say("year not stated")

    @property
    def citation(self) -> Said:
        """Short line for the foot of a map: publisher or title, and vintage."""
        return joined((self.publisher or self.title, self.spoken_vintage))
