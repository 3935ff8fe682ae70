"""Run the benchmarks: ``python -m benchmarks [name ...]`` prints a table of ratios and writes RESULTS.md.

A benchmark is a module of this package with ``run() -> list[Measure]`` (or a `Told`, if it measures no times). Ratios, not times, are what to quote: every
pair is measured in one run on one machine.
"""

from __future__ import annotations

import os
import pkgutil
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Measure, Told

_NOT_BENCHMARKS = {"__main__", "measure", "synthetic", "qgis_frame"}
RESULTS = Path(__file__).with_name("RESULTS.md")
HEADER = "| what | ours ms | peer | peer ms | ratio | goal | |\n|---|---:|---|---:|---:|---|---|\n"


def names() -> list[str]:
    """All benchmarks of this package."""
    found = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    found = (name for name in found if name not in _NOT_BENCHMARKS)
    return sorted(name for name in found if hasattr(import_module(f"benchmarks.{name}"), "run"))


def line(measure: Measure) -> str:
    """One measure as a row of a table."""
    ratio = f"{measure.ratio:.1f}x" if measure.ratio else ""
    peer = f"{measure.peer_ms:,.1f}" if measure.peer_ms else ""
    verdict = {True: "met", False: "**not met**", None: ""}[measure.met]
    said = " ".join(part for part in (verdict, measure.note) if part)
    return f"| {measure.what} | {measure.ours_ms:,.3g} | {measure.peer} | {peer} | {ratio} | {measure.goal} | {said} |\n"


def main(wanted: list[str]) -> int:
    """Run some or all benchmarks; 1 if a goal is not met."""
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        print(f"There is no benchmark called {unknown[0]!r}. Known: {', '.join(names())}.", file=sys.stderr)
        return 2
    kept = sections()
    missed = 0
    for name in wanted or names():
        made: list[Measure] | Told = import_module(f"benchmarks.{name}").run()
        body, misses = (made.text, made.missed) if isinstance(made, Told) else (
            HEADER + "".join(map(line, made)), sum(measure.met is False for measure in made))
        when = datetime.now(UTC).date().isoformat()
        machine = f"{when}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
        kept[name] = f"## {name}\n\n{machine}\n\n{body}"
        print(kept[name], flush=True)
        missed += misses
    intro = "# Benchmarks\n\nMedians of one run each; quote ratios, not times. `python -m benchmarks` writes this file.\n\n"
    RESULTS.write_text(intro + "\n".join(kept[name].rstrip() + "\n" for name in sorted(kept)), encoding="utf-8")
    return 1 if missed else 0


def sections() -> dict[str, str]:
    """The results already written, by benchmark."""
    if not RESULTS.is_file():
        return {}
    parts = RESULTS.read_text(encoding="utf-8").split("\n## ")[1:]
    return {part.split("\n", 1)[0].strip(): "## " + part for part in parts}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
