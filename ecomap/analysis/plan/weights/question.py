"""Whose weights change who comes first: several partners' weight sets as a question of the project."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve

from ecomap.analysis.gaps.situation import situation_notes
from ecomap.analysis.need.index.choice import chosen_indicators
from ecomap.analysis.plan.candidates import INPUTS as CANDIDATE_INPUTS
from ecomap.analysis.plan.priority.gain import ranked_schools
from ecomap.analysis.plan.weights import sets as ws
from ecomap.analysis.plan.weights.params import SCHOOLS, WeightSetsParams
from ecomap.analysis.plan.weights.tables import (
    names_of,
    pairs_output,
    places_output,
    sets_output,
    swaps_output,
)
from ecomap.analysis.plan.weights.words import set_figures, set_notes, set_sentence
from ecomap.analysis.registry import Analysis, Answer, Table
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import say

INPUTS = tuple(evolve(item, optional=True) if item.name == "schools" else item for item in CANDIDATE_INPUTS)


def run_weight_sets(frames: Frames, params: WeightSetsParams, *, progress: Progress) -> Answer:
    """Rank the places with every set, and find where two sets part."""
    areas, layer = frames["areas"], frames.layer("areas")
    indicators = chosen_indicators(layer, ())
    sets = ws.parse_sets(params.sets, indicators)
    used = np.array([each.weights for each in sets]).sum(axis=0) > 0
    indicators = tuple(item for item, wanted in zip(indicators, used, strict=True) if wanted)
    sets = tuple(ws.WeightSet(each.name, each.weights[used]) for each in sets)
    scores = ws.Scores(ws.scaled_indicators(areas, indicators), params.minimum_present)
    more: tuple[Note, ...] = ()
    if params.places == SCHOOLS:
        if "schools" not in frames:
            raise InputError(say("The project has no schools to rank."), say("Import schools, or rank need areas."))
        now, found, gain = ranked_schools(frames, params, progress=progress.part(0.0, 0.8))
        people = np.nan_to_num(now.people, nan=0.0)
        scores = evolve(scores, matrix=gain.weights, people=people, exponent=params.need_weight)
        places: Any = found.schools
        more = (*found.notes, *situation_notes(now))
    else:
        places = areas
    progress.at(0.85, say("Ranking with every set"))
    table = ws.compared(scores, sets, params.top).set_axis(places.index)
    swaps, left_out = swaps_output(scores, sets, table, places, params, progress.part(0.87, 0.97))
    outputs = (places_output(places, table, sets, params), swaps, pairs_output(table, sets, params.top), sets_output(sets, indicators))
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Whose weights change who comes first"),
        sentence=set_sentence(names_of(places), table, sets, params), outputs=outputs, figures=set_figures(table, sets),
        notes=(*set_notes(table, sets, params, left_out), *more),
        of=None if params.places == SCHOOLS else ("areas",), first=min(params.top, len(places)),
    )


ANALYSIS = Analysis(
    name="weight-sets",
    title=say("Whose weights change who comes first"),
    question=say("Do the partners' weights lead to the same places?"),
    summary=say("Ranks schools or need areas with the weights of several partners side by side. Shows who is chosen whatever "
            "weights are taken, who is contested, and at which mixture of two sets two places swap."),
    step="plan",
    params=WeightSetsParams,
    inputs=INPUTS,
    run=run_weight_sets,
    method=say("Each set's weights are made to add up to 1. Indicators are percentile ranks among the areas; an area's need is the "
           "weighted mean of those it has, given enough of all that any set weighs. Schools are ranked as in \"Schools to expand "
           "to next\", with that need. Agreed: among the first k in every set; contested: in some. For two sets a mixture "
           "takes the share 1 - t of the first and t of the second; two places are level at t = d1 / (d1 - d2), with d the "
           "distance between their scores in either set, wherever scores are straight lines in t (nothing missing and need "
           "weighed as it is); else the first crossing is found by bisection. Equal scores share the better rank."),
    sources=(
        "OECD/JRC (2008). Handbook on Constructing Composite Indicators, step 6. doi 10.1787/9789264043466-en",
        "Rios Insua, D. and French, S. (1991). A framework for sensitivity analysis in discrete multi-objective "
        "decision-making. doi 10.1016/0377-2217(91)90317-8",
    ),
    tables=(
        Table("places", say("Every school or need area: its rank in every set, and whether it is agreed or contested.")),
        Table("swaps", say("Two places that change sides between two sets, and the mixture at which they are level.")),
        Table("pairs", say("Two sets at a time: what they share and what not.")),
        Table("sets", say("The weights of every set.")),
    ),
)
