"""The tables of a comparison of weights: places, swaps, sets two at a time, and the sets themselves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.notes import among_first, capital
from ecomap.analysis.plan.weights import sets as ws
from ecomap.analysis.plan.weights.params import SCHOOLS, WeightSetsParams
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Column
from ecomap.model.progress import Progress
from ecomap.model.result import Output
from ecomap.model.said import joined, name, say
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.model.units import format_number

_MOST_SWAPS = 1000


def names_of(places: Any) -> pd.Series:
    return places[v.NAME if v.NAME in places else v.ID].astype(str)


def places_output(places: Any, table: pd.DataFrame, sets: Sequence[ws.WeightSet], params: WeightSetsParams) -> Output:
    schools = params.places == SCHOOLS
    ranked = [f"rank_{number}" for number in range(1, len(sets) + 1)]
    frame = gpd.GeoDataFrame(
        {v.ID: places[v.ID].astype(str), v.NAME: names_of(places), **{name: table[name] for name in (
            "state", "sets_in", "best", "worst", *ranked)}}, geometry=places.geometry, crs=places.crs)
    frame = frame.sort_values(["sets_in", "best", "worst", v.ID], ascending=[False, True, True, True], kind="stable")
    columns = (
        *c.id_columns(), Column("state", capital(among_first(params.top))),
        Column("sets_in", say("Sets that have it {where}", where=among_first(params.top)), "count"),
        Column("best", say("Best rank"), "rank"), Column("worst", say("Worst rank"), "rank"),
        *(Column(name, say("Rank: {set}", set=each.name), "rank") for name, each in zip(ranked, sets, strict=True)),
    )
    style = LayerStyle(kind=CATEGORISED, column="state", line="#FFFFFF", line_width=0.5, size=9.0)
    title = (say("Schools by {count} sets of weights", count=len(sets)) if schools else
             say("Need areas by {count} sets of weights", count=len(sets)))
    return Output("places", title, frame.reset_index(drop=True), columns, POINT if schools else POLYGON,
                  v.SCHOOL if schools else "", style, told=("sets_in", "best", "worst"), told_by="sets_in")


def swaps_output(
    scores: ws.Scores, sets: Sequence[ws.WeightSet], table: pd.DataFrame, places: Any, params: WeightSetsParams,
    progress: Progress,
) -> tuple[Output, int]:
    """Every two places that change sides between two sets, and the mixture at which they are level."""
    names, ids = names_of(places).to_numpy(), places[v.ID].astype(str).to_numpy()
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
                "says": say("Up to {share} of {set}, {first} is ahead; beyond it {second}", share=format_number(share, "share"),
                            set=sets[b].name, first=name(names[i]), second=name(names[j])),
            })
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column("first_set", say("From")), Column("second_set", say("To")),
        Column("goes", say("Chosen with the first")), Column("comes", say("Chosen with the second")),
        Column("share", say("Level at this share of the second"), "share", say("Weights of both sets mixed, each adding up to 1.")),
        Column("says", say("In words")),
    )
    frame = pd.DataFrame(records, columns=[column.name for column in columns])
    for column in ("first_set", "second_set", "says"):
        frame[column] = c.messages((record[column] for record in records), frame.index)
    return Output("swaps", say("At which mixture two places swap"), frame, columns, NO_GEOMETRY), left_out


def pairs_output(table: pd.DataFrame, sets: Sequence[ws.WeightSet], k: int) -> Output:
    records: list[dict[str, Any]] = []
    for a, b in combinations(range(len(sets)), 2):
        first, second = table[f"rank_{a + 1}"], table[f"rank_{b + 1}"]
        records.append({
            v.ID: f"{a + 1}:{b + 1}", v.NAME: joined([sets[a].name, sets[b].name], " · "),
            "shared": float(((first <= k) & (second <= k)).sum()),
            "only_first": float(((first <= k) & ~(second <= k)).sum()),
            "only_second": float((~(first <= k) & (second <= k)).sum()),
            "moved": float((first - second).abs().mean()),
        })
    columns = (
        *c.id_columns(), Column("shared", say("In both {where}", where=among_first(k)), "count"),
        Column("only_first", say("Only in the first"), "count"), Column("only_second", say("Only in the second"), "count"),
        Column("moved", say("Ranks apart, on average"), "", digits=1),
    )
    frame = pd.DataFrame(records, columns=[column.name for column in columns])
    frame[v.NAME] = c.messages((record[v.NAME] for record in records), frame.index)
    return Output("pairs", say("Two sets at a time"), frame, columns, NO_GEOMETRY)


def sets_output(sets: Sequence[ws.WeightSet], indicators: Any) -> Output:
    frame = pd.DataFrame({v.ID: [str(number) for number in range(1, len(sets) + 1)]})
    frame[v.NAME] = c.messages((each.name for each in sets), frame.index)
    for position, item in enumerate(indicators):
        frame["weight_" + item.column] = [float(each.weights[position]) for each in sets]
    columns = (*c.id_columns(), *(Column("weight_" + item.column, item.label, "share", digits=1) for item in indicators))
    return Output("sets", say("The sets, each adding up to 100 %"), frame, columns, NO_GEOMETRY)
