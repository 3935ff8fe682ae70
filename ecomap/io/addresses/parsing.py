"""What an address says: number, street, ZIP; or why it cannot be placed along a street."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from ecomap.io.addresses.numbers import HouseNumber, house_number
from ecomap.io.addresses.streets import Street, number_word, street_of

# Why an address says no place along a street.
BLANK: Final = "blank"
PO_BOX: Final = "po_box"
NO_NUMBER: Final = "no_number"
UNREADABLE: Final = "unreadable"

LONGEST: Final = 300  # letters of an address that are looked at
_ORDER = ("StreetNamePreDirectional", "StreetNamePreModifier", "StreetNamePreType", "StreetName", "StreetNamePostType", "StreetNamePostDirectional")
_BOX = re.compile(r"(?i)^\s*(p\.?\s*o\.?|post(al)?(\s+office)?|apartado(\s+postal)?)\s*(box|drawer)?\s*#?\s*\w*\d")
_BOX_WORD = re.compile(r"(?i)\b(p\.?\s*o\.?\s*box|post\s+office\s+box)\b")
# A flat, a suite or a building behind the street: it moves no place, and its number is easily taken for a part of the street's name.
_UNIT = re.compile(r"(?i)(?<=\w)[\s,]*(?:#|\b(?:apt|apartment|suite|ste|unit|room|rm|bldg|building|spc|trlr|piso|depto)\b\.?\s*#?)\s*[\w-]+(?=\s|,|$)")


@frozen
class Address:
    """An address in parts. ``problem`` says why it cannot be placed along a street; "" where it can be looked for."""

    text: str
    house: HouseNumber | None = None
    street: Street | None = None
    written: str = ""   # the street as the address writes it
    zip: str = ""
    problem: str = ""


def address_of(text: str, postcode: str = "") -> Address:
    """Read an address as people in the United States write it.

    Parameters
    ----------
    text : str
        The street address, with or without place, state and ZIP behind it.
    postcode : str
        ZIP of its own column, which goes before one in the text.

    Notes
    -----
    The words are told apart by usaddress, a statistical parser; what it cannot tell for certain counts as unreadable.
    """
    text = " ".join(text.split())[:LONGEST]
    own = _zip_of(postcode)
    if not text:
        return Address(text, zip=own, problem=BLANK)
    parts, kind = _tagged(_UNIT.sub("", text))
    zip_code = own or _zip_of(parts.get("ZipCode", ""))
    street_text = " ".join(parts[part].strip(" ,") for part in _ORDER if parts.get(part, "").strip(" ,"))
    if kind == "PO Box" or _BOX.match(text) or (_BOX_WORD.search(text) and not street_text):
        return Address(text, zip=zip_code, problem=PO_BOX)
    if kind == "Intersection":
        return Address(text, zip=zip_code, written=street_text, problem=NO_NUMBER)
    if not street_text:
        return Address(text, zip=zip_code, problem=UNREADABLE)
    number = _number_text(parts)
    if not number:
        return Address(text, None, street_of(street_text), street_text, zip_code, NO_NUMBER)
    house = house_number(number_word(number))
    if house is None:
        return Address(text, None, street_of(street_text), street_text, zip_code, UNREADABLE)
    return Address(text, house, street_of(street_text), street_text, zip_code)


def postal_parts(text: str) -> tuple[str, str, str]:
    """Street with its number, place and state of an address, as it writes them; "" for what it does not say.

    >>> postal_parts("123 N Main St Apt 4, Los Angeles, CA 90012")
    ('123 N Main St', 'Los Angeles', 'CA')
    """
    parts, _ = _tagged(_UNIT.sub("", " ".join(text.split())[:LONGEST]))
    street = " ".join(parts[part].strip(" ,") for part in ("AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix", *_ORDER) if parts.get(part, "").strip(" ,"))
    return street, parts.get("PlaceName", "").strip(" ,"), parts.get("StateName", "").strip(" ,")


def _tagged(text: str) -> tuple[dict[str, str], str]:
    """The parts of an address and what kind it is; nothing where the parser finds a part twice."""
    import usaddress  # heavy

    try:
        parts, kind = usaddress.tag(text)
    except usaddress.RepeatedLabelError:
        return {}, ""
    return dict(parts), str(kind)


def _number_text(parts: dict[str, str]) -> str:
    head, number, tail = (parts.get(part, "").strip(" ,#") for part in ("AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix"))
    return f"{head}{number} {tail}".strip() if number else ""


def _zip_of(text: str) -> str:
    """Five digits of a ZIP, with or without the four behind it or a zero that a spreadsheet took away; "" for anything else."""
    found = re.fullmatch(r"\s*(\d{4,5})(?:\.0|-\d{4}|\d{4})?\s*", text)
    return found[1].zfill(5) if found else ""
