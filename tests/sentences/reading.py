"""The messages of an answer and of the code behind it, each with where it stands."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from ecomap.model.result import Output, Result
from ecomap.model.said import Listed, Said, has_identity

ROOT: Final = Path(__file__).resolve().parents[2]
ANALYSIS: Final = ROOT / "ecomap" / "analysis"
# What stands in these calls is a setting, a description of a question, or an error that ends it: no part of an answer.
NO_ANSWER: Final = frozenset({"Param", "Choice", "Input", "Analysis", "Table", "at", "Source"})


@frozen
class Message:
    """A template (and the one for many) as it stands in the code."""

    one: str
    many: str = ""


def of_answer(result: Result) -> Iterator[tuple[str, Message]]:
    """Every message an answer shows, with its kind; labels of columns are names, not sentences, and are left out."""
    yield from _within("title", result.title)
    yield from _within("sentence", result.sentence)
    for figure in result.figures:
        yield from _within("figure", figure.label)
        yield from _within("figure note", figure.note)
    for note in result.notes:
        yield from _within(note.kind, note.text)
    yield from _within("bars", result.bars_title)
    for label, _, _ in result.bars:
        yield from _within("bars", label)
    for output in result.outputs:
        yield from _of_table(output)


def _of_table(output: Output) -> Iterator[tuple[str, Message]]:
    yield from _within("table", output.title)
    for column in output.columns:
        yield from _within("column help", column.help)
    for _, cells in output.frame.items():
        if cells.dtype == object:
            for cell in {id(cell): cell for cell in cells if has_identity(cell)}.values():
                yield from _within("cell", cell)


def _within(kind: str, text: Any) -> Iterator[tuple[str, Message]]:
    """A text and the messages it is made of."""
    if not isinstance(text, Said):
        return
    if text.key and not isinstance(text, Listed):
        yield kind, Message(text.key, text.many)
    for value in text.values.values():
        for part in value if isinstance(value, tuple) else (value,):
            yield from _within(kind, part)


@functools.cache
def of_code() -> dict[Message, str]:
    """Every message in the code that an answer may say, asked or not: template -> room. Settings and errors are none."""
    found: dict[Message, str] = {}
    for path in sorted(ANALYSIS.rglob("*.py")):
        for message in _in_tree(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(message, path.relative_to(ANALYSIS).with_suffix("").as_posix())
    return found


def _in_tree(node: ast.AST) -> Iterator[Message]:
    if isinstance(node, ast.Call):
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called in NO_ANSWER or called.endswith("Error"):
            return
        if called in ("say", "plural"):
            ones, manys = (_texts(node.args[0]), _texts(node.args[1]) if called == "plural" else [])
            yield from (Message(one, many) for one, many in zip(ones, manys or [""] * len(ones), strict=True))
    for child in ast.iter_child_nodes(node):
        yield from _in_tree(child)


def _texts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
