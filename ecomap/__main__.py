"""``python -m ecomap``."""

from ecomap.cli import main

if __name__ == "__main__":
    main()
