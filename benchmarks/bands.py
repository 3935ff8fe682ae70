"""What the bands of ranks hold: surveys made up from the margins, asked of the questions themselves, compared with the truth.

``python -m benchmarks bands`` asks 400 surveys of every case and writes the table here and in ``docs/methods.md``. That takes
hours, so what was found is kept by case until the code of the questions changes, and a second run goes on where the first
stopped. ``python -m benchmarks.bands [NUMBER] [PART OF A CASE ...]`` asks fewer, of some cases, and only prints.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.measure import Told
from ecomap.model.project import Project
from ecomap.workspace import operations
from tests.coverage_of_bands.asking import asked, bands
from tests.coverage_of_bands.cases import (
    CARRIED,
    NEED_AREAS,
    SCHOOLS,
    SETTINGS,
    Case,
    Truth,
    simulated,
    truth,
)
from tests.coverage_of_bands.elsewhere import seattle_project
from tests.coverage_of_bands.held import Held, could_be_first, held
from tests.coverage_of_bands.surveys import NEED, NUMBER
from tests.coverage_of_bands.town import town

SURVEYS: Final = 400
TOP: Final = 25
ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "methods.md"
BEGIN, END = "<!-- measured by `python -m benchmarks bands`: begin -->", "<!-- end -->"
_BLOCK = 10  # surveys asked before they are kept
_SCALES: Final[Mapping[str, str]] = {"percentile": "percentile", "z_score": "z-score", "min_max": "min-max"}
STARTER, TOWN, SEATTLE = "Los Angeles", "town", "Seattle"
DATA = Path(os.environ.get("ECOMAP_SHARED_DATA", ROOT.parent / "shared" / "data")) / "elsewhere"  # publishers' files, not part of the project
PROJECTS: Final[Mapping[str, Callable[[], Project]]] = {
    STARTER: lambda: operations.new_project("los-angeles"), TOWN: town,
    SEATTLE: lambda: seattle_project(DATA, Path(tempfile.mkdtemp())),
}


def _promised() -> Iterator[tuple[str, Case]]:
    """The cases that the bands promise something of: what is set is what is true."""
    for correlation in (0.0, 0.2, 0.4):
        together = f"errors together {correlation:.1f}"
        for scaling, called in _SCALES.items():
            yield STARTER, _case(f"need areas, {called}, {together}", NEED_AREAS, correlation, scaling=scaling)
        yield STARTER, _case(f"schools, {together}", SCHOOLS, correlation)
        yield STARTER, _case(f"carried areas, {together}", CARRIED, correlation)


def _beside() -> Iterator[tuple[str, Case]]:
    """What becomes of them where the truth is another, and elsewhere."""
    for true in (0.0, 0.4):
        yield STARTER, _case(f"need areas, errors together {true:.1f} and set 0.2", NEED_AREAS, true, correlation=0.2)
    yield STARTER, _case("need areas, errors together in the direction of need", NEED_AREAS, 0.2, NEED)
    yield STARTER, _case("need areas, shares beyond 0 and 1", NEED_AREAS, 0.2, possible=False)
    yield STARTER, _case("need areas, poverty counts fivefold", NEED_AREAS, 0.2, weights="poverty=5")
    yield STARTER, _case("need areas, geometric mean", NEED_AREAS, 0.2, aggregation="geometric")
    yield STARTER, _case("schools, need squared", SCHOOLS, 0.2, need_weight=2)
    yield TOWN, _case("a made-up town, need areas", NEED_AREAS, 0.2)
    yield TOWN, _case("a made-up town, errors together in the direction of need", NEED_AREAS, 0.2, NEED)
    yield TOWN, _case("a made-up town, z-score", NEED_AREAS, 0.2, scaling="z_score")
    yield TOWN, _case("a made-up town, schools", SCHOOLS, 0.2)
    yield TOWN, _case("a made-up town, carried areas", CARRIED, 0.2)
    if DATA.is_dir():
        yield SEATTLE, _case("Seattle, income alone, need areas", NEED_AREAS, 0.2)
        yield SEATTLE, _case("Seattle, income alone, schools", SCHOOLS, 0.2)
        yield SEATTLE, _case("Seattle, income alone, carried areas", CARRIED, 0.2)


def _case(title: str, question: str, true: float, along: str = NUMBER, *, possible: bool = True, **given: Any) -> Case:
    return Case(title, question, {"correlation": true, **SETTINGS[question], **given}, true, along, possible)


def cases() -> list[tuple[str, Case]]:
    """Every case, with the project it is asked of; those that something is promised of come first."""
    return [*_promised(), *_beside()]


@cache
def _project(name: str) -> Project:
    return PROJECTS[name]()


def measured(where: str, case: Case, surveys: int) -> tuple[Held, tuple[int, int]]:
    """What the bands of a case held, and what the plain answer says: how many could be among the first, the first within how many."""
    right = truth(asked(_project(where), case.question, case.given))
    found = _found(case, right, surveys)
    return held(right.ranks, found), could_be_first(bands(right.asked), TOP)


def _found(case: Case, right: Truth, surveys: int) -> np.ndarray:
    """The bands of so many surveys at least: all that were asked before, and what is missing to the number."""
    kept = Path(tempfile.gettempdir()) / f"ecomap-bands-{_code()}" / (hashlib.sha1(repr(case).encode()).hexdigest()[:16] + ".npy")
    kept.parent.mkdir(exist_ok=True)
    known = np.load(kept) if kept.is_file() else np.zeros((0, 5, len(right.ranks)), dtype=np.float32)
    while len(known) < surveys:
        wanted = range(len(known), min(len(known) + _BLOCK, surveys))
        more = simulated(right, wanted, correlation=case.correlation, along=case.along, possible=case.possible)
        known = np.concatenate([known, more.astype(np.float32)])
        np.save(kept, known)
    return known[:SURVEYS]


@cache
def _code() -> str:
    """What the answers depend on: they are kept only as long as it stays the same."""
    digest = hashlib.sha1()
    asking = [ROOT / "tests" / "coverage_of_bands" / f"{name}.py" for name in ("asking", "cases", "surveys", "town")]
    for path in sorted((ROOT / "ecomap" / "analysis").rglob("*.py")) + asking:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def verdict(found: Held) -> str:
    """Whether the bands hold what they promise.

    Of fewer surveys than are asked for, the worst places count as they would read after all, and the band of all at once may miss by
    what chance does (two standard errors at 88 %), which is said.
    """
    alone = 0.88 <= found.own <= 0.96 and min(found.tenths) >= 0.85 and found.worst_of(SURVEYS) >= 0.80
    if not alone:
        return MISSED
    slack = 2 * (0.88 * 0.12 / found.surveys) ** 0.5 if found.surveys < SURVEYS else 0.0
    return "met" if found.joint >= 0.88 else "within chance" if found.joint >= 0.88 - slack else MISSED


MISSED: Final = "**not met**"
HEADER: Final = (
    "| case | surveys | true rank held | lowest tenth of ranks | worst hundredth of places (of 400 surveys) | width | all at once | width | "
    "could be among the 25 highest / the first within | |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---|\n")


def row(title: str, found: Held, plain: tuple[int, int], said: str) -> str:
    """One case as a row of the table."""
    return (f"| {title} | {found.surveys} | {found.own:.1%} | {min(found.tenths):.1%} | {found.worst:.1%} "
            f"({found.worst_of(SURVEYS):.1%}) | {found.width:.1f} of {found.places:,} | {found.joint:.1%} | {found.joint_width:.0f} | "
            f"{plain[0]} / {plain[1]} | {said} |\n")


def run() -> Told:
    """Every case, with as many surveys as ``ECOMAP_SURVEYS`` says; the table also goes to the page about methods."""
    surveys = int(os.environ.get("ECOMAP_SURVEYS", SURVEYS))
    promised = {case.title for _, case in _promised()}
    text, missed = HEADER, 0
    for where, case in cases():
        found, plain = measured(where, case, surveys)
        said = verdict(found) if case.title in promised else ""
        missed += said == MISSED
        text += row(case.title, found, plain, said)
        print(text.splitlines()[-1], file=sys.stderr, flush=True)
    _on_the_page(text)
    return Told(text, missed)


def _on_the_page(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END, 1)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")


def main(wanted: list[str]) -> int:
    """Ask some surveys of some cases and print what was held."""
    surveys = int(wanted.pop(0)) if wanted and wanted[0].isdigit() else 20
    print(HEADER, end="")
    for where, case in cases():
        if all(part in case.title for part in wanted):
            found, plain = measured(where, case, surveys)
            print(row(case.title, found, plain, verdict(found)), end="", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
