"""The command line: a thin skin over `ecomap.workspace.operations`. Exit codes: 0 done, 1 the user's problem,
2 wrong usage, 3 stopped, 70 a fault of EcoMap's own."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ecomap.cli.exits import guarded


def main(arguments: Sequence[str] | None = None) -> None:
    """The console program: ``ecomap``."""
    from ecomap.cli.program import program

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows "?", and work goes on
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(guarded(lambda: program.main(args=given, prog_name="ecomap", standalone_mode=False)))


def window() -> None:
    """The window program: ``ecomap-window [PROJECT]``."""
    main(["window", *sys.argv[1:]])
