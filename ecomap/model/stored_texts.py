"""Texts in tables stay the objects they are: pandas keeps them as Python texts, whatever else is installed.

With pyarrow installed (for GeoParquet), pandas stores texts as bytes of its own, and a message in a cell would become plain
English on the way. The setting is made as soon as pandas is loaded, and loads nothing itself.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_OPTION, _STORAGE = "mode.string_storage", "python"


def keep_python_texts() -> None:
    """Have pandas store texts as Python objects, now or when it is loaded."""
    loaded = sys.modules.get("pandas")
    if loaded is not None:
        _set(loaded)
    elif not any(isinstance(finder, _Waiting) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Waiting())


class _Waiting(MetaPathFinder):
    """Waits for pandas to be loaded, then goes."""

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != "pandas":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec("pandas")
        loader: Any = spec.loader if spec is not None else None
        if loader is not None:
            load = loader.exec_module

            def loaded(module: ModuleType) -> None:
                load(module)
                _set(module)

            loader.exec_module = loaded
        return spec


def _set(pandas: Any) -> None:
    pandas.set_option(_OPTION, _STORAGE)
