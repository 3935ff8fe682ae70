"""Whose weights change who comes first: several partners' weight sets as a question of the project."""

from __future__ import annotations

from itertools import combinations
from typing import Annotated, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from attrs import evolve, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import inputs_of, situation_notes, sources_of
from ecomap.analysis.need.index.choice import chosen_indicators
from ecomap.analysis.notes import among_first, capital, counted, how_many
from ecomap.analysis.plan.priority.question import INPUTS as PRIORITY_INPUTS
from ecomap.analysis.plan.priority.question import RankingParams, ranked_schools
from ecomap.analysis.plan.weights import sets as ws
from ecomap.analysis.registry import Analysis, Table
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Column
from ecomap.model.params import Choice, Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output, Provenance, Result
from ecomap.model.said import say
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.model.units import format_number

INPUTS = tuple(evolve(item, optional=True) if item.name == "schools" else item for item in PRIORITY_INPUTS)
SCHOOLS, AREAS = "schools", "areas"
_MOST_SWAPS = 1000
_SHOWN = 5


@frozen
class WeightSetsParams(RankingParams):
    """What a planner decides about a comparison of weights."""

    sets: Annotated[str, Param(
        "Whose weights?", "Like District: poverty=2, asthma=1; Clinic: health=3, *=1. Names are indicators or domains, * all "
        "others; not named: 0. Empty: all the same, and each domain first.")] = ""
    places: Annotated[str, Param(
        "What is ranked?", choices=(Choice(SCHOOLS, "Schools to expand to next"), Choice(AREAS, "Need areas")))] = SCHOOLS
    top: Annotated[int, Param("How many are chosen?", "The first so many of each set are compared.", ge=1, le=1000)] = 12
    minimum_present: Annotated[float, Param(
        "Share of indicators an area must have", "Of all indicators that any set weighs.", unit="share", ge=0, le=1,
        advanced=True)] = 0.75


def run_weight_sets(frames: Frames, params: WeightSetsParams, *, progress: Progress) -> Result:
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
    swaps, left_out = _swaps(scores, sets, table, places, params, progress.part(0.87, 0.97))
    outputs = (_places(places, table, sets, params), swaps, _pairs(table, sets, params.top), _sets(sets, indicators))
    inputs = tuple(item.name for item in INPUTS) if params.places == SCHOOLS else ("areas",)
    progress.at(1.0, say("Done"))
    return Result(
        id="weight-sets", analysis="weight-sets", title=say("Whose weights change who comes first"),
        sentence=_sentence(places, table, sets, params), outputs=outputs, figures=_figures(table, sets),
        notes=(*_notes(table, sets, params, left_out), *more),
        provenance=Provenance("weight-sets", ANALYSIS.version, plain_params(params), inputs_of(frames, inputs),
                              sources_of(frames, inputs)),
    )


def _name_of(places: Any) -> pd.Series:
    return places[v.NAME if v.NAME in places else v.ID].astype(str)


def _places(places: Any, table: pd.DataFrame, sets: tuple[ws.WeightSet, ...], params: WeightSetsParams) -> Output:
    schools = params.places == SCHOOLS
    ranked = [f"rank_{number}" for number in range(1, len(sets) + 1)]
    frame = gpd.GeoDataFrame(
        {v.ID: places[v.ID].astype(str), v.NAME: _name_of(places), **{name: table[name] for name in (
            "state", "sets_in", "best", "worst", *ranked)}}, geometry=places.geometry, crs=places.crs)
    frame = frame.sort_values(["sets_in", "best", "worst", v.ID], ascending=[False, True, True, True], kind="stable")
    columns = (
        *c.id_columns(), Column("state", capital(among_first(params.top))),
        Column("sets_in", say("Sets that have it {among_first}", among_first=among_first(params.top)), "count"),
        Column("best", say("Best rank"), "rank"), Column("worst", say("Worst rank"), "rank"),
        *(Column(name, say("Rank: {name}", name=each.name), "rank") for name, each in zip(ranked, sets, strict=True)),
    )
    style = LayerStyle(kind=CATEGORISED, column="state", line="#FFFFFF", line_width=0.5, size=9.0)
    title = f"{'Schools' if schools else 'Need areas'} by {len(sets)} sets of weights"
    return Output("places", title, frame.reset_index(drop=True), columns, POINT if schools else POLYGON,
                  v.SCHOOL if schools else "", style, told=("sets_in", "best", "worst"), told_by="sets_in")


