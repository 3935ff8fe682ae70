"""Data larger than memory: made-up blocks and sites, asked part by part by worker processes, with the memory of them all over time.

``python -m benchmarks.spread --blocks 8000000 --sites 100000 --workers 2 --folder FOLDER`` writes the files, asks who reaches how much
(two-step, nearer sites counting more, and who reaches nothing), and leaves the memory curve in ``FOLDER/memory.csv``. Run again it goes
on where it was stopped; ``--fresh`` forgets the parts.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Told

PIECE = 500_000       # blocks made and written at once
TOWN_KM = 6.0         # how far most of a town's blocks lie from its middle
LAND_KM = (4_000.0, 2_500.0)
BLOCKS_PER_TOWN = 2_500
EVERY_S = 1.0
MEGABYTE = 2**20


def made_up(folder: Path, blocks: int, sites: int, seed: int = 0) -> None:
    """Write the blocks piece by piece and the sites: in towns of very different sizes, and one in ten between them."""
    import pyarrow as pa
    from pyarrow import parquet

    rng = np.random.default_rng(seed)
    land = np.array(LAND_KM) * 1000
    towns = rng.uniform(0, 1, (max(1, blocks // BLOCKS_PER_TOWN), 2)) * land
    size = rng.lognormal(0, 1, len(towns))
    size /= size.sum()
    wide = TOWN_KM * 1000 * np.sqrt(size * len(towns))

    def places(count: int) -> np.ndarray:
        town = rng.choice(len(towns), count, p=size)
        xy = towns[town] + rng.normal(0, 1, (count, 2)) * wide[town][:, None]
        lone = rng.random(count) < 0.1
        xy[lone] = rng.uniform(0, 1, (int(lone.sum()), 2)) * land
        return xy

    folder.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([("id", pa.string()), ("x", pa.float64()), ("y", pa.float64()), ("people", pa.float64()), ("state", pa.string())])
    with parquet.ParquetWriter(folder / "blocks.parquet", schema) as writer:
        for start in range(0, blocks, PIECE):
            count = min(PIECE, blocks - start)
            xy = places(count)
            writer.write_table(pa.table({
                "id": [f"{number:015d}" for number in range(start, start + count)], "x": xy[:, 0], "y": xy[:, 1],
                "people": rng.poisson(40, count).astype(float),
                "state": [f"{number:02d}" for number in (xy[:, 0] // (land[0] / 50)).clip(0, 49).astype(int)]}, schema=schema))
    xy = places(sites)
    parquet.write_table(pa.table({"id": [f"s{number}" for number in range(sites)], "x": xy[:, 0], "y": xy[:, 1],
                                  "places": rng.integers(20, 400, sites).astype(float)}), folder / "sites.parquet")


class Watch(threading.Thread):
    """The memory of this process and all its children, looked at every second: at what time, in all, the largest of them."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: list[tuple[float, float, float, float]] = []
        self.share = 0.0
        self._over = threading.Event()
        self._began = time.monotonic()

    def run(self) -> None:
        import psutil

        me = psutil.Process()
        while not self._over.wait(EVERY_S):
            sizes = []
            for one in (me, *me.children(recursive=True)):
                try:
                    sizes.append(one.memory_info().rss / MEGABYTE)
                except psutil.NoSuchProcess:
                    continue
            self.seen.append((time.monotonic() - self._began, self.share, sum(sizes), max(sizes)))

    def stop(self) -> None:
        self._over.set()
        self.join()


def measured(folder: Path, *, workers: int, memory_gb: float, radius_m: float = 1609.344) -> tuple[Any, Watch, float]:
    """Ask the question of the files in a folder; the result, the watch, and the seconds it took."""
    from ecomap.model.progress import Progress
    from ecomap.workspace.spread.running import run_spread
    from ecomap.workspace.spread.settings import SpreadParams
    from ecomap.workspace.spread.workers import crew

    params = SpreadParams(folder / "blocks.parquet", folder / "sites.parquet", folder / "out", capacity="places", group="state",
                          radius_m=radius_m)
    watch = Watch()
    last = [0.0]

    def report(share: float, text: Any) -> None:
        watch.share = share
        if share - last[0] >= 0.02:
            last[0] = share
            print(f"{time.monotonic() - began:8.0f} s {share:6.1%} {text}", flush=True)

    began = time.monotonic()
    watch.start()
    with crew(workers=workers, memory_gb=memory_gb) as hands:
        result = run_spread(params, hands, progress=Progress(report))
    took = time.monotonic() - began
    watch.stop()
    return result, watch, took


def curve(watch: Watch, lines: int = 12) -> str:
    """The memory curve as a table of a few lines: the highest of each stretch of time."""
    told = "| up to s | done | MB in all, highest | MB of one process, highest |\n|---:|---:|---:|---:|\n"
    for stretch in np.array_split(np.array(watch.seen), min(lines, max(len(watch.seen), 1))):
        if len(stretch):
            told += f"| {stretch[-1, 0]:,.0f} | {stretch[-1, 1]:.0%} | {stretch[:, 2].max():,.0f} | {stretch[:, 3].max():,.0f} |\n"
    return told


def summary(result: Any, watch: Watch, took: float) -> str:
    """What was done, how long it took, and the most memory it held."""
    seen = np.array(watch.seen) if watch.seen else np.zeros((1, 4))
    return (f"{result.places:,} blocks in {result.parts} parts ({result.kept} kept from before): {took:,.0f} s; at most "
            f"{seen[:, 2].max():,.0f} MB in all processes together, {seen[:, 3].max():,.0f} MB in one. {result.sentence}\n")


def run() -> Told:
    """A fifth of a million blocks, for the table of all benchmarks; the large run is started by hand."""
    folder = Path(tempfile.mkdtemp(prefix="spread-"))
    try:
        made_up(folder, 200_000, 2_500)
        result, watch, took = measured(folder, workers=2, memory_gb=4.0)
        return Told(summary(result, watch, took) + "\n" + curve(watch, 6), int(np.array(watch.seen)[:, 2].max() > 4096) if watch.seen else 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--blocks", type=int, default=1_000_000)
    asked.add_argument("--sites", type=int, default=12_500)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--radius-m", type=float, default=1609.344)
    asked.add_argument("--memory-gb", type=float, default=4.0)
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--fresh", action="store_true")
    given = asked.parse_args()
    if given.fresh:
        shutil.rmtree(given.folder / "out", ignore_errors=True)
    if not (given.folder / "sites.parquet").is_file():
        made_up(given.folder, given.blocks, given.sites)
    result, watch, took = measured(given.folder, workers=given.workers, memory_gb=given.memory_gb, radius_m=given.radius_m)
    with (given.folder / "memory.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("seconds", "done", "mb_in_all", "mb_of_one"), *watch.seen])
    (given.folder / "told.json").write_text(json.dumps({"seconds": took, **result.as_data()}), encoding="utf-8")
    print(summary(result, watch, took))
    print(curve(watch))


if __name__ == "__main__":
    main()
