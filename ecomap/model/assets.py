"""Where the files that ship with EcoMap lie: icons, templates, locale, the starter's boundaries."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resources_dir() -> Path:
    """The folder with icons, palettes, page templates and locale."""
    return _shipped("resources", "resources")


def boundaries_dir() -> Path:
    """The folder with the starter project's layers."""
    return _shipped("boundaries", "data/boundaries")


def _shipped(installed: str, checkout: str) -> Path:
    inside = _PACKAGE / installed
    return inside if inside.is_dir() else _PACKAGE.parent / checkout
