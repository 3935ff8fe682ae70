"""Numbers as people read them: miles, minutes, children, percent. Display only; inside EcoMap all is SI."""

from __future__ import annotations

import math

METRES_PER_MILE = 1609.344
WALK_METRES_PER_MINUTE = 80.0  # 4.8 km/h
_ONE_PERCENT = 0.01
_NOTHING = 1e-9  # a share below is zero with an error of arithmetic


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
    """
    if value is None or math.isnan(value):
        return "no data"
    if math.isinf(value):
        return "out of reach"
    if unit == "share":
        return _percent(value, digits or 0)
    if unit == "m":
        return f"{miles(value):,.{1 if digits is None else digits}f} mi"
    if unit == "min":
        return f"{value:,.{digits or 0}f} min"
    if unit == "m2":
        return f"{value / METRES_PER_MILE**2:,.{1 if digits is None else digits}f} sq mi"
    if unit == "usd":
        return f"${value:,.{digits or 0}f}"
    if unit == "per_10000":
        return f"{value:,.{1 if digits is None else digits}f} per 10,000"
    if unit == "ug_m3":
        return f"{value:,.{1 if digits is None else digits}f} µg/m³"
    if unit == "score":
        return f"{value:.{2 if digits is None else digits}f}"
    return f"{value:,.{digits or 0}f}"


def _percent(share: float, digits: int) -> str:
    if _NOTHING < abs(share) < _ONE_PERCENT:
        digits = max(digits, 1)
        smallest = 0.1**digits
        if abs(share) * 100 < smallest / 2:
            return f"{'<' if share > 0 else '> -'}{smallest:.{digits}f} %"
    return f"{share * 100:.{digits}f} %"


def format_with_margin(value: float | None, moe: float | None, unit: str = "", digits: int | None = None) -> str:
    """A number and its 90 % margin: ``2,310 ± 240``.

    >>> format_with_margin(2310, 240), format_with_margin(0.5, None, "share")
    ('2,310 ± 240', '50 %')
    """
    text = format_number(value, unit, digits)
    if missing(value) or moe is None or missing(moe):
        return text
    margin = format_number(moe, unit, digits)
    if unit == "share":
        return f"{text.removesuffix(' %')} ± {margin}"
    return f"{text} ± {margin}"


def walk_minutes(metres_: float) -> int:
    """Whole minutes to walk a distance at 4.8 km/h."""
    return round(metres_ / WALK_METRES_PER_MINUTE)
