"""A thousand need indexes: estimates drawn within their margins, and other weights, scales and means."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.measure import Measure, median_ms
from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.scoring import need_index
from ecomap.analysis.need.sensitivity.draws import need_sensitivity
from ecomap.analysis.need.truths import need_surveys
from ecomap.analysis.statistics.rank_sets import rank_sets

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

    size = f"{DRAWS:,} draws, {INDICATORS} indicators, {AREAS:,} areas"
    tenth = median_ms(notebook, 3)
    return [
        Measure(f"Rank bands from margins: {SURVEYS} truths and a survey of each, {INDICATORS} indicators, {AREAS:,} areas", median_ms(ours, 3),
                "3000 ms", "pandas rank, draw by draw", tenth * 2 * SURVEYS / (DRAWS // 10), f"pandas from {DRAWS // 10} draws"),
        Measure(f"Other weights, scales and means: {size}", median_ms(lambda: need_sensitivity(frame, Recipe(names), draws=DRAWS), 3),
                "3000 ms", "pandas rank, draw by draw", tenth * 10),
    ]
