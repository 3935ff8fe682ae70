"""The rules of the house: who may import whom, what a start costs, what a module may hold."""

from __future__ import annotations

import ast
import functools
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ecomap"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 600  # lines of one noun
HEAVY = {"pandas", "numpy", "geopandas", "shapely", "pyproj", "pyogrio", "folium", "scipy", "jenkspy", "babel", "PySide6",
         "pyqtgraph", "requests", "openpyxl", "jinja2"}


@functools.cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@functools.cache
def _tree(path: Path) -> ast.Module:
    """A module parsed once for all tests of the house."""
    return ast.parse(_text(path))


@functools.cache
def _import_graph() -> dict[str, set[str]]:
    """Module -> the modules of EcoMap it imports, anywhere in it."""
    import grimp

    graph = grimp.build_graph("ecomap", cache_dir=None)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def circles_of(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules of which each leads to all others (Tarjan's strongly connected components of two or more)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = low[module] = len(number)
        path.append(module)
        for other in sorted(graph.get(module, ())):
            if other not in number:
                visit(other)
            if other in path:
                low[module] = min(low[module], low[other])
        if low[module] == number[module]:
            group = path[path.index(module):]
            del path[path.index(module):]
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(graph):
        if module not in number:
            visit(module)
    return found


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
    assert all(name.startswith("render/paper/") for name in outside), outside
    assert not {name for name in _users_of("PySide6.QtWidgets") if not name.startswith("ui/")}


def test_libraries_with_one_user_have_one_user() -> None:
    assert _users_of("jenkspy") <= {"render/style/classify.py"}
    assert all(name.startswith("render/page/file") for name in _users_of("folium"))
    assert not _users_of("matplotlib", "pickle", "mapclassify")


def test_only_the_web_reaches_the_network() -> None:
    """One room opens sockets, so that one switch keeps all of EcoMap from it."""
    libraries = ("requests", "requests_cache", "urllib3", "keyring", "urllib.request", "http.client", "ftplib", "smtplib", "aiohttp", "httpx")
    assert all(name.startswith("io/web/") for name in _users_of(*libraries)), _users_of(*libraries)
    assert not _users_of("PySide6.QtNetwork", "PySide6.QtWebEngineCore")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_every_module_says_what_it_is() -> None:
    silent = [path for path in MODULES if (path.name != "__init__.py" or _text(path).strip()) and not ast.get_docstring(_tree(path))]
    assert silent == []


def test_no_module_is_a_drawer() -> None:
    long = {path.relative_to(PACKAGE).as_posix(): len(_text(path).splitlines()) for path in MODULES}
    assert not {name: lines for name, lines in long.items() if lines > LONGEST}, "split it by noun"


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles_of(_import_graph()) == []


def test_a_circle_would_be_found() -> None:
    assert circles_of({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d", "a"}}) == [["b", "c"]]


def test_what_nothing_uses_is_gone() -> None:
    """Imports, variables and code after a return that nothing can reach, wherever vulture is four parts in five sure."""
    done = subprocess.run([sys.executable, "-m", "vulture", "ecomap", "--min-confidence", "80"], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


def test_no_library_module_prints() -> None:
    printing = [
        str(path.relative_to(PACKAGE))
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def test_nothing_catches_everything_without_a_word() -> None:
    bare = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []
