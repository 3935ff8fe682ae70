"""Columns that the analyses add, named once, with the words that tables and cards show for them."""

from __future__ import annotations

from typing import Final

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.said import say

SCORE: Final = "score"
RANK: Final = "rank"
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
ALL_IN_REACH: Final = "in reach"
PARTLY: Final = "partly in reach"
NONE_IN_REACH: Final = "out of reach"
NOBODY: Final = "no children counted"
NO_DATA: Final = "no data"

FIFTH_LABELS: Final = {
    5: say("Highest need"),
    4: say("High need"),
    3: say("Middle"),
    2: say("Low need"),
    1: say("Lowest need"),
}


def id_columns() -> tuple[Column, ...]:
    return (Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("Name")))


def score_column(low_is: str = "least need", high_is: str = "most need") -> Column:
    return Column(SCORE, say("Need score"), "score", say("0 = {low_is}, 1 = {high_is}, among the areas of this layer.", low_is=low_is, high_is=high_is), digits=2)


def rank_column(what: str, low: str = RANK_LOW, high: str = RANK_HIGH) -> Column:
    return Column(RANK, say("Rank"), "rank", say("1 = {what}. Equal values share a rank.", what=what), low=low, high=high)


def band_columns() -> tuple[Column, ...]:
    text = "of the ranks the place gets when every estimate is drawn again within its margin of error."
    return (
        Column(RANK_LOW, say("Rank, best case"), "rank", say("Lower end of the middle 90 % {text}", text=text)),
        Column(RANK_HIGH, say("Rank, worst case"), "rank", say("Upper end of the middle 90 % {text}", text=text)),
    )


def fifth_column() -> Column:
    return Column(FIFTH, say("Need fifth"), "", say("5 = the fifth of the need areas with the highest need, 1 = the lowest; "
                  "fifths hold equally many areas."))


def children_columns(label: str, moe: bool, name: str = v.CHILDREN) -> tuple[Column, ...]:
    """The count and, where the layer has one, its margin."""
    margin = name + v.MOE_SUFFIX
    count = Column(name, label, "count", moe=margin if moe else "")
    return (count, margin_column(margin, label)) if moe else (count,)


def reason_column(name: str, label: str) -> Column:
    return Column(name + v.REASON_SUFFIX, say("{label}: why there is no number", label=label), hidden=True)


def margin_column(name: str, label: str, unit: str = "count") -> Column:
    return Column(name, say("{label}, margin of error (90 %)", label=label), unit, hidden=True)
