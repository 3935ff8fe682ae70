"""Room by student group: who of each group gets a place, finds it full, has none in reach, beside everyone else.

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

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.room import assignment as k
from ecomap.analysis.gaps.room.assignment import STATES
from ecomap.analysis.gaps.room.tables import SHARE_NONE, SHARE_SERVED
from ecomap.analysis.notes import count_note
from ecomap.analysis.statistics.error import Z_90, moe_of_share, moe_of_weighted_sum
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import NO_GEOMETRY, Column, Layer
from ecomap.model.pupils import PUPILS, THRESHOLD
from ecomap.model.result import Note, Output
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number

NONE: Final = "none"
COUNTED, ESTIMATED = "counted", "estimated"
_COUNTS = ("count", PUPILS, "")
EVERYBODY: Final = "everybody"
HOW: Final = "how"
MORE: Final = "more_than_others"
COMPARED: Final = "compared"
SHARE_NONE_MOE: Final = SHARE_NONE + v.MOE_SUFFIX
_HOW_WORDS = {COUNTED: say("Counted"), ESTIMATED: say("Estimated from a rate")}


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
    label: Said
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


def offered_groups(layer: Layer, frame: Any) -> tuple[tuple[str, Said, str], ...]:
    """(column, label, how) of every group that a need-area layer can tell apart: counts first, then rates.

    Counts are columns of whole numbers of 0 or more that are neither a measure of need nor everybody; rates are indicators
    that are shares of which more is more need.
    """
    measured = {item.column for item in layer.indicators}
    everybody = {v.ID, v.CHILDREN, v.POPULATION}
    counts = [
        (column, layer.column(column).label, COUNTED) for column in map(str, frame.columns)
        if column not in measured | everybody and not column.endswith((v.MOE_SUFFIX, v.REASON_SUFFIX))
        and not layer.column(column).hidden and layer.column(column).unit in _COUNTS and _whole(frame[column])
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
    columns = [column for column in dict.fromkeys(chosen) if column and column != NONE]
    return tuple(_group(layer, frame, column, people) for column in columns)


@frozen
class GroupRoom:
    """The three states of one group; ``more`` is its share without a place less that of everyone else counted."""

    group: StudentGroup | None
    label: Said
    states: dict[str, float] = field(eq=False, repr=False)
    moe: float | None
    more: float | None
    error: float | None
    not_compared: Said
    unplaced: float        # people of the group in areas where nobody is counted
    unknown: int           # areas that count people but not this group

    @property
    def share_none(self) -> float:
        demand = self.states[k.DEMAND]
        return (self.states[k.FULL] + self.states[k.OUT]) / demand if demand > 0 else np.nan

    @property
    def words(self) -> Said:
        """The difference to everyone else in plain words, with what it means where the interval holds 0."""
        if self.more is None:
            return self.not_compared
        more = round(self.more * 100, 1)
        if not more:
            return say("As many as of everyone else are left without a place.")
        gap = say("{points} points more than everyone else are left without a place" if more > 0 else
                  "{points} points less than everyone else are left without a place", points=format_number(abs(more), digits=1))
        if self.error is None:
            return say("{gap}; how sure this is cannot be said, because no margins of error were given.", gap=gap)
        low, high = (100 * (self.more + sign * Z_90 * self.error) for sign in (-1, 1))
        return say("{gap} (90 % interval {low} to {high})." if low > 0 or high < 0 else
                   "{gap} (90 % interval {low} to {high}: it holds 0, so the counts' sampling error alone could make the difference).", gap=gap,
                   low=format_number(low, digits=1), high=format_number(high, digits=1))


def room_by_group(room: k.Room, groups: tuple[StudentGroup, ...]) -> tuple[GroupRoom, ...]:
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
    everybody = GroupRoom(
        None, say("All {who}", who=now.who), {state: room.total(state) for state in STATES}, moe, None, None, NOTHING, 0.0, 0)
    return (everybody, *(_of_group(room, group, part, left) for group in groups))


def _of_group(room: k.Room, group: StudentGroup, part: dict[str, np.ndarray], left: np.ndarray) -> GroupRoom:
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
) -> tuple[float | None, float | None, Said]:
    """Share left without of the group less that of everyone else, its standard error, or why they are not compared.

    First-order propagation: with others = people - group, one more of the group moves the difference by a + b and one
    more person by -b, where a and b are (share of the area - mean) / count of the group and of the others.
    """
    count = group.counts[use]
    others = people - count
    if (others < -1e-9 * np.maximum(people, 1.0)).any():
        areas = int((others < -1e-9 * np.maximum(people, 1.0)).sum())
        return None, None, plural(
            "Not compared: {n} area has more of them than people counted, so they are no part of those.",
            "Not compared: {n} areas have more of them than people counted, so they are no part of those.", areas)
    others = np.maximum(others, 0.0)
    if not (count.sum() > 0 and others.sum() > 0):
        return None, None, say("Not compared: there is nobody of them, or nobody else.")
    own, rest = float((left * count).sum() / count.sum()), float((left * others).sum() / others.sum())
    more = own - rest
    if group.moes is None or people_moes is None:
        return more, None, NOTHING
    a, b = (left - own) / count.sum(), (left - rest) / others.sum()
    of_group = moe_of_weighted_sum(a + b, np.nan_to_num(group.moes[use]), count)
    of_people = moe_of_weighted_sum(group.follows[use] * (a + b) - b, np.nan_to_num(people_moes), people)
    return more, float(np.hypot(of_group, of_people)) / Z_90, NOTHING


def groups_output(room: k.Room, found: tuple[GroupRoom, ...]) -> Output:
    """Everybody and every group: their states, the share left without, and how that stands beside everyone else."""
    frame = pd.DataFrame({
        v.ID: [EVERYBODY if one.group is None else one.group.column for one in found],
        v.NAME: c.messages([one.label for one in found], range(len(found))),
        HOW: c.messages([_HOW_WORDS[COUNTED if one.group is None else one.group.how] for one in found], range(len(found))),
        **{state: pd.Series([one.states[state] for one in found], dtype=float) for state in STATES},
        SHARE_SERVED: pd.Series([_share(one.states[k.SERVED], one.states[k.DEMAND]) for one in found], dtype=float),
        SHARE_NONE: pd.Series([one.share_none for one in found], dtype=float),
        SHARE_NONE_MOE: pd.Series([np.nan if one.moe is None else one.moe for one in found], dtype=float),
        MORE: pd.Series([np.nan if one.more is None else one.more for one in found], dtype=float),
        COMPARED: c.messages([one.words for one in found], range(len(found))),
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
        c.margin_column(SHARE_NONE_MOE, say("Share who get none"), "share"),
        Column(COMPARED, say("Beside everyone else")),
        Column(MORE, say("More than of everyone else"), "share", say("Share of the group who get none, less that of everyone else."), digits=1,
               hidden=True),
    )
    return Output("groups", say("Places by student group: {target}", target=room.now.supply.target.phrase), frame,
                  tuple(column for column in described if column.name in frame), NO_GEOMETRY)


def group_bars(found: tuple[GroupRoom, ...]) -> tuple[tuple[Said, float, float | None], ...]:
    """Share left without a place of everybody and of every group; those of small groups are dropped on release."""
    return tuple((one.label, one.share_none, one.moe) for one in found if not np.isnan(one.share_none))


def group_notes(room: k.Room, found: tuple[GroupRoom, ...]) -> tuple[Note, ...]:
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
        notes.append(count_note(plural(
            "{n} group is known by a rate only: the rate of the area, of whomever its source counts, is taken to hold for its {who}. "
            "Rates of households or adults are a rough stand-in.",
            "{n} groups are known by a rate only: the rate of the area, of whomever its source counts, is taken to hold for its {who}. "
            "Rates of households or adults are a rough stand-in.", rough, who=who)))
    for one in found:
        if one.unknown:
            notes.append(count_note(plural(
                "{n} need area does not say how many belong to the group: {group}. They are in no number of it.",
                "{n} need areas do not say how many belong to the group: {group}. They are in no number of it.", one.unknown,
                group=one.label)))
        if one.unplaced >= 0.5:
            # Notes leave the window as they are, so a small number of people is not said.
            many = format_number(one.unplaced) if one.unplaced >= THRESHOLD else say("some")
            notes.append(Note("count", say(
                "{group}: {many} live in areas where no {who} are counted and are in no number here.", group=one.label, many=many, who=who)))
    notes.append(Note("method", say("Margins of groups carry the survey's sampling error; the assignment itself adds none. "
                      "Everyone else is everybody counted less the group.")))
    return tuple(notes)


def _group(layer: Layer, frame: Any, column: str, people: np.ndarray) -> StudentGroup:
    if column not in frame:
        known = [other for other, _, _ in offered_groups(layer, frame)]
        raise InputError(say("The need areas have no column '{column}', so that group cannot be told apart.", column=name(column)),
                         say("Groups that can: {known}.", known=joined(known, ", ")) if known else
                         say("Import need areas with counts of student groups."))
    if not pd.api.types.is_numeric_dtype(frame[column]):
        raise InputError(say("'{label}' is no count of people.", label=layer.column(column).label), say("Choose a column of numbers."))
    values = frame[column].to_numpy(dtype=float, na_value=np.nan)
    indicator = layer.indicator(column)
    rate = indicator is not None and indicator.unit == "share"
    label = indicator.label if indicator is not None else layer.column(column).label
    if (values < 0).any() or (rate and (values > 1).any()):
        raise InputError(say("'{label}' holds numbers below zero or above 100 %." if rate else "'{label}' holds numbers below zero.",
                             label=label),
                         say("Correct it and import the layer again."))
    margin = column + v.MOE_SUFFIX
    moes = frame[margin].to_numpy(dtype=float, na_value=np.nan) if margin in frame else None
    moes = None if moes is None or np.isnan(moes).all() else moes
    if not rate:
        return StudentGroup(column, label, COUNTED, values, moes, np.zeros(len(values)))
    return StudentGroup(column, label, ESTIMATED, people * values,
                        None if moes is None else people * moes, np.nan_to_num(values))


def _whole(values: Any) -> bool:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return False
    known = values.dropna().to_numpy(dtype=float)
    return bool(len(known)) and bool((known >= 0).all() and (known == np.round(known)).all())


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan


def _divided(part: Any, whole: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=np.nan_to_num(whole) > 0))
