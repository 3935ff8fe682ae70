"""One cell read as a number, in the style of its column; what is no number gets the reason."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

from attrs import frozen

from ecomap.io.table.words import CURRENCIES, ONLY_MONEY, REASON_OF, TIMES
from ecomap.model.vocabulary import SENTINELS

POINT, COMMA = "point", "comma"
# Smallest integers and the float limits: what GIS programs write where a number did not fit or is absent.
_OVERFLOWS = frozenset({-2147483648.0, -9223372036854775808.0, -3.4028234663852886e38, -1.7976931348623157e308})
NO_DATA_CODES = SENTINELS | _OVERFLOWS

TIDIED, PERCENT, EDGE, OTHER, FOREIGN = "tidied", "percent", "edge", "other", "foreign:"
Read = tuple[float, str, tuple[str, ...]]
_NOTHING = float("nan")


@frozen
class Style:
    """How the numbers of one column are written.

    Parameters
    ----------
    decimal : {"point", "comma"}
        What stands before the decimals; the other one stands between thousands.
    other : bool
        Whether cells that can only be read the other way are read so; else they are no numbers.
    money : bool
        Amounts: "1.2M" is millions.
    minus : bool
        "200-" is a negative number; else the lowest value of the column, "200 or less".
    ranges : bool
        "20-24" stands for a figure that was blurred; else it is text.
    sure : bool
        Whether the cells decide; False where another reading fits as well.
    """

    decimal: str = POINT
    other: bool = False
    money: bool = False
    minus: bool = False
    ranges: bool = False
    sure: bool = True


ENGLISH: Final = Style()


def _any_of(words: Any) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_PLAIN = re.compile(r"^-?\d+(\.\d+)?$", re.ASCII)
_WHOLE = re.compile(r"^-?\d+$", re.ASCII)
_PEOPLE = r"(?:\s*(?:students?|pupils?|people|persons?|records?|cases?|tests?|alumnos?|estudiantes))?"
_FIGURE = r"\d+(?:[.,]\d+)*"
_LIMIT = re.compile(
    rf"^(?:n\s*=?\s*)?(?:<=|=<|>=|=>|<|>|≤|≥|(?:less|fewer|more|greater) than(?: or equal to)?|under|below|over|above|at (?:most|least)|up to|"
    rf"l[te]\s?(?=\d)|g[te]\s?(?=\d)|menos de|más de|hasta|moins de|plus de|weniger als)\s*{_FIGURE}\s*%?{_PEOPLE}$"
    rf"|^{_FIGURE}\s*%?\s*(?:or|and|y|o)\s*(?:less|fewer|more|over|under|below|above|greater|menos|más)(?: than)?{_PEOPLE}$"
    rf"|^{_FIGURE}\s*(?:%\s*[+]|[+]\s*%)$|^n\s*[<≤]=?\s*\d+$"
)
_SAID = re.compile(r"^(?:data |value )?(?:suppress|redact|mask|withh|too few|not shown|not displayed|not disclos|suprimid|confiden|protegid)[^\d]{0,60}\d*[^\d]{0,30}$")
_RANGE = re.compile(rf"^(\d+(?:\.\d+)?)\s*%?\s*(?:-|–|—|to|a)\s*(\d+(?:\.\d+)?)\s*%?{_PEOPLE}$", re.ASCII)
_MONEY = _any_of(CURRENCIES)
_NUMBER = re.compile(
    rf"^(?:±|\+/-)?(?P<sign>[-+−–])?\s*(?P<before>{_MONEY})?\s*(?P<open>\()?\s*(?P<sign2>[-+−–])?\s*(?P<money>{_MONEY})?\s*(?P<sign3>[-−])?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?|\d{1,3}(?:'\d{3})+(?:\.\d+)?"
    r"|\d+\.?\d*(?:e[-+]?\d+)?|\.\d+)"
    rf"\s*(?P<edge>[+−-])?\s*(?P<times>{_any_of(TIMES)})?\s*(?P<percent>%|percent|per cent|por ciento|pct\.?)?"
    rf"\s*(?P<after>\((?:{_MONEY})\)|{_MONEY})?\s*(?P<close>\))?$", re.ASCII
)
_NO_MONEY = re.compile(rf"^(?:{_MONEY})\s*[-–—]+$|^[-–—]+\s*(?:{_MONEY})$")  # how spreadsheets write an amount of nothing
# Words that may stand in a cell with a number; a cell with any other word is text, and is not looked at any closer.
_WORDS = frozenset(re.findall(r"[^\W\d_]+", " ".join([
    *CURRENCIES, *TIMES, _PEOPLE.replace("?:", "").replace("?", ""), *(word + "s" for word in ("student", "pupil", "person", "record", "case", "test", "alumno",
    "estudiante")), "student pupil person record case test alumno estudiante n e less fewer more greater than or equal to under below over above at most",
    "least up lt le gt ge l g t menos más de hasta moins plus weniger als and y o a percent per cent por ciento pct",
])))
_WORD = re.compile(r"[^\W\d_]+")
_SIGN = re.compile(r"[\d–—-]")
_NEVER = re.compile(r"\d[-–/:]\d+[-–/:]\d|[:/@]\d|\d[:/@]")  # dates, telephones, times, addresses
_LONGEST = 48
_ZEROS = str.maketrans("123456789", "0" * 9)
_OTHER_SIGN = {".": ",", ",": "."}
_SEPARATOR = re.compile(r"(?<=\d)[.,]|[.,](?=\d)")
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_LETTERS = str.maketrans({"’": "'", "´": "'", "`": "'", "٫": ".", "٬": ",", "，": ",", "．": ".", "％": "%", "＄": "$", "﹪": "%"})
_ROUND_SUM = re.compile(r"[.,][-–—]{1,2}(?=\D*$)")  # 250,- and 250.-- are whole amounts


def read_cell(cell: Any, style: Style = ENGLISH) -> Read:
    """(number or NaN, reason or "", what had to be done) of one cell.

    >>> read_cell("1.250,5 €", Style(decimal="comma")), read_cell("($1,234)")
    ((1250.5, '', ('tidied', 'foreign:€')), (-1234.0, '', ('tidied',)))
    """
    if is_blank(cell):
        return _NOTHING, "blank", ()
    if type(cell).__name__ in ("bool", "bool_"):
        return _NOTHING, "not_a_number", ()
    if isinstance(cell, int | float) or hasattr(cell, "dtype"):
        return _judged(float(cell), ())
    text = str(cell).strip().lower()
    if (_PLAIN if style.decimal == POINT else _WHOLE).match(text):
        return _judged(float(text), ())
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = _in_plain_signs(text)
    if _SAID.match(text):
        return _NOTHING, "suppressed", ()
    if text in REASON_OF:
        return _NOTHING, REASON_OF[text], ()
    if not may_be_number(text):
        return _NOTHING, "not_a_number", ()
    if _LIMIT.match(text):
        return _NOTHING, "suppressed", ()
    if style.ranges and is_range(text):
        return _NOTHING, "suppressed", ()
    return _read_text(text, style)


def may_be_number(text: str) -> bool:
    """A quick look whether there is anything in a cell that numbers are made of, and no word that never stands beside them."""
    if len(text) > _LONGEST or not _SIGN.search(text) or _NEVER.search(text):
        return False
    return _only_words_beside_numbers(text.translate(_ZEROS))


@lru_cache(maxsize=1 << 14)
def _only_words_beside_numbers(text: str) -> bool:
    """Asked of texts whose digits are all 0: "Service 17" and "Service 18" are one question."""
    return all(word in _WORDS for word in _WORD.findall(text))


def is_word(cell: str) -> bool:
    """A quick look whether a cell is text: neither a number nor a sign that stands for none."""
    if cell.isdigit():
        return False
    text = cell.lower()
    return not may_be_number(text) and text not in REASON_OF and "&" not in text and not _SAID.match(text)


def is_range(text: str) -> bool:
    """Whether a cell says from one number to a larger one.

    >>> is_range("20-24"), is_range("10 to 50"), is_range("24-20"), is_range("5")
    (True, True, False, False)
    """
    match = _RANGE.match(text.strip().lower())
    return match is not None and float(match[1]) < float(match[2])


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and cell != cell) or type(cell).__name__ in ("NAType", "NaTType")


def _in_plain_signs(text: str) -> str:
    """Digits of other scripts, narrow spaces and curly apostrophes as their plain kin; raised digits stay (they are footnotes)."""
    text = _SPACES.sub(" ", text.translate(_LETTERS)).strip()
    return "".join(str(unicodedata.decimal(sign)) if not sign.isascii() and unicodedata.decimal(sign, None) is not None else sign for sign in text)


def _read_text(text: str, style: Style) -> Read:
    swapped = _SEPARATOR.sub(lambda sign: _OTHER_SIGN[sign[0]], text)
    here, there = (text, swapped) if style.decimal == POINT else (swapped, text)
    found = _matched(here, style)
    if found[1] != "not_a_number" or not ("," in text or "." in text):
        return found
    both = "," in text and "." in text  # 1.234,50 can be read one way only, whatever stands around it
    if not (both or style.other):
        return found
    other = _matched(there, style)
    return other if other[1] == "not_a_number" else (other[0], other[1], (*other[2], OTHER))


def _matched(text: str, style: Style) -> Read:
    if _NO_MONEY.match(text):
        return 0.0, "", (TIDIED,)
    match = _NUMBER.match(_ROUND_SUM.sub("", text))
    if not match or bool(match["open"]) != bool(match["close"]):
        return _NOTHING, "not_a_number", ()
    digits, money = match["digits"], match["before"] or match["money"] or (match["after"] or "").strip("()")
    if match["times"] in ONLY_MONEY and not (money or style.money):
        return _NOTHING, "not_a_number", ()
    value = float(re.sub(r"[, ']", "", digits)) * TIMES.get(match["times"] or "", 1.0)
    negative = bool(match["open"]) or any(match[sign] in ("-", "−", "–") for sign in ("sign", "sign2", "sign3"))
    edge = match["edge"] or ""
    if edge in ("-", "−") and style.minus:
        negative, edge = True, ""
    value = -value if negative else value
    marks = []
    if match["percent"]:
        value /= 100
        marks.append(PERCENT)
    if edge:
        marks.append(EDGE)
    if match["percent"] or money or match["open"] or match["times"] or re.search(r"[^\d.e+-]", digits):
        marks.append(TIDIED)
    if money and CURRENCIES[money] != "$":
        marks.append(FOREIGN + CURRENCIES[money])
    return _judged(value, tuple(marks))


def _judged(value: float, marks: tuple[str, ...]) -> Read:
    if value != value:
        return value, "blank", ()
    if value in (float("inf"), float("-inf")):
        return _NOTHING, "not_a_number", ()
    if value in NO_DATA_CODES or value < -1e30:
        return _NOTHING, "no_data_code", ()
    return value, "", marks
