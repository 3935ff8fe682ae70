"""The ranked table of schools: one row per candidate with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.need.bands import band_columns, top_columns
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.statistics.ranks import ties
from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Column
from ecomap.model.result import Output
from ecomap.model.said import say
from ecomap.model.style import SINGLE, LayerStyle
from ecomap.model.units import format_number, format_with_margin

if TYPE_CHECKING:
    from ecomap.analysis.plan.priority.question import Gain

_CARRIED = {
    v.LEVELS: Column(v.LEVELS, say("Levels")),
    v.GOVERNANCE: Column(v.GOVERNANCE, say("Run by")),
    v.ENROLLMENT: Column(v.ENROLLMENT, say("Pupils"), "count"),
    v.FRPM_SHARE: Column(v.FRPM_SHARE, say("Free or reduced-price meals"), "share",
                         say("Share of pupils who qualify; another measure than poverty in the census.")),
    v.BOARD_DISTRICT: Column(v.BOARD_DISTRICT, say("Board district")),
}

HALF_A_PERSON = 0.5  # fewer newly in reach is nobody: areas that touch a circle by a sliver


def schools_output(
    now: Situation, found: Candidates, gain: Gain, rank: np.ndarray, low: np.ndarray, high: np.ndarray,
    sure: pd.DataFrame | None = None,
) -> Output:
    """All candidates, best rank first; equal ranks in the order of their ids. `sure`: see `ecomap.analysis.need.bands.top_set`."""
    schools, who = found.schools, now.who
    margin = _people_margin(now, gain)
    columns: dict[str, Any] = {
        c.RANK: rank, c.RANK_LOW: low, c.RANK_HIGH: high, v.ID: schools[v.ID],
        v.NAME: schools.get(v.NAME, schools[v.ID]),
        c.NEWLY_REACHED: gain.people, c.NEED: gain.need, c.SCORE: gain.score,
        c.NEAREST: now.travel.nearest(found.places, now.supply)[found.place_of],
        c.HAS_ALREADY: found.already, c.TIE: ties(np.round(rank)),
    }
    if sure is not None:
        columns |= {name: sure[name].to_numpy() for name in sure}
    if margin is not None:
        columns[c.NEWLY_REACHED_MOE] = margin
    columns |= {name: schools[name] for name in _CARRIED if name in schools}
    names = [item.column for item in now.layer.indicators]
    columns |= {c.CONTRIBUTION + name: gain.parts[:, position] for position, name in enumerate(names)}
    frame = gpd.GeoDataFrame(columns, geometry=found.places[found.place_of], crs=schools.crs)
    frame[c.REASON] = [_reason(row, now) for row in frame.drop(columns="geometry").to_dict("records")]
    frame = frame.sort_values([c.RANK, v.ID], kind="stable").reset_index(drop=True)
    described = _columns(now, banded=bool(np.isfinite(low).any()), margins=margin is not None)
    shown = tuple(column for column in described if column.name in frame)
    style = LayerStyle(kind=SINGLE, fill="result", line="#FFFFFF", shape="circle", size=11.0, label_column=c.RANK)
    ordered = [column.name for column in shown] + [v.GEOMETRY]
    title = f"Next schools for a {now.supply.target.phrase}, by {who} newly in reach"
    return Output("schools", title, frame[ordered], shown, POINT, v.SCHOOL, style)


def _columns(now: Situation, *, banded: bool, margins: bool) -> tuple[Column, ...]:
    who = now.who.capitalize()
    band = (c.RANK_LOW, c.RANK_HIGH) if banded else ("", "")
    weigh = f"{who} newly in reach x need score ^ {now.params.need_weight:g}; decides the rank."
    return (
        Column(v.ID, say("Id"), hidden=True), c.rank_column(say("reaches most need"), *band), *band_columns(now.params.band),
        Column(v.NAME, say("Name")), *top_columns(now.params.top),
        Column(c.REASON, say("Why")), *c.children_columns(f"{who} newly in reach", margins, c.NEWLY_REACHED),
        Column(c.NEED, say("Their need score"), "score", say("Mean need score of those newly in reach."), digits=2),
        Column(c.SCORE, say("Need-weighted {who}", who=now.who), "count", weigh, digits=1),
        Column(c.NEAREST, say("Nearest today"), now.travel.unit, say("To the nearest {phrase}, {short}.", phrase=now.supply.target.phrase, short=now.travel.short)),
        Column(c.HAS_ALREADY, say("Takes part in")), *_CARRIED.values(),
        Column(c.TIE, say("Shares its rank"), "flag", say("Another school has the same score; ordered by id.")),
        *(Column(c.CONTRIBUTION + item.column, say("{label}: part of the score", label=item.label), "count",
                 say("The parts add up to the score."), digits=1) for item in now.layer.indicators),
    )


def _people_margin(now: Situation, gain: Gain) -> np.ndarray | None:
    """Margin of the people newly reached: ``sqrt(sum (share MOE)^2)``, zero counts with their largest margin once."""
    if now.moes is None:
        return None
    moes, zero = np.nan_to_num(now.moes), now.people == 0
    squares = gain.weights.power(2) @ np.where(zero, 0.0, moes) ** 2
    weighted = gain.weights.multiply(np.where(zero, moes, 0.0)[None, :]).tocsr()
    largest = np.asarray(weighted.max(axis=1).todense()).ravel() if zero.any() else 0.0
    return np.asarray(np.sqrt(squares + largest**2))


def _reason(row: dict[Any, Any], now: Situation) -> str:
    """Why a school stands where it stands, from the facts of its row."""
    what, where = now.supply.target.phrase, f"within {now.travel.distance}"
    if row[c.NEWLY_REACHED] < HALF_A_PERSON:
        return f"Brings nobody new into reach: no {now.who} {where} lack a {what}"
    count = format_with_margin(row[c.NEWLY_REACHED], row.get(c.NEWLY_REACHED_MOE))
    parts = [f"{count} {now.who} newly in reach"]
    if not np.isnan(row[c.NEED]):
        scores = now.need[c.SCORE].dropna().to_numpy()
        lower = float((scores < row[c.NEED]).mean())
        parts.append(f"need higher than in {format_number(lower, 'share')} of areas")
    near = row[c.NEAREST]
    parts.append(f"no {what} anywhere yet" if np.isinf(near) else f"nearest one today {format_number(near, 'm')} away")
    meals = row.get(v.FRPM_SHARE)
    if isinstance(meals, float) and not np.isnan(meals):
        parts.append(f"{format_number(meals, 'share')} of pupils qualify for free or reduced-price meals")
    return "; ".join(parts)
