"""Where need is highest: the need index as a question of the project."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.need.bands import BAND, BAND_METHOD, BAND_SOURCES, correlation_note, top_set, untold_note
from ecomap.analysis.need.error_split import error_split
from ecomap.analysis.need.index.choice import (
    DRAWN,
    DRAWS,
    NO_SEED,
    TOGETHER,
    IndexParams,
    chosen_index,
    index_surveys,
    scores,
)
from ecomap.analysis.need.index.tables import PERCENTILE, areas_output
from ecomap.analysis.need.index.words import need_notes, need_sentence, share_by_fifth
from ecomap.analysis.need.scaling import percentile_rank
from ecomap.analysis.people import counted_in, who_is_counted
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.analysis.statistics.rank_sets import rank_sets
from ecomap.analysis.statistics.ranks import ON_ITS_OWN, fifths
from ecomap.analysis.statistics.selection import DrawnFifths
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import NOTHING, joined, say


@frozen
class NeedIndexParams(IndexParams):
    """What a planner decides about a need index."""

    draws: Annotated[int, DRAWN] = DRAWS
    correlation: Annotated[float, TOGETHER] = CORRELATION
    seed: Annotated[int, NO_SEED] = 0
    band: Annotated[str, BAND] = ON_ITS_OWN
    top: Annotated[int, Param(
        say("Who could be among how many highest?"), say("Areas that could be among so many, given the margins of error, are marked."),
        ge=1, le=1000, advanced=True)] = 25


def run_need_index(frames: Frames, params: NeedIndexParams, *, progress: Progress) -> Answer:
    """The need index of a layer of need areas, with bands, fifths and notes."""
    areas, layer = frames["areas"], frames.layer("areas")
    choice = chosen_index(areas, layer, params)
    progress.at(0.05, say("Scoring areas"))
    index = scores(choice)
    drawn = index_surveys(choice, draws=params.draws, correlation=params.correlation, progress=progress.part(0.1, 0.6))
    progress.at(0.6, say("Telling places apart"))
    sets = rank_sets(index[c.SCORE], drawn)
    index[c.RANK_LOW], index[c.RANK_HIGH] = sets[f"{params.band}_low"], sets[f"{params.band}_high"]
    if len(drawn):
        index = index.join(top_set(sets, params.top))
    split = error_split(choice, index[c.SCORE], drawn, sets, params.correlation, progress=progress.part(0.7, 0.95))
    together = correlation_note(params.correlation, index[c.SCORE], drawn, lambda other, draws: index_surveys(
        choice, draws=draws, correlation=other)) if choice.margins > 1 else ()
    index = index.join(split.table)
    index[c.FIFTH] = fifths(index[c.SCORE])
    if choice.preset is not None and choice.recipe.minimum_present == 1:
        index[PERCENTILE] = percentile_rank(index[c.SCORE])
    output = areas_output(areas, layer, index, choice.indicators, params, split)
    figures, bars = share_by_fifth(output.frame, DrawnFifths.of(drawn) if len(drawn) else None)
    progress.at(1.0, say("Done"))
    title = choice.preset.title if choice.preset is not None else NOTHING
    return Answer(
        title=say("Need index: {title}", title=title) if title else say("Need index"),
        sentence=need_sentence(output.frame, choice.indicators, params, title, figures), outputs=(output,), figures=figures,
        notes=(*need_notes(choice, layer, index, params, split), *untold_note(areas, drawn, sets, counted=True), *together), bars=bars, bars_title=say("Share of {who} by need fifth", who=who_is_counted(counted_in(areas))) if bars else NOTHING,
        indicators=choice.indicators, sources=choice.cited,
    )


def figures_again(frames: Frames, params: NeedIndexParams, first: Result, *, progress: Progress) -> tuple[KeyFigure, ...]:
    """Who lives in which fifth, asked with other rows or settings."""
    choice = chosen_index(frames["areas"], frames.layer("areas"), params)
    return share_by_fifth(frames["areas"].assign(**{c.SCORE: scores(choice)[c.SCORE]}).assign(
        **{c.FIFTH: lambda areas: fifths(areas[c.SCORE])}))[0]


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
    again=figures_again,
    assumes=("direction", "choice"),
    method=joined([say("Each indicator is scaled among the areas of the layer so that higher means more need: percentile rank "
           "(minimum rank - 1) / (n - 1), reversed as 1 - rank; min-max; z-score with the population standard deviation; or the "
           "place between two fixed marks, 0 or 1 beyond them. The score is the weighted mean of the indicators an area "
           "has; the geometric and harmonic means work on a 1-100 scale and are divided by 100. An area with too few indicators gets no "
           "score."), BAND_METHOD, say("Steadied rates: empirical Bayes (Marshall 1991), "
           "margins shrunk by the same weight. A method with a name takes its own indicators, scale and ranks among the areas of "
           "the layer; CalEnviroScreen is a product of two parts, each of which answers for half of the score. Fifths "
           "hold equally many areas; 5 is the highest need.")]),
    sources=(
        "CDC/ATSDR (2022). Social Vulnerability Index documentation",
        "OEHHA (2021). CalEnviroScreen 4.0",
        "OECD/JRC (2008). Handbook on Constructing Composite Indicators. doi 10.1787/9789264043466-en",
        "U.S. Census Bureau (2020). Understanding and Using American Community Survey Data, chapters 7-8",
        *BAND_SOURCES,
        "Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes estimators. doi 10.2307/2347593",
    ),
    tables=(Table("areas", say("Every need area: score, rank with its band, fifth, and what each indicator adds.")),),
)
