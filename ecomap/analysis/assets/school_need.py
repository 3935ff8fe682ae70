"""How much need a school faces: the fifth of schools it belongs to, by its pupils or by the area around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from ecomap.analysis import columns as c
from ecomap.analysis.ground.overlay import same_crs
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import weight_of
from ecomap.analysis.registry import Input
from ecomap.analysis.statistics.ranks import fifths
from ecomap.analysis.travel.pairs import travel_costs
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.params import Choice
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.terms import linked_need_labels

PUPILS, SURROUNDINGS = "frpm", "surroundings"
AREAS = Input("areas", v.NEED_AREA, say("Need areas"), optional=True)
CHOICES = (
    Choice(PUPILS, say("Pupils eligible for free or reduced-price meals")),
    Choice(SURROUNDINGS, say("Need of the area around the school")),
)


def number(rows: Any, column: str) -> np.ndarray:
    """A column of numbers, NaN where it is missing or not there at all."""
    if column not in rows:
        return np.full(len(rows), np.nan)
    return np.asarray(pd.to_numeric(rows[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan))


def school_fifths(frames: Frames, schools: Any, by: str, radius_m: float) -> tuple[np.ndarray, tuple[Note, ...]]:
    """Which fifth of the schools each belongs to, 5 = highest need; NaN where the school has no number.

    Raises
    ------
    InputError
        If the need of the surroundings is wanted and there are no need areas with indicators.
    """
    score = number(schools, v.FRPM_SHARE) if by == PUPILS else surroundings(frames, schools, radius_m)
    unknown = int(np.isnan(score).sum())
    notes = []
    if unknown:
        notes.append(count_note(plural("{n} school has no number for a need fifth: kept apart.",
                                       "{n} schools have no number for a need fifth: kept apart.", unknown)))
    if unknown == len(score):
        if by == PUPILS and unknown:
            notes.append(Note("caution", say("The list of schools does not say how many pupils are eligible for free or reduced-price meals: bring it, or go by "
                                             "the need around the schools.")))
        return np.full(len(score), np.nan), tuple(notes)
    if by == PUPILS:
        notes.append(Note("caution", say("Need fifths of schools go by pupils eligible for free or reduced-price meals, which "
                          "is not the same as poverty in the neighborhood.")))
    else:
        notes.append(Note("caution", say("Need fifths of schools go by the residents around them, who are not its pupils.")))
    return fifths(pd.Series(score)).to_numpy(), tuple(notes)


def surroundings(frames: Frames, schools: Any, radius_m: float) -> np.ndarray:
    """Need score around every school: mean over the need areas whose middle is within reach, weighed by children (or who stands in for them).

    A school with no such middle in reach takes the area it stands in; NaN where that has no score either.
    """
    if "areas" not in frames or not frames.layer("areas").indicators:
        raise InputError(say("The need around schools needs need areas with indicators."),
                         say("Import them, or place schools in fifths by their pupils."))
    areas, layer = frames["areas"], frames.layer("areas")
    same_crs(schools, areas, say("schools"), say("need areas"))
    score = need_index(areas, layer.indicators)[c.SCORE].to_numpy(dtype=float)
    people = weight_of(areas)
    use = ~np.isnan(score)
    costs = travel_costs(schools, areas[use], cutoff_m=max(radius_m, 1.0))
    weight = np.where(people[use] > 0, people[use], 0.0)[costs.supply]
    total = np.bincount(costs.demand, weight, len(schools))
    mean = np.divide(np.bincount(costs.demand, weight * score[use][costs.supply], len(schools)), total,
                     out=np.full(len(schools), np.nan), where=total > 0)
    alone = np.flatnonzero(np.isnan(mean) & ~schools.geometry.isna().to_numpy())
    points = shapely.point_on_surface(np.asarray(schools.geometry)[alone])
    school, area = shapely.STRtree(np.asarray(areas.geometry)).query(points, predicate="intersects")
    mean[alone[school[::-1]]] = score[area[::-1]]
    return mean


def needs_in_words(columns: list[str], layer: Layer, listed: int) -> Said:
    """The first so many needs by their labels: those of the layer, else those of the default links, else the word given."""
    own = {item.column: item.label for item in layer.indicators}
    described = {column.name: column.label for column in layer.columns}
    said = [own.get(one) or described.get(one) or linked_need_labels().get(one) or name(one) for one in columns]
    more = len(said) - listed
    first = joined(said[:listed], ", ")
    return plural("{needs} and {n} more", "{needs} and {n} more", more, needs=first) if more > 0 else first
