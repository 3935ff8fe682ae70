"""Every question that a project can be asked, once in one process and once with worker processes, compared number by number.

    python -m benchmarks.other_hands PROJECT                         all questions, two workers
    python -m benchmarks.other_hands PROJECT access plan --workers 4
    python -m benchmarks.other_hands PROJECT --cluster tcp://10.0.0.5:8786 --kept told.json

``--kept FILE`` keeps what every question came to, and asks only those that do not stand there. A search
that the clock ended alone is ended at the same look with workers, so that only the hands differ.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
from attrs import frozen

from benchmarks.measure import Told
from benchmarks.nation import SIZES, write_files
from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Output, Result
from ecomap.model.said import Said

GIVEN: Final = {"target": "service:Mental Health", "radius_m": 1600}
DIGITS: Final = 1e-9
_NAMED: Final = 5  # differences told of a question


@frozen
class Compared:
    """What a question came to with other hands, beside one process.

    ``numbers`` were compared, ``worst`` is the largest relative difference of any, ``different`` what is not the same to nine digits.
    """

    question: str
    jobs: int = 0
    steps: int = 0
    numbers: int = 0
    worst: float = 0.0
    different: tuple[str, ...] = ()
    alone_s: float = 0.0        # on the clock
    shared_s: float = 0.0
    alone_cpu_s: float = 0.0    # of the processor, of this process
    refused: str = ""           # why the project cannot be asked it


class Counted:
    """Hands that count the parts they are given."""

    def __init__(self, each: Callable[..., list[Any]]) -> None:
        self._each, self.jobs, self.steps = each, 0, 0

    def each(self, work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], progress: Progress, text: Said) -> list[Any]:
        self.jobs, self.steps = self.jobs + len(jobs), self.steps + 1
        return self._each(work, jobs, progress, text)


def compared(project: Any, question: str, each: Callable[..., list[Any]]) -> Compared:
    """A question asked without and with other hands."""
    from ecomap.model.hands import lent
    from ecomap.workspace import operations

    given = given_to(question)
    began, cpu = time.monotonic(), _cpu_s()
    try:
        _, alone = operations.run_analysis(project, question, given)
    except EcoMapError as problem:
        return Compared(question, refused=str(problem))
    alone_s, alone_cpu = time.monotonic() - began, _cpu_s() - cpu
    counted, began = Counted(each), time.monotonic()
    ended = alone.provenance.ended if alone.provenance else None
    with lent(counted.each):
        _, shared = operations.run_analysis(project, question, given, ended=ended)
    found = Comparing()
    found.results(alone, shared)
    return Compared(question, counted.jobs, counted.steps, found.numbers, found.worst, tuple(found.different[:_NAMED]), round(alone_s, 1),
                    round(time.monotonic() - began, 1), round(alone_cpu, 1))


def given_to(question: str) -> dict[str, Any]:
    """The settings that the made-up place is asked with, as far as the question has them; else its defaults."""
    from ecomap.analysis import registry
    from ecomap.model.params import param_specs

    return {spec.name: GIVEN[spec.name] for spec in param_specs(registry.analysis(question).params)
            if spec.name in GIVEN and (spec.name != "target" or spec.param.choices_from == "coverage_target")}


class Comparing:
    """Two answers beside each other: how many numbers, how far apart at most, and what differs."""

    def __init__(self) -> None:
        self.numbers, self.worst, self.different = 0, 0.0, list[str]()

    def results(self, one: Result, other: Result) -> None:
        """Every table cell by cell, every figure, every sentence."""
        self.same("tables", [output.name for output in one.outputs], [output.name for output in other.outputs])
        for first, second in zip(one.outputs, other.outputs, strict=False):
            self.tables(first, second)
        self.same("figures", [figure.name for figure in one.figures], [figure.name for figure in other.figures])
        for mine, theirs in zip(one.figures, other.figures, strict=False):
            self.figures(mine, theirs)
        self.values("bars", [[share, moe] for _, share, moe in one.bars], [[share, moe] for _, share, moe in other.bars])
        for what in ("title", "sentence", "rests_on", "bars_title"):
            self.same(what, str(getattr(one, what)), str(getattr(other, what)))
        self.same("notes", [str(note.text) for note in one.notes], [str(note.text) for note in other.notes])

    def tables(self, one: Output, other: Output) -> None:
        """Two tables: the same rows in the same order, and every column."""
        import pandas as pd

        self.same(f"columns of {one.name}", list(one.frame.columns), list(other.frame.columns))
        if not self.same(f"rows of {one.name}", list(one.frame["id"]), list(other.frame["id"])):
            return
        for column in one.frame.columns.intersection(other.frame.columns):
            mine, theirs, what = one.frame[column], other.frame[column], f"{one.name}.{column}"
            if column == "geometry":
                self.shapes(what, mine, theirs)
            elif pd.api.types.is_numeric_dtype(mine.dtype) and pd.api.types.is_numeric_dtype(theirs.dtype):
                self.values(what, mine.to_numpy(dtype=float, na_value=np.nan), theirs.to_numpy(dtype=float, na_value=np.nan))
            else:
                self.same(what, mine.map(str).tolist(), theirs.map(str).tolist())

    def figures(self, one: KeyFigure, other: KeyFigure) -> None:
        """Two figures with their errors and ranges."""
        def numbers(figure: KeyFigure) -> list[float | None]:
            ends = (figure.range.low, figure.range.high) if figure.range else (None, None)
            return [figure.value, figure.moe, *ends]

        self.values(one.name, numbers(one), numbers(other))
        self.same(one.name, (str(one.label), str(one.note), one.unit, one.digits), (str(other.label), str(other.note), other.unit, other.digits))

    def values(self, what: str, one: Any, other: Any) -> None:
        """Numbers, of which missing ones are missing in both."""
        mine, theirs = (np.asarray(list(values), dtype=float).ravel() for values in (one, other))
        self.numbers += len(mine)
        if mine.shape != theirs.shape or (np.isnan(mine) != np.isnan(theirs)).any():
            self.different.append(f"{what}: not the same ones are missing")
            return
        with np.errstate(invalid="ignore"):
            apart = np.where(mine == theirs, 0.0, np.abs(mine - theirs) / np.maximum(np.abs(mine), np.abs(theirs)))
        apart = apart[~np.isnan(mine)]
        self.worst = max(self.worst, float(apart.max(initial=0.0)))
        if (apart > DIGITS).any():
            self.different.append(f"{what}: {int((apart > DIGITS).sum())} numbers, {apart.max():.2g} of themselves at most")

    def shapes(self, what: str, one: Any, other: Any) -> None:
        """Shapes, corner by corner."""
        import shapely

        apart = ~shapely.equals_identical(np.asarray(one), np.asarray(other)) & ~(one.isna() & other.isna()).to_numpy()
        if apart.any():
            self.different.append(f"{what}: {int(apart.sum())} shapes")

    def same(self, what: str, one: Any, other: Any) -> bool:
        """Words and orders, which are the same or not."""
        if one != other:
            self.different.append(f"{what}: other words or another order")
        return bool(one == other)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def told(found: Iterable[Compared]) -> Told:
    """The table: a row per question."""
    lines = ["| question | steps with other hands | parts | numbers compared | largest difference | alone, s | with workers, s | |\n"
             "|---|---:|---:|---:|---:|---:|---:|---|\n"]
    missed = 0
    for one in found:
        missed += bool(one.different)
        verdict = f"**not met**: {'; '.join(one.different)}" if one.different else "the same"
        lines.append(f"| {one.question} | | | | | | | cannot be asked: {one.refused} |\n" if one.refused else
                     f"| {one.question} | {one.steps} | {one.jobs} | {one.numbers:,} | {one.worst:.1g} | {one.alone_s:,.1f} | {one.shared_s:,.1f} "
                     f"| {verdict} |\n")
    return Told("".join(lines), missed)


def run() -> Told:
    """All questions of the made-up place of 9,000 areas."""
    from benchmarks.growth import do

    folder = Path(tempfile.gettempdir()) / "ecomap-growth" / str(SIZES[1])
    write_files(folder, SIZES[1])
    if not (folder / "bare.ecomap.gpkg").is_file():
        do("import", folder)
    return told(asked(folder / "bare.ecomap.gpkg", (), workers=2, cluster="", kept=None))


def asked(path: Path, questions: Sequence[str], *, workers: int, cluster: str, kept: Path | None) -> list[Compared]:
    """Every question, or some; what stands in the kept file is not asked again."""
    from ecomap.analysis import registry
    from ecomap.workspace import operations
    from ecomap.workspace.spread.workers import crew

    there = _kept(kept)
    wanted = [question for question in questions or registry.names() if question not in there]
    if wanted:
        project = operations.open_project(path)
        with crew(workers=workers, address=cluster) as hands:
            for question in wanted:
                there[question] = compared(project, question, hands.each)
                print(told([there[question]]).text.splitlines()[-1], flush=True)
                if kept is not None:
                    kept.write_text(json.dumps([attrs.asdict(one) for one in there.values()], indent=1), encoding="utf-8")
    return [there[question] for question in registry.names() if question in there]


def _kept(kept: Path | None) -> dict[str, Compared]:
    if kept is None or not kept.is_file():
        return {}
    rows = json.loads(kept.read_text(encoding="utf-8"))
    return {row["question"]: Compared(**{**row, "different": tuple(row["different"])}) for row in rows}


def main() -> None:
    asks = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asks.add_argument("project", type=Path)
    asks.add_argument("questions", nargs="*")
    asks.add_argument("--workers", type=int, default=2)
    asks.add_argument("--cluster", default="")
    asks.add_argument("--kept", type=Path)
    given = asks.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = told(asked(given.project, given.questions, workers=0 if given.cluster else given.workers, cluster=given.cluster, kept=given.kept))
    print(found.text)
    raise SystemExit(1 if found.missed else 0)


if __name__ == "__main__":
    main()
