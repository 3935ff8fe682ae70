"""Lengths, times and money as people give them: a number with its unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ecomap.model.errors import ParameterError
from ecomap.model.said import Said, name, say
from ecomap.model.units import METRES_PER_FOOT, METRES_PER_MILE

# Unit of a parameter -> what may stand behind a number, and what one of it is in that unit.
UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "m": {"m": 1.0, "km": 1000.0, "mi": METRES_PER_MILE, "mile": METRES_PER_MILE, "miles": METRES_PER_MILE, "ft": METRES_PER_FOOT},
    "min": {"min": 1.0, "minutes": 1.0, "h": 60.0, "hours": 60.0},
    "usd": {"usd": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6},
    "share": {"%": 0.01},
}
_EXAMPLES: Mapping[str, Said] = {
    "m": say("Use m, km, mi or ft, for example 1mi."), "min": say("Use min or h, for example 15min."),
    "usd": say("Use k or million, for example $6million."), "share": say("Use %, for example 60%."),
}
_QUANTITY = re.compile(r"\s*\$?\s*([0-9][0-9,]*\.?[0-9]*|\.[0-9]+)\s*([A-Za-z%]+)\s*")


def quantity(text: str, unit: str, label: Said) -> str | float:
    """A number with its unit, in the unit of the parameter; a bare number, or what is no number, stays as it is.

    Parameters
    ----------
    text : str
        "1mi", "15 min", "$6million", "60%".
    unit : {"m", "min", "usd", "share"}
        Unit of the parameter; with any other the text stays as it is.
    label : Said
        The parameter's label, for the error.

    Raises
    ------
    ParameterError
        If the unit is not known.

    >>> quantity("800m", "m", name("x")), quantity("$6million", "usd", name("x")), quantity("0.5h", "min", name("x"))
    (800.0, 6000000.0, 30.0)
    >>> quantity("1200", "m", name("x"))
    '1200'
    """
    known = UNITS.get(unit)
    found = _QUANTITY.fullmatch(text) if known else None
    if found is None or known is None:
        plain = text.strip().removeprefix("$").replace(",", "")
        return plain if unit == "usd" and plain.replace(".", "", 1).isdigit() else text
    if found[2].lower() not in known:
        raise ParameterError(
            say("'{label}' cannot be '{text}': the unit '{unit}' is not known.", label=label, text=name(text), unit=name(found[2])),
            _EXAMPLES[unit],
        )
    return float(found[1].replace(",", "")) * known[found[2].lower()]
