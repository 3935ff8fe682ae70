"""The type of window and pictures as Qt has it: it comes with the program, so that text is as wide on every machine."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFontDatabase

from ecomap.render.style.typeface import FAMILY, type_files

# What the machine has stands in for signs that the family lacks, and for the family where it was taken out of the installation.
_OTHERS = ("Segoe UI", "Helvetica Neue", "Noto Sans", "Liberation Sans", "DejaVu Sans")


def families() -> list[str]:
    """The families text is set in, the first that has a sign first; needs a running Qt application."""
    return [*([FAMILY] if _loaded() else []), *_OTHERS]


@lru_cache(maxsize=1)
def _loaded() -> bool:
    return [QFontDatabase.addApplicationFont(str(path)) for path in type_files()].count(-1) < len(type_files())
