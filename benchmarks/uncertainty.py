"""A thousand need indexes: estimates drawn within their margins, and other weights, scales and means. Processor time with all threads."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.measure import Measure, median_ms
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.need.sensitivity.draws import need_sensitivity
from ecomap.analysis.need.truths import need_surveys
from ecomap.analysis.statistics.rank_sets import rank_sets
from ecomap.analysis.statistics.ranks import lowest_ranks_along_rows

AREAS, INDICATORS, DRAWS, SURVEYS = 2_500, 20, 1_000, 400


def run() -> list[Measure]:
    """1,000 draws of 20 indicators over 2,500 areas; pandas ranks each draw as a planner's notebook would."""
    rng = np.random.default_rng(0)
    names = [f"x{n}" for n in range(INDICATORS)]
    frame = pd.DataFrame(rng.random((AREAS, INDICATORS)), columns=names)
    for name in names:
        frame[f"{name}_moe"] = 0.05
    values, margin = frame[names].to_numpy(), 0.05 / 1.645

    def ours() -> object:
        return rank_sets(need_index(frame, names)["score"], need_surveys(frame, Recipe(names), draws=SURVEYS))

    def notebook() -> object:
        generator = np.random.default_rng(0)
        weights = generator.dirichlet(np.ones(INDICATORS), DRAWS // 10)
        return [(pd.DataFrame(values + generator.normal(0, margin, values.shape)).rank(pct=True) @ weight).rank()
                for weight in weights]

    def ranked() -> object:
        made = need_surveys(frame, Recipe(names), draws=DRAWS // 2)  # as many truths as surveys, all of them drawn, scaled, weighed and ranked
        return [lowest_ranks_along_rows(scores) for scores in (made.truths, made.surveys)]

    def cpu_ms(work: Callable[[], object]) -> float:
        return median_ms(work, 3, clock=time.process_time)

    size = f"{DRAWS:,} draws, {INDICATORS} indicators, {AREAS:,} areas"
    tenth, peer, note = cpu_ms(notebook), "pandas rank, draw by draw", f"pandas from {DRAWS // 10} draws"
    return [
        Measure(f"Ranks of indexes drawn within their margins: {size}", cpu_ms(ranked), "1000 ms", peer, tenth * 10, note),
        Measure(f"Rank bands from margins: {SURVEYS} truths and a survey of each, {INDICATORS} indicators, {AREAS:,} areas", cpu_ms(ours),
                "3000 ms", peer, tenth * 2 * SURVEYS / (DRAWS // 10), note),
        Measure(f"Other weights, scales and means: {size}", cpu_ms(lambda: need_sensitivity(frame, Recipe(names), draws=DRAWS)),
                "1000 ms", peer, tenth * 10, note),
    ]
