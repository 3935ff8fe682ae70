"""Many kills at random moments: prints a table and, for all kinds, writes the figures in docs/kills.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.kills.trial import KINDS, Outcome, killed

PAGE = Path(__file__).resolve().parents[2] / "docs" / "kills.md"
_HEADER = "| killed while | kills | in the act | changes made | brought back | last action lost | more lost | unsound |\n|---|---:|---:|---:|---:|---:|---:|---:|\n"
_WORDS = """# Killed at random moments

Programs that save, import and ask on the command line, and a window in which something is changed a few times a second and saved
now and then, are killed (SIGKILL) at random moments. After each kill every file opens, passes the check, and holds a whole state:
what was acknowledged, or the one change after it. What was done in the window and not saved is in its recovery file, but for the
last change at most. "In the act" are kills that hit a save under way, or a change that was not on the disk yet.

A kill stops a program, not the disk: that a power cut leaves the same rests on flushing before renaming and on SQLite's
transactions (`synchronous = EXTRA`), which a program on the same machine cannot try out.

`python -m tests.kills --count {count} --seed {seed}` writes this page; fifty kills run with the tests.

{when}: {kills} kills in {minutes:.0f} minutes.

"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", default="", choices=("", *KINDS), help="one kind only")
    given = parser.parse_args()
    began = time.monotonic()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="ecomap-kills-") as folder:
        for outcome in killed((given.kind,) if given.kind else KINDS, given.count, Path(folder), given.seed):
            outcomes.append(outcome)
            if outcome.wrong:
                print(f"{outcome.kind} {outcome.number}: {outcome.wrong}", flush=True)
    text = table(outcomes)
    print(text)
    if not given.kind:
        PAGE.write_text(_WORDS.format(count=given.count, seed=given.seed, kills=f"{len(outcomes):,}", when=datetime.now(UTC).date().isoformat(),
                                      minutes=(time.monotonic() - began) / 60) + text, encoding="utf-8")
    return int(any(one.wrong for one in outcomes))


def table(outcomes: Sequence[Outcome]) -> str:
    """One row per kind, and one for all."""
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in outcomes)]
    return _HEADER + "".join(_row(kind, [one for one in outcomes if one.kind == kind]) for kind in kinds) + _row("all", outcomes)


def _row(kind: str, outcomes: Sequence[Outcome]) -> str:
    more = sum(one.lost > 1 for one in outcomes)
    cells = (len(outcomes), sum(one.in_the_act for one in outcomes), sum(one.done for one in outcomes), sum(one.brought_back for one in outcomes),
             sum(one.lost == 1 for one in outcomes), more, sum(bool(one.wrong) and one.lost < 2 for one in outcomes))
    return f"| {kind} | " + " | ".join(f"{cell:,}" for cell in cells) + " |\n"


if __name__ == "__main__":
    sys.exit(main())
