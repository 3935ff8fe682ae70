"""A long day at the window: ten thousand random things in half an hour, and the figures in docs/soak.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.soak.planner import Diary

PAGE = Path(__file__).resolve().parents[2] / "docs" / "soak.md"
GROWTH = 0.15
_WORDS = """# A long day at the window

A planner without a plan does {actions:,} random things in {minutes:.0f} minutes: imports of sound and of damaged files, questions, some stopped
in the middle, undo and redo, layers shown, hidden, styled, renamed, moved, clicked and searched, steps, theme, language, text size,
inventory, templates, exports of every kind, save, save as, open, new. The window is a real one without a screen, on the Los Angeles
starter. After a sixth of the time and at the end the same project with the same answers is opened, and the memory of the process is compared.

`python -m tests.soak --actions {actions} --minutes {minutes:.0f} --seed {seed}` writes this page; a short day runs with the tests.

{when}, seed {seed}:

| | |
|---|---:|
| things done | {done:,} |
| mistakes (errors of the program, things that never ended) | {faults} |
| sentences of refusal | {refused:,} |
| memory with the same answers after {first:.0f} minutes, MB | {early:.0f} |
| memory with the same answers at the end, MB | {late:.0f} |
| growth, at most {limit:.0%} | {growth:+.1%} |
| projects alive then and at the end | {projects} |
| times the window stood still for over 50 ms, 200 ms, 1 s | {stalls} |
| longest, and in what | {longest} |

{kinds}
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--town", action="store_true", help="on the small town, not on the starter")
    parser.add_argument("--no-page", action="store_true", help="do not write docs/soak.md")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tests.soak.day import at_rest, memory_mb, planner, worked

    with tempfile.TemporaryDirectory(prefix="ecomap-soak-") as scratch:
        os.environ["ECOMAP_HOME"] = f"{scratch}/home"
        with planner(Path(scratch), seed=given.seed, starter="" if given.town else "los-angeles") as (one, kept):
            seconds, sixth = given.minutes * 60, given.actions // 6
            worked(one, actions=sixth, seconds=seconds / 6)
            then, early = at_rest(one, kept), memory_mb()
            print(f"{sixth} things, {early:.0f} MB, {then}", flush=True)
            for part in range(5):
                worked(one, actions=sixth if part < 4 else given.actions - 5 * sixth, seconds=seconds / 6)
                print(f"{sum(one.diary.done.values())} things, {memory_mb():.0f} MB, {len(one.diary.faults)} mistakes", flush=True)
            end, late = at_rest(one, kept), memory_mb()
            diary = one.diary
    text = _page(diary, given, early, late, f"{then['projects']}, {end['projects']}")
    print(text)
    print("\n\n".join(dict.fromkeys(diary.faults)))
    if not given.no_page:
        PAGE.write_text(text, encoding="utf-8")
    return int(bool(diary.faults) or late > early * (1 + GROWTH))


def _page(diary: Diary, given: argparse.Namespace, early: float, late: float, projects: str) -> str:
    longest = max(diary.stalls, default=(0.0, "nothing"))
    over = ", ".join(str(sum(stall > limit for stall, _ in diary.stalls)) for limit in (0.05, 0.2, 1.0))
    rows = "".join(f"| {name} | {count:,} | {diary.refused[name]} |\n" for name, count in sorted(diary.done.items()))
    return _WORDS.format(
        actions=given.actions, minutes=given.minutes, seed=given.seed, when=datetime.fromtimestamp(time.time(), UTC).date().isoformat(),
        done=sum(diary.done.values()), faults=len(diary.faults), refused=sum(diary.refused.values()), first=given.minutes / 6, early=early, late=late,
        limit=GROWTH, growth=late / early - 1, projects=projects, stalls=over, longest=f"{longest[0]:.2f} s, {longest[1]}",
        kinds="| thing | done | refused |\n|---|---:|---:|\n" + rows)


if __name__ == "__main__":
    sys.exit(main())
