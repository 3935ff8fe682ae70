"""Numbers as people read them: miles, minutes, children, percent. Display only; inside EcoMap all is SI."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ecomap.model.said import Quantity, Said, say
from ecomap.model.said import name as as_name

METRES_PER_MILE = 1609.344
METRES_PER_FOOT = 0.3048
METRES_PER_KILOMETRE = 1000.0
US: Final = "us"          # miles and feet
METRIC: Final = "metric"  # kilometres and metres
SYSTEMS: Final = (US, METRIC)
WALK_METRES_PER_MINUTE = 80.0  # 4.8 km/h
_ONE_PERCENT = 0.01
_NOTHING = 1e-9  # a share (or metre) below is zero with an error of arithmetic
# Percentage points; the same as a change with its direction in words; a change of any other number.
POINTS, POINTS_CHANGE, CHANGE = "points", "points_change", "change"
_USUAL_DIGITS = {POINTS: 1, POINTS_CHANGE: 1, CHANGE: 1, "m": 1, "m2": 1, "per_10000": 1, "ug_m3": 1, "score": 2}
# What is shown -> metres: of a long way, and of a short one.
_LONG: Mapping[str, float] = {US: METRES_PER_MILE, METRIC: METRES_PER_KILOMETRE}
_SHORT: Mapping[str, float] = {US: METRES_PER_FOOT, METRIC: 1.0}
DOLLARS: Final = "$"
_shown = {"chosen": "", "place": US, "money": DOLLARS}


def choose_system(system: str) -> None:
    """The units somebody chose for the screen, whatever place a project is of; "" leaves it to the place."""
    _shown["chosen"] = system if system in SYSTEMS else ""


def measure_in(system: str, money: str = DOLLARS) -> None:
    """The units of the place that is on the table: "us" or "metric", and the sign or code of its money. What somebody chose wins."""
    _shown["place"] = system if system in SYSTEMS else US
    _shown["money"] = money or DOLLARS


def measured_in() -> str:
    """The units in which distances and areas are said now."""
    return _shown["chosen"] or _shown["place"]


def money_sign() -> str:
    """The sign or code of the money in which amounts are said now: that of the place, nothing is converted."""
    return _shown["money"]


def in_us_dollars() -> bool:
    """Whether amounts are dollars of the United States, or nothing tells: other countries' money has the same sign. Units that somebody chose change no money."""
    return _shown["money"] == DOLLARS and _shown["place"] == US


def money_words() -> Said:
    """What amounts are in, as a unit is called: dollars, else by their sign."""
    return say("dollars") if money_sign() == DOLLARS else as_name(money_sign())


def long_unit() -> float:
    """Metres of a mile or a kilometre, whichever distances are said in.

    >>> long_unit()
    1609.344
    """
    return _LONG[measured_in()]


def _scale(unit: str) -> float:
    """From what is shown to what is kept."""
    return {"share": 0.01, POINTS: 0.01, POINTS_CHANGE: 0.01, "m": long_unit(), "m2": long_unit() ** 2}.get(unit, 1.0)


def scale_of(unit: str) -> float:
    """From what is shown of a unit to what is kept of it: metres of a mile, a hundredth of a percentage."""
    return _scale(unit)


def usual_digits(unit: str) -> int:
    """The decimals that a number of a unit is written with where nothing says otherwise."""
    return _USUAL_DIGITS.get(unit, 0)


def words_around(unit: str, write: Writing) -> str:
    """What a unit says around a number ``{n}``: ``{n} mi``."""
    if unit == "usd":
        return _in_money("{n}", write)
    known = {"m": "km", "m2": "km2"}.get(unit, unit) if measured_in() == METRIC else unit
    return write.words(_AROUND[known], "{n}") if known in _AROUND else "{n}"


def miles(metres: float) -> float:
    return metres / METRES_PER_MILE


def metres(miles_: float) -> float:
    return miles_ * METRES_PER_MILE


def missing(value: object) -> bool:
    """True for None and NaN: there is no number here (zero is a number)."""
    return value is None or (isinstance(value, float) and math.isnan(value))


class Writing:
    """How numbers are written in a language: digits, and the words of units. This one is English of the United States."""

    def number(self, value: float, digits: int) -> str:
        """A number with so many decimals; below 0: in whole tens, hundreds, thousands."""
        return f"{round(value, digits) if digits < 0 else value:,.{max(digits, 0)}f}"

    def words(self, template: str, n: str = "") -> str:
        """A unit around a number, or what stands in its place."""
        return template.replace("{n}", n)


