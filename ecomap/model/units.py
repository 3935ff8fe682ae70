"""Numbers as people read them: miles, minutes, children, percent. Display only; inside EcoMap all is SI."""

from __future__ import annotations

import math

METRES_PER_MILE = 1609.344
METRES_PER_FOOT = 0.3048
WALK_METRES_PER_MINUTE = 80.0  # 4.8 km/h
_ONE_PERCENT = 0.01
_NOTHING = 1e-9  # a share (or metre) below is zero with an error of arithmetic
_USUAL_DIGITS = {"m": 1, "m2": 1, "per_10000": 1, "ug_m3": 1, "score": 2}
_SCALE = {"share": 0.01, "m": METRES_PER_MILE, "m2": METRES_PER_MILE**2}  # from what is shown to what is kept


def miles(metres: float) -> float:
    return metres / METRES_PER_MILE


def metres(miles_: float) -> float:
    return miles_ * METRES_PER_MILE


def missing(value: object) -> bool:
    """True for None and NaN: there is no number here (zero is a number)."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def format_number(value: float | None, unit: str = "", digits: int | None = None) -> str:
    """A number with its unit in words a planner uses; missing is "no data", infinite distance "out of reach".

    >>> format_number(2310), format_number(0.861, "share"), format_number(1609.344, "m"), format_number(None)
    ('2,310', '86 %', '1.0 mi', 'no data')
    >>> format_number(float("inf"), "m")
    'out of reach'

    A share that is not nothing never reads as nothing: under one percent it gets a decimal.

    >>> format_number(0.001, "share"), format_number(0.0002, "share"), format_number(0.0, "share"), format_number(0.01, "share")
    ('0.1 %', '<0.1 %', '0 %', '1 %')

    A distance that miles with these digits cannot show is said in feet.

    >>> format_number(5.0, "m"), format_number(0.0, "m"), format_number(-40.0, "m"), format_number(40.0, "m", 2)
    ('16 ft', '0.0 mi', '-131 ft', '0.02 mi')
    """
    if value is None or math.isnan(value):
        return "no data"
    if math.isinf(value):
        return "out of reach"
    if unit == "m" and _in_feet(value, digits):
        feet = abs(value) / METRES_PER_FOOT
        return f"{'-' if value < 0 else ''}{feet:,.0f} ft" if feet >= 1 else "<1 ft"
    return _said(value, unit, digits)


def _in_feet(metres_: float, digits: int | None) -> bool:
    """Whether a distance is something, and less than the last digit of its miles."""
    return _NOTHING < abs(metres_) < 0.9999 * 0.1 ** (1 if digits is None else digits) * METRES_PER_MILE


def _said(value: float, unit: str, digits: int | None) -> str:
    if unit == "share":
        return _percent(value, digits or 0)
    if unit == "m":
        return f"{_plain(miles(value), 1 if digits is None else digits)} mi"
    if unit == "min":
        return f"{_plain(value, digits or 0)} min"
    if unit == "m2":
        return f"{_plain(value / METRES_PER_MILE**2, 1 if digits is None else digits)} sq mi"
    if unit == "usd":
        return f"${value:,.{digits or 0}f}"
    if unit == "per_10000":
        return f"{_plain(value, 1 if digits is None else digits)} per 10,000"
    if unit == "ug_m3":
        return f"{_plain(value, 1 if digits is None else digits)} µg/m³"
    if unit == "score":
        return _plain(value, 2 if digits is None else digits)
    return _plain(value, digits or 0)


def _plain(value: float, digits: int) -> str:
    """Digits with commas; what rounds to zero has no minus."""
    text = f"{value:,.{digits}f}"
    return text if text.strip("-0.,") else text.removeprefix("-")


def _percent(share: float, digits: int) -> str:
    if _NOTHING < abs(share) < _ONE_PERCENT:
        digits = max(digits, 1)
        smallest = 0.1**digits
        if abs(share) * 100 < smallest / 2:
            return f"{'<' if share > 0 else '> -'}{smallest:.{digits}f} %"
    return f"{share * 100:.{digits}f} %"


def format_margin(moe: float | None, unit: str = "", digits: int | None = None) -> str:
    """A margin beside a number; one too small for the digits shown is below their last, never zero; "" if not known.

    >>> format_margin(240.0), format_margin(40.0, "m"), format_margin(0.3), format_margin(0.0, "m"), format_margin(None)
    ('240', '<0.1 mi', '<1', '0.0 mi', '')
    """
    if moe is None or not math.isfinite(moe):
        return ""
    text = _said(moe, unit, digits)
    if moe > _NOTHING and text == _said(0.0, unit, digits):
        last = 0.1 ** (digits if digits is not None else _USUAL_DIGITS.get(unit, 0))
        return "<" + _said(last * _SCALE.get(unit, 1.0), unit, digits)
    return text


def format_with_margin(value: float | None, moe: float | None, unit: str = "", digits: int | None = None) -> str:
    """A number and its 90 % margin: ``2,310 ± 240``.

    >>> format_with_margin(2310, 240), format_with_margin(0.5, None, "share"), format_with_margin(-321.9, 30.0, "m")
    ('2,310 ± 240', '50 %', '-0.2 mi ± <0.1 mi')

    Nobody, for certain, has no margin; a distance and its margin are both in miles or both in feet.

    >>> format_with_margin(0.0, 0.0), format_with_margin(30.0, 9.0, "m"), format_with_margin(30.0, 320.0, "m")
    ('0', '98 ft ± 30 ft', '0.0 mi ± 0.2 mi')
    """
    margin = format_margin(moe, unit, digits)
    if value is None or not math.isfinite(value) or moe is None or not margin or (value == 0 and moe == 0):
        return format_number(value, unit, digits)
    if unit == "m" and _in_feet(value, digits):
        if _in_feet(moe, digits):
            return f"{format_number(value, unit, digits)} ± {format_number(moe, unit, digits)}"
        return f"{_said(value, unit, digits)} ± {margin}"
    text = format_number(value, unit, digits)
    return f"{text.removesuffix(' %')} ± {margin}" if unit == "share" else f"{text} ± {margin}"


def walk_minutes(metres_: float) -> int:
    """Whole minutes to walk a distance at 4.8 km/h."""
    return round(metres_ / WALK_METRES_PER_MINUTE)
