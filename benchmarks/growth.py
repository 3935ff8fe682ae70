"""How the whole job grows: import, questions, page, opening and saving at 1,200, 9,000 and 85,000 areas, with schools and services in proportion.

Every step of every size runs in a process of its own: processor time with all threads and helpers, time on the clock, the most memory
held. The exponent beside a step is that of its processor time between two sizes: 1 grows with the place, 2 with its square.

    python -m benchmarks growth
    python -m benchmarks.growth 9000 need gaps      some steps of one size, printed only
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from benchmarks.measure import Told
from benchmarks.nation import FILES, SIZES, input_bytes, write_files

TARGET, RADIUS_M = "service:Mental Health", 1600
ASKED: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "need": ("need-index", {}),
    "gaps": ("coverage-gap", {"target": TARGET, "radius_m": RADIUS_M}),
    "access": ("access", {"target": TARGET, "radius_m": RADIUS_M}),
    "room": ("capacity-gap", {"target": TARGET, "radius_m": RADIUS_M}),
    "priority": ("priority", {"target": TARGET, "radius_m": RADIUS_M}),
    "plan": ("plan", {"target": TARGET, "radius_m": RADIUS_M}),
}
STEPS: Final = ("import", *ASKED, "save", "open", "page")
QUESTION_S: Final = {1_200: 15.0, 9_000: 15.0, 85_000: 60.0}
MEMORY_GB: Final = {1_200: 2.0, 9_000: 2.0, 85_000: 4.0}
FILE_TIMES = 1.5
LINEAR = 1.15            # n log n between 9,000 and 85,000 is 1.1
SHORT_S = 1.0            # an exponent of less time than this says nothing
_LONGEST_S = 3_600


@frozen
class Cost:
    """What a step took: processor and clock seconds, the most memory held in GB, the bytes it wrote, or why there is no answer."""

    cpu_s: float
    wall_s: float
    peak_gb: float
    written: int = 0
    problem: str = ""


def run() -> Told:
    """Every step at every size."""
    folder = Path(tempfile.gettempdir()) / "ecomap-growth"
    found = {}
    for areas in SIZES:
        write_files(folder / str(areas), areas)
        for step in STEPS:
            found[areas, step] = measured(step, areas, folder / str(areas))
    return told(found, {areas: input_bytes(folder / str(areas)) for areas in SIZES})


def measured(step: str, areas: int, folder: Path) -> Cost:
    """A step in a process of its own."""
    began = time.monotonic()
    try:
        done = subprocess.run([sys.executable, "-m", "benchmarks.growth", "step", step, str(folder)], capture_output=True, text=True, check=False,
                              timeout=_LONGEST_S, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    except subprocess.TimeoutExpired:
        return Cost(math.nan, _LONGEST_S, math.nan, problem=f"no end within {_LONGEST_S} s")
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return Cost(math.nan, time.monotonic() - began, math.nan, problem=(done.stderr.strip().splitlines() or ["ended"])[-1][:160])
    cost = Cost(**json.loads(lines[-1]))
    print(f"{areas:>7,} {step:<9} {cost.cpu_s:8.1f} s at work {cost.wall_s:8.1f} s {cost.peak_gb:6.2f} GB", file=sys.stderr, flush=True)
    return cost


def told(found: dict[tuple[int, str], Cost], inputs: dict[int, int]) -> Told:
    """The table: a row per step, columns per size, the exponent between the two larger ones, and what misses its goal."""
    heads = " | ".join(f"{areas:,}: s | clock s | GB" for areas in SIZES)
    lines = [f"| step | {heads} | exponents | |\n|---|{'---:|' * (3 * len(SIZES))}---|---|\n"]
    missed = 0
    for step in STEPS:
        costs = [found[areas, step] for areas in SIZES]
        misses = [miss for areas, cost in zip(SIZES, costs, strict=True) for miss in misses_of(step, areas, cost, inputs[areas])]
        powers = [exponent(*pair) for pair in zip(SIZES, SIZES[1:], costs, costs[1:], strict=False)]
        if powers[-1] is not None and powers[-1] > LINEAR:
            misses.append(f"grows faster than n log n ({powers[-1]:.2f})")
        missed += bool(misses)
        cells = " | ".join(cost.problem or f"{cost.cpu_s:.1f} | {cost.wall_s:.1f} | {cost.peak_gb:.2f}" for cost in costs)
        sizes = f"{', '.join(f'{cost.written / 1e6:.1f}' for cost in costs)} MB" if step in ("import", "save", "page") else ""
        verdict = f"**not met**: {'; '.join(misses)}" if misses else "met"
        said = ", ".join("-" if power is None else f"{power:.2f}" for power in powers)
        lines.append(f"| {step} | {cells} | {said} | {' '.join(part for part in (verdict, sizes) if part)} |\n")
    files = ", ".join(f"{inputs[areas] / 1e6:.1f}" for areas in SIZES)
    foot = (f"\nSeconds are processor time with all threads; goals: a question under {QUESTION_S[9_000]:.0f} s and {MEMORY_GB[9_000]:.0f} GB at 9,000, "
            f"under {QUESTION_S[85_000]:.0f} s and {MEMORY_GB[85_000]:.0f} GB at 85,000, the file under {FILE_TIMES} times its inputs ({files} MB).\n")
    return Told("".join(lines) + foot, missed)


def exponent(small: int, large: int, few: Cost, many: Cost) -> float | None:
    """By which power of the size the processor time grows; None where one of them is too short to say."""
    if not few.cpu_s > SHORT_S / 2 or not many.cpu_s > SHORT_S:
        return None
    return math.log(many.cpu_s / few.cpu_s) / math.log(large / small)


def misses_of(step: str, areas: int, cost: Cost, inputs: int) -> list[str]:
    """The goals that a step does not meet."""
    if cost.problem:
        return [f"{areas:,}: {cost.problem}"]
    found = []
    if step in ASKED and cost.cpu_s > QUESTION_S[areas]:
        found.append(f"{areas:,}: {cost.cpu_s:.0f} s of {QUESTION_S[areas]:.0f}")
    if step in ASKED and cost.peak_gb > MEMORY_GB[areas]:
        found.append(f"{areas:,}: {cost.peak_gb:.1f} GB of {MEMORY_GB[areas]:.0f}")
    if step == "save" and cost.written > FILE_TIMES * inputs:
        found.append(f"{areas:,}: file {cost.written / inputs:.2f} times its inputs")
    return found


# --- one step, in its own process -----------------------------------------------------------------------------------


def do(step: str, folder: Path) -> Cost:
    """Do a step and say what it took; what the next ones need is left in the folder."""
    from ecomap.workspace import operations

    bare, full = folder / "bare.ecomap.gpkg", folder / "answers.ecomap.gpkg"
    if step == "import":
        made, cost = _taken(lambda: _imported(folder))
        operations.save_project(made, bare)
        full.unlink(missing_ok=True)
        return _writing(cost, bare)
    if step == "open":
        return _taken(lambda: operations.open_project(full))[1]
    project = operations.open_project(full if full.is_file() else bare)
    if step in ASKED:
        name, given = ASKED[step]
        (answered, _), cost = _taken(lambda: operations.run_analysis(project, name, given))
        full.unlink(missing_ok=True)  # so that no earlier versions pile up
        operations.save_project(answered, full, over=True)
        return cost
    out = folder / ("again.ecomap.gpkg" if step == "save" else "page.html")
    write = operations.save_project if step == "save" else operations.export
    return _writing(_taken(lambda: write(project, out))[1], out)


def _imported(folder: Path) -> Any:
    from ecomap.io.reading.process import client
    from ecomap.model.project import Project
    from ecomap.workspace import operations

    project = Project(title="A nation")
    for name, role in FILES:
        project, _ = operations.import_file(project, folder / name, role)
    client.close()  # so that the time of the reading process is told
    return project


def _taken(work: Callable[[], Any]) -> tuple[Any, Cost]:
    """What some work gives, and its cost; the memory is that of the program, most of the time it worked."""
    forget_peak()
    cpu, wall = _processor_s(), time.monotonic()
    made = work()
    return made, Cost(round(_processor_s() - cpu, 3), round(time.monotonic() - wall, 3), round(peak_gb(), 3))


def _processor_s() -> float:
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def forget_peak() -> None:
    """Let the most memory be measured from now on, where the system can."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_gb() -> float:
    """The most memory the program held since the peak was forgotten, or since its start."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024**2
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _writing(cost: Cost, path: Path) -> Cost:
    return Cost(cost.cpu_s, cost.wall_s, cost.peak_gb, path.stat().st_size)


def main(given: list[str]) -> None:
    """One step, as JSON on the last line; or some steps of one size."""
    if given[0] == "step":
        from attrs import asdict

        print(json.dumps(asdict(do(given[1], Path(given[2])))))
        return
    areas, folder = int(given[0]), Path(tempfile.gettempdir()) / "ecomap-growth" / given[0]
    write_files(folder, areas)
    for step in given[1:] or STEPS:
        cost = measured(step, areas, folder)
        print(step, cost)


if __name__ == "__main__":
    main(sys.argv[1:])