def _swaps(
    scores: ws.Scores, sets: tuple[ws.WeightSet, ...], table: pd.DataFrame, places: Any, params: WeightSetsParams,
    progress: Progress,
) -> tuple[Output, int]:
    """Every two places that change sides between two sets, and the mixture at which they are level."""
    names, ids = _name_of(places).to_numpy(), places[v.ID].astype(str).to_numpy()
    records: list[dict[str, Any]] = []
    left_out = 0
    both = list(combinations(range(len(sets)), 2))
    for number, (a, b) in enumerate(both):
        progress.at(number / len(both), say("Finding where two sets part"))
        first, second = table[f"rank_{a + 1}"].to_numpy(), table[f"rank_{b + 1}"].to_numpy()
        goes = np.flatnonzero((first <= params.top) & (second > params.top))
        comes = np.flatnonzero((first > params.top) & (second <= params.top))
        for i, j in ((i, j) for i in goes for j in comes):
            if len(records) >= _MOST_SWAPS:
                left_out += 1
                continue
            share = ws.swap_mixture(scores, sets[a], sets[b], int(i), int(j))
            if share is None:
                continue
            records.append({
                v.ID: f"{a + 1}:{b + 1}:{ids[i]}:{ids[j]}", "first_set": sets[a].name, "second_set": sets[b].name,
                "goes": names[i], "comes": names[j], "share": share,
                "says": f"Up to {format_number(share, 'share')} of {sets[b].name}, {names[i]} is ahead; beyond it {names[j]}",
            })
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column("first_set", say("From")), Column("second_set", "To"),
        Column("goes", say("Chosen with the first")), Column("comes", say("Chosen with the second")),
        Column("share", say("Level at this share of the second"), "share", say("Weights of both sets mixed, each adding up to 1.")),
        Column("says", say("In words")),
    )
    frame = pd.DataFrame(records, columns=[column.name for column in columns])
    return Output("swaps", say("At which mixture two places swap"), frame, columns, NO_GEOMETRY), left_out


def _pairs(table: pd.DataFrame, sets: tuple[ws.WeightSet, ...], k: int) -> Output:
    records = []
    for a, b in combinations(range(len(sets)), 2):
        first, second = table[f"rank_{a + 1}"], table[f"rank_{b + 1}"]
        records.append({
            v.ID: f"{a + 1}:{b + 1}", v.NAME: f"{sets[a].name} · {sets[b].name}",
            "shared": float(((first <= k) & (second <= k)).sum()),
            "only_first": float(((first <= k) & ~(second <= k)).sum()),
            "only_second": float((~(first <= k) & (second <= k)).sum()),
            "moved": float((first - second).abs().mean()),
        })
    columns = (
        *c.id_columns(), Column("shared", say("In both {among_first}", among_first=among_first(k)), "count"), Column("only_first", say("Only in the first"), "count"),
        Column("only_second", say("Only in the second"), "count"), Column("moved", say("Ranks apart, on average"), "", digits=1),
    )
    return Output("pairs", say("Two sets at a time"), pd.DataFrame(records, columns=[column.name for column in columns]), columns,
                  NO_GEOMETRY)


def _sets(sets: tuple[ws.WeightSet, ...], indicators: Any) -> Output:
    frame = pd.DataFrame({v.ID: [str(number) for number in range(1, len(sets) + 1)], v.NAME: [each.name for each in sets]})
    for position, item in enumerate(indicators):
        frame["weight_" + item.column] = [float(each.weights[position]) for each in sets]
    columns = (*c.id_columns(), *(Column("weight_" + item.column, item.label, "share", digits=1) for item in indicators))
    return Output("sets", say("The sets, each adding up to 100 %"), frame, columns, NO_GEOMETRY)


def _sentence(places: Any, table: pd.DataFrame, sets: tuple[ws.WeightSet, ...], params: WeightSetsParams) -> str:
    one, many = ("school", "schools") if params.places == SCHOOLS else ("need area", "need areas")
    agreed, contested = table["state"] == ws.AGREED, table["state"] == ws.CONTESTED
    text = (f"Whichever of the {len(sets)} sets of weights is taken, {how_many(agreed.sum(), one + ' is', many + ' are')} "
            f"{among_first(params.top)}; "
            + (how_many(contested.sum(), "depends on the set", "depend on the set") if contested.any() else "none depends on the set"))
    named = _name_of(places).loc[table.loc[contested].sort_values(["best", "worst"], kind="stable").index]
    if len(named):
        text += ": " + ", ".join(named.head(_SHOWN)) + (f" and {len(named) - _SHOWN:,} more" if len(named) > _SHOWN else "")
    return text + "."


def _figures(table: pd.DataFrame, sets: tuple[ws.WeightSet, ...]) -> tuple[KeyFigure, ...]:
    apart = (table["worst"] - table["best"]).dropna()
    return (
        KeyFigure("agreed", say("Chosen by every set"), float((table["state"] == ws.AGREED).sum()), "count"),
        KeyFigure("contested", say("Contested"), float((table["state"] == ws.CONTESTED).sum()), "count",
                  note=say("Chosen by some sets and not by others.")),
        KeyFigure("sets", say("Sets compared"), float(len(sets)), "count"),
        KeyFigure("ranks_apart", say("Between best and worst rank, middle place"), float(apart.median()) if len(apart) else None, "rank"),
    )


def _notes(table: pd.DataFrame, sets: tuple[ws.WeightSet, ...], params: WeightSetsParams, left_out: int) -> tuple[Note, ...]:
    notes = [
        Note("caution", say("Agreement between sets says that the choice of weights does not matter here, not that the numbers behind "
             "it are sure: the margins of error are in the bands of ranks of the ranking itself.")),
        Note("method", say("A mixture holds the weights of two sets, each adding up to 1, in two shares. Two places are level where "
             "their scores are equal; before it one is ahead, beyond it the other.")),
    ]
    if not params.sets.strip():
        notes.append(Note("method", say("No sets were given, so every indicator counts the same in one, and each domain counts three "
                          "times as much in one of the others.")))
    without = int((table["state"] == "").sum())
    if without:
        notes.append(counted(without, "place has", "places have", " too few indicators for a rank in every set."))
    if left_out:
        notes.append(counted(left_out, "further pair of places is not listed.", "further pairs of places are not listed."))
    return tuple(notes)


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
