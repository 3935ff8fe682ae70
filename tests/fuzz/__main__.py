"""Many damaged files of every format: prints a table and, for all formats, writes the figures in docs/fuzz.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tests.fuzz.seeds import seeds
from tests.fuzz.trial import CHANGED, FAULT, HANG_S, HUNG, REFUSED, STOPPED, TAKEN, TOP_BYTES, Outcome, tried

PAGE = Path(__file__).resolve().parents[2] / "docs" / "fuzz.md"
_HEADER = "| format | files | taken | refused | reader stopped | faults | hangs | changed | slowest s | most MB |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
_WORDS = """# Damaged and hostile files

Sound little files of every format are damaged (bits, blocks, lengths, quotes, separators, huge numbers, deep nesting, NUL, bytes
that are no text, zip headers, XML entities) and go through the reading process and an import of the role they fit. Each must end
as a report that adds up or as one sentence with a hint: no traceback, nothing over {hang} s, nothing over 1 GB, no source changed.
"Reader stopped" is a file at which a library crashed: the reading process went, EcoMap said so in a sentence and went on.

`python -m tests.fuzz --count {count} --seed {seed}` writes this page; a small part runs with the tests.

{when}: {files} files in {minutes:.0f} minutes.

"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", default="", help="one format only")
    parser.add_argument("--only", type=int, default=None, help="one number only, as a fault was reported")
    parser.add_argument("--keep", type=Path, default=None, help="where damaged files that went wrong are kept")
    given = parser.parse_args()
    os.environ["ECOMAP_READ_SECONDS"] = str(HANG_S)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ecomap-fuzz-") as scratch:
        folder = given.keep or Path(scratch) / "files"
        chosen = [seed for seed in seeds(Path(scratch) / "seeds") if given.format in ("", seed.format)]
        if not chosen:
            parser.error(f"no seed of the format {given.format!r}")
        outcomes = []
        numbers = range(given.count) if given.only is None else (given.only,)
        for number in numbers:
            seed = chosen[number % len(chosen)] if given.only is None else chosen[0]
            outcome = tried(seed, number + given.seed * 1_000_000 if given.only is None else number, folder)
            outcomes.append(outcome)
            if outcome.kind not in (TAKEN, REFUSED) or outcome.peak > TOP_BYTES:
                print(f"{outcome.format} {outcome.number} {outcome.kind} {outcome.seconds:.1f} s {outcome.peak >> 20} MB: {outcome.said}", flush=True)
    for outcome in sorted(outcomes, key=lambda one: -one.seconds)[:3]:
        print(f"slow: {outcome.format} {outcome.number} {outcome.seconds:.1f} s: {outcome.said[:200]}")
    text = table(outcomes)
    print(text)
    if not given.format and given.only is None:
        PAGE.write_text(_WORDS.format(hang=HANG_S, count=given.count, seed=given.seed, files=f"{len(outcomes):,}",
                                      when=datetime.now(UTC).date().isoformat(), minutes=(time.monotonic() - began) / 60) + text, encoding="utf-8")
    return int(any(one.kind in (FAULT, HUNG, CHANGED) or one.peak > TOP_BYTES for one in outcomes))


def table(outcomes: list[Outcome]) -> str:
    """One row per format, and one for all."""
    formats = sorted({one.format for one in outcomes})
    return _HEADER + "".join(_row(format, [one for one in outcomes if one.format == format]) for format in formats) + _row("all", outcomes)


def _row(format: str, outcomes: list[Outcome]) -> str:
    kinds = Counter(one.kind for one in outcomes)
    counts = " | ".join(str(kinds[kind]) for kind in (TAKEN, REFUSED, STOPPED, FAULT, HUNG, CHANGED))
    return (f"| {format} | {len(outcomes)} | {counts} | {max(one.seconds for one in outcomes):.1f} | "
            f"{max(one.peak for one in outcomes) >> 20} |\n")


if __name__ == "__main__":
    sys.exit(main())
