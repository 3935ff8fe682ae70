"""How the page's own script writes a number it works out itself (the difference of two answers): the units and words of cells."""

from __future__ import annotations

from typing import Any

from ecomap.model import units
from ecomap.render.words.language import Language

_UNITS = ("share", units.POINTS, units.POINTS_CHANGE, "m", "min", "m2", "usd", "per_10000", "ug_m3", "score", "count", "")


def number_recipes(speak: Language) -> dict[str, Any]:
    """Per unit: from what is kept to what is shown, the usual decimals, and the words around; "" for a plain number.

    >>> from ecomap.render.words.language import IN_ENGLISH
    >>> number_recipes(IN_ENGLISH)["share"]
    {'scale': 100.0, 'digits': 0, 'around': '{n} %'}
    """
    return {unit: {"scale": 1 / units.scale_of(unit), "digits": units.usual_digits(unit), "around": units.words_around(unit, speak)} for unit in _UNITS}
