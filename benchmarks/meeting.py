"""How the meeting file feels in Chromium: how large it is, how long until it stands, what a layer's switch costs, how long a phone scrolls.

The Los Angeles starter with three answers and with seventeen, and a state of 9,000 tracts with eight. Times until the page stands are those
of the processor (of the browser's main thread until the page says so), which other work on the machine does not change; a slower laptop
is that time four times over. Beside each stands the same page without layers and answers in the same run: what the browser and the
page's own script take.

    python -m benchmarks meeting
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from attrs import evolve

from benchmarks import state
from benchmarks.measure import Measure
from ecomap.model.project import Project
from ecomap.render.page.file import write_html
from ecomap.workspace import operations
from ecomap.workspace.pages import map_page
from tests.browser import Page, find_browser, open_page

THREE = ("need-index", "coverage-gap", "priority")
SEVENTEEN = ("need-index", "sensitivity", "school-areas", "clusters", "published-index", "coverage-gap", "access", "gap-presets", "priority",
             "rank-change", "weight-sets", "money", "overlap", "roles", "peers", "dashboard", "funding-cliff")
LOADS = 5
SLOWER = 4           # times: a laptop of ten years ago
PHONE = (390, 844)
PLAIN = "the page without data"
SWITCH = "document.querySelector('[data-layer=\"' + arguments[0] + '\"]').click();"
SCREENS = "return document.documentElement.scrollHeight / innerHeight"


def asked(names: tuple[str, ...]) -> Project:
    """The starter with some questions answered."""
    project = operations.new_project("los-angeles")
    for name in names:
        project, _ = operations.run_analysis(project, name, {})
    return project


def run() -> list[Measure]:
    """Nothing where Chromium and its driver are not installed."""
    if find_browser() is None:
        print("Chromium or its driver is not installed: the meeting file was not measured.")
        return []
    return measures(asked(THREE), asked(SEVENTEEN), state.answered(state.project()))


def measures(three: Project, seventeen: Project, large: Project) -> list[Measure]:
    """All figures of three projects."""
    return [
        *_of(three, "Starter, 3 answers", most_mb=5, most_ms=1_000, slower=1, switched=True),
        *_of(seventeen, f"Starter, {len(seventeen.results)} answers", most_mb=8, most_ms=2_000, slower=1),
        *_of(large, f"9,000 tracts, {len(large.results)} answers", most_mb=8, most_ms=5_000, slower=SLOWER, most_export_ms=40_000),
    ]


def _of(
    project: Project, said: str, *, most_mb: int, most_ms: int, slower: int, switched: bool = False, most_export_ms: int = 0,
) -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        path, bare = Path(folder) / "page.html", Path(folder) / "bare.html"
        began = time.process_time()
        size = operations.export(project, path).bytes
        taken = (time.process_time() - began) * 1000
        page_of = map_page(project, made_on="2026-11-21")
        plain = write_html(evolve(page_of, layers=(), results=(), parts={}, order=(), views={}), bare).bytes
        with open_page(path, Path(folder) / "profile") as page:
            stands = slower * standing_ms(page)
            screens = phone_screens(page, len(project.results))
            more = _switching(page) if switched else []
            beside = slower * standing_ms(Page(page.driver, bare))
    times = f"processor time x {slower}" if slower > 1 else "processor time"
    found = [
        Measure(f"Size (kB): {said}", size / 1e3, f"{most_mb * 1000}", PLAIN, plain / 1e3),
        Measure(f"Stands on the screen: {said}", stands, f"{most_ms} ms", PLAIN, beside, note=times),
        Measure(f"Longest answer on a phone (screens): {said}", max(screens), "12", note=f"in the middle {statistics.median(screens):.1f}"),
    ]
    if most_export_ms:
        found.append(Measure(f"Written: {said}", taken, f"{most_export_ms} ms", note="processor time"))
    return found + more


def standing_ms(page: Page) -> float:
    """Processor time of the page's main thread until it says that it stands; the median of several loads."""
    found = []
    for _ in range(LOADS):
        page.driver.get("about:blank")
        page.driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
        before = _task_s(page)
        page.load()
        found.append((_task_s(page) - before) * 1000)
        page.driver.execute_cdp_cmd("Performance.disable", {})
    return statistics.median(found)


def _task_s(page: Page) -> float:
    told = page.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return float(next((one["value"] for one in told if one["name"] == "TaskDuration"), 0.0))


def phone_screens(page: Page, answers: int) -> list[float]:
    """How many screens of a phone each answer takes, as it opens."""
    page.set_size(*PHONE)
    page.load()
    found = []
    for number in range(answers):
        if number:
            page.find("#finding-after").click()
        found.append(float(page.run(SCREENS)))
    page.set_size(1440, 900)
    return found


def _switched_ms(page: Page, name: str) -> float:
    before = _task_s(page)
    page.run(SWITCH, name)
    return (_task_s(page) - before) * 1000


def _switching(page: Page) -> list[Measure]:
    """Every layer off and on, the first time and again, in processor time of the page."""
    first: list[float] = []
    again: list[float] = []
    page.load()
    page.run("document.querySelector('details.more').open = true")
    page.driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    names = [str(box.get_attribute("data-layer")) for box in page.all("[data-layer]")]
    for times in (first, again, again):
        times.extend(max(_switched_ms(page, name), _switched_ms(page, name)) for name in names)
    page.driver.execute_cdp_cmd("Performance.disable", {})
    return [
        Measure("Slowest layer, first time", max(first), "100 ms", note=f"of {len(names)} layers, off and on; processor time"),
        Measure("Slowest layer, later", max(again), "100 ms"),
        Measure("Middle layer, later", statistics.median(again)),
    ]
