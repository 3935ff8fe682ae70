"""Where need is highest: the need index as a question of the project."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from ecomap.analysis import columns as c
from ecomap.analysis.need.bands import BAND, top_set
from ecomap.analysis.need.error_split import error_split
from ecomap.analysis.need.index.choice import SEED, IndexParams, chosen_index, drawn_scores, scores
from ecomap.analysis.need.index.tables import PERCENTILE, areas_output
from ecomap.analysis.need.index.words import need_notes, need_sentence, share_by_fifth
from ecomap.analysis.need.scaling import percentile_rank
from ecomap.analysis.people import counted_in, who_is_counted
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.analysis.statistics.ranks import ON_ITS_OWN, fifths, rank_bands
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.params import Param
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import NOTHING, say


@frozen
class NeedIndexParams(IndexParams):
    """What a planner decides about a need index."""

    draws: Annotated[int, Param(
        say("Draws for the rank band"), say("How often every estimate is drawn again within its errors. 0: no band."),
        ge=0, le=10_000, zero=say("no band"), advanced=True)] = 1000
    seed: Annotated[int, SEED] = 0
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
    drawn = drawn_scores(choice, draws=params.draws, seed=params.seed, progress=progress.part(0.1, 0.6))
    progress.at(0.6, say("Ranking the draws"))
    index[c.RANK_LOW], index[c.RANK_HIGH] = rank_bands(index[c.SCORE], drawn, params.band)
    if len(drawn):
        index = index.join(top_set(index[c.SCORE], drawn, params.top))
    split = error_split(choice, index[c.SCORE], drawn, seed=params.seed, progress=progress.part(0.7, 0.95))
    index = index.join(split.table)
    index[c.FIFTH] = fifths(index[c.SCORE])
    if choice.preset is not None and choice.recipe.minimum_present == 1:
        index[PERCENTILE] = percentile_rank(index[c.SCORE])
    output = areas_output(areas, layer, index, choice.indicators, params, split)
    figures, bars = share_by_fifth(output.frame)
    progress.at(1.0, say("Done"))
    title = choice.preset.title if choice.preset is not None else NOTHING
    return Answer(
        title=say("Need index: {title}", title=title) if title else say("Need index"),
        sentence=need_sentence(output.frame, choice.indicators, params, title), outputs=(output,), figures=figures,
        notes=need_notes(choice, layer, index, params, split), bars=bars, bars_title=say("Share of {who} by need fifth", who=who_is_counted(counted_in(areas))) if bars else NOTHING,
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
    method=say("Each indicator is scaled among the areas of the layer so that higher means more need: percentile rank "
           "(minimum rank - 1) / (n - 1), reversed as 1 - rank; min-max; z-score with the population standard deviation; or the "
           "place between two fixed marks, 0 or 1 beyond them. The score is the weighted mean of the indicators an area "
           "has; the geometric and harmonic means work on a 1-100 scale and are divided by 100. An area with too few indicators gets no score. The rank band is the "
           "middle 90 % of the ranks over seeded draws of every estimate within its margin (standard error = margin / "
           "1.645, independent errors) and, where values were carried from other areas, evenly within the half-range of "
           "spreading people; stretched where needed to hold the rank itself; it describes these errors, looks at one area at a "
           "time and is no confidence set. With all compared at once: joint 90 % bands of ranks (Klein, Wright and Wieczorek "
           "2020) with the spread of the drawn scores as standard error. Steadied rates: empirical Bayes (Marshall 1991), "
           "margins shrunk by the same weight. A method with a name takes its own indicators, scale and ranks among the areas of "
           "the layer; CalEnviroScreen is a product of two parts, each of which answers for half of the score. Fifths "
           "hold equally many areas; 5 is the highest need."),
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
