"""Monthly files of made-up districts, and somebody who has all of them and looks for small numbers by linear programs.

Every month some schools grow or shrink, one may close, another opens. The attacker knows every published number, the total of
every file, which hidden numbers have not changed in between, and that nothing is below zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from attrs import evolve, frozen
from scipy.optimize import linprog

from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.project import Project
from ecomap.model.pupils import PUPILS, THRESHOLD
from ecomap.workspace import operations

CRS = "EPSG:3310"


@frozen
class File:
    """One file as the attacker has it: published numbers by school (NaN: hidden), and the total of the true ones."""

    shown: dict[str, float]
    true: dict[str, float]


@frozen
class Found:
    """What a year of files gave away, and what protecting them cost."""

    small: int      # small numbers, each version once
    exact: int      # of these, how many are pinned down to less than the threshold
    hidden: int     # cells hidden in all files
    cells: int      # cells in all files


def months(seed: int, count: int = 12) -> Iterator[pd.DataFrame]:
    """The schools of a district, month after month: id, name, place, pupils."""
    dice = np.random.default_rng(seed)
    schools = int(dice.integers(8, 26))
    pupils = dice.integers(40, 900, schools).astype(float)
    small = dice.choice(schools, int(dice.integers(1, 4)), replace=False)
    pupils[small] = dice.integers(0, THRESHOLD, len(small))
    there = np.ones(schools, dtype=bool)
    there[dice.choice(np.setdiff1d(np.arange(schools), small), 1)] = False
    for month in range(count):
        if month:
            moving = dice.random(schools) < 0.25
            moving[small] = False
            pupils[moving] = np.maximum(12, pupils[moving] + dice.integers(-9, 10, int(moving.sum())))
            if dice.random() < 0.2:
                other = int(dice.choice(np.setdiff1d(np.arange(schools), small)))
                there[other] = not there[other]
        at = np.flatnonzero(there)
        yield pd.DataFrame({v.ID: [f"s{n}" for n in at], v.NAME: [f"School {n}" for n in at], v.ENROLLMENT: pupils[at], "x": at * 900.0, "y": 0.0})


def a_year(seed: int, folder: Path, *, ledger: bool = True, count: int = 12) -> Found:
    """A year of monthly files of one district, and what they give away together."""
    project, files = Project(title="District", crs=CRS), []
    for month, rows in enumerate(months(seed, count)):
        project = with_schools(project if ledger else Project(title="District", crs=CRS), rows)
        path = folder / f"{seed}-{month}.csv"
        project, _ = operations.export_noted(project, path, layer="schools")
        out = pd.read_csv(path, dtype={v.ID: str}).set_index(v.ID)[v.ENROLLMENT]
        files.append(File(out.to_dict(), rows.set_index(v.ID)[v.ENROLLMENT].to_dict()))
    return found_in(files)


def found_in(files: list[File]) -> Found:
    """What linear programs over all files find out about small numbers."""
    known = {(one, value) for file in files for one, value in file.shown.items() if not np.isnan(value)}
    unknown = sorted({(one, value) for file in files for one, value in file.true.items()} - known)
    place = {key: n for n, key in enumerate(unknown)}
    rows, totals = [], []
    for file in files:
        row, rest = np.zeros(len(unknown)), 0.0
        for one, value in file.true.items():
            if (one, value) in place:
                row[place[one, value]] = 1.0
                rest += value
        if row.any() and not all(np.isnan(value) for value in file.shown.values()):  # a column of which nothing left says no total
            rows.append(row)
            totals.append(rest)
    small = [(one, value) for one, value in unknown if value < THRESHOLD]
    every = {(one, value) for file in files for one, value in file.true.items() if value < THRESHOLD}
    exact = len(every) - len(small)  # published as they are
    for key in small:
        goal = np.zeros(len(unknown))
        goal[place[key]] = 1.0
        ends = [linprog(sign * goal, A_eq=np.array(rows), b_eq=totals, bounds=(0, None), method="highs") for sign in (1, -1)]
        least, most = (one.fun if one.status == 0 else np.inf for one in ends)
        exact += bool(-most - least < THRESHOLD - 1e-6) if np.isfinite(most) else False
    return Found(len(every), exact, sum(int(np.isnan(n)) for file in files for n in file.shown.values()), sum(len(file.shown) for file in files))


def with_schools(project: Project, rows: pd.DataFrame) -> Project:
    import geopandas as gpd

    frame = gpd.GeoDataFrame(rows.drop(columns=["x", "y"]).reset_index(drop=True), geometry=gpd.points_from_xy(rows["x"], rows["y"]), crs=CRS)
    layer = Layer(id="schools", name="Schools", role=v.SCHOOL, geometry=POINT, columns=(Column(v.ENROLLMENT, "Pupils", unit=PUPILS),))
    return evolve(project.with_layer(layer, frame))


# --- the page -----------------------------------------------------------------------------------------------------------

PAGE = Path(__file__).resolve().parents[2] / "docs" / "releases.md"
_WORDS = """# A year of files, and somebody who has them all

{districts} made-up districts of 8 to 25 schools, one to three of them with fewer than {threshold} pupils, each publish a list of their schools every
month for a year. In a month a quarter of the schools have other numbers, and in a fifth of the months a school closes or opens. The
attacker knows every number published, the total over every file that tells any number, which hidden numbers did not change, and that
nothing is below zero, and asks linear programs for the least and the most that every small number can be. A small number is found where
these are less than {threshold} apart.

`python -m tests.workspace.attack --districts {districts}` writes this page; a part of it runs with the tests.

| | small numbers | found | numbers hidden | of all | time |
|---|---:|---:|---:|---:|---:|
{rows}

Where everything that could hide a small number has been read in earlier files, the whole column stays out of the next one. That a total is
known from elsewhere, in a month of which EcoMap's file tells no number, is outside what any file can change.
"""


def main() -> None:
    import argparse
    import tempfile
    import time

    parser = argparse.ArgumentParser(prog="python -m tests.workspace.attack", description=__doc__)
    parser.add_argument("--districts", type=int, default=200)
    given, rows = parser.parse_args(), []
    for ledger in (True, False):
        began, found = time.monotonic(), []
        with tempfile.TemporaryDirectory() as folder:
            found = [a_year(seed, Path(folder), ledger=ledger) for seed in range(given.districts)]
        small, exact, hidden, cells = (sum(getattr(one, name) for one in found) for name in ("small", "exact", "hidden", "cells"))
        rows.append(f"| {'with the ledger' if ledger else 'each file on its own'} | {small:,} | {exact:,} | {hidden:,} | {hidden / cells:.0%} of {cells:,} "
                    f"| {time.monotonic() - began:.0f} s |")
    PAGE.write_text(_WORDS.format(districts=given.districts, threshold=THRESHOLD, rows="\n".join(rows)), encoding="utf-8")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
