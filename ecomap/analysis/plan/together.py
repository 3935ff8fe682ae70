"""Whom several schools would newly reach together, nobody counted twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.plan.candidates import Candidates
from ecomap.analysis.travel.reach import reach
from ecomap.model import vocabulary as v
from ecomap.model.progress import Progress


def reached_together(now: Situation, found: Candidates, schools: pd.Series) -> tuple[float, float | None]:
    """People whom these candidates would newly reach together, with the margin of their counts."""
    return now.total(share_together(now, found, schools))


def share_together(now: Situation, found: Candidates, schools: pd.Series | list[str]) -> np.ndarray:
    """Share of every need area that these candidates, named by their ids, would newly bring into reach."""
    chosen = np.unique(found.place_of[found.schools[v.ID].isin(schools).to_numpy()])
    new = now.travel.ground(found.places[chosen], Progress()) if len(chosen) else np.zeros(0, dtype=object)
    rows = now.open_near(new)
    share = np.zeros(len(now.people))
    if len(rows):
        ground = reach(now.reach.gap[rows], new, np.ones(len(chosen), dtype=int), often=False, twice=False, ground=False)
        share[rows] = ground.share * now.reach.out[rows]
    return share
