"""What is said about likeness: the answer in a sentence, its key figures, and that likeness is not cause."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecomap.model import vocabulary as v
from ecomap.model.result import KeyFigure
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.units import format_number

NOT_A_CAUSE: Final = say("Likeness is not cause: schools alike in these numbers differ in much else, and what works at one may work for "
                         "reasons no number here holds.")


def figures(
    asked: np.ndarray, one: np.ndarray, two: np.ndarray, distance: np.ndarray, approaches: np.ndarray
) -> tuple[KeyFigure, ...]:
    """How many schools could be compared, and how near the nearest are."""
    other = (approaches[one] == "") & (approaches[two] != "")
    return (
        KeyFigure("schools_compared", say("Schools with peers"), float(len(np.unique(one)))),
        KeyFigure("schools_asked", say("Schools asked about"), float(len(asked))),
        KeyFigure("peers_with_approach", say("Schools without an approach that have a peer with one"), float(len(np.unique(one[other])))),
        KeyFigure("nearest_distance", say("How far the nearest peer is, in the middle"),
                  float(np.median(distance[np.r_[True, one[1:] != one[:-1]]])) if len(one) else None, "score",
                  note=say("Standard deviations; half of the schools have a nearer one.")),
    )


def sentence(schools: Any, asked: np.ndarray, one: np.ndarray, two: np.ndarray, approaches: np.ndarray) -> Said:
    """The answer in one sentence: for the one school asked about, or for all."""
    if not len(one):
        return say("No school has enough numbers in common with another to be compared.")
    if len(asked) == 1:
        return _of_one(schools[v.NAME].astype(str).to_numpy(), int(asked[0]), two, int((approaches[two] != "").sum()))
    other = len(np.unique(one[(approaches[one] == "") & (approaches[two] != "")]))
    return say("{compared}; {others}", compared=plural("{n} school was compared", "{n} schools were compared", len(np.unique(one))),
               others=plural("{n} that takes part in no approach has one that does among those most like it.",
                             "{n} that take part in no approach have one that does among those most like them.", other))


def _of_one(names: np.ndarray, asked: int, two: np.ndarray, taking: int) -> Said:
    school = name(names[asked])
    if len(two) == 1:
        return say("Most like {school} is {peer}, which takes part in an approach." if taking else
                   "Most like {school} is {peer}, which takes part in no approach.", school=school, peer=name(names[two[0]]))
    return plural("Most like {school} are {peers}; {n} of these {count} takes part in an approach.",
                  "Most like {school} are {peers}; {n} of these {count} take part in an approach.", taking,
                  school=school, peers=joined(names[two], ", "), count=format_number(len(two)))
