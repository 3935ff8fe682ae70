"""How long the views of a large project take: 2,000 schools, 10,000 services, 30,000 people in roles, in the real window.

Every view is opened, sorted, filtered, scrolled by a page and pointed at, offscreen; a time ends when the window is painted again.
"The first time" also makes the view's cells out of the answer's table.

    python -m benchmarks views
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.assets_analysis import CRS, PEOPLE, SCHOOLS, SERVICES, district
from benchmarks.measure import Measure, median_ms
from ecomap.model.frames import Frames
from ecomap.model.layer import Layer
from ecomap.model.project import Project

if TYPE_CHECKING:
    from ecomap.ui.window import MainWindow

GOAL, FIRST_GOAL = "200 ms", "1000 ms"
REPEATS = 7
ASKED = ("overlap", "roles", "match", "peers", "dashboard", "money", "funding-cliff")
GRANTS = 3_000
SIZE = f"{SCHOOLS:,} schools, {SERVICES:,} services, {PEOPLE:,} people"


def project() -> Project:
    """The large district with grants, and the answers about it."""
    from ecomap.workspace import operations

    made = Project(title="A large district", crs=CRS)
    for layer, rows in everything().values():
        made = made.with_layer(layer, rows)
    for name in ASKED:
        made = operations.run_analysis(made, name, {})[0]
    return made


def everything() -> dict[str, tuple[Layer, object]]:
    """The tables of the district by input, and grants that end within two years."""
    import datetime

    import numpy as np
    import pandas as pd

    frames: Frames = district()
    rng = np.random.default_rng(1)
    today = datetime.date.today()
    ends = [(today + datetime.timedelta(days=int(days))).isoformat() for days in rng.integers(1, 700, GRANTS)]
    grants = pd.DataFrame({
        "id": [f"g{n}" for n in range(GRANTS)], "name": "", "school_id": rng.choice(frames["schools"]["id"], GRANTS),
        "funder": [f"Funder {n}" for n in rng.integers(0, 40, GRANTS)], "recipient": "District", "approach": "", "function": "",
        "amount_usd": rng.integers(10_000, 500_000, GRANTS).astype(float), "start": "2020-07-01", "end": ends,
    })
    made: dict[str, tuple[Layer, object]] = {name: (frames.layer(name), frames[name]) for name in frames}
    made["funding"] = (Layer("funding", "Funding", "funding", "none"), grants)
    return made


def run() -> list[Measure]:
    """Every view: opened, sorted, filtered, scrolled, and a row chosen until its card stands."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("ECOMAP_HOME", tempfile.mkdtemp(prefix="ecomap-views-"))
    from ecomap.ui.look.theme import THEME
    from ecomap.ui.window import MainWindow, application
    from ecomap.workspace.settings import Settings

    app = application()
    THEME.start(app, "light", 1.0)
    window = MainWindow(Settings())
    window.resize(1440, 900)
    window.show()
    window.desk.replace(project(), None)
    _rest(window)
    measures = []
    for result in window.desk.project.results:
        first = _timed(window, partial(window.table.show_result, result.id))
        measures.append(Measure(f"The answer of {result.analysis} opened for the first time", first, FIRST_GOAL, note=SIZE))
        _rest(window)
        for output in result.outputs:
            if len(output.frame):
                measures.append(_one(window, f"result:{result.id}:{output.name}", f"{result.analysis}, {output.title.lower()}"))
    measures.append(_card(window))
    window.desk.workspace.mark_saved(None)  # type: ignore[arg-type]
    window.close()
    return measures


def _one(window: MainWindow, key: str, what: str) -> Measure:
    """A table or view: what takes longest of opening it again, sorting, filtering and turning a page."""
    from PySide6.QtCore import Qt

    table = window.table
    other = next(other for other in table.sheets if other != key)
    turn = [0]

    def opened() -> float:
        table.show_sheet(other)
        _painted(window)
        return _timed(window, lambda: table.show_sheet(key))

    first = opened()
    again = sorted(opened() for _ in range(REPEATS))[REPEATS // 2]
    view = table.picture if table.pictured() is not None else table.view
    bar = view.verticalScrollBar()

    def sort() -> None:
        turn[0] += 1
        if table.pictured() is not None:
            table.picture.sort_column(1)
        else:
            view.horizontalHeader().setSortIndicator(1, list(Qt.SortOrder)[turn[0] % 2])
        _painted(window)

    def narrow() -> None:
        turn[0] += 1
        table.filter.setText(str(turn[0]) if turn[0] % 2 else "")
        _painted(window)

    def page() -> None:
        bar.setValue((bar.value() + bar.pageStep()) % max(bar.maximum(), 1))
        _painted(window)

    took = {"opened again": again} | {word: median_ms(work, REPEATS) for word, work in
                                      (("sorted", sort), ("filtered", narrow), ("a page on", page))}
    table.filter.clear()
    note = f"first {first:.0f} ms; " + ", ".join(f"{word} {ms:.0f}" for word, ms in took.items())
    return Measure(f"{what}: {len(table.sheets[key].frame):,} rows", max(took.values()), GOAL, note=note)


def _timed(window: MainWindow, work: Callable[[], object]) -> float:
    """Milliseconds of some work until the window is painted again."""
    start = time.perf_counter()
    work()
    _painted(window)
    return (time.perf_counter() - start) * 1000


def _card(window: MainWindow) -> Measure:
    """From choosing a school in the grid until its card stands."""
    from PySide6.QtCore import QPoint

    desk, card = window.desk, window.map.card
    schools = desk.project.layers_of("school")[0]
    ids = [str(key) for key in desk.project.frame(schools.id)["id"]]
    turn = [0]

    def choose() -> None:
        turn[0] += 1
        card.dismiss()
        desk.select(schools.id, (ids[turn[0]],))
        window.map.open_card(schools.id, ids[turn[0]], QPoint(200, 200))
        _until(window, card.isVisible)

    return Measure("A school chosen until its card stands", median_ms(choose, REPEATS), GOAL)


def _painted(window: MainWindow) -> None:
    """Let the window paint what changed."""
    from PySide6.QtWidgets import QApplication

    QApplication.sendPostedEvents()
    window.table.repaint()
    QApplication.processEvents()


def _rest(window: MainWindow) -> None:
    _until(window, lambda: not window.desk.worker.runner.busy and not window.desk.reader.runner.busy)


def _until(window: MainWindow, over: Callable[[], bool]) -> None:
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    until = time.monotonic() + 120
    while not over():
        if time.monotonic() > until:
            raise TimeoutError("The window did not come to rest.")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
