"""Where the files that ship with EcoMap lie: icons, templates, locale, the starter's boundaries, the guide, what changed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resources_dir() -> Path:
    """The folder with icons, palettes, page templates and locale."""
    return _shipped("resources", "resources")


def boundaries_dir() -> Path:
    """The folder with the starter project's layers."""
    return _shipped("boundaries", "data/boundaries")


def guide_path(language: str) -> Path:
    """The planner's guide in a language; in English where nobody has written it in that one."""
    folder = _shipped("docs", "docs")
    wanted = folder / f"guide.{language.split('_')[0]}.md"
    return wanted if wanted.is_file() else folder / "guide.md"


def changelog_path() -> Path:
    """What changed from version to version."""
    return _shipped("docs", "") / "CHANGELOG.md"


def _shipped(installed: str, checkout: str) -> Path:
    inside = _PACKAGE / installed
    return inside if inside.is_dir() else _PACKAGE.parent / checkout
