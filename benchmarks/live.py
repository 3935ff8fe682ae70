"""Settings dragged on Los Angeles: the kernels, and the whole answer at every step, beside asking the question anew.

    python -m benchmarks live

The last lines are drags in the window itself, by the keys of its slider: from a key to the answer on screen, map, bars and table
with it, and the longest the window's own thread was held at a step.

A drag goes in thirty steps from a third of a mile to two miles, or from no weight of need to double. "Anew" is what a plain
program would do at every step: work the same numbers out from the shapes again (no bands, no ranges, no map).
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve

from benchmarks.measure import Measure, median_ms, samples_ms
from ecomap.analysis import registry
from ecomap.analysis.live.asking import make_ready
from ecomap.model.params import build_params
from ecomap.model.progress import Progress
from ecomap.workspace import operations
from ecomap.workspace.inputs import analysis_frames, chosen_layers, layers_by_params

TARGET = "service:Mental health"
MILE = 1609.344
STEPS = 30
RADII = tuple(np.linspace(MILE / 3, 2 * MILE, STEPS))


def run() -> list[Measure]:
    """Kernels, answers, and the arrays they rest on."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    project = operations.new_project("los-angeles")
    return [*coverage(project), *ranking(project), *access(project), *plan(project), *in_the_window()]


def asked(project: Any, question: str) -> tuple[Any, Any]:
    """The rows and settings of a question."""
    analysis = registry.analysis(question)
    params = build_params(analysis.params, {"target": TARGET})
    rows = analysis_frames(project, chosen_layers(project, analysis, layers_by_params(project, analysis, params)), analysis)
    return registry.as_asked(rows, registry.fitted(params, rows, project.day))


def ready(project: Any, question: str) -> tuple[Any, Any, Any, float]:
    """The question made ready, and how long that took, milliseconds."""
    rows, params = asked(project, question)
    start = time.perf_counter()
    made = make_ready(question, rows, params, progress=Progress())
    return made, rows, params, (time.perf_counter() - start) * 1000


def drag(step: Callable[[Any], object], settings: Iterator[Any], what: str, anew: float, goal: str) -> Measure:
    """Thirty steps of a hand: the median, and the worst one in words."""
    taken = [samples_ms(lambda one=one: step(one), 1, warm=0)[0] for one in settings]  # type: ignore[misc]
    return Measure(what, statistics.median(taken), goal, "asking anew", anew, f"worst of {STEPS} steps {max(taken):.0f} ms")


def coverage(project: Any) -> list[Measure]:
    """Who has nothing in reach."""
    from ecomap.analysis.gaps.situation import situation

    live, rows, params, took = ready(project, "coverage-gap")
    anew = median_ms(lambda: situation(rows, params, progress=Progress()), 5)
    worst = max(samples_ms(lambda: live.live.once.share_of(MILE / 1.3), 30))
    return [
        Measure(f"Gaps made ready: {len(live.live.ground):,} pieces of ground, once for all questions", took),
        Measure("Share of every area out of reach, one distance", median_ms(lambda: live.live.once.share_of(MILE / 1.3), 30), "10 ms",
                "exact ground", anew, f"worst of 30 {worst:.1f} ms"),
        drag(live.at, (evolve(params, radius_m=float(one)) for one in RADII), "Drag of gaps: figures, bars, tables", anew, "100 ms"),
    ]


def ranking(project: Any) -> list[Measure]:
    """Which schools next."""
    from ecomap.analysis.plan.priority.gain import ranked_schools

    live, rows, params, took = ready(project, "priority")
    schools, made = live.schools, []
    anew = median_ms(lambda: ranked_schools(rows, params, progress=Progress()), 3)
    for miles in (1, 2):
        now = schools.live.at(evolve(params, radius_m=miles * MILE))
        taken = samples_ms(lambda now=now: schools.newly(now, schools.shares(now)), 30)
        made.append(Measure(f"Children newly reached by all schools, {miles} mi", statistics.median(taken), "50 ms", "exact ground", anew,
                            f"worst of 30 {max(taken):.0f} ms"))
    weights = np.linspace(0, 2, STEPS)
    return [
        Measure(f"Ranking made ready: {len(schools.gains):,} pairs, the ground is there", took), *made,
        drag(live.at, (evolve(params, radius_m=float(one)) for one in RADII), "Drag of the ranking by distance", anew, "100 ms"),
        drag(live.at, (evolve(params, need_weight=float(one)) for one in weights), "Drag of the ranking by the weight of need", anew, "100 ms"),
    ]


def access(project: Any) -> list[Measure]:
    """How much is in reach for whom."""
    live, rows, params, took = ready(project, "access")
    anew = median_ms(lambda: registry.run("access", rows, params), 3)
    return [Measure("Access made ready", took),
            drag(live.at, (evolve(params, radius_m=float(one)) for one in RADII), "Drag of access: the exact answer", anew, "300 ms")]


def plan(project: Any) -> list[Measure]:
    """Which schools together: a first look."""
    live, rows, params, took = ready(project, "plan")
    anew = median_ms(lambda: registry.run("plan", rows, evolve(params, truths=0)), 1, warm=0)
    return [Measure("First look at a plan made ready, the ground is there", took),
            drag(live.at, (evolve(params, sites=1 + one) for one in range(STEPS)), "Drag of a plan by the number of schools", anew, "100 ms"),
            drag(live.at, (evolve(params, radius_m=float(one)) for one in RADII), "Drag of a plan by distance", anew, "100 ms")]


def in_the_window() -> list[Measure]:
    """Thirty presses of an arrow key on a slider of the real window: from the key to the frame, and the window's own part."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from tools.camera import Camera

    camera, made = Camera(Path(tempfile.mkdtemp())), []
    camera.start("los-angeles")
    camera.window.activateWindow()
    for question, name in (("coverage-gap", "radius_m"), ("priority", "radius_m"), ("priority", "need_weight"), ("access", "radius_m")):
        camera.ask(question, {"target": TARGET})
        page = camera.go_to(question).page
        page.open_form()
        assert page.form is not None
        page.hand.touch(page.form.values())
        camera.rest()
        slider, frames, held = page.form.fields[name].slider, [], []  # type: ignore[attr-defined]
        arrived: list[Any] = []
        page.hand.moved.connect(arrived.append)
        for _ in range(2):  # away from the answer that is kept, which needs no computing
            QTest.keyClick(slider, Qt.Key.Key_Left)
        camera.wait(lambda page=page: page.hand.showing)  # type: ignore[misc]
        for number in range(STEPS):
            key = Qt.Key.Key_Left if number % 6 < 3 else Qt.Key.Key_Right
            camera.wait(lambda page=page: not page.hand._busy)  # type: ignore[misc]
            arrived.clear()
            start = time.perf_counter()
            QTest.keyClick(slider, key)
            while not arrived:
                at = time.perf_counter()
                QApplication.processEvents()
                held.append((time.perf_counter() - at) * 1000)
            QApplication.processEvents()
            frames.append((time.perf_counter() - start) * 1000)
        page.following.leave()
        made.append(Measure(f"In the window: {question}, {name}", statistics.median(frames), "300 ms" if question == "access" else "100 ms",
                            note=f"worst of {STEPS} frames {max(frames):.0f} ms; the window's own thread held {max(held):.0f} ms at most"))
    camera.window.desk.workspace.mark_saved(None)  # type: ignore[arg-type]
    camera.window.close()
    return made
