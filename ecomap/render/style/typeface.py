"""The type of window, paper and pictures: which family it is, and its files, which come with the program."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

FAMILY: Final = "Roboto"
_PACKAGE = "font_roboto"  # the package that brings it, with its licence
_STYLES = ("Regular", "Medium", "Bold", "Italic")


def type_files() -> tuple[Path, ...]:
    """The files of the family that the program brings; none where its package is not installed."""
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        return ()
    folder = Path(found.submodule_search_locations[0]) / "files"
    return tuple(path for style in _STYLES if (path := folder / f"{FAMILY}-{style}.ttf").is_file())
