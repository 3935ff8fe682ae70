"""Which schools next: schools without it, by the need-weighted children they would newly bring into reach."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.situation import Situation, situation, situation_notes
from ecomap.analysis.known import known_by
from ecomap.analysis.need import scaling
from ecomap.analysis.need.bands import BAND_METHOD, BAND_SOURCES, correlation_note, top_set
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import allocation_range, margin_of
from ecomap.analysis.need.truths import need_surveys
from ecomap.analysis.plan.candidates import GROUND, INPUTS, candidates_for
from ecomap.analysis.plan.priority.gain import DIGITS, Gain, gain_of, need_of_areas, powered, ranked_schools
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
from ecomap.analysis.registry import Analysis, Answer, Lead, Table
from ecomap.analysis.statistics.rank_sets import Surveys, no_surveys, rank_sets
from ecomap.analysis.statistics.ranks import ranks, ties
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.memory import NUMBER, check_room
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import joined, say

_AT_ONCE = 25  # draws in hand at a time


def run_priority(frames: Frames, params: PriorityParams, *, progress: Progress) -> Answer:
    """Rank the schools that could be next."""
    check_room(_memory(len(frames["areas"]), len(frames["schools"]), params.draws))
    now, found, gain = ranked_schools(frames, params, progress=progress.part(0.0, 0.65))
    score = pd.Series(np.round(gain.score, DIGITS))
    rank = ranks(score).to_numpy()
    drawn = school_surveys(now, gain, params.draws, params.correlation, progress.part(0.65, 0.9))
    sets = rank_sets(score, drawn)
    low, high = (sets[f"{params.band}_{end}"].to_numpy(dtype=float) for end in ("low", "high"))
    sure = top_set(sets, params.top) if len(drawn) else None
    needed = params.need_weight > 0 and sum(margin_of(now.areas, item) is not None for item in now.layer.indicators) > 1
    together_note = correlation_note(params.correlation, score, drawn, lambda other, draws: school_surveys(
        now, gain, draws, other, Progress())) if needed else ()
    published = published_allocation(frames, found.schools[v.ID])
    price = price_of(now, found, min(params.top, len(found.schools)), progress.part(0.9, 0.95))
    output = with_published(schools_output(now, found, gain, rank, low, high, sure, price, known_by(frames, params)), published)
    progress.at(0.95, say("Adding up the first schools"))
    together = reached_together(now, found, output.frame[v.ID].head(params.top))
    tied = int(ties(gain.score, DIGITS)[gain.people > 0].sum())
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Next schools: {target}", target=now.supply.target.title),
        sentence=priority_sentence(now, output.frame, together, price), outputs=(output,),
        figures=priority_figures(now, output.frame, together, price),
        notes=(*priority_notes(now, found, gain.imputed, tied), *together_note, *situation_notes(now), *published.notes), bars=priority_bars(now, output.frame),
        bars_title=say("Share of the {who} now out of reach that each school would reach on its own", who=now.who),
        first=min(params.top, len(output.frame)),
    )


def _memory(areas: int, schools: int, draws: int) -> int:
    """About how many bytes it takes: need and people of every draw and its survey, three times the scores, and the ground of both."""
    return draws * NUMBER * (4 * areas + 3 * schools) + GROUND * (areas + schools)


def figures_again(frames: Frames, params: PriorityParams, first: Result, *, progress: Progress) -> tuple[KeyFigure, ...]:
    """The figures of the schools that came first, asked with other rows or settings: who they are stays as it was."""
    now = situation(frames, params, often=False, twice=False, ground=False, progress=progress.part(0.0, 0.7)).numbers_only()
    found = candidates_for(frames, now, [str(school) for school in first.main.frame[v.ID].head(params.top)])
    if not len(found.schools):
        return ()
    gain = gain_of(now, found, progress.part(0.7, 1.0))
    told = found.schools.assign(**{c.NEWLY_REACHED: gain.people})
    figures = priority_figures(now, told, reached_together(now, found, found.schools[v.ID]))
    return tuple(figure for figure in figures if figure.name not in ("schools_ranked", "schools_reaching_nobody"))


def school_surveys(now: Situation, gain: Gain, draws: int, correlation: float, progress: Progress) -> Surveys:
    """Scores of the schools in truths that could be behind the data, and in surveys of them; none without draws or margins."""
    if not draws or (now.moes is None and allocation_range(now.areas, now.params.count) is None and not _any_margin(now)):
        return no_surveys(len(gain.score))
    need, _, imputed = need_of_areas(now)
    needs: tuple[np.ndarray | None, np.ndarray | None] = (None, None)
    if now.layer.indicators and now.params.need_weight > 0:
        made = need_surveys(now.areas, Recipe(now.layer.indicators), draws=draws, correlation=correlation,
                            progress=progress.part(0.0, 0.7))
        needs = made.truths, made.surveys
    progress.at(0.8, say("Ranking the draws"))
    people = people_surveys(now.areas, now.params.count, draws)
    return Surveys(*(_scores(now, gain, who, how_much, need, imputed) for who, how_much in zip(people, needs, strict=True)))


def _scores(now: Situation, gain: Gain, people: np.ndarray, drawn: np.ndarray | None, need: np.ndarray, imputed: np.ndarray) -> np.ndarray:
    """Scores of the schools in every draw, shape (draws, schools), some draws at a time; areas whose need is not drawn have the need they have."""
    found = np.empty((len(gain.score), len(people)))
    for start in range(0, len(people), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        how_much = need if drawn is None else np.where(imputed, need, drawn[part])
        found[:, part] = np.round(gain.weights @ (people[part] * powered(how_much, now.params.need_weight)).T, DIGITS)
    return found.T


def people_surveys(areas: Any, count: str, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """True numbers of people that could be behind a count, and what surveys of them would say, shape (draws, areas); none below 0."""
    if count not in areas:
        same = np.ones((draws, len(areas)))
        return same, same
    made = need_surveys(areas, Recipe((count,), scaling.NONE, minimum_present=0), draws=draws, correlation=0.0)
    true, seen = (np.maximum(np.nan_to_num(one, nan=0.0), 0.0) for one in (made.truths, made.surveys))
    return true, seen


def _any_margin(now: Situation) -> bool:
    return any((item.moe_column and item.moe_column in now.areas) or allocation_range(now.areas, item) is not None
               for item in now.layer.indicators)


ANALYSIS = Analysis(
    name="priority",
    title=say("Schools to expand to next"),
    question=say("Which schools next, one by one?"),
    when=say("Use it to see what each school would do on its own, and why it stands where it stands. The first few of the list often reach "
             "the same children: to decide on several schools at once, plan them together (plan)."),
    summary=say("Ranks the schools that do not have it yet by the children they would newly bring into reach, weighed by "
            "need. Every school comes with its reasons, what each indicator adds, and a band of ranks."),
    step="plan",
    params=PriorityParams,
    inputs=(*INPUTS, ALLOCATIONS),
    run=run_priority,
    again=figures_again,
    assumes=("spread", "day"),
    method=joined([say("Candidates are schools with a place on the map that do not have the target: no site of the approach by "
           "school id (and not inside a zone of it), or no such service within 100 m. A school would newly reach the "
           "ground inside its circle (distance / detour) that is out of reach today; children are spread evenly over their "
           "need area. Score = sum over need areas of children newly reached x need score ^ weight, with the default need "
           "index (all indicators, percentile ranks, equal weights). An indicator's part is the sum of children x need ^ "
           "weight x its share of the area's need score; the parts add up to the score. Areas without a need score take "
           "the children-weighted mean. The counts of children (not below 0) and the need indicators are drawn within their "
           "errors; distances and the even spread of children are taken as known."), BAND_METHOD, say("Each school is looked at on its own. What as many schools "
           "chosen together would reach is maximal covering as in the question of a plan, children counted alike whatever their need; the "
           "order of adding takes, one after the other, the school with the highest score from children whom those before it do not reach. "
           "Equal scores share a rank and are ordered by school id; schools that reach nobody new come last. A published index or "
           "allocation of schools (SENI) stands beside the order as published and does not change it.")]),
    sources=(
        "Church, R. and ReVelle, C. (1974). The maximal covering location problem. doi 10.1007/BF01942293",
        "U.S. Census Bureau (2020). Understanding and Using American Community Survey Data, chapters 7-8",
        *BAND_SOURCES,
    ),
    leads=(Lead("plan", say("Plan as many schools together"), carries=(("top", "sites"),)),),
    tables=(Table("schools", say("Every candidate school: rank with its band, people newly in reach, need, reasons.")),),
)
