"""How the numbers of a column are written: decided once, from all its cells and from the columns beside it.

A cell such as "12,5", "1.234,56" or "0,125" can be read in one way only; "1,250" and "1.250" can be read in two. The cells with one
reading decide for the column; where there are none, degrees and whole counts decide by what they can be, and then the other columns
of the file. What still has two readings is taken in the likelier one, and is not `sure`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, field, frozen

from ecomap.io.table.cells import COMMA, ENGLISH, POINT, Style, is_range, may_be_number, read_cell
from ecomap.io.table.words import CURRENCIES, REASON_OF

DEGREES, WHOLE, AMOUNT = "degrees", "whole", "amount"
_ENOUGH: Final = 0.6        # share of the cells that say something which must be numbers
_MINORITY: Final = 0.2      # from this share on, both ways of writing are meant, and are no slip
_MIXED: Final = 0.25        # from this share on, cells with two readings are not decided by the majority
_SEPARATED = re.compile(r"\d[.,]\d|^[^\d]*[.,]\d")
_DIGITS = re.compile(r"\d[\d.,' ]*\d|\d")
_QUICK = re.compile(r"^-?(\d*)(?:\.(\d+))?$", re.ASCII)
_DEGREES = 180.0
_POINT, _COMMA, _WITH_POINT, _WITH_COMMA, _NEUTRAL, _TEXT = "point", "comma", "1.250", "1,250", "neutral", "text"


@frozen
class Cells:
    """What the distinct cells of a column show: how many can be read in which way.

    Parameters
    ----------
    point, comma : int
        With one reading.
    with_point, with_comma : tuple of str
        With two: "1.250" and "1,250".
    """

    point: int = 0
    comma: int = 0
    with_point: tuple[str, ...] = ()
    with_comma: tuple[str, ...] = ()
    neutral: int = 0
    text: int = 0
    large: bool = False      # whole numbers of four digits and more, written without a separator, stand beside those with two readings
    grouped: bool = False    # whole numbers under a thousand stand beside those with two readings, and none above
    money: bool = False
    minus: bool = False
    ranges: bool = False
    examples: tuple[str, ...] = field(default=())

    @property
    def numbers(self) -> int:
        return self.point + self.comma + len(self.with_point) + len(self.with_comma) + self.neutral

    @property
    def open(self) -> bool:
        """Whether no cell decides, and some have two readings."""
        return not self.point and not self.comma and bool(self.with_point or self.with_comma)

    @property
    def shows_comma(self) -> bool:
        return self.comma > self.point and self.numbers >= _ENOUGH * (self.numbers + self.text)

    @property
    def shows_point(self) -> bool:
        return self.point > self.comma and self.numbers >= _ENOUGH * (self.numbers + self.text)


def style_of(values: Any, *, sisters: str = "", meaning: str = "") -> Style:
    """How the numbers of a column are written.

    Parameters
    ----------
    values : Series
        Text or numbers.
    sisters : {"", "point", "comma", "both"}
        What the other columns of the file show.
    meaning : {"", "degrees", "whole", "amount"}
        What the numbers are, where that is known.

    Examples
    --------
    >>> import pandas as pd
    >>> style_of(pd.Series(["12,5", "1.250"])).decimal, style_of(pd.Series(["12.5", "1,250"])).decimal
    ('comma', 'point')
    >>> style_of(pd.Series(["1,250"])).decimal, style_of(pd.Series(["1,250"]), sisters="comma").decimal
    ('point', 'comma')
    >>> style_of(pd.Series(["1.250"]), meaning="whole").decimal, style_of(pd.Series(["40,005", "-89,995"]), meaning="degrees").decimal
    ('comma', 'comma')
    """
    return style_from(cells_of(values), sisters=sisters, meaning=meaning)


def styles_of(frame: Any, meanings: Mapping[str, str] | None = None, answers: Mapping[str, str] | None = None) -> dict[str, Style]:
    """The style of every column of a table that holds text, each decided with all the others.

    Parameters
    ----------
    meanings : mapping, optional
        Column -> "degrees", "whole" or "amount".
    answers : mapping, optional
        "decimal:COLUMN" -> "comma" or "point", as a person said it.
    """
    found = {str(name): cells_of(frame[name]) for name in frame.columns if name != "geometry" and is_text(frame[name])}
    return styles_from(found, meanings or {}, answers or {})


def styles_from(found: Mapping[str, Cells], meanings: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, Style]:
    """The style of every column, from what their cells show."""
    sisters = _shown(found, meanings)
    out = {}
    for name, cells in found.items():
        style = style_from(cells, sisters=sisters, meaning=meanings.get(name, ""))
        said = answers.get(f"decimal:{name}", "")
        out[name] = evolve(style, decimal=said, sure=True) if said in (POINT, COMMA) else style
    return out


def is_text(values: Any) -> bool:
    import pandas as pd  # heavy

    return not pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_datetime64_any_dtype(values.dtype)


def cells_of(values: Any) -> Cells:
    """What the distinct cells of a column show; their order says nothing."""
    import pandas as pd  # heavy

    if not is_text(values):
        return Cells()
    texts = [text for cell in pd.unique(values.astype(object)) if isinstance(cell, str) and (text := cell.strip())]
    kinds: dict[str, list[str]] = {}
    several = any("," in text for text in texts)
    for text in texts:
        kinds.setdefault(_kind(text, several), []).append(text)
    two = (*kinds.get(_WITH_POINT, ()), *kinds.get(_WITH_COMMA, ()))
    plain = [text for text in kinds.get(_NEUTRAL, ()) if text.isdigit()]
    return Cells(
        len(kinds.get(_POINT, ())), len(kinds.get(_COMMA, ())), tuple(sorted(kinds.get(_WITH_POINT, ()))), tuple(sorted(kinds.get(_WITH_COMMA, ()))),
        len(kinds.get(_NEUTRAL, ())), len(kinds.get(_TEXT, ())), sum(len(text) > 3 for text in plain) >= max(len(two), 1),
        bool(two and plain) and max(map(len, plain)) == 3,
        _money(texts), _minus(texts), _ranges(texts, kinds), (*sorted(kinds.get(_COMMA, ()))[:1], *sorted(two)[:2]),
    )


def style_from(cells: Cells, *, sisters: str = "", meaning: str = "") -> Style:
    """The style that the cells of a column show, with the help of its sisters and its meaning."""
    base = evolve(ENGLISH, money=cells.money, minus=cells.minus, ranges=cells.ranges)
    if cells.point or cells.comma:
        small, all_ = min(cells.point, cells.comma), cells.point + cells.comma
        sure = not (small > _MIXED * all_ and (cells.with_point or cells.with_comma))
        return evolve(base, decimal=COMMA if cells.comma > cells.point else POINT, other=small >= _MINORITY * all_ and small > 0, sure=sure)
    if not cells.open:
        return evolve(base, decimal=sisters if sisters == COMMA else POINT)
    decimal, sure = _decided_from_outside(cells, sisters, meaning)
    return evolve(base, decimal=decimal, sure=sure)


def _decided_from_outside(cells: Cells, sisters: str, meaning: str) -> tuple[str, bool]:
    """Of a column whose cells all have two readings: how they are read, and whether that is sure."""
    points, commas = bool(cells.with_point), bool(cells.with_comma)
    if meaning == DEGREES:
        fits = _degrees(cells)
        if fits:
            return fits, True
    if points and commas:
        return (COMMA if sisters == COMMA else POINT), False
    if commas and cells.large and sisters != COMMA:
        return POINT, True  # "1,800" beside 1950 and 2550 is eighteen hundred
    grouped = POINT if commas else COMMA  # how "1,250" or "1.250" is one thousand
    if meaning == WHOLE:
        return grouped, True
    if sisters == COMMA:
        return COMMA, points or not (meaning == AMOUNT or cells.grouped)
    if sisters == "both":
        return POINT, False
    return POINT, commas or not (meaning == AMOUNT or cells.grouped)


def _degrees(cells: Cells) -> str:
    """The one reading in which all cells are degrees; "" if both or none is."""
    texts = (*cells.with_point, *cells.with_comma)
    fits = [decimal for decimal in (POINT, COMMA)
            if all(abs(read_cell(text, Style(decimal=decimal))[0]) <= _DEGREES for text in texts)]
    return fits[0] if len(fits) == 1 else ""


def _shown(found: Mapping[str, Cells], meanings: Mapping[str, str]) -> str:
    """What the file shows as a whole: "comma", "point", "both" or ""."""
    degrees = [_degrees(cells) for name, cells in found.items() if cells.open and meanings.get(name) == DEGREES]
    wholes = [cells for name, cells in found.items() if cells.open and meanings.get(name) == WHOLE]
    commas = sum(cells.shows_comma for cells in found.values()) + degrees.count(COMMA) + sum(bool(cells.with_point) for cells in wholes)
    points = sum(cells.shows_point for cells in found.values()) + degrees.count(POINT) + sum(bool(cells.with_comma) for cells in wholes)
    if commas and points:
        return "both"
    return COMMA if commas else POINT if points else ""


def _kind(text: str, several: bool) -> str:
    """How a cell can be read; `several`: whether any cell of its column holds a comma."""
    quick = _QUICK.match(text)
    if quick and (quick[2] is None or not several):
        if quick[2] is None:
            return _NEUTRAL
        return _WITH_POINT if len(quick[2]) == 3 and 1 <= len(quick[1]) <= 3 and quick[1].strip("0") else _POINT
    if not may_be_number(lower := text.lower()):
        if lower.isascii():
            return _NEUTRAL if lower in REASON_OF else _TEXT
        return _NEUTRAL if read_cell(text)[1] not in ("", "not_a_number") else _TEXT
    if not _SEPARATED.search(text):
        number = read_cell(text)
        return _TEXT if number[1] == "not_a_number" and not is_range(text) else _NEUTRAL
    point, comma = read_cell(text, Style(decimal=POINT, money=True)), read_cell(text, Style(decimal=COMMA, money=True))
    if point[1] == "not_a_number" and comma[1] == "not_a_number":
        return _TEXT
    if "not_a_number" not in (point[1], comma[1]):
        return _two_ways(text, point, comma)
    return _POINT if comma[1] == "not_a_number" else _COMMA


def _two_ways(text: str, point: Any, comma: Any) -> str:
    """Of a cell that is a number in both styles: which one it shows."""
    if point[1] or comma[1] or point[0] == comma[0]:
        return _own_way(text) if point[1] == comma[1] == "" else _NEUTRAL
    digits = _DIGITS.search(text)
    group = re.split(r"[.,]", digits[0])[0] if digits else ""
    if set(group) == {"0"}:  # 0,125 is no thousand
        return _COMMA if "," in text else _POINT
    if "." in text and _amount(text):  # no amount of money has three decimals: $ 1.250 and 51.200 € are thousands
        return _COMMA
    if _dollars(text) or _amount(text):
        return _POINT
    return _WITH_COMMA if "," in text else _WITH_POINT


def _own_way(text: str) -> str:
    """Of a cell with both separators, read in the one way there is."""
    comma, point = text.rfind(","), text.rfind(".")
    return _COMMA if comma > point >= 0 else _POINT if point > comma >= 0 else _NEUTRAL


def _amount(text: str) -> bool:
    """Whether a cell carries the sign of a currency."""
    return any(sign in text for sign in "$€£¥₹₱₩₦") or bool(re.search(r"\b(eur|euros?|usd|mxn|cop|clp|ars|brl|pesos)\b", text.lower()))


def _dollars(text: str) -> bool:
    return bool(re.search(r"\$|usd|£|gbp", text.lower()))


def _money(texts: list[str]) -> bool:
    signs = tuple(sign for sign in CURRENCIES if not sign[0].isalpha() or len(sign) == 3)
    whole = "\n".join(texts).lower()
    if not any(sign in whole for sign in signs):
        return False
    return any(not _QUICK.match(text) and may_be_number(lower := text.lower()) and any(sign in lower for sign in signs) for text in texts)


def _minus(texts: list[str]) -> bool:
    """Whether "200-" is a negative number: a lower limit is one value, and the lowest of its column."""
    behind = {text for text in texts if text[-1] in "-−" and re.fullmatch(r"[^\d-]*\d[\d.,' ]*\s*[-−]", text)}
    if not behind:
        return False
    if len(behind) > 1:
        return True
    limit = abs(read_cell(next(iter(behind)))[0])
    others = [read_cell(text)[0] for text in texts if text not in behind]
    return any(value < limit for value in others)


def _ranges(texts: list[str], kinds: Mapping[str, list[str]]) -> bool:
    """Whether "20-24" stands for a number that was blurred: privacy codes or more plain numbers stand beside it."""
    found = [text for text in kinds.get(_NEUTRAL, ()) if not text.isdigit() and is_range(text)]
    if not found:
        return False
    codes = [text for text in texts if read_cell(text)[1] == "suppressed"]
    numbers = sum(read_cell(text)[1] == "" for text in texts)
    words = len(texts) - len(found) - len(codes) - numbers
    return words <= 0.2 * len(texts) and (bool(codes) or numbers > len(found))
