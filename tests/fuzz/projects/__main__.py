"""Many damaged project files through every command and the window: prints what went wrong, and writes docs/mutations.md."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import attrs

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.fuzz.projects.damage import LEVELS
from tests.fuzz.projects.making import Made, by_name, made
from tests.fuzz.projects.named import NAMED
from tests.fuzz.projects.seeds import Seed, seeds
from tests.fuzz.projects.trial import (
    BELIEVED,
    CHANGED,
    CRASH,
    FAULT,
    HUNG,
    REFUSED,
    SAID,
    SILENT,
    UNKNOWABLE,
    WHOLE,
    Outcome,
    tried,
)

PAGE = Path(__file__).resolve().parents[3] / "docs" / "mutations.md"
_OPENING = ("open", "check", "list")
FATES = (WHOLE, SAID, UNKNOWABLE, REFUSED)
_HEADER = (
    "| damage to | files | opened whole | opened, with what is not sound | cannot be known | refused | faults | crashes | hangs | silent | believed by check | changed | slowest s | most MB |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.projects", description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, nargs="*", default=None, help="these numbers only, as a fault was reported")
    parser.add_argument("--steps", nargs="*", default=(), help="these steps only: open check list page.html run window ...")
    parser.add_argument("--small", action="store_true", help="without the large seed")
    parser.add_argument("--named", action="store_true", help="the damages with a name, on every seed that can have them, first")
    parser.add_argument("--keep", type=Path, default=None, help="where files that went wrong are kept")
    parser.add_argument("--figures", type=Path, default=None, help="every outcome as JSON lines")
    parser.add_argument("--share", default="", help="K/N: only the K-th of N shares, for runs side by side; each writes its --figures")
    parser.add_argument("--gather", type=Path, nargs="*", default=None, help="nothing is run: the figures of shares are put together")
    parser.add_argument("--note", default="", help="a sentence at the end of the page: what of it was run otherwise")
    parser.add_argument("--page", action="store_true", help="write docs/mutations.md")
    given = parser.parse_args()
    if given.gather is not None:
        outcomes = gathered(given.gather)
    else:
        with tempfile.TemporaryDirectory(prefix="ecomap-mutations-") as scratch:
            os.environ["ECOMAP_HOME"] = str(Path(scratch) / "home")
            outcomes = _all(given, Path(scratch))
    text = table(outcomes)
    print(text)
    if given.page:
        PAGE.write_text(page(outcomes, given.count, given.seed) + given.note, encoding="utf-8")
    return int(any(one.wrong for one in outcomes))


def _all(given: argparse.Namespace, scratch: Path) -> list[Outcome]:
    _warm()
    sound = seeds(scratch / "seeds", large=not given.small)
    numbers = range(given.seed * 1_000_000, given.seed * 1_000_000 + given.count) if given.only is None else given.only
    todo: list[Made] = _named(sound, scratch / "making") if given.named and given.only is None else []
    if given.figures:
        given.figures.write_text("", encoding="utf-8")
    outcomes = []
    share, of = map(int, (given.share or "1/1").split("/"))
    for one in todo[share - 1 :: of]:
        outcomes.append(_tried(one, scratch, given))
    for number in numbers[share - 1 :: of]:
        outcomes.append(_tried(made(sound, number, scratch / "making"), scratch, given))
    return outcomes


def gathered(figures: list[Path]) -> list[Outcome]:
    """The outcomes of shares that were run side by side, each of which has every kind of wrong that it found."""
    lines = [line for path in figures for line in path.read_text(encoding="utf-8").splitlines()]
    return [Outcome(**{**found, "wrong": [tuple(one) for one in found["wrong"]]}) for found in map(json.loads, lines)]


def _named(sound: list[Seed], scratch: Path) -> list[Made]:
    having = [seed for seed in sound if seed.project.has_layer("schools")]
    return [by_name(having[(number + shift * 2) % len(having)], number, damage, scratch) for shift in range(2) for number, damage in enumerate(NAMED)]


def _tried(one: Made, scratch: Path, given: argparse.Namespace) -> Outcome:
    outcome = tried(one, scratch / "tried", tuple(given.steps))
    for kind, step, words in outcome.wrong:
        print(f"{outcome.number} {outcome.seed} {kind} at {step} after {outcome.what[:120]}\n    {words[-700:]}", flush=True)
    if given.figures:  # one by one: a run that is stopped has told what it found
        with given.figures.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(attrs.asdict(outcome)) + "\n")
    if outcome.wrong and given.keep:
        one.write(given.keep / str(outcome.number))
    return outcome


def _warm() -> None:
    """Import in the parent what every child needs."""
    import ecomap.io.importers
    import ecomap.render.map_page
    import ecomap.render.paper
    import ecomap.ui.window
    import ecomap.workspace.contents  # noqa: F401
    from ecomap.analysis import registry
    for name in registry.names():
        registry.analysis(name)


def table(outcomes: list[Outcome]) -> str:
    """One row per level of damage, and one for all."""
    levels = [level for level in LEVELS if any(one.level == level for one in outcomes)]
    return _HEADER + "".join(_row(level, [one for one in outcomes if one.level == level]) for level in levels) + _row("all", outcomes)


def _row(level: str, outcomes: list[Outcome]) -> str:
    fates = Counter(one.fate for one in outcomes)
    kinds = Counter(kind for one in outcomes for kind in {kind for kind, _, _ in one.wrong})
    counts = " | ".join(str(fates[fate]) for fate in FATES) + " | " + " | ".join(str(kinds[kind]) for kind in (FAULT, CRASH, HUNG, SILENT, BELIEVED, CHANGED))
    return f"| {level} | {len(outcomes)} | {counts} | {max(one.seconds for one in outcomes):.1f} | {max(one.peak for one in outcomes) >> 20} |\n"


def page(outcomes: list[Outcome], count: int, seed: int) -> str:
    """The page with one table for the files that went through everything, and one for those that did not."""
    through = [one for one in outcomes if set(one.told) - set(_OPENING) or (one.fate == REFUSED and len(one.told) > len(_OPENING))]
    opened = [one for one in outcomes if one not in through]
    by_chance = sum(one.number >= 1_000_000 for one in through)
    words = _WORDS.format(count=count, seed=seed)
    when = datetime.now(UTC).date().isoformat()
    for found, what in ((through, "through everything"), (opened, "through opening, `check` and `list` only")):
        if found:
            words += f"{when}: {len(found):,} files {what}.\n\n{table(found)}\n"
    if by_chance < count:
        words += f"**The run is not whole**: of {count:,} files, {by_chance:,} went through everything.\n"
    return words


_WORDS = """# Damaged and hostile project files

Sound projects (a town with answers, one with a layer of every role, one of every kind of column, one in another city, files of
earlier schemas, Los Angeles) are damaged on every level: tables, rows and cells, triggers, views and schemas, the descriptions in
JSON, shapes, bytes and pages, what stands beside the file, and hostile texts in sound projects. Each file goes through `check`,
`list`, the exports (page, table, GeoPackage, picture), questions, and the window (opened, looked through, clicked, sorted, undone,
saved under another name), in processes of their own with a limit of 10 s.

What is looked for: a fault (a traceback, a mistake of its own, an exit code other than 0 or 1, a refusal without a word), a crash,
a hang, a number that differs from the sound project's and is not spoken of ("silent"), a check that says "sound" of a file whose
project differs ("believed by check"), and a file that reading changed, or that was saved over though it was not whole ("changed").
"Cannot be known" are believable changes to files of earlier schemas, which had no digests of their rows.

`python -m tests.fuzz.projects --named --count {count} --seed {seed} --page` writes this page; a small part runs with the tests.

"""


if __name__ == "__main__":
    sys.exit(main())
