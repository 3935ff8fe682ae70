"""The rules of the house: who may import whom, what a start costs, what a module may hold."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ecomap"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGER: dict[str, int] = {}
HEAVY = {"pandas", "numpy", "geopandas", "shapely", "pyproj", "pyogrio", "folium", "scipy", "jenkspy", "babel", "PySide6",
         "pyqtgraph", "requests", "openpyxl", "jinja2"}


def test_floors_import_only_downwards() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _loaded(code: str) -> set[str]:
    """The packages that a fresh interpreter holds after running some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, json\n{code}\nprint(json.dumps(sorted(sys.modules)))"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["import", "--help"]])
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    code = (
        "from ecomap.cli.exits import guarded\nfrom ecomap.cli.program import program\n"
        f"code = guarded(lambda: program.main(args={arguments!r}, prog_name='ecomap', standalone_mode=False))\n"
        "assert code == 0, code"
    )
    allowed = HEAVY if arguments[0] == "run" else set()  # listing the questions may load what they are made of
    assert not (_loaded(code) & HEAVY) - allowed


def test_operations_load_no_heavy_library_by_themselves() -> None:
    assert not _loaded("import ecomap.workspace.operations, ecomap.workspace.choices, ecomap.workspace.demo") & HEAVY


def test_model_needs_only_attrs() -> None:
    names = " , ".join(f"ecomap.model.{path.stem}" for path in (PACKAGE / "model").glob("*.py") if path.stem[0] != "_")
    assert not _loaded(f"import {names}") & HEAVY


def _users_of(*packages: str) -> set[str]:
    """The modules of EcoMap that name one of these packages anywhere, also inside functions."""
    return {
        path.relative_to(PACKAGE).as_posix() for path in MODULES
        if any(name == package or name.startswith(package + ".") for name in _imports(path) for package in packages)
    }


def test_only_window_and_painters_name_qt() -> None:
    outside = {name for name in _users_of("PySide6", "pyqtgraph", "qtawesome") if not name.startswith("ui/")}
    assert all(name.startswith(("render/paper/picture", "render/paper/pdf")) for name in outside), outside
    assert not {name for name in _users_of("PySide6.QtWidgets") if not name.startswith("ui/")}


def test_libraries_with_one_user_have_one_user() -> None:
    assert _users_of("jenkspy") <= {"render/style/classify.py"}
    assert all(name.startswith("render/page/file") for name in _users_of("folium"))
    assert not _users_of("matplotlib", "pickle", "mapclassify")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_has_one_noun_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name != "__init__.py" or text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{path} does not say what it is"
    limit = LONGER.get(path.relative_to(PACKAGE).as_posix(), 600)
    assert len(text.splitlines()) <= limit, f"{path} is a drawer: split it by noun"


def test_no_library_module_prints() -> None:
    printing = [
        str(path.relative_to(PACKAGE))
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def test_nothing_catches_everything_without_a_word() -> None:
    bare = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []
