"""What is simulated: a question of a project, how the errors of one place go together, and what the question takes them for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from tests.coverage_of_bands.asking import PARTS, Asked, bands
from tests.coverage_of_bands.surveys import NUMBER, surveyed

NEED_AREAS, SCHOOLS, CARRIED = "need-index", "priority", "school-areas"
SETTINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    NEED_AREAS: {}, SCHOOLS: {"target": "service:Mental Health"}, CARRIED: {"level": "elementary"},
}


@frozen
class Case:
    """One row of the table.

    Parameters
    ----------
    question : str
        One that ranks places.
    given : mapping
        Its settings; ``correlation`` is what it takes the errors of one place for.
    correlation, along, possible
        What they are in truth: see `surveyed`.
    """

    title: str
    question: str
    given: Mapping[str, Any] = field(factory=dict)
    correlation: float = 0.0
    along: str = NUMBER
    possible: bool = True


@frozen
class Truth:
    """A question with the right answer: the numbers as they are, and the ranks that come of them."""

    asked: Asked
    places: np.ndarray = field(eq=False, repr=False)   # of those the question holds, which have a rank
    ranks: np.ndarray = field(eq=False, repr=False)


def truth(one: Asked) -> Truth:
    """The ranks without any error."""
    rank = bands(evolve(one, params=evolve(one.params, draws=0)))[c.RANK].to_numpy()
    ranked = np.flatnonzero(~np.isnan(rank))
    return Truth(one, ranked, rank[ranked])


def simulated(right: Truth, surveys: Iterable[int], *, correlation: float, along: str = NUMBER, possible: bool = True) -> np.ndarray:
    """What the question says of every survey: array (surveys, `PARTS`, places)."""
    found = []
    for survey in surveys:
        areas = surveyed(right.asked.areas, right.asked.indicators, survey, correlation=correlation, along=along, possible=possible)
        found.append(bands(right.asked.of(areas)).to_numpy()[right.places].T)
    return np.stack(found) if found else np.zeros((0, len(PARTS), len(right.places)))
