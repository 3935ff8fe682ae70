"""How sure a rank of need is, whatever the choices behind it: sensitivity as a question of the project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import pandas as pd
from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.need import presets as p
from ecomap.analysis.need.index.choice import NO_SEED, IndexChoice, IndexParams, chosen_index
from ecomap.analysis.need.sensitivity import draws as sens
from ecomap.analysis.notes import count_note
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics.ranks import FIFTHS, fifths
from ecomap.model import vocabulary as v
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.layer import NO_GEOMETRY, POLYGON, Column, Layer
from ecomap.model.params import Choice, Param
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.units import format_number

_LABELS: Mapping[str, Said] = {
    sens.WEIGHTS: say("how much each indicator counts"), sens.SCALING: say("how indicators are put on one scale"),
    sens.AGGREGATION: say("how indicators are added up"), sens.LEAVE_OUT: say("leaving one indicator out"),
}
_SURE = 0.95


@frozen
class SensitivityParams(IndexParams):
    """What a planner decides about a test of the need index; the choices of the index itself are varied around."""

    method: Annotated[str, Param(
        say("How are weights varied?"), say("A little: each by up to the share below. Freely: any mix, the chosen weights on average."),
        choices=(Choice(sens.NOISE, say("A little")), Choice(sens.DIRICHLET, say("Freely"))))] = sens.NOISE
    spread: Annotated[float, Param(say("By how much at most?"), unit="share", ge=0, le=1, advanced=True)] = 0.25
    draws: Annotated[int, Param(
        say("How many other indexes?"), say("Each with other weights, another scale and another mean, by chance."), ge=10, le=10_000,
        advanced=True)] = 1000
    seed: Annotated[int, NO_SEED] = 0


def run_sensitivity(frames: Frames, params: SensitivityParams, *, progress: Progress) -> Answer:
    """Rank every area under many other reasonable choices."""
    areas, layer = frames["areas"], frames.layer("areas")
    choice = chosen_index(areas, layer, params)
    if choice.is_product:
        raise ParameterError(say("{title} is a product of two parts: it has no other weights or means to try.", title=p.CALENVIROSCREEN.title),
                             say("Choose another index, or your own."))
    indicators = choice.indicators
    found = sens.need_sensitivity(choice.areas, choice.recipe, draws=params.draws, method=params.method, spread=params.spread,
                                  progress=progress)
    table = found.areas.set_axis(areas.index)
    ranked = int(table[c.RANK].notna().sum())
    outputs = (_areas(areas, layer, table), _assumptions(found, ranked), _indicators(found, indicators))
    return Answer(
        title=say("How sure is the need index?"),
        sentence=_sentence(areas, table, found, ranked), outputs=outputs, figures=_figures(table, found, ranked),
        notes=(*choice.notes, *_notes(params, table, found, choice)), bars=_bars(found, ranked),
        bars_title=say("How far a rank moves on average, as a share of all ranks, when only this changes"),
        indicators=choice.indicators, sources=choice.cited,
    )


def _areas(areas: Any, layer: Layer, table: pd.DataFrame) -> Output:
    carried = [column for column in (v.ID, v.NAME, v.GEOMETRY) if column in areas]
    frame = areas[carried].assign(**{column: table[column] for column in table})
    columns = (
        *c.id_columns(), c.rank_column(say("highest need"), low=sens.FIRST, high=sens.LAST), c.score_column(),
        Column(sens.FIRST, say("Rank, best case"), "rank", say("In 5 of 100 other indexes the area ranks this high or higher.")),
        Column(sens.MEDIAN, say("Rank, middle"), "rank", say("Half of the other indexes rank the area higher, half lower.")),
        Column(sens.LAST, say("Rank, worst case"), "rank", say("In 5 of 100 other indexes the area ranks this low or lower.")),
        Column(sens.SHARE_HIGHEST, say("In the highest-need fifth"), "share", say("Of all other indexes: how many put it there.")),
    )
    ordered = [column.name for column in columns if column.name in frame] + [v.GEOMETRY]
    style = LayerStyle(kind=GRADUATED, column=sens.SHARE_HIGHEST, palette="need", scheme="fixed",
                       breaks=(0.05, 0.5, 0.95, 1.0),
                       class_labels=(say("Hardly ever (up to 5 %)"), say("Less than half"), say("More than half"), say("Nearly always (95 % or more)")))
    return Output("areas", say("How often an area is in the highest-need fifth"), frame[ordered], columns, POLYGON, layer.id,
                  style, layer.boundary, told=(c.RANK, sens.SHARE_HIGHEST))


def _assumptions(found: sens.Sensitivity, ranked: int) -> Output:
    table = found.assumptions.sort_values("mean_shift", ascending=False, kind="stable")
    frame = pd.DataFrame({
        v.ID: table.index.astype(str), v.NAME: c.messages((_LABELS[what].capitalize() for what in table.index), range(len(table))),
        "mean_shift": table["mean_shift"].to_numpy(), "largest_shift": table["largest_shift"].to_numpy(),
        "share_of_ranks": table["mean_shift"].to_numpy() / max(ranked, 1),
    })
    columns = (
        *c.id_columns(), Column("mean_shift", say("Ranks moved, on average"), "", digits=1),
        Column("largest_shift", say("Ranks moved, at most"), ""),
        Column("share_of_ranks", say("Average as a share of all ranks"), "share", digits=1),
    )
    return Output("assumptions", say("What moves ranks most"), frame, columns, NO_GEOMETRY)


def _indicators(found: sens.Sensitivity, indicators: tuple[Indicator, ...]) -> Output:
    labels = {item.column: item.label for item in indicators}
    table = found.indicators
    frame = pd.DataFrame({
        v.ID: table.index.astype(str), v.NAME: c.messages((labels[column] for column in table.index), range(len(table))),
        "weight": table["weight"].to_numpy(),
        "correlation": table["correlation"].to_numpy(), "leave_out_shift": table["leave_out_shift"].to_numpy(),
    })
    columns = (
        *c.id_columns(), Column("weight", say("Weight given"), "share", digits=1),
        Column("correlation", say("Weight in effect"), "score", say("Correlation with the score, -1 to 1: how much the index follows "
               "this indicator, at the weight it was given.")),
        Column("leave_out_shift", say("Ranks moved without it, on average"), "", digits=1),
    )
    return Output("indicators", say("How much each indicator counts in effect"), frame, columns, NO_GEOMETRY)


def _share(values: pd.Series) -> int:
    return int((values >= _SURE).sum())


def _figures(table: pd.DataFrame, found: sens.Sensitivity, ranked: int) -> tuple[KeyFigure, ...]:
    width = (table[sens.LAST] - table[sens.FIRST]).dropna()
    sometimes = int(((table[sens.SHARE_HIGHEST] > 1 - _SURE) & (table[sens.SHARE_HIGHEST] < _SURE)).sum())
    mean = float(found.assumptions["mean_shift"].max())
    return (
        KeyFigure("always_highest", say("Areas in the highest-need fifth in nearly every index tried"), float(_share(table[sens.SHARE_HIGHEST])),
                  "count", note=say("In at least 95 of 100 other indexes.")),
        KeyFigure("sometimes_highest", say("Areas that depend on the choices"), float(sometimes), "count",
                  note=say("In the highest-need fifth in 5 to 95 of 100 other indexes.")),
        KeyFigure("band_width", say("Ranks that a typical band spans"), float(width.median()) if len(width) else None, "rank",
                  note=say("Of {ranked} ranked areas.", ranked=format_number(ranked))),
        KeyFigure("largest_mover", say("Ranks moved on average by: {choice}", choice=_LABELS[found.mover]), mean, "rank"),
    )


def _sentence(areas: Any, table: pd.DataFrame, found: sens.Sensitivity, ranked: int) -> Said:
    if not ranked:
        return say("No area has enough indicators for a score.")
    first = table[c.RANK].idxmin()
    always = _share(table[sens.SHARE_HIGHEST])
    highest = max(int((fifths(table[c.SCORE]) == FIFTHS).sum()), 1)
    # One area with the highest need is "0 area ... stay" where it does not.
    stay = (plural("In at least 95 of 100 other indexes tried, {n} of the {highest} areas with the highest need stays in that fifth",
                   "In at least 95 of 100 other indexes tried, {n} of the {highest} areas with the highest need stay in that fifth", always,
                   highest=format_number(highest)) if highest > 1 else
            plural("In at least 95 of 100 other indexes tried, {n} area with the highest need stays in that fifth",
                   "In at least 95 of 100 other indexes tried, {n} area with the highest need stay in that fifth", always))
    low, high = table.loc[first, [sens.FIRST, sens.LAST]]
    return say("{stay}; {place}, first as chosen, ranks {low} to {high}. What moves ranks most: {choice}.", stay=stay,
               place=name(areas.get(v.NAME, areas[v.ID])[first]), low=int(low), high=int(high), choice=_LABELS[found.mover])


def _bars(found: sens.Sensitivity, ranked: int) -> tuple[tuple[Said, float, float | None], ...]:
    table = found.assumptions.sort_values("mean_shift", ascending=False, kind="stable")
    return tuple((_LABELS[str(what)].capitalize(), float(row["mean_shift"]) / max(ranked, 1), None) for what, row in table.iterrows())


def _notes(
    params: SensitivityParams, table: pd.DataFrame, found: sens.Sensitivity, choice: IndexChoice
) -> tuple[Note, ...]:
    indicators = choice.indicators
    varied = (say("each weight changed by up to {share} of itself", share=format_number(params.spread, "share"))
              if params.method == sens.NOISE else say("any mix of weights, the chosen ones on average"))
    scales = (say("percentile, min-max, z-score or fixed marks") if choice.recipe.marks else
              say("percentile, min-max or z-score"))
    notes = [Note("method", say("{draws} other indexes: {varied}; {scales}; arithmetic or geometric mean, at even odds.",
                                draws=format_number(params.draws), varied=varied, scales=scales))]
    missing = int(table[c.RANK].isna().sum())
    if missing:
        notes.append(count_note(plural("{n} area has too few indicators for a score and no rank.",
                                       "{n} areas have too few indicators for a score and no rank.", missing)))
    correlation = found.indicators["correlation"]
    against = [item.label for item in indicators if correlation.get(item.column, 1.0) < 0]
    if against:
        notes.append(Note("caution", say("These run against the index as a whole: {indicators}. Check their direction, or whether they "
                                         "belong in it.", indicators=joined(against, ", "))))
    weak = [item.label for item in indicators if 0 <= correlation.get(item.column, 1.0) < 0.3]
    if weak:
        notes.append(Note("caution", say("These hardly shape the index, for all the weight they carry: {indicators}.",
                                         indicators=joined(weak, ", "))))
    return (*notes, Note("caution", say("The survey's sampling error is not in these bands: the need index shows it. With both together a rank is less "
                                         "sure than either says.")))


ANALYSIS = Analysis(
    name="sensitivity",
    title=say("How sure is the need index?"),
    question=say("Would other reasonable choices change who comes first?"),
    summary=say("Makes the need index again many times with other weights, another scale and another mean. Shows between which "
            "ranks each area lies, which areas are in the highest-need fifth in nearly all of them, and which choice moves "
            "ranks most."),
    step="need",
    params=SensitivityParams,
    inputs=(Input("areas", v.NEED_AREA, say("Need areas")),),
    run=run_sensitivity,
    method=say("Each draw takes weights (each changed evenly by up to the share, or from a Dirichlet distribution with the chosen "
           "weights as mean), one of percentile, min-max and z-score scaling and the arithmetic or geometric mean (z-score "
           "only with the arithmetic). Reported are the 5th, 50th and 95th percentile of an area's ranks and the share of "
           "draws with the area in the highest-need fifth. One at a time: the mean shift of ranks when only weights, only "
           "the scale, only the mean changes, or one indicator is left out. Weight in effect: the correlation of each scaled "
           "indicator with the score. Seeded: the same choices give the same bytes."),
    sources=(
        "OECD/JRC (2008). Handbook on Constructing Composite Indicators, step 7. doi 10.1787/9789264043466-en",
        "Saisana, M., Saltelli, A. and Tarantola, S. (2005). Uncertainty and sensitivity analysis techniques. "
        "doi 10.1111/j.1467-985X.2005.00350.x",
    ),
    tables=(
        Table("areas", say("Every need area: its rank as chosen and between which ranks it lies otherwise.")),
        Table("assumptions", say("What moves ranks most, one choice at a time.")),
        Table("indicators", say("Weight given and weight in effect of every indicator.")),
    ),
)
