"""Which rows have a value: a column, a comparison, and what it is compared with. Missing never matches a number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from attrs import frozen

from ecomap.model.errors import ParameterError
from ecomap.model.said import Said, name, say

AT_LEAST, MORE, AT_MOST, LESS, IS, IS_NOT, NO_FIGURE = "at_least", "more", "at_most", "less", "is", "is_not", "no_figure"
CONTAINS, BEGINS, TEXT_IS, TEXT_IS_NOT, EMPTY = "contains", "begins", "text_is", "text_is_not", "empty"
YES, NO, NOT_SAID = "yes", "no", "not_said"
NUMBERS: Final[Mapping[str, Said]] = {
    AT_LEAST: say("is at least"), MORE: say("is more than"), AT_MOST: say("is at most"), LESS: say("is less than"), IS: say("is just"),
    IS_NOT: say("is a number other than"), NO_FIGURE: say("has no figure"),
}
TEXTS: Final[Mapping[str, Said]] = {
    TEXT_IS: say("is", context="comparison of words"), TEXT_IS_NOT: say("is not", context="comparison of words"),
    CONTAINS: say("contains"), BEGINS: say("begins with"), EMPTY: say("is empty"),
}
FLAGS: Final[Mapping[str, Said]] = {YES: say("is yes"), NO: say("is no"), NOT_SAID: say("is not said")}
WITHOUT_VALUE: Final = frozenset({NO_FIGURE, EMPTY, YES, NO, NOT_SAID})


@frozen
class Condition:
    """A comparison with a column; ``value`` is a number in the column's own unit, or words."""

    column: str
    compare: str
    value: float | str = ""


def comparisons_of(values: Any) -> Mapping[str, Said]:
    """How a column can be compared: numbers, flags or words.

    >>> import pandas as pd
    >>> [next(iter(comparisons_of(pd.Series(one)))) for one in ([1.5, None], [True, False], ["a", None])]
    ['at_least', 'yes', 'text_is']
    """
    if values.dtype.kind == "b" or _of_flags(values):
        return FLAGS
    return NUMBERS if _is_number(values) else TEXTS


def meets(values: Any, condition: Condition) -> np.ndarray:
    """Whether each row meets a condition.

    A row without a number meets no comparison of numbers, "other than" included; only "has no figure" finds it. What is out of
    reach (an infinite distance) is farther than any distance. Words are compared whatever the size of their letters; a row
    without words meets only "is empty".

    Parameters
    ----------
    values : Series
        One column of a layer.

    Raises
    ------
    ParameterError
        If the comparison does not fit the column, or a number is compared with what is none.

    >>> import pandas as pd
    >>> poverty = pd.Series([0.1, None, 0.4])
    >>> [meets(poverty, Condition("poverty", compare, 0.4)).tolist() for compare in ("at_least", "less", "is_not", "no_figure")]
    [[False, False, True], [True, False, False], [True, False, False], [False, True, False]]
    """
    if condition.compare not in comparisons_of(values):
        raise ParameterError(say("'{column}' cannot be compared in this way.", column=name(condition.column)), say("Choose another comparison."))
    if condition.compare in FLAGS:
        return _flags(values, condition.compare)
    if condition.compare in TEXTS:
        return _words(values, condition.compare, str(condition.value).strip().casefold())
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    gone = np.isnan(numbers)
    if condition.compare == NO_FIGURE:
        return gone
    wanted = condition.value
    if isinstance(wanted, str) or math.isnan(wanted):
        raise ParameterError(say("A number is compared with a number."), say("Write a number, for example 40."))
    near = np.isclose(numbers, wanted, rtol=1e-9, atol=1e-12)
    found = {
        AT_LEAST: (numbers > wanted) | near, MORE: (numbers > wanted) & ~near, AT_MOST: (numbers < wanted) | near,
        LESS: (numbers < wanted) & ~near, IS: near, IS_NOT: ~near,
    }[condition.compare]
    return np.asarray(found & ~gone)


def _words(values: Any, compare: str, wanted: str) -> np.ndarray:
    texts = values.astype(object).where(values.notna(), "").astype(str).str.strip().str.casefold()
    empty = (texts == "").to_numpy()
    if compare == EMPTY:
        return np.asarray(empty)
    if not wanted:
        return np.zeros(len(texts), dtype=bool)
    found = {
        TEXT_IS: lambda: texts == wanted, TEXT_IS_NOT: lambda: texts != wanted,
        CONTAINS: lambda: texts.str.contains(wanted, regex=False), BEGINS: lambda: texts.str.startswith(wanted),
    }[compare]()
    return np.asarray(found.to_numpy(dtype=bool) & ~empty)


def _flags(values: Any, compare: str) -> np.ndarray:
    gone = values.isna().to_numpy()
    if compare == NOT_SAID:
        return np.asarray(gone)
    true = values.astype(object).where(values.notna(), False).astype(bool).to_numpy()
    return np.asarray(true & ~gone if compare == YES else ~true & ~gone)


def _is_number(values: Any) -> bool:
    return values.dtype.kind in "iuf"


def _of_flags(values: Any) -> bool:
    """Whether a column holds yes and no with gaps, which pandas keeps as objects or as its own kind."""
    if str(values.dtype) == "boolean":
        return True
    if values.dtype.kind != "O":
        return False
    known = values.dropna()
    return len(known) > 0 and all(isinstance(one, bool | np.bool_) for one in known.head(50))
