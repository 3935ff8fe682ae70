"""Numbers as publishers write them, and why a cell holds none."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from attrs import field, frozen

from ecomap.io.table.cells import (
    EDGE,
    ENGLISH,
    FOREIGN,
    NO_DATA_CODES,
    OTHER,
    PERCENT,
    POINT,
    TIDIED,
    Style,
    is_blank,
    is_range,
    is_word,
    read_cell,
)
from ecomap.io.table.styles import is_text, style_of, styles_of
from ecomap.io.table.words import WRITTEN_AS

__all__ = [
    "NO_DATA_CODES", "WRITTEN_AS", "Numbers", "Style", "looks_numeric", "looks_rounded_codes", "only_marks", "parse_numbers", "read_cell",
    "rounded_codes", "style_of", "styles_of",
]
_ROUNDED = r"[1-9](?:[.,]\d+)?[eE]\+?(?:0?[5-9]|[1-3]\d)"


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
    in_percent : Series of bool
        Which cells carried a percent sign.
    foreign : tuple of str
        Currencies other than the dollar that stand in cells; nothing is converted.
    others : int
        Cells written with the separators of another language than the rest of the column.
    """

    values: Any = field(eq=False, repr=False)
    reasons: Any = field(eq=False, repr=False)
    tidied: int = 0
    percent: int = 0
    edges: int = 0
    odd: tuple[str, ...] = ()
    in_percent: Any = field(eq=False, repr=False, default=None)
    foreign: tuple[str, ...] = ()
    others: int = 0
    style: Style = ENGLISH

    @property
    def missing(self) -> dict[str, int]:
        """Reason -> count."""
        return dict(Counter(self.reasons[self.reasons != ""].tolist()))


def parse_numbers(values: Any, style: Style | None = None) -> Numbers:
    """Read a column as numbers; what is no number becomes missing with its reason, never zero.

    Parameters
    ----------
    values : Series
        Text or numbers; any index.
    style : Style, optional
        How its numbers are written; decided from all its cells, if not given.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers = parse_numbers(pd.Series(["1,234", "12.5%", "*", "-666666666", "", "0"]))
    >>> numbers.values.tolist()
    [1234.0, 0.125, nan, nan, nan, 0.0]
    >>> numbers.reasons.tolist()
    ['', '', 'suppressed', 'no_data_code', 'blank', '']
    >>> parse_numbers(pd.Series(["12,5", "1.250,5", "1.250"])).values.tolist()
    [12.5, 1250.5, 1250.0]
    """
    import numpy as np
    import pandas as pd  # heavy

    plain = _plain_figures(values) if style is None or style.decimal == POINT else None
    if plain is not None:
        return _of_plain(plain, values.index)
    style = style or style_of(values)
    distinct = pd.unique(values.astype(object))
    read = {_hashable(cell): read_cell(cell, style) for cell in distinct}
    cells = [read[_hashable(cell)] for cell in values.astype(object)]
    numbers = pd.Series([cell[0] for cell in cells], index=values.index, dtype="float64")
    reasons = pd.Series([cell[1] for cell in cells], index=values.index, dtype="str")
    marks = Counter(mark for cell in cells for mark in cell[2])
    odd = tuple(str(cell)[:40] for cell in distinct if read[_hashable(cell)][1] == "not_a_number")[:5]
    if not np.isfinite(numbers.dropna()).all():
        raise AssertionError("a number that is not finite got past the reader")
    in_percent = pd.Series([PERCENT in cell[2] for cell in cells], index=values.index, dtype=bool)
    foreign = tuple(sorted(mark.removeprefix(FOREIGN) for mark in marks if mark.startswith(FOREIGN)))
    return Numbers(numbers, reasons, marks[TIDIED], marks[PERCENT], marks[EDGE], odd, in_percent, foreign, marks[OTHER], style)


