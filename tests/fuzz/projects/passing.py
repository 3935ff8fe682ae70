"""One damaged file through everything that opens a project: the door, check, list, run, the exports. Runs in a child process."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ecomap.cli.exits import guarded
from ecomap.cli.program import program
from ecomap.io import store
from ecomap.model.errors import EcoMapError
from ecomap.model.files import resolved
from ecomap.model.project import Project
from tests.fuzz.projects.comparing import differences, silent
from tests.fuzz.projects.making import NAME, Made
from tests.fuzz.projects.texts import MARKS

LEDGER: Final = ("ledger",)
EXPORTS: Final = ("page.html", "table.csv", "map.gpkg", "map.png")
MISTAKES: Final = ("Traceback (most recent call last)", "mistake of its own", "EcoMap made a mistake", "Exception ignored", "Warning:")
Told = dict[str, Any]


def steps(made: Made, folder: Path, tables: dict[str, str]) -> dict[str, Callable[[], Told]]:
    """What is done with the file, in order; each says what went wrong, and more."""
    reading, running = folder / "reading", folder / "running"

    def run(number: int) -> Callable[[], Told]:
        return lambda: _asked(running / NAME, made.seed.asked[number])

    def export(name: str) -> Callable[[], Told]:
        layer = ("--layer", next(iter(tables))) if name.endswith(".csv") else ()
        return lambda: _only_noted(reading / NAME, lambda: _exported(reading / NAME, folder / name, layer))

    from tests.fuzz.projects.windows import through_window

    return {
        "open": lambda: _unchanged(reading, lambda: _opened(reading / NAME, made.seed.project, tables, made.seed.earlier)),
        "check": lambda: _unchanged(reading, lambda: _checked(reading / NAME, made.seed.project, made.seed.earlier)),
        "list": lambda: _unchanged(reading, lambda: _listed(reading / NAME)),
        **{name: export(name) for name in EXPORTS},
        **{f"run {asked[0]}": run(number) for number, asked in enumerate(made.seed.asked)},
        "window": lambda: through_window(folder / "window" / NAME, folder / "window" / "saved.ecomap.gpkg"),
    }


def command(*arguments: str) -> tuple[int, str, str]:
    """A command as the console runs it: its exit code, what it printed, and what it said on the error stream."""
    out, err = io.StringIO(), io.StringIO()
    real = sys.stdout, sys.stderr, sys.argv
    sys.stdout, sys.stderr, sys.argv = out, err, ["ecomap", *arguments]
    try:
        code = guarded(lambda: program.main(args=list(arguments), prog_name="ecomap", standalone_mode=False))
    except BaseException as bug:  # noqa: BLE001 - the last net itself must hold
        code = 99
        err.write(f"Traceback (most recent call last): {type(bug).__name__}: {bug}")
    finally:
        sys.stdout, sys.stderr, sys.argv = real
    return code, out.getvalue(), err.getvalue()


def judged(code: int, out: str, err: str) -> Told:
    """What is wrong with how a command ended, if anything."""
    wrong = [mark for mark in MISTAKES if mark in err]
    if code not in (0, 1):
        wrong.insert(0, f"exit code {code}")
    if code == 1 and not err.strip() and not out.strip():
        wrong.append("refused without a word")
    if code == 1 and len(err) > 4000:
        wrong.append(f"{len(err)} letters on the error stream")
    return {"code": code, "said": err[:600], **({"wrong": f"{'; '.join(wrong)}: {err[:500]}{last_mistake()}"} if wrong else {})}


def last_mistake() -> str:
    """The end of the log, where a mistake was noted."""
    log = Path(os.environ["ECOMAP_HOME"]) / "ecomap.log"
    for path in (log, *log.parent.rglob("*.log")):
        if path.is_file():
            return "\n" + path.read_text(errors="replace")[-1500:]
    return ""


def _opened(path: Path, before: Project, tables: dict[str, str], earlier: bool) -> Told:
    try:
        after = store.open_project(path)
    except EcoMapError as problem:
        return {"refused": str(problem), **({} if problem.message else {"wrong": "refused without a word"})}
    except Exception:  # noqa: BLE001 - that is what is looked for
        return {"wrong": traceback.format_exc()[-1500:]}
    found = differences(before, after)
    unsaid = [] if earlier and _only_believable(found) else silent(found, after, tables)
    return {
        "differs": [str(one) for one in found][:8], "faults": [f"{fault.kind}: {fault.text}"[:300] for fault in after.faults][:12],
        "loses": any(fault.loses for fault in after.faults),
        "silent": [str(one) for one in unsaid if one.number][:6], "silent_words": [str(one) for one in unsaid if not one.number][:6],
        "unknowable": bool(found) and earlier and not after.faults,
    }


def _only_believable(found: list[Any]) -> bool:
    """Rows of an earlier schema have no digest: a cell that is what it should be cannot be told from the one that stood there."""
    return all("gone" not in one.what for one in found)


def _checked(path: Path, before: Project, earlier: bool) -> Told:
    code, out, err = command("check", str(path), "--json")
    told = judged(code, out, err)
    if code == 0:
        try:
            after = store.open_project(path)
        except EcoMapError as problem:
            return {**told, "believed": f"sound, and cannot be opened: {problem}"}
        except Exception as bug:  # noqa: BLE001 - said by the step before
            return {**told, "believed": f"sound, and opening fails: {bug!r}"}
        found = differences(before, after)
        found_out = json.loads(out)
        if found and found_out["sound"] and not found_out["changed"] and not earlier:
            told["believed"] = f"sound, and differs: {found[0]}"
    plain_code, plain_out, plain_err = command("check", str(path))
    return {**told, **judged(plain_code, plain_out, plain_err), "believed": told.get("believed", "")} if plain_code != code or "wrong" not in told else told


def _listed(path: Path) -> Told:
    code, out, err = command("list", str(path), "--json")
    told = judged(code, out, err)
    if code == 0:
        json.loads(out)
    return {**judged(*command("list", str(path))), **told}


def _exported(path: Path, to: Path, more: tuple[str, ...]) -> Told:
    code, out, err = command("export", str(path), str(to), *more)
    told = judged(code, out, err)
    if code == 0 and not to.is_file():
        told["wrong"] = "no file was written"
    if code == 0 and to.suffix == ".html":
        page = to.read_text(encoding="utf-8", errors="replace")
        if any(mark in page for mark in MARKS):
            told["wrong"] = "a script of a stranger stands in the page"
    return told


def _asked(path: Path, asked: tuple[str, ...]) -> Told:
    before = _content(path)
    code, out, err = command("run", asked[0], str(path), *asked[1:])
    told = judged(code, out, err)
    if code == 1 and _content(path) != before:
        told["changed"] = "refused, and the file is another one"
    if code == 0:
        try:
            lost = [fault for fault in store.open_project(path).faults if fault.loses]
        except EcoMapError as problem:
            return {**told, "wrong": f"answered, and the file does not open any more: {problem}"}
        if lost:
            told["changed"] = f"saved over a file that was not whole: {lost[0].text}"
    return told


def _only_noted(path: Path, do: Callable[[], Told]) -> Told:
    """An export notes in a whole project that a file has left; nothing else of it changes, and nothing of one that is not whole."""
    content = _content(path)
    try:
        before = store.open_project(path)
    except EcoMapError:
        before = None
    told = do()
    if _content(path) == content:
        return told
    if before is None or any(fault.loses for fault in before.faults):
        return {**told, "changed": "an export changed a project that is not whole"}
    other = [one for one in differences(before, store.open_project(path)) if one.what not in LEDGER]
    return {**told, "changed": f"an export changed {other[0]}"} if other else told


def _unchanged(folder: Path, do: Callable[[], Told]) -> Told:
    before = fingerprints(folder)
    told = do()
    after = fingerprints(folder)
    if after != before:
        told["changed"] = f"reading changed {sorted(set(before.items()) ^ set(after.items()))[:4]}"
    return told


def fingerprints(folder: Path) -> dict[str, str]:
    """Every name under a folder with its content; locks that EcoMap leaves do not count."""
    return {str(path.relative_to(folder)): _content(path) for path in sorted(folder.rglob("*")) if not (path.name.endswith(".lock") and path.name.startswith("."))}


def _content(path: Path) -> str:
    if path.is_symlink() and (not path.exists() or not resolved(path).is_relative_to(resolved(path.parent))):
        return f"link {os.readlink(path)}"
    if not path.is_file():
        return f"none {path.lstat().st_mode:o}" if os.path.lexists(path) else "nothing"
    return hashlib.blake2b(path.read_bytes(), digest_size=12).hexdigest()


@contextmanager
def error_stream(path: Path) -> Iterator[None]:
    """What libraries write past Python goes into a file."""
    kept = os.dup(2)
    with path.open("wb") as into:
        os.dup2(into.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
