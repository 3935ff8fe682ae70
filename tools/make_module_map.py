"""Write docs/modules.md: every module of EcoMap with the one sentence it says of itself.

    python tools/make_module_map.py            write the page
    python tools/make_module_map.py --check    say whether it is current
"""

from __future__ import annotations

import argparse
import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "modules.md"
FLOORS = {
    "model": "frozen values that every floor shares",
    "io": "the outside world: files in and out, the project file, the starter",
    "analysis": "pure functions on frames, and the questions made of them",
    "render": "from style to picture, page, file",
    "workspace": "the application without a face",
    "cli": "the command line",
    "ui": "the window",
}


def page() -> str:
    """The text of the page, from the modules' own docstrings."""
    lines = [
        "# Module map",
        "",
        "Written by `tools/make_module_map.py` from the first sentence of every module. How the floors fit together is in",
        "[architecture](architecture.md).",
    ]
    for floor, sentence in FLOORS.items():
        lines += ["", f"## {floor}: {sentence}", "", "| module | what it is |", "|---|---|"]
        for path in sorted((ROOT / "ecomap" / floor).rglob("*.py")):
            said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            if not said:
                continue
            name = path.relative_to(ROOT / "ecomap" / floor).with_suffix("").as_posix().removesuffix("/__init__")
            first = said.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
            lines.append(f"| `{floor if name == '__init__' else name}` | {first} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    current = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    if parser.parse_args().check:
        if current != page():
            print("docs/modules.md is out of date: run python tools/make_module_map.py", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
