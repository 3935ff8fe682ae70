"""How the meeting file of the Los Angeles starter feels in Chromium: until it stands, and when a layer is switched.

    python -m benchmarks meeting
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks.measure import Measure
from ecomap.render.page.file import write_html
from ecomap.workspace import operations
from ecomap.workspace.pages import map_page
from tests.browser import Page, find_browser, open_page

QUESTIONS = ("need-index", "coverage-gap", "priority")
LOADS = 5
SWITCH = """
var box = document.querySelector('[data-layer="' + arguments[0] + '"]'), start = performance.now();
box.click();
return performance.now() - start;
"""
STANDS = "return performance.getEntriesByName('ecomap-ready')[0].startTime"


def run() -> list[Measure]:
    """Medians over several loads; nothing where Chromium and its driver are not installed."""
    if find_browser() is None:
        print("Chromium or its driver is not installed: the meeting file was not measured.")
        return []
    project = operations.new_project("los-angeles")
    for name in QUESTIONS:
        project, _ = operations.run_analysis(project, name, {})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "los-angeles.html"
        size = write_html(map_page(project, "Los Angeles", made_on="2026-11-21"), path).bytes
        with open_page(path, Path(folder) / "profile") as page:
            return measured(page, size)


def measured(page: Page, size: int) -> list[Measure]:
    """The open page: its start over several loads, every layer the first time and again."""
    starts: list[float] = []
    first: list[float] = []
    again: list[float] = []
    for _ in range(LOADS):
        page.load()
        starts.append(float(page.run(STANDS)))
    page.run("document.querySelector('details.more').open = true")
    names = [str(box.get_attribute("data-layer")) for box in page.all("[data-layer]")]
    for times in (first, again, again):
        times.extend(max(page.run(SWITCH, name), page.run(SWITCH, name)) for name in names)
    return [
        Measure("Meeting file stands on the screen", statistics.median(starts), "2000 ms", note=f"{size / 1e6:.1f} MB"),
        Measure("Slowest layer, first time", max(first), "100 ms", note=f"of {len(names)} layers, off and on"),
        Measure("Slowest layer, later", max(again), "100 ms"),
        Measure("Middle layer, later", statistics.median(again)),
    ]
