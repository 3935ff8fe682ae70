"""The tables people have reviewed, row by row; they are part of the repository."""

from __future__ import annotations

import csv
from pathlib import Path

from ecomap.model.known import KnownOf

KNOWN_OF_TABLE = "known_of_reviewed.csv"


def read_reviewed(path: Path) -> list[dict[str, str]]:
    """The rows of a reviewed table, all text."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def known_of(folder: Path, layer_id: str) -> tuple[KnownOf, ...]:
    """What the sources say of how many there are in reality of what a layer lists."""
    return tuple(
        KnownOf(row["kind"], int(row["total"]), row["more"] == "yes", row["counts"], row["source"], row["year"])
        for row in read_reviewed(folder / KNOWN_OF_TABLE) if row["layer"] == layer_id
    )
