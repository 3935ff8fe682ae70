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
    rows = np.flatnonzero(now.reach.has_gap & now.known)
    share = np.zeros(len(now.people))
    if len(rows) and len(chosen):
        new = now.travel.ground(found.places[chosen], Progress())
        ground = reach(now.reach.gap[rows], new, np.ones(len(chosen), dtype=int))
        share[rows] = ground.share * now.reach.out[rows]
    return share