def looks_numeric(values: Any, *, share: float = 0.9, style: Style | None = None) -> bool:
    """True if at least this share of the cells that say something are numbers, and none is a code like "0123"."""
    import pandas as pd  # heavy

    if pd.api.types.is_bool_dtype(values.dtype):
        return False
    if pd.api.types.is_numeric_dtype(values.dtype):
        return bool(values.notna().any())
    plain = _plain_figures(values) if style is None else None
    if plain is not None:
        return bool((plain == plain).any()) and not any(len(cell) > 1 and cell[0] == "0" and cell.isdigit() for cell in values if isinstance(cell, str))
    counts = values.astype(object).map(lambda cell: "" if is_blank(cell) else str(cell).strip()).value_counts()
    words = sum(int(count) for cell, count in counts.items() if is_word(cell))
    if words > (1 - share) * sum(int(count) for cell, count in counts.items() if cell) + 1e-9:
        return False
    style = style or (style_of(values) if is_text(values) else ENGLISH)
    said = numbers = 0
    for cell, count in counts.items():
        _, reason, _ = read_cell(cell, style)
        if reason and reason != "not_a_number":
            continue
        if re.fullmatch(r"0\d+", str(cell)):
            return False
        said += int(count)
        numbers += int(count) if not reason else 0
    return numbers > 0 and numbers >= share * said


def only_marks(values: Any) -> bool:
    """True if a column holds nothing but codes for figures that are hidden ("<10", "GE95", "20-24", "*"): no number is left in it."""
    import pandas as pd  # heavy

    texts = [str(cell).strip() for cell in pd.unique(values.astype(object)) if not is_blank(cell) and str(cell).strip()]
    reasons = [read_cell(text)[1] for text in texts]
    hidden = reasons.count("suppressed")
    blurred = sum(is_range(text) for text, reason in zip(texts, reasons) if reason == "not_a_number")
    telling = any(re.search(r"\d", text) for text, reason in zip(texts, reasons) if reason == "suppressed")
    return "" not in reasons and telling and hidden + blurred >= 0.9 * len([reason for reason in reasons if reason != "blank"])


def rounded_codes(cells: Any) -> Any:
    """Mask of codes that a spreadsheet turned into rounded numbers, like 1.96473E+13: their last digits are lost.

    >>> import pandas as pd
    >>> rounded_codes(pd.Series(["1.96473E+13", "19647336112345", "1E+05"])).tolist()
    [True, False, True]
    """
    texts = cells.astype(object).map(lambda cell: cell.strip() if isinstance(cell, str) else "")
    return texts.str.fullmatch(_ROUNDED).fillna(False).astype(bool)


def looks_rounded_codes(cells: Any) -> bool:
    """True if most codes of a column were rounded by a spreadsheet."""
    said = cells.astype(object).map(lambda cell: not is_blank(cell) and str(cell).strip() != "")
    return bool(said.any()) and bool(rounded_codes(cells).sum() > 0.5 * said.sum())


def _plain_figures(values: Any) -> Any:
    """The numbers of a column that needs no reading: plain figures with a decimal point or blank, nothing else; None for any other."""
    import numpy as np
    import pandas as pd  # heavy

    if pd.api.types.is_bool_dtype(values.dtype):
        return None
    if pd.api.types.is_numeric_dtype(values.dtype):
        figures = values.to_numpy(dtype="float64", na_value=np.nan)
    else:
        cells = values.astype(object).tolist()
        try:
            figures = np.fromiter(map(float, cells) if _are_bare(cells) else map(_figure, cells), dtype="float64", count=len(cells))
        except ValueError:
            return None
    return None if np.isinf(figures).any() or np.isin(figures, list(NO_DATA_CODES)).any() or (figures < -1e30).any() else figures


def _are_bare(cells: list[Any]) -> bool:
    """Whether all cells are texts with something in them, and none holds what only Python takes for a part of a number."""
    return set(map(type, cells)) == {str} and all(cells) and "_" not in "".join(cells)


def _figure(cell: Any) -> float:
    if isinstance(cell, str) and cell and "_" not in cell:
        return float(cell)
    if is_blank(cell) or cell == "":
        return float("nan")
    raise ValueError


def _of_plain(figures: Any, index: Any) -> Numbers:
    import pandas as pd  # heavy

    missing = figures != figures
    reasons = pd.Series(pd.array(["", "blank"], dtype="str").take(missing.astype(int)), index=index)
    return Numbers(pd.Series(figures, index=index, dtype="float64"), reasons, in_percent=pd.Series(False, index=index, dtype=bool))


def _hashable(cell: Any) -> Any:
    """0 and False, 1 and True are one dictionary key otherwise; NaN is never equal to itself."""
    return "\x00blank" if is_blank(cell) else (type(cell).__name__, cell)