ENGLISH: Final = Writing()
# What a unit says around its number. Messages like any other: `ecomap.render.words` has them in each language.
NO_DATA: Final = say("no data")
OUT_OF_REACH: Final = say("out of reach")
_AROUND: Mapping[str, str] = {
    "share": say("{n} %"), "m": say("{n} mi"), "ft": say("{n} ft"), "min": say("{n} min"), "m2": say("{n} sq mi"),
    "km": say("{n} km"), "metres": say("{n} m"), "km2": say("{n} sq km"),
    POINTS: say("{n} points"), POINTS_CHANGE: say("{n} points"), "usd": say("${n}"), "per_10000": say("{n} per 10,000"), "ug_m3": say("{n} µg/m³"),
}

# A change: of what is below, above and neither.
_CHANGED: Mapping[str, tuple[str, str, str]] = {
    POINTS_CHANGE: (say("{n} points lower"), say("{n} points higher"), say("{n} points")), CHANGE: (say("{n} lower"), say("{n} higher"), say("{n}, no change")),
}


def format_number(value: float | None, unit: str = "", digits: int | None = None) -> Quantity:
    """A number with its unit in words a planner uses; missing is "no data", infinite distance "out of reach".

    >>> format_number(2310), format_number(0.861, "share"), format_number(1609.344, "m"), format_number(None)
    ('2,310', '86 %', '1.0 mi', 'no data')
    >>> format_number(float("inf"), "m")
    'out of reach'

    A share that is not nothing never reads as nothing, and one that is not all never as all: within one percent of either it gets a decimal.

    >>> format_number(0.001, "share"), format_number(0.0002, "share"), format_number(0.0, "share"), format_number(0.01, "share")
    ('0.1 %', '<0.1 %', '0 %', '1 %')
    >>> format_number(0.996, "share"), format_number(0.9998, "share"), format_number(1.0, "share"), format_number(0.99, "share")
    ('99.6 %', '>99.9 %', '100 %', '99 %')

    A difference of two shares is in points, and a change says in words which way.

    >>> format_number(-0.006, "points"), format_number(-0.006, "points_change"), format_number(12.34, "change"), format_with_margin(-0.006, 0.019, "points_change")
    ('-0.6 points', '0.6 points lower', '12.3 higher', '0.6 points lower ± 1.9 points')

    A distance that miles with these digits cannot show is said in feet.

    >>> format_number(5.0, "m"), format_number(0.0, "m"), format_number(-40.0, "m"), format_number(40.0, "m", 2)
    ('16 ft', '0.0 mi', '-131 ft', '0.02 mi')
    """
    return _quantity(number_text(value, unit, digits), value, None, unit, digits)


def format_given(value: float) -> Quantity:
    """A number as somebody gave it, with the decimals it has.

    >>> format_given(1.3), format_given(250.0), format_given(0.125)
    ('1.3', '250', '0.125')
    """
    return format_number(value, digits=len(f"{value:g}".partition("e")[0].partition(".")[2]) if abs(value) < 1e6 else 0)


def format_margin(moe: float | None, unit: str = "", digits: int | None = None) -> Quantity:
    """A margin beside a number; one too small for the digits shown is below their last, never zero; "" if not known.

    >>> format_margin(240.0), format_margin(40.0, "m"), format_margin(0.3), format_margin(0.0, "m"), format_margin(None)
    ('240', '<0.1 mi', '<1', '0.0 mi', '')
    """
    return _quantity(margin_text(moe, unit, digits), None, moe, unit, digits, "margin")


def format_with_margin(value: float | None, moe: float | None, unit: str = "", digits: int | None = None) -> Quantity:
    """A number and its 90 % margin: ``2,310 ± 240``.

    >>> format_with_margin(2310, 240), format_with_margin(0.5, None, "share"), format_with_margin(-321.9, 30.0, "m")
    ('2,310 ± 240', '50 %', '-0.2 mi ± <0.1 mi')

    Nobody, for certain, has no margin; a distance and its margin are both in miles or both in feet.

    >>> format_with_margin(0.0, 0.0), format_with_margin(30.0, 9.0, "m"), format_with_margin(30.0, 320.0, "m")
    ('0', '98 ft ± 30 ft', '0.0 mi ± 0.2 mi')
    """
    return _quantity(quantity_text(value, moe, unit, digits), value, moe, unit, digits)


def _quantity(text: str, value: float | None, moe: float | None, unit: str, digits: int | None, part: str = "whole") -> Quantity:
    return Quantity(text, "", MappingProxyType({
        "value": None if value is None else float(value), "moe": None if moe is None else float(moe),
        "unit": unit, "digits": digits, "part": part,
    }))


def number_text(value: float | None, unit: str = "", digits: int | None = None, write: Writing = ENGLISH) -> str:
    """What `format_number` says, as a plain text in the writing of a language."""
    if value is None or math.isnan(value):
        return write.words(NO_DATA)
    if math.isinf(value):
        return write.words(OUT_OF_REACH)
    if unit == "m" and _in_feet(value, digits):
        metric = measured_in() == METRIC
        feet = abs(value) / _SHORT[measured_in()]
        return _with("metres" if metric else "ft", f"{'-' if value < 0 else ''}{write.number(feet, 0)}" if feet >= 1 else "<1", write)
    if unit in _CHANGED:
        return _changed(value, unit, digits, write)
    return _said(value, unit, digits, write)


