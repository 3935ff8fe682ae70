"""Where need is highest: the need index as a question of the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import pandas as pd
from attrs import evolve, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.need.error_split import SCORE_MOE, ErrorSplit, error_split, rank_errors, score_errors
from ecomap.analysis.need.index.choice import (
    SEED,
    IndexParams,
    chosen_index,
    chosen_indicators,
    drawn_scores,
    scores,
)
from ecomap.analysis.need.index.words import need_notes, need_sentence, share_by_fifth
from ecomap.analysis.need.scaling import percentile_rank
from ecomap.analysis.need.scoring import need_draws, need_index, rank_bands
from ecomap.analysis.registry import Analysis, Input, Table
from ecomap.analysis.statistics.ranks import fifths
from ecomap.analysis.statistics.top_set import (
    AT_ONCE,
    BAND,
    ON_ITS_OWN,
    band_columns,
    joint_bands,
    top_columns,
    top_set,
)
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.params import Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import Output, Provenance, Result
from ecomap.model.said import say
from ecomap.model.style import GRADUATED, LayerStyle

__all__ = ["ANALYSIS", "IndexParams", "NeedIndexParams", "chosen_indicators", "need_draws", "need_index", "percentile_rank",
           "rank_bands"]
PERCENTILE = "percentile"


@frozen
class NeedIndexParams(IndexParams):
    """What a planner decides about a need index."""

    draws: Annotated[int, Param(
        "Draws for the rank band", "How often every estimate is drawn again within its errors. 0: no band.",
        ge=0, le=10_000, advanced=True)] = 1000
    seed: Annotated[int, SEED] = 0
    band: Annotated[str, BAND] = ON_ITS_OWN
    top: Annotated[int, Param(
        "Who could be among how many highest?", "Areas that could be among so many, given the margins of error, are marked.",
        ge=1, le=1000, advanced=True)] = 25


def run_need_index(frames: Frames, params: NeedIndexParams, *, progress: Progress) -> Result:
    """The need index of a layer of need areas, with bands, fifths and notes."""
    areas, layer = frames["areas"], frames.layer("areas")
    choice = chosen_index(areas, layer, params)
    progress.at(0.05, say("Scoring areas"))
    index = scores(choice)
    drawn = drawn_scores(choice, draws=params.draws, seed=params.seed, progress=progress.part(0.1, 0.6))
    progress.at(0.6, say("Ranking the draws"))
    index[c.RANK_LOW], index[c.RANK_HIGH] = rank_bands(index[c.SCORE], drawn)
    if len(drawn):
        index = index.join(top_set(index[c.SCORE], drawn, params.top))
        if params.band == AT_ONCE:
            joint = joint_bands(index[c.SCORE], drawn)
            index[c.RANK_LOW], index[c.RANK_HIGH] = joint["lower"], joint["upper"]
    split = error_split(choice, index[c.SCORE], drawn, seed=params.seed, progress=progress.part(0.7, 0.95))
    index = index.join(split.table)
    index[c.FIFTH] = fifths(index[c.SCORE])
    if choice.preset is not None and choice.minimum_present == 1:
        index[PERCENTILE] = percentile_rank(index[c.SCORE])
    output = _areas_output(areas, layer, index, choice.indicators, params, split)
    figures, bars = share_by_fifth(output.frame)
    progress.at(1.0, say("Done"))
    title = choice.preset.title if choice.preset is not None else ""
    return Result(
        id="need-index", analysis="need-index", title=say("Need index: {title}", title=title) if title else say("Need index"),
        sentence=need_sentence(output.frame, choice.indicators, params, title), outputs=(output,), figures=figures,
        notes=need_notes(choice, layer, index, params, split), bars=bars, bars_title=say("Share of children by need fifth"),
        provenance=Provenance("need-index", ANALYSIS.version, plain_params(params), ((layer.id, ""),), choice.sources(layer)),
    )


def _areas_output(
    areas: Any, layer: Layer, index: pd.DataFrame, indicators: Sequence[Indicator], params: NeedIndexParams,
    split: ErrorSplit,
) -> Output:
    reason = v.CHILDREN + v.REASON_SUFFIX
    wanted = (v.ID, v.NAME, v.CHILDREN, v.CHILDREN + v.MOE_SUFFIX, reason, v.GEOMETRY)
    carried = [name for name in wanted if name in areas]
    banded = c.RANK_LOW in index and SCORE_MOE in index
    sure = top_columns(params.top) if banded else ()
    errors, alone = score_errors(split), rank_errors(split)
    shown = [name for name in (c.SCORE, *(column.name for column in errors), c.RANK, c.RANK_LOW, c.RANK_HIGH, PERCENTILE,
                               *(column.name for column in (*sure, *alone)), c.FIFTH, c.SHARE_PRESENT, c.REASON) if name in index]
    parts = [name for name in index.columns if name.startswith(c.CONTRIBUTION)]
    frame = areas[carried].assign(**{name: index[name] for name in (*shown, *parts)})
    labels = {c.CONTRIBUTION + item.column: item for item in indicators}
    children = c.children_columns("Children", v.CHILDREN + v.MOE_SUFFIX in areas) if v.CHILDREN in areas else ()
    columns = (
        *c.id_columns(), evolve(c.score_column(), moe=SCORE_MOE if banded else ""), *errors,
        c.rank_column("highest need", *((c.RANK_LOW, c.RANK_HIGH) if banded else ("", ""))), *band_columns(params.band),
        *((Column(PERCENTILE, say("Percentile, as the method publishes it"), "share", say("Share of the areas ranked here that are "
                  "lower.")),) if PERCENTILE in index else ()), *sure, c.fifth_column(), *children, *((c.reason_column(v.CHILDREN, "Children"),) if reason in areas else ()),
        Column(c.SHARE_PRESENT, say("Indicators present"), "share", say("Share of the indicators that have a value here.")),
        Column(c.REASON, say("Why there is no score")),
        *(Column(name, say("{label}: part of the score", label=labels[name].label), "score",
                 say("The parts add up to the score. No value: the indicator is missing here."), digits=3) for name in parts),
        *alone,
    )
    ordered = [column.name for column in columns if column.name in frame] + [v.GEOMETRY]
    style = LayerStyle(
        kind=GRADUATED, column=c.SCORE, palette="need", scheme="quantiles", classes=5, line="#FFFFFF", line_width=0.5,
        fill_opacity=0.9, class_labels=("lowest fifth", "low", "middle", "high", "highest fifth"),
    )
    return Output("areas", say("Need by area"), frame[ordered], columns, POLYGON, layer.id, style, layer.boundary)


ANALYSIS = Analysis(
    name="need-index",
    title=say("Need index"),
    question=say("Where is need highest?"),
    summary=say("Puts the indicators you choose on one scale and adds them up to a score for every need area. Shows what "
            "each indicator adds, and between which ranks an area lies given the margins of error."),
    step="need",
    params=NeedIndexParams,
    inputs=(Input("areas", v.NEED_AREA, say("Need areas")),),
    run=run_need_index,
    method=say("Each indicator is scaled among the areas of the layer so that higher means more need: percentile rank "
           "(minimum rank - 1) / (n - 1), reversed as 1 - rank; min-max; z-score with the population standard deviation; or the "
           "place between two fixed marks, 0 or 1 beyond them. The score is the weighted mean of the indicators an area has; the geometric and harmonic means work on "
           "a 1-100 scale and are divided by 100. An area with too few indicators gets no score. The rank band is the "
           "middle 90 % of the ranks over seeded draws of every estimate within its margin (standard error = margin / "
           "1.645, independent errors) and, where values were carried from other areas, evenly within the half-range of "
           "spreading people; stretched where needed to hold the rank itself; it describes these errors, looks at one area at a "
           "time and is no confidence set. With all compared at once: joint 90 % bands of ranks (Klein, Wright and Wieczorek "
           "2020) with the spread of the drawn scores as standard error. Steadied rates: empirical Bayes (Marshall 1991), "
           "margins shrunk by the same weight. A method with a name takes its own indicators, scale and ranks among the areas of "
           "the layer; CalEnviroScreen is a product of two parts, each of which answers for half of the score. Fifths hold equally many areas; 5 is the highest need."),
    sources=(
        "CDC/ATSDR (2022). Social Vulnerability Index documentation",
        "OEHHA (2021). CalEnviroScreen 4.0",
        "OECD/JRC (2008). Handbook on Constructing Composite Indicators. doi 10.1787/9789264043466-en",
        "U.S. Census Bureau (2020). Understanding and Using American Community Survey Data, chapters 7-8",
        "Klein, M., Wright, T. and Wieczorek, J. (2020). A joint confidence region for an overall ranking of populations. "
        "doi 10.1111/rssc.12402",
        "Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes estimators. doi 10.2307/2347593",
    ),
    tables=(Table("areas", say("Every need area: score, rank with its band, fifth, and what each indicator adds.")),),
)
