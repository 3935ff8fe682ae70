"""The tables of a comparison: by need fifth, by need area, by every layer of districts, by student group. One shape of row for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.ground.interpolation import cross_walk
from ecomap.analysis.need.drawn_fifths import drawn_fifths
from ecomap.analysis.scenarios.difference import Difference, Sum, layer_parts, of_group, summed
from ecomap.analysis.scenarios.words import (
    FEWER,
    FEWER_UNTOLD,
    MORE,
    MORE_UNTOLD,
    SAME,
    UNSURE,
    unit_of,
    verdict,
    verdict_of,
)
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.analysis.statistics.selection import DrawnFifths
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Column, Layer
from ecomap.model.pupils import PUPILS
from ecomap.model.result import Output
from ecomap.model.said import Said, name, say
from ecomap.model.style import CATEGORISED, LayerStyle

BEFORE, AFTER, GAINING, LOSING, NET = "in_reach_before", "in_reach_after", "gaining", "losing", "net"
NET_MOE: Final = NET + v.MOE_SUFFIX
SHARE_BEFORE, SHARE_AFTER, SHARE_CHANGE = "share_out_before", "share_out_after", "share_out_change"
ACCESS_CHANGE: Final = "access_change"
WAY_CHANGE: Final = "way_change"
SURE: Final = "sure"
ELSEWHERE: Final = "elsewhere"
EVERYBODY: Final = "everybody"
_MOST_PLACES: Final = 500     # districts of a layer that are listed
CHANGE_STYLE: Final = LayerStyle(kind=CATEGORISED, column=SURE, fill="white", line="#FFFFFF", line_width=0.5, fill_opacity=0.9, symbols=(
    (MORE, "#2E9C8A", ""), (FEWER, "#B3005E", ""), (MORE_UNTOLD, "#8CCBC1", ""), (FEWER_UNTOLD, "#DDA0BC", ""), (UNSURE, "#F0A04B", ""), (SAME, "#F4F6F8", ""),
    (c.NO_DATA, "#7F8A95", "")))


@frozen
class Names:
    """How the two sides are called in the headings of columns."""

    a: Said
    b: Said


def _row(key: str, called: Said, found: Sum) -> dict[str, Any]:
    before, after = ((people - served) / people if people > 0 else float("nan") for people, served in zip(found.people, found.in_reach))
    return {
        v.ID: key, v.NAME: called, v.CHILDREN: found.people[0], BEFORE: found.in_reach[0], AFTER: found.in_reach[1], GAINING: found.gaining,
        LOSING: found.losing, NET: found.net, NET_MOE: found.moe, SHARE_BEFORE: before, SHARE_AFTER: after,
        SHARE_CHANGE: after - before, ACCESS_CHANGE: found.access, SURE: verdict(found),
    }


def _frame(rows: Sequence[dict[str, Any]], found: Difference) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=[*_row("", say("Total"), _NOBODY)])
    numbers = [column for column in frame if column not in (v.ID, v.NAME, SURE)]
    frame = frame.astype(dict.fromkeys(numbers, float))
    for column in (v.NAME, SURE):
        frame[column] = c.messages(list(frame[column]), frame.index)
    lacking = [NET_MOE] if frame[NET_MOE].isna().all() else []
    lacking += [ACCESS_CHANGE] if found.first.access is None else []
    return frame.drop(columns=lacking)


_NOBODY: Final = Sum((0.0, 0.0), (0.0, 0.0), 0.0, 0.0, 0.0, None)


def _columns(found: Difference, names: Names, frame: pd.DataFrame, unit: str = "count") -> tuple[Column, ...]:
    who = found.first.who.capitalize()
    digits = unit_of(found.first.settings.count)
    access = found.first.access_column
    described = (
        *c.id_columns(), Column(v.CHILDREN, who, unit, digits=digits), Column(BEFORE, say("Have it: {side}", side=names.a), unit, digits=digits),
        Column(AFTER, say("Have it: {side}", side=names.b), unit, digits=digits), Column(GAINING, say("Gain it"), unit, digits=digits),
        Column(LOSING, say("Lose it"), unit, digits=digits), Column(NET, say("Net change"), unit, moe=NET_MOE if NET_MOE in frame else "", digits=digits),
        c.margin_column(NET_MOE, say("Net change")), Column(SHARE_BEFORE, say("Share without: {side}", side=names.a), "share"),
        Column(SHARE_AFTER, say("Share without: {side}", side=names.b), "share"),
        Column(SHARE_CHANGE, say("Change of the share without"), "share", say("Below 0: fewer are without."), digits=1),
        Column(ACCESS_CHANGE, say("Change: {measure}", measure=access.label.small()) if access else say("Change of access"), access.unit if access else "",
               digits=access.digits if access else 0),
        Column(WAY_CHANGE, say("Change of the way to the nearest"), found.first.unit, say("From a point inside the area; below 0: nearer.")),
        Column(SURE, say("More than error?"), "", say("cannot tell: the net change is within the error of the counts.")),
    )
    return tuple(column for column in described if column.name in frame)


def areas_output(found: Difference, names: Names, layer: Layer) -> Output:
    """Every need area that both sides have; one without a number on either side is no data."""
    first, known = found.first, found.known
    people, before, after = found.of(0), found.in_reach(0), found.in_reach(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        out = [np.where(side > 0, (side - served) / side, np.nan) for side, served in ((people, before), (found.of(1), after))]
    access, moes = found.access_change(), _margins(found)
    columns: dict[str, Any] = {
        v.CHILDREN: people, BEFORE: before, AFTER: after, GAINING: found.gaining, LOSING: found.losing, NET: found.net,
        **({} if moes is None else {NET_MOE: moes}), SHARE_BEFORE: out[0], SHARE_AFTER: out[1], SHARE_CHANGE: out[1] - out[0],
        **({} if access is None else {ACCESS_CHANGE: access}), WAY_CHANGE: found.way_change(),
    }
    frame = pd.DataFrame({v.ID: first.ids[found.a], v.NAME: first.names[found.a],
                          **{column: np.where(known, np.asarray(values, dtype=float), np.nan) for column, values in columns.items()}})
    told = [verdict_of(net, None if moes is None else moe, max(gain, loss)) if sure else c.NO_DATA
            for net, moe, gain, loss, sure in zip(found.net, np.zeros(len(known)) if moes is None else moes, found.gaining, found.losing, known)]
    frame[SURE] = c.messages(told, frame.index)
    frame[c.FIFTH] = first.fifth[found.a]
    described = (*_columns(found, names, frame), c.fifth_column())
    return Output("areas", say("By need area"), frame, described, NO_GEOMETRY, layer.id, CHANGE_STYLE, layer.boundary,
                  told=(GAINING, LOSING, NET), told_by=NET)


def _margins(found: Difference) -> np.ndarray | None:
    """90 % margin of every area's own net change."""
    if found.first.moes is None or found.second.moes is None:
        return None
    one, other = np.nan_to_num(found.first.moes[found.a]), np.nan_to_num(found.second.moes[found.b])
    if found.same_people:
        return np.abs(found.change) * one
    moes: np.ndarray = np.hypot(found.first.served[found.a] * one, found.second.served[found.b] * other)
    return moes


