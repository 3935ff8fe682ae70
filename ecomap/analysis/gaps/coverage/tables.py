"""The tables of a coverage answer: need areas, gaps, attendance areas, sites, need fifths."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import evolve

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.coverage.pieces import gap_pieces, shares_in
from ecomap.analysis.gaps.situation import Situation, interior_points
from ecomap.analysis.ground.cross_walk import NEGLIGIBLE, CrossWalk
from ecomap.analysis.ground.interpolation import allocation_half_range, cross_walk
from ecomap.analysis.ground.overlay import metres_per_unit, pair_areas
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import EACH_AREA
from ecomap.analysis.travel.supply import COUNTS_AS
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Column, Layer
from ecomap.model.progress import Progress
from ecomap.model.result import Note, Output
from ecomap.model.said import Said, name, plural, say
from ecomap.model.style import GRADUATED, SINGLE, LayerStyle
from ecomap.model.units import format_given, format_number

SHARE_STYLE = LayerStyle(
    kind=GRADUATED, column=c.SHARE_OUT, palette="magentas", scheme="fixed", breaks=(0.2, 0.4, 0.6, 0.8, 1.0),
    class_labels=tuple(say("{low}-{high} %", low=low, high=low + 20) for low in range(0, 100, 20)),
    line="#FFFFFF", line_width=0.5, fill_opacity=0.9,
)
_FULL = 0.99  # from here on an area is called all in, or all out of, reach


def areas_output(now: Situation) -> Output:
    """Every need area: how many are covered and out of reach, how often, how far."""
    who, count = now.who.capitalize(), now.params.count
    covered = now.people * now.reach.share
    out = now.people - covered
    nobody = now.people == 0
    columns: dict[str, Any] = {
        v.ID: now.areas[v.ID], v.NAME: _names(now.areas), count: now.people, c.COVERED: covered, c.OUT_OF_REACH: out,
        c.SHARE_OUT: np.where(nobody | ~now.known, np.nan, now.reach.out),
        c.REACHED_TWICE: now.people * now.reach.twice, c.SITES_IN_REACH: now.reach.sites,
        c.NEAREST: now.travel.nearest(interior_points(now.areas), now.supply),
        c.STATE: c.messages(_states(now, nobody), now.areas.index), c.SCORE: now.need[c.SCORE], c.FIFTH: now.fifth,
    }
    if now.moes is not None:
        columns[count + v.MOE_SUFFIX] = now.moes
        columns[c.OUT_OF_REACH_MOE] = now.moes * now.reach.out
    reason = count + v.REASON_SUFFIX
    if reason in now.areas:
        columns[reason] = now.areas[reason]
    frame = gpd.GeoDataFrame(columns, geometry=now.ground, crs=now.areas.crs)
    described = (
        *c.id_columns(), Column(c.STATE, say("State")), *_counts(who, count, now.moes is not None), c.score_column(),
        c.fifth_column(),
        Column(c.SITES_IN_REACH, say("Sites in reach"), "", say("How many, on average over the ground of the area."), digits=1),
        Column(c.REACHED_TWICE, say("{who} with two or more in reach", who=who), "count"),
        Column(c.NEAREST, say("Nearest site"), now.travel.unit, say("From a point inside the area, {way}.", way=now.travel.words)),
        *((c.reason_column(count, who),) if reason in frame else ()),
    )
    return Output("areas", say("{who} out of reach by need area", who=who), frame, described, POLYGON, now.layer.id, SHARE_STYLE,
                  now.layer.boundary)


def gaps_output(now: Situation, progress: Progress) -> tuple[Output, list[Note]]:
    """The ground where people have nothing in reach, merged and split into separate pieces."""
    who = now.who.capitalize()
    progress.at(0.0, say("Drawing the gaps"))
    lived = now.known & (now.people > 0) & now.reach.has_gap
    pieces = gap_pieces(now.ground[lived], now.shapes)
    progress.at(0.3, say("Counting who lives in the gaps"))
    rows = np.flatnonzero(lived)
    source, target, share = shares_in(pieces, now.ground[rows], now.reach.out[rows], lambda some: now.reach.gap[rows[some]], progress.part(0.3, 0.8))
    at = rows[source]
    children = np.bincount(target, now.people[at] * share, len(pieces))
    need = _mean_by(target, now.need[c.SCORE].to_numpy()[at], now.people[at] * share, len(pieces))
    frame = gpd.GeoDataFrame(
        {v.CHILDREN: children, c.NEED: need,
         c.AREA: shapely.area(pieces) * metres_per_unit(now.areas.crs) ** 2,
         "_near": _biggest_part(target, at, now.people[at] * share, len(pieces))},
        geometry=pieces, crs=now.areas.crs,
    )
    if now.moes is not None:
        squares = np.bincount(target, (np.nan_to_num(now.moes[at]) * share) ** 2, len(pieces))
        frame[v.CHILDREN + v.MOE_SUFFIX] = np.sqrt(squares)
    kept = frame[frame[v.CHILDREN] >= max(_least(now), 1e-6)]
    kept = kept.sort_values([v.CHILDREN, "_near"], ascending=[False, True], kind="stable").reset_index(drop=True)
    names = _names(now.areas).to_numpy()
    kept.insert(0, v.ID, [f"gap-{n:03d}" for n in range(1, len(kept) + 1)])
    kept.insert(1, v.NAME, c.messages([say("Gap around {place}", place=name(names[row])) for row in kept["_near"]], kept.index))
    kept = kept.drop(columns="_near").rename(columns={v.CHILDREN: now.params.count} | (
        {v.CHILDREN + v.MOE_SUFFIX: now.params.count + v.MOE_SUFFIX} if now.moes is not None else {}))
    columns = (
        *c.id_columns(), *c.children_columns(say("{who} out of reach", who=who), now.moes is not None, now.params.count),
        Column(c.NEED, say("Need score"), "score", say("Mean need score of the people in the gap."), digits=2),
        Column(c.AREA, say("Size"), "m2"),
    )
    style = LayerStyle(kind=SINGLE, fill="result", fill_opacity=0.1, pattern="lines", line="result", line_width=1.6)
    small = len(frame) - len(kept)
    notes = []
    if small:
        left = float(frame[v.CHILDREN].sum() - kept[now.params.count].sum())
        notes.append(count_note(plural(
            "{n} piece of a gap is not drawn: fewer than {least} {who} each, {together} together, who stay in every total.",
            "{n} pieces of a gap are not drawn: fewer than {least} {who} each, {together} together, who stay in every total.", small,
            least=format_given(_least(now)), who=now.who, together=format_number(left))))
    return Output("gaps", say("Gaps: no {target} in reach", target=now.supply.target.phrase), kept, columns, POLYGON, "", style,
                  now.layer.boundary), notes


def attendance_output(
    now: Situation, attendance: Any, layer: Layer, progress: Progress
) -> tuple[Output, list[Note]]:
    """Every attendance area, by the shares of the need areas that lie in it."""
    who, count = now.who.capitalize(), now.params.count
    walk = cross_walk(now.areas, attendance, progress=progress.part(0.0, 0.6))
    people = walk.extensive(now.people)
    away = _out_walk(now, attendance, walk, progress.part(0.6, 1.0))
    given = np.nan_to_num(now.people, nan=0.0)
    out = np.minimum(np.where(np.isnan(people), np.nan, away.extensive(given)), people)
    out = np.where(np.isnan(people), np.nan, np.nan_to_num(out, nan=0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(people > 0, out / people, np.nan)
    boundary = attendance.get(v.BOUNDARY, layer.boundary)
    columns: dict[str, Any] = {
        v.ID: attendance[v.ID], v.NAME: _names(attendance), count: people, c.COVERED: people - out, c.OUT_OF_REACH: out,
        c.SHARE_OUT: share, c.NEED: _walk_mean(walk, now.need[c.SCORE].to_numpy(), now.people),
        count + v.ALLOCATION_SUFFIX: allocation_half_range(walk, now.areas, attendance, now.people),
        c.SHARE_KNOWN: walk.known_share(now.people), v.BOUNDARY: boundary,
    }
    for column in (v.LEVEL, v.SCHOOL_ID):
        if column in attendance:
            columns[column] = attendance[column]
    if now.moes is not None:
        moes = np.nan_to_num(now.moes)
        columns[count + v.MOE_SUFFIX] = np.where(np.isnan(people), np.nan, walk.extensive_moe(given, moes))
        columns[c.OUT_OF_REACH_MOE] = np.where(np.isnan(people), np.nan, np.nan_to_num(away.extensive_moe(given, moes)))
    frame = gpd.GeoDataFrame(columns, geometry=np.asarray(attendance.geometry), crs=attendance.crs)
    described = (
        *c.id_columns(), Column(v.LEVEL, say("Level")), *_counts(who, count, now.moes is not None),
        Column(count + v.ALLOCATION_SUFFIX, say("{who}, what spreading them evenly may move", who=who), "count",
               say("Half the distance between spreading people evenly and putting each need area's people at its inside point. "
               "An approximate bound beside the margin of error, which is the survey's alone.")),
        Column(c.NEED, say("Need score"), "score", say("Mean need score of the people who live here."), digits=2),
        Column(v.BOUNDARY, say("Boundary")), Column(v.SCHOOL_ID, say("School"), hidden=True),
        Column(c.SHARE_KNOWN, say("Ground with a count"), "share",
               say("Part of the area whose need areas have a count of {who}.", who=now.who), hidden=True),
    )
    word = _weakest(frame[v.BOUNDARY]) or layer.boundary
    notes = _attendance_notes(now, frame, people, word)
    shown = tuple(column for column in described if column.name in frame)
    return Output("attendance", say("{who} out of reach by attendance area", who=who), frame, shown, POLYGON, v.ATTENDANCE_AREA,
                  SHARE_STYLE, word), notes


def sites_output(now: Situation) -> Output:
    """The sites that count, and how many people live within reach of each."""
    sites = now.supply.sites
    given = np.nan_to_num(now.people, nan=0.0)
    pairs = now.reach
    inside = np.bincount(pairs.pair_shape, given[pairs.pair_area] * pairs.pair_share, len(now.shapes))
    columns: dict[str, Any] = {
        v.ID: sites[v.ID], v.NAME: sites[v.NAME], v.KIND: sites[v.KIND], COUNTS_AS: now.supply.counted_as,
        c.IN_REACH: inside[now.shape_of] if len(sites) else np.zeros(0), v.SCHOOL_ID: sites[v.SCHOOL_ID],
    }
    if now.moes is not None:
        weighted = (np.nan_to_num(now.moes)[pairs.pair_area] * pairs.pair_share) ** 2
        squares = np.bincount(pairs.pair_shape, weighted, len(now.shapes))
        columns[c.IN_REACH + v.MOE_SUFFIX] = np.sqrt(squares)[now.shape_of] if len(sites) else np.zeros(0)
    frame = gpd.GeoDataFrame(columns, geometry=shapely.point_on_surface(np.asarray(sites.geometry)), crs=sites.crs)
    described = (
        *c.id_columns(), Column(v.KIND, say("Kind")),
        Column(COUNTS_AS, say("Counts as"), "", say("site: what lies within the distance; zone: what lies inside its boundary.")),
        *c.children_columns(say("{who} in reach", who=now.who.capitalize()), now.moes is not None, c.IN_REACH),
        Column(v.SCHOOL_ID, say("School"), hidden=True),
    )
    style = LayerStyle(kind=SINGLE, fill="ink", line="#FFFFFF", shape="circle", size=6.0)
    return Output("sites", say("Counted: {target}", target=now.supply.target.title), frame, described, POINT, "", style)


def fifths_output(now: Situation) -> Output:
    """Out of reach by need fifth, highest need first."""
    who, count = now.who.capitalize(), now.params.count
    rows = []
    for fifth in (5, 4, 3, 2, 1):
        here = now.in_fifth(fifth)
        people, people_moe = now.total_in_fifth(np.ones(len(now.people)), fifth)
        out, out_moe = now.total_in_fifth(now.reach.out, fifth)
        share, share_moe = now.share_in_fifth(now.reach.out, fifth)
        rows.append({
            v.ID: f"fifth-{fifth}", v.NAME: c.FIFTH_LABELS[fifth], c.FIFTH: fifth, "areas": int(here.sum()),
            count: people, count + v.MOE_SUFFIX: people_moe, c.OUT_OF_REACH: out, c.OUT_OF_REACH_MOE: out_moe,
            c.SHARE_OUT: share, c.SHARE_OUT_MOE: share_moe,
        })
    frame = pd.DataFrame(rows)
    frame[v.NAME] = c.messages([c.FIFTH_LABELS[fifth] for fifth in frame[c.FIFTH]], frame.index)
    frame = frame.astype(dict.fromkeys(
        (count, count + v.MOE_SUFFIX, c.OUT_OF_REACH, c.OUT_OF_REACH_MOE, c.SHARE_OUT, c.SHARE_OUT_MOE), float))
    banded = now.moes is not None
    described = (
        *c.id_columns(), Column(c.FIFTH, say("Need fifth"), "", hidden=True), Column("areas", say("Need areas"), "count"),
        *c.children_columns(who, banded, count), *c.children_columns(say("{who} out of reach", who=who), banded, c.OUT_OF_REACH),
        Column(c.SHARE_OUT, say("Share out of reach"), "share", moe=c.SHARE_OUT_MOE if banded else ""),
        c.margin_column(c.SHARE_OUT_MOE, say("Share out of reach"), "share"),
    )
    if not banded:
        frame = frame.drop(columns=[column for column in frame if str(column).endswith(v.MOE_SUFFIX)])
        described = tuple(column for column in described if column.name in frame)
    return Output("fifths", say("{who} out of reach by need fifth", who=who), frame, described, NO_GEOMETRY)


def _out_walk(now: Situation, targets: Any, walk: CrossWalk, progress: Progress) -> CrossWalk:
    """The cross-walk of only that ground of the need areas which is out of reach."""
    partly = np.flatnonzero((now.reach.share > 0) & (now.reach.share < 1))
    pairs = pair_areas(now.reach.gap[partly], np.asarray(targets.geometry), progress=progress)
    unit = metres_per_unit(now.areas.crs)
    whole = now.reach.share[walk.source] == 0
    source = np.concatenate([walk.source[whole], partly[pairs.source]])
    share = np.concatenate([walk.share[whole], pairs.area_m2 / shapely.area(now.ground)[partly[pairs.source]]])
    area = np.concatenate([walk.area_m2[whole], pairs.area_m2 * unit**2])
    target = np.concatenate([walk.target[whole], pairs.target])
    return evolve(walk, source=source, target=target, share=share, area_m2=area)


def _walk_mean(walk: CrossWalk, values: np.ndarray, people: np.ndarray) -> np.ndarray:
    """The mean of a value over the people of each target; missing values and counts are left out."""
    weight = walk.share * people[walk.source]
    return _mean_by(walk.target, values[walk.source], weight, walk.targets)


def _mean_by(group: np.ndarray, values: np.ndarray, weights: np.ndarray, groups: int) -> np.ndarray:
    use = ~(np.isnan(values) | np.isnan(weights))
    total = np.bincount(group[use], weights[use], groups)
    summed = np.bincount(group[use], values[use] * weights[use], groups)
    return np.divide(summed, total, out=np.full(groups, np.nan), where=total > 0)


def _least(now: Situation) -> float:
    """The smallest gap to draw; where areas are counted, every gap is drawn."""
    return 0.0 if now.params.count == EACH_AREA else float(now.params.minimum_children)


def _biggest_part(group: np.ndarray, member: np.ndarray, weight: np.ndarray, groups: int) -> np.ndarray:
    """The member with the largest weight in each group (the first of equals)."""
    order = np.lexsort((-member, weight, group))
    last = np.full(groups, 0)
    last[group[order]] = member[order]
    return last


def _states(now: Situation, nobody: np.ndarray) -> np.ndarray:
    return np.asarray(c.picked(
        [~now.known, nobody, now.reach.share >= _FULL, now.reach.share <= 1 - _FULL],
        [c.NO_DATA, now.nobody, c.ALL_IN_REACH, c.NONE_IN_REACH], c.PARTLY,
    ))


def _counts(who: Said, count: str, margins: bool) -> tuple[Column, ...]:
    return (
        *c.children_columns(who, margins, count), Column(c.COVERED, say("{who} in reach", who=who), "count"),
        *c.children_columns(say("{who} out of reach", who=who), margins, c.OUT_OF_REACH),
        Column(c.SHARE_OUT, say("Share out of reach"), "share"),
    )


def _attendance_notes(now: Situation, frame: Any, people: np.ndarray, boundary: str) -> list[Note]:
    notes = []
    if boundary == "estimated":
        notes.append(Note("caution", say("Attendance areas are estimated boundaries, not the district's official ones.")))
    lacking = int(np.isnan(people).sum())
    if lacking:
        notes.append(count_note(plural(
            "{n} attendance area has no count of {who}: more than {percent}% of the ground has none.",
            "{n} attendance areas have no count of {who}: more than {percent}% of the ground has none.", lacking, who=now.who,
            percent=round(NEGLIGIBLE * 100))))
    return notes


def _weakest(words: pd.Series) -> str:
    given = set(words.dropna().astype(str))
    return next((word for word in reversed(v.BOUNDARIES) if word in given), "")


def _names(frame: Any) -> pd.Series:
    return frame[v.NAME].astype(str) if v.NAME in frame else frame[v.ID].astype(str)
