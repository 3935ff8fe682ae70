"""The number of a road as its sign has it, however a file writes it."""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = (  # what a file writes before the number, and what stands on the sign
    (r"(?:interstate|i|us[:-]i)", "I"), (r"(?:u\.?s\.?(?: (?:hwy|highway|rte|route))?|us[:-]us)", "US"),
    (r"(?:state (?:rte|route|hwy|highway|road)|st (?:rte|hwy|rd)|s\.?r\.?|sh)", "SR"),
    (r"(?:co(?:unty)? (?:rte|route|hwy|highway|road|rd)|c\.?r\.?)", "CR"),
)
_SIGN: Final = tuple((re.compile(rf"^{sign}[\s-]*(\d+[a-z]?)\b", re.IGNORECASE), short) for sign, short in _SIGNS)
_OTHER: Final = re.compile(r"^([a-z]{1,3})[\s-]?(\d{1,4}[a-z]?)\b", re.IGNORECASE)
_BARE: Final = re.compile(r"^\d{1,4}[a-z]?$", re.IGNORECASE)


def shield_of(text: object, *, named: bool = False) -> str:
    """The first number that a cell gives, "" where it gives none.

    Parameters
    ----------
    named : bool
        Whether the cell is a road's name, which only then is a number where it begins with the words of one.

    >>> shield_of("I 110;CA 110"), shield_of("US Hwy 101", named=True), shield_of("State Rte 2", named=True), shield_of("A8")
    ('I-110', 'US-101', 'SR-2', 'A8')
    >>> shield_of("Main St", named=True), shield_of("M St 5", named=True), shield_of("CA 1")
    ('', '', 'CA-1')
    """
    if not isinstance(text, str):
        return ""
    first = re.split(r"[;,/]", text.strip(), maxsplit=1)[0].strip()
    for sign, short in _SIGN:
        if found := sign.match(first):
            return f"{short}-{found.group(1).upper()}"
    if named:
        return ""
    if found := _OTHER.fullmatch(first):
        letters, number = found.group(1).upper(), found.group(2).upper()
        return f"{letters}{number}" if len(letters) == 1 and "-" not in first and " " not in first else f"{letters}-{number}"
    return first.upper() if _BARE.match(first) else ""