def fifth_sums(found: Difference, areas: Any, layer: Layer) -> dict[int, Sum]:
    """The sum over every need fifth that has areas; which areas these are is part of the margin."""
    drawn = drawn_fifths(areas, layer, getattr(found.first.settings, "correlation", CORRELATION)) if layer.indicators and found.first.moes is not None else None
    rows = _rows_of(areas, found)
    sums = {}
    for fifth in (5, 4, 3, 2, 1):
        inside = found.first.fifth[found.a] == fifth
        if inside.any():
            chosen = None if drawn is None or rows is None else DrawnFifths(drawn.truths[:, rows], drawn.surveys[:, rows]).chosen(fifth)
            sums[fifth] = summed(found, inside.astype(float), chosen)
    return sums


def _rows_of(areas: Any, found: Difference) -> np.ndarray | None:
    """Rows of the need layer, in the order of the comparison; None where it has other areas now."""
    place = {key: row for row, key in enumerate(areas[v.ID].astype(str))}
    rows = [place.get(key, -1) for key in found.first.ids[found.a]]
    return None if -1 in rows else np.array(rows, dtype=int)


def fifths_output(found: Difference, sums: dict[int, Sum], total: Sum, names: Names) -> Output:
    """By need fifth, highest need first, and everybody."""
    rows = [_row(f"fifth-{fifth}", c.FIFTH_LABELS[fifth], one) for fifth, one in sums.items()]
    frame = _frame([*rows, _row(EVERYBODY, say("Everybody"), total)], found)
    return Output("fifths", say("By need fifth"), frame, _columns(found, names, frame), NO_GEOMETRY, told=(GAINING, LOSING, NET))


def districts_output(found: Difference, names: Names, areas: Any, layer: Layer, districts: Any) -> Output | None:
    """By the districts of a layer, and by what lies in none of them; None where the need areas are others now."""
    rows = _rows_of(areas, found)
    if rows is None or not 1 < len(districts) <= _MOST_PLACES:
        return None
    parts = layer_parts(cross_walk(areas, districts), len(districts), rows)
    called = districts[v.NAME] if v.NAME in districts else districts[v.ID]
    listed = [_row(str(key), name(label), summed(found, parts[place])) for place, (key, label) in enumerate(zip(districts[v.ID], called))]
    outside = np.clip(1.0 - parts.sum(axis=0), 0.0, 1.0)
    rest = summed(found, np.where(outside > 1e-6, outside, 0.0))
    if rest.people[0] >= 0.5:
        listed.append(_row(ELSEWHERE, say("In none of them"), rest))
    frame = _frame(listed, found)
    return Output(f"by_{layer.id}", say("By place: {layer}", layer=layer.name), frame, _columns(found, names, frame), NO_GEOMETRY,
                  told=(GAINING, LOSING, NET), told_by=NET)


def groups_output(found: Difference, names: Names, areas: Any, layer: Layer) -> Output | None:
    """By student group, where the need areas tell any apart; None where they do not, or the counts are of other people."""
    from ecomap.analysis.gaps.room.groups import COUNTED, offered_groups, student_groups

    place = {key: row for row, key in enumerate(areas[v.ID].astype(str))}
    offered = offered_groups(layer, areas)
    if not offered or not found.same_people or any(key not in place for key in found.first.ids):
        return None
    rows = np.array([place[key] for key in found.first.ids], dtype=int)
    people = np.full(len(areas), np.nan)
    people[rows] = found.first.people
    listed = []
    for group in student_groups(layer, areas, [column for column, _, _ in offered], people):
        moes = np.full(len(areas), np.nan)
        if found.first.moes is not None:
            moes[rows] = found.first.moes
        margins = group.margins(None if found.first.moes is None else moes)
        listed.append(_row(group.column, group.label, of_group(found, group.counts[rows], None if margins is None else margins[rows])))
    frame = _frame(listed, found)
    unit = PUPILS if any(how == COUNTED for _, _, how in offered) else "count"
    return Output("groups", say("By student group"), frame, _columns(found, names, frame, unit), NO_GEOMETRY,
                  told=(GAINING, LOSING, NET), told_by=NET)
