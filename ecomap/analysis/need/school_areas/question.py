"""What the areas around schools look like: indicators of need areas carried to attendance areas, zones or districts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.day import AsOf
from ecomap.analysis.ground.overlay import same_crs
from ecomap.analysis.need.bands import BAND_METHOD, BAND_SOURCES, correlation_note, untold_note
from ecomap.analysis.need.carrying import GROUND, PEOPLE, Carried, carry
from ecomap.analysis.need.index.choice import (
    DRAWN,
    DRAWS,
    NO_SEED,
    TOGETHER,
    chosen_indicators,
    require_columns,
)
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.school_areas.tables import BANDS, areas_output
from ecomap.analysis.need.school_areas.words import area_figures, area_notes, area_sentence
from ecomap.analysis.need.scoring import BOTH, index_of, margin_of
from ecomap.analysis.need.truths import need_surveys
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import counted_in, stand_in_note, who_is_counted
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.analysis.statistics.rank_sets import Surveys, no_surveys, rank_sets
from ecomap.analysis.statistics.ranks import fifths
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames, weight_column
from ecomap.model.layer import Layer
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import NOTHING, Said, joined, name, plural, say

LEAVE, GIVE = "leave", "give"
EVERY_LEVEL = "all"
_OF_LEVEL: Mapping[str, Said] = {
    EVERY_LEVEL: say("attendance areas"), "elementary": say("elementary attendance areas"),
    "middle": say("middle attendance areas"), "high": say("high attendance areas"),
}


@frozen
class SchoolAreasParams:
    """What a planner decides about carrying indicators to other areas."""

    target: Annotated[str, Param(
        say("Which areas?"), say("Attendance areas, districts, zones, or one layer of areas."), choices_from="target_area")
    ] = v.ATTENDANCE_AREA
    level: Annotated[str, Param(
        say("Which school level?"), say("Only for attendance areas. Those of different levels lie over each other, so each level is "
        "ranked by itself."), choices_from="level")] = "elementary"
    spread: Annotated[str, Param(
        say("Where do people live in a need area?"), say("Evenly over it; or as in a layer of blocks or points that has people or homes."),
        choices_from="weight_layer")] = ""
    outside: Annotated[str, Param(
        say("And who lives outside these areas?"), say("Need areas reach over the edge."),
        choices=(Choice(LEAVE, say("Leave them out and say how many")),
                 Choice(GIVE, say("Give everybody to the areas that their need area touches"))))] = LEAVE
    indicators: Annotated[tuple[str, ...], Param(
        say("Which indicators?"), say("None chosen: all indicators of the need areas."), choices_from="indicator")] = ()
    weights: Annotated[tuple[tuple[str, float], ...], Param(
        say("How much does each count?"), say("Pairs like poverty=2. Not named: 1. 0 leaves an indicator out."),
        choices_from="indicator", advanced=True)] = ()
    rates: Annotated[str, Param(
        say("How is a rate averaged?"), say("For a rate whose two counts are not there. Counts are always added up."),
        choices=(Choice(PEOPLE, say("By the people who live in each part")), Choice(GROUND, say("By the ground of each part"))),
        advanced=True)] = PEOPLE
    weight: Annotated[str, Param(
        say("Which number says how many people?"), say("Of the blocks or points. Empty: the first one like population or housing units."),
        advanced=True)] = ""
    minimum_present: Annotated[float, Param(
        say("Share of indicators an area must have"), say("Areas with fewer get no score, never a zero."), unit="share",
        ge=0, le=1, advanced=True)] = 0.75
    draws: Annotated[int, DRAWN] = DRAWS
    correlation: Annotated[float, TOGETHER] = CORRELATION
    seed: Annotated[int, NO_SEED] = 0
    as_of: AsOf = ""


def run_school_areas(frames: Frames, params: SchoolAreasParams, *, progress: Progress) -> Answer:
    """The indicators of every target area with both errors, its need score and rank."""
    areas, layer = frames["areas"], frames.layer("areas")
    target = _of_level(frames["attendance"], frames.layer("attendance"), params.level)
    if layer.id == frames.layer("attendance").id:
        raise ParameterError(say("These are the need areas themselves."), say("Choose attendance areas, districts or zones."))
    weights = dict(params.weights)
    indicators = tuple(i for i in chosen_indicators(layer, params.indicators) if weights.get(i.column, 1.0) != 0)
    require_columns(areas, indicators)
    points, said = _points(frames, params, areas)
    carried = carry(areas, target, indicators, weights=points, rates_by=params.rates,
                    allocate_total=params.outside == GIVE, progress=progress.part(0.0, 0.5))
    if not len(carried.walk.source):
        raise InputError(say("The need areas and these areas have no ground in common."), say("Choose areas of the same place."))
    frame, together = _scored(carried, params, weights, progress.part(0.5, 0.95))
    output = areas_output(frame, carried, frames.layer("attendance"))
    called = _called(frames.layer("attendance"), params)
    figures, bars = area_figures(areas, carried, frame, given=params.outside == GIVE)
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Need of {areas}", areas=called),
        sentence=area_sentence(frame, carried, called), outputs=(output,),
        figures=figures, bars=bars,
        bars_title=say("Share of {who} by need fifth of these areas", who=who_is_counted(carried.counts[0])) if bars else NOTHING,
        notes=(*area_notes(areas, carried, frame, bool(params.draws), params.outside == GIVE), *together, *stand_in_note(counted_in(areas)), *said),
        indicators=indicators,
    )


def _of_level(target: Any, layer: Layer, level: str) -> Any:
    """The attendance areas of one level; areas that say no level are all taken.

    Raises
    ------
    InputError
        If there are areas of other levels only.
    """
    held = target[v.LEVEL].fillna("").astype(str) if v.LEVEL in target else pd.Series(layer.level, index=target.index)
    if layer.role != v.ATTENDANCE_AREA or level == EVERY_LEVEL or not (held != "").any():
        return target.reset_index(drop=True)
    of_level = held.str.split("+").map(lambda levels: level in levels)
    if not of_level.any():
        known = sorted({one for text in held for one in text.split("+") if one})
        raise InputError(say("There are no attendance areas of the level '{level}'.", level=name(level)),
                         say("Choose another level: {known}.", known=joined(map(name, known), ", ")))
    return target[of_level.to_numpy()].reset_index(drop=True)


def _called(layer: Layer, params: SchoolAreasParams) -> Said:
    """The areas in a sentence: "elementary attendance areas", "zones", or the layer by its name."""
    if layer.role == v.ATTENDANCE_AREA and params.target == v.ATTENDANCE_AREA:
        found = _OF_LEVEL.get(params.level)
        return found if found is not None else say("{level} attendance areas", level=name(params.level))
    if params.target == v.ZONE:
        return say("zones")
    return say("districts") if params.target == v.DISTRICT else say("areas of {layer}", layer=layer.name)


def _points(frames: Frames, params: SchoolAreasParams, areas: Any) -> tuple[Any, tuple[Note, ...]]:
    """Blocks or points with how many live there, as points with a column ``weight``; None where people are spread evenly."""
    if "points" not in frames:
        return None, ()
    rows, layer = frames["points"], frames.layer("points")
    same_crs(areas, rows, say("need areas"), say("layer of blocks or points"))
    column = params.weight.strip() or weight_column(rows)
    if not column or column not in rows:
        raise InputError(say("'{layer}' has no column that says how many people or homes there are.", layer=layer.name),
                         say("Name the column, or choose another layer of blocks or points."))
    weight = pd.to_numeric(rows[column], errors="coerce")
    usable = (weight >= 0) & rows.geometry.notna() & ~rows.geometry.is_empty
    points = shapely.point_on_surface(np.asarray(rows.geometry[usable]))
    notes = [Note("method", say("People were placed within need areas as in {layer}, by {column}. The error of spreading people is half "
                                "the distance to spreading them evenly.", layer=layer.name, column=layer.column(column).label.small()))]
    left = int((~usable).sum())
    if left:
        notes.append(count_note(plural("{n} block or point has no number and places nobody.",
                                       "{n} blocks or points have no number and places nobody.", left)))
    return gpd.GeoDataFrame({"weight": weight[usable].to_numpy(dtype=float)}, geometry=points, crs=rows.crs), tuple(notes)


def _scored(carried: Carried, params: SchoolAreasParams, weights: dict[str, float], progress: Progress) -> tuple[Any, tuple[Note, ...]]:
    """The frame with score, rank, band and fifth, areas of one level among each other; and what is to be said of the bands.

    Where one level is asked for, all of its areas are compared, those that serve a further one among them.
    """
    recipe = Recipe(carried.indicators, minimum_present=params.minimum_present,
                    weights={column: weight for column, weight in weights.items() if weight != 0})
    frame = carried.frame
    asked = params.level != EVERY_LEVEL and params.target == v.ATTENDANCE_AREA
    level = frame[v.LEVEL].fillna("").astype(str) if v.LEVEL in frame and not asked else pd.Series("", index=frame.index)
    parts: list[pd.DataFrame] = []
    together: tuple[Note, ...] = ()
    untold: tuple[Note, ...] = ()
    several = sum(margin_of(frame, item) is not None for item in carried.indicators) > 1
    groups = list(frame.groupby(level.to_numpy(), sort=True))
    for number, (_, rows) in enumerate(groups):
        part = progress.part(number / len(groups), (number + 1) / len(groups))
        index = index_of(rows, recipe)
        for at, (errors, (low, high)) in enumerate(BANDS.items()):
            drawn = need_surveys(rows, recipe, errors=errors, draws=params.draws, correlation=params.correlation,
                                 progress=part.part(at / 3, (at + 1) / 3)) if params.draws else no_surveys(len(rows))
            sets = rank_sets(index[c.SCORE], drawn)
            index[low], index[high] = sets["own_low"], sets["own_high"]
            if errors == BOTH:
                untold += untold_note(rows, drawn, sets)
            if errors == BOTH and several and len(rows) == max(len(other) for _, other in groups):
                together = correlation_note(params.correlation, index[c.SCORE], drawn, partial(_again, rows, recipe))
        index[c.FIFTH] = fifths(index[c.SCORE])
        parts.append(index)
    return frame.join(pd.concat(parts).reindex(frame.index)), (*untold, *together)


def _again(rows: Any, recipe: Recipe, correlation: float, draws: int) -> Surveys:
    return need_surveys(rows, recipe, draws=draws, correlation=correlation)


ANALYSIS = Analysis(
    name="school-areas",
    title=say("Areas around schools"),
    question=say("What do the areas around our schools look like?"),
    summary=say("Carries the indicators of the need areas to attendance areas, zones, districts or any other areas: children and "
            "rates of each area, with the error of the survey and the error of spreading people kept apart, a need score and the "
            "ranks it may have."),
    step="need",
    params=SchoolAreasParams,
    inputs=(
        Input("areas", v.NEED_AREA, say("Need areas")),
        Input("attendance", v.ATTENDANCE_AREA, say("Areas to describe"), many=True, param="target",
              also=(v.ZONE, v.DISTRICT, v.REFERENCE, v.NEED_AREA)),
        Input("points", v.REFERENCE, say("Blocks or points with people or homes"), optional=True, param="spread", also=(v.NEED_AREA,)),
    ),
    run=run_school_areas,
    method=joined([say("Counts are added up by the share of each need area that lies in the target: the share of its ground, or of the people "
           "at the blocks or points inside it. A count is missing where more than 1 % of the ground has none. A rate whose "
           "two counts are there is their quotient; other rates, medians and scores are means weighted by the residents of "
           "each piece (or by ground). Margin of error: the survey's alone, shares taken as known, zero counts with their "
           "largest margin once. Error of spreading people, kept apart: half the distance between spreading them "
           "evenly and placing each need area's people at its inside point (or, with blocks, between blocks and evenly). "
           "The need score is that of the need index, among the areas of one level: percentile ranks, weighted mean, minimum "
           "share present. "), BAND_METHOD, say("Everybody inside or "
           "outside adds up to the total of the need areas; giving everybody away is a choice.")]),
    sources=(
        "Goodchild, M. F. and Lam, N. S. (1980). Areal interpolation: a variant of the traditional spatial problem. Geo-Processing 1",
        "Schroeder, J. P. (2007). Target-density weighting interpolation and uncertainty evaluation for temporal analysis of census "
        "data. doi 10.1111/j.1538-4632.2007.00706.x",
        "U.S. Census Bureau (2020). Understanding and Using American Community Survey Data, chapters 7-8",
        *BAND_SOURCES,
    ),
    tables=(Table("areas", say("Every area: children, score, rank with its band, and every indicator with both errors.")),),
)
