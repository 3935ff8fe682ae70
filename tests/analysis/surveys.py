"""Simulated surveys written down by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecomap.analysis.statistics.rank_sets import Surveys


def around(scores: pd.Series, seen: np.ndarray) -> Surveys:
    """Surveys (draws x places) of scores that are themselves the truth."""
    return Surveys(np.broadcast_to(scores.to_numpy(dtype=float), seen.shape), seen)
