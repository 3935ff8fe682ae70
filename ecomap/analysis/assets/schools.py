"""Which schools a question is asked about: those of a level, or the one that is named."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.said import joined, name, plural, say


def schools_of(frames: Frames, level: str) -> Any:
    """The schools of a level, in the order of their ids.

    Raises
    ------
    InputError
        If there is none.
    """
    schools = frames["schools"]
    if level != "all":
        if v.LEVELS not in schools:
            raise InputError(say("The schools come without levels."), say("Ask about all schools, or import their levels."))
        schools = schools[schools[v.LEVELS].fillna("").astype(str).map(lambda text: level in text.split("+")).astype(bool)]
    if not len(schools):
        raise InputError(say("There is no school of that level."), say("Choose another level, or import schools."))
    return schools.sort_values(v.ID, kind="stable").reset_index(drop=True)


def schools_called(schools: Any, wanted: str) -> np.ndarray:
    """Positions of the school that has this code or name; of all schools where nothing is wanted.

    Raises
    ------
    ParameterError
        If there is no such school, or several of that name.
    """
    if not wanted.strip():
        return np.arange(len(schools))
    ids, names = schools[v.ID].astype(str), schools[v.NAME].astype(str).str.casefold()
    found = np.flatnonzero((ids == wanted.strip()) | (names == wanted.strip().casefold()))
    if not len(found):
        raise ParameterError(say("There is no school called '{school}'.", school=name(wanted)), say("Give its code or its whole name."))
    if len(found) > 1:
        raise ParameterError(plural("{n} school is called '{school}': {codes}.", "{n} schools are called '{school}': {codes}.",
                                    len(found), school=name(wanted), codes=joined(ids.iloc[found], ", ")), say("Give its code."))
    return found
