"""What a rule for gaps says of every need area, whichever rule it was."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.people import WHO, nobody_counted
from ecomap.analysis.statistics.error import LOW, UNKNOWN, reliability
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column, Layer
from ecomap.model.result import Note
from ecomap.model.said import NOTHING, OR, Said, joined, listed, name, say

GAP, NO_GAP, TOO_FEW, UNSURE = say("gap"), say("no gap"), say("too few to call"), say("too uncertain to call")
RESIDENTS = WHO[v.POPULATION]


@frozen
class Verdict:
    """Every need area by one rule. Arrays follow the rows of ``areas``.

    Parameters
    ----------
    people, moes : ndarray
        Whom the rule counts; NaN where the count is missing; no margins: None.
    enough : ndarray of bool
        Whether there are enough of them for the rule to look at the area.
    unknown : ndarray of bool
        Where something else the rule needs is missing: not called, never taken for no gap.
    broken : tuple of (reason, ndarray of bool)
        The conditions of which any one makes a gap, in words.
    shown : tuple of (values, Column)
        The numbers the rule looked at.
    what : Said
        What is missing where there is a gap, singular: "food service".
    rule, universe, citation : Said
        The rule with its thresholds, whom it speaks of, whose it is.
    """

    areas: Any = field(eq=False, repr=False)
    layer: Layer
    who: Said
    people: np.ndarray = field(eq=False, repr=False)
    moes: np.ndarray | None = field(eq=False, repr=False)
    enough: np.ndarray = field(eq=False, repr=False)
    unknown: np.ndarray = field(eq=False, repr=False)
    broken: tuple[tuple[Said, np.ndarray], ...] = field(eq=False, repr=False)
    shown: tuple[tuple[np.ndarray, Column], ...] = field(eq=False, repr=False)
    what: Said
    rule: Said
    universe: Said
    citation: Said
    notes: tuple[Note, ...] = ()
    largest_variation: float = 0.40

    @property
    def reliability(self) -> np.ndarray:
        if self.moes is None:
            return np.full(len(self.people), UNKNOWN, dtype=object)
        largest = self.largest_variation
        return np.asarray(reliability(self.people, self.moes, (min(0.12, largest), largest)), dtype=object)

    @property
    def state(self) -> np.ndarray:
        """Gap, no gap, or why the rule does not say."""
        some = np.any([holds for _, holds in self.broken], axis=0)
        unsure = self.reliability == LOW
        return np.asarray(c.picked(
            [np.isnan(self.people), self.people == 0, self.unknown, ~self.enough, some & unsure, some],
            [c.NO_DATA, self.nobody, c.NO_DATA, TOO_FEW, UNSURE, GAP], NO_GAP))

    @property
    def nobody(self) -> Said:
        """The state of an area where none of those counted live."""
        return next((nobody_counted(column) for column, who in WHO.items() if who == self.who), c.NOBODY)

    @property
    def reasons(self) -> list[Said]:
        state = self.state
        return [joined([text for text, holds in self.broken if holds[n]], "; ") if state[n] in (GAP, UNSURE) else NOTHING
                for n in range(len(state))]


def people_of(areas: Any, layer: Layer, column: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Whom a rule counts, with the margins if there are any.

    Raises
    ------
    InputError
        If the need areas do not count them, or counts are below zero.
    """
    if column not in areas:
        raise InputError(say("This rule counts people in the column '{column}', which '{layer}' does not have.", column=name(column),
                             layer=name(layer.name)),
                         say("Import need areas with it, or choose another rule."))
    people = areas[column].to_numpy(dtype=float, na_value=np.nan)
    if (people < 0).any():
        raise InputError(say("Column '{column}' holds numbers below zero.", column=name(column)), say("Import the layer again and check it."))
    margin = column + v.MOE_SUFFIX
    moes = areas[margin].to_numpy(dtype=float, na_value=np.nan) if margin in areas else None
    return people, None if moes is None or np.isnan(moes).all() else moes


def share_of(areas: Any, columns: tuple[str, ...], rule: Said, what: Said) -> np.ndarray:
    """The first of these columns that the need areas have, as shares of 0 to 1.

    Raises
    ------
    InputError
        If none is there; names the columns.
    """
    found = next((column for column in columns if column in areas), None)
    if found is None:
        raise InputError(say("{rule} needs {what}, which the need areas do not have: no column {columns}.", rule=rule, what=what,
                             columns=listed(columns, OR)),
                         say("Import need areas with it, or choose another rule."))
    values = areas[found].to_numpy(dtype=float, na_value=np.nan)
    if ((values < 0) | (values > 1)).any():
        raise InputError(say("Column '{column}' is no share of 0 to 100 %.", column=name(found)), say("Import the layer again and check it."))
    return values


def below_quantile(values: np.ndarray, people: np.ndarray, share: float) -> np.ndarray:
    """Areas whose value is under the quantile over areas with people; none for a share of 0."""
    lived = np.nan_to_num(people) > 0
    if not share > 0 or not lived.any():
        return np.zeros(len(values), dtype=bool)
    return np.asarray(values < np.quantile(values[lived], share))


def per(people: np.ndarray, places: np.ndarray) -> np.ndarray:
    """People per place; infinite without a place, 0 without people, missing without a count."""
    divided = np.divide(people, places, out=np.full(len(people), np.inf), where=places > 0)
    return np.where(np.isnan(people), np.nan, np.where(people == 0, 0.0, divided))
