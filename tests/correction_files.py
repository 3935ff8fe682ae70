"""Files of corrections as the meeting page writes them, for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WEST = "01964733000001"
PAGE = {"id": "p1", "title": "Small town", "made_on": "2026-11-01"}


def about(layer: str = "schools", feature: str = WEST, name: str = "West School", **more: str) -> dict[str, str]:
    return {"layer": layer, "feature": feature, "name": name, **more}


def entry(kind: str = "closed", **values: Any) -> dict[str, Any]:
    return {"kind": kind, "text": "", "author": "", "day": "2026-11-12", "about": about(), **values}


def envelope(*entries: Any, **values: Any) -> dict[str, Any]:
    return {"format": "ecomap-corrections", "version": 1, "page": PAGE, "corrections": list(entries), **values}


def content(*entries: Any, **values: Any) -> bytes:
    return json.dumps(envelope(*entries, **values)).encode()


def written(path: Path, *entries: Any, **values: Any) -> Path:
    path.write_bytes(content(*entries, **values))
    return path
