"""Where a mistake of EcoMap's own happened: kinds of errors and places in code, and nothing that came from anyone's data.

Built of what may be told, never by taking out what may not: the message of an error, the values of variables and the paths of
files are not looked at.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Final

OURS: Final = "ecomap"
LIBRARIES: Final = frozenset(
    ["PySide6", "attr", "attrs", "babel", "branca", "cattr", "cattrs", "click", "defusedxml", "docx", "filelock", "folium", "geopandas", "highspy", "icalendar", "jenkspy", "jinja2", "keyring", "lxml", "numpy", "openpyxl", "pandas", "platformdirs", "pyarrow", "pyogrio", "pyproj", "python_calamine", "rapidfuzz", "requests", "requests_cache", "rtree", "scipy", "shapely", "shiboken6", "typst", "urllib3", "xyzservices"]
)
_STANDARD: Final = sys.stdlib_module_names - {"__main__"}
_MOST_STEPS, _MOST_CAUSES = 40, 4


def trail(bug: BaseException) -> tuple[str, ...]:
    """The kind of an error and the places it went through, the outermost first; then the same of what led to it.

    >>> trail(FileNotFoundError("/home/maria/Garfield High.csv"))
    ('FileNotFoundError',)
    """
    lines: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = bug
    while one is not None and id(one) not in seen and len(seen) < _MOST_CAUSES:
        lines.append(("" if not seen else "after ") + kind_of(one))
        lines += [f"  {step}" for step in _shortened(list(_steps(one.__traceback__)))]
        seen.add(id(one))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return tuple(lines)


def kind_of(bug: BaseException) -> str:
    """The class of an error, if it is one of Python, of EcoMap or of a library it uses; with the number of a system error."""
    kind = type(bug)
    if not _is_known(kind.__module__):
        return "an error of another kind"
    called = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    number = bug.errno if isinstance(bug, OSError) and isinstance(bug.errno, int) else None
    return called if number is None else f"{called} {number}"


def _steps(trace: TracebackType | None) -> Iterator[str]:
    """Module, function and line of each step in our code, and of the last one in a library before it comes back."""
    waiting = ""
    for frame, line in traceback.walk_tb(trace):
        module = str(frame.f_globals.get("__name__", ""))
        place = f"{module}.{frame.f_code.co_qualname}:{line}"
        if _is_of(module, OURS) and module in sys.modules:
            if waiting:
                yield waiting
            waiting = ""
            yield place
        elif module.partition(".")[0] in LIBRARIES and module in sys.modules:
            waiting = place
    if waiting:
        yield waiting


def _shortened(steps: list[str]) -> list[str]:
    half = _MOST_STEPS // 2
    return steps if len(steps) <= _MOST_STEPS else [*steps[:half], f"... {len(steps) - 2 * half} more", *steps[-half:]]


def _is_known(module: str) -> bool:
    first = module.partition(".")[0]
    return first in _STANDARD or first in LIBRARIES or first == OURS


def _is_of(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
