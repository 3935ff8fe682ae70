"""One pair of programs that change one project at the same moment, and what of it is in the file afterwards."""

from __future__ import annotations

import subprocess
import sys
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


@frozen
class Outcome:
    """How many of the two were acknowledged, and how many of these are not in the file."""

    acknowledged: int
    lost: int
    said: tuple[str, ...] = ()


def by_command(folder: Path, number: int) -> Outcome:
    """Two ``ecomap import`` at once."""
    return _pair(folder, number, lambda path, file: [sys.executable, "-m", "ecomap", "import", str(path), str(file), "--role", "reference"])


def by_python(folder: Path, number: int) -> Outcome:
    """Two Python programs that open, import and save at once: the second may be refused, never lose what the first wrote."""
    return _pair(folder, number, lambda path, file: [sys.executable, "-c", _PYTHON, str(path), str(file)])


def _pair(folder: Path, number: int, command: object) -> Outcome:
    path = folder / f"{number}.ecomap.gpkg"
    operations.save_project(operations.new_project(title="Shared"), path)
    files = []
    for name in ("parks", "libraries"):
        file = folder / f"{name}_{number}.csv"
        file.write_text(f"name,latitude,longitude\nThe {name} {number},34.05,-118.25\nMore {name},34.06,-118.26\n", encoding="utf-8")
        files.append(file)
    running = [subprocess.Popen(command(path, file), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # type: ignore[operator]
               for file in files]
    ended = [(one.communicate(timeout=120), one.returncode) for one in running]
    held = {str(cell) for frame in operations.open_project(path).frames.values() for cell in frame["name"]}
    done = [f"The {file.stem.replace('_', ' ')}" for file, (_, code) in zip(files, ended, strict=True) if code == 0]
    return Outcome(len(done), sum(place not in held for place in done), tuple(said[1] for said, _ in ended))
