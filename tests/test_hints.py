"""Words for people at the window name no flags of commands; the command line adds its own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import ecomap
from ecomap.cli.exits import flag_hint
from ecomap.model.errors import InputError

PACKAGE = Path(ecomap.__file__).parent
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "cli" not in path.relative_to(PACKAGE).parts]
FLAG = re.compile(r"(?<![\w-])--[a-z]{2,}")


def _said(tree: ast.AST) -> list[str]:
    """Every text of a module but its docstrings."""
    docstrings = {
        id(node.body[0].value) for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [str(node.value) for node in texts if id(node) not in docstrings]


def test_no_text_outside_the_command_line_names_a_flag() -> None:
    found = {
        str(path.relative_to(PACKAGE)): texts for path in MODULES
        if (texts := [text for text in _said(ast.parse(path.read_text(encoding="utf-8"))) if FLAG.search(text)])
    }
    assert not found


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({}, ""), ({"field": "amount_usd"}, "Here: --column amount_usd=COLUMN"),
        ({"field": "level", "example": "high"}, "Here: --column level==high"),
        ({"fields": ["longitude", "latitude"]}, "Here: --column longitude=COLUMN or --column latitude=COLUMN"),
        ({"candidates": ["EPSG:2229", "EPSG:3310"]}, "Here: --crs EPSG:2229 or --crs EPSG:3310"),
        ({"candidates": []}, "Here: --crs EPSG:CODE"), ({"unknown": "x"}, ""),
    ],
)
def test_the_command_line_says_which_flag_answers(details: dict[str, object], said: str) -> None:
    assert flag_hint(InputError("", "", details)) == said
