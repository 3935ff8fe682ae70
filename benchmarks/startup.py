"""How long a start takes: the command line's help, and the window until its first frame is drawn.

Times are medians of fresh processes, taken in turn so that a busy machine slows all of them alike; what is reported
are ratios to a bare interpreter and to importing geopandas, measured in the same run.

    python -m benchmarks startup
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping

from benchmarks.measure import Measure

REPEATS = 7
COMMANDS: Mapping[str, list[str]] = {
    "python": ["-c", "pass"],
    "geopandas": ["-c", "import geopandas"],
    "help": ["-m", "ecomap", "--help"],
    "window": ["-m", "ecomap", "window", "--quit-after-first-paint"],
}
GOALS_MS: Mapping[str, int] = {"help": 400, "window": 1500}


def measure(repeats: int = REPEATS) -> dict[str, float]:
    """Median seconds of a whole process per command; the first round warms the disk cache and does not count."""
    with tempfile.TemporaryDirectory() as home:
        settings = os.environ | {"QT_QPA_PLATFORM": "offscreen", "ECOMAP_HOME": home}
        taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for round_ in range(repeats + 1):
            for name, arguments in COMMANDS.items():
                began = time.perf_counter()
                subprocess.run([sys.executable, *arguments], env=settings, check=True, capture_output=True)
                if round_:
                    taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in taken.items()}


def run() -> list[Measure]:
    """Help and window against their goals, and as ratios to a bare interpreter and to importing geopandas."""
    taken = {name: seconds * 1000 for name, seconds in measure().items()}
    labels = {"help": "ecomap --help", "window": "window, warm start to first paint and out"}
    return [
        Measure(
            label, taken[name], f"{GOALS_MS[name]} ms", "importing geopandas", taken["geopandas"],
            f"{taken[name] / taken['python']:.0f} times a bare Python",
        )
        for name, label in labels.items()
    ]
