"""House numbers: what comes before the number that counts along the street, the number, and a letter behind it."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

EVEN: Final = "E"
ODD: Final = "O"
BOTH: Final = "B"
_PARTS = re.compile(r"^(?P<head>(?:[A-Z0-9]*[A-Z-])?)(?P<number>\d{1,9})(?:\s?-?[A-Z])?(?:\s\d/\d)?$")


@frozen
class HouseNumber:
    """``37-21`` is number 21 of the head ``37-``; ``N6W23001`` is 23001 of ``N6W``; ``123A`` is 123."""

    head: str
    number: int

    @property
    def parity(self) -> str:
        return ODD if self.number % 2 else EVEN


def house_number(text: str) -> HouseNumber | None:
    """A house number as an address or a range writes it; None where it is none.

    >>> house_number("37-21"), house_number("123A"), house_number("123 1/2"), house_number("lot 5 of 7")
    (HouseNumber(head='37-', number=21), HouseNumber(head='', number=123), HouseNumber(head='', number=123), None)
    """
    found = _PARTS.match(re.sub(r"\s*-\s*", "-", " ".join(text.upper().split())))
    return HouseNumber(found["head"], int(found["number"])) if found else None


@frozen
class Range:
    """The numbers along one side of a piece of street, from its first point to its last; it may run backwards."""

    head: str
    first: int
    last: int
    parity: str

    def holds(self, house: HouseNumber) -> bool:
        """Whether a number lies in it, on its side."""
        low, high = sorted((self.first, self.last))
        return house.head == self.head and low <= house.number <= high and self.parity in (BOTH, house.parity)

    def share(self, house: HouseNumber) -> float:
        """How far along the street a number lies (0-1); the middle where the range is one number."""
        return 0.5 if self.first == self.last else (house.number - self.first) / (self.last - self.first)


def range_of(first: str, last: str, parity: str = "") -> Range | None:
    """The range between two numbers; None where there is none, or its ends are of two different heads.

    >>> range_of("101", "199", "O"), range_of("37-02", "37-98"), range_of("", "")
    (Range(head='', first=101, last=199, parity='O'), Range(head='37-', first=2, last=98, parity='E'), None)
    """
    one, other = house_number(first), house_number(last)
    if one is None or other is None or one.head != other.head:
        return None
    told = parity.strip().upper()[:1]
    if told not in (EVEN, ODD, BOTH):
        told = one.parity if one.parity == other.parity else BOTH
    return Range(one.head, one.number, other.number, told)
