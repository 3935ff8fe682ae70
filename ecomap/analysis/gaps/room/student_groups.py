"""Student groups that need areas tell apart: who can be chosen, and how many of them live in every area.

A group is a column of counts (English learners, children in foster care, an age, a race or ethnicity) or, where only a rate
of the area is known, that rate times the people counted: an estimate, and called so. Groups overlap; none is the rest of
another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.assets.columns import PUPILS
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.said import say

NONE: Final = "none"
COUNTED, ESTIMATED = "counted", "estimated"
_COUNTS = ("count", PUPILS, "")


@frozen
class StudentGroup:
    """One group, by need area.

    Parameters
    ----------
    counts : ndarray
        People of the group; NaN where that is not known.
    moes : ndarray or None
        90 % margin of the group's own number, apart from that of the people counted; NaN where unknown, None without.
    follows : ndarray
        How much the count moves with one more person counted: the rate where the group is estimated from one, else 0.
    """

    column: str
    label: str
    how: str                # counted | estimated
    counts: np.ndarray = field(eq=False, repr=False)
    moes: np.ndarray | None = field(eq=False, repr=False)
    follows: np.ndarray = field(eq=False, repr=False)

    def margins(self, people_moes: np.ndarray | None) -> np.ndarray | None:
        """90 % margin of the counts; None where it cannot be said."""
        if self.moes is None or (people_moes is None and self.how == ESTIMATED):
            return None
        of_people = 0.0 if people_moes is None else self.follows * np.nan_to_num(people_moes)
        return np.hypot(np.nan_to_num(self.moes), np.nan_to_num(of_people))


def offered_groups(layer: Layer, frame: Any) -> tuple[tuple[str, str, str], ...]:
    """(column, label, how) of every group that a need-area layer can tell apart: counts first, then rates.

    Counts are columns of whole numbers of 0 or more that are neither a measure of need nor everybody; rates are indicators
    that are shares of which more is more need.
    """
    measured = {item.column for item in layer.indicators}
    everybody = {v.ID, v.CHILDREN, v.POPULATION}
    counts = [
        (name, layer.column(name).label, COUNTED) for name in map(str, frame.columns)
        if name not in measured | everybody and not name.endswith((v.MOE_SUFFIX, v.REASON_SUFFIX))
        and not layer.column(name).hidden and layer.column(name).unit in _COUNTS and _whole(frame[name])
    ]
    rates = [(item.column, item.label, ESTIMATED) for item in layer.indicators
             if item.unit == "share" and item.direction > 0 and item.column in frame]
    return (*counts, *rates)


def student_groups(
    layer: Layer, frame: Any, chosen: Sequence[str], people: np.ndarray
) -> tuple[StudentGroup, ...]:
    """The chosen groups with their people in every area, in the order chosen; none for no choice.

    Raises
    ------
    InputError
        If a column is not there, is no number, or holds numbers below zero or (a rate) above one.
    """
    names = [name for name in dict.fromkeys(chosen) if name and name != NONE]
    return tuple(_group(layer, frame, name, people) for name in names)


def _group(layer: Layer, frame: Any, name: str, people: np.ndarray) -> StudentGroup:
    if name not in frame:
        known = ", ".join(column for column, _, _ in offered_groups(layer, frame))
        raise InputError(say("The need areas have no column '{name}', so that group cannot be told apart.", name=name),
                         say("Groups that can: {known}.", known=known) if known else say("Import need areas with counts of student groups."))
    if not pd.api.types.is_numeric_dtype(frame[name]):
        raise InputError(say("'{label}' is no count of people.", label=layer.column(name).label), say("Choose a column of numbers."))
    values = frame[name].to_numpy(dtype=float, na_value=np.nan)
    indicator = layer.indicator(name)
    rate = indicator is not None and indicator.unit == "share"
    label = indicator.label if indicator is not None else layer.column(name).label
    if (values < 0).any() or (rate and (values > 1).any()):
        raise InputError(say("'{label}' holds numbers below zero", label=label) + (" or above 100 %." if rate else "."),
                         say("Correct it and import the layer again."))
    margin = name + v.MOE_SUFFIX
    moes = frame[margin].to_numpy(dtype=float, na_value=np.nan) if margin in frame else None
    moes = None if moes is None or np.isnan(moes).all() else moes
    if not rate:
        return StudentGroup(name, label, COUNTED, values, moes, np.zeros(len(values)))
    return StudentGroup(name, label, ESTIMATED, people * values,
                        None if moes is None else people * moes, np.nan_to_num(values))


def _whole(values: Any) -> bool:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return False
    known = values.dropna().to_numpy(dtype=float)
    return bool(len(known)) and bool((known >= 0).all() and (known == np.round(known)).all())
