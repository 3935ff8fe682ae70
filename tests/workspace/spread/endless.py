"""The program ``ecomap`` with parts that do not end by themselves: what somebody stops in the middle. Takes the arguments of ``ecomap``."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from ecomap.analysis.ground import overlay

BEGUN = "part_has_begun_"  # a file of this name and the number of the process says so, in the folder that the environment names


def endless(*_: Any) -> Any:
    """A part that says that it has begun, and goes on until its process ends."""
    Path(os.environ["ECOMAP_TEST_BEGUN"], f"{BEGUN}{os.getpid()}").touch()
    while True:
        time.sleep(0.05)


if __name__ == "__main__":
    from ecomap.cli import main

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a program in the background of a script does not hear it
    overlay._on_shapes, overlay._CHUNK = endless, 2
    main()
