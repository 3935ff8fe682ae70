"""Many pairs of programs that write to one project at once: prints what was lost, and writes docs/writers.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.writers.trial import by_command, by_python

PAGE = Path(__file__).resolve().parents[2] / "docs" / "writers.md"
_WORDS = """# Two writers at once

Two programs bring a file each into the same project at the same moment: two `ecomap import`, of which the second waits for the first;
and two Python programs that open, import and save, of which the second is refused where the first was faster. What was acknowledged
(exit code 0) has to be in the file.

`python -m tests.writers --count {count}` writes this page; a few pairs run with the tests.

{when}:

| pairs | of | acknowledged | refused in a sentence | ended otherwise | acknowledged and lost |
|---:|---|---:|---:|---:|---:|
{rows}"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.writers", description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    given = parser.parse_args()
    rows, wrong = "", 0
    with tempfile.TemporaryDirectory(prefix="ecomap-writers-") as folder:
        for words, one in (("commands", by_command), ("Python programs", by_python)):
            found = [one(Path(folder), number) for number in range(given.count)]
            done, gone, refused = (sum(getattr(x, what) for x in found) for what in ("acknowledged", "lost", "refused"))
            otherwise = [said for x in found for said in x.said]
            wrong += gone + len(otherwise)
            rows += f"| {given.count} | {words} | {done} | {refused} | {len(otherwise)} | {gone} |\n"
            print(*otherwise, sep="\n")
    text = _WORDS.format(count=given.count, when=datetime.now(UTC).date().isoformat(), rows=rows)
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
