"""How long a planner waits after asking to stop: for every analysis, on the Los Angeles starter.

Work stops where it looks whether it should. The longest stretch between two such looks is therefore the longest wait
there can be, whenever she asks; it is measured over one whole run of each question.

    python -m benchmarks cancel
"""

from __future__ import annotations

import time

from benchmarks.measure import Measure
from ecomap.analysis import registry
from ecomap.io.starter import load_starter
from ecomap.model.errors import EcoMapError
from ecomap.model.params import build_params
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.workspace.inputs import analysis_frames, chosen_layers

GOAL_MS = 1000
# What a question needs to get to its work where the starter leaves something open.
ASKED: dict[str, dict[str, object]] = {
    "capacity-gap": {"assumed_capacity": 100},
    "match": {"unknown_places": "assume"},
}


class Looks(Progress):
    """Notes when work looks whether it should stop, and how long it has not looked at most."""

    def __init__(self) -> None:
        super().__init__()
        self.began = self._last = time.perf_counter()
        self.longest = 0.0
        self.after = "the start"
        self._said = "the start"

    def look(self, said: str = "") -> None:
        now = time.perf_counter()
        if now - self._last > self.longest:
            self.longest, self.after = now - self._last, self._said
        self._last = now
        self._said = said or self._said

    def at(self, share: float, text: str = "") -> None:
        self.look(text)

    def check(self) -> None:
        self.look()

    @property
    def cancelled(self) -> bool:
        self.look()
        return False

    def part(self, start: float, end: float) -> Progress:
        return self


def longest_wait(project: Project, name: str) -> Measure | None:
    """The longest wait of one question; None if the starter has nothing to ask it about."""
    analysis = registry.analysis(name)
    looks = Looks()
    try:
        given = analysis_frames(project, chosen_layers(project, analysis, None), analysis)
        looks = Looks()
        registry.run(name, given, build_params(analysis.params, ASKED.get(name, {})), progress=looks)
    except EcoMapError as error:
        print(f"{name}: {error}")
        return None
    looks.look()
    whole = time.perf_counter() - looks.began
    return Measure(f"Longest wait after cancel: {name}", looks.longest * 1000, f"{GOAL_MS} ms",
                   note=f"of {whole:.1f} s in all; after: {looks.after}")


def run() -> list[Measure]:
    """Every analysis of the registry that the starter can answer."""
    project = load_starter("los-angeles")
    measures = (longest_wait(project, name) for name in registry.names())
    return [measure for measure in measures if measure is not None]
