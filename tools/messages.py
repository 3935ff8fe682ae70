"""Gather the messages of EcoMap for translators, and compile the catalogues.

    python tools/messages.py            write resources/locale/ecomap.pot and bring every ecomap.po up to date
    python tools/messages.py --check    say whether they are, and whether every message is said in every language
    python tools/messages.py --compile  write the .mo beside every .po (done when EcoMap is built)
"""

from __future__ import annotations

import argparse
import ast
import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "resources" / "locale"
TEMPLATE = LOCALE / "ecomap.pot"
CATALOGUES = "*/LC_MESSAGES/ecomap.po"
_NOBODY = (b"-Date: ", b"Generated-By", b"Report-Msgid", b"Last-Translator", b"Language-Team")  # differs by machine, or is nobody
SINGLE, COUNTING = "say", "plural"
_MAKERS = "ecomap.model.said"
Found = tuple[str, str, str, str]  # context, message, message for many, where


def messages() -> list[Found]:
    """Every message: those written in the code, and those of the data that ships with EcoMap."""
    found: list[Found] = []
    for path in sorted((ROOT / "ecomap").rglob("*.py")):
        found += _in_code(path)
    return found + list(_in_data())


def _in_code(path: Path) -> Iterator[Found]:
    where = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", "")
        if called not in (SINGLE, COUNTING):
            continue
        context = next((word.value.value for word in node.keywords
                        if word.arg == "context" and isinstance(word.value, ast.Constant)), "")
        if called == COUNTING and len(node.args) >= 2:
            for one, many in zip(_texts(node.args[0]), _texts(node.args[1]), strict=True):
                yield str(context), one, many, where
        elif called == SINGLE and node.args:
            for text in _texts(node.args[0]):
                yield str(context), text, "", where


def unclear() -> list[str]:
    """Where a message is given as something else than a literal text, so that no translator can ever see it."""
    found = []
    for path in sorted((ROOT / "ecomap").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if _hidden(node):
                found.append(f"messages under another name: {path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 0)}")
            called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and called == "shipped" and node.args and _texts(node.args[0]):
                found.append(f"words of the code given as data: {path.relative_to(ROOT).as_posix()}:{node.lineno}")
            if isinstance(node, ast.Call) and called in (SINGLE, COUNTING):
                given = node.args[: 2 if called == COUNTING else 1]
                if not given or not all(_texts(one) for one in given):
                    found.append(f"no literal message: {path.relative_to(ROOT).as_posix()}:{node.lineno}")
    return found


def _hidden(node: ast.AST) -> bool:
    """Whether an import gives the makers of messages another name, under which they would not be found."""
    if not isinstance(node, ast.ImportFrom):
        return isinstance(node, ast.Import) and any(one.name == _MAKERS for one in node.names)
    return any(f"{node.module}.{one.name}" == _MAKERS or (node.module == _MAKERS and one.name in (SINGLE, COUNTING) and one.asname)
               for one in node.names)


def _texts(node: ast.expr) -> list[str]:
    """The text of a literal, or of both branches of a choice between literals."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return []


def _in_data() -> Iterator[Found]:
    """Labels and explanations of the vocabularies, of the dictionary of indicators, of the ramps of colour and of the starters, which reach the code as `model.said.shipped`."""
    from ecomap.io.starter import texts_of

    for path in sorted((ROOT / "resources" / "vocabularies").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for field in ("label", "help"):
                    if row.get(field):
                        yield "", row[field], "", path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "resources" / "indicators").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for field in ("label", "domain", "note", "universe"):
                    if row.get(field):
                        yield "", row[field], "", path.relative_to(ROOT).as_posix()
    kinds = ROOT / "resources" / "census" / "boundary_files.csv"
    with kinds.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield "", row["label"], "", kinds.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "resources" / "palettes").glob("*.json")):
        ramp = json.loads(path.read_text(encoding="utf-8"))
        if ramp["kind"] == "sequential":
            yield "", ramp["label"], "", path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "data" / "boundaries").glob("*/starter.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for text in (document["title"], *(text for entry in document["layers"] for text in texts_of(entry))):
            yield "", text, "", path.relative_to(ROOT).as_posix()


def catalogue() -> Catalog:
    """All messages as an empty catalogue, each with the files it stands in."""
    book = Catalog(project="EcoMap", version="", charset="utf-8", fuzzy=False)
    for context, message, many, where in messages():
        book.add((message, many) if many else message, locations=[(where, None)], context=context or None)
    return book


def merged(path: Path, template: Catalog) -> Catalog:
    """The translations there are, put to today's messages; nothing is guessed from a likeness of words."""
    with path.open("rb") as stream:
        book = read_po(stream, locale=path.parents[1].name)
    book.update(template, no_fuzzy_matching=True)
    book.obsolete.clear()
    return book


def written(book: Catalog) -> bytes:
    book.header_comment = "# What EcoMap says. Written by tools/messages.py; translations are by hand."
    stream = io.BytesIO()
    write_po(stream, book, width=0, sort_output=True, omit_header=False, include_lineno=False, ignore_obsolete=True)
    lines = stream.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not any(word in line[:30] for word in _NOBODY))


def missing(book: Catalog) -> list[str]:
    """Messages without a translation, with another set of blanks than the English, or with one form where that has two."""
    from ecomap.model.said import blanks

    found = []
    for message in book:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set().union(*(blanks(one) for one in ids))
        if not all(said):
            found.append(f"not said: {ids[0]}")
        elif any(not blanks(one) <= wanted for one in said) or not wanted - {"n"} <= set().union(*(blanks(one) for one in said)):
            found.append(f"other blanks: {ids[0]} -> {said[0]}")
        elif len(set(ids)) > 1 and len(set(said)) == 1:
            found.append(f"one form for one and for many: {ids[0]} -> {said[0]}")
    return found


def compile_all() -> None:
    """Write the compiled catalogue beside every written one."""
    for path in LOCALE.glob(CATALOGUES):
        with path.open("rb") as stream:
            book = read_po(stream)
        with path.with_suffix(".mo").open("wb") as out:
            write_mo(out, book)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--compile", action="store_true")
    asked = parser.parse_args()
    if asked.compile:
        compile_all()
        return 0
    template = catalogue()
    made = {TEMPLATE: written(template)}
    faults = unclear()
    for path in sorted(LOCALE.glob(CATALOGUES)):
        book = merged(path, template)
        made[path] = written(book)
        faults += [f"{path.parents[1].name}: {fault}" for fault in missing(book)]
    if asked.check:
        stale = [str(path.relative_to(ROOT)) for path, content in made.items() if not path.is_file() or path.read_bytes() != content]
        faults += [f"out of date, run `make messages`: {path}" for path in stale]
    else:
        for path, content in made.items():
            path.write_bytes(content)
    print(json.dumps({"messages": len(template), "faults": len(faults)}))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults and asked.check else 0


if __name__ == "__main__":
    raise SystemExit(main())
