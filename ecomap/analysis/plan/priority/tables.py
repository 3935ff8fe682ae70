"""The ranked table of schools: one row per candidate with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.need.bands import band_columns, top_columns
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.plan.priority.gain import Gain
from ecomap.analysis.plan.priority.params import BY_ADDING
from ecomap.analysis.plan.priority.price import Price
from ecomap.analysis.plan.priority.words import ranking_title, reasons, score_column
from ecomap.analysis.statistics.ranks import ties
from ecomap.model import vocabulary as v
from ecomap.model.known import Known, most_among
from ecomap.model.layer import POINT, Column
from ecomap.model.result import Output
from ecomap.model.said import NOTHING, say
from ecomap.model.style import SINGLE, LayerStyle

CARRIED = {
    v.LEVELS: Column(v.LEVELS, say("Levels")),
    v.GOVERNANCE: Column(v.GOVERNANCE, say("Run by")),
    v.ENROLLMENT: Column(v.ENROLLMENT, say("Pupils"), "count"),
    v.FRPM_SHARE: Column(v.FRPM_SHARE, say("Free or reduced-price meals"), "share",
                         say("Share of pupils who qualify; another measure than poverty in the census.")),
    v.BOARD_DISTRICT: Column(v.BOARD_DISTRICT, say("Board district")),
}

ADDING: Final = "adding_place"
ADDS: Final = "children_added"
RANK_ALONE: Final = "rank_alone"
MAY_HAVE_IT: Final = "above_may_have_it"


def schools_output(
    now: Situation, found: Candidates, gain: Gain, rank: np.ndarray, low: np.ndarray, high: np.ndarray,
    sure: pd.DataFrame | None = None, price: Price | None = None, known: Sequence[Known] = (),
) -> Output:
    """All candidates, best rank first (or in the order of adding); equal ranks in the order of their ids. `sure`: see `ecomap.analysis.need.bands.top_set`.

    ``known``: how many of those that have it are known by name; the others may stand among these schools.
    """
    schools = found.schools
    margin = _people_margin(now, gain)
    columns: dict[str, Any] = {
        c.RANK: rank, c.RANK_LOW: low, c.RANK_HIGH: high, v.ID: schools[v.ID],
        v.NAME: schools.get(v.NAME, schools[v.ID]),
        c.NEWLY_REACHED: gain.people, c.NEED: gain.need, c.SCORE: gain.score,
        c.NEAREST: now.travel.nearest(found.places, now.supply)[found.place_of],
        c.HAS_ALREADY: found.already, c.TIE: ties(np.round(rank)),
    }
    if price is not None:
        nothing = (say("adds nobody to those before it") if late else NOTHING for late in np.isnan(price.place))
        columns |= {ADDING: price.place, ADDING + v.REASON_SUFFIX: c.messages(nothing, schools.index), ADDS: price.adds}
    if sure is not None:
        columns |= {name: sure[name].to_numpy() for name in sure}
    if margin is not None:
        columns[c.NEWLY_REACHED_MOE] = margin
    columns |= {name: schools[name] for name in CARRIED if name in schools}
    names = [item.column for item in now.layer.indicators]
    columns |= {c.CONTRIBUTION + name: gain.parts[:, position] for position, name in enumerate(names)}
    frame = gpd.GeoDataFrame(columns, geometry=found.places[found.place_of], crs=schools.crs)
    frame[c.REASON] = c.messages(reasons(frame, now), frame.index)
    if now.params.listed == BY_ADDING:
        frame = frame.assign(**{RANK_ALONE: frame[c.RANK], c.RANK: frame[ADDING].fillna(len(frame[ADDING].dropna()) + 1.0)})
        frame = frame.drop(columns=ADDING).sort_values(RANK_ALONE, kind="stable")
    frame = frame.sort_values([c.RANK, *([] if RANK_ALONE not in frame else [RANK_ALONE]), v.ID], kind="stable").reset_index(drop=True)
    if any(one.lacks for one in known):
        frame = frame.assign(**{MAY_HAVE_IT: [float(most_among(known, int(place) - 1)) for place in frame[c.RANK]]})
    described = _columns(now, banded=bool(np.isfinite(low).any()), margins=margin is not None)
    shown = tuple(column for column in described if column.name in frame)
    style = LayerStyle(kind=SINGLE, fill="result", line="#FFFFFF", shape="circle", size=11.0, label_column=c.RANK)
    ordered = [column.name for column in shown] + [v.GEOMETRY]
    title = ranking_title(now, by_adding=now.params.listed == BY_ADDING)
    return Output("schools", title, frame[ordered], shown, POINT, v.SCHOOL, style)


def _columns(now: Situation, *, banded: bool, margins: bool) -> tuple[Column, ...]:
    who = now.who.capitalize()
    band = (c.RANK_LOW, c.RANK_HIGH) if banded else ("", "")
    nearest = say("To the nearest {target}, {short}.", target=now.supply.target.phrase, short=now.travel.short)
    adds = Column(ADDS, say("{who} it adds to those before it", who=who), "count", say("In the order of adding; nobody is counted twice."))
    if now.params.listed == BY_ADDING:
        alone = Column(RANK_ALONE, say("Rank on its own"), "rank", say("1 = reaches most need on its own."), low=band[0], high=band[1])
        places = (c.rank_column(say("reaches most need, then what adds most need to those before it; what adds nothing comes last")), adds,
                  alone, *band_columns(now.params.band))
    else:
        adding = Column(ADDING, say("Place by adding"), "rank", say("1 = reaches most need; then each time the school that adds most need to "
                                                                    "those before it. None where it adds nothing."))
        places = (c.rank_column(say("reaches most need"), *band), *band_columns(now.params.band), adding,
                  c.reason_column(ADDING, adding.label))
    return (
        Column(v.ID, say("Id"), hidden=True), *places,
        Column(v.NAME, say("Name")), *top_columns(now.params.top),
        Column(c.REASON, say("Why")), Column(MAY_HAVE_IT, say("Schools above it that may have it already"), "count",
                                             say("At most so many: not every place that has it is known by name.")), *c.children_columns(say("{who} newly in reach", who=who), margins, c.NEWLY_REACHED),
        score_column(now, by_adding=now.params.listed == BY_ADDING), *(() if now.params.listed == BY_ADDING else (adds,)),
        Column(c.NEED, say("Their need score"), "score", say("Mean need score of those newly in reach."), digits=2),
        Column(c.NEAREST, say("Nearest today"), now.travel.unit, nearest),
        Column(c.HAS_ALREADY, say("Takes part in")), *CARRIED.values(),
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
