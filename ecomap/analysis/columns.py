"""Columns that the analyses add, named once, with the words that tables and cards show for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ecomap.analysis.people import nobody_counted
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.said import Said, say

SCORE: Final = "score"
RANK: Final = v.RANK
RANK_LOW: Final = "rank_low"
RANK_HIGH: Final = "rank_high"
FIFTH: Final = "fifth"              # 5 = highest need
SHARE_PRESENT: Final = "share_present"
REASON: Final = "reason"
CONTRIBUTION: Final = v.CONTRIBUTION_PREFIX
NEED: Final = "need"
COVERED: Final = "covered"
OUT_OF_REACH: Final = "out_of_reach"
OUT_OF_REACH_MOE: Final = "out_of_reach_moe"
SHARE_OUT: Final = "share_out"
SHARE_OUT_MOE: Final = "share_out_moe"
REACHED_TWICE: Final = "reached_twice"
SITES_IN_REACH: Final = "sites_in_reach"
NEAREST: Final = "nearest_m"
STATE: Final = "state"
SHARE_KNOWN: Final = "share_known"
AREA: Final = "area_m2"
IN_REACH: Final = "in_reach"
NEWLY_REACHED: Final = "children_newly_reached"
NEWLY_REACHED_MOE: Final = "children_newly_reached_moe"
HAS_ALREADY: Final = "has_already"
TIE: Final = "tie"

# States of an area, in the words a planner reads.
ALL_IN_REACH: Final = say("in reach")
PARTLY: Final = say("partly in reach")
NONE_IN_REACH: Final = say("out of reach")
NOBODY: Final = nobody_counted(v.CHILDREN)
NO_DATA: Final = say("no data")

FIFTH_LABELS: Final[Mapping[int, Said]] = {
    5: say("Highest need"),
    4: say("High need"),
    3: say("Middle"),
    2: say("Low need"),
    1: say("Lowest need"),
}


def messages(values: Iterable[Said | None], index: Any) -> Any:
    """A column of messages, kept as they are: where pandas is left to guess, it makes plain texts of them.

    >>> said = messages([NO_DATA, None], [7, 8])
    >>> said[7].key, said.dtype.name
    ('no data', 'object')
    """
    import pandas as pd  # heavy

    return pd.Series(list(values), index=index, dtype=object)


def id_columns() -> tuple[Column, ...]:
    return (Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("Name")))


def score_column() -> Column:
    return Column(SCORE, say("Need score"), "score", say("0 = least need, 1 = most need, among the areas of this layer."), digits=2)


def rank_column(what: Said, low: str = RANK_LOW, high: str = RANK_HIGH) -> Column:
    """`what` is ranked first: "highest need"."""
    return Column(RANK, say("Rank"), "rank", say("1 = {what}. Equal values share a rank.", what=what), low=low, high=high)


def fifth_column() -> Column:
    return Column(FIFTH, say("Need fifth"), "", say("5 = the fifth of the need areas with the highest need, 1 = the lowest; "
                  "fifths hold equally many areas."))


def children_columns(label: Said, moe: bool, name: str = v.CHILDREN) -> tuple[Column, ...]:
    """The count and, where the layer has one, its margin."""
    margin = name + v.MOE_SUFFIX
    count = Column(name, label, "count", moe=margin if moe else "")
    return (count, margin_column(margin, label)) if moe else (count,)


def reason_column(name: str, label: Said) -> Column:
    return Column(name + v.REASON_SUFFIX, say("{label}: why there is no number", label=label), hidden=True)


def margin_column(name: str, label: Said, unit: str = "count") -> Column:
    return Column(name, say("{label}, margin of error (90 %)", label=label), unit, hidden=True)


def picked(conditions: Sequence[Any], choices: Sequence[Said], otherwise: Said | Any) -> Any:
    """The first choice whose condition holds, row by row, as `numpy.select` does, which makes plain texts of messages.

    ``otherwise`` is one message, or an array of them.

    >>> import numpy as np
    >>> [said.key for said in picked([np.array([True, False])], [NO_DATA], NOBODY)]
    ['no data', 'no children counted']
    """
    import numpy as np  # heavy

    which = np.select(list(conditions), range(len(choices)), len(choices))
    found = np.full(len(which), NO_DATA, dtype=object)
    found[:] = otherwise
    for place, choice in enumerate(choices):
        found[which == place] = choice
    return found
