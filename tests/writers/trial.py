"""One pair of programs that change one project at the same moment, and what of it is in the file afterwards."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from attrs import frozen

from ecomap.workspace import operations
from tests.conftest import ROOT

_PYTHON = """
import sys
import ecomap
path, file = sys.argv[1:]
project = ecomap.open(path)
project, _ = ecomap.import_file(project, file, role="reference")
ecomap.save(project, path)
"""


_REFUSED = re.compile(r"^ecomap\.io\.store\.(files\.ChangedError|locking\.HeldError): \S.*", re.MULTILINE)


@frozen
class Outcome:
    """What became of the two.

    Parameters
    ----------
    acknowledged : int
        How many ended with 0.
    lost : int
        How many of these are not in the file, whole.
    refused : int
        How many were told in words why nothing was saved.
    said : tuple of str
        What the others said, who should have done one of the two: none is right.
    """

    acknowledged: int
    lost: int
    refused: int = 0
    said: tuple[str, ...] = ()


def by_command(folder: Path, number: int) -> Outcome:
    """Two ``ecomap import`` at once."""
    return _pair(folder, number, lambda path, file: [sys.executable, "-m", "ecomap", "import", str(path), str(file), "--role", "reference"],
                 lambda code, said: code == 1 and "Traceback" not in said and bool(said.strip()))


def by_python(folder: Path, number: int) -> Outcome:
    """Two Python programs that open, import and save at once: the second may be refused, never lose what the first wrote."""
    return _pair(folder, number, lambda path, file: [sys.executable, "-c", _PYTHON, str(path), str(file)],
                 lambda _, said: _REFUSED.search(said) is not None)


def _pair(
    folder: Path, number: int, command: Callable[[Path, Path], Sequence[str]], is_refusal: Callable[[int, str], bool]
) -> Outcome:
    path = folder / f"{number}.ecomap.gpkg"
    operations.save_project(operations.new_project(title="Shared"), path)
    files = []
    for name in ("parks", "libraries"):
        file = folder / f"{name}_{number}.csv"
        file.write_text(f"name,latitude,longitude\nThe {name} {number},34.05,-118.25\nMore {name},34.06,-118.26\n", encoding="utf-8")
        files.append(file)
    running = [subprocess.Popen(command(path, file), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for file in files]
    ended = [(one.communicate(timeout=120)[1], one.returncode) for one in running]
    held = {str(cell) for frame in operations.open_project(path).frames.values() for cell in frame["name"]}
    done = [file.stem.partition("_")[0] for file, (_, code) in zip(files, ended, strict=True) if code == 0]
    failed = [(said, code) for said, code in ended if code]
    return Outcome(
        len(done), sum(not {f"The {kind} {number}", f"More {kind}"} <= held for kind in done),
        sum(is_refusal(code, said) for said, code in failed), tuple(said for said, code in failed if not is_refusal(code, said)),
    )
