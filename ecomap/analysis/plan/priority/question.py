"""Which schools next: schools without it, by the need-weighted children they would newly bring into reach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation, situation, situation_notes
from ecomap.analysis.need.bands import top_set
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import allocation_range, need_draws
from ecomap.analysis.plan.candidates import INPUTS, candidates_for
from ecomap.analysis.plan.priority.gain import (
    DIGITS,
    Gain,
    gain_of,
    need_of_areas,
    powered,
    ranked_schools,
)
from ecomap.analysis.plan.priority.params import PriorityParams
from ecomap.analysis.plan.priority.price import price_of
from ecomap.analysis.plan.priority.tables import schools_output
from ecomap.analysis.plan.priority.words import (
    priority_bars,
    priority_figures,
    priority_notes,
    priority_sentence,
)
from ecomap.analysis.plan.published_allocation import ALLOCATIONS, published_allocation, with_published
from ecomap.analysis.plan.together import reached_together
from ecomap.analysis.registry import Analysis, Answer, Table
from ecomap.analysis.statistics.error import Z_90
from ecomap.analysis.statistics.ranks import rank_bands, ranks, ties
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import say


def run_priority(frames: Frames, params: PriorityParams, *, progress: Progress) -> Answer:
    """Rank the schools that could be next."""
    now, found, gain = ranked_schools(frames, params, progress=progress.part(0.0, 0.65))
    score = pd.Series(np.round(gain.score, DIGITS))
    rank = ranks(score).to_numpy()
    drawn = _drawn_scores(now, gain, progress.part(0.65, 0.9))
    low, high = (end.to_numpy(dtype=float) for end in rank_bands(score, drawn, params.band))
    sure = top_set(score, drawn, params.top) if len(drawn) else None
    published = published_allocation(frames, found.schools[v.ID])
    price = price_of(now, found, min(params.top, len(found.schools)), progress.part(0.9, 0.95))
    output = with_published(schools_output(now, found, gain, rank, low, high, sure, price), published)
    progress.at(0.95, say("Adding up the first schools"))
    together = reached_together(now, found, output.frame[v.ID].head(params.top))
    tied = int(ties(gain.score, DIGITS)[gain.people > 0].sum())
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Next schools: {target}", target=now.supply.target.title),
        sentence=priority_sentence(now, output.frame, together, price), outputs=(output,),
        figures=priority_figures(now, output.frame, together, price),
        notes=(*priority_notes(now, found, gain.imputed, tied), *situation_notes(now), *published.notes), bars=priority_bars(now, output.frame),
        bars_title=say("Share of the {who} now out of reach that each school would reach on its own", who=now.who),
    )


def figures_again(frames: Frames, params: PriorityParams, first: Result, *, progress: Progress) -> tuple[KeyFigure, ...]:
    """The figures of the schools that came first, asked with other rows or settings: who they are stays as it was."""
    now = situation(frames, params, progress=progress.part(0.0, 0.7))
    found = candidates_for(frames, now).only([str(school) for school in first.main.frame[v.ID].head(params.top)])
    if not len(found.schools):
        return ()
    gain = gain_of(now, found, progress.part(0.7, 1.0))
    told = found.schools.assign(**{c.NEWLY_REACHED: gain.people})
    figures = priority_figures(now, told, reached_together(now, found, found.schools[v.ID]))
    return tuple(figure for figure in figures if figure.name not in ("schools_ranked", "schools_reaching_nobody"))


def _drawn_scores(now: Situation, gain: Gain, progress: Progress) -> np.ndarray:
    """Scores (draws x schools) with people and need indicators drawn within their margins; none without draws or margins."""
    draws = now.params.draws
    spread = allocation_range(now.areas, now.params.count)
    if not draws or (now.moes is None and spread is None and not _any_margin(now)):
        return np.zeros((0, len(gain.score)))
    need, _, imputed = need_of_areas(now)
    drawn_need = np.broadcast_to(need, (draws, len(need)))
    if now.layer.indicators and now.params.need_weight > 0:
        drawn_need = need_draws(now.areas, Recipe(now.layer.indicators), draws=draws, seed=now.params.seed,
                                progress=progress.part(0.0, 0.7))
        drawn_need = np.where(imputed, need, drawn_need)
    people = np.nan_to_num(now.people, nan=0.0)
    generator = np.random.default_rng([now.params.seed, 1])
    error = np.zeros(len(people)) if now.moes is None else np.nan_to_num(now.moes) / Z_90
    drawn_people = people + generator.standard_normal((draws, len(people))) * error
    if spread is not None:
        drawn_people += np.random.default_rng([now.params.seed, 3]).uniform(-1.0, 1.0, drawn_people.shape) * spread
    drawn_people = np.maximum(drawn_people, 0.0)
    progress.at(0.8, say("Ranking the draws"))
    scores = gain.weights @ (drawn_people * powered(drawn_need, now.params.need_weight)).T
    return np.asarray(np.round(scores, DIGITS).T)


def _any_margin(now: Situation) -> bool:
    return any((item.moe_column and item.moe_column in now.areas) or allocation_range(now.areas, item) is not None
               for item in now.layer.indicators)


ANALYSIS = Analysis(
    name="priority",
    title=say("Schools to expand to next"),
    question=say("Which schools next?"),
    summary=say("Ranks the schools that do not have it yet by the children they would newly bring into reach, weighed by "
            "need. Every school comes with its reasons, what each indicator adds, and a band of ranks."),
    step="plan",
    params=PriorityParams,
    inputs=(*INPUTS, ALLOCATIONS),
    run=run_priority,
    again=figures_again,
    assumes=("spread", "day"),
    method=say("Candidates are schools with a place on the map that do not have the target: no site of the approach by "
           "school id (and not inside a zone of it), or no such service within 100 m. A school would newly reach the "
           "ground inside its circle (distance / detour) that is out of reach today; children are spread evenly over their "
           "need area. Score = sum over need areas of children newly reached x need score ^ weight, with the default need "
           "index (all indicators, percentile ranks, equal weights). An indicator's part is the sum of children x need ^ "
           "weight x its share of the area's need score; the parts add up to the score. Areas without a need score take "
           "the children-weighted mean. The rank band is the middle 90 % of ranks over seeded draws of the children "
           "(not below 0) and of the need indicators within their margins and, where they were carried from other areas, within "
           "the half-range of spreading people; stretched where needed to hold the rank; distances and the even spread of "
           "children are taken as certain. With all compared at once: joint 90 % bands of ranks (Klein, Wright and Wieczorek 2020) with the spread of the drawn scores as "
           "standard error. Each school is looked at on its own. What as many schools chosen together would reach is maximal covering as in "
           "the question of a plan, children counted alike whatever their need; the order of adding takes, one after the other, the "
           "school with the highest score from children whom those before it do not reach. "
           "Equal scores share a rank and are ordered by school id; schools that reach nobody new come last. A published index or "
           "allocation of schools (SENI) stands beside the order as published and does not change it."),
    sources=(
        "Church, R. and ReVelle, C. (1974). The maximal covering location problem. doi 10.1007/BF01942293",
        "U.S. Census Bureau (2020). Understanding and Using American Community Survey Data, chapters 7-8",
        "Klein, M., Wright, T. and Wieczorek, J. (2020). A joint confidence region for an overall ranking of populations. "
        "doi 10.1111/rssc.12402",
    ),
    tables=(Table("schools", say("Every candidate school: rank with its band, people newly in reach, need, reasons.")),),
)
