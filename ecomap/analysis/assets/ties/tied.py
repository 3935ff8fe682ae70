"""What was found of who works with whom."""

from __future__ import annotations

import numpy as np
from attrs import field, frozen

from ecomap.analysis.assets.presence import Presence
from ecomap.analysis.assets.ties.between import Between
from ecomap.analysis.assets.ties.graph import Graph, Holding
from ecomap.analysis.assets.ties.kinds import Ties, Which
from ecomap.analysis.assets.ties.leaving import Held, Loss
from ecomap.model.terms import Terms


@frozen
class Tied:
    """What was found: who is where, the ties that count, the graph they make, and what hangs on whom."""

    found: Presence = field(repr=False)
    ties: Ties = field(repr=False)
    keys: list[str] = field(repr=False)
    graph: Graph = field(repr=False)
    part: np.ndarray = field(eq=False, repr=False)
    holding: Holding = field(repr=False)
    between: Between = field(repr=False)
    where: Held = field(repr=False)
    losses: dict[str, Loss] = field(repr=False)
    pupils: np.ndarray = field(eq=False, repr=False)
    terms: Terms = field(repr=False)
    which: Which
    leaving: str = ""  # key of the organisation asked about

    def called(self, key: str) -> str:
        """An organisation as people write it."""
        return self.ties.organisations[key]
