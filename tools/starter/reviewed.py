"""The tables people have reviewed, row by row; they are part of the repository."""

from __future__ import annotations

import csv
from pathlib import Path


def read_reviewed(path: Path) -> list[dict[str, str]]:
    """The rows of a reviewed table, all text."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
