"""The real window with a place of any size: until it is open, the longest it stood still, a frame, a page of its largest table, and once more
while the same project takes its own place.

On a machine with other programs at work the clock tells of them too: each is given by the work of the processor, and on the clock beside it.

    python -m benchmarks.nation_window PROJECT
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

TICK_MS = 5


def look(path: Path) -> dict[str, float]:
    """Seconds until the map stands, the longest the window's own thread was held (ms of its own work, and on the clock), a new frame
    and a page of a table (ms). As in the program, what is loaded before the window is left out when garbage is looked for."""
    import tempfile

    import ecomap.ui.window  # heavy  # noqa: F401 - loaded before there is a window, as in the program
    from ecomap.ui import garbage  # heavy
    from tools.camera import Camera

    garbage.leave_out_what_stays()
    camera = Camera(Path(tempfile.mkdtemp()))
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    window, beats = camera.window, [time.perf_counter()]
    held: list[tuple[float, float]] = []  # by the thread's own work, and on the clock
    worked = [time.thread_time()]

    def beat() -> None:
        now, work = time.perf_counter(), time.thread_time()
        held.append((work - worked[0], now - beats[0]))
        beats[0], worked[0] = now, work

    collector = garbage.Garbage()
    timer = QTimer(interval=TICK_MS, timeout=beat)
    camera.rest()
    beats[0], worked[0] = time.perf_counter(), time.thread_time()  # from here on: waiting until now is no gap
    timer.start()

    def open_it() -> tuple[float, float]:
        before, began, working = window.desk.project, time.perf_counter(), time.process_time()
        window.desk.open(path)
        while window.desk.project is before or window.map.canvas.scene() is None or not camera.sharp():  # asleep between events: looking on is work
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        return time.perf_counter() - began, time.process_time() - working

    opened, opening = open_it()
    camera.rest()
    longest, frames = longest_of(held), []
    held[:] = []
    for number in range(6):
        frames.append(_until_drawn(window.map.canvas, lambda number=number: window.map.canvas.zoom_by(1.3 if number % 2 else 1 / 1.3)))  # type: ignore[misc]
        camera.rest()
    table, pages = window.table, []
    key = max(table.sheets, key=lambda one: len(table.sheets[one].frame))
    table.show_sheet(key)
    camera.rest()
    bar = table.view.verticalScrollBar()
    for _ in range(9):
        start, work = time.perf_counter(), time.thread_time()
        bar.setValue(bar.value() + bar.pageStep())
        table.repaint()
        QApplication.processEvents()
        pages.append(((time.perf_counter() - start) * 1000, (time.thread_time() - work) * 1000))
    after = longest_of(held)
    window.desk.workspace.mark_saved(path)
    held[:] = []
    open_it()
    while window.desk._giving_back.isActive():  # until what the project before took is given back
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    again = longest_of(held)
    timer.stop()
    collector.stop()
    window.desk.workspace.mark_saved(path)
    window.close()
    return {"opened_s": opened, "opened_cpu_s": opening, "held_opening_ms": longest[0], "held_opening_clock_ms": longest[1], "held_after_ms": after[0],
            "held_after_clock_ms": after[1], "held_again_ms": again[0], "held_again_clock_ms": again[1], "frame_ms": sorted(frames)[3][1], "frame_clock_ms": sorted(frames)[3][0],
            "page_ms": sorted(pages)[4][1], "page_clock_ms": sorted(pages)[4][0], "rows": len(table.sheets[key].frame)}


def longest_of(held: list[tuple[float, float]]) -> tuple[float, float]:
    """The longest between two beats in ms, by the work of the thread and by the clock."""
    return max(work for work, _ in held) * 1000, max(clock for _, clock in held) * 1000


def _until_drawn(canvas: object, work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds from some work until the map's next picture, on the clock and of the processor."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    drawn: list[object] = []
    canvas.drawn.connect(drawn.append)  # type: ignore[attr-defined]
    start, working = time.perf_counter(), time.process_time()
    work()
    while not drawn:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    canvas.drawn.disconnect(drawn.append)  # type: ignore[attr-defined]
    return (time.perf_counter() - start) * 1000, (time.process_time() - working) * 1000


if __name__ == "__main__":
    print(json.dumps({name: round(value, 1) for name, value in look(Path(sys.argv[1])).items()}))
