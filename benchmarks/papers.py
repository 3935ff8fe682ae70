"""Papers about all schools of the Los Angeles starter in one run: one file, or one each; work of the processor, since others may use the machine.

    python -m benchmarks papers
"""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Measure
from ecomap.workspace import operations
from ecomap.workspace.briefs.facts import school_layer
from ecomap.workspace.briefs.writing import write_briefs

GOAL = "300000 ms"  # five minutes for a thousand


def run() -> list[Measure]:
    """Briefs of all schools, together and each by itself."""
    project = operations.new_project("los-angeles")
    many = len(project.frame(school_layer(project).id))
    made = []
    with tempfile.TemporaryDirectory() as folder:
        for what, path, one_file in (("in one file", Path(folder) / "all.pdf", True), ("one file each", Path(folder) / "each", False)):
            began, on_clock = time.process_time(), time.perf_counter()
            _, report = write_briefs(project, None, path, one_file=one_file)
            work, wait = time.process_time() - began, time.perf_counter() - on_clock
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            made.append(Measure(f"Briefs of {many:,} schools, {what}: work of all threads", work * 1000, GOAL,
                                note=f"{report.bytes / 1e6:.0f} MB; {wait:.0f} s on the clock; {most:,.0f} MB of memory at most since the start"))
    return made
