"""``python -m ecomap``, and the start of both packaged programs: the one called ``ecomap-window`` opens the window."""

import sys
from pathlib import Path

from ecomap.cli import main, window

if __name__ == "__main__":
    if Path(sys.argv[0]).stem == "ecomap-window":
        window()
    else:
        main()