def margin_text(moe: float | None, unit: str = "", digits: int | None = None, write: Writing = ENGLISH) -> str:
    """What `format_margin` says, as a plain text in the writing of a language."""
    if moe is None or not math.isfinite(moe):
        return ""
    text = _said(moe, unit, digits, write)
    if moe > _NOTHING and text == _said(0.0, unit, digits, write):
        last = 0.1 ** (digits if digits is not None else _USUAL_DIGITS.get(unit, 0))
        return "<" + _said(last * _scale(unit), unit, digits, write)
    return text


def quantity_text(value: float | None, moe: float | None, unit: str = "", digits: int | None = None,
                  write: Writing = ENGLISH) -> str:
    """What `format_with_margin` says, as a plain text in the writing of a language."""
    margin = margin_text(moe, unit, digits, write)
    if value is None or not math.isfinite(value) or moe is None or not margin or (value == 0 and moe == 0):
        return number_text(value, unit, digits, write)
    if unit == "m" and _in_feet(value, digits):
        if _in_feet(moe, digits):
            return f"{number_text(value, unit, digits, write)} ± {number_text(moe, unit, digits, write)}"
        return f"{_said(value, unit, digits, write)} ± {margin}"
    if unit == "share":
        return f"{_percent(value, digits or 0, write)} ± {margin}"
    return f"{number_text(value, unit, digits, write)} ± {margin}"


def _in_feet(metres_: float, digits: int | None) -> bool:
    """Whether a distance is something, and less than the last digit of its miles."""
    return _NOTHING < abs(metres_) < 0.9999 * 0.1 ** (1 if digits is None else digits) * long_unit()


def _changed(value: float, unit: str, digits: int | None, write: Writing) -> str:
    """A change with its direction in words, so that nobody reads it as a share or as bad news by its minus."""
    text = _plain(abs(value) / _scale(unit), _USUAL_DIGITS[unit] if digits is None else digits, write)
    below, above, neither = _CHANGED[unit]
    return write.words(neither if not text.strip("0.,") else below if value < 0 else above, text)


def _with(unit: str, number: str, write: Writing) -> str:
    return write.words(_AROUND[unit], number)


def _said(value: float, unit: str, digits: int | None, write: Writing) -> str:
    if unit == "share":
        return _with("share", _percent(value, digits or 0, write), write)
    if unit == "m":
        return _with("km" if measured_in() == METRIC else "m", _plain(value / long_unit(), 1 if digits is None else digits, write), write)
    if unit in (POINTS, POINTS_CHANGE):
        return _with(unit, _plain(value / _scale(unit), 1 if digits is None else digits, write), write)
    if unit == "min":
        return _with("min", _plain(value, digits or 0, write), write)
    if unit == "m2":
        return _with("km2" if measured_in() == METRIC else "m2", _plain(value / long_unit() ** 2, 1 if digits is None else digits, write), write)
    if unit == "usd":
        return _in_money(write.number(value, digits or 0), write)
    if unit in ("per_10000", "ug_m3"):
        return _with(unit, _plain(value, 1 if digits is None else digits, write), write)
    if unit == "score":
        return _plain(value, 2 if digits is None else digits, write)
    return _plain(value, digits or 0, write)


def _in_money(number: str, write: Writing) -> str:
    """An amount in the money of the place; a sign stands close to its number, a code apart from it."""
    sign = money_sign()
    return _with("usd", number, write) if sign == DOLLARS else f"{sign}{number}" if len(sign) == 1 else f"{sign} {number}"


def _plain(value: float, digits: int, write: Writing) -> str:
    """Digits with separators; what rounds to zero has no minus."""
    shown = round(value, digits) if digits < 0 else float(f"{value:.{digits}f}")
    return write.number(value if shown else 0.0, digits)


def _percent(share: float, digits: int, write: Writing) -> str:
    """The number of a percentage; its sign is put around it by who says it. What is nearly nothing or nearly all never reads as that."""
    size, sign = abs(share), "-" if share < 0 else ""
    whole = 0.0 if size < 0.5 else 1.0
    if not _NOTHING < abs(size - whole) < _ONE_PERCENT - _NOTHING:
        return write.number(share * 100, digits)
    digits = max(digits, 1)
    said, last = write.number(size * 100, digits), 0.1**digits
    if said != write.number(whole * 100, digits):
        return sign + said
    bound = last if not whole else 100 - last if size < whole else 100.0
    return f"{'<' if bool(whole) == bool(sign) else '>'}{' ' if sign else ''}{sign}{write.number(bound, digits)}"


def walk_minutes(metres_: float) -> int:
    """Whole minutes to walk a distance at 4.8 km/h."""
    return round(metres_ / WALK_METRES_PER_MINUTE)
