"""Numbers and categories to class numbers, once, so that nothing later compares a value with a break."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from ecomap.model.errors import InputError
from ecomap.model.said import NOTHING, Said, has_identity, joined, say
from ecomap.model.said import name as kept
from ecomap.model.style import CATEGORISED, GRADUATED, LayerStyle
from ecomap.model.units import OUT_OF_REACH, format_number

if TYPE_CHECKING:
    import pandas as pd

OTHER = say("other")
SCHEMES = ("quantiles", "equal_interval", "fisher_jenks", "fixed")
_SAMPLE = 1_000  # natural breaks grow with the square of the rows


@frozen
class Classes:
    """Class numbers of rows: ``index[i]`` is row i's class, -1 where it has no number.

    ``breaks`` are the upper bounds of the graduated classes (a value on a break belongs to the lower class);
    ``labels`` has one entry per class. Where some rows are out of reach, their class is the last and worst one.
    """

    index: Any = field(eq=False, repr=False)  # int16 array
    breaks: tuple[float, ...] = ()
    labels: tuple[Said, ...] = ()
    values: tuple[str, ...] = ()  # of categories, "" for the rest


def classify(
    values: Any, style: LayerStyle, *, write: Callable[[float], Said] | None = None, counts: bool = False
) -> Classes:
    """Put the rows of a layer into the classes its style asks for.

    Missing values are taken out before breaks are sought; infinite ones ("out of reach") are never missing but the
    worst class of their own. Equal values always share a class. Fewer distinct values than classes give one class each.

    Parameters
    ----------
    values : array-like
        The styled column, one entry per row.
    style : LayerStyle
    write : callable, optional
        Writes a number with its unit, for labels.
    counts : bool
        Whether the numbers count things: then, if all are whole, the classes end at whole numbers and their labels say
        none twice ("0", "1", "2 to 3").

    Raises
    ------
    InputError
        If a scheme is unknown, a fixed scheme has no breaks, or a graduated column holds text.
    """
    import pandas as pd  # heavy

    column = pd.Series(values)
    if style.kind == GRADUATED:
        return _graduated(column, style, write or _plain, counts)
    if style.kind == CATEGORISED:
        return _categorised(column, style)
    return Classes(np.zeros(len(column), np.int16), labels=(NOTHING,))


def _graduated(column: pd.Series, style: LayerStyle, write: Callable[[float], Said], counts: bool) -> Classes:
    import pandas as pd  # heavy

    numbers = pd.to_numeric(column, errors="coerce")
    text = numbers.isna() & column.notna()
    if text.any():
        raise InputError(
            say("The column '{column}' holds text in {count} rows, so it has no classes of numbers.", column=kept(style.column),
                count=format_number(int(text.sum()))),
            say("Choose a column with numbers, or style it by category."),
        )
    array = numbers.to_numpy(dtype=float, na_value=np.nan)
    finite = array[np.isfinite(array)]
    apart = bool(style.zero_label and style.scheme != "fixed" and len(finite) and finite.min() == 0)
    cut = finite[finite > 0] if apart else finite
    breaks = find_breaks(cut, evolve(style, classes=max(style.classes - apart, 1)))
    whole = counts and len(finite) > 0 and style.scheme != "fixed" and bool((finite == np.floor(finite)).all())
    if whole and not style.class_labels:
        breaks = np.unique(np.floor(breaks))  # the same classes, without those that hold no whole number
    labels = _labels(cut, breaks, style, write, whole)
    if apart:
        breaks, labels = np.r_[0.0, breaks], (style.zero_label, *labels)
    index = np.full(len(array), -1, np.int16)
    here = np.isfinite(array)
    index[here] = np.minimum(np.searchsorted(breaks, array[here], side="left"), max(len(breaks) - 1, 0))
    far = np.isposinf(array)
    if far.any():
        index[far] = len(breaks)
        labels = (*labels, OUT_OF_REACH)
    return Classes(index, tuple(float(b) for b in breaks), labels)


def find_breaks(finite: np.ndarray, style: LayerStyle) -> np.ndarray:
    """Upper bounds of the classes of numbers without missing ones; the last is at least the largest number."""
    if style.scheme not in SCHEMES:
        raise InputError(say("There is no classing called '{scheme}'.", scheme=kept(style.scheme)),
                         say("Use one of: {names}.", names=joined(SCHEMES, ", ")))
    if style.scheme == "fixed":
        if not style.breaks:
            raise InputError(say("Fixed classes need their upper bounds."), say("Give the breaks, lowest first."))
        breaks = np.array(sorted(style.breaks), dtype=float)
        if len(finite) and finite.max() > breaks[-1]:
            breaks = np.append(breaks, finite.max())
        return breaks
    distinct = np.unique(finite)
    if len(distinct) <= style.classes:
        return distinct
    if style.scheme == "quantiles":
        found = np.quantile(finite, np.arange(1, style.classes + 1) / style.classes)
    elif style.scheme == "equal_interval":
        found = np.linspace(distinct[0], distinct[-1], style.classes + 1)[1:]
    else:
        found = _natural_breaks(finite, style.classes)
    breaks = np.unique(np.asarray(found, dtype=float))
    breaks[-1] = max(breaks[-1], distinct[-1])
    return breaks


def _natural_breaks(finite: np.ndarray, classes: int) -> np.ndarray:
    """Breaks with the least spread inside classes (Fisher 1958, Jenks 1977).

    Quantiles and equal intervals are two lines of numpy; only this scheme is worth a library.
    """
    from jenkspy import jenks_breaks  # heavy

    return np.asarray(jenks_breaks(_sample(finite), n_classes=classes)[1:])


def _sample(finite: np.ndarray) -> np.ndarray:
    """Every k-th of the sorted numbers where there are very many, both ends kept: same input, same breaks."""
    if len(finite) <= _SAMPLE:
        return finite
    ordered = np.sort(finite)
    return np.asarray(ordered[np.linspace(0, len(ordered) - 1, _SAMPLE).round().astype(int)])


def _labels(
    finite: np.ndarray, breaks: np.ndarray, style: LayerStyle, write: Callable[[float], Said], whole: bool
) -> tuple[Said, ...]:
    if len(style.class_labels) == len(breaks):
        return style.class_labels
    if len(breaks) and len(breaks) == len(np.unique(finite)) and style.scheme != "fixed":
        return tuple(write(b) for b in breaks)
    low = finite.min() if len(finite) else np.nan
    lowers = [min(low, breaks[0]) if len(breaks) else low, *breaks[:-1]]
    if style.scheme == "fixed" and len(breaks):
        first = say("up to {value}", value=write(breaks[0]))
        return (first, *(_from_to(write(a), write(b)) for a, b in pairwise(breaks)))
    if whole:
        lows = [lowers[0], *(top + 1 for top in breaks[:-1])]
        return tuple(write(top) if low >= top else _from_to(write(low), write(top)) for low, top in zip(lows, breaks))
    return tuple(write(b) if a == b else _from_to(write(a), write(b)) for a, b in zip(lowers, breaks))


def _from_to(low: Said, high: Said) -> Said:
    return say("{low} to {high}", low=low, high=high)


def _categorised(column: pd.Series, style: LayerStyle) -> Classes:
    missing = column.isna().to_numpy()
    text = column.astype("string").fillna("").str.strip().to_numpy(dtype=object)
    missing = missing | (text == "")
    known: list[str] = [value for value, _, _ in style.symbols] or sorted({str(t) for t in text[~missing]})
    place = {value: number for number, value in enumerate(known)}
    index = np.array([-1 if gone else place.get(str(value), len(known)) for value, gone in zip(text, missing)], np.int16)
    said = {str(cell): cell for cell in (*column[~missing], *known) if has_identity(cell)}  # cells know their message
    labels = [said.get(value) or kept(value) for value in known]
    if (index == len(known)).any():
        labels.append(OTHER)
    return Classes(index, labels=tuple(labels), values=tuple([*known, ""][: len(labels)]))


def _plain(value: float) -> Said:
    return kept(f"{value:,.4g}")
