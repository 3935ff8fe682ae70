"""Room by student group: who of each group gets a place, finds it full, has none in reach, beside everyone else."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.assets.columns import PUPILS
from ecomap.analysis.gaps.room import capacity as k
from ecomap.analysis.gaps.room.student_groups import COUNTED, ESTIMATED, StudentGroup
from ecomap.analysis.gaps.room.tables import SHARE_NONE, SHARE_SERVED, STATES, Room
from ecomap.analysis.notes import counted
from ecomap.analysis.statistics.error import Z_90, moe_of_share, moe_of_weighted_sum
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Column
from ecomap.model.pupils import THRESHOLD
from ecomap.model.result import Note, Output
from ecomap.model.said import say
from ecomap.model.units import format_number

EVERYBODY: Final = "everybody"
HOW: Final = "how"
MORE: Final = "more_than_others"
COMPARED: Final = "compared"
SHARE_NONE_MOE: Final = SHARE_NONE + v.MOE_SUFFIX
_Z_95 = 1.959963984540054
_HOW_WORDS = {COUNTED: "Counted", ESTIMATED: "Estimated from a rate"}


@frozen
class GroupRoom:
    """The three states of one group; ``more`` is its share without a place less that of everyone else counted."""

    group: StudentGroup | None
    label: str
    states: dict[str, float] = field(eq=False, repr=False)
    moe: float | None
    more: float | None
    error: float | None
    not_compared: str
    unplaced: float        # people of the group in areas where nobody is counted
    unknown: int           # areas that count people but not this group

    @property
    def share_none(self) -> float:
        demand = self.states[k.DEMAND]
        return (self.states[k.FULL] + self.states[k.OUT]) / demand if demand > 0 else np.nan

    @property
    def words(self) -> str:
        """The difference to everyone else in plain words, "not significant" where it could be chance."""
        if self.more is None:
            return self.not_compared
        more = round(self.more * 100, 1)
        if not more:
            return "As many as of everyone else are left without a place."
        text = f"{abs(more):.1f} points {'more' if more > 0 else 'less'} than everyone else are left without a place"
        if self.error is None:
            return text + "; how sure this is cannot be said, because no margins of error were given."
        low, high = (100 * (self.more + sign * _Z_95 * self.error) for sign in (-1, 1))
        sure = low > 0 or high < 0
        return f"{text} (95 % interval {low:.1f} to {high:.1f})" + ("." if sure else "; not significant: it could be chance.")


def room_by_group(room: Room, groups: tuple[StudentGroup, ...]) -> tuple[GroupRoom, ...]:
    """Everybody, then every group.

    Within a need area all people are taken to have the same chance of a place: a group gets the states of its areas in
    proportion, so that served + reachable but full + out of reach = those of the group who want a place.
    """
    if not groups:
        return ()
    now = room.now
    demand = room.areas[k.DEMAND].to_numpy(dtype=float)
    part = {state: _divided(room.areas[state].to_numpy(dtype=float), demand) for state in STATES}
    left = part[k.FULL] + part[k.OUT]
    use = ~np.isnan(left)
    moe = None if now.moes is None else moe_of_share(left[use], now.people[use], np.nan_to_num(now.moes[use]))
    everybody = GroupRoom(None, f"All {now.who}", {state: room.total(state) for state in STATES}, moe, None, None, "", 0.0, 0)
    return (everybody, *(_of_group(room, group, part, left) for group in groups))


def _of_group(room: Room, group: StudentGroup, part: dict[str, np.ndarray], left: np.ndarray) -> GroupRoom:
    now, want = room.now, room.now.params.share_who_want_it
    known = ~np.isnan(group.counts)
    use = known & ~np.isnan(left)
    count = group.counts[use]
    states = {state: float((count * part[state][use]).sum()) * want for state in STATES}
    margins = group.margins(now.moes)
    moe = None
    if margins is not None and count.sum() > 0:
        moe = moe_of_share(left[use], count, margins[use])
    more, error, why = _beside_others(now.people[use], now.moes if now.moes is None else now.moes[use], group, use, left[use])
    return GroupRoom(
        group, group.label, states, moe, more, error, why, float(group.counts[known & ~use].sum()),
        int((~known & ~np.isnan(left)).sum()),
    )


def _beside_others(
    people: np.ndarray, people_moes: np.ndarray | None, group: StudentGroup, use: np.ndarray, left: np.ndarray
) -> tuple[float | None, float | None, str]:
    """Share left without of the group less that of everyone else, its standard error, or why they are not compared.

    First-order propagation: with others = people - group, one more of the group moves the difference by a + b and one
    more person by -b, where a and b are (share of the area - mean) / count of the group and of the others.
    """
    count = group.counts[use]
    others = people - count
    if (others < -1e-9 * np.maximum(people, 1.0)).any():
        areas = int((others < -1e-9 * np.maximum(people, 1.0)).sum())
        return None, None, (f"Not compared: {areas:,} areas have more of them than people counted, so they are no part of those." if
                            areas != 1 else "Not compared: 1 area has more of them than people counted, so they are no part of those.")
    others = np.maximum(others, 0.0)
    if not (count.sum() > 0 and others.sum() > 0):
        return None, None, "Not compared: there is nobody of them, or nobody else."
    own, rest = float((left * count).sum() / count.sum()), float((left * others).sum() / others.sum())
    more = own - rest
    if group.moes is None or people_moes is None:
        return more, None, ""
    a, b = (left - own) / count.sum(), (left - rest) / others.sum()
    of_group = moe_of_weighted_sum(a + b, np.nan_to_num(group.moes[use]), count)
    of_people = moe_of_weighted_sum(group.follows[use] * (a + b) - b, np.nan_to_num(people_moes), people)
    return more, float(np.hypot(of_group, of_people)) / Z_90, ""


def groups_output(room: Room, found: tuple[GroupRoom, ...]) -> Output:
    """Everybody and every group: their states, the share left without, and how that stands beside everyone else."""
    frame = pd.DataFrame({
        v.ID: [EVERYBODY if one.group is None else one.group.column for one in found], v.NAME: [one.label for one in found],
        HOW: [_HOW_WORDS[COUNTED if one.group is None else one.group.how] for one in found],
        **{state: pd.Series([one.states[state] for one in found], dtype=float) for state in STATES},
        SHARE_SERVED: pd.Series([_share(one.states[k.SERVED], one.states[k.DEMAND]) for one in found], dtype=float),
        SHARE_NONE: pd.Series([one.share_none for one in found], dtype=float),
        SHARE_NONE_MOE: pd.Series([np.nan if one.moe is None else one.moe for one in found], dtype=float),
        MORE: pd.Series([np.nan if one.more is None else one.more for one in found], dtype=float),
        COMPARED: [one.words for one in found],
    })
    banded = frame[SHARE_NONE_MOE].notna().any()
    if not banded:
        frame = frame.drop(columns=SHARE_NONE_MOE)
    # Counts of student groups leave the window without their small numbers; estimates from rates identify nobody.
    unit = PUPILS if any(one.group is not None and one.group.how == COUNTED for one in found) else "count"
    described = (
        *c.id_columns(), Column(HOW, say("How they are known")), Column(k.DEMAND, say("Want a place"), unit),
        Column(k.SERVED, say("Get a place"), unit), Column(k.FULL, say("Reachable but full"), unit),
        Column(k.OUT, say("Out of reach"), unit), Column(SHARE_SERVED, say("Share who get a place"), "share"),
        Column(SHARE_NONE, say("Share who get none"), "share", digits=1, moe=SHARE_NONE_MOE if banded else ""),
        c.margin_column(SHARE_NONE_MOE, "Share who get none", "share"),
        Column(COMPARED, say("Beside everyone else")),
        Column(MORE, say("More than of everyone else"), "share", say("Share of the group who get none, less that of everyone else."), digits=1,
               hidden=True),
    )
    return Output("groups", say("Places by student group: {phrase}", phrase=room.now.supply.target.phrase), frame,
                  tuple(column for column in described if column.name in frame), NO_GEOMETRY)


def group_bars(found: tuple[GroupRoom, ...]) -> tuple[tuple[str, float, float | None], ...]:
    """Share left without a place of everybody and of every group; those of small groups are dropped on release."""
    return tuple((one.label, one.share_none, one.moe) for one in found if not np.isnan(one.share_none))


def group_notes(room: Room, found: tuple[GroupRoom, ...]) -> tuple[Note, ...]:
    """What must be known to read the groups."""
    if not found:
        return ()
    who = room.now.who
    notes = [
        Note("caution", say("Groups overlap: one person can be in several, so groups do not add up to all {who}.", who=who)),
        Note("caution", say("Within a need area everybody is taken to have the same chance of a place: groups differ here only by "
             "where they live, not by language, documents, cost or welcome.")),
    ]
    rough = sum(one.group is not None and one.group.how == ESTIMATED for one in found)
    if rough:
        notes.append(counted(rough, "group is", "groups are", f" known by a rate only: the rate of the area, of whomever its source "
                             f"counts, is taken to hold for its {who}. Rates of households or adults are a rough stand-in."))
    for one in found:
        if one.unknown:
            notes.append(counted(one.unknown, "need area does", "need areas do", f" not say how many belong to the group: {one.label}. "
                                 "They are in no number of it."))
        if one.unplaced >= 0.5:
            many = format_number(one.unplaced) if one.unplaced >= THRESHOLD else "some"  # notes leave the window as they are
            notes.append(Note("count", say("{label}: {many} live in areas where no {who} are counted and are in no number here.", label=one.label, many=many, who=who)))
    notes.append(Note("method", say("Margins of groups carry the survey's sampling error; the assignment itself is taken as certain. "
                      "Everyone else is everybody counted less the group.")))
    return tuple(notes)


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan


def _divided(part: Any, whole: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=np.nan_to_num(whole) > 0))
