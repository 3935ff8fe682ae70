"""``python -m ecomap``, and the start of both packaged programs: the one called ``ecomap-window`` opens the window."""

import sys
from pathlib import Path

from ecomap.cli import main, window

if __name__ == "__main__":
    if sys.argv[1:] == ["reading-process"]:  # a packaged program has no other Python to read files with
        from ecomap.io.reading.process.worker import main as read_for_another

        read_for_another()
    elif Path(sys.argv[0]).stem == "ecomap-window":
        window()
    else:
        main()
