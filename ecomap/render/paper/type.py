"""The type of window, paper and pictures: it comes with the program, so that text is as wide on every machine."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFontDatabase

FAMILY = "Roboto"
_PACKAGE = "font_roboto"  # the package that brings it, with its licence
_STYLES = ("Regular", "Medium", "Bold", "Italic")
# What the machine has stands in for signs that the family lacks, and for the family where it was taken out of the installation.
_OTHERS = ("Segoe UI", "Helvetica Neue", "Noto Sans", "Liberation Sans", "DejaVu Sans")


def families() -> list[str]:
    """The families text is set in, the first that has a sign first; needs a running Qt application."""
    return [*([FAMILY] if _loaded() else []), *_OTHERS]


def type_files() -> tuple[Path, ...]:
    """The files of the family that the program brings; none where its package is not installed."""
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        return ()
    folder = Path(found.submodule_search_locations[0]) / "files"
    return tuple(path for style in _STYLES if (path := folder / f"{FAMILY}-{style}.ttf").is_file())


@lru_cache(maxsize=1)
def _loaded() -> bool:
    return [QFontDatabase.addApplicationFont(str(path)) for path in type_files()].count(-1) < len(type_files())
