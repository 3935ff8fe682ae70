"""Write docs/python.md: every name of the Python door with its signature and what it says of itself.

    python tools/make_python_page.py            write the page
    python tools/make_python_page.py --check    say whether it is current
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import ecomap
from ecomap import measures

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.kept_page import kept_page  # noqa: E402

PAGE = ROOT / "docs" / "python.md"


def page() -> str:
    """The text of the page, from signatures and docstrings."""
    lines = [
        "# EcoMap from Python", "",
        "Written by `tools/make_python_page.py` from the code. A notebook that uses it: [python.ipynb](python.ipynb).", "",
        *_told(ecomap), "", "## Projects and questions", "",
        "The same operations as the window and the command line. Questions and their settings: [reference](reference/index.md).",
    ]
    for name in ecomap.__all__:
        lines += _entry(f"ecomap.{name}", getattr(ecomap, name))
    lines += ["", "## Measures: `from ecomap import measures as m`", "", *_told(measures)]
    for part, names in measures.PARTS.items():
        lines += ["", f"### {part}"]
        for name in names:
            lines += _entry(f"m.{name}", getattr(measures, name))
    return "\n".join(lines) + "\n"


def _told(module: object) -> list[str]:
    return _markdown(inspect.getdoc(module) or "")


def _entry(name: str, what: object) -> list[str]:
    lines = ["", f"#### `{name}`", "", "```python", _signature(name, what), "```", "", *_markdown(inspect.getdoc(what) or "")]
    maker = getattr(what, "from_table", None)
    if maker is not None:
        lines += ["", "```python", _signature(f"{name}.from_table", maker), "```", "", *_markdown(inspect.getdoc(maker) or "")]
    return lines


def _signature(name: str, what: object) -> str:
    return name + re.sub(r"(?<=[:>] )'([A-Za-z_][^']*)'", r"\1", str(inspect.signature(what)))  # type: ignore[arg-type]


def _markdown(said: str) -> list[str]:
    """A docstring as Markdown: parts as bold words, parameters as a list, doctests and indented code in fences."""
    lines: list[str] = []
    fence = False
    listing = False
    source = said.split("\n")
    for n, line in enumerate(source):
        if n + 1 < len(source) and re.fullmatch(r"-{3,}", source[n + 1]):
            lines += [f"**{line}**"]
            listing = True
            continue
        if re.fullmatch(r"-{3,}", line):
            lines.append("")
            continue
        starts = line.startswith(">>> ") or (not listing and line.startswith("    ") and not fence)
        if starts and not fence:
            lines.append("```python")
            fence = True
        elif fence and (not line.strip() or (not line.startswith((">>> ", "... ", "    ")) and not source[n - 1].startswith((">>> ", "... ")))):
            lines.append("```")
            fence = False
        if fence:
            lines.append(line)
        elif listing and line.startswith("    "):
            lines.append("  " + line.strip())
        elif listing and line.strip():
            lines.append(f"- `{line.strip()}`")
        else:
            lines.append(line)
    return [*lines, "```"] if fence else lines


if __name__ == "__main__":
    raise SystemExit(kept_page(PAGE, page, __doc__))
