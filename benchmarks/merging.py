"""Merged areas against a naive greedy of the same rule, on Los Angeles: how many areas are left, how alike they are, how long it takes.

The program that Spielman and Folch published is on no registry; the max-p heuristic of ``spopt``, which knows thresholds that add up and no
margins of error, stands beside it in the tests.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from benchmarks.measure import Measure
from ecomap.analysis.ground.neighbours import sharing_a_side
from ecomap.analysis.need.merged.division import divided
from ecomap.analysis.need.merged.regions import Division, Task
from ecomap.analysis.need.merged.values import held_columns, numbers
from ecomap.analysis.statistics.adding import beside
from ecomap.io.starter import load_starter
from ecomap.model.progress import silent

PEER = "naive greedy"
LIMITS = (0.40, 0.20, 0.12)


def run() -> list[Measure]:
    """The same task for each limit: ours, and areas taken in the order of the file."""
    return [_measured(limit) for limit in LIMITS]


def los_angeles(limit: float) -> Task:
    """The tracts of the starter with all indicators that have margins, and children."""
    project = load_starter("los-angeles")
    areas, layer = project.frame("need_areas").sort_values("id").reset_index(drop=True), project.layer("need_areas")
    judged = [one for one in held_columns(areas, layer) if one.parts is not None and one.moe and (one.indicator is not None or one.column == "children")]
    values = np.column_stack([numbers(areas, one.column) for one in judged])
    free = (numbers(areas, "population") > 0) & ~np.isnan(values).all(axis=1)
    alike = (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)
    near = sharing_a_side(areas.geometry.to_numpy(), within=15.0).among(free)
    return Task(beside([one.parts for one in judged if one.parts is not None]), near, alike[:, 1:], limit, np.zeros(len(judged)), free)


def greedy(task: Task) -> Division:
    """Areas in their order: each that is not sure enough takes its first neighbour until it is."""
    division = Division(task)
    for area in np.flatnonzero(task.free).tolist():
        region = int(division.label[area])
        while not division.ok[region]:
            others: Sequence[int] = division.around(region)
            if not others:
                break
            division.merge(region, others[0])
    return division


def _measured(limit: float) -> Measure:
    task = los_angeles(limit)
    start = time.perf_counter()
    ours = divided(task, starts=5, seed=0, progress=silent())
    middle = time.perf_counter()
    theirs = greedy(task)
    end = time.perf_counter()
    sure = sum(bool(theirs.ok[region]) for region in theirs.regions())
    note = (f"{int(ours.sure.sum())} areas sure enough of {int(task.free.sum())} (greedy {sure}); unlike within {ours.within:,.0f} (greedy {theirs.within():,.0f})")
    return Measure(f"merged areas at a standard error of {limit:.0%}", (middle - start) * 1000, peer=PEER, peer_ms=(end - middle) * 1000, note=note)
