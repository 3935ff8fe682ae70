"""Rows that came in answers, landed as one ordinary file."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ecomap.io.connectors.spec import Landed
from ecomap.model.files import write_whole


def landed_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]], **known: Any) -> Landed:
    """A table of text as a CSV file, whole or not at all; ``known`` is what `Landed` holds beside the file."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return landed_bytes(path, text.getvalue().encode("utf-8"), **known)


def landed_bytes(path: Path, content: bytes, **known: Any) -> Landed:
    """A file of these bytes, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
    return Landed(path, checksum=hashlib.sha256(content).hexdigest(), bytes=len(content), **known)
