"""Write docs/modules.md: every module of EcoMap with the one sentence it says of itself.

    python tools/make_module_map.py            write the page
    python tools/make_module_map.py --check    say whether it is current
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.kept_page import kept_page  # noqa: E402

PAGE = ROOT / "docs" / "modules.md"
FLOORS = ("model", "io", "analysis", "render", "workspace", "cli", "ui")
TEMPLATES = ROOT / "resources" / "templates"


def page() -> str:
    """The text of the page, from the modules' own docstrings."""
    lines = [
        "# Module map",
        "",
        "Written by `tools/make_module_map.py` from the first sentence of every room and every module. How the floors fit",
        "together is in [architecture](architecture.md).",
        "",
        "| module | what it is |", "|---|---|",
        *(_row(path.stem if path.stem != "__init__" else "ecomap", path) for path in sorted((ROOT / "ecomap").glob("*.py"))),
    ]
    for floor in FLOORS:
        for room in _rooms(ROOT / "ecomap" / floor):
            name = room.relative_to(ROOT / "ecomap").as_posix()
            lines += ["", f"{'##' if room.name == floor else '###'} {name}: {_said(room / '__init__.py')}"]
            modules = [path for path in sorted(room.glob("*.py")) if path.name != "__init__.py"]
            if modules:
                lines += ["", "| module | what it is |", "|---|---|", *(_row(path.stem, path) for path in modules)]
    lines += ["", "## resources/templates: what the meeting file is made from", "", "| file | what it is |", "|---|---|"]
    for path in sorted(TEMPLATES.rglob("*")):
        if path.suffix in (".js", ".css", ".j2"):
            lines.append(f"| `{path.relative_to(TEMPLATES).as_posix()}` | {_first_comment(path)} |")
    return "\n".join(lines) + "\n"


def _rooms(floor: Path) -> list[Path]:
    return [floor, *sorted(path.parent for path in floor.rglob("__init__.py") if path.parent != floor)]


def _row(name: str, path: Path) -> str:
    return f"| `{name}` | {_said(path)} |"


def _said(path: Path) -> str:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def _first_comment(path: Path) -> str:
    """What a script, a style sheet or a template says of itself in its first lines."""
    found = re.match(r"\s*(?:<!DOCTYPE html>\s*)?(?:/\*(.*?)\*/|\{#-?(.*?)-?#\}|((?://[^\n]*\n)+))", path.read_text(encoding="utf-8"), re.S)
    text = next((part for part in found.groups() if part), "") if found else ""
    return " ".join(text.replace("//", " ").split())


if __name__ == "__main__":
    raise SystemExit(kept_page(PAGE, page, __doc__))
