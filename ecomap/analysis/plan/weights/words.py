"""What a comparison of weights says: the finding, the key figures and the cautions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ecomap.analysis.notes import count_note, first_names
from ecomap.analysis.plan.weights import sets as ws
from ecomap.analysis.plan.weights.params import SCHOOLS, WeightSetsParams
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import Said, plural, say
from ecomap.model.units import format_number

_SHOWN = 5


def set_sentence(names: pd.Series, table: pd.DataFrame, sets: Sequence[ws.WeightSet], params: WeightSetsParams) -> Said:
    """The finding in plain words; ``names`` are those of the places."""
    contested = table["state"] == ws.CONTESTED
    chosen = _chosen(int((table["state"] == ws.AGREED).sum()), params)
    found: dict[str, Said] = {"sets": format_number(len(sets)), "chosen": chosen}
    if not contested.any():
        return say("Whichever of the {sets} sets of weights is taken, {chosen}; none depends on the set.", **found)
    named = names.loc[table.loc[contested].sort_values(["best", "worst"], kind="stable").index]
    return plural("Whichever of the {sets} sets of weights is taken, {chosen}; {n} depends on the set: {places}.",
                  "Whichever of the {sets} sets of weights is taken, {chosen}; {n} depend on the set: {places}.",
                  int(contested.sum()), places=first_names(named, _SHOWN), **found)


def _chosen(count: int, params: WeightSetsParams) -> Said:
    """So many places are chosen by every set."""
    if params.top == 1:
        return (plural("{n} school is in first place", "{n} schools are in first place", count) if params.places == SCHOOLS else
                plural("{n} need area is in first place", "{n} need areas are in first place", count))
    first = format_number(params.top)
    return (plural("{n} school is among the first {first}", "{n} schools are among the first {first}", count, first=first)
            if params.places == SCHOOLS else
            plural("{n} need area is among the first {first}", "{n} need areas are among the first {first}", count, first=first))


def set_figures(table: pd.DataFrame, sets: tuple[ws.WeightSet, ...]) -> tuple[KeyFigure, ...]:
    apart = (table["worst"] - table["best"]).dropna()
    return (
        KeyFigure("agreed", say("Chosen by every set"), float((table["state"] == ws.AGREED).sum()), "count"),
        KeyFigure("contested", say("Contested"), float((table["state"] == ws.CONTESTED).sum()), "count",
                  note=say("Chosen by some sets and not by others.")),
        KeyFigure("sets", say("Sets compared"), float(len(sets)), "count"),
        KeyFigure("ranks_apart", say("Between best and worst rank, middle place"), float(apart.median()) if len(apart) else None, "rank"),
    )


def set_notes(table: pd.DataFrame, sets: tuple[ws.WeightSet, ...], params: WeightSetsParams, left_out: int) -> tuple[Note, ...]:
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
        notes.append(count_note(plural("{n} place has too few indicators for a rank in every set.",
                                       "{n} places have too few indicators for a rank in every set.", without)))
    if left_out:
        notes.append(count_note(plural("{n} further pair of places is not listed.", "{n} further pairs of places are not listed.",
                                       left_out)))
    return tuple(notes)
