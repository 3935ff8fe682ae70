"""Who is counted: children, or those who stand in where nobody counted children, and what they are called in every sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.pupils import THRESHOLD
from ecomap.model.result import Note
from ecomap.model.said import Said, name, plural, say

EACH_AREA: Final = v.EACH_AREA
# Column of the need areas -> whom it counts. The order is that in which they stand in for children.
WHO: Final[Mapping[str, Said]] = {
    v.CHILDREN: say("children"), v.ENROLLMENT: say("pupils"), v.POPULATION: say("residents"), v.HOUSEHOLDS: say("households"),
    v.EACH_AREA: say("areas"),
}
_HOW: Final[Mapping[str, Said]] = {
    v.ENROLLMENT: plural("The areas have no count of children: pupils stand in, in every number. An area with fewer than {n} pupil is "
                         "left out, so that no small group shows.",
                         "The areas have no count of children: pupils stand in, in every number. An area with fewer than {n} pupils is "
                         "left out, so that no small group shows.", THRESHOLD),
    v.POPULATION: say("The areas have no count of children: residents of all ages stand in, in every number."),
    v.HOUSEHOLDS: say("The areas have no count of children: households stand in, in every number; one may have several children or none."),
    v.EACH_AREA: say("The areas have no count of people: each area counts as one, however many live there."),
}
_NOBODY: Final[Mapping[str, Said]] = {
    v.CHILDREN: say("no children counted"), v.ENROLLMENT: say("no pupils counted"), v.POPULATION: say("no residents counted"),
    v.HOUSEHOLDS: say("no households counted"),
}

NOBODY_WORDS: Final = tuple(_NOBODY.values())


def who_is_counted(column: str) -> Said:
    """Whom a column of the need areas counts, within a sentence.

    >>> who_is_counted("children"), who_is_counted("households")
    ('children', 'households')
    """
    return WHO.get(column) or WHO[v.POPULATION]


def column_label(column: str) -> Said:
    """The same as a heading.

    >>> column_label("population")
    'Residents'
    """
    return who_is_counted(column).capitalize()


def nobody_counted(column: str) -> Said:
    """The state of an area where nobody of these was counted."""
    return _NOBODY.get(column) or _NOBODY[v.POPULATION]


def counted_in(areas: Any) -> str:
    """The column that says how many live in every area: children, else who stands in; "" where nobody is counted.

    >>> import pandas as pd
    >>> counted_in(pd.DataFrame({"children": [float("nan")], "population": [120.0]})), counted_in(pd.DataFrame({"id": ["a"]}))
    ('population', '')
    """
    return next((column for column in WHO if column in areas and areas[column].notna().any()), "")


def carried_count(areas: Any) -> str:
    """The column of people that an answer carries along: one with numbers, else one that says why there are none, else ""."""
    return counted_in(areas) or next((column for column in WHO if column in areas), "")


def fitting_count(asked: str, areas: Any) -> str:
    """Who is counted if these were asked for: children that nobody counted have others stand in, anybody else has not.

    >>> import pandas as pd
    >>> fitting_count("children", pd.DataFrame({"households": [4.0]})), fitting_count("children", pd.DataFrame({"id": ["a"]}))
    ('households', 'each_area')
    """
    return (counted_in(areas) or EACH_AREA) if asked == v.CHILDREN else asked


def stand_in_note(column: str) -> tuple[Note, ...]:
    """That others stand in for children, where they do."""
    return (Note("caution", _HOW[column]),) if column in _HOW else ()


def people_in(areas: Any, layer: Layer, count: str) -> np.ndarray:
    """How many live in every area; NaN where nobody counted them or a group of pupils is small; 1 for each where areas count alike.

    Raises
    ------
    InputError
        If no area has a count, or one is below zero.
    """
    if count == EACH_AREA:
        return np.ones(len(areas))
    if count not in areas:
        raise InputError(say("'{layer}' has no column '{column}'.", layer=name(layer.name), column=name(count)),
                         say("Import need areas with a count of people."))
    people = np.asarray(areas[count].to_numpy(dtype=float, na_value=np.nan))
    if (people < 0).any():
        raise InputError(say("Column '{column}' holds numbers below zero.", column=name(count)), say("Import the layer again and check it."))
    if np.isnan(people).all():
        raise InputError(say("No area of '{layer}' has a number in '{column}', so nobody can be said to be in or out of reach.",
                             layer=name(layer.name), column=name(count)),
                         say("Import need areas with a count of people, or count others."))
    return np.where(people < THRESHOLD, np.nan, people) if count == v.ENROLLMENT else people


def weight_of(areas: Any) -> np.ndarray:
    """What an area weighs in a mean over people: those counted, or every area alike where nobody is; NaN where the count is missing."""
    column = counted_in(areas)
    return np.asarray(areas[column].to_numpy(dtype=float, na_value=np.nan)) if column else np.ones(len(areas))
