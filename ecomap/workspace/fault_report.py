"""The report of a mistake of EcoMap's own: a text on screen that a person may copy to whoever can mend it. Nothing sends it.

It is made of a list of things that may be told: versions, the kind of the error, places in EcoMap's own code, and which command of
EcoMap's was at work. Paths, file names, names of layers and places, values, and the names of people and computers are never read for it.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import Final

from ecomap.model.said import Said
from ecomap.model.trail import trail
from ecomap.model.version import VERSION

LIBRARIES: Final = ("numpy", "pandas", "geopandas", "shapely", "pyogrio", "pyproj", "scipy", "highspy", "PySide6_Essentials")
_VERSION: Final = re.compile(r"\d+(?:\.\d+)*")


def fault_report(bug: BaseException | None = None, *, doing: Sequence[str] = ()) -> str:
    """What is needed to mend a mistake, as plain English text; without an error what is known of this EcoMap.

    Parameters
    ----------
    bug : BaseException, optional
        What went wrong.
    doing : sequence of str
        What EcoMap was doing, in its own words only: `template_of` a message, keys of commands.
    """
    lines = ["EcoMap fault report", "", *(f"{name}: {value}" for name, value in _surroundings())]
    lines += [f"doing: {one}" for one in doing if one]
    lines += ["", *(trail(bug) if bug is not None else ("Nothing went wrong since EcoMap was started.",))]
    return "\n".join(lines) + "\n"


def template_of(said: str) -> str:
    """A message as it stands in the code, with its blanks unfilled; "" for what is no message of EcoMap's.

    >>> from ecomap.model.said import name, say
    >>> template_of(say("Importing {file}", file=name("Garfield High.csv"))), template_of(name("Garfield High"))
    ('Importing {file}', '')
    """
    return said.key if isinstance(said, Said) else ""


def _surroundings() -> list[tuple[str, str]]:
    """Versions of EcoMap and of what it runs on."""
    system = platform.system() if platform.system() in ("Linux", "Darwin", "Windows", "FreeBSD") else "another system"
    return [
        ("EcoMap", VERSION + (" (packaged)" if getattr(sys, "frozen", False) else "")),
        ("Python", _number(platform.python_version())),
        ("system", f"{system} {_number(platform.release())} {_number_of_bits()}"),
        *((name, _number(version)) for name in LIBRARIES if (version := _version_of(name))),
    ]


def _number_of_bits() -> str:
    known = platform.machine().lower()
    return known if known in ("x86_64", "amd64", "arm64", "aarch64", "i686") else "another machine"


def _version_of(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def _number(text: str) -> str:
    """The numbers at the beginning of a version; what a computer's owner may have put behind them stays away."""
    found = _VERSION.match(text)
    return found[0] if found else "?"
