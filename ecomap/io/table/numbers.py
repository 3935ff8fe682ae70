"""Numbers as publishers write them, and why a cell holds none."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from attrs import field, frozen

from ecomap.model.vocabulary import SENTINELS

# What people and programs write where there is no number, in small letters, by the reason it gives: the one table of it.
_MARKS = {
    "blank": (
        "", "na", "n/a", "null", "none", "no data", "--", "-", "nan", ".", "(x)", "x", "#n/a", "#null!", "<na>", "unknown", "?",
        "sin datos", "n.d.", "nd",
    ),
    "suppressed": ("*", "**", "***", "s", "(s)", "suppressed", "(d)", "ds", "n<10", "n<11", "suprimido", "not shown"),
    "not_reported": ("dnr", "nr", "not reported", "did not report"),
    "unreliable": ("**u", "(u)", "unreliable", "(n)"),
    "no_data_code": ("#div/0!", "#value!", "#ref!", "#name?", "#num!"),
}
_REASON_OF = {mark: reason for reason, marks in _MARKS.items() for mark in marks}
# How EcoMap writes a reason into a cell of a file, so that it is read back as the same one.
WRITTEN_AS = {"suppressed": "*", "not_reported": "not reported", "unreliable": "unreliable"}
# Smallest integers and the float limits: what GIS programs write where a number did not fit or is absent.
_OVERFLOWS = frozenset({-2147483648.0, -9223372036854775808.0, -3.4028234663852886e38, -1.7976931348623157e308})
NO_DATA_CODES = SENTINELS | _OVERFLOWS
_PLAIN = re.compile(r"^-?\d+(\.\d+)?$", re.ASCII)
_BELOW = re.compile(r"^(<|<=|≤|less than )\s*\d+(\.\d+)?\s*%?$")
_NUMBER = re.compile(
    r"^(?:±|\+/-)?(?P<open>\()?\s*(?P<sign>[-+−–])?\s*(?P<money>\$|usd|us\$)?\s*(?P<sign2>[-−])?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:\.\d+)?|\d+\.?\d*(?:e[-+]?\d+)?|\.\d+)"
    r"\s*(?P<edge>[+-])?\s*(?P<percent>%)?\s*(?P<after>\(usd\)|usd|\$)?\s*(?P<close>\))?$"
)


@frozen
class Numbers:
    """A column read as numbers.

    Parameters
    ----------
    values : Series of float
        NaN where there is no number.
    reasons : Series of str
        "" beside a number, else one of `ecomap.model.vocabulary.MISSING_REASONS`.
    tidied : int
        Cells that needed a thousands separator, a currency or a percent sign taken off.
    percent : int
        Cells that carried a percent sign; their value was divided by 100.
    edges : int
        Cells such as "250,000+" that say "this or more"; the edge was taken.
    odd : tuple of str
        Examples of text that is no number.
    """

    values: Any = field(eq=False, repr=False)
    reasons: Any = field(eq=False, repr=False)
    tidied: int = 0
    percent: int = 0
    edges: int = 0
    odd: tuple[str, ...] = ()

    @property
    def missing(self) -> dict[str, int]:
        """Reason -> count."""
        return {reason: count for reason, count in Counter(self.reasons).items() if reason}


def parse_numbers(values: Any) -> Numbers:
    """Read a column as numbers; what is no number becomes missing with its reason, never zero.

    Parameters
    ----------
    values : Series
        Text or numbers; any index.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers = parse_numbers(pd.Series(["1,234", "12.5%", "*", "-666666666", "", "0"]))
    >>> numbers.values.tolist()
    [1234.0, 0.125, nan, nan, nan, 0.0]
    >>> numbers.reasons.tolist()
    ['', '', 'suppressed', 'no_data_code', 'blank', '']
    """
    import numpy as np
    import pandas as pd  # heavy

    distinct = pd.unique(values.astype(object))
    read = {_hashable(cell): read_cell(cell) for cell in distinct}
    cells = [read[_hashable(cell)] for cell in values.astype(object)]
    numbers = pd.Series([cell[0] for cell in cells], index=values.index, dtype="float64")
    reasons = pd.Series([cell[1] for cell in cells], index=values.index, dtype="str")
    marks = Counter(mark for cell in cells for mark in cell[2])
    odd = tuple(str(cell)[:40] for cell in distinct if read[_hashable(cell)][1] == "not_a_number")[:5]
    if not np.isfinite(numbers.dropna()).all():
        raise AssertionError("a number that is not finite got past the reader")
    return Numbers(numbers, reasons, marks["tidied"], marks["percent"], marks["edge"], odd)


def looks_numeric(values: Any, *, share: float = 0.9) -> bool:
    """True if at least this share of the cells that say something are numbers, and none is a code like "0123"."""
    import pandas as pd  # heavy

    if pd.api.types.is_bool_dtype(values.dtype):
        return False
    if pd.api.types.is_numeric_dtype(values.dtype):
        return bool(values.notna().any())
    counts = values.astype(object).map(lambda cell: "" if _blank(cell) else str(cell).strip()).value_counts()
    said = numbers = 0
    for cell, count in counts.items():
        _, reason, _ = read_cell(cell)
        if reason and reason != "not_a_number":
            continue
        if re.fullmatch(r"0\d+", str(cell)):
            return False
        said += int(count)
        numbers += int(count) if not reason else 0
    return numbers > 0 and numbers >= share * said


def read_cell(cell: Any) -> tuple[float, str, tuple[str, ...]]:
    """(number or NaN, reason or "", what had to be done) of one cell."""
    nothing = float("nan")
    if _blank(cell):
        return nothing, "blank", ()
    if isinstance(cell, bool):
        return nothing, "not_a_number", ()
    if isinstance(cell, int | float) or hasattr(cell, "dtype"):
        return _judged(float(cell), ())
    text = str(cell).strip().lower()
    if _PLAIN.match(text):
        return _judged(float(text), ())
    if text in _REASON_OF:
        return nothing, _REASON_OF[text], ()
    if _BELOW.match(text):
        return nothing, "suppressed", ()
    return _read_text(text)


def _read_text(text: str) -> tuple[float, str, tuple[str, ...]]:
    match = _NUMBER.match(text)
    if not match or bool(match["open"]) != bool(match["close"]):
        return float("nan"), "not_a_number", ()
    digits = match["digits"]
    value = float(re.sub(r"[, \u00a0\u202f]", "", digits))
    if match["sign"] in ("-", "−", "–") or match["sign2"] or match["open"]:
        value = -value
    marks = []
    if match["percent"]:
        value /= 100
        marks.append("percent")
    if match["edge"]:
        marks.append("edge")
    if match["percent"] or match["money"] or match["after"] or match["open"] or re.search(r"[^\d.e+-]", digits):
        marks.append("tidied")
    return _judged(value, tuple(marks))


def _judged(value: float, marks: tuple[str, ...]) -> tuple[float, str, tuple[str, ...]]:
    if value != value:
        return value, "blank", ()
    if value in (float("inf"), float("-inf")):
        return float("nan"), "not_a_number", ()
    if value in NO_DATA_CODES or value < -1e30:
        return float("nan"), "no_data_code", ()
    return value, "", marks


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and cell != cell) or type(cell).__name__ in ("NAType", "NaTType")


def _hashable(cell: Any) -> Any:
    """0 and False, 1 and True are one dictionary key otherwise; NaN is never equal to itself."""
    return "\x00blank" if _blank(cell) else (type(cell).__name__, cell)
